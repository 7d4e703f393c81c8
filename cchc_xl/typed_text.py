"""Text as people type it, made comparable: Unicode form, blanks, tone-mark placement."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import filterfalse

INVISIBLE = (
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
"""Characters that join, part or turn others and are not seen themselves."""

RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
"""Digits as the raised ones that stand for numbers of notes."""

_UNSEEN = f"[{INVISIBLE}]"

# The tone mark may stand on either vowel of oa, oe, uy: hòa/hoà, khỏe/khoẻ, ủy/uỷ.
TONES = "\u0300\u0301\u0303\u0309\u0323"
MODERN_PLACE = {f"{pair[0]}{tone}{pair[1]}": f"{pair}{tone}" for tone in TONES for pair in ("oa", "oe", "uy")}
"""Spread letters with the tone mark in its old place, and in the modern one."""


def composed(text: str) -> str:
    """Composed letters and no invisible characters; blanks and lines stay as typed."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", text if text.isprintable() else re.sub(_UNSEEN, "", text))


def tidy(text: str) -> str:
    """Composed letters, no invisible characters, single blanks, none at the ends. Letters stay as typed."""
    return " ".join(composed(text).split())


def tidy_lines(text: str) -> str:
    """The same line by line, for text that is longer than one line."""
    return "\n".join(line for line in map(tidy, composed(text).splitlines()) if line)


def shortened(text: str, most: int) -> str:
    """A text of so many letters at most; … ends one that was longer."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def some_of(things: Sequence[str], most: int, what: str, between: str = ", ") -> str:
    """The first things and how many more there are: III.1, III.2 và 3 dòng khác."""
    more = f" và {len(things) - most} {what} khác" if len(things) > most else ""
    return between.join(things[:most]) + more


def said(text: str) -> str:
    """A text without blanks at its ends; "" where it has no letter and no digit: …, -, ???"""
    return text.strip() if any(map(str.isalnum, text)) else ""


def reasoned(text: str) -> bool:
    """Whether a text can be a reason: it has two words at least, and does not only say that there is nothing."""
    return len(re.findall(r"[^\W\d_]{2,}", composed(text))) >= 2 and not says_nothing(text)


def says_nothing(text: str) -> bool:
    """Whether the whole of a text says that there is nothing: Không; không có.; không phát sinh."""
    return folded(text).rstrip(".! ") in NOTHING


def both_ways(*words: str) -> tuple[str, ...]:
    """The words as written, then as they are typed without marks on a phone: không có, khong co."""
    return tuple(dict.fromkeys([*words, *map(without_marks, words)]))


def without_marks(text: str) -> str:
    """A text without tones and diacritics: khong co."""
    spread = unicodedata.normalize("NFD", text.replace("đ", "d"))
    return "".join(filterfalse(unicodedata.combining, spread))


NONE = ("không", "ko", "không có", "ko có", "chưa phát sinh", "không có phát sinh")
"""What people write where there is nothing, in cells and in texts."""

NOTHING = frozenset(both_ways(
    *NONE, "chưa có", "không phát sinh", "ko phát sinh", "không có gì", "không có nội dung",
))


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """For comparing names: tidied, lower case, tone mark in its modern place (ủy = uỷ, hòa = hoà).

    Remembered, for the same names and headings stand on every sheet and in every form.
    """
    lower = tidy(text).casefold()
    if lower.isascii():
        return lower
    spread = unicodedata.normalize("NFD", lower)
    for old, modern in MODERN_PLACE.items():
        spread = spread.replace(old, modern)
    return unicodedata.normalize("NFC", spread)
