"""Text as people type it, made comparable: Unicode form, blanks, tone-mark placement."""

from __future__ import annotations

import re
import unicodedata

INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
BLANKS = re.compile(r"\s+")

# The tone mark may stand on either vowel of oa, oe, uy: hòa/hoà, khỏe/khoẻ, ủy/uỷ.
TONES = "\u0300\u0301\u0303\u0309\u0323"
OLD_PLACE = re.compile(rf"(o)([{TONES}])([ae])|(u)([{TONES}])(y)")


def composed(text: str) -> str:
    """Composed letters and no invisible characters; blanks and lines stay as typed."""
    return unicodedata.normalize("NFC", text).translate(INVISIBLE)


def tidy(text: str) -> str:
    """Composed letters, no invisible characters, single blanks, none at the ends. Letters stay as typed."""
    return BLANKS.sub(" ", composed(text)).strip()


def tidy_lines(text: str) -> str:
    """The same line by line, for text that is longer than one line."""
    return "\n".join(line for line in map(tidy, composed(text).splitlines()) if line)


def folded(text: str) -> str:
    """For comparing names: tidied, lower case, tone mark in its modern place (ủy = uỷ, hòa = hoà)."""
    spread = unicodedata.normalize("NFD", tidy(text).casefold())
    moved = OLD_PLACE.sub(lambda m: f"{m[1] or m[4]}{m[3] or m[6]}{m[2] or m[5]}", spread)
    return unicodedata.normalize("NFC", moved)
