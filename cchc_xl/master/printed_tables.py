"""The printed tables of a master: where their cells stand, what each shows by formula and result, flags and messages.

A table shows the figures of the whole, or those of the unit that is chosen above it. Its cells hold formulas only; what
units type stands on the section's sheet, one column a unit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property

from cchc_xl import rule_registry, sheet_names
from cchc_xl.checks.check_context import named
from cchc_xl.excel.addresses import column_letters, position
from cchc_xl.figures import Content, Figure, value_of_unit
from cchc_xl.master.master_book import Master
from cchc_xl.master.native_formulas import parts_formula, stored, sum_formula, understood
from cchc_xl.master.off_form_numbers import foreign, is_figure, outside
from cchc_xl.master.section_grid import FIGURE, Grid, SheetCarrier, flag_key, read_key
from cchc_xl.master.workbook_structure import table_sheets
from cchc_xl.reading import folded
from cchc_xl.rule_registry import Finding, Severity
from cchc_xl.schema.form_model import Form, Indicator, Section
from cchc_xl.schema.table_model import PrintedLine, Table, TableColumn, all_columns, cell_code, headings, printed_lines
from cchc_xl.typed_text import tidy
from cchc_xl.values import Address, Reading, Struct, Value

CHOICE_ROW = 4
CHOICE_TITLE = "Xem một đơn vị"
CHOICE, CHOSEN = f"C{CHOICE_ROW}", f"$A${CHOICE_ROW}"
"""The cell in which a unit is chosen, and the hidden one that says which of the section's columns that is."""

HEAD_WITHIN = 40


def lines_of(form: Form, table: Table, section: Section) -> list[PrintedLine]:
    """The lines of a table with one for every unit, where units are its lines, and records with their units."""
    by_code = {row.code: row for row in section.indicators}
    units = {
        row.code: form.reporters(by_code[cell_code(row.code, table.columns[0].code)])
        for row in table.rows if row.kind == "units" or (table.records and row.above)
    }
    return list(printed_lines(table, units))


def offers_units(form: Form, section: Section, table: Table) -> bool:
    """Whether one unit can be chosen above a table; there is nothing to choose where each line is of a unit."""
    of_units = table.records or any(row.kind == "units" for row in table.rows)
    return bool(form.columns(section)) and not of_units


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


class BoundTable(Struct, frozen=True, dict=True):
    """A table as it stands in a book: rows by the keys of lines, letters by the numbers of columns and other titles."""

    master: Master
    section: Section
    table: Table
    sheet: SheetCarrier
    rows: Mapping[str, int]
    letters: Mapping[str, str]
    chosen: str
    """The unit that is shown; empty for the whole."""

    def address(self, key: str, column: str) -> str:
        """The cell of a line and a column."""
        return f"{self.letters[column]}{self.rows[key]}"

    @cached_property
    def lines(self) -> list[PrintedLine]:
        """Its lines, as the form has them."""
        return lines_of(self.master.form, self.table, self.section)

    @cached_property
    def cells(self) -> list[tuple[PrintedLine, TableColumn, Indicator]]:
        """Its figures, without lines and columns that are gone."""
        return [
            (line, column, row) for line, column, row in cells_of(self.master.form, self.table, self.section)
            if line.key in self.rows and column.code in self.letters
        ]

    @cached_property
    def addresses(self) -> dict[tuple[str, str], str]:
        """The cells of its figures by the key of a line and the code of a figure."""
        return {(line.key, row.code): self.address(line.key, column.code) for line, column, row in self.cells}

    @property
    def labels(self) -> dict[str, str]:
        """What must stand in the column of the lines' names, by cell."""
        column = all_columns(self.table)[LABELS].code
        lines = self.lines if column in self.letters else ()
        return {self.address(line.key, column): line.label for line in lines if line.key in self.rows}

    @property
    def _grid(self) -> Grid:
        return self.master.grids[self.section.number]

    def shown(self, row: Indicator, unit: str) -> Address:
        """The cell of the section's sheet that a cell of the table shows."""
        return Address(self._grid.sheet, self._grid.address(row.code, unit if unit and row.typed else FIGURE))

    def formula(self, row: Indicator, line: PrintedLine) -> str:
        """The formula of a figure."""
        if computed := self._computed(row, line):
            return computed
        grid, sheet = self._grid, f"'{self._grid.sheet}'!"
        if line.unit:
            typed, read = (f"{sheet}{grid.address(row.code, key)}" for key in (line.unit, read_key(line.unit)))
            return _understood(typed, read)
        whole = f"{sheet}{grid.address(row.code, FIGURE)}"
        return f"IF({CHOSEN}=0,{whole},{self._chosen(row)})" if row.typed else whole

    def _chosen(self, row: Indicator) -> str:
        """The number of the unit that is chosen."""
        grid, units = self._grid, [unit.id for unit in self.master.form.columns(self.section)]
        number = grid.rows[row.code]
        typed, read = (
            f"INDEX('{grid.sheet}'!${first}{number}:${last}{number},{CHOSEN})"
            for key in (str, read_key)
            for first, last in [[column_letters(grid.columns[key(unit)]) for unit in (units[0], units[-1])]]
        )
        return _understood(typed, read)

    def _computed(self, row: Indicator, line: PrintedLine) -> str:
        """The formula over other cells of the table; empty where one is not there: lines of units are added apart."""
        form = self.master.form
        parts = [*form.summands.get(row.code, ())]
        parts += [(form.by_name[name], 1) for name in (row.numerator, row.denominator) if name]
        cells = [
            (self.addresses.get((line.key, part.code)) or self.addresses.get((part.row, part.code), ""), sign)
            for part, sign in parts
        ]
        if not cells or not all(cell for cell, _ in cells):
            return ""
        return parts_formula(row, cells[0][0], cells[1][0]) if row.has_parts else sum_formula(cells)

    def write_chosen(self) -> None:
        """Which column is shown, in the hidden cell: 0 for the whole, -1 for a name that no unit has."""
        if offers_units(self.master.form, self.section, self.table):
            units = self.master.form.columns(self.section)
            ids = [unit.id for unit in units]
            formula = f'IF({CHOICE}="",0,IFERROR(MATCH({CHOICE},{self._grid.headings(units)},0),-1))'
            self.sheet.put(f"A{CHOICE_ROW}", ids.index(self.chosen) + 1 if self.chosen in ids else 0, formula)


def _understood(typed: str, read: str) -> str:
    return f'IFERROR({understood(typed, read)},"")'


def tables_in(master: Master) -> Iterator[BoundTable]:
    """The tables whose sheets stand in the book, but those whose line of column numbers is gone."""
    for section in master.form.sections:
        for table in section.tables:
            name = sheet_names.table_sheet(table.code)
            if name in master.workbook and (found := _bound(master, section, table, master.workbook.sheet(name))):
                yield found


def _bound(master: Master, section: Section, table: Table, sheet: SheetCarrier) -> BoundTable | None:
    keys = {row: sheet.cell(f"A{row}").raw for row in range(1, sheet.last_row + 1)}
    head = next((row for row, key in keys.items() if key == sheet_names.KEYS_HEADER and row < HEAD_WITHIN), 0)
    if not head:
        return None
    letters = {cell.raw.strip(): column_letters(position(address)[1]) for address, cell in sheet.row(head)}
    typed = folded(sheet.cell(CHOICE).raw)
    chosen = next((unit.id for unit in master.form.units if typed and folded(unit.name) == typed), "")
    rows = {key: row for row, key in keys.items() if key and row > head}
    return BoundTable(master, section, table, sheet, rows, letters, chosen)


Known = Mapping[Address, Severity]
Told = Mapping[Address, list[str]]


def write_tables(
    master: Master, content: Content, figures: Mapping[str, Figure], flagged: Known, told: Told
) -> None:
    """Every table as it must stand; `flagged` and `told` say what is wrong with the cells of the sections' sheets."""
    for place in tables_in(master):
        place.write_chosen()
        messages: dict[str, list[str]] = {}
        for line, column, row in place.cells:
            unit = line.unit or place.chosen
            shown = place.shown(row, unit)
            value = value_of_cell(master.form, row, unit, figures, content.readings)
            place.sheet.put(place.addresses[line.key, row.code], stored(value), place.formula(row, line))
            if flag_key(column.code) in place.letters:
                letter = sheet_names.FLAG_LETTERS[flagged[shown]] if shown in flagged else None
                place.sheet.put(place.address(line.key, flag_key(column.code)), letter)
            typing = master.form.reporters(row) if row.typed and not unit else ()
            places = [shown, *(place.shown(row, each.id) for each in typing)]
            messages.setdefault(line.key, []).extend(text for each in places for text in told.get(each, ()))
        for address, label in place.labels.items():
            if tidy(place.sheet.cell(address).raw) != tidy(label):
                place.sheet.put(address, label)
        for key, texts in messages.items():
            if sheet_names.CHECK_HEADER in place.letters:
                place.sheet.put(place.address(key, sheet_names.CHECK_HEADER), _said(texts))


LABELS = 1
MOST_SAID = 5


def _said(texts: list[str]) -> str | None:
    """Each message once; of very many only the first."""
    once = list(dict.fromkeys(texts))
    more = [f"… và {len(once) - MOST_SAID} câu khác, xem trang tính Kiểm tra."] if len(once) > MOST_SAID else []
    return "\n".join([*once[:MOST_SAID], *more]) or None


def typed_over(master: Master) -> Iterator[Finding]:
    """Cells of the tables in which somebody typed: they only show what stands on the section's sheet."""
    places = list(tables_in(master))
    for name in table_sheets(master.form) & set(master.workbook.sheet_names) - {each.sheet.name for each in places}:
        yield from foreign(master.workbook.sheet(name))
    for place in places:
        for line, _, row in place.cells:
            cell = place.sheet.cell(address := place.addresses[line.key, row.code])
            if not cell.formula and not cell.empty:
                message = (
                    f"{named(row)}: ô của bảng in đã bị gõ đè “{cell.raw}”; số đơn vị nhập ở trang tính "
                    f"“{place.section.sheet}”. Tính lại sổ để đặt lại công thức."
                )
                where = (Address(place.sheet.name, address),)
                yield rule_registry.FORMULA_OVERWRITTEN.finding(message, where, "", row.code)
        for address, label in place.labels.items():
            if tidy(said := place.sheet.cell(address).raw) != tidy(label):
                changed = f"Tên dòng của bảng in đã bị sửa thành “{said[:80]}”, đúng là “{label}”"
                message = f"{changed}. Tính lại sổ để đặt lại."
                yield rule_registry.FORMULA_OVERWRITTEN.finding(message, (Address(place.sheet.name, address),))
        yield from _beside(place)


def _beside(place: BoundTable) -> Iterator[Finding]:
    """Numbers that somebody typed beside a table's cells, by row; what is printed there by itself is left out."""
    own = {*place.addresses.values(), *place.labels}
    printed = {head.text for head in headings(place.table)} | {place.master.form.title, place.table.label}
    numbers = {(place.rows.get(line.key), 2, line.number) for line in place.lines}
    rows: dict[int, dict[str, str]] = defaultdict(dict)
    for address, cell in place.sheet.cells():
        row, column = position(address)
        furniture = column == 1 or cell.raw in printed or (row, column, cell.raw) in numbers
        if address not in own and not furniture and is_figure(cell):
            rows[row][address] = cell.raw
    yield from (outside(place.sheet, typed) for typed in rows.values())
