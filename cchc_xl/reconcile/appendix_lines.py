"""What a table of a report says: its lines that show indicators, and what was not understood.

A printed table of number columns is read by the row of column numbers (1), (2), (3), or by the headings above them; its
rows by their names, below the group line that stands above them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from cchc_xl.master.section_grid import of_the_whole
from cchc_xl.reading.number_grammar import read
from cchc_xl.reading.raw_cell import Cell as Typed
from cchc_xl.reading.spellings import SHORT_SCALES
from cchc_xl.reconcile.foreign_table import NOWHERE, NUMBER, ForeignCell, ForeignTable, Row, heading_paths
from cchc_xl.reconcile.reconcile_rules import Spot
from cchc_xl.reconcile.stated_counts import MEASURES
from cchc_xl.reconcile.text_likeness import ratio
from cchc_xl.reconcile.text_tokens import INCOMPLETE, MONEY, read_number
from cchc_xl.schema.declared_cells import listed
from cchc_xl.schema.form_model import Form, Indicator, Section
from cchc_xl.schema.model_kinds import WORDS
from cchc_xl.schema.table_model import Table as Declared, TableRow, cell_code
from cchc_xl.typed_text import folded, tidy
from cchc_xl.values import Address, Ratio, Value

_PAIR = re.compile(r"(\d[\d.]*)\s*/\s*(\d[\d.]*)")
_WHOLE = re.compile(r"\d{1,3}(?:\.\d{3})+|\d+")


@dataclass(frozen=True, slots=True)
class AppendixLine:
    """A line of the appendix: the indicator, its value as written and as read, and how sure the line is (0–1).

    `doubt` tells why the number, though it can be read, cannot be the indicator's.
    """

    code: str
    label: str
    raw: str
    value: Value | None
    places: int | None
    note: str
    score: float
    spot: Spot = NOWHERE
    where: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """A line or a table with a number that nobody could place: where it stands, what it says, and why."""

    where: str
    label: str
    raw: str
    reason: str

    def __str__(self) -> str:
        said = ": ".join(part for part in (self.label, f"“{self.raw}”" if self.raw else "") if part)
        return f"{self.where}: {said}: {self.reason}" if said else f"{self.where}: {self.reason}"


@dataclass(frozen=True)
class Appendix:
    """The lines of tables that show indicators of the form, in their order, and what was not understood."""

    lines: tuple[AppendixLine, ...] = ()
    unread: tuple[Unread, ...] = ()

    @cached_property
    def by_code(self) -> Mapping[str, tuple[AppendixLine, ...]]:
        """The lines of every indicator; several where the table shows it several times."""
        found: dict[str, tuple[AppendixLine, ...]] = {}
        for line in self.lines:
            found[line.code] = (*found.get(line.code, ()), line)
        return found

    def __add__(self, other: Appendix) -> Appendix:
        return Appendix(self.lines + other.lines, self.unread + other.unread)


def not_whole(text: str) -> str:
    """Why a figure is not the whole's: what the report says beside one that units have not given yet."""
    found = INCOMPLETE.search(text)
    return f"mới có {found[0]}; chưa phải số của cả địa bàn: lấy số của đơn vị còn thiếu rồi tự nhập" if found else ""


def read_value(cell: ForeignCell, row: Indicator) -> tuple[Value | None, int | None, str]:
    """What a cell says for an indicator: value and decimals, and why it cannot be so. All empty for an empty cell."""
    text = cell.own
    bare = text.removesuffix("%").strip()
    pair = _PAIR.fullmatch(text)
    if pair and row.has_parts:
        return Ratio(read_number(pair[1])[0], read_number(pair[2])[0]), None, ""
    if row.has_parts and NUMBER.fullmatch(bare) and (cell.typed is None or cell.typed.is_plain):
        return *read_number(bare), ""
    if row.asked in WORDS:
        return None, None, ""
    typed = cell.typed if cell.typed is not None and not cell.spread else Typed(text or None)
    reading = read(typed, of_the_whole(row), Address("", ""))
    if reading.given:
        value = reading.value
        places = len(f"{value:f}".partition(".")[2]) if isinstance(value, Decimal) else None
        return value, places, ""
    why = reading.remarks[-1].message if reading.remarks else ""
    return (*read_number(text), why) if _WHOLE.fullmatch(text) else (None, None, why)


_BRACKET = re.compile(r"\(([^()]*)\)")
_SCALES = {**SHORT_SCALES, "ng": 3}
_MEASURE = re.compile(
    rf"(?:(?P<word>{'|'.join(_SCALES)})\b\.?|1(?P<noughts>(?:\.?000)+)(?!\d)|(?P<short>trđ|ngđ))?\s*(?P<of>%|[^\W\d_]*)"
)


def other_unit(said: Sequence[str], row: Indicator) -> str:
    """Why a figure is told in another unit of measure than the form's: đồng for triệu đồng, nghìn hồ sơ for hồ sơ.

    `said` are the texts of the line that may name a unit, the nearest first: a unit as such, or in brackets.
    """
    told = next((each for text in said for each in (*_BRACKET.findall(text), text) if measured(each) != (0, "")), "")
    own = next((each for each in (row.unit, *_BRACKET.findall(row.label)) if each.strip()), "")
    (power, of), (own_power, own_of) = measured(told), measured(own)
    if not told or (power == own_power and (of == own_of or not (own and of))):
        return ""
    return f"đơn vị tính khác: bảng ghi “{tidy(told)}”, sổ tính theo “{tidy(own)}”; đổi đơn vị rồi tự nhập"


def unit_in_label(label: str) -> str:
    """The unit of measure that the brackets of a label name: triệu đồng; empty for one of things that are counted."""
    return next((each for each in reversed(_BRACKET.findall(label)) if measured(each) != (0, "")), "")


def measured(unit: str) -> tuple[int, str]:
    """By what power of ten a unit multiplies, and of which unit of measure; (0, "") for things that are counted."""
    found = _MEASURE.match(folded(unit).strip())
    assert found is not None
    short = found["short"] or ""
    power = _SCALES[short[:2] if short else found["word"]] if short or found["word"] else 0
    of = "đồng" if short or found["of"] in MONEY else found["of"] if found["of"] in MEASURES else ""
    return power or (found["noughts"] or "").count("0"), of


CODE = re.compile(r"\(\s*(\d{1,2}[a-z]?)\s*\)")
HEAD_WITHIN = 12
"""Rows from the top among which the headings end."""

ENOUGH = 0.6
"""The part of a table's columns that must be found."""

ALIKE = 0.88
"""Likeness of a row's name to the declared one."""

Places = Mapping[int, str]
"""Codes of columns by their place."""


def number_table(table: ForeignTable, form: Form) -> Appendix | None:
    """What a table says of one that the form declares; None where it is none of them."""
    for section in form.sections:
        for declared in section.tables:
            end, places = _by_numbers(table.rows, declared)
            if not places:
                end, places = _by_headings(table.rows, declared)
            if places:
                return _Reader(table, section, declared, places, form.unit_names).read(table.rows[end:])
    return None


def _by_numbers(rows: Sequence[Row], declared: Declared) -> tuple[int, Places]:
    """Where the body begins and which columns it has, from the row of column numbers."""
    wanted = {column.code for column in declared.columns}
    for at, row in enumerate(rows[:HEAD_WITHIN]):
        said = {place: f"({found[1]})" for place, cell in enumerate(row) if (found := CODE.fullmatch(cell.own))}
        places = {place: code for place, code in said.items() if code in wanted}
        if len(places) >= ENOUGH * len(wanted):
            return at + 1, places
    return 0, {}


def _by_headings(rows: Sequence[Row], declared: Declared) -> tuple[int, Places]:
    """The same from the headings: the texts above a column, from the top, each once."""
    paths = {tuple(map(folded, column.titles)): column.code for column in declared.columns}
    best: tuple[int, Places] = 0, {}
    for end in range(1, min(HEAD_WITHIN, len(rows))):
        above = (tuple(dict.fromkeys(map(folded, path))) for path in heading_paths(rows[:end]))
        places = {place: paths[path] for place, path in enumerate(above) if path in paths}
        if len(places) > len(best[1]) and len(set(places.values())) == len(places):
            best = end, places
    return best if len(best[1]) >= ENOUGH * len(paths) else (0, {})


class _Reader:
    """Reads the rows of one table below its headings."""

    def __init__(
        self, table: ForeignTable, section: Section, declared: Declared, places: Places, units: Mapping[str, str]
    ) -> None:
        self._table, self._declared, self._places, self._units = table, declared, places, units
        self._called = set(map(folded, units.values()))
        self._by_code = {row.code: row for row in section.indicators}
        self._group = ""
        self._taken: set[str] = set()
        self._groups: dict[str, str] = {}
        group = ""
        for row in declared.rows:
            group = row.code if row.kind == "group" else group
            self._groups[row.code] = group

    def read(self, rows: Sequence[Row]) -> Appendix:
        """Lines of all figures that were found, and the rows that nobody knows."""
        found, of_units = Appendix(), list[str]()
        for row in rows:
            name, owner = self._name(row)
            known = self._row(name, owner) if name else None
            if known is not None and known.kind == "group":
                self._group = known.code
            elif known is not None:
                self._taken.add(known.code)
                found += Appendix(tuple(self._lines(row, known)))
            elif name and self._of_units and self._is_unit(name):
                of_units += [name] if self._holds_numbers(row) else []
            elif name and self._holds_numbers(row):
                where = next((cell.where for cell in row if cell.where), self._table.name)
                reason = f"không nhận ra dòng này trong bảng {self._declared.code} của biểu mẫu"
                found += Appendix(unread=(Unread(where, name, "", reason),))
        if of_units:
            reason = "dòng của từng đơn vị không đọc ở đây; số của đơn vị nhận bằng biểu mẫu của đơn vị đó"
            label = f"{len(of_units)} dòng, từ {of_units[0]} đến {of_units[-1]}"
            found += Appendix(unread=(Unread(self._table.name, label, "", reason),))
        return found

    @property
    def _of_units(self) -> bool:
        return any(each.kind == "units" for each in self._declared.rows)

    def _holds_numbers(self, row: Row) -> bool:
        return any(re.search(r"\d", row[place].own) for place in self._places if place < len(row))

    def _name(self, row: Row) -> tuple[str, str]:
        """The text before the first column of figures that holds letters, and that of the unit whose record it is."""
        said = [cell.own for cell in row[: min(self._places)] if re.search(r"[^\W\d]{2,}", cell.own)]
        owner = said.pop() if len(said) > 1 and self._declared.records and self._is_unit(said[-1]) else ""
        return said[-1] if said else "", owner

    def _is_unit(self, text: str) -> bool:
        return folded(text) in self._called

    def _row(self, name: str, owner: str) -> TableRow | None:
        """The declared row of a name: of the group above it or of that unit, not read yet."""
        scores = [
            (ratio(folded(each.label), folded(name)), self._is_near(each, owner), each)
            for each in self._declared.rows if each.code not in self._taken and each.kind not in ("units", "open")
        ]
        best = max(scores, key=lambda score: score[:2], default=None)
        return best[2] if best and best[0] >= ALIKE else None

    def _is_near(self, row: TableRow, owner: str) -> bool:
        units = (self._units.get(unit, "") for unit in listed(row.declared.get("Ai báo cáo", "")))
        return folded(owner) in map(folded, units) if owner else self._groups[row.code] == self._group

    def _lines(self, row: Row, known: TableRow) -> Iterator[AppendixLine]:
        for place, code in self._places.items():
            item = self._by_code.get(cell_code(known.code, code))
            if item is not None and place < len(row):
                cell, (value, places, why) = row[place], read_value(row[place], item)
                line = item.code, item.label, tidy(cell.text), value, places
                yield from () if value is None else (AppendixLine(*line, "", 1.0, cell.spot, cell.where, why),)
