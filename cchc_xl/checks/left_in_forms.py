"""What units typed in their forms and the book does not hold: asked about until they hand in again."""

from __future__ import annotations

from collections.abc import Iterator

from cchc_xl import rule_registry
from cchc_xl.checks.check_context import Case
from cchc_xl.findings import Finding

LEFT = (
    rule_registry.TYPED_BESIDE, rule_registry.RATE_OVERTYPED, rule_registry.SUM_OVERTYPED, rule_registry.ADDED_GONE,
)
"""The rules whose findings nothing in the book shows once a form is taken."""
BETWEEN = "|"
MOST = 40
"""Findings that are kept of one form."""


def kept(findings: tuple[Finding, ...]) -> str:
    """What a book keeps of the findings of a form that it takes."""
    codes = {rule.code for rule in LEFT}
    found = [f"{each.rule}{BETWEEN}{' '.join(each.message.split())}" for each in findings if each.rule in codes]
    return "\n".join(found[:MOST])


def left(case: Case) -> Iterator[Finding]:
    """The findings that are kept, at the unit's line of the register."""
    for unit, text in case.content.left.items():
        for line in text.text.splitlines():
            code, _, message = line.partition(BETWEEN)
            if code in rule_registry.RULES and message:
                yield rule_registry.RULES[code].finding(message, (text.address,), unit)
