"""Whom a declared rule is asked of: each unit, the city, or neither; told once, at the cells to mend."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from contents import content_of, findings_of

from cchc_xl.declaration import load_form
from cchc_xl.figures import Figure
from cchc_xl.schema import Form
from cchc_xl.schema.form_model import RuleLine
from cchc_xl.schema.model_kinds import Missing
from cchc_xl.values import replace

SMALL = load_form(Path(__file__).parents[1] / "forms" / "xa")
COMMUNES = ("xa_dong", "xa_tay", "xa_nam")
DONE, RECEIVED = "A.1.2", "A.1.1"


def with_rule(test: str, **more: Any) -> Form:
    """The small form with one rule in its first section."""
    line = RuleLine(code="R", test=test, remedy="Xem lại sổ theo dõi hồ sơ.", **more)
    first, *others = SMALL.sections
    return SMALL.changed(sections=(first.changed(rules=(line,)), *others))


def told(form: Form, answers: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    """The units and the cells of the rule's findings; `answers` are three by code, one for each commune."""
    lines = {code: dict(zip(COMMUNES, line.split(), strict=True)) for code, line in answers.items()}
    typed = {(unit, code): value for code, line in lines.items() for unit, value in line.items()}
    content = content_of(form, {key: value for key, value in typed.items() if value != "."})
    return [(each.unit, [cell.cell for cell in each.cells]) for each in findings_of(content) if each.rule == "R"]


@pytest.mark.parametrize(("applies", "wanted"), [
    ("both", [("xa_tay", ["xa_tay@A.1.2", "xa_tay@A.1.1"])]), ("unit", [("xa_tay", ["xa_tay@A.1.2", "xa_tay@A.1.1"])]),
    ("whole", []),
])
def test_a_unit_that_fails_is_told_where_units_are_asked(applies: str, wanted: list[tuple[str, list[str]]]) -> None:
    assert told(with_rule("xong <= nhan", applies=applies), {DONE: "1 5 1", RECEIVED: "9 4 9"}) == wanted


@pytest.mark.parametrize(("applies", "wanted"), [
    ("both", [("xa_tay", ["xa_tay@A.1.2", "xa_tay@A.1.1"])]), ("whole", [("", ["figure@A.1.2", "figure@A.1.1"])]),
])
def test_what_the_units_were_told_is_not_told_of_the_city_too(
    applies: str, wanted: list[tuple[str, list[str]]]
) -> None:
    assert told(with_rule("xong <= nhan", applies=applies), {DONE: "1 5 1", RECEIVED: "1 4 1"}) == wanted


@pytest.mark.parametrize(("applies", "wanted"), [("both", [("", ["figure@A.1.2"])]), ("unit", [])])
def test_a_sum_too_large_of_no_unit_is_told_of_the_city(applies: str, wanted: list[tuple[str, list[str]]]) -> None:
    assert told(with_rule("xong <= 10", applies=applies), {DONE: "4 4 4"}) == wanted


def test_an_incomplete_sum_proves_nothing() -> None:
    rule = with_rule("xong >= 10", applies="whole")
    assert told(rule, {DONE: "4 4 1"}) == [("", ["figure@A.1.2"])]
    assert told(rule, {DONE: "4 4 ."}) == []


@pytest.mark.parametrize(("period", "words"), [("previous", "kỳ trước"), ("last_year", "cùng kỳ năm trước")])
def test_a_rule_may_speak_of_the_last_period_and_of_the_same_one_of_last_year(period: str, words: str) -> None:
    form = with_rule(f"xong <= 2 * {period}(xong)")
    row = form.by_name["xong"]
    typed = {(unit, DONE): "5" for unit in COMMUNES}
    label = "A.1.2 “Hồ sơ giải quyết xong”"
    cases = ((7, f"{label} (15) phải ≤ 2 × {label} {words} (2 × 7 = 14): vượt 1."), (8, ""), (None, ""))
    for before, told_then in cases:
        known = {} if before is None else {"xong": Figure(row, Decimal(before), 1)}
        content = replace(content_of(form, typed), **{period: known})
        said = [each.message for each in findings_of(content, content.previous) if each.rule == "R"]
        assert [message.partition(" Xem lại")[0] for message in said] == [told_then] * bool(told_then)


def test_a_figure_of_the_city_alone_is_judged_although_another_is_missing() -> None:
    """A rule that counts what is missing as zero asks also where the one cell of the city is blank."""
    line = RuleLine(code="R", test="so_xa <= so_to", missing="zero", remedy="Xem lại sổ.")  # type: ignore[arg-type]
    row = SMALL.by_code["B.5"].changed(code="B.7", name="so_to", kind="count", choices={})
    first, second = SMALL.sections
    form = SMALL.changed(sections=(first, second.changed(rows=(*second.rows, row), rules=(line,))))
    assert told(form, {}) == [("", ["figure@B.2", "tinh@B.7"])]


def test_a_count_over_units_waits_for_all_answers() -> None:
    rule = with_rule("count(xong <= nhan) == 3")
    assert [unit for unit, _ in told(rule, {DONE: "1 5 1", RECEIVED: "9 4 9"})] == [""]
    assert told(rule, {DONE: "1 5 1", RECEIVED: "9 4 ."}) == []
    assert told(rule, {DONE: "1 3 1", RECEIVED: "9 4 9"}) == []
    first, *others = rule.sections
    rows = tuple(row.changed(missing=Missing.OPTIONAL) if row.code == RECEIVED else row for row in first.rows)
    optional = rule.changed(sections=(first.changed(rows=rows), *others))
    assert told(optional, {DONE: "1 5 1", RECEIVED: "9 4 ."}) == []


def test_a_blank_that_counts_as_zero_is_judged_where_one_unit_alone_reports() -> None:
    """The unit has not answered all of it, but the city's figures are known."""
    line = RuleLine(code="R", test="so_to <= so_nha", remedy="Xem lại sổ.")
    first, second = SMALL.sections
    asked = SMALL.by_code["B.5"].changed(kind="count", choices={}, total="sum")
    rows = (asked.changed(code="B.7", name="so_to"), asked.changed(code="B.8", name="so_nha", missing=Missing.ZERO))
    form = SMALL.changed(sections=(first, second.changed(rows=(*second.rows, *rows), rules=(line,))))
    found = [each for each in findings_of(content_of(form, {("tinh", "B.7"): "5"})) if each.rule == "R"]
    assert [each.message for each in found] == [
        "B.7 “Hình thức khảo sát” (5) phải ≤ B.8 “Hình thức khảo sát” (0): vượt 5. Xem lại sổ."
    ]
