"""The lines of a form as the reading process found them, before anything is made of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from cchc_xl.excel.addresses import reference
from cchc_xl.reading import Cell
from cchc_xl.submissions.intake.cell_marks import CellMark
from cchc_xl.values import Address, Struct

DATE_FORMAT, PERCENT_FORMAT = "dd/mm/yyyy", "0.00%"
UNMARKED: frozenset[CellMark] = frozenset()
ERROR_TEXT = "#LỖI"
NAMED_ERROR = re.compile(r"#[A-Z_]{3,20}!?")
"""An error value of newer Excel, which the reading process gives by its name."""


class Found(Struct, frozen=True):
    """One line of a form as found in a file."""

    sheet: str
    row: int
    label: str
    value: Any
    note: str
    value_column: int
    marks: frozenset[CellMark] = UNMARKED

    @property
    def cell(self) -> str:
        """The cell of the value."""
        return reference(self.row, self.value_column)

    def address(self, file: str) -> Address:
        """Where the value stands."""
        return Address(self.sheet, self.cell, file)


def marked(sheet: Mapping[str, Any]) -> dict[tuple[int, int], frozenset[CellMark]]:
    """What is to be said of cells, by row and column."""
    return {(number, place): _marks(*marks) for number, place, marks in sheet.get("marked", ())}


@cache
def _marks(*names: str) -> frozenset[CellMark]:
    return frozenset(map(CellMark, names))


def cell_of(value: Any, marks: frozenset[CellMark]) -> Cell:
    """The cell that a value and its marks were found in."""
    if CellMark.ERROR in marks:
        return Cell(None, error=ERROR_TEXT)
    if CellMark.TRUTH in marks:
        return Cell(bool(value))
    formula = "?" if CellMark.FORMULA in marks else ""
    match value:
        case bool():
            return Cell(value, formula=formula)
        case int() | float():
            shown = PERCENT_FORMAT if CellMark.PERCENT in marks else "General"
            return Cell(exact(value), shown, formula)
        case {"date": serial}:
            return Cell(exact(serial), DATE_FORMAT, formula)
        case str() if NAMED_ERROR.fullmatch(value):
            return Cell(None, error=value)
        case str() if value:
            return Cell(value, formula=formula)
    return Cell(None, formula=formula)


def exact(number: float) -> Decimal:
    """The number as people see it."""
    return Decimal(repr(number)).normalize() + 0 if number != int(number) else Decimal(int(number))


def as_text(value: object) -> str:
    match value:
        case str():
            return value
        case bool() | None:
            return ""
        case float() if value == int(value):
            return str(int(value))
        case int() | float():
            return str(value)
        case {"date": float(serial)}:
            return Cell(exact(serial), DATE_FORMAT).raw
    return ""
