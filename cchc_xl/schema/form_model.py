"""Shapes of a declared form, one class for each kind of line; `form.columns` says which column holds which field."""

# No deferred annotations here: msgspec would evaluate each of them at every start, a millisecond for nothing.

import datetime
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal, Self, TypeVar

import msgspec
from msgspec import Meta

from cchc_xl.findings import Severity
from cchc_xl.rules.rule_syntax import RuleMissing

Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$")]
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


class Heading(Declared, frozen=True, kw_only=True):
    """A group line of the appendix that holds no figure."""

    code: str
    label: str
    stt: str = ""
    why: str = ""

    @property
    def number(self) -> str:
        """The printed number."""
        return printed_number(self)


class Indicator(Declared, frozen=True, kw_only=True):
    """One figure of the appendix, or a supporting figure that the print does not show.

    `note_lists`: the note names each thing counted. `note_required_if`: when the note must say something. `peer_base`:
    the figure that makes units of different size comparable. `accumulates`: what is counted over the period, so that a
    longer period of the same year can't have less; not what is counted on its last day. `periods`: the kinds of period
    in which an answer is required, all where none is named; in others the row may stay blank. `declared_missing`: as
    declared, where the form's period asks less. A figure of a table names its `row` and `column`; `sum_of` are the
    figures that it adds up, one that is taken away with a minus before it.
    """

    code: str
    name: Name
    label: str
    unit: str = ""
    kind: Kind
    reported_by: Annotated[tuple[str, ...], Meta(min_length=1)]
    total: Total
    missing: Missing = Missing.REQUIRED
    note_hint: str = ""
    note_lists: bool = False
    note_required_if: str = ""
    peer_base: str = ""
    reference: str = ""
    min: Decimal = Decimal(0)
    max: Decimal | None = None
    required_if: str = ""
    periods: tuple[str, ...] = ()
    choices: dict[str, str] = {}
    numerator: str = ""
    denominator: str = ""
    supports: str = ""
    ask: Kind | None = None
    accumulates: bool = True
    declared_missing: Missing | None = None
    row: str = ""
    column: str = ""
    sum_of: tuple[str, ...] = ()
    stt: str = ""
    why: str = ""

    @property
    def number(self) -> str:
        """The printed number."""
        return printed_number(self)

    @property
    def asked(self) -> Kind:
        """What one unit is asked, which differs from the figure's kind where wards saying "có" are counted."""
        return self.ask or self.kind

    @property
    def has_parts(self) -> bool:
        """Whether the figure is made from a numerator and a denominator that are rows of their own."""
        return bool(self.numerator)

    @property
    def typed(self) -> bool:
        """Whether units type a value; otherwise the figure is made from others."""
        return not self.has_parts and not self.sum_of and self.total is not Total.UNITS


def printed_number(row: Heading | Indicator) -> str:
    """As declared ("–": none is printed), else the code without its section: 6.1 for III.6.1."""
    return "" if row.stt == UNNUMBERED else row.stt or row.code.partition(".")[2]


UNNUMBERED = "–"
Row = TypeVar("Row", Heading | Indicator, Indicator)


class RuleLine(Declared, frozen=True, kw_only=True):
    """A rule as declared; its expression is parsed by `cchc_xl.rules`.

    `applies`: asked of each unit that answers all of it ("unit"), of the figures of the whole ("whole"), or of the
    units and then, where none fails, of the whole ("both"). `periods`: the kinds of period it holds for, all where
    none is named. `previous`: which earlier book it may be compared with, the last year's or one of the same year.
    `told`: its own sentence. `unless_written`: the notes (by indicator) and passages that explain it, any of which
    silences it; `if_written`: those without which it is not asked. `together`: one finding for all units that fail.
    `row`: the row of a table that a rule on its columns was made for.
    """

    code: str
    test: str
    severity: Severity = Severity.ERROR
    applies: Literal["both", "unit", "whole"] = "both"
    periods: tuple[str, ...] = ()
    previous: Literal["", "last_year", "same_year"] = ""
    told: str = ""
    unless_written: tuple[str, ...] = ()
    if_written: tuple[str, ...] = ()
    together: bool = False
    missing: RuleMissing = RuleMissing.SKIP_ANY
    remedy: str
    row: str = ""


class Class(Declared, frozen=True, kw_only=True):
    """A class of a scale: scores from `low` on and below `high`; `counts` is the figure that says how many units."""

    name: str
    low: Decimal
    high: Decimal
    counts: str = ""


class Scale(Declared, frozen=True, kw_only=True):
    """How scores are classed. The classes lie side by side without gap; the highest takes its upper end too.

    `score` is the indicator of each unit's score, where units report one.
    """

    name: Name
    label: str
    score: str = ""
    classes: tuple[Class, ...]

    @cached_property
    def rising(self) -> tuple[Class, ...]:
        """The classes, the lowest first."""
        return tuple(sorted(self.classes, key=lambda each: each.low))

    def class_of(self, score: Decimal) -> "Class | None":
        """The class of a score; None outside the scale."""
        found = next((each for each in self.rising if each.low <= score < each.high), None)
        return self.rising[-1] if found is None and score == self.rising[-1].high else found


class TableColumn(Declared, frozen=True, kw_only=True):
    """A number column of a table: its code "(3)", its headings from the top, and what stands below them.

    `declared` are the cells that said so, by their titles.
    """

    code: str
    titles: tuple[str, ...]
    kind: Kind = Kind.COUNT
    source: Source = Source.TYPED
    formula: str = ""
    declared: dict[str, str] = {}

    @property
    def title(self) -> str:
        """The heading right above the numbers."""
        return self.titles[-1] if self.titles else ""

    @property
    def typed(self) -> bool:
        """Whether people type its cells."""
        return self.source not in (Source.COMPUTED, Source.RATE)


class TableRow(Declared, frozen=True, kw_only=True):
    """A line of a table: a group line without numbers, a row, the sum of rows, or a row for every unit that reports."""

    code: str
    label: str
    kind: Literal["group", "row", "total", "units"] = "row"
    stt: str = ""
    declared: dict[str, str] = {}


class Table(Declared, frozen=True, kw_only=True):
    """A table whose figures stand in rows and columns. Each figure is an indicator of the section: `cell` names it.

    `corner` are the columns of the rows' numbers and names.
    """

    code: str
    name: Name
    label: str
    unit: str = ""
    corner: tuple[TableColumn, ...] = ()
    columns: tuple[TableColumn, ...] = ()
    rows: tuple[TableRow, ...] = ()
    declared: dict[str, str] = {}

    @property
    def numbered(self) -> tuple[TableRow, ...]:
        """The rows that hold figures."""
        return tuple(row for row in self.rows if row.kind != "group")

    @cached_property
    def codes(self) -> frozenset[str]:
        """The codes of its lines and figures."""
        cells = (cell_code(row.code, column.code) for row in self.numbered for column in self.columns)
        return frozenset((self.code, *(row.code for row in self.rows), *cells))

    @property
    def levels(self) -> int:
        """How many lines of headings it has."""
        return max(len(column.titles) for column in (*self.columns, *self.corner))


def cell_code(row: str, column: str) -> str:
    """The code of the figure of a row and a column: ii06a.3(7)."""
    return f"{row}{column}"


class SectionHead(Declared, frozen=True, kw_only=True):
    """The line that a section begins with."""

    number: str
    title: str
    sheet: str
    printed: bool = True
    why: str = ""


class Section(SectionHead, frozen=True, kw_only=True):
    """One sheet of the workbook: a section of the appendix, or the figures that only the text needs.

    `declared_rules` are all of them where `rules` are only those that hold in the form's period. `table_rules` are the
    declared lines of rules that hold for every row of a table.
    """

    rows: tuple[Heading | Indicator, ...]
    supporting: tuple[Indicator, ...] = ()
    rules: tuple[RuleLine, ...] = ()
    declared_rules: tuple[RuleLine, ...] = ()
    scales: tuple[Scale, ...] = ()
    tables: tuple[Table, ...] = ()
    table_rules: tuple[dict[str, str], ...] = ()

    @property
    def lines(self) -> tuple[Heading | Indicator, ...]:
        """Every line of the sheet: the printed rows, then the supporting ones."""
        return self.rows + self.supporting

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        """Every indicator: the printed ones in printed order, then the supporting ones."""
        return tuple(row for row in self.rows if isinstance(row, Indicator)) + self.supporting

    def of_kind(self, period: str) -> "Section":
        """The section for a kind of period: without the rules that do not hold; rows not asked may be blank."""
        rows, supporting = (tuple(_of_kind(row, period) for row in group) for group in (self.rows, self.supporting))
        declared = self.declared_rules or self.rules
        rules = tuple(rule for rule in declared if holds_in(rule, period))
        return self.changed(rows=rows, supporting=supporting, rules=rules, declared_rules=declared)


def holds_in(declared: RuleLine | Indicator, period: str) -> bool:
    """Whether a rule holds, or a row is asked, in a kind of period."""
    return not declared.periods or period in declared.periods


def _of_kind(row: Row, period: str) -> Row:
    """What is not asked in the period may stay blank."""
    if not isinstance(row, Indicator) or not row.periods:
        return row
    declared = row.declared_missing or row.missing
    asked = declared is not Missing.REQUIRED or holds_in(row, period)
    return row.changed(missing=declared if asked else Missing.OPTIONAL, declared_missing=declared)


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
    """A passage that people write: one line of the sheet `Nội dung`. `recurs` and `review` as for documents."""

    name: Name
    title: str
    heading: str = ""
    hint: str = ""
    required: bool = True
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
    kind: Literal["by_unit", "rate_by_unit", "shares"]
    part: str
    whole: str = ""
    units: str = ""
    part_label: str = ""
    rest_label: str = ""


class Form(Declared, frozen=True, kw_only=True):
    """A whole declared form with its look-ups.

    `remark` also says what could not be verified. The period is that of the book that was begun with the form; units
    and general data are the book's own too. `folder` is where the declaration was read.
    """

    id: str
    version: str
    title: str
    basis: str = ""
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None
    remark: str = ""
    plausible: Plausible = Plausible()
    sections: tuple[Section, ...]
    units: tuple[Unit, ...]
    periods: tuple[PeriodKind, ...] = ()
    documents: tuple[Document, ...] = ()
    entries: tuple[Entry, ...] = ()
    info: tuple[InfoField, ...]
    contacts: ContactTable
    charts: tuple[Chart, ...] = ()
    mends: tuple[Mend, ...] = ()
    period: Period = NO_PERIOD
    folder: str = ""

    @property
    def template(self) -> str:
        """The Word template of its period; of a kind without one, the first that is declared."""
        own = next((each.template for each in self.periods if each.id == self.period.kind), "")
        return own or next((each.template for each in self.periods if each.template), "")

    def of_period(self, period: Period) -> Self:
        """The form as it is asked in a period; what is declared for other periods is kept for their books."""
        sections = tuple(section.of_kind(period.kind) for section in self.sections)
        return self.changed(period=period, sections=sections)

    @cached_property
    def by_name(self) -> dict[str, Indicator]:
        """Indicator by its name."""
        return {indicator.name: indicator for indicator in self.indicators()}

    @cached_property
    def by_code(self) -> dict[str, Indicator]:
        """Indicator by its code."""
        return {indicator.code: indicator for indicator in self.indicators()}

    @cached_property
    def section_of(self) -> dict[str, Section]:
        """Section by the code of one of its indicators."""
        return {indicator.code: section for section in self.sections for indicator in section.indicators}

    @cached_property
    def unit_names(self) -> dict[str, str]:
        """Display name of every unit by its id."""
        return {unit.id: unit.name for unit in self.units}

    def indicators(self) -> Iterator[Indicator]:
        """Every indicator, section by section."""
        for section in self.sections:
            yield from section.indicators

    def rule_lines(self) -> Iterator[RuleLine]:
        """Every declared rule, section by section."""
        for section in self.sections:
            yield from section.rules

    def reporters(self, indicator: Indicator) -> tuple[Unit, ...]:
        """The units that report an indicator, in the order of the register."""
        return self._reporters[indicator.code]

    @cached_property
    def _reporters(self) -> dict[str, tuple[Unit, ...]]:
        # Many indicators name the same few reporters, and a country has ten thousand units.
        groups = {
            names: tuple(unit for unit in self.units if unit.kind in names or unit.id in names)
            for names in {indicator.reported_by for indicator in self.indicators()}
        }
        return {indicator.code: groups[indicator.reported_by] for indicator in self.indicators()}

    def columns(self, section: Section) -> tuple[Unit, ...]:
        """The units that report at least one typed indicator of the section: its input columns."""
        return self._columns[section.number]

    @cached_property
    def _columns(self) -> dict[str, tuple[Unit, ...]]:
        columns = {}
        for section in self.sections:
            asked = {unit.id for row in section.indicators if row.typed for unit in self.reporters(row)}
            columns[section.number] = tuple(unit for unit in self.units if unit.id in asked)
        return columns
