"""The buttons on an open workbook in LibreOffice: the same figures, findings and flags as on the closed file."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlwings as xw

from cchc_xl import sheet_names
from cchc_xl.errors import CLEAN, COULD_NOT_RUN, FINDINGS
from cchc_xl.excel.addresses import column_letters, position
from cchc_xl.excel.spreadsheet import Workbook
from cchc_xl.live import verbs
from cchc_xl.live.office_differences import desk_of
from cchc_xl.live.open_book_carrier import LiveBook
from cchc_xl.live.verbs import Session
from cchc_xl.master.master_book import open_master
from cchc_xl.master.section_grid import FIGURE, flag_key
from cchc_xl.master.style import INPUT_COLOUR
from cchc_xl.office import is_installed
from cchc_xl.schema import Form, Total
from cchc_xl.values import Address
from cchc_xl.verbs.demo import sample_entries
from cchc_xl.verbs.recalc import Computed, recalc
from tests.books import blank_master, enter

pytestmark = [
    pytest.mark.office,
    pytest.mark.skipif(not is_installed(), reason="LibreOffice is not installed"),
]

LATER = datetime(2026, 2, 1, 8, 0)


@pytest.fixture(scope="module")
def fresh_once(form: Form, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real figures, typed in and never recalculated, with a few wrong ones among them."""
    path = tmp_path_factory.mktemp("live") / "CCHC.xlsx"
    blank_master(form, path)
    enter(path, sample_entries(form))
    master = open_master(path)
    for section in form.sections:
        grid = master.grids[section.number]
        for row in [row for row in section.indicators if row.typed and row.total is Total.SUM][:2]:
            unit = form.reporters(row)[0]
            master.sheet(section).put(grid.address(row.code, unit.id), WRONG[int(section.printed)])
    master.workbook.commit()
    return path


WRONG = ("10.248 hồ sơ", Decimal("-5"))


@pytest.fixture
def fresh(fresh_once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(fresh_once, tmp_path / "CCHC_moi.xlsx"))


@pytest.fixture
def book(app: xw.App, fresh: Path) -> Iterator[xw.Book]:
    book = app.books.open(str(fresh))
    yield book
    book.close()


@pytest.fixture(scope="module")
def opened(app: xw.App, fresh_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[xw.Book]:
    """An open book on which no button was pressed, until another test asks for `clicked`."""
    book = app.books.open(shutil.copy(fresh_once, tmp_path_factory.mktemp("so") / "CCHC_da_bam.xlsx"))
    yield book
    book.close()


@pytest.fixture(scope="module")
def clicked(opened: xw.Book) -> xw.Book:
    """It, after the button was pressed, with a cell chosen before. Whoever types into it presses again."""
    opened.sheets[CHOSEN[0]].activate()
    opened.sheets[CHOSEN[0]].range(CHOSEN[1]).select()
    assert verbs.run("tinh_lai", opened, LATER).status != COULD_NOT_RUN
    return opened


@pytest.fixture(scope="module")
def whole(app: xw.App, _filled_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[xw.Book]:
    """The book of the real figures, computed anew and opened. Whoever types into it puts back what stood there."""
    path = Path(shutil.copy(_filled_once, tmp_path_factory.mktemp("day_du") / "CCHC.xlsx"))
    recalc(path, LATER)
    yield (book := app.books.open(str(path)))
    book.close()


CHOSEN = 5, "F8"


def recalculated(book: xw.Book) -> Computed:
    assert verbs.run("tinh_lai", book, LATER).status != COULD_NOT_RUN
    return Session(book, LATER).computed


def decoded(value: Any) -> Any:
    """LibreOffice 7.4 takes _xa_ in a text for an escaped line feed."""
    return value.replace("_xa_", "\n") if isinstance(value, str) else value


def shown(book: Workbook | LiveBook, sheet: str) -> dict[str, tuple[Any, str]]:
    """Value and formula of every cell; a formula's result only where the file holds one."""
    return {
        address: (decoded(cell.value), cell.formula) for address, cell in book.sheet(sheet).cells()
        if not cell.empty or cell.formula
    }


def test_check_changes_no_cell(opened: xw.Book) -> None:
    before = {sheet.name: shown(LiveBook(opened), sheet.name) for sheet in opened.sheets}
    assert verbs.run("kiem_tra", opened).status == FINDINGS
    assert {sheet.name: shown(LiveBook(opened), sheet.name) for sheet in opened.sheets} == before


def test_the_sheet_in_front_and_the_selection_stay_where_they_were(clicked: xw.Book) -> None:
    assert LiveBook(clicked).sheet(sheet_names.LOG).cell("C5").value == "Tính lại", "much was written"
    sheet, cell = clicked.sheets[CHOSEN[0]], clicked.app.selection
    assert (clicked.sheets.active.name, cell.sheet.name) == (sheet.name, sheet.name)
    assert cell.get_address(False, False) == CHOSEN[1]


def test_open_and_closed_workbooks_get_the_same_cells_and_notes(clicked: xw.Book, fresh: Path) -> None:
    on_disk = recalc(fresh, LATER).computed
    live = Session(clicked, LATER).computed
    assert {code: figure.value for code, figure in live.figures.items()} == {
        code: figure.value for code, figure in on_disk.figures.items()
    }
    assert [decoded(each.key) for each in live.findings] == [decoded(each.key) for each in on_disk.findings]
    assert [each.severity for each in live.findings] == [each.severity for each in on_disk.findings]
    file, opened = Workbook(fresh), LiveBook(clicked)
    for name in file.sheet_names:
        wanted, found = shown(file, name), shown(opened, name)
        assert wanted.keys() <= found.keys(), name
        assert not [address for address in found.keys() - wanted.keys() if found[address][0]], name
        different = {a: (wanted[a], found[a]) for a in wanted if wanted[a] != found[a]}
        assert {a for a, (old, _) in different.items() if not (old[0] is None and old[1])} == set(), (name, different)
        assert notes_on(clicked, name) == file.sheet(name).notes(), name


def test_an_untouched_book_asks_nothing_and_computes_what_is_typed(whole: xw.Book) -> None:
    file = Workbook(Path(whole.fullname))
    for name in file.sheet_names:
        wanted, found = shown(file, name), shown(LiveBook(whole), name)
        assert {a: found.get(a, (None,))[0] or None for a in wanted} == {a: wanted[a][0] or None for a in wanted}, name
    assert not whole.api.isModified()
    computed = Session(whole, LATER).computed
    form = computed.content.form
    row = next(row for row in form.indicators() if row.typed and row.total is Total.SUM)
    grid = computed.master.grids[form.section_of[row.code].number]
    typed, figure = (
        whole.sheets[grid.sheet].range(grid.address(row.code, key)) for key in (form.reporters(row)[0].id, FIGURE)
    )
    stood, before = typed.value, figure.value
    typed.value = (stood or 0) + 7
    assert figure.value == before + 7
    typed.value = stood


def test_an_input_cell_that_a_paste_has_closed_is_open_validated_and_coloured_again(clicked: xw.Book) -> None:
    sheet, address = first_input(clicked)
    cell = clicked.sheets[sheet].range(address)
    told = cell.api.Validation.InputTitle, cell.api.Validation.InputMessage
    clicked.sheets[sheet].api.unprotect("")
    far = clicked.sheets[sheet].range("A200").api
    for what in ("ConditionalFormat", "Validation", "CellProtection", "CellBackColor"):
        cell.api.setPropertyValue(what, far.getPropertyValue(what))
    clicked.sheets[sheet].api.protect("")
    assert desk_of(clicked).locked(cell)
    recalculated(clicked)
    assert not desk_of(clicked).locked(cell)
    assert cell.api.CellBackColor == int(INPUT_COLOUR, 16)
    assert cell.api.ConditionalFormat.getCount() == 3
    rule = cell.api.ConditionalFormat.getByIndex(0)
    grid = next(each for each in Session(clicked, LATER).master.grids.values() if each.sheet == sheet)
    unit = next(key for key, column in grid.columns.items() if column == position(address)[1])
    flag = f"${column_letters(grid.columns[flag_key(unit)])}{rule.getSourcePosition().Row + 1}"
    assert rule.getFormula1().startswith(flag)
    assert cell.api.Validation.ShowErrorMessage
    assert (cell.api.Validation.InputTitle, cell.api.Validation.InputMessage) == told


DAYS = 36
"""The number of DD/MM/YYYY in every LibreOffice."""


def test_a_date_that_was_pasted_stays_one_click_after_click(clicked: xw.Book) -> None:
    sheet, address = first_input(clicked)
    cell = clicked.sheets[sheet].range(address)
    before = cell.value
    clicked.sheets[sheet].api.unprotect("")
    cell.value = 46_242
    cell.api.setPropertyValue("NumberFormat", DAYS)
    cell.api.setPropertyValue("CellProtection", clicked.sheets[sheet].range("A200").api.CellProtection)
    clicked.sheets[sheet].api.protect("")
    for _ in range(2):
        findings = [each for each in recalculated(clicked).findings if each.cells == (Address(sheet, address),)]
        assert [each.severity for each in findings] == ["error"]
        assert cell.value == "08/08/2026"
    cell.value = before
    recalculated(clicked)


def test_a_second_click_changes_nothing(clicked: xw.Book) -> None:
    assert "Không có gì thay đổi" in verbs.run("tinh_lai", clicked, LATER).text


def first_input(book: xw.Book) -> tuple[str, str]:
    """Sheet and address of a wrong figure."""
    finding = next(each for each in Session(book, LATER).computed.findings if each.severity == "error")
    return finding.cells[0].sheet, finding.cells[0].cell


def notes_on(book: xw.Book, sheet: str) -> dict[str, str]:
    return {note.location.get_address(False, False): note.text for note in book.sheets[sheet].notes}


def test_a_mended_figure_loses_its_flag_and_its_note(clicked: xw.Book) -> None:
    before = Session(clicked, LATER).computed
    sheet, address = first_input(clicked)
    message = next(each.message for each in before.findings if each.severity == "error")
    assert message in notes_on(clicked, sheet)[address]
    clicked.sheets[sheet].range(address).value = 3
    after = recalculated(clicked)
    assert message not in [each.message for each in after.findings]
    assert message not in notes_on(clicked, sheet).get(address, "")


def test_a_written_explanation_is_kept_and_counts(clicked: xw.Book) -> None:
    findings = Session(clicked, LATER).computed.findings
    warning = next(number for number, each in enumerate(findings) if each.severity == "warning")
    sheet = clicked.sheets[sheet_names.FINDINGS]
    row = next(row for row in range(5, 60) if sheet.range(f"A{row}").value == findings[warning].key)
    sheet.range(f"I{row}").value = "đã kiểm tra lại"
    assert not any(each.explained for each in recalculated(clicked).findings)
    assert sheet.range(f"K{row}").value == "Thiếu tên người giải trình"
    sheet.range(f"J{row}").value = "Bà A"
    again = recalculated(clicked).findings
    assert [each.explained for each in again if each.key == findings[warning].key] == [True]
    assert "đã kiểm tra lại" in [cell.value for _, cell in LiveBook(clicked).sheet(sheet_names.FINDINGS).cells()]


def open_rows(book: xw.Book) -> list[int]:
    """The rows of the list in which people can explain; every one of them has the colour that says so."""
    sheet = book.sheets[sheet_names.FINDINGS]
    colour = int(INPUT_COLOUR, 16)
    rows = [row for row in range(5, 80) if sheet.range(f"I{row}:J{row}").api.CellBackColor == colour]
    assert not any(desk_of(book).locked(sheet.range(f"I{row}:J{row}")) for row in rows)
    assert sheet.api.isProtected()
    return rows


def test_every_finding_can_be_explained_after_a_click_when_the_list_is_longer_and_when_it_is_shorter(
    book: xw.Book, form: Form
) -> None:
    assert open_rows(book) == [5]
    before = recalculated(book).findings
    assert open_rows(book) == list(range(5, 5 + len({each.key for each in before})))
    figures = {(unit, code): typed for unit, code, typed in sample_entries(form).cells}
    for each in before:
        if each.rule == "too_small":
            book.sheets[each.cells[0].sheet].range(each.cells[0].cell).value = int(figures[each.unit, each.indicator])
    after = recalculated(book).findings
    assert len(after) < len(before)
    assert open_rows(book) == list(range(5, 5 + len({each.key for each in after})))


def test_the_report_is_refused_while_errors_are_open(clicked: xw.Book) -> None:
    refused = verbs.run("xuat_bao_cao", clicked)
    assert refused.status == COULD_NOT_RUN
    assert "lỗi bắt buộc sửa" in refused.text
    assert "--draft" not in refused.text
    assert not list(Path(clicked.fullname).parent.glob("*.docx"))


def test_the_report_is_refused_while_something_must_be_filled(whole: xw.Book) -> None:
    """Told by sheet, label and cell; nothing of the command line stands in a button's message."""
    cell = f"C{open_master(Path(whole.fullname)).keyed_rows(sheet_names.INFO)['nguoi_ky']}"
    signer, before = whole.sheets[sheet_names.INFO].range(cell), set(Path(whole.fullname).parent.glob("*.docx"))
    name, signer.value = signer.value, None
    refused = verbs.run("xuat_bao_cao", whole)
    signer.value = name
    assert refused.status == COULD_NOT_RUN
    assert f"{sheet_names.INFO}: “Người ký” (ô {cell})" in refused.text
    assert "--" not in refused.text
    assert set(Path(whole.fullname).parent.glob("*.docx")) == before


def test_a_new_report_never_replaces_an_earlier_one(whole: xw.Book) -> None:
    assert [verbs.run("xuat_bao_cao", whole).status for _ in range(2)] == [CLEAN, CLEAN]
    made = sorted(path.name for path in Path(whole.fullname).parent.glob("*.docx"))
    assert made == ["BaoCao_CCHC (2).docx", "BaoCao_CCHC.docx"]


def test_the_next_period_is_made_beside_the_open_book(whole: xw.Book) -> None:
    sheet = whole.sheets[sheet_names.INFO]
    row = next(row for row in range(5, 60) if sheet.range(f"A{row}").value == sheet_names.NEXT_PERIOD_KEY)
    assert sheet.range(f"C{row}").value == "quý I/2022"
    sheet.range(f"C{row}").value = "6 tháng 2022"
    done = verbs.run("ky_moi", whole)
    again = verbs.run("ky_moi", whole)
    assert done.status == CLEAN, done.text
    assert "6 tháng đầu năm 2022" in done.text
    made = open_master(Path(whole.fullname).with_name("CCHC_2022_6_thang.xlsm"))
    assert made.form.period.label == "6 tháng đầu năm 2022"
    assert again.status == COULD_NOT_RUN
    assert "đã có sổ này" in again.text


def test_another_workbook_is_told_apart_in_vietnamese(app: xw.App) -> None:
    book = app.books.add()
    outcome = verbs.run("tinh_lai", book)
    book.close()
    assert outcome.status == COULD_NOT_RUN
    assert "không phải sổ tổng hợp" in outcome.text


def test_an_unforeseen_error_is_told_in_vietnamese_and_logged(
    clicked: xw.Book, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(_session: Session) -> None:
        raise ZeroDivisionError("chi tiết")

    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setitem(verbs.WORK, "tinh_lai", broken)  # type: ignore[arg-type]
    outcome = verbs.run("tinh_lai", clicked)
    assert outcome.status == COULD_NOT_RUN
    assert "Traceback" not in outcome.text
    assert str(verbs.log_file()) in outcome.text
    assert "ZeroDivisionError: chi tiết" in verbs.log_file().read_text(encoding="utf-8")


def test_every_other_verb_answers(clicked: xw.Book) -> None:
    for verb in ("nhan_bieu_mau", "doi_chieu", "tro_giup"):
        outcome = verbs.run(verb, clicked)
        assert outcome.text, verb
        assert outcome.title != "Có lỗi", verb


def test_every_verb_that_a_macro_calls_exists() -> None:
    files = (Path(__file__).parents[2] / "macros").rglob("*.*")
    sources = "\n".join(path.read_text(encoding="utf-8") for path in files if path.is_file())
    called = set(re.findall(r'ChayViec "(\w+)"', sources)) | set(re.findall(r'tag="(\w+)"', sources))
    assert called
    assert called <= verbs.WORK.keys()
    assert all(callable(getattr(verbs, name)) for name in verbs.WORK)


def called_by_a_macro(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cchc_xl.live", *arguments, "--print"], capture_output=True, encoding="utf-8",
        check=False, env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )


def test_a_macro_of_libreoffice_runs_a_verb_on_the_open_workbook(app: xw.App, book: xw.Book, fresh: Path) -> None:
    done = called_by_a_macro("tinh_lai", str(fresh), "--office", app.impl.process.address)
    assert (done.returncode, done.stderr) == (FINDINGS, "")
    assert "Đã có 261/268 số liệu" in done.stdout
    assert "Đã ghi vào sổ đang mở" in done.stdout
    assert LiveBook(book).sheet(sheet_names.LOG).cell("C5").value == "Tính lại"


def test_a_macro_that_reaches_no_office_is_told_in_vietnamese() -> None:
    done = called_by_a_macro("tinh_lai", "CCHC.xlsx", "--office", "cchc_nobody_listens")
    assert done.returncode == COULD_NOT_RUN
    assert "không nối được với LibreOffice" in done.stderr
    assert "Traceback" not in done.stderr


def calls_of_a_click(book: xw.Book) -> Counter[str]:
    """What a click that has nothing to write asks of the office."""
    place = Path(__file__).parents[2] / "benchmarks" / "click.py"
    spec = importlib.util.spec_from_file_location("click", place)
    assert spec is not None
    assert spec.loader is not None
    click = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(click)
    calls: Counter[str] = Counter()
    impl = book.app.impl
    before = impl.context, impl.desktop
    click.counting(book.app, calls)
    try:
        counted = next(each for each in book.app.books if each.fullname == book.fullname)
        calls.clear()
        assert verbs.run("tinh_lai", counted, LATER).status != COULD_NOT_RUN
    finally:
        impl.context, impl.desktop = before
    return calls


def test_the_calls_of_a_click_do_not_grow_with_the_cells(clicked: xw.Book) -> None:
    """The last one on this book: its guide is written over."""
    few = calls_of_a_click(clicked)
    sheet = clicked.sheets[sheet_names.GUIDE]
    sheet.api.unprotect("")
    sheet.range("D1:M100").value = [[row * column for column in range(10)] for row in range(100)]
    assert sheet.range("M100").value == 99 * 9
    many = calls_of_a_click(clicked)
    assert few.total() < 800
    assert many.total() - few.total() < 10
