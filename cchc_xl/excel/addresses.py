"""A1-style addresses. Standard library only, for the process that reads files from outside uses them too."""

from __future__ import annotations

import re
from functools import cache

DIGITS = "0123456789"
REFERENCE = re.compile(r"([A-Z]+)(\d+)")


def column_number(letters: str) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


@cache
def column_letters(number: int) -> str:
    """A for 1, AA for 27."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def reference(row: int, column: int) -> str:
    """A1-style address."""
    return f"{column_letters(column)}{row}"


def position(address: str) -> tuple[int, int]:
    """Row and column of an A1-style address."""
    match = REFERENCE.fullmatch(address)
    if match is None:
        raise ValueError(address)
    return int(match[2]), column_number(match[1])
