"""Two small files: what a click in LibreOffice starts, and the shortcut for people whose office blocks macros."""

from __future__ import annotations

from pathlib import PureWindowsPath
from shlex import quote

from cchc_xl.addin.addin_places import Machine, System
from cchc_xl.addin.addin_settings import with_variable

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
