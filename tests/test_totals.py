"""Totals: an associative merge, rates from sums, and nothing of one form in the code."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import enter
from hypothesis import given, settings, strategies as st

from cchc_xl.declaration import load_form
from cchc_xl.figures import Tally, merge_all, tally, total, value_of
from cchc_xl.master.enter_values import Entries
from cchc_xl.schema import Form, Indicator, Kind, Total
from cchc_xl.values import Address, Ratio, Reading, Status, Value
from cchc_xl.verbs.recalc import recalc
from cchc_xl.writing.vietnamese_numbers import rate

SMALL = Path(__file__).parent / "forms" / "xa"
PLACE = Address("A", "A1")

values = st.one_of(
    st.none(),
    st.integers(0, 10**6).map(Decimal),
    st.tuples(st.integers(0, 50), st.integers(50, 100)).map(lambda pair: Ratio(Decimal(pair[0]), Decimal(pair[1]))),
)


def reading(value: Value | None) -> Reading:
    return Reading(Status.BLANK if value is None else Status.VALUE, value, "", PLACE)


def indicator(how: Total) -> Indicator:
    return Indicator(code="A.1", name="a", label="a", kind=Kind.COUNT, reported_by=("commune",), total=how)


MERGED = [Total.SUM, Total.COUNT_YES, Total.ALL_YES, Total.SAME, Total.RATIO]


@settings(deadline=None)
@given(st.lists(values, max_size=12), st.data(), st.sampled_from(MERGED))
def test_a_total_does_not_depend_on_the_order_or_the_grouping_of_units(
    given_values: list[Value | None], data: st.DataObject, how: Total
) -> None:
    row = indicator(how)
    tallies = [tally(f"xa_{number}", row, reading(value)) for number, value in enumerate(given_values)]
    shuffled = data.draw(st.permutations(tallies))
    cut = data.draw(st.integers(0, len(tallies)))
    grouped = merge_all(shuffled[:cut]).merge(merge_all(shuffled[cut:]))
    assert grouped == merge_all(tallies)
    assert value_of(row, grouped) == value_of(row, merge_all(tallies))
    assert grouped.merge(Tally()) == grouped


STATUSES = st.sampled_from([Status.BLANK, Status.NOTHING, Status.NOT_ASKED, Status.UNREADABLE])


@given(st.data())
def test_a_figure_is_what_the_tallies_of_its_units_give(data: st.DataObject) -> None:
    form = load_form(SMALL)
    answers = st.one_of(values.map(reading), STATUSES.map(lambda each: Reading(each, None, "", PLACE)), st.none())
    typed = [row for row in form.indicators() if row.typed]
    asked = {(unit.id, row.code): data.draw(answers) for row in typed for unit in form.reporters(row)}
    figures = total(form, {key: each for key, each in asked.items() if each})
    for row in typed:
        units = [unit.id for unit in form.reporters(row)]
        merged = merge_all(tally(unit, row, asked[unit, row.code]) for unit in units)
        readable = all(getattr(asked[unit, row.code], "status", None) is not Status.UNREADABLE for unit in units)
        figure = figures[row.code]
        assert figure.value == (value_of(row, merged) if readable or row.total is not Total.SAME else None)
        assert figure.missing == tuple(unit for unit in units if unit in merged.missing)


@given(st.integers(0, 10**7), st.integers(1, 10**7))
def test_a_part_smaller_than_its_whole_is_never_all_of_it(part: int, whole: int) -> None:
    shown = rate(Decimal(min(part, whole)), Decimal(whole))
    assert shown is not None
    assert (shown == 100) == (part >= whole)


def test_a_rate_of_nothing_is_no_rate() -> None:
    assert rate(Decimal(0), Decimal(0)) is None


def test_the_small_form_is_totalled_by_its_own_declarations(small: Path) -> None:
    cells = [
        (unit, code, value)
        for code, values_ in {
            "A.1.1": ("5", "6", "7"), "A.1.2": ("4", "6", "7"), "A.1.3a": ("4", "5", "7"),
            "B.1": ("1", "0", "1"), "B.3": ("145", "145", "145"),
        }.items()
        for unit, value in zip(("xa_dong", "xa_tay", "xa_nam"), values_, strict=True)
    ]
    cells += [("tinh", "B.4", "24/24"), ("tinh", "B.5", "1")]
    enter(small, Entries(cells=cells), str(SMALL))
    result = recalc(small, datetime(2030, 9, 15), str(SMALL))
    made = {code: figure.value for code, figure in result.computed.figures.items()}
    assert made == {
        "A.1.1": 18, "A.1.2": 17, "A.1.3": Decimal("94.12"), "A.1.3a": 16,
        "B.1": 2, "B.2": 3, "B.3": 145, "B.4": Ratio(Decimal(24), Decimal(24)), "B.5": 1, "B.6": None,
    }
    assert result.computed.findings == []


def test_a_workbook_finds_its_form_again_without_being_told(small: Path) -> None:
    assert recalc(small, datetime(2030, 9, 15)).computed.content.form.id == "xa"


@pytest.mark.parametrize(("answers", "wanted"), [("111", 1), ("101", 0), ("000", 0), ("1 1", 1), ("   ", None)])
def test_all_yes_is_yes_only_where_everybody_says_yes(answers: str, wanted: int | None) -> None:
    row = indicator(Total.ALL_YES)
    given_values = [None if answer == " " else Decimal(answer) for answer in answers]
    tallies = [tally(f"xa_{number}", row, reading(value)) for number, value in enumerate(given_values)]
    assert value_of(row, merge_all(tallies)) == wanted


def test_a_missing_unit_is_named_with_the_figure() -> None:
    form: Form = load_form(SMALL)
    readings = {("xa_dong", "A.1.1"): reading(Decimal(5)), ("xa_tay", "A.1.1"): reading(None)}
    figure = total(form, readings)["A.1.1"]
    assert (figure.value, figure.expected, figure.missing) == (5, 3, ("xa_tay", "xa_nam"))
