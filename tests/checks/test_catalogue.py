"""One registry of rules: nothing is found but by a rule, and every rule stands in the catalogue that people read."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from contents import form_2021

import cchc_xl
from cchc_xl import rule_registry
from cchc_xl.checks.run_checks import rules_of
from cchc_xl.rule_registry import CELLS, FILES, GROUPS, RULES, SEVERITY_WORDS, Rule
from cchc_xl.word.decree30.decree_rules import rules
from tools.rule_catalogue import catalogue

PACKAGE = Path(cchc_xl.__file__).parent
EVERY_RULE = [*(rule for group in GROUPS for rule in group.rules), *rules().told.values()]

MAKERS = {
    "Finding": {"rule_registry.py", "consolidate/run.py"},
    "Rule": {"rule_registry.py", "checks/declared_rules.py", "word/decree30/decree_rules.py"},
}
"""Who may make them: a rule its findings, and the consolidation of a country what was stored before."""


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            yield name, node


@pytest.mark.parametrize("name", MAKERS)
def test_findings_are_made_by_rules_and_rules_in_their_place(name: str) -> None:
    users = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py") for called, _ in calls(path) if called == name
    }
    assert users - MAKERS[name] == set()


def test_no_two_rules_have_one_code() -> None:
    codes = [rule.code for rule in EVERY_RULE] + [rule.line.code for rule in rules_of(form_2021())]
    assert sorted(codes) == sorted(set(codes))
    assert len(RULES) == sum(len(group.rules) for group in GROUPS)


def test_every_code_stands_in_the_printed_catalogue() -> None:
    printed = catalogue(form_2021())
    codes = [rule.code for rule in EVERY_RULE] + [rule.line.code for rule in rules_of(form_2021())]
    assert [code for code in codes if f"| `{code}` |" not in printed] == []


def test_every_rule_that_the_program_names_is_there() -> None:
    """Rules are looked up by name while the program runs: a name that is misspelt would be met by a user first."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "rule_registry":
                assert hasattr(rule_registry, node.attr), path
            elif isinstance(node, ast.ImportFrom) and node.module == "cchc_xl.rule_registry":
                assert all(hasattr(rule_registry, each.name) for each in node.names), path


@pytest.mark.parametrize("rule", EVERY_RULE, ids=lambda rule: rule.code)
def test_a_rule_says_what_it_means(rule: Rule) -> None:
    assert len(rule.meaning) > 4
    assert bool(rule.passes) == bool(rule.fails)


def test_every_remark_and_refusal_is_of_the_registry() -> None:
    said = {"remark": {rule.code for rule in CELLS.rules}, "RefusedError": {rule.code for rule in FILES.rules}}
    for path in PACKAGE.rglob("*.py"):
        for name, call in calls(path):
            if name in said and call.args and isinstance(call.args[0], ast.Constant):
                assert call.args[0].value in said[name], path


def test_the_table_of_changes_agrees_with_the_form() -> None:
    """Every rule that came, went or changed stands in it, with the severity and the condition of today."""
    text = (Path(__file__).parents[2] / "docs/quy_tac_thay_doi.md").read_text(encoding="utf-8")
    now = {line.code: line for line in form_2021().rule_lines() if " " not in line.code}
    parts = {part.partition("\n")[0]: part for part in text.split("\n## ")}
    gone, came, changed = (re.findall(r"^\| `(.+?)` \| (.*) \|$", parts[name], re.M) for name in ("Bỏ", "Thêm", "Sửa"))
    counts = f"Sau: {len(now)}. Bỏ {len(gone)}, thêm {len(came)}, sửa {len(changed)}."
    assert counts in text
    assert now.keys().isdisjoint(code for code, _ in gone)
    assert 273 - len(gone) + len(came) == len(now)
    for code, told in came:
        assert told.startswith(f"{SEVERITY_WORDS[now[code].severity]} | `{now[code].test}` | "), code
    for code, told in changed:
        _, severity, condition, _ = told.split(" | ", 3)
        assert severity == SEVERITY_WORDS[now[code].severity], code
        assert condition.strip(" `") in ("", now[code].test), code
