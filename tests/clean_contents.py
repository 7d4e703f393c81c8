"""Random contents that are consistent by the form's own rules: a walk from the sample figures, one step after another.

Every step changes one answer and mends what the change broke, as a person would: totals follow their parts. A step
that can't be mended is taken back. What general checks say of such contents is an accusation of right figures.
"""

from __future__ import annotations

import datetime
import random
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from contents import content_of, reading, sample_answers, sample_content, with_note, with_texts

from cchc_xl.checks.run_checks import DeclaredRule, rules_of
from cchc_xl.figures import Content, Text, total
from cchc_xl.reading import Cell
from cchc_xl.rules import holds, judge, names, parse
from cchc_xl.rules.rule_judgement import RuleOutcome, value_of
from cchc_xl.rules.rule_syntax import Comparison, Months, Name, Previous, UnitCount, expression, leaves
from cchc_xl.schema import Form, Indicator, Kind, Severity, Total
from cchc_xl.schema.model_kinds import Missing, Period
from cchc_xl.values import Address, Ratio, Value, replace
from cchc_xl.writing.vietnamese_numbers import short_date

Key = tuple[str, str]
MENDINGS = 8
GRAVE = (Severity.ERROR, Severity.WARNING)
SEED = 20211214
OTHER_PERIODS = [
    Period(label="quý III", kind="quy", first=datetime.date(2021, 6, 15), last=datetime.date(2021, 9, 14), year=2021),
    Period(
        label="6 tháng", kind="6_thang", first=datetime.date(2020, 12, 15), last=datetime.date(2021, 6, 14), year=2021
    ),
    Period(
        label="9 tháng", kind="9_thang", first=datetime.date(2020, 12, 15), last=datetime.date(2021, 9, 14), year=2021
    ),
    Period(label="tháng 7", kind="thang", first=datetime.date(2021, 6, 15), last=datetime.date(2021, 7, 14), year=2021),
]


class Walk:
    """The answers of all units, kept consistent."""

    def __init__(self, form: Form, seed: int) -> None:
        self.form = form
        self.chance = random.Random(seed)
        grave = [rule for rule in rules_of(form) if rule.line.severity in GRAVE and not _looks_back(rule)]
        self.rules = [rule for rule in grave if not rule.line.unless_written and not rule.line.if_written]
        self.explained = [rule for rule in grave if rule.line.unless_written]
        self.of_row: dict[str, list[DeclaredRule]] = defaultdict(list)
        for rule in self.rules:
            for code in rule.codes:
                self.of_row[code].append(rule)
        self.answers: dict[Key, Value] = {}
        self.undo: dict[Key, Value] = {}
        self._sums: dict[str, Value | None] = {}
        self._fill()
        self.keys = [key for key in self.answers if self._moves(form.by_code[key[1]])]

    def _fill(self) -> None:
        typed = content_of(self.form, sample_answers(self.form))
        for key, each in typed.readings.items():
            row = self.form.by_code[key[1]]
            if each.value is not None:
                self.answers[key] = each.value
            elif row.asked in (Kind.COUNT, Kind.YES_NO):
                self.answers[key] = Decimal(0)
        for _ in range(4000):
            failing = [rule for rule in self.rules if self.failure(rule)]
            if not failing:
                return
            self._mend_one(self.chance.choice(failing))
        raise AssertionError([rule.line.code for rule in self.rules if self.failure(rule)])

    @staticmethod
    def _moves(row: Indicator) -> bool:
        """Yes and no, shared figures and the bases of comparison stay: what is left is free to change."""
        return row.asked is Kind.COUNT and row.total in (Total.SUM, Total.CITY)

    def put(self, key: Key, value: Value) -> None:
        self.undo.setdefault(key, self.answers[key])
        self.answers[key] = value
        self._sums.pop(key[1], None)

    def city(self, row: Indicator) -> Value | None:
        """The city's figure of a typed row."""
        if row.code not in self._sums:
            self._sums[row.code] = self._city(row)
        return self._sums[row.code]

    def _city(self, row: Indicator) -> Value | None:
        units = self.form.reporters(row)
        if row.total is Total.UNITS:
            return Decimal(len(units))
        given = [self.answers[unit.id, row.code] for unit in units if (unit.id, row.code) in self.answers]
        if row.total is Total.SUM:
            return sum((each for each in given if isinstance(each, Decimal)), Decimal(0))
        if row.total is Total.COUNT_YES:
            return Decimal(sum(each == 1 for each in given))
        return given[0] if given else None

    def failure(self, rule: DeclaredRule) -> tuple[RuleOutcome, str] | None:
        """How a rule fails now, and of which unit ("" for the city)."""
        for unit in rule.units:
            known = {row.name: self.answers.get((unit.id, row.code)) for row in rule.indicators}
            if outcome := judge(rule.test, known, rule.line.missing, rule.leaves):
                return outcome, unit.id
        if rule.line.applies == "unit" or (rule.units and rule.single):
            return None
        known = {row.name: self.city(row) for row in rule.indicators}
        for leaf in rule.leaves:
            if isinstance(leaf, UnitCount):
                known[leaf.key] = self._count(leaf)
            if isinstance(leaf, Months):
                known[leaf.key] = Decimal(self.form.period.months)
        outcome = judge(rule.test, known, rule.line.missing, rule.leaves)
        return (outcome, "") if outcome else None

    def _count(self, leaf: UnitCount) -> Decimal:
        rows = [self.form.by_name[name.name] for name in names(leaf.test)]
        held = [
            judge(leaf.test, {row.name: self.answers[unit.id, row.code] for row in rows}) is None
            for unit in self.form.reporters(rows[0])
        ]
        return Decimal(sum(held))

    def _mend_one(self, rule: DeclaredRule) -> bool:
        """Moves one figure of a failed rule by what is missing."""
        found = self.failure(rule)
        if found is None:
            return True
        outcome, unit = found
        sides = [(outcome.comparison.left, 1), (outcome.comparison.right, -1)]
        choices = [(leaf, sign) for side, sign in sides for leaf in leaves(side) if isinstance(leaf, Name)]
        if not choices:
            return False
        leaf, sign = self.chance.choice(choices)
        key = self._key_of(leaf.name, unit)
        if key not in self.answers or not isinstance(self.answers[key], Decimal):
            return False
        gap = outcome.right - outcome.left
        strict = {"<": -1, ">": 1, "!=": 1}.get(outcome.comparison.operator, 0)
        old = self.answers[key]
        if self.form.by_code[key[1]].total is Total.SAME:
            return False
        assert isinstance(old, Decimal)
        new = max(Decimal(0), old + (gap + strict) * sign)
        if new == old or new != new.to_integral_value():
            return False
        if self.form.by_code[key[1]].asked is Kind.YES_NO and new > 1:
            return False
        self.put(key, new)
        return True

    def _key_of(self, name: str, unit: str) -> Key:
        row = self.form.by_name[name]
        units = [each.id for each in self.form.reporters(row)]
        if unit and unit in units:
            return unit, row.code
        return (self.chance.choice(units) if units else ""), row.code

    def step(self) -> None:
        """One answer changed, and what follows from it; or nothing."""
        self.undo = {}
        key = self.chance.choice(self.keys)
        self.put(key, self._proposal(key))
        for _ in range(MENDINGS):
            failing = self._first_failing()
            if failing is None:
                if self._near_peers():
                    return
                break
            if not self._mend_one(failing):
                break
        if self._first_failing() is not None or not self._near_peers():
            self._take_back()

    def _proposal(self, key: Key) -> Decimal:
        old = self.answers[key]
        assert isinstance(old, Decimal)
        near = int(old) + self.chance.randint(-3, 3)
        other = self.chance.choice((near, int(old * self.chance.randint(60, 150) / 100), self.chance.randint(0, 9), 0))
        return Decimal(max(0, other))

    def _first_failing(self) -> DeclaredRule | None:
        touched = {rule.line.code: rule for _, code in self.undo for rule in self.of_row[code]}
        return next((rule for rule in touched.values() if self.failure(rule)), None)

    def _near_peers(self) -> bool:
        """Whether units stay of like size where their sizes are compared."""
        for row in self.form.indicators():
            base = self.form.by_name[row.peer_base].code if row.peer_base else ""
            if base and any(code in (row.code, base) for _, code in self.undo) and not self._alike(row, base):
                return False
        return True

    def _alike(self, row: Indicator, base: str) -> bool:
        for kind in row.reported_by:
            units = [unit.id for unit in self.form.reporters(row) if unit.kind == kind]
            pairs = [(self.answers[unit, row.code], self.answers[unit, base]) for unit in units]
            ratios = sorted(value / size for value, size in pairs if value and size)  # type: ignore[operator]
            if ratios and ratios[-1] > 3 * ratios[0]:
                return False
        return True

    def clear(self, codes: set[str]) -> None:
        """Zeros in all these rows where the rules allow it, otherwise in as many as they allow."""
        self.undo = {}
        for key in self.keys:
            if key[1] in codes:
                self.put(key, Decimal(0))
        self._mended()
        if self._first_failing() is None and self._near_peers():
            return
        self._take_back()
        for key in self.keys:
            if key[1] in codes and self.answers[key] != 0:
                self.undo = {}
                self.put(key, Decimal(0))
                self._mended()
                if self._first_failing() is not None or not self._near_peers():
                    self._take_back()

    def _mended(self) -> None:
        for _ in range(MENDINGS):
            failing = self._first_failing()
            if failing is None or not self._mend_one(failing):
                break

    def _take_back(self) -> None:
        for changed, value in self.undo.items():
            self.answers[changed] = value
            self._sums.pop(changed[1], None)

    def blanks(self) -> set[Key]:
        """Some of the cells that may be left blank now: optional ones, and those asked only under a condition."""
        free = [key for key in self.answers if self._optional(self.form.by_code[key[1]])]
        chosen = {key for key in free if self.chance.random() < 0.5}
        self.undo = {key: self.answers[key] for key in chosen}
        for key in chosen:
            del self.answers[key]
            self._sums.pop(key[1], None)
        allowed = self._first_failing() is None
        self._take_back()
        return chosen if allowed else set()

    def _optional(self, row: Indicator) -> bool:
        if row.required_if:
            condition = parse(row.required_if)
            known = {name.name: self.city(self.form.by_name[name.name]) for name in names(condition)}
            return not holds(condition, known)
        return row.missing is not Missing.REQUIRED


def _looks_back(rule: DeclaredRule) -> bool:
    return any(isinstance(leaf, Previous) for leaf in leaves(rule.test))


class CleanContents:
    """An endless run of clean contents of one form; only changed cells are read again."""

    def __init__(self, form: Form, seed: int) -> None:
        self.walk = Walk(form, seed)
        sample = sample_content(form)
        known = [each for each in sample.documents if not each.date or each.date <= form.period.last]
        self.documents = tuple(known)
        self.dates = {each.name: sample.document_dates[each.name] for each in known}
        self.readings = dict(sample.readings)
        self.read: dict[Key, Value | None] = {}
        for key in self.readings:
            self._read(key)

    def _read(self, key: Key, blank: bool = False) -> None:
        answer = None if blank else self.walk.answers.get(key)
        shown = f"{answer.part:f}/{answer.whole:f}" if isinstance(answer, Ratio) else answer
        self.readings[key] = reading(self.walk.form, *key, Cell(shown))

    def __iter__(self) -> Iterator[Content]:
        while True:
            yield self.next()

    def next(self, steps: int = 6) -> Content:
        for _ in range(steps):
            self.walk.step()
        blank = self.walk.blanks()
        for key, answer in self.walk.answers.items():
            shown = None if key in blank else answer
            if self.read.get(key, "?") != shown:
                self._read(key, key in blank)
                self.read[key] = shown
        content = Content(self.walk.form, dict(self.readings), {}, documents=self.documents, document_dates=self.dates)
        content = replace(content, notes=notes_for(content))
        for rule in self.walk.explained:
            if self.walk.failure(rule):
                content = with_reason(content, rule.line.unless_written[0])
        return content


def with_reason(content: Content, name: str) -> Content:
    """The content with the text that a rule asks for: the note of an indicator, or a passage."""
    if name in content.form.by_name:
        code = content.form.by_name[name].code
        return content if code in content.notes else with_note(content, code, REASON)
    return with_texts(content, {name: "\n".join([REASON] * _lines_of(content, name))})


def _lines_of(content: Content, name: str) -> int:
    """As many lines as a passage must have of which each names one thing; one of any other."""
    entry = next(each for each in content.form.entries if each.name == name)
    if not entry.lines:
        return 1
    values = {row.indicator.name: row.value for row in total(content.form, content.readings).values()}
    asked = expression(f"{entry.lines} > 0")
    if any(values.get(each) is None for each in asked.names) or not holds(asked.test, values):
        return 1
    assert isinstance(asked.test, Comparison)
    return int(value_of(asked.test.left, values))


REASON = "do đang chờ hướng dẫn của cơ quan cấp trên"


def notes_for(content: Content) -> dict[str, Text]:
    """The notes that the form asks for, agreeing with the figures."""
    form = content.form
    figures = total(form, content.readings)
    written = {}
    for row in form.indicators():
        value = figures[row.code].value
        text = ""
        if row.note_lists and isinstance(value, Decimal) and value > 0:
            day = short_date(form.period.last)
            text = "\n".join(f"- Công văn số {100 + n}/UBND-HC ngày {day}" for n in range(int(value)))
        elif row.note_required_if:
            text = "Kế hoạch số 14/KH-UBND ngày 27/01/2021, nội dung theo kế hoạch năm" if value else REASON
        elif row.kind is Kind.PERCENT and figures[row.code].whole:
            text = f"{figures[row.code].part}/{figures[row.code].whole} hồ sơ"
        if text:
            written[row.code] = Text(text, Address(form.section_of[row.code].sheet, f"note@{row.code}"))
    return written


