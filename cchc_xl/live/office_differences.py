"""What the two offices do in different words: lifting a sheet's protection, keeping the screen still."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

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

MAC_DIALOG = (
    "on run given", "set text item delimiters to linefeed", "set found to {}",
    "repeat with one in (choose file with prompt (item 1 of given) default location (POSIX file (item 2 of given))"
    " with multiple selections allowed)", "set end of found to POSIX path of one", "end repeat",
    "return found as text", "end run",
)
"""Excel for macOS has no file dialog for programs; the system has one."""


class Lock(Protocol):
    """The protection of one sheet."""

    def lift(self) -> bool:
        """Takes it off; tells whether that worked (a password keeps it on)."""

    def restore(self) -> None:
        """Puts it back as it was."""


class Desk:
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
        lock = self.lock(sheet)
        if lock is None:
            yield
            return
        if not lock.lift():
            what = "trang tính được bảo vệ bằng mật khẩu nên phần mềm không ghi được."
            raise UserError(str(sheet.name), what, "Bỏ mật khẩu (Review › Unprotect Sheet) rồi làm lại.")
        try:
            yield
        finally:
            lock.restore()

    def lock(self, sheet: xw.Sheet) -> Lock | None:
        """The protection of a sheet; None where it has none."""
        raise NotImplementedError

    def choose_files(self, title: str, folder: Path, kinds: Sequence[str], several: bool) -> list[Path]:
        """The files that the person chooses in the office's own window; none where it is closed."""
        raise NotImplementedError


class LibreOfficeDesk(Desk):
    """LibreOffice through our engine."""

    def show(self, text: str) -> None:
        """While something is being done, the pointer says so too; in Excel the macro that waits for us sees to it."""
        super().show(text)
        self.book.impl.point_to_wait(bool(text))

    @contextlib.contextmanager
    def quiet(self) -> Iterator[None]:
        """Keeps our writes out of the list of undo steps too, all of them together."""
        with super().quiet(), self.book.impl.unrecorded():
            yield

    def lock(self, sheet: xw.Sheet) -> Lock | None:
        return LibreOfficeLock(sheet.impl) if sheet.impl.is_protected() else None

    def choose_files(self, title: str, folder: Path, kinds: Sequence[str], several: bool) -> list[Path]:
        chosen: list[Path] = self.book.app.impl.choose_files(title, folder, kinds, several)
        return chosen


class LibreOfficeLock:
    """LibreOffice remembers what a sheet allows while its protection is off."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet

    def lift(self) -> bool:
        return bool(self._sheet.protect(False))

    def restore(self) -> None:
        self._sheet.protect(True)


class WindowsDesk(Desk):
    """Excel for Windows."""

    def lock(self, sheet: xw.Sheet) -> Lock | None:
        return WindowsLock(sheet.api) if sheet.api.ProtectContents else None

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


class WindowsLock:
    """Excel forgets what a sheet allows: it is noted before, and asked for again."""

    def __init__(self, api: Any) -> None:
        self._api = api
        self._allowed = {name: bool(getattr(api.Protection, name)) for name in ALLOWANCES}
        self._allowed |= {"DrawingObjects": bool(api.ProtectDrawingObjects), "Scenarios": bool(api.ProtectScenarios)}

    def lift(self) -> bool:
        # With another password than none, Excel raises an error instead of doing nothing.
        with contextlib.suppress(Exception):
            self._api.Unprotect("")
        return not self._api.ProtectContents

    def restore(self) -> None:
        self._api.Protect(Contents=True, **self._allowed)


class MacDesk(Desk):
    """Excel for macOS. What a sheet allows cannot be read there through xlwings: our own settings go back."""

    def lock(self, sheet: xw.Sheet) -> Lock | None:
        return MacLock(sheet.api) if sheet.api.protect_contents.get() else None

    def choose_files(self, title: str, folder: Path, kinds: Sequence[str], several: bool) -> list[Path]:
        command = ["osascript", *(part for line in MAC_DIALOG for part in ("-e", line)), title, str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        chosen = [Path(line) for line in done.stdout.splitlines() if line]
        return chosen if several else chosen[:1]


class MacLock:
    """The protection that the workbook was made with: formatting, sorting and filtering stay allowed."""

    def __init__(self, api: Any) -> None:
        self._api = api

    def lift(self) -> bool:
        with contextlib.suppress(Exception):
            self._api.unprotect()
        return not self._api.protect_contents.get()

    def restore(self) -> None:
        self._api.protect_worksheet(
            allow_formatting_cells=True, allow_formatting_columns=True, allow_formatting_rows=True,
            allow_sorting=True, allow_filtering=True,
        )


def desk_of(book: xw.Book) -> Desk:
    """The desk of the office that a workbook is open in."""
    if book.app.engine.name == "libreoffice":
        return LibreOfficeDesk(book)
    return MacDesk(book) if sys.platform == "darwin" else WindowsDesk(book)


NOTE_WIDTH, NOTE_POINTS_A_LETTER = 260, 0.45
"""Points: a note is as wide as those of a file, and as high as its text needs."""


def add_note(cell: xw.Range, text: str) -> None:
    """Adds a note that shows its whole text.

    A cell with a comment of Excel 365 (threaded) takes none and gets none:
    the text stands in the column Kiểm tra too.
    """
    if cell.sheet.book.app.engine.name == "libreoffice" or sys.platform == "darwin":
        cell.add_note(text)
        return
    if getattr(cell.api, "CommentThreaded", None) is not None:
        return
    shape = cell.add_note(text).api.Shape
    shape.Width, shape.Height = NOTE_WIDTH, max(56, NOTE_POINTS_A_LETTER * len(text))


def take_look(cell: xw.Range, like: xw.Range, prompt: tuple[str, str]) -> None:
    """Gives a cell the formats, conditional ones too, the openness and the validation of another, with its own prompt:
    title and text, none where no cell of its like has one.
    """
    if cell.sheet.book.app.engine.name == "libreoffice":
        cell.impl.take_look(like.impl, prompt)
        return
    like.copy()
    for what in ("formats", "validation"):
        cell.paste(what)
    cell.sheet.book.app.cut_copy_mode = False
    if all(prompt) and sys.platform == "darwin":
        told = cell.api.validation
        told.input_title.set(prompt[0])
        told.input_message.set(prompt[1])
    elif all(prompt):
        cell.api.Validation.InputTitle, cell.api.Validation.InputMessage = prompt


LONGEST_ADDRESS = 240
"""Letters of an address of several blocks that Excel takes."""


def all_open(sheet: xw.Sheet, addresses: Sequence[str]) -> bool:
    """Whether people can type into all of some blocks of a sheet, asked in few calls."""
    if sheet.book.app.engine.name == "libreoffice":
        return bool(sheet.impl.all_open(addresses))
    if sys.platform == "darwin":
        return all(locked(sheet.range(address)) is False for address in addresses)
    texts = [""]
    for address in addresses:
        if len(texts[-1]) + len(address) >= LONGEST_ADDRESS:
            texts.append("")
        texts[-1] += f",{address}" if texts[-1] else address
    return all(sheet.api.Range(text).Locked is False for text in texts if text)


def locked(cells: xw.Range) -> bool | None:
    """Whether the protection of a sheet closes cells; None where some are open and some are not."""
    if cells.sheet.book.app.engine.name == "libreoffice":
        return cast("bool | None", cells.impl.locked)
    told = cells.api.locked.get() if sys.platform == "darwin" else cells.api.Locked
    return told if isinstance(told, bool) else None
