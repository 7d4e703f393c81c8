"""What checking costs: a master workbook and a ward form as files, and the share of each check and of the rules.

    python benchmarks/check.py [runs]
"""

# The helpers of the tests come first on the path.
# ruff: noqa: E402

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from contents import PLACES, form_2021, reading, sample_content

from cchc_xl.checks.check_context import Case
from cchc_xl.checks.declared_rules import of_unit
from cchc_xl.checks.run_checks import CHECKS, check, rules_of
from cchc_xl.figures import Content, total
from cchc_xl.master.build_master import new_master
from cchc_xl.master.master_book import fill, open_master
from cchc_xl.reading import Cell
from cchc_xl.submissions.intake.reader_pool import ReaderPool
from cchc_xl.submissions.interpret_submission import Delivery, Interpreter
from cchc_xl.verbs.check import examine
from cchc_xl.verbs.demo import sample_entries
from cchc_xl.verbs.recalc import understand
from tests.forms_support import filled_form, wards


def milliseconds(work: Callable[[], object], runs: int) -> float:
    """The best of some runs: what else the machine does only makes it slower."""
    best = float("inf")
    for _ in range(runs):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best * 1000


def read_all(content: Content) -> None:
    for (unit, code), each in content.readings.items():
        reading(content.form, unit, code, Cell(each.raw))


def line(what: str, spent: float, whole: float) -> None:
    print(f"  {what:38} {spent:7.2f} ms {spent / whole:5.0%}")


def of_the_checks(runs: int) -> None:
    """The checks one by one, on contents that are read already."""
    form = form_2021()
    content = sample_content(form)
    figures = total(form, content.readings)
    case = Case(content, figures, PLACES, {})
    whole = milliseconds(lambda: check(content, figures, PLACES), runs)
    print(f"{len(content.readings)} ô, {len(figures)} số liệu, {len(rules_of(form))} quy tắc: {whole:.2f} ms")
    for one in CHECKS:
        part = milliseconds(lambda one=one: list(one(case)), runs)
        line(f"{one.__module__.rpartition('.')[2]}.{one.__name__}", part, whole)


def of_a_master(folder: Path, runs: int) -> None:
    path = folder / "so.xlsx"
    new_master(form_2021(), path)
    filled = open_master(path)
    fill(filled, sample_entries(form_2021()))
    filled.workbook.commit()
    whole = milliseconds(lambda: examine(path), runs)
    opened = milliseconds(lambda: open_master(path), runs)
    master = open_master(path)
    content = master.content()
    figures = total(master.form, content.readings)
    print(f"cchc-xl check trên sổ ({path.stat().st_size // 1024} KB): {whole:.1f} ms")
    line("mở sổ, tìm dòng và cột", opened, whole)
    line("đọc mọi ô", milliseconds(lambda: read_all(content), runs), whole)
    line("cộng số liệu", milliseconds(lambda: total(master.form, content.readings), runs), whole)
    rules = milliseconds(lambda: check(content, figures, PLACES), runs)
    line("kiểm tra, mọi quy tắc", rules, whole)
    line("đọc ô, cộng, kiểm tra (cùng lúc)", milliseconds(lambda: understand(master), runs), whole)


def of_a_form(folder: Path, runs: int) -> None:
    form = form_2021()
    ward = wards(form)[0]
    path = filled_form(form, ward, folder / f"{ward.id}.xlsx")
    interpreter = Interpreter(form)
    with ReaderPool(1) as pool:
        (_, answer), = pool.read_all([path])
        whole = milliseconds(lambda: [interpreter.interpret(*each) for each in pool.read_all([path])], runs)
        read = milliseconds(lambda: list(pool.read_all([path])), runs)
    delivery = interpreter.interpret(path, answer)
    assert isinstance(delivery, Delivery)
    case = Case(Content(form, {(ward.id, code): each for code, each in delivery.readings.items()}), {}, {}, {})
    _, local = interpreter.plan(ward)
    rules = milliseconds(lambda: [list(of_unit(case, rule, ward.id)) for rule in local], runs)
    print(f"một biểu mẫu phường ({len(delivery.readings)} ô, {len(local)} quy tắc): {whole:.2f} ms")
    line("đọc tệp trong tiến trình riêng", read, whole)
    line("hiểu các ô, kiểm tra", milliseconds(lambda: interpreter.interpret(path, answer), runs), whole)
    line("trong đó các quy tắc khai báo", rules, whole)
    print(f"cchc-xl check trên biểu mẫu, kể cả mở tiến trình đọc: {milliseconds(lambda: examine(path), 3):.0f} ms")


def main(runs: int) -> None:
    with TemporaryDirectory() as folder:
        of_the_checks(runs)
        of_a_master(Path(folder), runs)
        of_a_form(Path(folder), runs)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
