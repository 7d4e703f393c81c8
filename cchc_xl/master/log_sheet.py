"""The sheet Nhật ký: what the tool did and when."""

from __future__ import annotations

from datetime import datetime

from cchc_xl import sheet_names
from cchc_xl.excel.addresses import column_letters
from cchc_xl.excel.cell_content import Content
from cchc_xl.master.master_book import Master
from cchc_xl.master.table_layout import TABLE_ROW


def write_log(master: Master, now: datetime, lines: list[tuple[str, str]]) -> None:
    """Appends lines (what, details) after the last one."""
    sheet = master.workbook.sheet(sheet_names.LOG)
    row = TABLE_ROW + 1
    while not sheet.cell(f"A{row}").empty:
        row += 1
    for number, (what, details) in enumerate(lines, row):
        values: tuple[Content, ...] = (number - TABLE_ROW, f"{now:%d/%m/%Y %H:%M:%S}", what, details)
        for column, value in enumerate(values, 1):
            letters = column_letters(column)
            sheet.put(f"{letters}{number}", value, style_like=f"{letters}{number - 1}")
