"""The cells of a table in a unit's form, found by the keys of its lines and the numbers of its columns.

Runs in the reading process, standard library only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from cchc_xl.sheet_names import KEYS_HEADER

COLUMN_CODE = re.compile(r"\(\d{1,2}[a-z]?\)")
FORMER_HELP = "#"
"""How the keys of the rows begin that held the checks, below the table, of forms that were handed out before."""

HEADER_WITHIN = 40
ROWS_BELOW = 3
"""So far below its last line a table may be thought to go on."""

LABEL = 2
"""The column of the lines' names, from 0."""

Row = tuple[int, list[Any]]


class TableCells:
    """The table of a sheet: `columns` are the numbers of its columns, from 0, with their codes."""

    def __init__(self, rows: Sequence[Row]) -> None:
        header = next((row for number, row in rows if number <= HEADER_WITHIN and row and row[0] == KEYS_HEADER), [])
        self._rows = [(number, row) for number, row in rows if not key_of(row).startswith(FORMER_HELP)]
        self.columns = [
            (place, text.strip()) for place, text in enumerate(header)
            if place > LABEL and isinstance(text, str) and COLUMN_CODE.fullmatch(text.strip())
        ]
        self._top = next((number for number, row in rows if row is header), 0)

    def lines(self) -> Iterator[tuple[int, str, str, list[Any]]]:
        """Row number, the line's code and name, and what stands in its columns; blanks too."""
        for number, row in self._rows:
            key = key_of(row).partition("|")[0]
            if key and number > self._top:
                label = _text(row[LABEL]) if len(row) > LABEL else ""
                yield number, key, label, [row[place] if place < len(row) else "" for place, _ in self.columns]

    def beside(self) -> Iterator[tuple[int, list[Any], int]]:
        """Row number, row and column of the numbers around the table, in lines and columns of somebody's own, and of
        the names right below it. In the headings above it, and among their numbers, only what is nothing but a number.
        """
        last = max((number for number, row in self._rows if row and row[0]), default=0)
        for number, row in self._rows:
            key = key_of(row)
            own = {1, LABEL, *dict(self.columns)} if key and number > self._top else set()
            named = not key and self._top < number <= last + ROWS_BELOW
            for place in range(1, len(row)):
                value = row[place]
                if place not in own and (
                    (is_number(value) and (number > self._top or _is_bare(value)))
                    or (named and place == LABEL and _text(value).strip())
                ):
                    yield number, row, place


def key_of(row: list[Any]) -> str:
    """The key in column A, by which a line is known; empty where there is none."""
    return row[0] if row and isinstance(row[0], str) else ""


def _text(name: Any) -> str:
    """A name as it was typed; a number is none, but something stands there."""
    return name if isinstance(name, str) else f"{name:g}" if isinstance(name, int | float) else ""


def _is_bare(value: Any) -> bool:
    return value.strip().isdigit() if isinstance(value, str) else value is not None


NUMBER_FIRST = re.compile(r"[-+≈~<>'\s]*\d[^\n]{0,30}")


def is_number(value: object) -> bool:
    """Whether somebody may have typed a figure; also as text, as in "12 hồ sơ"."""
    return bool(NUMBER_FIRST.fullmatch(value)) if isinstance(value, str) else value is not None
