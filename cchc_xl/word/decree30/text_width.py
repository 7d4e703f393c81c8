"""How long a text is in bold Times New Roman, to compare a drawn line with the text above it."""

from __future__ import annotations

import unicodedata

_GROUPS = {
    250: " ,.", 278: "il/", 333: "jft-:;()", 389: "sI", 444: "cerz", 500: "agovxyJ0123456789–_",
    556: "bdhknpquSđ", 611: "FP", 667: "BELTZ", 722: "wACDNRUVXYĐ", 778: "GHKOQ", 833: "m", 944: "M", 1000: "W…",
}
"""Thousandths of the letter size, by letter: Times New Roman bold and the fonts made to its measure."""

_WIDTHS = {letter: width for width, letters in _GROUPS.items() for letter in letters}
_USUAL = 556


def longest_line(text: str, size: float) -> float:
    """The length of the longest line in twentieths of a point; tone marks and hooks add nothing."""
    return max((_length(line) for line in text.splitlines()), default=0) * size * 20 / 1000


def _length(line: str) -> float:
    letters = (letter for letter in unicodedata.normalize("NFD", line) if not unicodedata.combining(letter))
    return sum(_WIDTHS.get(letter, _USUAL) for letter in letters)
