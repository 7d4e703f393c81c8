"""Which one number of a table explains all equations of its unit that fail, and none of those that hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

from cchc_xl.rules.rule_judgement import RuleOutcome
from cchc_xl.rules.rule_syntax import Arithmetic, Comparison, Name, Number, Previous, Term, Test
from cchc_xl.values import Struct

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
