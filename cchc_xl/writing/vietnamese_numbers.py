"""Writes numbers the Vietnamese way: 10.248; 99,95%; 05; 24/24.

Rounding is half-up on exact decimals. A part smaller than its whole never prints as 100%, a part that is there never
as 0%.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from cchc_xl.values import Ratio, Value

HUNDRED = Decimal(100)
ROMANS = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI",
          "XVII", "XVIII", "XIX", "XX")
ALPHABET = "abcdđeghiklmnopqrstuvxy"
"""What headings and lines are numbered with, in their order."""


def plain(value: Decimal) -> str:
    """A number as it stands in a table or a message: thousands dots, decimal comma, no padding."""
    sign = "-" if value < 0 else ""
    whole, _, fraction = f"{abs(value):f}".partition(".")
    fraction = fraction.rstrip("0")
    grouped = f"{Decimal(whole):,f}".replace(",", ".")
    return sign + grouped + (f",{fraction}" if fraction else "")


def rounded(value: Decimal, places: int) -> Decimal:
    """Half-up to so many decimals."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def rate(part: Decimal, whole: Decimal, places: int = 2) -> Decimal | None:
    """100·part/whole with so many decimals; None for a zero whole.

    99,997 % of a whole is 99,99 %, not 100 %: only all of it is all of it. One of a million is 0,01 %: none is 0 %.
    """
    if whole == 0:
        return None
    exact, least = part * HUNDRED / whole, Decimal(1).scaleb(-places)
    shown = rounded(exact, places)
    if shown == HUNDRED and part < whole:
        return exact.quantize(least, ROUND_DOWN)
    return least if shown == 0 and exact > 0 else shown


def fixed(value: Decimal, places: int) -> str:
    """A number with all its decimals kept, 38,50; a whole number without any, 100."""
    if value == value.to_integral_value():
        return plain(value)
    whole, _, fraction = f"{rounded(value, places):f}".partition(".")
    return plain(Decimal(whole)) + (f",{fraction}" if fraction else "")


def percent(value: Decimal, places: int = 2) -> str:
    """99,95%; 38,50%; 100%."""
    return fixed(value, places) + "%"


def counted(value: Decimal) -> str:
    """A count in running text: 1 to 9 get a leading zero (05 hồ sơ), zero stays 0."""
    return f"0{int(value)}" if 1 <= value <= 9 and value == value.to_integral_value() else plain(value)


def in_table(value: Value | None) -> str:
    """A figure as a cell of the appendix shows it."""
    match value:
        case None:
            return ""
        case Ratio(part, whole):
            return f"{plain(part)}/{plain(whole)}"
        case Decimal():
            return plain(value)
        case str():
            return value
