"""Who reports a line of a printed table, and how its figure adds up, as far as the words of the line and of those above
it tell: the office itself, or those below it. Where nothing tells, people are asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cchc_xl.drafting.outline import Line
from cchc_xl.drafting.proposals import Proposal, any_of
from cchc_xl.schema.model_kinds import Kind, Total
from cchc_xl.structs import Struct
from cchc_xl.typed_text import folded


def _spelled(pattern: str) -> str:
    """A pattern in the spelling of folded words."""
    return re.sub(r"[^\W\d_]+(?: [^\W\d_]+)*", lambda found: folded(found[0]), pattern)


_LOWER = _spelled(r"\b(?:phường|(?<!thị )(?<!hợp tác )xã(?! hội)|thị trấn|đặc khu|cấp cơ sở)(?!\w)")
_UPPER = _spelled(
    r"\b(?:(?<!cơ )(?<!trụ )sở|phòng ban|phòng chuyên môn|cơ quan chuyên môn|thành phố|tỉnh|huyện|thị xã)(?!\w)"
)
_AND = _spelled(r"(?:,| và)(?: (?:các|cấp|ubnd))* ")
LOWER, UPPER = re.compile(_LOWER), re.compile(_UPPER)
"""Words for those below the office, and for the office and those above it. "Xã hội" is none."""

BOTH = re.compile(
    rf"{_UPPER}[^.;:]{{,30}}?{_AND}{_LOWER}|{_LOWER}{_AND}{_UPPER}|{_spelled('(?:huyện|tỉnh) trở lên|chuyển thành')}"
)
"""Both together, or what goes from one to the other: only the office can count it."""

WITHIN = any_of("thôn", "ấp", "khóm", "khu phố", "tổ dân phố", "khu dân cư", "khai sinh", "khai tử")
"""What only those below have or do."""

LOWER_OFFICE = re.compile(
    rf"(?:{_spelled('trong đó')}:? )?(?:{_spelled('(?:(?:tổng )?số(?: lượng)?|tỷ lệ)')}(?: %)? )?"
    rf"{_spelled('(?:(?:các|đơn vị|hành chính|cơ quan|ubnd|cấp) )*')}{_LOWER}(?:, {_LOWER})*(?!:)"
)
"""What is counted are those below themselves."""

ALL_OF_THEM = re.compile(_spelled(r"(?: (?:thuộc|trực thuộc|của|trên địa bàn|hiện có)\b.*)?"))
CHECKED = any_of("kiểm tra", "thanh tra", "giám sát")
VISITED = any_of("kiểm tra", "thanh tra", "giám sát", "đánh giá", "xếp loại", "đạt", "công nhận", "khen thưởng")
BY_ITSELF = any_of("tự kiểm tra", "tự đánh giá", "đánh giá nội bộ")
ABOVE = any_of("chỉ số", "xếp hạng", "tinh giản", "tuyển dụng", "ngạch", "điều động", "luân chuyển", "được giao",
               "được công bố", "được thông báo", "được phê duyệt", "đơn giản hóa")
"""What others decide of those below: offices are visited and judged, people and procedures approved."""

PROCEDURES = re.compile(_spelled(r"(?:tổng )?số(?: lượng)? (?:tthc|thủ tục)"))
ALL_YES = any_of("đến ubnd cấp xã", "tới ubnd cấp xã", "đến cấp xã", "100% ubnd cấp xã", "tất cả")


NOT_SAID = "bản in không nói ai báo cáo"


class Reported(Struct, frozen=True):
    """How a line adds up, and whether the lower level reports it."""

    total: Proposal
    lower: bool
    counted: bool = False
    """Whether each unit answers yes or no and those saying yes are counted."""

    asked: bool = False
    """Whether nothing tells who reports."""


def reported(line: Line, kind: Kind) -> Reported:
    """How a figure is reported, as far as its words tell."""
    lower, offices = _is_of_lower(line), LOWER_OFFICE.match(line.words)
    if kind is Kind.PERCENT:
        return Reported(Proposal(Total.RATIO, 0.98, "tỷ lệ tính từ hai số"), lower, asked=not lower)
    if kind is Kind.TEXT:
        return Reported(Proposal(Total.NONE, 0.95, "lời của các đơn vị được nối lại"), False, asked=True)
    if lower and offices and kind is Kind.COUNT:
        if ALL_OF_THEM.fullmatch(line.words[offices.end() :]):
            return Reported(Proposal(Total.UNITS, 0.7, "số các đơn vị cấp dưới"), True)
        return Reported(Proposal(Total.COUNT_YES, 0.75, "đếm đơn vị cấp dưới đã làm"), True, counted=True)
    if lower and kind is Kind.YES_NO:
        yes = Total.ALL_YES if ALL_YES.search(line.words) else Total.COUNT_YES
        return Reported(Proposal(yes, 0.6, "mỗi đơn vị cấp dưới trả lời có hay không"), True)
    if lower and kind is Kind.COUNT and PROCEDURES.match(line.words):
        return Reported(Proposal(Total.SAME, 0.65, "danh mục chung của cấp dưới"), True)
    if lower and kind in (Kind.COUNT, Kind.DECIMAL):
        return Reported(Proposal(Total.SUM, 0.7, "số của cấp dưới"), True)
    said = LOWER.search(line.words)
    why = "cấp trên quyết định, theo dõi việc này" if said else NOT_SAID
    return Reported(Proposal(Total.CITY, 0.7, why), False, asked=not said)


def _is_of_lower(line: Line) -> bool:
    """Whether the words speak of the lower level as the one that does what is counted: those of the line, else of what
    it is a part of, else of the groups it stands in."""
    for words in _above(line):
        if BOTH.search(words) or (LOWER.search(words) and ABOVE.search(line.words)):
            return False
        if LOWER.search(words) or WITHIN.search(words):
            return not _visited(line, words)
        if UPPER.search(words):
            return False
    return False


def _visited(line: Line, words: str) -> bool:
    """Whether those below are visited or judged by others, as these words and what the line is a part of say."""
    if words not in (line.words, line.whole.words if line.whole else ""):
        return bool(CHECKED.search(words))
    said = f"{words} {line.whole.words if line.whole else ''}"
    return bool(LOWER_OFFICE.match(words) and VISITED.search(said) and not BY_ITSELF.search(words))


def _above(line: Line) -> Iterator[str]:
    yield line.words
    if line.whole:
        yield line.whole.words
    above = line.parent
    while above:
        yield above.words
        yield above.about
        above = above.parent


def lower_says(title: str) -> bool:
    """Whether a table is one of the lower level, as its title says."""
    return bool(LOWER.search(folded(title))) and not BOTH.search(folded(title))
