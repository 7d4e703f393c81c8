"""Judges where parts stand, in which order, with which numbers and lines; and what they say: fixed wording, dates,
numbers, capital letters, citations."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterator, Sequence

from cchc_xl.reading.text_facts import Citation, citations
from cchc_xl.typed_text import folded, tidy
from cchc_xl.word.decree30.decree_rules import LookFault, Rules, TextRule, fault, said
from cchc_xl.word.decree30.document_parts import ENCLOSED, DocumentParts, bare
from cchc_xl.word.decree30.measured_document import MILLIMETRE, MeasuredDocument, MeasuredParagraph
from cchc_xl.writing.vietnamese_numbers import ALPHABET, ROMANS, short_date

PAIRED = {13.0: 14.0, 12.0: 13.0}
"""The size of Tiêu ngữ and date for each size of Quốc hiệu."""

SIDE_BY_SIDE = (
    ("vi_tri_quoc_hieu", "ban_hanh", "quoc_hieu"), ("vi_tri_so", "so", "dia_danh"),
    ("vi_tri_ky", "noi_nhan_dau", "quyen_han"),
)
"""By rule, the parts that stand to the left and to the right in one row of a table."""

LINED = {"ke_tieu_ngu": "tieu_ngu", "ke_co_quan": "ban_hanh", "ke_trich_yeu": "trich_yeu"}


def place_faults(parts: DocumentParts, rules: Rules) -> Iterator[LookFault]:
    """Everything measured between parts, then everything that is missing or out of its order."""
    yield from _sizes(parts, rules)
    for rule, left, right in SIDE_BY_SIDE:
        yield from _beside(parts, rules, rule, left, right)
    yield from _subject(parts, rules)
    for name, part in LINED.items():
        yield from _lines(parts, rules, name, part)
    yield from _headings(parts, rules)
    yield from _end(parts, rules)
    yield from _recipients(parts, rules)
    yield from _appendices(parts, rules)


def _sizes(parts: DocumentParts, rules: Rules) -> Iterator[LookFault]:
    rule = rules.specials["cap_co_chu"]
    nation = parts.first("quoc_hieu")
    wanted = PAIRED.get(_size(nation)) if nation else None
    for part, name in (("tieu_ngu", "Tiêu ngữ"), ("dia_danh", "địa danh và ngày tháng")):
        other = parts.first(part)
        if nation and other and wanted and abs(_size(other) - wanted) > 0.05:
            what = f"Quốc hiệu cỡ {said(_size(nation))} pt mà {name} cỡ {said(_size(other))} pt, cần {said(wanted)} pt"
            yield LookFault(rule.id, f"{what} ({rule.need})", rule.item, other)


def _size(paragraph: MeasuredParagraph) -> float:
    measured = paragraph.mostly("size")
    return measured if isinstance(measured, float) else 0.0


def _beside(parts: DocumentParts, rules: Rules, rule: str, left: str, right: str) -> Iterator[LookFault]:
    one, other = parts.first(left), parts.first(right)
    if one is None or other is None:
        return
    if one.place is None or other.place is None:
        measured = "hai thành phần không nằm trong bảng hai cột"
    elif (one.place.table, one.place.row) != (other.place.table, other.place.row):
        measured = f"nằm ở hàng {one.place.row} và hàng {other.place.row}"
    elif one.place.column >= other.place.column:
        measured = f"nằm ở cột {one.place.column} và cột {other.place.column}"
    else:
        return
    yield fault(rules, rule, measured, other)


def _subject(parts: DocumentParts, rules: Rules) -> Iterator[LookFault]:
    title, subject = parts.first("ten_loai"), parts.first("trich_yeu")
    if title and subject and subject.number - title.number != 1:
        yield fault(rules, "vi_tri_trich_yeu", f"cách tên loại {subject.number - title.number - 1} đoạn", subject)


def _lines(parts: DocumentParts, rules: Rules, name: str, part: str) -> Iterator[LookFault]:
    """The drawn line as a share of the text above it."""
    rule, lines = rules.specials[name], parts.of(part)
    if not lines:
        return
    drawn = parts.rules.get(part)
    if drawn is None:
        yield fault(rules, name, "không có đường kẻ ở dưới", lines[-1])
        return
    length = max(min(longest_line(each.text, _size(each)), each.width) for each in lines)
    slack = rules.tolerance * MILLIMETRE + rule.slack * length
    low, high = rule.low * length, rule.high * length
    if length and not low - slack <= drawn.rule_length <= high + slack:
        wanted = said(low / MILLIMETRE) if low == high else f"{said(low / MILLIMETRE)} đến {said(high / MILLIMETRE)}"
        what = f"đường kẻ dài {said(drawn.rule_length / MILLIMETRE)} mm, dòng chữ dài {said(length / MILLIMETRE)} mm"
        yield LookFault(rule.id, f"{what}; cần {wanted} mm ({rule.need})", rule.item, lines[-1])


_GROUPS = {
    250: " ,.", 278: "il/", 333: "jft-:;()", 389: "sI", 444: "cerz", 500: "agovxyJ0123456789–_",
    556: "bdhknpquSđ", 611: "FP", 667: "BELTZ", 722: "wACDNRUVXYĐ", 778: "GHKOQ", 833: "m", 944: "M", 1000: "W…",
}
"""Thousandths of the letter size, by letter: Times New Roman bold and the fonts made to its measure."""

_WIDTHS = {letter: width for width, letters in _GROUPS.items() for letter in letters}
_USUAL = 556


def longest_line(text: str, size: float) -> float:
    """The length of the longest line in twentieths of a point; tone marks and hooks add nothing."""
    return max((_length(line) for line in text.splitlines()), default=0) * size * 20 / 1000


def _length(line: str) -> float:
    letters = (letter for letter in unicodedata.normalize("NFD", line) if not unicodedata.combining(letter))
    return sum(_WIDTHS.get(letter, _USUAL) for letter in letters)


OF_HEADING = re.compile(r"([IVXLC]+|\d+(?:\.\d+)*|[a-zđ])[.)]?\s")


def _headings(parts: DocumentParts, rules: Rules) -> Iterator[LookFault]:
    """I, II; 1, 2 within I; 1.1 within 1; a) within what precedes it."""
    last: list[str] = []
    listed = ((part, each) for part in ("muc", "khoan", "diem") for each in parts.of(part))
    for part, paragraph in sorted(listed, key=lambda pair: pair[1].number):
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
    found = [(paragraph, cited) for paragraph in (*word.paragraphs, *word.notes) for cited in citations(paragraph.text)]
    for paragraph, cited in found:
        # Dates have a rule of their own.
        odd = cited.written.rpartition(" ")[0] == cited.canonical.rpartition(" ")[0]
        if not cited.well_formed and not odd:
            rule = rules.specials["vien_dan"]
            what = f"“{cited.written}”, cần “{cited.canonical}”"
            yield LookFault(rule.id, what, rule.item, paragraph, remedy=f"viết “{cited.canonical}”")
    yield from _two_dates(found, rules)
    prose = set(map(id, parts.prose))
    yield from _repeated([each for each in found if id(each[0]) in prose], rules)


Cited = Sequence[tuple[MeasuredParagraph, Citation]]


def _key(cited: Citation) -> str:
    return cited.canonical.partition(" ngày ")[0]


def _two_dates(found: Cited, rules: Rules) -> Iterator[LookFault]:
    """One number and symbol with two dates of the same year: one of them is wrong."""
    known: dict[tuple[str, int], datetime.date] = {}
    for paragraph, cited in found:
        if cited.date is None:
            continue
        first = known.setdefault((_key(cited), cited.date.year), cited.date)
        if first != cited.date:
            what = f"{_key(cited)} ghi ngày {short_date(cited.date)}, ở trên ghi ngày {short_date(first)}"
            yield fault(rules, "vien_dan_hai_ngay", what, paragraph, joint="; ")


def _repeated(found: Cited, rules: Rules) -> Iterator[LookFault]:
    """A document cited with its date once more; one dated only later was not cited in full at first."""
    known: dict[str, bool] = {}
    for paragraph, cited in found:
        dated = bool(cited.written_date)
        before = known.get(_key(cited))
        known[_key(cited)] = bool(before) or dated
        if before is not None and dated:
            again = "lần sau vẫn ghi ngày ban hành" if before else "lần đầu thiếu ngày ban hành, lần sau mới ghi"
            yield fault(rules, "vien_dan_lan_sau", f"“{cited.written}”: {again}", paragraph, joint="; ")
