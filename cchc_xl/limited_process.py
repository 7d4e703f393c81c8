"""Work on what comes from outside in a process of its own, within limits of time and memory.

The limits of memory and processor time are resource limits, on Windows those of a job; everywhere the process is ended
in time.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cchc_xl.errors import UserError
from cchc_xl.windows_jobs import Job

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

PROCESSOR_SECONDS, ALARM = 9, 6
"""After which the process is ended, and before that the work stopped where it is: no file is wrong because the machine
is busy."""

SECONDS = 30 if sys.platform == "win32" else 90
"""After which it is ended whatever it does."""

MEMORY = 600 * 2**20
"""Bytes beside what the program has; a report takes a tenth of it."""


class OverLimitError(Exception):
    """The work took more than it may."""


def limited(work: Callable[..., Any], *given: Any) -> Any:
    """What the work gives. Raises its `UserError`, or `OverLimitError`; `RuntimeError` tells what broke in it."""
    context = get_context()
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(sender, work, given), daemon=True)
    process.start()
    sender.close()
    job = Job(MEMORY)
    job.take(process.sentinel)
    job.allow(process.sentinel, PROCESSOR_SECONDS)
    try:
        answer = receiver.recv() if receiver.poll(SECONDS) else None
    except EOFError:
        answer = None
    finally:
        process.kill()
        process.join()
        job.close()
    if answer is None:
        raise OverLimitError
    result, told, broken = answer
    if broken:
        raise RuntimeError(broken)
    if told:
        raise UserError(*told)
    return result


def _send(sender: Connection, work: Callable[..., Any], given: tuple[Any, ...]) -> None:
    """Sends the result, the three texts of a `UserError`, or what broke; nothing where a limit ends it."""
    # A library that gets no memory says so in English before it ends the process.
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    if sys.platform != "win32":
        _limit()
    threading.Thread(target=_stop, args=(threading.get_ident(), time.process_time()), daemon=True).start()
    try:
        sender.send((work(*given), None, ""))
    except UserError as error:
        sender.send((None, (error.where, error.what, error.remedy), ""))
    except (TimeoutError, MemoryError, RecursionError):
        return
    except Exception:
        sender.send((None, None, traceback.format_exc()))


def _limit() -> None:
    import resource

    most = _taken() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))


def _taken() -> int:
    """What the process has from the program that started it, in bytes; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _stop(worker: int, began: float) -> None:
    """Raises `TimeoutError` in the thread that works once its processor time is up; a signal would be POSIX's alone."""
    while time.process_time() < began + ALARM:
        time.sleep(0.1)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(worker), ctypes.py_object(TimeoutError))
