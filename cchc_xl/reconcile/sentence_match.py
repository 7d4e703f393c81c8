"""Finds which number of a report states which figure: sentences by the words they share, numbers by their neighbours.

A report written by hand has other words, another order and spelling mistakes. So nothing is matched exactly: every
number is weighed against every figure of similar sentences, and the best pairs are taken first.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import combinations

from cchc_xl.reconcile.one_slip import follows, half
from cchc_xl.reconcile.reconcile_rules import Contradiction, Spot
from cchc_xl.reconcile.stated_counts import THINGS, CountParts, full_sentences, lists_of, sentences
from cchc_xl.reconcile.template_patterns import Pattern, Slot
from cchc_xl.reconcile.text_likeness import ratio
from cchc_xl.reconcile.text_tokens import OTHER, Bounds, Sort, Token, after
from cchc_xl.rule_registry import Rule
from cchc_xl.values import Address

NEAR, FAR = 3, 9
"""Words on each side that are compared: those at the number, and those around it."""

LEAST_SENTENCE, LEAST_PAIR = 0.34, 0.56
"""Below these likenesses a sentence, or a number, is not taken for the template's."""

LEAST_AGAIN = 0.95
"""How sure a number must be that states a figure which has been found elsewhere already."""

SENTENCE, CLOSE_BY, AROUND = 0.36, 0.36, 0.28
"""Weights of the three likenesses."""

OTHER_KIND, ZERO_IN_WORDS, OTHER_UNIT = 0.85, 0.94, 0.8
PARTNER = 0.2
"""For a figure of the sentence that the other numbers belong to as well."""

_GROUP = 3
"""Digits between two marks of thousands."""

TELLING = 3
"""Digits of a number that is not met by chance."""

SAME_WORDS, MANY_WORDS = 0.25, 5
"""For a number that its sentence leads to in the very words of a figure's, if they are so many."""

EQUAL = 0.012
"""A small preference for a number that is what the workbook says: it only decides between equals."""


@dataclass(frozen=True, eq=False)
class MatchedParagraph:
    """A paragraph of a report, with its place."""

    index: int
    text: str
    tokens: tuple[Token, ...]

    @cached_property
    def ranges(self) -> list[tuple[int, int]]:
        """Its whole sentences as ranges of tokens."""
        return full_sentences(self.tokens)

    @cached_property
    def lists(self) -> list[list[CountParts]]:
        """The wholes with their parts, by sentence."""
        return [list(lists_of(self.tokens, *each)) for each in self.ranges]

    def said(self, first: int, last: int) -> str:
        """The text of a range of tokens."""
        return self.text[self.tokens[first].start:self.tokens[last - 1].end].strip()

    def spot(self, token: Token) -> Spot:
        """Where a token stands."""
        return Spot(self.index, token.start, token.end)


@dataclass(frozen=True, slots=True)
class NumberPlace:
    """A number of a report: paragraph, sentence (a range of tokens) and token."""

    paragraph: MatchedParagraph
    first: int
    last: int
    index: int
    also: tuple[int, ...] = ()
    """Other numbers of the sentence of which nothing is known either."""

    @property
    def written(self) -> str:
        """The number as it is written, and the others."""
        tokens = [self.paragraph.tokens[index] for index in (self.index, *self.also)]
        return "; ".join(self.paragraph.text[token.start:token.end] for token in tokens)

    @property
    def token(self) -> Token:
        """The number."""
        return self.paragraph.tokens[self.index]

    @property
    def sentence(self) -> str:
        """The sentence it stands in."""
        return self.paragraph.said(self.first, self.last)


@dataclass(frozen=True, slots=True)
class Stated:
    """A figure as a report states it, and how sure that is."""

    slot: Slot
    place: NumberPlace
    score: float
    again: bool = False

    @property
    def key(self) -> tuple[int, int]:
        """Paragraph and token of the number."""
        return self.place.paragraph.index, self.place.index

    @property
    def value(self) -> Decimal:
        """The number, in the unit of the figure's sentence; a decrease is negative where the figure is a change."""
        token, expected = self.place.token, self.slot.expected
        value = token.value * self.factor * (token.sign if self.slot.change else 1)
        if token.places == _GROUP and expected is not None and expected == expected.to_integral_value():
            # 10,248 hồ sơ: the comma stands between thousands.
            value = min(value, value * 1000, key=lambda each: abs(each - expected))
        return value

    @property
    def factor(self) -> Decimal:
        """What the number is multiplied with where it is told in another unit of money than the figure."""
        told, wanted = self.place.token.scale, self.slot.scale
        return Decimal(told) / wanted if told and wanted else Decimal(1)

    @property
    def bounds(self) -> Bounds | None:
        """What a number says that is no exact figure; in words of the template it is one."""
        return None if self.slot.bounded else self.place.token.bounds

    @property
    def written(self) -> str:
        """The number as the report writes it, with the words that make it no exact figure."""
        token, text = self.place.token, self.place.paragraph.text
        unit = " ".join(after(self.place.paragraph.tokens, self.place.index)[:2]) if self.factor != 1 else ""
        start = token.lead if self.bounds and token.lead >= 0 else token.start
        return " ".join(filter(None, (text[start:token.end], unit)))

    @property
    def agrees(self) -> bool:
        """Whether the number is the workbook's."""
        slot, token = self.slot, self.place.token
        if self.bounds is not None:
            return slot.expected is not None and self.says(slot.expected) and (
                abs(slot.expected) - token.value * self.factor).copy_abs() <= self.bounds.near * self.factor
        if slot.part is not None and slot.whole and token.sort is Sort.NUMBER:
            return follows(token.value, token.places, slot.part, slot.whole)
        return slot.expected is not None and self.says(slot.expected)

    def says(self, expected: Decimal) -> bool:
        """Whether the number is equal, or equal at the fewer decimals that the report writes, or bounds that hold."""
        token = self.place.token
        if self.bounds is not None:
            return self.bounds.hold(expected * (token.sign if self.slot.change else 1) / self.factor)
        fewer = (expected != expected.to_integral_value() or self.factor != 1) and token.sort is Sort.NUMBER
        return self.value == expected or (fewer and abs(self.value - expected) <= half(token.places) * self.factor)

    def fault(
        self, rule: Rule, message: str, stated: str, expected: str, difference: str, against: str,
        cells: tuple[Address, ...] = (),
    ) -> Contradiction:
        """What is wrong with the number."""
        code, spot = next(iter(self.slot.codes), ""), self.place.paragraph.spot(self.place.token)
        return Contradiction(
            rule, message, self.place.sentence, spot, stated, expected, difference, code, against, cells
        )


Home = tuple[int, int]
"""The sentence that a number belongs to: its paragraph and its first token."""


@dataclass(slots=True)
class _Sentence:
    words: frozenset[str]
    numbers: list[_Number]
    wording: str = ""
    weight: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class _Number:
    """A number or slot with its neighbours as texts; the left ones reversed, so that likeness begins at the number.

    `lead` are all words of the sentence before it; `home` is its sentence; `named` is the unit whose name stands just
    before it ("Phường A: 06 hồ sơ"); `thing` is the first word of what it counts.
    """

    token: Token
    near: tuple[str, str]
    far: tuple[str, str]
    lead: str
    named: str
    thing: str
    home: Home
    slot: Slot | None = None
    place: NumberPlace | None = None


class Matcher:
    """The figures of the template's sentences, ready to be looked for in any report."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        made: dict[str, _Sentence] = {}
        for pattern in patterns:
            for sentence in _of_pattern(pattern):
                made.setdefault(sentence.wording, sentence)
        self._wanted = list(made.values())

    def match(self, report: Sequence[MatchedParagraph]) -> list[Stated]:
        """The figures that a report states. Numbers that state none are not in the list."""
        told = [made for paragraph in report for made in _of_paragraph(paragraph)]
        weights = _weights([*self._wanted, *told])
        for sentence in (*self._wanted, *told):
            sentence.weight = sum(weights[word] for word in sentence.words)
        scores: Scores = {}
        for one in self._wanted:
            for other in told:
                likeness = _likeness(one, other, weights)
                if likeness >= LEAST_SENTENCE:
                    _weigh(one, other, likeness, scores)
        _favour_partners(scores)
        return _chosen(scores)


Scores = dict[tuple["_Number", "_Number"], float]
"""How well a number of the report (second) fits a figure of the template (first)."""


def _weigh(one: _Sentence, other: _Sentence, likeness: float, scores: Scores) -> None:
    """A number of a thing that another figure of the sentence counts is not this one's: 03 phường, 01 phòng."""
    things = {slot.thing for slot in one.numbers}
    for slot in one.numbers:
        for number in other.numbers:
            if slot.thing and number.thing in things - {slot.thing, ""}:
                continue
            score = _score(slot, number, likeness)
            if score >= LEAST_PAIR:
                scores[slot, number] = score


def _favour_partners(scores: Scores) -> None:
    """Numbers of one sentence mostly state figures of one sentence: the one that fits all of them best is favoured.

    In either of them no number speaks for two figures, and no figure for two numbers. Where two sentences are worded
    alike (of two levels, say), the one whose figures the workbook gives so is meant.
    """
    heard: set[tuple[_Number, Home]] = set()
    together: dict[Home, dict[Home, float]] = defaultdict(lambda: defaultdict(float))
    for slot, number in sorted(scores, key=lambda pair: -scores[pair]):
        pair = {(number, slot.home), (slot, number.home)}
        if not pair & heard:
            heard |= pair
            known = _is_equal(slot, number) and is_telling(number.token.value)
            together[number.home][slot.home] += scores[slot, number] + (PARTNER if known else 0)
    partner = {told: max(votes, key=votes.__getitem__) for told, votes in together.items()}
    for slot, number in scores:
        if partner[number.home] == slot.home:
            scores[slot, number] += PARTNER


def _chosen(scores: Scores) -> list[Stated]:
    """The best pairs first, each figure and each number once; then numbers that state a figure once more."""
    ranked = sorted(scores, key=lambda pair: -scores[pair])
    of_slot: dict[_Number, _Number] = {}
    of_number: dict[_Number, _Number] = {}
    wording: dict[tuple[Home, str], Home] = {}
    for slot, number in ranked:
        if slot not in of_slot and number not in of_number and _one_wording(slot, number, wording):
            of_slot[slot], of_number[number] = number, slot
    _exchange(of_number, scores)
    again = {}
    for slot, number in ranked:
        free = slot in of_slot and number not in of_number and number not in again
        sure = free and scores[slot, number] >= LEAST_AGAIN and of_slot[slot].home != number.home
        if sure and _one_wording(slot, number, wording):
            again[number] = slot
    found = [_stated(slot, number, scores, False) for number, slot in of_number.items()]
    found += [_stated(slot, number, scores, True) for number, slot in again.items()]
    return sorted(found, key=lambda each: (each.place.paragraph.index, each.place.index))


def _one_wording(slot: _Number, number: _Number, wording: dict[tuple[Home, str], Home]) -> bool:
    """Whether no other number of the sentence states the figure already, by another wording of the template."""
    tag = slot.slot.tag if slot.slot else ""
    return not tag or wording.setdefault((number.home, tag), slot.home) == slot.home


def _exchange(of_number: dict[_Number, _Number], scores: Scores) -> None:
    """Two numbers of a sentence change their figures where both together then fit better."""
    by_sentence: dict[tuple[int, int], list[_Number]] = {}
    for number in of_number:
        assert number.place is not None
        by_sentence.setdefault((number.place.paragraph.index, number.place.first), []).append(number)
    for several in by_sentence.values():
        for one, other in combinations(several, 2):
            low, high = of_number[one], of_number[other]
            crossed = scores.get((high, one), 0.0) + scores.get((low, other), 0.0)
            if crossed > scores[low, one] + scores[high, other] and (high, one) in scores and (low, other) in scores:
                of_number[one], of_number[other] = high, low


def _stated(slot: _Number, number: _Number, scores: Scores, again: bool) -> Stated:
    assert slot.slot is not None
    assert number.place is not None
    return Stated(slot.slot, number.place, scores[slot, number], again)


def _of_pattern(pattern: Pattern) -> Iterator[_Sentence]:
    slots = {slot.index: slot for slot in pattern.slots}
    for first, last in sentences(pattern.tokens):
        held = [_number(pattern, index, first, last, slot) for index, slot in slots.items() if first <= index < last]
        if held:
            said = (slots[at].tag if at in slots else pattern.tokens[at].text for at in range(first, last))
            yield _Sentence(_words(pattern.tokens[first:last]), held, " ".join(said))


def _of_paragraph(paragraph: MatchedParagraph) -> Iterator[_Sentence]:
    for first, last in sentences(paragraph.tokens):
        held = [_number(paragraph, index, first, last, place=NumberPlace(paragraph, first, last, index))
                for index in range(first, last) if paragraph.tokens[index].states]
        if held:
            yield _Sentence(_words(paragraph.tokens[first:last]), held)


def _words(tokens: Sequence[Token]) -> frozenset[str]:
    return frozenset(token.text for token in tokens if token.sort in (Sort.WORD, Sort.APART))


def _number(
    text: Pattern | MatchedParagraph, index: int, first: int, last: int, slot: Slot | None = None,
    place: NumberPlace | None = None,
) -> _Number:
    """A number with the words beside it, near and far, the unit that is named just before it, and the thing it counts.
    """
    tokens = text.tokens
    before = tokens[max(first, index - FAR):index]
    sides = ([each.text for each in reversed(before)],
             [each.text for each in tokens[index + 1:min(last, index + 1 + FAR)]])
    near, far = ((" ".join(sides[0][:size]), " ".join(sides[1][:size])) for size in (NEAR, FAR))
    named = next((each.text for each in before[-NEAR:] if each.sort is Sort.APART and each.text != OTHER), "")
    thing = next((word for word in after(tokens, index)[:1] if word in THINGS), "")
    lead = " ".join(each.text for each in tokens[first:index])
    return _Number(tokens[index], near, far, lead, named, thing, (id(text), first), slot, place)


def _weights(sentences_: Iterable[_Sentence]) -> Mapping[str, float]:
    """A rare word tells more than a frequent one."""
    counts = Counter(word for sentence in sentences_ for word in sentence.words)
    return {word: 1 / (1 + math.log(count)) for word, count in counts.items()}


def _likeness(one: _Sentence, other: _Sentence, weights: Mapping[str, float]) -> float:
    """How much of the words of two sentences is common, leaning to the shorter one: sentences get joined and cut."""
    common = sum(weights[word] for word in one.words & other.words)
    return 0.5 * common / one.weight + 0.5 * common / other.weight if common else 0.0


def _score(slot: _Number, number: _Number, likeness: float) -> float:
    near = _alike(slot.near, number.near)
    far = _alike(slot.far, number.far)
    score = SENTENCE * likeness + CLOSE_BY * near + AROUND * far
    if slot.token.percent != number.token.percent:
        score *= OTHER_KIND
    if (slot.token.sort is Sort.ZERO) != (number.token.sort is Sort.ZERO):
        score *= ZERO_IN_WORDS
    if slot.named != number.named:
        score *= OTHER_UNIT
    score += SAME_WORDS if slot.lead == number.lead and slot.lead.count(" ") + 1 >= MANY_WORDS else 0
    return score + (EQUAL if _is_equal(slot, number) else 0)


def _is_equal(slot: _Number, number: _Number) -> bool:
    return slot.token.value == number.token.value


def is_telling(value: Decimal) -> bool:
    """Whether a number has so many digits that it is not met by chance."""
    return len(str(value).replace(".", "").strip("0")) >= TELLING


def _alike(one: tuple[str, str], other: tuple[str, str]) -> float:
    return sum(ratio(left, right) for left, right in zip(one, other, strict=True)) / 2
