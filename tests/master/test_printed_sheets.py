"""Sheets as they are printed: whole texts on the paper, rows as tall as their texts."""

from __future__ import annotations

import re
import shutil
import subprocess
from importlib import resources
from pathlib import Path

import pytest

from cchc_xl import office, sheet_names
from cchc_xl.excel.spreadsheet import Workbook
from cchc_xl.master.book_upkeep import SPARE, lines_of, pixels
from cchc_xl.master.build_master import new_master
from cchc_xl.schema.form_model import Form
from tests.kept_office import converted

WORD = re.compile(r'<word xMin="([-\d.]+)" yMin="[-\d.]+" xMax="([-\d.]+)" yMax="[-\d.]+">(.*?)</word>')
FONT_UNITS = 12583
PAGE = re.compile(r'<page width="([\d.]+)"')


@pytest.mark.office
@pytest.mark.skipif(not office.is_installed(), reason="LibreOffice is not installed")
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
def test_every_word_of_the_guide_stands_on_the_paper(small_form: Form, tmp_path: Path) -> None:
    new_master(small_form, tmp_path / "so.xlsx")
    pdf = converted(tmp_path / "so.xlsx", "pdf", tmp_path / "so.pdf")
    said = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    page = next(page for page in said.split("</page>") if ">sao_luu<" in page)
    words = [(float(left), float(right), word) for left, right, word in WORD.findall(page)]
    width = PAGE.search(page)
    assert width is not None
    assert not [word for word in words if word[0] < 0 or word[1] > float(width[1])]
    guide = resources.files("cchc_xl.master").joinpath("huong_dan.txt").read_text(encoding="utf-8")
    assert len(words) > len(guide.split()) * 0.9


def test_a_sheet_on_which_nothing_can_ever_stand_is_hidden(small_form: Form, tmp_path: Path) -> None:
    bare = small_form.changed(entries=(), contacts=small_form.contacts.changed(lines=()))
    new_master(bare, tmp_path / "so.xlsx")
    assert Workbook(tmp_path / "so.xlsx").hidden_sheets >= {sheet_names.ENTRIES, sheet_names.CONTACTS}
    new_master(small_form, tmp_path / "so.xlsx")
    assert not Workbook(tmp_path / "so.xlsx").hidden_sheets & {sheet_names.ENTRIES, sheet_names.CONTACTS}


@pytest.mark.parametrize(
    ("text", "lines"),
    [("", 1), ("Phường 1", 1), ("một\nhai", 2), ("W" * 30, 1), ("- Số phiếu khảo sát thu về " * 5, 3)],
)
def test_a_text_takes_so_many_lines_of_a_column_46_digits_wide(text: str, lines: int) -> None:
    assert lines_of(text, 46) == lines


def test_letters_are_as_wide_as_the_font_makes_them() -> None:
    """FONT_UNITS thousandths of a letter's height, as a program that draws with the font measures it."""
    measured = pixels("UBND phuong, 10.248 (100%)", 12)
    assert measured == pytest.approx(FONT_UNITS / 1000 * 16 * SPARE, rel=0.01)
    assert measured < pixels("UBND phường, 10.248 (100%)", 12) < measured * 1.05
