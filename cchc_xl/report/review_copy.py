"""The review copy of a report: a comment at every figure, and sentences that differ from the previous export marked.

A comment says where the figure stands in the workbook, how it was made (10.248 = 9.102 + 1.146), and its findings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from difflib import SequenceMatcher
from pathlib import Path

from cchc_xl.excel import seal
from cchc_xl.figures import Content, Figure
from cchc_xl.report.figure_marks import HIGHLIGHT, highlight
from cchc_xl.rule_registry import SEVERITY_WORDS, Finding
from cchc_xl.values import Address, Struct
from cchc_xl.word.content_controls import stored
from cchc_xl.word.document_text import read_docx
from cchc_xl.word.visible_text import pieces
from cchc_xl.word.word_comments import Comment, write_comments
from cchc_xl.word.word_xml import Element, name, value, w
from cchc_xl.writing.vietnamese_numbers import in_table

MOST_TERMS = 12
"""Units spelled out in a sum; the others are counted."""

REVIEWER = "CCHC"


class Reviewer:
    """Says of an indicator where its figure stands, how it was made and what was found about it."""

    def __init__(
        self, content: Content, figures: Mapping[str, Figure], places: Mapping[str, Address],
        findings: Sequence[Finding],
    ) -> None:
        self._content, self._figures, self._places, self._findings = content, figures, places, findings

    def lines(self, tag: str) -> tuple[str, ...]:
        """The lines of a figure's comment; a tag is a code, a unit's part of it (code@unit), or a calculation."""
        calculation = tag.partition("|")[0]
        code, _, unit = calculation.partition("@")
        if unit:
            return self._of_unit(code, unit)
        codes = [word for word in calculation.split(" ") if word in self._figures]
        lines = [line for each in codes for line in self._of_code(each)]
        return tuple([f"Phép tính: {calculation}", *lines] if len(codes) > 1 else lines)

    def _of_unit(self, code: str, unit: str) -> tuple[str, ...]:
        reading = self._content.readings.get((unit, code))
        return (f"{code}: {reading.address} ghi {reading.raw}",) if reading else ()

    def _of_code(self, code: str) -> Iterator[str]:
        figure = self._figures[code]
        place = self._places.get(code)
        yield f"{code} {figure.indicator.label}" + (f": {place}" if place else "")
        if made := self.made_of(figure):
            yield made
        for finding in self._findings:
            if finding.indicator == code:
                yield f"[{SEVERITY_WORDS[finding.severity]}] {finding.message}"

    def made_of(self, figure: Figure) -> str:
        """10.248 = 9.102 (Phường A) + …; 99,95 = 10.243/10.248."""
        row = figure.indicator
        if row.has_parts and figure.part is not None and figure.whole is not None:
            parts = " và ".join(self._content.form.by_name[each].code for each in (row.numerator, row.denominator))
            return f"{in_table(figure.value)} từ {in_table(figure.part)}/{in_table(figure.whole)} ({parts})"
        terms = [
            (unit.name, reading.value, reading.address)
            for unit in self._content.form.reporters(row) if row.typed
            if (reading := self._content.readings.get((unit.id, row.code))) and isinstance(reading.value, Decimal)
        ]
        if len(terms) == 1:
            return f"{in_table(figure.value)} = {terms[0][2]} ({terms[0][0]})"
        shown = " + ".join(f"{in_table(number)} ({unit})" for unit, number, _ in terms[:MOST_TERMS])
        more = f" + {len(terms) - MOST_TERMS} đơn vị khác" if len(terms) > MOST_TERMS else ""
        return f"{in_table(figure.value)} = {shown}{more}" if shown else ""


class PreviousExport(Struct, frozen=True):
    """The paragraphs of an earlier export, and the texts of its figures by tag."""

    paragraphs: list[str]
    figures: Mapping[str, str] = {}

    def other_than(self, tag: str, text: str) -> str:
        """What stood where a figure says something else now; of a sentence that was not there, what another said."""
        before = self.figures.get(tag, "")
        if not before and tag and IN_DIGITS.fullmatch(text):
            calculation = tag.partition("|")[0]
            alike = (said for known, said in self.figures.items() if known.partition("|")[0] == calculation)
            before = next(filter(IN_DIGITS.fullmatch, alike), "")
        return "" if before == text else before


IN_DIGITS = re.compile(r"[\d.]+(,\d+)?")


def previous_export(file: Path) -> PreviousExport:
    """What an earlier export said. Raises `UserError` where it can't be read."""
    document = read_docx(file, file)
    record = stored(document.package) if document.package else None
    return PreviousExport(document.paragraphs, {each.tag: each.text for each in record.figures} if record else {})


def mark_for_review(report: Path, reviewer: Reviewer, previous: PreviousExport | None = None) -> int:
    """Turns a report just written into its review copy; returns the number of comments."""
    document = read_docx(report, report)
    assert document.package is not None
    assert document.root is not None
    if previous is not None:
        for number in changed_paragraphs(previous.paragraphs, document.paragraphs):
            highlight(document.elements[number])
    before = previous or PreviousExport([])
    in_text = [element for number, element in enumerate(document.elements) if number not in document.apart]
    comments = [comment for element in in_text for comment in _comments(element, reviewer, before)]
    written = write_comments(document.package, document.root, comments)
    seal.write(report, document.package)
    return written


def _comments(paragraph: Element, reviewer: Reviewer, previous: PreviousExport) -> Iterator[Comment]:
    at = 0
    for element, text in pieces(paragraph):
        control = next(element.iterancestors(name("sdt")), None)
        tag = "" if control is None else value(control.find(f"{name('sdtPr')}/{name('tag')}"))
        lines = reviewer.lines(tag) if tag else ()
        if control is not None and (before := previous.other_than(tag, text)):
            _set_off(control, before)
            lines = (f"Lần trước ghi {before}, nay ghi {text}.", *lines)
        if lines:
            yield Comment(paragraph, at, at + len(text), lines)
        at += len(text)


def _set_off(figure: Element, before: str) -> None:
    """Marks a figure, with its former text struck out before it as a tracked change.

    LibreOffice shows no mark on a content control itself.
    """
    highlight(figure)
    for mark in list(figure.iter(name("highlight"))):
        look = mark.getparent()
        if look is not None and look.find(name("u")) is None:
            mark.addnext(w("u", val="double"))
    gone = w("delText")
    gone.text = before
    run = w("r", w("rPr", w("highlight", val=HIGHLIGHT)), gone)
    number = value(figure.find(f"{name('sdtPr')}/{name('id')}")) or "0"
    figure.addprevious(w("del", run, id=f"9{number}", author=REVIEWER))


def changed_paragraphs(before: Sequence[str], now: Sequence[str]) -> list[int]:
    """The paragraphs that the previous export did not have, or had in other words."""
    matcher = SequenceMatcher(None, before, now, autojunk=False)
    return [
        number for kind, _, _, first, last in matcher.get_opcodes() if kind in ("replace", "insert")
        for number in range(first, last) if now[number].strip()
    ]
