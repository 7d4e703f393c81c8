"""Recognises the parts of an official document by what they say and where they stand, not by their styles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise, takewhile

from cchc_xl.schema.declaration_words import plain
from cchc_xl.typed_text import tidy
from cchc_xl.word.decree30.measured_document import MeasuredDocument, MeasuredParagraph

NATION, MOTTO = "CONG HOA XA HOI CHU NGHIA VIET NAM", "DOC LAP TU DO HANH PHUC"
TITLES = (
    "BAO CAO", "KE HOACH", "QUYET DINH", "NGHI QUYET", "CHI THI", "THONG BAO", "TO TRINH", "CONG DIEN", "HUONG DAN",
    "CHUONG TRINH", "PHUONG AN", "DE AN", "QUY CHE", "QUY DINH", "BIEN BAN", "DU AN",
)
PLACE_WORDS = ("TINH ", "THANH PHO ", "HUYEN ", "QUAN ", "THI XA ", "PHUONG ", "XA ", "THI TRAN ", "DAC KHU ")
URGENT = ("HOA TOC", "THUONG KHAN", "KHAN")

NUMBER = re.compile(r"Số\s*:?\s*(?:\d|…|\.|/)", re.IGNORECASE)
DAY = re.compile(r"ngày.*tháng.*năm", re.IGNORECASE)
APPENDIX = re.compile(r"phụ lục(?:\s+[IVXLC\d]+)?\s*[.:]?", re.IGNORECASE)
ENCLOSED = re.compile(r"\(\s*(?:ban hành\s+)?kèm theo", re.IGNORECASE)
DRAFTER = re.compile(r"[A-ZĐ]{2,}\.\s?\(\d+\)")
CONTACT = re.compile(r"(?:Số|Địa chỉ)\b.*(?:ĐT|Điện thoại|Website|Email)\s*:", re.IGNORECASE)
ROMAN_HEAD = re.compile(r"[IVXLC]+\.\s+\S")
TITLED = re.compile(r"\d+(?:\.\d+)*\.?\s+\S")
LETTER_HEAD = re.compile(r"[a-zđ]\)\s+\S")
PART_HEAD = re.compile(r"(?:Phần|Chương)\s+(?:[IVXLC]+|thứ\s+\w+)[.:]?", re.IGNORECASE)

LONGEST_HEADING = 200
LONGEST_LEGEND = 3
"""Paragraphs between an appendix's number and its line "(Kèm theo …)"."""


@dataclass
class DocumentParts:
    """The paragraphs of each part by its id; `prose` is the text between the title and the signature block."""

    found: dict[str, list[MeasuredParagraph]] = field(default_factory=dict)
    prose: list[MeasuredParagraph] = field(default_factory=list)
    appendices: list[list[MeasuredParagraph]] = field(default_factory=list)
    rules: dict[str, MeasuredParagraph] = field(default_factory=dict)
    """The paragraph that draws the line below a part."""

    def of(self, part: str) -> list[MeasuredParagraph]:
        """The paragraphs of a part."""
        return self.found.get(part, [])

    def first(self, part: str) -> MeasuredParagraph | None:
        """The first paragraph of a part."""
        return next(iter(self.of(part)), None)

    def add(self, part: str, *paragraphs: MeasuredParagraph) -> None:
        """Notes paragraphs as a part."""
        self.found.setdefault(part, []).extend(paragraphs)


def bare(text: str) -> str:
    """Capital letters without marks, single blanks: for recognising, never for judging."""
    return " ".join(re.findall(r"\w+", plain(text))).upper()


def recognise(word: MeasuredDocument) -> DocumentParts:
    """The parts of a document."""
    parts = DocumentParts()
    main, rest = _split(list(word.paragraphs))
    head, text, end = _sliced(main)
    _head(parts, head)
    _text(parts, text)
    _end(parts, end)
    _appendices(parts, rest)
    return parts


def _split(paragraphs: list[MeasuredParagraph]) -> tuple[list[MeasuredParagraph], list[MeasuredParagraph]]:
    """The document itself, and what follows from the first appendix on."""
    place = next((number for number, each in enumerate(paragraphs) if _is_appendix(each)), len(paragraphs))
    return paragraphs[:place], paragraphs[place:]


def _is_appendix(paragraph: MeasuredParagraph) -> bool:
    return paragraph.place is None and bool(APPENDIX.fullmatch(tidy(paragraph.text)))


def _sliced(
    main: list[MeasuredParagraph],
) -> tuple[list[MeasuredParagraph], list[MeasuredParagraph], list[MeasuredParagraph]]:
    """Head up to title and addressee, the text, and the end from "Nơi nhận" on."""
    title = next((number for number, each in enumerate(main) if bare(each.text) in TITLES), 0)
    start = next(
        (number + 1 for number, each in enumerate(main[title:title + 12], title) if _is_addressee(each)), title + 1
    )
    ends = (number for number, each in enumerate(main) if bare(each.text) == "NOI NHAN")
    signed = next(ends, len(main))
    place = main[signed].place if signed < len(main) else None
    if place is not None:
        signed = next(number for number, each in enumerate(main) if each.place and each.place.table == place.table)
    return main[:start], main[start:signed], main[signed:]


def _is_addressee(paragraph: MeasuredParagraph) -> bool:
    return bare(paragraph.text).startswith("KINH GUI")


def _head(parts: DocumentParts, head: list[MeasuredParagraph]) -> None:
    parts.add("quoc_hieu", *[each for each in head if bare(each.text) == NATION][:1])
    parts.add("tieu_ngu", *[each for each in head if bare(each.text) == MOTTO][:1])
    title = next((each for each in head if bare(each.text) in TITLES), None)
    before = head if title is None else head[:head.index(title)]
    parts.add("so", *[each for each in before if NUMBER.match(each.text)][:1])
    parts.add("dia_danh", *[each for each in before if DAY.search(each.text)][:1])
    parts.add("khan", *[each for each in before if bare(each.text) in URGENT])
    _agency(parts, before)
    if title is not None:
        parts.add("ten_loai", title)
        _subject(parts, head[head.index(title) + 1:])
    for part in ("tieu_ngu", "ban_hanh", "trich_yeu"):
        _rule_below(parts, part, head)


def _agency(parts: DocumentParts, before: list[MeasuredParagraph]) -> None:
    """The names in the cell beside Quốc hiệu: the last one issues the document, those above it are its superiors."""
    nation = parts.first("quoc_hieu")
    if nation is None or nation.place is None:
        return
    place = nation.place
    beside = [
        each for each in before if each.text and not each.rule_length and each.place is not None
        and (each.place.table, each.place.row) == (place.table, place.row) and each.place.column != place.column
    ]
    named = [each for each in beside if each not in parts.of("so") and each not in parts.of("khan")]
    cut = len(named) - 1
    while cut > 0 and bare(named[cut].text).startswith(PLACE_WORDS):
        cut -= 1
    parts.add("chu_quan", *named[:max(cut, 0)])
    parts.add("ban_hanh", *named[max(cut, 0):])


def _subject(parts: DocumentParts, after: list[MeasuredParagraph]) -> None:
    """What the document is about: from below its title to the line, a blank or the addressee."""
    until_addressee = list(takewhile(lambda each: not _is_addressee(each), after))
    started = [each for number, each in enumerate(until_addressee) if each.text or number]
    parts.add("trich_yeu", *takewhile(lambda each: bool(each.text) and not re.fullmatch(r"_+", each.text), started))
    parts.add("kinh_gui", *[each for each in after if _is_addressee(each)][:1])


def _rule_below(parts: DocumentParts, part: str, among: Sequence[MeasuredParagraph]) -> None:
    """The line below a part: its own border, or one of the two paragraphs after it in the same place."""
    if not parts.of(part):
        return
    last = parts.of(part)[-1]
    following = [each for each in among if 0 < each.number - last.number <= 2 and each.place == last.place]
    drawn = next((each for each in (last, *following) if each.rule_length), None)
    if drawn is not None:
        parts.rules[part] = drawn


def _text(parts: DocumentParts, text: list[MeasuredParagraph]) -> None:
    addressee = parts.first("kinh_gui")
    if addressee is not None and addressee.text.endswith(":"):
        further = list(takewhile(lambda each: each.text.startswith("-"), text))
        parts.add("kinh_gui", *further)
        text = text[len(further):]
    parts.prose = [each for each in text if each.text]
    begun = False
    for each in parts.prose:
        if each.place is None:
            part = _kind_of(each, begun)
            begun = begun or part in ("muc", "khoan", "phan")
            parts.add(part, each)


def _kind_of(paragraph: MeasuredParagraph, begun: bool) -> str:
    """What a paragraph of the text is. A numbered sentence is text; a numbered line without its end is a heading."""
    text = tidy(paragraph.text)
    heading = len(text) <= LONGEST_HEADING and not re.search(r"[;,]$|\./\.$", text)
    if PART_HEAD.fullmatch(text):
        return "phan"
    if ROMAN_HEAD.match(text) and heading:
        return "muc"
    if TITLED.match(text) and heading and (paragraph.mostly("bold") or not text.endswith(".")):
        return "khoan"
    if LETTER_HEAD.match(text) and heading and not text.endswith("."):
        return "diem"
    if text.startswith("Căn cứ ") and not begun and re.search(r"[;.]$", text):
        return "can_cu"
    return "noi_dung"


def _end(parts: DocumentParts, end: list[MeasuredParagraph]) -> None:
    head = next((each for each in end if bare(each.text) == "NOI NHAN"), None)
    if head is None:
        return
    parts.add("noi_nhan_dau", head)
    after = [each for each in end[end.index(head) + 1:] if each.text]
    place = head.place
    same_cell = [each for each in after if each.place == place]
    parts.add("noi_nhan", *takewhile(lambda each: not DRAFTER.fullmatch(each.text), same_cell))
    if place is not None:
        # Another cell of the same table, so that a signer's name may stand in a row of its own.
        beside = [
            each for each in end if each.text and each.place and each.place.table == place.table
            and each.place.column != place.column
        ]
        parts.add("quyen_han", *beside[:-1])
        parts.add("ho_ten", *beside[-1:])
    parts.add("nguoi_soan", *[each for each in after if DRAFTER.fullmatch(each.text)])
    parts.add("dia_chi", *[each for each in end if CONTACT.match(each.text)])


def _appendices(parts: DocumentParts, rest: list[MeasuredParagraph]) -> None:
    starts = [number for number, each in enumerate(rest) if _is_appendix(each)]
    for start, end in pairwise([*starts, len(rest)]):
        appendix = rest[start:end]
        parts.appendices.append(appendix)
        _appendix_head(parts, [each for each in appendix if each.text and each.place is None])


def _appendix_head(parts: DocumentParts, lines: list[MeasuredParagraph]) -> None:
    parts.add("phu_luc", lines[0])
    following = lines[1:LONGEST_LEGEND + 2]
    enclosed = next((number for number, each in enumerate(following) if ENCLOSED.match(each.text)), None)
    parts.add("ten_phu_luc", *following[:1 if enclosed is None else enclosed])
    if enclosed is not None:
        parts.add("kem_theo", following[enclosed])
