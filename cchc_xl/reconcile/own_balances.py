"""Sums that no known word announces: one count of a sentence, or of sentences in a row, that all the others make.

What is equal is counted. What is not is accused only where one slip of a hand is all that parts the two sides, and the
numbers are so large, or the sentence so plainly a list, that this is no accident.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from decimal import Decimal

from cchc_xl.reconcile.one_slip import sum_but_for_a_slip
from cchc_xl.reconcile.own_changes import changed_places
from cchc_xl.reconcile.own_sums import Told, list_fault, told_in
from cchc_xl.reconcile.reconcile_rules import Contradiction, Recomputed
from cchc_xl.reconcile.sentence_match import MatchedParagraph
from cchc_xl.reconcile.stated_counts import CountParts, full_sentences

LISTED, BARE, NEVER = Decimal(20), Decimal(1000), Decimal("Infinity")
"""The least whole of a plain list, of counts that only stand together, and of kinds that no word gathers."""

_LISTS = re.compile(r"[:(]|\b(?:gồm|chia|phân|lần lượt|cụ thể|tổng|cộng|tất cả|toàn bộ|cả)\b")
_LONGER = re.compile(r"\b(?:tổng|cộng|cả|chung)\b")
_OPEN = re.compile(r"\b(?:lũy kế|luỹ kế|ước|dự kiến|nâng)\b")
_GATHERED = ("", "đơn vị", "cơ")
"""What counts of other things may add up to: đầu mối, đơn vị, cơ quan."""

_SHORTER = re.compile(r"quý|tháng|học kỳ")

Sum = tuple[Told, Sequence[Told]]


def balances(paragraph: MatchedParagraph, known: Sequence[Set[int]]) -> Iterator[Recomputed]:
    """The sums of a paragraph but those that say again what the known ones say, by the tokens of their numbers."""
    told = list(known)
    sums = [each for each in _sums(paragraph) if _comparable(*each)]
    for even in (True, False):
        for whole, parts in sums:
            tokens = frozenset(each.count.index for each in (whole, *parts))
            again = any(len(tokens & other) > 1 for other in told)
            if again or _is_even(whole, parts) != even or not (even or _is_slip(paragraph, whole, parts)):
                continue
            told.append(tokens)
            listed = _list(whole, parts)
            yield Recomputed(tokens, None if even else _fault(paragraph, whole, parts), listed if even else None)


def _is_even(whole: Told, parts: Sequence[Told]) -> bool:
    return _made(parts) == whole.count.token.value


def _made(parts: Sequence[Told]) -> Decimal:
    return sum((each.count.token.value for each in parts), Decimal(0))


def _is_slip(paragraph: MatchedParagraph, whole: Told, parts: Sequence[Told]) -> bool:
    """Whether the parts make the whole but for one slip, and it is no accident that they do."""
    value = whole.count.token.value
    return (
        sum_but_for_a_slip(value, [each.count.token.value for each in parts])
        and max(value, _made(parts)) >= _least(paragraph, whole, parts)
        and any(each.count.name for each in (whole, *parts))
    )


def _fault(paragraph: MatchedParagraph, whole: Told, parts: Sequence[Told]) -> Contradiction:
    told = sorted((whole, *parts), key=lambda each: each.count.index)
    said = " ".join(dict.fromkeys(each.sentence for each in told))
    return list_fault(paragraph, _list(whole, parts), _made(parts), said)


def _list(whole: Told, parts: Sequence[Told]) -> CountParts:
    return CountParts(whole.count, tuple(each.count for each in parts), True, 0)


def _sums(paragraph: MatchedParagraph) -> Iterator[Sum]:
    """What may be a whole with its parts: of a sentence, of one and the next, of a row of sentences with one count."""
    told = told_in(paragraph)
    left_out = changed_places(paragraph.tokens)
    told = [each for each in told if each.count.index not in left_out and not each.paired]
    ranges = list(full_sentences(paragraph.tokens))
    sentences_ = [[each for each in told if first <= each.count.index < last] for first, last in ranges]
    for place, here in enumerate(sentences_):
        yield from _of_row(here)
        yield from _of_row([each for each in here if not each.part])
        following = sentences_[place + 1] if place + 1 < len(sentences_) else []
        if here and len(following) > 1:
            yield from _kept([(here[0], following)])
    singles = [each for here in sentences_ if len(here) == 1 for each in here]
    if len(singles) == len(sentences_) or len(singles) > 2:
        yield from _of_row(singles) if all(len(here) <= 1 for here in sentences_) else ()


def _of_row(row: Sequence[Told]) -> Iterator[Sum]:
    """Every count with all before it, and with all after it."""
    for place, whole in enumerate(row):
        yield from _kept([(whole, row[:place]), (whole, row[place + 1:])])


def _kept(several: Sequence[Sum]) -> Iterator[Sum]:
    """Without the counts of other things, where two are left; or of things that are all of another kind."""
    for whole, parts in several:
        same = [each for each in parts if _thing(each) in (_thing(whole), "") or not _thing(whole)]
        if len(same) > 1:
            yield whole, same
        elif _are_kinds(whole, parts):
            yield whole, parts


def _thing(told: Told) -> str:
    """What a count counts: the thing that is known, or the first word after it."""
    return told.count.thing or told.count.after.partition(" ")[0]


def _are_kinds(whole: Told, parts: Sequence[Told]) -> bool:
    """Whether all parts count things of their own, as phòng, ban, trạm of 12 đầu mối: such parts never overlap."""
    things = {_thing(each) for each in parts}
    return whole.count.thing in _GATHERED and len(things) == len(parts) > 1 and not things & {_thing(whole), ""}


def _comparable(whole: Told, parts: Sequence[Told]) -> bool:
    """Whether all are of one period, or the parts of shorter ones that the whole's holds."""
    if _OPEN.search(f"{whole.words} {whole.period}"):
        return False
    periods = [each.period for each in parts]
    if set(periods) == {whole.period}:
        return True
    shorter = all(_SHORTER.search(each) for each in periods) and len(set(periods)) == len(periods)
    return shorter and bool(_LONGER.search(f"{whole.words} {whole.period}"))


def _least(paragraph: MatchedParagraph, whole: Told, parts: Sequence[Told]) -> Decimal:
    """How large the whole must be: less where a mark or a word says that a list begins, or that it is a total."""
    first, last = parts[0].count.token, whole.count.token
    before = last.end <= first.start
    between = paragraph.text[last.end:first.start].casefold() if before else f"{whole.words} {whole.count.after}"
    listed, partly = _LISTS.search(between), "trong đó" in between
    if _are_kinds(whole, parts):
        return LISTED if listed or partly else NEVER
    return LISTED if listed and not partly else BARE
