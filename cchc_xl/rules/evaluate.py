"""Judges a rule on figures: it holds, it fails with the failing comparison and both sides, or it is not asked."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from cchc_xl.form.model import RuleMissing
from cchc_xl.rules.syntax import (
    Arithmetic, Combination, Comparison, Implication, Name, Negation, Number, Term, Test, names,
)
from cchc_xl.values import Ratio, Value

Known = Mapping[str, Value | None]

COMPARE: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt, "==": operator.eq, "!=": operator.ne,
}
COMPUTE: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
}


class Missing(Exception):
    """A figure that the rule needs is missing, or a divisor is zero."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A failed rule: the comparison that fails, its two sides, and the condition under which it was asked."""

    comparison: Comparison
    left: Decimal
    right: Decimal
    condition: Test | None = None


def judge(test: Test, known: Known, missing: RuleMissing = RuleMissing.SKIP_ANY) -> Outcome | None:
    """The failure of a rule, or None where it holds or is not asked.

    `known` maps indicator names to values, None for a missing figure.
    """
    used = [known.get(name.name) for name in names(test)]
    if missing is RuleMissing.SKIP_ANY and any(value is None for value in used):
        return None
    if all(value is None for value in used):
        return None
    try:
        return _failure(test, known)
    except Missing:
        return None


def holds(test: Test, known: Known) -> bool:
    """Whether a condition holds; a missing figure counts as zero."""
    try:
        return _failure(test, known) is None
    except Missing:
        return False


def _failure(test: Test, known: Known) -> Outcome | None:
    match test:
        case Comparison(symbol, left, right):
            low, high = value_of(left, known), value_of(right, known)
            return None if COMPARE[symbol](low, high) else Outcome(test, low, high)
        case Combination("and", tests):
            return next((failure for part in tests if (failure := _failure(part, known))), None)
        case Combination(_, tests):
            failures = [_failure(part, known) for part in tests]
            return failures[0] if all(failures) else None
        case Negation(inner):
            return _failure(negated(inner), known)
        case Implication(condition, consequence):
            if _failure(condition, known) is not None:
                return None
            failure = _failure(consequence, known)
            return failure and Outcome(failure.comparison, failure.left, failure.right, condition)


OPPOSITE = {"<=": ">", ">=": "<", "<": ">=", ">": "<=", "==": "!=", "!=": "=="}


def negated(test: Test) -> Test:
    """The test that holds exactly where `test` does not."""
    match test:
        case Comparison(symbol, left, right):
            return Comparison(OPPOSITE[symbol], left, right)
        case Combination(symbol, tests):
            return Combination("or" if symbol == "and" else "and", tuple(map(negated, tests)))
        case Negation(inner):
            return inner
        case Implication(condition, consequence):
            return Combination("and", (condition, negated(consequence)))


def value_of(term: Term, known: Known) -> Decimal:
    """The number of a term; a missing figure counts as zero (rules that must not do so are skipped before)."""
    match term:
        case Number(value):
            return value
        case Name(name, part):
            return _number(known.get(name), part)
        case Arithmetic(symbol, left, right):
            high, low = value_of(left, known), value_of(right, known)
            if symbol == "/" and low == 0:
                raise Missing
            return COMPUTE[symbol](high, low)


def _number(value: Value | None, part: str) -> Decimal:
    if value is None:
        return Decimal(0)
    if isinstance(value, Ratio):
        return value.whole if part == "mau" else value.part
    if isinstance(value, str):
        raise Missing
    return value
