"""Which units have handed in, when, how complete, with what errors: the board of the first sheet, computed afresh."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cchc_xl.master.compute_book import compute
from cchc_xl.master.home_board import State, deadline, progress, submissions
from cchc_xl.rule_registry import Finding
from cchc_xl.submissions.form_layout import DEADLINE_FIELD


@dataclass(frozen=True, slots=True)
class StatusLine:
    """One unit."""

    unit: str
    name: str
    state: str
    at: str
    timeliness: str
    filled: int
    expected: int
    errors: int
    warnings: int


@dataclass(frozen=True, slots=True)
class SubmissionStatus:
    """The board with its heading and the sentence below it."""

    title: str
    lines: tuple[StatusLine, ...]
    summary: str
    changed_layout: tuple[Finding, ...] = ()


def status(book: Path, today: date, form_name: str = "") -> SubmissionStatus:
    """The board of a master workbook, changing nothing."""
    computed = compute(book, form_name)
    register = submissions(computed.master)
    due = deadline(computed.master, DEADLINE_FIELD)
    board = progress(computed.content, computed.findings)
    names = {unit.id: unit.name for unit in computed.content.form.units}
    lines = []
    for unit, submission in register.items():
        state = board[unit]
        overdue = submission.state is State.NONE and due is not None and today > due
        timely = submission.timeliness or (f"Quá hạn {(today - due).days} ngày" if due and overdue else "")
        errors, warnings = state.findings[:2]
        line = (unit, names[unit], str(submission.state), submission.at, timely)
        lines.append(StatusLine(*line, state.filled, state.expected, errors, warnings))
    period = computed.content.form.period.label
    limit = f", hạn nộp {due:%d/%m/%Y}" if due else ""
    return SubmissionStatus(
        f"Tình hình nộp biểu mẫu {period}{limit}", tuple(lines), _summary(lines), (*computed.changed_layout,)
    )


def _summary(lines: list[StatusLine]) -> str:
    counts = Counter(line.state for line in lines)
    parts = ", ".join(f"{counts[state]} {str(state).lower()}" for state in State if counts[state])
    missing = [line.name for line in lines if line.state == State.NONE]
    still = f" Chưa nộp: {', '.join(missing[:12])}{' …' if len(missing) > 12 else ''}." if missing else ""
    return f"{len(lines)} đơn vị: {parts}.{still}"
