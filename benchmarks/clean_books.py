"""Makes right books of every kind of period and lists what is asked of them: nothing that needs an answer.

    python benchmarks/clean_books.py [how many, 1000]
"""

# The helpers of the tests come first on the path.
# ruff: noqa: E402

from __future__ import annotations

import sys
from collections import Counter
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from clean_contents import GRAVE, OTHER_PERIODS, SEED, CleanContents
from contents import findings_of, form_2021

from cchc_xl.rule_registry import SEVERITY_WORDS, Finding
from cchc_xl.schema import Form


def asked_of(form: Form, count: int) -> list[Finding]:
    """Every finding of so many right books, at most one of a rule in a book."""
    books = islice(CleanContents(form, SEED), count)
    return [finding for book in books for finding in {each.rule: each for each in findings_of(book)}.values()]


def main(count: int) -> int:
    """Prints the rules that ask, by kind of period; returns how many findings need an answer."""
    periods = (form_2021().period, *OTHER_PERIODS)
    share, grave = count // len(periods), 0
    print("| Kỳ | Quy tắc | Mức | Số sổ được hỏi | Ví dụ |\n|---|---|---|---|---|")
    for period in periods:
        told = asked_of(form_2021().of_period(period), share)
        grave += sum(each.severity in GRAVE for each in told)
        example = {each.rule: each for each in told}
        for rule, times in Counter(each.rule for each in told).most_common():
            one = example[rule]
            print(f"| {period.label} | `{rule}` | {SEVERITY_WORDS[one.severity]} | {times}/{share} | {one.message} |")
    return grave


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000) > 0)
