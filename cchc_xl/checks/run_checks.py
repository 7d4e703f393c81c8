"""Checks what people entered: every cell, note and document, every required answer, every rule.

Yields findings, never raises for bad data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from cchc_xl.checks import cell_answers, document_checks, peer_comparison, period_comparison, text_checks
from cchc_xl.checks.check_context import Case, FigureAddress, unit_name
from cchc_xl.checks.declared_rules import DeclaredRule, declared, rules_of
from cchc_xl.figures import Content, Figure
from cchc_xl.rule_registry import PEER_RATIO, Finding, Severity
from cchc_xl.values import Address

__all__ = ["CHECKS", "DeclaredRule", "FigureAddress", "check", "flags", "rules_of", "unit_name"]

CHECKS: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    cell_answers.remarks,
    cell_answers.required,
    cell_answers.days,
    cell_answers.conflicts,
    cell_answers.strays,
    cell_answers.merged,
    cell_answers.left,
    cell_answers.shared,
    declared,
    peer_comparison.alike,
    peer_comparison.same_values,
    peer_comparison.ratios,
    peer_comparison.peers,
    cell_answers.scales,
    period_comparison.changes,
    text_checks.notes,
    document_checks.general_data,
    document_checks.texts,
    document_checks.carried,
    text_checks.other_years,
    text_checks.lines,
    text_checks.foreign,
    document_checks.register,
)
"""Every check, in the order its findings are listed."""


def check(
    content: Content,
    figures: Mapping[str, Figure],
    places: FigureAddress,
    previous: Mapping[str, Figure] | None = None,
) -> list[Finding]:
    """All findings. `previous` are the figures of the last period by indicator name, where they are known."""
    case = Case(content, figures, places, previous or {})
    # A ward's form has no place for what only the city's book can show.
    found = [finding for one in CHECKS for finding in one(case) if finding.cells]
    told = {cell for each in found if each.severity is not Severity.INFO for cell in _unless_of_peers(each)}
    return [each for each in found if told.isdisjoint(each.cells) or _unless_of_peers(each)]


def _unless_of_peers(finding: Finding) -> tuple[Address, ...]:
    """The cells of a finding; none of one that only sets a unit beside others and knows no better number.

    Where another finding speaks of such a cell, the difference from other units is what follows from it.
    """
    return () if finding.rule == PEER_RATIO.code and not finding.suggestion else finding.cells


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
