"""Totals: an associative merge, rates from sums, and nothing of one form in the code."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from cchc_xl.declaration import load_form
from cchc_xl.figures import Figure, completeness, incomplete, made_of_parts, tally, total, value_of
from cchc_xl.master.master_book import Entries
from cchc_xl.reconcile.text_tokens import INCOMPLETE
from cchc_xl.schema import Form, Indicator, Kind, Total
from cchc_xl.schema.model_kinds import Missing
from cchc_xl.values import Address, Ratio, Reading, Status, Value, replace
from cchc_xl.verbs.recalc import recalc
from cchc_xl.writing.vietnamese_numbers import rate
from tests.books import enter

SMALL = Path(__file__).parents[1] / "forms" / "xa"
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
def test_a_total_does_not_depend_on_the_order_of_units(
    given_values: list[Value | None], data: st.DataObject, how: Total
) -> None:
    row = indicator(how)
    said = [(f"xa_{number}", reading(value)) for number, value in enumerate(given_values)]
    shuffled = tally(row, data.draw(st.permutations(said)))
    assert shuffled == tally(row, said)
    assert value_of(row, shuffled) == value_of(row, tally(row, said))


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
        merged = tally(row, [(unit, asked[unit, row.code]) for unit in units])
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
    said = [(f"xa_{number}", reading(value)) for number, value in enumerate(given_values)]
    assert value_of(row, tally(row, said)) == wanted


def test_a_missing_unit_is_named_with_the_figure() -> None:
    form: Form = load_form(SMALL)
    readings = {("xa_dong", "A.1.1"): reading(Decimal(5)), ("xa_tay", "A.1.1"): reading(None)}
    figure = total(form, readings)["A.1.1"]
    assert (figure.value, figure.expected, figure.missing) == (5, 3, ("xa_tay", "xa_nam"))


def known(*given_values: Value | Status | None) -> list[tuple[str, Reading]]:
    """The readings of the three communes in their order; a status by itself is a cell without a value."""
    readings = [
        Reading(value, None, "", PLACE) if isinstance(value, Status) else reading(value) for value in given_values
    ]
    return list(zip(("xa_dong", "xa_tay", "xa_nam"), readings, strict=True))


def declared(code: str, **changes: object) -> Form:
    """The small form with one row declared a little otherwise."""
    form = load_form(SMALL)
    sections = tuple(
        section.changed(rows=tuple(row.changed(**changes) if row.code == code else row for row in section.rows))
        for section in form.sections
    )
    return form.changed(sections=sections)


def figure_of(code: str, *given_values: Value | Status | None, **changes: object) -> Figure:
    """The figure of a row that is declared a little otherwise."""
    readings = {(unit, code): each for unit, each in known(*given_values)}
    return total(declared(code, **changes), readings)[code]


def pair(part: int, whole: int) -> Ratio:
    return Ratio(Decimal(part), Decimal(whole))


UNREADABLE = Status.UNREADABLE


@pytest.mark.parametrize(("how", "given_values", "value"), [
    ("sum", (Decimal(5), Decimal(6), Decimal(7)), 18),
    ("ratio", (pair(1, 2), pair(3, 4), pair(0, 5)), pair(4, 11)),
    ("count_yes", (Decimal(1), Decimal(0), Decimal(5)), 1),
    ("same", (Decimal(145), Decimal(145), Decimal(145)), 145),
    ("same", (Decimal(145), Decimal(145), None), 145),
    ("same", (Decimal(145), Decimal(145), Decimal(154)), None),
    ("same", (Decimal(145), Decimal(145), UNREADABLE), None),
    ("none", ("b", "a", "b"), "Xã Đông: b; Xã Tây: a; Xã Nam: b"),
])
def test_what_the_answers_of_units_add_up_to(how: str, given_values: tuple[Value, ...], value: object) -> None:
    assert figure_of("A.1.1", *given_values, total=Total(how)).value == value


def test_different_answers_are_all_kept_as_conflicting() -> None:
    assert figure_of("A.1.1", Decimal(1), Decimal(2), Decimal(2), total=Total.SAME).conflicting in ((1, 2), (2, 1))
    assert figure_of("A.1.1", Decimal(2), Decimal(2), Decimal(2), total=Total.SAME).conflicting == ()


@pytest.mark.parametrize(("answer", "otherwise", "value", "missing"), [
    (None, {}, 11, ("xa_nam",)),
    (None, {"missing": Missing.OPTIONAL}, 11, ()),
    (None, {"required_if": "xong > 0"}, 11, ()),
    (None, {"missing": Missing.ZERO}, 11, ()),
    (UNREADABLE, {"missing": Missing.ZERO}, 11, ("xa_nam",)),
    (UNREADABLE, {"missing": Missing.OPTIONAL}, 11, ("xa_nam",)),
])
def test_a_unit_without_an_answer_is_missing_or_not_as_declared(
    answer: Status | None, otherwise: dict[str, object], value: int, missing: tuple[str, ...]
) -> None:
    figure = figure_of("A.1.1", Decimal(5), Decimal(6), answer, **otherwise)
    assert (figure.value, figure.missing) == (value, missing)


def test_blank_counts_as_zero_only_where_it_is_declared_so() -> None:
    assert figure_of("A.1.1", None, None, None, missing=Missing.ZERO).value == 0
    assert figure_of("A.1.1", None, None, None).value is None


def figure(code: str, value: Value | None, **more: Any) -> Figure:
    return Figure(load_form(SMALL).by_code[code], value, **more)


def test_a_rate_is_made_of_its_sums_and_lacks_what_either_lacks() -> None:
    row = load_form(SMALL).by_code["A.1.3"]
    part = figure("A.1.3a", Decimal(1), expected=2, missing=("xa_tay",))
    whole = figure("A.1.2", Decimal(8), expected=3, missing=("xa_tay", "xa_nam"))
    made = made_of_parts(row, part, whole)
    assert (made.value, made.expected, made.missing) == (Decimal("12.50"), 3, ("xa_tay", "xa_nam"))
    assert (made.part, made.whole) == (1, 8)
    assert made_of_parts(row.changed(kind=Kind.RATIO), part, whole).value == pair(1, 8)
    unknown = made_of_parts(row, figure("A.1.3a", None, expected=2), whole)
    assert (unknown.value, unknown.expected, unknown.part) == (None, 3, None)


def test_completeness_names_the_units_that_have_not_answered() -> None:
    form = load_form(SMALL)
    lacking = figure("A.1.1", Decimal(5), expected=3, missing=("xa_tay", "xa_nam"))
    assert completeness(lacking, form) == "1/3 xã; thiếu Xã Tây, Xã Nam"
    assert completeness(replace(lacking, value=None), form) == completeness(replace(lacking, missing=()), form) == ""
    mixed = declared("A.1.1", reported_by=("commune", "province"))
    of_several_kinds = completeness(replace(lacking, indicator=mixed.by_code["A.1.1"]), mixed)
    assert of_several_kinds.startswith("1/3 đơn vị;")
    for said in (completeness(lacking, form), of_several_kinds):
        found = INCOMPLETE.search(f"8/9 việc; {said}〕")
        assert found is not None
        assert found[0] == said
    assert list(incomplete({"A.1.1": lacking, "A.1.2": lacking}, form)) == [
        "Mới có 1/3 xã; thiếu Xã Tây, Xã Nam ở 2 chỉ tiêu: A.1.1, A.1.2."
    ]


def test_the_number_of_the_whole_counts_until_every_unit_has_answered() -> None:
    form = load_form(SMALL)
    answers = {(unit, "A.1.1"): each for unit, each in known(Decimal(5), Decimal(6), None)}
    assert total(form, answers, {"A.1.1": reading(Decimal(20))})["A.1.1"].value == 20
    assert total(form, answers, {"A.1.1": reading(None)})["A.1.1"].value == 11
    answers["xa_nam", "A.1.1"] = reading(Decimal(7))
    assert total(form, answers, {"A.1.1": reading(Decimal(20))})["A.1.1"].value == 18


def test_the_text_of_the_only_unit_stands_without_its_name() -> None:
    form = load_form(SMALL)
    assert total(form, {("tinh", "B.6"): reading("Đã họp")})["B.6"].value == "Đã họp"


def test_pairs_of_units_are_added_up() -> None:
    row = indicator(Total.RATIO)
    assert value_of(row, tally(row, known(pair(1, 2), pair(3, 4), pair(0, 5)))) == pair(4, 11)
