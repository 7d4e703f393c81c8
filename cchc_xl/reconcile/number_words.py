"""Numbers written in words inside a text: mười một hồ sơ, hai phường.

Only what reads back to the same words is a number. A single digit is one only before a thing that is counted, because
"một cửa" and "năm" (year) are words like others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cchc_xl.typed_text import folded
from cchc_xl.writing.vietnamese_numbers import WORDS_OF_NUMBERS, value_of_words

_WORD = rf"(?:{'|'.join(WORDS_OF_NUMBERS)})"
_RUN = re.compile(rf"\b{_WORD}(?:\s+{_WORD})*\b", re.IGNORECASE)
_SHARE = re.compile(r"\s+phần\s+trăm\b", re.IGNORECASE)
_NOT_COUNTED = re.compile(r"\b(?:năm|tháng|ngày|thứ|quý|khoản|điều|điểm|mục|chương|bảng|biểu)\s*$", re.IGNORECASE)
_AMBIGUOUS = frozenset({"không", "một", "năm", "tư", "mốt", "lăm", "nhăm"})


@dataclass(frozen=True, slots=True)
class InWords:
    """A number in words: its place, value, and whether it is a percentage."""

    start: int
    end: int
    value: int
    percent: bool


class WordReader:
    """Finds numbers in words; knows what is counted."""

    def __init__(self, things: Iterable[str]) -> None:
        named = sorted({re.escape(folded(thing)) for thing in things if thing.strip()}, key=len, reverse=True)
        self._thing = re.compile(rf"\s+(?:{'|'.join(named)})\b", re.IGNORECASE) if named else None

    def find(self, text: str) -> Iterator[InWords]:
        """The numbers of a text, in order."""
        for run in _RUN.finditer(text):
            words = list(re.finditer(r"\w+", run[0]))
            share = _SHARE.match(text, run.end())
            for first in range(len(words)):
                start = run.start() + words[first].start()
                value = value_of_words([word[0] for word in words[first:]])
                if value is None:
                    continue
                if self._counts(text, start, run.end(), len(words) - first, bool(share)):
                    yield InWords(start, share.end() if share else run.end(), value, bool(share))
                break

    def _counts(self, text: str, start: int, end: int, length: int, share: bool) -> bool:
        if _NOT_COUNTED.search(text, 0, start):
            return False
        said = text[start:end].casefold()
        if length > 1 or share:
            return True
        return said == "mười" or (
            said not in _AMBIGUOUS and self._thing is not None and self._thing.match(text, end) is not None
        )
