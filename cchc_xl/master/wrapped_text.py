"""How many lines a text takes in a column: the widths of Times New Roman's letters, and words that stay whole."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

PIXELS_A_DIGIT = 7
"""Column widths are counted in digits of the default font."""

LINE_POINTS, MARGIN_POINTS = 15.75, 2.5
"""The height of a line of the usual size, and what a row needs besides."""

SPARE = 1.04
"""Screens round every letter to whole pixels, and bold ones are wider."""

_WIDTHS = {
    "'": 180, " ,.": 250, "/:;ijlt": 278, "!()-fr[]I": 333, "Js": 389, '"': 408, "acez?“”": 444, "+<=>": 564,
    "FPS": 556, "ELTZ": 611, "BCR": 667, "ADGHKNOQUVXYwĐ": 722, "&m": 778, "%": 833, "M": 889, "@": 921, "W": 944,
    "—…": 1000,
}
_OF_LETTER = {letter: width for letters, width in _WIDTHS.items() for letter in letters}
_USUAL = 500
_HORN, _HORN_WIDTH = "\u031b", 60


def lines_of(text: str, width: float, points: float = 12) -> int:
    """The lines of a text, at least one, in a column so many digits wide and letters so many points high."""
    room = width * PIXELS_A_DIGIT
    return sum(_wrapped(line, room, points) for line in text.split("\n"))


def row_points(lines: int) -> float:
    """The height of a row of so many lines of the usual size."""
    return lines * LINE_POINTS + MARGIN_POINTS


def _wrapped(line: str, room: float, points: float) -> int:
    blank, used, lines = pixels(" ", points), 0.0, 1
    for word in line.split(" "):
        needed = pixels(word, points)
        if used and used + blank + needed > room:
            lines, used = lines + 1, 0.0
        used += needed + (blank if used else 0)
    return lines


@lru_cache(maxsize=4096)
def pixels(text: str, points: float) -> float:
    """The width of a text on a screen."""
    return sum(map(_units, text)) / 1000 * points * 96 / 72 * SPARE


@cache
def _units(letter: str) -> int:
    """The width of a letter; of its marks only the horn takes room."""
    parts = (each for each in unicodedata.normalize("NFD", letter) if each == _HORN or not unicodedata.combining(each))
    return sum(_HORN_WIDTH if each == _HORN else _OF_LETTER.get(each, _USUAL) for each in parts)
