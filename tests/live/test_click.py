"""A person's afternoon in LibreOffice: type a wrong figure, click, mend it, click, and write the Word report.

Pictures of the screen are kept in the folder that CCHC_PICTURES names, else in build/anh.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
import xlwings as xw
from forms_support import filled_form, wards
from office_window import Screen, missing_tools, office, screen, wait_for

from cchc_xl.addin import libreoffice_profile
from cchc_xl.errors import UserError
from cchc_xl.live.office_differences import desk_of
from cchc_xl.live.open_book_carrier import LiveBook
from cchc_xl.live.verbs import Session
from cchc_xl.macros.build_macros import add_macros
from cchc_xl.macros.drawn_buttons import load_buttons
from cchc_xl.master.lists_and_board import State, submissions
from cchc_xl.master.master_book import open_master
from cchc_xl.master.section_grid import FIGURE, flag_key
from cchc_xl.master.style import FLAG_COLOURS
from cchc_xl.master.table_layout import HOME_TABLE_ROW
from cchc_xl.office import is_installed
from cchc_xl.schema import Form
from cchc_xl.sheet_names import HOME
from cchc_xl.submissions.incoming_files import ARRIVAL_FOLDER
from cchc_xl.word.document_text import read_document
from cchc_xl.writing.vietnamese_numbers import in_table
from tools import own_office

PROJECT = Path(__file__).parents[2]
PICTURES = Path(os.environ.get("CCHC_PICTURES", PROJECT / "build" / "anh"))
BUTTONS = {button.nhan: button for button in load_buttons()}
BUTTON_WIDTH, CELL_WIDTH = 80, 30
"""Pixels of a colour in one line that make a button, and a flagged cell."""

CODE, WRONG, RIGHT = "III.6.8a", "9999", "2789"
"""What a ward settled in time: more than it settled at all, then one less than it settled."""

TOTAL_BEFORE, TOTAL_WRONG, TOTAL_RIGHT = Decimal(34_870), Decimal(42_079), Decimal(34_869)

pytestmark = [
    pytest.mark.office,
    pytest.mark.skipif(not is_installed(), reason="LibreOffice is not installed"),
    pytest.mark.skipif(bool(missing_tools()), reason=f"{', '.join(missing_tools())}: not installed"),
]


@dataclass
class Sitting:
    """A master open in a window, as its user sees it and as its interface tells it."""

    screen: Screen
    book: xw.Book
    path: Path
    sheet: str
    typed: str
    total: str
    flag: str

    def type(self, text: str) -> None:
        """Puts the cursor on the ward's figure and types with the keyboard."""
        sheet = self.book.sheets[self.sheet]
        sheet.activate()
        sheet.range(self.typed).select()
        self.screen.type(text)
        self.screen.press("Return")
        wait_for(lambda: self.cell(self.typed) == Decimal(text), f"{text} in {self.typed}")

    def click(self, button: str, opens: str = "") -> str:
        """Clicks a button of the first sheet with the mouse; returns the window that opens."""
        self.book.sheets[HOME].activate()
        place = wait_for(lambda: self._place_of(button), f"the button {button} on the screen")
        self.screen.click(place)
        return self.window(opens or f"CCHC – {button}")

    def window(self, title: str) -> str:
        """The window with a title, once it is there and drawn."""
        found = wait_for(lambda: self.screen.windows(title), f"the window “{title}”")[0]
        self.screen.settle()
        return found

    def _place_of(self, button: str) -> tuple[int, int] | None:
        colour = BUTTONS[button].mau
        number = [each.nhan for each in BUTTONS.values() if each.mau == colour].index(button)
        found = self.screen.patches(colour, BUTTON_WIDTH)
        return (found[number][0] + 20, found[number][1] + 10) if len(found) > number else None

    def close(self, window: str) -> None:
        """Reads no further and presses Enter on a message."""
        self.screen.focus(window)
        self.screen.press("Return")
        wait_for(lambda: not self.screen.windows("CCHC – "), "the message to close")

    def look_at_the_figure(self, picture: str) -> bool:
        """Shows the ward's sheet, keeps a picture, and tells whether a cell in the colour of an error is on it."""
        self.book.sheets[self.sheet].activate()
        wait_for(lambda: not self.screen.patches(BUTTONS["Xuất báo cáo Word"].mau, BUTTON_WIDTH), "the sheet")
        self.screen.settle()
        self.screen.picture(picture)
        return bool(self.screen.patches(FLAG_COLOURS["E"], CELL_WIDTH))

    def cell(self, address: str) -> object:
        """What a cell of the sheet holds now."""
        return self.cell_of(self.sheet, address)

    def cell_of(self, sheet: str, address: str) -> object:
        """What a cell of some sheet holds now."""
        return LiveBook(self.book).sheet(sheet).cell(address).value

    @property
    def unsaved(self) -> bool:
        """Whether closing the window would ask to save."""
        return bool(self.book.api.isModified())


@pytest.fixture(scope="module")
def sitting(_filled_once: Path, form: Form, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sitting]:
    """A fresh profile, set up by the command line; the master opened in a window of it. One afternoon for all tests,
    the first of which finds the figures as they were.
    """
    place = tmp_path_factory.mktemp("chieu")
    folder, home, profile = place / "Sổ của tôi", place / "home", place / "profile"
    folder.mkdir()
    home.mkdir()
    path = folder / "CCHC_2021.xlsm"
    add_macros(_filled_once, path)
    (folder / ARRIVAL_FOLDER).mkdir()
    filled_form(form, wards(form)[0], folder / ARRIVAL_FOLDER / "phuong_1.xlsx")
    with ExitStack() as stack:
        # The pipe is named after the user: another name keeps people's own LibreOffice out of the test.
        stack.enter_context(pytest.MonkeyPatch.context()).setenv("LOGNAME", f"thu_{os.getpid()}")
        install(home, profile, folder)
        shown = stack.enter_context(screen(PICTURES))
        stack.enter_context(office(shown, home, profile, path))
        book = wait_for(opened, "LibreOffice with the workbook", 60)
        wait_for(lambda: shown.patches(BUTTONS["Tính lại"].mau, BUTTON_WIDTH), "the window")
        yield Sitting(shown, book, path, *places(path))


def install(home: Path, profile: Path, folder: Path) -> None:
    where = ["--dir", str(home), "--profile", str(profile), "--trust", str(folder)]
    command = [sys.executable, "-m", "cchc_xl", "addin", "install", *where]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)


def opened() -> xw.Book | None:
    try:
        app = own_office.attach(libreoffice_profile.connection())
    except UserError:
        return None
    return app.books.active if len(app.books) else None


def places(path: Path) -> tuple[str, str, str, str]:
    """Sheet of the figure, and the addresses of the ward's cell, the total and the ward's flag."""
    master = open_master(path)
    section = next(each for each in master.form.sections if CODE in (row.code for row in each.indicators))
    ward = master.form.reporters(master.form.by_code[CODE])[0].id
    grid = master.grids[section.number]
    return grid.sheet, *(grid.address(CODE, key) for key in (ward, FIGURE, flag_key(ward)))


def test_a_wrong_figure_is_flagged_and_a_mended_one_reaches_the_report(sitting: Sitting) -> None:
    on_disk = sitting.path.read_bytes()
    assert sitting.cell(sitting.total) == TOTAL_BEFORE

    sitting.type(WRONG)
    assert sitting.unsaved
    message = sitting.click("Tính lại")
    sitting.screen.picture("1_tinh_lai_so_sai")
    sitting.close(message)
    assert (sitting.cell(sitting.total), sitting.cell(sitting.flag)) == (TOTAL_WRONG, "E")
    assert sitting.look_at_the_figure("2_o_do"), "no cell in the colour of an error on the screen"

    refused = sitting.click("Xuất báo cáo Word", opens="CCHC – Không thực hiện được")
    sitting.screen.picture("3_chua_xuat_duoc")
    sitting.close(refused)

    sitting.type(RIGHT)
    sitting.close(sitting.click("Tính lại"))
    assert (sitting.cell(sitting.total), sitting.cell(sitting.flag)) == (TOTAL_RIGHT, "I")
    assert not sitting.look_at_the_figure("4_het_co"), "a cell in the colour of an error is still on the screen"

    message = sitting.click("Xuất báo cáo Word")
    sitting.screen.picture("5_xuat_bao_cao")
    sitting.close(message)
    report = sitting.path.with_name("BaoCao_CCHC_2021.docx")
    text = "\n".join(read_document(report).paragraphs)
    assert f"đúng hạn {in_table(TOTAL_RIGHT)} hồ sơ" in text
    assert (sitting.unsaved, sitting.path.read_bytes()) == (True, on_disk)


def test_a_cell_that_a_paste_has_closed_is_open_and_told_again_after_a_click(sitting: Sitting) -> None:
    """Ctrl+V brings the look of a locked cell along; a row that grew for a message goes back with it."""
    row = sitting.book.sheets[sitting.sheet].range(sitting.typed).api
    height = row.getRows().getByIndex(0).Height
    home = sitting.book.sheets[HOME]
    home.activate()
    home.range(f"D{HOME_TABLE_ROW + 1}").select()
    sitting.screen.settle()
    sitting.screen.press("ctrl+c")
    place = sitting.book.sheets[sitting.sheet]
    place.activate()
    place.range(sitting.typed).select()
    sitting.screen.settle()
    sitting.screen.press("Delete", "ctrl+v")
    sitting.screen.settle()
    sitting.screen.picture("8_dan_thuong")
    assert sitting.cell(sitting.typed) == sitting.cell_of(HOME, f"D{HOME_TABLE_ROW + 1}")
    assert desk_of(sitting.book).locked(place.range(sitting.typed))
    sitting.close(sitting.click("Tính lại"))
    assert not desk_of(sitting.book).locked(place.range(sitting.typed))
    assert place.range(sitting.typed).api.Validation.InputTitle == CODE
    sitting.type(WRONG)
    sitting.close(sitting.click("Tính lại"))
    assert sitting.look_at_the_figure("9_dan_roi_tinh_lai"), "no cell in the colour of an error on the screen"
    assert row.getRows().getByIndex(0).Height > height * 1.5
    sitting.screen.point(sitting.screen.patches(FLAG_COLOURS["E"], CELL_WIDTH)[0])
    sitting.screen.settle()
    sitting.screen.picture("11_ghi_chu")
    note = place.range(sitting.typed).note.api.getAnnotationShape().getSize()
    assert note.Width > note.Height, "a note is no narrow strip"
    sitting.type(RIGHT)
    sitting.close(sitting.click("Tính lại"))
    assert row.getRows().getByIndex(0).Height < height * 1.1
    sitting.look_at_the_figure("10_sua_roi")


def test_a_form_is_chosen_in_the_window_of_the_office_and_taken(sitting: Sitting, form: Form) -> None:
    picker = sitting.click("Nhận biểu mẫu", opens="Chọn các tệp biểu mẫu")
    sitting.screen.picture("6_chon_bieu_mau")
    sitting.screen.focus(picker)
    sitting.screen.type("phuong_1.xlsx")
    sitting.screen.press("Return")
    message = sitting.window("CCHC – Nhận biểu mẫu")
    sitting.screen.picture("7_nhan_bieu_mau")
    sitting.close(message)
    register = submissions(Session(sitting.book, datetime.now()).master)
    assert register[wards(form)[0].id].state is State.TAKEN
    assert sitting.unsaved
