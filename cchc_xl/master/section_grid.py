"""Where things stand on a section sheet. Rows are found by the code in column A, columns by their heading."""

from __future__ import annotations

from collections.abc import Mapping

from cchc_xl import sheet_names
from cchc_xl.excel.addresses import reference
from cchc_xl.schema.form_model import Form, Indicator, Section
from cchc_xl.schema.office_model import Unit
from cchc_xl.structs import Struct
from cchc_xl.typed_text import shortened

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
