"""The language of rules: what it reads, how it judges, and the sentence it says."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cchc_xl.rules import RuleSyntaxError, explain, holds, judge, names, parse, states_rate
from cchc_xl.rules.rule_judgement import Known, negated
from cchc_xl.rules.rule_sentence import say
from cchc_xl.rules.rule_syntax import RuleMissing, expression, leaves, saying
from cchc_xl.values import Ratio, Value

CODES = {name: code for code, name in enumerate("abcdef", 1)}


def known(**values: int | str | None) -> dict[str, Value | None]:
    return {name: Decimal(str(value)) if value is not None else None for name, value in values.items()}


def told(rule: str, figures: Known, missing: RuleMissing = RuleMissing.SKIP_ANY) -> str:
    outcome = judge(parse(rule), figures, missing)
    return explain(outcome, figures, lambda name: f"I.{CODES[name]}") if outcome else ""


@pytest.mark.parametrize(("rule", "figures", "sentence"), [
    ("a <= b", known(a=10300, b=10248), "I.1 (10.300) phải ≤ I.2 (10.248): vượt 52"),
    ("a >= b", known(a=5, b=7), "I.1 (5) phải ≥ I.2 (7): thiếu 2"),
    ("a == b + c + d", known(a=3, b=0, c=1, d=1), "I.1 (3) phải bằng I.2 + I.3 + I.4 (0 + 1 + 1 = 2): chênh lệch 1"),
    ("a != b", known(a=3, b=3), "I.1 (3) phải khác I.2 (3)"),
    ("a > 0", known(a=0), "I.1 (0) phải > 0"),
    ("implies(a > 0, b > 0)", known(a=985, b=0), "Khi I.1 (985) > 0 thì I.2 (0) phải > 0"),
    ("a - (b + c) >= 0", known(a=1, b=2, c=3), "I.1 − (I.2 + I.3) (1 − (2 + 3) = -4) phải ≥ 0: thiếu 4"),
    ("(a - b) + (c - d) <= e - f", known(a=5, b=1, c=3, d=0, e=9, f=4),
     "I.1 − I.2 + I.3 − I.4 (5 − 1 + 3 − 0 = 7) phải ≤ I.5 − I.6 (9 − 4 = 5): vượt 2"),
    ("a <= 2 * (b + c)", known(a=9, b=1, c=2), "I.1 (9) phải ≤ 2 × (I.2 + I.3) (2 × (1 + 2) = 6): vượt 3"),
    ("a / (b * c) <= 1", known(a=9, b=1, c=2), "I.1 ÷ (I.2 × I.3) (9 ÷ (1 × 2) = 4,5) phải ≤ 1: vượt 3,5"),
    ("partition(a, b, c)", known(a=10, b=4, c=5), "I.2 + I.3 (4 + 5 = 9) phải bằng I.1 (10): chênh lệch 1"),
    ("a <= 3 * previous(a)", known(a=400, **{"previous(a)": 95}),
     "I.1 (400) phải ≤ 3 × I.1 kỳ trước (3 × 95 = 285): vượt 115"),
    ("all(a >= 1)", known(**{"count(not (a >= 1))": 2}), "số đơn vị có I.1 < 1 (2) phải bằng 0"),
    ("any(a > b)", known(**{"count(a > b)": 0}), "số đơn vị có I.1 > I.2 (0) phải > 0"),
    ("count(a > 0) == b", known(b=10, **{"count(a > 0)": 8}),
     "số đơn vị có I.1 > 0 (8) phải bằng I.2 (10): chênh lệch 2"),
    ("follows(a, b, c)", known(a="82.9", b=4819, c=5000),
     "I.1 (82,9) phải bằng I.2 ÷ I.3 (4.819 ÷ 5.000 = 96,4%): chênh lệch 13,5"),
])
def test_a_failed_rule_says_both_sides_in_numbers(rule: str, figures: Known, sentence: str) -> None:
    assert told(rule, figures) == sentence


@pytest.mark.parametrize(("rule", "figures"), [
    ("a <= b", known(a=10248, b=10248)),
    ("a <= b <= c", known(a=1, b=2, c=2)),
    ("implies(a > 0, b > 0)", known(a=0, b=0)),
    ("not (a > b)", known(a=1, b=1)),
    ("a > 0 or b > 0", known(a=0, b=1)),
    ("partition(a, b, c)", known(a=10, b=4, c=6)),
    ("follows(a, b, c)", known(a="82.86", b=4819, c=5816)), ("follows(a, b, c)", known(a=12, b=1, c=8)),
    ("follows(a, b, c)", known(a=5, b=0, c=0)),
    ("a <= previous(a)", known(a=5)),
    ("all(a >= 1)", known()),
    ("a / b <= 1", known(a=5, b=0)),
])
def test_a_rule_that_holds_or_cannot_be_asked_says_nothing(rule: str, figures: Known) -> None:
    assert told(rule, figures) == ""


@pytest.mark.parametrize(("stated", "part", "whole", "right"), [
    ("99.95", 10243, 10248, True), ("99.9", 10243, 10248, True), ("99.8", 10243, 10248, False),
    ("100", 10243, 10248, False), ("100", 5, 5, True),
    ("82.86", 4819, 5816, True), ("82.9", 4819, 5816, True), ("83", 4819, 5816, True), ("82.85", 4819, 5816, False),
    ("99.99", 34869, 34870, True), ("100.00", 34869, 34870, False), ("0.32", 1, 316, True), ("2.42", 37, 1528, True),
    ("0.5", 1, 200, True), ("12.5", 1, 8, True), ("12", 1, 8, True), ("13", 1, 8, True), ("14", 1, 8, False),
    ("0", 0, 0, False), ("0", 1, 10**6, False), ("0.01", 1, 10**6, True), ("0", 0, 5, True),
])
def test_a_stated_percentage_stands_for_the_interval_of_its_last_place(
    stated: str, part: int, whole: int, right: bool
) -> None:
    assert states_rate(Decimal(stated), Decimal(part), Decimal(whole)) is right


@pytest.mark.parametrize(("missing", "expected"), [
    (RuleMissing.SKIP_ANY, False), (RuleMissing.SKIP_ALL, True), (RuleMissing.ZERO, True),
])
def test_missing_figures_are_treated_as_the_rule_declares(missing: RuleMissing, expected: bool) -> None:
    assert bool(told("c >= a + b", known(a=5, b=None, c=4), missing)) is expected
    assert not told("a + b <= c", known(a=None, b=None, c=None), missing)


@pytest.mark.parametrize(("rule", "figures", "fails"), [
    ("a + b <= c", known(a=5, b=None, c=4), True), ("a + b <= c", known(a=3, b=None, c=4), False),
    ("a + b <= c", known(a=5, b=2, c=None), False), ("a - b <= c", known(a=5, b=None, c=4), False),
    ("a <= c", known(a=None, c=4), False), ("a + b == c", known(a=5, b=None, c=4), False),
])
def test_parts_that_are_too_much_already_need_no_missing_one(rule: str, figures: Known, fails: bool) -> None:
    assert bool(told(rule, figures)) is fails


@pytest.mark.parametrize(("rule", "figures", "sentence"), [
    ("a <= b", known(a=12, b=10), "I.1 (12) lớn hơn I.2 (10): chênh lệch 2"),
    ("a >= b", known(a=8, b=10), "I.1 (8) nhỏ hơn I.2 (10): chênh lệch 2"),
    ("a == b + c", known(a=8, b=10, c=1), "I.1 (8) khác I.2 + I.3 (10 + 1 = 11): chênh lệch 3"),
    ("a > 0", known(a=0), "I.1 ghi 0"),
    ("implies(a > 0, b > 0)", known(a=5, b=0), "I.1 (5) > 0 nhưng I.2 ghi 0"),
    ("a >= months() - 1", {"a": Decimal(9), "months()": Decimal(12)},
     "I.1 (9) nhỏ hơn số tháng của kỳ − 1 (12 − 1 = 11): chênh lệch 2"),
])
def test_what_can_be_right_is_stated_without_a_must(rule: str, figures: Known, sentence: str) -> None:
    test = parse(rule)
    outcome = judge(test, figures)
    assert outcome
    assert explain(outcome, figures, lambda name: f"I.{CODES[name]}", must=False) == sentence


def test_a_rules_own_sentence_says_the_numbers_of_its_terms() -> None:
    assert say(saying("Có {b - a} hồ sơ trễ hẹn ({a}/{b})."), known(a=10243, b=10248)) == (
        "Có 5 hồ sơ trễ hẹn (10.243/10.248)."
    )


def test_the_two_sides_of_a_ratio_are_told_apart() -> None:
    figures: Known = {"a": Ratio(Decimal(25), Decimal(24))}
    assert told("a.tu <= a.mau", figures) == "tử số của I.1 (25) phải ≤ mẫu số của I.1 (24): vượt 1"


@pytest.mark.parametrize("text", [
    "a", "a + b", "a <=", "a = b", "f(a) > 0", "a.x > 0", "'a' > 1", "True == a", "a in b", "[a] > 1",
    "previous(a + b) > 0",
    "count(a) > 1", "follows(a + b, c, d)", "a ** 2 > 1", "implies(a > 0)", "partition(a)", "lambda: a",
])
def test_what_is_no_rule_is_refused_in_vietnamese(text: str) -> None:
    with pytest.raises(RuleSyntaxError):
        parse(text)


def test_every_figure_that_a_rule_speaks_of_is_named_once_per_mention() -> None:
    test = parse("implies(previous(a) > b, count(c > d) == 1)")
    assert [name.name for name in names(test)] == ["a", "b", "c", "d"]
    assert expression("implies(a > b, c.tu == 1)").local


def test_an_expression_knows_what_it_asks_for() -> None:
    asked = expression("implies(previous(a) > b, count(c > a) == b)")
    assert asked.leaves == tuple(leaves(asked.test))
    assert (asked.names, asked.local) == (("a", "b", "c"), False)
    assert expression("a + a <= b").names == ("a", "b")
    assert not expression("follows(a, b, c)").local


@pytest.mark.parametrize("rule", [
    "a <= b", "implies(a > 0, b > 0)", "a > 0 and b > 0", "a > 0 or b > 0", "not (a == b)",
    "a < b", "a > b", "a >= b", "a != b", "not (a < b)", "implies(a > 0 and b > 1, a == b)", "a < 2 or b > a",
])
def test_the_opposite_of_a_rule_holds_exactly_where_the_rule_fails(rule: str) -> None:
    test = parse(rule)
    for a in range(3):
        for b in range(3):
            assert holds(test, known(a=a, b=b)) is not holds(negated(test), known(a=a, b=b))


@pytest.mark.parametrize(("rule", "figures", "missing", "sentence"), [
    ("not (a < b)", known(a=1, b=2), RuleMissing.SKIP_ANY, "I.1 (1) phải ≥ I.2 (2): thiếu 1"),
    ("not (a <= b)", known(a=2, b=2), RuleMissing.SKIP_ANY, "I.1 (2) phải > I.2 (2)"),
    ("not (a != b)", known(a=1, b=2), RuleMissing.SKIP_ANY, "I.1 (1) phải bằng I.2 (2): chênh lệch 1"),
    ("a > 5", known(a=3), RuleMissing.SKIP_ANY, "I.1 (3) phải > 5: thiếu 2"),
    ("a == 0", known(a=3), RuleMissing.SKIP_ANY, "I.1 (3) phải bằng 0"),
    ("a > 0 or b > 0", known(a=0, b=0), RuleMissing.SKIP_ANY, "I.1 (0) phải > 0"),
    ("implies(a > 0 or b > 0, c > 0)", known(a=1, b=0, c=0), RuleMissing.SKIP_ANY,
     "Khi I.1 (1) > 0 hoặc I.2 (0) > 0 thì I.3 (0) phải > 0"),
    ("implies(a > 0 and b > 0, c > 0)", known(a=1, b=2, c=0), RuleMissing.SKIP_ANY,
     "Khi I.1 (1) > 0 và I.2 (2) > 0 thì I.3 (0) phải > 0"),
    ("a + b <= c", known(a=5, b=None, c=4), RuleMissing.SKIP_ALL,
     "I.1 + I.2 (5 + chưa nhập = 5) phải ≤ I.3 (4): vượt 1"),
    ("a + b <= previous(a)", known(a=5, b=None), RuleMissing.SKIP_ALL, ""),
    ("a + b <= previous(a)", known(a=5, b=None, **{"previous(a)": 4}), RuleMissing.SKIP_ALL,
     "I.1 + I.2 (5 + chưa nhập = 5) phải ≤ I.1 kỳ trước (4): vượt 1"),
    ("a > 0", {"a": "chữ"}, RuleMissing.SKIP_ANY, ""),
    ("a > 0", known(a=None), RuleMissing.SKIP_ALL, ""),
    ("follows(a, b, c)", known(a="82.9", b=4819, c=5816), RuleMissing.SKIP_ANY, ""),
])
def test_what_is_told_of_figures_that_are_missing_opposite_or_joined(
    rule: str, figures: Known, missing: RuleMissing, sentence: str
) -> None:
    assert told(rule, figures, missing) == sentence
