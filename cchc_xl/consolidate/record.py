"""What a file says, as one JSON object without the file's name.

`kind`; of a refused file `rule` and `message`; else `units` with their turns, `answers`, `findings`, and of a result
`nodes`, its tree of units.
"""

from __future__ import annotations

from typing import Any

Record = dict[str, Any]

FORM, MASTER, RESULT, REFUSED = "form", "master", "result", "refused"
RESULT_KIND = "consolidation"
"""What the hidden sheet of a result says it is."""


def refused(rule: str, message: str) -> Record:
    """A file that gives nothing, and why."""
    return {"kind": REFUSED, "rule": rule, "message": message}
