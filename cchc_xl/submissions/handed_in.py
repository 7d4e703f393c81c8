"""Which of the delivered forms are taken: one for each unit, by rule, never by chance of order; and which two say the
same in every cell, where one unit has copied, or the same file was sent for both. Which units have handed in, when, how
complete, with what errors: the board of the first sheet, computed afresh.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace as changed
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from cchc_xl import rule_registry
from cchc_xl.master.compute_book import compute
from cchc_xl.master.lists_and_board import State, Submission, deadline, progress, submissions
from cchc_xl.master.master_book import Master
from cchc_xl.rule_registry import Finding
from cchc_xl.submissions.form_layout import DEADLINE_FIELD
from cchc_xl.submissions.interpret_submission import Delivery
from cchc_xl.values import Reading


class Fate(StrEnum):
    """What becomes of a file."""

    TAKEN = "Đã nhận"
    RETURNED = "Trả lại"
    HELD = "Chưa nhận"
    KNOWN = "Đã có"
    COPY = "Bản sao"
    REFUSED = "Từ chối"


@dataclass(frozen=True, slots=True)
class Policy:
    """What the person collecting has said: replace what was taken, take in spite of errors, when the forms came."""

    replace: bool = False
    accept_with_errors: bool = False
    received: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The fate of a delivery and, where it is not plain, the reason."""

    delivery: Delivery
    fate: Fate
    reason: str = ""


def decide(
    deliveries: Sequence[Delivery], register: Mapping[str, Submission], policy: Policy
) -> Iterator[Decision]:
    """One decision for each delivery, unit by unit."""
    by_unit: dict[str, list[Delivery]] = {}
    for delivery in deliveries:
        by_unit.setdefault(delivery.unit.id, []).append(delivery)
    for unit, mine in by_unit.items():
        yield from _of_unit(mine, register[unit], policy)


def _of_unit(mine: list[Delivery], before: Submission, policy: Policy) -> Iterator[Decision]:
    first_of: dict[str, Delivery] = {}
    for delivery in mine:
        known = first_of.setdefault(delivery.sha, delivery)
        if known is not delivery:
            yield Decision(delivery, Fate.COPY, f"Giống hệt tệp {known.path.name}; chỉ xét một tệp.")
    different = list(first_of.values())
    newest = max(delivery.turn for delivery in different)
    newer = [delivery for delivery in different if delivery.turn == newest]
    for delivery in different:
        if delivery.turn < newest:
            reason = f"{delivery.unit.name}: đợt này có tệp lần {newest}, mới hơn tệp lần {delivery.turn} này."
            yield Decision(delivery, Fate.HELD, reason)
    if len(newer) > 1:
        yield from _conflict(newer)
    else:
        yield _alone(newer[0], before, policy)


def _conflict(claimants: list[Delivery]) -> Iterator[Decision]:
    files = ", ".join(delivery.path.name for delivery in claimants)
    for delivery in claimants:
        reason = (
            f"{delivery.unit.name}: {len(claimants)} tệp khác nhau cùng là biểu mẫu lần {delivery.turn} ({files}). "
            "Hỏi đơn vị tệp nào đúng, rồi nhận riêng tệp đó."
        )
        yield Decision(delivery, Fate.HELD, reason)


def _alone(delivery: Delivery, before: Submission, policy: Policy) -> Decision:
    if delivery.sha == before.taken_sha:
        reason = f"{delivery.unit.name}: tệp này đã nhận trước đây; không có gì mới."
        return Decision(delivery, Fate.KNOWN, reason)
    if before.taken_sha and not policy.replace and delivery.turn <= before.taken_turn:
        reason = (
            f"{delivery.unit.name}: đã nhận biểu mẫu lần {before.taken_turn}, tệp này cũng là lần {delivery.turn}. "
            if delivery.turn == before.taken_turn else
            f"{delivery.unit.name}: đã nhận biểu mẫu lần {before.taken_turn}, tệp này là lần {delivery.turn} cũ hơn. "
        ) + "Đúng là bản mới thì tăng số ở ô “Lần nộp” đầu biểu, lưu lại rồi nhận lại."
        return Decision(delivery, Fate.HELD, reason)
    if delivery.faulty and not policy.accept_with_errors:
        same = before.state is State.RETURNED and delivery.sha == before.sha
        reason = f"{delivery.unit.name}: tệp này đã trả lại lúc {before.at}, chưa sửa." if same else ""
        return Decision(delivery, Fate.KNOWN if same else Fate.RETURNED, reason)
    replaced = f"Thay biểu mẫu lần {before.taken_turn}." if before.taken_sha else ""
    return Decision(delivery, Fate.TAKEN, replaced)


# ---- the same figures from two units

SMALLEST_TELLING, FEWEST_TELLING = Decimal(10), 4
"""Small numbers are equal by chance; so many larger ones all equal are not."""

Answers = tuple[tuple[str, object], ...]


def _comparable(readings: Mapping[str, Reading]) -> Answers:
    """What a unit has answered, comparable between units; empty where it is too little to compare."""
    given = tuple((code, reading.value) for code, reading in sorted(readings.items()) if reading.value is not None)
    telling = {value for _, value in given if isinstance(value, Decimal) and value >= SMALLEST_TELLING}
    return given if len(telling) >= FEWEST_TELLING else ()


def copies_marked(deliveries: Sequence[Delivery], master: Master, taken: Set[str]) -> Iterator[Delivery]:
    """The deliveries, with a warning for each whose answers are all another unit's, delivered too or `taken` before."""
    names = {unit.id: unit.name for unit in master.form.units}
    owners: dict[Answers, set[str]] = defaultdict(set)
    mine = [_comparable(delivery.readings) for delivery in deliveries]
    for delivery, given in zip(deliveries, mine, strict=True):
        owners[given].add(delivery.unit.id)
    before = taken - {delivery.unit.id for delivery in deliveries}
    by_unit: dict[str, dict[str, Reading]] = defaultdict(dict)
    for (unit, code), reading in master.content().readings.items() if before else ():
        by_unit[unit][code] = reading
    for unit in before & by_unit.keys():
        owners[_comparable(by_unit[unit])].add(unit)
    for delivery, given in zip(deliveries, mine, strict=True):
        others = sorted(names[unit] for unit in owners[given] - {delivery.unit.id}) if given else []
        yield changed(delivery, findings=(*delivery.findings, _same_as(delivery, others))) if others else delivery


def _same_as(delivery: Delivery, others: list[str]) -> Finding:
    listed = ", ".join(others[:5]) + (" …" if len(others) > 5 else "")
    message = (
        f"{delivery.unit.name}: mọi ô đều giống hệt số liệu của {listed}. Có thể đã chép biểu mẫu của nhau hoặc "
        "gửi nhầm tệp; hỏi lại đơn vị."
    )
    cells = tuple(reading.address for reading in delivery.readings.values() if reading.value is not None)[:1]
    return rule_registry.SAME_AS_OTHER_UNIT.finding(message, cells, delivery.unit.id)


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
