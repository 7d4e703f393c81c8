"""Which lines a unit's form has and where they stand: shared by the maker of forms and the reader of returned ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from cchc_xl import sheet_names
from cchc_xl.schema.form_model import Form, Heading, Indicator, Missing, Section, Unit

COVER, RULES, TO_MEND = sheet_names.FORM_COVER, sheet_names.FORM_RULES, sheet_names.FORM_TO_MEND

HEADER_ROW = 5
FIRST_ROW = HEADER_ROW + 1

CODE, NUMBER, LABEL, MEASURE, VALUE, NOTE, CHECK = "ABCDEFG"
"""Columns people see (the code is hidden)."""

TYPE, RULE, STATE, KNOWN, WHOLE, NEEDED, FLAG, RETURNED = "HIJKLMNO"
"""Hidden columns: what is wrong with the cell alone, the rules it breaks, the state as a letter, the number understood
(and the whole of a pair), whether it is required, and in a returned copy the flag and the text it was given for."""

HEADERS = {
    CODE: sheet_names.CODE_HEADER,
    NUMBER: sheet_names.NUMBER_HEADER,
    LABEL: sheet_names.LABEL_HEADER,
    MEASURE: sheet_names.UNIT_HEADER,
    VALUE: sheet_names.FIGURE_HEADER,
    NOTE: sheet_names.NOTE_HEADER,
    CHECK: sheet_names.CHECK_HEADER,
}

# Keys of the cover's lines in its hidden column A.
KIND_KEY, UNIT_KEY, UNIT_NAME_KEY, FORM_KEY = "loai", "don_vi", "ten_don_vi", "bieu_mau"
VERSION_KEY, PERIOD_KEY, PERIOD_NAME_KEY, TURN_KEY = "phien_ban", "ky", "ten_ky", "lan_nop"
FORM_KIND = "form"

DEADLINE_FIELD = "han_nop"
"""The line of `Thông tin chung` that holds the deadline."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a section sheet: a group line, a cell to fill, or a rate shown live."""

    item: Heading | Indicator
    row: int
    typed: bool
    heading: bool


@dataclass(frozen=True)
class Page:
    """One section sheet of a unit's form."""

    section: Section
    lines: tuple[Line, ...]

    @cached_property
    def questions(self) -> tuple[tuple[Indicator, int], ...]:
        """The indicators to fill, with their rows."""
        return tuple((line.item, line.row) for line in self.lines if line.typed and isinstance(line.item, Indicator))


@dataclass(frozen=True)
class FormPlan:
    """A unit's form: its pages, and where each indicator stands."""

    form: Form
    unit: Unit
    pages: tuple[Page, ...]

    @cached_property
    def places(self) -> dict[str, tuple[str, int]]:
        """Sheet name and row of every indicator that the form shows, by code."""
        return {
            line.item.code: (page.section.sheet, line.row)
            for page in self.pages for line in page.lines if not line.heading
        }

    @cached_property
    def questions(self) -> dict[str, Indicator]:
        """The indicators to fill, by code, in the order of the form."""
        return {row.code: row for page in self.pages for row, _ in page.questions}


def reports(unit: Unit, row: Indicator) -> bool:
    """Whether a unit is asked for an indicator."""
    return unit.kind in row.reported_by or unit.id in row.reported_by


def plan_form(form: Form, unit: Unit) -> FormPlan:
    """Only what the unit reports, in printed order, supporting rows directly above the rate they serve."""
    typed = {row.name for row in form.indicators() if row.typed and reports(unit, row)}
    pages = (Page(section, tuple(_lines(section, typed))) for section in form.sections)
    return FormPlan(form, unit, tuple(page for page in pages if page.questions))


def _lines(section: Section, typed: set[str]) -> Iterator[Line]:
    number = FIRST_ROW
    shown = [row for row in _in_form_order(section) if row.name in typed or _computable(row, typed)]
    headed: set[str] = set()
    items = {row.code: row for row in section.rows}
    for row in shown:
        for code in _groups(row.code):
            if code in items and code not in headed and items[code] not in shown:
                yield Line(items[code], number, typed=False, heading=True)
                number += 1
            headed.add(code)
        yield Line(row, number, typed=row.name in typed, heading=False)
        number += 1


def _in_form_order(section: Section) -> Iterator[Indicator]:
    for row in section.rows:
        yield from (each for each in section.supporting if each.supports == row.code)
        if isinstance(row, Indicator):
            yield row


def _computable(row: Indicator, typed: set[str]) -> bool:
    """Whether a rate can be shown from what this unit types."""
    return row.has_parts and row.numerator in typed and row.denominator in typed


def _groups(code: str) -> Iterator[str]:
    """The codes of the groups a line belongs to, the outermost first: III.6 for III.6.1."""
    parts = code.split(".")
    for length in range(2, len(parts)):
        yield ".".join(parts[:length])


def counts_as_required(row: Indicator) -> bool:
    """Whether the counter “Đã điền …” waits for the indicator."""
    return row.missing is Missing.REQUIRED and not row.required_if


def period_key(form: Form) -> str:
    """The reporting period, comparable between files."""
    return f"{form.period.first:%Y-%m-%d}/{form.period.last:%Y-%m-%d}"
