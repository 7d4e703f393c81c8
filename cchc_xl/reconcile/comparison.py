"""Holds any report against the workbook and against itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from cchc_xl.excel import seal
from cchc_xl.figures import Content, Figure
from cchc_xl.reconcile.against_workbook import (
    Places,
    appendix_lines,
    between_sentences,
    from_workbook,
    line_agrees,
    with_appendix,
    wrong_units,
)
from cchc_xl.reconcile.appendix_lines import Appendix, Unread
from cchc_xl.reconcile.appendix_table import appendix_of_document, told_in_tables
from cchc_xl.reconcile.reconcile_rules import FIGURE, PERIOD, REPEATED, WORDING, Contradiction, Spot
from cchc_xl.reconcile.self_consistency import Checked, check_itself
from cchc_xl.reconcile.sentence_match import MatchedParagraph, Matcher, NumberPlace, Stated, is_telling
from cchc_xl.reconcile.sentence_wording import other_words, wordings
from cchc_xl.reconcile.stated_counts import GENERAL, sentences
from cchc_xl.reconcile.template_patterns import Pattern, label_patterns, patterns
from cchc_xl.reconcile.text_likeness import opposed
from cchc_xl.reconcile.text_tokens import Sort, TokenReader
from cchc_xl.reconcile.written_forms import check_citations, check_dates, other_period
from cchc_xl.rule_registry import SEVERITY_WORDS, Finding
from cchc_xl.schema.form_model import Form
from cchc_xl.schema.model_kinds import Kind
from cchc_xl.word.document_text import WordDocument, read_docx
from cchc_xl.word.word_comments import Comment, write_comments
from cchc_xl.word.word_package import word_file

LEAST_ACCUSED = 0.83
"""How sure it must be that a number states a figure before it is said to be wrong; a less sure one is not placed."""

UNPLACED = "Chưa đối chiếu được con số này: không rõ thuộc chỉ tiêu nào, hoặc sổ chưa có số để so."
DOUBTFUL = "Chưa tính lại được tỷ lệ này: báo cáo không ghi rõ số chia và số bị chia."

NO_TEMPLATE = (
    "biểu mẫu không có mẫu Word, nên chỉ đối chiếu câu nêu đúng tên chỉ tiêu, phép tính của báo cáo và phụ lục; muốn "
    "đối chiếu cả lời văn thì chạy reconcile với --template TỆP_MẪU (chưa có mẫu thì tạo bằng lệnh form word)"
)

LEAST_LABEL = 4
"""Words of a label that no sentence holds by chance."""

OWN_WORDING = 1.1
"""So sure is a number in the template's own sentence."""


@dataclass
class Audit:
    """The outcome: faults, what was confirmed, and the sentences with numbers that were not placed."""

    faults: list[Contradiction]
    confirmed: int
    confirmed_lines: int
    silent_lines: int
    """Lines of the appendix for which the workbook holds no figure."""
    rates: int
    sums: int
    unplaced: list[NumberPlace]
    """The first number of every sentence with one of which nothing is known, or for which the workbook has none."""

    doubtful: list[NumberPlace]
    """Rates whose part and whole the report does not tell, and that the workbook does not know."""

    stated: list[Stated] = field(default_factory=list)
    appendix: Appendix = field(default_factory=Appendix)
    place: Callable[[int], str] = lambda paragraph: f"đoạn {paragraph + 1}"
    """What the place of a paragraph is called."""
    changed_layout: list[Finding] = field(default_factory=list)
    """What is wrong with the workbook's own layout, so that its figures prove little."""

    other_period: str = ""
    """The period that the report is of, where it is not the workbook's: its figures are not the workbook's either."""

    @property
    def recognised(self) -> bool:
        """Whether anything of the file could be held against anything."""
        return bool(self.stated or self.appendix.lines or self.rates or self.sums or self.faults)


class Auditor:
    """Reconciles reports with one workbook; the template is read in reverse only once."""

    def __init__(
        self, template: Path | None, content: Content, figures: Mapping[str, Figure], places: Places | None = None
    ) -> None:
        self._content, self._figures, self._places = content, figures, places or {}
        things = (thing for row in content.form.indicators() for thing in row.unit.split(",") if thing.strip() != "%")
        self._reader = TokenReader((unit.name for unit in content.form.units), things)
        self._patterns: list[Pattern] = (
            patterns(template, content, figures, self._reader) if template
            else label_patterns(content.form, figures, self._reader)
        )
        self._by_labels = template is None
        self._lacking = Appendix(unread=() if template else (Unread("lời văn", "", "", NO_TEMPLATE),))
        self._matcher, self._wordings = Matcher(self._patterns), wordings([] if self._by_labels else self._patterns)
        typed = (line.strip() for text in content.entries.values() for line in text.text.splitlines())
        self._passages = [line for line in typed if any(map(str.isdigit, line))]

    def audit(self, document: WordDocument, appendix: Appendix | None = None) -> Audit:
        """The outcome for a report, with an appendix of its own or one that was given besides."""
        form = self._content.form
        own = appendix_of_document(document, form)
        report = self._paragraphs(document, sorted({*document.loose, *told_in_tables(document, own)}))
        stated = [each for each in self._matcher.match(report) if self._is_sure(each)]
        other = other_period(document.paragraphs, form.period)
        figures = [_of_no_workbook(each) if other else each for each in stated if each.slot.tag]
        lines = (own + appendix if appendix else own) + self._lacking
        itself = check_itself(report, [] if other else [each for each in figures if not each.bounds], form)
        worded = [] if other else other_words(report, figures, self._wordings)
        denied = {id(each) for fault, each in worded if fault.rule is WORDING}
        faults = chain(
            (fault for fault, _ in worded),
            [_of_another_period(other, form)] if other else self._against_workbook(figures, own, itself.homes),
            with_appendix(figures, lines), itself.faults, check_dates(report),
            check_citations(report, self._content.documents),
        )
        return Audit(
            _once(faults), sum(each.agrees and id(each) not in denied for each in figures),
            0 if other else self._confirmed_lines(lines),
            sum(line.value is not None and line.code in self._figures and self._figures[line.code].value is None
                for line in lines.lines),
            itself.rates, itself.sums, *_unknown(report, [] if other else stated, itself, self._passages), figures,
            lines, document.place, other_period=other,
        )

    def _is_sure(self, stated: Stated) -> bool:
        """Whether a number may be said to be wrong; one that is right, or that the workbook does not know, need not be.

        Nothing is said of a number that is another figure's in a sentence of other words, nor across levels.
        """
        if self._by_labels and not stated.agrees and not self._is_named(stated):
            return False
        if stated.slot.expected is None or stated.agrees:
            return True
        if stated.bounds and stated.says(stated.slot.expected):
            return False
        labels = [self._content.form.by_code[code].label for code in stated.slot.codes if code in self._figures]
        if any(opposed(stated.place.sentence, label) for label in labels):
            return False
        return stated.score >= LEAST_ACCUSED and not (stated.score < OWN_WORDING and self._is_of_another(stated))

    def _is_named(self, stated: Stated) -> bool:
        """Whether the words before a number are those that the form calls its figure by."""
        label = [token.text for token in self._reader.tokens(stated.slot.title) if token.sort is Sort.WORD]
        before = [token.text for token in stated.place.paragraph.tokens[stated.place.first:stated.place.index]]
        while before and before[-1] in GENERAL:
            before.pop()
        return len(label) >= LEAST_LABEL and before[-len(label):] == label

    def _is_of_another(self, stated: Stated) -> bool:
        """Whether the number is just what the workbook says of another figure, and telling enough to be no accident."""
        token = stated.place.token
        return is_telling(token.value) and any(
            isinstance(figure.value, Decimal) and (figure.indicator.kind is Kind.PERCENT) == token.percent
            and figure.value == token.value and code not in stated.slot.codes
            for code, figure in self._figures.items()
        )

    def _against_workbook(
        self, figures: list[Stated], own: Appendix, homes: Mapping[int, int]
    ) -> Iterator[Contradiction]:
        yield from from_workbook(figures, self._places)
        # What the workbook does not know is placed by its words alone: another unit then speaks against the place.
        known = [each for each in figures if each.slot.expected is not None]
        yield from wrong_units(known, self._patterns, self._content.form)
        yield from between_sentences(figures, homes)
        yield from appendix_lines(own, self._figures, self._places)

    def _paragraphs(self, document: WordDocument, read: list[int]) -> list[MatchedParagraph]:
        return [
            MatchedParagraph(number, text, tuple(self._reader.tokens(text)))
            for number in read if (text := document.paragraphs[number]).strip()
        ]

    def _confirmed_lines(self, appendix: Appendix) -> int:
        return sum(
            line.value is not None and line.code in self._figures and line_agrees(line, self._figures[line.code])
            for line in appendix.lines
        )


def _of_no_workbook(stated: Stated) -> Stated:
    """A figure of another period: the workbook does not say what it should be."""
    return replace(stated, slot=replace(stated.slot, expected=None, part=None, whole=None))


def _of_another_period(other: str, form: Form) -> Contradiction:
    message = f"báo cáo này của {other}, sổ của {form.period.label}: không đối chiếu số liệu của báo cáo với sổ."
    return Contradiction(PERIOD, message, "", Spot(0, 0, 0), other, form.period.label, against="sổ")


def _once(faults: Iterable[Contradiction]) -> list[Contradiction]:
    """In the order of the text, the gravest of a place first, tables of no paragraph last; the same fault once.

    A number that differs from the workbook need not be said to differ from another sentence as well.
    """
    order = list(SEVERITY_WORDS)
    kept: dict[tuple[str, int, str], Contradiction] = {}
    for fault in faults:
        kept.setdefault((fault.rule.code, fault.spot.paragraph, fault.message), fault)
    told = {fault.spot for fault in kept.values() if fault.rule is FIGURE}
    return sorted(
        (fault for fault in kept.values() if fault.rule is not REPEATED or fault.spot not in told),
        key=lambda fault: (
            fault.spot.paragraph < 0, fault.spot.paragraph, fault.spot.start, order.index(fault.rule.severity),
        ),
    )


def _is_known(stated: Stated) -> bool:
    """Whether the workbook, or the template's own wording, says what a number must be."""
    own = not stated.slot.tag and stated.slot.shown == f"{stated.place.token.value:f}"
    return own or stated.slot.expected is not None


def _unknown(
    report: list[MatchedParagraph], stated: list[Stated], itself: Checked, passages: list[str]
) -> tuple[list[NumberPlace], list[NumberPlace]]:
    """The first number of every sentence with one that nothing confirms; the rates whose parts are not told."""
    placed = itself.recomputed | {
        (each.place.paragraph.index, each.place.index) for each in stated
        if _is_known(each) and (each.slot.tag or not _is_within(each.place, passages))
    }
    numbers, rates = list[NumberPlace](), list[NumberPlace]()
    for paragraph in report:
        for first, last in sentences(paragraph.tokens):
            several = [
                NumberPlace(paragraph, first, last, index) for index in range(first, last)
                if paragraph.tokens[index].sort is Sort.NUMBER and (paragraph.index, index) not in placed
            ]
            doubtful = [each for each in several if (paragraph.index, each.index) in itself.doubtful]
            rates += doubtful
            unknown = [each.index for each in several if each not in doubtful]
            numbers += [NumberPlace(paragraph, first, last, unknown[0], tuple(unknown[1:]))] if unknown else []
    return numbers, rates


def _is_within(place: NumberPlace, passages: list[str]) -> bool:
    """Whether a number stands in what people wrote themselves: the template's words say nothing of it."""
    text, token = place.paragraph.text, place.token
    starts = ((text.find(line), len(line)) for line in passages)
    return any(0 <= start <= token.start < start + length for start, length in starts)


def commented_copy(document: WordDocument, audit: Audit, target: Path, replace: bool = False) -> None:
    """Writes a Word copy of the report with a comment at every fault and at every sentence not placed."""
    if document.package is None:
        with TemporaryDirectory(prefix="cchc-xl-") as folder:
            plain = Path(folder) / "bao_cao.docx"
            plain.write_bytes(word_file(document.paragraphs))
            document = read_docx(plain, document.path)
    assert document.package is not None
    assert document.root is not None
    told: list[tuple[Spot, tuple[str, ...]]] = [
        (fault.spot, (f"[{SEVERITY_WORDS[fault.rule.severity]}] {fault.message}", f"{fault.rule.remedy}."))
        for fault in audit.faults if 0 <= fault.spot.paragraph < len(document.elements)
    ]
    told += [(each.paragraph.spot(each.token), (said,)) for places, said in (
        (audit.unplaced, UNPLACED), (audit.doubtful, DOUBTFUL)) for each in places]
    write_comments(document.package, document.root, [_comment(document, *each) for each in told])
    seal.write(target, document.package, replace)


def _comment(document: WordDocument, spot: Spot, lines: tuple[str, ...]) -> Comment:
    """A comment at the place. Word allows none in notes and headers: theirs stand where the text refers to them."""
    apart = document.apart.get(spot.paragraph)
    if apart is None:
        place = document.elements[spot.paragraph]
        return Comment(place, spot.start, spot.end, lines, document.pieces[spot.paragraph])
    quote = document.paragraphs[spot.paragraph][spot.start:spot.end]
    return Comment(apart.anchor, 0, 0, (f"{apart.called[:1].upper()}{apart.called[1:]}, “{quote}”:", *lines))
