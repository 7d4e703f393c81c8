"""Reading processes at work: files go out, answers come back in order, and a process that dies or hangs is replaced.

What an answer says of a line of a form is a `Found`, before anything is made of it.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

from cchc_xl.excel.addresses import reference
from cchc_xl.limited_process import Job
from cchc_xl.program import PACKAGE
from cchc_xl.reading import Cell
from cchc_xl.rule_registry import refusal
from cchc_xl.submissions.intake import read_limits
from cchc_xl.submissions.intake.cell_marks import CellMark
from cchc_xl.values import Address, Struct

Answer = dict[str, Any]

WINDOW = 16
"""Files in flight for each process: enough to keep it busy, few enough that memory does not grow with the files."""

SANDBOX = ("cchc_xl.submissions.intake.reading_process",)
"""The module that reads, with its arguments."""


class ReaderProcess:
    """One reading process."""

    def __init__(self, command: Sequence[str] = SANDBOX) -> None:
        self._command = command
        self.deadline: float | None = None
        self._process: subprocess.Popen[str] | None = None
        self._job = Job(read_limits.ADDRESS_SPACE)

    def read(self, path: Path) -> Answer:
        """The answer for a file; a refusal where the process died of it or had to be stopped at it."""
        process, answer = self._running(), None
        assert process.stdin is not None
        assert process.stdout is not None
        self.deadline = time.monotonic() + read_limits.WALL_SECONDS
        self._job.allow(process, read_limits.CPU_SECONDS)
        with contextlib.suppress(OSError, UnicodeDecodeError):
            process.stdin.write(json.dumps({"path": str(path)}) + "\n")
            process.stdin.flush()
            answer = _parsed(process.stdout.readline(read_limits.LARGEST_ANSWER))
        answer = self._lost() if answer is None else answer
        self.deadline = None
        return answer

    def stop_if_late(self) -> None:
        """Ends the process where its file has taken too long."""
        if self.deadline is not None and time.monotonic() > self.deadline and self._process:
            self._process.kill()

    def close(self) -> None:
        """Ends the process."""
        if self._process:
            self._process.kill()
            with contextlib.suppress(OSError):  # what was written to a process that is gone
                self._process.communicate()
            self._process = None

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None:
            paths = [str(PACKAGE.parent), *filter(None, [os.environ.get("PYTHONPATH", "")])]
            environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONIOENCODING": "utf-8"}
            self._process = subprocess.Popen(
                [sys.executable, "-m", *self._command],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                encoding="utf-8", env=environment,
            )
            self._job.take(self._process)
        return self._process

    def _lost(self) -> Answer:
        late = self.deadline is not None and time.monotonic() > self.deadline
        self.close()
        return {"refused": "too_slow" if late else "reader_died", "detail": ""}


def refused(answer: Mapping[str, Any]) -> tuple[str, str]:
    """The code of the reason why a file is not read, and what people are told; both empty for one that is."""
    code = str(answer.get("refused", ""))
    return code, refusal(code, str(answer.get("detail", ""))) if code else ""


def _parsed(line: str) -> Answer | None:
    """None for a cut or garbled line: the process is then not trusted any further."""
    try:
        answer = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


class ReaderPool:
    """Some reading processes; who waits for an answer watches their time."""

    def __init__(self, processes: int, command: Sequence[str] = SANDBOX) -> None:
        self._readers = [ReaderProcess(command) for _ in range(max(1, processes))]
        self._free = deque(self._readers)
        self._threads = ThreadPoolExecutor(len(self._readers))

    def __enter__(self) -> ReaderPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(cancel_futures=True)
        for reader in self._readers:
            reader.close()

    def read_all(self, paths: Iterable[Path]) -> Iterator[tuple[Path, Answer]]:
        """Answers in the order of the paths, a few files ahead of what has been taken."""
        waiting: deque[tuple[Path, Future[Answer]]] = deque()
        for path in paths:
            waiting.append((path, self._threads.submit(self._read, path)))
            if len(waiting) >= WINDOW * len(self._readers):
                first, answer = waiting.popleft()
                yield first, self._taken(answer)
        for path, answer in waiting:
            yield path, self._taken(answer)

    def _read(self, path: Path) -> Answer:
        reader = self._free.popleft()
        try:
            return reader.read(path)
        finally:
            self._free.append(reader)

    def _taken(self, answer: Future[Answer]) -> Answer:
        while wait((answer,), 0.25).not_done:
            for reader in self._readers:
                reader.stop_if_late()
        return answer.result()


DATE_FORMAT, PERCENT_FORMAT = "dd/mm/yyyy", "0.00%"
UNMARKED: frozenset[CellMark] = frozenset()
ERROR_TEXT = "#LỖI"
NAMED_ERROR = re.compile(r"#[A-Z_]{3,20}!?")
"""An error value of newer Excel, which the reading process gives by its name."""


class Found(Struct, frozen=True):
    """One line of a form as found in a file."""

    sheet: str
    row: int
    label: str
    value: Any
    note: str
    value_column: int
    marks: frozenset[CellMark] = UNMARKED

    @property
    def cell(self) -> str:
        """The cell of the value."""
        return reference(self.row, self.value_column)

    def address(self, file: str) -> Address:
        """Where the value stands."""
        return Address(self.sheet, self.cell, file)


def marked(sheet: Mapping[str, Any]) -> dict[tuple[int, int], frozenset[CellMark]]:
    """What is to be said of cells, by row and column."""
    return {(number, place): _marks(*marks) for number, place, marks in sheet.get("marked", ())}


@cache
def _marks(*names: str) -> frozenset[CellMark]:
    return frozenset(map(CellMark, names))


def cell_of(value: Any, marks: frozenset[CellMark]) -> Cell:
    """The cell that a value and its marks were found in."""
    if CellMark.ERROR in marks:
        return Cell(None, error=ERROR_TEXT)
    if CellMark.TRUTH in marks:
        return Cell(bool(value))
    formula = "?" if CellMark.FORMULA in marks else ""
    match value:
        case bool():
            return Cell(value, formula=formula)
        case int() | float():
            shown = PERCENT_FORMAT if CellMark.PERCENT in marks else "General"
            return Cell(exact(value), shown, formula)
        case {"date": serial}:
            return Cell(exact(serial), DATE_FORMAT, formula)
        case str() if NAMED_ERROR.fullmatch(value):
            return Cell(None, error=value)
        case str() if value:
            return Cell(value, formula=formula)
    return Cell(None, formula=formula)


def exact(number: float) -> Decimal:
    """The number as people see it."""
    return Decimal(repr(number)).normalize() + 0 if number != int(number) else Decimal(int(number))


def as_text(value: object) -> str:
    match value:
        case str():
            return value
        case bool() | None:
            return ""
        case float() if value == int(value):
            return str(int(value))
        case int() | float():
            return str(value)
        case {"date": float(serial)}:
            return Cell(exact(serial), DATE_FORMAT).raw
    return ""


def texts_by_key(sheets: Iterable[Mapping[str, Any]], name: str) -> dict[str, str]:
    """Key and text of a keyed sheet."""
    lines: list[list[Any]] = next((sheet["lines"] for sheet in sheets if sheet["name"] == name), [])
    return {line[1]: as_text(line[2]) for line in lines if len(line) > 2}
