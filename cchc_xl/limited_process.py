"""Work on what comes from outside in a process of its own, within limits of time and memory; and the jobs of Windows.

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
from pathlib import Path
from subprocess import Popen
from typing import TYPE_CHECKING, Any

from cchc_xl.errors import UserError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

PROCESS_TIME, PROCESS_MEMORY, KILL_ON_CLOSE = 0x2, 0x100, 0x2000
EXTENDED_LIMITS = 9
TICKS = 10_000_000
"""In a second."""


class _Basic(ctypes.Structure):
    _fields_ = (
        ("process_time", ctypes.c_int64), ("job_time", ctypes.c_int64), ("flags", ctypes.c_uint32),
        ("smallest_set", ctypes.c_size_t), ("largest_set", ctypes.c_size_t), ("processes", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t), ("priority", ctypes.c_uint32), ("scheduling", ctypes.c_uint32),
    )


class _Extended(ctypes.Structure):
    _fields_ = (
        ("basic", _Basic), ("io", ctypes.c_uint64 * 6), ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t), ("peak_process", ctypes.c_size_t), ("peak_job", ctypes.c_size_t),
    )


if sys.platform == "win32":
    _kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    _kernel.CreateJobObjectW.restype = ctypes.c_void_p


class Job:
    """Processes that end together with this program, however it ends, within bounds for each of them.

    Windows alone has jobs; elsewhere this does nothing, and process groups and resource limits do the same.
    """

    def __init__(self, memory: int = 0) -> None:
        """`memory` bounds what each process may take, in bytes; 0 for no bound."""
        self._handle = 0
        if sys.platform == "win32":
            self._handle = int(_kernel.CreateJobObjectW(None, None) or 0)
            limits = _Extended(process_memory=memory)
            limits.basic.flags = KILL_ON_CLOSE | (PROCESS_MEMORY if memory else 0)
            self._set(limits)

    def take(self, process: Popen[str] | int) -> None:
        """Puts a process, or the one of a handle, into the job; what it starts from now on is in it too. One that is
        in a job of its own already stays outside."""
        if sys.platform == "win32":
            _kernel.AssignProcessToJobObject(ctypes.c_void_p(self._handle), _handle_of(process))

    def allow(self, process: Popen[str] | int, seconds: int) -> None:
        """So much more processor time, counted from now: what it has used, and so many seconds."""
        if sys.platform == "win32":
            limits, times = _Extended(), [ctypes.c_int64() for _ in range(4)]
            job, size = ctypes.c_void_p(self._handle), ctypes.sizeof(limits)
            _kernel.GetProcessTimes(_handle_of(process), *map(ctypes.byref, times))
            _kernel.QueryInformationJobObject(job, EXTENDED_LIMITS, ctypes.byref(limits), size, None)
            limits.basic.process_time = times[3].value + seconds * TICKS
            limits.basic.flags |= PROCESS_TIME
            self._set(limits)

    def close(self) -> None:
        """Gives the job up, which ends what is still running in it."""
        if sys.platform == "win32" and self._handle:
            _kernel.CloseHandle(ctypes.c_void_p(self._handle))
            self._handle = 0

    def _set(self, limits: _Extended) -> None:
        if sys.platform == "win32":
            job, size = ctypes.c_void_p(self._handle), ctypes.sizeof(limits)
            _kernel.SetInformationJobObject(job, EXTENDED_LIMITS, ctypes.byref(limits), size)


def _handle_of(process: Popen[str] | int) -> ctypes.c_void_p:
    return ctypes.c_void_p(process if isinstance(process, int) else int(process._handle))  # type: ignore[attr-defined]


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
    from multiprocessing import get_context

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
