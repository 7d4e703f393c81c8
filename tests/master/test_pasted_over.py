"""What an ordinary Ctrl+V takes from input cells comes back with the next calculation: openness, validation, red."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import openpyxl
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xl.master.master_book import open_master
from cchc_xl.master.style import FLAG_COLOURS
from cchc_xl.verbs.recalc import recalc

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
    letter, row = cell[0], int(cell[1:])
    rules, sheet.conditional_formatting = sheet.conditional_formatting, ConditionalFormattingList()
    for area in rules:
        for rule in area.rules:
            parts = [str(area.sqref)]
            if cell in area.sqref:
                first, last = (int(end[1:]) for end in str(area.sqref).split(":"))
                parts = [f"{letter}{first}:{letter}{row - 1}", f"{letter}{row + 1}:{letter}{last}"]
            for part in parts:
                sheet.conditional_formatting.add(part, rule)
    for rule in sheet.data_validations.dataValidation:
        if cell in rule.sqref:
            rule.sqref.remove(cell)


def test_a_pasted_cell_is_open_validated_and_red_again(filled: Path) -> None:
    assert not recalc(filled, NOW).changed
    name, cell = place_of(filled)
    book = openpyxl.load_workbook(filled, keep_vba=True)
    paste_over(book[name], cell)
    book[name][cell] = 999_999
    book.save(filled)
    recalc(filled, NOW)
    sheet = openpyxl.load_workbook(filled)[name]
    assert not sheet[cell].protection.locked
    assert sheet[cell].fill.start_color.rgb == sheet[f"{chr(ord(cell[0]) + 1)}{cell[1:]}"].fill.start_color.rgb
    assert any(cell in rule.sqref and rule.promptTitle == CODE for rule in sheet.data_validations.dataValidation)
    rules = [rule for area in sheet.conditional_formatting if cell in area.sqref for rule in area.rules]
    assert sorted(rule.dxf.fill.bgColor.rgb[2:] for rule in rules) == sorted(FLAG_COLOURS.values())
    assert not recalc(filled, NOW).changed
