"""Where Excel, LibreOffice and this tool keep their files, on each system, and what stands in ours; nothing writes.

Ours are: which Python the macros call, written so that VBA can read it; what a click in LibreOffice starts; the
shortcut for people whose office blocks macros. VBA reads text files in the machine's 8-bit code page, and ễ is in none
of them. A path below the user's folder is therefore written with the variable that Windows has for it, and stays
readable whatever the user is called.
"""

from __future__ import annotations

import csv
import io
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path, PurePath, PureWindowsPath
from shlex import quote

from cchc_xl.macros.build_macros import ADD_IN_NAME
from cchc_xl.macros.vba_source import SETTINGS
from cchc_xl.system import short_path


class System(Enum):
    """The systems that differ in where things lie."""

    WINDOWS = "windows"
    MACOS = "macos"
    LINUX = "linux"


@dataclass(frozen=True)
class Machine:
    """A system, the user's home, the environment variables, and the Python that the macros are to call."""

    system: System
    home: Path
    python: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def variable(self, name: str, default: Path) -> Path:
        """A folder that an environment variable names."""
        return Path(self.environment.get(name) or default)


def this_machine(home: Path | None = None) -> Machine:
    """The machine that this runs on; with `home` everything goes into that folder instead of the user's."""
    systems = {"win32": System.WINDOWS, "darwin": System.MACOS}
    system = systems.get(sys.platform, System.LINUX)
    environment = {} if home else dict(os.environ)
    return Machine(system, home or Path.home(), Path(sys.executable), environment)


def excel_folder(machine: Machine) -> Path | None:
    """The folder whose workbooks Excel opens at start and trusts; None where there is no Excel."""
    match machine.system:
        case System.WINDOWS:
            return machine.variable("APPDATA", machine.home / "AppData/Roaming") / "Microsoft/Excel/XLSTART"
        case System.MACOS:
            container = machine.home / "Library/Group Containers/UBF8T346G9.Office"
            return container / "User Content.localized/Startup.localized/Excel"
    return None


def addin_file(machine: Machine) -> Path | None:
    """The installed add-in."""
    folder = excel_folder(machine)
    return folder / ADD_IN_NAME if folder else None


def own_folder(machine: Machine) -> Path:
    """Our folder in the user's home: settings, launcher, log."""
    return machine.home / f".{SETTINGS}"


def last_book_file(machine: Machine) -> Path:
    """The file that tells the window which workbook it worked on the last time."""
    return own_folder(machine) / "so_gan_nhat.txt"


def settings_file(machine: Machine) -> Path:
    """The file that xlwings' module reads; Excel for macOS may only read inside its container."""
    if machine.system is System.MACOS:
        return machine.home / "Library/Containers/com.microsoft.Excel/Data" / f"{SETTINGS}.conf"
    return own_folder(machine) / f"{SETTINGS}.conf"


def script_folder(machine: Machine) -> Path | None:
    """Where Excel for macOS looks for the script that starts Python."""
    if machine.system is System.MACOS:
        return machine.home / "Library/Application Scripts/com.microsoft.Excel"
    return None


def libreoffice_profile(machine: Machine) -> Path:
    """The user's LibreOffice profile."""
    match machine.system:
        case System.WINDOWS:
            return machine.variable("APPDATA", machine.home / "AppData/Roaming") / "LibreOffice/4"
        case System.MACOS:
            return machine.home / "Library/Application Support/LibreOffice/4"
    return machine.variable("XDG_CONFIG_HOME", machine.home / ".config") / "libreoffice/4"


def launcher_file(machine: Machine) -> Path:
    """What a click in LibreOffice starts; macros/chay.bas names the same file."""
    return own_folder(machine) / ("cchc-live.cmd" if machine.system is System.WINDOWS else "cchc-live")


def shortcut_folder(machine: Machine) -> Path:
    """The desktop: OneDrive takes it along where it is set up."""
    candidates = [machine.home / "Desktop"]
    if machine.system is System.WINDOWS and machine.environment.get("OneDrive"):
        candidates.insert(0, Path(machine.environment["OneDrive"]) / "Desktop")
    return next((folder for folder in candidates if folder.is_dir()), machine.home)


def shortcut_file(machine: Machine, folder: Path) -> Path:
    """The double-clickable shortcut of a folder."""
    endings = {System.WINDOWS: "cmd", System.MACOS: "command", System.LINUX: "desktop"}
    return folder / f"CCHC.{endings[machine.system]}"


FOLDERS = ("LOCALAPPDATA", "APPDATA", "USERPROFILE", "ProgramFiles", "ProgramData")
"""Variables that may stand for the beginning of a path, the longest ones first."""

FUNCTIONS_MODULE = "cchc_xl.live.cell_functions"
"""The functions for cells. Only Excel for Windows can call them."""


def settings(machine: Machine) -> dict[str, str]:
    """Key and value of every setting."""
    key = "INTERPRETER_MAC" if machine.system is System.MACOS else "INTERPRETER_WIN"
    # Modules beside a workbook that came by mail must not be imported.
    common = {key: interpreter(machine), "ADD_WORKBOOK_TO_PYTHONPATH": "False", "USE UDF SERVER": "False"}
    if machine.system is not System.WINDOWS:
        return common
    return common | {"UDF MODULES": FUNCTIONS_MODULE} | _temporary_folder(machine)


def _temporary_folder(machine: Machine) -> dict[str, str]:
    """Where a macro puts the log of a click: below a user with a Vietnamese name the usual folder is lost on VBA."""
    usual = machine.environment.get("TEMP", "")
    return {} if usual.isascii() else {"TEMP DIR": short_path(usual) or "%PUBLIC%"}


def interpreter(machine: Machine) -> str:
    """The path of Python as VBA can read and use it, if there is a way."""
    if machine.system is not System.WINDOWS:
        return str(machine.python)
    path = str(machine.python)
    if path.isascii():
        return path
    return short_path(path) or with_variable(PureWindowsPath(path), machine.environment)


def with_variable(path: PurePath, environment: Mapping[str, str]) -> str:
    """The path beginning with an environment variable, where one fits."""
    for name in FOLDERS:
        folder = environment.get(name)
        if folder and path.is_relative_to(folder):
            return f"%{name}%\\{path.relative_to(folder)}"
    return str(path)


def merged(text: str, new: Mapping[str, str]) -> str:
    """The text of a settings file with ours in it; what others wrote stays."""
    return _written({**read(text), **new})


def without(text: str, keys: Mapping[str, str]) -> str:
    """The text of a settings file without ours; "" where nothing is left."""
    return _written({key: value for key, value in read(text).items() if key not in keys})


def read(text: str) -> dict[str, str]:
    """Key and value of every line, as VBA's Input # reads them."""
    return {row[0]: row[1] for row in csv.reader(io.StringIO(text)) if len(row) == 2}


def _written(values: Mapping[str, str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(values.items())
    return buffer.getvalue()


def expanded(value: str, environment: Mapping[str, str]) -> Path:
    """The path that a setting means on this machine."""
    for name in FOLDERS:
        value = value.replace(f"%{name}%", environment.get(name, f"%{name}%"))
    return Path(value)


LOG = "cchc-live.log"
WINDOWS_HEAD = "@echo off\r\nchcp 65001 >nul\r\n"


LOST_PYTHON = (
    "\r\nif errorlevel 3 echo Không chạy được Python. Cài lại phần mềm bằng CCHC-cai-dat.exe.& pause\r\npopd\r\n"
)
"""A window that closes at once tells nothing; no verb ends with 3. pushd, unlike cd, takes a shared folder."""


def launcher(machine: Machine, connection: str) -> str:
    """The text of the launcher: verb and workbook come as arguments, messages appear in the office's window."""
    if machine.system is System.WINDOWS:
        lines = (
            f'set "CCHC_LIBREOFFICE={connection}"', 'set "PYTHONUTF8=1"',
            f'"{_windows_python(machine)}" -m cchc_xl.live %* 2>> "%~dp0{LOG}"',
        )
        return WINDOWS_HEAD + "\r\n".join(lines) + "\r\n"
    return (
        "#!/bin/sh\n"
        f"export CCHC_LIBREOFFICE={quote(connection)} PYTHONUTF8=1\n"
        f'exec {quote(str(machine.python))} -m cchc_xl.live "$@" 2>> "$(dirname "$0")/{LOG}"\n'
    )


def shortcut(machine: Machine) -> str:
    """The text of the shortcut: a double click opens a menu of the verbs, in the folder that the shortcut is in."""
    match machine.system:
        case System.WINDOWS:
            start = f'"{_windows_python(machine)}" -m cchc_xl.window.console_menu %*'
            return WINDOWS_HEAD + 'title CCHC\r\nset "PYTHONUTF8=1"\r\npushd "%~dp0"\r\n' + start + LOST_PYTHON
        case System.MACOS:
            start = f'exec {quote(str(machine.python))} -m cchc_xl.window.console_menu "$@"'
            return f'#!/bin/sh\ncd "$(dirname "$0")"\n{start}\n'
    return (
        "[Desktop Entry]\nType=Application\nName=CCHC\nComment=Tính lại, kiểm tra, nhận biểu mẫu, xuất báo cáo Word\n"
        f'Exec="{_desktop_quoted(str(machine.python))}" -m cchc_xl.window.console_menu %f\n'
        "Terminal=true\nIcon=x-office-spreadsheet\nCategories=Office;\n"
    )


def _windows_python(machine: Machine) -> str:
    """A batch file in UTF-8 may hold any path; a variable keeps it right for whoever runs it. % is doubled there."""
    path = with_variable(PureWindowsPath(machine.python), machine.environment)
    return path if path.startswith("%") else path.replace("%", "%%")


def _desktop_quoted(path: str) -> str:
    """A quoted argument of a desktop entry: backslash first, and a doubled % for a plain one."""
    for letter in '\\"`$':
        path = path.replace(letter, "\\" + letter)
    return path.replace("%", "%%")
