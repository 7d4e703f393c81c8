"""Makes right books of four kinds of period and tells what is asked of them: nothing that needs an answer.

    python benchmarks/clean_books.py [how many, 1000]
"""

from __future__ import annotations

import sys
from collections import Counter
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from clean_contents import GRAVE, CleanContents
from contents import findings_of, form_2021
from test_faults import OTHER_PERIODS, SEED


def main(count: int) -> int:
    """Prints the findings by kind of period; returns how many of them are grave."""
    form, grave = form_2021(), 0
    for period in (form.period, *OTHER_PERIODS):
        told: Counter[str] = Counter()
        for content in islice(CleanContents(form.of_period(period), SEED), count // 4):
            told.update(f"{finding.severity} {finding.rule}" for finding in findings_of(content))
            grave += sum(finding.severity in GRAVE for finding in findings_of(content))
        print(f"{period.kind}: {count // 4} sổ; {dict(told)}")
    return grave


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000) > 0)
