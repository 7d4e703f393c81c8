"""Puts the results of the formulas beside them: openpyxl writes formulas only. Rows become as tall as these results."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xl.excel.ooxml_package import Package
from cchc_xl.master.table_place import TOP
from cchc_xl.sheet_names import CHECK_HEADER, TABLE_SHEET
from cchc_xl.submissions import form_layout
from cchc_xl.submissions.unit_form.form_sheets import check_height
from cchc_xl.submissions.unit_form.formula_engine import Results

# As openpyxl writes them: a formula cell with place and style and an empty result; a row with a height of its own.
FORMULA_CELL = re.compile(rb'<c r="([A-Z]+\d+)"( s="\d+")?><f>([^<]*)</f><v ?(?:/>|></v>)</c>')
ROW = re.compile(rb'<row r="(\d+)" ht="([\d.]+)" customHeight="1">')


def write_results(package: Package, workbook: Workbook) -> None:
    """Puts a result into every formula cell of the package that was made of a workbook."""
    results = Results(workbook).all()
    for number, sheet in enumerate(workbook.worksheets, 1):
        part = f"xl/worksheets/sheet{number}.xml"
        filled = _filled(package.read(part), results[sheet.title])
        column = _check_column(sheet)
        package.write(part, _row_heights(filled, results[sheet.title], column) if column else filled)


def _check_column(sheet: Worksheet) -> str:
    """The letters of the column Kiểm tra; empty on a sheet without one."""
    row = TOP if sheet.title.startswith(TABLE_SHEET) else form_layout.HEADER_ROW
    return next((cell.column_letter for cell in sheet[row] if cell.value == CHECK_HEADER), "")


def _row_heights(part: bytes, results: Mapping[str, Any], column: str) -> bytes:
    """Tall enough for the sentences of Kiểm tra, and not fixed: the office measures a row anew when it is typed in."""
    def row(found: re.Match[bytes]) -> bytes:
        number, points = found.groups()
        if (said := results.get(f"{column}{number.decode()}")) is None:
            return found[0]
        height = max(float(points), check_height(said))
        return f'<row r="{number.decode()}" ht="{height:g}">'.encode()

    return ROW.sub(row, part)


def _filled(part: bytes, results: Mapping[str, Any]) -> bytes:
    def cell(found: re.Match[bytes]) -> bytes:
        place, style, formula = found.groups()
        kind, shown = _written(results[place.decode()])
        return b'<c r="%b"%b%b><f>%b</f><v>%b</v></c>' % (place, style or b"", kind, formula, shown.encode())

    return FORMULA_CELL.sub(cell, part)


def _written(result: Any) -> tuple[bytes, str]:
    match result:
        case bool():
            return b' t="b"', str(int(result))
        case int() | float():
            return b"", str(int(result)) if result == int(result) else repr(result)
    return b' t="str"', escape(str(result))
