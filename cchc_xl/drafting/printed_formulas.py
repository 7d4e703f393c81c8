"""How a line says that it is made of others: “= 1.2/1.1” in its note, “(4) = (3.1) + (3.2)” in its name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cchc_xl.drafting.outline import Line
from cchc_xl.structs import Struct

_FORMULA = re.compile(r"=\s*(\(?\d[\d.]*\)?(?:\s*[+/:]\s*\(?\d[\d.]*\)?)+)")
_NUMBER = re.compile(r"\d[\d.]*")


class PrintedFormula(Struct, frozen=True):
    """The codes of the lines that one is made of; it sums them, or divides the first by the second."""

    codes: tuple[str, ...]
    sums: bool


def printed_formula(line: Line, lines: Sequence[Line]) -> PrintedFormula | None:
    """What a line says of itself; None where it says nothing, or speaks of numbers that its section does not have."""
    found = _FORMULA.search(line.row.note) or _FORMULA.search(line.label)
    if found is None:
        return None
    near = {each.row.stt.strip(" .()"): each.code for each in lines if each.is_figure and _top(each) is _top(line)}
    codes = [near.get(number.strip(".")) for number in _NUMBER.findall(found[1])]
    divides = "/" in found[1] or ":" in found[1]
    if None in codes or (divides and (len(codes) != 2 or "+" in found[1])):
        return None
    return PrintedFormula(tuple(code for code in codes if code), not divides)


def _top(line: Line) -> Line:
    """The section of a line."""
    while line.parent is not None:
        line = line.parent
    return line
