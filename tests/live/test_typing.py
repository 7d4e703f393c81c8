"""What a person types in a real window lands where it is asked for: words, numbers, explanations.

Pictures of the screen are kept in the folder that CCHC_PICTURES names, else in build/anh.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import xlwings as xw
from forms_support import filled_form, sample_values
from office_window import Screen, missing_tools, office, screen, wait_for

from cchc_xl import sheet_names
from cchc_xl.errors import UserError
from cchc_xl.excel.spreadsheet import Workbook
from cchc_xl.live.open_book_carrier import LiveBook
from cchc_xl.master.master_book import open_master
from cchc_xl.master.style import FLAG_COLOURS, HEADER_COLOUR
from cchc_xl.master.table_layout import TABLE_ROW
from cchc_xl.office import is_installed
from cchc_xl.schema import Form, Unit
from cchc_xl.schema.model_kinds import Kind
from cchc_xl.submissions import form_layout
from cchc_xl.submissions.form_layout import plan_form
from cchc_xl.submissions.handed_in import Fate
from cchc_xl.submissions.unit_form.build_form import new_forms
from cchc_xl.submissions.unit_form.first_sheet import TOLD_ROW
from cchc_xl.verbs.collect import collect
from cchc_xl.verbs.recalc import compute, recalc
from tests.books import blank_master
from tools import own_office

PICTURES = Path(os.environ.get("CCHC_PICTURES", Path(__file__).parents[2] / "build" / "anh"))
LATER = datetime(2026, 2, 2, 8, 30)
CALC = "LibreOffice Calc"

pytestmark = [
    pytest.mark.office,
    pytest.mark.skipif(not is_installed(), reason="LibreOffice is not installed"),
    pytest.mark.skipif(bool(missing_tools()), reason=f"{', '.join(missing_tools())}: not installed"),
]


@dataclass
class Window:
    """A workbook open in a window: typed in with the keyboard, asked through the office's interface."""

    screen: Screen
    book: xw.Book
    main: str
    own: list[str]

    def type(self, sheet: str, address: str, text: str) -> object:
        """Types into a cell and presses Enter; whatever box that opens is closed. Returns what the cell holds then."""
        place = self.book.sheets[sheet]
        place.activate()
        place.range(address).select()
        self.screen.settle()
        self.screen.type(text)
        self.screen.press("Return")
        self.screen.settle()
        if boxes := self._boxes():
            self.screen.picture("bi_tu_choi")
            self.screen.focus(boxes[0])
            self.screen.press("Return")
            wait_for(lambda: not self._boxes(), "the box to close")
            self.screen.focus(self.main)
            self.screen.press("Escape")
            self.screen.settle()
        return LiveBook(self.book).sheet(sheet).cell(address).value

    def sort(self, sheet: str, address: str) -> list[object]:
        """Sorts by the column of a cell, with the keys of the menu Data; returns what the column holds then."""
        place = self.book.sheets[sheet]
        place.activate()
        place.range(address).select()
        self.screen.settle()
        self.screen.press("alt+d", "Down", "Return")
        self.screen.settle()
        last = place.used_range.last_cell.row
        values = (place.range((row, place.range(address).column)).value for row in range(TABLE_ROW + 1, last + 1))
        return [value for value in values if value]

    def filter(self, sheet: str, heading: str, wanted: str) -> set[object]:
        """Chooses one value, or all, in the list that a heading opens; returns what the rows that are left say."""
        place = self.book.sheets[sheet]
        place.activate()
        place.range(heading).select()
        self.screen.settle()
        self.screen.press("alt+Down")
        self.screen.settle()
        self.screen.type(wanted)
        self.screen.settle()
        self.screen.picture("danh_sach_loc")
        self.screen.press("Return")
        self.screen.settle()
        first, column = place.range(heading).row + 1, place.range(heading).column
        shown = (
            place.range((row, column)).value for row in range(first, place.used_range.last_cell.row + 1)
            if place.api.getRows().getByIndex(row - 1).IsVisible
        )
        return {value for value in shown if value}

    def follow(self, sheet: str, address: str, heading: str) -> tuple[str, str]:
        """Clicks on a link below the first heading of a table; returns the sheet and cell in front then."""
        place = self.book.sheets[sheet]
        from_, to = (place.range(each).api.Position for each in (heading, address))
        x, y = self.screen.patches(HEADER_COLOUR, 20)[0]
        self.screen.follow((x + (to.X - from_.X) * 96 // 2540 + 15, y + (to.Y - from_.Y) * 96 // 2540 + 40))
        self.screen.settle()
        return self.book.sheets.active.name, self.book.selection.address.replace("$", "")

    def paste(self, other: Path, area: str, sheet: str, address: str) -> None:
        """Copies cells of another workbook, which opens in a window of its own, and pastes them.

        What asks whether cells may be overwritten is told yes.
        """
        opened = self.book.app.books.open(str(other))
        window = wait_for(lambda: self.screen.windows(other.name), "the other workbook")[0]
        self.screen.focus(window)
        opened.sheets[0].range(area).select()
        self.screen.settle()
        self.screen.press("ctrl+c")
        self.screen.settle()
        self.screen.focus(self.main)
        self.book.sheets[sheet].activate()
        self.book.sheets[sheet].range(address).select()
        self.screen.settle()
        self.screen.press("ctrl+v")
        self.screen.settle()
        self.own.append(window)
        if boxes := self._boxes():
            self.screen.focus(boxes[-1])
            self.screen.press("Return")
            self.screen.focus(self.main)
        opened.close()
        self.screen.settle()

    def _boxes(self) -> list[str]:
        """The windows that stand over the workbook's own."""
        return [window for window in self.screen.windows(".") if window not in self.own]


@contextmanager
def window(path: Path, folder: Path) -> Iterator[Window]:
    """Opens a workbook on a screen of its own; what was typed is saved by the test."""
    home, pipe = folder / "home", f"cchc_thu_{os.getpid()}"
    home.mkdir(parents=True)
    with screen(PICTURES) as shown, office(shown, home, folder / "profile", path, pipe):
        book = wait_for(lambda: opened(pipe), "LibreOffice with the workbook", 90)
        main = wait_for(lambda: shown.windows(CALC), "the window", 60)[0]
        shown.focus(main)
        shown.settle()
        yield Window(shown, book, main, shown.windows("."))


def opened(pipe: str) -> xw.Book | None:
    try:
        app = own_office.attach(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
    except UserError:
        return None
    return app.books.active if len(app.books) else None


def places_of(form: Form, unit: Unit, master: Path) -> dict[Kind, tuple[tuple[str, str], tuple[str, str]]]:
    """By kind, sheet and cell of a question in the unit's form and in the master."""
    plan, book = plan_form(form, unit), open_master(master)
    found = {}
    for code, row in plan.questions.items():
        sheet, number = plan.places[code]
        address = book.grids[form.section_of[code].number].address(code, unit.id)
        found[row.asked] = (sheet, f"{form_layout.VALUE}{number}"), (form.section_of[code].sheet, address)
    return found


SETTLED = "III.6.8a"
"""What a ward settled in time: no more than it received."""

TYPED: dict[Kind, dict[str, object]] = {
    Kind.COUNT: {
        "không phát sinh": "không phát sinh", "Không Phát Sinh": "Không Phát Sinh", "10248": Decimal(10248),
        "0": Decimal(0), "10.248": None, "-3": None, "xong": None, "1.130 phiếu": "1.130 phiếu",
    },
    Kind.YES_NO: {"có": "có", "Không": "Không", "1": Decimal(1)},
    Kind.CHOICE: {"1": Decimal(1)},
    Kind.RATIO: {"7/7": "7/7", "24/30": "24/30"},
}
"""What is typed, and what the cell holds then: None where a box refused it."""


@pytest.mark.parametrize("which", [0, 1], ids=["form", "master"])
def test_input_cells_take_what_they_ask_for(which: int, form: Form, tmp_path: Path) -> None:
    unit = form.units[0]
    blank_master(form, tmp_path / "so.xlsx")
    new_forms(form, {unit: tmp_path / "bieu_mau.xlsx"})
    places = {kind: place[which] for kind, place in places_of(form, unit, tmp_path / "so.xlsx").items()}
    path = tmp_path / ("bieu_mau.xlsx", "so.xlsx")[which]
    with window(path, tmp_path) as shown:
        for kind, texts in TYPED.items():
            for text, wanted in texts.items() if kind in places else ():
                sheet, address = places[kind]
                assert shown.type(sheet, address, text) == wanted, (kind, text)
                # What stands above is offered as the end of what is typed.
                shown.book.sheets[sheet].range(address).value = None
        if which == 0:
            paste_column(shown, form, unit, tmp_path)
        shown.type(*places[Kind.COUNT], "không phát sinh")
        shown.screen.picture(f"khong_phat_sinh_{which}")
        shown.book.save()
        shown.book.close()
    assert Workbook(path).sheet(places[Kind.COUNT][0]).cell(places[Kind.COUNT][1]).value == "không phát sinh"
    assert Kind.YES_NO in places


def paste_column(shown: Window, form: Form, unit: Unit, folder: Path) -> None:
    """A column of figures of another workbook goes over headings and computed cells, and lands in the cells asked."""
    plan = plan_form(form, unit)
    rows = sorted(plan.places[code][1] for code, row in plan.questions.items() if row.asked is Kind.COUNT)[:4]
    other, column = openpyxl.Workbook(), range(rows[0], rows[-1] + 1)
    for number, row in enumerate(column, 1):
        other.active.cell(number, 1, 1000 + row)
    other.save(folder / "khac.xlsx")
    sheet = plan.places[next(iter(plan.questions))][0]
    shown.paste(folder / "khac.xlsx", f"A1:A{len(column)}", sheet, f"{form_layout.VALUE}{rows[0]}")
    shown.screen.picture("dan_cot")
    cells = [shown.book.sheets[sheet].range(f"{form_layout.VALUE}{row}") for row in rows]
    assert [cell.value for cell in cells] == [1000 + row for row in rows]
    for cell in cells:
        cell.value = None


def test_any_finding_is_explained_with_the_keyboard(filled: Path, tmp_path: Path) -> None:
    listed = openpyxl.load_workbook(filled)[sheet_names.FINDINGS]
    rows = [row for row in range(6, listed.max_row + 1) if listed.cell(row, 3).value == "Cần giải trình"]
    found = list(listed.iter_rows(TABLE_ROW + 1, values_only=True))
    with window(filled, tmp_path) as shown:
        assert not shown.book.api.isModified(), "an untouched book asks nothing when it is closed"
        for row in (rows[0], rows[-1]):
            assert shown.type(sheet_names.FINDINGS, f"I{row}", "Có hỏi lại, số đúng") == "Có hỏi lại, số đúng"
            assert shown.type(sheet_names.FINDINGS, f"J{row}", "Bà A") == "Bà A"
        shown.screen.picture("giai_trinh")
        unit = listed.cell(rows[-1], 4).value
        assert shown.filter(sheet_names.FINDINGS, f"D{TABLE_ROW}", str(unit)) == {unit}
        shown.screen.picture("loc_mot_don_vi")
        shown.filter(sheet_names.FINDINGS, f"D{TABLE_ROW}", "")
        units = shown.sort(sheet_names.FINDINGS, f"D{TABLE_ROW + 1}")
        assert units == sorted(units, key=str) != [row[3] for row in found]
        shown.screen.picture("sap_xep")
        notes = shown.book.sheets[sheet_names.UNIT_NOTES]
        for row, name in enumerate(("Phường B", "Phường A"), TABLE_ROW + 1):
            notes.range(f"C{row}").value = name
        assert shown.sort(sheet_names.UNIT_NOTES, f"C{TABLE_ROW + 1}") == ["Phường A", "Phường B"]
        notes.range(f"C{TABLE_ROW + 1}:C{TABLE_ROW + 2}").value = None
        shown.book.save()
        shown.book.close()
    recalc(filled, LATER)
    explained = {each.key for each in compute(filled).findings if each.explained}
    assert explained == {listed.cell(row, 1).value for row in (rows[0], rows[-1])}


def test_a_ward_is_told_at_once_explains_and_mends_what_comes_back(form: Form, tmp_path: Path) -> None:
    """Types more settled than received, hands in; opens what comes back, follows the link, types the right number."""
    unit, book = form.units[0], tmp_path / "so.xlsx"
    blank_master(form, book)
    right = sample_values(form, unit)[SETTLED]
    sent = filled_form(form, unit, tmp_path / "nop_ve.xlsx")
    sheet, row = plan_form(form, unit).places[SETTLED]
    with window(sent, tmp_path / "1") as shown:
        shown.type(sheet, f"{form_layout.VALUE}{row}", "99999")
        told = shown.book.sheets[sheet].range(f"{form_layout.NUMBER}{TOLD_ROW}").value
        shown.screen.picture("bieu_mau_sai")
        assert SETTLED in told
        assert shown.screen.patches(FLAG_COLOURS["E"], 300), "the sentence stands in red on top"
        shown.type(sheet, f"{form_layout.NOTE}{row}", "Bà B đã hỏi lại")
        shown.book.save()
        shown.book.close()
    outcome, = collect(book, [sent], LATER).outcomes
    assert outcome.returned is not None
    with window(outcome.returned, tmp_path / "2") as shown:
        assert shown.book.sheets.active.name == form_layout.TO_MEND
        wait_for(lambda: shown.screen.patches(HEADER_COLOUR, 20), "the sheet on the screen")
        shown.screen.picture("can_sua")
        wrong = shown.follow(form_layout.TO_MEND, "C5", "A4")
        assert wrong == (sheet, f"{form_layout.VALUE}{row}")
        shown.type(sheet, f"{form_layout.VALUE}{row}", str(right))
        shown.book.save()
        shown.book.close()
    outcome, = collect(book, [outcome.returned], LATER).outcomes
    assert outcome.fate is Fate.TAKEN
    noted = openpyxl.load_workbook(book)[sheet_names.UNIT_NOTES]
    assert "Bà B đã hỏi lại" in [cell.value for cell in noted["F"]]
