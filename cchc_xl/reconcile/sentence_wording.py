"""Whether a sentence of a report says of its figures what the template says: the right number with the contrary words.

A sentence whose numbers are the workbook's is laid beside the template's sentence word by word. Contraries, another
unit, level, date or scale are contradictions; any other word is a remark. Sentences of other words are left alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property
from importlib import resources
from itertools import pairwise

from rapidfuzz.distance import Indel, Levenshtein

from cchc_xl.reconcile.reconcile_rules import REWORDED, WORDING, Contradiction, Spot
from cchc_xl.reconcile.sentence_match import MatchedParagraph, Stated
from cchc_xl.reconcile.stated_counts import sentences
from cchc_xl.reconcile.template_patterns import Pattern, Slot
from cchc_xl.reconcile.text_likeness import IDLE, SAME, SHORT
from cchc_xl.reconcile.text_tokens import APART, OTHER, Sort, Token
from cchc_xl.typed_text import folded

LEAST = 0.8
"""Sentences less alike than this are worded in another way, and nothing is said of their words."""

OWN = Fraction(2, 3)
"""A report in which so many of these sentences are the template's own was written from it: any other word is told."""

FEW = 4
"""Contraries are few words; where more are changed, a part of the sentence was moved or left out."""

NUMBER = "#"
_CITED = frozenset({"document", "bare", "note", "heading"})
"""What is set apart and compared by others: cited documents, with the date behind them, and numbers of headings."""

_DATES = frozenset({"date", "long", "short"})
_SAME = {tuple(folded(one).split()): tuple(folded(usual).split()) for one, usual in SAME}


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a sentence: what is compared, its token, and its kind where it is set apart (a unit, date, level)."""

    key: str
    token: Token
    kind: str = ""


@dataclass(frozen=True)
class _Sentence:
    text: str
    words: tuple[_Word, ...]
    slots: Mapping[int, Slot]
    """The figures of a template's sentence by where their tokens start."""

    @cached_property
    def keys(self) -> list[str]:
        """What is compared."""
        return [word.key for word in self.words]


@dataclass(frozen=True, slots=True)
class _Change:
    """Words of the template (`one`) that are others in the report (`other`): ranges of words."""

    one: range
    other: range


Wordings = Mapping[str, Sequence[_Sentence]]
"""The template's sentences by the figures that they hold; those that say there is none of something under ""."""


def wordings(patterns: Sequence[Pattern]) -> Wordings:
    """What the workbook prints now."""
    of_tag: dict[str, list[_Sentence]] = defaultdict(list)
    for pattern in patterns:
        for sentence in _of_pattern(pattern) if pattern.current else ():
            for tag in {slot.tag if slot.expected else "" for slot in sentence.slots.values()}:
                of_tag[tag].append(sentence)
    return of_tag


def other_words(
    report: Sequence[MatchedParagraph], stated: Sequence[Stated], of_tag: Wordings
) -> list[tuple[Contradiction, Stated | None]]:
    """What sentences with the workbook's numbers say otherwise than the template, with the figure it is said of.

    A sentence without numbers is held against those in which the template says that there is none of something.
    """
    held: dict[tuple[int, int], list[Stated]] = defaultdict(list)
    for each in stated:
        held[each.place.paragraph.index, each.place.first].append(each)
    laid = []
    for paragraph in report:
        for first, last in sentences(paragraph.tokens):
            told = _Sentence(paragraph.text, _words(paragraph.text, paragraph.tokens[first:last]), {})
            numbers = held.get((paragraph.index, first), [])
            tags = {each.slot.tag if each.slot.expected else "" for each in numbers if each.agrees}
            if not numbers and not any(token.states for token in paragraph.tokens[first:last]):
                tags = {""}
            meant = _nearest(told, [each for tag in tags for each in of_tag.get(tag, ())], numbers)
            if meant is not None:
                laid.append(list(_told(paragraph, told, meant, numbers)))
    own = sum(not each for each in laid) >= OWN * len(laid)
    return [each for several in laid for each in several if own or each[0].rule is WORDING]


def _of_pattern(pattern: Pattern) -> Iterator[_Sentence]:
    slots = {pattern.tokens[slot.index].start: slot for slot in pattern.slots}
    for first, last in sentences(pattern.tokens):
        tokens = pattern.tokens[first:last]
        held = {token.start: slots[token.start] for token in tokens if token.start in slots}
        yield _Sentence(pattern.text, _words(pattern.text, tokens), held)


def _words(text: str, tokens: Sequence[Token]) -> tuple[_Word, ...]:
    made: list[_Word] = []
    cited = False
    for token in tokens:
        if token.sort is Sort.APART:
            kind, key = _apart(text[token.start:token.end], token.text)
            cited = kind in _CITED or (cited and kind == "date")
            made += () if cited else (_Word(key, token, kind),)
        elif token.states:
            made.append(_Word(NUMBER, token))
        elif token.sort is Sort.WORD and not (cited and token.text == "ngày"):
            made += (_Word(folded(word), token) for word in SHORT.get(token.text, token.text).replace(",", "").split())
            cited = False
    for place in range(len(made) - 1):
        usual = _SAME.get((made[place].key, made[place + 1].key), ())
        for at, key in enumerate(usual):
            made[place + at] = _Word(key, made[place + at].token)
    return tuple(made)


def _apart(written: str, shown: str) -> tuple[str, str]:
    """Its kind and what is compared: "ngày 01 tháng 12 năm …" and "1/12/…" are one."""
    if shown != OTHER:
        return "unit", shown
    found = APART.search(written)
    kind = found.lastgroup or "" if found else "heading"
    said = " ".join(folded(written).split())
    digits = "/".join(str(int(number)) for number in re.findall(r"\d+", written))
    if kind in _DATES:
        return "date", digits
    return kind, digits if kind in ("level", "year", "years") else re.sub(r"\b0+(?=\d)", "", said)


def _nearest(told: _Sentence, several: Sequence[_Sentence], numbers: Sequence[Stated]) -> _Sentence | None:
    """The template's sentence of the same figures that is worded most alike; None where none is nearly the same."""
    tags = [each.slot.tag for each in numbers]
    best, most = None, (0.0, 0.0)
    for sentence in {id(each): each for each in several}.values():
        like = Indel.normalized_similarity(sentence.keys, told.keys, score_cutoff=LEAST)
        held = [slot.tag for slot in sentence.slots.values()]
        if like and (order := (sum(tag in held for tag in tags), like)) > most:
            best, most = sentence, order
    return best


def _told(
    paragraph: MatchedParagraph, told: _Sentence, meant: _Sentence, numbers: Sequence[Stated]
) -> Iterator[tuple[Contradiction, Stated | None]]:
    moved = len(items := _items(meant)) > 1 and items == _items(told)
    for change in _changes(meant, told):
        if moved and _names_units(meant, told, change):
            continue
        rule = WORDING if _opposed(meant, told, change) else REWORDED
        held = told.words[change.other.start:change.other.stop] or told.words[change.other.start - 1:][:1]
        start, end = held[0].token.start, held[-1].token.end
        figure = min(numbers, key=lambda each: abs(each.place.token.start - start), default=None)
        if not figure.agrees if figure else rule is not WORDING:
            continue
        one, other = _shown(meant, change.one), _shown(told, change.other)
        message = f"câu ghi “{other}”, mẫu ghi “{one}”{_of_number(figure) if figure else ''}."
        quote = paragraph.text[told.words[0].token.start:told.words[-1].token.end]
        code = figure.slot.codes[0] if figure and figure.slot.codes else ""
        spot = Spot(paragraph.index, start, end)
        yield Contradiction(rule, message, quote, spot, other, one, "", code, "mẫu báo cáo"), figure


def _items(sentence: _Sentence) -> set[tuple[str, Decimal]]:
    """The numbers that follow the name of a unit, with it: in whatever order a list has them."""
    pairs = pairwise(word for word in sentence.words if word.kind == "unit" or word.key == NUMBER)
    return {
        (one.key, other.token.value) for one, other in pairs
        if one.kind == "unit" and other.key == NUMBER and other.token.value is not None
    }


def _names_units(one: _Sentence, other: _Sentence, change: _Change) -> bool:
    changed = [*(one.words[place] for place in change.one), *(other.words[place] for place in change.other)]
    return any(word.kind == "unit" for word in changed)


def _of_number(figure: Stated) -> str:
    slot = figure.slot
    named = f" ({slot.tag} {slot.title})" if len(slot.codes) == 1 else f" ({slot.tag})" if slot.tag else ""
    return f" cho số {figure.written}{named}"


def _changes(one: _Sentence, other: _Sentence) -> list[_Change]:
    """Where words, or numbers of the template's own wording, differ; other numbers are for others to judge."""
    changes = []
    for step in Levenshtein.opcodes(one.keys, other.keys):
        spans = range(step.src_start, step.src_end), range(step.dest_start, step.dest_end)
        if step.tag != "equal":
            changes.append(_Change(*spans))
        else:
            changes += (
                _Change(range(place, place + 1), range(at, at + 1)) for place, at in zip(*spans, strict=True)
                if _other_limit(one, one.words[place], other.words[at])
            )
    return [each for each in _joined(changes) if not _is_idle(one, other, each)]


def _other_limit(one: _Sentence, word: _Word, other: _Word) -> bool:
    """Whether a number that the template itself says is another: dưới 06 tháng."""
    slot = one.slots.get(word.token.start)
    return word.key == NUMBER and slot is not None and not slot.codes and word.token.value != other.token.value


def _is_idle(one: _Sentence, other: _Sentence, change: _Change) -> bool:
    """Whether only a number was put in or left out, or words without which a sentence says the same."""
    changed = [*(one.words[place] for place in change.one), *(other.words[place] for place in change.other)]
    numbers = [word.key == NUMBER for word in changed]
    return all(word.key in IDLE for word in changed) or (all(numbers) and not (change.one and change.other))


def _joined(changes: Iterable[_Change]) -> list[_Change]:
    """Changes that touch each other as one."""
    made: list[_Change] = []
    for each in changes:
        if made and made[-1].one.stop == each.one.start and made[-1].other.stop == each.other.start:
            made[-1] = _Change(range(made[-1].one.start, each.one.stop), range(made[-1].other.start, each.other.stop))
        else:
            made.append(each)
    return made


def _shown(sentence: _Sentence, span: range) -> str:
    """The changed words as they are written, with two words after them, and the one before where few are changed."""
    first = max(0, span.start - (len(span) < 2))
    held = sentence.words[first:span.stop + 2] or sentence.words[-1:]
    return sentence.text[held[0].token.start:held[-1].token.end]


def _opposed(one: _Sentence, other: _Sentence, change: _Change) -> bool:
    if max(len(change.one), len(change.other)) > FEW:
        return False
    sides = [[sentence.words[place] for place in span] for sentence, span in ((one, change.one), (other, change.other))]
    kinds = [{word.kind: word.key for word in side if word.kind and word.kind not in _CITED} for side in sides]
    if any(kinds[0][kind] != kinds[1][kind] for kind in kinds[0].keys() & kinds[1].keys()):
        return True
    if any(_other_limit(one, *pair) for pair in zip(*sides, strict=False) if pair[1].key == NUMBER):
        return True
    zero = any(word.token.sort is Sort.ZERO for word in sides[0])
    if zero and sides[1] and not any(word.token.states for word in sides[1]):
        return True
    windows = [_window(sentence, span) for sentence, span in ((one, change.one), (other, change.other))]
    return any(_contrary(group, *windows) for group in contraries())


Window = tuple[str, int, int]
"""The changed words with one neighbour on each side, blanks around each, and where the changed ones stand in it."""


def _window(sentence: _Sentence, span: range) -> Window:
    keys = sentence.keys
    before = "".join(f" {key}" for key in keys[max(0, span.start - 1):span.start])
    changed = "".join(f" {key}" for key in keys[span.start:span.stop])
    return f"{before}{changed}{''.join(f' {key}' for key in keys[span.stop:span.stop + 1])} ", len(before), \
        len(before) + len(changed)


def _contrary(group: tuple[tuple[str, ...], ...], one: Window, other: Window) -> bool:
    """Whether the changed words stand on two sides of a group of contraries."""
    left, right = (_sides(group, window) for window in (one, other))
    return bool(left and right and not left & right)


def _sides(group: tuple[tuple[str, ...], ...], window: Window) -> set[int]:
    text, start, end = window
    found = set()
    for number, words in enumerate(group):
        spots = (match for word in words for match in re.finditer(f"(?= ({re.escape(word)}) )", text))
        if any(match.start() < end and match.end(1) > start + 1 for match in spots):
            found.add(number)
    return found or ({group.index(())} if () in group else set())


@cache
def contraries() -> tuple[tuple[tuple[str, ...], ...], ...]:
    """The groups of words that exclude each other: sides of synonyms; an empty side is that of no word at all."""
    text = resources.files("cchc_xl.reconcile").joinpath("tu_trai_nghia.txt").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return tuple(
        tuple(tuple(folded(word) for word in side.split(",") if word.strip()) for side in line.split("|"))
        for line in lines
    )
