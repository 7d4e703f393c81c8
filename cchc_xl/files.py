"""Files that people own: seen open elsewhere before any work, replaced in one step, kept as backups.

A folder may be shared by several users, a file may be a link or have several names: the file that people mean is the
one that is read and written, and what is put beside it is open to all who may write there.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import stat
import sys
import time
import zipfile
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from cchc_xl.errors import UserError
from cchc_xl.system import HELD_BY_ANOTHER, WINDOWS, hide, is_held, reason

BACKUP_FOLDER = "sao_luu"
BACKUPS_KEPT = 10
MOST_USERS = 20
"""Folders of backups beside a workbook: one more where those of other users cannot be written."""

LARGEST_FILE = 128 * 2**20
"""Bytes of a file that is read whole; a book of 512 units has 1 MB, a report full of pictures some ten."""

RANDOM_LETTERS = 8
"""In the name of a file that is being written."""

HALF, WHOLE = ".tmp", ".moi"
"""A file that is being written, and one whose content is complete and on its way into a file with several names."""
UNFINISHED = re.compile(r"\.(?P<stem>.+)-[0-9a-f]{8}(?P<suffix>(?:\.\w+)?)(?P<state>\.tmp|\.moi)")

LONGEST_WRITE = 60.0
"""Seconds after which a file that is being written was left by a run that is gone, where the system cannot tell."""

NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EBADF, errno.EINVAL})
"""What a shared folder without locks says (EBADF: one that locks only files open for writing)."""

UNCHANGED = "tệp chưa thay đổi."
HELD_REMEDY = "Đóng tệp trong Excel, Word hoặc đợi phần mềm quét vi-rút, OneDrive xong, rồi chạy lại."
WRITABLE = "Bấm chuột phải vào tệp › Properties (Thuộc tính) › bỏ dấu Read-only › OK, rồi chạy lại; " + UNCHANGED


def real_path(path: Path) -> Path:
    """Where the content lies: through any links, the path as it was given where it is none."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def read_file(path: Path, most: int = LARGEST_FILE) -> bytes:
    """The content, of `most` bytes. Raises `UserError` that says why there is none."""
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode) and not stat.S_ISDIR(about.st_mode):
            raise UserError(str(path), "không phải là một tệp.", "Kiểm tra lại đường dẫn.")
        if about.st_size > most:
            what = f"tệp quá lớn: {about.st_size // 2**20} MB (giới hạn {most // 2**20} MB)."
            raise UserError(str(path), what, "Chép phần cần dùng sang một tệp mới.")
        return path.read_bytes()
    except OSError as error:
        raise cannot_open(path, error) from error


def cannot_open(path: Path, error: OSError) -> UserError:
    """What is told of a file that the system does not open; whether it is damaged is not known then."""
    if isinstance(error, FileNotFoundError):
        return UserError(str(path), "không tìm thấy tệp.", "Kiểm tra lại đường dẫn.")
    why = reason(error)
    remedy = HELD_REMEDY if why == HELD_BY_ANOTHER else "Kiểm tra đường dẫn và quyền đọc rồi chạy lại."
    return UserError(str(path), f"không mở được tệp ({why}).", remedy)


def refuse_if_open(path: Path) -> None:
    """Raises `UserError` where Excel, Word (~$name) or LibreOffice (.~lock.name#) has the file open.

    Word puts ~$ in the place of the first two letters of a longer name.
    """
    for place in dict.fromkeys((path, real_path(path))):
        for name in (f"~${place.name}", f"~${place.name[2:]}", f".~lock.{place.name}#"):
            if place.with_name(name).exists():
                hidden = " (tệp ẩn: File Explorer › View › Show › Hidden items)" if WINDOWS else ""
                remedy = f"Đóng tệp rồi chạy lại. Nếu chắc chắn không ai đang mở, xóa tệp {name}{hidden}."
                raise UserError(str(path), "tệp đang mở trong Excel, Word hoặc LibreOffice.", remedy)


def refuse_if_unwritable(path: Path) -> None:
    """Raises `UserError` for a file that is marked read-only, or that another program holds."""
    with contextlib.suppress(FileNotFoundError):
        if not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
            raise UserError(str(path), "tệp có thuộc tính chỉ đọc (Read-only) nên không ghi được.", WRITABLE)
    if is_held(path):
        raise UserError(str(path), f"không ghi được tệp ({HELD_BY_ANOTHER}).", f"{HELD_REMEDY[:-1]}; {UNCHANGED}")


BUSY = "một lần nhận biểu mẫu hoặc tính lại khác đang chạy trên sổ này."


@contextlib.contextmanager
def exclusive(path: Path, patience: float = 0) -> Iterator[None]:
    """One run at a time on a workbook or folder. Raises `UserError` where another run holds it for longer than so many
    seconds, or where it cannot be written.

    The system gives the lock back when a process ends, however it ends; the small lock file beside the workbook stays.
    """
    if not path.exists():
        raise UserError(str(path), "không tìm thấy tệp.", "Kiểm tra lại đường dẫn.")
    book = real_path(path)
    refuse_if_unwritable(book)
    with contextlib.ExitStack() as held:
        try:
            handles = [_lock_file(book)]
            if not WINDOWS and _has_other_names(book):
                handles.append(os.open(book, os.O_RDONLY))
        except OSError as error:
            what = f"không ghi được vào thư mục của sổ ({reason(error)})."
            raise UserError(str(path), what, f"Kiểm tra quyền ghi; {UNCHANGED}") from error
        for handle in handles:
            held.callback(os.close, handle)
        until = time.monotonic() + patience
        while not all(map(_taken, handles)):
            if time.monotonic() >= until:
                what = "một lần chạy khác đang ghi vào đây." if path.is_dir() else BUSY
                raise UserError(str(path), what, f"Đợi lần kia xong rồi chạy lại; {UNCHANGED}")
            time.sleep(0.1)
        sweep(book.parent)
        yield


def _lock_file(book: Path) -> int:
    """The lock file, open; one that an earlier version made for its user alone gives way to one for all."""
    lock = book.with_name(f".{book.name}.khoa")
    for flags in (os.O_RDWR | os.O_CREAT, os.O_RDWR, os.O_RDONLY):
        with contextlib.suppress(PermissionError, FileNotFoundError):
            handle = os.open(lock, flags, 0o666)
            break
    else:
        if not lock.exists():
            raise PermissionError(errno.EACCES, "", str(book.parent))
        lock.unlink()
        handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o666)
    _open_to_all_of(book.parent, lock)
    hide(lock)
    return handle


def _open_to_all_of(folder: Path, made: Path) -> None:
    """Whoever may write into a folder may work with what was made in it, whatever the umask of its maker."""
    if sys.platform == "win32":
        return
    rights, now = folder.stat(), made.stat()
    wanted = rights.st_mode & 0o2777 | 0o700 if made.is_dir() else rights.st_mode & 0o666 | 0o600
    if (stat.S_IMODE(now.st_mode), now.st_gid) != (wanted, rights.st_gid):
        with contextlib.suppress(OSError):  # made by another user
            os.chown(made, -1, rights.st_gid)
        with contextlib.suppress(OSError):
            made.chmod(wanted)


def _taken(handle: int, without_locks: bool = True) -> bool:
    """Whether the file is this run's alone now; `without_locks` is the answer where the system knows no locks."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return without_locks and error.errno in NO_LOCKS
    return True


def sweep(folder: Path) -> None:
    """Takes away what runs that are gone left half written in a folder, and finishes what was whole."""
    with contextlib.suppress(OSError):
        found = [(path, named) for path in folder.iterdir() if (named := UNFINISHED.fullmatch(path.name))]
        for path, named in found:
            with contextlib.suppress(OSError):
                if _is_left(path):
                    if named["state"] == WHOLE:
                        _finish(path, folder / (named["stem"] + named["suffix"]))
                    path.unlink()


_sweep_once = lru_cache(sweep)
"""A program that writes thousands of files looks for what others left once."""


def _is_left(path: Path) -> bool:
    """Whether the run that was writing a file is gone; it holds the file while it lives."""
    old = time.time() - path.stat().st_mtime > LONGEST_WRITE
    try:
        if WINDOWS:  # an open file cannot be deleted there, one that is about to get its name can
            return old
        handle = os.open(path, os.O_RDONLY)
    except PermissionError:
        return old
    try:
        return _taken(handle, without_locks=old)
    finally:
        os.close(handle)


def _finish(whole: Path, target: Path) -> None:
    """Writes what a killed run had begun to write into a file with several names, if that is still half written."""
    try:
        with zipfile.ZipFile(target) as archive:
            damaged = archive.testzip() is not None
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, RuntimeError):
        damaged = True
    if damaged:
        _rewrite(target, whole.read_bytes())


def replace_file(path: Path, data: bytes | Path) -> None:
    """Writes a whole file in one step. Raises `UserError`; the old file is then untouched.

    The data, bytes or another file, go to a temporary file beside the target, reach the disk, and then take the
    target's name. A link stays one. A file with several names keeps them: the data are then written into it, and a
    run that is killed meanwhile leaves them beside it for the next.
    """
    target = real_path(path)
    refuse_if_unwritable(target)
    _sweep_once(target.parent)
    try:
        with _half_file(target, data) as half:
            if _has_other_names(target):
                whole = half.replace(half.with_suffix(WHOLE))
                _rewrite(target, whole.read_bytes())
                whole.unlink()
            else:
                half.replace(target)
    except OSError as error:
        what = f"không ghi được tệp ({reason(error)})."
        remedy = "Tệp cũ còn nguyên. Kiểm tra ổ đĩa, quyền ghi, và đóng tệp nếu đang mở."
        raise UserError(str(path), what, remedy) from error


def _has_other_names(path: Path) -> bool:
    try:
        return path.stat().st_nlink > 1
    except FileNotFoundError:
        return False


@contextlib.contextmanager
def _half_file(target: Path, data: bytes | Path) -> Iterator[Path]:
    """A file beside the target with all of the data on the disk; it is gone afterwards, whatever happens."""
    exists = target.exists()
    # Nobody reads the new content before it has the rights of the old one.
    half, handle = _new_half(target, 0o600 if exists else 0o666)
    try:
        with os.fdopen(handle, "wb") as stream:
            if isinstance(data, Path):
                with data.open("rb") as source:
                    shutil.copyfileobj(source, stream)
            else:
                stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
            if exists and not WINDOWS:
                _give_rights_of(target, half)
            if WINDOWS:  # an open file cannot be given another name there
                stream.close()
            yield half
    finally:
        with contextlib.suppress(OSError):
            half.unlink()


def _new_half(target: Path, mode: int) -> tuple[Path, int]:
    """Held from its first moment on: one that a sweep took away in between is made again."""
    while True:
        half = target.with_name(f".{target.stem}-{os.urandom(RANDOM_LETTERS // 2).hex()}{target.suffix}{HALF}")
        handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
        if WINDOWS or (_taken(handle) and half.exists()):
            return half, handle
        os.close(handle)


def _give_rights_of(old: Path, new: Path) -> None:
    """Mode, group and access list, as far as the system lets this user give them."""
    before = old.stat()
    if sys.platform != "win32" and before.st_gid != new.stat().st_gid:
        with contextlib.suppress(OSError):
            os.chown(new, -1, before.st_gid)
    new.chmod(stat.S_IMODE(before.st_mode))
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setxattr(new, ACCESS_LIST, os.getxattr(old, ACCESS_LIST))


ACCESS_LIST = "system.posix_acl_access"


def _rewrite(target: Path, data: bytes) -> None:
    """Writes into the file itself; where the disk has no room, what stood there is put back."""
    with target.open("r+b") as stream:
        before = stream.read()
        try:
            _overwrite(stream.fileno(), data)
        except OSError:
            _overwrite(stream.fileno(), before)
            raise


def _overwrite(handle: int, data: bytes) -> None:
    os.lseek(handle, 0, os.SEEK_SET)
    left = memoryview(data)
    while left:
        left = left[os.write(handle, left):]
    os.ftruncate(handle, len(data))
    os.fsync(handle)


def back_up(path: Path, now: datetime) -> Path:
    """A copy of the file in the folder of backups beside it, of which the ones made last are kept.

    A file that is kept already is not copied again: what fails and is tried again pushes no older version out.
    """
    source = real_path(path)
    data = read_file(source)
    for number in range(1, MOST_USERS):
        folder = source.with_name(BACKUP_FOLDER if number == 1 else f"{BACKUP_FOLDER}_{number}")
        try:
            return _backed_up(source, data, folder, now)
        except OSError as error:
            # The folder may be that of another user; elsewhere nothing can be made at all.
            if not isinstance(error, PermissionError) or not folder.is_dir() or number == MOST_USERS - 1:
                what = f"không ghi được tệp sao lưu ({reason(error)})."
                raise UserError(str(folder), what, f"Kiểm tra quyền ghi; {UNCHANGED}") from error
    raise AssertionError("the last folder either takes the copy or is told of")


def _backed_up(source: Path, data: bytes, folder: Path, now: datetime) -> Path:
    if not folder.is_dir():
        folder.mkdir()
        _open_to_all_of(source.parent, folder)
    _sweep_once(folder)
    kept = _backups(source, folder)
    last, _, newest = kept[-1] if kept else (0, "", None)
    if newest and newest.stat().st_size == len(data) and newest.read_bytes() == data:
        return newest
    number = last + 1
    copy = folder / f"{source.stem}-{now:%Y%m%d-%H%M%S}-{number}{source.suffix}"
    with _half_file(copy, data) as half:
        if not WINDOWS:
            _give_rights_of(source, half)
        half.replace(copy)
    for _, _, old in kept[:1 - BACKUPS_KEPT]:
        with contextlib.suppress(OSError):
            old.unlink()
    return copy


def _backups(source: Path, folder: Path) -> list[tuple[int, str, Path]]:
    """The backups of a file in the order in which they were made, whatever the clock said then.

    Each with its number, 0 for those of earlier versions, which are ordered by the time in their names.
    """
    stamp = r"-(\d{8}-\d{6}(?:-\d{6})?)(?:-(\d{1,5}))?"
    named = re.compile(re.escape(source.stem) + stamp + re.escape(source.suffix))
    found = ((path, named.fullmatch(path.name)) for path in folder.iterdir())
    return sorted((int(match[2] or 0), match[1], path) for path, match in found if match)
