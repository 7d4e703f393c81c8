"""Reads a whole number out in Vietnamese words: 10.248 is mười nghìn hai trăm bốn mươi tám.

The library num2words was tried: it reads −5 as "mười lăm" and 1.015 as "một nghìn lẻ mười lăm".
"""

from __future__ import annotations

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
