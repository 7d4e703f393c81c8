"""Judges what stands in which order: numbers of headings, recipients, appendices, the end of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cchc_xl.typed_text import folded, tidy
from cchc_xl.word.decree30.decree_rules import Rules
from cchc_xl.word.decree30.document_parts import ENCLOSED, DocumentParts, bare, in_order
from cchc_xl.word.decree30.part_look import LookFault, fault
from cchc_xl.writing.vietnamese_numbers import ALPHABET, ROMANS

OF_HEADING = re.compile(r"([IVXLC]+|\d+(?:\.\d+)*|[a-zđ])[.)]?\s")


def order_faults(parts: DocumentParts, rules: Rules) -> Iterator[LookFault]:
    """Everything that is missing or out of its order."""
    yield from _headings(parts, rules)
    yield from _end(parts, rules)
    yield from _recipients(parts, rules)
    yield from _appendices(parts, rules)


def _headings(parts: DocumentParts, rules: Rules) -> Iterator[LookFault]:
    """I, II; 1, 2 within I; 1.1 within 1; a) within what precedes it."""
    last: list[str] = []
    for part, paragraph in in_order(parts, ("muc", "khoan", "diem")):
        found = OF_HEADING.match(tidy(paragraph.text))
        if not found:
            continue
        level = {"muc": 0, "diem": 9}.get(part, 1 + found[1].count("."))
        shorter = [number for number in last if _level(number) < level]
        before = next((number for number in reversed(last) if _level(number) == level), "")
        wanted = _after(before, shorter[-1] if shorter else "", level)
        last = [*shorter, found[1]]
        if wanted and found[1] != wanted:
            yield fault(rules, "thu_tu_de_muc", f"đề mục số {found[1]}, đúng ra là {wanted}", paragraph)


def _level(number: str) -> int:
    if number[0].isdigit():
        return 1 + number.count(".")
    return 0 if number[0].isupper() else 9


def _after(before: str, above: str, level: int) -> str:
    """The number that follows; the first one of its level where nothing stands before it."""
    if level == 0:
        return _next(ROMANS, before)
    if level == 9:
        return _next(("", *ALPHABET), before)
    count = int(before.rpartition(".")[2]) + 1 if before else 1
    return f"{above}.{count}" if level > 1 and above and above[0].isdigit() else str(count)


def _next(series: Sequence[str], before: str) -> str:
    """What follows in a series; its first where nothing of it stands before, nothing where it is at its end."""
    place = series.index(before) + 1 if before in series else 1
    return series[place] if place < len(series) else ""


def _end(parts: DocumentParts, rules: Rules) -> Iterator[LookFault]:
    if parts.prose and not parts.prose[-1].text.endswith("./."):
        yield fault(rules, "ket_thuc", f"kết thúc bằng “{parts.prose[-1].text[-20:]}”", parts.prose[-1])


def _recipients(parts: DocumentParts, rules: Rules) -> Iterator[LookFault]:
    lines = parts.of("noi_nhan")
    if not lines:
        return
    first, last = lines[0], lines[-1]
    if parts.of("kinh_gui") and bare(first.text) != "NHU TREN":
        yield fault(rules, "nhu_tren", f"dòng đầu là “{first.text}”", first)
    for line in lines[:-1]:
        if not re.fullmatch(r"- .*;", line.text):
            yield fault(rules, "dong_noi_nhan", f"“{line.text}”", line)
    if not re.fullmatch(r"- Lưu: VT(?:, .+)?\.", tidy(last.text)):
        yield fault(rules, "dong_luu", f"dòng cuối là “{last.text}”", last)


def _appendices(parts: DocumentParts, rules: Rules) -> Iterator[LookFault]:
    prose = folded(" ".join(each.text for each in parts.prose))
    several = len(parts.of("phu_luc")) > 1
    for count, title in enumerate(parts.of("phu_luc"), 1):
        number = re.sub(r"(?i)phụ lục|[.:]", "", tidy(title.text)).strip()
        if several and number != ROMANS[min(count, 20)]:
            yield fault(rules, "phu_luc_la_ma", f"“{title.text}”, phụ lục thứ {count}", title)
        called = re.escape(folded(f"Phụ lục {number}"))
        if not re.search(rf"{called}(?![\w])", prose):
            yield fault(rules, "phu_luc_chi_dan", f"lời văn không nhắc đến “{tidy(title.text)}”", title)
    for appendix in parts.appendices:
        if not any(ENCLOSED.match(each.text) for each in [each for each in appendix if each.text][:6]):
            yield fault(rules, "phu_luc_kem_theo", f"“{appendix[0].text}” không có dòng này", appendix[0])
