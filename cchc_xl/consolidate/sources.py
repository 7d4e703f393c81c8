"""Where records come from: reading processes on this machine, or the same on a cluster."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from cchc_xl.consolidate.extract import refused
from cchc_xl.consolidate.write import COMPANIONS, SUFFIXES
from cchc_xl.errors import UserError
from cchc_xl.files import BACKUP_FOLDER
from cchc_xl.forms import limits
from cchc_xl.forms.incoming import RETURN_FOLDER, SKIPPED_PREFIXES
from cchc_xl.forms.pool import ReaderPool
from cchc_xl.forms.refusals import refusal
from cchc_xl.structs import Struct

SKIPPED_FOLDERS = frozenset({BACKUP_FOLDER, RETURN_FOLDER})
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


def files_in(places: Iterable[Path]) -> list[Path]:
    """The files named, and the files of the folders named with all folders below, in a fixed order.

    Locks and hidden files are left out. Raises `UserError` where there is none.
    """
    found: dict[Path, None] = {}
    for place in places:
        if place.is_dir() and not place.is_symlink():
            found.update(dict.fromkeys(_below(place)))
        else:
            found[place] = None
    if not found:
        what = "không có tệp nào."
        raise UserError(", ".join(map(str, places)), what, "Chỉ rõ tệp hoặc thư mục chứa các biểu mẫu.")
    return list(found)


def _below(folder: Path) -> Iterator[Path]:
    """Files below a folder; links to folders are not followed, backups and returned copies are nobody's figures."""
    for root, folders, names in os.walk(folder):
        wanted = (name for name in folders if name not in SKIPPED_FOLDERS)
        folders[:] = sorted(name for name in wanted if not name.startswith(SKIPPED_PREFIXES))
        yield from (Path(root, name) for name in sorted(names) if not _skipped(name))


def _skipped(name: str) -> bool:
    return name.startswith(SKIPPED_PREFIXES) or name.endswith(COMPANION_SUFFIXES)


def command(form_name: str, units: Path | None) -> tuple[str, ...]:
    """What a reading process is started with."""
    return WORKER, form_name, str(units.resolve()) if units else ""


def read_here(paths: Iterable[Path], form_name: str, units: Path | None, jobs: int) -> Iterator[Read]:
    """Records in the order of the paths, from so many reading processes."""
    with ReaderPool(jobs, command(form_name, units)) as pool:
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
