"""Enters values into a master workbook, as if typed: figures, notes, texts, general data."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from cchc_xl import sheet_names
from cchc_xl.excel.addresses import reference
from cchc_xl.excel.cell_content import Content
from cchc_xl.master.master_book import Master
from cchc_xl.reading.raw_cell import EXCEL_EPOCH
from cchc_xl.schema.model_kinds import WORDS, Kind
from cchc_xl.structs import Struct


class Entries(Struct, frozen=True):
    """Values to enter. `cells` are (unit id, indicator code, what is typed); the maps are keyed by name or code."""

    cells: Sequence[tuple[str, str, str]] = ()
    notes: Mapping[str, str] = {}
    info: Mapping[str, str | int | datetime.date] = {}
    texts: Mapping[str, str] = {}
    contacts: Iterable[Sequence[str]] = ()


def fill(master: Master, entries: Entries) -> None:
    """Writes the values into the input cells; the caller saves."""
    for unit, code, typed in entries.cells:
        section = master.form.section_of[code]
        address = master.grids[section.number].address(code, unit)
        master.sheet(section).put(address, as_typed(typed, master.form.by_code[code].asked))
    for code, note in entries.notes.items():
        _note(master, code, note)
    _keyed(master, sheet_names.INFO, 3, entries.info)
    _keyed(master, sheet_names.ENTRIES, 4, entries.texts)
    for line in entries.contacts:
        row = master.keyed_rows(sheet_names.CONTACTS)[line[0]]
        for column, text in enumerate(line[1:], 4):
            master.workbook.sheet(sheet_names.CONTACTS).put(reference(row, column), text or None)


def as_typed(text: str, kind: Kind) -> Content:
    """What Excel stores when the text is typed into a cell prepared for the kind: plain digits become a number."""
    if kind in (Kind.RATIO, *WORDS):
        return text or None
    digits = text.replace(",", ".", 1).replace(".", "", 1).isdecimal()
    return Decimal(text.replace(",", ".", 1)) if digits else text or None


def _note(master: Master, code: str, note: str) -> None:
    for section in master.form.sections:
        grid = master.grids[section.number]
        if code in grid.rows:
            master.sheet(section).put(grid.address(code, "note"), note)


def _keyed(master: Master, sheet: str, column: int, values: Mapping[str, str | int | datetime.date]) -> None:
    rows = master.keyed_rows(sheet)
    for name, value in values.items():
        content = (value - EXCEL_EPOCH).days if isinstance(value, datetime.date) else value
        master.workbook.sheet(sheet).put(reference(rows[name], column), content)
