"""Job objects of Windows through ctypes: bounds for processes, and their end with the one who holds the job."""

from __future__ import annotations

import ctypes
import sys

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

    def created(memory: int) -> int:
        """The handle of a new job that ends its processes when the handle is closed."""
        job = int(_kernel.CreateJobObjectW(None, None) or 0)
        limits = _Extended(process_memory=memory)
        limits.basic.flags = KILL_ON_CLOSE | (PROCESS_MEMORY if memory else 0)
        _set(job, limits)
        return job

    def assign(job: int, process: int) -> None:
        """Puts a process into a job; one that is in a job of its own already stays outside."""
        _kernel.AssignProcessToJobObject(ctypes.c_void_p(job), ctypes.c_void_p(process))

    def allow(job: int, process: int, seconds: int) -> None:
        """Bounds the processor time of a process: what it has used, and so much more."""
        limits, times = _Extended(), [ctypes.c_int64() for _ in range(4)]
        size = ctypes.sizeof(limits)
        _kernel.GetProcessTimes(ctypes.c_void_p(process), *map(ctypes.byref, times))
        _kernel.QueryInformationJobObject(ctypes.c_void_p(job), EXTENDED_LIMITS, ctypes.byref(limits), size, None)
        limits.basic.process_time = times[3].value + seconds * TICKS
        limits.basic.flags |= PROCESS_TIME
        _set(job, limits)

    def close(job: int) -> None:
        """Gives the job up, which ends its processes."""
        _kernel.CloseHandle(ctypes.c_void_p(job))

    def _set(job: int, limits: _Extended) -> None:
        size = ctypes.sizeof(limits)
        _kernel.SetInformationJobObject(ctypes.c_void_p(job), EXTENDED_LIMITS, ctypes.byref(limits), size)
