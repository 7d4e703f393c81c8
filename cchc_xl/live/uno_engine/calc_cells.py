"""Between Python and Calc's cells: what a block of cells gives back, and what may be written into one.

Formulas go from Excel's grammar (`SUM(A1,'Bảng 2'!B1)`) to the one of Calc's interface (`SUM(A1;$'Bảng 2'.B1)`) and
back. They are translated here and not by the office, which would take two calls for each formula. What neither grammar
shares, such as references to table columns, passes through as it is.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from typing import Any

EPOCH = dt.datetime(1899, 12, 30)
DAY_IN_MS = 86_400_000
TEXT_MARK = "'"
ERRORS = {
    532: "#DIV/0!", 32767: "#N/A", 525: "#NAME?", 517: "#NAME?", 521: "#NULL!", 524: "#REF!", 519: "#VALUE!",
    502: "#NUM!", 503: "#NUM!", 523: "#NUM!",
}
"""Calc's error numbers as Excel names them."""

EXCEL_TOKEN = re.compile(
    r"""(?P<text>"(?:[^"]|"")*")|(?P<sheet>(?:'(?:[^']|'')+'|[^\W\d][\w.]*)!)|(?P<error>\#[A-Z/0]+[!?]?)|(?P<mark>[,;{}])"""
)
CALC_TOKEN = re.compile(
    r"""(?P<text>"(?:[^"]|"")*")|(?P<sheet>\$?(?:'(?:[^']|'')+'|[^\W\d]\w*)\.(?=\$?[A-Z]))"""
    r"""|(?P<error>\#[A-Z/0]+[!?]?)|(?P<mark>[;|{}~])"""
)
TO_CALC = {",": (";", ";"), ";": (";", "|")}
"""A separator outside and inside the braces of an array constant."""

TO_EXCEL = {";": (",", ","), "|": ("|", ";"), "~": (",", ",")}
CONSTANTS = {"=TRUE()": "TRUE", "=FALSE()": "FALSE"}
"""LibreOffice loads the truth values of an .xlsx as formulas; in Excel they are plain values."""


class CellError(str):
    """An error value read from a cell; never mistaken for a text that looks the same."""

    __slots__ = ()


def error_named(number: int) -> CellError:
    """The error of a cell by Calc's number."""
    return CellError(ERRORS.get(number, f"Err:{number}"))


def from_serial(days: float) -> dt.datetime | float:
    """The moment of a date cell, to the millisecond; a number beyond all dates stays a number."""
    try:
        return EPOCH + dt.timedelta(milliseconds=round(days * DAY_IN_MS))
    except OverflowError:
        return days


def prepared(value: Any, options: Any) -> Any:
    """xlwings asks this of every element before it writes a block."""
    return "" if value is None else value


def cleaned(
    rows: Sequence[Sequence[Any]], datetime_builder: Callable[..., Any], empty_as: Any,
    number_builder: Callable[[float], Any] | None, err_to_str: bool,
) -> list[list[Any]]:
    """xlwings asks this of every block it has read."""
    def one(value: Any) -> Any:
        if value is None or value == "":
            return empty_as
        if isinstance(value, CellError):
            return str(value) if err_to_str else None
        return number_builder(value) if number_builder and isinstance(value, float) else value

    return [[one(value) for value in row] for row in rows]


def as_input(value: Any) -> str:
    """A number, a text or a formula of Excel as it would be typed into a Calc cell in the English grammar.

    Text stands behind an apostrophe, so that nothing of it is taken for a number, a date or a formula.
    """
    if value is None or value == "":
        return ""
    if not isinstance(value, str):
        return repr(float(value))
    is_formula = value.startswith("=") and len(value) > 1
    return to_calc(value) if is_formula else TEXT_MARK + value.removeprefix(TEXT_MARK)


def formula_read(text: str) -> str:
    """The formula or the content of a cell as Excel writes it."""
    return to_excel(text) if text.startswith("=") else text.removeprefix(TEXT_MARK)


def to_calc(formula: str) -> str:
    """A formula of Excel as Calc takes it."""
    return _translated(formula, EXCEL_TOKEN, TO_CALC, lambda name: f"${name[:-1]}.")


def to_excel(formula: str) -> str:
    """A formula that Calc gave as Excel writes it."""
    known = CONSTANTS.get(formula)
    return known or _translated(formula, CALC_TOKEN, TO_EXCEL, lambda name: f"{name.removeprefix('$')[:-1]}!")


def _translated(
    formula: str, token: re.Pattern[str], marks: dict[str, tuple[str, str]], sheet: Callable[[str], str]
) -> str:
    depth = 0

    def replaced(match: re.Match[str]) -> str:
        nonlocal depth
        found = match[0]
        if match["sheet"]:
            return sheet(found)
        if match["mark"]:
            depth += (found == "{") - (found == "}")
            return marks.get(found, (found, found))[depth > 0]
        return found

    return token.sub(replaced, formula)
