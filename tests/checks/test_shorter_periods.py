"""Books of a month, a quarter, six and nine months as an office has them: a share of the year's figures.

What is counted in the period is the year's figure times the period's share, what stands at its end is the year's. The
sums follow. Nobody made these figures agree with the rules, as the random clean contents are made to.
"""

from __future__ import annotations

import pytest
from clean_contents import GRAVE, OTHER_PERIODS, notes_for
from contents import content_of, findings_of, form_2021, sample_answers, sample_content, with_texts

from cchc_xl.figures import Content, Figure, total
from cchc_xl.schema import Form, Kind
from cchc_xl.schema.model_kinds import Period
from cchc_xl.values import replace

YEAR = form_2021()
OF_SAMPLE = {finding.rule for finding in findings_of(sample_content(YEAR)) if finding.severity in GRAVE}
STANDING = ("chuyen_muc_phat_thanh_moi_thang", "ngay_giai_quyet_theo_quy_dinh", "ngay_giai_quyet_sau_rut_ngan")
"""Counts of the year that are no sums over its months."""
TOLD_OF = {
    ("thanh_pho", "IV.1.4"): "sap_xep_bo_may", ("phong_tu_phap", "TM.5.1"): "han_che_thi_hanh_phap_luat",
    ("phong_tu_phap", "II.1"): "noi_dung_vbqppl", ("phuong_6", "TM.6.4"): "tthc_duoc_rut_ngan",
}
"""Passages by the figure that they tell of: where it is 0 nobody writes them."""


def share_of_year(form: Form, months: int) -> Content:
    """The content of an office that has come so far."""
    answers = {key: answer for key, answer in sample_answers(YEAR).items() if key[1] in form.by_code}
    for (unit, code), answer in answers.items():
        row = form.by_code[code]
        if row.asked is Kind.COUNT and row.accumulates and row.name not in STANDING and answer.isdigit():
            answers[unit, code] = str(int(answer) * months // 12)
    answers |= made_to_agree(form, answers, months)
    base = sample_content(form)
    texts = {name: "" for cell, name in TOLD_OF.items() if answers[cell] == "0"}
    content = with_texts(content_of(form, answers), {name: text.text for name, text in base.entries.items()} | texts)
    issued = tuple(each for each in base.documents if not each.date or each.date <= form.period.last)
    dates = {each.name: base.document_dates[each.name] for each in issued}
    content = replace(content, documents=issued, document_dates=dates)
    return replace(content, notes=notes_for(content))


def made_to_agree(form: Form, answers: dict[tuple[str, str], str], months: int) -> dict[tuple[str, str], str]:
    """The figures that are defined by others: the late ones, those dismissed, the people who came to no meeting."""
    def of(name: str, unit: str = "thanh_pho") -> int:
        return int(answers.get((unit, form.by_name[name].code), "0"))

    def cell(name: str, value: int, unit: str = "thanh_pho") -> tuple[tuple[str, str], str]:
        return (unit, form.by_name[name].code), str(value)

    meetings = form.by_name["cuoc_tuyen_truyen"]
    silent = [unit.id for unit in form.reporters(meetings) if not of("cuoc_tuyen_truyen", unit.id)]
    return dict([
        cell("ho_so_huyen_tre_hen", of("ho_so_huyen_da_giai_quyet") - of("ho_so_huyen_dung_hen")),
        cell("tinh_gian_cong_chuc_thanh_pho", of("bien_che_tinh_gian")), cell("tinh_gian_cong_chuc_phuong", 0),
        cell("chuyen_muc_phat_thanh_trong_nam", months),
        cell("tin_bai_dang_trang_don_vi", of("bai_viet_cchc") + of("tin_cchc")),
        *(cell("luot_nguoi_du_tuyen_truyen", 0, unit) for unit in silent),
    ])


def asked(period: Period, previous: dict[str, Figure] | None = None) -> dict[str, str]:
    content = share_of_year(YEAR.of_period(period), period.months)
    told = findings_of(content, previous)
    return {each.rule: each.message for each in told if each.severity in GRAVE and each.rule not in OF_SAMPLE}


@pytest.mark.parametrize("period", OTHER_PERIODS, ids=lambda period: period.kind)
def test_nothing_is_asked_of_a_share_of_the_year(period: Period) -> None:
    assert asked(period) == {}


def test_cumulative_figures_that_grow_are_no_question() -> None:
    half, most = (next(each for each in OTHER_PERIODS if each.kind == kind) for kind in ("6_thang", "9_thang"))
    content = share_of_year(YEAR.of_period(half), half.months)
    before = {each.indicator.name: each for each in total(content.form, content.readings).values()}
    assert asked(most, before) == {}
