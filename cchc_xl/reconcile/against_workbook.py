"""The numbers of a report against the workbook, against the appendix, and one sentence against another; what they
count: 10.248 hồ sơ is not 10.248 thủ tục, and 99,95 % is not 99,95.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from cchc_xl.figures import Figure
from cchc_xl.reconcile.appendix_lines import Appendix, AppendixLine
from cchc_xl.reconcile.one_slip import follows
from cchc_xl.reconcile.reconcile_rules import APPENDIX, FIGURE, POINTS, REPEATED, TABLE, UNIT, Contradiction
from cchc_xl.reconcile.sentence_match import Stated
from cchc_xl.reconcile.stated_counts import count_at
from cchc_xl.reconcile.template_patterns import Pattern
from cchc_xl.reconcile.text_likeness import are_siblings
from cchc_xl.reconcile.text_tokens import Sort, after
from cchc_xl.schema.form_model import Form, Indicator
from cchc_xl.typed_text import folded
from cchc_xl.values import Address, Ratio, Value
from cchc_xl.writing.vietnamese_numbers import in_table, plain

Places = Mapping[str, Address]
"""Where the workbook holds a figure, by indicator code."""


def from_workbook(stated: Sequence[Stated], places: Places) -> Iterator[Contradiction]:
    """Numbers that differ from the workbook's."""
    for each in stated:
        if each.slot.expected is not None and not each.agrees and not (each.bounds and each.says(each.slot.expected)):
            yield _differs(each, places)


def _differs(stated: Stated, places: Places) -> Contradiction:
    slot = stated.slot
    assert slot.expected is not None
    difference = plain(stated.value - slot.expected)
    said, expected = stated.written, plain(slot.expected) + ("%" if stated.slot.percent else "")
    if turned := stated.value * slot.expected < 0:
        said, expected = (f"{'giảm' if value < 0 else 'tăng'} {plain(abs(value))}" for value in (
            stated.value, slot.expected))
    cells = tuple(places[code] for code in slot.codes if code in places)
    where = f" ({', '.join(map(str, cells))})" if cells else ""
    message = (
        f"báo cáo ghi {said}, sổ có {expected}{where}: {slot.title} [{slot.tag}]"
        + ("." if turned else f"; chênh lệch {difference}.")
    )
    return stated.fault(FIGURE, message, stated.written, expected, difference, "sổ", cells)


def between_sentences(stated: Sequence[Stated], homes: Mapping[int, int]) -> Iterator[Contradiction]:
    """A figure that is stated twice with different numbers; the one that is not the workbook's is named.

    `homes` tells the passage that each paragraph is of: nobody states one figure twice in a passage. Nor is what is
    called quá hạn the figure of what is đúng hạn.
    """
    told: dict[str, list[Stated]] = defaultdict(list)
    for each in stated:
        counts = each.slot.tag and not each.slot.percent and not each.bounds
        if counts and not are_siblings(_called(each), each.slot.title.casefold()):
            told[each.slot.tag].append(each)
    for several in told.values():
        if len({each.value for each in several}) > 1:
            right = next((each for each in several if each.agrees), several[0])
            home = homes.get(right.place.paragraph.index)
            others = (each for each in several if homes.get(each.place.paragraph.index) != home)
            yield from (_repeated(each, right) for each in others if each.value != right.value)


def _called(stated: Stated) -> str:
    place = stated.place
    return count_at(place.paragraph.tokens, place.index).name


def _repeated(one: Stated, other: Stated) -> Contradiction:
    difference = plain(one.value - other.value)
    message = (
        f"cùng một số liệu ({one.slot.title}) ghi {one.written} ở đây và {other.written} ở đoạn "
        f"{other.place.paragraph.index + 1} (“{other.place.sentence}”); chênh lệch {difference}."
    )
    return one.fault(
        REPEATED, message, one.written, other.written, difference, f"đoạn {other.place.paragraph.index + 1}"
    )


def with_appendix(stated: Sequence[Stated], appendix: Appendix) -> Iterator[Contradiction]:
    """Numbers of the text that differ from the printed appendix, wherever it shows the figure."""
    for each in stated:
        lines = [line for line in appendix.by_code.get(each.slot.tag, ()) if line.value is not None]
        if not lines or any(line.value is not None and _is_in(each, line.value) for line in lines):
            continue
        line, shown = lines[0], in_table(lines[0].value)
        apart = plain(each.value - line.value) if isinstance(line.value, Decimal) else ""
        message = (
            f"lời văn ghi {each.written}, phụ lục ghi {shown} ở dòng {line.code} ({line.label})"
            + (f"; chênh lệch {apart}." if apart else ".")
        )
        yield each.fault(APPENDIX, message, each.written, shown, apart, f"phụ lục, dòng {line.code}")


def _is_in(stated: Stated, value: Value) -> bool:
    """Whether the appendix says the same; a pair says both of its numbers."""
    said = (value.part, value.whole) if isinstance(value, Ratio) else (value,)
    return any(isinstance(one, Decimal) and stated.says(one) for one in said)


def appendix_lines(appendix: Appendix, figures: Mapping[str, Figure], places: Places) -> Iterator[Contradiction]:
    """Lines of the appendix that differ from the workbook."""
    for line in appendix.lines:
        figure = figures.get(line.code)
        if line.value is None or figure is None or figure.value is None or line_agrees(line, figure):
            continue
        cells = (places[line.code],) if line.code in places else ()
        expected = in_table(figure.value)
        numbers = isinstance(line.value, Decimal) and isinstance(figure.value, Decimal)
        apart = plain(line.value - figure.value) if numbers else ""  # type: ignore[operator]
        where = f" ({cells[0]})" if cells else ""
        message = f"phụ lục, dòng {line.code} ({line.label}) ghi {line.raw}, sổ có {expected}{where}" + (
            f"; chênh lệch {apart}." if apart else "."
        )
        yield Contradiction(
            TABLE, message, f"{line.label}: {line.raw}", line.spot, line.raw, expected, apart, line.code, "sổ", cells
        )


def line_agrees(line: AppendixLine, figure: Figure) -> bool:
    """Whether a line of the appendix shows the workbook's figure, at the decimals it is written with."""
    if isinstance(line.value, Decimal) and figure.part is not None and figure.whole and line.places is not None:
        return follows(line.value, line.places, figure.part, figure.whole)
    return line.value == figure.value


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
            message = f"{each.written} là hiệu của hai tỷ lệ ({each.slot.title}), nên tính theo điểm %."
            yield each.fault(POINTS, message, "%", "điểm %", "", "cách viết")
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
        if not named or not meant or named == meant or stated.factor != 1:
            return None
        if _within(named, wanted) or _within(meant, told):
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


def _fault(stated: Stated, told: str, wanted: str) -> Contradiction:
    message = f"{stated.written} ghi đơn vị “{told}”, số liệu này tính theo “{wanted}”: {stated.slot.title}."
    return stated.fault(UNIT, message, told, wanted, "", "mẫu báo cáo")
