"""What a cell holds as it lies in the XML, between what people put into it and how it is written."""

from __future__ import annotations

import re
from decimal import Decimal

from cchc_xl.values import Struct

Content = Decimal | int | str | None

OWN_TEXT, RESULT_TEXT, NUMBER = "inlineStr", "str", "n"
"""Types of cells (ECMA-376 Part 1, 18.18.11): a text of the cell's own, a text that a formula gave, a number."""


CONTROL = "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"

ESCAPED = "_x([0-9A-Fa-f]{4})_"
LOOKS_ESCAPED = "_(?=x[0-9A-Fa-f]+_)"


class Held(Struct, frozen=True):
    """What a cell holds: style, type, formula, and its value or own text."""

    style: int = 0
    kind: str = NUMBER
    formula: str = ""
    text: str = ""

    @property
    def nothing(self) -> bool:
        """Whether the cell is there for its borders only."""
        return not self.text and not self.formula and self.kind == NUMBER


def held_of(content: Content, formula: str, style: int) -> Held:
    """What a cell of a style holds when content is put into it; with a formula, content is its stored result."""
    if isinstance(content, str):
        if not content and not formula:
            return Held(style)
        return Held(style, RESULT_TEXT if formula else OWN_TEXT, formula, escaped(content))
    shown = "" if content is None else f"{content:f}" if isinstance(content, Decimal) else str(content)
    return Held(style, NUMBER, formula, shown)


def without_control(text: str) -> str:
    """The text without the characters that no cell can hold; none of them is printable."""
    return text if text.isprintable() else re.sub(CONTROL, "", text)


def unescaped(text: str) -> str:
    """The text of a cell: _x000D_ stands for a character (ECMA-376 Part 1, 22.9.2.19)."""
    return re.sub(ESCAPED, lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def escaped(text: str) -> str:
    """The text so that no program takes part of it for an escape; LibreOffice does so with fewer than four digits."""
    return re.sub(LOOKS_ESCAPED, "_x005F_", text) if "_x" in text else text


def keeps_blanks(text: str) -> bool:
    """Whether a text must be marked, or blanks at its ends would be lost."""
    return text != text.strip() or "\n" in text


BUILTIN_FORMATS = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 14: "mm-dd-yy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "m/d/yy h:mm", 37: "#,##0 ;(#,##0)", 38: "#,##0 ;[Red](#,##0)",
    39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;[Red](#,##0.00)", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mmss.0",
    48: "##0.0E+0", 49: "@",
}
"""Number formats that a workbook names by number only (ECMA-376 Part 1, 18.8.30)."""
