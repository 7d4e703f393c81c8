"""What a table of a report says: its lines that show indicators, and what was not understood."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from cchc_xl.master.undivided import of_the_whole
from cchc_xl.reading.number_grammar import read
from cchc_xl.reading.raw_cell import Cell as Typed
from cchc_xl.reconcile.column_headings import NUMBER
from cchc_xl.reconcile.foreign_table import NOWHERE, ForeignCell
from cchc_xl.reconcile.reconcile_rules import Spot
from cchc_xl.reconcile.text_tokens import read_number
from cchc_xl.schema.form_model import Indicator
from cchc_xl.schema.model_kinds import WORDS
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
