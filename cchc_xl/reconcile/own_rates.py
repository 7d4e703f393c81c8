"""Rates that follow from counts of the same text: x/y, đạt z%; a part of a list; a change since another period."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations

from cchc_xl.reconcile.one_slip import (
    change_but_for_a_slip,
    follows,
    growth_but_for_a_slip,
    is_rate_slip,
    rate_but_for_a_slip,
)
from cchc_xl.reconcile.own_changes import SIGNS, changes, moved_rate
from cchc_xl.reconcile.part_names import are_siblings
from cchc_xl.reconcile.rate_links import LINKS, is_linked, leads, opening
from cchc_xl.reconcile.reconcile_rules import RATE, Contradiction
from cchc_xl.reconcile.sentence_match import MatchedParagraph
from cchc_xl.reconcile.stated_counts import (
    Count,
    CountParts,
    closing,
    count_at,
    counted_places,
    is_count,
)
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
    name: str
    must: bool
    pair: bool = False


def own_rates(
    paragraph: MatchedParagraph, known: frozenset[int], even: Sequence[CountParts] = ()
) -> Iterator[tuple[int, Contradiction | bool]]:
    """Every rate but the known ones, by its token: True where it follows, False where nothing tells, or a fault.

    `even` are the lists that add up although no word begins them.
    """
    tokens = paragraph.tokens
    ranges, lists = paragraph.ranges, paragraph.lists
    for place, (first, last) in enumerate(ranges):
        own = [*lists[place], *(each for each in even if each.whole.index < last)]
        near = [*next((several for several in reversed(lists[:place]) if several), []),
                *(each for several in lists[place + 1:place + 2] for each in several)]
        begin = ranges[max(0, place - 1)][0]
        for index in range(first, last):
            token = tokens[index]
            if token.sort is Sort.NUMBER and token.percent and index not in known:
                made = list(_made(paragraph, index, first, last, own, near))
                made += _of_before(tokens, index, begin, first, last)
                made += _of_any(tokens, index, last) if not any(each.pair for each in made) else ()
                yield index, _judged(paragraph, index, made, paragraph.said(first, last))


def _judged(paragraph: MatchedParagraph, index: int, made: Sequence[MadeRate], sentence: str) -> Contradiction | bool:
    token = paragraph.tokens[index]
    if any(follows(token.value, token.places, each.part, each.whole) for each in made):
        return True
    wrong = next((each for each in made if each.must and each.whole and each.name and (
        each.pair or rate_but_for_a_slip(token.value, token.places, each.part, each.whole))), None)
    return _fault(paragraph, token, wrong, sentence) if wrong is not None else False


def _fault(paragraph: MatchedParagraph, token: Token, made: MadeRate, sentence: str) -> Contradiction:
    right = rate(made.part, made.whole, max(token.places, 2))
    shown = paragraph.text[token.start:token.end]
    expected = percent(right) if right is not None else ""
    apart = plain(token.value - right) if right is not None else ""
    pair = f"{plain(made.part)}/{plain(made.whole)}"
    named = f"“{made.name}”: " if made.name else ""
    message = f"{named}ghi {shown}, nhưng {pair} = {expected}; chênh lệch {apart} điểm %."
    spot = paragraph.spot(token)
    return Contradiction(RATE, message, sentence, spot, shown, expected, apart, against=f"{pair} trong báo cáo")


def _made(
    paragraph: MatchedParagraph,
    index: int,
    first: int,
    last: int,
    own: Sequence[CountParts],
    before: Sequence[CountParts],
) -> Iterator[MadeRate]:
    tokens = paragraph.tokens
    changed = list(_changes(tokens, index, first, last))
    if _CHANGE.search(_said(tokens, max(first, index - 8), index)) or changed:
        yield from changed
        return
    counted = counted_places(tokens, first, index)
    yield from _pair(tokens, index, counted, first)
    yield from _pair_after(tokens, index, first, last)
    yield from _of_two(tokens, index, first, last)
    if _OTHER_BASE.search(behind := _said(tokens, index + 1, min(last, index + 7))):
        yield from _earlier(tokens, index, counted, first, last) if _PLAN.search(behind) else ()
        return
    linked = list(_of_lists(tokens, index, counted, first, last, own))
    yield from linked
    yield from _labelled(tokens, index, first, last, (*own, *before))
    yield from _earlier(tokens, index, counted, first, last)
    since = _said(tokens, counted[-1] + 1, index) if counted else "lệ"
    alone = bool(_TOGETHER & set(since.split())) or _said(tokens, index + 1, index + 3) == "trong số"
    alone = alone and sum(token.percent for token in tokens[first:last]) == 1
    yield from _of_some(tokens[index], () if linked else (*own, *before), alone)


def _said(tokens: Sequence[Token], start: int, end: int) -> str:
    return " ".join(token.text for token in tokens[start:end])


def _pair(tokens: Sequence[Token], index: int, counted: Sequence[int], first: int) -> Iterator[MadeRate]:
    """x/y …, đạt z%; x trong tổng số y: the last two counts, with linking words between them and the rate."""
    if len(counted) < 2 or not _paired(tokens, *counted[-2:]):
        return
    part, whole = counted[-2:]
    between = tokens[whole + 1:index]
    linked = any(token.text in LINKS or token.text == "(" for token in between) or len(between) < 2
    yield _of_pair(tokens, part, whole, first, index, linked)


def _paired(tokens: Sequence[Token], part: int, whole: int) -> bool:
    """Whether two counts are said as part and whole: x/y, x trên tổng số y, x hồ sơ trong số y."""
    between = tokens[part + 1:whole]
    said = " ".join(token.text for token in between)
    if said.count("/") == 1 and len(between) <= _TO_STROKE:
        return all(token.sort is Sort.WORD or token.text == "/" for token in between)
    return all(token.sort is Sort.WORD for token in between) and bool(_OF_ALL.search(said))


def _of_pair(tokens: Sequence[Token], part: int, whole: int, first: int, last: int, linked: bool) -> MadeRate:
    told = [count_at(tokens, place) for place in (part, whole)]
    name = next((name for each in told for name in (each.name, each.after) if name), "")
    return MadeRate(tokens[part].value, tokens[whole].value, name, linked, True)


def _pair_after(tokens: Sequence[Token], index: int, first: int, last: int) -> Iterator[MadeRate]:
    """Đạt z% (x/y hồ sơ): the pair stands in the bracket after the rate."""
    for opened in range(index + 1, min(index + _TO_BRACKET, last)):
        if tokens[opened].text == "(":
            inside = [place for place in range(opened, closing(tokens, opened, last)) if tokens[place].states]
            if len(inside) == 2 and all(is_count(tokens[place]) for place in inside) and _paired(tokens, *inside):
                made = _of_pair(tokens, inside[0], inside[1], first, last, True)
                behind = count_at(tokens, index).after
                yield replace(made, name=made.name or " ".join(_label(tokens, index, first)) or behind)
        if (tokens[opened].sort is Sort.MARK and tokens[opened].text != ",") or tokens[opened].states:
            return


def _of_lists(
    tokens: Sequence[Token], index: int, counted: Sequence[int], first: int, last: int, own: Sequence[CountParts]
) -> Iterator[MadeRate]:
    """A rate after one part of a list, in brackets or after a linking word, is that part's of the whole; so is one
    before a part in brackets: 13,2 % (120 hồ sơ).
    """
    bracket = next((place for place in range(index, last) if tokens[place].text == "("), last)
    behind = counted_places(tokens, bracket, closing(tokens, bracket, last))
    if len(behind) == 1 and all(token.sort is Sort.WORD for token in tokens[index + 1:bracket]):
        yield from (MadeRate(part.token.value, each.whole.token.value, part.name or each.whole.name, True)
                    for each in own for part in each.parts if part.index == behind[0])
    if not counted:
        return
    nearest = counted[-1]
    if not is_linked(tokens, nearest, index):
        return
    for each in own:
        for part in each.parts:
            if part.index == nearest:
                yield MadeRate(part.token.value, each.whole.token.value, part.name or each.whole.name, True)
    opened = opening(tokens, nearest, first)
    owner = [place for place in counted if opened is not None and place < opened]
    if owner and tokens[nearest].value <= tokens[owner[-1]].value and not _opens(tokens, nearest, index):
        part = count_at(tokens, nearest)
        yield MadeRate(tokens[nearest].value, tokens[owner[-1]].value, part.name, True)


def _opens(tokens: Sequence[Token], start: int, end: int) -> bool:
    return any(token.text == "(" for token in tokens[start:end])


def _labelled(
    tokens: Sequence[Token], index: int, first: int, last: int, lists: Sequence[CountParts]
) -> Iterator[MadeRate]:
    """Tỷ lệ trước và đúng hạn đạt z%: the parts that the rate's own words name, of the whole of their list."""
    label = _label(tokens, index, first)
    behind = count_at(tokens, index).after.split()
    label += behind if behind and {"lệ", "đạt", "chiếm"} & set(label) else []
    for each in lists:
        chosen = [part for part in each.parts if _names(label, part, each.parts)]
        if chosen and len(chosen) < len(each.parts):
            name = " ".join(word for word in label)
            yield from _sums(each, chosen, name)
            return


def _of_two(tokens: Sequence[Token], index: int, first: int, last: int) -> Iterator[MadeRate]:
    """The only two counts of a sentence, or of those before it, where one slip is all that parts the rate from them."""
    rate_, rates = tokens[index], [token for token in tokens[first:last] if token.percent]
    begin, places = first, counted_places(tokens, first, last)
    start = max((place for place in range(index) if tokens[place].text in (";", ".")), default=-1) + 1
    if start and _SAYS.match(_said(tokens, start, index)):
        places = counted_places(tokens, 0, index)[-2:]
        begin = places[0] if places else first
        rates = [token for token in tokens[begin:last] if token.percent]
    counts = [count_at(tokens, place) for place in places]
    ranked = any(_RANKED.search(each.name) for each in counts)
    if len(rates) != 1 or not rate_.places or len(counts) != 2 or ranked or not _same_thing(*counts):
        return
    if are_siblings(*(each.name for each in counts)):
        return
    for part, whole in sorted((counts, counts[::-1]), key=lambda pair: pair[0].token.value):
        pair = part.token.value, whole.token.value
        yield MadeRate(*pair, part.name or whole.name, rate_but_for_a_slip(rate_.value, rate_.places, *pair))


def _of_some(rate_: Token, lists: Sequence[CountParts], alone: bool) -> Iterator[MadeRate]:
    """Some parts of a list; it must be so where it stands alone and one slip parts the rate from them."""
    for each in lists:
        whole = each.whole.token.value
        for size in range(1, len(each.parts)):
            for chosen in combinations(each.parts, size):
                part = _together(chosen)
                slipped = alone and rate_.places and is_rate_slip(rate_.value, rate_.places, part, whole)
                yield MadeRate(part, whole, ", ".join(one.name for one in chosen), bool(slipped))


def _of_before(tokens: Sequence[Token], index: int, begin: int, first: int, last: int) -> Iterator[MadeRate]:
    """Có 573 xã. Số xã đạt chuẩn là 496 xã, đạt 86,6%: of the only count of its thing in the sentence before."""
    counted = counted_places(tokens, first, index)
    if len(counted) != 1 or not is_linked(tokens, counted[0], index):
        return
    part = count_at(tokens, counted[0])
    wholes = [count_at(tokens, place) for place in counted_places(tokens, begin, first)]
    same = [each for each in wholes if each.thing and each.thing == part.thing and each.token.value >= part.token.value]
    other = _OTHER_BASE.search(_said(tokens, first, min(last, index + 7)))
    if other and not all(other[0] in each.name for each in same):
        return
    if len(same) == 1 and part.name and not are_siblings(part.name, same[0].name):
        yield MadeRate(part.token.value, same[0].token.value, part.name, bool(tokens[index].places))


def _of_any(tokens: Sequence[Token], index: int, last: int) -> Iterator[MadeRate]:
    """The count before a rate, of any other before; đạt 48,2%, tương ứng 259 trên 537 người: what explains it."""
    before, after = counted_places(tokens, 0, index), counted_places(tokens, index, last)[:2]
    pairs = [(before[-1], whole) for whole in before[:-1]]
    pairs += [(after[0], after[1])] if len(after) == 2 and _paired(tokens, *after) else []
    values = [(tokens[part].value, tokens[whole].value) for part, whole in pairs]
    yield from (MadeRate(part, whole, "", False) for part, whole in values if part <= whole)


def _together(parts: Sequence[Count]) -> Decimal:
    return sum((part.token.value for part in parts), Decimal(0))


def _same_thing(one: Count, other: Count) -> bool:
    return one.thing == other.thing or not one.thing or not other.thing


def _sums(each: CountParts, chosen: Sequence[Count], name: str) -> Iterator[MadeRate]:
    """The named parts; what is done before its time is done in time too, so such a rate may count it.

    Where the parts do not add up, the whole less the other parts may be meant as well.
    """
    whole = each.whole.token.value
    made = _together(chosen)
    rest = whole - _together([part for part in each.parts if part not in chosen])
    if each.complete and 0 <= rest != made:
        yield MadeRate(rest, whole, name, True)
    yield MadeRate(made, whole, name, True)
    if len(chosen) == 1 and "đúng" in chosen[0].name:
        early = [part for part in each.parts if "trước" in part.name or "sớm" in part.name]
        yield MadeRate(_together([*chosen, *early]), whole, name, False)


def _label(tokens: Sequence[Token], index: int, first: int) -> list[str]:
    words: list[str] = []
    for token in reversed(tokens[first:index]):
        if (token.text == "," and words and "lệ" not in words) or (token.text == ":" and not words):
            continue
        if token.sort is not Sort.WORD:
            break
        words.append(token.text)
    return words[::-1]


def _names(label: Sequence[str], part: Count, parts: Sequence[Count]) -> bool:
    """Whether the words that tell a part from the others stand in the rate's label."""
    others = {word for other in parts if other is not part for word in other.name.split()}
    telling = [word for word in part.name.split() if word not in others]
    return bool(telling) and all(word in label for word in telling[-2:])


def _earlier(
    tokens: Sequence[Token], index: int, counted: Sequence[int], first: int, last: int
) -> Iterator[MadeRate]:
    """The count just before the rate, of an earlier one of the same things; it must be so where there is only one."""
    for place in counted:
        for other in counted:
            if tokens[place].value <= tokens[other].value and place != other:
                yield MadeRate(tokens[place].value, tokens[other].value, "", False)
    if not counted or not is_linked(tokens, counted[-1], index):
        return
    part = count_at(tokens, counted[-1])
    wholes = [count_at(tokens, place) for place in counted[:-1]]
    same = [each for each in wholes if each.thing == part.thing and each.thing]
    if len(wholes) == 1 and same and part.token.value <= same[0].token.value and part.name:
        yield MadeRate(part.token.value, same[0].token.value, part.name, not _OTHER_BASE.search(part.name))


def _changes(tokens: Sequence[Token], index: int, first: int, last: int) -> Iterator[MadeRate]:
    """A, tăng n (p%) so với cùng kỳ (B): n/B."""
    several = list(changes(tokens, first, last))
    told = [each for each in several if each.amount.index < index]
    behind = [each for each in several if tokens[index + 1:index + 2] and tokens[index + 1].text == "("
              and index < each.amount.index < closing(tokens, index + 1, last)]
    if behind and len(told) < len(several) and behind[0].now.name:
        each = behind[0]
        yield MadeRate(each.amount.token.value, each.base, f"{each.word}: {each.now.name}", True)
    if not told:
        yield from _grown(tokens, index, first, last)
        return
    near = told[-1]
    known = {each.index for each in (near.amount, near.now, near.before) if each is not None}
    other = any(place not in known for place in counted_places(tokens, near.amount.index + 1, index))
    if other or not leads(tokens, max(place for place in known if place < index), index, LINKS | SIGNS.keys() | _PACE):
        return
    amount, now = near.amount.token.value, near.now.token.value
    base = near.base if near.base > 0 else now
    slipped = change_but_for_a_slip(tokens[index].value, tokens[index].places, now, near.sign * amount)
    yield MadeRate(amount, base, f"{near.word}: {near.now.name}", bool(near.now.name), slipped)
    yield MadeRate(abs(now - base), base, "", False)
    for place in counted_places(tokens, first, index):
        if place != near.amount.index:
            for was in (tokens[place].value, tokens[place].value - near.sign * amount):
                yield MadeRate(amount, was, "", False)


def _grown(tokens: Sequence[Token], index: int, first: int, last: int) -> Iterator[MadeRate]:
    """A, tăng p% so với cùng kỳ (B): (A - B)/B."""
    found = moved_rate(tokens, index, first, last)
    if found is not None:
        now, before, sign = found[0].token.value, found[1].token.value, found[2]
        slipped = growth_but_for_a_slip(tokens[index].value, tokens[index].places, now, before, sign)
        yield MadeRate(sign * (now - before), before, found[0].name or found[1].name, True, slipped)
