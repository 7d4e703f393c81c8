"""The cells of a book that people fill as it was made: open, with their validation and the colours of flags."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import partial

from cchc_xl import sheet_names
from cchc_xl.excel.addresses import column_letters, position
from cchc_xl.excel.notes_and_inputs import FlagColour, InputCells
from cchc_xl.master.master_book import Master
from cchc_xl.master.printed_tables import CHOICE, CHOICE_TITLE, of_units, tables_in
from cchc_xl.master.section_grid import FIGURE, NOTE, Grid, flag_key, prompt_title
from cchc_xl.master.table_layout import TYPED_SHEETS, table_of
from cchc_xl.master.undivided import SOURCE_COLUMN, of_the_whole, shared_places
from cchc_xl.schema.form_model import Form, Indicator, Section

WORDS = "chữ"
"""The look of cells for words beside figures, which have no validation."""


def keep_inputs(master: Master) -> None:
    """Puts back what pasting has taken from them."""
    for section in master.form.sections:
        colours = list(flag_colours(master.form, section, master.grids[section.number]))
        master.sheet(section).keep_inputs(list(_inputs(master, section)), colours)
    others: dict[str, list[InputCells]] = defaultdict(list)
    for sheet, cells in (*_of_the_whole(master), *_choices(master), *_typed(master)):
        others[sheet].append(cells)
    for sheet, inputs in others.items():
        master.workbook.sheet(sheet).keep_inputs(inputs, ())


def _inputs(master: Master, section: Section) -> Iterator[InputCells]:
    grid = master.grids[section.number]
    yield InputCells("", tuple(grid.address(line.code, NOTE) for line in section.lines), WORDS)
    for row in section.indicators:
        units = [unit.id for unit in master.form.reporters(row) if unit.id in grid.columns] if row.typed else []
        if units:
            cells = tuple(grid.address(row.code, unit) for unit in units)
            yield _numbers(row, cells)


def _numbers(row: Indicator, cells: tuple[str, ...]) -> InputCells:
    return InputCells(prompt_title(row), cells, f"{row.kind} {row.asked}", partial(_validation, row, cells[0]))


def _validation(row: Indicator, first: str) -> bytes:
    """The validation as the book was made with it."""
    from cchc_xl.master.input_validation import as_element, input_validation

    return as_element(input_validation(row, first), first)


def _of_the_whole(master: Master) -> Iterator[tuple[str, InputCells]]:
    """The figures known only for the whole, and where they come from."""
    for code, place in shared_places(master.workbook, master.form).items():
        yield place.sheet, _numbers(of_the_whole(master.form.by_code[code]), (place.cell,))
        source = f"{column_letters(SOURCE_COLUMN)}{position(place.cell)[0]}"
        yield place.sheet, InputCells("", (source,), WORDS)


def _choices(master: Master) -> Iterator[tuple[str, InputCells]]:
    """The cells in which a unit is chosen for a table."""
    for section, table, place in tables_in(master):
        units = master.form.columns(section)
        if units and not of_units(table):
            yield place.sheet.name, InputCells(CHOICE_TITLE, (CHOICE,), WORDS, partial(_choice, master, section))


def _choice(master: Master, section: Section) -> bytes:
    from cchc_xl.master.input_validation import as_element, choice_of_unit

    grid, units = master.grids[section.number], master.form.columns(section)
    return as_element(choice_of_unit(grid, units), CHOICE)


def _typed(master: Master) -> Iterator[tuple[str, InputCells]]:
    for name in TYPED_SHEETS:
        rows = sorted(master.keyed_rows(name).values()) if name in master.workbook else ()
        for column in table_of(name, master.form).typed if rows else ():
            letters = column_letters(column)
            yield name, InputCells("", tuple(f"{letters}{row}" for row in rows), letters)


def flag_colours(form: Form, section: Section, grid: Grid) -> Iterator[FlagColour]:
    """The cells of a section's sheet that take colours, with the hidden columns that these look at."""
    rows = sorted(grid.rows.values())
    for key in (FIGURE, *(unit.id for unit in form.columns(section))) if rows else ():
        column, flag = (column_letters(grid.columns[each]) for each in (key, flag_key(key)))
        cells = f"{column}{rows[0]}:{column}{rows[-1]}"
        yield from (FlagColour(cells, flag, letter) for letter in sheet_names.FLAG_LETTERS.values())
