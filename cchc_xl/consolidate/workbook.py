"""The result as a workbook: tables with filters, written row by row, texts never taken for formulas."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import islice
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter

from cchc_xl import sheet_names
from cchc_xl.excel.stylesheet_repair import fonts_in_order
from cchc_xl.master import style

WIDE, NARROW = 40, 16
WIDE_TITLES = frozenset({"Chỉ tiêu", "Tệp", "Nội dung", "Thông báo", "Mức đầy đủ", "Chưa nộp", "Đề nghị"})


def to_bytes(sheets: Mapping[str, tuple[Any, Iterable[Any]]], head: Mapping[str, str], most_rows: int) -> bytes:
    """The workbook's content. A sheet holds `most_rows` at most; the companion of a .csv holds all."""
    workbook = Workbook(write_only=True)
    for name, (titles, rows) in sheets.items():
        _sheet(workbook, name, titles, islice(rows, most_rows))
    identity = workbook.create_sheet(sheet_names.IDENTITY)
    for pair in head.items():
        identity.append(pair)
    identity.sheet_state = "veryHidden"
    workbook.properties.creator = "cchc-xl"
    buffer = io.BytesIO()
    workbook.save(buffer)
    return fonts_in_order(buffer.getvalue())


def _sheet(workbook: Workbook, name: str, titles: Any, rows: Iterable[Any]) -> None:
    sheet = workbook.create_sheet(name)
    for number, title in enumerate(titles, 1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDE if title in WIDE_TITLES else NARROW
    sheet.freeze_panes = "A2"
    sheet.append([_title(sheet, title) for title in titles])
    for row in rows:
        sheet.append(list(_cells(sheet, row)))
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(titles))}1"


def _title(sheet: Any, title: str) -> Any:
    cell = WriteOnlyCell(sheet, title)
    cell.font, cell.fill, cell.alignment = style.BOLD, style.HEADER, style.CENTRE
    return cell


def _cells(sheet: Any, row: Iterable[Any]) -> Iterator[Any]:
    for value in row:
        if isinstance(value, str) and value.startswith("="):
            cell = WriteOnlyCell(sheet, value)
            cell.data_type = "s"
            yield cell
        else:
            yield value if value != "" and isinstance(value, (str, int, float, Decimal)) else None
