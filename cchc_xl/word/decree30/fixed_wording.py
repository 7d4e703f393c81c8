"""Judges the wording that the decree fixes, dates, numbers, capital letters, and citations."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence

from cchc_xl.reading.citation_finder import Citation, citations
from cchc_xl.typed_text import folded, tidy
from cchc_xl.word.decree30.decree_rules import Rules, TextRule
from cchc_xl.word.decree30.document_parts import DocumentParts
from cchc_xl.word.decree30.measured_document import MeasuredDocument, MeasuredParagraph
from cchc_xl.word.decree30.part_look import LookFault
from cchc_xl.writing.vietnamese_dates import short_date


def text_faults(word: MeasuredDocument, parts: DocumentParts, rules: Rules) -> Iterator[LookFault]:
    """Every text that is not as a rule asks."""
    for rule in rules.text:
        for paragraph in _asked(word, parts, rule):
            for wrong in deviations(rule, paragraph.text):
                yield LookFault(rule.id, f"“{wrong}”, cần {rule.need}", rule.item, paragraph)


def deviations(rule: TextRule, text: str) -> list[str]:
    """The pieces of a text that break a rule: the whole of it for a pattern, each place for a wrong wording."""
    if rule.wrong:
        return [_around(text, found) for found in re.finditer(rule.wrong, text)]
    same = folded(text) == folded(rule.pattern) if rule.fold else re.fullmatch(rule.pattern, tidy(text))
    return [] if same else [tidy(text)]


def _around(text: str, found: re.Match[str]) -> str:
    """A place with the words beside it."""
    before, after = text[:found.start()].split(), text[found.end():].split()
    return " ".join((*before[-2:], found[0].strip(), *after[:1]))


def _asked(word: MeasuredDocument, parts: DocumentParts, rule: TextRule) -> list[MeasuredParagraph]:
    listed: list[MeasuredParagraph] = []
    for part in rule.parts:
        match part:
            case "tat_ca":
                listed += [*word.paragraphs, *word.notes]
            case "loi_van":
                listed += [*parts.prose, *word.notes]
            case _:
                listed += parts.of(part)
    return listed


def citation_faults(word: MeasuredDocument, parts: DocumentParts, rules: Rules) -> Iterator[LookFault]:
    """Citations that are not written as they should be, or contradict each other."""
    for paragraph in (*word.paragraphs, *word.notes):
        for cited in citations(paragraph.text):
            if not cited.well_formed and not _only_dated_oddly(cited):
                rule = rules.specials["vien_dan"]
                what = f"“{cited.written}”, cần “{cited.canonical}”"
                yield LookFault(rule.id, what, rule.item, paragraph, remedy=f"viết “{cited.canonical}”")
    yield from _two_dates(word, rules)
    yield from _repeated(parts.prose, rules)


def _only_dated_oddly(cited: Citation) -> bool:
    """Dates have a rule of their own."""
    return cited.written.rpartition(" ")[0] == cited.canonical.rpartition(" ")[0]


def _key(cited: Citation) -> str:
    return cited.canonical.partition(" ngày ")[0]


def _two_dates(word: MeasuredDocument, rules: Rules) -> Iterator[LookFault]:
    """One number and symbol with two dates of the same year: one of them is wrong."""
    rule = rules.specials["vien_dan_hai_ngay"]
    known: dict[tuple[str, int], datetime.date] = {}
    for paragraph in (*word.paragraphs, *word.notes):
        for cited in citations(paragraph.text):
            if cited.date is None:
                continue
            first = known.setdefault((_key(cited), cited.date.year), cited.date)
            if first != cited.date:
                what = f"{_key(cited)} ghi ngày {short_date(cited.date)}, ở trên ghi ngày {short_date(first)}"
                yield LookFault(rule.id, f"{what}; cần {rule.need}", rule.item, paragraph)


def _repeated(prose: Sequence[MeasuredParagraph], rules: Rules) -> Iterator[LookFault]:
    """A document cited with its date once more; one dated only later was not cited in full at first."""
    rule = rules.specials["vien_dan_lan_sau"]
    known: dict[str, bool] = {}
    for paragraph in prose:
        for cited in citations(paragraph.text):
            dated = bool(cited.written_date)
            before = known.get(_key(cited))
            known[_key(cited)] = bool(before) or dated
            if before is not None and dated:
                again = "lần sau vẫn ghi ngày ban hành" if before else "lần đầu thiếu ngày ban hành, lần sau mới ghi"
                what = f"“{cited.written}”: {again}; cần {rule.need}"
                yield LookFault(rule.id, what, rule.item, paragraph)
