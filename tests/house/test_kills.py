"""Killed at any moment, a verb that writes leaves the old or the new file, and the next run leaves nothing beside it.

CCHC_KILLS says how many times each verb is killed. The thorough run, which says what was left:

    CCHC_KILLS=80 .venv/bin/python -m pytest -q -s tests/house/test_kills.py
"""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from cchc_xl.declaration import load_form
from cchc_xl.errors import UserError
from cchc_xl.files import BACKUP_FOLDER
from cchc_xl.master.build_master import new_master
from cchc_xl.master.master_book import open_master
from cchc_xl.schema import Form, begun, period_of
from cchc_xl.submissions.handed_in import Policy
from cchc_xl.verbs.collect import collect
from cchc_xl.verbs.recalc import recalc
from cchc_xl.verbs.report import export, refresh
from cchc_xl.verbs.upgrade import upgrade
from tests.books import NOW
from tests.forms_support import filled_form, sample_values, wards
from tests.hostile import parts_of

WINDOWS = sys.platform == "win32"
KILLS = int(os.environ.get("CCHC_KILLS", "2" if WINDOWS else "6"))
"""A process takes a second to start on Windows."""
PROCESSES = multiprocessing.get_context("spawn" if WINDOWS else "fork")
WHILE_IT_WRITES = 0.01
"""Seconds around the write, in which every second kill falls."""
FORMS = Path(__file__).parents[1] / "forms"
CLOCK = "docProps/core.xml"
"""The part of a file that says when it was made."""


def small() -> Form:
    form = load_form(FORMS / "xa")
    return begun(form, period_of(form, "quý III/2030"))


def run_recalc(folder: Path) -> None:
    recalc(folder / "so.xlsx", NOW)


def run_collect(folder: Path) -> None:
    collect(folder / "so.xlsx", [folder / "nop"], NOW, Policy(accept_with_errors=True), processes=1)


def run_upgrade(folder: Path) -> None:
    upgrade(folder / "so.xlsx", small().changed(version="99"), NOW)


def run_report(folder: Path) -> None:
    export(folder / "so.xlsx", folder / "bao_cao.docx", draft=True, replace=True)


def run_update(folder: Path) -> None:
    refresh(folder / "so.xlsx", folder / "bao_cao.docx", folder / "bao_cao.docx", draft=True)


VERBS: dict[str, tuple[Callable[[Path], None], str]] = {
    "recalc": (run_recalc, "so.xlsx"),
    "collect": (run_collect, "so.xlsx"),
    "form upgrade": (run_upgrade, "so.xlsx"),
    "report": (run_report, "bao_cao.docx"),
    "report --update": (run_update, "bao_cao.docx"),
}
"""What is run, and the file that it writes."""


def _quietly(verb: str, folder: Path) -> None:
    try:
        VERBS[verb][0](folder)
    except UserError:
        os._exit(2)
    os._exit(0)


def started(verb: str, folder: Path) -> multiprocessing.process.BaseProcess:
    process = PROCESSES.Process(target=_quietly, args=(verb, folder))
    process.start()
    return process


@pytest.fixture(scope="module", autouse=True)
def quick_disk() -> None:
    """Here a write takes as long as people's."""


@pytest.fixture(scope="module")
def prepared(form: Form, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small book and a form for it, and one with a full book and a report that is no longer its own."""
    folder = tmp_path_factory.mktemp("san")
    unit = small().units[0]
    new_master(small(), folder / "nho.xlsx")
    filled_form(small(), unit, folder / "nop.xlsx", {"A.1.1": 7, "A.1.2": 5})
    new_master(form, folder / "lon.xlsx")
    for number, ward in enumerate(wards(form)[:2]):
        file = filled_form(form, ward, folder / "p.xlsx", sample_values(form, ward))
        collect(folder / "lon.xlsx", [file], NOW, Policy(accept_with_errors=True))
        if number == 0:
            export(folder / "lon.xlsx", folder / "bao_cao.docx", draft=True)
    return folder


def made_ready(verb: str, prepared: Path, folder: Path) -> Path:
    """Puts the files of a verb in a folder, as they were before."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "nop").mkdir(parents=True)
    report = VERBS[verb][1] == "bao_cao.docx"
    shutil.copy(prepared / ("lon.xlsx" if report else "nho.xlsx"), folder / "so.xlsx")
    shutil.copy(prepared / "bao_cao.docx" if report else prepared / "nop.xlsx", folder if report else folder / "nop")
    return folder


def content(path: Path) -> dict[str, bytes]:
    """The parts of a whole file, but for the one that says when it was made."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
    return {name: data for name, data in parts_of(path).items() if name != CLOCK}


def half_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob(".*") if path.suffix in (".tmp", ".moi")]


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_killed_at_any_moment_leaves_the_old_or_the_new_file(verb: str, prepared: Path, tmp_path: Path) -> None:
    folder, chance = made_ready(verb, prepared, tmp_path / "so"), random.Random(verb)
    target = folder / VERBS[verb][1]
    old, began = content(target), time.monotonic()
    whole = started(verb, folder)
    whole.join()
    duration, new = time.monotonic() - began, content(target)
    assert whole.exitcode == 0
    assert new != old
    seen: Counter[str] = Counter()
    for number in range(KILLS):
        made_ready(verb, prepared, folder)
        process = started(verb, folder)
        if number % 2:
            _wait_for_a_half_file(process, folder)
            time.sleep(chance.uniform(0, WHILE_IT_WRITES))
        else:
            time.sleep(chance.uniform(0, 1.05 * duration))
        process.kill()
        process.join()
        left = content(target)
        assert left in (old, new)
        seen["new" if left == new else "old"] += 1
        seen["half files"] += bool(half_files(folder))
        for copy in (folder / BACKUP_FOLDER).glob("[!.]*"):
            content(copy)
        if half_files(folder):
            _next_run(verb, folder)
    print(f"\n{verb}: {KILLS} kills, {dict(seen)}", end="")
    open_master(folder / "so.xlsx")


def _wait_for_a_half_file(process: multiprocessing.process.BaseProcess, folder: Path) -> None:
    while process.is_alive() and not half_files(folder):
        time.sleep(0.001)


def _next_run(verb: str, folder: Path) -> None:
    """It is not refused, and nothing is left of the run before."""
    for path in half_files(folder) if WINDOWS else ():
        os.utime(path, (0, 0))  # there the age tells that nobody writes it any more
    after = started(verb, folder)
    after.join()
    assert after.exitcode == 0
    assert half_files(folder) == []
