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
from cchc_xl.master.master_origin import ROWS_KEY
from cchc_xl.master.workbook_structure import structure_findings
from cchc_xl.verbs.recalc import recalc

SMALL = Path(__file__).parent / "forms" / "xa"
NOW = datetime(2030, 10, 1)
NEW_ROW = """
[[row]]
code = "A.1.4"
name = "tra_lai"
label = "Hồ sơ trả lại"
unit = "Hồ sơ"
kind = "count"
reported_by = ["commune"]
total = "sum"
"""
NEW_SECTION = """
number = "C"
title = "Thêm"
sheet = "C Thêm"
""" + NEW_ROW.replace("A.1.4", "C.1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The form of the master, which may change afterwards."""
    return Path(shutil.copytree(SMALL, tmp_path / "xa"))


@pytest.fixture
def book(folder: Path, tmp_path: Path) -> Path:
    new_master(load_form(folder), tmp_path / "so.xlsx")
    return tmp_path / "so.xlsx"


def add(folder: Path, file: str, text: str) -> None:
    path = folder / file
    path.write_text((path.read_text(encoding="utf-8") if path.exists() else "") + text, encoding="utf-8")


def refusal(book: Path) -> str:
    with pytest.raises(UserError) as refused:
        recalc(book, NOW)
    return str(refused.value)


def test_a_row_that_the_form_has_got_since_is_told_as_that(folder: Path, book: Path) -> None:
    add(folder, "a.toml", NEW_ROW)
    said = refusal(book)
    assert "biểu mẫu đã thêm dòng A.1.4" in said
    assert "cchc-xl new" in said
    assert "sao_luu" not in said
    found = structure_findings(Workbook(book), load_form(folder))
    assert [each.indicator for each in found] == ["A.1.4"]
    assert "sau khi sổ được lập" in found[0].message


def test_a_section_that_the_form_has_got_since_is_told_as_that(folder: Path, book: Path) -> None:
    add(folder, "c.toml", NEW_SECTION)
    head = (folder / "bieu_mau.toml").read_text(encoding="utf-8")
    (folder / "bieu_mau.toml").write_text(head.replace('["a", "b"]', '["a", "b", "c"]'), encoding="utf-8")
    assert "“C Thêm”: biểu mẫu đã thêm trang này sau khi sổ được lập" in refusal(book)


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
    add(folder, "a.toml", NEW_ROW)
    assert "sao_luu" in refusal(book)
    head = (folder / "bieu_mau.toml").read_text(encoding="utf-8")
    (folder / "bieu_mau.toml").write_text(head.replace('version = "1"', 'version = "2"'), encoding="utf-8")
    assert "biểu mẫu đã thêm dòng A.1.4" in refusal(book)
