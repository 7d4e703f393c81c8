"""What is found in the real report of 2021: in its figures as they were mended, and in its appendix as printed."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable
from functools import cache
from typing import Any

from contents import NOTE, content_of, findings_of, folder_of_tests, form_2021, place, reading, sample_content

from cchc_xl.figures import Content, Text
from cchc_xl.reading import Cell
from cchc_xl.rule_registry import Finding
from cchc_xl.rules import RuleSyntaxError, names, parse
from cchc_xl.schema import Form, Heading, Indicator, Kind, Section, Severity, Total

GOLDEN = folder_of_tests() / "golden"
PRINTED_UNIT = "thanh_pho"


def golden() -> list[dict[str, Any]]:
    return tomllib.loads((GOLDEN / "phat_hien_2021.toml").read_text(encoding="utf-8"))["finding"]


def shown(finding: Finding) -> tuple[str, str, tuple[str, ...]]:
    return finding.rule, str(finding.severity), tuple(cell.cell for cell in finding.cells)


def test_the_real_figures_have_exactly_the_reviewed_findings() -> None:
    reviewed = [(each["rule"], each["severity"], tuple(each["cells"])) for each in golden()]
    assert sorted(map(shown, findings_of(sample_content(form_2021())))) == sorted(reviewed)


def test_every_reviewed_finding_has_its_reason_and_none_is_an_error() -> None:
    assert all(each["why"].endswith(".") and len(each["why"]) > 25 for each in golden())
    assert "error" not in {each["severity"] for each in golden()}


def as_printed(form: Form) -> Form:
    """The form as an official retypes the print: every row holds what is printed there, percentages too."""
    sections = tuple(section for section in form.sections if section.printed)
    rows = {section.number: tuple(map(_printed_row, section.rows)) for section in sections}
    kept = {row.name for lines in rows.values() for row in lines if isinstance(row, Indicator)}
    return form.changed(sections=tuple(
        section.changed(rows=rows[section.number], supporting=(), rules=_askable(section, kept)) for section in sections
    ))


def _printed_row(line: Heading | Indicator) -> Heading | Indicator:
    if isinstance(line, Heading):
        return line
    kept = Total.NONE if line.kind is Kind.TEXT else Total.CITY
    return line.changed(reported_by=(PRINTED_UNIT,), total=kept, ask=None, numerator="", denominator="", peer_base="")


def _askable(section: Section, kept: set[str]) -> tuple[Any, ...]:
    """The rules that speak only of printed rows."""
    found = []
    for rule in section.rules:
        try:
            if {name.name for name in names(parse(rule.test))} <= kept:
                found.append(rule)
        except RuleSyntaxError as error:
            raise AssertionError(rule.code) from error
    return tuple(found)


@cache
def printed_content() -> Content:
    form = as_printed(form_2021())
    content = content_of(form, {})
    readings, notes, strays = dict(content.readings), {}, {}
    lines = {line.code: (section, line) for section in form.sections for line in section.rows}
    for code, value, note in printed_lines():
        section, line = lines[code]
        if note:
            notes[code] = Text(note, place(section, code, NOTE))
        if isinstance(line, Heading):
            if value:
                strays[PRINTED_UNIT, code] = Text(value, place(section, code, PRINTED_UNIT))
        else:
            readings[PRINTED_UNIT, code] = reading(form, PRINTED_UNIT, code, Cell(value or None))
    return Content(form, readings, notes, strays=strays)


def printed_lines() -> Iterable[tuple[str, str, str]]:
    with (GOLDEN / "phu_luc_2.csv").open(encoding="utf-8", newline="") as stream:
        for line in csv.DictReader(stream):
            if line["kind"] != "section":
                code = ".".join(filter(None, (line["section"], line["group"], line["row"])))
                yield code, line["value_as_printed"], line["note"]


@cache
def printed_findings() -> list[Finding]:
    return findings_of(printed_content())


def found_in_print(rule: str) -> set[str]:
    found = (finding for finding in printed_findings() if finding.rule == rule)
    return {finding.cells[0].cell.partition("@")[2] for finding in found}


def test_the_print_contradicts_itself_where_the_rules_say() -> None:
    assert found_in_print("III.2-04") == {"III.2.3"}
    assert found_in_print("VII.5-06") == {"VII.5.5"}


def test_figures_printed_in_heading_rows_are_found() -> None:
    assert found_in_print("heading_filled") | found_in_print("shifted") == {"I.4", "II.2", "II.3", "V.1", "V.2", "V.5"}
    shifted = next(each for each in printed_findings() if each.rule == "shifted" and each.indicator == "II.2")
    assert shifted.suggestion == "8"
    assert [cell.cell for cell in shifted.cells] == ["thanh_pho@II.2", "thanh_pho@II.2.1"]


def test_rows_left_blank_in_the_print_are_found() -> None:
    assert found_in_print("required") == {"I.3.4", "II.2.1", "II.2.2", "V.5.1", "V.6.3"}


def test_hints_left_in_the_print_are_found_where_a_note_is_asked() -> None:
    assert found_in_print("note_hint") == {"I.3.3", "I.3.5"}
    assert found_in_print("note_hint_rest") == {"VII.6.1"}


def test_spellings_of_the_print_are_remarked_on() -> None:
    assert found_in_print("nothing_word") >= {"II.2.3", "II.3.1", "II.3.4"}
    assert found_in_print("decimal_point") == {"VII.4.4"}
    assert {"VI.3.2", "VI.3.3", "VI.3.4"} <= found_in_print("text_number")


def test_citations_of_the_print_that_are_not_in_form_are_found() -> None:
    assert found_in_print("citation_form") == {"I.1", "I.1.3", "I.2", "I.3", "III.1", "V.4.1", "VI.3.2", "VII.6.1"}


def test_rates_and_sums_of_the_print_that_agree_with_their_notes_are_not_accused() -> None:
    assert found_in_print("note_rate") == set()
    assert found_in_print("note_sum") == set()
    assert found_in_print("note_items") == set()


def test_only_blanks_and_headings_are_errors_in_the_print() -> None:
    errors = {finding.rule for finding in printed_findings() if finding.severity is Severity.ERROR}
    assert errors == {"required", "heading_filled", "shifted"}
