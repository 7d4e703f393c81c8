"""The program itself: its version, where its own files lie, what it prints, libraries without what they bring along."""

from __future__ import annotations

import csv
import errno
import io
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TextIO

__version__ = "0.1.0"

PACKAGE = Path(__file__).resolve().parent


def data_folder(name: str) -> Path:
    """The folder `workbook`, `macros` or `templates`: beside the package in a checkout, inside it in a wheel."""
    inside = PACKAGE / "data" / name
    return inside if inside.is_dir() else PACKAGE.parent / name


def lines_of(table: Path) -> list[dict[str, str]]:
    """The lines of a CSV of the package, by the titles of its columns."""
    with table.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, restval=""))


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


UNUSED = ("PIL", "matplotlib", "numpy", "pandas", "plotly", "polars")
"""What xlwings and openpyxl load, to convert tables and pictures."""


def load_lean(library: str) -> None:
    """Loads a library without them: they would take half of the time of a click, which starts Python anew.

    Called where a program begins, before anything else imports the library.
    """
    kept_out = [name for name in UNUSED if name not in sys.modules]
    sys.modules.update(dict.fromkeys(kept_out))  # type: ignore[arg-type]
    try:
        import_module(library)
    finally:
        for name in kept_out:
            del sys.modules[name]
