"""The words around a figure, by which it is found again where people have typed over its frame."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from cchc_xl.word.content_controls import Part

REACH = 5
"""Words on each side."""

LEAST = 4
"""Words on both sides together, below which a place could be any."""

_NUMBER = r"\d[\d.,]*%?"
_PIECE = re.compile(rf"{_NUMBER}|\S+?(?=\d|\s|$)")


class Surroundings:
    """Where the figures of a fresh report stand, by tag."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self._patterns: dict[str, list[re.Pattern[str]]] = defaultdict(list)
        for part in parts:
            for control in part.controls:
                text = part.paragraphs[control.paragraph]
                end = control.at + len(control.text)
                pattern = _pattern(text[:control.at], text[end:])
                if pattern is not None:
                    self._patterns[control.tag].append(pattern)

    def number(self, tag: str, paragraphs: Sequence[str]) -> tuple[str, str] | None:
        """The number in the place of a figure, with its paragraph; None where there is no such place, or several."""
        found = {
            (match.span("now"), place): (match["now"].rstrip(".,"), paragraph)
            for pattern in self._patterns.get(tag, ())
            for place, paragraph in enumerate(paragraphs)
            for match in pattern.finditer(paragraph)
        }
        return next(iter(found.values())) if len(found) == 1 else None


def _pattern(before: str, after: str) -> re.Pattern[str] | None:
    """A number between the words; other numbers among them may have changed."""
    left, right = _PIECE.findall(before)[-REACH:], _PIECE.findall(after)[:REACH]
    if sum(piece.isalpha() for piece in (*left, *right)) < LEAST:
        return None
    sides = [r"\s*".join(_NUMBER if piece[0].isdigit() else re.escape(piece) for piece in side)
             for side in (left, right)]
    return re.compile(rf"{sides[0]}\s*(?P<now>{_NUMBER})\s*{sides[1]}")
