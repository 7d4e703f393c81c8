"""An xlwings engine on LibreOffice Calc, over UNO: the offices that people work in, their open workbooks, and the desk
around one, which asks the office's own objects what xlwings does not offer. It covers what the live code uses."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import xlwings as xw

from cchc_xl.live.office_differences import Desk
from cchc_xl.live.uno_bridge import (
    CalcDocument,
    cleaned,
    context_at,
    one_value,
    prepared,
    service,
    struct,
    to_path,
    to_url,
    uno,
    uno_error,
)
from cchc_xl.live.uno_sheet import LOOK, UnoSheet


class UnoBook:
    """One open workbook."""

    def __init__(self, app: App, document: CalcDocument) -> None:
        self.app = app
        self.document = self.api = document
        self._recording = True

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


OK_BUTTON = 1
SPREADSHEET = "com.sun.star.sheet.SpreadsheetDocument"


class Engine:
    """What xlwings asks of an engine."""

    name = "libreoffice"
    type = "desktop"
    apps: ClassVar[list[App]] = []
    """The active one alone."""
    prepare_xl_data_element = staticmethod(prepared)
    clean_value_data = staticmethod(cleaned)


class App:
    """One office."""

    engine = Engine()

    def __init__(self, context: Any) -> None:
        self.context = context
        self.desktop = service(context, "frame.Desktop")
        self.pid = id(self)
        self._locked: list[CalcDocument] = []
        self._status: Any = None

    @property
    def books(self) -> Books:
        return Books(self)

    def documents(self) -> list[CalcDocument]:
        """Every open workbook."""
        found, components = [], self.desktop.Components.createEnumeration()
        while components.hasMoreElements():
            document = components.nextElement()
            if document is not None and document.supportsService(SPREADSHEET):
                found.append(document)
        return found

    def activate(self, steal_focus: bool = False) -> None:
        """Makes this office the active one, which xlwings asks for before it shows a sheet; no window moves."""
        Engine.apps = [self]
        xw.engines.active = xw.Engine(impl=self.engine)  # type: ignore[assignment]

    @property
    def screen_updating(self) -> bool:
        return not self._locked

    @screen_updating.setter
    def screen_updating(self, value: bool) -> None:
        # The office counts locks: each of ours is given back to the document it was taken from, once.
        if value:
            for document in self._locked:
                document.removeActionLock()
                document.unlockControllers()
            self._locked = []
        elif not self._locked:
            self._locked = self.documents()
            for document in self._locked:
                document.lockControllers()
                document.addActionLock()

    @property
    def status_bar(self) -> str | bool:
        return self._status is not None

    @status_bar.setter
    def status_bar(self, value: str | bool) -> None:
        if isinstance(value, str):
            self._show_status(value)
        elif (begun := self._status or self._indicator()) is not None:
            begun.end()
            self._status = None

    def _show_status(self, text: str) -> None:
        if self._status is not None:
            self._status.setText(text)
        elif (indicator := self._indicator()) is not None:
            self._status = indicator
            indicator.start(text, 0)

    def _indicator(self) -> Any:
        """What tells of progress in the window: the one that the macro of a button has begun already."""
        frame = self._frame()
        return None if frame is None else frame.getController().getStatusIndicator()

    def _frame(self) -> Any:
        """The window in front, or that of a workbook when another program is in front."""
        frame = self.desktop.getCurrentFrame()
        documents = [] if frame is not None else self.documents()
        return documents[-1].CurrentController.getFrame() if documents else frame

    def alert(self, prompt: str, title: str, buttons: str, mode: str, callback: Callable[..., Any] | None) -> str:
        """A message box over the office's window; it waits for the click."""
        kind = uno().Enum("com.sun.star.awt.MessageBoxType", "ERRORBOX" if mode == "critical" else "INFOBOX")
        window = self._frame().getContainerWindow()
        box = service(self.context, "awt.Toolkit").createMessageBox(window, kind, OK_BUTTON, title or "", prompt)
        box.execute()
        box.dispose()
        return "ok"


WAIT_MACRO = "vnd.sun.star.script:VBAProject.Chay.TroChuot?language=Basic&location=document"
OPEN_FILES, CHOSEN = 0, 1
WHOLE_LOOK = tuple(sorted((*LOOK, "ConditionalFormat", "Validation")))


class LibreOfficeDesk(Desk):
    """LibreOffice."""

    _waits = False

    def show(self, text: str) -> None:
        """While something is being done, the pointer says so too; in Excel the macro that waits for us sees to it.

        Only Basic can do that, for all parts of the window: the pointer stays as it is where no macro may run.
        """
        super().show(text)
        if self._waits != bool(text):
            self._waits = bool(text)
            with contextlib.suppress(uno_error()):
                self.book.api.getScriptProvider().getScript(WAIT_MACRO).invoke((self._waits,), (), ())

    @contextlib.contextmanager
    def quiet(self) -> Iterator[None]:
        """Keeps our writes out of the list of undo steps too, all of them together."""
        with super().quiet(), self.book.impl.unrecorded():
            yield

    def is_protected(self, sheet: xw.Sheet) -> bool:
        return bool(sheet.api.isProtected())

    def lift(self, sheet: xw.Sheet) -> Callable[[], object]:
        """LibreOffice remembers what a sheet allows while its protection is off."""
        self._ask(sheet.api.unprotect)
        return lambda: self._ask(sheet.api.protect)

    def _ask(self, protection: Callable[[str], object]) -> None:
        """The office answers a password that is missing with an error: the sheet then stays as it was."""
        with self.book.impl.unrecorded(), contextlib.suppress(uno_error()):
            protection("")

    def choose_files(self, title: str, folder: Path, kinds: Sequence[str], several: bool) -> list[Path]:
        context, patterns = self.book.app.impl.context, ";".join(kinds)
        picker = context.ServiceManager.createInstanceWithArgumentsAndContext(
            "com.sun.star.ui.dialogs.FilePicker", (OPEN_FILES,), context
        )
        picker.setTitle(title)
        picker.setDisplayDirectory(to_url(folder))
        picker.appendFilter(patterns, patterns)
        picker.setMultiSelectionMode(several)
        return [Path(to_path(each)) for each in picker.getSelectedFiles()] if picker.execute() == CHOSEN else []

    def locked(self, cells: xw.Range) -> bool | None:
        protection = one_value(cells.api, "CellProtection")
        return None if protection is None else bool(protection.IsLocked)

    def all_open(self, sheet: xw.Sheet, addresses: Sequence[str]) -> bool:
        together = self.book.api.createInstance("com.sun.star.sheet.SheetCellRanges")
        together.addRangeAddresses(tuple(sheet.impl.range(address).place for address in addresses), False)
        protection = one_value(together, "CellProtection")
        return protection is not None and not protection.IsLocked

    def take_look(self, cell: xw.Range, like: xw.Range, prompt: tuple[str, str]) -> None:
        with self.book.impl.unrecorded():
            cell.api.setPropertyValues(WHOLE_LOOK, like.api.getPropertyValues(WHOLE_LOOK))
            if all(prompt):
                told = cell.api.Validation
                told.InputTitle, told.InputMessage = prompt
                cell.api.Validation = told


def attach(address: str) -> xw.App:
    """Connects to a running office at an address such as `uno:pipe,name=…;urp;…`."""
    return xw.App(impl=App(context_at(address)))
