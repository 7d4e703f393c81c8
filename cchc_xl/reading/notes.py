"""What a note (column Ghi chú) says in numbers: the items it lists, the parts it adds up, a part of a whole.

Careful rather than clever: where a note can be read in two ways, nothing is taken from it.
"""

from __future__ import annotations

import re
from decimal import Decimal

from cchc_xl.reading.citations import CITATION, DAY
from cchc_xl.reading.spellings import WHOLE, number
from cchc_xl.reading.text import composed, folded
from cchc_xl.structs import Struct
from cchc_xl.values import Ratio

_ITEM = re.compile(r"(?:^|(?<=[;.\n:])\s*|(?<=\n)\s*)(?P<mark>[-–•+*]|\d{1,2}[.)])\s+(?=\S)")
_STARTS_WITH_CITATION = re.compile(rf"[-–•+(\s]*(?:Quyết định công bố:\s*)?{CITATION.pattern}")
_FULL_LISTING = re.compile(r"(?:trong đó|gồm có|bao gồm|gồm|cụ thể)\s*[:,]", re.IGNORECASE)
_SOME_OF_IT = re.compile(r"\btrong đó\s+có\b|\btrong đó\b", re.IGNORECASE)
_LABELLED = re.compile(rf":\s*(?P<number>{WHOLE})(?![\d/.,%])")
_LEADING = re.compile(
    rf"(?:^|trong đó|[,;:+(]|\bvà\b|\bcó\b|\bgồm\b)\s*(?:có\s+)?(?P<number>{WHOLE})\s+(?=[^\W\d])", re.IGNORECASE
)
_EQUATION = re.compile(rf"(?P<parts>{WHOLE}(?:\s*\+\s*{WHOLE})+)")
_PAIR = re.compile(
    rf"(?<![\d/.])(?P<part>{WHOLE})(?:\s+(?:[^\W\d]+\s*){{1,8}})?\s*/\s*(?P<whole>{WHOLE})(?![\d/])(?!\.\d)"
)
_PERCENT = re.compile(r"(?<![\d.,])(?P<number>\d+(?:,\d+)?) ?%")
_WORD = re.compile(r"\w+")


class Parts(Struct, frozen=True):
    """The numbers of a note that are parts of the figure; `full` tells that they claim to be all of it."""

    numbers: tuple[Decimal, ...]
    full: bool

    @property
    def total(self) -> Decimal:
        """Their sum."""
        return sum(self.numbers, Decimal(0))


def is_hint(note: str, hint: str) -> bool:
    """Whether a note is still the form's own hint: the same words, whatever the punctuation."""
    wanted = _WORD.findall(folded(hint))
    return bool(wanted) and _WORD.findall(folded(note)) == wanted


def listed_items(note: str) -> int | None:
    """How many things a note lists: marked lines or numbered items, else citations set off by semicolons."""
    text = composed(note)
    marked = len(_ITEM.findall(text))
    if marked >= 2:
        return marked
    pieces = [piece for piece in re.split(r"[;\n]", text) if piece.strip()]
    cited = sum(bool(_STARTS_WITH_CITATION.match(piece)) for piece in pieces)
    return cited if cited and cited == len(pieces) else (marked or None)


def item_texts(note: str) -> list[str]:
    """The text of each listed item; the whole note where it lists none."""
    text = composed(note)
    starts = [match.start() for match in _ITEM.finditer(text)]
    if len(starts) < 2:
        return [text]
    return [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


def parts(note: str) -> Parts | None:
    """The numbers that a note splits the figure into."""
    text = _without_numbers_of_names(composed(note))
    if equation := _EQUATION.search(text):
        return Parts(tuple(map(number, re.findall(WHOLE, equation["parts"]))), full=True)
    listing, some = _FULL_LISTING.search(text), _SOME_OF_IT.search(text)
    if not listing and not some:
        return None
    begin = listing or some
    assert begin is not None
    rest = text[begin.start():]
    labelled = [number(match["number"]) for match in _LABELLED.finditer(rest)]
    found = labelled if len(labelled) >= 2 else [number(match["number"]) for match in _LEADING.finditer(rest)]
    return Parts(tuple(found), full=bool(listing) and len(found) >= 2) if found else None


def pair(note: str) -> Ratio | None:
    """The one “part/whole” of a note: 10.243/10.248 hồ sơ; 01 hồ sơ trực tuyến/316 hồ sơ trực tiếp."""
    text = _without_numbers_of_names(composed(note))
    found = list(_PAIR.finditer(text))
    return Ratio(number(found[0]["part"]), number(found[0]["whole"])) if len(found) == 1 else None


def percentage(note: str) -> Decimal | None:
    """The one percentage that a note states, in the decimals it is stated with."""
    found = _PERCENT.findall(composed(note))
    return Decimal(found[0].replace(",", ".")) if len(found) == 1 else None


_NAMED = "phường|P|quận|khóm|tổ|mức độ|mức|năm|tháng|quý|khoản|điều|điểm|khóa|nhóm|loại|hạng|ngày"
_NAMES = re.compile(rf"\b(?:{_NAMED})\.?\s*\d+(?:\s*(?:,|và)\s*\d+\b(?!\s+[^\W\d]))*", re.IGNORECASE)


def _without_numbers_of_names(text: str) -> str:
    """The text without numbers that count nothing: citations, dates, names of wards, levels and years."""
    text = CITATION.sub(" ", text)
    text = re.sub(r"\b(?:NĐ|TT|QĐ|KH)\s*\d+[\w/.-]*", " ", text)
    text = DAY.sub(" ", text)
    return _NAMES.sub(" ", text)
