"""How long the demo report takes to be reconciled and updated: median of several runs, in milliseconds.

    python benchmarks/audit.py [runs]
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from cchc_xl.reconcile.comparison import Auditor
from cchc_xl.verbs.demo import demo
from cchc_xl.verbs.recalc import compute
from cchc_xl.verbs.reconcile import reconcile
from cchc_xl.verbs.report import default_template, refresh
from cchc_xl.word.document_text import read_document


def main() -> None:
    """Makes the demo once and times what people do with its report."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        demo("", folder)
        book, report = next(folder.glob("*.xls?")), next(folder.glob("*.docx"))
        computed = compute(book)
        template = default_template(computed.content.form)
        auditor = Auditor(template, computed.content, computed.figures)
        tell("compute the workbook (part of both verbs)", runs, lambda: compute(book))
        tell("reconcile, whole verb", runs, lambda: reconcile(book, report))
        tell("  the template read in reverse", runs, lambda: Auditor(template, computed.content, computed.figures))
        tell("  reading the report", runs, lambda: read_document(report))
        document = read_document(report)
        tell("  matching and checking", runs, lambda: auditor.audit(document))
        tell("report --update, whole verb", runs, lambda: refresh(book, report, folder / "moi.docx"))


def tell(what: str, runs: int, work: Callable[[], object]) -> None:
    """One line of the table."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    print(f"{what:45} {statistics.median(times):8.1f} ms")


if __name__ == "__main__":
    main()
