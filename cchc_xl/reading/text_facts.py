"""What a text says: the documents it cites, and how each should be written; its days; and what a note (column Ghi chú)
says in numbers: the items it lists, the parts it adds up, a part of a whole.

    Kế hoạch số 05/KH-UBND ngày 19/01/2024; Nghị định số 61/2018/NĐ-CP; Nghị quyết số 06-NQ/TU ngày 27/6/2014

Careful rather than clever: where a note can be read in two ways, nothing is taken from it.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from decimal import Decimal

from cchc_xl.reading.spellings import WHOLE, number
from cchc_xl.typed_text import composed, folded
from cchc_xl.values import Ratio, Struct
from cchc_xl.writing.vietnamese_numbers import short_date

TYPES = (
    "Nghị quyết", "Nghị định", "Thông tư liên tịch", "Thông tư", "Quyết định", "Chỉ thị", "Kế hoạch", "Công văn",
    "Báo cáo", "Tờ trình", "Thông báo kết luận", "Thông báo", "Chương trình hành động", "Chương trình", "Đề án",
    "Hướng dẫn", "Phương án", "Quy chế", "Quy định", "Kết luận", "Văn bản", "QĐ", "KH", "NĐ",
)
_SYMBOL = r"[A-ZĐ][A-Za-zĐđ]*(?:[-/][A-ZĐ][A-Za-zĐđ]*)*"
CITATION = re.compile(
    rf"(?P<type>\b(?:{'|'.join(TYPES)}))\s+(?P<so>(?:số|Số)\s*:?\s*)?(?P<number>\d{{1,5}})(?P<gap>\s*)"
    rf"(?:/(?P<year>\d{{4}}))?(?P<sign>[/-])(?P<space>\s*)(?P<symbol>{_SYMBOL})(?P<comma>\s*,?)"
    r"(?:\s*ngày\s+(?P<date>\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}))?"
)
DAY = re.compile(r"(?<![\d/.])(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?![\d/])")


class Citation(Struct, frozen=True):
    """A citation as written, and as it should be; `date` is None where none is given or it can't be."""

    written: str
    canonical: str
    date: datetime.date | None
    written_date: str

    @property
    def well_formed(self) -> bool:
        """Whether it is written as it should be."""
        return self.written == self.canonical


def citations(text: str) -> Iterator[Citation]:
    """Every citation of a text, in order."""
    for match in CITATION.finditer(text) if may_cite(text) else ():
        yield _citation(match)


def may_cite(text: str) -> bool:
    """Whether it is worth searching a text for citations: each has the sign between number and symbol."""
    return "/" in text or "-" in text


def _citation(match: re.Match[str]) -> Citation:
    date = day(match["date"]) if match["date"] else None
    number = match["number"].lstrip("0").zfill(2)
    year = f"/{match['year']}" if match["year"] else ""
    canonical = f"{match['type']} số {number}{year}{match['sign']}{match['symbol']}"
    written = match[0] if match["date"] else match[0].rstrip().removesuffix(",").rstrip()
    if match["date"]:
        canonical += f" ngày {short_date(date) if date else match['date']}"
    return Citation(" ".join(written.split()), canonical, date, match["date"] or "")


def day(text: str) -> datetime.date | None:
    """The date d/m/yyyy that a text is; two digits of a year are not taken; None where there is no such day."""
    match = DAY.fullmatch(text.strip())
    if match is None or len(match[3]) != 4:
        return None
    return _possible(int(match[3]), int(match[2]), int(match[1]))


def likely_day(text: str) -> datetime.date | None:
    """What a date that can't be read may have meant: a year of two digits, or month and day changed places."""
    match = DAY.fullmatch(text.strip())
    if match is None:
        return None
    first, second, year = int(match[1]), int(match[2]), int(match[3])
    year += 2000 if year < 100 else 0
    return _possible(year, second, first) or _possible(year, first, second)


def days(text: str) -> list[datetime.date]:
    """Every date d/m/yyyy of a text that can be."""
    found = (day(match[0]) for match in DAY.finditer(text))
    return [date for date in found if date]


def _possible(year: int, month: int, number: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, number)
    except ValueError:
        return None


_ITEM = r"(?:^|(?<=[;.\n:])\s*)(?:[-–•+*]|\d{1,2}[.)])\s+(?=\S)"
_BEFORE_CITATION = r"^[-–•+(\s]*(?:Quyết định công bố:\s*)?"
_FULL_LISTING = r"(?i)(?:trong đó|gồm có|bao gồm|gồm|cụ thể)\s*[:,]"
_SOME_OF_IT = r"(?i)\btrong đó\s+có\b|\btrong đó\b"
_LABELLED = rf":\s*(?P<number>{WHOLE})(?![\d/.,%])"
_LEADING = rf"(?i)(?:^|trong đó|[,;:+(]|\bvà\b|\bcó\b|\bgồm\b)\s*(?:có\s+)?(?P<number>{WHOLE})\s+(?=[^\W\d])"
_EQUATION = rf"(?P<parts>{WHOLE}(?:\s*\+\s*{WHOLE})+)"
_PAIR = (
    rf"(?<![\d/.])(?P<part>{WHOLE})(?:\s+(?:[^\W\d]+\s*){{1,8}})?\s*/\s*(?P<whole>{WHOLE})(?![\d/])(?!\.\d)"
)
_PERCENT = r"(?<![\d.,])(?P<number>\d+(?:,\d+)?) ?%"
_MONTH = r"(?i)\btháng\s+(0?[1-9]|1[0-2])[/.-]((?:19|20)\d\d)\b(?![/.-])"


class NoteParts(Struct, frozen=True):
    """The numbers of a note that are parts of the figure; `full` tells that they claim to be all of it."""

    numbers: tuple[Decimal, ...]
    full: bool

    @property
    def total(self) -> Decimal:
        """Their sum."""
        return sum(self.numbers, Decimal(0))


def is_hint(note: str, hint: str) -> bool:
    """Whether a note is still the form's own hint: the same words, whatever the punctuation."""
    wanted = re.findall(r"\w+", folded(hint)) if hint else []
    return bool(wanted) and (note == hint or re.findall(r"\w+", folded(note)) == wanted)


def listed_items(note: str) -> int | None:
    """How many things a note lists: marked lines or numbered items, else citations set off by semicolons."""
    text = composed(note)
    marked = len(re.findall(_ITEM, text))
    if marked >= 2:
        return marked
    pieces = [piece for piece in re.split(r"[;\n]", text) if piece.strip()]
    cited = sum(map(_starts_with_citation, pieces))
    return cited if cited and cited == len(pieces) else (marked or None)


def listed_again(note: str) -> list[str]:
    """The documents with which a second item of a note begins, as they are cited."""
    text = composed(note)
    marked = item_texts(text)
    found = map(_first_citation, marked if len(marked) > 1 else re.split(r"[;\n]", text))
    cited = [next(citations(match[0])).canonical for match in found if match]
    return [each for place, each in enumerate(cited) if each in cited[:place]]


def _starts_with_citation(text: str) -> bool:
    return _first_citation(text) is not None


def _first_citation(text: str) -> re.Match[str] | None:
    """The citation that a text begins with, behind the mark of its item."""
    mark = re.match(_ITEM, text)
    return CITATION.match(re.sub(_BEFORE_CITATION, "", text[mark.end() if mark else 0 :])) if may_cite(text) else None


def months(note: str) -> list[datetime.date]:
    """The first day of each month that a note names with its year: tháng 01/2020."""
    return [datetime.date(int(year), int(month), 1) for month, year in re.findall(_MONTH, composed(note))]


def item_texts(note: str) -> list[str]:
    """The text of each listed item; the whole note where it lists none."""
    text = composed(note)
    starts = [match.start() for match in re.finditer(_ITEM, text)]
    if len(starts) < 2:
        return [text]
    return [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


def parts(note: str) -> NoteParts | None:
    """The numbers that a note splits the figure into."""
    text = composed(note)
    if not _may_have_parts(text):
        return None
    text = _without_numbers_of_names(text)
    if "+" in text and (equation := re.search(_EQUATION, text)):
        return NoteParts(tuple(map(number, re.findall(WHOLE, equation["parts"]))), full=True)
    listing = re.search(_FULL_LISTING, text)
    begin = listing or re.search(_SOME_OF_IT, text)
    if begin is None:
        return None
    rest = text[begin.start():]
    labelled = [number(match["number"]) for match in re.finditer(_LABELLED, rest)]
    found = labelled if len(labelled) >= 2 else [number(match["number"]) for match in re.finditer(_LEADING, rest)]
    return NoteParts(tuple(found), full=bool(listing) and len(found) >= 2) if found else None


def counted_first(note: str) -> Decimal | None:
    """The number that a note begins with, after a name and a colon too, and that counts something: 01 trường hợp;
    Đơn vị: 01 viên chức; none of 5 ngày, 12%."""
    found = re.match(_COUNTED_FIRST, _without_numbers_of_names(composed(note)))
    return number(found["number"]) if found else None


def cited_first(note: str) -> bool:
    """Whether a note begins with a document or a day: it tells of something that is there, not why nothing is."""
    text = composed(note)
    return _starts_with_citation(text) or re.match(_DAY_FIRST, text) is not None


def denied_first(note: str) -> bool:
    """Whether a note begins with a denial: Chưa tổ chức do dịch bệnh; Không công bố."""
    return folded(note).lstrip("-–•+* ").startswith(("chưa ", "không "))


_DAY_FIRST = rf"(?i)[-–•+\s]*(?:từ\s+)?(?:ngày\s+)?{DAY.pattern}"
_COUNTED_FIRST = (
    rf"(?i)(?:[^\d:;,.]{{0,40}}:)?\s*(?P<number>{WHOLE})\s+(?!ngày|giờ|tháng|năm|tuần|triệu|tỷ|đồng)[^\W\d]"
)


def _may_have_parts(text: str) -> bool:
    """Whether it is worth searching a text for parts: some sign of an addition or of a listing stands in it."""
    lower = text.lower()
    return any(sign in lower for sign in ("+", "trong", "gồm", "cụ"))


def pair(note: str) -> Ratio | None:
    """The one “part/whole” of a note: 10.243/10.248 hồ sơ; 01 hồ sơ trực tuyến/316 hồ sơ trực tiếp."""
    if "/" not in note:
        return None
    text = _without_numbers_of_names(composed(note))
    found = list(re.finditer(_PAIR, text))
    return Ratio(number(found[0]["part"]), number(found[0]["whole"])) if len(found) == 1 else None


def percentage(note: str) -> Decimal | None:
    """The one percentage that a note states, in the decimals it is stated with."""
    found = re.findall(_PERCENT, composed(note)) if "%" in note else []
    return Decimal(found[0].replace(",", ".")) if len(found) == 1 else None


_NAMED = "phường|P|quận|khóm|tổ|mức độ|mức|năm|tháng|quý|khoản|điều|điểm|khóa|nhóm|loại|hạng|ngày"
_NAMES = rf"(?i)\b(?:{_NAMED})\.?\s*\d+(?:\s*(?:,|và)\s*\d+\b(?!\s+[^\W\d]))*"
_SHORT_CITATION = r"\b(?:NĐ|TT|QĐ|KH)\s*\d+[\w/.-]*"


def _without_numbers_of_names(text: str) -> str:
    """The text without numbers that count nothing: citations, dates, names of wards, levels and years."""
    if may_cite(text):
        text = CITATION.sub(" ", text)
    text = re.sub(_SHORT_CITATION, " ", text)
    text = DAY.sub(" ", text)
    return re.sub(_NAMES, " ", text)
