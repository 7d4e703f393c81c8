"""What the offices do in different words: lifting a sheet's protection, keeping the screen still, notes and looks."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cchc_xl.errors import UserError

if TYPE_CHECKING:
    import xlwings as xw

ALLOWANCES = (
    "AllowFormattingCells", "AllowFormattingColumns", "AllowFormattingRows", "AllowInsertingColumns",
    "AllowInsertingRows", "AllowInsertingHyperlinks", "AllowDeletingColumns", "AllowDeletingRows", "AllowSorting",
    "AllowFiltering", "AllowUsingPivotTables",
)
"""What a protected sheet lets people do all the same, in the words of Excel for Windows."""

FILE_PICKER, SHOWN_AND_CHOSEN, USUAL_POINTER = 3, -1, -4143
"""Excel's numbers for its file dialog, for its answer that something was chosen, and for the arrow."""

NOTE_WIDTH, NOTE_POINTS_A_LETTER = 260, 0.45
"""Points: a note is as wide as those of a file, and as high as its text needs."""

LONGEST_ADDRESS = 240
"""Letters of an address of several blocks that Excel takes."""

MAC_DIALOG = (
    "on run given", "set text item delimiters to linefeed", "set found to {}",
    "repeat with one in (choose file with prompt (item 1 of given) default location (POSIX file (item 2 of given))"
    " with multiple selections allowed)", "set end of found to POSIX path of one", "end repeat",
    "return found as text", "end run",
)
"""Excel for macOS has no file dialog for programs; the system has one."""


class Desk(ABC):
    """The office around an open workbook."""

    def __init__(self, book: xw.Book) -> None:
        self.book = book

    @contextlib.contextmanager
    def quiet(self) -> Iterator[None]:
        """Keeps the screen still. Neither the selection nor the place on the sheet is ever moved."""
        app = self.book.app
        before = app.screen_updating
        app.screen_updating = False
        try:
            yield
        finally:
            app.screen_updating = before

    def show(self, text: str) -> None:
        """Shows in the status bar what is being done; an empty text gives the bar back to the office."""
        self.book.app.status_bar = text or False

    @contextlib.contextmanager
    def unprotected(self, sheet: xw.Sheet) -> Iterator[None]:
        """Lifts the sheet's protection and puts the same one back, whatever happens."""
        if not self.is_protected(sheet):
            yield
            return
        restore = self.lift(sheet)
        if self.is_protected(sheet):
            what = "trang tính được bảo vệ bằng mật khẩu nên phần mềm không ghi được."
            raise UserError(str(sheet.name), what, "Bỏ mật khẩu (Review › Unprotect Sheet) rồi làm lại.")
        try:
            yield
        finally:
            restore()

    @abstractmethod
    def is_protected(self, sheet: xw.Sheet) -> bool:
        """Whether the protection of a sheet is on."""

    @abstractmethod
    def lift(self, sheet: xw.Sheet) -> Callable[[], object]:
        """Takes the protection off, which a password keeps on; gives what puts it back as it was."""

    @abstractmethod
    def choose_files(self, title: str, folder: Path, kinds: Sequence[str], several: bool) -> list[Path]:
        """The files that the person chooses in the office's own window; none where it is closed."""

    @abstractmethod
    def locked(self, cells: xw.Range) -> bool | None:
        """Whether the protection of a sheet closes cells; None where some are open and some are not."""

    def all_open(self, sheet: xw.Sheet, addresses: Sequence[str]) -> bool:
        """Whether people can type into all of some blocks of a sheet, asked in few calls."""
        return all(self.locked(sheet.range(address)) is False for address in addresses)

    def add_note(self, cell: xw.Range, text: str) -> None:
        """Adds a note that shows its whole text."""
        cell.add_note(text)

    def take_look(self, cell: xw.Range, like: xw.Range, prompt: tuple[str, str]) -> None:
        """Gives a cell the formats, conditional ones too, the openness and the validation of another, with its own
        prompt: title and text, none where no cell of its like has one."""
        like.copy()
        for what in ("formats", "validation"):
            cell.paste(what)
        self.book.app.cut_copy_mode = False
        if all(prompt):
            self._tell(cell.api, *prompt)

    def _tell(self, cell: Any, title: str, text: str) -> None:
        """Gives a cell of Excel its own prompt."""
        raise NotImplementedError


class WindowsDesk(Desk):
    """Excel for Windows."""

    def is_protected(self, sheet: xw.Sheet) -> bool:
        return bool(sheet.api.ProtectContents)

    def lift(self, sheet: xw.Sheet) -> Callable[[], object]:
        """Excel forgets what a sheet allows: it is noted before, and asked for again."""
        api = sheet.api
        allowed = {name: bool(getattr(api.Protection, name)) for name in ALLOWANCES}
        allowed |= {"DrawingObjects": bool(api.ProtectDrawingObjects), "Scenarios": bool(api.ProtectScenarios)}
        # With another password than none, Excel raises an error instead of doing nothing.
        with contextlib.suppress(Exception):
            api.Unprotect("")
        return lambda: api.Protect(Contents=True, **allowed)

    def choose_files(self, title: str, folder: Path, kinds: Sequence[str], several: bool) -> list[Path]:
        self.book.app.api.Cursor = USUAL_POINTER
        dialog = self.book.app.api.FileDialog(FILE_PICKER)
        dialog.Title, dialog.InitialFileName, dialog.AllowMultiSelect = title, f"{folder}\\", several
        dialog.Filters.Clear()
        dialog.Filters.Add("CCHC", "; ".join(kinds))
        if dialog.Show() != SHOWN_AND_CHOSEN:
            return []
        items = dialog.SelectedItems
        return [Path(items.Item(number)) for number in range(1, items.Count + 1)]

    def locked(self, cells: xw.Range) -> bool | None:
        told = cells.api.Locked
        return told if isinstance(told, bool) else None

    def all_open(self, sheet: xw.Sheet, addresses: Sequence[str]) -> bool:
        texts = [""]
        for address in addresses:
            if len(texts[-1]) + len(address) >= LONGEST_ADDRESS:
                texts.append("")
            texts[-1] += f",{address}" if texts[-1] else address
        return all(sheet.api.Range(text).Locked is False for text in texts if text)

    def add_note(self, cell: xw.Range, text: str) -> None:
        """A cell with a comment of Excel 365 (threaded) takes none and gets none: the text stands in the column
        Kiểm tra too."""
        if getattr(cell.api, "CommentThreaded", None) is None:
            shape = cell.add_note(text).api.Shape
            shape.Width, shape.Height = NOTE_WIDTH, max(56, NOTE_POINTS_A_LETTER * len(text))

    def _tell(self, cell: Any, title: str, text: str) -> None:
        cell.Validation.InputTitle, cell.Validation.InputMessage = title, text


class MacDesk(Desk):
    """Excel for macOS. What a sheet allows cannot be read there through xlwings: our own settings go back."""

    def is_protected(self, sheet: xw.Sheet) -> bool:
        return bool(sheet.api.protect_contents.get())

    def lift(self, sheet: xw.Sheet) -> Callable[[], object]:
        """The protection that the workbook was made with: formatting, sorting and filtering stay allowed."""
        with contextlib.suppress(Exception):
            sheet.api.unprotect()
        return lambda: sheet.api.protect_worksheet(
            allow_formatting_cells=True, allow_formatting_columns=True, allow_formatting_rows=True,
            allow_sorting=True, allow_filtering=True,
        )

    def choose_files(self, title: str, folder: Path, kinds: Sequence[str], several: bool) -> list[Path]:
        command = ["osascript", *(part for line in MAC_DIALOG for part in ("-e", line)), title, str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        chosen = [Path(line) for line in done.stdout.splitlines() if line]
        return chosen if several else chosen[:1]

    def locked(self, cells: xw.Range) -> bool | None:
        told = cells.api.locked.get()
        return told if isinstance(told, bool) else None

    def _tell(self, cell: Any, title: str, text: str) -> None:
        cell.validation.input_title.set(title)
        cell.validation.input_message.set(text)


def desk_of(book: xw.Book) -> Desk:
    """The desk of the office that a workbook is open in."""
    if book.app.engine.name == "libreoffice":
        from cchc_xl.live.uno_app import LibreOfficeDesk

        return LibreOfficeDesk(book)
    return MacDesk(book) if sys.platform == "darwin" else WindowsDesk(book)
