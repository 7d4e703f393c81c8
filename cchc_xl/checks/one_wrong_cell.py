"""Which one number of a table explains all equations of its unit that fail, and none of those that hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from cchc_xl.rules.linear_rule import Weights, weights
from cchc_xl.rules.rule_judgement import RuleOutcome
from cchc_xl.rules.rule_syntax import Test
from cchc_xl.structs import Struct


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
