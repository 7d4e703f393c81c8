"""Sums that a text tells itself: a whole and its parts, received = resolved + pending, a total of earlier counts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cchc_xl.reconcile.own_changes import ELSEWHEN, CountChange, changes, is_paired
from cchc_xl.reconcile.own_lists import ItemList
from cchc_xl.reconcile.reconcile_rules import SUM, Contradiction, Recomputed, Spot
from cchc_xl.reconcile.sentence_match import MatchedParagraph
from cchc_xl.reconcile.stated_counts import (
    Count,
    CountParts,
    count_at,
    full_sentences,
    is_count,
    lists_of,
)
from cchc_xl.reconcile.text_tokens import Sort, Token
from cchc_xl.writing.vietnamese_numbers import plain

_PERIOD = re.compile(
    r"\b(?:quý (?:[ivx]+|\d)|học kỳ (?:[ivx]+|\d|một|hai)|(?:\d{1,2}|sáu|chín|ba) tháng(?: (?:đầu|cuối) năm)?|"
    r"tháng \d{1,2}|cả năm|trong năm|năm \d{4}|trong quý|"
    r"trong tháng|lũy kế|luỹ kế|từ đầu năm)\b"
)
_LEVEL = re.compile(r"\bcấp (?:tỉnh|huyện|xã|phường|thành phố)\b")
_RECEIVED = re.compile(r"\b(?:tiếp nhận|tổng số|nhận)\b")
_RESOLVED = re.compile(
    r"\b(?:(?<!đang )(?<!chưa )(?<!phải )(?<!trình )(?<!cần )giải quyết|đã xử lý|đã trả kết quả|hoàn thành)\b"
)
_PENDING = re.compile(
    r"\b(?:(?:đang|chưa) (?:giải quyết|xử lý)|trong quá trình giải quyết|còn lại|chuyển kỳ sau|tồn chuyển)\b"
)
_CARRIED = re.compile(r"\b(?:kỳ trước chuyển|kỳ trước|tồn|chuyển sang|năm trước chuyển)\b")
_TOTAL = re.compile(r"^(?:tổng cộng|cộng chung|tổng số|cộng|như vậy tổng số)\b")


@dataclass(frozen=True, slots=True)
class Told:
    """A count with the sentence that tells it, and the period and level it is told of."""

    count: Count
    sentence: str
    words: str
    period: str
    level: str
    part: bool
    paired: bool


def quote(paragraph: MatchedParagraph, first: int, last: int) -> str:
    """The text of a range of tokens."""
    tokens = paragraph.tokens
    return paragraph.text[tokens[first].start:tokens[last - 1].end].strip()


def part_sums(paragraph: MatchedParagraph) -> Iterator[Recomputed]:
    """Every whole against its parts, where they agree or cannot."""
    for first, last in full_sentences(paragraph.tokens):
        for each in lists_of(paragraph.tokens, first, last):
            made = sum((part.token.value for part in each.parts), Decimal(0))
            whole = each.whole.token.value
            tokens = frozenset(count.index for count in (each.whole, *each.parts))
            if whole in (made, made + _next_count(paragraph.tokens, each.end, last)):
                yield Recomputed(tokens, None)
            elif any(part.token.value == whole and ("tổng" in part.name or not each.complete) for part in each.parts):
                continue
            elif each.complete or any(part.token.value > whole for part in each.parts):
                yield Recomputed(tokens, list_fault(paragraph, each, made, quote(paragraph, first, last)))


def _next_count(tokens: Sequence[Token], start: int, last: int) -> Decimal:
    """The count after a list, which may be a part of it that is counted in other things; 0 where there is none."""
    return next((token.value for token in tokens[start:last] if is_count(token) and token.value), Decimal(0))


def list_fault(paragraph: MatchedParagraph, each: CountParts, made: Decimal, sentence: str) -> Contradiction:
    added = " + ".join(plain(part.token.value) for part in each.parts)
    named = ", ".join(part.name for part in each.parts if part.name)
    whole = each.whole
    message = (
        f"{_named(whole)} ghi {plain(whole.token.value)}, nhưng các số thành phần cộng lại {added} = {plain(made)}"
        f"{f' ({named})' if named else ''}; chênh lệch {plain(whole.token.value - made)}."
    )
    return _fault(paragraph, whole.token, message, sentence, made, "các số thành phần kể sau đó")


def _named(count: Count) -> str:
    return f"“{count.name}”" if count.name else "số này"


def _fault(
    paragraph: MatchedParagraph, token: Token, message: str, sentence: str, expected: Decimal, against: str
) -> Contradiction:
    spot = Spot(paragraph.index, token.start, token.end)
    apart = plain(token.value - expected)
    return Contradiction(SUM, message, sentence, spot, plain(token.value), plain(expected), apart, against=against)


def told_in(paragraph: MatchedParagraph) -> list[Told]:
    """The counts of a paragraph; a period that a sentence names holds until another is named."""
    found: list[Told] = []
    period = level = ""
    for first, last in full_sentences(paragraph.tokens):
        sentence = quote(paragraph, first, last)
        parts = {part.index for each in lists_of(paragraph.tokens, first, last) for part in each.parts}
        for start, end in _clauses(paragraph.tokens, first, last):
            begin = paragraph.tokens[start].start
            words = paragraph.text[begin:paragraph.tokens[end - 1].end].casefold()
            periods = list(_PERIOD.finditer(words))
            period = periods[0][0] if periods else period
            level = next(iter(_LEVEL.findall(words)), level)
            other = _elsewhen(words, paragraph.tokens[start:end], begin)
            for index in range(start, end):
                if is_count(paragraph.tokens[index]):
                    at = paragraph.tokens[index].start - begin
                    period = next((each[0] for each in reversed(periods) if each.end() <= at), period)
                    count = count_at(paragraph.tokens, index, start, end)
                    now = other or next(iter(ELSEWHEN.findall(count.name)), period)
                    paired = is_paired(paragraph.tokens, index)
                    found.append(Told(count, sentence, f" {count.name} ", now, level, index in parts, paired))
    return found


def _elsewhen(words: str, clause: Sequence[Token], begin: int) -> str:
    """The other period that a clause speaks of from its beginning on."""
    found = ELSEWHEN.search(words)
    counted = next((token.start - begin for token in clause if is_count(token)), 0)
    return found[0] if found and found.start() < counted else ""


def _clauses(tokens: Sequence[Token], first: int, last: int) -> Iterator[tuple[int, int]]:
    start = first
    for place in range(first, last):
        if tokens[place].sort is Sort.MARK and tokens[place].text == ";":
            yield start, place + 1
            start = place + 1
    if start < last:
        yield start, last


def flows(paragraph: MatchedParagraph) -> Iterator[Recomputed]:
    """Received = resolved + pending, where a paragraph tells the three of one period and level."""
    told = told_in(paragraph)
    groups: dict[tuple[str, str], list[Told]] = {}
    for each in told:
        groups.setdefault((each.period, each.level), []).append(each)
    for several in groups.values():
        yield from _flow(paragraph, several)


def _flow(paragraph: MatchedParagraph, told: Sequence[Told]) -> Iterator[Recomputed]:
    heads = [each for each in told if not each.part]
    received = [each for each in heads if _RECEIVED.search(each.words) and not _RESOLVED.search(each.words)]
    resolved = [each for each in heads if _RESOLVED.search(each.words)]
    pending = [each for each in told if _PENDING.search(each.words)]
    if len(received) != 1 or len(resolved) != 1 or len(pending) != 1:
        return
    one, done, left = received[0], resolved[0], pending[0]
    carried = [each.count.token.value for each in heads if _CARRIED.search(each.words) and each is not one]
    made = done.count.token.value + left.count.token.value
    whole = one.count.token.value
    tokens = frozenset(each.count.index for each in (one, done, left))
    if made in (whole, whole + sum(carried, Decimal(0))):
        yield Recomputed(tokens, None, CountParts(one.count, (done.count, left.count), True, 0))
        return
    message = (
        f"“{one.count.name}” ghi {plain(whole)}, nhưng “{done.count.name}” {plain(done.count.token.value)} + "
        f"“{left.count.name}” {plain(left.count.token.value)} = {plain(made)}; chênh lệch {plain(whole - made)}."
    )
    fault = _fault(paragraph, one.count.token, message, one.sentence, made, "đã giải quyết và đang giải quyết")
    yield Recomputed(tokens, fault)


def totals(paragraph: MatchedParagraph) -> Iterator[Recomputed]:
    """Tổng cộng …: the counts told before it in the paragraph, of the same things and period."""
    before: list[Told] = []
    for each in told_in(paragraph):
        if _TOTAL.search(each.words.strip()) and len(before) > 1:
            same = [other for other in before if _alike(other, each)] or _of_parts(before, each)
            if len(same) > 1:
                tokens = frozenset(told.count.index for told in (each, *same))
                yield Recomputed(tokens, _total(paragraph, each, same))
            before = []
        elif not each.part:
            before.append(each)


def _alike(one: Told, other: Told) -> bool:
    return one.period == other.period and _same_things(one, other)


def _same_things(one: Told, other: Told) -> bool:
    if one.level != other.level or one.count.thing != other.count.thing:
        return False
    said, wanted = (each.count.after.split()[:2] for each in (one, other))
    return bool(one.count.thing) or said == wanted != []


def _of_parts(before: Sequence[Told], total: Told) -> list[Told]:
    """The counts of quarters or months of their own that a total of a longer period adds up."""
    same = [other for other in before if _same_things(other, total) and _SHORTER.match(other.period)]
    periods = {other.period for other in same}
    return same if len(same) == len(before) == len(periods) and not _SHORTER.match(total.period) else []


_SHORTER = re.compile(r"quý|tháng")


def _total(paragraph: MatchedParagraph, each: Told, same: Sequence[Told]) -> Contradiction | None:
    values = [other.count.token.value for other in same]
    whole = each.count.token.value
    if any(sum(values[start:], Decimal(0)) == whole for start in range(len(values) - 1)):
        return None
    made = sum(values, Decimal(0))
    added = " + ".join(map(plain, values))
    message = (
        f"“{each.count.name}” ghi {plain(whole)}, nhưng các số kể trước đó {added} = {plain(made)}; "
        f"chênh lệch {plain(whole - made)}."
    )
    return _fault(paragraph, each.count.token, message, each.sentence, made, "các số kể trước đó")


def differences(paragraph: MatchedParagraph) -> Iterator[Recomputed]:
    """Tăng, giảm n: the difference of the two counts, where the text tells both."""
    for first, last in full_sentences(paragraph.tokens):
        for each in changes(paragraph.tokens, first, last):
            if each.before is None or not each.now.name:
                continue
            tokens = frozenset(count.index for count in (each.now, each.amount, each.before))
            fault = None if each.holds else _difference(paragraph, each, quote(paragraph, first, last))
            yield Recomputed(tokens, fault)


def _difference(paragraph: MatchedParagraph, each: CountChange, sentence: str) -> Contradiction:
    now, made = each.now.token.value, each.sign * (each.now.token.value - each.base)
    message = (
        f"“{each.now.name}” {plain(now)} so với {plain(each.base)} là {each.word} {plain(made)}, nhưng ghi "
        f"{each.word} {plain(each.amount.token.value)}; chênh lệch {plain(each.amount.token.value - made)}."
    )
    return _fault(paragraph, each.amount.token, message, sentence, made, "hai số kể trong câu")


def item_sum(each: ItemList) -> Contradiction | None:
    """A whole against the items below it."""
    made = sum((part.token.value for part in each.parts), Decimal(0))
    if made == each.whole.token.value:
        return None
    found = CountParts(each.whole, tuple(each.parts), True, 0)
    return list_fault(each.head, found, made, each.head.text.strip())
