"""Holds any report against the workbook and against itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from cchc_xl.content import Content
from cchc_xl.excel import seal
from cchc_xl.figures import Figure
from cchc_xl.findings import SEVERITY_WORDS, Finding
from cchc_xl.reconcile.against_workbook import (
    Places,
    agrees,
    appendix_lines,
    between_sentences,
    from_workbook,
    line_agrees,
    with_appendix,
)
from cchc_xl.reconcile.appendix_table import Appendix, read_tables
from cchc_xl.reconcile.counted_things import wrong_units
from cchc_xl.reconcile.reconcile_rules import Fault, Spot
from cchc_xl.reconcile.self_consistency import check_itself
from cchc_xl.reconcile.sentence_match import Matcher, Paragraph, Place, Stated
from cchc_xl.reconcile.template_patterns import Pattern, patterns
from cchc_xl.reconcile.text_tokens import Reader, Sort, sentences
from cchc_xl.reconcile.written_forms import check_citations, check_dates
from cchc_xl.word.document_text import Document, read_docx
from cchc_xl.word.plain_document import word_file
from cchc_xl.word.word_comments import Comment, write_comments


@dataclass
class Audit:
    """The outcome: faults, what was confirmed, and the sentences with numbers that were not placed."""

    faults: list[Fault]
    confirmed: int
    confirmed_lines: int
    rates: int
    sums: int
    unplaced: list[Place]
    stated: list[Stated] = field(default_factory=list)
    appendix: Appendix = field(default_factory=Appendix)
    place: Callable[[int], str] = lambda paragraph: f"đoạn {paragraph + 1}"
    """What the place of a paragraph is called."""
    changed_layout: list[Finding] = field(default_factory=list)
    """What is wrong with the workbook's own layout, so that its figures prove little."""

    @property
    def recognised(self) -> bool:
        """Whether anything of the file could be held against anything."""
        return bool(self.stated or self.appendix.lines or self.rates or self.sums or self.faults)


class Auditor:
    """Reconciles reports with one workbook; the template is read in reverse only once."""

    def __init__(
        self, template: Path, content: Content, figures: Mapping[str, Figure], places: Places | None = None
    ) -> None:
        self._content, self._figures, self._places = content, figures, places or {}
        things = (thing for row in content.form.indicators() for thing in row.unit.split(",") if thing.strip() != "%")
        self._reader = Reader((unit.name for unit in content.form.units), things)
        self._patterns: list[Pattern] = patterns(template, content, figures, self._reader)
        self._matcher = Matcher(self._patterns)

    def audit(self, document: Document, appendix: Appendix | None = None) -> Audit:
        """The outcome for a report, with an appendix of its own or one that was given besides."""
        form = self._content.form
        report = self._paragraphs(document)
        stated = self._matcher.match(report)
        figures = [each for each in stated if each.slot.tag]
        own = read_tables(document.tables, form)
        lines = own + appendix if appendix else own
        itself = check_itself(report, figures, form)
        faults = chain(
            from_workbook(figures, self._places), wrong_units(figures, self._patterns, form),
            between_sentences(figures), with_appendix(figures, lines), appendix_lines(own, self._figures, self._places),
            itself.faults, check_dates(report), check_citations(report, (*form.documents, *self._content.documents)),
        )
        return Audit(
            _once(faults), sum(agrees(each) for each in figures), self._confirmed_lines(lines),
            itself.rates, itself.sums, list(_unplaced(report, stated)), figures, lines, document.place,
        )

    def _paragraphs(self, document: Document) -> list[Paragraph]:
        return [
            Paragraph(number, text, tuple(self._reader.tokens(text)))
            for number in document.loose if (text := document.paragraphs[number]).strip()
        ]

    def _confirmed_lines(self, appendix: Appendix) -> int:
        return sum(
            line.value is not None and line.code in self._figures and line_agrees(line, self._figures[line.code])
            for line in appendix.lines
        )


def _once(faults: Iterable[Fault]) -> list[Fault]:
    """In the order of the text, the gravest of a place first; the same fault once."""
    order = list(SEVERITY_WORDS)
    kept = {(fault.rule.code, fault.spot, fault.message): fault for fault in faults}
    return sorted(
        kept.values(), key=lambda fault: (fault.spot.paragraph, fault.spot.start, order.index(fault.rule.severity))
    )


def _unplaced(report: list[Paragraph], stated: list[Stated]) -> Iterable[Place]:
    """The first number of every sentence with a number that nothing is known of."""
    placed = {(each.place.paragraph.index, each.place.index) for each in stated}
    for paragraph in report:
        for first, last in sentences(paragraph.tokens):
            for index in range(first, last):
                is_number = paragraph.tokens[index].sort is Sort.NUMBER
                if is_number and (paragraph.index, index) not in placed:
                    yield Place(paragraph, first, last, index)
                    break


def commented_copy(document: Document, audit: Audit, target: Path, replace: bool = False) -> None:
    """Writes a Word copy of the report with a comment at every fault and at every sentence not placed."""
    if document.package is None:
        with TemporaryDirectory(prefix="cchc-xl-") as folder:
            plain = Path(folder) / "bao_cao.docx"
            plain.write_bytes(word_file(document.paragraphs))
            document = read_docx(plain, document.path)
    assert document.package is not None
    assert document.root is not None
    comments = [*_fault_comments(document, audit.faults), *_unplaced_comments(document, audit.unplaced)]
    write_comments(document.package, document.root, comments)
    seal.write(target, document.package, replace)


def _fault_comments(document: Document, faults: Iterable[Fault]) -> Iterable[Comment]:
    for fault in faults:
        if 0 <= fault.spot.paragraph < len(document.elements):
            said = f"[{SEVERITY_WORDS[fault.rule.severity]}] {fault.message}"
            yield _comment(document, fault.spot, (said, f"{fault.rule.remedy}."))


def _unplaced_comments(document: Document, places: Iterable[Place]) -> Iterable[Comment]:
    for place in places:
        said = "Chưa đối chiếu được con số này: không rõ thuộc chỉ tiêu nào trong sổ."
        yield _comment(document, Spot(place.paragraph.index, place.token.start, place.token.end), (said,))


def _comment(document: Document, spot: Spot, lines: tuple[str, ...]) -> Comment:
    """A comment at the place. Word allows none in notes and headers: theirs stand where the text refers to them."""
    apart = document.apart.get(spot.paragraph)
    if apart is None:
        return Comment(document.elements[spot.paragraph], spot.start, spot.end, lines)
    quote = document.paragraphs[spot.paragraph][spot.start:spot.end]
    return Comment(apart.anchor, 0, 0, (f"{apart.called[:1].upper()}{apart.called[1:]}, “{quote}”:", *lines))
