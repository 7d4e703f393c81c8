"""The number grammar: what a typed cell means for an indicator of a given kind.

Each way of writing is one `Spelling` in `TEXT_SPELLINGS`: a pattern, the kinds it is for, what it means, and what is
remarked on. The first that matches wins. A new way of writing is one entry here and one row in the cases of the tests.
Nothing ambiguous is resolved: such a cell is unreadable, with a suggestion for a person to decide.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from cchc_xl.form.model import Indicator, Kind
from cchc_xl.reading.cell import Cell
from cchc_xl.reading.text import folded, tidy
from cchc_xl.values import Address, Ratio, Reading, Remark, Status, Value
from cchc_xl.writing.numbers import plain

LARGEST_COUNT = Decimal(10) ** 9
"""No administrative count of a country is larger; a longer number is a slip of the keyboard."""

NOTHING_WORDS = frozenset({"không", "ko", "không có", "k", "-", "–", "—"})
NOTHING_STATED = "không phát sinh"
YES_WORDS = frozenset({"có", "co", "yes"})
NO_WORDS = frozenset({"không", "ko", "không có", "chưa", "no"})
TICKS = frozenset({"x", "✓", "✔", "v"})
LOOK_ALIKE = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1"})

COUNT, DECIMAL, RATIO = Kind.COUNT, Kind.DECIMAL, Kind.RATIO
NUMERIC = frozenset({COUNT, DECIMAL})


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a spelling means: a value or none, and the remark that goes with it."""

    value: Value | None
    remark: Remark | None = None
    status: Status = Status.VALUE


Interpreter = Callable[[re.Match[str]], Meaning]


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way of writing: the whole of the tidied text must match."""

    name: str
    kinds: frozenset[Kind]
    pattern: re.Pattern[str]
    meaning: Interpreter


def read(cell: Cell, indicator: Indicator, address: Address) -> Reading:
    """What a cell says for an indicator, with remarks on how it is written or on a value out of range."""
    meaning = _meaning(cell, indicator)
    remarks = [meaning.remark] if meaning.remark else []
    if cell.formula and not cell.error:
        remarks.append(_remark("formula_typed", "warning", "ô nhập chứa công thức; gõ thẳng con số."))
    if meaning.status is Status.VALUE and (out := _out_of_range(meaning.value, indicator)):
        return Reading(Status.UNREADABLE, None, cell.raw, address, (*remarks, out))
    native = meaning.value is None or meaning.value == cell.value
    return Reading(meaning.status, meaning.value, cell.raw, address, tuple(remarks), native)


def _meaning(cell: Cell, indicator: Indicator) -> Meaning:
    if cell.error:
        return _unreadable("error_value", f"ô báo lỗi {cell.error}; xóa và gõ lại con số.")
    if cell.empty:
        if cell.formula:
            return _unreadable("no_result", "ô chứa công thức chưa có kết quả; gõ thẳng con số.")
        return Meaning(None, status=Status.BLANK)
    if indicator.asked is Kind.TEXT:
        text = tidy(cell.raw)
        return Meaning(text) if text else Meaning(None, status=Status.BLANK)
    if isinstance(cell.value, bool):
        return _of_bool(cell.value, indicator)
    if isinstance(cell.value, Decimal):
        return _of_number(cell, cell.value, indicator)
    return _of_text(cell.raw, indicator)


def _of_bool(value: bool, indicator: Indicator) -> Meaning:
    if indicator.asked is Kind.YES_NO:
        code = Decimal(int(value))
        return Meaning(code, _remark("boolean", "info", f"ô ghi {value!s}".upper() + f"; đọc là {code}.", str(code)))
    return _unreadable("boolean", "ô ghi TRUE/FALSE, không phải là số; gõ lại con số.")


def _of_number(cell: Cell, value: Decimal, indicator: Indicator) -> Meaning:
    kind = indicator.asked
    if cell.is_date:
        pair = f"{cell.date.day}/{cell.date.month}"
        ask = f"; nếu định ghi {pair}, gõ '{pair} (có dấu nháy đơn ở đầu)." if kind is RATIO else "; gõ lại con số."
        return _unreadable("date", f"Excel đã đổi ô này thành ngày {cell.raw}{ask}", pair)
    if kind is RATIO:
        return _unreadable("not_a_ratio", f"ô ghi {cell.raw}; cần dạng tử số/mẫu số, ví dụ 24/24.")
    if cell.is_percent:
        return _of_percent_format(value, kind)
    if kind is COUNT and value != value.to_integral_value():
        return _fractional_count(value)
    if kind is Kind.CHOICE and plain(value) not in indicator.choices:
        return _unknown_choice(plain(value), indicator)
    if kind is Kind.YES_NO and value not in (0, 1):
        return _unreadable("not_yes_no", f"ô ghi {cell.raw}; chỉ nhận 1 (có) hoặc 0 (không).")
    return Meaning(value)


def _of_percent_format(value: Decimal, kind: Kind) -> Meaning:
    shown = value * 100
    if kind is DECIMAL:
        note = f"ô có định dạng phần trăm; đọc là {plain(shown)}."
        return Meaning(shown, _remark("percent_format", "info", note, plain(shown)))
    return _unreadable("percent_in_count", f"ô ghi {plain(shown)}%, ở đây cần một con số, không phải tỷ lệ.")


def _fractional_count(value: Decimal) -> Meaning:
    """10.248 typed in an English Excel arrives as 10,248; 34.870 arrives as 34,87."""
    thousands = value * 1000
    if 0 < value < 1000 and thousands == thousands.to_integral_value():
        typed = plain(thousands)
        message = f"ô chứa số lẻ {plain(value)}; có thể Excel đã hiểu dấu chấm hàng nghìn là dấu thập phân. "
        return _unreadable("english_thousands", f"{message}Nếu là {typed} thì gõ {thousands:f}.", f"{thousands:f}")
    return _unreadable("fractional_count", f"ô chứa số lẻ {plain(value)}; chỉ tiêu này đếm số nguyên.")


def _of_text(raw: str, indicator: Indicator) -> Meaning:
    text = tidy(raw)
    if not text:
        return Meaning(None, status=Status.BLANK)
    if indicator.asked is Kind.YES_NO:
        return _yes_or_no(text)
    if indicator.asked is Kind.CHOICE:
        return _choice(text, indicator)
    for spelling in TEXT_SPELLINGS:
        if indicator.asked in spelling.kinds and (match := spelling.pattern.fullmatch(text)):
            return spelling.meaning(match)
    return _look_alike(text) or _unreadable("not_a_number", f"ô ghi “{_short(text)}”, không đọc được thành số.")


def _yes_or_no(text: str) -> Meaning:
    word = folded(text)
    if word in ("0", "1"):
        return Meaning(Decimal(word), _as_text(word))
    if word in YES_WORDS or word in NO_WORDS:
        code = int(word in YES_WORDS)
        return Meaning(Decimal(code), _remark("word", "info", f"ô ghi “{text}”; đọc là {code}.", str(code)))
    if word in TICKS:
        return Meaning(Decimal(1), _remark("tick", "warning", f"ô ghi “{text}”; đọc là 1 (có). Gõ 1 hoặc 0.", "1"))
    return _unreadable("not_yes_no", f"ô ghi “{_short(text)}”; chỉ nhận 1 (có) hoặc 0 (không).")


def _choice(text: str, indicator: Indicator) -> Meaning:
    for code, label in indicator.choices.items():
        if text == code:
            return Meaning(Decimal(code), _as_text(code))
        if folded(text) == folded(label):
            return Meaning(Decimal(code), _remark("word", "info", f"ô ghi “{text}”; đọc là {code}.", code))
    return _unknown_choice(text, indicator)


def _unknown_choice(text: str, indicator: Indicator) -> Meaning:
    known = "; ".join(f"{code} = {label}" for code, label in indicator.choices.items())
    return _unreadable("unknown_choice", f"ô ghi “{_short(text)}”; chỉ nhận {known}.")


def _look_alike(text: str) -> Meaning | None:
    """Letters that look like digits, or digits of another width: suggested, never taken."""
    mended = unicodedata.normalize("NFKC", text).translate(LOOK_ALIKE)
    if mended != text and re.fullmatch(r"\d{1,3}(\.\d{3})+|\d+", mended):
        number = mended.replace(".", "")
        return _unreadable("look_alike", f"ô ghi “{text}” có chữ giống chữ số; nếu là {number} thì gõ lại.", number)
    return None


def _out_of_range(value: Value | None, indicator: Indicator) -> Remark | None:
    if isinstance(value, Ratio):
        return _ratio_out_of_range(value)
    if not isinstance(value, Decimal) or indicator.asked not in NUMERIC:
        return None
    if value < indicator.min:
        return _remark("too_small", "error", f"ô ghi {plain(value)}, nhỏ hơn mức thấp nhất {plain(indicator.min)}.")
    largest = indicator.max if indicator.max is not None else LARGEST_COUNT
    if value > largest:
        return _remark("too_large", "error", f"ô ghi {plain(value)}, lớn hơn mức cao nhất {plain(largest)}.")
    return None


def _ratio_out_of_range(value: Ratio) -> Remark | None:
    if value.part > value.whole:
        shown = f"{plain(value.part)}/{plain(value.whole)}"
        over = plain(value.part - value.whole)
        return _remark("part_over_whole", "error", f"ô ghi {shown}: tử số vượt mẫu số {over}; xem lại hai số.")
    return None


def _remark(code: str, severity: str, message: str, suggestion: str = "") -> Remark:
    return Remark(code, severity, message, suggestion)


def _unreadable(code: str, message: str, suggestion: str = "") -> Meaning:
    return Meaning(None, _remark(code, "error", message, suggestion), Status.UNREADABLE)


def _as_text(number: str) -> Remark:
    return _remark("text_number", "info", f"số {number} lưu dạng chữ; đã đọc là {number}.", number)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def _number(text: str) -> Decimal:
    """1.130 and 1.130,5 as written in Vietnamese."""
    return Decimal(text.replace(".", "").replace(",", "."))


def _text_number(match: re.Match[str]) -> Meaning:
    value = _number(match[0])
    return Meaning(value, _as_text(plain(value)))


def _with_tail(match: re.Match[str]) -> Meaning:
    value = _number(match["number"])
    message = f"ô ghi “{_short(match[0])}”; đọc là {plain(value)}. Chỉ gõ con số, chữ chuyển sang cột Ghi chú."
    return Meaning(value, _remark("tail", "warning", message, f"{value:f}"))


def _nothing(match: re.Match[str]) -> Meaning:
    message = f"ô ghi “{match[0]}”; gõ 0 nếu đã thống kê và bằng không, gõ “{NOTHING_STATED}” nếu kỳ này không có việc."
    return Meaning(Decimal(0), _remark("nothing_word", "warning", message, "0"), Status.NOTHING)


def _stated_nothing(_match: re.Match[str]) -> Meaning:
    return Meaning(Decimal(0), status=Status.NOTHING)


def _ratio(match: re.Match[str]) -> Meaning:
    return Meaning(Ratio(_number(match["part"]), _number(match["whole"])))


def _decimal_point(match: re.Match[str]) -> Meaning:
    value = Decimal(match[0])
    message = f"ô ghi “{match[0]}”; đọc là {plain(value)}. Dùng dấu phẩy cho phần thập phân."
    return Meaning(value, _remark("decimal_point", "warning", message, plain(value)))


def _percent_text(match: re.Match[str]) -> Meaning:
    value = Decimal(match["number"].replace(",", "."))
    message = f"ô ghi “{match[0]}”; đọc là {plain(value)}. Không gõ dấu %."
    return Meaning(value, _remark("percent_text", "info", message, plain(value)))


def _refuse(code: str, message: str) -> Interpreter:
    return lambda match: _unreadable(code, f"ô ghi “{_short(match[0])}”; {message}")


def _refuse_suggesting_digits(code: str, message: str) -> Interpreter:
    def meaning(match: re.Match[str]) -> Meaning:
        digits = re.sub(r"\D", "", match[0])
        return _unreadable(code, f"ô ghi “{match[0]}”; {message} Nếu là {plain(Decimal(digits))} thì gõ {digits}.", digits)

    return meaning


def _spelling(name: str, kinds: frozenset[Kind], pattern: str, meaning: Interpreter) -> Spelling:
    return Spelling(name, kinds, re.compile(pattern, re.IGNORECASE), meaning)


_ANY_NUMERIC = NUMERIC | {RATIO}
_ONLY_COUNT = frozenset({COUNT})
_ONLY_DECIMAL = frozenset({DECIMAL})

TEXT_SPELLINGS: tuple[Spelling, ...] = (
    _spelling("nothing_stated", NUMERIC, NOTHING_STATED, _stated_nothing),
    _spelling("nothing_word", NUMERIC, "|".join(map(re.escape, sorted(NOTHING_WORDS))), _nothing),
    _spelling("thousands", NUMERIC, r"[1-9]\d{0,2}(\.\d{3})+", _text_number),
    _spelling("thousands_decimal", _ONLY_DECIMAL, r"[1-9]\d{0,2}(\.\d{3})+,\d+", _text_number),
    _spelling("digits", NUMERIC, r"\d+", _text_number),
    _spelling("decimal_comma", _ONLY_DECIMAL, r"\d+,\d+", _text_number),
    _spelling("decimal_point", _ONLY_DECIMAL, r"\d+\.\d{1,2}", _decimal_point),
    _spelling("percent_text", _ONLY_DECIMAL, r"(?P<number>\d+(?:,\d+)?) ?%", _percent_text),
    _spelling("comma_thousands", _ONLY_COUNT, r"[1-9]\d{0,2}(,\d{3})+",
              _refuse_suggesting_digits("comma_thousands", "dấu phẩy là dấu thập phân.")),
    _spelling("fraction", _ONLY_COUNT, r"\d+[.,]\d+", _refuse("fractional_count", "chỉ tiêu này đếm số nguyên.")),
    _spelling("negative", _ANY_NUMERIC, r"[-−–]\s?\d[\d.,]*", _refuse("too_small", "không nhận số âm.")),
    _spelling("ratio", frozenset({RATIO}), r"(?P<part>\d+|[1-9]\d{0,2}(?:\.\d{3})+) ?/ ?(?P<whole>\d+|[1-9]\d{0,2}(?:\.\d{3})+)",
              _ratio),
    _spelling("ratio_in_count", NUMERIC, r"\d[\d.]* ?/ ?\d[\d.]*",
              _refuse("ratio_in_count", "ở đây cần một con số, không phải dạng a/b.")),
    _spelling("percent_in_count", _ONLY_COUNT, r"\d[\d.,]* ?%",
              _refuse("percent_in_count", "ở đây cần một con số, không phải tỷ lệ.")),
    _spelling("tail", NUMERIC, r"(?:≈|~|khoảng|gần)? ?(?P<number>\d+|[1-9]\d{0,2}(?:\.\d{3})+) ?(?![\d.,/%])[^\d]*", _with_tail),
)
