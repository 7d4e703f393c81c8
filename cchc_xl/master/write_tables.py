"""Writes formulas, results, flags and messages of the printed tables into a master."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from cchc_xl import rule_registry, sheet_names
from cchc_xl.checks.check_context import named
from cchc_xl.content import Content
from cchc_xl.excel.addresses import position
from cchc_xl.figures import Figure
from cchc_xl.findings import Finding, Severity
from cchc_xl.master.master_book import Master
from cchc_xl.master.native_formulas import stored
from cchc_xl.master.off_form_numbers import foreign, is_figure, outside
from cchc_xl.master.section_grid import flag_key
from cchc_xl.master.table_figures import (
    CHOICE_ROW,
    BoundTable,
    TableFormulas,
    bound,
    cells_of,
    lines_of,
    of_units,
    shown_place,
    value_of_cell,
)
from cchc_xl.master.workbook_structure import table_sheets
from cchc_xl.schema.form_model import Indicator, Section
from cchc_xl.schema.table_lines import all_columns, headings
from cchc_xl.schema.table_model import Table
from cchc_xl.typed_text import tidy
from cchc_xl.values import Address

Known = Mapping[Address, Severity]
Told = Mapping[Address, list[str]]


def tables_in(master: Master) -> Iterator[tuple[Section, Table, BoundTable]]:
    """The tables whose sheets stand in the book."""
    for section in master.form.sections:
        for table in section.tables:
            name = sheet_names.table_sheet(table.code)
            found = bound(master.workbook.sheet(name), master.form) if name in master.workbook else None
            if found:
                yield section, table, found


def write_tables(
    master: Master, content: Content, figures: Mapping[str, Figure], flagged: Known, told: Told
) -> None:
    """Every table as it must stand; `flagged` and `told` say what is wrong with the cells of the sections' sheets."""
    for section, table, place in tables_in(master):
        formulas = TableFormulas(master.form, master.grids, section)
        units = [unit.id for unit in master.form.columns(section)]
        if units and not of_units(table):
            chosen = units.index(place.chosen) + 1 if place.chosen in units else 0
            place.sheet.put(f"A{CHOICE_ROW}", chosen, formulas.chosen_column())
        addresses = addresses_of(master, section, table, place)
        messages: dict[str, list[str]] = {}
        for line, column, row in cells_of(master.form, table, section):
            if (line.key, row.code) not in addresses:
                continue
            unit = line.unit or place.chosen
            shown = shown_place(master.grids, section, row, unit)
            value = value_of_cell(master.form, row, unit, figures, content.readings)
            place.sheet.put(addresses[line.key, row.code], stored(value), formulas.formula(row, line, addresses))
            if flag_key(column.code) in place.letters:
                letter = sheet_names.FLAG_LETTERS[flagged[shown]] if shown in flagged else None
                place.sheet.put(place.address(line.key, flag_key(column.code)), letter)
            places = [shown] if unit else [shown, *_of_units(master, section, row)]
            messages.setdefault(line.key, []).extend(text for each in places for text in told.get(each, ()))
        for address, label in _labels(master, section, table, place).items():
            if tidy(place.sheet.cell(address).raw) != tidy(label):
                place.sheet.put(address, label)
        for key, texts in messages.items():
            if sheet_names.CHECK_HEADER in place.letters:
                place.sheet.put(place.address(key, sheet_names.CHECK_HEADER), _said(texts))


def _labels(master: Master, section: Section, table: Table, place: BoundTable) -> dict[str, str]:
    """What must stand in the column of the lines' names, by cell."""
    column = all_columns(table)[LABELS].code
    lines = lines_of(master.form, table, section) if column in place.letters else ()
    return {place.address(line.key, column): line.label for line in lines if line.key in place.rows}


LABELS = 1


def _of_units(master: Master, section: Section, row: Indicator) -> Iterator[Address]:
    """The cells in which units typed a figure."""
    grid = master.grids[section.number]
    for unit in master.form.reporters(row) if row.typed else ():
        yield Address(grid.sheet, grid.address(row.code, unit.id))


MOST_SAID = 5


def _said(texts: list[str]) -> str | None:
    """Each message once; of very many only the first."""
    once = list(dict.fromkeys(texts))
    more = [f"… và {len(once) - MOST_SAID} câu khác, xem trang tính Kiểm tra."] if len(once) > MOST_SAID else []
    return "\n".join([*once[:MOST_SAID], *more]) or None


def addresses_of(master: Master, section: Section, table: Table, place: BoundTable) -> dict[tuple[str, str], str]:
    """The cells of a table by the key of a line and the code of a figure, without lines and columns that are gone."""
    return {
        (line.key, row.code): place.address(line.key, column.code)
        for line, column, row in cells_of(master.form, table, section)
        if line.key in place.rows and column.code in place.letters
    }


def typed_over(master: Master) -> Iterator[Finding]:
    """Cells of the tables in which somebody typed: they only show what stands on the section's sheet."""
    whole = {place.sheet.name for *_, place in tables_in(master)}
    for name in table_sheets(master.form) & set(master.workbook.sheet_names) - whole:
        yield from foreign(master.workbook.sheet(name))
    for section, table, place in tables_in(master):
        addresses = addresses_of(master, section, table, place)
        for line, _, row in cells_of(master.form, table, section):
            address = addresses.get((line.key, row.code), "")
            cell = place.sheet.cell(address) if address else None
            if cell and not cell.formula and not cell.empty:
                where = master.grids[section.number].sheet
                message = (
                    f"{named(row)}: ô của bảng in đã bị gõ đè “{cell.raw}”; số đơn vị nhập ở trang tính “{where}”. "
                    "Tính lại sổ để đặt lại công thức."
                )
                place_of_cell = (Address(place.sheet.name, address),)
                yield rule_registry.FORMULA_OVERWRITTEN.finding(message, place_of_cell, "", row.code)
        labels = _labels(master, section, table, place)
        for address, label in labels.items():
            if tidy(said := place.sheet.cell(address).raw) != tidy(label):
                changed = f"Tên dòng của bảng in đã bị sửa thành “{said[:80]}”, đúng là “{label}”"
                message = f"{changed}. Tính lại sổ để đặt lại."
                yield rule_registry.FORMULA_OVERWRITTEN.finding(message, (Address(place.sheet.name, address),))
        yield from _beside(master, section, table, place, frozenset((*addresses.values(), *labels)))


def _beside(
    master: Master, section: Section, table: Table, place: BoundTable, own: frozenset[str]
) -> Iterator[Finding]:
    """Numbers that somebody typed beside a table's cells, by row; what is printed there by itself is left out."""
    printed = {head.text for head in headings(table)} | {master.form.title, table.label}
    numbers = {(place.rows.get(line.key), 2, line.number) for line in lines_of(master.form, table, section)}
    rows: dict[int, dict[str, str]] = defaultdict(dict)
    for address, cell in place.sheet.cells():
        row, column = position(address)
        furniture = column == 1 or cell.raw in printed or (row, column, cell.raw) in numbers
        if address not in own and not furniture and is_figure(cell):
            rows[row][address] = cell.raw
    yield from (outside(place.sheet, typed) for typed in rows.values())
