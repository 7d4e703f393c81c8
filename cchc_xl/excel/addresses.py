"""A1-style addresses of cells, and which part of an Office file is the workbook or the text.

Standard library only, for the process that reads files from outside uses them too.
"""

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


RELATIONS = "_rels/.rels"
_RELATION = re.compile(rb"<(?:\w{1,20}:)?Relationship\s[^>]{1,2000}>")
_OFFICE_DOCUMENT = re.compile(rb"""Type\s?=\s?["'][^"']{1,300}/officeDocument["']""")
_TARGET = re.compile(rb"""Target\s?=\s?["']/?([^"']{1,300})["']""")


def main_part(relations: bytes) -> str:
    """The workbook or the text, as the package's relationships name it whatever it is called; empty where none is."""
    for relation in _RELATION.findall(relations):
        if _OFFICE_DOCUMENT.search(relation) and (target := _TARGET.search(relation)):
            return target[1].decode("utf-8", "replace")
    return ""
