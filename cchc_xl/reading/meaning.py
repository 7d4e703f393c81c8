"""What a way of writing means: a value or none, and the remark that goes with it."""

from __future__ import annotations

from decimal import Decimal

from cchc_xl.rule_registry import RULES
from cchc_xl.typed_text import both_ways, shortened
from cchc_xl.values import Remark, Status, Struct, Value


class Meaning(Struct, frozen=True):
    """The value of a cell, or why there is none."""

    value: Value | None
    remark: Remark | None = None
    status: Status = Status.VALUE


NOTHING_STATED = "không phát sinh"
"""What is typed where there was nothing to count; it counts as 0, and no, and is remembered as its own answer."""

STATED_WAYS = both_ways(NOTHING_STATED, "ko phát sinh")
"""The same as people type it."""

def remark(code: str, message: str, suggestion: str = "") -> Remark:
    """A remark of a rule of the registry, with the message made where the cell is read."""
    return Remark(code, str(RULES[code].severity), message, suggestion)


BLANK = Meaning(None, status=Status.BLANK)


def unreadable(code: str, message: str, suggestion: str = "") -> Meaning:
    """No value is taken; the suggestion is for a person to decide on."""
    return Meaning(None, remark(code, message, suggestion), Status.UNREADABLE)


def typed(value: Decimal) -> str:
    """A number as it is safest typed: no thousands dots, decimal comma."""
    whole, _, fraction = f"{value:f}".partition(".")
    fraction = fraction.rstrip("0")
    return whole + (f",{fraction}" if fraction else "")


def short(text: str) -> str:
    """A text for a message, cut where it is long."""
    return shortened(text, 40)
