"""A delivery goes into its book: the rows that units added are joined in the book's form, where alike spelled is one
row and no unit's row is lost; then its values are entered, and every one that was replaced is told, old → new.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace as changed
from datetime import date
from decimal import Decimal
from typing import Self

from cchc_xl import rule_registry, sheet_names
from cchc_xl.excel.addresses import column_letters
from cchc_xl.excel.cell_content import harmless, looks_like_formula
from cchc_xl.master.master_book import Master
from cchc_xl.master.table_layout import HINT_CELL, TABLE_ROW, TABLES, hint
from cchc_xl.reading import Cell, folded
from cchc_xl.rule_registry import Finding
from cchc_xl.schema.added_rows import Cells, added_line, added_rows, machine_names, open_rows, with_added
from cchc_xl.schema.declaration_words import name_from
from cchc_xl.schema.declared_cells import listed
from cchc_xl.schema.form_model import Form, Indicator
from cchc_xl.schema.model_kinds import Kind
from cchc_xl.schema.read_tables import open_row_of
from cchc_xl.schema.table_model import Table, TableRow, cell_code
from cchc_xl.submissions.form_damage import NAMELESS
from cchc_xl.submissions.interpret_submission import Delivery
from cchc_xl.typed_text import shortened
from cchc_xl.values import Address, Struct, field

Rows = Mapping[tuple[str, str], str]
"""The code of the book's row by unit and code of the empty row in which the unit typed it."""


class Grown(Struct, frozen=True):
    """A form with the rows that units added, and which of them each unit's typed rows became; `gone` are those that a
    unit had added before and its delivery does not have."""

    form: Form
    rows: Rows
    gone: Sequence[tuple[Delivery, TableRow]] = ()

    def settled(self, delivery: Delivery) -> Delivery:
        """A delivery whose figures have the codes of the book's rows."""
        unit = delivery.unit.id
        new = {
            cell_code(typed, column.code): cell_code(self.rows[unit, typed], column.code)
            for table, row in open_rows(self.form) for typed in delivery.rows.names
            if open_row_of(typed) == row.code for column in table.columns
        }
        if not new:
            return delivery
        return changed(
            delivery,
            cells={new.get(code, code): cell for code, cell in delivery.cells.items()},
            readings={new.get(code, code): reading for code, reading in delivery.readings.items()},
        )


class _Row(Struct):
    """A row while it is joined: who reports it, and its line where the form has one already."""

    label: str
    units: list[str]
    number: int
    name: str = ""
    """Its machine name; a row that is new has none yet."""
    spelled: list[str] = field(default_factory=list)
    """How each unit has written it."""

    @classmethod
    def of(cls, row: TableRow) -> Self:
        """A row of the form."""
        units = list(listed(row.declared.get("Ai báo cáo", "")))
        return cls(row.label, units, int(row.code.rpartition(".")[2]), row.declared["Tên máy"])


def grown(form: Form, deliveries: Sequence[Delivery]) -> Grown:
    """The form with the rows of these deliveries; the form itself where it has them all already."""
    lines: dict[str, list[Cells]] = {}
    rows: dict[tuple[str, str], str] = {}
    same, gone = True, list[tuple[Delivery, TableRow]]()
    names = machine_names(form)
    for table, open_row in open_rows(form):
        place = _Place(table, open_row, list(form.unit_names))
        for delivery in deliveries:
            rows |= {(delivery.unit.id, typed): code for typed, code in place.take(delivery)}
        known = {row.code: row for row in added_rows(table, open_row)}
        gone += ((delivery, known[code]) for delivery, code in place.gone)
        before = [row.declared for row in known.values()]
        lines[open_row.code] = list(place.lines(names))
        now = [{title: text for title, text in line.items() if text} for line in lines[open_row.code]]
        same = same and before == now
    return Grown(form if same else with_added(form, lines), rows, gone)


class _Place:
    """One open row, and the rows that stand above it."""

    def __init__(self, table: Table, open_row: TableRow, units: Sequence[str]) -> None:
        self._order = {unit: number for number, unit in enumerate(units)}
        self.gone: list[tuple[Delivery, str]] = []
        self._open, self._records = open_row, table.records
        self._rows = [_Row.of(row) for row in added_rows(table, open_row)]
        declared = [row for row in table.group_of(open_row)[1] if row.kind == "row" and not row.above]
        self._declared = {folded(row.label) for row in declared}
        self._last_number = next((int(row.stt) for row in reversed(declared) if row.stt.isdecimal()), None)
        self._number = max((row.number for row in self._rows), default=0)

    def take(self, delivery: Delivery) -> Iterator[tuple[str, str]]:
        """Each row that a unit typed with its code in the book. Rows that its file no longer has are not its own any
        more."""
        unit = delivery.unit.id
        taken = {row.number for row in self._rows if self._code(row) in delivery.rows.printed}
        for typed, name in delivery.rows.names.items():
            if open_row_of(typed) == self._open.code:
                label = self._label(name, delivery)
                row = self._row(label, taken, unit)
                taken.add(row.number)
                row.spelled.append(label)
                if unit not in row.units:
                    row.units.append(unit)
                yield typed, self._code(row)
        for row in self._rows:
            if unit in row.units and row.number not in taken:
                row.units.remove(unit)
                self.gone.append((delivery, self._code(row)))

    def _place_of(self, unit: str) -> int:
        return self._order.get(unit, len(self._order))

    def _code(self, row: _Row) -> str:
        return f"{self._open.code}.{row.number}"

    def _row(self, label: str, taken: set[int], unit: str) -> _Row:
        """The row of a name that the unit has not taken yet; a record is nobody else's."""
        for row in self._rows:
            mine = unit in row.units or not self._records
            if mine and folded(row.label) == folded(label) and row.number not in taken:
                return row
        self._number += 1
        self._rows.append(_Row(label, [], self._number))
        return self._rows[-1]

    def _label(self, name: str, delivery: Delivery) -> str:
        """A name as typed; one that cannot stand so, in a form that is taken with its faults, still has its row."""
        if not name:
            return NAMELESS.format(delivery.unit.name)
        if folded(name) in self._declared:
            return f"{name} (dòng thêm)"
        return f"“{name[:LONGEST_LABEL]}”" if looks_like_formula(name) else name[:LONGEST_LABEL]

    def lines(self, names: set[str]) -> Iterator[Cells]:
        """The lines of the declaration, numbered on from the row above them."""
        first = self._last_number if self._declared else 0
        kept = [row for row in self._rows if row.units]
        for row in kept:
            row.units.sort(key=self._place_of)
        if self._records:
            kept.sort(key=lambda row: self._place_of(row.units[0]))
        for place, row in enumerate(kept, 1):
            stt = str(first + place) if first is not None else ""
            if not row.name:
                # As most have written it.
                row.label = Counter(row.spelled).most_common(1)[0][0]
                row.name = name_from(row.label, names)
            yield added_line(self._open, row.number, row.label, stt, row.units, row.name)


LONGEST_LABEL = 300


def left_rows(master: Master, gone: Sequence[tuple[Delivery, TableRow]]) -> Iterator[tuple[str, Finding]]:
    """What is told of rows that units had added and have no longer, with the figures that leave the book, by unit."""
    readings = master.content().readings if gone else {}
    for delivery, row in gone:
        unit = delivery.unit
        said = "; ".join(
            f"{each.column} {reading.raw}" for each in master.form.indicators() if each.row == row.code
            for reading in [readings.get((unit.id, each.code))] if reading and reading.raw
        )
        message = (
            f"{unit.name}: lần nộp này không còn dòng đã tự thêm “{row.label}” ({said or 'chưa có số'}), dòng đã bỏ "
            "khỏi sổ. Hỏi lại đơn vị nếu không phải cố ý."
        )
        yield unit.id, rule_registry.ADDED_GONE.finding(message, (Address("", "", delivery.path.name),), unit.id)


EMPTY = "trống"
LONGEST_SHOWN = 60


def enter(master: Master, delivery: Delivery) -> list[str]:
    """Writes the typed values into the unit's columns; returns what was replaced."""
    replaced = []
    for code, typed in delivery.cells.items():
        section = master.form.section_of[code]
        address = master.grids[section.number].address(code, delivery.unit.id)
        sheet = master.sheet(section)
        before = sheet.cell(address).raw
        if sheet.put(address, content(typed, master.form.by_code[code])) and before:
            replaced.append(_change(code, before, sheet.cell(address).raw))
    return replaced


def content(typed: Cell, row: Indicator) -> Decimal | str | None:
    """What the master stores for a typed cell: the number or text itself; never a formula, a date or an error value."""
    if isinstance(typed.value, bool) and row.asked is Kind.YES_NO:
        return Decimal(int(typed.value))
    if isinstance(typed.value, Decimal) and not typed.is_date and not typed.error:
        return typed.value
    return harmless(typed.raw) or None


def _change(code: str, before: str, after: str) -> str:
    return f"{code}: {_shown(before)} → {_shown(after)}"


def _shown(text: str) -> str:
    return shortened(" ".join(text.split()) or EMPTY, LONGEST_SHOWN)


def enter_notes(master: Master, delivery: Delivery, day: date) -> list[str]:
    """Keeps the unit's notes on their own sheet with who wrote them: changed, added, taken away with their form."""
    writer = ", ".join(filter(None, (delivery.person, f"lần nộp {delivery.turn}", f"{day:%d/%m/%Y}")))
    sheet = master.workbook.sheet(sheet_names.UNIT_NOTES)
    rows = master.keyed_rows(sheet_names.UNIT_NOTES)
    free = max([TABLE_ROW, *rows.values()]) + 1
    replaced = []
    for code in delivery.cells:
        key = f"{delivery.unit.id}|{code}"
        note = delivery.notes.get(code, "")
        if key not in rows and not note:
            continue
        row = rows.get(key, free)
        free += key not in rows
        before = sheet.cell(f"F{row}").raw
        label = master.form.by_code[code].label
        said = (harmless(note), harmless(writer)) if note else (None, None)
        values = (key, row - TABLE_ROW, delivery.unit.name, code, label, *said)
        for column, value in zip(range(1, len(TABLES[sheet_names.UNIT_NOTES].columns) + 1), values, strict=True):
            sheet.put(f"{column_letters(column)}{row}", value)
        if before and before.strip() != note:
            replaced.append(_change(f"Ghi chú {code}", before, note))
    sheet.put(HINT_CELL, hint(sheet_names.UNIT_NOTES, lines=free > TABLE_ROW + 1))
    sheet.dress(TABLE_ROW + 1, max(TABLE_ROW + 1, free - 1), len(TABLES[sheet_names.UNIT_NOTES].columns))
    return replaced
