"""Changes that a text tells: 210 hồ sơ, tăng 10 hồ sơ so với cùng kỳ (200 hồ sơ); từ 45 ấp còn 36 ấp, giảm 9 ấp.

And the periods that its counts are told of: which words name one, which months it holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cchc_xl.reconcile.one_slip import sum_but_for_a_slip
from cchc_xl.reconcile.reconcile_rules import SUM, Contradiction
from cchc_xl.reconcile.sentence_match import MatchedParagraph
from cchc_xl.reconcile.stated_counts import Count, CountParts, count_at, counted_places
from cchc_xl.reconcile.text_tokens import Sort, Token
from cchc_xl.writing.vietnamese_numbers import plain

SIGNS = {"tăng": 1, "giảm": -1, "vượt": 1, "bớt": -1, "giản": -1}
_COMPARED = {"nhiều": 1, "cao": 1, "lớn": 1, "ít": -1, "thấp": -1}
"""Words that say more or less before “hơn”."""

ELSEWHEN = re.compile(
    r"(?<!so với )(?<!tồn )(?<!từ )\b"
    r"(?:cùng kỳ|năm ngoái|trước đây|ban đầu|(?<!tháng )(?<!¤ )đầu (?:năm|kỳ|nhiệm kỳ|giai đoạn)|"
    r"(?:kỳ|năm|quý|tháng|tuần|học|đợt|lần|vụ|khóa) trước|"
    r"trước (?:khi|sắp xếp|sáp nhập|rà soát|cải cách))\b(?! chuyển)"
)
"""Words that say that a count is of the period before."""

_WITH = re.compile(r"so với[^,;(]*")
_COMPARES = re.compile(rf"\bso\b|{ELSEWHEN.pattern}")
_TO = frozenset(["còn", "xuống", "lên", "thành", "nay"])
_FROM_TO = frozenset([*_TO, "từ"])
_NOW = frozenset(["còn", "nay", "hiện", "sau"])
_RANKS = frozenset(["bậc", "hạng", "thứ", "điểm"])
_CLOSE, _NEAR = 4, 10
_AFTER_THAN = 6
_TELLING = 100


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
        now, amount = self.now.value, self.amount.value
        return self.before.value if self.before else now - self.sign * amount

    @property
    def holds(self) -> bool:
        """Whether the change is the difference of the two."""
        return self.now.value - self.base == self.sign * self.amount.value

    @property
    def is_slip(self) -> bool:
        """Whether it would be the difference but for one slip."""
        low, high = (self.base, self.now.value)[::self.sign]
        return sum_but_for_a_slip(high, [low, self.amount.value])

    @property
    def word(self) -> str:
        """Tăng or giảm."""
        return "tăng" if self.sign > 0 else "giảm"


def changes(tokens: Sequence[Token], first: int, last: int) -> Iterator[CountChange]:
    """The changes of a sentence, in its order."""
    counted = _counted(tokens, first, last)
    moved, amounts = _from_to(tokens, counted, last), list(_amounts(tokens, counted, first, last))
    counted = [each for each in counted if each not in {amount for _, amount in amounts}]
    if not amounts and (known := moved or _was_and_left(tokens, counted, first)):
        yield from _rest(tokens, counted, known, first, last)
    for place, amount in amounts:
        if moved and amount in moved:
            continue
        was, now = moved or (_base(tokens, place, amount, counted, first), None)
        others = [each for each in counted if each != amount]
        left = [each for each in others if {"còn", "nay"} & {token.text for token in tokens[max(0, each - 2):each]}]
        if was is None and len(others) == 2 and len(left) == 1:
            was, now = next(each for each in others if each not in left), left[0]
        if was is None:
            was, now = _of_two(tokens, place, others, amount) or (None, None)
        now = now if now is not None else _now(tokens, place, counted, was)
        if now is not None:
            made = [count_at(tokens, each) for each in (now, amount)]
            before = count_at(tokens, was) if was is not None else None
            if _alike(*made, *([before] if before else [])):
                yield CountChange(made[0], made[1], _sign(tokens, place), before)


def _rest(
    tokens: Sequence[Token], counted: Sequence[int], moved: tuple[int, int], first: int, last: int
) -> Iterator[CountChange]:
    """Bỏ 5 thành phần hồ sơ, từ 57 xuống 52: the only other count is the change."""
    others = [each for each in counted if each not in moved]
    sign = -1 if any(token.text in ("xuống", "còn") for token in tokens[moved[0]:moved[1]]) else 1
    if len(others) == 1:
        was, now, amount = (count_at(tokens, each) for each in (*moved, others[0]))
        if _alike(was, now, amount):
            yield CountChange(now, amount, sign, was)


def _was_and_left(tokens: Sequence[Token], counted: Sequence[int], first: int) -> tuple[int, int] | None:
    """Trước đây 57, bỏ 5, còn 52: the place of the only count of the time before, and of what is left."""
    was = [each for each in counted if _is_elsewhen(tokens, each, first)]
    left = [each for each in counted if each not in was and tokens[each - 1].text == "còn"]
    return (was[0], left[0]) if len(was) == len(left) == 1 and was < left else None


def changed_places(tokens: Sequence[Token]) -> frozenset[int]:
    """The counts of a paragraph that only tell by how much another has changed, or from what."""
    counted = _counted(tokens, 0, len(tokens))
    moved = _from_to(tokens, counted, len(tokens))
    return frozenset([*(amount for _, amount in _amounts(tokens, counted, 0, len(tokens))), *(moved or ())[:1]])


def _counted(tokens: Sequence[Token], first: int, last: int) -> list[int]:
    return [place for place in counted_places(tokens, first, last) if not is_paired(tokens, place)]


def _amounts(tokens: Sequence[Token], counted: Sequence[int], first: int, last: int) -> Iterator[tuple[int, int]]:
    """The words tăng, giảm, nhiều hơn … with the count that each of them leads to; the first count is no change of
    anything where nothing is compared: số người tăng mới là 50 người.
    """
    compared = _COMPARES.search(" ".join(token.text for token in tokens[first:last]))
    for place in range(first, last):
        if not _sign(tokens, place) or (tokens[place + 1:place + 2] and tokens[place + 1].text in _FROM_TO):
            continue
        amount = _next(tokens, place, counted, _AFTER_THAN if tokens[place].text == "hơn" else _CLOSE)
        alone = amount in counted[:1] and not compared
        if amount is not None and amount < last and not alone and not _RANKS & {
            token.text for token in tokens[amount + 1:amount + 2]
        }:
            yield place, amount


def _sign(tokens: Sequence[Token], place: int) -> int:
    """1 where the word says more, -1 where it says less, 0 for any other."""
    if tokens[place].text == "hơn" and place:
        return _COMPARED.get(tokens[place - 1].text, 0)
    if tokens[place].text == "vượt" and not _compares(tokens, place):
        return 0
    return SIGNS.get(tokens[place].text, 0)


def _compares(tokens: Sequence[Token], place: int) -> bool:
    """Whether “so với” follows: what is vượt otherwise is a plan."""
    return "so với" in " ".join(token.text for token in tokens[place:place + _NEAR])


def is_paired(tokens: Sequence[Token], place: int) -> bool:
    """Whether a count is one of two: 7/9 hồ sơ."""
    return any(token.text == "/" for token in (*tokens[place - 1:place], *tokens[place + 1:place + 2]))


def _alike(*counts: Count) -> bool:
    """Whether all count the same, as far as they say what they count."""
    return len({each.thing for each in counts} - {""}) <= 1


def _next(tokens: Sequence[Token], place: int, counted: Sequence[int], most: int) -> int | None:
    """The first count after a place, with no more than words and a bracket between."""
    for index in range(place + 1, min(place + 1 + most, len(tokens))):
        if index in counted:
            return index
        if tokens[index].sort is Sort.MARK and tokens[index].text not in "(:":
            return None
    return None


def _from_to(tokens: Sequence[Token], counted: Sequence[int], last: int) -> tuple[int, int] | None:
    """Từ 45 ấp xuống còn 36 ấp: the two places."""
    for place in counted:
        if place and tokens[place - 1].text == "từ":
            words = (each for each in range(place + 1, min(place + _NEAR, last)) if tokens[each].text in _TO)
            found = next((to for each in words if (to := _next(tokens, each, counted, _NEAR)) is not None), None)
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
    others = sorted((each for each in counted if each != amount), key=lambda each: abs(each - amount))
    return next((each for each in others if _is_elsewhen(tokens, each, first)), None)


def _is_elsewhen(tokens: Sequence[Token], place: int, first: int) -> bool:
    """Whether the words of a count, before it or right after, speak of the period before.

    Before it they reach back to another number; up to the mark after that they are the other's.
    """
    words, marks = list[str](), list[int]()
    for token in reversed(tokens[first:place]):
        if token.states or token.text in (";", "."):
            words = words[:marks[-1]] if token.states and marks else words
            break
        words.append(token.text)
        marks += [len(words)] if token.text in (",", ")", "(") else []
    after = count_at(tokens, place, first, len(tokens)).after
    return any(ELSEWHEN.search(_WITH.sub("", said)) for said in (" ".join(reversed(words)), after))


def moved_rate(tokens: Sequence[Token], index: int, first: int, last: int) -> tuple[Count, Count, int] | None:
    """Tăng 5% so với cùng kỳ (200 hồ sơ): the count now and the one before that a rate of change speaks of."""
    place = next((each for each in range(index - 1, max(first, index - _CLOSE) - 1, -1) if _sign(tokens, each)), None)
    if place is None or any(token.states for token in tokens[place:index]):
        return None
    counted = _counted(tokens, first, last)
    told = _from_to(tokens, counted, last)
    was, now = told or (_base(tokens, place, index, counted, first), None)
    now = now if now is not None else _now(tokens, place, counted, was)
    if was is None or now is None:
        return None
    made = [count_at(tokens, each) for each in (now, was)]
    return (made[0], made[1], _sign(tokens, place)) if _alike(*made) else None


def _of_two(tokens: Sequence[Token], place: int, others: Sequence[int], amount: int) -> tuple[int, int] | None:
    """The only other two counts of the sentence, where their difference is the change, or is but for one slip."""
    if len(others) != 2:
        return None
    for less, more in sorted((tuple(others), tuple(others[::-1])), key=lambda each: tokens[each[0]].value):
        whole, parts = tokens[more].value, [tokens[less].value, tokens[amount].value]
        if whole == sum(parts) or (whole >= _TELLING and all(parts) and sum_but_for_a_slip(whole, parts)):
            return (less, more) if _sign(tokens, place) > 0 else (more, less)
    return None


def _now(tokens: Sequence[Token], place: int, counted: Sequence[int], was: int | None) -> int | None:
    """The nearest count before the change that is not the other period's, or the one after it that says “còn”."""
    before = (each for each in reversed(counted) if each < place)
    said = {each: {token.text for token in tokens[max(0, each - _CLOSE):each]} for each in counted}
    after = [each for each in counted if each > place and was is not None and _NOW & said[each]]
    only = counted if was is None and len(counted) == 1 else ()
    return next((each for each in (*before, *after, *only) if each != was), None)


@dataclass(frozen=True, slots=True)
class Recomputed:
    """A sum that a paragraph tells itself: the tokens of its numbers, and the fault where it does not hold.

    `listed` is the whole with its parts where no word begins their list.
    """

    tokens: frozenset[int]
    fault: Contradiction | None
    listed: CountParts | None = None


def differences(paragraph: MatchedParagraph) -> Iterator[Recomputed]:
    """Tăng, giảm n: the difference of the two counts, where the text tells both."""
    ranges = paragraph.ranges
    for place, (first, last) in enumerate(ranges):
        here: list[CountChange] = []
        for begin, end in ((place, place), (place - 1, place), (place - 2, place), (place, place + 1)):
            if not here and begin >= 0 and end < len(ranges):
                here = [each for each in changes(paragraph.tokens, ranges[begin][0], ranges[end][1])
                        if each.before is not None and first <= each.amount.index < last]
        for each in here:
            if each.before is not None and each.now.name and (each.holds or each.is_slip):
                tokens = frozenset(count.index for count in (each.now, each.amount, each.before))
                fault = None if each.holds else _difference(paragraph, each, paragraph.said(first, last))
                yield Recomputed(tokens, fault)


def _difference(paragraph: MatchedParagraph, each: CountChange, sentence: str) -> Contradiction:
    now, made = each.now.value, each.sign * (each.now.value - each.base)
    message = (
        f"“{each.now.name}” {plain(now)} so với {plain(each.base)} là {each.word} {plain(made)}, nhưng ghi "
        f"{each.word} {plain(each.amount.value)}; chênh lệch {plain(each.amount.value - made)}."
    )
    return sum_fault(paragraph, each.amount.token, message, sentence, made, "hai số kể trong câu")


def sum_fault(
    paragraph: MatchedParagraph, token: Token, message: str, sentence: str, expected: Decimal, against: str
) -> Contradiction:
    """A number that is not what others make."""
    told = plain(token.value), plain(expected), plain(token.value - expected)
    return Contradiction(SUM, message, sentence, paragraph.spot(token), *told, against=against)


PERIOD = re.compile(
    r"\b(?:quý (?:[ivx]+|\d)|(?:trong )?(?:quý|tháng) (?:này|trước)|hai quý (?:đầu|cuối) năm|"
    r"học kỳ (?:[ivx]+|\d|một|hai)|nửa (?:đầu|cuối) năm|"
    r"(?:\d{1,2}|sáu|chín|ba) tháng(?: (?:đầu|cuối) năm)?|"
    r"tháng \d{1,2}|cả năm(?: học)?|trong năm|năm \d{4}|trong quý|trong tháng|lũy kế|luỹ kế|từ đầu năm)\b"
)


def months(period: str) -> frozenset[int]:
    """The months of a year that a period holds, none where the words tell none; 0 and -1 for this one and the last."""
    first, last = 1, 12
    if found := re.search(r"(?:quý|tháng) (này|trước)", period):
        return frozenset([0 if found[1] == "này" else -1])
    if found := re.search(r"quý ([ivx]+|\d)", period):
        quarter = ("i", "ii", "iii", "iv").index(found[1]) + 1 if found[1] in ("i", "ii", "iii", "iv") else 0
        last = 3 * (quarter or int(found[1] if found[1].isdigit() else 0))
        first = last - 2
    elif found := re.search(r"(\d{1,2}|sáu|chín|ba|hai) (?:tháng|quý)", period):
        length = {"sáu": 6, "chín": 9, "ba": 3, "hai": 6}.get(found[1]) or int(found[1])
        first, last = (13 - length, 12) if "cuối" in period else (1, length)
    elif found := re.search(r"tháng (\d{1,2})", period):
        first = last = int(found[1])
    elif found := re.search(r"học kỳ (\w+)|nửa (\w+)", period):
        second = {"ii", "2", "hai", "cuối"} & set(found.groups())
        first, last = (7, 12) if second else (1, 6)
    elif not re.search(r"\bnăm\b", period) or ELSEWHEN.search(period):
        return frozenset()
    return frozenset(range(max(first, 1), last + 1))


def is_longer(whole: str, periods: Sequence[str]) -> bool:
    """Whether the parts are of periods that share no month, and the whole of one that holds them all."""
    held, parts = months(whole), [months(period) for period in periods]
    union = frozenset[int]().union(*parts)
    apart = sum(map(len, parts)) == len(union) and all(parts) and len(parts) > 1
    return apart and union <= held and ("kế" not in whole or 1 in union)
