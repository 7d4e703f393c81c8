"""Checks against the last period: digits too many or too few, changes by many times, figures copied as they were."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal

from cchc_xl import rule_registry
from cchc_xl.checks.check_context import Case, named, unit_name
from cchc_xl.checks.peer_comparison import slipped
from cchc_xl.figures import Figure
from cchc_xl.rule_registry import Finding
from cchc_xl.schema.form_model import Indicator
from cchc_xl.schema.model_kinds import Kind, Period
from cchc_xl.schema.report_periods import YEAR
from cchc_xl.values import Address, Struct, Value
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
    before, of_last = case.content.previous_period, list(_pairs(case, case.previous))
    if before is not None and _inside(before, case.form.period):
        yield from _accumulated(case, before, of_last)
    alike = before is None or before.kind == case.form.period.kind
    pairs = of_last if alike else list(_pairs(case, case.content.last_year))
    for pair in pairs:
        yield from _change(case, pair)
    for each in (pairs,) if alike else (pairs, of_last):
        yield from _copies(case, each, alike)
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


Told = tuple[Decimal, Decimal, tuple[Address, ...], str]
"""A figure before and now, its cells and its code."""


def _copies(case: Case, pairs: list[Pair], alike: bool) -> Iterator[Finding]:
    """A section in which nearly every telling figure is that of an earlier period.

    What stands at the end of a period, as staff does, is often the same a quarter later: it tells in a year only. What
    many units report is looked at unit by unit where that is known.
    """
    yearly = alike and case.form.period.kind == YEAR
    by_section: dict[str, list[Told]] = defaultdict(list)
    for pair in pairs:
        row = pair.figure.indicator
        tells = telling(row, pair.now) or (yearly and row.typed and pair.now >= SMALLEST_TELLING)
        if tells and not (case.known_before and len(case.form.reporters(row)) > 1):
            told = pair.before, pair.now, case.cells(row), row.code
            by_section[case.form.section_of[row.code].number].append(told)
    for section in case.form.sections:
        yield from _copied(f"Mục “{section.title}”", by_section[section.number], FEWEST_COPIED)


def _copies_of_units(case: Case) -> Iterator[Finding]:
    """A unit that sends nearly every telling figure of the last period again."""
    by_unit: dict[str, list[Told]] = defaultdict(list)
    for (unit, name), before in case.content.unit_previous.items():
        row = case.form.by_name.get(name)
        reading = case.content.readings.get((unit, row.code)) if row else None
        shared = row and len(case.form.reporters(row)) > 1
        if row and reading and shared and telling(row, before) and isinstance(reading.value, Decimal):
            by_unit[unit].append((before, reading.value, (reading.address,), ""))
    for unit, found in by_unit.items():
        yield from _copied(unit_name(case.form, unit), found, FEWEST_COPIED_BY_UNIT, unit)


def _copied(who: str, found: list[Told], fewest: int, unit: str = "") -> Iterator[Finding]:
    same = [each for each in found if each[0] == each[1]]
    if len({now for _, now, *_ in same}) >= fewest and 20 * len(same) >= 17 * len(found):
        message = (
            f"{who}: {len(same)} trong {len(found)} số liệu trùng với kỳ trước. "
            "Kiểm tra có chép lại số cũ không; nếu đúng thì giải trình."
        )
        cells = tuple(dict.fromkeys(cell for _, _, cells, _ in same for cell in cells))
        yield rule_registry.PREVIOUS_COPY.finding(message, cells, unit, same[0][3])
