"""A row that the form has and the master lacks: the form has got it since, or somebody has deleted it."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from cchc_xl import sheet_names
from cchc_xl.declaration import load_form
from cchc_xl.errors import UserError
from cchc_xl.excel.spreadsheet import Workbook
from cchc_xl.master.build_master import new_master
from cchc_xl.master.workbook_structure import ROWS_KEY, pages_of, structure_findings
from cchc_xl.verbs.recalc import recalc

SMALL = Path(__file__).parents[1] / "forms" / "xa"
NOW = datetime(2030, 10, 1)
NEW_ROW = "A.1.4,,Hồ sơ trả lại,Hồ sơ,Số đếm,Xã,Cộng"
NEW_SECTION = "C,,Thêm,,Phần,,\nC.1,,Hồ sơ trả lại,Hồ sơ,Số đếm,Xã,Cộng"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The form of the master, which may change afterwards."""
    return Path(shutil.copytree(SMALL, tmp_path / "xa"))


@pytest.fixture
def book(folder: Path, tmp_path: Path) -> Path:
    new_master(load_form(folder), tmp_path / "so.xlsx")
    return tmp_path / "so.xlsx"


def add(folder: Path, lines: str, before: str = "") -> None:
    """Adds lines to the form, before another one or at the end."""
    path = folder / "chi_tieu.csv"
    text = path.read_text(encoding="utf-8")
    place = text.index(f"\n{before},") + 1 if before else len(text)
    path.write_text(f"{text[:place]}{lines}\n{text[place:]}", encoding="utf-8")


def refusal(book: Path, form: Path | str = "") -> str:
    with pytest.raises(UserError) as refused:
        recalc(book, NOW, str(form))
    return str(refused.value)


def test_a_row_that_the_form_has_got_since_is_told_as_that(folder: Path, book: Path) -> None:
    add(folder, NEW_ROW, "B")
    said = refusal(book, folder)
    assert "biểu mẫu đã thêm dòng A.1.4" in said
    assert "form upgrade" in said
    assert "sao_luu" not in said
    workbook = Workbook(book)
    found = structure_findings(workbook, load_form(folder), pages_of(workbook))
    assert [each.indicator for each in found] == ["A.1.4"]
    assert "sau khi sổ được lập" in found[0].message


def test_a_section_that_the_form_has_got_since_is_told_as_that(folder: Path, book: Path) -> None:
    add(folder, NEW_SECTION)
    assert "“C Thêm”: biểu mẫu đã thêm trang tính này sau khi sổ được lập" in refusal(book, folder)


def test_a_book_goes_on_with_the_form_that_it_carries(folder: Path, book: Path) -> None:
    add(folder, NEW_ROW, "B")
    assert recalc(book, NOW).computed.master.form.by_code.keys() & {"A.1.4"} == set()


def delete_row(book: Path, code: str) -> None:
    workbook = openpyxl.load_workbook(book)
    sheet = workbook["A Hồ sơ"]
    sheet.delete_rows(next(cell.row for cell in sheet["A"] if cell.value == code))
    workbook.save(book)


def test_a_row_that_was_deleted_is_looked_for_in_the_copies(book: Path) -> None:
    delete_row(book, "A.1.2")
    said = refusal(book)
    assert "thiếu dòng A.1.2" in said
    assert "sao_luu" in said


def test_a_master_of_an_older_program_is_judged_by_the_version_of_its_form(folder: Path, book: Path) -> None:
    workbook = openpyxl.load_workbook(book)
    sheet = workbook[sheet_names.IDENTITY]
    kept = [cell.row for cell in sheet["A"] if str(cell.value).startswith(ROWS_KEY)]
    sheet.delete_rows(min(kept), len(kept))
    workbook.save(book)
    add(folder, NEW_ROW, "B")
    assert "sao_luu" in refusal(book, folder)
    head = (folder / "bieu_mau.csv").read_text(encoding="utf-8")
    (folder / "bieu_mau.csv").write_text(head.replace("Phiên bản,1", "Phiên bản,2"), encoding="utf-8")
    assert "biểu mẫu đã thêm dòng A.1.4" in refusal(book, folder)
