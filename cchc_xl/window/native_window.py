"""The window on Windows, drawn by Windows itself through pywin32, which is here for Excel anyway.

The embeddable Python has no tkinter; a browser, HTA or PowerShell is what offices block first. Standard buttons can be
reached by keyboard and screen reader, and files can be dropped anywhere.
"""

# mypy: disable-error-code="attr-defined"
# What only the libraries of Windows define.

from __future__ import annotations

import ctypes
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import win32api
import win32con
import win32gui

from cchc_xl.limited_process import Job
from cchc_xl.submissions.incoming_files import arrival_folder
from cchc_xl.system import LONGEST_PATH
from cchc_xl.window.console_menu import (
    BOOK_SUFFIXES,
    FORM_SUFFIXES,
    NO_BOOK,
    REPORT_SUFFIXES,
    WORKS,
    Needs,
    Work,
    books,
    dropped,
    ending,
    work,
)

TITLE = "CCHC – Báo cáo cải cách hành chính"
CLASS = "CCHC_cua_so"
WELCOME = (
    "Kéo thả vào cửa sổ này: sổ tổng hợp (CCHC_….xlsm) để làm việc với sổ đó, thư mục hoặc các tệp biểu mẫu để nhận số "
    "liệu, báo cáo Word để đối chiếu với sổ.\r\nBắt đầu một kỳ: bấm Kỳ mới.\r\n"
)
TOO_LONG = f"Đường dẫn của sổ dài {{}} ký tự; Excel chỉ mở được đến {LONGEST_PATH}. Chuyển sổ ra gần gốc ổ đĩa hơn."

WIDTH, HEIGHT, MARGIN, GAP, BUTTON = 800, 560, 14, 8, 34
COLUMNS = 5
CHOOSE, OPEN, FIRST_WORK = 100, 101, 200
SAID, ENDED = win32con.WM_APP + 1, win32con.WM_APP + 2


def show(paths: Sequence[Path], remembered: Path) -> None:
    """Opens the window and works until it is closed; what was dropped on the icon is done first."""
    ctypes.windll.user32.SetProcessDPIAware()
    window = _Window(remembered)
    if paths:
        window.take(paths)
    win32gui.PumpMessages()


class _Window:
    def __init__(self, remembered: Path) -> None:
        self.remembered = remembered
        self.book = NO_BOOK
        self.said: queue.Queue[str] = queue.Queue()
        self.running: tuple[subprocess.Popen[str], Job] | None = None
        self.handle = self._created()
        self.font = self._font()
        self.place = self._child("STATIC", "", win32con.SS_PATHELLIPSIS | win32con.SS_CENTERIMAGE, 0)
        self.choose = self._child("BUTTON", "Chọn sổ…", win32con.WS_TABSTOP, CHOOSE)
        self.open = self._child("BUTTON", "Mở sổ", win32con.WS_TABSTOP, OPEN)
        self.buttons = [
            self._child("BUTTON", each.label, win32con.WS_TABSTOP, number)
            for number, each in enumerate(WORKS, FIRST_WORK)
        ]
        lines = win32con.ES_MULTILINE | win32con.ES_READONLY | win32con.ES_AUTOVSCROLL | win32con.WS_VSCROLL
        self.text = self._child("EDIT", WELCOME, lines | win32con.WS_TABSTOP, 0, win32con.WS_EX_CLIENTEDGE)
        win32gui.SendMessage(self.text, win32con.EM_SETLIMITTEXT, 0, 0)
        self.set_book(self._last_book())
        win32gui.ShowWindow(self.handle, win32con.SW_SHOW)
        self._size(self.handle, 0, 0, 0)

    def _created(self) -> int:
        description = win32gui.WNDCLASS()
        description.lpszClassName, description.hInstance = CLASS, win32api.GetModuleHandle(None)
        description.hbrBackground = win32con.COLOR_BTNFACE + 1
        description.hCursor = win32gui.LoadCursor(0, win32con.IDC_ARROW)
        description.lpfnWndProc = {
            win32con.WM_COMMAND: self._command, win32con.WM_SIZE: self._size, win32con.WM_DROPFILES: self._drop,
            win32con.WM_DESTROY: self._destroy, SAID: self._show_said, ENDED: self._show_end,
        }
        win32gui.RegisterClass(description)
        style = win32con.WS_OVERLAPPEDWINDOW | win32con.WS_CLIPCHILDREN
        default = win32con.CW_USEDEFAULT
        handle: int = win32gui.CreateWindowEx(
            win32con.WS_EX_ACCEPTFILES | win32con.WS_EX_CONTROLPARENT, CLASS, TITLE, style, default, default,
            *self._scaled(WIDTH, HEIGHT), 0, 0, description.hInstance, None,
        )
        return handle

    # ---- how it looks

    def _child(self, kind: str, text: str, style: int, number: int, extended: int = 0) -> int:
        visible = win32con.WS_CHILD | win32con.WS_VISIBLE
        child: int = win32gui.CreateWindowEx(
            extended, kind, text, visible | style, 0, 0, 0, 0, self.handle, number, 0, None
        )
        win32gui.SendMessage(child, win32con.WM_SETFONT, int(self.font), 1)
        return child

    @staticmethod
    def _font() -> Any:
        """The one that the person has chosen for messages; gone as soon as nobody keeps what is returned."""
        metrics = win32gui.SystemParametersInfo(win32con.SPI_GETNONCLIENTMETRICS)
        return win32gui.CreateFontIndirect(metrics["lfMessageFont"])

    @staticmethod
    def _scaled(*sizes: int) -> list[int]:
        """In points of the screen; the sizes above are for one of 96 points to the inch."""
        screen = win32gui.GetDC(0)
        dots = ctypes.windll.gdi32.GetDeviceCaps(screen, 88)
        win32gui.ReleaseDC(0, screen)
        return [size * dots // 96 for size in sizes]

    def _size(self, _handle: int, _message: int, _kind: int, _size: int) -> int:
        if not hasattr(self, "text"):
            return 0
        _, _, width, height = win32gui.GetClientRect(self.handle)
        margin, gap, button, side = self._scaled(MARGIN, GAP, BUTTON, 100)
        places = [(self.place, margin, margin, width - 2 * (margin + side + gap), button)]
        places += [
            (each, width - margin - side - number * (side + gap), margin, side, button)
            for number, each in enumerate((self.open, self.choose))
        ]
        top, wide = margin + button + 2 * gap, (width - 2 * margin - (COLUMNS - 1) * gap) // COLUMNS
        for number, each in enumerate(self.buttons):
            row, column = divmod(number, COLUMNS)
            places.append((each, margin + column * (wide + gap), top + row * (button + gap), wide, button))
        top += -(-len(self.buttons) // COLUMNS) * (button + gap) + gap
        places.append((self.text, margin, top, width - 2 * margin, max(height - top - margin, button)))
        for child, *place in places:
            win32gui.MoveWindow(child, *place, True)
        return 0

    # ---- the workbook

    def _last_book(self) -> Path:
        try:
            path = Path(self.remembered.read_text(encoding="utf-8").strip())
        except OSError:
            return NO_BOOK
        return path if path.is_file() else NO_BOOK

    def set_book(self, book: Path) -> None:
        """Makes it the workbook that the buttons work on, and remembers it for the next time."""
        self.book = book
        win32gui.SetWindowText(self.place, f"Sổ: {book}" if book.name else "Sổ: (chưa chọn)")
        if book.name:
            self.remembered.parent.mkdir(parents=True, exist_ok=True)
            self.remembered.write_text(str(book), encoding="utf-8")
            if len(str(book)) > LONGEST_PATH:
                self._say(TOO_LONG.format(len(str(book))))
        self._enable()

    def take(self, paths: Sequence[Path]) -> None:
        """What files dropped here mean, done at once where that is clear."""
        meant = dropped(paths, self.book)
        if meant.book != self.book:
            self.set_book(meant.book)
            self._say(f"Đang làm việc với sổ {meant.book}.")
        if meant.remark:
            self._say(meant.remark)
        if meant.key and not self.running:
            self._start(work(meant.key), meant.chosen)

    # ---- what happens

    def _command(self, _handle: int, _message: int, number: int, _child: int) -> int:
        chosen = number & 0xFFFF
        if chosen == CHOOSE and (found := choose_files(self.handle, "Sổ tổng hợp", BOOK_SUFFIXES, self.book.parent)):
            self.set_book(found[0])
        elif chosen == OPEN and self.book.name:
            os.startfile(self.book)
        elif 0 <= chosen - FIRST_WORK < len(WORKS):
            self._ask(WORKS[chosen - FIRST_WORK])
        return 0

    def _drop(self, _handle: int, _message: int, drop: int, _size: int) -> int:
        count = win32api.DragQueryFile(drop)
        paths = [Path(win32api.DragQueryFile(drop, number)) for number in range(count)]
        ctypes.windll.shell32.DragFinish(ctypes.c_void_p(drop))
        self.take(paths)
        return 0

    def _destroy(self, _handle: int, _message: int, _kind: int, _size: int) -> int:
        if self.running:
            self.running[1].close()
        win32gui.PostQuitMessage(0)
        return 0

    def _ask(self, chosen: Work) -> None:
        paths: list[Path] = []
        if chosen.needs is Needs.FORMS:
            arrived = arrival_folder(self.book.parent)
            paths = choose_files(self.handle, "Biểu mẫu", FORM_SUFFIXES, arrived, several=True)
        elif chosen.needs is Needs.REPORT:
            paths = choose_files(self.handle, "Báo cáo", REPORT_SUFFIXES, self.book.parent)
        elif chosen.needs is Needs.FOLDER:
            paths = choose_folder(self.handle, "Chọn thư mục chứa sổ và biểu mẫu của kỳ mới")
        if paths or chosen.needs is Needs.NOTHING:
            self._start(chosen, paths)

    # ---- the verb at work

    def _start(self, chosen: Work, paths: Sequence[Path]) -> None:
        command = chosen.command(self.book, paths)
        self._say(f"\n▶ {chosen.label.rstrip('…')}")
        python = Path(sys.executable).with_name("python.exe")
        process = subprocess.Popen(
            [str(python), "-X", "utf8", "-m", "cchc_xl", *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, encoding="utf-8", errors="replace", creationflags=subprocess.CREATE_NO_WINDOW,
        )
        job = Job()
        job.take(process)
        self.running = process, job
        self._enable()
        threading.Thread(target=self._listen, args=(process, chosen), daemon=True).start()

    def _listen(self, process: subprocess.Popen[str], chosen: Work) -> None:
        """In a thread of its own: only messages go to the window."""
        assert process.stdout is not None
        for line in process.stdout:
            self.said.put(line.rstrip("\n"))
            win32gui.PostMessage(self.handle, SAID, 0, 0)
        status = process.wait()
        if chosen.key == "new" and status == 0:
            self.said.put("Chọn sổ vừa tạo bằng nút Chọn sổ, hoặc mở trong thư mục đã chọn.")
        win32gui.PostMessage(self.handle, ENDED, status & 0xFFFF, 0)

    def _show_said(self, *_: Any) -> int:
        while not self.said.empty():
            self._say(self.said.get())
        return 0

    def _show_end(self, _handle: int, _message: int, status: int, _more: int) -> int:
        self._show_said()
        self._say(f"■ {ending(status)}")
        self.running = None
        if not self.book.name and (found := books(Path.cwd())):
            self.set_book(found[0])
        self._enable()
        return 0

    def _say(self, text: str) -> None:
        end = win32gui.SendMessage(self.text, win32con.WM_GETTEXTLENGTH, 0, 0)
        win32gui.SendMessage(self.text, win32con.EM_SETSEL, end, end)
        win32gui.SendMessage(self.text, win32con.EM_REPLACESEL, 0, text.replace("\n", "\r\n") + "\r\n")

    def _enable(self) -> None:
        """A button can be pressed when what it needs is there and nothing else is at work."""
        idle = self.running is None
        for button, each in zip(self.buttons, WORKS, strict=True):
            win32gui.EnableWindow(button, idle and (each.any_time or bool(self.book.name)))
        win32gui.EnableWindow(self.choose, idle)
        win32gui.EnableWindow(self.open, bool(self.book.name))


ROOM = 65_536
"""Letters for the names of all files that are chosen together."""
ONLY_FOLDERS, NEW_STYLE = 0x1, 0x40


def choose_files(owner: int, name: str, suffixes: Sequence[str], folder: Path, several: bool = False) -> list[Path]:
    """The files that the person chooses, none where the window is closed."""
    kinds = ";".join(f"*{suffix}" for suffix in suffixes)
    flags = win32con.OFN_EXPLORER | win32con.OFN_FILEMUSTEXIST | win32con.OFN_NOCHANGEDIR
    try:
        text, *_ = win32gui.GetOpenFileNameW(
            hwndOwner=owner, Title=name, Filter=f"{name}\0{kinds}\0Mọi tệp\0*.*\0", MaxFile=ROOM,
            InitialDir=str(folder) if folder.is_dir() else "",
            Flags=flags | (win32con.OFN_ALLOWMULTISELECT if several else 0),
        )
    except win32gui.error:
        return []
    first, *others = text.split("\0")
    return [Path(first) / other for other in others] or [Path(first)]


class _Asked(ctypes.Structure):
    _fields_ = (
        ("owner", ctypes.c_void_p), ("root", ctypes.c_void_p), ("shown", ctypes.c_void_p), ("title", ctypes.c_wchar_p),
        ("flags", ctypes.c_uint), ("callback", ctypes.c_void_p), ("parameter", ctypes.c_void_p),
        ("image", ctypes.c_int),
    )


def choose_folder(owner: int, title: str) -> list[Path]:
    """The folder that the person chooses or makes, none where the window is closed."""
    buffer, shell = ctypes.create_unicode_buffer(1024), ctypes.windll.shell32
    shell.SHBrowseForFolderW.restype = ctypes.c_void_p
    asked = _Asked(owner=owner, title=title, flags=ONLY_FOLDERS | NEW_STYLE, shown=ctypes.addressof(buffer))
    chosen = ctypes.c_void_p(shell.SHBrowseForFolderW(ctypes.byref(asked)))
    if not chosen.value:
        return []
    found = shell.SHGetPathFromIDListW(chosen, buffer)
    ctypes.windll.ole32.CoTaskMemFree(chosen)
    return [Path(buffer.value)] if found else []
