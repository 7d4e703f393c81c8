"""Formulas between Excel's grammar (`SUM(A1,'Bảng 2'!B1)`) and the one of Calc's interface (`SUM(A1;$'Bảng 2'.B1)`).

Translated here and not by the office, which would take two calls for each formula. What neither grammar shares, such as
references to table columns, passes through as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable

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
