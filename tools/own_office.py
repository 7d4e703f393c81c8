"""A LibreOffice of our own, for tests and benchmarks: a profile of its own, started to be reached, and ended again.

People's own office is attached to (`cchc_xl.live.uno_app`); it opens, saves and closes nothing there.
"""

from __future__ import annotations

import atexit
import contextlib
import shutil
import subprocess
import tempfile
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlwings as xw

from cchc_xl.errors import UserError
from cchc_xl.live.uno_app import App, Books, UnoBook
from cchc_xl.live.uno_bridge import context_at, properties, service, to_url, uno_error
from cchc_xl.live.uno_sheet import Range

START_TIMEOUT = 60.0
END_TIMEOUT = 20.0
PROTOCOL = "urp;StarOffice.ComponentContext"
RESTART = 81
"""A fresh profile makes the office end with this status and ask to be started again."""

PROGRAMS = (
    "/usr/lib/libreoffice/program/soffice.bin", "/usr/lib64/libreoffice/program/soffice.bin",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice", "C:/Program Files/LibreOffice/program/soffice.bin",
)
"""The program itself, not the script around it: the script's process is not the office's."""

FILTERS = {".xlsx": "Calc MS Excel 2007 XML", ".xlsm": "Calc MS Excel 2007 VBA XML", ".ods": "calc8"}


def start(visible: bool = False) -> xw.App:
    """Starts an office with a profile of its own. `quit` ends it."""
    process = OfficeProcess.start(visible)
    return xw.App(impl=OwnApp(process.context, process))


def attach(address: str) -> xw.App:
    """Connects to a running office at an address such as `uno:pipe,name=…;urp;…`. `quit` leaves it running."""
    return xw.App(impl=OwnApp(context_at(address)))


class OwnBook(UnoBook):
    """A workbook that can be saved and closed."""

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


class OwnBooks(Books):
    """Workbooks that are opened here."""

    book = OwnBook

    def add(self) -> UnoBook:
        return self._loaded("private:factory/scalc")

    def open(
        self, fullname: str, update_links: Any = None, read_only: bool | None = None, format: Any = None,
        password: str | None = None, *_others: Any, **_more: Any,
    ) -> UnoBook:
        """Opens a file. One that another office holds gives no document and no reason: this one does."""
        return self._loaded(to_url(Path(fullname).resolve()), ReadOnly=read_only, Password=password)

    def _loaded(self, url: str, **named: Any) -> UnoBook:
        # Never hidden: a hidden document loses frozen panes, zoom and gridlines when it is saved.
        document = self.app.desktop.loadComponentFromURL(url, "_blank", 0, properties(**named))
        if document is None:
            raise xw.XlwingsError(f"LibreOffice cannot open {url}: it is locked by another program, or damaged")
        return self.book(self.app, document)


class OwnApp(App):
    """An office that opens workbooks, and that ends with us where we started it."""

    def __init__(self, context: Any, process: OfficeProcess | None = None) -> None:
        super().__init__(context)
        self.process = process

    @property
    def books(self) -> OwnBooks:
        return OwnBooks(self)

    @property
    def selection(self) -> Range | None:
        """The selected cells; None where something else is selected."""
        book: UnoBook = self.books.active
        chosen = book.document.CurrentController.getSelection()
        if not hasattr(chosen, "RangeAddress"):
            return None
        place = chosen.RangeAddress
        size = (place.EndRow - place.StartRow + 1, place.EndColumn - place.StartColumn + 1)
        return Range(book.sheets(place.Sheet + 1), place.StartRow + 1, place.StartColumn + 1, *size)

    def quit(self) -> None:
        """Ends an office that we started, without asking; one that people started is left alone."""
        if self.process is None:
            return
        if self.process.running:
            for document in self.documents():
                # A dialog that is still open vetoes it; the process ends all the same.
                with contextlib.suppress(uno_error()):
                    OwnBook(self, document).close()
        self.process.end()


@dataclass
class OfficeProcess:
    """A running office that we started."""

    process: subprocess.Popen[bytes]
    profile: Path
    address: str
    context: Any

    @classmethod
    def start(cls, visible: bool = False) -> OfficeProcess:
        """Starts an office. With a profile that is in use a second office would hand over to the first and end."""
        profile, pipe = _fresh_profile(), f"pipe,name=cchc_{uuid.uuid4().hex}"
        address, command = f"uno:{pipe};{PROTOCOL}", _command(profile, pipe, visible)
        process = _launched(command)
        deadline = time.monotonic() + START_TIMEOUT
        while (context := _reached(address)) is None:
            if process.poll() == RESTART:
                process = _launched(command)
            elif process.poll() is not None or time.monotonic() > deadline:
                _give_up(process, profile)
            time.sleep(0.05)
        _keep(profile)
        office = cls(process, profile, address, context)
        atexit.register(office.end)
        return office

    @property
    def running(self) -> bool:
        """Whether the process has not ended."""
        return self.process.poll() is None

    def end(self) -> None:
        """Ends the process, gently where it listens, and takes its profile away."""
        atexit.unregister(self.end)
        if self.running:
            self._terminate()
        shutil.rmtree(self.profile, ignore_errors=True)

    def _terminate(self) -> None:
        # The connection breaks while the office ends, which the bridge reports as an error.
        with contextlib.suppress(uno_error()):
            service(self.context, "frame.Desktop").terminate()
        try:
            self.process.wait(END_TIMEOUT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


_kept: list[Path] = []
"""What the first office of this process wrote of its extensions: whoever finds that need not be started again."""

EXTENSIONS = Path("user", "extensions")


def _fresh_profile() -> Path:
    profile = Path(tempfile.mkdtemp(prefix="cchc-xl-"))
    for kept in _kept:
        shutil.copytree(kept, profile / EXTENSIONS)
    return profile


def _keep(profile: Path) -> None:
    if not _kept and (profile / EXTENSIONS).is_dir():
        kept = Path(tempfile.mkdtemp(prefix="cchc-xl-"))
        atexit.register(shutil.rmtree, kept, ignore_errors=True)
        _kept.append(Path(shutil.copytree(profile / EXTENSIONS, kept / "extensions")))


def _launched(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _give_up(process: subprocess.Popen[bytes], profile: Path) -> None:
    if process.poll() is None:
        process.kill()
        process.wait()
    shutil.rmtree(profile, ignore_errors=True)
    raise UserError("LibreOffice", "không khởi động được.", "Đóng LibreOffice rồi làm lại; xem: cchc-xl doctor")


def _command(profile: Path, pipe: str, visible: bool) -> list[str]:
    program = next((place for place in PROGRAMS if Path(place).is_file()), None)
    if program is None:
        raise UserError("LibreOffice", "chưa cài đặt trên máy này.", "Cài LibreOffice (libreoffice.org) rồi làm lại.")
    return [
        program, "--norestore", "--nologo", "--nodefault", "--nofirststartwizard",
        f"-env:UserInstallation={profile.as_uri()}", f"--accept={pipe};{PROTOCOL}",
        *(() if visible else ("--headless", "--invisible")),
    ]


def _reached(address: str) -> Any:
    try:
        return context_at(address)
    except UserError:
        return None
