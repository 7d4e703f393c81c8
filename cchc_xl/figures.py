"""Totals: readings of units go up into figures, which know what they were made of and what they lack.

A `Tally` is an associative and commutative merge (sums, Σ of parts and wholes, the set of distinct values), so the
same code totals ten wards in a click and any hierarchy of units. Rates are made from Σpart/Σwhole, never averaged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from cchc_xl.form.model import Form, Indicator, Kind, Missing, Total
from cchc_xl.values import Ratio, Reading, Status, Value
from cchc_xl.writing.numbers import rate

Readings = Mapping[tuple[str, str], Reading]
"""Readings by (unit id, indicator code)."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What a set of units says of one indicator. `merge` is associative, with the empty tally as neutral element."""

    given: int = 0
    total: Decimal = Decimal(0)
    whole: Decimal = Decimal(0)
    yes: int = 0
    distinct: frozenset[Value] = frozenset()
    missing: frozenset[str] = frozenset()

    def merge(self, other: Tally) -> Tally:
        """Both sets of units together."""
        return Tally(
            self.given + other.given,
            self.total + other.total,
            self.whole + other.whole,
            self.yes + other.yes,
            self.distinct | other.distinct,
            self.missing | other.missing,
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """The city's value of an indicator.

    `missing` names the units that should have reported and did not; `part` and `whole` are the sums a rate was made of.
    """

    indicator: Indicator
    value: Value | None
    expected: int = 0
    missing: tuple[str, ...] = ()
    part: Decimal | None = None
    whole: Decimal | None = None
    conflicting: tuple[Value, ...] = field(default=())

    @property
    def complete(self) -> bool:
        """Whether every unit that should report has done so."""
        return not self.missing


def tally(unit: str, indicator: Indicator, reading: Reading | None) -> Tally:
    """What one unit says."""
    if reading is None or not reading.given:
        return _of_no_answer(unit, indicator, blank=reading is None or reading.status is Status.BLANK)
    value = reading.value
    match value:
        case Ratio(part, whole):
            return Tally(1, part, whole, distinct=frozenset([value]))
        case Decimal():
            return Tally(1, value, yes=int(value == 1), distinct=frozenset([value]))
        case str():
            return Tally(1, distinct=frozenset([value]))
    return Tally(given=1)


def _of_no_answer(unit: str, indicator: Indicator, *, blank: bool) -> Tally:
    if blank and indicator.missing is Missing.ZERO:
        return Tally(given=1)
    if blank and (indicator.missing is Missing.OPTIONAL or indicator.required_if):
        return Tally()
    return Tally(missing=frozenset([unit]))


def total(form: Form, readings: Readings) -> dict[str, Figure]:
    """Every figure of the form, by indicator code."""
    figures = {row.code: _typed(form, row, readings) for row in form.indicators() if row.typed}
    for row in form.indicators():
        if row.total is Total.UNITS:
            count = len(form.reporters(row))
            figures[row.code] = Figure(row, Decimal(count), count)
    for row in form.indicators():
        if row.has_parts:
            parts = (figures[form.by_name[name].code] for name in (row.numerator, row.denominator))
            figures[row.code] = _made_of_parts(row, *parts)
    return {row.code: figures[row.code] for row in form.indicators()}


def _typed(form: Form, row: Indicator, readings: Readings) -> Figure:
    units = form.reporters(row)
    merged = merge_all(tally(unit.id, row, readings.get((unit.id, row.code))) for unit in units)
    missing = tuple(unit.id for unit in units if unit.id in merged.missing)
    conflicting = tuple(merged.distinct) if row.total is Total.SAME and len(merged.distinct) > 1 else ()
    return Figure(row, value_of(row, merged), len(units), missing, conflicting=conflicting)


def merge_all(tallies: Iterable[Tally]) -> Tally:
    """All tallies together, in any order."""
    merged = Tally()
    for one in tallies:
        merged = merged.merge(one)
    return merged


def value_of(row: Indicator, merged: Tally) -> Value | None:
    """The figure that a tally gives; None where nobody has answered or the answers of "the same everywhere" differ."""
    if merged.given == 0:
        return None
    match row.total:
        case Total.COUNT_YES:
            return Decimal(merged.yes)
        case Total.SAME | Total.CITY | Total.NONE:
            return next(iter(merged.distinct)) if len(merged.distinct) == 1 else None
        case Total.RATIO:
            return Ratio(merged.total, merged.whole)
    return merged.total


def _made_of_parts(row: Indicator, numerator: Figure, denominator: Figure) -> Figure:
    """A rate or ratio from its two figures; it lacks what either of them lacks."""
    missing = numerator.missing + tuple(unit for unit in denominator.missing if unit not in numerator.missing)
    expected = max(numerator.expected, denominator.expected)
    part, whole = numerator.value, denominator.value
    if not isinstance(part, Decimal) or not isinstance(whole, Decimal):
        return Figure(row, None, expected, missing)
    value = Ratio(part, whole) if row.kind is Kind.RATIO else rate(part, whole)
    return Figure(row, value, expected, missing, part, whole)
