"""Tables on paper: one landscape page where its letters can be read, else the headings on each page."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from cchc_xl import office
from cchc_xl.declaration import form_folder, load_form
from cchc_xl.master.build_master import new_master
from cchc_xl.schema import Form, begun, period_of
from cchc_xl.sheet_names import table_sheet
from cchc_xl.submissions.unit_form.build_form import new_forms
from tests.kept_office import converted

pytestmark = [
    pytest.mark.office,
    pytest.mark.skipif(not office.is_installed(), reason="LibreOffice is not installed"),
    pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed"),
]
SMALLEST, IN_FORM = 8.0, 6.5
"""Points of a letter that is still read; a unit's form, with what is wrong beside each row, is printed smaller."""
BOX = 1.1
"""How much taller a word's box is."""
WORD = re.compile(r'<word xMin="[-\d.]+" yMin="([-\d.]+)" xMax="[-\d.]+" yMax="([-\d.]+)">(.*?)</word>')
NUMBERS = [f"({number})" for number in range(1, 14)]


def form_of(name: str) -> Form:
    form = load_form(form_folder(name))
    return begun(form, period_of(form, "quý II/2026"))


def table_pages(book: Path) -> list[tuple[float, list[tuple[float, str]]]]:
    """The pages on which a table of thirteen columns stands: width over height, and the words with their heights."""
    pdf = converted(book, "pdf", book.with_suffix(".pdf"))
    said = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    pages = []
    for page in said.split("</page>"):
        words = [(float(bottom) - float(top), word) for top, bottom, word in WORD.findall(page)]
        if set(NUMBERS) <= {word for _, word in words}:
            size = re.search(r'<page width="([\d.]+)" height="([\d.]+)"', page)
            assert size
            pages.append((float(size[1]) / float(size[2]), words))
    return pages


def read_whole(page: tuple[float, list[tuple[float, str]]], least: float = SMALLEST) -> None:
    """A landscape page has every heading, the row of column numbers, and letters that can be read."""
    shape, words = page
    said = [word for _, word in words]
    assert shape > 1.3
    assert sorted(word for word in said if word in NUMBERS) == sorted(NUMBERS)
    for heading in ("Tiếp nhận", "Trong đó", "Số lượng hồ sơ đã giải quyết", "Số lượng hồ sơ đang giải quyết"):
        # Letters with two marks may stand as words of their own.
        assert heading.replace(" ", "") in "".join(said)
    assert min(height for height, word in words if word in (*NUMBERS, "TT")) >= least * BOX


def test_the_table_of_22_communes_is_one_page(tmp_path: Path) -> None:
    form = form_of("ii06a")
    new_master(form, tmp_path / "so.xlsx")
    (page,) = table_pages(tmp_path / "so.xlsx")
    read_whole(page)
    assert "TỔNGCỘNG" in "".join(word for _, word in page[1])


def test_a_units_form_is_one_page_with_room_for_rows(tmp_path: Path) -> None:
    form = form_of("ii06a")
    new_forms(form, {form.units[0]: tmp_path / "xa.xlsx"})
    (page,) = table_pages(tmp_path / "xa.xlsx")
    read_whole(page, IN_FORM)
    assert "TỔNGCỘNG" in "".join(word for _, word in page[1])


def test_a_hundred_and_more_units_have_the_headings_on_every_page(tmp_path: Path) -> None:
    form = form_of("ii06b")
    new_master(form, tmp_path / "so.xlsx")
    pages = table_pages(tmp_path / "so.xlsx")
    assert 3 <= len(pages) <= 6, table_sheet("ii06b")
    for page in pages:
        read_whole(page)
    said = "".join(word for _, words in pages for _, word in words)
    assert all(unit.name.replace(" ", "") in said for unit in form.units)
