"""The sheet Nhật ký: what the tool did, when, and for whom."""

from __future__ import annotations

from datetime import datetime

from cchc_xl import sheet_names
from cchc_xl.excel.addresses import column_letters
from cchc_xl.excel.cell_content import Content
from cchc_xl.excel.formula_like import harmless
from cchc_xl.master.master_book import Master
from cchc_xl.master.table_layout import HINT_CELL, TABLE_ROW, TABLES, hint
from cchc_xl.windows import person


def write_log(master: Master, now: datetime, lines: list[tuple[str, str]]) -> None:
    """Appends lines (what, details) after the last one. A book from before the column of persons gets it."""
    sheet = master.workbook.sheet(sheet_names.LOG)
    row = TABLE_ROW + 1
    while not sheet.cell(f"A{row}").empty:
        row += 1
    sheet.put(HINT_CELL, hint(sheet_names.LOG, lines=bool(lines) or row > TABLE_ROW + 1))
    sheet.put(f"{PERSON}{TABLE_ROW}", COLUMNS[-1].title, style_like=f"{BESIDE}{TABLE_ROW}")
    who = harmless(person())
    for number, (what, details) in enumerate(lines, row):
        values: tuple[Content, ...] = (number - TABLE_ROW, f"{now:%d/%m/%Y %H:%M:%S}", what, details)
        for column, value in enumerate(values, 1):
            letters = column_letters(column)
            sheet.put(f"{letters}{number}", value, style_like=f"{letters}{number - 1}")
        sheet.put(f"{PERSON}{number}", who, style_like=f"{BESIDE}{number}")


COLUMNS = TABLES[sheet_names.LOG].columns
BESIDE, PERSON = (column_letters(len(COLUMNS) - each) for each in (1, 0))
"""The columns of details and, after it, of the person."""
