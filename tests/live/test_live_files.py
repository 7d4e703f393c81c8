"""The buttons that take files, on an open workbook in LibreOffice: the same outcome as on the closed file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import xlwings as xw
from forms_support import NOW, filled_form, sample_values, wards

from cchc_xl import sheet_names
from cchc_xl.errors import CLEAN, COULD_NOT_RUN, FINDINGS
from cchc_xl.excel.spreadsheet import Workbook
from cchc_xl.live import verbs
from cchc_xl.live.office_differences import desk_of
from cchc_xl.live.open_book_carrier import LiveBook
from cchc_xl.live.verbs import ButtonOutcome, Session
from cchc_xl.master.lists_and_board import State, submissions
from cchc_xl.office import is_installed
from cchc_xl.schema import Form
from cchc_xl.verbs.collect import collect
from cchc_xl.word.document_text import read_document

pytestmark = [
    pytest.mark.office,
    pytest.mark.skipif(not is_installed(), reason="LibreOffice is not installed"),
]


@pytest.fixture(scope="module")
def forms(form: Form, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What three wards sent: one in order, one with a figure that cannot be, one that is no form."""
    folder = tmp_path_factory.mktemp("gui") / "bieu_mau"
    folder.mkdir()
    good, bad = wards(form)[:2]
    codes = list(sample_values(form, good))
    filled_form(form, good, folder / "a.xlsx", None, **dict.fromkeys(codes[:3], "Đã rà soát"))
    values = sample_values(form, bad)
    filled_form(form, bad, folder / "b.xlsx", values | {next(iter(values)): "không rõ"})
    (folder / "c.xlsx").write_text("đây không phải biểu mẫu", encoding="utf-8")
    return folder


@dataclass
class Taken:
    """An open master into which the forms were taken, its file and what that held before, and what the click said."""

    book: xw.Book
    master: Path
    before: bytes
    outcome: ButtonOutcome


@pytest.fixture(scope="module")
def taken(app: xw.App, _empty_once: Path, forms: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Taken]:
    """Clicked once for all that looks at what a click leaves; nothing that is done with it later changes it."""
    master = Path(shutil.copy(_empty_once, tmp_path_factory.mktemp("so") / "CCHC_nhan.xlsx"))
    book, before = app.books.open(str(master)), master.read_bytes()
    yield Taken(book, master, before, verbs.run("nhan_bieu_mau", book, NOW, [forms]))
    book.close()


def contents(book: Workbook | LiveBook, sheet: str) -> dict[str, object]:
    return {address: cell.value for address, cell in book.sheet(sheet).cells() if not cell.formula and not cell.empty}


def test_open_and_closed_workbooks_take_the_same_forms(
    taken: Taken, empty: Path, forms: Path, form: Form
) -> None:
    on_disk = collect(empty, [forms], NOW)
    assert taken.outcome.status == FINDINGS
    assert "3 tệp: 1 đã nhận, 1 trả lại, 1 từ chối." in taken.outcome.text
    assert len(on_disk.outcomes) == 3
    file, opened = Workbook(empty), LiveBook(taken.book)
    for name in (
        *(section.sheet for section in form.sections),
        sheet_names.SUBMISSIONS,
        sheet_names.UNIT_NOTES,
        sheet_names.LOG,
    ):
        assert contents(opened, name) == contents(file, name), name
    # Open, or nobody could sort the notes; that nothing is typed over them is asked of the cells' validation.
    notes = taken.book.sheets[sheet_names.UNIT_NOTES]
    assert not any(desk_of(taken.book).locked(notes.range(f"F{row}")) for row in range(5, 9))


def test_what_was_taken_is_on_record_and_the_returned_copy_lies_beside_the_workbook(
    taken: Taken, form: Form
) -> None:
    good, bad = wards(form)[:2]
    register = submissions(Session(taken.book, NOW).master)
    assert (register[good.id].state, register[bad.id].state) == (State.TAKEN, State.RETURNED)
    assert [path.name for path in (taken.master.parent / "tra_lai").iterdir()] == [f"{bad.id}-lan-2.xlsx"]
    assert taken.master.read_bytes() == taken.before


def test_forms_that_are_in_already_change_nothing(taken: Taken, forms: Path) -> None:
    again = verbs.run("nhan_bieu_mau", taken.book, NOW, [forms / "a.xlsx"])
    assert again.status == CLEAN
    assert "1 đã có" in again.text
    assert "Sổ không thay đổi" in again.text


def test_a_person_who_chooses_nothing_changes_nothing(taken: Taken, monkeypatch: pytest.MonkeyPatch) -> None:
    book = taken.book
    monkeypatch.setattr(type(desk_of(book)), "choose_files", lambda *_: [])
    before = {sheet.name: contents(LiveBook(book), sheet.name) for sheet in book.sheets}
    for verb in ("nhan_bieu_mau", "doi_chieu"):
        outcome = verbs.run(verb, book, NOW)
        assert (outcome.status, outcome.text) == (CLEAN, "Chưa chọn tệp nào; không có gì thay đổi.")
    assert {sheet.name: contents(LiveBook(book), sheet.name) for sheet in book.sheets} == before


def test_a_workbook_that_was_never_saved_takes_no_forms(app: xw.App) -> None:
    book = app.books.add()
    outcome = verbs.run("nhan_bieu_mau", book, NOW, [Path("a.xlsx")])
    book.close()
    assert outcome.status == COULD_NOT_RUN
    assert "chưa được lưu lần nào" in outcome.text


def test_a_report_is_held_against_the_figures_that_stand_in_the_open_workbook(app: xw.App, filled: Path) -> None:
    book = app.books.open(str(filled))
    try:
        assert verbs.run("xuat_bao_cao", book, NOW).status == CLEAN
        report = filled.with_name("BaoCao_CCHC.docx")
        same = verbs.run("doi_chieu", book, NOW, [report])
        sheet, address = typed_cell(book)
        book.sheets[sheet].range(address).value = 24
        other = verbs.run("doi_chieu", book, NOW, [report])
    finally:
        book.close()
    assert "báo cáo ghi 339, sổ có 340" not in same.text
    assert other.status == FINDINGS
    copies = sorted(path.name for path in filled.parent.glob("*doi_chieu*.docx"))
    assert copies == ["BaoCao_CCHC_doi_chieu (2).docx", "BaoCao_CCHC_doi_chieu.docx"]
    assert read_document(filled.with_name(copies[0])).paragraphs
    assert "báo cáo ghi 339, sổ có 340" in other.text


def typed_cell(book: xw.Book) -> tuple[str, str]:
    """Where the first ward's count of meetings stands, one of the figures that the report tells."""
    master = Session(book, NOW).master
    form = master.form
    section = form.section_of["TM.4.5"]
    grid = master.grids[section.number]
    return grid.sheet, grid.address("TM.4.5", form.reporters(form.by_code["TM.4.5"])[0].id)
