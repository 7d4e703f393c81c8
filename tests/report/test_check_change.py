"""The words for a change since the last period."""

from __future__ import annotations

from decimal import Decimal

import pytest
from contents import form_2021, sample_content

from cchc_xl.figures import Figure, change, total
from cchc_xl.report.quantity import Paper, Quantity
from cchc_xl.report.template_filters import tang_giam
from cchc_xl.schema.model_kinds import Kind
from cchc_xl.values import replace

FIGURES = total(form_2021(), sample_content(form_2021()).readings)


def figure(code: str, value: str | None) -> Figure:
    return replace(FIGURES[code], value=None if value is None else Decimal(value))


@pytest.mark.parametrize(("code", "now", "before", "text"), [
    ("III.6.1", "10248", "9870", "tăng 3,83% (378)"),
    ("III.6.1", "9870", "10248", "giảm 3,69% (378)"),
    ("III.6.1", "10248", "10248", "không đổi"),
    ("III.6.1", "12", "0", "tăng 12"),
    ("III.6.1", "0", "12", "giảm 100% (12)"),
    ("III.6.1", "0", "0", "không đổi"),
    ("III.6.3", "96.46", "81.91", "tăng 14,55 điểm %"),
    ("III.6.3", "81.91", "83.95", "giảm 2,04 điểm %"),
    ("III.6.3", "5", "0", "tăng 5 điểm %"),
    ("TM.2.11", "78.46", "75.10", "tăng 4,47% (3,36)"),
])
def test_a_change_is_told_with_the_right_amount(code: str, now: str, before: str, text: str) -> None:
    told = change(figure(code, now), figure(code, before))
    assert told is not None
    assert told.text == text


@pytest.mark.parametrize(("now", "before"), [("12", None), (None, "12"), (None, None)])
def test_nothing_is_told_where_a_figure_is_missing(now: str | None, before: str | None) -> None:
    assert change(figure("III.6.1", now), figure("III.6.1", before)) is None


def test_nothing_is_told_of_an_incomplete_sum_of_choices_or_without_a_last_period() -> None:
    incomplete = replace(figure("III.6.6", "34870"), missing=("phuong_3",))
    assert change(incomplete, figure("III.6.6", "30000")) is None
    assert change(figure("III.6.6", "34870"), None) is None
    assert change(figure("I.5.2", "1"), figure("I.5.2", "0")) is None


@pytest.mark.parametrize(("part", "was", "text"), [
    (99999, 99998, "tăng dưới 0,01 điểm %"), (99998, 99999, "giảm dưới 0,01 điểm %"), (99999, 99999, "không đổi"),
    (99999, None, "không đổi"),
])
def test_rates_that_print_alike_but_differ_are_not_told_to_be_unchanged(part: int, was: int | None, text: str) -> None:
    def rate_of(number: int | None) -> Figure:
        made = None if number is None else Decimal(number)
        return replace(figure("III.6.3", "99.99"), part=made, whole=Decimal(100000))
    told = change(rate_of(part), rate_of(was))
    assert told is not None
    assert told.text == text
    paper = Paper()
    now, before = (
        Quantity(paper, Decimal("99.99"), Kind.PERCENT, "a", "a", part=each.part, whole=each.whole)
        for each in (rate_of(part), rate_of(was))
    )
    assert text in str(tang_giam(now, before))


def test_rates_change_by_points_between_the_printed_rates_and_by_no_rate() -> None:
    told = change(figure("III.6.3", "96.456"), figure("III.6.3", "81.914"))
    assert told is not None
    assert (told.text, told.rate) == ("tăng 14,55 điểm %", None)
    incomplete = replace(figure("III.6.6", "34870"), missing=("phuong_3",))
    assert change(figure("III.6.6", "34870"), incomplete) is None
