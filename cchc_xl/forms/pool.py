"""Reading processes at work: files go out, answers come back in order, and a process that dies or hangs is replaced."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any

from cchc_xl.forms import limits

Answer = dict[str, Any]

WINDOW = 4
"""Files in flight for each process: enough to keep it busy, few enough that memory does not grow with the batch."""

PACKAGE_ROOT = Path(__file__).resolve().parents[2]


SANDBOX = ("cchc_xl.forms.sandbox",)
"""The module that reads, with its arguments."""


class Reader:
    """One reading process."""

    def __init__(self, command: Sequence[str] = SANDBOX) -> None:
        self._command = command
        self.deadline: float | None = None
        self._process: subprocess.Popen[str] | None = None

    def read(self, path: Path) -> Answer:
        """The answer for a file; a refusal where the process died or had to be stopped."""
        process = self._running()
        self.deadline = time.monotonic() + limits.WALL_SECONDS
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps({"path": str(path)}) + "\n")
            process.stdin.flush()
            line = process.stdout.readline(limits.LARGEST_ANSWER)
            return _parsed(line) or self._lost()
        except (BrokenPipeError, UnicodeDecodeError):
            return self._lost()
        finally:
            self.deadline = None

    def stop_if_late(self) -> None:
        """Ends the process where its file has taken too long."""
        if self.deadline is not None and time.monotonic() > self.deadline and self._process:
            self._process.kill()

    def close(self) -> None:
        """Ends the process."""
        if self._process:
            self._process.kill()
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
        return self._process

    def _lost(self) -> Answer:
        late = self.deadline is not None and time.monotonic() > self.deadline
        self.close()
        return {"refused": "too_slow" if late else "reader_died", "detail": ""}


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
        self._readers = [Reader(command) for _ in range(max(1, processes))]
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
        waiting: deque[tuple[Path, Future[Answer]]] = deque()
        for path in paths:
            waiting.append((path, self._threads.submit(self._read, path)))
            if len(waiting) >= WINDOW * len(self._readers):
                first, future = waiting.popleft()
                yield first, future.result()
        for path, future in waiting:
            yield path, future.result()

    def _read(self, path: Path) -> Answer:
        reader = self._free.popleft()
        try:
            return reader.read(path)
        finally:
            self._free.append(reader)

    def _watch_over(self) -> None:
        while not self._closing.wait(0.25):
            for reader in self._readers:
                reader.stop_if_late()
