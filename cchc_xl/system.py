"""What the system says of a file, in Vietnamese: its own words are English, or in the language of Windows.

Also what only Windows has: who else holds a file, the hidden attribute, 8.3 names; and who works at a computer.
Elsewhere the answers are plain.
"""

from __future__ import annotations

import errno
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


HELD_BY_ANOTHER = "chương trình khác đang giữ tệp này"
NO_RIGHT, FULL, READ_ONLY_DISK, NO_NETWORK = "không có quyền", "ổ đĩa đầy", "ổ đĩa chỉ cho đọc", "mất kết nối mạng"
BAD_NAME, MISSING = "tên hoặc đường dẫn quá dài hay có ký tự không được phép", "không có tệp hoặc thư mục này"

BUSY = frozenset({errno.EBUSY, errno.ETXTBSY})
"""What Linux says of a file on a shared folder that Excel on another machine holds."""

BY_NUMBER = {
    errno.EACCES: NO_RIGHT, errno.EPERM: NO_RIGHT, errno.ENOSPC: FULL, errno.EFBIG: FULL,
    errno.EROFS: READ_ONLY_DISK, errno.ENOENT: MISSING, errno.ENOTDIR: MISSING, errno.EISDIR: "đây là một thư mục",
    errno.EEXIST: "đã có tệp hoặc thư mục cùng tên", errno.ENAMETOOLONG: BAD_NAME, errno.EINVAL: BAD_NAME,
    errno.ELOOP: "liên kết vòng tròn", errno.EIO: "ổ đĩa báo lỗi đọc ghi", errno.EMFILE: "mở quá nhiều tệp",
    errno.ENETDOWN: NO_NETWORK, errno.ENETUNREACH: NO_NETWORK, errno.EHOSTDOWN: NO_NETWORK,
    errno.EHOSTUNREACH: NO_NETWORK, errno.ETIMEDOUT: NO_NETWORK, errno.ENOTCONN: NO_NETWORK,
    **({errno.EDQUOT: "hết dung lượng được cấp", errno.ESTALE: NO_NETWORK} if hasattr(errno, "EDQUOT") else {}),
}
BY_WINDOWS_NUMBER = {
    19: READ_ONLY_DISK, 39: FULL, 112: FULL, 51: NO_NETWORK, 53: NO_NETWORK, 59: NO_NETWORK, 64: NO_NETWORK,
    67: NO_NETWORK, 121: NO_NETWORK, 123: BAD_NAME, 206: BAD_NAME, 1231: NO_NETWORK,
}


def reason(error: OSError) -> str:
    """Why a file could not be opened or written, as a part of a sentence."""
    windows = getattr(error, "winerror", None)
    if windows in HELD or error.errno in BUSY or _is_held(error):
        return HELD_BY_ANOTHER
    return BY_WINDOWS_NUMBER.get(windows or 0) or BY_NUMBER.get(error.errno or 0) or f"mã lỗi {error.errno}"


def _is_held(error: OSError) -> bool:
    """Windows tells a program that opens a file no more than that it may not."""
    names = (name for name in (error.filename2, error.filename) if isinstance(name, str))
    return error.errno in (errno.EACCES, None) and any(is_held(Path(name)) for name in names)
