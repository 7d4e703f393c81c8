"""Writes numbers and dates the Vietnamese way: 10.248; 99,95%; 05; 24/24; mười nghìn hai trăm bốn mươi tám; 02/3/2025.

Rounding is half-up on exact decimals. A part smaller than its whole never prints as 100%, a part that is there never
as 0%. The library num2words was tried: it reads −5 as "mười lăm" and 1.015 as "một nghìn lẻ mười lăm". Of dates, days
below 10 and the months 1 and 2 get a leading zero (Nghị định 30/2020/NĐ-CP, Phụ lục I, Mục II.4).
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
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


DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
SCALES = ("", "nghìn", "triệu")
BILLION = 10**9

SPELLINGS = {"mốt": "một", "tư": "bốn", "lăm": "năm", "nhăm": "năm", "bẩy": "bảy", "linh": "lẻ", "ngàn": "nghìn"}
WORDS_OF_NUMBERS = (*DIGITS, *SPELLINGS, "mười", "mươi", "trăm", "lẻ", "nghìn", "triệu")
"""Every word of a whole number."""

_SIZES = {"nghìn": 1_000, "triệu": 1_000_000, "tỷ": BILLION}


def in_words(number: int) -> str:
    """The words of a whole number of any size, negative ones with "âm"."""
    if number < 0:
        return f"âm {in_words(-number)}"
    if number == 0:
        return DIGITS[0]
    billions, rest = divmod(number, BILLION)
    words = [f"{in_words(billions)} tỷ"] if billions else []
    if rest:
        words.append(_below_billion(rest, after_more=bool(billions)))
    return " ".join(words)


def _below_billion(number: int, *, after_more: bool) -> str:
    words: list[str] = []
    for power in (2, 1, 0):
        group = number // 1000**power % 1000
        if group:
            words += [*_group(group, full=after_more or bool(words)), SCALES[power]]
    return " ".join(filter(None, words))


def _group(group: int, *, full: bool) -> list[str]:
    """Three digits; `full` where something stands before, so that the hundreds are read even when there are none."""
    hundreds, rest = divmod(group, 100)
    words = [DIGITS[hundreds], "trăm"] if hundreds or full else []
    tens, units = divmod(rest, 10)
    if tens == 0:
        return words + ((["lẻ"] if words else []) + [DIGITS[units]] if units else [])
    words += ["mười"] if tens == 1 else [DIGITS[tens], "mươi"]
    return words + ([_unit(tens, units)] if units else [])


def _unit(tens: int, units: int) -> str:
    """năm is lăm after a ten; một and bốn are mốt and tư from twenty on."""
    if units == 5:
        return "lăm"
    return {1: "mốt", 4: "tư"}.get(units, DIGITS[units]) if tens > 1 else DIGITS[units]


def value_of_words(words: list[str]) -> int | None:
    """The number that words say; None where they are none, such as "hai ba"."""
    plain = [SPELLINGS.get(word.casefold(), word.casefold()) for word in words]
    total = group = 0
    for word in plain:
        if word in _SIZES:
            total, group = total + max(group, 1) * _SIZES[word], 0
        elif word == "trăm":
            group *= 100
        elif word in ("mười", "mươi"):
            group = group // 100 * 100 + (group % 100 or 1) * 10
        elif word in DIGITS:
            group += DIGITS.index(word)
    value = total + group
    read_back = [SPELLINGS.get(word, word) for word in in_words(value).split()]
    return value if read_back == plain else None


BLANK_DATE = "ngày … tháng … năm …"

_WAYS = (
    r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})",
    r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?:[T ][\d:.]+)?",
    r"(?i)(?:ngày\s+)?(?P<day>\d{1,2})\s+tháng\s+(?P<month>\d{1,2})\s+năm\s+(?P<year>\d{4})",
)


def short_date(day: date) -> str:
    """02/3/2025, as in citations."""
    return f"{day.day:02d}/{_month(day)}/{day.year}"


def long_date(day: date | None) -> str:
    """ngày 02 tháng 3 năm 2025, as under the Tiêu ngữ; dots to be filled in by hand where there is no date yet."""
    return BLANK_DATE if day is None else f"ngày {day.day:02d} tháng {_month(day)} năm {day.year}"


def _month(day: date) -> str:
    return f"{day.month:02d}" if day.month <= 2 else str(day.month)


def read_date(text: str) -> date | None:
    """The date that a text says, None where it says none or one that cannot be (30/02/2025)."""
    for way in _WAYS:
        if found := re.fullmatch(way, text.strip()):
            with suppress(ValueError):
                return date(*(int(found[part]) for part in ("year", "month", "day")))
    return None
