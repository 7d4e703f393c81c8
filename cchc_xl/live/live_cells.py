"""Cells of an open sheet as the engine's `Cell`, and contents as an office takes them.

However many cells a sheet has, reading it takes the same number of calls.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from cchc_xl.errors import UserError
from cchc_xl.excel.addresses import reference
from cchc_xl.excel.cell_content import Content
from cchc_xl.reading import Cell

if TYPE_CHECKING:
    import xlwings as xw

LARGEST = 2_000_000
"""Cells that a sheet of ours never has; beyond them somebody typed far outside the form."""

EPOCH = dt.datetime(1899, 12, 30)
DATE_FORMAT = "dd/mm/yyyy"
ERRORS = frozenset(
    ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#REF!", "#VALUE!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA")
)
PLAIN = re.compile(r"[\[“]?[^\W\d_](\D*|.{30,})", re.DOTALL)
"""Texts that no office takes for a number, a date or a formula: a letter first, and no digit or a whole sentence."""

TRUTH = frozenset(("true", "false"))
TEXT_MARK = "'"

Formats = Mapping[tuple[int, int], str]
"""Number formats by row and column, of the numbers that are shown as something else than a number."""


def read_cells(sheet: xw.Sheet) -> dict[str, Cell]:
    """Every cell that holds anything: one read of values, one of formulas, and the formats that say more."""
    block = _used(sheet)
    values = block.options(ndim=2, err_to_str=True).value
    formulas = _rows(block.formula)
    formats = _formats(block, values)
    cells = {}
    for row, (row_values, row_formulas) in enumerate(zip(values, formulas, strict=True), 1):
        for column, (value, formula) in enumerate(zip(row_values, row_formulas, strict=True), 1):
            if value is not None or formula:
                cells[reference(row, column)] = _cell(value, formula, formats.get((row, column), "General"))
    return cells


def _used(sheet: xw.Sheet) -> xw.Range:
    last = sheet.used_range.last_cell
    row, column = last.row, last.column
    if row * column > LARGEST:
        what = f"trang tính có dữ liệu ở tận ô {reference(row, column)}, quá xa biểu mẫu."
        raise UserError(str(sheet.name), what, "Xóa các dòng, cột thừa ở xa rồi làm lại.")
    return sheet.range((1, 1), (row, column))


def _rows(block: Any) -> Any:
    """One cell comes as itself, one row of cells as a row, everything else as rows."""
    if not isinstance(block, list | tuple):
        return [[block]]
    return block if isinstance(block[0], list | tuple) else [block]


def _cell(value: Any, formula: Any, number_format: str) -> Cell:
    text = str(formula or "")
    # The formula of a text that begins with "=" is that text.
    own = text[1:] if text.startswith("=") and text != value else ""
    if isinstance(value, str) and value in ERRORS and (own or not text or text == value):
        return Cell(None, number_format, own, value)
    return Cell(*_value(value, number_format), formula=own)


def _value(value: Any, number_format: str) -> tuple[Decimal | str | bool | None, str]:
    if isinstance(value, dt.datetime):
        shown_as_date = number_format if number_format != "General" else DATE_FORMAT
        return _exact((value - EPOCH) / dt.timedelta(days=1)), shown_as_date
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value or (value if value is False else None), number_format
    return _exact(value), number_format


def _exact(number: float) -> Decimal:
    """The number as people see it, not the binary fraction that holds it."""
    return Decimal(repr(float(number))).normalize() + 0


def _formats(block: xw.Range, values: list[list[Any]]) -> Formats:
    """From the engine where it can tell all at once, else by halving what has more than one format."""
    tell = getattr(block.impl, "special_formats", None)
    if tell is not None:
        found: Formats = tell()
        return found
    if not any(type(value) is float for row in values for value in row):
        return {}
    return dict(_by_halving(block, values, block.row, block.column))


def _by_halving(block: xw.Range, values: list[list[Any]], top: int, left: int) -> Iterator[tuple[tuple[int, int], str]]:
    """Only parts that hold numbers are asked about."""
    rows, columns = block.shape
    down, right = block.row - top, block.column - left
    if not any(type(value) is float for row in values[down:down + rows] for value in row[right:right + columns]):
        return
    number_format = block.number_format
    if number_format is not None:
        for row in range(block.row, block.row + rows):
            for column in range(block.column, block.column + columns):
                yield (row, column), number_format
        return
    for part in _halves(block, rows, columns):
        yield from _by_halving(part, values, top, left)


def _halves(block: xw.Range, rows: int, columns: int) -> tuple[xw.Range, xw.Range]:
    """Columns are halved first: a column of a form mostly has one format."""
    if columns > 1:
        return block[:, : columns // 2], block[:, columns // 2:]
    return block[: rows // 2, :], block[rows // 2:, :]


def same(cell: Cell, content: Content, formula: str) -> bool:
    """Whether a cell holds the content already. Of a formula only its text counts: the office computes the result."""
    if formula or cell.formula:
        return formula == cell.formula
    wanted = Decimal(content) if isinstance(content, int) else content
    if cell.error or isinstance(cell.value, Decimal) != isinstance(wanted, Decimal):
        return False
    return cell.value == wanted or (not cell.value and not wanted)


def to_write(content: Content, formula: str) -> float | str | None:
    """A content as the formula property of a range takes it; doubtful texts stand behind an apostrophe."""
    if formula:
        return f"={formula}"
    if isinstance(content, str):
        return content if _is_plain(content) else TEXT_MARK + content
    return None if content is None else float(content)


def _is_plain(text: str) -> bool:
    return text == "" or (PLAIN.fullmatch(text) is not None and text.lower() not in TRUTH)
