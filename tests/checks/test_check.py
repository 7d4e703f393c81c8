"""The general rules on the real figures of 2021, changed in one place: the cases of tests/cases/quy_tac.toml."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from contents import (
    content_of,
    findings_of,
    folder_of_tests,
    form_2021,
    reading,
    sample_answers,
    sample_content,
    with_note,
    with_stray,
    with_texts,
)

from cchc_xl.checks.peer_comparison import slipped
from cchc_xl.checks.run_checks import check, flags
from cchc_xl.errors import FINDINGS
from cchc_xl.figures import Content, Figure, Text, total
from cchc_xl.reading import Cell
from cchc_xl.reading.text_facts import day
from cchc_xl.rule_registry import GENERAL, Finding, status_of
from cchc_xl.schema import Severity
from cchc_xl.schema.model_kinds import Document
from cchc_xl.values import Address, replace

FORM = form_2021()
CASES: list[dict[str, Any]] = tomllib.loads(
    (folder_of_tests() / "cases" / "quy_tac.toml").read_text(encoding="utf-8")
)["case"]
BASE = sample_content(FORM)
KNOWN = {finding.key for finding in findings_of(BASE)}


def content_for(case: dict[str, Any]) -> Content:
    answers = sample_answers(FORM)
    if "unit_clears" in case:
        unit, section = case["unit_clears"]
        answers = {
            (who, code): typed for (who, code), typed in answers.items()
            if who != unit or FORM.section_of[code].number != section
        }
    answers |= {(unit, code): typed for unit, code, typed in case.get("cells", ())}
    notes = {code: text.text for code, text in BASE.notes.items()} | case.get("notes", {})
    content = content_of(FORM, answers, {code: note for code, note in notes.items() if note})
    content = with_texts(content, {name: text.text for name, text in BASE.entries.items()} | case.get("texts", {}))
    for unit, code, typed in case.get("strays", ()):
        content = with_stray(content, unit, code, typed)
    if "merged" in case:
        first = Address(FORM.sections[0].sheet, case["merged"].partition(":")[0])
        content = replace(content, merged=(Text(case["merged"], first),))
    for code, typed in case.get("shared", {}).items():
        known = reading(FORM, "figure", code, Cell(Decimal(typed)))
        content = replace(content, shared={**content.shared, code: known})
    for name, text in case.get("documents", {}).items():
        content = with_document(content, name, text)
    return content


def with_document(content: Content, name: str, text: str) -> Content:
    """The register with another date, or with another number, of one document."""
    if "KH" in text:
        return replace(content, documents=tuple(numbered(each, name, text) for each in content.documents))
    dates = {**content.document_dates, name: Text(text, content.document_dates[name].address)}
    documents = tuple(dated(each, day(text)) if each.name == name else each for each in content.documents)
    return replace(content, documents=documents, document_dates=dates)


def numbered(document: Document, name: str, number: str) -> Document:
    return document.changed(number=number) if document.name == name else document


def dated(document: Document, date: datetime.date | None) -> Document:
    return document.changed(date=date)


def previous_of(case: dict[str, Any], content: Content) -> Mapping[str, Figure] | None:
    figures = {figure.indicator.name: figure for figure in total(FORM, content.readings).values()}
    wanted = case.get("previous")
    if wanted == "same" or wanted is None:
        return figures if wanted else None
    return {name: replace(figures[name], value=Decimal(value)) for name, value in wanted.items()}


_found: dict[str, list[Finding]] = {}
"""What was found in a case, which several tests ask about."""


def new_findings(case: dict[str, Any]) -> list[Finding]:
    if (key := repr(case)) not in _found:
        content = content_for(case)
        found = findings_of(content, previous_of(case, content))
        _found[key] = [finding for finding in found if finding.rule == case["rule"] and finding.key not in KNOWN]
    return _found[key]


def shown(case: dict[str, Any]) -> str:
    return f"{case['rule']}: {case.get('title', case.get('cell', 'đạt'))}"


@pytest.mark.parametrize("case", CASES, ids=shown)
def test_a_general_rule_finds_what_its_case_states(case: dict[str, Any]) -> None:
    found = new_findings(case)
    if "cell" not in case:
        assert [finding.message for finding in found] == []
        return
    first = next((finding for finding in found if finding.cells[0].cell == case["cell"]), None)
    assert first is not None, [(finding.cells, finding.message) for finding in found]
    assert first.suggestion == case.get("suggestion", first.suggestion)


def test_every_general_rule_has_a_case_that_passes_and_one_that_fails() -> None:
    # The form of these cases has no scores and no tables, their contents no last book: test_scales, test_lists,
    # test_growing_tables, test_next_period, test_places and test_general_data have those.
    elsewhere = {
        "score_outside", "class_count", "previous_more", "carried", "day_outside", "added_alike", "text_place",
        "info_unread", "info_period", "document_number", "day_in_count",
    }
    codes = {rule.code for rule in GENERAL.rules} - elsewhere
    assert {case["rule"] for case in CASES if "cell" in case} == codes
    assert {case["rule"] for case in CASES if "cell" not in case} == codes


def test_every_finding_names_its_cells_and_says_what_to_do() -> None:
    for case in CASES:
        for finding in new_findings(case):
            assert finding.cells
            assert finding.message.endswith("."), finding.message
            assert 30 <= len(finding.message) <= 600, finding.message


def test_a_finding_of_the_city_points_at_the_one_cell_it_is_typed_in() -> None:
    found = {finding.rule: finding for finding in findings_of(BASE)}
    assert [cell.cell for cell in found["VI.3-03"].cells] == ["phong_tai_chinh_ke_hoach@VI.3b", "thanh_pho@IV.1.2"]


def test_the_gravest_finding_of_a_cell_gives_its_colour_and_an_explained_one_none() -> None:
    content = content_for({"cells": [["thanh_pho", "III.6.3a", "10249"]]})
    findings = findings_of(content)
    cell = content.readings["thanh_pho", "III.6.3a"].address
    assert flags(findings)[cell] is Severity.ERROR
    assert status_of(findings) == FINDINGS
    assert flags([replace(finding, explained=True) for finding in findings]) == {}


def test_a_form_of_one_unit_is_not_told_what_only_the_city_can_see() -> None:
    own = {key: value for key, value in BASE.readings.items() if key[0] == "phuong_3"}
    content = Content(FORM, own)
    found = check(content, total(FORM, own), {})
    assert {finding.unit for finding in found} <= {"phuong_3"}


def test_what_has_no_cell_where_it_could_be_mended_is_not_told() -> None:
    """A figure of all units stands in no cell of a unit's form."""
    none = {(unit.id, "III.6.9a"): "0" for unit in FORM.reporters(FORM.by_code["III.6.9a"])}
    content = content_of(FORM, sample_answers(FORM) | none)
    assert "III.6-27" in {finding.rule for finding in findings_of(content)}
    found = check(content, total(FORM, content.readings), {})
    assert "III.6-27" not in {finding.rule for finding in found}
    assert all(finding.cells for finding in found)


def test_a_note_is_checked_as_it_is_typed_whatever_the_letter_form() -> None:
    note = "Tron" + "g đo\u0301: 28 TTHC mức độ 3 và 165 TTHC mức độ 4"
    found = findings_of(with_note(BASE, "III.3.2", note))
    assert "note_sum" in {finding.rule for finding in found}


def rules_of(content: Content, previous: Mapping[str, Figure] | None = None) -> list[tuple[str, str]]:
    """Rule and indicator of what is new."""
    return [(each.rule, each.indicator) for each in findings_of(content, previous) if each.key not in KNOWN]


def with_documents(**changes: dict[str, object]) -> Content:
    documents = tuple(each.changed(**changes.get(each.name, {})) for each in BASE.documents)
    return replace(BASE, documents=documents)


def test_a_document_whose_issuer_is_not_known_has_no_order() -> None:
    late = {"kh_ra_soat_tthc": {"date": datetime.date(2021, 2, 27)}}
    assert rules_of(with_documents(**late)) == [("document_order", "")]
    nobody = {each.name: {"issuer": "", **late.get(each.name, {})} for each in BASE.documents}
    assert {rule for rule, _ in rules_of(with_documents(**nobody))} == {"document_part"}


@pytest.mark.parametrize(("subject", "date", "found"), [
    ("thực hiện cải cách hành chính năm 2020", datetime.date(2019, 12, 24), True),
    ("thực hiện cải cách hành chính năm 2020", datetime.date(2020, 12, 14), True),
    ("thực hiện cải cách hành chính năm 2021", datetime.date(2020, 12, 15), False),
    ("kết quả năm 2020 và kế hoạch năm 2021", datetime.date(2020, 12, 8), False),
    ("thực hiện cải cách hành chính", datetime.date(2019, 12, 24), False),
    ("thực hiện cải cách hành chính năm 2020", datetime.date(2020, 12, 24), True),
])
def test_a_plan_of_another_year_is_found_at_its_document(subject: str, date: datetime.date, found: bool) -> None:
    """A plan issued late in December for the year that begins is this year's."""
    new = rules_of(with_documents(kh_cchc_cua_tinh={"subject": subject, "date": date}))
    assert new == [("document_period", "")] * found


def test_a_decision_of_this_year_may_speak_of_the_last_and_one_in_force_stays() -> None:
    listed = {"subject": "công bố danh mục hết hiệu lực năm 2020", "date": datetime.date(2021, 10, 12)}
    in_force = {"subject": "quy định năm 2016", "date": datetime.date(2016, 10, 13)}
    assert rules_of(with_documents(qd_so_luong_cap_pho=listed, qd_03_2016=in_force)) == []


def test_what_came_along_from_the_last_year_is_found_until_it_is_written_anew() -> None:
    document = {"subject": "thực hiện cải cách hành chính", "date": datetime.date(2019, 12, 24)}
    content = with_documents(kh_cchc_cua_tinh=document)
    before = FORM.period.changed(
        label="năm 2020", first=datetime.date(2019, 12, 15), last=datetime.date(2020, 12, 14)
    )
    carried = {"van_ban.kh_cchc_cua_tinh": "142/KH-UBND 2019-12-24"}
    assert rules_of(replace(content, previous_period=before, carried=carried)) == [("document_period", "")]
    carried = {"van_ban.kh_cchc_cua_tinh": "141/KH-UBND 2019-12-20"}
    assert rules_of(replace(content, previous_period=before, carried=carried)) == []


def test_a_day_of_the_general_information_before_the_period_is_asked_about() -> None:
    def told(day: str) -> list[tuple[str, str]]:
        return rules_of(replace(BASE, info={"ngay_chot_can_bo_phuong": Text(day, Address("Thông tin chung", "C9"))}))
    assert told("01/12/2020") == [("day_outside", "")]
    assert told("15/12/2020") == told("31/12/2021") == told("") == []


def test_a_document_that_stands_twice_is_in_order_unless_the_two_lines_are_of_two_subjects() -> None:
    same = {"number": "15/KH-UBND", "date": datetime.date(2021, 1, 28)}
    assert rules_of(with_documents(kh_ra_soat_tthc=same)) == [("document_twice", "")]
    subject = next(each.subject for each in BASE.documents if each.name == "kh_ra_soat_vbqppl")
    assert rules_of(with_documents(kh_ra_soat_tthc={**same, "subject": subject})) == []


def before(content: Content) -> dict[str, Figure]:
    """The figures of a last period that was the same in everything."""
    return {figure.indicator.name: figure for figure in total(FORM, content.readings).values()}


def test_a_section_with_a_quarter_of_its_figures_new_is_not_copied() -> None:
    previous = before(BASE)
    telling = [each for each in previous.values() if each.indicator.typed and isinstance(each.value, Decimal)]
    changed = [each for each in telling if each.value > 9][::4]  # type: ignore[operator]
    previous |= {each.indicator.name: replace(each, value=Decimal(9)) for each in changed}
    assert [rule for rule, _ in rules_of(BASE, previous) if rule == "previous_copy"] == []


def test_one_number_that_stands_in_many_rows_is_not_a_copied_section() -> None:
    answers = {key: "12" if key[1].startswith("IV.") else text for key, text in sample_answers(FORM).items()}
    content = content_of(FORM, answers)
    copied = {code.partition(".")[0] for rule, code in rules_of(content, before(content)) if rule == "previous_copy"}
    assert "III" in copied
    assert "IV" not in copied


def sent_again(unit: str, but: set[str]) -> list[Finding]:
    """The findings of a copy where a unit sent all figures of the last period again but some."""
    had = {
        (unit, FORM.by_code[code].name): Decimal(7) if code in but else each.value
        for (who, code), each in BASE.readings.items() if who == unit and isinstance(each.value, Decimal)
    }
    had |= {("phuong_2", name): value + 11 for (_, name), value in had.items()}
    found = findings_of(replace(BASE, unit_previous=had), before(BASE))
    return [each for each in found if each.rule == "previous_copy" and each.unit]


def test_a_unit_that_sends_nearly_all_figures_of_the_last_period_again_is_named_with_its_cells() -> None:
    found, = sent_again("phuong_3", set())
    assert (found.unit, len(found.cells)) == ("phuong_3", 12)
    assert found.message.startswith("Phường 3: 12 trong 12 số liệu trùng với kỳ trước.")
    found, = sent_again("phuong_3", {"III.6.9a"})
    assert found.message.startswith("Phường 3: 11 trong 11 số liệu")


def test_a_unit_with_other_dossiers_than_last_period_has_not_copied() -> None:
    had = {
        (who, FORM.by_code[code].name): each.value + (3 if code.startswith("III.6") else 0)
        for (who, code), each in BASE.readings.items() if isinstance(each.value, Decimal)
    }
    assert "previous_copy" not in {rule for rule, _ in rules_of(replace(BASE, unit_previous=had))}


def test_an_incomplete_sum_of_the_last_period_is_not_compared() -> None:
    figure = replace(before(BASE)["ho_so_xa_tiep_nhan"], value=Decimal(3487))
    assert "digit_slip" in {rule for rule, _ in rules_of(BASE, {"ho_so_xa_tiep_nhan": figure})}
    assert rules_of(BASE, {"ho_so_xa_tiep_nhan": replace(figure, missing=("phuong_3",))}) == []


@pytest.mark.parametrize(("fewer", "told"), [(8, []), (0, [("peer_ratio", "TM.4.6")])])
def test_with_few_peers_there_is_no_usual_size(fewer: int, told: list[tuple[str, str]]) -> None:
    departments = [unit.id for unit in FORM.units if unit.kind == "department"]
    even = {(unit, code): text for unit in departments for code, text in (("TM.4.5", "2"), ("TM.4.6", "100"))}
    silent = {(unit, code): "0" for unit in departments[:fewer] for code in ("TM.4.5", "TM.4.6")}
    content = content_of(FORM, sample_answers(FORM) | even | silent | {(departments[-1], "TM.4.6"): "5000"})
    assert [each for each in rules_of(content) if each[0] == "peer_ratio"] == told


def test_the_usual_size_among_an_even_number_of_peers_lies_between_the_middle_two() -> None:
    departments = [unit.id for unit in FORM.units if unit.kind == "department"]
    people = dict(zip(departments, ["40"] * 5 + ["120"] * 5 + ["500"], strict=True))
    typed = {(unit, "TM.4.6"): text for unit, text in people.items()} | {(unit, "TM.4.5"): "2" for unit in people}
    found = findings_of(content_of(FORM, sample_answers(FORM) | typed))
    assert [each.unit for each in found if each.rule == "peer_ratio"] == departments[-1:]


@pytest.mark.parametrize(("value", "expected", "mended"), [
    ("48820", "4882", "4882"), ("12", "1150", "1200"), ("1000", "900", ""), ("12345", "1200", ""),
    ("1234567", "1200", ""),
])
def test_digits_are_taken_back_where_that_comes_near_what_is_expected(value: str, expected: str, mended: str) -> None:
    assert slipped(Decimal(value), Decimal(expected)) == mended


def test_the_gravest_of_several_findings_gives_the_colour() -> None:
    cell = (Address("A", "E7"),)
    findings = [Finding("r", Severity(each), "", "", cell, "") for each in ("info", "error", "warning")]
    assert flags(findings) == flags(findings[::-1]) == {cell[0]: Severity.ERROR}
    assert flags([replace(findings[1], explained=True), findings[2]]) == {cell[0]: Severity.WARNING}
