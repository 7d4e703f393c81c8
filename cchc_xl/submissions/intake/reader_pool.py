"""Reading processes at work: files go out, answers come back in order, and a process that dies or hangs is replaced."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from bisect import bisect
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import accumulate
from pathlib import Path
from types import TracebackType
from typing import Any

from cchc_xl.resources import PACKAGE
from cchc_xl.submissions.intake import read_limits
from cchc_xl.windows import Job

Answer = dict[str, Any]

WINDOW = 4
"""Batches in flight for each process: enough to keep it busy, few enough that memory does not grow with the files."""

LARGEST_BATCH = 8
"""Files that are handed to a process together."""

PIPE_CHARACTERS = 4_000
"""The smallest buffer of a pipe; the lines are ASCII."""

PACKAGE_ROOT = PACKAGE.parent


SANDBOX = ("cchc_xl.submissions.intake.reading_process",)
"""The module that reads, with its arguments."""


class ReaderProcess:
    """One reading process."""

    def __init__(self, command: Sequence[str] = SANDBOX) -> None:
        self._command = command
        self.deadline: float | None = None
        self._process: subprocess.Popen[str] | None = None
        self._job = Job(read_limits.ADDRESS_SPACE)

    def read(self, paths: Sequence[Path]) -> list[Answer]:
        """The answers for some files; a refusal for one that the process died of or had to be stopped at."""
        lines = [json.dumps({"path": str(path)}) + "\n" for path in paths]
        answers: list[Answer] = []
        while len(answers) < len(lines):
            left = lines[len(answers) :]
            answers += self._read(left[: _fitting(left)])
        return answers

    def _read(self, lines: Sequence[str]) -> list[Answer]:
        """Answers until all are there or the process is lost. The next file waits in the pipe, the process never."""
        process, answers = self._running(), list[Answer]()
        assert process.stdin is not None
        assert process.stdout is not None
        with contextlib.suppress(OSError, UnicodeDecodeError):
            process.stdin.write("".join(lines))
            process.stdin.flush()
            while len(answers) < len(lines):
                self.deadline = time.monotonic() + read_limits.WALL_SECONDS
                self._job.allow(process, read_limits.CPU_SECONDS)
                answer = _parsed(process.stdout.readline(read_limits.LARGEST_ANSWER))
                if answer is None:
                    break
                answers.append(answer)
        if len(answers) < len(lines):
            answers.append(self._lost())
        self.deadline = None
        return answers

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
            paths = [str(PACKAGE_ROOT), *filter(None, [os.environ.get("PYTHONPATH", "")])]
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


def _fitting(lines: Sequence[str]) -> int:
    """How many lines fit into a pipe that nobody empties: the process may be busy writing an answer."""
    return max(1, bisect(list(accumulate(map(len, lines))), PIPE_CHARACTERS))


def _parsed(line: str) -> Answer | None:
    """None for a cut or garbled line: the process is then not trusted any further."""
    try:
        answer = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


class ReaderPool:
    """Some reading processes and a watch over their time."""

    def __init__(self, processes: int, command: Sequence[str] = SANDBOX) -> None:
        self._readers = [ReaderProcess(command) for _ in range(max(1, processes))]
        self._free = deque(self._readers)
        self._threads = ThreadPoolExecutor(len(self._readers))
        self._closing = threading.Event()
        self._watch = threading.Thread(target=self._watch_over, daemon=True)

    def __enter__(self) -> ReaderPool:
        self._watch.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._threads.shutdown(cancel_futures=True)
        for reader in self._readers:
            reader.close()

    def read_all(self, paths: Iterable[Path]) -> Iterator[tuple[Path, Answer]]:
        """Answers in the order of the paths, a few files ahead of what has been taken."""
        waiting: deque[tuple[Sequence[Path], Future[list[Answer]]]] = deque()
        for batch in _batches(list(paths), len(self._readers)):
            waiting.append((batch, self._threads.submit(self._read, batch)))
            if len(waiting) >= WINDOW * len(self._readers):
                yield from _answered(*waiting.popleft())
        for batch, future in waiting:
            yield from _answered(batch, future)

    def _read(self, paths: Sequence[Path]) -> list[Answer]:
        reader = self._free.popleft()
        try:
            return reader.read(paths)
        finally:
            self._free.append(reader)

    def _watch_over(self) -> None:
        while not self._closing.wait(0.25):
            for reader in self._readers:
                reader.stop_if_late()


def _batches(paths: Sequence[Path], readers: int) -> Iterator[Sequence[Path]]:
    """Few files are shared out one by one, many in batches."""
    size = max(1, min(LARGEST_BATCH, len(paths) // (WINDOW * readers)))
    for start in range(0, len(paths), size):
        yield paths[start : start + size]


def _answered(batch: Sequence[Path], future: Future[list[Answer]]) -> Iterator[tuple[Path, Answer]]:
    yield from zip(batch, future.result(), strict=True)
