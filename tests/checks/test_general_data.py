"""The sheet of general data speaks of the book's own period, in numbers and days that can be read."""

from __future__ import annotations

import pytest
from contents import findings_of, form_2021, sample_content, typed

from cchc_xl.figures import Text
from cchc_xl.rule_registry import Finding
from cchc_xl.schema.model_kinds import Kind
from cchc_xl.values import Address, replace

BASE = sample_content(form_2021())
PLACE = Address("Thông tin chung", "C12")


def told(name: str, text: str) -> list[Finding]:
    findings = findings_of(replace(BASE, info={name: Text(text, PLACE)}))
    return [each for each in findings if each.rule in ("info_unread", "info_period")]


@pytest.mark.parametrize(
    ("name", "text"),
    [("nam", "2021"), ("nam", ""), ("ky_bao_cao", "năm 2021"), ("ky_bao_cao", "NĂM 2021"), ("ky_bao_cao", "cả năm"),
     ("ky_bao_cao", "năm 2021 và phương hướng năm 2022"), ("tu_ngay", "15/12/2020"), ("den_ngay", "30/11/2021"),
     ("so_bao_cao", "425"), ("ngay_ky", "17 tháng 12 năm 2021")],
)
def test_what_agrees_with_the_book_is_not_asked(name: str, text: str) -> None:
    assert told(name, text) == []


@pytest.mark.parametrize(
    ("name", "text", "likely"),
    [("nam", "2012", "2021"), ("nam", "46298", "2021"), ("nam", "10/03/2026", "2021"),
     ("ky_bao_cao", "năm 2020", "năm 2021"), ("ky_bao_cao", "quý III/2021", "năm 2021"),
     ("ky_bao_cao", "tháng 5 năm 2021", "năm 2021"), ("ky_bao_cao", "cả năm 2020", "năm 2021"),
     ("ky_bao_cao", "6 tháng cuối năm 2021", "năm 2021"),
     ("den_ngay", "14/12/2022", "từ 15/12/2020 đến 14/12/2021")],
)
def test_another_year_or_period_must_be_mended_at_its_cell(name: str, text: str, likely: str) -> None:
    (finding,) = told(name, text)
    assert (finding.rule, finding.cells, finding.suggestion) == ("info_period", (PLACE,), likely)
    assert f"ghi “{text}”, sổ này của năm 2021, phải là {likely}" in finding.message


@pytest.mark.parametrize(
    ("name", "text", "likely"),
    [("so_bao_cao", "425/BC", "425"), ("so_bao_cao", "05/12/2026", ""), ("ngay_ky", "hôm qua", "")],
)
def test_what_cannot_be_read_is_told_before_the_report_lacks_it(name: str, text: str, likely: str) -> None:
    (finding,) = told(name, text)
    assert (finding.rule, finding.cells, finding.suggestion) == ("info_unread", (PLACE,), likely)


def test_a_number_of_a_document_that_the_office_made_a_day_is_told() -> None:
    document = BASE.documents[0]
    changed = replace(BASE, documents=(document.changed(number="05/12/2026"), *BASE.documents[1:]))
    (finding,) = (each for each in findings_of(changed) if each.rule == "document_number")
    assert finding.cells == (BASE.document_cell(document.name, "D"),)
    assert "'5/12" in finding.message


@pytest.mark.parametrize(
    ("number", "day"), [("44384", "7/7"), ("44926", "31/12"), ("43830", ""), ("44927", ""), ("10248", "")],
)
def test_a_count_that_is_a_day_of_these_years_is_asked_about(number: str, day: str) -> None:
    form = form_2021()
    row = next(row for row in form.indicators() if row.typed and row.asked is Kind.COUNT)
    unit = form.reporters(row)[0].id
    changed = replace(BASE, readings={**BASE.readings, (unit, row.code): typed(form, unit, row.code, number)})
    told = [each for each in findings_of(changed) if each.rule == "day_in_count"]
    assert [each.cells for each in told] == ([(changed.readings[unit, row.code].address,)] if day else [])
    assert all(f"số {number} trùng với ngày {day} do Excel tự đổi" in each.message for each in told)
