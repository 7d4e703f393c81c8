"""Files that people own: seen open elsewhere before any work, replaced in one step, kept as backups."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TextIO

from cchc_xl.errors import UserError

BACKUP_FOLDER = "sao_luu"
BACKUPS_KEPT = 10
RANDOM_LETTERS = 8
"""In the name of a file that is being written."""


def refuse_if_open(path: Path) -> None:
    """Raises `UserError` where Excel, Word (~$name) or LibreOffice (.~lock.name#) has the file open.

    Word puts ~$ in the place of the first two letters of a longer name.
    """
    for name in (f"~${path.name}", f"~${path.name[2:]}", f".~lock.{path.name}#"):
        if path.with_name(name).exists():
            remedy = f"Đóng tệp rồi chạy lại. Nếu chắc chắn không ai đang mở, xóa tệp {name}."
            raise UserError(str(path), "tệp đang mở trong Excel, Word hoặc LibreOffice.", remedy)


@contextlib.contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """One run at a time on a workbook. Raises `UserError` where another run holds it.

    The system gives the lock back when a process ends, however it ends; the small lock file beside the workbook stays.
    """
    if not path.exists():
        raise UserError(str(path), "không tìm thấy tệp.", "Kiểm tra lại đường dẫn.")
    lock = path.with_name(f".{path.name}.khoa")
    try:
        stream = lock.open("a")
    except OSError as error:
        what = f"không ghi được vào thư mục của sổ ({error.strerror or error})."
        raise UserError(str(path), what, "Kiểm tra quyền ghi; tệp chưa thay đổi.") from error
    with stream:
        if not _taken(stream):
            what = "một lần nhận biểu mẫu hoặc tính lại khác đang chạy trên sổ này."
            raise UserError(str(path), what, "Đợi lần kia xong rồi chạy lại; tệp chưa thay đổi.")
        _sweep(path)
        yield


def _taken(stream: TextIO) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            stream.seek(0)
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # A shared folder without locks (ENOTSUP, ENOLCK) is no reason to refuse the work.
        return error.errno not in (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
    return True


def _sweep(path: Path) -> None:
    """Takes away what a killed run left half written; only the holder of the lock may."""
    for half in _named(path.parent, f".{path.stem}-", f"{path.suffix}.tmp", RANDOM_LETTERS):
        with contextlib.suppress(OSError):
            half.unlink()


def _named(folder: Path, before: str, after: str, letters: int) -> list[Path]:
    """The files whose names have so many letters between a beginning and an end; others are some other workbook's."""
    length = len(before) + letters + len(after)
    files = (each for each in folder.iterdir() if len(each.name) == length)
    return sorted(each for each in files if each.name.startswith(before) and each.name.endswith(after))


def replace_file(path: Path, data: bytes) -> None:
    """Writes a whole file in one step. Raises `UserError`; the old file is then untouched.

    The data go to a temporary file beside the target, reach the disk, and then take the target's name.
    """
    try:
        _replace(path, data)
    except OSError as error:
        what = f"không ghi được tệp ({error.strerror or error})."
        remedy = "Tệp cũ còn nguyên. Kiểm tra ổ đĩa, quyền ghi, và đóng tệp nếu đang mở."
        raise UserError(str(path), what, remedy) from error


def _replace(path: Path, data: bytes) -> None:
    half = path.with_name(f".{path.stem}-{os.urandom(RANDOM_LETTERS // 2).hex()}{path.suffix}.tmp")
    try:
        with open(half, "xb", opener=_for_owner_only if path.exists() else None) as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if path.exists():
            half.chmod(path.stat().st_mode)
        half.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            half.unlink()
        raise


def _for_owner_only(path: str, flags: int) -> int:
    """Nobody reads the new content before it has the rights of the old one."""
    return os.open(path, flags, 0o600)


def back_up(path: Path, now: datetime) -> Path:
    """Copies the file into the folder of backups beside it and keeps the newest ones only."""
    folder = path.parent / BACKUP_FOLDER
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        what = f"không tạo được thư mục sao lưu ({error.strerror})."
        raise UserError(str(folder), what, "Kiểm tra quyền ghi; tệp chưa thay đổi.") from error
    moment = f"{now:%Y%m%d-%H%M%S-%f}"
    copy = folder / f"{path.stem}-{moment}{path.suffix}"
    replace_file(copy, path.read_bytes())
    for old in _named(folder, f"{path.stem}-", path.suffix, len(moment))[:-BACKUPS_KEPT]:
        with contextlib.suppress(OSError):
            old.unlink()
    return copy
