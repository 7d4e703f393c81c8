"""The master survives: two collectors at once, a full disk, a workbook that is open elsewhere."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import shutil
import signal
import sys
from pathlib import Path

import pytest

from cchc_xl.errors import UserError
from cchc_xl.files import exclusive
from cchc_xl.schema import Form
from cchc_xl.submissions.handed_in import Fate, Policy
from cchc_xl.verbs.collect import collect
from cchc_xl.verbs.recalc import recalc
from tests.books import blank_master
from tests.forms_support import NOW, figures, filled_form, sample_values, shown, wards

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="bounds and rights of POSIX")

WINDOWS = sys.platform == "win32"
PROCESSES = multiprocessing.get_context("spawn" if WINDOWS else "fork")


@pytest.fixture(scope="session")
def batch(form: Form, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty master and three filled forms."""
    folder = tmp_path_factory.mktemp("dot")
    blank_master(form, folder / "CCHC.xlsx")
    (folder / "nop").mkdir()
    for unit in wards(form)[:3]:
        filled_form(form, unit, folder / "nop" / f"{unit.id}.xlsx")
    return folder


@pytest.fixture
def book(batch: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(batch / "CCHC.xlsx", tmp_path / "CCHC.xlsx"))


def sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _collect_quietly(book: Path, places: list[Path]) -> None:
    try:
        collect(book, places, NOW, Policy(accept_with_errors=True))
    except UserError:
        os._exit(2)
    os._exit(0)


def _child(book: Path, places: list[Path]):  # type: ignore[no-untyped-def]
    process = PROCESSES.Process(target=_collect_quietly, args=(book, places))
    process.start()
    return process


def test_what_a_killed_run_left_half_written_is_swept_by_the_next(book: Path, batch: Path) -> None:
    half = book.with_name(f".{book.stem}-0123abcd{book.suffix}.tmp")
    of_people = book.with_name(f".{book.stem}{book.suffix}.tmp")
    for file in (half, of_people):
        file.write_bytes(b"PK")
        os.utime(file, (0, 0))
    collect(book, [batch / "nop"], NOW)
    assert not half.exists()
    assert of_people.exists()


def test_two_collectors_at_once_do_not_mix(form: Form, batch: Path, book: Path) -> None:
    files = sorted((batch / "nop").iterdir())
    runs = [_child(book, [file]) for file in files]
    for run in runs:
        run.join()
    assert {run.exitcode for run in runs} <= {0, 2}
    assert 0 in {run.exitcode for run in runs}
    held = {unit.id for unit in wards(form)[:3] if figures(book, unit)}
    assert held == {file.stem for file, run in zip(files, runs, strict=True) if run.exitcode == 0}
    collect(book, files, NOW)
    for unit in wards(form)[:3]:
        assert figures(book, unit) == shown(sample_values(form, unit))


def test_a_run_in_progress_is_told_and_recalc_waits_for_nobody_either(book: Path, batch: Path) -> None:
    with exclusive(book):
        for run in (lambda: collect(book, [batch / "nop"], NOW), lambda: recalc(book, NOW)):
            with pytest.raises(UserError, match="khác đang chạy"):
                run()


@pytest.mark.parametrize("lock", ["~$CCHC.xlsx", ".~lock.CCHC.xlsx#"])
def test_a_master_open_in_an_office_is_noticed_before_any_work(lock: str, book: Path, batch: Path) -> None:
    (book.parent / lock).touch()
    before = sha(book)
    with pytest.raises(UserError, match="đang mở"):
        collect(book, [batch / "nop"], NOW)
    assert sha(book) == before


def _collect_on_a_full_disk(book: Path, places: list[Path], room: int) -> None:
    import resource

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    _collect_quietly(book, places)


@POSIX
@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_full_disk_gives_a_message_and_the_old_master(share: float, book: Path, batch: Path) -> None:
    before = sha(book)
    room = int(book.stat().st_size * share)
    process = PROCESSES.Process(target=_collect_on_a_full_disk, args=(book, [batch / "nop"], room))
    process.start()
    process.join()
    assert process.exitcode == 2
    assert sha(book) == before
    assert not list(book.parent.glob(".*.tmp"))


CAPABILITIES_VERSION = 0x20080522


def _without_privileges() -> None:
    """Root may write anywhere: gives the right away, for this process."""
    import ctypes

    class Head(ctypes.Structure):
        _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))

    none = (ctypes.c_uint32 * 6)()
    assert ctypes.CDLL(None).capset(ctypes.byref(Head(CAPABILITIES_VERSION, 0)), none) == 0


def _told(book: Path, places: list[Path], said: Path) -> None:
    if sys.platform == "linux" and os.geteuid() == 0:
        _without_privileges()
    try:
        collect(book, places, NOW, Policy(accept_with_errors=True))
    except UserError as error:
        said.write_text(str(error), encoding="utf-8")
        os._exit(2)
    os._exit(0)


@POSIX
def test_a_read_only_folder_gives_a_message_and_the_old_master(book: Path, batch: Path, tmp_path: Path) -> None:
    folder = tmp_path / "so"
    (folder / "sao_luu").mkdir(parents=True)
    master, said = Path(shutil.copy(book, folder / "CCHC.xlsx")), tmp_path / "loi.txt"
    before = sha(master)
    folder.chmod(0o555)
    process = PROCESSES.Process(target=_told, args=(master, [batch / "nop"], said))
    process.start()
    process.join()
    folder.chmod(0o755)
    assert process.exitcode == 2
    assert "không ghi được" in said.read_text(encoding="utf-8")
    assert "(không có quyền)" in said.read_text(encoding="utf-8")
    assert sha(master) == before
    assert not list(folder.rglob("*.tmp"))


def test_the_former_master_is_kept_as_a_backup(book: Path, batch: Path) -> None:
    before = book.read_bytes()
    done = collect(book, [batch / "nop"], NOW)
    assert done.count(Fate.TAKEN) == 3
    assert [path.read_bytes() for path in (book.parent / "sao_luu").iterdir()] == [before]
