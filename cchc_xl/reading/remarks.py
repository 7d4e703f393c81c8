"""What the number grammar remarks on: a rule of the registry, with the message made where the cell is read."""

from __future__ import annotations

from cchc_xl.rule_registry import RULES
from cchc_xl.values import Remark


def remark(code: str, message: str, suggestion: str = "") -> Remark:
    """A remark of a known rule."""
    return Remark(code, str(RULES[code].severity), message, suggestion)
