"""Shapes of a declared form and its lines; `declaration_columns` says which column holds which field."""

# No deferred annotations here: msgspec would evaluate each of them at every start, a millisecond for nothing.

import datetime
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cached_property, wraps
from typing import Literal, Self, TypeVar

import msgspec

from cchc_xl.rule_registry import Severity
from cchc_xl.rules.rule_syntax import RuleMissing
from cchc_xl.schema.model_kinds import (
    NO_PERIOD,
    Chart,
    ContactTable,
    Declared,
    Document,
    Entry,
    InfoField,
    Kind,
    Mend,
    Missing,
    Name,
    Period,
    PeriodKind,
    Plausible,
    Total,
    Unit,
)
from cchc_xl.schema.table_model import Table
from cchc_xl.typed_text import folded

UNNUMBERED = "–"
Made = TypeVar("Made")


def once(make: Callable[["Form"], Made]) -> Callable[["Form"], Made]:
    """What is made of a form is made once and remembered by the form itself: hundreds of units have the same."""
    @wraps(make)
    def told(form: "Form") -> Made:
        if make.__name__ not in form.__dict__:
            form.__dict__[make.__name__] = make(form)
        made: Made = form.__dict__[make.__name__]
        return made

    return told


class SectionLine(Declared, frozen=True, kw_only=True):
    """A line of the appendix."""

    code: str
    label: str
    stt: str = ""
    why: str = ""

    @property
    def number(self) -> str:
        """As declared ("–": none is printed), else the code without its section: 6.1 for III.6.1."""
        return "" if self.stt == UNNUMBERED else self.stt or self.code.partition(".")[2]


class Heading(SectionLine, frozen=True, kw_only=True):
    """A group line that holds no figure."""


class Indicator(SectionLine, frozen=True, kw_only=True):
    """One figure of the appendix, or a supporting figure that the print does not show.

    `note_lists`: the note names each thing counted. `note_required_if`: when the note must say something. `peer_base`:
    the figure that makes units of different size comparable. `accumulates`: what is counted over the period, so that a
    longer period of the same year can't have less; not what is counted on its last day. `periods`: the kinds of period
    in which an answer is required, all where none is named; in others the row may stay blank. `declared_missing`: as
    declared, where the form's period asks less. A figure of a table names its `row` and `column`; `sum_of` are the
    figures that it adds up, one that is taken away with a minus before it.
    """

    name: Name
    unit: str = ""
    kind: Kind
    reported_by: tuple[str, ...]
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
    choices: dict[str, str] = msgspec.field(default_factory=dict)
    numerator: str = ""
    denominator: str = ""
    supports: str = ""
    ask: Kind | None = None
    accumulates: bool = True
    declared_missing: Missing | None = None
    row: str = ""
    column: str = ""
    sum_of: tuple[str, ...] = ()

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


Row = TypeVar("Row", Heading | Indicator, Indicator)


class RuleLine(Declared, frozen=True, kw_only=True):
    """A rule as declared; its expression is parsed by `cchc_xl.rules`.

    `applies`: asked of each unit that answers all of it ("unit"), of the figures of the whole ("whole"), or of the
    units and then, where none fails, of the whole ("both"). `periods`: the kinds of period it holds for, all where
    none is named. `previous`: which earlier book it may be compared with: the last year's, one of the same year, of a
    period that ended before this one, or of one that started on the same day.
    `told`: its own sentence. `unless_written`: the notes (by indicator) and passages that explain it, any of which
    silences it; `if_written`: those without which it is not asked. `together`: one finding for all units that fail.
    `row`: the row of a table that a rule on its columns was made for.
    """

    code: str
    test: str
    severity: Severity = Severity.ERROR
    applies: Literal["both", "unit", "whole"] = "both"
    periods: tuple[str, ...] = ()
    previous: Literal["", "last_year", "same_year", "before", "same_start"] = ""
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


class Section(Declared, frozen=True, kw_only=True):
    """One sheet of the workbook: a section of the appendix, or the figures that only the text needs.

    `stt` is its printed number where that is not its own, "–" where the print does not show its line. `declared_rules`
    are all of them where `rules` are only those that hold in the form's period. `table_rules` are the declared lines of
    rules that hold for every row of a table.
    """

    number: str
    stt: str = ""
    title: str
    sheet: str
    printed: bool = True
    why: str = ""
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

    @cached_property
    def of_tables(self) -> frozenset[str]:
        """The codes of its tables' lines and figures."""
        return frozenset[str]().union(*(table.codes for table in self.tables))

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


class Form(Declared, frozen=True, kw_only=True):
    """A whole declared form with its look-ups.

    `remark` also says what could not be verified. The period is that of the book that was begun with the form; units
    and general data are the book's own too. `folder` is where the declaration was read. `printed_title` is the title of
    the printed table where it is not the form's own, with {kỳ} for the period; `printed_heads` are its columns, with |
    between them and › between levels of headings, and on a second line the numbers of the columns where it has them.
    """

    id: str
    version: str
    title: str
    basis: str = ""
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None
    remark: str = ""
    printed_title: str = ""
    printed_heads: str = ""
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
    def _mended(self) -> dict[str, str]:
        return {folded(each.printed): each.mended for each in self.mends}

    def mended(self, label: str) -> str:
        """A printed label as the form mends it."""
        return self._mended.get(folded(label), label)

    @cached_property
    def by_code(self) -> dict[str, Indicator]:
        """Indicator by its code."""
        return {indicator.code: indicator for indicator in self.indicators()}

    @cached_property
    def summands(self) -> dict[str, tuple[tuple[Indicator, int], ...]]:
        """What a computed figure of a table is made of, by its code: each part with +1, or -1 for one taken away."""
        return {
            row.code: tuple((self.by_name[each.removeprefix("-")], -1 if each[0] == "-" else 1) for each in row.sum_of)
            for row in self.indicators() if row.sum_of
        }

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

    def tables(self) -> Iterator[Table]:
        """Every table of columns, section by section."""
        for section in self.sections:
            yield from section.tables

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
