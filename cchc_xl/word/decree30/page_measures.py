"""Measures paper, margins and page numbers of every section."""

from __future__ import annotations

from collections.abc import Iterator

from cchc_xl.word.decree30.decree_rules import Rules
from cchc_xl.word.decree30.document_parts import DocumentParts
from cchc_xl.word.decree30.measured_document import MeasuredDocument, MeasuredParagraph, PageSection
from cchc_xl.word.decree30.part_look import LookFault, between, fault, said

ARABIC = ("decimal", "")


def page_faults(word: MeasuredDocument, rules: Rules) -> Iterator[LookFault]:
    """Paper and margins that are not as required."""
    for section in word.sections:
        for rule in rules.page:
            measured = _length(section, rule.id)
            if not rule.low - rules.tolerance <= measured <= rule.high + rules.tolerance:
                what = f"{rule.name} {said(measured)} mm, cần {between((rule.low, rule.high), 'mm')}"
                yield LookFault(rule.id, what, rule.item, where=named(section))


def _length(section: PageSection, rule: str) -> float:
    sides = {"le_tren": "top", "le_duoi": "bottom", "le_trai": "left", "le_phai": "right"}
    if rule in sides:
        return section.margins[sides[rule]]
    short, long = sorted((section.width, section.height))
    return short if rule == "kho_giay_ngan" else long


def named(section: PageSection) -> str:
    """Phần 2 (of the document's sections, as Word counts them)."""
    return f"Phần {section.number + 1}"


def numbering_faults(word: MeasuredDocument, parts: DocumentParts, rules: Rules) -> Iterator[LookFault]:
    """Page numbers: where, how, and from which number; a document of one page needs none."""
    for section in word.sections:
        above, below = _numbers(section.headers), _numbers(section.footers)
        if below and not above:
            yield fault(rules, "so_trang_tren", "số trang nằm ở lề dưới", where=named(section))
        elif not above:
            yield _missing(section, rules)
        parts.add("so_trang", *(each for each in above if each not in parts.of("so_trang")))
        yield from _section_faults(section, rules)
    yield from _restarts(word, parts, rules)


def _missing(section: PageSection, rules: Rules) -> LookFault:
    """An appendix of one page shows no number, and how many pages it has is known only when it is printed."""
    if section.number:
        return fault(rules, "so_trang_phu_luc", "không có số trang", where=named(section))
    what = "không có số trang, cần có từ trang thứ hai"
    return LookFault("so_trang.thieu", what, rules.parts["so_trang"].item, where=named(section))


def _numbers(of_section: dict[str, tuple[MeasuredParagraph, ...]]) -> list[MeasuredParagraph]:
    return [each for kind in ("default", "even") for each in of_section.get(kind, ()) if each.shows_page_number]


def _section_faults(section: PageSection, rules: Rules) -> Iterator[LookFault]:
    kind = "first" if section.title_page else "default"
    shown = (*section.headers.get(kind, ()), *section.footers.get(kind, ()))
    if any(each.shows_page_number for each in shown):
        yield fault(rules, "so_trang_dau", "trang thứ nhất có số trang", where=named(section))
    if section.number_format not in ARABIC:
        yield fault(rules, "so_trang_a_rap", f"số trang kiểu {section.number_format}", where=named(section))


def _restarts(word: MeasuredDocument, parts: DocumentParts, rules: Rules) -> Iterator[LookFault]:
    """The document and every appendix begin a section with page 1."""
    starting = {appendix[0].section for appendix in parts.appendices}
    for section in word.sections:
        if section.number in starting and section.starts_at != 1:
            yield fault(rules, "so_trang_tu_1", "số trang của phụ lục nối tiếp phần trước", where=named(section))
        if section.number == 0 and section.starts_at not in (None, 1):
            yield fault(rules, "so_trang_tu_1", f"số trang bắt đầu từ {section.starts_at}", where=named(section))
    for appendix in parts.appendices:
        first = [each for each in word.paragraphs if each.section == appendix[0].section and each.text][:1]
        if first and first[0] is not appendix[0]:
            rule = rules.specials["so_trang_tu_1"]
            what = "phụ lục không bắt đầu một phần (section) riêng nên không đánh số trang riêng được"
            yield LookFault(rule.id, f"{what}; cần {rule.need}", rule.item, appendix[0])
