"""The printed tables of a master: where their cells stand, and what each shows by formula and by its present result.

A table shows the figures of the whole, or those of the unit that is chosen above it. Its cells hold formulas only; what
units type stands on the section's sheet, one column a unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cchc_xl import sheet_names
from cchc_xl.excel.addresses import column_letters, position
from cchc_xl.figures import Figure, value_of_unit
from cchc_xl.master.native_formulas import MARK, Grids, parts_formula, sum_formula
from cchc_xl.master.section_grid import FIGURE, Grid, SheetCarrier, read_key
from cchc_xl.reading import folded
from cchc_xl.schema.form_model import Form, Indicator, Section
from cchc_xl.schema.table_lines import PrintedLine, printed_lines
from cchc_xl.schema.table_model import Table, TableColumn, cell_code
from cchc_xl.structs import Struct
from cchc_xl.values import Address, Reading, Value

CHOICE_ROW = 4
CHOICE_TITLE = "Xem một đơn vị"
CHOICE, CHOSEN = f"C{CHOICE_ROW}", f"$A${CHOICE_ROW}"
"""The cell in which a unit is chosen, and the hidden one that says which of the section's columns that is."""

HEAD_WITHIN = 40


class BoundTable(Struct, frozen=True):
    """A table as it stands in a book: rows by the keys of lines, letters by the numbers of columns and other titles."""

    sheet: SheetCarrier
    rows: Mapping[str, int]
    letters: Mapping[str, str]
    chosen: str
    """The unit that is shown; empty for the whole."""

    def address(self, key: str, column: str) -> str:
        """The cell of a line and a column."""
        return f"{self.letters[column]}{self.rows[key]}"


def bound(sheet: SheetCarrier, form: Form) -> BoundTable | None:
    """Where a table stands on its sheet; None where its line of column numbers is gone."""
    keys = {row: sheet.cell(f"A{row}").raw for row in range(1, sheet.last_row + 1)}
    head = next((row for row, key in keys.items() if key == sheet_names.KEYS_HEADER and row < HEAD_WITHIN), 0)
    if not head:
        return None
    letters = {cell.raw.strip(): column_letters(position(address)[1]) for address, cell in sheet.row(head)}
    typed = folded(sheet.cell(CHOICE).raw)
    chosen = next((unit.id for unit in form.units if typed and folded(unit.name) == typed), "")
    rows = {key: row for row, key in keys.items() if key and row > head}
    return BoundTable(sheet, rows, letters, chosen)


def lines_of(form: Form, table: Table, section: Section) -> list[PrintedLine]:
    """The lines of a table with one for every unit, where units are its lines, and records with their units."""
    by_code = {row.code: row for row in section.indicators}
    units = {
        row.code: form.reporters(by_code[cell_code(row.code, table.columns[0].code)])
        for row in table.rows if row.kind == "units" or (table.records and row.above)
    }
    return list(printed_lines(table, units))


def of_units(table: Table) -> bool:
    """Whether each line of a table is of one unit: then there is nothing to choose above it."""
    return table.records or any(row.kind == "units" for row in table.rows)


Addresses = Mapping[tuple[str, str], str]
"""The cells of a table by the key of a line and the code of a figure."""


class TableFormulas(Struct, frozen=True):
    """What stands in the cells of a section's tables."""

    form: Form
    grids: Grids
    section: Section

    def formula(self, row: Indicator, line: PrintedLine, addresses: Addresses) -> str:
        """The formula of a figure; `addresses` are the cells of the table, for what is computed there."""
        if computed := self._computed(row, line, addresses):
            return computed
        grid = self.grids[self.section.number]
        sheet = f"'{grid.sheet}'!"
        if line.unit:
            typed, read = (f"{sheet}{grid.address(row.code, key)}" for key in (line.unit, read_key(line.unit)))
            return _understood(typed, read)
        whole = f"{sheet}{grid.address(row.code, FIGURE)}"
        return f"IF({CHOSEN}=0,{whole},{self._chosen(row, grid)})" if row.typed else whole

    def _chosen(self, row: Indicator, grid: Grid) -> str:
        """The number of the unit that is chosen."""
        units, number = [unit.id for unit in self.form.columns(self.section)], grid.rows[row.code]
        typed, read = (
            f"INDEX('{grid.sheet}'!${first}{number}:${last}{number},{CHOSEN})"
            for key in (str, read_key)
            for first, last in [[column_letters(grid.columns[key(unit)]) for unit in (units[0], units[-1])]]
        )
        return _understood(typed, read)

    def _computed(self, row: Indicator, line: PrintedLine, addresses: Addresses) -> str:
        """The formula over other cells of the table; empty where one is not there: lines of units are added apart."""
        parts = [*self.form.summands.get(row.code, ())]
        parts += [(self.form.by_name[name], 1) for name in (row.numerator, row.denominator) if name]
        cells = [
            (addresses.get((line.key, part.code)) or addresses.get((part.row, part.code), ""), sign)
            for part, sign in parts
        ]
        if not cells or not all(cell for cell, _ in cells):
            return ""
        return parts_formula(row, cells[0][0], cells[1][0]) if row.has_parts else sum_formula(cells)

    def chosen_column(self) -> str:
        """The formula of the hidden cell: 0 for the whole, -1 for a name that no unit has."""
        names = self.grids[self.section.number].headings(self.form.columns(self.section))
        return f'IF({CHOICE}="",0,IFERROR(MATCH({CHOICE},{names},0),-1))'


def _understood(typed: str, read: str) -> str:
    """A typed number, or what was understood of a text; empty text for nothing."""
    return f'IFERROR(IF({read}={MARK},"",IF({read}<>"",{read},IF({typed}="","",{typed}))),"")'


def value_of_cell(
    form: Form, row: Indicator, unit: str, figures: Mapping[str, Figure], readings: Mapping[tuple[str, str], Reading]
) -> Value | None:
    """What a table shows for a figure: of the whole, or of one unit."""
    if not unit:
        return figures[row.code].value
    return value_of_unit(form, row, lambda code: readings.get((unit, code)))


def cells_of(form: Form, table: Table, section: Section) -> Iterator[tuple[PrintedLine, TableColumn, Indicator]]:
    """Every figure of a table with its line and column."""
    by_code = {row.code: row for row in section.indicators}
    for line in lines_of(form, table, section):
        for column in table.columns if line.row.numbered else ():
            if (row := by_code.get(cell_code(line.row.code, column.code))) is not None:
                yield line, column, row


def shown_place(grids: Grids, section: Section, row: Indicator, unit: str) -> Address:
    """The cell of the section's sheet that a cell of a table shows."""
    grid = grids[section.number]
    return Address(grid.sheet, grid.address(row.code, unit if unit and row.typed else FIGURE))
