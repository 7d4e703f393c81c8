"""What a line of a printed table probably asks: its kind, how it adds up, at which level it is reported.

Each proposal says how sure it is, from 0 to 1. What is certain needs nobody; what is doubtful is shown; below `ASKED`
nothing is proposed and people are asked.
"""

from __future__ import annotations

import re

from cchc_xl.drafting.outline import Line
from cchc_xl.reconcile.stated_counts import LEVELS
from cchc_xl.schema.model_kinds import Kind, Total
from cchc_xl.structs import Struct
from cchc_xl.typed_text import folded

CERTAIN, ASKED = 0.9, 0.5
"""From the first on a proposal needs no look; below the second it is a question."""


class Proposal(Struct, frozen=True):
    """What a cell should say, how sure that is, and why."""

    text: str
    sure: float = 1.0
    why: str = ""


def _any(*words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(folded(word) for word in words)})(?!\w)")


OPTION = re.compile(r"([^=\d;,/()]+?)\s*[=:]\s*(\d+)(?!\S*\d)")
YES = re.compile(rf"{folded('có')}|{folded('đã')}\b.*|{folded('đạt')}|x")
NO = re.compile(rf"(?:{folded('không')}|{folded('chưa')})\b.*")
PAIR_NOTE = re.compile(rf"{folded('số')}.*/\s*{folded('tổng')}")
PAIR = re.compile(r"\d[\d.]*\s*/\s*\d[\d.]*")
COUNTS = re.compile(rf"(?:{folded('tổng')} )?{folded('số')}\b(?! {folded('liệu')})|{folded('tổng cộng')}")
RATE = _any("tỷ lệ", "tỉ lệ")
DECIMAL = _any("điểm", "km", "ha", "m2", "tấn")
MONEY = _any("đồng", "đ")
MEAN = _any("bình quân", "trung bình")
SCORE = _any("điểm", "chỉ số", "km", "ha", "m2", "tấn")
WORDS = _any("ghi rõ", "nếu có", "nêu", "liệt kê", "hình thức", "nội dung", "nguyên nhân", "kiến nghị", "tên", "khác")
ASKS = re.compile(rf"{folded('có')}\b")
LOWER = _any("cấp xã", "cấp phường", "các xã", "các phường", "ubnd xã", "ubnd phường", "xã, phường", "phường, xã",
             "phường, thị trấn", "từng xã", "từng phường", "cấp cơ sở")
LOWER_OFFICE = re.compile(
    rf"{COUNTS.pattern.split('|')[0]}(?: {folded('lượng')})?(?: {folded('các')})? ?"
    rf"(?:{folded('đơn vị')}|ubnd|{folded('cơ quan')})? ?(?:{folded('cấp xã')}|{folded('cấp phường')}|"
    rf"{folded('phường')}|{folded('xã')})\b"
)
VISITED = _any("được kiểm tra", "đã kiểm tra", "được thanh tra", "đã thanh tra", "được đánh giá", "được xếp loại",
               "xếp loại", "đạt", "được công nhận")
LISTED = _any("tthc áp dụng", "thủ tục áp dụng", "tthc thuộc thẩm quyền", "thủ tục hành chính thuộc thẩm quyền",
              "tthc thực hiện tại", "danh mục")
ALL_YES = _any("đến ubnd cấp xã", "tới ubnd cấp xã", "đến cấp xã", "100% ubnd cấp xã", "tất cả")


def options_of(line: Line) -> dict[str, str]:
    """The answers to choose from, by their number: Có = 1 Không = 0."""
    for text in (line.row.unit, line.row.note, line.label):
        found = {number: word.strip(" -:") for word, number in OPTION.findall(text)}
        if len(found) > 1:
            return found
    return {}


def kind_of(line: Line) -> Proposal:
    """The kind of a figure."""
    options, unit, words = options_of(line), folded(line.row.unit), line.words
    if options:
        meant = folded(options.get("1", "")), folded(options.get("0", ""))
        yes_no = len(options) == 2 and YES.fullmatch(meant[0]) and NO.fullmatch(meant[1])
        kind = Kind.YES_NO if yes_no else Kind.CHOICE
        return Proposal(kind, 0.97, f"đơn vị tính cho chọn: {'; '.join(f'{v} = {k}' for k, v in options.items())}")
    if PAIR_NOTE.search(folded(line.row.note)) and not RATE.search(words) and unit != "%":
        return Proposal(Kind.RATIO, 0.9, "ghi chú hỏi số đã làm trên tổng số")
    if any(PAIR.fullmatch(each) for each in line.row.figures):
        return Proposal(Kind.RATIO, 0.9, "số liệu in dạng 24/24")
    if "%" in unit or RATE.match(words):
        return Proposal(Kind.PERCENT, 0.97 if "%" in unit else 0.85, "đơn vị tính %" if "%" in unit else "tên là tỷ lệ")
    if unit in (folded("có/không"), folded("x"), folded("có, không")):
        return Proposal(Kind.YES_NO, 0.95, "đơn vị tính Có/Không")
    measured = not unit or DECIMAL.fullmatch(unit)
    scored = measured and not COUNTS.match(words) and SCORE.match(unit or words)
    if MEAN.search(words) or MONEY.search(unit) or scored:
        return Proposal(Kind.DECIMAL, 0.8, "điểm, tiền hoặc số bình quân")
    return _without_hint(line, unit)


def _without_hint(line: Line, unit: str) -> Proposal:
    words = line.words
    if ASKS.match(words):
        return Proposal(Kind.YES_NO, 0.65, "tên là câu hỏi có hay không")
    if unit:
        return Proposal(Kind.COUNT, 0.95, "đơn vị tính là thứ đếm được")
    if COUNTS.match(words):
        return Proposal(Kind.COUNT, 0.85, "tên là một số đếm")
    if line.whole is not None and line.whole.row.unit != "%":
        return Proposal(Kind.COUNT, 0.8, "dòng thành phần của một số đếm")
    if WORDS.search(folded(line.row.note)) or WORDS.search(words):
        return Proposal(Kind.TEXT, 0.8, "hỏi bằng lời")
    return Proposal(Kind.TEXT, 0.4, "không có đơn vị tính")


class Reported(Struct, frozen=True):
    """How a line adds up, and whether the lower level reports it."""

    total: Proposal
    lower: bool
    counted: bool = False
    """Whether each unit answers yes or no and those saying yes are counted."""


def reported(line: Line, kind: Kind) -> Reported:
    """How a figure is reported, as far as its words tell."""
    words = line.words
    lower = _speaks_of_lower(line)
    if kind is Kind.PERCENT:
        return Reported(Proposal(Total.RATIO, 0.98, "tỷ lệ tính từ hai số"), lower)
    if kind is Kind.TEXT:
        return Reported(Proposal(Total.NONE, 0.95, "lời của các đơn vị được nối lại"), False)
    if not lower:
        return Reported(Proposal(Total.CITY, 0.8, "không nhắc cấp dưới"), False)
    if kind is Kind.COUNT and LOWER_OFFICE.match(words):
        if VISITED.search(words):
            return Reported(Proposal(Total.CITY, 0.7, "cấp trên đếm các đơn vị cấp dưới"), False)
        return Reported(Proposal(Total.COUNT_YES, 0.75, "đếm đơn vị cấp dưới đã làm"), True, counted=True)
    if kind is Kind.YES_NO:
        yes = Total.ALL_YES if ALL_YES.search(words) else Total.COUNT_YES
        return Reported(Proposal(yes, 0.6, "mỗi đơn vị cấp dưới trả lời có hay không"), True)
    if kind is Kind.COUNT and LISTED.search(words):
        return Reported(Proposal(Total.SAME, 0.65, "danh mục chung của cấp dưới"), True)
    if kind in (Kind.COUNT, Kind.DECIMAL):
        return Reported(Proposal(Total.SUM, 0.7, "số của cấp dưới"), True)
    return Reported(Proposal(Total.CITY, 0.6, "một nơi trả lời"), False)


BOTH = _any("cấp huyện và cấp xã", "cấp tỉnh và cấp xã", "trở lên", "chuyển thành")


def _speaks_of_lower(line: Line) -> bool:
    """Whether the words speak of the lower level as the one that does what is counted."""
    upper, lower = LEVELS
    words = line.words
    return bool(LOWER.search(words)) and not (
        BOTH.search(words) or (any(map(words.count, upper)) and not any(map(words.count, lower)))
    )
