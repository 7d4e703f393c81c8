"""Rates that follow from counts of the same text: x/y, đạt z%; a part of a list; a change since another period."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import chain, combinations

from cchc_xl.reconcile.one_slip import change, follows, growth, is_rate_slip, rate_but_for_a_slip
from cchc_xl.reconcile.own_changes import SIGNS, changes, moved_rate
from cchc_xl.reconcile.reconcile_rules import RATE, Contradiction
from cchc_xl.reconcile.sentence_match import MatchedParagraph
from cchc_xl.reconcile.stated_counts import (
    LINKS,
    Count,
    CountParts,
    closing,
    count_at,
    counted_places,
    is_count,
    is_linked,
    leads,
    opening,
)
from cchc_xl.reconcile.text_likeness import are_siblings
from cchc_xl.reconcile.text_tokens import Sort, Token
from cchc_xl.writing.vietnamese_numbers import percent, plain, rate

_OTHER_BASE = re.compile(r"\b(?:so với|kế hoạch|cùng kỳ|chỉ tiêu|dự toán|năm trước|kỳ trước)\b")
_CHANGE = re.compile(r"\b(?:tăng|giảm)\b")
_PLAN = re.compile(r"\b(?:kế hoạch|chỉ tiêu|được giao|giao)\b")
_OF_ALL = re.compile(r"\b(?:trên|trong)(?: tổng)?(?: số| kế hoạch| chỉ tiêu| dự toán)?$")
_TOGETHER = frozenset(["lệ", "chung", "nhóm", "cộng", "tổng"])
_PACE = frozenset(["và", "tốc", "độ"])
_TO_BRACKET = 10
_TO_STROKE = 4
_SAYS = re.compile(r"(?:[^ ]+ )?(?:đạt|tỷ lệ|tỉ lệ|chiếm|bằng)\b")
_RANKED = re.compile(r"\b(?:thứ|hạng|vị trí)\b")


@dataclass(frozen=True, slots=True)
class MadeRate:
    """What a rate is made of: part and whole in numbers, what they are called, and whether it must be so.

    A `pair` is told as one, x/y: only then a rate that no slip explains is wrong.
    """

    part: Decimal
    whole: Decimal
    name: str = ""
    must: bool = False
    pair: bool = False


def own_rates(
    paragraph: MatchedParagraph, known: frozenset[int], even: Sequence[CountParts] = ()
) -> Iterator[tuple[int, Contradiction | bool]]:
    """Every rate but the known ones, by its token: True where it follows, False where nothing tells, or a fault.

    `even` are the lists that add up although no word begins them.
    """
    for place, (first, last) in enumerate(paragraph.ranges):
        for index in range(first, last):
            if paragraph.tokens[index].percent and index not in known:
                yield index, _Rate(paragraph, place, index, even).judged()


class _Rate:
    """A rate in its sentence, with the counts before it, and the lists of the sentence and of those beside it."""

    def __init__(self, paragraph: MatchedParagraph, place: int, index: int, even: Sequence[CountParts]) -> None:
        self._paragraph, self._tokens, self._index = paragraph, paragraph.tokens, index
        self._token = paragraph.tokens[index]
        self._first, self._last = paragraph.ranges[place]
        self._begin = paragraph.ranges[max(0, place - 1)][0]
        self._counted = counted_places(self._tokens, self._first, index)
        self._own = [*paragraph.lists[place], *even]
        beside = [*paragraph.lists[:place][-1:], *paragraph.lists[place + 1:][:1]]
        self._near = [*self._own, *chain(*beside)]

    def judged(self) -> Contradiction | bool:
        """Whether it follows from what it may be made of; the fault where it must and does not."""
        token, made = self._token, [*self._made(), *self._of_before()]
        made += self._of_any() if not any(each.pair for each in made) else ()
        if any(follows(token.value, token.places, each.part, each.whole) for each in made):
            return True
        wrong = next((each for each in made if each.must and each.whole and each.name and (
            each.pair or rate_but_for_a_slip(token.value, token.places, each.part, each.whole))), None)
        return self._fault(wrong) if wrong is not None else False

    def _fault(self, made: MadeRate) -> Contradiction:
        token, paragraph = self._token, self._paragraph
        sentence, spot = paragraph.said(self._first, self._last), paragraph.spot(token)
        message, shown, expected, differs, against = apart(
            token, paragraph.text[token.start:token.end], made.part, made.whole)
        return Contradiction(
            RATE, f"“{made.name}”: {message}", sentence, spot, shown, expected, differs, against=against
        )

    def _said(self, start: int, end: int) -> str:
        return " ".join(token.text for token in self._tokens[start:end])

    def _of(self, part: int, whole: int, name: str = "", must: bool = False) -> MadeRate:
        return MadeRate(self._tokens[part].value, self._tokens[whole].value, name, must)

    def _made(self) -> Iterator[MadeRate]:
        """What its sentence tells of it; a change is of nothing else."""
        index, counted = self._index, self._counted
        changed = list(self._changes())
        if _CHANGE.search(self._said(max(self._first, index - 8), index)) or changed:
            yield from changed
            return
        yield from self._pair()
        yield from self._pair_after()
        yield from self._of_two()
        if _OTHER_BASE.search(behind := self._said(index + 1, min(self._last, index + 7))):
            yield from self._earlier() if _PLAN.search(behind) else ()
            return
        linked = list(self._of_lists())
        yield from linked
        yield from self._labelled()
        yield from self._earlier()
        since = self._said(counted[-1] + 1, index) if counted else "lệ"
        alone = bool(_TOGETHER & set(since.split())) or self._said(index + 1, index + 3) == "trong số"
        alone = alone and sum(token.percent for token in self._tokens[self._first:self._last]) == 1
        yield from () if linked else self._of_some(alone)

    def _pair(self) -> Iterator[MadeRate]:
        """x/y …, đạt z%; x trong tổng số y: the last two counts, with linking words between them and the rate."""
        part, whole = self._counted[-2:] if len(self._counted) > 1 else (0, 0)
        if whole and self._paired(part, whole):
            between = self._tokens[whole + 1:self._index]
            linked = any(token.text in LINKS or token.text == "(" for token in between) or len(between) < 2
            yield self._of_pair(part, whole, linked)

    def _paired(self, part: int, whole: int) -> bool:
        """Whether two counts are said as part and whole: x/y, x trên tổng số y, x hồ sơ trong số y."""
        between, said = self._tokens[part + 1:whole], self._said(part + 1, whole)
        if said.count("/") == 1 and len(between) <= _TO_STROKE:
            return all(token.sort is Sort.WORD or token.text == "/" for token in between)
        return all(token.sort is Sort.WORD for token in between) and bool(_OF_ALL.search(said))

    def _of_pair(self, part: int, whole: int, linked: bool) -> MadeRate:
        told = [count_at(self._tokens, place) for place in (part, whole)]
        name = next((name for each in told for name in (each.name, each.after) if name), "")
        return replace(self._of(part, whole, name, linked), pair=True)

    def _pair_after(self) -> Iterator[MadeRate]:
        """Đạt z% (x/y hồ sơ): the pair stands in the bracket after the rate."""
        tokens = self._tokens
        for opened in range(self._index + 1, min(self._index + _TO_BRACKET, self._last)):
            if tokens[opened].text == "(":
                closed = closing(tokens, opened, self._last)
                inside = [place for place in range(opened, closed) if tokens[place].states]
                if len(inside) == 2 and all(is_count(tokens[place]) for place in inside) and self._paired(*inside):
                    made = self._of_pair(inside[0], inside[1], True)
                    behind = count_at(tokens, self._index).after
                    yield replace(made, name=made.name or " ".join(self._label()) or behind)

    def _of_lists(self) -> Iterator[MadeRate]:
        """A rate after one part of a list, in brackets or after a linking word, is that part's of the whole; so is one
        before a part in brackets: 13,2 % (120 hồ sơ).
        """
        tokens, index, last = self._tokens, self._index, self._last
        bracket = next((place for place in range(index, last) if tokens[place].text == "("), last)
        behind = counted_places(tokens, bracket, closing(tokens, bracket, last))
        if len(behind) != 1 or any(token.sort is not Sort.WORD for token in tokens[index + 1:bracket]):
            behind = []
        before = self._counted[-1:] if self._counted and is_linked(tokens, self._counted[-1], index) else []
        for told in (*behind, *before):
            for each in self._own:
                yield from (MadeRate(part.value, each.whole.value, part.name or each.whole.name, True)
                            for part in each.parts if part.index == told)
        for told in before:
            owner = counted_places(tokens, self._first, opening(tokens, told, self._first))
            within = not any(token.text == "(" for token in tokens[told:index])
            if owner and tokens[told].value <= tokens[owner[-1]].value and within:
                yield self._of(told, owner[-1], count_at(tokens, told).name, True)

    def _labelled(self) -> Iterator[MadeRate]:
        """Tỷ lệ trước và đúng hạn đạt z%: the parts that the rate's own words name, of the whole of their list."""
        label = self._label()
        behind = count_at(self._tokens, self._index).after.split()
        label += behind if behind and {"lệ", "đạt", "chiếm"} & set(label) else []
        for each in self._near:
            chosen = [part for part in each.parts if _names(label, part, each.parts)]
            if chosen and len(chosen) < len(each.parts):
                yield from _sums(each, chosen, " ".join(label))
                return

    def _of_two(self) -> Iterator[MadeRate]:
        """The only two counts of a sentence, or of those before it, where one slip parts the rate from them."""
        tokens, index, begin = self._tokens, self._index, self._first
        places = counted_places(tokens, begin, self._last)
        start = max((place for place in range(index) if tokens[place].text in (";", ".")), default=-1) + 1
        if start and _SAYS.match(self._said(start, index)):
            places = counted_places(tokens, 0, index)[-2:]
            begin = places[0] if places else begin
        counts = [count_at(tokens, place) for place in places]
        one, places_ = sum(token.percent for token in tokens[begin:self._last]) == 1, self._token.places
        if not one or not places_ or len(counts) != 2 or any(_RANKED.search(each.name) for each in counts):
            return
        if len({each.thing for each in counts} - {""}) > 1 or are_siblings(*(each.name for each in counts)):
            return
        part, whole = sorted(counts, key=lambda each: each.value)
        for pair in ((part, whole), (whole, part)):
            values = pair[0].value, pair[1].value
            name = pair[0].name or pair[1].name
            yield MadeRate(*values, name, rate_but_for_a_slip(self._token.value, places_, *values))

    def _of_some(self, alone: bool) -> Iterator[MadeRate]:
        """Some parts of a list; it must be so where it stands alone and one slip parts the rate from them."""
        token = self._token
        for each in self._near:
            for chosen in chain(*(combinations(each.parts, size) for size in range(1, len(each.parts)))):
                part, whole = _together(chosen), each.whole.value
                slipped = alone and token.places and is_rate_slip(token.value, token.places, part, whole)
                yield MadeRate(part, whole, ", ".join(one.name for one in chosen), bool(slipped))

    def _of_before(self) -> Iterator[MadeRate]:
        """Có 573 xã. Số xã đạt chuẩn là 496 xã, đạt 86,6%: of the only count of its thing in the sentence before."""
        tokens, counted = self._tokens, self._counted
        if len(counted) != 1 or not is_linked(tokens, counted[0], self._index):
            return
        part = count_at(tokens, counted[0])
        wholes = [count_at(tokens, place) for place in counted_places(tokens, self._begin, self._first)]
        same = [each for each in wholes if each.thing and each.thing == part.thing and each.value >= part.value]
        other = _OTHER_BASE.search(self._said(self._first, min(self._last, self._index + 7)))
        if other and not all(other[0] in each.name for each in same):
            return
        if len(same) == 1 and part.name and not are_siblings(part.name, same[0].name):
            yield MadeRate(part.value, same[0].value, part.name, bool(self._token.places))

    def _of_any(self) -> Iterator[MadeRate]:
        """The count before a rate, of any other before; đạt 48,2%, tương ứng 259 trên 537 người: what explains it."""
        before = counted_places(self._tokens, 0, self._index)
        after = counted_places(self._tokens, self._index, self._last)[:2]
        pairs = [(before[-1], whole) for whole in before[:-1]]
        pairs += [(after[0], after[1])] if len(after) == 2 and self._paired(*after) else []
        yield from (each for each in (self._of(*pair) for pair in pairs) if each.part <= each.whole)

    def _label(self) -> list[str]:
        words: list[str] = []
        for token in reversed(self._tokens[self._first:self._index]):
            if (token.text == "," and words and "lệ" not in words) or (token.text == ":" and not words):
                continue
            if token.sort is not Sort.WORD:
                break
            words.append(token.text)
        return words[::-1]

    def _earlier(self) -> Iterator[MadeRate]:
        """The count just before the rate, of an earlier one of the same things; it must be so where there is only one.
        """
        tokens, counted = self._tokens, self._counted
        yield from (self._of(place, other) for place in counted for other in counted
                    if tokens[place].value <= tokens[other].value and place != other)
        if len(counted) == 2 and is_linked(tokens, counted[-1], self._index):
            whole, part = (count_at(tokens, place) for place in counted)
            if part.thing and whole.thing == part.thing and part.value <= whole.value and part.name:
                yield MadeRate(part.value, whole.value, part.name, not _OTHER_BASE.search(part.name))

    def _changes(self) -> Iterator[MadeRate]:
        """A, tăng n (p%) so với cùng kỳ (B): n/B."""
        tokens, index = self._tokens, self._index
        several = list(changes(tokens, self._first, self._last))
        told = [each for each in several if each.amount.index < index]
        behind = [each for each in several if tokens[index + 1:index + 2] and tokens[index + 1].text == "("
                  and index < each.amount.index < closing(tokens, index + 1, self._last)]
        if behind and len(told) < len(several) and behind[0].now.name:
            each = behind[0]
            yield MadeRate(each.amount.value, each.base, f"{each.word}: {each.now.name}", True)
        if not told:
            yield from self._grown()
            return
        near = told[-1]
        known = {each.index for each in (near.amount, near.now, near.before) if each is not None}
        other = any(place not in known for place in counted_places(tokens, near.amount.index + 1, index))
        nearest = max(place for place in known if place < index)
        if other or not leads(tokens, nearest, index, LINKS | SIGNS.keys() | _PACE):
            return
        amount, now = near.amount.value, near.now.value
        base = near.base if near.base > 0 else now
        slipped = rate_but_for_a_slip(self._token.value, self._token.places, now, amount, change(near.sign))
        yield MadeRate(amount, base, f"{near.word}: {near.now.name}", bool(near.now.name), slipped)
        yield MadeRate(abs(now - base), base)
        for place in self._counted:
            if place != near.amount.index:
                yield from (MadeRate(amount, was) for was in (
                    tokens[place].value, tokens[place].value - near.sign * amount))

    def _grown(self) -> Iterator[MadeRate]:
        """A, tăng p% so với cùng kỳ (B): (A - B)/B."""
        found = moved_rate(self._tokens, self._index, self._first, self._last)
        if found is not None:
            now, before, sign = found[0].value, found[1].value, found[2]
            slipped = rate_but_for_a_slip(self._token.value, self._token.places, now, before, growth(sign))
            yield MadeRate(sign * (now - before), before, found[0].name or found[1].name, True, slipped)


def apart(token: Token, shown: str, part: Decimal, whole: Decimal) -> tuple[str, str, str, str, str]:
    """What is told of a rate that does not follow: the message, what is stated, expected and differs, against what."""
    right = rate(part, whole, max(token.places, 2))
    expected = percent(right) if right is not None else "không tính được"
    differs = plain(token.value - right) if right is not None else ""
    pair = f"{plain(part)}/{plain(whole)}"
    message = f"ghi {shown}, nhưng {pair} = {expected}" + (f"; chênh lệch {differs} điểm %." if differs else ".")
    return message, shown, expected, differs, f"{pair} trong báo cáo"


def _together(parts: Sequence[Count]) -> Decimal:
    return sum((part.value for part in parts), Decimal(0))


def _sums(each: CountParts, chosen: Sequence[Count], name: str) -> Iterator[MadeRate]:
    """The named parts; where the parts do not add up, the whole less the other parts may be meant as well."""
    whole, made = each.whole.value, _together(chosen)
    rest = whole - _together([part for part in each.parts if part not in chosen])
    if each.complete and 0 <= rest != made:
        yield MadeRate(rest, whole, name, True)
    yield MadeRate(made, whole, name, True)


def _names(label: Sequence[str], part: Count, parts: Sequence[Count]) -> bool:
    """Whether the words that tell a part from the others stand in the rate's label."""
    others = {word for other in parts if other is not part for word in other.name.split()}
    telling = [word for word in part.name.split() if word not in others]
    return bool(telling) and all(word in label for word in telling[-2:])
