"""Checks against the last period: digits too many or too few, changes by many times, figures copied as they were."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal

from cchc_xl import rule_registry
from cchc_xl.checks.check_context import Case, named, unit_name
from cchc_xl.checks.peer_comparison import slipped
from cchc_xl.figures import Figure
from cchc_xl.findings import Finding
from cchc_xl.schema.form_model import Indicator
from cchc_xl.schema.model_kinds import Kind
from cchc_xl.schema.office_model import Period
from cchc_xl.schema.report_periods import YEAR
from cchc_xl.structs import Struct
from cchc_xl.values import Address, Reading, Value
from cchc_xl.writing.vietnamese_numbers import plain

FEWEST_COPIED, FEWEST_COPIED_BY_UNIT = 8, 4
SMALLEST_TELLING = 10
"""Zeros and small numbers are the same in many periods; what tells of a copy are larger ones."""


class Pair(Struct, frozen=True):
    """A figure of this period and of the last."""

    figure: Figure
    now: Decimal
    before: Decimal


def changes(case: Case) -> Iterator[Finding]:
    """Every figure that is known of both periods, then every section and every unit as a whole."""
    before = case.content.previous_period
    if before is not None and _inside(before, case.form.period):
        yield from _accumulated(case, before, list(_pairs(case, case.previous)))
    alike = before is None or before.kind == case.form.period.kind
    pairs = list(_pairs(case, case.previous if alike else case.content.last_year))
    for pair in pairs:
        yield from _change(case, pair)
    yield from _copies(case, pairs, alike)
    if not alike:
        yield from _copies(case, list(_pairs(case, case.previous)), alike)
    yield from _copies_of_units(case)


def _inside(before: Period, now: Period) -> bool:
    """Whether the period holds all of the earlier one and more: a half-year its first quarter."""
    return now.first <= before.first and before.last <= now.last and now.last - now.first > before.last - before.first


def _accumulated(case: Case, before: Period, pairs: list[Pair]) -> Iterator[Finding]:
    for pair in pairs:
        row = pair.figure.indicator
        if pair.now < pair.before and row.accumulates and row.kind is Kind.COUNT:
            message = (
                f"{named(row)}: {plain(pair.now)} ({case.form.period.label}), ít hơn {plain(pair.before)} của "
                f"{before.label} dù kỳ này gồm cả kỳ đó. Kiểm tra lại con số; nếu đúng thì giải trình."
            )
            yield rule_registry.PREVIOUS_MORE.finding(message, case.cells(row), "", row.code)


def _pairs(case: Case, earlier: Mapping[str, Figure]) -> Iterator[Pair]:
    if not earlier:
        return
    for figure in case.figures.values():
        row, before = figure.indicator, earlier.get(figure.indicator.name)
        if before is None or row.sum_of or row.kind not in (Kind.COUNT, Kind.DECIMAL):
            continue
        if not figure.complete or not before.complete:
            continue
        if isinstance(figure.value, Decimal) and isinstance(before.value, Decimal):
            yield Pair(figure, figure.value, before.value)


def _change(case: Case, pair: Pair) -> Iterator[Finding]:
    """Nothing is said on a zero base, nor of small numbers."""
    limits = case.form.plausible
    if pair.now <= 0 or pair.before <= 0 or max(pair.now, pair.before) < limits.least:
        return
    ratio = pair.now / pair.before
    if 1 / limits.ratio < ratio < limits.ratio:
        return
    row = pair.figure.indicator
    known = slipped(pair.now, pair.before)
    rule = rule_registry.DIGIT_SLIP if known else rule_registry.PREVIOUS_RATIO
    ask = f"nếu thừa hoặc thiếu chữ số thì gõ lại {known}" if known else "kiểm tra lại con số"
    message = (
        f"{named(row)}: {plain(pair.now)}, kỳ trước {plain(pair.before)}, {_times(ratio)}. "
        f"{ask.capitalize()}; nếu đúng thì giải trình."
    )
    yield rule.finding(message, case.cells(row), "", row.code, known)


def _times(ratio: Decimal) -> str:
    times = ratio if ratio > 1 else 1 / ratio
    shown = plain(times.quantize(Decimal("0.1")))
    return f"gấp {shown} lần" if ratio > 1 else f"giảm {shown} lần"


def telling(row: Indicator, value: Value | None) -> bool:
    """Whether the same number again tells of a copy: one counted anew in every period, not small."""
    counted = row.typed and row.accumulates and row.kind in (Kind.COUNT, Kind.DECIMAL)
    return counted and isinstance(value, Decimal) and value >= SMALLEST_TELLING


def _copies(case: Case, pairs: list[Pair], alike: bool) -> Iterator[Finding]:
    """A section in which nearly every telling figure is that of an earlier period.

    What stands at the end of a period, as staff does, is often the same a quarter later: it tells in a year only. What
    many units report is looked at unit by unit where that is known.
    """
    yearly = alike and case.form.period.kind == YEAR
    by_section: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        row = pair.figure.indicator
        tells = telling(row, pair.now) or (yearly and row.typed and pair.now >= SMALLEST_TELLING)
        if tells and not (case.known_before and len(case.form.reporters(row)) > 1):
            by_section[case.form.section_of[row.code].number].append(pair)
    for section in case.form.sections:
        found = by_section[section.number]
        same = [pair for pair in found if pair.now == pair.before]
        if _nearly_all({pair.now for pair in same}, FEWEST_COPIED, len(same), len(found)):
            rows = tuple(pair.figure.indicator for pair in same)
            yield _copied(f"Mục “{section.title}”", len(same), len(found), case.all_cells(rows), rows[0].code)


def _nearly_all(values: set[Decimal], fewest: int, same: int, all_of_them: int) -> bool:
    return len(values) >= fewest and 20 * same >= 17 * all_of_them


def _copies_of_units(case: Case) -> Iterator[Finding]:
    """A unit that sends nearly every telling figure of the last period again."""
    by_unit: dict[str, list[tuple[Decimal, Reading]]] = defaultdict(list)
    for (unit, name), before in case.content.unit_previous.items():
        row = case.form.by_name.get(name)
        reading = case.content.readings.get((unit, row.code)) if row else None
        shared = row and len(case.form.reporters(row)) > 1
        if row and reading and shared and telling(row, before) and isinstance(reading.value, Decimal):
            by_unit[unit].append((before, reading))
    for unit, found in by_unit.items():
        same = [reading for before, reading in found if reading.value == before]
        values = {before for before, reading in found if reading.value == before}
        if _nearly_all(values, FEWEST_COPIED_BY_UNIT, len(same), len(found)):
            cells = tuple(reading.address for reading in same)
            yield _copied(unit_name(case.form, unit), len(same), len(found), cells, unit=unit)


def _copied(who: str, same: int, total: int, cells: tuple[Address, ...], code: str = "", unit: str = "") -> Finding:
    message = (
        f"{who}: {same} trong {total} số liệu trùng với kỳ trước. "
        "Kiểm tra có chép lại số cũ không; nếu đúng thì giải trình."
    )
    return rule_registry.PREVIOUS_COPY.finding(message, cells, unit, code)
