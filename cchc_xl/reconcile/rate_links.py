"""Which count a rate speaks of: the words and brackets that stand between the two."""

from __future__ import annotations

from collections.abc import Sequence, Set

from cchc_xl.reconcile.stated_counts import SHORT_THINGS, THINGS
from cchc_xl.reconcile.text_tokens import Sort, Token

LINKS = frozenset([
    "đạt", "chiếm", "tỷ", "tỉ", "lệ", "trọng", "bằng", "tương", "đương", "ứng", "với", "là", "có", "mức", "tức", "=",
    "+",
])


def is_linked(tokens: Sequence[Token], nearest: int, index: int) -> bool:
    """Whether a rate speaks of the count before it: (chiếm 30%), đạt tỷ lệ 30%."""
    return not _closes(tokens[nearest + 1:index]) and leads(tokens, nearest, index, LINKS)


def leads(tokens: Sequence[Token], nearest: int, index: int, links: Set[str]) -> bool:
    """Whether nothing but linking words stands between a count and a rate."""
    between = tokens[nearest + 1:index]
    if any(token.text in (";", ".") and token.sort is Sort.MARK for token in between):
        return False
    marks = [token for token in between if token.text in ("(", ",", "-", "–") and token.sort is Sort.MARK]
    named = 0 if not between or between[0].text not in THINGS else 1 if between[0].text in SHORT_THINGS else 2
    tail = between[between.index(marks[-1]) + 1:] if marks else (between[named:] or between)[-3:]
    return bool(marks or tail) and all(token.text in links for token in tail)


def _closes(between: Sequence[Token]) -> bool:
    """Whether a bracket that was opened before ends here: the count inside is not what is spoken of after it."""
    marks = [token.text for token in between if token.sort is Sort.MARK and token.text in "()"]
    return marks[:1] == [")"]


def opening(tokens: Sequence[Token], place: int, first: int) -> int | None:
    """The bracket that a place stands in."""
    depth = 0
    for index in range(place, first - 1, -1):
        if tokens[index].sort is Sort.MARK:
            depth += (tokens[index].text == ")") - (tokens[index].text == "(")
            if depth < 0:
                return index
    return None
