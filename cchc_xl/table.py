"""Tables that people or programs hand in: .csv or a sheet of .xlsx as lines of texts by title, with their numbers."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from cchc_xl.errors import UserError
from cchc_xl.files import read_file
from cchc_xl.limited_process import OverLimitError, limited
from cchc_xl.rule_registry import refusal
from cchc_xl.submissions.intake import read_limits as limits
from cchc_xl.submissions.intake.container_check import opened
from cchc_xl.submissions.intake.read_limits import RefusedError

Line = tuple[int, dict[str, str]]
WORKBOOKS = (".xlsx", ".xlsm")
SAVE_AGAIN = "Lưu lại dạng CSV UTF-8 hoặc .xlsx."


def read_table(path: Path, names: Mapping[str, str] | None = None) -> list[Line]:
    """The lines of a CSV, or of the first sheet of a workbook, that say anything. Raises `UserError`.

    `names` are other spellings of titles, in lower case.
    """
    return lines(table_rows(path), names)


def table_rows(path: Path) -> Iterable[tuple[int, Sequence[Any]]]:
    """The numbered rows of a CSV, or of the first sheet of a workbook. Raises `UserError`."""
    if path.suffix.lower() in WORKBOOKS:
        try:
            # A string of megabytes may stand in a thousand cells: small in the file, gigabytes once read.
            return next(iter(limited(sheets, path).values()))
        except OverLimitError as error:
            raise UserError(str(path), "đọc bảng cần quá nhiều bộ nhớ hoặc quá lâu, đã dừng.", SAVE_AGAIN) from error
    text = _text(path)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=text.partition("\n")[0].count))
        return [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise UserError(str(path), f"không đọc được bảng ({error}).", SAVE_AGAIN) from error


def sheets(path: Path, wanted: Sequence[str] = ()) -> dict[str, Iterable[tuple[int, Sequence[Any]]]]:
    """The numbered rows of the wanted sheets, or of the first one. Raises `UserError` for a file that is not sound."""
    try:
        data = opened(read_file(path, limits.LARGEST_FILE), path.suffix.lower()).inspected()
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            names = wanted or workbook.sheet_names[:1]
            return {
                name: list(enumerate(_filled(workbook.get_sheet_by_name(name)), 1))
                for name in names if name in workbook.sheet_names
            }
    except RefusedError as error:
        raise UserError(str(path), refusal(error.code, error.detail)) from error
    except (CalamineError, ValueError) as error:
        raise UserError(str(path), f"không đọc được bảng ({error}).", SAVE_AGAIN) from error


def _filled(sheet: CalamineSheet) -> list[list[Any]]:
    """The rows; a cell merged with those below it says the same in every row."""
    rows = sheet.to_python(skip_empty_area=False)
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        for row in rows[top + 1 : bottom + 1] if left == right else ():
            row[left : left + 1] = rows[top][left : left + 1]
    return rows


def lines(rows: Iterable[tuple[int, Sequence[Any]]], names: Mapping[str, str] | None = None) -> list[Line]:
    """Rows under their first as texts by title."""
    found = [(number, list(map(text_of, row))) for number, row in rows]
    if not found:
        return []
    titles = [(names or {}).get(title.lower(), title) for title in found[0][1]]
    return [(number, dict(zip(titles, row, strict=False))) for number, row in found[1:] if any(row)]


def text_of(cell: Any) -> str:
    """A cell's content as text: days as 2025-07-01, whole numbers without a point."""
    match cell:
        case None:
            return ""
        case datetime.datetime():
            return f"{cell:%Y-%m-%d}"
        case float():
            return f"{int(cell)}" if cell.is_integer() else repr(cell)
    return str(cell).strip()


def _text(path: Path) -> str:
    try:
        return read_file(path, limits.LARGEST_FILE).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(str(path), "tệp không phải UTF-8.", SAVE_AGAIN) from error
