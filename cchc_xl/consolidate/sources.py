"""Where records come from: reading processes on this machine, or the same on a cluster."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from cchc_xl.consolidate.record import REFUSED, Record, encode
from cchc_xl.consolidate.write import COMPANIONS, SUFFIXES
from cchc_xl.structs import Struct
from cchc_xl.submissions.intake.reader_pool import ReaderPool
from cchc_xl.submissions.intake.refusal_texts import refusal

COMPANION_SUFFIXES = tuple(f".{name}{suffix}" for name in COMPANIONS.values() for suffix in SUFFIXES)


WORKER = "cchc_xl.consolidate.worker"


class Read(Struct, frozen=True):
    """A file and its record as bytes; `lasting` tells whether the same file would say the same again.

    `sha` is that of the bytes that were read; empty for a file that can't be read or is not an ordinary one.
    """

    path: Path
    data: bytes
    lasting: bool
    sha: str = ""


def command(form_name: str, units: Path | None, period: str) -> tuple[str, ...]:
    """What a reading process is started with."""
    return WORKER, form_name, str(units.resolve()) if units else "", period


def read_here(
    paths: Iterable[Path], form_name: str, units: Path | None, period: str, jobs: int
) -> Iterator[Read]:
    """Records in the order of the paths, from so many reading processes."""
    with ReaderPool(jobs, command(form_name, units, period)) as pool:
        for path, answer in pool.read_all(paths):
            yield read_of(path, answer)


def read_of(path: Path, answer: dict[str, Any]) -> Read:
    """The record of an answer; a process that died of a file gives a refusal, which is not remembered."""
    if "record" in answer:
        return Read(path, base64.b64decode(answer["record"]), True, answer["sha"])
    code = str(answer.get("refused", ""))
    return Read(path, encode(Record(REFUSED, code, refusal(code, str(answer.get("detail", ""))))), False)
