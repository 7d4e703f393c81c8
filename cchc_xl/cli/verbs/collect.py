"""cchc-xl collect BOOK FILES…|FOLDER"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from cchc_xl.cli.command_app import answer, described, progress, status_of
from cchc_xl.errors import COULD_NOT_RUN
from cchc_xl.submissions.submission_choice import Fate, Policy
from cchc_xl.verbs.collect import Collected, collect, forms_in, shown


def run(
    book: Path,
    forms: Sequence[Path],
    replace: bool = False,
    accept: bool = False,
    received: datetime | None = None,
    form: str = "",
    json: bool = False,
) -> int:
    """Reads, checks, takes or returns every file; one save for all."""
    policy = Policy(replace, accept, received)
    count, total = itertools.count(1), len(forms_in(forms))
    with progress("Đọc biểu mẫu", quiet=json) as step:
        tell = (lambda path: step(number := next(count), max(number, total), path)) if step else None
        collected = collect(book, forms, datetime.now(), policy, form_name=form, progress=tell)
    found = [finding.as_json(str(each.path)) for each in collected.outcomes for finding in each.findings]
    found += [finding.as_json(str(book)) for finding in collected.changed_layout]
    answer(json, _lines(collected), found, files=_files(collected), changed=collected.saved)
    if not collected.recognised:
        return COULD_NOT_RUN
    findings = [finding for outcome in collected.outcomes for finding in outcome.findings]
    return status_of([*findings, *collected.changed_layout])


def _lines(collected: Collected) -> list[str]:
    lines = described(collected.changed_layout)
    for outcome in collected.outcomes:
        lines.append(f"[{outcome.fate}] {shown(outcome.path)}: {outcome.message}")
        lines += [f"    {line}" for line in described(outcome.findings) if outcome.fate in (Fate.TAKEN, Fate.RETURNED)]
        lines += [f"    Thay {change}" for change in outcome.changes]
    return [*lines, f"{collected.counts} {collected.ending('Đã ghi vào sổ.')}"]


def _files(collected: Collected) -> list[dict[str, Any]]:
    return [
        {
            "file": outcome.path, "unit": outcome.unit, "outcome": outcome.fate.name.lower(),
            "message": outcome.message, "sha256": outcome.sha,
            "replaced": list(outcome.changes), "returned": outcome.returned,
        }
        for outcome in collected.outcomes
    ]
