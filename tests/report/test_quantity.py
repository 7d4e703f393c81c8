"""A figure inside a sentence: what a calculation with figures is, what it lacks, and what a condition gets to know."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from cchc_xl.report.quantity import Lack, Paper, Quantity
from cchc_xl.schema.model_kinds import Kind
from cchc_xl.values import Ratio, Value

LACK_B, LACK_C = Lack("I.2", "số liệu I.2"), Lack("I.3", "số liệu I.3")
Made = Callable[[Quantity, Quantity], Any]


def quantity(code: str, value: Value | int | None, kind: Kind = Kind.COUNT, **more: Any) -> Quantity:
    value = Decimal(value) if isinstance(value, int) else value
    return Quantity(more.pop("paper", Paper()), value, kind, code, code, codes=(code,), **more)


def text(figure: Quantity) -> str:
    """As people read it, without the marks around it."""
    return re.sub("\ue000\\d+\ue001|[\ue000-\ue0ff]", "", str(figure))


@pytest.mark.parametrize(("make", "value", "tag", "shown"), [
    (lambda a, b: a + b, 10, "I.1 + I.2", "10"),
    (lambda a, b: a - b, 4, "I.1 - I.2", "04"),
    (lambda a, b: a * b, 21, "I.1 * I.2", "21"),
    (lambda a, b: b / a, Decimal(3) / 7, "I.2 / I.1", "0,43"),
    (lambda a, _: 100 - a, 93, "100 - I.1", "93"),
    (lambda a, _: 1 + a, 8, "1 + I.1", "08"),
    (lambda a, _: 14 / a, 2, "14 / I.1", "2"),
    (lambda a, _: 2 * a, 14, "2 * I.1", "14"),
])
def test_a_calculation_is_a_figure_that_names_what_it_is_made_of(make: Made, value: int, tag: str, shown: str) -> None:
    made = make(quantity("I.1", 7), quantity("I.2", 3))
    assert (made.value, made.tag, text(made)) == (value, tag, shown)


def test_a_quotient_of_counts_is_a_number_with_decimals() -> None:
    made = quantity("I.1", 21) / quantity("I.2", 4)
    assert (made.kind, text(made)) == (Kind.DECIMAL, "5,25")
    assert (quantity("I.1", 1) - quantity("I.2", 4)).kind is Kind.COUNT


def test_what_either_side_was_made_of_and_lacks_stays_with_the_result_each_once() -> None:
    a = quantity("I.1", 1, partial=("8/10 phường", "9/10 phường"))
    b = quantity("I.2", 2, partial=("9/10 phường", "1/2 xã"))
    made = a + b + a
    assert made.partial == ("8/10 phường", "9/10 phường", "1/2 xã")
    assert made.codes == ("I.1", "I.2")
    lacking = quantity("I.2", None, lacks=(LACK_B,)) - quantity("I.3", None, lacks=(LACK_C,))
    assert (lacking.value, lacking.lacks) == (None, (LACK_B, LACK_C))


def test_a_difference_of_rates_is_made_of_no_part_and_whole() -> None:
    rate = quantity("I.1", Decimal("91.30"), Kind.PERCENT, part=Decimal(21), whole=Decimal(23))
    made = rate - quantity("I.2", Decimal("90.10"), Kind.PERCENT)
    assert (made.part, made.whole, made.value) == (None, None, Decimal("1.20"))


def test_a_division_by_nothing_is_told_as_what_the_sentence_lacks() -> None:
    made = quantity("I.1", 5) / quantity("I.2", 0)
    assert (made.value, made.lacks) == (
        None,
        (Lack("I.1 / I.2", "kết quả I.1 / I.2: không tính tỷ lệ vì không phát sinh"),),
    )


@pytest.mark.parametrize("ask", [
    lambda a, b: a < b, lambda a, b: a >= b, lambda a, b: b > a, lambda a, b: a == b, lambda _, b: bool(b),
    lambda a, b: b == "chữ",
])
def test_a_condition_on_a_missing_figure_has_no_answer_on_either_side(ask: Made) -> None:
    paper = Paper()
    assert not ask(quantity("I.1", -1, paper=paper), quantity("I.2", None, paper=paper, lacks=(LACK_B,)))
    assert list(paper.undecided) == [LACK_B]


def test_a_condition_on_known_figures_is_decided() -> None:
    low, high = quantity("I.1", 3), quantity("I.2", 4)
    assert [low < high, low <= high, low > high, low >= high, low == high, low != high] == [True, True, False, False,
                                                                                          False, True]
    assert [bool(low - high), bool(low - low), low == 3, low == "3"] == [True, False, True, False]
    assert not low.paper.undecided


@pytest.mark.parametrize(("kind", "value", "shown"), [
    (Kind.YES_NO, 1, "có"), (Kind.YES_NO, 0, "không"), (Kind.PERCENT, Decimal("38.5"), "38,50%"),
    (Kind.DECIMAL, Decimal("78.456"), "78,46"), (Kind.COUNT, 5, "05"), (Kind.CHOICE, 1, "Phát phiếu"),
    (Kind.RATIO, Ratio(Decimal(3), Decimal(4)), "3/4"), (Kind.TEXT, "chữ", "chữ"),
])
def test_a_figure_is_written_as_its_kind_is(kind: Kind, value: Value | int, shown: str) -> None:
    assert text(quantity("I.1", value, kind, choices={"1": "Phát phiếu"})) == shown


@pytest.mark.parametrize(("pair", "number"), [((3, 4), "0.75"), ((0, 5), "0"), ((0, 0), "0")])
def test_a_pair_counts_as_its_quotient(pair: tuple[int, int], number: str) -> None:
    assert quantity("I.1", Ratio(*map(Decimal, pair)), Kind.RATIO).number() == Decimal(number)


def test_a_document_is_cited_in_full_the_first_time_and_in_every_footnote() -> None:
    paper = Paper()
    assert [paper.first_citation("a"), paper.first_citation("a"), paper.first_citation("b")] == [True, False, True]
    paper.in_notes = True
    assert paper.first_citation("a")
