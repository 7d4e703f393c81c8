"""Reading processes that outlive the run that started them: hundreds of runs read a form or two, and most of what they
take is the start of a process.

A process that has died, hung or been killed is never kept. How a run starts and ends processes of its own is asked by
tests/submissions/test_hostile_files.py, where none is kept.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from subprocess import Popen
from types import TracebackType

import pytest

from cchc_xl.submissions.intake.reader_pool import ReaderPool, ReaderProcess
from tests.readers import meant

MOST = 4
"""Idle processes kept of one kind."""

_idle: defaultdict[tuple[object, ...], list[Popen[str]]] = defaultdict(list)


@contextmanager
def kept_readers() -> Iterator[None]:
    """A run takes up the processes that an earlier one has started with the same words."""
    run, leave = ReaderProcess._running, ReaderPool.__exit__

    def running(reader: ReaderProcess) -> Popen[str]:
        if reader._process is None and (idle := _idle[_kind(reader)]):
            reader._process = idle.pop()
        return run(reader)

    def left(
        pool: ReaderPool, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pool._threads.shutdown(cancel_futures=True)
        for reader in pool._readers:
            _keep(reader)
        leave(pool, kind, error, trace)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ReaderProcess, "_running", running)
        patch.setattr(ReaderPool, "__exit__", left)
        yield
    _end()


@contextmanager
def own_readers() -> Iterator[None]:
    """Every run starts its own processes and ends them, as it does for people."""
    _end()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.kept_readers.MOST", 0)
        yield


def _end() -> None:
    for idle in _idle.values():
        for process in idle:
            process.kill()
            process.communicate()
    _idle.clear()


def _keep(reader: ReaderProcess) -> None:
    """Takes its process away from a reader that has nothing to do."""
    process, idle = reader._process, _idle[_kind(reader)]
    if process and process.poll() is None and reader.deadline is None and len(idle) < MOST:
        idle.append(process)
        reader._process = None


def _kind(reader: ReaderProcess) -> tuple[object, ...]:
    """What a process knows when it starts: its words, where it stands, and what surrounds it."""
    # Which test is running is no matter to a reader; one that a fork inherits is still its parent's.
    around = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    return os.getpid(), os.getcwd(), tuple(sorted(around.items())), *map(meant, reader._command)
