"""The rules of the decree as data: nghi_dinh_30.toml; and what is measured by them of paper, margins and page numbers
of every section, of letters, alignment, indent and spacing of every part.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from pathlib import Path

from cchc_xl.rule_registry import Rule, Severity
from cchc_xl.values import Struct, converted
from cchc_xl.word.decree30.document_parts import DocumentParts
from cchc_xl.word.decree30.measured_document import MILLIMETRE, MeasuredDocument, MeasuredParagraph, PageSection
from cchc_xl.writing.vietnamese_numbers import plain, rounded

RULES_FILE = Path(__file__).with_name("nghi_dinh_30.toml")


MEASURED = {
    "co_chu": "cỡ chữ", "dam": "chữ đậm", "nghieng": "chữ nghiêng", "in_hoa": "chữ in hoa", "canh": "canh lề",
    "thut_dong": "thụt đầu dòng", "cach_doan": "cách đoạn", "gian_dong": "giãn dòng",
}
"""What is measured of a part, by the last word of the rule's code."""


class PageRule(Struct, frozen=True):
    """A length of the page, in millimetres."""

    id: str
    name: str
    low: float
    high: float
    item: str


class PartRule(Struct, frozen=True):
    """How a part of the document looks. What is not given is not measured; sizes and gaps in points, indents in mm."""

    id: str
    name: str
    item: str
    required: bool = False
    size: Sequence[float] = ()
    bold: bool | None = None
    italic: bool | None = None
    caps: bool | None = None
    align: str | None = None
    first_line: Sequence[float] = ()
    gap: Sequence[float] = ()
    line: Sequence[float] = ()


class TextRule(Struct, frozen=True):
    """What a part must say as a whole (`pattern`), or must not say anywhere (`wrong`); with one text of each kind."""

    id: str
    parts: tuple[str, ...]
    need: str
    item: str
    right: str
    bad: str
    pattern: str = ""
    wrong: str = ""
    fold: bool = False
    severity: Severity = Severity.ERROR


class SpecialRule(Struct, frozen=True):
    """A rule that a function of this package measures; `low` and `high` as shares of the length of a text."""

    id: str
    need: str
    item: str
    severity: Severity = Severity.ERROR
    low: float = 0
    high: float = 0
    slack: float = 0


class Rules(Struct, frozen=True, dict=True):
    """All rules."""

    decree: str
    font: str
    tolerance: float
    page: tuple[PageRule, ...]
    part: tuple[PartRule, ...]
    text: tuple[TextRule, ...]
    special: tuple[SpecialRule, ...]

    @cached_property
    def told(self) -> dict[str, Rule]:
        """The rules that findings are made by: a part has one for each thing measured, and one where it is missing."""
        made = [Rule(rule.id, Severity.ERROR, f"{rule.name}: {_range(rule)} mm") for rule in self.page]
        for part in self.part:
            made.append(Rule(f"{part.id}.thieu", Severity.ERROR, f"Báo cáo có {part.name}"))
            made += [Rule(f"{part.id}.{key}", Severity.ERROR, f"{part.name}: {what}") for key, what in MEASURED.items()]
        made += [Rule(rule.id, rule.severity, rule.need, rule.right, rule.bad) for rule in self.text]
        made += [Rule(rule.id, rule.severity, rule.need) for rule in self.special]
        return {rule.code: rule for rule in made}

    @cached_property
    def parts(self) -> dict[str, PartRule]:
        """The parts by their ids."""
        return {rule.id: rule for rule in self.part}

    @cached_property
    def specials(self) -> dict[str, SpecialRule]:
        """The special rules by their ids."""
        return {rule.id: rule for rule in self.special}


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The rules of the decree."""
    return converted(tomllib.loads(RULES_FILE.read_text(encoding="utf-8")), Rules)


def _range(rule: PageRule) -> str:
    return f"{rule.low:g}" if rule.low == rule.high else f"{rule.low:g}–{rule.high:g}"


ALIGNS = {"left": "trái", "center": "giữa", "right": "phải", "both": "đều hai bên"}
AUTOMATIC = ("", "AUTO", "000000")
LETTER_NUMBER = re.compile(r"^[a-zđ]\)")
SAME = 0.05
"""Points or lines that are no difference."""


@dataclass(frozen=True, slots=True)
class LookFault:
    """One thing measured that is not as required. `paragraph` is None for pages."""

    rule: str
    what: str
    item: str
    paragraph: MeasuredParagraph | None = None
    where: str = ""
    remedy: str = ""


def fault(
    rules: Rules, name: str, measured: str, paragraph: MeasuredParagraph | None = None, where: str = "Văn bản",
    joint: str = ", ",
) -> LookFault:
    """What was measured against what a special rule needs."""
    rule = rules.specials[name]
    return LookFault(rule.id, f"{measured}{joint}cần {rule.need}", rule.item, paragraph, where)


def said(number: float) -> str:
    """A measured number with at most one decimal: 12,7."""
    return plain(rounded(Decimal(str(number)), 1))


def between(limits: Sequence[float], unit: str) -> str:
    """13 pt, or 13 đến 14 pt."""
    low, high = limits[0], limits[-1]
    return f"{said(low)} {unit}" if low == high else f"{said(low)} đến {said(high)} {unit}"


def letter_faults(word: MeasuredDocument, parts: DocumentParts, rules: Rules) -> Iterator[LookFault]:
    """Every deviation of every part, and the parts that are not there."""
    for rule in rules.part:
        found = parts.of(rule.id)
        if rule.required and not found and rule.id != "so_trang":
            yield LookFault(f"{rule.id}.thieu", f"không thấy {rule.name}; báo cáo phải có", rule.item, where="Văn bản")
        for paragraph in found:
            yield from _measured(paragraph, rule, rules)
    yield from _fonts(word, rules)


def _measured(paragraph: MeasuredParagraph, rule: PartRule, rules: Rules) -> Iterator[LookFault]:
    look = paragraph.look
    for feature, what in (
        ("co_chu", next((f"cỡ chữ {said(run.look.size)} pt, cần {between(rule.size, 'pt')}"
                         for run in paragraph.lettered if not _within(run.look.size, rule.size)), "")),
        ("dam", _switch(paragraph, rule.bold, "bold", "chữ đậm", "chữ không đậm")),
        ("nghieng", _switch(paragraph, rule.italic, "italic", "chữ nghiêng", "chữ đứng")),
        ("in_hoa", _caps(paragraph, rule)),
        ("canh", f"canh {ALIGNS.get(look.align, look.align)}, cần canh {ALIGNS[rule.align]}"
            if rule.align and rule.align != look.align else ""),
        ("thut_dong", _first_line(paragraph, rule, rules.tolerance)), ("cach_doan", _gap(paragraph, rule)),
        ("gian_dong", f"giãn dòng {said(look.line)} dòng, cần {between(rule.line, 'dòng')}"
            if look.line and not _within(look.line, rule.line) else ""),
    ):
        if what:
            yield LookFault(f"{rule.id}.{feature}", f"{rule.name}: {what}", rule.item, paragraph)


def _within(measured: float, limits: Sequence[float]) -> bool:
    return not limits or limits[0] - SAME <= measured <= limits[-1] + SAME


def _switch(paragraph: MeasuredParagraph, wanted: bool | None, feature: str, yes: str, no: str) -> str:
    measured = paragraph.mostly(feature)
    if wanted is None or measured is None or measured == wanted:
        return ""
    return f"{yes if measured else no}, cần {yes if wanted else no}"


def _caps(paragraph: MeasuredParagraph, rule: PartRule) -> str:
    """Letters in capitals, typed so or by the font's setting."""
    letters = [letter for letter in LETTER_NUMBER.sub("", paragraph.text) if letter.isalpha()]
    if rule.caps is None or not letters:
        return ""
    capital = sum(letter.isupper() for letter in letters)
    all_capital = capital == len(letters) or bool(paragraph.mostly("caps"))
    if all_capital == rule.caps:
        return ""
    share = f"{len(letters) if all_capital else capital}/{len(letters)} chữ cái in hoa"
    return f"{share}, cần in {'hoa' if rule.caps else 'thường'}"


def _first_line(paragraph: MeasuredParagraph, rule: PartRule, tolerance: float) -> str:
    measured = paragraph.look.first_line / MILLIMETRE
    if not rule.first_line or any(abs(measured - wanted) <= tolerance for wanted in rule.first_line):
        return ""
    wanted = " hoặc ".join(said(length) for length in rule.first_line)
    return f"dòng đầu thụt {said(measured)} mm, cần {wanted} mm"


def _gap(paragraph: MeasuredParagraph, rule: PartRule) -> str:
    measured = (paragraph.look.before + paragraph.look.after) / 20
    if _within(measured, rule.gap):
        return ""
    wanted = f"ít nhất {said(rule.gap[0])}" if rule.gap[0] else said(rule.gap[1])
    return f"cách đoạn {said(measured)} pt, cần {wanted} pt"


def _fonts(word: MeasuredDocument, rules: Rules) -> Iterator[LookFault]:
    """One fault for each font or colour that is not allowed, at the first paragraph with it."""
    told: set[str] = set()
    for paragraph in word.paragraphs:
        for run in paragraph.lettered:
            font = f"phông {run.look.font}" if run.look.font not in ("", rules.font) else ""
            wrong = font or (f"chữ màu {run.look.color}" if run.look.color not in AUTOMATIC else "")
            if wrong and wrong not in told:
                told.add(wrong)
                yield fault(rules, "phong_chu", wrong, paragraph)


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
            what = "phụ lục không bắt đầu một phần (section) riêng nên không đánh số trang riêng được"
            yield fault(rules, "so_trang_tu_1", what, appendix[0], joint="; ")
