"""What a file says, as one JSON object without the file's name.

`kind`; of a refused file `rule` and `message`; else `units` with their turns, `answers`, `findings`, and of a result
`nodes`, its tree of units.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from cchc_xl.submissions.intake.reading_process import ordinary_bytes
from cchc_xl.submissions.intake.refusal import RefusedError

Record = dict[str, Any]

FORM, MASTER, RESULT, REFUSED = "form", "master", "result", "refused"
RESULT_KIND = "consolidation"
"""What the hidden sheet of a result says it is."""


def refused(rule: str, message: str) -> Record:
    """A file that gives nothing, and why."""
    return {"kind": REFUSED, "rule": rule, "message": message}


def content_hash(path: Path) -> str:
    """SHA-256 of an ordinary file of ordinary size; empty for anything else, which the reading process refuses."""
    try:
        return hashlib.sha256(ordinary_bytes(str(path))).hexdigest()
    except (RefusedError, OSError):
        return ""
