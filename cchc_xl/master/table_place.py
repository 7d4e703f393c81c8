"""Where a table stands on a sheet of its own, in a book or in a unit's form."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from cchc_xl.excel.addresses import column_letters
from cchc_xl.schema.table_lines import PrintedLine, all_columns
from cchc_xl.schema.table_model import Table
from cchc_xl.values import Struct

TOP = 6
"""The row of a table's first headings."""

FIRST_COLUMN = 2
"""Column B holds the lines' numbers; in the hidden column A stand their keys."""

NAME_COLUMN = "C"


class TablePlace(Struct, frozen=True, dict=True):
    """Where a table stands: the row of column numbers, rows by the keys of lines, letters by the codes of columns."""

    table: Table
    lines: tuple[PrintedLine, ...]

    @property
    def number_row(self) -> int:
        """The row that says (1), (2), (3)."""
        return TOP + self.table.levels

    @cached_property
    def rows(self) -> dict[str, int]:
        """The row of every line, by its key."""
        return {line.key: self.number_row + place for place, line in enumerate(self.lines, 1)}

    @cached_property
    def letters(self) -> dict[str, str]:
        """The letters of every column, by its code."""
        columns = enumerate(all_columns(self.table), FIRST_COLUMN)
        return {column.code: column_letters(place) for place, column in columns}

    @property
    def last_row(self) -> int:
        """The row of the last line."""
        return self.number_row + len(self.lines)

    @property
    def last_column(self) -> int:
        """The number of the last column."""
        return FIRST_COLUMN + len(all_columns(self.table)) - 1


def place_of(table: Table, lines: Sequence[PrintedLine]) -> TablePlace:
    """Where the lines of a table stand on a sheet of their own."""
    return TablePlace(table, tuple(lines))
