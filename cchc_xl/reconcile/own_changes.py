"""Changes that a text tells: 210 hồ sơ, tăng 10 hồ sơ so với cùng kỳ (200 hồ sơ); từ 45 ấp còn 36 ấp, giảm 9 ấp."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cchc_xl.reconcile.stated_counts import Count, count_at, is_count
from cchc_xl.reconcile.text_tokens import Sort, Token

SIGNS = {"tăng": 1, "giảm": -1}
ELSEWHEN = re.compile(r"(?<!so với )\b(?:cùng kỳ|(?:kỳ|năm|quý|tháng) trước)\b(?! chuyển)")
"""Words that say that a count is of the period before."""

_TO = frozenset(["còn", "xuống", "lên", "thành"])
_RANKS = frozenset(["bậc", "hạng", "thứ", "điểm"])
_CLOSE, _NEAR = 4, 10


@dataclass(frozen=True, slots=True)
class CountChange:
    """What a count is now, what it has grown or fallen by, and what it was before, where the text tells."""

    now: Count
    amount: Count
    sign: int
    before: Count | None

    @property
    def base(self) -> Decimal:
        """What it was before, as told or as it follows."""
        now, amount = self.now.token.value, self.amount.token.value
        return self.before.token.value if self.before else now - self.sign * amount

    @property
    def holds(self) -> bool:
        """Whether the change is the difference of the two."""
        return self.now.token.value - self.base == self.sign * self.amount.token.value

    @property
    def word(self) -> str:
        """Tăng or giảm."""
        return "tăng" if self.sign > 0 else "giảm"


def changes(tokens: Sequence[Token], first: int, last: int) -> Iterator[CountChange]:
    """The changes of a sentence, in its order."""
    counted = [place for place in range(first, last) if is_count(tokens[place]) and not _of_pair(tokens, place)]
    moved = _from_to(tokens, counted, last)
    for place in range(first, last):
        amount = _next(tokens, place, counted, _CLOSE) if tokens[place].text in SIGNS else None
        if amount is None or tokens[place + 1].text == "từ" or _ranked(tokens, amount):
            continue
        was, now = moved if moved and moved[1] < place else (_base(tokens, place, amount, counted, first), None)
        now = now if now is not None else _now(tokens, place, counted, was)
        if now is not None:
            made = [count_at(tokens, each, first, last) for each in (now, amount)]
            before = count_at(tokens, was, first, last) if was is not None else None
            if _alike(*made, *([before] if before else [])):
                yield CountChange(made[0], made[1], SIGNS[tokens[place].text], before)


def _of_pair(tokens: Sequence[Token], place: int) -> bool:
    return any(token.text == "/" for token in (*tokens[place - 1:place], *tokens[place + 1:place + 2]))


def _alike(*counts: Count) -> bool:
    """Whether all count the same, as far as they say what they count."""
    return len({each.thing for each in counts} - {""}) <= 1


def _ranked(tokens: Sequence[Token], amount: int) -> bool:
    return any(token.text in _RANKS for token in tokens[amount + 1:amount + 2])


def _next(tokens: Sequence[Token], place: int, counted: Sequence[int], most: int) -> int | None:
    """The first count after a place, with no more than words and a bracket between."""
    for index in range(place + 1, min(place + 1 + most, len(tokens))):
        if index in counted:
            return index
        if tokens[index].sort is Sort.MARK and tokens[index].text != "(":
            return None
    return None


def _from_to(tokens: Sequence[Token], counted: Sequence[int], last: int) -> tuple[int, int] | None:
    """Từ 45 ấp xuống còn 36 ấp: the two places."""
    for place in counted:
        if place and tokens[place - 1].text == "từ":
            to = next((each for each in range(place + 1, min(place + _NEAR, last)) if tokens[each].text in _TO), None)
            found = _next(tokens, to, counted, _CLOSE) if to is not None else None
            if found is not None:
                return place, found
    return None


def _base(tokens: Sequence[Token], place: int, amount: int, counted: Sequence[int], first: int) -> int | None:
    """The count of the other period: the one that “so với …” leads to, or the one before that says so itself."""
    for begin, end in ((amount, amount + _NEAR), (max(first, place - _NEAR), place)):
        with_ = next((each for each in range(begin, min(end, len(tokens) - 1))
                      if (tokens[each].text, tokens[each + 1].text) == ("so", "với")), None)
        found = _next(tokens, with_ + 1, counted, _NEAR) if with_ is not None else None
        if found is not None:
            return found
    earlier = [each for each in counted if each < place][-2:-1]
    return next((each for each in earlier if ELSEWHEN.search(count_at(tokens, each, first, place).name)), None)


def _now(tokens: Sequence[Token], place: int, counted: Sequence[int], was: int | None) -> int | None:
    """The nearest count before the change that is not the other period's."""
    return next((each for each in reversed(counted) if each < place and each != was), None)
