"""A reading process of consolidation: gets one JSON line a file and answers with one JSON line that holds its record.

Started as `python -m cchc_xl.consolidate.worker FORM UNITS PERIOD MAP`, under the limits of a reading process. The
record travels as lines of text inside the answer: whoever hands it on need not look into them.
"""

from __future__ import annotations

import gc
import signal
import sys
from functools import partial
from pathlib import Path

from cchc_xl.consolidate.extract import Extractor
from cchc_xl.consolidate.record import pieces
from cchc_xl.submissions.intake.reading_process import serve
from cchc_xl.units import setting


def command(form_name: str, units: Path | None, period: str, changes: Path | None = None) -> tuple[str, ...]:
    """What such a process is started with."""
    given = (str(each.resolve()) if each else "" for each in (units, changes))
    return __name__, form_name, next(given), period, next(given)


def main() -> None:
    """Answers until the input ends."""
    # Ctrl-C is the parent's business; this process ends with its input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    form_name, units, period, changes = sys.argv[1:]
    given = [Path(each) if each else None for each in (units, changes)]
    extractor = Extractor(setting(form_name, given[0], period, given[1]))
    # The form and the units stay: looking through them for garbage would cost as much as reading a file.
    gc.freeze()
    serve(partial(_answer, extractor))


def _answer(extractor: Extractor, path: str) -> dict[str, str]:
    try:
        sha, record = extractor.read(Path(path))
    except MemoryError:
        return {"refused": "too_much_memory"}
    return {"sha": sha, "record": "\n".join(pieces(record))}


if __name__ == "__main__":
    main()
