"""Checks what people entered: every cell, every required answer, every rule. Yields findings, never raises for bad data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from cchc_xl.content import Content
from cchc_xl.figures import Figure
from cchc_xl.findings import Finding
from cchc_xl.form.model import Form, Indicator, Missing, RuleLine, Severity, Total, Unit
from cchc_xl.rules import Outcome, Test, explain, holds, judge, names, parse
from cchc_xl.values import Address, Status, Value
from cchc_xl.writing.numbers import in_table

FigureAddress = Mapping[str, Address]
"""Where each figure stands (column Số liệu), by indicator code."""


@dataclass(frozen=True)
class Rule:
    """A declared rule with its parsed test and the indicators it speaks of, in the order it names them."""

    line: RuleLine
    test: Test
    indicators: tuple[Indicator, ...]

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The codes of its indicators."""
        return tuple(row.code for row in self.indicators)


def rules_of(form: Form) -> tuple[Rule, ...]:
    """Every rule of a form, parsed."""
    return tuple(_rule(form, line) for line in form.rule_lines())


def _rule(form: Form, line: RuleLine) -> Rule:
    test = parse(line.test)
    used = dict.fromkeys(name.name for name in names(test))
    return Rule(line, test, tuple(form.by_name[name] for name in used))


def check(content: Content, figures: Mapping[str, Figure], places: FigureAddress) -> list[Finding]:
    """All findings: cells first, then required answers, differing answers and rules, in the order of the form."""
    return [
        *_cell_findings(content),
        *_required(content),
        *_conflicts(content.form, figures, places),
        *_rule_findings(content, figures, places),
    ]


def _cell_findings(content: Content) -> Iterator[Finding]:
    """What the number grammar remarked while reading."""
    for (unit, code), reading in content.readings.items():
        for remark in reading.remarks:
            yield Finding(
                remark.code, Severity(remark.severity), unit, code, (reading.address,),
                f"{_title(content.form, unit, code)}: {remark.message}", remark.suggestion,
            )


def _title(form: Form, unit: str, code: str) -> str:
    return f"{unit_name(form, unit)}, {code} “{form.by_code[code].label.rstrip(':.')}”"


def unit_name(form: Form, identifier: str) -> str:
    """The display name of a unit."""
    return next((unit.name for unit in form.units if unit.id == identifier), identifier)


def _required(content: Content) -> Iterator[Finding]:
    form = content.form
    for (unit, code), reading in content.readings.items():
        row = form.by_code[code]
        if reading.status is Status.BLANK and row.missing is Missing.REQUIRED and _asked_now(content, row, unit):
            message = f"{_title(form, unit, code)}: chưa nhập. Nếu đã thống kê và không có thì gõ 0."
            yield Finding("required", Severity.ERROR, unit, code, (reading.address,), message)


def _asked_now(content: Content, row: Indicator, unit: str) -> bool:
    """Whether the condition under which an answer is required holds for the unit."""
    if not row.required_if:
        return True
    known = _known_to(content, unit, [name.name for name in names(parse(row.required_if))])
    return holds(parse(row.required_if), known)


def _known_to(content: Content, unit: str, wanted: list[str]) -> dict[str, Value | None]:
    form = content.form
    readings = ((name, content.readings.get((unit, form.by_name[name].code))) for name in wanted)
    return {name: reading.value if reading and reading.given else None for name, reading in readings}


def _conflicts(form: Form, figures: Mapping[str, Figure], places: FigureAddress) -> Iterator[Finding]:
    for code, figure in figures.items():
        if figure.conflicting:
            given = "; ".join(sorted(in_table(value) for value in figure.conflicting))
            message = f"{code} “{figure.indicator.label}”: các đơn vị phải ghi cùng một số, hiện có {given}."
            yield Finding("same_everywhere", Severity.ERROR, "", code, (places[code],), message)


def _rule_findings(content: Content, figures: Mapping[str, Figure], places: FigureAddress) -> Iterator[Finding]:
    for rule in rules_of(content.form):
        by_units = list(_of_units(content, rule))
        yield from by_units
        if not by_units and not _one_reporter(content.form, rule):
            yield from _of_city(content.form, rule, figures, places)


def _of_units(content: Content, rule: Rule) -> Iterator[Finding]:
    """The rule asked of each unit that answers all its indicators."""
    for unit in _common_reporters(content.form, rule):
        known = _known_to(content, unit.id, [row.name for row in rule.indicators])
        outcome = judge(rule.test, known, rule.line.missing)
        if outcome:
            cells = tuple(content.readings[unit.id, code].address for code in rule.codes)
            yield _finding(content.form, rule, outcome, known, unit.id, cells)


def _common_reporters(form: Form, rule: Rule) -> list[Unit]:
    if not all(row.typed and row.asked is row.kind for row in rule.indicators):
        return []
    reporters = [set(unit.id for unit in form.reporters(row)) for row in rule.indicators]
    common = set.intersection(*reporters)
    return [unit for unit in form.units if unit.id in common]


def _one_reporter(form: Form, rule: Rule) -> bool:
    """Whether one unit alone answers everything, so that its cells and the figures say the same."""
    single = {form.reporters(row)[0].id if len(form.reporters(row)) == 1 and row.typed else None for row in rule.indicators}
    return len(single) == 1 and None not in single


def _of_city(form: Form, rule: Rule, figures: Mapping[str, Figure], places: FigureAddress) -> Iterator[Finding]:
    """The rule asked of the city's figures; an incomplete sum proves nothing, so it is not asked then."""
    used = [figures[code] for code in rule.codes]
    if any(figure.missing and figure.indicator.total is not Total.CITY for figure in used):
        return
    known = {figure.indicator.name: figure.value for figure in used}
    outcome = judge(rule.test, known, rule.line.missing)
    if outcome:
        yield _finding(form, rule, outcome, known, "", tuple(places[code] for code in rule.codes))


def _finding(
    form: Form, rule: Rule, outcome: Outcome, known: Mapping[str, Value | None], unit: str, cells: tuple[Address, ...]
) -> Finding:
    sentence = explain(outcome, known, lambda name: form.by_name[name].code)
    where = f"{unit_name(form, unit)}: " if unit else ""
    message = f"{where}{sentence}. {rule.line.remedy}"
    return Finding(rule.line.code, rule.line.severity, unit, rule.codes[0], cells, message)


def worst(findings: list[Finding]) -> Severity | None:
    """The gravest severity that is not explained."""
    open_ones = {finding.severity for finding in findings if not finding.explained}
    return next((severity for severity in Severity if severity in open_ones), None)


def flags(findings: list[Finding]) -> dict[Address, Severity]:
    """The gravest finding of every cell."""
    order = list(Severity)
    gravest: dict[Address, Severity] = {}
    for finding in findings:
        for cell in finding.cells:
            known = gravest.get(cell)
            if not finding.explained and (known is None or order.index(finding.severity) < order.index(known)):
                gravest[cell] = finding.severity
    return gravest
