"""The cells of a table in a unit's form, found by the keys of its lines and the numbers of its columns.

Runs in the reading process, standard library only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from cchc_xl.sheet_names import KEYS_HEADER

COLUMN_CODE = re.compile(r"\(\d{1,2}[a-z]?\)")
HEADER_WITHIN = 40
LABEL = 2
"""The column of the lines' names, from 0."""

Row = tuple[int, list[Any]]


class TableCells:
    """The table of a sheet: `columns` are the numbers of its columns, from 0, with their codes."""

    def __init__(self, rows: Sequence[Row]) -> None:
        header = next((row for number, row in rows if number <= HEADER_WITHIN and row and row[0] == KEYS_HEADER), [])
        self._rows = [(number, row) for number, row in rows if row is not header]
        self.columns = [
            (place, text.strip()) for place, text in enumerate(header)
            if place > LABEL and isinstance(text, str) and COLUMN_CODE.fullmatch(text.strip())
        ]
        self._top = next((number for number, row in rows if row is header), 0)

    def lines(self) -> Iterator[tuple[int, str, str, list[Any]]]:
        """Row number, the line's code and name, and what stands in its columns; blanks too."""
        for number, row in self._rows:
            key = row[0].partition("|")[0] if row and isinstance(row[0], str) else ""
            if key and number > self._top:
                label = row[LABEL] if len(row) > LABEL and isinstance(row[LABEL], str) else ""
                yield number, key, label, [row[place] if place < len(row) else "" for place, _ in self.columns]

    def beside(self) -> Iterator[tuple[int, list[Any], int]]:
        """Row number, row and column of what stands around the table, in lines and columns of somebody's own.

        In the headings above it, only what is nothing but a number.
        """
        for number, row in self._rows:
            key = row[0] if row and isinstance(row[0], str) else ""
            own = {1, LABEL, *dict(self.columns)} if key and number > self._top else set()
            for place in range(1, len(row)):
                if place not in own and (number > self._top or _is_bare(row[place])):
                    yield number, row, place


def _is_bare(value: Any) -> bool:
    return value.strip().isdigit() if isinstance(value, str) else value is not None
