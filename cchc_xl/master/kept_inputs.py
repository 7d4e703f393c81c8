"""The input cells of a section sheet as the book was made: open, with their validation and the colours of flags."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from cchc_xl import sheet_names
from cchc_xl.excel.addresses import column_letters
from cchc_xl.excel.mended_inputs import FlagColour, InputCells
from cchc_xl.master.master_book import Master
from cchc_xl.master.section_grid import FIGURE, flag_key
from cchc_xl.schema.form_model import Indicator, Section


def keep_inputs(master: Master) -> None:
    """Puts back what pasting has taken from them."""
    for section in master.form.sections:
        inputs, colours = list(_inputs(master, section)), list(_colours(master, section))
        master.sheet(section).keep_inputs(inputs, colours)


def _inputs(master: Master, section: Section) -> Iterator[InputCells]:
    grid = master.grids[section.number]
    for row in section.indicators:
        units = [unit.id for unit in master.form.reporters(row) if unit.id in grid.columns] if row.typed else []
        if units and not row.row:
            cells = tuple(grid.address(row.code, unit) for unit in units)
            yield InputCells(row.code, cells, f"{row.kind} {row.asked}", partial(_validation, row, cells[0]))


def _validation(row: Indicator, first: str) -> bytes:
    """The validation as the book was made with it."""
    from cchc_xl.master.input_validation import as_element

    return as_element(row, first)


def _colours(master: Master, section: Section) -> Iterator[FlagColour]:
    grid, rows = master.grids[section.number], master.grids[section.number].rows.values()
    keys = (FIGURE, *(unit.id for unit in master.form.columns(section))) if rows else ()
    for key in keys:
        column, flag = (column_letters(grid.columns[each]) for each in (key, flag_key(key)))
        for letter in sheet_names.FLAG_LETTERS.values():
            yield FlagColour(f"{column}{min(rows)}:{column}{max(rows)}", flag, letter)
