"""Writes the comparison of two forms as a workbook: what to do with each line is chosen from a list."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from cchc_xl.declaration.declaration_workbook_writer import LAST_ROW, ORANGE, column_head, line, rule, saved, to_print
from cchc_xl.declaration.form_changes import (
    CHANGES_SHEET,
    LINE_TITLES,
    NEW_SHEET,
    OLD_SHEET,
    TITLES,
    WORDS,
    ListedLine,
)
from cchc_xl.schema.declaration_columns import DeclaredColumn
from cchc_xl.structs import astuple

WIDTHS = {"Chỉ tiêu cũ": 60, "Chỉ tiêu mới": 60, "Chỉ tiêu": 70, "Vì sao": 40, "Tên máy": 34}
CODES = {"Mã cũ": OLD_SHEET, "Mã mới": NEW_SHEET}


def changes_workbook(changes: Sequence[Sequence[str]], old: Sequence[ListedLine], new: Sequence[ListedLine]) -> bytes:
    """The content of the file: the comparison first, then the lines of both forms to choose from."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    _add(workbook, CHANGES_SHEET, TITLES, changes)
    for name, lines in ((OLD_SHEET, old), (NEW_SHEET, new)):
        _add(workbook, name, LINE_TITLES, [astuple(each) for each in lines])
    return saved(workbook)


def _add(workbook: Workbook, name: str, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    page = workbook.create_sheet(name)
    for number, title in enumerate(titles, 1):
        words = WORDS if title == "Việc" else ()
        column_head(page, number, DeclaredColumn(title, WIDTHS.get(title, 12), words=words))
        if title in CODES:
            letter = get_column_letter(number)
            known = DataValidation(type="list", formula1=f"'{CODES[title]}'!$A$2:$A${LAST_ROW}", allow_blank=True,
                                   sqref=f"{letter}2:{letter}{LAST_ROW}")
            known.errorStyle = "warning"
            page.add_data_validation(known)
    for number, cells in enumerate(rows, 2):
        line(page, number, cells)
    page.freeze_panes = "A2"
    page.auto_filter.ref = f"A1:{get_column_letter(len(titles))}{len(rows) + 1}"
    to_print(page)
    if name == CHANGES_SHEET:
        rule(page, f"A2:G{LAST_ROW}", 'AND($A2="",$B2&$D2<>"")', ORANGE)
