"""The windows of Windows in which files and folders are chosen."""

# mypy: disable-error-code="attr-defined"
# What only the libraries of Windows define.

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from pathlib import Path

import win32con
import win32gui

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
