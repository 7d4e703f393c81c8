"""Figures of an old report or table into an empty master: each with its source and how sure it is.

A figure of the whole goes to the cell of the one unit that reports it. Where several units report an indicator, it goes
to the sheet of undivided figures, never to one of the units, unless the report is said to be that unit's own. Rates are
never written, only their parts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from cchc_xl import sheet_names
from cchc_xl.errors import UserError
from cchc_xl.excel.addresses import column_letters
from cchc_xl.master.lists_and_board import write_log
from cchc_xl.master.master_book import Master, as_typed
from cchc_xl.master.section_grid import FIGURE_COLUMN, SOURCE_COLUMN, shared_places
from cchc_xl.reconcile.appendix_lines import Appendix, AppendixLine, Unread, not_whole, read_value
from cchc_xl.reconcile.foreign_table import ForeignCell
from cchc_xl.reconcile.one_slip import follows
from cchc_xl.reconcile.sentence_match import Stated
from cchc_xl.reconcile.text_tokens import INCOMPLETE, PARTIAL, Sort, read_number
from cchc_xl.reconcile.written_forms import General
from cchc_xl.schema.form_model import Form, Indicator
from cchc_xl.schema.model_kinds import Kind, Unit
from cchc_xl.typed_text import folded
from cchc_xl.values import Address, Ratio, Value
from cchc_xl.writing.vietnamese_numbers import in_table

SURE = Decimal("0.85")
"""Below this confidence a figure is only listed."""

_PAIR = re.compile(r"(?P<part>\d[\d.]*)[^\d/]*/\s*(?P<whole>\d[\d.]*)")

_BEHIND = re.compile(rf"[^\d〔]*{PARTIAL.pattern}")


@dataclass(frozen=True, slots=True)
class FoundFigure:
    """A figure found for an indicator: value, confidence from 0 to 1, and where it was read."""

    code: str
    value: Value
    confidence: Decimal
    source: str
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class ImportedEntry:
    """What became of a found figure: the cell it was written to, or why it was not written."""

    found: FoundFigure
    unit: str = ""
    cell: Address | None = None
    reason: str = ""


@dataclass
class Imported:
    """Everything that was found, written or only listed."""

    entries: list[ImportedEntry] = field(default_factory=list)
    general: list[General] = field(default_factory=list)
    """What the report says of itself; listed, never written."""
    unread: list[Unread] = field(default_factory=list)
    """Lines and tables that were not understood."""

    @property
    def written(self) -> list[ImportedEntry]:
        """The figures that are in the workbook now."""
        return [entry for entry in self.entries if entry.cell is not None]

    @property
    def listed(self) -> list[ImportedEntry]:
        """The figures that a person has to decide on."""
        return [entry for entry in self.entries if entry.cell is None]


def found_in(form: Form, appendix: Appendix, stated: Sequence[Stated]) -> list[list[FoundFigure]]:
    """What was found, grouped by indicator in the form's order; several differing values stay side by side."""
    found: dict[str, list[FoundFigure]] = defaultdict(list)
    for each in (*_of_lines(form, appendix), *_of_sentences(form, stated)):
        known = found[each.code]
        equal = next((place for place, other in enumerate(known) if other.value == each.value), None)
        if equal is None:
            known.append(each)
        else:
            surer = max(known[equal], each, key=lambda one: one.confidence)
            known[equal] = replace(surer, doubt=known[equal].doubt or each.doubt)
    return [found[row.code] for row in form.indicators() if row.code in found]


def _of_lines(form: Form, appendix: Appendix) -> Iterator[FoundFigure]:
    for line in appendix.lines:
        row = form.by_code[line.code]
        source = f"phụ lục, dòng {line.code}" + (f", {line.where}" if line.where else "")
        sure = Decimal(str(round(line.score, 2)))
        if row.has_parts:
            yield from _parts_of(form, row, line, sure, source)
        elif row.typed and line.value is not None:
            yield FoundFigure(row.code, line.value, sure, source, line.doubt)


def _parts_of(form: Form, row: Indicator, line: AppendixLine, sure: Decimal, source: str) -> Iterator[FoundFigure]:
    """The numbers that a printed rate was made of: the pair itself, or that of its note where the rate follows."""
    pair = (line.value.part, line.value.whole) if isinstance(line.value, Ratio) else _noted(line)
    if pair is None:
        return
    for name, value in zip((row.numerator, row.denominator), pair, strict=True):
        if form.by_name[name].typed:
            yield FoundFigure(form.by_name[name].code, value, sure, f"{source}, {in_table(Ratio(*pair))}", line.doubt)


def _noted(line: AppendixLine) -> tuple[Decimal, Decimal] | None:
    found = _PAIR.search(INCOMPLETE.sub("", line.note))
    if found is None or not isinstance(line.value, Decimal):
        return None
    part, whole = (read_number(found[name].rstrip("."))[0] for name in ("part", "whole"))
    return (part, whole) if follows(line.value, line.places or 0, part, whole) else None


def _of_sentences(form: Form, stated: Sequence[Stated]) -> Iterator[FoundFigure]:
    for each in stated:
        row = form.by_code.get(each.slot.tag)
        if row is not None and row.typed and row.kind not in (Kind.PERCENT, Kind.RATIO) and not each.again:
            sure = Decimal(str(round(min(each.score, 1.0), 2)))
            source = f"đoạn {each.place.paragraph.index + 1}: “{each.place.sentence}”"
            told = _BEHIND.match(each.place.paragraph.text, each.place.token.end)
            yield FoundFigure(row.code, each.value, sure, source, not_whole(told[0]) if told else _inexact(each, row))


def _inexact(stated: Stated, row: Indicator) -> str:
    """Why a number of a sentence is not exactly one figure: what a cell that says the same is refused for."""
    written = stated.written
    if stated.place.token.sort is Sort.ZERO or not (stated.bounds or re.search(r"\d", written)):
        return ""
    if stated.factor != 1:
        return f"câu ghi “{written}”, sổ tính theo {row.unit or 'đơn vị khác'}; đổi đơn vị rồi tự nhập"
    if stated.bounds:
        return f"câu ghi “{written}”, không phải đúng một con số; tự nhập số đã thống kê"
    return read_value(ForeignCell(written), row)[2].replace("ô ghi", "câu ghi", 1)


def write_found(
    master: Master,
    found: Sequence[Sequence[FoundFigure]],
    source: str,
    now: datetime,
    unit: str = "",
    other_period: str = "",
    owners: Sequence[Unit] = (),
) -> Imported:
    """Writes what is sure into empty cells, tells the log, and saves; the rest, another period and the figures of a
    unit (`owners` are those that the file names as its own) that was not said to be that unit's are only listed.
    """
    chosen = _unit(master.form, unit) if unit else None
    reason = f"báo cáo của {other_period}, sổ của {master.form.period.label}" if other_period else ""
    if owners and chosen not in owners:
        names, add = ", ".join(each.name for each in owners), f"--unit \"{owners[0].name}\""
        remedy = f"không ghi vào {chosen.name}" if chosen else f"đúng là của đơn vị ấy thì thêm {add}"
        reason = reason or f"đầu tệp ghi là số liệu của {names}; {remedy}"
    if reason:
        return Imported([ImportedEntry(each, reason=reason) for several in found for each in several])
    target = _Target(master, chosen)
    result = Imported([entry for several in found for entry in _entered(target, several)])
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


def _entered(target: _Target, several: Sequence[FoundFigure]) -> Iterator[ImportedEntry]:
    if len(several) > 1:
        values = "; ".join(f"{in_table(each.value)} ({each.source})" for each in several)
        differ = f"các chỗ ghi khác nhau: {values}"
        yield from (ImportedEntry(each, reason="; ".join(filter(None, (each.doubt, differ)))) for each in several)
    elif several[0].doubt:
        yield ImportedEntry(several[0], reason=several[0].doubt)
    elif several[0].confidence < SURE:
        yield ImportedEntry(several[0], reason=f"độ tin cậy {in_table(several[0].confidence)} dưới {in_table(SURE)}")
    else:
        yield target.put(several[0])


class _Target:
    """A master that figures are written into: of the whole, or of the one unit whose report is read."""

    def __init__(self, master: Master, unit: Unit | None) -> None:
        self._master, self._unit = master, unit
        self._shared = shared_places(master.workbook, master.form)

    def put(self, found: FoundFigure) -> ImportedEntry:
        """Writes a figure where it belongs, if nothing stands there yet."""
        row = self._master.form.by_code[found.code]
        reporters = self._master.form.reporters(row)
        if self._unit is not None and self._unit not in reporters:
            return ImportedEntry(found, self._unit.name, reason=f"{self._unit.name} không báo cáo chỉ tiêu này")
        if self._unit is None and len(reporters) > 1:
            return self._put_shared(found)
        unit, grid = self._unit or reporters[0], self._master.grids[self._master.form.section_of[found.code].number]
        return self._put_at(found, unit.name, Address(grid.sheet, grid.address(found.code, unit.id)), row.asked)

    def _put_shared(self, found: FoundFigure) -> ImportedEntry:
        """A figure of several units goes to the sheet of undivided figures."""
        place = self._shared.get(found.code)
        if place is None:
            reason = f"số chung của nhiều đơn vị, sổ không có chỗ ghi (trang tính {sheet_names.SHARED})"
            return ImportedEntry(found, reason=reason)
        entry = self._put_at(found, sheet_names.SHARED, place, self._master.form.by_code[found.code].kind)
        if entry.cell is not None:
            source = place.cell.replace(column_letters(FIGURE_COLUMN), column_letters(SOURCE_COLUMN))
            self._master.workbook.sheet(sheet_names.SHARED).put(source, found.source)
        return entry

    def _put_at(self, found: FoundFigure, called: str, place: Address, kind: Kind) -> ImportedEntry:
        before = self._master.cell(place.sheet, place.cell)
        if not before.empty:
            return ImportedEntry(found, called, reason=f"ô {place} đã có {before.raw}")
        typed = in_table(found.value).replace(".", "")
        self._master.workbook.sheet(place.sheet).put(place.cell, as_typed(typed, kind))
        return ImportedEntry(found, called, place)


def _told(entry: ImportedEntry, source: str) -> str:
    found = entry.found
    return (
        f"{entry.cell}: {found.code} = {in_table(found.value)}, ghi cho {entry.unit}; "
        f"độ tin cậy {in_table(found.confidence)}; {source}, {found.source}"
    )
