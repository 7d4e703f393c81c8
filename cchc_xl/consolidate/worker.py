"""A reading process of consolidation: gets one JSON line a file and answers with one JSON line that holds its record.

Started as `python -m cchc_xl.consolidate.worker FORM UNITS PERIOD MAP`, under the limits of a reading process. The
record travels as a text inside the answer: whoever hands it on need not look into it.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
from pathlib import Path

from cchc_xl.consolidate.extract import Extractor
from cchc_xl.consolidate.record import refused
from cchc_xl.submissions.intake.reading_process import set_memory_limit, set_processor_limit
from cchc_xl.submissions.intake.refusal_texts import refusal
from cchc_xl.units import setting


def main() -> None:
    """Answers until the input ends."""
    # Ctrl-C is the parent's business; this process ends with its input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    form_name, units, period, changes = sys.argv[1:]
    given = [Path(each) if each else None for each in (units, changes)]
    extractor = Extractor(setting(form_name, given[0], period, given[1]))
    set_memory_limit()
    # The form and the units stay: looking through them for garbage would cost as much as reading a file.
    gc.freeze()
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for line in sys.stdin:
        set_processor_limit()
        answers.write(_answer(extractor, Path(json.loads(line)["path"])) + "\n")


def _answer(extractor: Extractor, path: Path) -> str:
    try:
        sha, record = extractor.read(path)
    except MemoryError:
        sha, record = "", refused("too_much_memory", refusal("too_much_memory", ""))
    return json.dumps({"sha": sha, "record": json.dumps(record)})


if __name__ == "__main__":
    main()
