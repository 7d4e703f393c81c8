"""Tallies of many units: the merge of `figures.Tally`, kept small however many units go in.

Two parts of a tally grow with the units: the distinct answers and the names of units that have left a cell blank. Both
keep their smallest few only. "The smallest few of a union" is associative and commutative as the union is, so the fold
may still be cut anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from heapq import nsmallest

from cchc_xl.consolidate.record import packed
from cchc_xl.figures import NOBODY, Figure, Tally, made_of_parts, tally, value_of
from cchc_xl.schema.form_model import Form, Indicator, Kind, Total
from cchc_xl.structs import Struct
from cchc_xl.values import Reading, Status, Value

NAMED = 20
"""How many units a figure names at most."""

DISTINCT = 3
"""Enough to tell "all equal" from "two answers" and to show what differs."""


class Count(Struct, frozen=True):
    """A tally, how many of the units asked are settled (an answer or an allowed blank), how many can't be read."""

    tally: Tally = NOBODY
    answered: int = 0
    unreadable: int = 0

    def merge(self, other: Count) -> Count:
        """Both sets of units together. Associative and commutative; the empty count is neutral."""
        merged = self.tally.merge(other.tally)
        if len(merged.missing) > NAMED or len(merged.distinct) > DISTINCT:
            distinct = frozenset(nsmallest(DISTINCT, merged.distinct, key=packed))
            merged = _with_answers(merged, distinct, frozenset(nsmallest(NAMED, merged.missing)))
        return Count(merged, self.answered + other.answered, self.unreadable + other.unreadable)


def _with_answers(one: Tally, distinct: frozenset[Value], missing: frozenset[str]) -> Tally:
    return Tally(one.given, one.total, one.whole, one.yes, distinct, missing)


Counts = dict[str, Count]
"""Counts by indicator code."""


def merge_into(target: Counts, other: Mapping[str, Count]) -> None:
    """Adds other units' counts."""
    for code, count in other.items():
        known = target.get(code)
        target[code] = count if known is None else known.merge(count)


def count_of(unit: str, row: Indicator, reading: Reading | None) -> Count:
    """What one unit says of an indicator. Only totals that compare answers keep the answers themselves."""
    one = tally(unit, row, reading)
    if one.distinct and not compares(row):
        one = _with_answers(one, frozenset(), one.missing)
    unreadable = reading is not None and reading.status is Status.UNREADABLE
    return Count(one, int(unit not in one.missing), int(unreadable))


class Running:
    """A count that grows answer by answer. Plain numbers, which most answers are, are added as they come."""

    __slots__ = ("given", "others", "settled", "total", "yes")

    def __init__(self) -> None:
        self.given, self.settled, self.yes, self.total = 0, 0, 0, Decimal(0)
        self.others = Count()

    def add(self, number: str) -> None:
        """One unit's number, packed, for a total that does not compare answers."""
        value, yes = _number(number)
        self.given += 1
        self.total += value
        self.yes += yes

    def settle(self) -> None:
        """One unit that nobody waits for, though it gives nothing to add: it has settled the parts of a rate."""
        self.settled += 1

    def add_count(self, count: Count) -> None:
        """Whatever else units say."""
        self.others = self.others.merge(count)

    def count(self) -> Count:
        """Everything so far."""
        return Count(Tally(self.given, self.total, yes=self.yes), self.given + self.settled).merge(self.others)


@lru_cache(maxsize=4096)
def _number(text: str) -> tuple[Decimal, int]:
    """A packed number, and 1 where it means yes. Most numbers are small, and come again with every unit."""
    value = Decimal(text[1:])
    return value, int(value == 1)


def compares(row: Indicator) -> bool:
    """Whether the total asks if all answers are equal."""
    return row.total in (Total.SAME, Total.CITY, Total.NONE)


class Folded(Struct, frozen=True):
    """A figure at one node, with the units that should have reported it and those that are settled."""

    figure: Figure
    count: Count
    expected: int

    @property
    def complete(self) -> bool:
        """Whether nobody is missing; the number of units themselves waits for nobody."""
        return self.figure.indicator.total is Total.UNITS or self.count.answered >= self.expected


def figures_of(form: Form, counts: Mapping[str, Count], expected: Mapping[str, int]) -> dict[str, Folded]:
    """Every figure of one node, by indicator code; rates from their two sums."""
    figures = {row.code: _typed(row, counts.get(row.code, Count()), expected[row.code]) for row in form.indicators()}
    for row in form.indicators():
        if row.has_parts:
            parts = (figures[form.by_name[name].code] for name in (row.numerator, row.denominator))
            figures[row.code] = made_of_parts(row, *parts)
    return {code: Folded(figure, counts.get(code, Count()), expected[code]) for code, figure in figures.items()}


def _typed(row: Indicator, count: Count, expected: int) -> Figure:
    merged = count.tally
    if row.total is Total.UNITS:
        return Figure(row, Decimal(expected), expected)
    differing = row.total is Total.SAME and len(merged.distinct) > 1
    conflicting = tuple(sorted(merged.distinct, key=packed)) if differing else ()
    # Nobody knows whether an answer that can't be read is the same as the others.
    value = None if row.total is Total.SAME and count.unreadable else rolled_up(row, merged)
    return Figure(row, value, expected, tuple(sorted(merged.missing)), conflicting=conflicting)


def rolled_up(row: Indicator, merged: Tally) -> Value | None:
    """The value of a tally. What one city alone reports is added up, or its "có" counted, where several cities do."""
    if row.total is Total.CITY and merged.given > 1:
        match row.kind:
            case Kind.COUNT:
                return merged.total
            case Kind.YES_NO:
                return Decimal(merged.yes)
    return value_of(row, merged)
