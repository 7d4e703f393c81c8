"""Collecting many forms, side by side with pandas.read_excel in a loop and with reading alone.

    python benchmarks/collect.py [--forms 2000] [--whole 200]

Prints milliseconds a form, by the clock and of a core's time: pandas (openpyxl), calamine alone in one process, reading
and checking with 1 and 2 reading processes; and the peak memory of the collector after a quarter and after all of the
files. `--whole N` also collects N forms into a master of N units: read, check, enter, total, flag, save.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import msgspec
import pandas
from python_calamine import CalamineWorkbook

from cchc_xl import sheet_names
from cchc_xl.declaration import form_folder
from cchc_xl.excel.spreadsheet import Workbook
from cchc_xl.master.build_master import new_master
from cchc_xl.master.master_book import as_typed
from cchc_xl.schema import Form, Unit
from cchc_xl.submissions.form_layout import COVER, VALUE, plan_form
from cchc_xl.submissions.handed_in import Policy
from cchc_xl.submissions.intake.reader_pool import ReaderPool
from cchc_xl.submissions.interpret_submission import Delivery, Interpreter
from cchc_xl.submissions.unit_form.build_form import new_forms
from cchc_xl.verbs.collect import collect
from cchc_xl.verbs.demo import sample_form, sources

PANDAS_SAMPLE = 40


def many_units(form: Form, count: int) -> Form:
    """The form with so many more units of its first kind, placed before its own."""
    first = form.units[0]
    units = tuple(
        msgspec.structs.replace(first, id=f"don_vi_{number}", name=f"Đơn vị {number}") for number in range(1, count + 1)
    )
    return msgspec.structs.replace(form, units=units + form.units)


def make_forms(form: Form, folder: Path, count: int) -> list[Path]:
    """Filled forms, other values in each: an honest ward's answers, counts times a number, in a copy of one form."""
    model = folder / "mau.xlsx"
    new_forms(form, {form.units[0]: model})
    plan, chance = plan_form(form, form.units[0]), random.Random(1)
    name = sample_form(form_folder("2021")).units[0].id
    honest = {line.code: line.value for line in sources(form) if line.unit == name and line.value}
    paths = []
    for unit in form.units[:count]:
        book = Workbook(model)
        times = chance.randint(2, 5_000)
        for code, row in plan.questions.items():
            sheet, line = plan.places[code]
            value = as_typed(honest.get(code, "0"), row.asked)
            many = row.asked == "count" and row.max is None and isinstance(value, Decimal)
            book.sheet(sheet).put(f"{VALUE}{line}", value * times if many else value)
        _rename(book, unit)
        book.flush()
        paths.append(folder / f"{unit.id}.xlsx")
        book.package.save(paths[-1])
    model.unlink()
    return paths


def _rename(book: Workbook, unit: Unit) -> None:
    shown = {"ten_don_vi": unit.name}
    for sheet, keys in ((sheet_names.IDENTITY, {"don_vi": unit.id} | shown), (COVER, shown)):
        for row in range(1, 20):
            key = book.sheet(sheet).cell(f"A{row}").raw
            if key in keys:
                book.sheet(sheet).put(f"{'B' if sheet == sheet_names.IDENTITY else 'C'}{row}", keys[key])


@contextmanager
def clocked(title: str, forms: int) -> Iterator[None]:
    started, before = time.perf_counter(), os.times()[:4]
    yield
    seconds = time.perf_counter() - started
    # Of this process and of those it has waited for: what a core would need if nothing else ran.
    busy = sum(os.times()[:4]) - sum(before)
    told = f"{seconds * 1000 / forms:8.2f} ms/form, {busy * 1000 / forms:8.2f} of a core's time"
    print(f"{title:58} {told} {seconds:8.1f} s", flush=True)


def with_pandas(paths: list[Path]) -> None:
    for path in paths:
        pandas.read_excel(path, sheet_name=None, header=None, engine="openpyxl")


def with_calamine(paths: list[Path]) -> None:
    for path in paths:
        book = CalamineWorkbook.from_path(path)
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()


def read_and_check(form: Form, paths: list[Path], processes: int, seen: Callable[[int], None] = lambda _: None) -> None:
    interpreter = Interpreter(form)
    with ReaderPool(processes) as pool:
        for number, (path, answer) in enumerate(pool.read_all(paths), 1):
            assert isinstance(interpreter.interpret(path, answer), Delivery)
            seen(number)


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure_memory(form: Form, paths: list[Path]) -> None:
    peaks: dict[int, float] = {}
    marks = {len(paths) // 4, len(paths) // 2, len(paths)}
    read_and_check(form, paths, 2, lambda number: peaks.update({number: megabytes()}) if number in marks else None)
    shown = ", ".join(f"{number} files {peak:.0f} MB" for number, peak in peaks.items())
    print(f"peak memory of the collector: {shown}")


def whole(form: Form, count: int, folder: Path) -> None:
    wide = many_units(form, count)
    paths = make_forms(wide, folder, count)
    for processes in (1, 2):
        book = folder / f"so_{processes}" / "CCHC.xlsx"
        book.parent.mkdir()
        new_master(wide, book)
        with clocked(f"collect into a master of {count} units, {processes} process(es)", count):
            collect(book, paths, datetime.now(), Policy(accept_with_errors=True), processes=processes)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--forms", type=int, default=2000)
    parser.add_argument("--whole", type=int, default=200)
    options = parser.parse_args()
    form = many_units(sample_form(form_folder("2021")), options.forms)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = make_forms(form, folder, options.forms)
        sample = list(itertools.islice(paths, PANDAS_SAMPLE))
        measure_memory(form, paths)
        with clocked(f"pandas.read_excel, engine openpyxl ({len(sample)} forms)", len(sample)):
            with_pandas(sample)
        with clocked("calamine alone, 1 process", len(paths)):
            with_calamine(paths)
        for processes in (1, 2):
            with clocked(f"read, inspect, check: {processes} reading process(es)", len(paths)):
                read_and_check(form, paths, processes)
    if options.whole:
        with tempfile.TemporaryDirectory() as name:
            whole(sample_form(form_folder("2021")), options.whole, Path(name))


if __name__ == "__main__":
    main()
