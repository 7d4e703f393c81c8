"""What only Windows has: who else holds a file, the hidden attribute, 8.3 names; and who works at a computer.

Elsewhere the answers are plain.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

WINDOWS = sys.platform == "win32"

LONGEST_PATH = 218
"""Letters of a path that Excel takes."""

HELD = frozenset({32, 33})
"""Of a file (sharing violation) and of a part of it (lock violation)."""


def is_held(path: Path) -> bool:
    """Whether another program has the file open in a way that lets nobody read or replace it."""
    if sys.platform != "win32":
        return False
    import ctypes

    delete, read, shared_by_all, existing = 0x10000, 0x80000000, 7, 3
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.CreateFileW.restype = ctypes.c_void_p
    handle = kernel.CreateFileW(str(path), delete | read, shared_by_all, None, existing, 0, None)
    if handle != ctypes.c_void_p(-1).value:
        kernel.CloseHandle(ctypes.c_void_p(handle))
        return False
    return ctypes.get_last_error() in HELD


def person() -> str:
    """Who works at this computer: the name that the system shows of the user, else that of the account; "" for none."""
    if sys.platform == "win32":
        import ctypes

        full_name, buffer, room = 3, ctypes.create_unicode_buffer(256), ctypes.c_ulong(256)
        ctypes.WinDLL("secur32").GetUserNameExW(full_name, buffer, ctypes.byref(room))
        return buffer.value or os.environ.get("USERNAME", "")
    import pwd

    try:
        account = pwd.getpwuid(os.getuid())
    except KeyError:
        return ""
    return account.pw_gecos.partition(",")[0].strip() or account.pw_name


def hide(path: Path) -> None:
    """A file that people need not see; on other systems its name begins with a dot."""
    if sys.platform == "win32":
        import ctypes

        hidden = 2
        ctypes.windll.kernel32.SetFileAttributesW(str(path), hidden)


def short_path(path: str) -> str:
    """Windows' 8.3 name of a path, "" where there is none that is plain ASCII."""
    if sys.platform != "win32":
        return ""
    import ctypes

    buffer = ctypes.create_unicode_buffer(1024)
    ctypes.windll.kernel32.GetShortPathNameW(path, buffer, len(buffer))
    return buffer.value if buffer.value.isascii() else ""


def is_on_network(folder: str) -> bool:
    """Whether a folder lies on another machine: \\\\server\\share, or a drive letter that stands for one."""
    if folder.startswith(("\\\\", "//")):
        return True
    if sys.platform != "win32":
        return False
    import ctypes

    remote = 4
    return bool(ctypes.windll.kernel32.GetDriveTypeW(f"{Path(folder).drive}\\") == remote)
