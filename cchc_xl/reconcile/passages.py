"""What is read as one sentence although it stands in several paragraphs: a whole, and its parts below it.

“985 hồ sơ, trong đó:”, “- Đất đai: 844 hồ sơ;”, “- Hộ tịch: 141 hồ sơ.” says what “985 hồ sơ, trong đó: Đất đai: 844
hồ sơ; Hộ tịch: 141 hồ sơ.” says; items below an item stand as in brackets after it. So only this file knows of lists.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from cchc_xl.reconcile.reconcile_rules import Contradiction, Spot
from cchc_xl.reconcile.sentence_match import MatchedParagraph
from cchc_xl.reconcile.text_tokens import Sort, Token

_ITEM = re.compile(r"\s*(?P<bullet>[-–+•*]|[a-zđ]\)|(?:\d{1,2}\.)*\d{1,2}[.)])\s+(?=\S)")
_LABELLED = re.compile(r"[^\d:;.]{2,80}:?\s*\d[\d.,]*\s*%?[^\d:;(]{0,30}(?:\([^()]{1,40}\))?[.;]?\s*$")
"""A line of its own that says what a number is of: Trước hạn: 20 hồ sơ."""

_GOES_ON = re.compile(
    r"\s*(?:(?:tỷ|tỉ) lệ|như vậy|(?:tổng|cộng)\b(?=\D*[\d.,]+\D*(?:[\d.,]+ ?%\D*)?(?<!:)$)|trong đó|trong số|bao gồm|"
    r"gồm|cụ thể|chia ra)\b",
    re.IGNORECASE,
)
"""What goes on with the paragraph before; a total only where it has no parts of its own."""

_LONGEST, _MOST = 45, 25
"""Tokens of an item; paragraphs of a passage."""


@dataclass(slots=True)
class JoinedText:
    """Paragraphs read as one, and where each of its letters and tokens came from."""

    text: str = ""
    tokens: list[Token] = field(default_factory=list)
    origins: list[tuple[int, int]] = field(default_factory=list)
    """The paragraph and the token that each token was; -1 for a mark that joins."""

    _starts: list[tuple[int, int, int]] = field(default_factory=list)

    @property
    def paragraph(self) -> MatchedParagraph:
        """The passage as a paragraph of its own."""
        return MatchedParagraph(0, self.text, tuple(self.tokens))

    def told(self, fault: Contradiction) -> Contradiction:
        """A fault of the passage at its own place."""
        start, paragraph, own = self._starts[bisect_right(self._starts, (fault.spot.start, 10**9, 0)) - 1]
        apart = own - start
        return replace(fault, spot=Spot(paragraph, fault.spot.start + apart, fault.spot.end + apart))

    def add(self, paragraph: MatchedParagraph, ends: str) -> None:
        """Puts a paragraph to the end, without its bullet; `ends` are the marks at its end that are left out."""
        first = _skipped(paragraph)
        tokens = list(enumerate(paragraph.tokens))[first:]
        while tokens and tokens[-1][1].sort is Sort.MARK and tokens[-1][1].text in ends:
            tokens.pop()
        if tokens:
            begin, end, at = tokens[0][1].start, tokens[-1][1].end, len(self.text)
            self._starts.append((at, paragraph.index, begin))
            self.text += paragraph.text[begin:end]
            moved = at - begin
            self.tokens += [replace(each, start=each.start + moved, end=each.end + moved) for _, each in tokens]
            self.origins += [(paragraph.index, place) for place, _ in tokens]

    def mark(self, mark: str) -> None:
        """Puts a mark between."""
        if self.tokens and (mark in "()" or self.tokens[-1].text not in "(:;"):
            self.tokens.append(Token(Sort.MARK, mark, len(self.text), len(self.text) + 1))
            self.origins.append((-1, -1))
            self.text += mark
        self.text += " "


def passages(report: Sequence[MatchedParagraph]) -> Iterator[JoinedText]:
    """The report as passages: what belongs together as one, all other paragraphs for themselves."""
    place = 0
    while place < len(report):
        size = _size(report[place:place + _MOST])
        yield _joined(report[place:place + size])
        place += size


def _size(several: Sequence[MatchedParagraph]) -> int:
    """How many paragraphs make the passage that begins with the first."""
    own = _bullet(several[0].text)
    size = 1
    closed = not own and _is_closed(several[0])
    for before, each in itertools.pairwise(several):
        bullet = _bullet(each.text)
        below = bullet and (bullet != own or _counts(several[0])) and _is_short(each)
        goes_on = not bullet and _GOES_ON.match(each.text) and any(token.states for token in before.tokens)
        if not goes_on and (not below or closed):
            break
        size += 1
    return size


def _is_closed(paragraph: MatchedParagraph) -> bool:
    """Whether a paragraph ends with a full stop and tells several counts: what follows is no list of the last one."""
    tokens = paragraph.tokens
    return paragraph.text.rstrip().endswith(".") and sum(token.states and not token.percent for token in tokens) > 1


def _counts(paragraph: MatchedParagraph) -> bool:
    return _is_short(paragraph) and any(token.states for token in paragraph.tokens[_skipped(paragraph):])


def _is_short(paragraph: MatchedParagraph) -> bool:
    tokens = paragraph.tokens
    return len(tokens) <= _LONGEST and not any(token.text == "." for token in tokens[_skipped(paragraph):-1])


def _bullet(text: str) -> str:
    """What an item begins with; letters and numbers are each one sort. Empty for what is none."""
    found = _ITEM.match(text)
    return re.sub(r"\w+", "1", found["bullet"]) if found else ":" if _LABELLED.match(text) else ""


def _skipped(paragraph: MatchedParagraph) -> int:
    """How many tokens the bullet of a paragraph has."""
    found = _ITEM.match(paragraph.text)
    return sum(token.start < found.end() for token in paragraph.tokens) if found else 0


def _joined(several: Sequence[MatchedParagraph]) -> JoinedText:
    passage, open_ = JoinedText(), [_bullet(several[0].text)]
    for place, each in enumerate(several):
        bullet = _bullet(each.text)
        if place and not bullet:
            for _ in open_[2:]:
                passage.mark(")")
            open_ = open_[:1]
            passage.mark(".")
        elif place and bullet in open_:
            while open_[-1] != bullet:
                if len(open_) > 2:
                    passage.mark(")")
                open_.pop()
            passage.mark(";")
        elif place:
            passage.mark(":" if len(open_) == 1 else "(")
            open_.append(bullet)
        passage.add(each, ".;:" if place + 1 < len(several) else "")
    return passage
