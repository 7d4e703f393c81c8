"""Job objects of Windows through ctypes: bounds for processes, and their end with the one who holds the job."""

from __future__ import annotations

import ctypes
import sys
from subprocess import Popen

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
