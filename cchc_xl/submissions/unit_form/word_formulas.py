"""Formulas that understand words as the number grammar does: có/không, the labels of choices, nothing to report."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from cchc_xl.reading import folded
from cchc_xl.reading.spellings import NO_WORDS, STATED_WAYS, TICKS, YES_WORDS
from cchc_xl.rules.native_rule import literal
from cchc_xl.schema.form_model import Indicator
from cchc_xl.schema.model_kinds import Kind
from cchc_xl.typed_text import TONES

BLANK, BETWEEN = "\u00a0", "|"
JOINTS = " -=:.()"
"""What may stand between a code and its word: 1 (có), không = 0."""
UNJOINED = str.maketrans("", "", JOINTS)


def tidied(cell: str) -> str:
    """The text of a cell without blanks at its ends."""
    return f'TRIM(SUBSTITUTE({cell},{literal(BLANK)}," "))'


def is_one_of(text: str, words: Iterable[str]) -> str:
    """Whether a text in small letters is one of some words, however their letters are composed."""
    return f'ISNUMBER(FIND("{BETWEEN}"&{text}&"{BETWEEN}",{_listed(tuple(words))}))'


@lru_cache(maxsize=256)
def _listed(words: tuple[str, ...]) -> str:
    """The words in all their compositions, as one constant."""
    known = dict.fromkeys(spelt for word in words for spelt in _compositions(word.lower()))
    return literal(BETWEEN + BETWEEN.join(known) + BETWEEN)


def _compositions(word: str) -> tuple[str, ...]:
    """As most keyboards write a word, with loose tone marks as others do, and with every mark loose."""
    loose = unicodedata.normalize("NFD", word)
    toned = unicodedata.normalize("NFC", "".join(letter for letter in loose if letter not in TONES))
    if toned == word:
        return word, loose
    parts = (unicodedata.normalize("NFD", letter) for letter in word)
    kept = (
        unicodedata.normalize("NFC", "".join(mark for mark in part if mark not in TONES))
        + "".join(mark for mark in part if mark in TONES) for part in parts
    )
    return word, "".join(kept), loose


def answer_formula(row: Indicator, cell: str) -> str:
    """The code that a cell says by number, word or both; empty text where it says none."""
    text = f"LOWER({tidied(cell)})"
    squeezed = text
    for joint in JOINTS:
        squeezed = f'SUBSTITUTE({squeezed},"{joint}","")'
    formula = '""'
    for code, words in reversed(_words_by_code(row).items()):
        squeezed_words = (word.translate(UNJOINED) for word in words)
        both = [each for bare in squeezed_words if bare for each in (f"{code}{bare}", f"{bare}{code}")]
        said = is_one_of(text, [code, *words])
        formula = f"IF(OR({said},{is_one_of(squeezed, both)}),{code},{formula})"
    return formula


def _words_by_code(row: Indicator) -> dict[str, list[str]]:
    if row.asked is Kind.YES_NO:
        return {"1": [*sorted(YES_WORDS | TICKS), "true"], "0": [*sorted(NO_WORDS), *STATED_WAYS, "false"]}
    return {code: [label, folded(label)] for code, label in row.choices.items()}
