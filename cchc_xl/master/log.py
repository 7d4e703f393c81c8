"""The sheet Nhật ký: what the tool did and when."""

from __future__ import annotations

from datetime import datetime

from cchc_xl.master import names
from cchc_xl.master.book import Master
from cchc_xl.master.tables import TABLE_ROW
from cchc_xl.ooxml.addresses import column_letters
from cchc_xl.ooxml.held import Content


def write_log(master: Master, now: datetime, lines: list[tuple[str, str]]) -> None:
    """Appends lines (what, details) after the last one."""
    sheet = master.workbook.sheet(names.LOG)
    row = TABLE_ROW + 1
    while not sheet.cell(f"A{row}").empty:
        row += 1
    for number, (what, details) in enumerate(lines, row):
        values: tuple[Content, ...] = (number - TABLE_ROW, f"{now:%d/%m/%Y %H:%M:%S}", what, details)
        for column, value in enumerate(values, 1):
            letters = column_letters(column)
            sheet.put(f"{letters}{number}", value, style_like=f"{letters}{number - 1}")
