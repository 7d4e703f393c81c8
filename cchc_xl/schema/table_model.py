"""Shapes of a declared table of number columns."""

from collections.abc import Iterator
from functools import cached_property
from typing import Literal

import msgspec

from cchc_xl.schema.model_kinds import WORDS, Declared, Kind, Name, Source


class TableColumn(Declared, frozen=True, kw_only=True):
    """A number column of a table: its code "(3)", its headings from the top, and what stands below them.

    `declared` are the cells that said so, by their titles.
    """

    code: str
    titles: tuple[str, ...]
    kind: Kind = Kind.COUNT
    source: Source = Source.TYPED
    formula: str = ""
    declared: dict[str, str] = msgspec.field(default_factory=dict)

    @property
    def title(self) -> str:
        """The heading right above the numbers."""
        return self.titles[-1] if self.titles else ""

    @property
    def typed(self) -> bool:
        """Whether people type its cells."""
        return self.source not in (Source.COMPUTED, Source.RATE)


class TableRow(Declared, frozen=True, kw_only=True):
    """A line of a table: a group line without numbers, a row, the sum of rows, or a row for every unit that reports.

    Above an open row, which is not printed, units add rows of their own: their form has `room` for so many. A row that
    was added, or may be, names the open row that it stands above.
    """

    code: str
    label: str
    kind: Literal["group", "row", "total", "units", "open"] = "row"
    stt: str = ""
    above: str = ""
    room: int = 0
    declared: dict[str, str] = msgspec.field(default_factory=dict)

    @property
    def numbered(self) -> bool:
        """Whether it holds figures."""
        return self.kind not in ("group", "open")

    @property
    def spare(self) -> bool:
        """Whether it is an empty row of a unit's form, whose name the unit types."""
        return SPARE in self.code


SPARE = "+"
"""What parts the code of an open row from the number of an empty row above it: ii06a.19+1."""


class Table(Declared, frozen=True, kw_only=True):
    """A table whose figures stand in rows and columns. Each figure is an indicator of the section: `cell` names it.

    `corner` are the columns of the rows' numbers and names.
    """

    code: str
    name: Name
    label: str
    unit: str = ""
    corner: tuple[TableColumn, ...] = ()
    columns: tuple[TableColumn, ...] = ()
    rows: tuple[TableRow, ...] = ()
    declared: dict[str, str] = msgspec.field(default_factory=dict)

    @property
    def numbered(self) -> tuple[TableRow, ...]:
        """The rows that hold figures."""
        return tuple(row for row in self.rows if row.numbered)

    def groups(self) -> Iterator[tuple[str, list[TableRow]]]:
        """The words of each group line with the rows below it; rows above the first one have no words."""
        label, rows = "", list[TableRow]()
        for row in self.rows:
            if row.kind == "group":
                yield label, rows
                label, rows = row.label, []
            else:
                rows.append(row)
        yield label, rows

    def group_of(self, row: TableRow) -> tuple[str, list[TableRow]]:
        """The group that a row stands in."""
        return next(group for group in self.groups() if row in group[1])

    @cached_property
    def records(self) -> bool:
        """Whether each row is one that a unit added and is its own: a list of documents or of initiatives."""
        words = any(column.kind in WORDS for column in self.columns)
        return words and any(row.kind == "open" for row in self.rows) and not any(
            row.kind == "units" or (row.kind == "row" and not row.above) for row in self.rows
        )

    @cached_property
    def codes(self) -> frozenset[str]:
        """The codes of its lines and figures."""
        cells = (cell_code(row.code, column.code) for row in self.numbered for column in self.columns)
        return frozenset((self.code, *(row.code for row in self.rows), *cells))

    @property
    def levels(self) -> int:
        """How many lines of headings it has."""
        return max(len(column.titles) for column in (*self.columns, *self.corner))


def cell_code(row: str, column: str) -> str:
    """The code of the figure of a row and a column: ii06a.3(7)."""
    return f"{row}{column}"
