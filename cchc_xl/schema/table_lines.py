"""How a table stands on paper: its headings with the cells that are merged, and its printed lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from cchc_xl.schema.model_kinds import Kind
from cchc_xl.schema.office_model import Unit
from cchc_xl.schema.table_model import Table, TableColumn, TableRow
from cchc_xl.values import Struct

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
