"""The thing that a number counts: 10.248 hồ sơ is not 10.248 thủ tục, and 99,95 % is not 99,95."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from cchc_xl.reconcile.reconcile_rules import POINTS, UNIT, Contradiction
from cchc_xl.reconcile.sentence_match import Stated
from cchc_xl.reconcile.template_patterns import Pattern
from cchc_xl.reconcile.text_tokens import Sort, after
from cchc_xl.schema.form_model import Form, Indicator
from cchc_xl.typed_text import folded

_OFTEN = 2
"""How often the template must write a thing after a number for it to be known as one."""


def wrong_units(
    stated: Sequence[Stated], patterns: Sequence[Pattern], form: Form
) -> Iterator[Contradiction]:
    """Figures that count something else than the template says, and rates that have lost or gained their %."""
    things = Things(patterns, form)
    for each in stated:
        is_number = each.place.token.sort is Sort.NUMBER
        if each.slot.change and each.place.token.percent:
            yield _points(each)
        elif is_number and each.slot.percent != each.place.token.percent:
            told, wanted = ("%", "số đếm") if each.place.token.percent else ("không có %", "%")
            yield _fault(each, told, wanted)
        elif is_number and not each.slot.percent and not _in_pair(each) and (other := things.other(each)):
            yield _fault(each, *other)


def _in_pair(stated: Stated) -> bool:
    """Whether it is the first of two: the thing is named after the second."""
    tokens, index = stated.place.paragraph.tokens, stated.place.index
    return index + 1 < len(tokens) and tokens[index + 1].text == "/"


class Things:
    """What numbers count: the units that the form declares and the words that often follow figures of the template."""

    def __init__(self, patterns: Sequence[Pattern], form: Form) -> None:
        self._form = form
        self._after = {
            id(slot): after(pattern.tokens, slot.index) for pattern in patterns for slot in pattern.slots
        }
        counts = Counter(words[:size] for words in set(self._after.values()) for size in (1, 2) if len(words) >= size)
        declared = {unit for row in form.indicators() for unit in _declared(row)}
        self._known = declared | {words for words, count in counts.items() if count >= _OFTEN and len(words) == 2}

    def other(self, stated: Stated) -> tuple[str, str] | None:
        """The thing told and the thing wanted, where they are two different ones."""
        wanted = self._after.get(id(stated.slot), ())
        told = after(stated.place.paragraph.tokens, stated.place.index)
        named, meant = self._named(told), self._named(wanted)
        if not named or not meant or named == meant or _within(named, wanted) or _within(meant, told):
            return None
        codes = stated.slot.codes
        if any(named in _declared(self._form.by_code[code]) for code in codes if code in self._form.by_code):
            return None
        return " ".join(named), " ".join(meant)

    def _named(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """The thing that the words begin with."""
        return next((words[:size] for size in (3, 2, 1) if words[:size] in self._known), ())


def _declared(row: Indicator) -> set[tuple[str, ...]]:
    """Cơ quan, đơn vị: either of the two."""
    return {tuple(folded(unit).split()) for unit in row.unit.split(",") if unit.strip() and unit.strip() != "%"}


def _within(thing: tuple[str, ...], words: tuple[str, ...]) -> bool:
    return set(thing) <= set(words)


def _points(stated: Stated) -> Contradiction:
    message = f"{stated.written} là hiệu của hai tỷ lệ ({stated.slot.title}), nên tính theo điểm %."
    return stated.fault(POINTS, message, "%", "điểm %", "", "cách viết")


def _fault(stated: Stated, told: str, wanted: str) -> Contradiction:
    message = f"{stated.written} ghi đơn vị “{told}”, số liệu này tính theo “{wanted}”: {stated.slot.title}."
    return stated.fault(UNIT, message, told, wanted, "", "mẫu báo cáo")
