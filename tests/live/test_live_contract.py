"""What the live carrier may rely on, in every office: the same tests run in LibreOffice here and in Excel by hand.

In Excel, on Windows or macOS: pytest -m excel tests/live/test_live_contract.py
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import xlwings as xw
from openpyxl.comments import Comment
from openpyxl.styles import Protection

from cchc_xl.excel.addresses import reference
from cchc_xl.excel.spreadsheet import Workbook
from cchc_xl.live import live_cells
from cchc_xl.live.open_book_carrier import LiveBook, LiveSheet
from cchc_xl.office import is_installed
from cchc_xl.reading import Cell
from tests.kept_office import kept
from tools.own_office import OwnApp

DATA, SECOND, LOCKED = "Số liệu", "Bảng 2", "Khóa"
AUTHOR, MARK = "CCHC", "CCHC – "
ALLOWED = {"formatCells": False, "sort": False, "autoFilter": False}
"""What the locked sheet lets people do; in the file a False stands for "not forbidden"."""


def started(engine: str) -> xw.App:
    if engine == "excel":
        xw.engines["excel"].activate()
        return xw.App(visible=True, add_book=False)
    if not is_installed():
        pytest.skip("LibreOffice is not installed")
    return xw.App(impl=OwnApp(kept().context))


OFFICES = [
    pytest.param("libreoffice", marks=pytest.mark.office),
    *(pytest.param("excel", marks=pytest.mark.excel) for engine in xw.engines if engine.name == "excel"),
]


@pytest.fixture(scope="module", params=OFFICES)
def app(request: pytest.FixtureRequest) -> Iterator[xw.App]:
    app = started(request.param)
    yield app
    app.quit()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook with one cell of each kind."""
    workbook = openpyxl.Workbook()
    data, second, locked = workbook.active, workbook.create_sheet(SECOND), workbook.create_sheet(LOCKED)
    data.title = DATA
    for row, (value, number_format) in enumerate(KINDS, 1):
        data.cell(row, 1).value = value
        data.cell(row, 1).number_format = number_format
    data["C1"].comment = Comment("của chị Lan", "Lan")
    data["C2"].comment = Comment(f"{MARK}cũ", AUTHOR)
    second["A1"] = 5
    locked["A1"], locked["B1"] = 1, 2
    locked["B1"].protection = Protection(locked=False)
    locked.protection.sheet = True
    for name, value in ALLOWED.items():
        setattr(locked.protection, name, value)
    path = tmp_path_factory.mktemp("contract") / "sổ.xlsx"
    workbook.save(path)
    return path


KINDS = [
    (10248, "#,##0"), (99.95, "General"), ("10.248", "General"), ("5/11", "@"), ("dòng 1\ndòng 2", "General"),
    (0.85, "0.0%"), (datetime(2021, 12, 31), "dd/mm/yyyy"), (True, "General"), ("=SUM(A1,A2)", "#,##0.00"),
    ("=1/0", "General"), (f"='{SECOND}'!A1*2", "General"), ("=IF(A1>0,\"đủ, có; \"\"rồi\"\"\",\"\")", "General"),
]


@pytest.fixture
def path(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made, tmp_path / "sổ.xlsx"))


@pytest.fixture
def book(app: xw.App, path: Path) -> Iterator[xw.Book]:
    book = app.books.open(str(path))
    yield book
    book.close()


@pytest.fixture
def live(book: xw.Book) -> LiveBook:
    return LiveBook(book)


@pytest.fixture(scope="module")
def written_over(app: xw.App, made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[xw.Book]:
    """A book for all that only writes one cell and reads it again."""
    book = app.books.open(shutil.copy(made, tmp_path_factory.mktemp("so") / "sổ chung.xlsx"))
    yield book
    book.close()


def again(live: LiveBook, sheet: str = DATA) -> LiveSheet:
    """The sheet as it stands in the office now."""
    return LiveBook(live.book).sheet(sheet)


def test_an_open_workbook_knows_its_file_and_its_sheets(live: LiveBook, path: Path) -> None:
    assert Path(live.book.fullname).samefile(path)
    assert all(name in live for name in (DATA, SECOND, LOCKED))
    assert "Không có" not in live


def test_a_block_is_read_with_values_formulas_formats_and_errors(live: LiveBook) -> None:
    column = [live.sheet(DATA).cell(f"A{row}") for row in range(1, len(KINDS) + 1)]
    assert [cell.value for cell in column[:5]] == [
        Decimal(10248), Decimal("99.95"), "10.248", "5/11", "dòng 1\ndòng 2",
    ]
    percent, date, truth, total, error, other_sheet, text = column[5:]
    assert (percent.is_percent, percent.value) == (True, Decimal("0.85"))
    assert (date.is_date, date.raw) == (True, "31/12/2021")
    assert (truth.value, truth.formula) == (True, "")
    assert (total.formula, total.value) == ("SUM(A1,A2)", Decimal("10347.95"))
    assert (error.error, error.formula) == ("#DIV/0!", "1/0")
    assert (other_sheet.formula.replace("'", ""), other_sheet.value) == (f"{SECOND}!A1*2", Decimal(10))
    assert (text.formula, text.value) == ('IF(A1>0,"đủ, có; ""rồi""","")', 'đủ, có; "rồi"')


def test_halving_the_block_finds_the_formats_that_the_engine_tells(live: LiveBook) -> None:
    block = live.book.sheets[DATA].range("A1:C12")
    values = block.options(ndim=2, err_to_str=True).value
    found = dict(live_cells._by_halving(block, values, 1, 1))
    assert (found[6, 1], found[1, 1], found[2, 1]) == ("0.0%", "#,##0", "General")


@pytest.mark.parametrize(
    "text",
    ["5/11", "24/24", "007", "1.10", "10.248", "=chữ", "+84", "@lan", "'nháy", "TRUE", "3%", "1/2/2021", "12:30", "E1",
     "Jan 5", "-", "1E5", "dòng 1\ndòng 2", "[Lưu ý] 5 > 3", "Phường 1, TP. Sóc Trăng"],
)
def test_a_text_is_written_as_the_same_text(written_over: xw.Book, text: str) -> None:
    live = LiveBook(written_over)
    live.sheet(SECOND).put("D4", text)
    live.commit()
    assert again(live, SECOND).cell("D4") == Cell(text)


def test_a_block_is_written_with_numbers_texts_and_formulas(live: LiveBook) -> None:
    sheet = live.sheet(DATA)
    assert sheet.put("E1", Decimal("99.95"))
    assert sheet.put("E2", 7)
    assert sheet.put("F1", "đủ")
    assert sheet.put("F2", "", f"SUM('{SECOND}'!A1,E2)")
    assert live.changed
    live.commit()
    assert [again(live).cell(address).value for address in ("E1", "E2", "F1", "F2")] == [
        Decimal("99.95"), Decimal(7), "đủ", Decimal(12),
    ]
    assert again(live).cell("F2").formula.replace("'", "") == f"SUM({SECOND}!A1,E2)"


def test_putting_what_stands_there_already_changes_nothing(live: LiveBook) -> None:
    sheet = live.sheet(DATA)
    assert not sheet.put("A1", Decimal(10248))
    assert not sheet.put("A9", "", "SUM(A1,A2)")
    assert not sheet.put("Z99", None)
    assert not live.changed


def test_only_cells_that_were_put_are_written(live: LiveBook) -> None:
    before = dict(live.sheet(DATA).cells())
    live.sheet(DATA).put("A1", 1)
    live.sheet(DATA).put("A12", 2)
    live.commit()
    after = dict(again(live).cells())
    assert {address for address in before if before[address] != after[address]} == {"A1", "A9", "A12"}  # A9 adds A1
    assert after["A3"].value == "10.248"


def test_an_emptied_cell_is_empty(live: LiveBook) -> None:
    live.sheet(DATA).put("A3", None)
    live.commit()
    assert again(live).cell("A3").empty


def notes_of(book: xw.Book) -> dict[str, str]:
    return {note.location.get_address(False, False): note.text for note in book.sheets[DATA].notes}


def test_our_notes_are_kept_as_wanted_and_those_of_people_left_alone(live: LiveBook) -> None:
    person = notes_of(live.book)["C1"]
    live.sheet(DATA).keep_own_notes({"C1": f"{MARK}của máy", "C3": f"{MARK}thiếu\nsố"}, AUTHOR, MARK)
    live.commit()
    assert notes_of(live.book) == {"C1": person, "C3": f"{MARK}thiếu\nsố"}
    live.sheet(DATA).keep_own_notes({"C3": f"{MARK}thiếu\nsố"}, AUTHOR, MARK)
    assert not live.changed
    live.sheet(DATA).keep_own_notes({"C3": f"{MARK}khác"}, AUTHOR, MARK)
    live.commit()
    assert notes_of(live.book) == {"C1": person, "C3": f"{MARK}khác"}
    live.sheet(DATA).keep_own_notes({}, AUTHOR, MARK)
    live.commit()
    assert notes_of(live.book) == {"C1": person}


def test_a_link_to_a_cell_is_a_formula_that_reads_back(live: LiveBook) -> None:
    formula = f'HYPERLINK("#\'{SECOND}\'!A1","{SECOND}!A1")'
    live.sheet(DATA).put("G1", f"{SECOND}!A1", formula)
    live.commit()
    assert again(live).cell("G1") == Cell(f"{SECOND}!A1", formula=formula)
    assert not again(live).put("G1", f"{SECOND}!A1", formula)


def test_a_protected_sheet_is_written_and_is_protected_as_before(live: LiveBook, path: Path) -> None:
    live.sheet(LOCKED).put("A1", 11)
    live.sheet(LOCKED).keep_own_notes({"A1": f"{MARK}khóa"}, AUTHOR, MARK)
    live.commit()
    assert again(live, LOCKED).cell("A1").value == Decimal(11)
    assert live.desk.is_protected(live.book.sheets[LOCKED])
    live.book.save()
    saved = openpyxl.load_workbook(path)[LOCKED]
    assert saved.protection.sheet
    assert {name: getattr(saved.protection, name) for name in ALLOWED} == ALLOWED
    assert saved["A1"].comment.text.strip() == f"{MARK}khóa"
    assert not saved["B1"].protection.locked


def test_a_sheet_stays_protected_when_writing_fails(live: LiveBook) -> None:
    class UnexpectedError(Exception):
        pass

    sheet = live.book.sheets[LOCKED]
    with pytest.raises(UnexpectedError), live.desk.unprotected(sheet):
        raise UnexpectedError
    assert live.desk.is_protected(sheet)


def test_rows_get_the_look_of_another_and_rows_that_end_lose_it(live: LiveBook) -> None:
    for last in (6, 3):
        live = LiveBook(live.book)
        sheet = live.sheet(LOCKED)
        for row in range(2, 8):
            sheet.put(f"A{row}", row if row <= last else None)
        sheet.dress(1, last, 2)
        live.commit()
        cells = live.book.sheets[LOCKED]
        assert [live.desk.locked(cells.range(f"B{row}")) for row in range(1, 9)] == [row > last for row in range(1, 9)]
        assert live.desk.locked(cells.range("A1:A8")) is True
        assert live.desk.locked(cells.range("B1:B8")) is None


def test_what_was_written_stands_in_the_saved_file(live: LiveBook, path: Path) -> None:
    live.sheet(DATA).put("E1", "5/11")
    live.sheet(DATA).put("E2", 7)
    live.commit()
    live.book.save()
    saved = Workbook(path).sheet(DATA)
    assert (saved.cell("E1").value, saved.cell("E2").value) == ("5/11", Decimal(7))
    assert saved.cell("A9").formula == "SUM(A1,A2)"


def test_neither_the_selection_nor_the_sheet_in_front_moves(live: LiveBook) -> None:
    live.book.sheets[SECOND].activate()
    live.book.sheets[SECOND].range("B3:C4").select()
    live.sheet(DATA).put("E1", 1)
    live.sheet(LOCKED).put("A1", 11)
    live.commit()
    assert live.book.sheets.active.name == SECOND
    assert live.book.app.selection.address == "$B$3:$C$4"


def test_the_screen_and_the_status_bar_are_given_back(live: LiveBook) -> None:
    live.desk.show("CCHC: đang làm…")
    with live.desk.quiet():
        assert not live.book.app.screen_updating
    live.desk.show("")
    assert live.book.app.screen_updating
    assert live.book.app.status_bar is False


def test_a_large_block_comes_back_whole(live: LiveBook) -> None:
    sheet = live.sheet(SECOND)
    for row in range(1, 301):
        for column in range(5, 15):
            sheet.put(reference(row, column), row * column)
    live.commit()
    assert again(live, SECOND).cell("N300").value == Decimal(4200)
    assert again(live, SECOND).last_row == 300
