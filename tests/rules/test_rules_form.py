"""The declared rules: each has figures that pass and figures that fail, one apart; each figure has its rules."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest
from contents import folder_of_tests, form_2021

from cchc_xl.checks.run_checks import DeclaredRule, rules_of
from cchc_xl.master.input_validation import how_to, prompt
from cchc_xl.rules import explain, judge
from cchc_xl.schema import Indicator, Kind, Total
from tools.rule_catalogue import Boundary, boundary, catalogue

RULES = rules_of(form_2021())


@cache
def example_of(code: str) -> Boundary | None:
    """Looked for when a test asks: it takes long, and every process that runs any tests imports this file."""
    return boundary(next(rule for rule in RULES if rule.line.code == code))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.line.code)
def test_a_rule_passes_and_fails_at_its_boundary(rule: DeclaredRule) -> None:
    example = example_of(rule.line.code)
    assert example is not None, "no figures pass, or none fail"
    assert judge(rule.test, example.passing, rule.line.missing) is None
    assert judge(rule.test, example.failing, rule.line.missing) == example.outcome
    changed = [key for key, value in example.passing.items() if example.failing[key] != value]
    assert len(changed) == 1


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.line.code)
def test_a_failed_rule_says_where_what_and_what_to_do(rule: DeclaredRule) -> None:
    example = example_of(rule.line.code)
    assert example is not None
    sentence = explain(example.outcome, example.failing, lambda name: form_2021().by_name[name].code)
    assert rule.codes[0] in sentence or any(code in sentence for code in rule.codes)
    assert any(digit.isdigit() for digit in sentence)
    assert rule.line.remedy.endswith(".")
    assert len(rule.line.remedy) >= 25
    assert len(rule.sentence(example.outcome, example.failing, str)) >= 12


def test_no_two_rules_ask_the_same() -> None:
    repeated = [test for test, count in Counter(rule.line.test for rule in RULES).items() if count > 1]
    assert repeated == []


UNCHECKED = {
    "I.8": "free text",
}


def checks_of(row: Indicator) -> int:
    """How many things are asked of a figure.

    One is enough: a second bound that cannot fail, or fails only with the first, is a second finding for one mistake.
    """
    count = row.has_parts + row.note_lists + (row.kind is Kind.RATIO) + (row.total is Total.SAME)
    count += sum(map(bool, (row.note_required_if, row.peer_base, row.required_if, row.choices)))
    return count + sum(row in rule.indicators for rule in RULES)


def test_every_figure_is_checked_or_has_a_reason_why_not() -> None:
    unchecked = {row.code for row in form_2021().indicators() if not checks_of(row)}
    assert unchecked == set(UNCHECKED)


def test_the_cell_says_what_is_counted_and_what_to_type() -> None:
    for row in (each for each in form_2021().indicators() if each.typed):
        shown = prompt(row)
        assert len(shown) <= 255
        counted = row.reference.rpartition("; ")[2]
        assert counted[1:] in shown, row.code
        assert how_to(row) in shown


def test_every_rule_speaks_of_its_own_section() -> None:
    for section in form_2021().sections:
        codes = {line.code for line in section.lines}
        for rule in RULES:
            if rule.line in section.rules:
                assert codes & set(rule.codes), rule.line.code


def test_the_catalogue_in_docs_is_up_to_date() -> None:
    written = folder_of_tests().parent / "docs" / "quy_tac.md"
    assert written.read_text(encoding="utf-8") == catalogue(form_2021())
