"""What a line of a printed table probably asks: its kind, how it adds up, at which level it is reported.

Each proposal says how sure it is, from 0 to 1. What is certain needs nobody; what is doubtful is shown; below `ASKED`
nothing is proposed and people are asked.
"""

from __future__ import annotations

import re

from cchc_xl.drafting.outline import Line
from cchc_xl.schema.model_kinds import Kind
from cchc_xl.structs import Struct
from cchc_xl.typed_text import folded

CERTAIN, ASKED = 0.9, 0.5
"""From the first on a proposal needs no look; below the second it is a question."""


class Proposal(Struct, frozen=True):
    """What a cell should say, how sure that is, and why."""

    text: str
    sure: float = 1.0
    why: str = ""
    asked: bool = False
    """Whether people must answer, whatever is proposed meanwhile."""


def any_of(*words: str) -> re.Pattern[str]:
    """A pattern of whole words, folded."""
    return re.compile(rf"\b(?:{'|'.join(folded(word) for word in words)})(?!\w)")


OPTION = re.compile(r"([^=\d;,/()]+?)\s*[=:]\s*(\d+)(?!\S*\d)")
YES = re.compile(rf"{folded('có')}|{folded('đã')}\b.*|{folded('đạt')}|x")
NO = re.compile(rf"(?:{folded('không')}|{folded('chưa')})\b.*")
PAIR_NOTE = re.compile(rf"{folded('số')}.*/\s*{folded('tổng')}")
PAIR = re.compile(r"\d[\d.]*\s*/\s*\d[\d.]*")
COUNTS = re.compile(rf"(?:{folded('tổng')} )?{folded('số')}\b(?! {folded('liệu')})|{folded('tổng cộng')}")
RATE = any_of("tỷ lệ", "tỉ lệ")
DECIMAL = any_of("điểm", "km", "ha", "m2", "tấn")
MONEY = any_of("đồng", "đ")
ROUNDED = any_of("số lẻ", "số thập phân", "làm tròn")
MEAN = any_of("bình quân", "trung bình")
SCORE = any_of("điểm", "chỉ số", "km", "ha", "m2", "tấn")
WORDS = any_of("ghi rõ", "nếu có", "nêu", "liệt kê", "hình thức", "nội dung", "nguyên nhân", "kiến nghị", "tên", "khác")
TICKED = re.compile(rf"{folded('có')}\s*[/,]\s*{folded('không')}|x|{folded('đánh dấu')}.*")
_IN_LABEL = re.compile(r"\(([^()\d]{1,30})\)[\s.:]*$")
ASKS = re.compile(rf"{folded('có')}\b")


def options_of(line: Line) -> dict[str, str]:
    """The answers to choose from, by their number: Có = 1 Không = 0."""
    for text in (line.row.unit, line.row.note, line.label):
        found = {number: word.strip(" -:") for word, number in OPTION.findall(text)}
        if len(found) > 1:
            return found
    return {}


def stated_unit(label: str) -> str:
    """The unit that a label ends with: Kinh phí đào tạo (triệu đồng)."""
    found = _IN_LABEL.search(label)
    said = found[1].strip() if found else ""
    return "" if WORDS.search(folded(said)) and not TICKED.fullmatch(folded(said)) else said


def kind_of(line: Line) -> Proposal:
    """The kind of a figure."""
    options, words = options_of(line), line.words
    unit = folded(line.row.unit or stated_unit(line.label))
    if options:
        meant = folded(options.get("1", "")), folded(options.get("0", ""))
        yes_no = len(options) == 2 and YES.fullmatch(meant[0]) and NO.fullmatch(meant[1])
        kind = Kind.YES_NO if yes_no else Kind.CHOICE
        return Proposal(kind, 0.97, f"đơn vị tính cho chọn: {'; '.join(f'{v} = {k}' for k, v in options.items())}")
    if PAIR_NOTE.search(folded(line.row.note)) and not RATE.search(words) and unit != "%":
        return Proposal(Kind.RATIO, 0.9, "ghi chú hỏi số đã làm trên tổng số")
    if PAIR_NOTE.search(words) and not RATE.search(words):
        return Proposal(Kind.RATIO, 0.8, "tên là số đã làm trên tổng số")
    if any(PAIR.fullmatch(each) for each in line.row.figures):
        return Proposal(Kind.RATIO, 0.9, "số liệu in dạng 24/24")
    if "%" in unit or RATE.match(words):
        return Proposal(Kind.PERCENT, 0.97 if "%" in unit else 0.85, "đơn vị tính %" if "%" in unit else "tên là tỷ lệ")
    if TICKED.fullmatch(unit):
        return Proposal(Kind.YES_NO, 0.95, "đơn vị tính Có/Không")
    counted = COUNTS.match(words) and not MEAN.search(words.partition("(")[0])
    measured = not unit or DECIMAL.fullmatch(unit)
    scored = measured and SCORE.match(unit or words)
    if MONEY.search(unit) or ROUNDED.search(folded(line.row.note)) or (not counted and (MEAN.search(words) or scored)):
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
    if line.whole is not None and (whole := kind_of(line.whole)).text in (Kind.COUNT, Kind.DECIMAL):
        return Proposal(whole.text, 0.8, "dòng thành phần của một số")
    if WORDS.search(folded(line.row.note)) or WORDS.search(words):
        return Proposal(Kind.TEXT, 0.8, "hỏi bằng lời")
    return Proposal(Kind.TEXT, 0.4, "không có đơn vị tính")
