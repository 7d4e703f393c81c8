"""What a file says, as one JSON object without the file's name.

`kind`; of a refused file `rule` and `message`; else `units` with their turns, `answers`, `findings`, and of a result
`nodes`, its tree of units.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cchc_xl.submissions.intake.reading_process import ordinary_bytes
from cchc_xl.submissions.intake.refusal import RefusedError

Record = dict[str, Any]

FORM, MASTER, RESULT, REFUSED = "form", "master", "result", "refused"


def refused(rule: str, message: str) -> Record:
    """A file that gives nothing, and why."""
    return {"kind": REFUSED, "rule": rule, "message": message}


SLICE = 32
"""So many answers, findings or units stand in one piece: who counts them holds two thousand pieces at a time."""


def pieces(record: Record) -> Iterator[str]:
    """A record as JSON objects: its lists in slices, and at last the rest, which says how many pieces there are."""
    count = 0
    for name, whole in record.items():
        if isinstance(whole, list):
            for start in range(0, len(whole), SLICE):
                yield json.dumps({name: whole[start : start + SLICE]})
                count += 1
    rest = {name: said for name, said in record.items() if not isinstance(said, list)}
    yield json.dumps({**rest, "pieces": count + 1})


def content_hash(path: Path) -> str:
    """SHA-256 of an ordinary file of ordinary size; empty for anything else, which the reading process refuses."""
    try:
        return hashlib.sha256(ordinary_bytes(str(path))).hexdigest()
    except (RefusedError, OSError):
        return ""
