"""Open workbooks, and their sheets by name and number."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xlwings as xw
from xlwings import base_classes

from cchc_xl.live.uno_engine.uno_bridge import CalcDocument, properties, struct, to_path, to_url, uno_error
from cchc_xl.live.uno_engine.uno_range import Range
from cchc_xl.live.uno_engine.uno_sheet import UnoSheet

if TYPE_CHECKING:
    from cchc_xl.live.uno_engine.uno_app import App

FILTERS = {
    ".xlsx": "Calc MS Excel 2007 XML", ".xlsm": "Calc MS Excel 2007 VBA XML", ".ods": "calc8",
}


class Books(base_classes.Books):
    """The open workbooks of one office."""

    def __init__(self, app: App) -> None:
        self.app = app

    @property
    def active(self) -> UnoBook:
        current = self.app.desktop.getCurrentComponent()
        documents = self.app.documents()
        chosen = next((document for document in documents if document == current), documents[-1] if documents else None)
        if chosen is None:
            raise xw.XlwingsError("no workbook is open")
        return UnoBook(self.app, chosen)

    def __call__(self, key: int | str) -> UnoBook:
        for number, book in enumerate(self, 1):
            if key == number or (isinstance(key, str) and book.name.lower() == key.lower()):
                return book
        raise KeyError(key)

    def __len__(self) -> int:
        return len(self.app.documents())

    def __iter__(self) -> Iterator[UnoBook]:
        return (UnoBook(self.app, document) for document in self.app.documents())

    def add(self) -> UnoBook:
        return self._loaded("private:factory/scalc")

    def open(
        self, fullname: str, update_links: Any = None, read_only: bool | None = None, format: Any = None,
        password: str | None = None, *_others: Any, **_more: Any,
    ) -> UnoBook:
        """Opens a file. One that another office holds gives no document and no reason: this one does."""
        path = Path(fullname).resolve()
        return self._loaded(to_url(path), ReadOnly=read_only, Password=password)

    def _loaded(self, url: str, **named: Any) -> UnoBook:
        # Never hidden: a hidden document loses frozen panes, zoom and gridlines when it is saved.
        document = self.app.desktop.loadComponentFromURL(url, "_blank", 0, properties(**named))
        if document is None:
            raise xw.XlwingsError(f"LibreOffice cannot open {url}: it is locked by another program, or damaged")
        return UnoBook(self.app, document)


WAIT_MACRO = "vnd.sun.star.script:VBAProject.Chay.TroChuot?language=Basic&location=document"


class UnoBook(base_classes.Book):
    """One open workbook."""

    def __init__(self, app: App, document: CalcDocument) -> None:
        self._app = app
        self.document = document
        self._recording = True
        self._waiting = False

    @property
    def api(self) -> CalcDocument:
        return self.document

    @property
    def app(self) -> App:
        return self._app

    @property
    def name(self) -> str:
        return os.path.basename(self.fullname)

    @cached_property
    def fullname(self) -> str:
        """The file's path; the title of a workbook that was never saved. xlwings compares it in every write."""
        return to_path(self.document.URL) if self.document.URL else self.document.Title

    @property
    def sheets(self) -> Sheets:
        return Sheets(self)

    @property
    def selection(self) -> Range | None:
        """The selected cells; None where something else is selected."""
        chosen = self.document.CurrentController.getSelection()
        if not hasattr(chosen, "RangeAddress"):
            return None
        place = chosen.RangeAddress
        size = (place.EndRow - place.StartRow + 1, place.EndColumn - place.StartColumn + 1)
        return Range(self.sheets(place.Sheet + 1), place.StartRow + 1, place.StartColumn + 1, *size)

    def activate(self) -> None:
        self.document.CurrentController.getFrame().activate()

    def close(self) -> None:
        """Closes without saving and without asking."""
        self.document.setModified(False)
        self.document.close(True)

    def save(self, path: str | None = None, password: str | None = None) -> None:
        if path is None and self.document.hasLocation():
            self.document.store()
            return
        self.__dict__.pop("fullname", None)
        target = Path(path or f"{self.document.Title}.xlsx").resolve()
        arguments = properties(FilterName=FILTERS[target.suffix.lower()], Password=password, Overwrite=True)
        self.document.storeAsURL(to_url(target), arguments)

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

    def format_key(self, code: str) -> int:
        """The number format of an English code. An empty locale keeps “[$-409]” out of saved files."""
        formats, here = self.document.NumberFormats, struct("lang.Locale")
        key = int(formats.queryKey(code, here, False))
        return key if key != -1 else int(formats.addNewConverted(code, struct("lang.Locale", "en", "US", ""), here))


class Sheets(base_classes.Sheets):
    """The sheets of a workbook."""

    def __init__(self, book: UnoBook) -> None:
        self.book = book
        self._sheets = book.document.Sheets

    @property
    def api(self) -> Any:
        return self._sheets

    @property
    def active(self) -> UnoSheet:
        return UnoSheet(self.book, self.book.document.CurrentController.getActiveSheet())

    def __call__(self, key: int | str) -> UnoSheet:
        if isinstance(key, str):
            if not self._sheets.hasByName(key):
                raise KeyError(key)
            return UnoSheet(self.book, name=key)
        return UnoSheet(self.book, self._sheets.getByIndex(key - 1))

    def __len__(self) -> int:
        return int(self._sheets.getCount())

    def __iter__(self) -> Iterator[UnoSheet]:
        return (UnoSheet(self.book, name=name) for name in self._sheets.getElementNames())

    def __contains__(self, key: str) -> bool:
        return bool(self._sheets.hasByName(key))

    def add(self, before: UnoSheet | None = None, after: UnoSheet | None = None, name: str | None = None) -> UnoSheet:
        place = before.index - 1 if before else after.index if after else len(self)
        title = name or next(f"Sheet{number}" for number in range(1, 9999) if f"Sheet{number}" not in self)
        self._sheets.insertNewByName(title, place)
        return self(title)
