"""The carrier for an open workbook: each sheet is read in one go, and everything that was put is written at the end.

Only cells that the engine puts are ever written. Where they stand side by side they go in one block; an empty cell or
one that was put unchanged may be in it, a cell that belongs to a person never.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from math import inf
from typing import TYPE_CHECKING

from cchc_xl.excel.addresses import position, reference
from cchc_xl.excel.cell_content import Content, without_control
from cchc_xl.live.live_cells import read_cells, same, to_write
from cchc_xl.live.office_differences import Desk, desk_of
from cchc_xl.reading import Cell

if TYPE_CHECKING:
    import xlwings as xw

    from cchc_xl.excel.notes_and_inputs import FlagColour, InputCells

Put = tuple[Content, str]
"""Content and formula, as `put` was given them."""


class LiveSheet:
    """One sheet of an open workbook."""

    def __init__(self, sheet: xw.Sheet, desk: Desk) -> None:
        self.sheet, self._desk = sheet, desk
        self._forget()

    def _forget(self) -> None:
        """Nothing is put or read."""
        self._put: dict[str, Put] = {}
        self._changed: dict[str, Put] = {}
        self._gone: dict[str, xw.main.Note] = {}
        self._added: dict[str, str] = {}
        self._looks: list[tuple[int, Block]] = []
        self._closed: dict[str, tuple[str, tuple[str, str]]] = {}
        self.__dict__.pop("_read", None)
        self.__dict__.pop("_last_row_read", None)

    @cached_property
    def name(self) -> str:
        """The text on the tab."""
        return str(self.sheet.name)

    def read(self) -> None:
        """Reads the sheet if it was not read yet."""
        self._read  # noqa: B018

    @cached_property
    def _read(self) -> dict[str, Cell]:
        return read_cells(self.sheet)

    @cached_property
    def _last_row_read(self) -> int:
        return max((position(address)[0] for address in self._read), default=0)

    @property
    def last_row(self) -> int:
        """The number of the last row that holds anything."""
        return max([self._last_row_read, *(position(address)[0] for address in self._changed)])

    def cells(self) -> Iterator[tuple[str, Cell]]:
        """Every cell that is not empty."""
        for address in self._read | self._changed:
            cell = self.cell(address)
            if not cell.empty or cell.formula:
                yield address, cell

    def row(self, number: int) -> Iterator[tuple[str, Cell]]:
        """Every cell of a row that is not empty."""
        return ((address, cell) for address, cell in self.cells() if position(address)[0] == number)

    def cell(self, address: str) -> Cell:
        """One cell, as it will be after the commit; an empty one where there is none."""
        if address in self._changed:
            return _as_cell(*self._changed[address])
        return self._read.get(address, Cell())

    def put(self, address: str, content: Content, formula: str = "", style_like: str = "") -> bool:
        """Keeps a cell's content for the commit; tells whether it changes anything.

        With `formula` the office computes the result itself. Cells keep their looks, so `style_like` has no use here.
        """
        if isinstance(content, str):
            content = without_control(content)
        self._put[address] = content, formula
        self._changed.pop(address, None)
        if same(self._read.get(address, Cell()), content, formula):
            return False
        self._changed[address] = content, formula
        return True

    def dress(self, like: int, last: int, last_column: int) -> None:
        """Makes the rows after `like` look like it down to `last`, and those that end now like an empty one.

        A row whose cells are as open as those of `like` is taken to look like it: people may have coloured it.
        """
        end = self._last_row_read
        rows = Block(like, 1, last, last_column)
        known = last <= end and self._alike(rows)
        self._looks = [] if last == like or known else [(like, rows)]
        if last < end:
            self._looks.append((end + 1, Block(last + 1, 1, end + 1, last_column)))

    def _alike(self, rows: Block) -> bool:
        columns = range(rows.left, rows.right + 1)
        of_column = (self.sheet.range((rows.top, column), (rows.bottom, column)) for column in columns)
        return all(self._desk.locked(cells) is not None for cells in of_column)

    def keep_inputs(self, inputs: Sequence[InputCells], colours: Sequence[FlagColour]) -> None:
        """Notes for the commit which input cells nobody can type in; they get the look of their like.

        What a paste takes, it takes all at once: colours and validation come back with the look.
        """
        runs = [(each, cells) for each in inputs for cells in _side_by_side(each.cells)]
        self._closed = {}
        if not runs or self._desk.all_open(self.sheet, [f"{cells[0]}:{cells[-1]}" for _, cells in runs]):
            return
        open_ones: dict[tuple[str, int], str] = {}
        closed: dict[str, tuple[tuple[str, int], tuple[str, str]]] = {}
        for each, cells in runs:
            state = self._desk.locked(self.sheet.range(cells[0], cells[-1]))
            states = {cell: self._desk.locked(self.sheet.range(cell)) if state is None else state for cell in cells}
            # The colours look at a column of flags that each column has of its own.
            alike = {cell: (each.look, position(cell)[1]) for cell in states}
            closed |= {cell: (alike[cell], each.prompt) for cell, shut in states.items() if shut}
            open_ones.update((alike[cell], cell) for cell, shut in states.items() if not shut)
        self._closed = {cell: (open_ones[key], told) for cell, (key, told) in closed.items() if key in open_ones}
        for cell in self._closed:
            # Its digits alone would be another figure than the date, time or percentage that its look shows.
            if text := self.cell(cell).shown:
                self.put(cell, text)

    def keep_own_notes(self, wanted: Mapping[str, str], author: str, mark: str) -> None:
        """Makes our notes exactly `wanted` at the commit, one call for each that changes; a cell with a person's note
        gets none. The office enters its user's name as their author."""
        present = {note.location.get_address(False, False): note for note in self.sheet.notes}
        texts = {address: note.text for address, note in present.items()}
        self._gone = {
            address: present[address] for address, text in texts.items()
            if text.startswith(mark) and wanted.get(address) != text
        }
        self._added = {
            address: text for address, text in wanted.items() if address not in present or address in self._gone
        }

    @property
    def merged(self) -> list[str]:
        """Not asked of an open book: it would cost a call for every cell. The file on disk tells."""
        return []

    def column_width(self, column: int) -> float:
        """The office measures wrapped text itself."""
        return inf

    def fit_row(self, row: int, least: float, beyond: float) -> None:
        """The office fits rows itself."""

    @property
    def changed(self) -> bool:
        """Whether the commit has anything to write."""
        return bool(self._changed or self._gone or self._added or self._looks or self._closed)

    def commit(self) -> None:
        """Writes what changes; the sheet's protection is lifted."""
        for block in self._blocks():
            self._write(block)
        for row, rows in self._looks:
            self._look_like(row, rows)
        for cell, (like, prompt) in self._closed.items():
            self._desk.take_look(self.sheet.range(cell), self.sheet.range(like), prompt)
        for note in self._gone.values():
            note.delete()
        for address, text in self._added.items():
            self._desk.add_note(self.sheet.range(address), text)
        self._forget()

    def _blocks(self) -> list[Block]:
        return blocks(self._changed, lambda address: address in self._put or address not in self._read)

    def _look_like(self, row: int, rows: Block) -> None:
        """Fills the formats of a row, the first or the last of a block, over the block."""
        source = self.sheet.range((row, rows.left), (row, rows.right))
        source.autofill(self.sheet.range((rows.top, rows.left), (rows.bottom, rows.right)), "fill_formats")

    def _write(self, block: Block) -> None:
        rows = [
            [to_write(*self._put.get(address, (None, ""))) for address in addresses] for addresses in block.addresses()
        ]
        self.sheet.range((block.top, block.left), (block.bottom, block.right)).formula = rows


def _side_by_side(cells: Sequence[str]) -> Iterator[list[str]]:
    for run in blocks(cells, lambda _: False):
        yield [address for row in run.addresses() for address in row]


def _as_cell(content: Content, formula: str) -> Cell:
    value = None if content == "" else content
    return Cell(Decimal(value) if isinstance(value, int) else value, formula=formula)


class LiveBook:
    """An open workbook. `commit` writes into it; saving stays with the person."""

    def __init__(self, book: xw.Book) -> None:
        self.book = book
        self.desk = desk_of(book)
        self._listed = {str(sheet.name): sheet for sheet in book.sheets}
        self._sheets: dict[str, LiveSheet] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._listed

    @property
    def sheet_names(self) -> tuple[str, ...]:
        """Every sheet, in the order of the tabs."""
        return tuple(self._listed)

    def read_all(self) -> None:
        """Reads every sheet now, so that everything is computed from the same moment."""
        for name in self._listed:
            self.sheet(name).read()

    def sheet(self, name: str) -> LiveSheet:
        """A sheet by its name."""
        if name not in self._sheets:
            self._sheets[name] = LiveSheet(self._listed[name], self.desk)
        return self._sheets[name]

    @property
    def changed(self) -> bool:
        """Whether anything that was put differs from what was there."""
        return any(sheet.changed for sheet in self._sheets.values())

    def commit(self, backup: datetime | None = None) -> None:
        """Writes what was put. No file is touched, so there is nothing to copy aside."""
        changed = [sheet for sheet in self._sheets.values() if sheet.changed]
        with self.desk.quiet(), ExitStack() as unlocked:
            # All are opened first: no sheet is written where another has a password.
            for sheet in changed:
                unlocked.enter_context(self.desk.unprotected(sheet.sheet))
            for sheet in changed:
                sheet.commit()


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
