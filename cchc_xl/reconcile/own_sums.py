"""Sums that a text tells itself: one count of a sentence, or of sentences in a row, that the others make.

No wording is known here. Every count that may be a whole is held against every run of counts that may be its parts;
what is equal is counted first, and what it explains is accused of nothing. The rest is accused where one slip of a hand
is all that parts the two sides and it is no accident, or where a word says that these are all the parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import chain, takewhile

from cchc_xl.reconcile.one_slip import sum_but_for_a_slip
from cchc_xl.reconcile.own_changes import (
    ELSEWHEN,
    PERIOD,
    Recomputed,
    changed_places,
    differences,
    is_longer,
    is_paired,
    months,
    sum_fault,
)
from cchc_xl.reconcile.reconcile_rules import Contradiction
from cchc_xl.reconcile.sentence_match import MatchedParagraph
from cchc_xl.reconcile.stated_counts import (
    CHANGES,
    GENERAL,
    MEASURES,
    Count,
    CountParts,
    count_at,
    is_count,
)
from cchc_xl.reconcile.text_likeness import are_siblings, crossing, exclusive, names_any
from cchc_xl.reconcile.text_tokens import Sort, Token
from cchc_xl.writing.vietnamese_numbers import plain

LISTED, MANY, BARE, NEVER = Decimal(20), Decimal(50), Decimal(500), Decimal("Infinity")
"""The least whole that may be said to be wrong: of a list, or of parts that cannot overlap; of three parts or more that
nothing says to overlap; of counts in a row.
"""

_LISTS = re.compile(r"^[^;.]*[:(]|\b(?:gồm|chia|phân|lần lượt|cụ thể)\b")
_TOTAL = re.compile(
    r"\b(?:tổng|cộng|tất cả|toàn bộ|cả|chung|gộp|thảy|tính ra|hai (?:tháng|quý|đợt|kỳ)|như (?:vậy|thế)|"
    r"(?:tức|nghĩa) là|phải (?:giải quyết|xử lý|thi hành|thực hiện))\b"
)
_ALL = re.compile(r"\btoàn (?:tỉnh|thành phố|huyện|quận|thị xã|xã|phường|ngành|trường|đơn vị)\b")
_OPEN = re.compile(r"\b(?:lũy kế|luỹ kế|ước|dự kiến|nâng)\b")
_OVERLAPS = re.compile(
    r"\b(?:có thể (?:thuộc|trùng|vừa|[^,;.:]{1,30} nhiều)|trùng nhau|thuộc nhiều|tính trùng)\b", re.IGNORECASE
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_CARRIED = re.compile(r"\b(?:kỳ trước|tồn|còn|cũ|chuyển (?:sang|qua|đến)|năm trước chuyển)\b")
_THIS = re.compile(r"\b(?:trong|kỳ|năm|quý|tháng|đến|hiện) (?:này|nay|kỳ)\b")
_PER = re.compile(r"(?:\w+ ){1,2}/ (?:ngày|tuần|tháng|quý|năm|người|hộ|lớp|giờ|lượt|điểm|buổi|đơn vị|km|ha)\b")
_ASIDE = re.compile(r"\briêng\b")
_NEXT = re.compile(r"\b(?:và|cùng|còn)\b")
_TO_TOTAL, _NOTHING = 25, 50
_GATHERED = ("", "đơn vị", "cơ")
"""What counts of other things may add up to: đầu mối, đơn vị, cơ quan."""


@dataclass(frozen=True, slots=True)
class Told(Count):
    """A count with the sentence that tells it, and the period it is told of; `clause` is what semicolons part."""

    sentence: str = ""
    clause: int = 0
    label: str = ""
    period: str = ""
    part: bool = False

    @property
    def sort(self) -> str:
        """What it counts: the thing that is known, or the first word after it."""
        return self.thing or _behind(self).partition(" ")[0]


@dataclass(frozen=True, slots=True)
class Sum(CountParts):
    """A whole and what may be its parts; `complete` where a word or the names say that these are all.

    `left` are counts that follow and may be parts as well.
    """

    whole: Told
    parts: tuple[Told, ...]
    complete: bool = False
    left: tuple[Told, ...] = ()

    @property
    def made(self) -> Decimal:
        """What the parts make."""
        return sum((each.value for each in self.parts), Decimal(0))

    @property
    def tokens(self) -> frozenset[int]:
        """The places of its numbers."""
        return frozenset(each.index for each in (self.whole, *self.parts))


def sums(paragraph: MatchedParagraph) -> Iterator[Recomputed]:
    """Changes and sums of a paragraph: what holds, then what does not and shares no two numbers with what was told."""
    moved = list(differences(paragraph))
    yield from moved
    told, known = _told(paragraph), [each.tokens for each in moved]
    found = [each for each in (*_listed(paragraph, told), *_rows(paragraph, told)) if _comparable(each)]
    found += [replace(each, parts=each.parts[:size], complete=False, left=each.parts[size:])
              for each in found for size in range(len(each.parts) - 1, 1, -1)]
    carried = sum((each.value for each in told if _CARRIED.search(each.name) and not each.part), Decimal(0))
    for each in found:
        if each.made in (each.whole.value, each.whole.value + carried) and _is_new(each, known):
            known.append(each.tokens)
            yield Recomputed(each.tokens, None, replace(each, complete=True))
    for each in found:
        if _is_new(each, known) and _is_wrong(paragraph, each):
            known.append(each.tokens)
            yield Recomputed(each.tokens, _fault_of(paragraph, each))


def _is_new(each: Sum, known: Sequence[frozenset[int]]) -> bool:
    return all(len(each.tokens & other) < 2 for other in known)


def _is_wrong(paragraph: MatchedParagraph, each: Sum) -> bool:
    value, parts = each.whole.value, [part.value for part in each.parts]
    named = any(told.name for told in (each.whole, *each.parts))
    ends = not each.left or (_is_divided(each.parts) and not _goes_on(each))
    if _OVERLAPS.search(paragraph.text) or not named or not ends:
        return False
    things = {told.sort for told in (each.whole, *each.parts)} - {""}
    if things & MEASURES and len(things) > 1:
        return False
    leads = each.whole.index < each.parts[0].index
    crossed = leads and crossing([part.label or part.name for part in each.parts])
    small = (value in parts and len(parts) == 2) or each.made - max(parts) < value / _NOTHING
    if not each.complete and (_is_sibling(each) or ((crossed or small) and not _is_divided(each.parts))):
        return False
    near = max(parts) <= value < 2 * each.made and each.made < 2 * value
    slipped = sum_but_for_a_slip(value, parts, each.complete) and min(value, each.made) >= _least(paragraph, each)
    return slipped or (each.complete and near and _is_of_one_thing(each))


def _goes_on(each: Sum) -> bool:
    """Whether the count that follows is told as the parts are: of their thing, between the same marks."""
    following, part = each.left[0], each.parts[-1]
    return (following.clause, following.sentence, following.sort) == (part.clause, part.sentence, part.sort)


def _is_of_one_thing(each: Sum) -> bool:
    return len({told.sort for told in (each.whole, *each.parts)} - {""}) <= 1 or _kinds(each)


def _least(paragraph: MatchedParagraph, each: Sum) -> Decimal:
    """How large the whole must be: less where the parts cannot overlap, where a list begins, where it is a total."""
    first, whole = each.parts[0].token, each.whole.token
    before = paragraph.text[whole.end:first.start].casefold() if whole.end <= first.start else ""
    after = "" if before else paragraph.text[first.start:whole.end + _TO_TOTAL].casefold()
    partly = "trong đó" in before
    total = _TOTAL.search(f"{after} {each.whole.name}") or _ALL.search(after)
    told = not partly and bool(_LISTS.search(before) or total)
    alike = _is_of_one_thing(each)
    longer = is_longer(each.whole.period, [one.period for one in each.parts])
    divided = _is_divided(each.parts)
    if each.complete or (longer and alike):
        return LISTED
    changed = any(names_any(f" {part.name} ", CHANGES) for part in each.parts)
    if any(_ASIDE.search(part.name) for part in each.parts) or not (alike or before or told):
        return NEVER
    if changed and (len(each.parts) == 2 or not divided):
        return BARE if alike else NEVER
    if after and not told:
        return MANY if divided else BARE if len(each.parts) > 2 else NEVER
    if divided or told or (partly and _kinds(each)):
        return LISTED
    return NEVER if not alike or _kinds(each) else MANY if len(each.parts) > 2 and before else BARE


def _is_divided(parts: Sequence[Told]) -> bool:
    """Whether no two parts overlap, by the words before their numbers, by those after, or by those that are theirs."""
    return any(exclusive(named) for named in (
        [part.name for part in parts], [_behind(part) for part in parts], [part.label for part in parts],
    ))


def _behind(told: Told) -> str:
    return _NEXT.split(told.after)[0]


def _is_sibling(each: Sum) -> bool:
    """Whether the whole is of the same sort as its parts: cấp xã of cấp tỉnh and cấp huyện."""
    whole, labels = each.whole.label, [part.label for part in each.parts if part.label]
    if _TOTAL.match(whole) and each.whole.index > each.parts[-1].index:
        return False
    return any(are_siblings(whole, label) for label in labels) and not any(label in whole for label in labels)


def _label(tokens: Sequence[Token], index: int, first: int, last: int) -> str:
    """The words of a count that are no other's: before it up to another count, a mark or “và”; else those after it."""
    before = list[str]()
    for token in reversed(tokens[first:index]):
        if token.states:
            before.clear()
        if token.states or token.sort is Sort.MARK or token.text in ("và", "cùng"):
            break
        before.insert(0, token.text)
    if any(word not in GENERAL for word in before):
        return " ".join(before)
    after = list(takewhile(lambda token: token.sort is Sort.WORD, tokens[index + 1:last]))
    return _NEXT.split(" ".join(token.text for token in after))[0] if len(after) + index + 1 < last and not (
        tokens[index + 1 + len(after)].states) else ""


def _kinds(each: Sum) -> bool:
    """Whether all parts count things of their own, as phòng, ban, trạm of 12 đầu mối: such parts never overlap."""
    things = {part.sort for part in each.parts}
    alone = len(things) == len(each.parts) > 1 and not things & {each.whole.sort, ""}
    return alone and each.whole.thing in _GATHERED


def _comparable(each: Sum) -> bool:
    """Whether all are of one period, or the parts of shorter ones that the whole's holds."""
    periods = [part.period for part in each.parts]
    if each.complete or is_longer(each.whole.period, periods):
        return True
    after = each.whole.index > each.parts[0].index
    if after and _OPEN.search(f"{each.whole.name} {each.whole.period}"):
        return False
    total = bool(_TOTAL.search(f"{each.whole.name} {each.whole.period}"))
    return set(periods) == {each.whole.period} or (
        total and len(set(periods)) == len(periods) and all(map(months, periods))
    )


def _listed(paragraph: MatchedParagraph, told: Sequence[Told]) -> Iterator[Sum]:
    """The lists that a word or a mark begins."""
    by_place = {each.index: each for each in told}
    for each in chain(*paragraph.lists):
        if all(count.index in by_place for count in (each.whole, *each.parts)):
            whole, *parts = (replace(by_place[one.index], name=one.name, thing=one.thing, after=one.after)
                             for one in (each.whole, *each.parts))
            yield Sum(whole, tuple(parts), each.complete)


def _rows(paragraph: MatchedParagraph, told: Sequence[Told]) -> Iterator[Sum]:
    """What may be a whole with its parts: of a sentence, of one and the next, of first counts of clauses in a row."""
    sentences_ = [[each for each in told if first <= each.index < last] for first, last in paragraph.ranges]
    sentences_ = [here for here in sentences_ if here]
    heads = [_heads(here) for here in sentences_]
    for place, here in enumerate(sentences_):
        yield from _of_row(here)
        yield from _of_row([each for each in here if not each.part])
        yield from _of_row(heads[place])
        for following in sentences_[place + 1:place + 2]:
            for whole in dict.fromkeys((here[0], here[-1])):
                yield from _kept(whole, following)
            yield from _kept(following[0], here) if len(following) == 1 else ()
    for place, here in enumerate(heads):
        for end in range(place + 2, len(heads) + 1):
            row = [each for several in heads[place:end] for each in several]
            yield from _of_row(row) if len(here) == 1 or end == place + 2 else ()


def _heads(here: Sequence[Told]) -> list[Told]:
    """The first count of each clause that is no part of another."""
    return list({each.clause: each for each in reversed(here) if not each.part}.values())[::-1]


def _of_row(row: Sequence[Told]) -> Iterator[Sum]:
    """The first count with all after it, the last with all before it, a total with all others."""
    for place, whole in enumerate(row):
        total = _TOTAL.search(whole.name)
        if not place or total:
            yield from _kept(whole, row[place + 1:])
        if place == len(row) - 1 or total:
            yield from _kept(whole, row[:place])
        if total:
            yield from _kept(whole, [each for each in row if each is not whole])


def _kept(whole: Told, parts: Sequence[Told]) -> Iterator[Sum]:
    """The counts of the whole's thing; all where they are of one other thing, or each of its own."""
    same = [each for each in parts if each.sort in (whole.sort, "") or not whole.sort]
    if len(same) > 1:
        yield Sum(whole, tuple(same))
    if 1 < len(parts) != len(same):
        yield Sum(whole, tuple(parts))


def _told(paragraph: MatchedParagraph) -> list[Told]:
    """The counts of a paragraph but pairs and changes; a period that a sentence names holds until another is named."""
    found: list[Told] = []
    tokens, period = paragraph.tokens, ""
    changed = changed_places(tokens)
    counted = {index for index, token in enumerate(tokens) if token.sort is Sort.NUMBER and is_count(token)
               and index not in changed and not is_paired(tokens, index)
               and not _is_average(tokens, index) and not _is_limit(paragraph, index)}
    for (first, last), lists in zip(paragraph.ranges, paragraph.lists, strict=True):
        parts = {part.index for each in lists for part in each.parts}
        for start, end in _clauses(tokens, first, last):
            begin = tokens[start].start
            words = paragraph.text[begin:tokens[end - 1].end].casefold()
            periods = list(PERIOD.finditer(words))
            period = periods[0][0] if periods else period
            other = _elsewhen(words, tokens[start:end], begin)
            for index in range(start, end):
                if index in counted:
                    at = tokens[index].start - begin
                    period = next((each[0] for each in reversed(periods) if each.end() <= at), period)
                    count = count_at(tokens, index)
                    elsewhen = [] if _CARRIED.search(count.name) else ELSEWHEN.findall(count.name)
                    here = "" if _THIS.search(words[:at]) else other
                    now = here or next(iter(elsewhen), period)
                    label = _label(tokens, index, start, end)
                    known = index, count.token, count.name, count.thing, count.after
                    found.append(Told(*known, paragraph.said(first, last), start, label, now, index in parts))
    return found


def _is_average(tokens: Sequence[Token], index: int) -> bool:
    """3.877 lượt/ngày; 38 học sinh/lớp."""
    after = " ".join(token.text for token in tokens[index + 1:index + 5])
    return bool(_PER.match(after))


def _is_limit(paragraph: MatchedParagraph, index: int) -> bool:
    """từ 65 đến dưới 80%; a year, which is written without a dot."""
    token = paragraph.tokens[index]
    after = paragraph.tokens[index + 1:index + 2]
    return any(each.text == "đến" for each in after) or bool(_YEAR.fullmatch(paragraph.text[token.start:token.end]))


def _elsewhen(words: str, clause: Sequence[Token], begin: int) -> str:
    """The other period that a clause speaks of from its beginning on."""
    found = ELSEWHEN.search(words)
    counted = next((token.start - begin for token in clause if is_count(token)), 0)
    carried = _CARRIED.search(words[found.end():counted]) if found else None
    return found[0] if found and found.start() < counted and not carried else ""


def _clauses(tokens: Sequence[Token], first: int, last: int) -> Iterator[tuple[int, int]]:
    start = first
    for place in range(first, last):
        if tokens[place].sort is Sort.MARK and tokens[place].text == ";":
            yield start, place + 1
            start = place + 1
    if start < last:
        yield start, last


def _fault_of(paragraph: MatchedParagraph, each: Sum) -> Contradiction:
    added = " + ".join(plain(part.value) for part in each.parts)
    named = ", ".join(part.name for part in each.parts if part.name)
    whole, told = each.whole, sorted((each.whole, *each.parts), key=lambda told: told.index)
    message = (
        f"{f'“{whole.name}”' if whole.name else 'số này'} ghi {plain(whole.value)}, nhưng các số "
        f"thành phần cộng lại {added} = {plain(each.made)}{f' ({named})' if named else ''}; "
        f"chênh lệch {plain(whole.value - each.made)}."
    )
    said = " ".join(dict.fromkeys(one.sentence for one in told))
    return sum_fault(paragraph, whole.token, message, said, each.made, "các số thành phần kể trong câu")
