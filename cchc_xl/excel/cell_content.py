"""What a cell holds as it lies in the XML, between what people put into it and how it is written."""

from __future__ import annotations

import re
from decimal import Decimal

from cchc_xl.excel.sheet_xml import escaped
from cchc_xl.structs import Struct

Content = Decimal | int | str | None

OWN_TEXT, RESULT_TEXT, NUMBER = "inlineStr", "str", "n"
"""Types of cells (ECMA-376 Part 1, 18.18.11): a text of the cell's own, a text that a formula gave, a number."""


CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class Held(Struct, frozen=True):
    """What a cell holds: style, type, formula, and its value or own text.

    `font` is one from before Unicode that the own text is set in.
    """

    style: int = 0
    kind: str = NUMBER
    formula: str = ""
    text: str = ""
    font: str = ""

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
    return text if text.isprintable() else CONTROL.sub("", text)


def keeps_blanks(text: str) -> bool:
    """Whether a text must be marked, or blanks at its ends would be lost."""
    return text != text.strip() or "\n" in text
