"""Where everything stands on a section sheet of an existing workbook: rows by code, columns by heading."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from cchc_xl import sheet_names
from cchc_xl.excel.addresses import column_number, reference
from cchc_xl.master.section_grid import CHECK, FIXED_HEADERS, HEADER_ROW, LAST_YEAR, PREVIOUS, Grid
from cchc_xl.master.sheet_carrier import SheetCarrier
from cchc_xl.reading import Cell, folded, tidy
from cchc_xl.schema import Section, Unit
from cchc_xl.structs import Struct
from cchc_xl.values import Address

HEADER_KEYS = {folded(title): key for key, title in FIXED_HEADERS.items()} | {
    folded(sheet_names.CHECK_HEADER): CHECK, folded(sheet_names.PREVIOUS_HEADER): PREVIOUS,
    folded(sheet_names.LAST_YEAR_HEADER): LAST_YEAR,
}
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
