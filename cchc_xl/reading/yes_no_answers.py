"""Answers that are not numbers: có/không, and a choice among coded labels."""

from __future__ import annotations

import re
from decimal import Decimal

from cchc_xl.reading.meaning import STATED_WAYS, Meaning, remark, short, unreadable
from cchc_xl.schema.form_model import Indicator
from cchc_xl.schema.model_kinds import Missing
from cchc_xl.typed_text import both_ways, folded, says_nothing
from cchc_xl.values import Status

YES_WORDS = frozenset(both_ways("có", "yes", "y", "đã có", "đã thực hiện", "có thực hiện", "rồi"))
NO_WORDS = frozenset(both_ways(
    "không", "ko", "k", "không có", "chưa", "chưa có", "chưa thực hiện", "không thực hiện", "no", "n", "-", "–",
))
TICKS = frozenset({"x", "✓", "✔", "v", "☑", "✗"})
LOOK_ALIKE = {"o": "0", "ο": "0", "о": "0", "l": "1", "i": "1", "|": "1"}
_CODED = (
    r"(?P<code>[01]) ?[-=:.(]? ?(?P<word>[^\W\d][^)]*?)\)?"
    r"|(?P<word_first>[^\W\d][^(=]*?) ?[-=:(]? ?(?P<code_last>[01])\)?"
)


def yes_or_no(text: str) -> Meaning:
    """1 or 0 from a tidied text."""
    word = folded(text)
    if word in STATED_WAYS:
        return Meaning(Decimal(0), status=Status.NOTHING)
    if word in ("0", "1"):
        return Meaning(Decimal(word), remark("text_number", f"số {word} lưu dạng chữ; đã đọc là {word}.", word))
    code = _code_of(word)
    if code:
        return Meaning(Decimal(code), remark("word", f"ô ghi “{short(text)}”; đọc là {code}.", code))
    if word in TICKS:
        return Meaning(Decimal(1), remark("tick", f"ô ghi “{text}”; đọc là 1 (có). Gõ 1 hoặc 0.", "1"))
    if word in LOOK_ALIKE:
        digit = LOOK_ALIKE[word]
        return unreadable("look_alike", f"ô ghi chữ “{text}” giống chữ số; nếu là {digit} thì gõ lại.", digit)
    return unreadable("not_yes_no", f"ô ghi “{short(text)}”; chỉ nhận 1 (có) hoặc 0 (không).")


def _code_of(word: str) -> str:
    """The code of a word, or of a word and a digit that agree: “1 (có)”, “không = 0”."""
    if word in YES_WORDS or word in NO_WORDS:
        return "1" if word in YES_WORDS else "0"
    both = re.fullmatch(_CODED, word)
    if not both:
        return ""
    digit, alone = both["code"] or both["code_last"], (both["word"] or both["word_first"]).strip()
    known = YES_WORDS if digit == "1" else NO_WORDS
    return digit if alone in known else ""


def choice(text: str, row: Indicator) -> Meaning:
    """The code of a choice from a tidied text: the code, its label, or both together."""
    if text in row.choices:
        return Meaning(Decimal(text), remark("text_number", f"số {text} lưu dạng chữ; đã đọc là {text}.", text))
    word = folded(text)
    for code, label in row.choices.items():
        if word == folded(label) or re.fullmatch(rf"{code} ?[-=:.(]? ?{re.escape(folded(label))}\)?", word):
            return Meaning(Decimal(code), remark("word", f"ô ghi “{short(text)}”; đọc là {code}.", code))
    return unknown_choice(text, row)


def unknown_choice(text: str, row: Indicator) -> Meaning:
    """No choice: the known ones are named, and the nearest label's code is suggested."""
    from difflib import get_close_matches

    known = "; ".join(f"{code} = {label}" for code, label in row.choices.items())
    labels = {folded(label): code for code, label in row.choices.items()}
    near = get_close_matches(folded(text), labels, n=1, cutoff=0.8)
    suggestion = labels[near[0]] if near else ""
    may_be_blank = row.required_if or row.missing is Missing.OPTIONAL
    blank = "; kỳ này không có thì để trống" if may_be_blank and says_nothing(text) else ""
    return unreadable("unknown_choice", f"ô ghi “{short(text)}”; chỉ nhận {known}{blank}.", suggestion)
