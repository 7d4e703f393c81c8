"""One click on the open workbook in LibreOffice, from call to result: start, read, compute, write, and the calls made.

    python benchmarks/click.py [BOOK.xlsx] [--rounds N]
    xvfb-run -a -s "-screen 0 1400x900x24" python benchmarks/click.py --window

Without a workbook it makes the sample master. Calls are counted between Python and the office. With --window the
workbook is shown, with a flagged cell in front, and the time until the window is painted anew is added.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

PLAIN = (str, int, float, bool, bytes, tuple, list, type(None))


class Counted:
    """An object of the office that counts what is asked of it and of everything it gives back."""

    def __init__(self, target: Any, calls: Counter[str]) -> None:
        object.__setattr__(self, "_target", target)
        object.__setattr__(self, "_calls", calls)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._target, name)
        if callable(found):
            return lambda *given: self._called(name, found, given)
        self._calls[name] += 1
        return self._wrapped(found)

    def __setattr__(self, name: str, value: Any) -> None:
        self._calls[name] += 1
        setattr(self._target, name, value)

    def __eq__(self, other: object) -> bool:
        return bool(self._target == bare(other))

    __hash__ = None  # type: ignore[assignment]

    def _called(self, name: str, method: Any, given: tuple[Any, ...]) -> Any:
        self._calls[name] += 1
        return self._wrapped(method(*map(bare, given)))

    def _wrapped(self, value: Any) -> Any:
        return Counted(value, self._calls) if type(value).__name__ == "pyuno" else value


def bare(value: Any) -> Any:
    """The office's own object."""
    return value._target if isinstance(value, Counted) else value


def counting(app: Any, calls: Counter[str]) -> None:
    """Makes an application of the engine count its calls from now on."""
    app.impl.context = Counted(app.impl.context, calls)
    app.impl.desktop = Counted(app.impl.desktop, calls)


def sample_book(folder: Path) -> Path:
    """The master with the sample figures, never recalculated."""
    from cchc_xl.declaration import form_folder
    from cchc_xl.master.build_master import new_master
    from cchc_xl.master.master_book import fill, open_master
    from cchc_xl.verbs.demo import sample_entries, sample_form

    form, path = sample_form(form_folder("2021")), folder / "CCHC.xlsx"
    new_master(form, path)
    master = open_master(path)
    fill(master, sample_entries(form))
    master.workbook.commit()
    return path


def click(book: Any, verb: str = "tinh_lai") -> dict[str, float]:
    """Seconds of one click by step, and in all."""
    from cchc_xl.live.verbs import WORK, Session

    moments: list[tuple[str, float]] = []

    class TimedSession(Session):
        def show(self, text: str) -> None:
            moments.append((text, time.perf_counter()))
            super().show(text)

    began = time.perf_counter()
    session = TimedSession(book, datetime.now())
    outcome = WORK[verb](session)
    assert outcome.status < 2, outcome.text
    session.live.desk.show("")
    done = time.perf_counter()
    repaint(book)
    painted = time.perf_counter()
    ends = (*(moment for _, moment in moments[1:]), done)
    steps = {text: end - start for (text, start), end in zip(moments, ends, strict=True)}
    return steps | {"repaint": painted - done, "all": painted - began}


def repaint(book: Any) -> None:
    """Returns when the office has nothing left to draw."""
    context = bare(book.app.impl.context)
    toolkit = context.ServiceManager.createInstanceWithContext("com.sun.star.awt.Toolkit", context)
    toolkit.processEventsToIdle()


def spoil(book: Any, value: float) -> None:
    """Changes the first figure that the city reports, so that a click has something to write."""
    sheet = next(each for each in book.sheets if each.name.startswith("III "))
    sheet.range("Q11").value = value
    sheet.activate()
    repaint(book)


def cold_click(address: str, book: Path) -> float:
    """Seconds of a click as a macro makes it: a new Python that attaches to the running office."""
    command = [sys.executable, "-m", "cchc_xl.live", "tinh_lai", str(book), "--office", address, "--print"]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    began = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode < 2, done.stderr + done.stdout
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("book", nargs="?", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--window", action="store_true", help="show the workbook; needs a screen")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(asked.book or sample_book(Path(folder)), asked.rounds, asked.window)


def measure(path: Path, rounds: int, window: bool = False) -> None:
    """Prints the measurements of one workbook."""
    began = time.perf_counter()
    from tools import own_office

    imported = time.perf_counter()
    app = own_office.start(visible=window)
    started = time.perf_counter()
    try:
        book = app.books.open(str(path))
        print(f"import {imported - began:.2f} s, office {started - imported:.2f} s, "
              f"open {time.perf_counter() - started:.2f} s")
        _print_rounds(book, rounds)
        cold = [cold_click(app.impl.process.address, path) for _ in range(rounds)]
        print(f"a new Python for the click, from its start to its end: {median(cold) * 1000:.0f} ms")
    finally:
        app.quit()


def _print_rounds(book: Any, rounds: int) -> None:
    print("first click:", _shown(click(book)))
    times = []
    for number in range(rounds):
        spoil(book, 100 + number)
        times.append(click(book))
    typical = {step: median(one[step] for one in times) for step in times[0]}
    print(f"changed figure, median of {rounds}:", _shown(typical))
    print(f"nothing changed, median of {rounds}:", f"{median(click(book)['all'] for _ in range(rounds)) * 1000:.0f} ms")
    calls: Counter[str] = Counter()
    counting(book.app, calls)
    spoil(book, 99)
    counted = book.app.books[book.name]
    calls.clear()
    click(counted)
    print(f"calls of a click: {calls.total()}, most of them {dict(calls.most_common(6))}")


def _shown(spent: dict[str, float]) -> str:
    return ", ".join(f"{step} {seconds * 1000:.0f} ms" for step, seconds in spent.items())


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    main()
