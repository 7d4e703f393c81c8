"""Where records come from: reading processes on this machine, or the same on a cluster."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from cchc_xl.consolidate.record import refused
from cchc_xl.consolidate.result_tables import COMPANIONS
from cchc_xl.consolidate.write import SUFFIXES
from cchc_xl.structs import Struct
from cchc_xl.submissions.intake import read_limits as limits
from cchc_xl.submissions.intake.reader_pool import ReaderPool
from cchc_xl.submissions.intake.refusal_texts import refusal

COMPANION_SUFFIXES = tuple(f".{name}{suffix}" for name in COMPANIONS for suffix in SUFFIXES)

WORKER = "cchc_xl.consolidate.worker"


class Read(Struct, frozen=True):
    """A file and its record as a line of JSON.

    `sha` is that of the bytes that were read; empty for a file that can't be read or is not an ordinary one, and where
    the reading process died of it: the same file may say something else the next time.
    """

    path: Path
    data: str
    sha: str = ""


def command(form_name: str, units: Path | None, period: str, changes: Path | None = None) -> tuple[str, ...]:
    """What a reading process is started with."""
    return WORKER, form_name, str(units.resolve()) if units else "", period, str(changes.resolve()) if changes else ""


def read_here(paths: Iterable[Path], started_with: tuple[str, ...], jobs: int) -> Iterator[Read]:
    """Records in the order of the paths, from so many reading processes."""
    with ReaderPool(jobs, started_with) as pool:
        for path, answer in pool.read_all(paths):
            yield read_of(path, answer)


def read_of(path: Path, answer: dict[str, Any]) -> Read:
    """The record of an answer; a process that died of a file gives a refusal."""
    if "record" in answer:
        return Read(path, answer["record"], answer["sha"])
    code = str(answer.get("refused", ""))
    return Read(path, json.dumps(refused(code, refusal(code, str(answer.get("detail", ""))))))


def content_hash(path: Path) -> str:
    """SHA-256 of an ordinary file of ordinary size; empty for anything else, which the reading process refuses."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(path, flags)
    except OSError:
        return ""
    with os.fdopen(handle, "rb") as stream:
        found = os.fstat(handle)
        if path.is_symlink() or not stat.S_ISREG(found.st_mode) or found.st_size > limits.LARGEST_FILE:
            return ""
        return hashlib.file_digest(stream, "sha256").hexdigest()
