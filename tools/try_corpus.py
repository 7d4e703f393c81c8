"""Runs every verb on every file of a folder, and counts what must never be: tracebacks, hangs, what was written.

    python -m tools.try_corpus FOLDER [WORD …]

Words choose the verbs whose name holds one of them. Each command runs as people run it, in a process and a folder of
its own, beside a filled workbook, an empty one and a report; the files of the folder are never touched. Prints a line
for every traceback, hang and write, then a table; exits 1 where there was a traceback or a hang.

The corpora of other projects are not kept here. Whoever wants to try one fetches it: the test files of Apache POI,
ClosedXML, SheetJS, calamine, exceljs, excelize, docx4j, docxtemplater, pandoc.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import NamedTuple

from cchc_xl.declaration import form_folder
from cchc_xl.master.master_book import fill, open_master
from cchc_xl.verbs.demo import sample_entries, sample_form
from cchc_xl.verbs.new import make_files
from cchc_xl.verbs.recalc import recalc
from cchc_xl.verbs.report import export

BOOK, EMPTY, REPORT = "so.xlsm", "trong.xlsm", "bao_cao.docx"
FORM = "2021"
LIMIT = 60.0
"""Seconds after which a command hangs."""

VERBS: dict[str, tuple[str, ...]] = {
    "check": ("check", "{}"),
    "status": ("status", "{}"),
    "recalc": ("recalc", "{}"),
    "collect": ("collect", BOOK, "{}"),
    "consolidate": ("consolidate", "{}", "--by", "city", "--out", "ra.csv"),
    "consolidate --units": ("consolidate", BOOK, "--by", "city", "--units", "{}", "--out", "ra.csv"),
    "report": ("report", "{}", "--out", "ra.docx", "--draft"),
    "report --template": ("report", BOOK, "--template", "{}", "--out", "ra.docx", "--draft"),
    "report --update": ("report", BOOK, "--update", "{}", "--out", "ra.docx", "--draft"),
    "report --previous": ("report", BOOK, "--review", "--previous", "{}", "--out", "ra.docx", "--draft"),
    "reconcile": ("reconcile", BOOK, "{}"),
    "reconcile --appendix": ("reconcile", BOOK, REPORT, "--appendix", "{}"),
    "import": ("import", EMPTY, "{}"),
    "template check": ("template", "check", "{}"),
    "template check --book": ("template", "check", REPORT, "--book", "{}"),
    "new --from": ("new", "--from", "{}", "--period", "năm 2027", "--out", "ra"),
    "new --units": ("new", "--form", FORM, "--units", "{}", "--out", "ra"),
    "form check": ("form", "check", "{}"),
    "form install": ("form", "install", "{}"),
    "form upgrade": ("form", "upgrade", "{}", "--form", FORM),
    "form upgrade --form": ("form", "upgrade", BOOK, "--form", "{}"),
}
"""What is typed after the program's name; {} stands for the file that is tried. Every way in which a file is read."""


class Ran(NamedTuple):
    """One command: exit status (None where it hung), processor seconds, most memory in MB of any of its processes."""

    verb: str
    file: str
    status: int | None
    seconds: float
    memory: float
    said: str
    wrote: tuple[str, ...]

    @property
    def broke(self) -> bool:
        """Whether the program met a fault of its own."""
        return "cchc-loi-" in self.said or "Traceback" in self.said

    @property
    def hung(self) -> bool:
        """Whether it had to be ended."""
        return self.status is None


def program(*words: str) -> list[str]:
    """A command line of this program."""
    return [sys.executable, "-m", "cchc_xl", *words]


def prepare(folder: Path) -> Path:
    """A folder with the books and the report that commands get beside the tried file."""
    form = sample_form(form_folder(FORM))
    shutil.copy(make_files(form, folder).master, folder / EMPTY)
    book = Path(shutil.copy(folder / EMPTY, folder / BOOK))
    master = open_master(book)
    fill(master, sample_entries(form))
    master.workbook.commit()
    recalc(book, datetime(2026, 1, 15))
    export(book, folder / REPORT, draft=True)
    return folder


def tried(file: Path, ready: Path, verbs: Iterable[str] = VERBS, limit: float = LIMIT) -> Iterator[Ran]:
    """Every verb on one file."""
    for verb in verbs:
        with tempfile.TemporaryDirectory(prefix="cchc-thu-") as folder:
            yield _ran(verb, file, ready, Path(folder), limit)


def _ran(verb: str, file: Path, ready: Path, room: Path, limit: float) -> Ran:
    named = room / "thu" / file.name
    named.parent.mkdir()
    copied(file, named)
    for name in (BOOK, EMPTY, REPORT):
        shutil.copy(ready / name, room / name)
    (room / "tam").mkdir()
    before = _contents(room)
    words = (word.replace("{}", str(named)) for word in VERBS[verb])
    status, seconds, memory, said = _measured(program(*words), room, limit)
    after = _contents(room)
    wrote = tuple(sorted(name for name in before if after.get(name) != before[name]))
    return Ran(verb, file.name, status, seconds, memory, said, wrote)


def copied(file: Path, target: Path) -> Path:
    """A file, a link or a pipe, made once more."""
    if file.is_fifo():
        os.mkfifo(target)
    else:
        shutil.copy2(file, target, follow_symlinks=False)
    return target


def _contents(room: Path) -> dict[str, str]:
    """What lies in a folder, but for the small locks, by content."""
    files = (path for path in room.rglob("*") if path.is_file() and path.suffix != ".khoa")
    return {str(path.relative_to(room)): _digest(path) for path in files}


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def _measured(command: Sequence[str], room: Path, limit: float) -> tuple[int | None, float, float, str]:
    homes = dict.fromkeys(("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "TMPDIR"), str(room / "tam"))
    used, said = room / "tam" / "used", room / "tam" / "said.txt"
    with said.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-S", "-c", MEASURING, str(used), *command], cwd=room, env=os.environ | homes,
            stdout=stream, stderr=stream, start_new_session=True,
        )
        try:
            process.wait(limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return None, limit, 0, said.read_text("utf-8", "replace")
    status, seconds, memory = used.read_text().split()
    return int(status), float(seconds), float(memory), said.read_text("utf-8", "replace")


MEASURING = """
import os, sys
child = os.spawnvp(os.P_NOWAIT, sys.argv[2], sys.argv[2:])
_, status, used = os.wait4(child, 0)
with open(sys.argv[1], "w") as told:
    print(os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, file=told)
"""
"""Starts a command from a small process: the memory of a child is never told smaller than that of what started it."""


def main(words: Sequence[str]) -> int:
    """The exit status."""
    folder, *chosen = words
    verbs = [verb for verb in VERBS if not chosen or any(word in verb for word in chosen)]
    files = sorted(path for path in Path(folder).rglob("*") if path.is_file())
    told: dict[str, list[Ran]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="cchc-thu-") as place:
        ready, began = prepare(Path(place) / "san"), time.monotonic()
        for ran in (each for file in files for each in tried(file, ready, verbs)):
            told[ran.verb].append(ran)
            if what := " ".join(word for word, so in (("TRACEBACK", ran.broke), ("HANG", ran.hung)) if so):
                print(f"{what}: {ran.verb}: {ran.file}: {ran.said.strip()[-300:]}", flush=True)
            if ran.wrote:
                print(f"written: {ran.verb}: {ran.file}: {', '.join(ran.wrote)}", flush=True)
    print(f"{len(files)} files, {len(verbs)} verbs, {time.monotonic() - began:.0f} s")
    print("\n".join(_table(told)))
    return int(any(ran.broke or ran.hung for each in told.values() for ran in each))


def _table(told: dict[str, list[Ran]]) -> Iterator[str]:
    yield "| verb | ends with 0 | 1 | 2 | tracebacks | hangs | wrote | most seconds | most MB |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for verb, all_of in told.items():
        ends = [sum(ran.status == status for ran in all_of) for status in (0, 1, 2)]
        faults = [sum(ran.broke for ran in all_of), sum(ran.hung for ran in all_of), sum(bool(r.wrote) for r in all_of)]
        most = [f"{max(ran.seconds for ran in all_of):.1f}", f"{max(ran.memory for ran in all_of):.0f}"]
        yield f"| {verb} | {' | '.join(map(str, [*ends, *faults, *most]))} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
