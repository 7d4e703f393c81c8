"""Which rectangles to write: few, however many cells change in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from cchc_xl.excel.addresses import position, reference


@dataclass(frozen=True, slots=True)
class Block:
    """A rectangle of cells, its edges included."""

    top: int
    left: int
    bottom: int
    right: int

    def addresses(self) -> Iterator[list[str]]:
        """The addresses of its cells, row by row."""
        for row in range(self.top, self.bottom + 1):
            yield [reference(row, column) for column in range(self.left, self.right + 1)]


def blocks(changed: Iterable[str], free: Callable[[str], bool]) -> list[Block]:
    """Rectangles that cover the changed cells and besides them only `free` ones.

    Columns that stand side by side make one rectangle. Where a cell in it is not free, each column is covered alone,
    in as many pieces as it needs.
    """
    rows_by_column: dict[int, list[int]] = defaultdict(list)
    for row, column in sorted(map(position, changed)):
        rows_by_column[column].append(row)
    covered = []
    for run in _runs(sorted(rows_by_column)):
        rows = [row for column in run for row in rows_by_column[column]]
        whole = Block(min(rows), run[0], max(rows), run[-1])
        if _is_free(whole, free):
            covered.append(whole)
        else:
            covered += [piece for column in run for piece in _pieces(column, rows_by_column[column], free)]
    return covered


def _runs(numbers: list[int]) -> Iterator[list[int]]:
    run: list[int] = []
    for number in numbers:
        if run and number != run[-1] + 1:
            yield run
            run = []
        run.append(number)
    if run:
        yield run


def _is_free(block: Block, free: Callable[[str], bool]) -> bool:
    return all(free(address) for addresses in block.addresses() for address in addresses)


def _pieces(column: int, rows: list[int], free: Callable[[str], bool]) -> Iterator[Block]:
    top = bottom = rows[0]
    for row in rows[1:]:
        if not _is_free(Block(bottom, column, row, column), free):
            yield Block(top, column, bottom, column)
            top = row
        bottom = row
    yield Block(top, column, bottom, column)
