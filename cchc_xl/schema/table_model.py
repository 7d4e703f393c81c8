"""Shapes of a declared table of number columns, and how it stands on paper: its headings with the cells that are
merged, and its printed lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from typing import Literal

import msgspec

from cchc_xl.schema.model_kinds import WORDS, Declared, Kind, Name, Source, Unit
from cchc_xl.values import Struct


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


CORNER_TITLES = ("STT", "Nội dung")
"""Headings of the columns of numbers and names where a table declares none."""


class TableHeading(Struct, frozen=True):
    """A cell of the headings: its text, where it begins, counted from 0, how many levels and columns it spans."""

    text: str
    level: int
    column: int
    height: int = 1
    width: int = 1


class PrintedLine(Struct, frozen=True):
    """A printed line: the row of the table that it shows, or the unit whose figures it shows of that row.

    `owner` is the name of the unit whose record it is.
    """

    row: TableRow
    number: str
    label: str
    unit: str = ""
    owner: str = ""

    @property
    def key(self) -> str:
        """What tells it from all others of its table."""
        return f"{self.row.code}|{self.unit}" if self.unit else self.row.code

    @property
    def bold(self) -> bool:
        """Group lines and sums."""
        return self.row.kind in ("group", "total")


def all_columns(table: Table) -> tuple[TableColumn, ...]:
    """The columns of numbers and names, then those of figures."""
    usual = (TableColumn(code=f"({place})", titles=(title,)) for place, title in enumerate(CORNER_TITLES, 1))
    return (*(table.corner if len(table.corner) >= len(CORNER_TITLES) else usual), *table.columns)


def with_owners(table: Table) -> Table:
    """A table as a book prints it: records have a column more, with the names of their units."""
    if not table.records:
        return table
    corner = all_columns(table)[: len(CORNER_TITLES)]
    return table.changed(corner=(*corner, TableColumn(code="", titles=(OWNER_TITLE,), kind=Kind.TEXT)))


OWNER_TITLE = "Đơn vị"


def headings(table: Table) -> Iterator[TableHeading]:
    """The cells of the headings; equal neighbours under equal headings are one."""
    columns, levels = all_columns(table), table.levels
    for level in range(levels):
        # A column whose last title stands here is a cell of its own.
        heads = [each.titles[: level + 1] if len(each.titles) > level + 1 else at for at, each in enumerate(columns)]
        for _, group in groupby(range(len(columns)), heads.__getitem__):
            first, *others = group
            titles = columns[first].titles
            if level < len(titles):
                height = levels - level if level == len(titles) - 1 else 1
                yield TableHeading(titles[level], level, first, height, 1 + len(others))


def printed_lines(table: Table, units: Mapping[str, Sequence[Unit]]) -> Iterator[PrintedLine]:
    """The lines from the top; `units` are those that report, by the code of a row that stands for each of them, or of
    a record."""
    for row in table.rows:
        number = "" if row.stt == "–" else row.stt
        if row.kind == "open":
            continue
        if row.kind == "units":
            for place, unit in enumerate(units.get(row.code, ()), 1):
                yield PrintedLine(row, str(place), unit.name, unit.id)
        else:
            owner = ", ".join(unit.name for unit in units.get(row.code, ()))
            yield PrintedLine(row, number, "" if row.spare else row.label, owner=owner)
