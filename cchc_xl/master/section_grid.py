"""Where things stand on a section sheet, and figures of the whole on the sheet “Số chung”.

Rows are found by the code in column A, columns by their heading.

A sheet is planned here before it is made, and bound as it is found in a workbook, which may lie in a file
(`excel.spreadsheet`) or be open in an office (`live`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Protocol

from cchc_xl import sheet_names
from cchc_xl.excel.addresses import column_letters, column_number, reference
from cchc_xl.excel.cell_content import Content
from cchc_xl.excel.notes_and_inputs import FlagColour, InputCells
from cchc_xl.master.table_layout import TABLE_ROW
from cchc_xl.reading import Cell, folded, read, tidy
from cchc_xl.schema.form_model import Form, Indicator, Section
from cchc_xl.schema.model_kinds import WORDS, Kind, Unit
from cchc_xl.typed_text import shortened
from cchc_xl.values import Address, Reading, Struct

HEADER_ROW = 5
FIXED_HEADERS = {
    "code": sheet_names.CODE_HEADER,
    "number": sheet_names.NUMBER_HEADER,
    "label": sheet_names.LABEL_HEADER,
    "measure": sheet_names.UNIT_HEADER,
    "figure": sheet_names.FIGURE_HEADER,
    "note": sheet_names.NOTE_HEADER,
}
FIGURE = "figure"
NOTE = "note"
PREVIOUS = "previous"
LAST_YEAR = "last_year"
CHECK = "check"
HEADERS = FIXED_HEADERS | {
    PREVIOUS: sheet_names.PREVIOUS_HEADER, LAST_YEAR: sheet_names.LAST_YEAR_HEADER, CHECK: sheet_names.CHECK_HEADER,
}


def flag_key(column: str) -> str:
    """The hidden column that holds the flags of another column."""
    return sheet_names.FLAG_PREFIX + column


def read_key(column: str) -> str:
    """The hidden column that holds values understood from text."""
    return sheet_names.READ_PREFIX + column


def prompt_title(row: Indicator) -> str:
    """What stands above the prompt of an indicator's cells; some of one table are named alike."""
    title = f"{row.column} {row.label.rpartition(') ')[2]}" if row.row else row.code
    return shortened(title, LONGEST_TITLE)


LONGEST_TITLE = 32


class Grid(Struct, frozen=True):
    """Row numbers by code and column numbers by key (unit id, "figure", "note", "check" …) of one section sheet."""

    sheet: str
    rows: Mapping[str, int]
    columns: Mapping[str, int]

    def address(self, code: str, column: str) -> str:
        """A1-style address of a line's cell."""
        return reference(self.rows[code], self.columns[column])

    def span(self, code: str, columns: list[str]) -> str:
        """The range of a line from the first to the last of the columns, which stand side by side."""
        first, last = self.address(code, columns[0]), self.address(code, columns[-1])
        return first if first == last else f"{first}:{last}"

    def headings(self, units: Sequence[Unit]) -> str:
        """The headings of units, as another sheet names them; the units stand side by side."""
        first, last = (column_letters(self.columns[unit.id]) for unit in (units[0], units[-1]))
        return f"'{self.sheet}'!${first}${HEADER_ROW}:${last}${HEADER_ROW}"


class Plan(Struct, frozen=True):
    """A new section sheet: its grid, and the rows of its blocks."""

    grid: Grid
    units: tuple[Unit, ...]
    section_row: int
    last_printed_row: int
    supporting_row: int | None


def plan(form: Form, section: Section) -> Plan:
    """The layout of a new sheet: printed rows, then the supporting rows below a heading of their own."""
    units = form.columns(section)
    section_row = HEADER_ROW + 1
    rows = {row.code: section_row + number for number, row in enumerate(section.rows, 1)}
    last = section_row + len(section.rows)
    supporting_row = last + 2 if section.supporting else None
    for number, row in enumerate(section.supporting, 1):
        rows[row.code] = last + 2 + number
    return Plan(Grid(section.sheet, rows, _columns(units)), units, section_row, last, supporting_row)


def _columns(units: tuple[Unit, ...]) -> dict[str, int]:
    typed = [unit.id for unit in units]
    shown = [*FIXED_HEADERS, *typed, PREVIOUS, LAST_YEAR, CHECK]
    keys = [*shown, flag_key(FIGURE), *map(flag_key, typed), *map(read_key, typed)]
    return {key: number for number, key in enumerate(keys, 1)}


class SheetCarrier(Protocol):
    """Cells by address. What is put is kept back until the workbook's `commit`."""

    @property
    def name(self) -> str:
        """The text on the tab."""

    @property
    def last_row(self) -> int:
        """The number of the last row that exists."""

    @property
    def merged(self) -> list[str]:
        """The merged ranges, as A1:B2, where the carrier can tell."""

    def cells(self) -> Iterator[tuple[str, Cell]]:
        """Every cell that is not empty, row by row."""

    def row(self, number: int) -> Iterator[tuple[str, Cell]]:
        """Every cell of a row that is not empty."""

    def cell(self, address: str) -> Cell:
        """One cell; an empty one where there is none."""

    def put(self, address: str, content: Content, formula: str = "", style_like: str = "") -> bool:
        """Sets a cell's content, keeping its style; tells whether that changed anything."""

    def dress(self, like: int, last: int, last_column: int) -> None:
        """Makes the rows after `like` look like it down to `last`, and any later one like an empty sheet.

        The look is borders, colours, and which cells people can type in.
        """

    def keep_inputs(self, inputs: Sequence[InputCells], colours: Sequence[FlagColour]) -> None:
        """Puts back what an ordinary paste takes from input cells: that they are open, validation, colours of flags."""

    def keep_own_notes(self, wanted: Mapping[str, str], author: str, mark: str) -> None:
        """Makes our notes (their text begins with `mark`) exactly `wanted`; a cell with a person's note gets none."""

    def column_width(self, column: int) -> float:
        """The width of a column in digits; infinite where the office itself measures wrapped text."""

    def fit_row(self, row: int, least: float, beyond: float) -> None:
        """Makes a row `least` points high where it is lower or `beyond`, unless a person has set its height.

        A row of 0 points is as high as the office measures it.
        """


class BookCarrier(Protocol):
    """Sheets by name, and one moment at which everything that was put is written."""

    def __contains__(self, name: str) -> bool: ...

    @property
    def sheet_names(self) -> tuple[str, ...]:
        """Every sheet, in the order of the tabs."""

    def sheet(self, name: str) -> SheetCarrier:
        """A sheet by its name."""

    @property
    def changed(self) -> bool:
        """Whether anything that was put differs from what was there."""

    def commit(self, backup: datetime | None = None) -> None:
        """Writes what was put. A file is first copied aside under the moment `backup`; an open book is not saved."""


HEADER_KEYS = {folded(title): key for key, title in HEADERS.items()}
CODE_HEADING = folded(sheet_names.CODE_HEADER)
HIDDEN = (sheet_names.FLAG_PREFIX, sheet_names.READ_PREFIX)
"""How the headings of the hidden columns begin."""
HEADER_WITHIN = HEADER_ROW + 30


class Page(Struct, frozen=True, dict=True):
    """A sheet with coded rows, as it lies in the file."""

    sheet: SheetCarrier
    header: int

    @cached_property
    def codes(self) -> dict[int, str]:
        """What stands in the hidden code column below the header, by row."""
        rows = range(self.header + 1, self.sheet.last_row + 1)
        return {row: code for row in rows if (code := _text_of(self.sheet.cell(f"A{row}")))}

    @cached_property
    def titles(self) -> dict[int, str]:
        """The headings by column."""
        row = str(self.header)
        found = {
            column_number(address.removesuffix(row)): _text_of(cell) for address, cell in self.sheet.row(self.header)
        }
        return {column: found[column] for column in sorted(found) if found[column]}

    def keys(self, units: Iterable[Unit]) -> dict[int, str]:
        """What the columns hold, as in `Grid.columns`, by column; a heading that nobody knows is left out."""
        known = HEADER_KEYS | {folded(unit.name): unit.id for unit in units}
        keys = {
            column: title if title.startswith(HIDDEN) else known.get(folded(title), "")
            for column, title in self.titles.items()
        }
        return {column: key for column, key in keys.items() if key}

    def text(self, row: int, column: int) -> str:
        """The text of a cell."""
        return _text_of(self.sheet.cell(reference(row, column)))

    def place(self, row: int, column: int) -> tuple[Address, ...]:
        """An address for a finding."""
        return (Address(self.sheet.name, reference(row, column)),)


def keyed_rows(sheet: SheetCarrier, head: int = TABLE_ROW) -> dict[str, int]:
    """The rows below a heading by the key in the (hidden) first column, the first where it stands twice."""
    keys: dict[str, int] = {}
    for row in range(head + 1, sheet.last_row + 1):
        if key := sheet.cell(f"A{row}").raw:
            keys.setdefault(key, row)
    return keys


def _text_of(cell: Cell) -> str:
    raw = cell.raw
    return tidy(raw) if raw else ""


def heads_codes(raw: str) -> bool:
    """Whether a cell of column A is the heading of the codes. Its letters are not all ASCII, those of a code are."""
    return not raw.isascii() and folded(raw) == CODE_HEADING


def page_of(sheet: SheetCarrier) -> Page | None:
    """The page that a sheet is; None where no heading of the codes stands on it."""
    for row in range(1, min(HEADER_WITHIN, sheet.last_row + 1)):
        if heads_codes(sheet.cell(f"A{row}").raw):
            return Page(sheet, row)
    return None


def bind(page: Page, section: Section, units: Iterable[Unit]) -> Grid:
    """The grid of a section's page on which every row and column stands once, as `structure` has found."""
    wanted = {line.code for line in section.lines}
    rows = {code: row for row, code in page.codes.items() if code in wanted}
    return Grid(page.sheet.name, rows, {key: column for column, key in page.keys(units).items()})


FIGURE_COLUMN, SOURCE_COLUMN = 5, 6
"""Of the sheet “Số chung”: figures known only for the whole, which nobody has divided among the units yet.

Such a figure is the total for as long as a unit has not answered; when all have, it is held against what they say. A
master from before there was such a sheet has none.
"""


def shareable(form: Form) -> Iterator[Indicator]:
    """The indicators whose figure of the whole can be known before those of the units: numbers of several units."""
    for row in form.indicators():
        if row.typed and row.kind not in (*WORDS, Kind.RATIO) and len(form.reporters(row)) > 1:
            yield row


def of_the_whole(row: Indicator) -> Indicator:
    """The indicator as the figure of the whole shows it: not as one unit is asked, nor bounded as one unit is."""
    return row.changed(ask=None, max=None if row.kind is Kind.COUNT else row.max)


def shared_places(workbook: BookCarrier, form: Form) -> dict[str, Address]:
    """The cell of every indicator's figure of the whole, by code."""
    if sheet_names.SHARED not in workbook:
        return {}
    rows = keyed_rows(workbook.sheet(sheet_names.SHARED))
    shared = (row.code for row in shareable(form) if row.code in rows)
    return {code: Address(sheet_names.SHARED, reference(rows[code], FIGURE_COLUMN)) for code in shared}


def shared_readings(workbook: BookCarrier, form: Form) -> dict[str, Reading]:
    """What the cells that are filled say, by code."""
    filled = (
        (code, place, cell) for code, place in shared_places(workbook, form).items()
        if not (cell := workbook.sheet(place.sheet).cell(place.cell)).empty
    )
    return {code: read(cell, of_the_whole(form.by_code[code]), place) for code, place, cell in filled}


def shared_term(reading: Reading | None) -> str:
    """What a native formula reads the figure of the whole from: its cell, or the number understood; else nothing."""
    if reading is None or not isinstance(reading.value, Decimal):
        return ""
    return cell_term(reading.address) if reading.native else f"{reading.value:f}"


def cell_term(place: Address | None) -> str:
    """A cell as a formula of another sheet names it; nothing for no cell."""
    return f"'{place.sheet}'!{place.cell}" if place else ""
