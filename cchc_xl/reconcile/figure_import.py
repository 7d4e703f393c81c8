"""Figures of an old report or table into an empty master: each with its source and how sure it is.

A figure of the whole city goes to the cell of the one unit that reports it. Where several units report an indicator,
only the city's figure is known: it goes to one column, which the log names. Rates are never written, only their parts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from cchc_xl.errors import UserError
from cchc_xl.master.enter_values import as_typed
from cchc_xl.master.log_sheet import write_log
from cchc_xl.master.master_book import Master
from cchc_xl.reading.typed_text import folded
from cchc_xl.reconcile.against_workbook import follows, value_of
from cchc_xl.reconcile.appendix_table import Line
from cchc_xl.reconcile.letterhead import General
from cchc_xl.reconcile.sentence_match import Stated
from cchc_xl.reconcile.text_tokens import read_number
from cchc_xl.schema.form_model import Form, Indicator, Kind, Total, Unit
from cchc_xl.values import Address, Ratio, Value
from cchc_xl.writing.vietnamese_numbers import in_table

SURE = Decimal("0.85")
"""Below this confidence a figure is only listed."""

_PAIR = re.compile(r"(?P<part>\d[\d.]*)[^\d/]*/\s*(?P<whole>\d[\d.]*)")


@dataclass(frozen=True, slots=True)
class Found:
    """A figure found for an indicator: value, confidence from 0 to 1, and where it was read."""

    code: str
    value: Value
    confidence: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of a found figure: the cell it was written to, or why it was not written."""

    found: Found
    unit: str = ""
    cell: Address | None = None
    reason: str = ""


@dataclass
class Imported:
    """Everything that was found, written or only listed."""

    entries: list[Entry] = field(default_factory=list)
    general: list[General] = field(default_factory=list)
    """What the report says of itself; listed, never written."""

    @property
    def written(self) -> list[Entry]:
        """The figures that are in the workbook now."""
        return [entry for entry in self.entries if entry.cell is not None]

    @property
    def listed(self) -> list[Entry]:
        """The figures that a person has to decide on."""
        return [entry for entry in self.entries if entry.cell is None]


def found_in(form: Form, lines: Mapping[str, Line], stated: Sequence[Stated]) -> list[list[Found]]:
    """What was found, grouped by indicator in the form's order; several differing values stay side by side."""
    found: dict[str, list[Found]] = defaultdict(list)
    for each in (*_of_lines(form, lines), *_of_sentences(form, stated)):
        known = found[each.code]
        equal = next((place for place, other in enumerate(known) if other.value == each.value), None)
        if equal is None:
            known.append(each)
        elif each.confidence > known[equal].confidence:
            known[equal] = each
    return [found[row.code] for row in form.indicators() if row.code in found]


def _of_lines(form: Form, lines: Mapping[str, Line]) -> Iterator[Found]:
    for line in lines.values():
        row = form.by_code[line.code]
        source = f"phụ lục, dòng {line.code}"
        sure = Decimal(str(round(line.score, 2)))
        if row.has_parts:
            yield from _parts_of(form, row, line, sure, source)
        elif row.typed and line.value is not None:
            yield Found(row.code, line.value, sure, source)


def _parts_of(form: Form, row: Indicator, line: Line, sure: Decimal, source: str) -> Iterator[Found]:
    """The numbers that a printed rate was made of: the pair itself, or that of its note where the rate follows."""
    pair = (line.value.part, line.value.whole) if isinstance(line.value, Ratio) else _noted(line)
    if pair is None:
        return
    for name, value in zip((row.numerator, row.denominator), pair, strict=True):
        if form.by_name[name].typed:
            yield Found(form.by_name[name].code, value, sure, f"{source}, {in_table(Ratio(*pair))}")


def _noted(line: Line) -> tuple[Decimal, Decimal] | None:
    found = _PAIR.search(line.note)
    if found is None or not isinstance(line.value, Decimal):
        return None
    part, whole = (read_number(found[name].rstrip("."))[0] for name in ("part", "whole"))
    return (part, whole) if follows(line.value, line.places or 0, part, whole) else None


def _of_sentences(form: Form, stated: Sequence[Stated]) -> Iterator[Found]:
    for each in stated:
        row = form.by_code.get(each.slot.tag)
        if row is not None and row.typed and row.kind not in (Kind.PERCENT, Kind.RATIO) and not each.again:
            sure = Decimal(str(round(min(each.score, 1.0), 2)))
            source = f"đoạn {each.place.paragraph.index + 1}: “{each.place.sentence}”"
            yield Found(row.code, value_of(each), sure, source)


def write_found(
    master: Master, found: Sequence[Sequence[Found]], source: str, now: datetime, unit: str = ""
) -> Imported:
    """Writes what is sure into empty cells, tells the log, and saves; the rest is only listed."""
    chosen = _unit(master.form, unit) if unit else None
    result = Imported([entry for several in found for entry in _entered(master, several, chosen)])
    if result.written:
        write_log(master, now, [("Nhập từ báo cáo cũ", _told(entry, source)) for entry in result.written])
        master.workbook.commit(backup=now)
    return result


def _unit(form: Form, named: str) -> Unit:
    for unit in form.units:
        if folded(named) in (folded(unit.id), folded(unit.name)):
            return unit
    remedy = f"Các đơn vị: {', '.join(unit.name for unit in form.units)}."
    raise UserError(named, "không có đơn vị này.", remedy)


def _entered(master: Master, several: Sequence[Found], chosen: Unit | None) -> Iterator[Entry]:
    if len(several) > 1:
        values = "; ".join(f"{in_table(each.value)} ({each.source})" for each in several)
        yield from (Entry(each, reason=f"các chỗ ghi khác nhau: {values}") for each in several)
        return
    one = several[0]
    if one.confidence < SURE:
        yield Entry(one, reason=f"độ tin cậy {in_table(one.confidence)} dưới {in_table(SURE)}")
        return
    places = _places(master.form, master.form.by_code[one.code], one.value, chosen)
    if not places:
        yield Entry(one, reason="số chung của nhiều đơn vị, không chia được cho từng đơn vị")
    yield from (_put(master, one, unit, value) for unit, value in places)


def _places(form: Form, row: Indicator, value: Value, chosen: Unit | None) -> list[tuple[Unit, Value]]:
    """Which cells hold the city's figure: units and values."""
    reporters = form.reporters(row)
    if row.total is Total.COUNT_YES:
        everywhere = {Decimal(len(reporters)): Decimal(1), Decimal(0): Decimal(0)}
        return [(unit, everywhere[value]) for unit in reporters] if value in everywhere else []  # type: ignore[index]
    if row.total is Total.SAME:
        return [(unit, value) for unit in reporters]
    return [(chosen if chosen in reporters and chosen else reporters[0], value)] if reporters else []


def _put(master: Master, found: Found, unit: Unit, value: Value) -> Entry:
    row = master.form.by_code[found.code]
    section = master.form.section_of[found.code]
    grid = master.grids[section.number]
    address = grid.address(found.code, unit.id)
    before = master.cell(grid.sheet, address)
    if not before.empty:
        return Entry(found, unit.name, reason=f"ô {grid.sheet}!{address} đã có {before.raw}")
    typed = in_table(value).replace(".", "")
    master.sheet(section).put(address, as_typed(typed, row.asked))
    return Entry(found, unit.name, Address(grid.sheet, address))


def _told(entry: Entry, source: str) -> str:
    found = entry.found
    return (
        f"{entry.cell}: {found.code} = {in_table(found.value)}, ghi ở cột {entry.unit}; "
        f"độ tin cậy {in_table(found.confidence)}; {source}, {found.source}"
    )
