"""The engine and its applications: offices that we started, and offices that people work in."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from xlwings import base_classes

from cchc_xl.live.uno_engine.office_process import OfficeProcess
from cchc_xl.live.uno_engine.picker import choose_files
from cchc_xl.live.uno_engine.uno_book import Books, UnoBook
from cchc_xl.live.uno_engine.uno_bridge import CalcDocument, uno, uno_error
from cchc_xl.live.uno_engine.uno_values import cleaned, prepared

OK_BUTTON = 1
SPREADSHEET = "com.sun.star.sheet.SpreadsheetDocument"


class Apps(base_classes.Apps):
    """The offices we are connected to, the active one first."""

    def __init__(self) -> None:
        self._apps: list[App] = []

    def keys(self) -> list[int]:
        """The identities of the offices."""
        return [app.pid for app in self]

    def add(self, spec: Any = None, add_book: Any = None, xl: Any = None, visible: Any = None) -> App:
        """Starts an office of our own."""
        process = OfficeProcess.start(bool(visible))
        app = App(process.context, process)
        self.put_first(app)
        if add_book:
            app.books.add()
        return app

    def put_first(self, app: App) -> None:
        """Makes an office the active one."""
        self._apps = [app, *(other for other in self._apps if other is not app)]

    @staticmethod
    def cleanup() -> None:
        """Nothing stays behind: an office of ours ends with this process."""

    def __iter__(self) -> Iterator[App]:
        self._apps = [app for app in self._apps if app.alive]
        return iter(tuple(self._apps))

    def __len__(self) -> int:
        return len(list(iter(self)))

    def __getitem__(self, pid: int) -> App:
        return next(app for app in self if app.pid == pid)


class Engine:
    """What xlwings asks of an engine."""

    name = "libreoffice"
    type = "desktop"
    apps = Apps()
    prepare_xl_data_element = staticmethod(prepared)
    clean_value_data = staticmethod(cleaned)


ENGINE = Engine()


class App(base_classes.App):
    """One office."""

    def __init__(self, context: Any, process: OfficeProcess | None = None) -> None:
        self.context = context
        self.process = process
        self.desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        self._locked: list[CalcDocument] = []
        self._status: Any = None

    @property
    def engine(self) -> Engine:
        return ENGINE

    @property
    def api(self) -> Any:
        return self.desktop

    @property
    def pid(self) -> int:
        """The process where it is ours; else a number that stays the same while we are connected."""
        return self.process.process.pid if self.process else id(self)

    @property
    def alive(self) -> bool:
        """Whether the office still answers."""
        if self.process is not None and not self.process.running:
            return False
        try:
            self.desktop.getCurrentFrame()
        except uno_error():
            return False
        return True

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
        """Makes this office the active one for xlwings; no window moves."""
        ENGINE.apps.put_first(self)

    @property
    def display_alerts(self) -> bool:
        """The interface asks no questions."""
        return False

    @display_alerts.setter
    def display_alerts(self, value: bool) -> None: ...

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

    @property
    def selection(self) -> Any:
        return self.books.active.selection

    def calculate(self) -> None:
        """Every formula of every open workbook."""
        for document in self.documents():
            document.calculateAll()

    def alert(self, prompt: str, title: str, buttons: str, mode: str, callback: Callable[..., Any] | None) -> str:
        """A message box over the office's window; it waits for the click."""
        toolkit = self.context.ServiceManager.createInstanceWithContext("com.sun.star.awt.Toolkit", self.context)
        window = self._frame().getContainerWindow()
        box = toolkit.createMessageBox(window, _box_type(mode), OK_BUTTON, title or "", prompt)
        box.execute()
        box.dispose()
        return "ok"

    def choose_files(self, title: str, folder: Path, kinds: Sequence[str], several: bool) -> list[Path]:
        """The files that a person chooses; none where the window is closed."""
        return choose_files(self.context, title, folder, kinds, several)

    def quit(self) -> None:
        """Ends an office that we started, without asking; one that people started is left alone."""
        if self.process is None:
            return
        if self.process.running:
            for document in self.documents():
                # A dialog that is still open vetoes it; the process ends all the same.
                with contextlib.suppress(uno_error()):
                    UnoBook(self, document).close()
        self.process.end()

    def kill(self) -> None:
        """Ends the process of an office that we started, whatever state it is in."""
        if self.process is not None and self.process.running:
            self.process.process.kill()
            self.process.process.wait()
            self.process.end()


def _box_type(mode: str | None) -> Any:
    return uno().Enum("com.sun.star.awt.MessageBoxType", "ERRORBOX" if mode == "critical" else "INFOBOX")
