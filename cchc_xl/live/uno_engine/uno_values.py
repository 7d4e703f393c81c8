"""Values between Python and Calc: what a block of cells gives back, and what may be written into one."""

from __future__ import annotations

import datetime as dt
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


def to_serial(moment: dt.date) -> float:
    """The number by which a cell holds a date."""
    if not isinstance(moment, dt.datetime):
        moment = dt.datetime(moment.year, moment.month, moment.day)
    return (moment.replace(tzinfo=None) - EPOCH) / dt.timedelta(days=1)


def prepared(value: Any, options: Any) -> Any:
    """xlwings asks this of every element before it writes a block."""
    if value is None or isinstance(value, str | bool | dt.date):
        return "" if value is None else value
    number = float(value)
    return "" if number != number else number


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
        if isinstance(value, dt.datetime):
            fields = ("year", "month", "day", "hour", "minute", "second", "microsecond")
            return datetime_builder(**{name: getattr(value, name) for name in fields}, tzinfo=None)
        return number_builder(value) if number_builder and isinstance(value, float) else value

    return [[one(value) for value in row] for row in rows]


def as_input(value: Any, translate: Callable[[str], str]) -> str:
    """A value as it would be typed into a Calc cell in the English grammar.

    Text stands behind an apostrophe, so that nothing of it is taken for a number, a date or a formula.
    """
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return f"={str(value).upper()}()"
    if isinstance(value, dt.date):
        return repr(to_serial(value))
    if not isinstance(value, str):
        return repr(float(value))
    is_formula = value.startswith("=") and len(value) > 1
    return translate(value) if is_formula else TEXT_MARK + value.removeprefix(TEXT_MARK)
