"""What a program prints goes out in UTF-8, wherever it goes: to a window, a file, a pipe."""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import TextIO


def in_utf8() -> None:
    """Windows gives a file or a pipe its 8-bit code page, which has no ễ; a file's name may hold what is no letter."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def is_closed_pipe(error: OSError) -> bool:
    """Whether a write failed because nobody reads any more; Windows has another number for it."""
    return error.errno in (errno.EPIPE, errno.EINVAL) and error.filename is None


def is_full(error: OSError) -> bool:
    """Whether what is printed found no room; a file that has none is named."""
    return error.errno in NO_ROOM and error.filename is None


NO_ROOM = frozenset({errno.ENOSPC, errno.EFBIG, errno.EIO, getattr(errno, "EDQUOT", errno.ENOSPC)})


def finished() -> OSError | None:
    """Sends what is left; whoever reads may have gone already (`| head`), which is no fault of the program.

    What comes back is why the rest could not be written where somebody waits for it.
    """
    failed = None
    for stream in filter(None, (sys.stdout, sys.stderr)):  # a program without a window of text has none
        try:
            stream.flush()
        except OSError as error:
            silence(stream)
            failed = failed or (error if is_full(error) else None)
    return failed


def silence(stream: TextIO) -> None:
    """Nothing more of a stream is written anywhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
