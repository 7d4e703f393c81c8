"""Why the system refuses a file, in Vietnamese: its own words are English, or in the language of Windows."""

from __future__ import annotations

import errno
from pathlib import Path

from cchc_xl.windows import HELD, is_held

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
