"""What an ordinary Ctrl+V takes from input cells comes back with the next calculation: openness, validation, red."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.styles import PatternFill
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xl import sheet_names
from cchc_xl.declaration import form_folder, load_form
from cchc_xl.master.build_master import new_master
from cchc_xl.master.master_book import open_master
from cchc_xl.master.printed_tables import CHOICE
from cchc_xl.master.section_grid import NOTE, shared_places
from cchc_xl.master.style import FLAG_COLOURS
from cchc_xl.schema import begun, period_of
from cchc_xl.verbs.recalc import recalc
from tests.books import edited

NOW = datetime(2026, 2, 2, 8, 30)
CODE = "III.6.7"
GREEN = PatternFill("solid", start_color="00FF00", end_color="00FF00")


def place_of(book: Path) -> tuple[str, str]:
    """A ward's cell."""
    master = open_master(book)
    section = master.form.section_of[CODE]
    return section.sheet, master.grids[section.number].address(CODE, master.form.units[0].id)


def paste_over(sheet: Worksheet, cell: str) -> None:
    """What Excel leaves of a cell that a locked green cell of another workbook was pasted over."""
    sheet[cell].style, sheet[cell].fill = "Normal", GREEN
    column, row = coordinate_to_tuple(cell)[::-1]
    rules, sheet.conditional_formatting = sheet.conditional_formatting, ConditionalFormattingList()
    for area in rules:
        parts = [str(area.sqref)]
        if cell in area.sqref:
            (left, top, right, bottom), = (span.bounds for span in area.sqref.ranges)
            halves = ((top, row - 1), (row + 1, bottom)) if left == right == column else ()
            parts = [f"{cell[0]}{first}:{cell[0]}{last}" for first, last in halves if first <= last]
        for part in parts:
            for rule in area.rules:
                sheet.conditional_formatting.add(part, rule)
    for rule in sheet.data_validations.dataValidation:
        if cell in rule.sqref:
            rule.sqref.remove(cell)


def test_a_pasted_cell_is_open_validated_and_red_again(filled: Path) -> None:
    assert not recalc(filled, NOW).changed
    name, cell = place_of(filled)
    with edited(filled) as book:
        paste_over(book[name], cell)
        book[name][cell] = 999_999
    recalc(filled, NOW)
    sheet = openpyxl.load_workbook(filled)[name]
    assert not sheet[cell].protection.locked
    assert sheet[cell].fill.start_color.rgb == sheet[f"{chr(ord(cell[0]) + 1)}{cell[1:]}"].fill.start_color.rgb
    assert any(cell in rule.sqref and rule.promptTitle == CODE for rule in sheet.data_validations.dataValidation)
    rules = [rule for area in sheet.conditional_formatting if cell in area.sqref for rule in area.rules]
    assert sorted(rule.dxf.fill.bgColor.rgb[2:] for rule in rules) == sorted(FLAG_COLOURS.values())
    assert not recalc(filled, NOW).changed


@pytest.fixture(scope="module")
def with_table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    form = load_form(form_folder("ii06a"))
    form = begun(form.changed(units=form.units[:3]), period_of(form, "quý II/2026"))
    new_master(form, path := tmp_path_factory.mktemp("bang") / "so.xlsx")
    recalc(path, NOW)
    return path


def places_with_a_table(book: Path) -> dict[str, list[str]]:
    """Cells that people fill, by sheet: figures of a table, of the whole, words, the unit that a table shows."""
    master = open_master(book)
    section = master.form.sections[0]
    rows = [row for row in section.indicators if row.row and row.typed][:2]
    grid = master.grids[section.number]
    shared = shared_places(master.workbook, master.form)[rows[0].code].cell
    figures = [grid.address(row.code, master.form.units[0].id) for row in rows]
    return {
        section.sheet: [*figures, grid.address(rows[0].code, NOTE)],
        sheet_names.SHARED: [shared, f"F{shared[1:]}"], sheet_names.DOCUMENTS: ["D6"], sheet_names.INFO: ["C7"],
        sheet_names.table_sheet(section.tables[0].code): [CHOICE],
    }


def rules_of(sheet: Worksheet, cell: str) -> list[tuple[str, str]]:
    found = [rule for rule in sheet.data_validations.dataValidation if cell in rule.sqref]
    return [(rule.promptTitle, rule.formula1.replace("$", "")) for rule in found]


def test_every_sheet_in_which_people_type_is_mended(with_table: Path) -> None:
    cells = places_with_a_table(with_table)
    book = openpyxl.load_workbook(with_table)
    before = {(name, cell): rules_of(book[name], cell) for name, each in cells.items() for cell in each}
    for name, each in cells.items():
        for cell in each:
            paste_over(book[name], cell)
    book.save(with_table)
    assert recalc(with_table, NOW).changed
    book = openpyxl.load_workbook(with_table)
    assert [place for place in before if book[place[0]][place[1]].protection.locked] == []
    after = {(name, cell): rules_of(book[name], cell) for name, cell in before}
    assert {place: [title for title, _ in rules] for place, rules in after.items()} == {
        place: [title for title, _ in rules] for place, rules in before.items()
    }
    assert not recalc(with_table, NOW).changed
