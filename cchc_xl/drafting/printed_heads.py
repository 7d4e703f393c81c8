"""The headings of the printed table as one cell of the declaration, and back: STT | Nội dung | Kết quả › Số liệu."""

from __future__ import annotations

from collections.abc import Sequence

from cchc_xl.drafting.printed_table import PrintedColumn, PrintedTable, columns_of
from cchc_xl.structs import Struct

BETWEEN, BELOW = " | ", " › "


class PrintedHeads(Struct, frozen=True):
    """The columns of the printed table, and the line of their numbers where it has one."""

    columns: tuple[PrintedColumn, ...]
    counted: tuple[str, ...] = ()

    @property
    def levels(self) -> int:
        """Lines of headings."""
        return max((len(column.titles) for column in self.columns), default=1)


def written_heads(table: PrintedTable) -> str:
    """The cell."""
    heads = BETWEEN.join(BELOW.join(column.titles) for column in table.columns)
    counted = [column.counted for column in table.columns]
    return f"{heads}\n{BETWEEN.join(counted)}" if any(counted) else heads


def read_heads(text: str) -> PrintedHeads:
    """What a cell says."""
    first, _, second = text.partition("\n")
    paths = [tuple(title.strip() for title in path.split(BELOW.strip())) for path in first.split(BETWEEN.strip())]
    counted = [each.strip() for each in second.split(BETWEEN.strip())] if second else [""] * len(paths)
    return PrintedHeads(columns_of(paths, counted), tuple(counted) if second else ())


def placed(heads: Sequence[PrintedColumn], level: int) -> list[tuple[str, int, int, int]]:
    """The cells of a level of headings: text, first column, how many columns and levels it spans."""
    deepest = max(len(column.titles) for column in heads)
    made: list[tuple[str, int, int, int]] = []
    for place, column in enumerate(heads):
        if level >= len(column.titles):
            continue
        title, last = column.titles[level], level == len(column.titles) - 1
        height = deepest - level if last else 1
        before = heads[place - 1] if place else None
        joined = before is not None and before.titles[: level + 1] == column.titles[: level + 1]
        if joined and made and made[-1][0] == title and len(before.titles) == len(column.titles):  # type: ignore[union-attr]
            text, first, width, tall = made[-1]
            made[-1] = text, first, width + 1, tall
        else:
            made.append((title, place, 1, height))
    return made
