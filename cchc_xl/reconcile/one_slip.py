"""Whether numbers follow from each other, and whether one slip of a hand parts them: one digit wrong, two neighbours
swapped, one left out or doubled.

Where nothing in a sentence says that the counts after a whole are all of its parts, a sum that fits but for one slip
says it. Of large numbers that is no accident: fewer than one in fifty unrelated sums come so near.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from cchc_xl.writing.vietnamese_numbers import HUNDRED, rate

_TELLING = 3
"""Digits of a number that may have lost one: of two digits too much would be a slip."""

_WRITTEN = 2
"""Digits that a small number is written with: 05."""


class Quotient(NamedTuple):
    """What a rate is made of."""

    part: Decimal
    whole: Decimal


def half(places: int) -> Decimal:
    """A rounded number stands for everything that is not further away than half of its last place."""
    return Decimal("0.5").scaleb(-places)


def follows(value: Decimal, places: int, part: Decimal, whole: Decimal) -> bool:
    """Whether a percentage can be that of part and whole, at the decimals it is written with."""
    if not whole:
        return False
    if value == HUNDRED and part < whole:
        return False
    return abs(value - part * HUNDRED / whole) <= half(places) or value == rate(part, whole, places)


def is_slip(one: Decimal, other: Decimal, dropped: bool = True) -> bool:
    """Whether two different numbers have the same digits but for one slip; `dropped` where one may be missing."""
    if one == other or min(one, other) < 0:
        return False
    short, long = sorted((f"{each:f}".zfill(_WRITTEN) for each in (one, other)), key=len)
    if len(short) == len(long):
        differ = [place for place in range(len(long)) if short[place] != long[place]]
        first, last = differ[0], differ[-1]
        swapped = last == first + 1 and short[first:last + 1] == long[first:last + 1][::-1]
        return len(differ) == 1 or (len(differ) == 2 and swapped)
    told = dropped and len(short) >= _TELLING
    return told and any(long[:place] + long[place + 1:] == short for place in range(len(long)))


def sum_but_for_a_slip(whole: Decimal, parts: Sequence[Decimal], dropped: bool = True) -> bool:
    """Whether the parts would make the whole if one of the numbers were written without its slip."""
    made = sum(parts, Decimal(0))
    return is_slip(whole, made, dropped) or any(is_slip(part, part + whole - made, dropped) for part in parts)


def is_rate_slip(value: Decimal, places: int, part: Decimal, whole: Decimal) -> bool:
    """Whether the digits of a rate are right but for one slip."""
    right = rate(part, whole, places)
    return right is not None and is_slip(value.scaleb(places), right.scaleb(places))


def rate_but_for_a_slip(
    value: Decimal, places: int, one: Decimal, other: Decimal, made: Callable[[Decimal, Decimal], Quotient] = Quotient
) -> bool:
    """Whether a rate would follow if one digit of it, or of the two numbers that its part and whole are made of, were
    another.
    """
    return (
        is_rate_slip(value, places, *made(one, other))
        or any(follows(value, places, *made(each, other)) for each in _other_digits(one))
        or any(follows(value, places, *made(one, each)) for each in _other_digits(other))
    )


def change(sign: int) -> Callable[[Decimal, Decimal], Quotient]:
    """The rate of a change, of the number now and the amount of the change."""
    return lambda now, amount: Quotient(amount, now - sign * amount)


def growth(sign: int) -> Callable[[Decimal, Decimal], Quotient]:
    """The same of the numbers now and before."""
    return lambda now, base: Quotient(sign * (now - base), base)


def _other_digits(value: Decimal) -> Iterator[Decimal]:
    digits = f"{value:f}"
    for place in range(len(digits)):
        for digit in "0123456789":
            if digit != digits[place]:
                yield Decimal(digits[:place] + digit + digits[place + 1:])
