"""A paragraph as words and numbers, each with its place; what only looks like a figure is a word.

Dates, numbers of documents, years, articles of law, standards, headings' numbers and numbered names of units hold
digits that state nothing; they are kept apart before numbers are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from cchc_xl.figures import COMPLETENESS, PARTLY
from cchc_xl.reading.spellings import SCALES
from cchc_xl.typed_text import folded
from cchc_xl.writing.vietnamese_numbers import WORDS_OF_NUMBERS, value_of_words


class Sort(StrEnum):
    """What a token is."""

    WORD = "word"
    NUMBER = "number"
    ZERO = "zero"
    MARK = "mark"
    APART = "apart"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a number that is no exact figure says: “hơn 10 nghìn” is 10.000 at least; what is `near` confirms it, for an
    estimate nothing but the same number.
    """

    least: Decimal
    most: Decimal
    near: Decimal

    def hold(self, value: Decimal) -> bool:
        """Whether the number can be said of a figure."""
        return self.least <= value <= self.most


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number, "không có" (a zero in words), a punctuation mark, or something set apart.

    `start` and `end` are places in the paragraph; `sign` is -1 where the number is a decrease ("giảm 02"). `lead` is
    where the words begin that make a number no exact figure, which `bounds` tells; `scale` is that of its unit of
    money: 1 of đồng, 1.000.000 of triệu đồng; 0 where none is named.
    """

    sort: Sort
    text: str
    start: int
    end: int
    value: Decimal = Decimal(0)
    places: int = 0
    percent: bool = False
    sign: int = 1
    scale: int = 0
    bounds: Bounds | None = None
    lead: int = -1

    @property
    def states(self) -> bool:
        """Whether it can state a figure."""
        return self.sort in (Sort.NUMBER, Sort.ZERO)


PARTIAL = re.compile(PARTLY.format("[^〕]*"))
"""What a draft says behind a figure that lacks units: no word or number of the sentence."""

INCOMPLETE = re.compile(COMPLETENESS.format(r"(?<![\d.,/])\d+", r"\d+", r"[^\W\d]+(?: [^\W\d]+)?", r"[^;〔〕\n]+"))
"""The same in a remark of the appendix."""

OTHER = "¤"
"""Stands for a date, a document's number and the like."""

_CLASSES, _MOST_CLASSES = frozenset(["nhóm", "loại", "hạng", "mức", "bậc", "vùng", "khối", "lớp", "cấp", "đợt"]), 13
"""What is numbered where the number stands behind it."""

_NAMING = 4
"""Words after a number that may name what it counts."""

_TYPES = (
    r"Kế hoạch|Quyết định|Nghị định|Nghị quyết|Chỉ thị|Thông tư|Thông báo|Công văn|Báo cáo|Chương trình|Đề án|Luật|"
    r"Công điện|Tờ trình|Hướng dẫn|Văn bản|Quy định"
)
_NUMBERED = r"ấp|thôn|khóm|khu phố|tổ dân phố|đợt|vòng|cụm|đoàn|tổ|nhóm|khu vực|vùng|đội|lô"
APART = re.compile(
    r"(?P<date>\b\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{4}\b)"
    r"|(?P<long>\bngày\s+\d{1,2}\s+tháng\s+\d{1,2}(?:\s+năm\s+\d{4})?)"
    r"|(?P<short>\b(?:ngày|từ)\s+\d{1,2}/\d{1,2}\b(?!/))"
    r"|(?P<document>\b\d+(?:\.\d{3})*\s?(?:/\d{4})?\s?[/-]\s?(?!kế hoạch|tổng|chỉ tiêu)"
    r"[A-ZĐ][\wĐđ]*(?:\s?[-/&]\s?[\wĐđ]+)*)"
    rf"|(?P<bare>\b(?-i:{_TYPES})\s+(?:số\s+)?\d+(?![\d.,/%])(?=\s*[:;,.)]|\s+(?:của|ngày|về)))"
    r"|(?P<years>\b(?:19|20)\d{2}\s?[-–]\s?(?:19|20)\d{2}\b)"
    r"|(?P<year>\b(?:năm|niên độ|nhiệm kỳ)\s+(?:19|20)\d{2}\b)"
    r"|(?P<span>\b(?:[369]\s+tháng|\d{1,2}\s+tháng\s+(?:đầu|cuối)\s+năm)\b)"
    r"|(?P<law>\b(?:khoản|điều|(?<!dứt )(?<!chấm )điểm|mục|chương|phụ lục|biểu|mẫu|bảng|lần thứ)\s+(?:số\s+)?"
    r"\d+[a-zđ]?\b(?!%|[.,]\d))"
    r"|(?P<period>\b(?:quý|tháng)\s+(?:[IVX]+|\d{1,2})\s?/\s?(?:19|20)\d{2}\b)"
    r"|(?P<month>\b(?:quý|(?<!mỗi )tháng)\s+(?:0?[1-9]|1[0-2])\b(?!%|[.,]\d))"
    r"|(?P<several>(?:(?<=cộng )|(?<=trong )|(?<=chung )|(?<=cả ))\d{1,2}\s+(?:tháng|quý)\b)"
    rf"|(?P<named>(?<!số )\b(?:{_NUMBERED})\s+\d{{1,2}}(?=\s*[(:]))"
    rf"|(?P<placed>(?:(?<=tại )|(?<=các )|(?<=và )|(?<=là )|(?<=gồm )|(?<=[,:;(] ))(?:{_NUMBERED})\s+\d{{1,2}}(?=\s*,))"
    r"|(?P<called>\b(?:tổng đài|hotline|quốc lộ|tỉnh lộ)\s+\d+|\b(?:khối|lớp)\s+\d{1,2}(?=\s*[:;,.–-]))"
    r"|(?P<age>\b\d{1,3}\s+tuổi\b)"
    r"|(?P<standard>\b(?:TCVN|ISO)(?:\s+ISO)?\s+\d+(?:\s?:\s?\d{4})?)"
    r"|(?P<level>\b(?:mức độ|mức|cấp độ)\s+\d(?:\s?(?:,|và)\s?\d)*(?!\d|\s?%|[.,]\d))"
    r"|(?P<note>[⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
    r"|(?P<covid>\b[A-Za-zÀ-ỹ]+-\d+\b)",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"\d[.,]?\d")
"""Lớp 1.944 trẻ is no class."""
_NUMBERED_NAME = re.compile(rf"(?:{_NUMBERED})\s+\d{{1,2}}", re.IGNORECASE)
_HEADING = re.compile(r"\s*(?:\d{1,2}(?:\.\d{1,2})+\.?|\d{1,2}[.)]|[IVX]+\.)\s+(?=[^\d\s])")
_NUMBER = re.compile(
    rf"(?P<number>{''.join(f'(?<!{word} )' for word in sorted(_CLASSES))}"
    r"(?<!\d )\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?!\d|[.,]\d)"
    r"|\d{1,3}(?:\.\d{3})+(?:,\d+)?(?!\d)|\d+(?:[.,]\d+)?)(?P<percent>\s?%)?"
    r"|(?P<zero>\b(?:không có|chưa có|không đổi|không phát sinh)\b)"
    r"|(?P<word>[^\W\d_]+)|(?P<mark>[^\w\s])",
    re.IGNORECASE,
)
_SHORT_NAME = re.compile(r"(\w+)\s+(\d+)")


_WORD = rf"(?:{'|'.join(WORDS_OF_NUMBERS)})"
_RUN = re.compile(rf"\b{_WORD}(?:\s+{_WORD})*\b", re.IGNORECASE)
_SHARE = re.compile(r"\s+phần\s+trăm\b", re.IGNORECASE)
_NOT_COUNTED = re.compile(r"\b(?:năm|tháng|ngày|thứ|quý|khoản|điều|điểm|mục|chương|bảng|biểu)\s*$", re.IGNORECASE)
_FIVE = re.compile(r"\b(?:có|gồm|với|cả)\s+năm\s+(?:xã|phường|huyện|đơn vị|cơ quan|người|hồ sơ|cuộc|văn bản)\b", re.I)
"""Có năm xã are five communes, trong năm xã is the year."""

_AMBIGUOUS = frozenset({"không", "một", "năm", "tư", "mốt", "lăm", "nhăm"})


class WordReader:
    """Finds numbers in words; knows what is counted."""

    def __init__(self, things: Iterable[str]) -> None:
        named = sorted({re.escape(folded(thing)) for thing in things if thing.strip()}, key=len, reverse=True)
        self._thing = re.compile(rf"\s+(?:{'|'.join(named)})\b", re.IGNORECASE) if named else None

    def find(self, text: str) -> Iterator[Token]:
        """The numbers of a text, in order."""
        for run in _RUN.finditer(text):
            words = list(re.finditer(r"\w+", run[0]))
            share = _SHARE.match(text, run.end())
            for first in range(len(words)):
                start = run.start() + words[first].start()
                value = value_of_words([word[0] for word in words[first:]])
                if value is None:
                    continue
                if self._counts(text, start, run.end(), len(words) - first, bool(share)):
                    end = share.end() if share else run.end()
                    yield Token(Sort.NUMBER, "#", start, end, Decimal(value), percent=bool(share))
                break

    def _counts(self, text: str, start: int, end: int, length: int, share: bool) -> bool:
        if _NOT_COUNTED.search(text, 0, start):
            return False
        said = text[start:end].casefold()
        five = said == "năm" and any(each.start() < start < each.end() for each in _FIVE.finditer(text))
        if length > 1 or share or five:
            return True
        return said == "mười" or (
            said not in _AMBIGUOUS and self._thing is not None and self._thing.match(text, end) is not None
        )


class TokenReader:
    """Reads paragraphs; knows the names of the units, so that a numbered name, whole or as P6, is no figure."""

    def __init__(self, unit_names: Iterable[str], things: Iterable[str] = ()) -> None:
        """`things` are what the form counts, by which "hai phường" is known for a number."""
        self._in_words = WordReader(things)
        self._short: dict[str, str] = {}
        names = []
        for name in unit_names:
            if not any(letter.isdigit() for letter in name):
                continue
            names.append(re.escape(name).replace(r"\ ", r"\s+"))
            if found := _SHORT_NAME.fullmatch(name):
                names.append(rf"{found[1][0]}\.?\s?{found[2]}")
        self._names = re.compile(rf"\b(?:{'|'.join(sorted(names, key=len, reverse=True))})\b(?![.,]\d)", re.IGNORECASE)
        self._has_names = bool(names)

    def tokens(self, text: str) -> list[Token]:
        """The tokens of a paragraph, in order."""
        text = PARTIAL.sub(lambda found: " " * len(found[0]), text)
        apart = self._apart(text)
        held = [Token(Sort.APART, self._shown(text[start:end]), start, end) for start, end in apart]
        held += [
            each for each in self._in_words.find(text)
            if not any(start < each.end and each.start < end for start, end in apart)
        ]
        made: list[Token] = []
        at = 0
        for token in sorted(held, key=lambda each: each.start):
            made += [*_plain(text, at, token.start), token]
            at = token.end
        made += _plain(text, at, len(text))
        made = list(_bounded(list(_scaled(made)), text))
        return [
            replace(token, sort=Sort.APART, text=text[token.start:token.end]) if _is_name(made, place) else token
            for place, token in enumerate(made)
        ]

    def _apart(self, text: str) -> list[tuple[int, int]]:
        digits = any(map(str.isdigit, text))
        found_apart = APART.finditer(text) if digits else ()
        spans = [found.span() for found in found_apart if not _GOES_ON.match(text, found.end() - 1)]
        if digits and self._has_names:
            spans += [found.span() for found in self._names.finditer(text)]
        if heading := _HEADING.match(text):
            spans.append(heading.span())
        kept: list[tuple[int, int]] = []
        for start, end in sorted(spans):
            if not kept or start >= kept[-1][1]:
                kept.append((start, end))
        return kept

    def _shown(self, text: str) -> str:
        """P6 and the whole name are the same word; a document's number or a date is a word of its sort."""
        if self._has_names and self._names.fullmatch(text):
            letters = "".join(letter for letter in text if letter.isalpha())
            return letters[0].casefold() + "".join(letter for letter in text if letter.isdigit())
        return folded(text) if _NUMBERED_NAME.fullmatch(text) else OTHER


def _is_name(tokens: Sequence[Token], place: int) -> bool:
    """Whether a number only names a class of what is counted before it: 12 đơn vị nhóm 1, …"""
    token, before = tokens[place], tokens[place - 1:place]
    if token.sort is not Sort.NUMBER:
        return False
    thing = any(each.sort is Sort.WORD and each.text != "và" for each in tokens[place + 1:place + 2])
    bare = token.end - token.start == len(f"{token.value}") and not token.percent
    if thing or not bare or not 0 < token.value < _MOST_CLASSES or not any(each.text in _CLASSES for each in before):
        return False
    counted = next((each for each in reversed(tokens[:place - 1]) if each.sort is not Sort.WORD), None)
    return counted is not None and counted.states


def _plain(text: str, start: int, end: int) -> Iterator[Token]:
    before = ""
    for found in _NUMBER.finditer(text, start, end):
        shown = "#" if found["number"] else "0" if found["zero"] else _folded(found[0])
        if found["number"]:
            value, places = read_number(found["number"])
            sign = -1 if before == "giảm" else 1
            yield Token(Sort.NUMBER, shown, *found.span(), value, places, bool(found["percent"]), sign)
        else:
            yield Token(Sort.ZERO if found["zero"] else Sort.WORD if found["word"] else Sort.MARK, shown, *found.span())
        before = shown


_folded = lru_cache(maxsize=20_000)(folded)


def read_number(text: str) -> tuple[Decimal, int]:
    """Value and decimals: 10.248 and 10 248 are whole numbers, 2.42 and 2,42 have two decimals."""
    text = ".".join(text.split())
    if re.fullmatch(r"\d{1,3}(\.\d{3})+(,\d+)?", text):
        text = text.replace(".", "")
    written = text.replace(",", ".")
    return Decimal(written), len(written.partition(".")[2])


MONEY = frozenset(["đồng", "đ", "vnđ", "vnd"])
_RATIOS = frozenset(["lệ", "trọng", "số", "suất"])
"""Words after tỷ that make it a ratio."""

_OVER = frozenset(["hơn", "trên", "ít nhất", "tối thiểu"])
_UNDER = frozenset(["gần", "dưới", "chưa đến", "chưa tới", "không quá", "tối đa", "ngót"])
_LEADS = _OVER | _UNDER | {"khoảng", "chừng", "xấp xỉ", "ước", "ước tính", "ước đạt", "trên dưới"}
"""What before a number makes it no exact figure."""

_THAN = frozenset(["nhiều", "cao", "lớn", "ít", "thấp", "nhỏ", "đông", "nhanh", "chậm", "sớm", "muộn", "tốt", "kém"])
_MOVES = frozenset(["tăng", "giảm", "nâng", "rút", "hạ", "cắt"])
"""Cao hơn 5 is a difference of five; tăng từ 5 đến 8 is no range."""


def _power(tokens: Sequence[Token], at: int) -> int:
    """What the word after a number multiplies it by, as a power of ten; 0 where none does."""
    token, following = tokens[at], [each.text for each in tokens[at + 1:at + 3]]
    if token.sort is not Sort.NUMBER or token.percent or not following or (
            following[0][0] == "t" and following[1:] and following[1] in _RATIOS):
        return 0
    return SCALES.get(following[0], 0)


def _scaled(tokens: Sequence[Token]) -> Iterator[Token]:
    """Numbers with the words that multiply them, “10,25 nghìn hồ sơ”, as one; amounts of money keep their unit."""
    at = 0
    while at < len(tokens):
        token, first, power = tokens[at], at, _power(tokens, at)
        if not power:
            named = token.sort is Sort.NUMBER and any(each.text in MONEY for each in tokens[at + 1:at + 2])
            yield replace(token, scale=1) if named else token
            at += 1
            continue
        value, least, last = Decimal(0), power, at
        while power:
            least, last = power, at
            value += tokens[at].value.scaleb(power)
            at += 2
            power = _power(tokens, at) if at < len(tokens) and _power(tokens, at) < least else 0
        places = tokens[last].places - least
        rest = tokens[at] if at < len(tokens) else None
        if rest and rest.sort is Sort.NUMBER and not rest.percent and rest.value < Decimal(10) ** least:
            value, places, last, at, least = value + rest.value, rest.places, at, at + 1, 0
        following = tokens[at] if at < len(tokens) else None
        whole = _power(tokens, first)
        if following is None or following.sort is not Sort.WORD or following.text in MONEY:
            yield replace(token, end=tokens[last].end, value=value.scaleb(-whole), places=max(0, places + whole),
                          scale=10 ** whole)
            at -= 1 if least else 0
        else:
            half = Decimal(5).scaleb(-places - 1)
            bounds = Bounds(value - half, value + half, half) if places < 0 else None
            yield replace(token, end=tokens[at - 1].end, value=value, places=places, bounds=bounds)


def _bounded(tokens: Sequence[Token], text: str) -> Iterator[Token]:
    """Numbers with what the words before them say: hơn, gần, khoảng …; từ 5 đến 7 is one."""
    at = 0
    while at < len(tokens):
        token, end = tokens[at], _range_end(tokens, at, text)
        if end:
            high = tokens[end]
            low = token.value.scaleb(-high.places) if high.places < 0 <= token.places else token.value
            low, word = low if low < high.value else token.value, tokens[at - 1] if at else token
            yield replace(high, start=token.start, lead=word.start if word.text == "từ" else token.start,
                          bounds=Bounds(low, high.value, high.value - low))
            at = end
        else:
            yield _led(tokens, at) if token.sort is Sort.NUMBER else token
        at += 1


def _range_end(tokens: Sequence[Token], at: int, text: str) -> int:
    """The place of the number up to which a range goes that begins here; 0 where none does."""
    before = [token.text for token in tokens[max(0, at - 4):at]]
    words = [token for token in tokens[at + 1:at + 5] if token.sort is not Sort.NUMBER]
    to = next((place for place, each in enumerate(words[:3]) if each.text in ("đến", "tới")), None)
    if to is not None:
        apart = (to and before[-1:] != ["từ"]) or any(each.sort is not Sort.WORD for each in words[:to])
    else:
        to, gap = 0, text[tokens[at].end:tokens[at].end + 3].strip()
        apart = not words or gap[:1] not in ("-", "–") or before[-1:] in (["-"], ["–"], ["/"])
        apart = apart or any(each.text in "-–/" for each in tokens[at + 3:at + 4])
    end = at + to + 2
    if apart or end >= len(tokens) or _MOVES & set(before) or tokens[at].sort is not Sort.NUMBER:
        return 0
    low, high = tokens[at], tokens[end]
    return end if high.sort is Sort.NUMBER and low.value < high.value and low.percent <= high.percent else 0


def _led(tokens: Sequence[Token], at: int) -> Token:
    """A number with the bounds that the words before it give."""
    token, words = tokens[at], [each.text for each in tokens[max(0, at - 3):at]]
    size = next((size for size in (2, 1) if " ".join(words[-size:]) in _LEADS), 0)
    lead = " ".join(words[-size:]) if size else ""
    if not lead or (lead == "hơn" and words[-2:-1] and words[-2] in _THAN) or (
            lead == "trên" and _counts_before(tokens, at)):
        return token
    plain = token.value.normalize()
    near = Decimal(1).scaleb(-token.places if token.places < 0 else plain.adjusted() + 1 - len(plain.as_tuple().digits))
    near, endless = Decimal(0) if lead.startswith("ước") else near, Decimal("Infinity")
    bounds = Bounds(token.value if lead in _OVER else -endless, token.value if lead in _UNDER else endless, near)
    sign = -1 if words[-size - 1:-size] == ["giảm"] else token.sign
    return replace(token, bounds=bounds, lead=tokens[at - size].start, sign=sign)


def _counts_before(tokens: Sequence[Token], at: int) -> bool:
    """Whether another number of the clause stands before: 114 hồ sơ trên 120 hồ sơ."""
    for token in reversed(tokens[:at]):
        if token.states or token.sort is Sort.MARK:
            return token.states
    return False


def after(tokens: Sequence[Token], index: int) -> tuple[str, ...]:
    """The words right after a number; after its pair where it is one of two (21/23 nhiệm vụ)."""
    if index + 2 < len(tokens) and tokens[index + 1].text == "/" and tokens[index + 2].sort is Sort.NUMBER:
        index += 2
    words = []
    for token in tokens[index + 1:index + 1 + _NAMING]:
        if token.sort is not Sort.WORD:
            break
        words.append(token.text)
    return tuple(words)
