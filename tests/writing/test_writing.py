"""Numbers, dates and citations are written as the cases say."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as some

from cchc_xl.schema.model_kinds import Document
from cchc_xl.values import Ratio
from cchc_xl.writing import citation_writer, vietnamese_numbers
from cchc_xl.writing.vietnamese_numbers import BLANK_DATE, long_date, read_date, short_date

CASES: dict[str, list[dict[str, Any]]] = tomllib.loads(
    (Path(__file__).parents[1] / "cases/writing.toml").read_text(encoding="utf-8")
)
WAYS: dict[str, Callable[[Decimal], str]] = {
    "counted": vietnamese_numbers.counted,
    "plain": vietnamese_numbers.plain,
    "percent": vietnamese_numbers.percent,
    "in_table": vietnamese_numbers.in_table,
}
CITATION_WAYS: dict[str, Callable[[Document], str]] = {
    "numbered": citation_writer.numbered,
    "short": citation_writer.short,
    "dated": citation_writer.dated,
    "issued": citation_writer.issued,
    "full": citation_writer.full,
}


@pytest.mark.parametrize("case", CASES["number"], ids=lambda case: f"{case['how']} {case['value']}")
def test_numbers_are_written_as_the_cases_say(case: dict[str, str]) -> None:
    assert WAYS[case["how"]](Decimal(case["value"])) == case["text"]


def test_every_way_of_writing_has_a_case() -> None:
    assert {case["how"] for case in CASES["number"]} == set(WAYS)
    assert {way for case in CASES["citation"] for way in case} - {"document"} == set(CITATION_WAYS)


@pytest.mark.parametrize("case", CASES["rate"], ids=lambda case: f"{case['part']}/{case['whole']}")
def test_rates_are_made_as_the_cases_say(case: dict[str, Any]) -> None:
    places = case.get("places", 2)
    rate = vietnamese_numbers.rate(Decimal(case["part"]), Decimal(case["whole"]), places)
    assert ("" if rate is None else vietnamese_numbers.percent(rate, places)) == case["text"]


@given(some.integers(0, 10**9), some.integers(1, 10**9))
def test_only_all_of_it_is_written_as_all_of_it(part: int, more: int) -> None:
    assert (
        vietnamese_numbers.percent(vietnamese_numbers.rate(Decimal(part), Decimal(part + more)) or Decimal(0)) != "100%"
    )


def test_a_pair_in_a_table_keeps_both_numbers() -> None:
    assert vietnamese_numbers.in_table(Ratio(Decimal(4819), Decimal(5816))) == "4.819/5.816"


@pytest.mark.parametrize("case", CASES["date"], ids=lambda case: str(case["short"]))
def test_dates_are_written_as_the_cases_say(case: dict[str, Any]) -> None:
    assert short_date(case["value"]) == case["short"]
    assert long_date(case["value"]) == case["long"]


def test_a_date_that_is_not_known_yet_leaves_room_for_the_hand() -> None:
    assert long_date(None) == BLANK_DATE


@pytest.mark.parametrize("case", CASES["read_date"], ids=lambda case: str(case["text"]))
def test_dates_are_read_as_the_cases_say(case: dict[str, Any]) -> None:
    assert read_date(case["text"]) == case.get("day")


@given(some.dates(date(1945, 9, 2), date(2100, 1, 1)))
def test_every_written_date_is_read_back(day: date) -> None:
    assert read_date(short_date(day)) == read_date(long_date(day)) == day


@pytest.mark.parametrize("case", CASES["citation"], ids=lambda case: str(case["document"]["number"]))
def test_documents_are_cited_as_the_cases_say(case: dict[str, Any]) -> None:
    document = Document(name="van_ban", **case["document"])
    for way, text in case.items():
        if way != "document":
            assert CITATION_WAYS[way](document) == text
