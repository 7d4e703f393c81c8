"""What a program prints goes out in UTF-8, wherever it goes: to a window, a file, a pipe."""

from __future__ import annotations

import errno
import io
import os
import sys


def in_utf8() -> None:
    """Windows gives a file or a pipe its 8-bit code page, which has no ễ; a file's name may hold what is no letter."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def is_closed_pipe(error: OSError) -> bool:
    """Whether a write failed because nobody reads any more; Windows has another number for it."""
    return error.errno in (errno.EPIPE, errno.EINVAL) and error.filename is None


def finished() -> None:
    """Sends what is left; whoever reads may have gone already (`| head`), which is no fault of the program."""
    for stream in filter(None, (sys.stdout, sys.stderr)):  # a program without a window of text has none
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
