"""Open workbooks, and their sheets by name and number."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

import xlwings as xw

from cchc_xl.live.uno_engine.uno_bridge import CalcDocument, struct, to_path, uno_error
from cchc_xl.live.uno_engine.uno_sheet import UnoSheet

if TYPE_CHECKING:
    from cchc_xl.live.uno_engine.uno_app import App

WAIT_MACRO = "vnd.sun.star.script:VBAProject.Chay.TroChuot?language=Basic&location=document"


class UnoBook:
    """One open workbook."""

    def __init__(self, app: App, document: CalcDocument) -> None:
        self.app = app
        self.document = self.api = document
        self._recording = True
        self._waiting = False

    @property
    def name(self) -> str:
        return os.path.basename(self.fullname)

    @cached_property
    def fullname(self) -> str:
        """The file's path; the title of a workbook that was never saved. xlwings compares it in every write."""
        return to_path(self.document.URL) if self.document.URL else str(self.document.Title)

    @property
    def sheets(self) -> Sheets:
        return Sheets(self)

    def activate(self) -> None:
        self.document.CurrentController.getFrame().activate()

    @contextlib.contextmanager
    def unrecorded(self) -> Iterator[None]:
        """Keeps writes out of the list of undo steps.

        Calc records a block write as a step that does not bring the old contents back. Left out of the list, Ctrl+Z
        takes back what the person did last, as they expect. Where a row changes its height meanwhile, Calc opens the
        lock and records all the same: the list is then emptied, as Excel empties it after every macro.
        """
        manager = self.document.UndoManager if self._recording else None
        if manager is None or manager.isLocked():
            yield
            return
        before = manager.getAllUndoActionTitles()
        manager.lock()
        self._recording = False
        try:
            yield
        finally:
            self._recording = True
            manager.unlock()
            if manager.getAllUndoActionTitles() != before:
                manager.clear()

    def point_to_wait(self, waiting: bool) -> None:
        """Shows that something is being done, or no longer, by the pointer over the window.

        Only Basic can do that, for all parts of the window: the pointer stays as it is where no macro may run.
        """
        if waiting != self._waiting:
            self._waiting = waiting
            with contextlib.suppress(uno_error()):
                self.document.getScriptProvider().getScript(WAIT_MACRO).invoke((waiting,), (), ())

    def format_code(self, key: int) -> str:
        """The code of a number format, in English."""
        formats, english = self.document.NumberFormats, struct("lang.Locale", "en", "US", "")
        found = formats.getByKey(key)
        if found.Locale.Language not in ("", "en"):
            found = formats.getByKey(formats.addNewConverted(found.FormatString, found.Locale, english))
        return str(found.FormatString)


class Books:
    """The open workbooks of one office."""

    book = UnoBook

    def __init__(self, app: App) -> None:
        self.app = app

    @property
    def active(self) -> UnoBook:
        current = self.app.desktop.getCurrentComponent()
        documents = self.app.documents()
        chosen = next((document for document in documents if document == current), documents[-1] if documents else None)
        if chosen is None:
            raise xw.XlwingsError("no workbook is open")
        return self.book(self.app, chosen)

    def __call__(self, key: int | str) -> UnoBook:
        for number, book in enumerate(self, 1):
            if key == number or (isinstance(key, str) and book.name.lower() == key.lower()):
                return book
        raise KeyError(key)

    def __len__(self) -> int:
        return len(self.app.documents())

    def __iter__(self) -> Iterator[UnoBook]:
        return (self.book(self.app, document) for document in self.app.documents())


class Sheets:
    """The sheets of a workbook."""

    def __init__(self, book: UnoBook) -> None:
        self.book = book
        self.api: Any = book.document.Sheets

    @property
    def active(self) -> UnoSheet:
        return UnoSheet(self.book, self.book.document.CurrentController.getActiveSheet())

    def __call__(self, key: int | str) -> UnoSheet:
        if isinstance(key, str):
            if not self.api.hasByName(key):
                raise KeyError(key)
            return UnoSheet(self.book, name=key)
        return UnoSheet(self.book, self.api.getByIndex(key - 1))

    def __len__(self) -> int:
        return int(self.api.getCount())

    def __iter__(self) -> Iterator[UnoSheet]:
        return (UnoSheet(self.book, name=name) for name in self.api.getElementNames())
