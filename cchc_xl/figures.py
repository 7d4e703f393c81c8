"""What a master workbook holds, apart from the file it came in, and its totals: readings of units go up into figures,
which know what they were made of and what they lack.

Also how a figure has changed since the last period, in words: tăng 3,83% (378), giảm 2,04 điểm %, không đổi. Rates are
made from Σpart/Σwhole, never averaged, and change by percentage points. A change from zero has an amount but no rate,
for nothing is a percentage of nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal

from cchc_xl.schema.form_model import Form, Indicator
from cchc_xl.schema.model_kinds import WORDS, Document, Kind, Missing, Period, Total
from cchc_xl.values import Address, Ratio, Reading, Status, Struct, Value, replace
from cchc_xl.writing.vietnamese_numbers import fixed, plain, rate, rounded

Readings = Mapping[tuple[str, str], Reading]
"""Readings by (unit id, indicator code)."""


NOTHING: Mapping[str, Reading] = {}


class Tally(Struct, frozen=True):
    """What a set of units says of one indicator, in whatever order: sums, Σ of parts and wholes, distinct values."""

    given: int
    total: Decimal
    whole: Decimal
    yes: int
    distinct: frozenset[Value]
    missing: frozenset[str]


class Figure(Struct, frozen=True):
    """The city's value of an indicator.

    `missing` names the units that should have reported and did not; `part` and `whole` are the sums a rate was made of.
    """

    indicator: Indicator
    value: Value | None
    expected: int = 0
    missing: tuple[str, ...] = ()
    part: Decimal | None = None
    whole: Decimal | None = None
    conflicting: tuple[Value, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every unit that should report has done so."""
        return not self.missing


TYPE, NUMBER, DATE, ISSUER = "CDEF"
"""Columns of the register of documents."""


class Text(Struct, frozen=True):
    """A text that people typed, with its address, and its font if that is one from before Unicode."""

    text: str
    address: Address
    font: str = ""


class Content(Struct, frozen=True):
    """Everything people have entered: the one input of totals, checks and the report.

    `notes` are the printed notes (column Ghi chú) by indicator or heading code; `info` and `entries` are keyed by
    the declared names; `contacts` holds the lines of Phụ lục 1, column by column; `previous` are the figures of the
    last period by indicator name, and `previous_period` that period; `last_year` those of the same period of the year
    before; `unit_previous` what each unit had in the last period of the table columns that rules compare with it and of
    the figures that would tell of a copy, by (unit id, indicator name); `carried` the texts that came along, by
    "noi_dung.…" and "van_ban.…". `unit_notes` are what units wrote beside their own figures, by (unit id, indicator
    code). `strays` are input cells that hold something where nothing is asked, by (unit id, line code); `documents` are
    those of the register that can be cited, `unfinished` its lines that lack type or number; `document_dates` the dates
    of documents as typed, by name; `merged` the merged ranges among the input cells, each with its first cell; `shared`
    are the figures known only for the whole, by indicator code; `left` is what a unit's form holds that is not in the
    book, by unit: rule and message, a line each.
    """

    form: Form
    readings: Readings
    notes: Mapping[str, Text] = {}
    info: Mapping[str, Text] = {}
    entries: Mapping[str, Text] = {}
    documents: tuple[Document, ...] = ()
    unfinished: tuple[Document, ...] = ()
    contacts: tuple[tuple[str, ...], ...] = ()
    previous: Mapping[str, Figure] = {}
    last_year: Mapping[str, Figure] = {}
    unit_previous: Mapping[tuple[str, str], Decimal] = {}
    carried: Mapping[str, str] = {}
    strays: Mapping[tuple[str, str], Text] = {}
    unit_notes: Mapping[tuple[str, str], Text] = {}
    previous_period: Period | None = None
    document_dates: Mapping[str, Text] = {}
    merged: tuple[Text, ...] = ()
    shared: Mapping[str, Reading] = {}
    left: Mapping[str, Text] = {}

    def document_cell(self, name: str, column: str) -> Address | None:
        """The cell of a document's line in a column of the register; None where the register has no such line."""
        text = self.document_dates.get(name)
        return Address(text.address.sheet, re.sub(rf"^{DATE}(?=\d)", column, text.address.cell)) if text else None


COMPLETENESS = "{}/{} {}; thiếu {}"
"""How many units of how many have given a figure, and which lack."""

PARTLY = "〔mới có {}〕"
"""What stands in a sentence behind a figure that lacks units."""


def completeness(figure: Figure, form: Form) -> str:
    """8/10 phường; thiếu …, …. Empty for a complete figure, and for one that has no value at all."""
    if figure.complete or figure.value is None:
        return ""
    given = figure.expected - len(figure.missing)
    missing = ", ".join(form.unit_names[unit] for unit in figure.missing)
    return COMPLETENESS.format(given, figure.expected, _what_units_are(figure.indicator, form), missing)


def _what_units_are(row: Indicator, form: Form) -> str:
    """What the reporting units are called together: the word that all their names begin with, else đơn vị."""
    while row.has_parts:
        row = form.by_name[row.numerator]
    words = {unit.name.partition(" ")[0].casefold() for unit in form.reporters(row)}
    return words.pop() if len(words) == 1 else "đơn vị"


def of_the_same_units(form: Form, figures: Mapping[str, Figure]) -> dict[str, Figure]:
    """The figures by code, without the rates whose two numbers lack different units: 97 of ten wards, 83 of nine."""
    def lacking(name: str) -> frozenset[str]:
        return frozenset(figures[form.by_name[name].code].missing)
    return {
        code: replace(figure, value=None)
        if figure.missing and (row := figure.indicator).has_parts and lacking(row.numerator) != lacking(row.denominator)
        else figure
        for code, figure in figures.items()
    }


def known_of(figures: Mapping[str, Figure]) -> tuple[int, int]:
    """How many figures have a value, and of how many: words that nobody must write count where somebody did."""
    known = sum(figure.value is not None for figure in figures.values())
    idle = sum(
        figure.value is None and figure.complete and figure.indicator.kind in WORDS for figure in figures.values()
    )
    return known, len(figures) - idle


def incomplete(figures: Mapping[str, Figure], form: Form) -> Iterator[str]:
    """A line for each group of figures that lack the same units: mới có 8/10 phường; thiếu …: III.6.6, III.6.7."""
    groups: dict[str, list[str]] = {}
    for code, figure in figures.items():
        if lacking := completeness(figure, form):
            groups.setdefault(lacking, []).append(code)
    for lacking, codes in groups.items():
        yield f"Mới có {lacking} ở {len(codes)} chỉ tiêu: {', '.join(codes)}."


def tally(indicator: Indicator, readings: Iterable[tuple[str, Reading | None]]) -> Tally:
    """What some units say."""
    given, yes, added, whole = 0, 0, Decimal(0), Decimal(0)
    distinct, missing = set[Value](), set[str]()
    for unit, reading in readings:
        if reading is None or not reading.given:
            blank = reading is None or reading.status is Status.BLANK
            given += blank and indicator.missing is Missing.ZERO
            if not blank or (indicator.missing is Missing.REQUIRED and not indicator.required_if):
                missing.add(unit)
            continue
        given += 1
        value = reading.value
        if isinstance(value, Decimal):
            added += value
            yes += value == 1
        elif isinstance(value, Ratio):
            added += value.part
            whole += value.whole
        if value is not None:
            distinct.add(value)
    return Tally(given, added, whole, yes, frozenset(distinct), frozenset(missing))


def total(form: Form, readings: Readings, shared: Mapping[str, Reading] = NOTHING) -> dict[str, Figure]:
    """Every figure of the form, by indicator code.

    `shared` are figures known only for the whole: each counts for as long as a unit has not answered.
    """
    figures = {row.code: _typed(form, row, readings, shared.get(row.code)) for row in form.indicators() if row.typed}
    for row in form.indicators():
        if row.total is Total.UNITS:
            count = len(form.reporters(row))
            figures[row.code] = Figure(row, Decimal(count), count)
    for row in form.indicators():
        if row.sum_of:
            figures[row.code] = _added(form, row, figures)
    for row in form.indicators():
        if row.has_parts:
            parts = (figures[form.by_name[name].code] for name in (row.numerator, row.denominator))
            figures[row.code] = made_of_parts(row, *parts)
    return {row.code: figures[row.code] for row in form.indicators()}


def _added(form: Form, row: Indicator, figures: Mapping[str, Figure]) -> Figure:
    """A figure of a table that adds up others; it lacks what any of them lacks."""
    parts = [(figures.get(part.code) or _added(form, part, figures), sign) for part, sign in form.summands[row.code]]
    missing = dict.fromkeys(unit for part, _ in parts for unit in part.missing)
    expected = max((part.expected for part, _ in parts), default=0)
    return Figure(row, sum_of_values((part.value, sign) for part, sign in parts), expected, tuple(missing))


def sum_of_values(parts: Iterable[tuple[Value | None, int]]) -> Decimal | None:
    """Numbers added with their signs, those that are missing left out; None where all are."""
    added = None
    for value, sign in parts:
        if isinstance(value, Decimal):
            added = (added or 0) + (value if sign > 0 else -value)
    return added


Sums = dict[str, "Value | None"]
"""What figures of one unit were found to be, by code, for as long as its answers stay."""


def value_of_unit(
    form: Form, row: Indicator, answer: Callable[[str], Reading | None], known: Sums | None = None
) -> Value | None:
    """What a unit's answers, by code, make of a figure: typed, added up, or a rate. `known` grows with every one."""
    known = {} if known is None else known
    code = row.code
    if code in known:
        return known[code]
    if row.sum_of:
        parts = form.summands[code]
        known[code] = sum_of_values((value_of_unit(form, part, answer, known), sign) for part, sign in parts)
    elif row.has_parts:
        rows = (form.by_name[name] for name in (row.numerator, row.denominator))
        part, whole = (value_of_unit(form, each, answer, known) for each in rows)
        known[code] = rate(part, whole) if isinstance(part, Decimal) and isinstance(whole, Decimal) else None
    else:
        reading = answer(code)
        known[code] = reading.value if reading and reading.given else None
    return known[code]


def _typed(form: Form, row: Indicator, readings: Readings, whole: Reading | None) -> Figure:
    said = [(unit.id, readings.get((unit.id, row.code))) for unit in form.reporters(row)]
    if whole is not None and whole.given and not all(reading and reading.given for _, reading in said):
        return Figure(row, whole.value, len(said))
    merged = tally(row, said)
    missing = tuple([unit for unit, _ in said if unit in merged.missing]) if merged.missing else ()
    conflicting = tuple(merged.distinct) if row.total is Total.SAME and len(merged.distinct) > 1 else ()
    value = None if row.total is Total.SAME and _unreadable(said) else value_of(row, merged)
    if isinstance(value, str) and len(said) > 1:
        value = joined((form.unit_names[unit], reading.value) for unit, reading in said if reading is not None)
    return Figure(row, value, len(said), missing, conflicting=conflicting)


def joined(answers: Iterable[tuple[str, Value | None]]) -> str:
    """What several units wrote, each text behind its unit's name: "Xã A: …; Xã B: …". Blanks are left out."""
    return "; ".join(f"{name}: {text}" for name, text in answers if isinstance(text, str) and text)


def _unreadable(said: Iterable[tuple[str, Reading | None]]) -> bool:
    """Whether a unit's answer cannot be read: then nobody knows whether it is the same as the others'."""
    return any(reading is not None and reading.status is Status.UNREADABLE for _, reading in said)


def value_of(row: Indicator, merged: Tally) -> Value | None:
    """The figure that a tally gives; None where nobody has answered or the answers of "the same everywhere" differ.

    Texts that differ are all kept, without the names of those who wrote them, which a tally does not know.
    """
    if merged.given == 0:
        return None
    match row.total:
        case Total.COUNT_YES:
            return Decimal(merged.yes)
        case Total.NONE:
            return "; ".join(sorted(str(text) for text in merged.distinct)) or None
        case Total.ALL_YES:
            return Decimal(merged.yes == merged.given)
        case Total.SAME | Total.CITY:
            return next(iter(merged.distinct)) if len(merged.distinct) == 1 else None
        case Total.RATIO:
            return Ratio(merged.total, merged.whole)
    return merged.total


def made_of_parts(row: Indicator, numerator: Figure, denominator: Figure) -> Figure:
    """A rate or ratio from its two figures; it lacks what either of them lacks."""
    missing = numerator.missing + tuple(unit for unit in denominator.missing if unit not in numerator.missing)
    expected = max(numerator.expected, denominator.expected)
    part, whole = numerator.value, denominator.value
    if not isinstance(part, Decimal) or not isinstance(whole, Decimal):
        return Figure(row, None, expected, missing)
    value = Ratio(part, whole) if row.kind is Kind.RATIO else rate(part, whole)
    return Figure(row, value, expected, missing, part, whole)


UP, DOWN, SAME = "tăng", "giảm", "không đổi"


class Change(Struct, frozen=True):
    """A change: its word, its amount without a sign, and its rate where there is one.

    `points` tells that the amount is in percentage points.
    """

    word: str
    amount: Decimal
    rate: Decimal | None = None
    points: bool = False

    @property
    def text(self) -> str:
        """The change as a report says it."""
        if self.word == SAME:
            return SAME
        if self.points:
            return f"{self.word} {points(self.amount)}"
        if self.rate is None:
            return f"{self.word} {plain(self.amount)}"
        return f"{self.word} {fixed(self.rate, 2)}% ({plain(self.amount)})"

    def beside(self, unit: str, then: str) -> str:
        """The same as it stands in brackets behind a figure: tăng 12 hồ sơ, 8,33% so với cùng kỳ năm trước."""
        if self.word == SAME:
            return f"bằng {then}"
        if self.points:
            return f"{self.text} so với {then}"
        rate = "" if self.rate is None else f", {fixed(self.rate, 2)}%"
        return f"{self.word} {plain(self.amount)} {unit}".strip() + f"{rate} so với {then}"


def change(now: Figure, before: Figure | None) -> Change | None:
    """How a figure has changed; None where one of the two is missing, incomplete or no number."""
    if before is None or not now.complete or not before.complete:
        return None
    if not isinstance(now.value, Decimal) or not isinstance(before.value, Decimal):
        return None
    if now.indicator.kind is Kind.PERCENT:
        found = _change(_as_printed(now), _as_printed(before), points=True)
        alike = word_of_parts(now.part, now.whole, before.part, before.whole)
        return found if found.amount else replace(found, word=alike)
    if now.indicator.kind in (Kind.COUNT, Kind.DECIMAL):
        return _change(now.value, before.value, points=False)
    return None


def points(amount: Decimal) -> str:
    """The size of a change of a rate; that of rates which print alike but differ is not nothing."""
    return f"{fixed(amount, 2)} điểm %" if amount else "dưới 0,01 điểm %"


def word_of_parts(part: Decimal | None, whole: Decimal | None, was: Decimal | None, of: Decimal | None) -> str:
    """How a rate changed by what it is and was made of, where the printed rates are alike: 99.999 of 100.000 is more
    than 99.998. Unchanged where that is not known."""
    if part is None or whole is None or was is None or of is None or part * of == was * whole:
        return SAME
    return UP if part * of > was * whole else DOWN


def _as_printed(figure: Figure) -> Decimal:
    """A rate as it is printed: the change is that of the printed rates, which the reader can work out again."""
    assert isinstance(figure.value, Decimal)
    return rounded(figure.value, 2)


def _change(now: Decimal, before: Decimal, *, points: bool) -> Change:
    if now == before:
        return Change(SAME, Decimal(0), points=points)
    amount = abs(now - before)
    rate = None if points or before == 0 else rounded(amount * 100 / abs(before), 2)
    return Change(UP if now > before else DOWN, amount, rate, points)
