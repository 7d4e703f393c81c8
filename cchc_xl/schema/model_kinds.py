"""What the lines of a declared form are of: kinds, ways to add up, sources; the shape of every declared thing; and what
a form declares beside its lines: units, periods, documents, texts, contacts, charts.
"""

# No deferred annotations here: msgspec would evaluate each of them at every start, a millisecond for nothing.

import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal, Self

import msgspec

Name = str
"""A name that rules and templates use: lower case, no diacritics."""


class Kind(StrEnum):
    """What a cell of the indicator holds."""

    COUNT = "count"
    DECIMAL = "decimal"
    PERCENT = "percent"
    YES_NO = "yes_no"
    CHOICE = "choice"
    RATIO = "ratio"
    TEXT = "text"
    DATE = "date"


WORDS = (Kind.TEXT, Kind.DATE)
"""Kinds whose answers are kept as they were written, not added: a day is written 05/04/2026."""


class Total(StrEnum):
    """How the units' values become the city's figure.

    `all_yes`: yes only where every unit says yes; `same`: one number of a shared list, which all units must repeat.
    """

    SUM = "sum"
    COUNT_YES = "count_yes"
    ALL_YES = "all_yes"
    SAME = "same"
    RATIO = "ratio"
    CITY = "city"
    UNITS = "units"
    NONE = "none"


class Source(StrEnum):
    """Where the numbers of a table's column come from."""

    TYPED = "typed"
    COMPUTED = "computed"
    PREVIOUS = "previous"
    CUMULATIVE = "cumulative"
    PLANNED = "planned"
    RATE = "rate"


class Missing(StrEnum):
    """What a blank cell means for the indicator."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    ZERO = "zero"


class Declared(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True, weakref=True):
    """A table of the form's files: closed, and never changed after loading."""

    def changed(self, **fields: Any) -> Self:
        """The same with other values in some fields."""
        return msgspec.structs.replace(self, **fields)


class Unit(Declared, frozen=True, kw_only=True):
    """A reporting unit; valid from/to with predecessors, for changes of the administrative map."""

    id: Name
    name: str
    kind: str
    parent: str = ""
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None
    predecessors: tuple[str, ...] = ()


class Document(Declared, frozen=True, kw_only=True):
    """A cited document of the register. One that `recurs` comes along into the next period, where somebody must look at
    it: `review` says at what."""

    name: Name
    type: str
    number: str
    date: datetime.date | None = None
    issuer: str = ""
    subject: str = ""
    in_period: bool = False
    recurs: bool = False
    review: str = ""


class Entry(Declared, frozen=True, kw_only=True):
    """A passage that people write: one line of the sheet `Nội dung`. `recurs` and `review` as for documents.

    `lines` is the number of things that it names, one a line: a term over indicators ("" where nothing counts them).
    """

    name: Name
    title: str
    heading: str = ""
    hint: str = ""
    required: bool = True
    lines: str = ""
    recurs: bool = False
    review: str = ""


class InfoField(Declared, frozen=True, kw_only=True):
    """One line of the sheet `Thông tin chung`."""

    name: Name
    label: str
    value: Any = ""
    """Text, number or date."""
    kind: Literal["text", "date", "int"] = "text"
    required: bool = False
    hint: str = ""


class Mend(Declared, frozen=True, kw_only=True):
    """A misreading of the scanned appendix that the declared label mends."""

    code: str
    printed: str
    mended: str
    reason: str


class PeriodKind(Declared, frozen=True, kw_only=True):
    """How often the form is reported: a quarter, a half-year … `label` is written with {năm}, {quý}, {tháng}.

    `first`, `last` and `deadline` are days of the year's first such period, as "15/12 năm trước".
    """

    id: str
    label: str
    first: str
    last: str
    deadline: str = ""
    cumulative: bool = False
    template: str = ""


class Period(Declared, frozen=True, kw_only=True):
    """A reporting period (Nghị định 09/2019/NĐ-CP, Điều 12). `number` is that of the quarter or the month."""

    label: str
    kind: str
    first: datetime.date
    last: datetime.date
    deadline: datetime.date | None = None
    year: int = 0
    number: int = 0
    cumulative: bool = False

    @property
    def months(self) -> int:
        """How many months it has, to the nearest whole one."""
        return round((self.last - self.first).days / 30.44)

    @property
    def year_first(self) -> datetime.date:
        """The first day of its reporting year: figures of a year run from 15 December of the year before."""
        return min(self.first, datetime.date(self.last.year - 1, 12, 15))


NO_PERIOD = Period(label="", kind="", first=datetime.date(1900, 1, 1), last=datetime.date(1900, 1, 1))
"""Of a form with which no book has been begun."""


class Plausible(Declared, frozen=True, kw_only=True):
    """How far a figure may be from the last period's, or a unit from the others, before somebody is asked about it."""

    ratio: Decimal = Decimal(3)
    peer_ratio: Decimal = Decimal(5)
    least: Decimal = Decimal(20)


class ContactColumn(Declared, frozen=True, kw_only=True):
    """A column of the table of contacts."""

    name: str
    label: str


class ContactLine(Declared, frozen=True, kw_only=True):
    """A line of the table of contacts: whose contact is asked."""

    stt: int
    label: str


class ContactTable(Declared, frozen=True, kw_only=True):
    """Phụ lục 1: the table of contacts. The first two columns are declared, people type the others."""

    title: str
    columns: tuple[ContactColumn, ...]
    lines: tuple[ContactLine, ...] = ()


class Chart(Declared, frozen=True, kw_only=True):
    """A chart of the report's appendix.

    `kind`: "by_unit" draws `part` for each unit of `units`; "rate_by_unit" its share of `whole`; "shares" how `whole`
    divides into `part` and the rest.
    """

    name: Name
    title: str
    kind: Literal["by_unit", "rate_by_unit", "shares"] = "by_unit"
    part: str
    whole: str = ""
    units: str = ""
    part_label: str = ""
    rest_label: str = ""
