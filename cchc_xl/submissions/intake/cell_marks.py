"""What the spreadsheet reader does not tell of a cell: an error value (given as blank), a formula, a percent format.

The scanners of the file formats find these cells in the file's own bytes, in one pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from itertools import compress

from cchc_xl.submissions.intake import read_limits
from cchc_xl.submissions.intake.read_limits import RefusedError

PERCENT_FORMATS = frozenset({9, 10})
"""Built-in number formats 0% and 0.00%; formats of the file's own are looked at for the sign."""


class CellMark(StrEnum):
    """What is to be said of a cell; one cell may have several."""

    ERROR = "errors"
    FORMULA = "formulas"
    PERCENT = "percents"
    TRUTH = "truths"
    """A truth value, which LibreOffice stores as a formula with the result 1 or 0."""


SheetMarks = dict[tuple[int, int], frozenset[CellMark]]
"""The marked cells of a sheet, by row and column, both counted from 1."""
Marks = Mapping[str, SheetMarks]
"""By the sheet's name."""


def those(*holds: object) -> frozenset[CellMark]:
    """The marks that hold, told in their order."""
    return frozenset(compress(CellMark, holds))


def within_bounds(row: int, column: int) -> None:
    """Raises `RefusedError` for a cell so far away that the reader would reserve memory for all before it."""
    if row > read_limits.LAST_ROW or column > read_limits.LAST_COLUMN:
        raise RefusedError("too_far", f"dòng {row}, cột {column}")
