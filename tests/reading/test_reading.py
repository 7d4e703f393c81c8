"""Reading cells: the cases of tests/cases/so.toml, one test each."""

from __future__ import annotations

import random
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cchc_xl.reading import Cell, folded, read
from cchc_xl.reading.raw_cell import is_legacy
from cchc_xl.rule_registry import CELLS
from cchc_xl.schema.form_model import Indicator
from cchc_xl.schema.model_kinds import Kind, Total
from cchc_xl.values import Address, Ratio, Reading, Status
from cchc_xl.writing.vietnamese_numbers import in_table

CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "so.toml").read_text(encoding="utf-8")
)["case"]
CHOICES = {"0": "Trực tuyến", "1": "Phát phiếu", "2": "Kết hợp"}
PLACE = Address("Sheet", "G7")


def indicator(kind: str, case: dict[str, Any]) -> Indicator:
    limit = Decimal(case["max"]) if "max" in case else None
    return Indicator(
        code="X.1", name="x", label=case.get("label", "x"), kind=Kind(kind), reported_by=("phuong",), total=Total.CITY,
        unit=case.get("unit", ""), min=Decimal(case.get("min", 0)), max=limit,
        choices=CHOICES if "choices" in case else {},
    )


def cell_of(content: dict[str, Any]) -> Cell:
    value = Decimal(content["number"]) if "number" in content else content.get("text", content.get("bool"))
    return Cell(value, content.get("format", "General"), content.get("formula", ""), content.get("error", ""))


def reading_of(case: dict[str, Any]) -> Reading:
    return read(cell_of(case["cell"]), indicator(case["kind"], case), PLACE)


def shown(case: dict[str, Any]) -> str:
    return f"{case['kind']}: {case['cell']}"


def value_of(reading: Reading) -> str | None:
    match reading.value:
        case Ratio(part, whole):
            return f"{part:f}/{whole:f}"
        case Decimal() as number:
            return f"{number.normalize():f}"
        case text:
            return text


@pytest.mark.parametrize("case", CASES, ids=shown)
def test_a_cell_says_what_its_case_states(case: dict[str, Any]) -> None:
    reading = reading_of(case)
    last = reading.remarks[-1] if reading.remarks else None
    assert (reading.status, value_of(reading)) == (Status(case.get("status", "value")), case.get("value"))
    assert (last.code if last else "") == case.get("remark", "")
    assert (last.suggestion if last else "") == case.get("suggestion", "")


def test_a_third_of_the_cases_are_negative() -> None:
    refused = [case for case in CASES if case.get("status") == "unreadable"]
    assert 3 * len(refused) >= len(CASES)


def test_every_remark_has_a_case_and_every_case_a_known_remark() -> None:
    assert {case["remark"] for case in CASES if "remark" in case} == {rule.code for rule in CELLS.rules}


def test_every_kind_has_cases_that_are_read_and_cases_that_are_refused() -> None:
    read_kinds = {case["kind"] for case in CASES if case.get("status", "value") == "value"}
    refused = {case["kind"] for case in CASES if case.get("status") == "unreadable"}
    assert read_kinds == {str(kind) for kind in Kind}
    assert refused >= {"count", "decimal", "ratio", "yes_no", "choice"}


def test_a_message_repeats_what_the_cell_says_and_ends_as_a_sentence() -> None:
    for case in CASES:
        for remark in reading_of(case).remarks:
            assert remark.message.endswith("."), remark.message


@pytest.mark.parametrize("case", CASES, ids=shown)
def test_a_suggestion_that_is_typed_is_accepted_without_an_error(case: dict[str, Any]) -> None:
    reading = reading_of(case)
    row = indicator(case["kind"], case)
    for remark in reading.remarks:
        if remark.suggestion:
            again = read(Cell(remark.suggestion), row, PLACE)
            assert again.status is Status.VALUE, (remark.suggestion, again)


def test_what_the_table_prints_is_read_back_as_the_same_value() -> None:
    chance = random.Random(20211231)
    for kind in (Kind.COUNT, Kind.DECIMAL, Kind.RATIO):
        row = indicator(kind, {"max": "1000000001"})
        for _ in range(500):
            count = Decimal(chance.randint(0, 10 ** chance.randint(1, 9)))
            value = {
                # A whole number of thousands is ambiguous where decimals are allowed: 1.386 or 1,386.
                Kind.COUNT: count, Kind.DECIMAL: count + Decimal("0.25"),
                Kind.RATIO: Ratio(count, count + chance.randint(0, 50)),
            }[kind]
            printed = in_table(value)
            reading = read(Cell(printed), row, PLACE)
            assert reading.value == value, printed


def test_reading_never_raises_whatever_is_typed() -> None:
    chance = random.Random(7)
    letters = "0123456789.,/-+%() OolIxX\u00a0\u200b không có đến nghìn ≈１٢²½'\"#=:;Eeà\u0301"
    for _ in range(5000):
        text = "".join(chance.choice(letters) for _ in range(chance.randint(1, 12)))
        for kind in Kind:
            row = indicator(kind, {"choices": True} if kind is Kind.CHOICE else {})
            reading = read(Cell(text), row, PLACE)
            assert reading.raw == text
            refused = reading.value is None and reading.status is not Status.BLANK
            assert (reading.status is Status.UNREADABLE) == refused


def test_a_choice_that_may_stay_blank_says_so_to_who_writes_that_there_was_nothing() -> None:
    row = indicator("choice", {"choices": True})
    asked = row.changed(required_if="a > 0")
    for typed, blank in ((row, False), (asked, True)):
        told = read(Cell("không phát sinh"), typed, PLACE).remarks[0].message
        assert told.endswith("; kỳ này không có thì để trống.") == blank


def test_tone_marks_and_letter_forms_do_not_make_names_differ() -> None:
    assert folded("Uỷ ban  nhân dân phường hoà") == folded("Ủy ban nhân dân Phường Hòa")
    assert folded("Pho\u031bo\u031b\u0300ng") == folded("Phơờng")
    assert folded("Phường 1") != folded("Phường 10")


@pytest.mark.parametrize("text", [
    "Cải cách hành chính", "Nguyễn Văn Ân", "Văn phòng HĐND", "cà phê, hồ sơ", "Ðề án", "50 µm", "§ 3", "Müller",
    "thuê nhà giá rẻ",
])
def test_text_in_unicode_is_not_taken_for_an_old_font(text: str) -> None:
    assert not is_legacy(text)


@pytest.mark.parametrize(("cell", "native"), [
    (Cell(Decimal(12)), True), (Cell("12"), False), (Cell(Decimal("10.247999999999999")), True), (Cell(), True),
    (Cell("x"), True), (Cell("không phát sinh"), False),
])
def test_the_sheet_is_told_where_its_own_content_is_not_the_value(cell: Cell, native: bool) -> None:
    assert read(cell, indicator("count", {}), PLACE).native is native
