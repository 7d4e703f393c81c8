"""A remedy that is followed clears its finding: a note or a passage, for every rule that asks for one."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from contents import content_of, findings_of, form_2021, sample_answers, with_note, with_texts

from cchc_xl.checks.run_checks import DeclaredRule, rules_of
from cchc_xl.figures import Content
from cchc_xl.values import Ratio, Value
from tools.rule_catalogue import boundary

FORM = form_2021()
RULES = rules_of(FORM)
EXPLAINED = [rule for rule in RULES if rule.line.unless_written]
REASON = "đang chờ hướng dẫn của cơ quan cấp trên"
NAMED = re.compile(r"Ghi chú dòng ([IVXTM]+(?:\.[0-9]+[a-z]?)+)")


def failing(rule: DeclaredRule) -> Content:
    """The sample without notes and passages, with figures that just fail the rule: of one unit, or of the city."""
    edge = boundary(rule)
    assert edge, rule.line.code
    answers = sample_answers(FORM)
    for row in rule.indicators:
        value = edge.failing.get(row.name, Decimal(0))
        first, *others = (unit.id for unit in FORM.reporters(row))
        answers |= {(first, row.code): _text(value), **{(unit, row.code): "0" for unit in others}}
    written = dict.fromkeys(rule.line.if_written, REASON)
    return with_texts(content_of(FORM, answers), written)


def _text(value: Value | None) -> str:
    return f"{value.part:f}/{value.whole:f}" if isinstance(value, Ratio) else f"{value:f}"  # type: ignore[str-format]


def told(rule: DeclaredRule, content: Content) -> bool:
    return any(each.rule == rule.line.code for each in findings_of(content))


def following(content: Content, name: str) -> Content:
    """The content with the note of an indicator, or with a passage."""
    if name in FORM.by_name:
        return with_note(content, FORM.by_name[name].code, REASON)
    return with_texts(content, {name: REASON})


@pytest.mark.parametrize("rule", EXPLAINED, ids=lambda rule: rule.line.code)
def test_what_a_rule_asks_to_be_written_silences_it(rule: DeclaredRule) -> None:
    content = failing(rule)
    assert told(rule, content)
    for name in rule.line.unless_written:
        assert not told(rule, following(content, name)), name


def test_a_remedy_that_asks_for_a_note_or_a_passage_is_cleared_by_it() -> None:
    """Whatever line a remedy names is one whose note counts."""
    asking = [rule for rule in RULES if re.search("Ghi chú|ghi chú|Nội dung", rule.line.remedy)]
    assert [each.line.code for each in asking if not (each.line.unless_written or each.line.if_written)] == []
    for rule in asking:
        codes = {FORM.by_name[name].code for name in rule.line.unless_written if name in FORM.by_name}
        assert set(NAMED.findall(rule.line.remedy)) <= codes, rule.line.code
