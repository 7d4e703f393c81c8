"""Thousands of II.06a forms consolidated to provinces: wall clock, processor time, memory of all processes together.

    python -m benchmarks.consolidate_tables COUNT [--jobs 2] [--folder DIR]

On a busy machine processor time grows, too: that of an empty Python is told beside it.

Some forms are filled with figures that agree, every fourth with a row of its own; each of the others is one of
them with another unit's id and name.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.consolidate_forms import make_forms
from cchc_xl.declaration import form_folder, load_form
from cchc_xl.schema import Unit, begun, period_of
from cchc_xl.submissions.form_layout import FormPlan, plan_form
from cchc_xl.submissions.unit_form.build_form import form_workbook, to_bytes

CLI = str(Path(sys.executable).with_name("cchc-xl"))
FORM, PERIOD, SOURCES = "ii06a", "quý II/2026", 24
NAMES = ("Tiếp cận thông tin", "Hòa giải ở cơ sở", "Thủy lợi", "Trẻ em")
TRIES = 5
EVERY = 0.1
"""Seconds between two looks at the memory."""


def main() -> None:
    """Makes the forms and measures one run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = options.folder or Path(made)
        forms = folder / f"bieu_{options.count}"
        units = forms.with_suffix(".csv") if forms.exists() else make_forms(_sources(folder), forms, options.count)
        command = [
            CLI, "consolidate", str(forms), "--form", FORM, "--period", PERIOD, "--units", str(units), "--by",
            "province", "--jobs", str(options.jobs), "--out", str(folder / "ra.csv"),
        ]
        empty = [measured([sys.executable, "-c", "pass"])[1] for _ in range(TRIES)]
        wall, cpu, peak = measured(command)
        empty += [measured([sys.executable, "-c", "pass"])[1] for _ in range(TRIES)]
    print(f"{options.count} biểu mẫu: {wall:.1f} giây, {cpu:.1f} giây bộ xử lý "
          f"({1000 * cpu / options.count:.1f} ms mỗi tệp), {peak:.0f} MB của mọi tiến trình; "
          f"python trống {1000 * sum(empty) / len(empty):.0f} ms")


def _sources(folder: Path) -> list[tuple[str, str, str, str]]:
    form = load_form(form_folder(FORM))
    form = begun(form, period_of(form, PERIOD))
    made = []
    (folder / "goc").mkdir()
    for number in range(SOURCES):
        unit = Unit(id=f"goc_{number}", name=f"Xã Gốc {number}", kind=form.units[0].kind)
        plan = plan_form(form.changed(units=(unit,)), unit)
        path = folder / "goc" / f"{unit.id}.xlsx"
        path.write_bytes(_filled(plan, random.Random(number), NAMES[number // 4 % 4] if number % 4 == 0 else ""))
        made.append((str(path), unit.id, unit.name, unit.kind))
    return made


def _filled(plan: FormPlan, chance: random.Random, added: str) -> bytes:
    """A form with figures that agree in every printed row, and in a row of its own where it has a name."""
    book = form_workbook(plan)
    rows = [row for row in plan.form.sections[0].tables[0].numbered if row.kind == "row"]
    own = next(row for row in rows if row.spare)
    if added:
        sheet, cell = plan.name_cells[own.code]
        book[sheet][cell] = added
    for row in rows:
        for column, value in _row(chance) if not row.spare or (added and row is own) else ():
            sheet, cell = plan.cells[f"{row.code}{column}"]
            book[sheet][cell] = value
    return to_bytes(book)


def _row(chance: random.Random) -> Iterator[tuple[str, int]]:
    """(4) + (5) + (6) = (8) + (9) + (10) + (12) + (13)."""
    before, on_time, late, left, overdue = (chance.randint(1, most) for most in (900, 90, 5, 60, 5))
    whole = before + on_time + late + left + overdue
    direct, carried = chance.randint(0, whole // 3), chance.randint(0, whole // 9)
    yield from zip(
        ("(4)", "(5)", "(6)", "(8)", "(9)", "(10)", "(12)", "(13)"),
        (whole - direct - carried, direct, carried, before, on_time, late, left, overdue), strict=True,
    )


def measured(command: list[str]) -> tuple[float, float, float]:
    """Seconds, processor seconds of the command and all below it, and the most megabytes that all held at once."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    peaks = [0.0]
    done = threading.Event()

    def look() -> None:
        while not done.wait(EVERY):
            peaks.append(sum(map(_megabytes, _family(process.pid))))

    watcher = threading.Thread(target=look)
    watcher.start()
    _, status, usage = os.wait4(process.pid, 0)
    done.set()
    watcher.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(process.returncode)
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, max(peaks)


def _family(pid: int) -> Iterator[int]:
    yield pid
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _family(int(child))
    except OSError:
        return


def _megabytes(pid: int) -> float:
    """What a process holds; pages that several share are counted in parts."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


if __name__ == "__main__":
    main()
