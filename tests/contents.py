"""Contents without files, for tests of the checks: a form's sample figures, or any answers, as if typed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from cchc_xl.checks.run_checks import check
from cchc_xl.declaration import form_folder
from cchc_xl.figures import Content, Figure, Text, total
from cchc_xl.master.master_book import as_typed
from cchc_xl.reading import Cell, read
from cchc_xl.rule_registry import Finding
from cchc_xl.schema import Form
from cchc_xl.schema.form_model import Section
from cchc_xl.values import Address, Reading, replace
from cchc_xl.verbs.demo import sample_entries, sample_form, sources
from cchc_xl.writing.vietnamese_numbers import short_date

NOTE, FIGURE, DATE = "note", "figure", "date"
Answers = Mapping[tuple[str, str], str]
"""What is typed, by unit id and indicator code."""


@cache
def form_2021() -> Form:
    return sample_form(form_folder("2021"))


def place(section: Section, code: str, column: str) -> Address:
    """An address that says what stands there."""
    return Address(section.sheet, f"{column}@{code}")


def reading(form: Form, unit: str, code: str, cell: Cell) -> Reading:
    return read(cell, form.by_code[code], place(form.section_of[code], code, unit))


def typed(form: Form, unit: str, code: str, text: str) -> Reading:
    """What is read from a text typed into the cell of the workbook."""
    content = as_typed(text, form.by_code[code].asked)
    assert not isinstance(content, int)
    return reading(form, unit, code, Cell(content))


def content_of(form: Form, answers: Answers, notes: Mapping[str, str] | None = None) -> Content:
    """Everything that the form asks, blank where no answer is given."""
    readings = {
        (unit.id, row.code): typed(form, unit.id, row.code, answers.get((unit.id, row.code), ""))
        for row in form.indicators() if row.typed for unit in form.reporters(row)
    }
    sections = {line.code: section for section in form.sections for line in section.lines}
    texts = {code: Text(note, place(sections[code], code, NOTE)) for code, note in (notes or {}).items()}
    dates = {
        each.name: Text(short_date(each.date) if each.date else "", Address("Văn bản", f"{DATE}@{each.name}"))
        for each in form.documents
    }
    return Content(form, readings, texts, documents=form.documents, document_dates=dates)


def sample_answers(form: Form) -> dict[tuple[str, str], str]:
    return {(line.unit, line.code): line.value for line in sources(form) if line.value}


def sample_content(form: Form) -> Content:
    """The sample figures of a form."""
    content = content_of(form, sample_answers(form), {line.code: line.note for line in sources(form) if line.note})
    return with_texts(content, sample_entries(form).texts)


def with_texts(content: Content, texts: Mapping[str, str]) -> Content:
    """The content with these passages besides those it has; an empty one is taken away."""
    written = {name: Text(text, Address(ENTRIES, f"{TEXT}@{name}")) for name, text in texts.items()}
    entries = {**content.entries, **written}
    return replace(content, entries={name: text for name, text in entries.items() if text.text})


ENTRIES, TEXT = "Nội dung", "text"


def places_of(form: Form) -> dict[str, Address]:
    return {row.code: place(form.section_of[row.code], row.code, FIGURE) for row in form.indicators()}


PLACES = places_of(form_2021())


def findings_of(content: Content, previous: Mapping[str, Figure] | None = None) -> list[Finding]:
    return check(content, total(content.form, content.readings, content.shared), _places(content.form), previous)


def _places(form: Form) -> dict[str, Address]:
    return PLACES if form is form_2021() else places_of(form)


def with_cell(content: Content, unit: str, code: str, cell: Cell) -> Content:
    """The content with another cell in one place."""
    changed = reading(content.form, unit, code, cell)
    return replace(content, readings={**content.readings, (unit, code): changed})


def with_stray(content: Content, unit: str, code: str, text: str) -> Content:
    """The content with something typed where nothing is asked."""
    section = next(each for each in content.form.sections if any(line.code == code for line in each.lines))
    stray = Text(text, place(section, code, unit))
    return replace(content, strays={**content.strays, (unit, code): stray})


def with_note(content: Content, code: str, note: str) -> Content:
    section = next(each for each in content.form.sections if any(line.code == code for line in each.lines))
    return replace(content, notes={**content.notes, code: Text(note, place(section, code, NOTE))})


def folder_of_tests() -> Path:
    return Path(__file__).parent


def cases_of(name: str) -> list[dict[str, Any]]:
    """The cases of a file of tests/cases."""
    text = (folder_of_tests() / "cases" / name).read_text(encoding="utf-8")
    return list(tomllib.loads(text)["case"])


@cache
def _of_the_sample() -> frozenset[str]:
    return frozenset(finding.key for finding in findings_of(sample_content(form_2021())))


def rules_newly_told(findings: list[Finding]) -> list[Finding]:
    """The findings that the figures of 2021 do not have themselves."""
    return [finding for finding in findings if finding.key not in _of_the_sample()]
