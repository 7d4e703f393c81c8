"""Rules and required rows hold for kinds of period; a book is compared only with one of the kind that a rule means."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from contents import content_of, findings_of, form_2021, sample_answers, sample_content, with_note, with_texts

from cchc_xl.figures import Content, Figure, total
from cchc_xl.schema import Form
from cchc_xl.schema.model_kinds import Missing, Period
from cchc_xl.values import replace

QUARTER = Period(label="quý III", kind="quy", first=date(2021, 6, 15), last=date(2021, 9, 14), year=2021)
YEAR = form_2021().period
LAST_YEAR = Period(label="năm trước", kind="nam", first=date(2019, 12, 15), last=date(2020, 12, 14), year=2020)
HALF_YEAR = Period(label="6 tháng", kind="6_thang", first=date(2020, 12, 15), last=date(2021, 6, 14), year=2021)


def quarter() -> Form:
    return form_2021().of_period(QUARTER)


def yearly_rows(form: Form) -> list[str]:
    return [row.code for row in form.indicators() if row.periods == ("nam",) and row.typed]


def test_a_yearly_row_is_asked_in_a_year_and_may_stay_blank_in_a_quarter() -> None:
    yearly = yearly_rows(form_2021())
    assert len(yearly) > 20
    for form, blamed in ((form_2021(), set(yearly)), (quarter(), set())):
        answers = {key: text for key, text in sample_answers(form).items() if key[1] not in yearly}
        told = findings_of(content_of(form, answers))
        assert {each.indicator for each in told if each.rule == "required"} & set(yearly) == blamed
        assert not any(each.rule == "unit_empty" for each in told)


def test_a_row_that_is_not_asked_now_is_optional_and_others_stay_required() -> None:
    form = quarter()
    assert all(form.by_code[code].missing is Missing.OPTIONAL for code in yearly_rows(form))
    assert form.by_code["III.6.1"].missing is Missing.REQUIRED


def test_a_right_quarter_meets_no_error() -> None:
    answers = {key: text for key, text in sample_answers(quarter()).items() if key[1] not in yearly_rows(quarter())}
    content = content_of(quarter(), answers | {("thanh_pho", "TM.4.2"): "3"})
    assert [each.message for each in findings_of(content) if each.severity == "error"] == []
    assert "TM.4-01" not in {each.rule for each in findings_of(content)}


@pytest.mark.parametrize(("period", "months"), [(YEAR, 12), (HALF_YEAR, 6), (QUARTER, 3)])
def test_a_period_knows_its_months_and_its_year(period: Period, months: int) -> None:
    assert (period.months, period.year, period.year_first) == (months, 2021, date(2020, 12, 15))


def told_beside(before: Period | None, **figures: int) -> set[str]:
    """The rules newly told where these figures stand beside the sample's own, as those of an earlier period."""
    content = replace(sample_content(form_2021()), previous_period=before)
    known = {each.indicator.name: each for each in total(content.form, content.readings).values()}
    previous: dict[str, Figure] = {
        name: replace(known[name], value=Decimal(value), missing=()) for name, value in figures.items()
    }
    alone = {each.key for each in findings_of(content)}
    return {each.rule for each in findings_of(content, previous) if each.key not in alone}


@pytest.mark.parametrize(("before", "told"), [
    (LAST_YEAR, {"TM.2-09", "IV.1-07"}), (None, {"TM.2-09", "IV.1-07"}), (HALF_YEAR, set()),
])
def test_a_rule_of_the_last_year_is_not_asked_beside_a_half_year(before: Period | None, told: set[str]) -> None:
    assert told_beside(before, phieu_khao_sat_nam_truoc=1000, so_phong_chuyen_mon=10) == told


@pytest.mark.parametrize(("before", "told"), [
    (HALF_YEAR, {"I.1-06", "previous_more", "V.4-04"}), (LAST_YEAR, set()), (None, set()),
])
def test_a_plan_is_the_same_and_what_is_done_grows_within_a_year(before: Period | None, told: set[str]) -> None:
    figures = {"nhiem_vu_ke_hoach": 24, "nhiem_vu_ke_hoach_da_hoan_thanh": 22, "dao_tao_theo_ke_hoach": 280}
    assert told_beside(before, **figures) == told


def rules_told(content: Content) -> set[str]:
    return {each.rule for each in findings_of(content)}


@pytest.mark.parametrize(("rule", "entry"), [
    ("III.6-03", "ly_do_tre_hen"), ("I.1-02", "ly_do_nhiem_vu_chua_hoan_thanh"), ("TM.3-03", "ly_do_kiem_tra_chua_du"),
    ("IV.1-10", "sap_xep_bo_may"),
])
def test_a_passage_that_is_asked_for_clears_its_finding(rule: str, entry: str) -> None:
    content = sample_content(form_2021())
    assert rule not in rules_told(content)
    assert rule in rules_told(with_texts(content, {entry: ""}))
    assert rule not in rules_told(with_texts(content, {entry: "do chờ hướng dẫn của tỉnh"}))


def test_a_note_that_is_asked_for_clears_its_finding_and_the_forms_hint_does_not() -> None:
    content = sample_content(form_2021())
    assert "I.6-01" in rules_told(content)
    assert "I.6-01" not in rules_told(with_note(content, "I.6", "Hoãn do dịch bệnh"))
    assert "I.6-01" in rules_told(with_note(content, "I.6", content.form.by_code["I.6"].note_hint))


def test_a_passage_about_nothing_is_asked_about() -> None:
    answers = sample_answers(form_2021()) | {("thanh_pho", "III.6.3a"): "10248", ("thanh_pho", "TM.6.12"): "0"}
    content = content_of(form_2021(), answers)
    assert "III.6-19" not in rules_told(content)
    assert "III.6-19" in rules_told(with_texts(content, {"ly_do_tre_hen": "do lỗi đường truyền"}))
