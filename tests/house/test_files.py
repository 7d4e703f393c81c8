"""A file that people own: behind a link, under several names, shared by users, marked read-only, half written."""

from __future__ import annotations

import errno
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from cchc_xl import files
from cchc_xl.errors import UserError
from cchc_xl.files import BACKUP_FOLDER, BACKUPS_KEPT, back_up, cannot_open, exclusive, replace_file
from cchc_xl.master.master_book import open_master
from cchc_xl.system import reason
from cchc_xl.verbs.recalc import recalc
from tests.books import NOW

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="modes, users and links of POSIX")


@pytest.fixture
def changed(filled: Path) -> Path:
    """A master whose recalculation has something to write."""
    master = open_master(filled)
    grid = master.grids["I"]
    master.workbook.sheet(grid.sheet).put(grid.address("I.1.3", "thanh_pho"), 77)
    master.workbook.commit()
    return filled


def backups(folder: Path) -> list[str]:
    return [path.read_text() for path in sorted((folder / BACKUP_FOLDER).iterdir(), key=lambda path: path.name)]


@POSIX
def test_a_master_behind_links_is_the_one_that_is_written(changed: Path, tmp_path: Path) -> None:
    (tmp_path / "lnk").mkdir()
    first, second = tmp_path / "lnk" / "m.xlsx", tmp_path / "m2.xlsx"
    first.symlink_to(Path("..") / changed.name)
    second.symlink_to(first)
    before = changed.read_bytes()
    assert recalc(second, NOW).changed
    assert first.is_symlink()
    assert second.is_symlink()
    assert changed.read_bytes() != before
    assert [path.read_bytes() for path in (tmp_path / BACKUP_FOLDER).iterdir()] == [before]
    assert [path.name for path in (tmp_path / "lnk").iterdir()] == ["m.xlsx"]


def test_all_names_of_a_master_keep_one_content(changed: Path, tmp_path: Path) -> None:
    (tmp_path / "khac").mkdir()
    other = tmp_path / "khac" / "m.xlsx"
    os.link(changed, other)
    before = changed.read_bytes()
    assert recalc(other, NOW).changed
    assert other.samefile(changed)
    assert changed.read_bytes() != before
    assert not [*tmp_path.rglob("*.tmp"), *tmp_path.rglob("*.moi")]


@POSIX
def test_two_names_of_a_master_are_not_worked_on_at_once(filled: Path, tmp_path: Path) -> None:
    (tmp_path / "khac").mkdir()
    os.link(filled, tmp_path / "khac" / "m.xlsx")
    with exclusive(filled), pytest.raises(UserError, match="khác đang chạy"), exclusive(tmp_path / "khac" / "m.xlsx"):
        pass


KILLED_INSIDE = """
import os, sys
from pathlib import Path
from cchc_xl import files
write = os.write
def cut(handle, data):
    if os.fstat(handle).st_nlink > 1:
        write(handle, data[:len(data) // 2])
        os._exit(9)
    return write(handle, data)
files.os.write = cut
files.replace_file(Path(sys.argv[1]), Path(sys.argv[2]).read_bytes())
"""


def test_a_run_killed_while_it_writes_into_a_file_with_two_names_is_finished_by_the_next(
    changed: Path, tmp_path: Path
) -> None:
    new, other = tmp_path / "moi.xlsx", tmp_path / "ten khac.xlsx"
    recalc(Path(shutil.copy(changed, new)), NOW)
    os.link(changed, other)
    before = changed.read_bytes()
    killed = subprocess.run([sys.executable, "-c", KILLED_INSIDE, str(changed), str(new)], check=False)
    assert killed.returncode == 9
    assert changed.read_bytes() not in (before, new.read_bytes())
    _long_ago(tmp_path)
    with exclusive(changed):
        assert changed.read_bytes() == new.read_bytes() == other.read_bytes()
    assert not list(tmp_path.glob("*.moi"))


def _long_ago(folder: Path) -> None:
    """There the age of a half file tells that nobody writes it any more."""
    for path in folder.glob(".*"):
        os.utime(path, (0, 0))


@POSIX
@pytest.mark.parametrize("umask", [0o077, 0o002, 0o000])
def test_whoever_may_write_into_a_folder_may_work_with_what_was_made_in_it(umask: int, tmp_path: Path) -> None:
    tmp_path.chmod(0o2777)
    book = tmp_path / "so.xlsx"
    book.write_text("1")
    book.chmod(0o666)
    before = os.umask(umask)
    try:
        with exclusive(book):
            back_up(book, NOW)
            replace_file(book, b"2")
    finally:
        os.umask(before)
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path, *tmp_path.rglob("*"))}
    assert [modes[name] for name in (".so.xlsx.khoa", "so.xlsx", BACKUP_FOLDER)] == [0o666, 0o666, 0o777]
    assert all(mode == 0o666 for name, mode in modes.items() if name.startswith("so-"))


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that everybody may write into, on the way to which nobody is stopped."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        yield Path(folder)


def _as_user(user: int, book: Path) -> int:
    """The exit status of a run of another user, 0 where it has written the book."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setgid(user)
            os.setuid(user)
            os.umask(0o077)
            with exclusive(book):
                back_up(book, NOW)
                replace_file(book, str(user).encode())
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@POSIX
@pytest.mark.parametrize("left_by_earlier_versions", [False, True])
def test_users_of_a_shared_folder_work_one_after_the_other(left_by_earlier_versions: bool, shared: Path) -> None:
    users = (1001, 1002) if os.geteuid() == 0 else (os.geteuid(), os.geteuid())
    book = shared / "so.xlsx"
    book.write_text("0")
    book.chmod(0o666)
    if left_by_earlier_versions:
        (shared / BACKUP_FOLDER).mkdir(mode=0o755)
        (shared / ".so.xlsx.khoa").touch(mode=0o600)
    assert [_as_user(user, book) for user in users] == [0, 0]
    assert book.read_text() == str(users[1])
    kept = {path.read_text() for folder in shared.glob("sao_luu*") for path in folder.iterdir()}
    assert kept == {"0", str(users[0])}


def test_a_file_marked_read_only_is_named_as_such_and_no_backup_is_made(changed: Path, tmp_path: Path) -> None:
    before = changed.read_bytes()
    changed.chmod(0o444)
    with pytest.raises(UserError, match="thuộc tính chỉ đọc"):
        recalc(changed, NOW)
    with pytest.raises(UserError, match="thuộc tính chỉ đọc"):
        replace_file(changed, b"")
    changed.chmod(0o644)
    assert changed.read_bytes() == before
    assert not (tmp_path / BACKUP_FOLDER).exists()


def test_the_backups_made_last_are_kept_though_the_clock_goes_back(tmp_path: Path) -> None:
    book = tmp_path / "so.xlsx"
    for number in range(BACKUPS_KEPT + 4):
        book.write_text(f"{number:02}")
        back_up(book, NOW - timedelta(days=number))
    assert sorted(backups(tmp_path)) == [f"{number:02}" for number in range(4, BACKUPS_KEPT + 4)]


def test_backups_of_earlier_versions_are_older_than_any_made_now(tmp_path: Path) -> None:
    book = tmp_path / "so.xlsx"
    (tmp_path / BACKUP_FOLDER).mkdir()
    for number in range(3):
        (tmp_path / BACKUP_FOLDER / f"so-2099010{number}-101010-000001.xlsx").write_text("cu")
    for number in range(BACKUPS_KEPT):
        book.write_text(f"{number:02}")
        back_up(book, NOW)
    assert sorted(backups(tmp_path)) == [f"{number:02}" for number in range(BACKUPS_KEPT)]


def test_tries_that_fail_push_no_backup_out(changed: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def full(self: Path, _target: Path) -> None:
        if self.parent == tmp_path:
            raise OSError(errno.ENOSPC, "")
        os.replace(self, _target)

    monkeypatch.setattr(Path, "replace", full)
    for number in range(3):
        with pytest.raises(UserError, match="ổ đĩa đầy"):
            recalc(changed, NOW + timedelta(minutes=number))
    assert len(list((tmp_path / BACKUP_FOLDER).iterdir())) == 1


KILLED_BEFORE_THE_NAME = """
import os, sys
from pathlib import Path
from datetime import datetime
from cchc_xl import files
Path.replace = lambda *_: os._exit(9)
path = Path(sys.argv[1])
files.back_up(path, datetime(2026, 1, 1)) if sys.argv[2:] else files.replace_file(path, b"PK")
"""


@pytest.mark.parametrize("place", ["bao_cao.docx", "sao_luu", "cache/mau/1.mau"])
def test_what_a_killed_run_left_is_swept_wherever_it_was_made(place: str, tmp_path: Path) -> None:
    target = tmp_path / place
    target.parent.mkdir(parents=True, exist_ok=True)
    backup = place == BACKUP_FOLDER
    written = tmp_path / "so.xlsx" if backup else target
    written.write_bytes(b"1")
    command = [sys.executable, "-c", KILLED_BEFORE_THE_NAME, str(written), *(["sao"] if backup else [])]
    for _ in range(3):
        assert subprocess.run(command, check=False).returncode == 9
        left = list(tmp_path.rglob("*.tmp"))
        assert len(left) == 1
        _long_ago(left[0].parent)
    back_up(written, NOW) if backup else replace_file(written, b"2")
    assert not list(tmp_path.rglob("*.tmp"))


@POSIX
def test_what_another_run_is_writing_now_is_left_alone(tmp_path: Path) -> None:
    with files._half_file(tmp_path / "a.docx", b"1") as half:
        files.sweep(tmp_path)
        assert half.read_bytes() == b"1"
    assert list(tmp_path.iterdir()) == []


FLOCK = {"x86_64": 73, "aarch64": 32}
NO_LOCKS_HERE = """
import ctypes, errno, struct, sys, time
from datetime import datetime
from pathlib import Path
from cchc_xl import files
rules = [(0x20, 0, 0, 0), (0x15, 0, 1, int(sys.argv[2])), (6, 0, 0, 0x50000 | errno.ENOLCK), (6, 0, 0, 0x7FFF0000)]
code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *rule) for rule in rules))
libc, program = ctypes.CDLL(None), struct.pack("HxxxxxxP", len(rules), ctypes.addressof(code))
assert libc.prctl(38, 1, 0, 0, 0) == libc.prctl(22, 2, program, 0, 0) == 0
book = Path(sys.argv[1])
with files.exclusive(book):
    files.back_up(book, datetime(2026, 1, 1))
    with files._half_file(book, b"3") as half:
        files.sweep(book.parent)
        assert half.exists()
    files.replace_file(book, b"2")
"""
"""A program to which the system refuses every lock, as some network drives do."""


@pytest.mark.skipif(sys.platform != "linux" or platform.machine() not in FLOCK, reason="needs a filter of system calls")
def test_a_folder_that_knows_no_locks_is_written_and_nothing_of_others_swept(tmp_path: Path) -> None:
    book = tmp_path / "so.xlsx"
    book.write_bytes(b"1")
    old = tmp_path / ".so-01234567.xlsx.tmp"
    old.write_bytes(b"0")
    os.utime(old, (0, 0))
    command = [sys.executable, "-c", NO_LOCKS_HERE, str(book), str(FLOCK[platform.machine()])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert book.read_bytes() == b"2"
    assert backups(tmp_path) == ["1"]
    assert not list(tmp_path.rglob("*.tmp"))


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.EBUSY, "chương trình khác đang giữ"), (errno.EACCES, "không có quyền"), (errno.ENOSPC, "ổ đĩa đầy"),
        (errno.ENOENT, "không tìm thấy"), (errno.ETIMEDOUT, "mất kết nối mạng"), (999, "mã lỗi 999"),
    ],
)
def test_a_file_that_is_not_opened_is_not_called_damaged(number: int, told: str, tmp_path: Path) -> None:
    error = OSError(number, "Some words", str(tmp_path / "so.xlsm"))
    said = str(cannot_open(tmp_path / "so.xlsm", error))
    assert told in said
    assert "hỏng" not in said
    assert "Some" not in said + reason(error)


@pytest.mark.windows
@pytest.mark.parametrize("share", [0, 1, 3])
def test_a_workbook_that_another_program_holds_is_named_as_such(share: int, changed: Path, tmp_path: Path) -> None:
    import ctypes

    before, kernel = changed.read_bytes(), ctypes.windll.kernel32  # type: ignore[attr-defined]
    kernel.CreateFileW.restype = ctypes.c_void_p
    handle = ctypes.c_void_p(kernel.CreateFileW(str(changed), 0x80000000, share, None, 3, 0, None))
    try:
        with pytest.raises(UserError, match="chương trình khác đang giữ tệp này"):
            recalc(changed, NOW)
    finally:
        kernel.CloseHandle(handle)
    assert changed.read_bytes() == before
    assert not (tmp_path / BACKUP_FOLDER).exists()
