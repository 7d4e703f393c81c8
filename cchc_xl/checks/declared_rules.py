"""The rules that the form declares: parsed once, asked of every unit that answers all of it, else of the city."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cached_property

from cchc_xl import findings
from cchc_xl.checks.check_context import Case, unit_name
from cchc_xl.findings import Finding
from cchc_xl.rules import Outcome, Test, explain, judge, names
from cchc_xl.rules.rule_parser import expression
from cchc_xl.rules.rule_syntax import Leaf, Previous, UnitCount
from cchc_xl.schema.form_model import Form, Indicator, RuleLine, Total, Unit
from cchc_xl.structs import Struct
from cchc_xl.values import Address, Value


class Rule(Struct, frozen=True, dict=True):
    """A declared rule with its parsed test and the indicators it speaks of, in the order it names them.

    `leaves` are all that a value must be known for; a `local` rule can be asked by a formula inside one form: no other
    period, no other unit. `units` are those that answer all of it themselves; `single` tells that one unit alone does,
    so that its cells and the city's figures say the same.
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

    @cached_property
    def told(self) -> findings.Rule:
        """What its findings are made by."""
        return findings.Rule(self.line.code, self.line.severity, remedy=self.line.remedy)


class _Declared(Struct, dict=True):
    """The rules of a form."""

    form: Form
    rules: tuple[Rule, ...]

    @cached_property
    def tied(self) -> dict[str, set[str]]:
        """The codes that rules speak of together with each code."""
        together = defaultdict[str, set[str]](set)
        for rule in self.rules:
            for code in rule.codes:
                together[code].update(rule.codes)
        return together


_KNOWN: dict[int, _Declared] = {}
MOST_KNOWN = 8
"""How many forms' rules are remembered: one program works with one or two."""


def rules_of(form: Form) -> tuple[Rule, ...]:
    """Every rule of a form, made once."""
    return _declared_in(form).rules


def tied(form: Form, code: str) -> set[str]:
    """The figures that some rule speaks of together with one."""
    return _declared_in(form).tied.get(code, set())


def _declared_in(form: Form) -> _Declared:
    known = _KNOWN.get(id(form))
    if known is None or known.form is not form:
        while len(_KNOWN) >= MOST_KNOWN:
            _KNOWN.pop(next(iter(_KNOWN)))
        known = _KNOWN[id(form)] = _Declared(form, tuple(_rules(form)))
    return known


def _rules(form: Form) -> Iterator[Rule]:
    asked = {row.name: (row.reported_by, row.typed, row.asked is row.kind) for row in form.indicators()}
    # Many rules speak of indicators that the same few groups of units are asked in the same way.
    known: dict[frozenset[tuple[tuple[str, ...], bool, bool]], tuple[tuple[Unit, ...], bool]] = {}
    for line in form.rule_lines():
        said = expression(line.test)
        rows = tuple([form.by_name[name] for name in said.names])
        groups = frozenset([asked[name] for name in said.names])
        if groups not in known:
            known[groups] = _common_reporters(form, rows), _one_reporter(form, rows)
        units, single = known[groups]
        asked_of = units if said.local and line.applies != "whole" else ()
        yield Rule(line, said.test, said.leaves, said.local, rows, asked_of, single)


def _common_reporters(form: Form, rows: tuple[Indicator, ...]) -> tuple[Unit, ...]:
    if not all(row.typed and row.asked is row.kind for row in rows):
        return ()
    groups = {row.reported_by: form.reporters(row) for row in rows}
    if len(groups) == 1:
        return next(iter(groups.values()))
    common = set.intersection(*({unit.id for unit in group} for group in groups.values()))
    return tuple(unit for unit in form.units if unit.id in common)


def _one_reporter(form: Form, rows: tuple[Indicator, ...]) -> bool:
    single = {form.reporters(row)[0].id if len(form.reporters(row)) == 1 and row.typed else None for row in rows}
    return len(single) == 1 and None not in single


def declared(case: Case) -> Iterator[Finding]:
    """Every declared rule that fails: of units first; of the city where no unit fails it by itself."""
    for rule in rules_of(case.form):
        of_units = list(_of_units(case, rule))
        yield from of_units
        if not of_units and rule.line.applies != "unit" and not (rule.single and rule.units):
            yield from _of_city(case, rule)


def _of_units(case: Case, rule: Rule) -> Iterator[Finding]:
    """The rule asked of each unit that answers all its indicators."""
    for unit in rule.units:
        yield from of_unit(case, rule, unit.id)


def of_unit(case: Case, rule: Rule, unit: str) -> Iterator[Finding]:
    """The rule asked of one unit."""
    known = case.answers(unit)
    outcome = judge(rule.test, known, rule.line.missing, rule.leaves)
    if outcome:
        cells = tuple(case.content.readings[unit, code].address for code in rule.codes)
        yield _finding(case.form, rule, outcome, known, unit, cells)


def _of_city(case: Case, rule: Rule) -> Iterator[Finding]:
    """The rule asked of the city's figures; an incomplete sum proves nothing, so it is not asked then."""
    used = [case.figures[code] for code in rule.codes]
    if any(figure.missing and figure.indicator.total is not Total.CITY for figure in used):
        return
    known: dict[str, Value | None] = {figure.indicator.name: figure.value for figure in used}
    failing = _look_around(case, rule, known)
    outcome = judge(rule.test, known, rule.line.missing, rule.leaves)
    if outcome:
        cells = dict.fromkeys((*failing, *case.all_cells(rule.indicators)))
        yield _finding(case.form, rule, outcome, known, "", tuple(cells))


def _look_around(case: Case, rule: Rule, known: dict[str, Value | None]) -> list[Address]:
    """Adds last period's figures and counts over units; returns the cells of units that do not meet a condition."""
    failing: list[Address] = []
    for leaf in rule.leaves:
        if isinstance(leaf, Previous):
            before = case.previous.get(leaf.name)
            known[leaf.key] = before.value if before else None
        elif isinstance(leaf, UnitCount):
            known[leaf.key], cells = _count(case, leaf)
            failing += cells
    return failing


def _count(case: Case, counted: UnitCount) -> tuple[Decimal | None, list[Address]]:
    rows = tuple(case.form.by_name[name.name] for name in names(counted.test))
    number, failing = Decimal(0), []
    for unit in _common_reporters(case.form, rows):
        known = case.answers(unit.id)
        if any(known.get(row.name) is None for row in rows):
            return None, []
        if judge(counted.test, known) is None:
            number += 1
        else:
            failing += [case.content.readings[unit.id, row.code].address for row in rows]
    return number, failing


def _finding(
    form: Form, rule: Rule, outcome: Outcome, known: Mapping[str, Value | None], unit: str, cells: tuple[Address, ...]
) -> Finding:
    sentence = explain(outcome, known, lambda name: form.by_name[name].code)
    where = f"{unit_name(form, unit)}: " if unit else ""
    message = f"{where}{sentence}. {rule.line.remedy}"
    return rule.told.finding(message, cells, unit, rule.codes[0])
