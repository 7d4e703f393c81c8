"""What a person types in a real window lands where it is asked for: words, numbers, explanations.

Pictures of the screen are kept in the folder that CCHC_PICTURES names, else in build/anh.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
import xlwings as xw
from office_window import Screen, missing_tools, office, screen, wait_for

from cchc_xl.errors import UserError
from cchc_xl.live import uno_engine
from cchc_xl.live.carrier import LiveBook
from cchc_xl.master import names
from cchc_xl.master.recalc import compute, recalc
from cchc_xl.office import is_installed

PICTURES = Path(os.environ.get("CCHC_PICTURES", Path(__file__).parents[1] / "build" / "anh"))
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

    def type(self, sheet: str, address: str, text: str) -> object:
        """Types into a cell and presses Enter; whatever box that opens is closed. Returns what the cell holds then."""
        place = self.book.sheets[sheet]
        place.activate()
        place.range(address).select()
        self.screen.settle()
        self.screen.type(text)
        self.screen.press("Return")
        self.screen.settle()
        if self.refused:
            self.screen.picture("bi_tu_choi")
            self.screen.press("Escape")
            self.screen.press("Escape")
            wait_for(lambda: not self.refused, "the box to close")
        return LiveBook(self.book).sheet(sheet).cell(address).value

    @property
    def refused(self) -> bool:
        """Whether a box stands over the window."""
        return len(self.screen.windows(".")) > self.quiet

    quiet: int = 0


@contextmanager
def window(path: Path, folder: Path) -> Iterator[Window]:
    """Opens a workbook on a screen of its own; what was typed is saved by the test."""
    home, pipe = folder / "home", f"cchc_thu_{os.getpid()}"
    home.mkdir()
    with screen(PICTURES) as shown, office(shown, home, folder / "profile", path, pipe):
        book = wait_for(lambda: opened(pipe), "LibreOffice with the workbook", 90)
        shown.focus(wait_for(lambda: shown.windows(CALC), "the window", 60)[0])
        shown.settle()
        yield Window(shown, book, len(shown.windows(".")))


def opened(pipe: str) -> xw.Book | None:
    try:
        app = uno_engine.attach(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
    except UserError:
        return None
    return app.books.active if len(app.books) else None


def test_any_finding_is_explained_with_the_keyboard(filled: Path, tmp_path: Path) -> None:
    listed = openpyxl.load_workbook(filled)[names.FINDINGS]
    rows = [row for row in range(6, listed.max_row + 1) if listed.cell(row, 3).value == "Cần giải trình"]
    with window(filled, tmp_path) as shown:
        for row in (rows[0], rows[-1]):
            assert shown.type(names.FINDINGS, f"I{row}", "đã hỏi lại, số đúng") == "đã hỏi lại, số đúng"
            assert shown.type(names.FINDINGS, f"J{row}", "Bà A") == "Bà A"
        shown.screen.picture("giai_trinh")
        shown.book.save()
        shown.book.close()
    recalc(filled, LATER)
    explained = {each.key for each in compute(filled).findings if each.explained}
    assert explained == {listed.cell(row, 1).value for row in (rows[0], rows[-1])}
