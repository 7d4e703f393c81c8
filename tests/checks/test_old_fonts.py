"""Text in the fonts that came before Unicode: recognised by its letters, and by the font where the file names it."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from cchc_xl.excel.spreadsheet import Workbook
from cchc_xl.master.master_book import open_master
from cchc_xl.reading.raw_cell import is_legacy, is_old_font
from cchc_xl.verbs.recalc import compute

Typed = Callable[[Path, str, str, object], None]


@pytest.mark.parametrize(("name", "old"), [
    (".VnTime", True), (".VnTimeH", True), (".vnArial", True), ("VNI-Times", True), ("VNI Helve", True),
    ("Times New Roman", False), ("Vnithu", False), ("Calibri", False), ("", False),
])
def test_old_fonts_are_known_by_name(name: str, old: bool) -> None:
    assert is_old_font(name) is old


@pytest.mark.parametrize(("text", "font", "old"), [
    ("tèt", ".VnTime", True), ("tèt", "Times New Roman", False), ("tèt", "", False), ("Cã", ".VnArial", True),
    ("Toát", "VNI-Times", True), ("Ke hoach", ".VnTime", False), ("12", ".VnTime", False), ("", ".VnTime", False),
    ("Kế hoạch đã ban hành", ".VnTime", False), ("C¶i c¸ch", "", True), ("C¶i c¸ch", "Arial", True),
])
def test_one_letter_tells_in_an_old_font_and_two_elsewhere(text: str, font: str, old: bool) -> None:
    assert is_legacy(text, font) is old


def in_font(path: Path, sheet: str, address: str, text: str, font: str, rich: bool = False) -> None:
    """Types a text in a font, as the whole cell or as letters within it."""
    book = openpyxl.load_workbook(path, rich_text=True)
    cell = book[sheet][address]
    cell.value = CellRichText([TextBlock(InlineFont(rFont=font), text)]) if rich else text
    if not rich:
        cell.font = Font(name=font)
    book.save(path)


@pytest.mark.parametrize("rich", [False, True])
def test_a_note_in_an_old_font_is_found_at_its_cell(filled: Path, rich: bool) -> None:
    master = open_master(filled)
    section = master.form.section_of["I.1.1"]
    address = master.grids[section.number].address("I.1.1", "note")
    in_font(filled, section.sheet, address, "rÊt tèt", ".VnTime", rich)
    assert Workbook(filled).sheet(section.sheet).cell(address).font == ".VnTime"
    found = [each for each in compute(filled).findings if each.rule == "legacy_text"]
    assert [each.cells[0].cell for each in found] == [address]
    in_font(filled, section.sheet, address, "rÊt tèt", "Times New Roman")
    assert not [each for each in compute(filled).findings if each.rule == "legacy_text"]


def test_an_answer_in_an_old_font_is_not_guessed_at(filled: Path) -> None:
    master = open_master(filled)
    section = master.form.section_of["I.6"]
    address = master.grids[section.number].address("I.6", "thanh_pho")
    in_font(filled, section.sheet, address, "Cã", ".VnTime")
    found = [each for each in compute(filled).findings if each.cells[0].cell == address and each.indicator == "I.6"]
    assert [each.rule for each in found if each.severity == "error"] == ["legacy_font"]


def test_a_number_in_an_old_font_is_a_number(filled: Path) -> None:
    master = open_master(filled)
    section = master.form.section_of["I.1.1"]
    address = master.grids[section.number].address("I.1.1", "thanh_pho")
    before = compute(filled).figures["I.1.1"].value
    book = openpyxl.load_workbook(filled)
    cell = book[section.sheet][address]
    font = copy(cell.font)
    cell.font = Font(name=".VnTime", size=font.size)
    book.save(filled)
    assert compute(filled).figures["I.1.1"].value == before
