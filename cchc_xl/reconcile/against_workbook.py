"""The numbers of a report against the workbook, against the appendix, and one sentence against another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from cchc_xl.figures import Figure
from cchc_xl.reconcile.appendix_lines import Appendix, AppendixLine
from cchc_xl.reconcile.part_names import are_siblings
from cchc_xl.reconcile.reconcile_rules import APPENDIX, FIGURE, REPEATED, TABLE, Contradiction, Spot
from cchc_xl.reconcile.sentence_match import Stated
from cchc_xl.reconcile.stated_counts import count_at
from cchc_xl.reconcile.text_tokens import Sort, Token
from cchc_xl.values import Address, Ratio, Value
from cchc_xl.writing.vietnamese_numbers import HUNDRED, in_table, plain, rate

Places = Mapping[str, Address]
"""Where the workbook holds a figure, by indicator code."""


def spot_of(stated: Stated) -> Spot:
    """The characters of a stated number."""
    return Spot(stated.place.paragraph.index, stated.place.token.start, stated.place.token.end)


def value_of(stated: Stated) -> Decimal:
    """The number that a sentence states; a decrease is negative where the figure is a change."""
    token = stated.place.token
    return token.value * token.sign if stated.slot.change else token.value


def written(stated: Stated) -> str:
    """The number as the report writes it."""
    token = stated.place.token
    return stated.place.paragraph.text[token.start:token.end]


def half(places: int) -> Decimal:
    """A rounded number stands for everything that is not further away than half of its last place."""
    return Decimal("0.5").scaleb(-places)


def follows(value: Decimal, places: int, part: Decimal, whole: Decimal) -> bool:
    """Whether a percentage can be that of part and whole, at the decimals it is written with."""
    if not whole:
        return False
    if value == HUNDRED and part < whole:
        return False
    return abs(value - part * HUNDRED / whole) <= half(places) or value == rate(part, whole, places)


def agrees(stated: Stated) -> bool:
    """Whether a stated number is the workbook's."""
    slot, token = stated.slot, stated.place.token
    if slot.part is not None and slot.whole and token.sort is Sort.NUMBER:
        return follows(token.value, token.places, slot.part, slot.whole)
    return slot.expected is not None and same(value_of(stated), token, slot.expected)


def same(value: Decimal, token: Token, expected: Decimal) -> bool:
    """Equal, or equal at the fewer decimals that the report writes."""
    fewer = expected != expected.to_integral_value() and token.sort is Sort.NUMBER
    return value == expected or (fewer and abs(value - expected) <= half(token.places))


def from_workbook(stated: Sequence[Stated], places: Places) -> Iterator[Contradiction]:
    """Numbers that differ from the workbook's."""
    for each in stated:
        if each.slot.expected is not None and not agrees(each):
            yield _differs(each, places)


def _differs(stated: Stated, places: Places) -> Contradiction:
    slot = stated.slot
    assert slot.expected is not None
    difference = plain(value_of(stated) - slot.expected)
    said, expected = written(stated), plain(slot.expected) + ("%" if stated.slot.percent else "")
    if turned := value_of(stated) * slot.expected < 0:
        said, expected = (f"{'giảm' if value < 0 else 'tăng'} {plain(abs(value))}" for value in (
            value_of(stated), slot.expected))
    cells = tuple(places[code] for code in slot.codes if code in places)
    where = f" ({', '.join(map(str, cells))})" if cells else ""
    message = (
        f"báo cáo ghi {said}, sổ có {expected}{where}: {slot.title} [{slot.tag}]"
        + ("." if turned else f"; chênh lệch {difference}.")
    )
    return Contradiction(
        FIGURE, message, stated.place.sentence, spot_of(stated), written(stated), expected, difference,
        slot.codes[0] if slot.codes else "", "sổ", cells,
    )


def between_sentences(stated: Sequence[Stated], homes: Mapping[int, int]) -> Iterator[Contradiction]:
    """A figure that is stated twice with different numbers; the one that is not the workbook's is named.

    `homes` tells the passage that each paragraph is of: nobody states one figure twice in a passage. Nor is what is
    called quá hạn the figure of what is đúng hạn.
    """
    told: dict[str, list[Stated]] = defaultdict(list)
    for each in stated:
        if each.slot.tag and not each.slot.percent and not are_siblings(_called(each), each.slot.title.casefold()):
            told[each.slot.tag].append(each)
    for several in told.values():
        if len({value_of(each) for each in several}) > 1:
            right = next((each for each in several if agrees(each)), several[0])
            home = homes.get(right.place.paragraph.index)
            others = (each for each in several if homes.get(each.place.paragraph.index) != home)
            yield from (_repeated(each, right) for each in others if value_of(each) != value_of(right))


def _called(stated: Stated) -> str:
    place = stated.place
    return count_at(place.paragraph.tokens, place.index, place.first, place.last).name


def _repeated(one: Stated, other: Stated) -> Contradiction:
    difference = plain(value_of(one) - value_of(other))
    message = (
        f"cùng một số liệu ({one.slot.title}) ghi {written(one)} ở đây và {written(other)} ở đoạn "
        f"{other.place.paragraph.index + 1} (“{other.place.sentence}”); chênh lệch {difference}."
    )
    return Contradiction(
        REPEATED, message, one.place.sentence, spot_of(one), written(one), written(other), difference,
        one.slot.codes[0] if one.slot.codes else "", f"đoạn {other.place.paragraph.index + 1}",
    )


def with_appendix(stated: Sequence[Stated], appendix: Appendix) -> Iterator[Contradiction]:
    """Numbers of the text that differ from the printed appendix, wherever it shows the figure."""
    for each in stated:
        lines = [line for line in appendix.by_code.get(each.slot.tag, ()) if line.value is not None]
        if lines and not any(line.value is not None and _is_in(each, line.value) for line in lines):
            yield _against_line(each, lines[0])


def _is_in(stated: Stated, value: Value) -> bool:
    """Whether the appendix says the same; a pair says both of its numbers."""
    said = (value.part, value.whole) if isinstance(value, Ratio) else (value,)
    return any(isinstance(one, Decimal) and same(value_of(stated), stated.place.token, one) for one in said)


def _against_line(stated: Stated, line: AppendixLine) -> Contradiction:
    shown = in_table(line.value)
    apart = plain(value_of(stated) - line.value) if isinstance(line.value, Decimal) else ""
    message = (
        f"lời văn ghi {written(stated)}, phụ lục ghi {shown} ở dòng {line.code} ({line.label})"
        + (f"; chênh lệch {apart}." if apart else ".")
    )
    return Contradiction(
        APPENDIX, message, stated.place.sentence, spot_of(stated), written(stated), shown, apart, line.code,
        f"phụ lục, dòng {line.code}",
    )


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
