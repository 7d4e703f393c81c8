"""A rule as an equation: what each figure counts for in left − right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

from cchc_xl.rules.rule_syntax import Arithmetic, Comparison, Name, Number, Previous, Term, Test

Weights = Mapping[str, Decimal]
"""What each figure counts for, by its name: 1, -1, seldom more."""


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
