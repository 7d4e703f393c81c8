"""The rules that the form declares: parsed once, asked of every unit that answers all of it, else of the city."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from typing import TypeGuard

from cchc_xl import rule_registry
from cchc_xl.checks.check_context import Case, titled, unit_name
from cchc_xl.figures import Text
from cchc_xl.reading.text_facts import is_hint
from cchc_xl.rule_registry import Finding, Severity
from cchc_xl.rules import RuleOutcome, Test, explain, judge, names
from cchc_xl.rules.rule_judgement import Judged, Known, key_of, suspects, weights
from cchc_xl.rules.rule_sentence import say
from cchc_xl.rules.rule_syntax import Leaf, Months, Name, Negation, Previous, Saying, UnitCount, expression, saying
from cchc_xl.schema.form_model import Form, Indicator, RuleLine, once
from cchc_xl.schema.model_kinds import Missing, Total, Unit
from cchc_xl.schema.report_periods import YEAR
from cchc_xl.typed_text import reasoned, said, says_nothing
from cchc_xl.values import Address, Struct, Value
from cchc_xl.writing.vietnamese_numbers import in_table


class DeclaredRule(Struct, frozen=True, dict=True):
    """A declared rule with its parsed test and the indicators it speaks of, in the order it names them.

    `leaves` are all that a value must be known for; a `local` rule can be asked by a formula inside one form: no other
    period, no other unit. `units` are those that answer all of it themselves; a `carried` one, about a table's row,
    compares that with what they had in the last period. `single` tells that one unit alone does, so that its cells and
    the city's figures say the same.
    """

    line: RuleLine
    test: Test
    leaves: tuple[Leaf, ...]
    local: bool
    indicators: tuple[Indicator, ...]
    units: tuple[Unit, ...]
    single: bool

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The codes of its indicators."""
        return tuple([row.code for row in self.indicators])

    @property
    def of_now(self) -> tuple[Indicator, ...]:
        """Those of its indicators whose figures of this period it speaks of; all where it speaks of none."""
        named = {leaf.name for leaf in self.leaves if isinstance(leaf, Name)}
        return tuple(row for row in self.indicators if row.name in named) or self.indicators

    @property
    def must(self) -> bool:
        """Whether it says what must be; what can be right is only stated."""
        return self.line.severity is Severity.ERROR

    @cached_property
    def saying(self) -> Saying:
        """Its own sentence."""
        return saying(self.line.told)

    def sentence(self, outcome: RuleOutcome, known: Known, called: Callable[[str], str]) -> str:
        """Why it fails. `called` gives what an indicator's name is called."""
        return say(self.saying, known) if self.saying else explain(outcome, known, called, self.must)

    @cached_property
    def told(self) -> rule_registry.Rule:
        """What its findings are made by."""
        return rule_registry.Rule(self.line.code, self.line.severity, remedy=self.line.remedy)

    @property
    def carried(self) -> bool:
        """Whether units are asked it although it speaks of the last period."""
        return bool(self.units) and not self.local

    @property
    def before(self) -> tuple[Previous, ...]:
        """The figures of the last period that it speaks of."""
        return tuple(leaf for leaf in self.leaves if _of_last_period(leaf))


class _Declared(Struct, dict=True):
    """The rules of a form."""

    form: Form
    rules: tuple[DeclaredRule, ...]

    @cached_property
    def tied(self) -> dict[str, set[str]]:
        """The codes that rules speak of together with each code."""
        return _together(self.rules)

    @cached_property
    def compared(self) -> dict[str, set[str]]:
        """The codes that a rule of two figures compares each code with."""
        return _together(rule for rule in self.rules if len(rule.codes) == 2)

    @cached_property
    def added(self) -> frozenset[str]:
        """The codes of rows that units have added to tables."""
        return frozenset(row.code for table in self.form.tables() for row in table.rows if row.above)

    @cached_property
    def equations(self) -> dict[str, list[DeclaredRule]]:
        """The equations between cells of tables that units answer, by the names of these."""
        by_name = defaultdict[str, list[DeclaredRule]](list)
        for rule in self.rules:
            for name in weights(rule.test) if rule.line.row and rule.units else ():
                by_name[name].append(rule)
        return by_name


def _together(rules: Iterable[DeclaredRule]) -> dict[str, set[str]]:
    together = defaultdict[str, set[str]](set)
    for rule in rules:
        for code in rule.codes:
            together[code].update(rule.codes)
    return together


def rules_of(form: Form) -> tuple[DeclaredRule, ...]:
    """Every rule of a form, made once."""
    return _declared_in(form).rules


def tied(form: Form, code: str) -> set[str]:
    """The figures that some rule speaks of together with one."""
    return _declared_in(form).tied.get(code, set())


def compared(form: Form, code: str) -> set[str]:
    """The figures that some rule compares with one alone, as a part with its whole."""
    return _declared_in(form).compared.get(code, set())


@once
def _declared_in(form: Form) -> _Declared:
    return _Declared(form, tuple(_rules(form)))


def _rules(form: Form) -> Iterator[DeclaredRule]:
    asked = {
        row.name: (row.reported_by, row.typed, row.asked is row.kind, row.missing is Missing.ZERO)
        for row in form.indicators()
    }
    # Many rules speak of indicators that the same few groups of units are asked in the same way.
    known: dict[frozenset[tuple[tuple[str, ...], bool, bool, bool]], tuple[tuple[Unit, ...], bool]] = {}
    for line in form.rule_lines():
        said = expression(line.test)
        rows = tuple([form.by_name[name] for name in said.names])
        groups = frozenset([asked[name] for name in said.names])
        if groups not in known:
            known[groups] = _common_reporters(form, rows), _one_reporter(form, rows)
        units, single = known[groups]
        asked_of = units if said.local and line.applies != "whole" else ()
        if line.row and all(isinstance(leaf, Name) or _of_last_period(leaf) for leaf in said.leaves) and not said.local:
            now = (form.by_name[leaf.name] for leaf in said.leaves if isinstance(leaf, Name))
            asked_of, single = _common_reporters(form, tuple(now)), False
        yield DeclaredRule(line, said.test, said.leaves, said.local, rows, asked_of, single)


def _of_last_period(leaf: Leaf) -> TypeGuard[Previous]:
    return isinstance(leaf, Previous) and leaf.period == "previous"


def _common_reporters(form: Form, rows: tuple[Indicator, ...]) -> tuple[Unit, ...]:
    """The units that type all rows, each of which means for a unit what it means for the city."""
    return counting_units(form, rows) if all(row.asked is row.kind for row in rows) else ()


def counting_units(form: Form, rows: tuple[Indicator, ...]) -> tuple[Unit, ...]:
    """The units that type an answer to all rows."""
    if not all(row.typed for row in rows):
        return ()
    groups = {row.reported_by: form.reporters(row) for row in rows}
    if len(groups) == 1:
        return next(iter(groups.values()))
    common = set.intersection(*({unit.id for unit in group} for group in groups.values()))
    return tuple(unit for unit in form.units if unit.id in common)


def _one_reporter(form: Form, rows: tuple[Indicator, ...]) -> bool:
    """Whether one unit alone types all rows; where its blank counts as zero, the city's figure says more."""
    if any(row.missing is Missing.ZERO for row in rows):
        return False
    single = {form.reporters(row)[0].id if len(form.reporters(row)) == 1 and row.typed else None for row in rows}
    return len(single) == 1 and None not in single


def declared(case: Case) -> Iterator[Finding]:
    """Every declared rule that fails: of units first; of the city where no unit fails it by itself."""
    for rule in rules_of(case.form):
        if not _comparable(case, rule):
            continue
        of_units = list(_of_units(case, rule))
        yield from of_units
        if not of_units and rule.line.applies != "unit" and not (rule.single and rule.units):
            yield from _of_city(case, rule)


def _comparable(case: Case, rule: DeclaredRule) -> bool:
    """Whether the earlier book is of the kind that the rule compares with; one that does not say is a like period."""
    now, before = case.form.period, case.content.previous_period
    match rule.line.previous:
        case "last_year":
            kind, year = (before.kind, before.year) if before else (now.kind, now.year - 1)
            return kind == YEAR and year == now.year - 1
        case "same_year":
            return before is not None and before.year == now.year
        case "before":
            return before is None or before.last < now.first
        case "same_start":
            return before is not None and before.first == now.first
    return True


def _of_units(case: Case, rule: DeclaredRule) -> Iterator[Finding]:
    """The rule asked of each unit that answers all its indicators."""
    found = [(unit, each) for unit in rule.units for each in of_unit(case, rule, unit.id)]
    if rule.line.together and len(found) > 1:
        yield _of_several(case, rule, [unit for unit, _ in found])
    else:
        yield from (each for _, each in found)


def of_unit(case: Case, rule: DeclaredRule, unit: str) -> Iterator[Finding]:
    """The rule asked of one unit."""
    known = _known_of(case, rule, unit)
    outcome = judge(rule.test, known, rule.line.missing, rule.leaves)
    if outcome and _open(case, rule, unit):
        wrong = _suspects(case, rule, unit) if rule.line.row else ()
        codes = [case.form.by_name[name].code for name in wrong] or rule.codes
        yield _finding(
            case.form, rule, outcome, known, (unit,), tuple(_answered_cells(case, codes, unit)), pinned=wrong
        )


def _known_of(case: Case, rule: DeclaredRule, unit: str) -> Mapping[str, Value | None]:
    """What a unit answers, with what it had in the last period where the rule speaks of that."""
    if not rule.carried:
        return case.answers(unit)
    before = case.content.unit_previous
    # Of a row that it adds now the unit had nothing before.
    nothing = Decimal(0) if rule.line.row in _declared_in(case.form).added and unit in case.known_before else None
    return {**case.answers(unit), **{leaf.key: before.get((unit, leaf.name), nothing) for leaf in rule.before}}


def _suspects(case: Case, rule: DeclaredRule, unit: str) -> tuple[str, ...]:
    """The figures of a unit any one of which, being wrong, explains which equations of the table fail."""
    equations = _declared_in(case.form).equations

    def near(names: Iterable[str]) -> Iterator[Judged]:
        for each in {rule.line.code: rule for name in names for rule in equations.get(name, ())}.values():
            known = _known_of(case, each, unit)
            asked = _comparable(case, each)
            if asked and all(known.get(key_of(leaf)) is not None for leaf in each.leaves):
                yield Judged(weights(each.test), judge(each.test, known, each.line.missing, each.leaves))

    return suspects(rule.test, near)


def _of_several(case: Case, rule: DeclaredRule, units: list[Unit]) -> Finding:
    """One finding for the units that fail, told of what they have together."""
    added: dict[str, Value | None] = {}
    for row in rule.indicators:
        values = [case.answers(unit.id).get(row.name) for unit in units]
        added[row.name] = sum((each for each in values if isinstance(each, Decimal)), Decimal(0))
    outcome = judge(rule.test, added, rule.line.missing, rule.leaves)
    outcome = outcome or next(filter(None, (judge(rule.test, case.answers(unit.id)) for unit in units)))
    cells = tuple(cell for unit in units for cell in _answered_cells(case, rule.codes, unit.id))
    return _finding(case.form, rule, outcome, added, tuple(unit.id for unit in units), cells)


def _open(case: Case, rule: DeclaredRule, unit: str = "") -> bool:
    """Whether nobody has written what would settle it, and what it asks about is written."""
    return not any(_written(case, name, unit) for name in rule.line.unless_written) and all(
        _written(case, name, unit) for name in rule.line.if_written
    )


def _written(case: Case, name: str, unit: str) -> bool:
    """Whether a passage stands, a document is listed, or an indicator has a note: the unit's own too, the hint not.

    A dot, or the word that there is nothing, is neither a passage nor a note.
    """
    row = case.form.by_name.get(name)
    if row is None:
        passage = case.content.entries.get(name, NO_TEXT).text
        told = said(passage) and not says_nothing(passage)
        return bool(told) or any(each.name == name for each in case.content.documents)
    notes = (case.content.notes.get(row.code, NO_TEXT), case.content.unit_notes.get((unit, row.code), NO_TEXT))
    return any(reasoned(each.text) and not is_hint(each.text, row.note_hint) for each in notes)


NO_TEXT = Text("", Address("", ""))


def _of_city(case: Case, rule: DeclaredRule) -> Iterator[Finding]:
    """The rule asked of the city's figures; an incomplete sum proves nothing, so it is not asked then."""
    used = [case.figures[code] for code in rule.codes]
    if any(figure.missing and figure.indicator.total is not Total.CITY for figure in used):
        return
    known: dict[str, Value | None] = {figure.indicator.name: figure.value for figure in used}
    failing = _look_around(case, rule, known)
    outcome = judge(rule.test, known, rule.line.missing, rule.leaves)
    if outcome and _open(case, rule):
        of_units = (cell for unit in failing for cell in _answered_cells(case, rule.codes, unit))
        cells = dict.fromkeys((*of_units, *case.all_cells(rule.of_now)))
        yield _finding(case.form, rule, outcome, known, tuple(failing), tuple(cells), of_city=True)


def _answered_cells(case: Case, codes: Iterable[str], unit: str) -> Iterator[Address]:
    """The cells of those of a rule's indicators that a unit is asked."""
    readings = (case.content.readings.get((unit, code)) for code in codes)
    yield from (reading.address for reading in readings if reading)


def _look_around(case: Case, rule: DeclaredRule, known: dict[str, Value | None]) -> list[str]:
    """Adds last period's figures, counts over units and the period's months; returns units that fail what all must."""
    failing: list[str] = []
    for leaf in rule.leaves:
        match leaf:
            case Previous(name):
                earlier = case.previous if leaf.period == "previous" else case.content.last_year
                before = earlier.get(name)
                known[leaf.key] = before.value if before else None
            case Months():
                known[leaf.key] = Decimal(case.form.period.months)
            case UnitCount():
                counted = _counted(case, leaf)
                known[leaf.key] = None if counted is None else Decimal(len(counted))
                failing += counted or () if isinstance(leaf.test, Negation) else ()
    return failing


def _counted(case: Case, counted: UnitCount) -> list[str] | None:
    """The units for which a test holds; None where one of them has not answered."""
    rows = tuple(case.form.by_name[name.name] for name in names(counted.test))
    found = []
    for unit in counting_units(case.form, rows):
        known = case.answers(unit.id)
        if any(known.get(row.name) is None for row in rows):
            return None
        if judge(counted.test, known) is None:
            found.append(unit.id)
    return found


FEW = 2
"""Numbers of an equation that its sentence says itself."""


def _finding(
    form: Form, rule: DeclaredRule, outcome: RuleOutcome, known: Mapping[str, Value | None], units: tuple[str, ...],
    cells: tuple[Address, ...], of_city: bool = False, pinned: tuple[str, ...] = (),
) -> Finding:
    sentence = rule.sentence(outcome, known, lambda name: titled(form.by_name[name]))
    named = ", ".join(unit_name(form, unit) for unit in units)
    message = f"{f'{named}: ' if named else ''}{sentence}. {rule.line.remedy}"
    if len(pinned) == 1 < len(rule.of_now):
        message += f" Trước hết xem cột {form.by_name[pinned[0]].column}: số này sai thì các phép so cùng lệch như vậy."
    elif len(pinned) > FEW:
        typed = ((form.by_name[name].column, known.get(name)) for name in pinned)
        said = ", ".join(f"{column} {in_table(value)}" for column, value in typed if value is not None)
        message += f" Các số đã nhập: {said}."
    unit = units[0] if len(units) == 1 and not of_city else ""
    return rule.told.finding(message, cells, unit, rule.codes[0])
