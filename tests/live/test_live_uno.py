"""The engine on LibreOffice against its traps: processes, locked files, the undo list, the import hook, formulas."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
import xlwings as xw

from cchc_xl.errors import UserError
from cchc_xl.live import uno_app, uno_bridge
from cchc_xl.live.office_differences import WindowsDesk
from cchc_xl.live.open_book_carrier import Block, LiveBook, blocks
from cchc_xl.live.uno_bridge import to_calc, to_excel
from cchc_xl.office import is_installed
from tools import own_office

pytestmark = [
    pytest.mark.office,
    pytest.mark.skipif(not is_installed(), reason="LibreOffice is not installed"),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    workbook = openpyxl.Workbook()
    workbook.active["A1"], workbook.active["A2"] = 1, 2
    workbook.save(tmp_path / "so.xlsx")
    return tmp_path / "so.xlsx"


@pytest.fixture
def book(app: xw.App, path: Path) -> Iterator[xw.Book]:
    book = app.books.open(str(path))
    yield book
    book.close()


def typed(book: xw.Book, address: str, text: str) -> None:
    """Types into a cell as a person does, so that it can be undone."""
    context = book.app.impl.context
    dispatcher = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.DispatchHelper", context)
    frame = book.api.CurrentController.getFrame()
    for command, name, value in ((".uno:GoToCell", "ToPoint", address), (".uno:EnterString", "StringName", text)):
        dispatcher.executeDispatch(frame, command, "", 0, uno_bridge.properties(**{name: value}))


def test_an_office_of_ours_has_a_profile_of_its_own_and_ends_with_quit(app: xw.App) -> None:
    other = own_office.start()
    process = other.impl.process
    assert other.pid != app.pid
    assert process.profile != app.impl.process.profile
    other.books.add()
    other.quit()
    assert not process.running
    assert not process.profile.exists()
    assert len(app.books) == 0


def test_an_office_that_people_started_is_not_ended(app: xw.App) -> None:
    own_office.attach(app.impl.process.address).quit()
    assert app.impl.process.running
    assert len(app.books) == 0


def test_a_connection_that_a_busy_office_drops_is_made_again(app: xw.App, monkeypatch: pytest.MonkeyPatch) -> None:
    disposed, answering = uno_bridge.uno_error("lang.DisposedException"), uno_bridge._answering_context
    calls: list[str] = []

    def dropped_twice(address: str) -> object:
        calls.append(address)
        if len(calls) < 3:
            raise disposed("Binary URP bridge disposed during call", None)
        return answering(address)

    monkeypatch.setattr(uno_bridge, "_answering_context", dropped_twice)
    assert len(uno_app.attach(app.impl.process.address).books) == 0
    assert len(calls) >= 3  # a machine that is busy may really drop one more


def test_an_office_that_does_not_listen_is_told_in_vietnamese() -> None:
    with pytest.raises(UserError, match="không nối được với LibreOffice"):
        uno_app.attach("uno:pipe,name=cchc_nobody_listens;urp;StarOffice.ComponentContext")


def test_a_missing_program_is_told_in_vietnamese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_office, "PROGRAMS", ())
    with pytest.raises(UserError, match="chưa cài đặt"):
        own_office.start()


def test_a_workbook_that_another_office_holds_raises_an_error(app: xw.App, book: xw.Book, path: Path) -> None:
    other = own_office.start()
    try:
        with pytest.raises(xw.XlwingsError, match="locked"):
            other.books.open(str(path))
    finally:
        other.quit()


def test_the_bridge_leaves_pythons_own_import_in_place() -> None:
    uno_bridge.uno()
    assert builtins.__import__.__module__ == "builtins"
    with pytest.raises(ModuleNotFoundError):
        from khong_co_goi_nao import gi  # type: ignore[import-not-found]  # noqa: F401


def written_after_typing(book: xw.Book) -> Any:
    typed(book, "$A$1", "55")
    live = LiveBook(book)
    sheet = live.sheet(str(book.sheets[0].name))
    sheet.put("C1", 9)
    sheet.keep_own_notes({"C2": "CCHC – x"}, "CCHC", "CCHC – ")
    live.commit()
    return book.api.UndoManager


def test_no_step_of_ours_stays_in_the_undo_list(book: xw.Book) -> None:
    manager = written_after_typing(book)
    assert manager.getAllUndoActionTitles() == ()
    assert book.sheets[0].range("A1:C1").value == [55.0, None, 9.0]


def test_a_protected_sheet_of_a_person_with_a_password_is_told(book: xw.Book) -> None:
    live = LiveBook(book)
    sheet = live.sheet(str(book.sheets[0].name))
    book.sheets[0].api.protect("bí mật")
    sheet.put("C1", 9)
    with pytest.raises(UserError, match="mật khẩu"):
        live.commit()
    assert book.app.screen_updating


def test_a_workbook_that_was_never_saved_is_carried_too(app: xw.App) -> None:
    book = app.books.add()
    live = LiveBook(book)
    name = str(book.sheets[0].name)
    live.sheet(name).put("B2", "chữ")
    live.commit()
    assert LiveBook(book).sheet(name).cell("B2").value == "chữ"
    book.close()


def test_a_copy_is_saved_elsewhere(book: xw.Book, tmp_path: Path) -> None:
    book.save(str(tmp_path / "khac.xlsx"))
    assert openpyxl.load_workbook(tmp_path / "khac.xlsx").active["A2"].value == 2


@pytest.mark.parametrize(
    ("excel", "calc"),
    [
        ('=SUM(A1,B2:C3)', '=SUM(A1;B2:C3)'),
        ("='Bảng 2'!A1+D4", "=$'Bảng 2'.A1+D4"),
        ("=SUM('O''Neil'!$A$1,1)", "=SUM($'O''Neil'.$A$1;1)"),
        ("=Sheet2!A1", "=$Sheet2.A1"),
        ('=IF(A1="a,b!c;d","x""y",1.5)', '=IF(A1="a,b!c;d";"x""y";1.5)'),
        ("=SUM({1,2;3,4})", "=SUM({1;2|3;4})"),
        ('=HYPERLINK("#\'Bảng 2\'!A1","Bảng 2!A1")', '=HYPERLINK("#\'Bảng 2\'!A1";"Bảng 2!A1")'),
    ],
)
def test_a_formula_goes_to_calc_and_comes_back(excel: str, calc: str) -> None:
    assert to_calc(excel) == calc
    assert to_excel(calc) == excel


def test_the_office_prints_formulas_as_they_were_written(app: xw.App) -> None:
    book = app.books.add()
    for name in ("Bảng 2", "O'Neil"):
        book.api.Sheets.insertNewByName(name, 1)
    written = [
        "=SUM(A1,B2:C3)", "='Bảng 2'!A1+D4", "='O''Neil'!$A$1", "=SUM({1,2;3,4})",
        '=IF(OR(COUNT(G7:P7,AE7:AN7)=0,COUNTIF(AE7:AN7,"!")>0),"",ROUND(G7*100/\'Bảng 2\'!A1,2))',
    ]
    block = book.sheets[0].range((1, 6), (len(written), 6))
    block.formula = [[formula] for formula in written]
    assert [formula for (formula,) in block.formula] == written
    book.close()


def test_changed_cells_side_by_side_make_one_block() -> None:
    changed = ["B2", "C9", "D5", "F3"]
    assert blocks(changed, lambda _address: True) == [Block(2, 2, 9, 4), Block(3, 6, 3, 6)]


def test_a_block_never_covers_a_cell_that_is_not_free() -> None:
    made = blocks(["B2", "B4", "B6", "C2"], lambda address: address not in ("B5", "C4"))
    assert made == [Block(2, 2, 4, 2), Block(6, 2, 6, 2), Block(2, 3, 2, 3)]


def test_a_cell_with_a_comment_of_excel_365_gets_no_note_and_others_one_as_large_as_its_text() -> None:
    """Excel as its interface shows itself: a cell with a threaded comment refuses a note."""
    def cell(thread: object) -> tuple[SimpleNamespace, SimpleNamespace]:
        shape = SimpleNamespace(Width=108, Height=59)
        refuse = partial(pytest.fail, "error 1004")
        made = SimpleNamespace(
            api=SimpleNamespace(CommentThreaded=thread),
            add_note=refuse if thread else lambda _text: SimpleNamespace(api=SimpleNamespace(Shape=shape)),
        )
        return made, shape

    desk = WindowsDesk(None)
    desk.add_note(cell(object())[0], "sai")
    made, shape = cell(None)
    desk.add_note(made, "Số giải quyết lớn hơn số tiếp nhận. " * 8)
    assert (shape.Width, shape.Height > 100) == (260, True)
