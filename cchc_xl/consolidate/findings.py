"""Findings of files and of nodes, kept in the store while a run lasts."""

from __future__ import annotations

from collections.abc import Iterator

from cchc_xl.checks.check_context import titled
from cchc_xl.checks.declared_rules import Rule, rules_of
from cchc_xl.consolidate.fold import Level
from cchc_xl.consolidate.record import MASTER, Record
from cchc_xl.consolidate.store import Store
from cchc_xl.consolidate.tallies import Folded
from cchc_xl.findings import Severity
from cchc_xl.rules import judge
from cchc_xl.schema.form_model import Form, Total
from cchc_xl.writing.vietnamese_numbers import in_table

Row = tuple[str, ...]
ADDITIVE = (Total.SUM, Total.COUNT_YES, Total.UNITS)
"""Totals of which a rule that holds for every unit holds for their sum."""


def keep_remarks(store: Store, record: Record, path: str, units: set[str]) -> None:
    """The findings of a file's units that count, and those of the file as a whole."""
    store.add_findings(
        (each.rule, each.severity, each.unit, each.code, path, each.sheet, each.cell, each.message, each.suggestion)
        for each in record.remarks if each.unit in units or not each.unit or record.kind != MASTER
    )


def node_findings(form: Form, level: Level, out: str) -> Iterator[Row]:
    """What only the figures of a node show: rules that its sums break, and answers that differ."""
    node = level.node
    for folded in level.figures.values():
        if folded.figure.conflicting:
            shown = "; ".join(map(in_table, folded.figure.conflicting))
            row = folded.figure.indicator
            what = f"các đơn vị phải ghi cùng một số, hiện có {shown}. Thống nhất rồi gửi lại."
            message = f"{node.name}, {row.code} “{row.label}”: {what}"
            yield "same_everywhere", str(Severity.ERROR), node.id, row.code, out, "", "", message, ""
    for rule in rules_of(form):
        if rule.local and rule.line.applies != "unit" and all(row.total in ADDITIVE for row in rule.indicators):
            yield from _broken(form, level, rule, out)


def _broken(form: Form, level: Level, rule: Rule, out: str) -> Iterator[Row]:
    """An incomplete sum proves nothing, so the rule is asked where every unit has answered."""
    used: list[Folded] = [level.figures[code] for code in rule.codes]
    if not all(folded.complete and folded.expected for folded in used):
        return
    known = {folded.figure.indicator.name: folded.figure.value for folded in used}
    outcome = judge(rule.test, known, rule.line.missing, rule.leaves)
    if outcome:
        sentence = rule.sentence(outcome, known, lambda name: titled(form.by_name[name]))
        message = f"{level.node.name}: {sentence}. {rule.line.remedy}"
        yield rule.line.code, str(rule.line.severity), level.node.id, rule.codes[0], out, "", "", message, ""
