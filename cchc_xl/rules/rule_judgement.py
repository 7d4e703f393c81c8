"""Judges a rule on figures: it holds, it fails with the failing comparison and both sides, or it is not asked; and
which one number of a table explains all equations of its unit that fail, and none of those that hold.
"""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

from cchc_xl.rules.rule_syntax import (
    APART,
    Arithmetic,
    Combination,
    Comparison,
    Implication,
    Leaf,
    Name,
    Negation,
    Number,
    Previous,
    Rate,
    RuleMissing,
    Term,
    Test,
    leaves,
)
from cchc_xl.values import Ratio, Struct, Value
from cchc_xl.writing.vietnamese_numbers import rate

Known = Mapping[str, Value | None]
"""Values by indicator name; last period's figures and counts over units by the key of their node."""

COMPARE: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt, "==": operator.eq, "!=": operator.ne,
}
COMPUTE: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    APART: lambda left, right: abs(left - right),
}


class MissingFigureError(Exception):
    """A figure that the rule needs is missing, or a divisor is zero."""


class RuleOutcome(Struct, frozen=True):
    """A failed rule: the comparison that fails, its two sides, and the condition under which it was asked."""

    comparison: Comparison
    left: Decimal
    right: Decimal
    condition: Test | None = None


def judge(
    test: Test, known: Known, missing: RuleMissing = RuleMissing.SKIP_ANY, asked: tuple[Leaf, ...] = ()
) -> RuleOutcome | None:
    """The failure of a rule, or None where it holds or is not asked.

    `known` maps indicator names to values, None for a missing figure; `asked` are the leaves of the test, where the
    caller has them at hand.
    """
    given = False
    for leaf in asked or leaves(test):
        if known.get(key_of(leaf)) is not None:
            given = True
        elif not isinstance(leaf, Name) or (missing is RuleMissing.SKIP_ANY and leaf.name not in spared_parts(test)):
            return None
    if not given:
        return None
    try:
        return _failure(test, known)
    except MissingFigureError:
        return None


@lru_cache(maxsize=4096)
def spared_parts(test: Test) -> frozenset[str]:
    """The parts of a sum that must not be more than something: where the known ones are more already, none is needed.

    No figure is negative, so what is missing can only add.
    """
    if not isinstance(test, Comparison) or test.operator not in ("<=", "<"):
        return frozenset()
    added = summed(test.left)
    return frozenset(added) if len(added) > 1 else frozenset()


def summed(term: Term) -> tuple[str, ...]:
    """The names of a plain sum; none of any other term."""
    match term:
        case Name(name, ""):
            return (name,)
        case Arithmetic("+", left, right) if summed(left) and summed(right):
            return (*summed(left), *summed(right))
    return ()


def key_of(leaf: Leaf) -> str:
    """What the value of a leaf is known by."""
    return leaf.name if type(leaf) is Name else leaf.key


def holds(test: Test, known: Known) -> bool:
    """Whether a condition holds; a missing figure counts as zero."""
    try:
        return _failure(test, known) is None
    except MissingFigureError:
        return False


def _failure(test: Test, known: Known) -> RuleOutcome | None:
    if isinstance(test, Comparison):
        low, high = value_of(test.left, known), value_of(test.right, known)
        return None if COMPARE[test.operator](low, high) else RuleOutcome(test, low, high)
    match test:
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
            return failure and RuleOutcome(failure.comparison, failure.left, failure.right, condition)


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
    # Asked for each figure of each unit: no patterns, the most frequent kinds first.
    if type(term) is Name:
        value = known.get(term.name)
        return value if isinstance(value, Decimal) else _number(value, term.part)
    if type(term) is Number:
        return term.value
    if type(term) is Arithmetic:
        high, low = value_of(term.left, known), value_of(term.right, known)
        if term.operator == "/" and low == 0:
            raise MissingFigureError
        return COMPUTE[term.operator](high, low)
    if type(term) is Rate:
        return _rate(value_of(term.stated, known), value_of(term.part, known), value_of(term.whole, known))
    return _number(known.get(term.key), "")


def _rate(stated: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """What a stated percentage must be: itself where it follows its parts, else the percentage in as many decimals."""
    proper = rate(part, whole, places_of(stated))
    if proper is None:
        raise MissingFigureError
    return stated if states_rate(stated, part, whole) else proper


def states_rate(stated: Decimal, part: Decimal, whole: Decimal) -> bool:
    """Whether a stated percentage can stand for part/whole: a figure in k decimals is an interval of ±0,5·10⁻ᵏ.

    100 % is only all of it: 99,97 % may be stated as 99,9, never as 100; and 0 % only none.
    """
    if whole == 0 or (stated == 100 and part < whole) or (stated == 0 and part > 0):
        return False
    half = Decimal(5).scaleb(-places_of(stated) - 1)
    return abs(stated - part * 100 / whole) <= half or stated == rate(part, whole, places_of(stated))


def places_of(value: Decimal) -> int:
    """How many decimals a number is stated with."""
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _number(value: Value | None, part: str) -> Decimal:
    if value is None:
        return Decimal(0)
    if isinstance(value, Ratio):
        return value.whole if part == "mau" else value.part
    if isinstance(value, str):
        raise MissingFigureError
    return value


Weights = Mapping[str, Decimal]
"""What each figure counts for, by its name: 1, -1, seldom more."""


class Judged(Struct, frozen=True):
    """An equation that was asked: its weights, and how it fails, None where it holds."""

    weights: Weights
    outcome: RuleOutcome | None


def suspects(test: Test, near: Callable[[Iterable[str]], Iterable[Judged]]) -> tuple[str, ...]:
    """The names of the figures of a failing equation any one of which, being wrong, explains what fails around it.

    `near` gives the equations asked that speak of any of some names. Empty where no single figure explains it, or the
    rule is no equation.
    """
    mine = weights(test)
    failing, holding = _around(mine, near)
    return tuple(name for name in mine if _explains(name, failing) and not any(name in each for each in holding))


def _around(mine: Weights, near: Callable[[Iterable[str]], Iterable[Judged]]) -> tuple[Sequence[Judged], list[Weights]]:
    """The failing equations that hang together by their figures, and those that hold and touch them."""
    failing: dict[tuple[str, ...], Judged] = {}
    holding: list[Weights] = []
    waiting = [mine]
    while waiting:
        for each in near(waiting.pop()):
            if each.outcome is None:
                holding.append(each.weights)
            elif (key := tuple(each.weights)) not in failing:
                failing[key] = each
                waiting.append(each.weights)
    return list(failing.values()), holding


def _explains(name: str, failing: Sequence[Judged]) -> bool:
    """Whether the figure stands in all failing equations, and one and the same correction mends them all."""
    if not all(name in each.weights for each in failing):
        return False
    return len({(each.outcome.left - each.outcome.right) / each.weights[name] for each in failing if each.outcome}) == 1


@lru_cache(maxsize=4096)
def weights(test: Test) -> Weights:
    """The weights of an equation; none of a rule that is no equation of sums. Earlier periods' figures are constants.

        a + b == c − 2 * d  →  a 1, b 1, c −1, d 2
    """
    if not isinstance(test, Comparison) or test.operator != "==":
        return {}
    found = defaultdict[str, Decimal](Decimal)
    plain = _add(test.left, Decimal(1), found) and _add(test.right, Decimal(-1), found)
    return {name: weight for name, weight in found.items() if weight} if plain else {}


def _add(term: Term, factor: Decimal, found: dict[str, Decimal]) -> bool:
    match term:
        case Name(name, ""):
            found[name] += factor
        case Arithmetic("+" | "-" as sign, left, right):
            return _add(left, factor, found) and _add(right, factor if sign == "+" else -factor, found)
        case Arithmetic("*", Number(value), other) | Arithmetic("*", other, Number(value)):
            return _add(other, factor * value, found)
        case Number() | Previous():
            pass
        case _:
            return False
    return True
