"""The number grammar: what a typed cell means for an indicator of a given kind.

Numbers, dates and booleans are judged here; text by `spellings`.
Nothing ambiguous is resolved: such a cell is unreadable, with a suggestion for a person to decide.
"""

from __future__ import annotations

import unicodedata
from decimal import Decimal

from cchc_xl.reading import spellings
from cchc_xl.reading.raw_cell import Cell, is_legacy
from cchc_xl.reading.spellings import BLANK, FRACTIONAL, NUMERIC, Meaning, interpret, remark, short, typed, unreadable
from cchc_xl.reading.text_facts import day, likely_day
from cchc_xl.schema.form_model import Indicator
from cchc_xl.schema.model_kinds import Kind
from cchc_xl.typed_text import tidy, tidy_lines
from cchc_xl.values import Address, Ratio, Reading, Remark, Status, Value
from cchc_xl.writing.vietnamese_numbers import plain

__all__ = ["LARGEST", "read"]

LARGEST = Decimal(10) ** 9
"""No administrative figure of a country is larger; a longer number is a slip of the keyboard."""

HUNDRED = Decimal(100)
FIRST_LIKELY_DATE = 20000
"""Serial number of a day in 1954: a smaller number in a date format was typed as a number."""

LOOK_ALIKE = str.maketrans("OoQlI|ZSsBОоΟοІЗ，．／", "0001112558000013,./")
"""Latin, Cyrillic and Greek letters and wide signs that pass for digits and separators."""

TRUTHS = {"TRUE()": True, "FALSE()": False}
"""What LibreOffice makes of a typed truth value."""

_DIGIT_LIKE = frozenset(map(chr, LOOK_ALIKE)).union(".,/")


def read(cell: Cell, indicator: Indicator, address: Address) -> Reading:
    """What a cell says for an indicator, with remarks on how it is written or on a value out of range."""
    if cell.formula.upper() in TRUTHS:
        cell = Cell(TRUTHS[cell.formula.upper()])
    meaning = _meaning(cell, indicator)
    typed_over = _typed_formula(cell, meaning)
    if meaning.status is Status.VALUE and (out := _out_of_range(meaning.value, indicator)):
        return Reading(Status.UNREADABLE, None, cell.raw, address, (*typed_over, out))
    remarks = (*typed_over, meaning.remark) if meaning.remark else typed_over
    native = meaning.value is None or meaning.value == cell.value
    return Reading(meaning.status, meaning.value, cell.raw, address, remarks, native)


def _typed_formula(cell: Cell, meaning: Meaning) -> tuple[Remark, ...]:
    if not cell.formula or cell.error or cell.empty:
        return ()
    known = typed(meaning.value) if isinstance(meaning.value, Decimal) else ""
    return (remark("formula_typed", "ô nhập chứa công thức; gõ thẳng con số.", known),)


def _meaning(cell: Cell, indicator: Indicator) -> Meaning:
    if cell.error:
        return unreadable("error_value", f"ô báo lỗi {cell.error}; xóa và gõ lại con số.")
    if cell.empty:
        return unreadable("no_result", "ô chứa công thức chưa có kết quả; gõ thẳng con số.") if cell.formula else BLANK
    if indicator.asked is Kind.TEXT:
        return _of_words(cell.raw, cell.font)
    if indicator.asked is Kind.DATE:
        return _of_day(cell)
    if isinstance(cell.value, bool):
        return _of_bool(cell.value, indicator)
    if isinstance(cell.value, Decimal):
        return _of_number(cell, indicator)
    if is_legacy(cell.raw, cell.font):
        return _of_old_font(cell.raw)
    return _of_text(cell.raw, indicator)


def _of_old_font(raw: str) -> Meaning:
    """Có in .VnTime is cã to the computer: whatever it looks like, nobody can be sure of it."""
    message = (
        f"ô ghi “{short(raw)}” theo bảng mã cũ (TCVN3 hoặc VNI), không đọc được; "
        "chọn bảng mã Unicode trong bộ gõ rồi gõ lại."
    )
    return unreadable("legacy_font", message)


def _of_words(raw: str, font: str) -> Meaning:
    text = tidy_lines(raw)
    if is_legacy(text, font):
        message = f"ô ghi “{short(text)}” theo bảng mã cũ (TCVN3 hoặc VNI); chuyển sang Unicode rồi dán lại."
        return Meaning(text, remark("legacy_font", message))
    return Meaning(text) if text else BLANK


def _of_day(cell: Cell) -> Meaning:
    """A day as a text, so that no spreadsheet changes day and month."""
    found = cell.date if cell.is_date else day(tidy(cell.raw))
    if found is None:
        message = f"ô ghi “{short(cell.raw)}”, không phải ngày; gõ ngày/tháng/năm, ví dụ 05/4/2026."
        likely = likely_day(tidy(cell.raw))
        return unreadable("not_a_day", message, f"{likely:%d/%m/%Y}" if likely else "")
    return Meaning(f"{found:%d/%m/%Y}")


def _of_bool(value: bool, indicator: Indicator) -> Meaning:
    shown = "TRUE" if value else "FALSE"
    if indicator.asked is Kind.YES_NO:
        code = Decimal(int(value))
        return Meaning(code, remark("boolean", f"ô ghi {shown}; đọc là {code}.", str(code)))
    return unreadable("text_boolean", f"ô ghi {shown}, không phải là số; gõ lại con số.")


def _of_number(cell: Cell, indicator: Indicator) -> Meaning:
    kind, value = indicator.asked, cell.number
    if not cell.is_plain:
        if cell.is_date:
            return _of_date(cell, kind)
        if cell.is_time:
            return _of_time(cell, kind)
    if kind is Kind.RATIO:
        return unreadable("not_a_ratio", f"ô ghi {cell.raw}; cần dạng tử số/mẫu số, ví dụ 24/24.")
    if not cell.is_plain and cell.is_percent:
        return _of_percent_format(value, kind)
    if kind is Kind.COUNT and value != value.to_integral_value():
        return _fractional_count(value)
    if kind is Kind.CHOICE and plain(value) not in indicator.choices:
        return spellings.unknown_choice(plain(value), indicator)
    if kind is Kind.YES_NO and value not in (0, 1):
        return unreadable("not_yes_no", f"ô ghi {cell.raw}; chỉ nhận 1 (có) hoặc 0 (không).")
    if kind in FRACTIONAL and (indicator.unit.strip() == "%" or indicator.max == HUNDRED) and 0 < value <= 1:
        return _fraction_of_one(value)
    return Meaning(value)


def _of_date(cell: Cell, kind: Kind) -> Meaning:
    """7/7 typed into a cell that was not prepared for text becomes a day of this year, 5/95 a month of 1995."""
    if kind is not Kind.RATIO:
        serial = typed(cell.number) if cell.number < FIRST_LIKELY_DATE else ""
        ask = f"nếu định gõ {serial} thì đổi định dạng ô về số" if serial else "gõ lại con số"
        return unreadable("date", f"Excel đã đổi ô này thành ngày {cell.raw}; {ask}.", serial)
    pairs = _typed_pairs(cell)
    asked = " hoặc ".join(f"'{pair}" for pair in pairs)
    message = f"Excel đã đổi ô này thành ngày {cell.raw}; gõ lại {asked} (có dấu nháy đơn ở đầu)."
    return unreadable("date", message, pairs[0])


def _typed_pairs(cell: Cell) -> list[str]:
    """What may have been typed, likeliest first: a part is not larger than its whole."""
    day, month, year = cell.date.day, cell.date.month, cell.date.year
    if day == 1 and "d" not in cell.number_format.lower():
        return [f"{month}/{year % 100}", f"{month}/{year}"]
    low, high = sorted((day, month))
    return [f"{low}/{high}"] if low == high else [f"{low}/{high}", f"{high}/{low}"]


def _of_time(cell: Cell, kind: Kind) -> Meaning:
    minutes = int((cell.number * 24 * 60).to_integral_value())
    hours, rest = divmod(minutes, 60)
    pair = f"{hours}/{rest}" if kind is Kind.RATIO and rest >= hours else ""
    ask = f"gõ lại '{pair} (có dấu nháy đơn ở đầu)" if pair else "gõ lại con số"
    return unreadable("time", f"Excel đã đổi ô này thành giờ {hours}:{rest:02d}; {ask}.", pair)


def _of_percent_format(value: Decimal, kind: Kind) -> Meaning:
    shown = value * 100
    if kind in FRACTIONAL:
        told = f"ô có định dạng phần trăm; đọc là {plain(shown)}."
        return Meaning(shown, remark("percent_format", told, typed(shown)))
    message = f"ô ghi {plain(shown)}%, ở đây cần một con số, không phải tỷ lệ."
    return unreadable("percent_in_count", message)


def _fraction_of_one(value: Decimal) -> Meaning:
    full = value * 100
    message = (
        f"ô ghi {plain(value)} ở chỉ tiêu tính trên 100; nếu là {plain(full)} thì gõ {typed(full)}, "
        "nếu số đã ghi là đúng thì giải trình."
    )
    return Meaning(value, remark("fraction_of_one", message, typed(full)))


def _fractional_count(value: Decimal) -> Meaning:
    """10.248 typed in an English Excel arrives as 10,248; 34.870 arrives as 34,87; 88,5 was no group of thousands."""
    thousands = value * 1000
    one_place = value * 10 == (value * 10).to_integral_value()
    if 1 <= value < 1000 and thousands == thousands.to_integral_value() and not one_place:
        message = (
            f"ô chứa số lẻ {plain(value)}; có thể Excel đã hiểu dấu chấm hàng nghìn là dấu thập phân. "
            f"Nếu là {plain(thousands)} thì gõ {typed(thousands)}."
        )
        return unreadable("english_thousands", message, typed(thousands))
    return unreadable("fractional_count", f"ô chứa số lẻ {plain(value)}; chỉ tiêu này đếm số nguyên.")


def _of_text(raw: str, indicator: Indicator) -> Meaning:
    text = tidy(raw)
    if not text:
        return BLANK
    if indicator.asked is Kind.YES_NO:
        return spellings.yes_or_no(text)
    if indicator.asked is Kind.CHOICE:
        return spellings.choice(text, indicator)
    return _look_alike(text, indicator) or interpret(text, indicator) or _not_understood(text, indicator)


def _not_understood(text: str, indicator: Indicator) -> Meaning:
    if indicator.asked is Kind.RATIO:
        return unreadable("not_a_ratio", f"ô ghi “{short(text)}”; cần dạng tử số/mẫu số, ví dụ 24/24.")
    return unreadable("not_a_number", f"ô ghi “{short(text)}”, không đọc được thành số.")


def _look_alike(text: str, indicator: Indicator) -> Meaning | None:
    """Letters that look like digits, or digits of another width or script: suggested, never taken."""
    if text.isascii() and text.replace(".", "").isdecimal():
        return None
    if not all(letter in _DIGIT_LIKE or letter.isdecimal() for letter in text):
        return None
    mended = "".join(map(_as_digit, text)).translate(LOOK_ALIKE)
    if mended == text or not any(map(str.isdecimal, text)):
        return None
    meaning = interpret(mended, indicator)
    match meaning.value if meaning else None:
        case Ratio(part, whole):
            suggestion = f"{typed(part)}/{typed(whole)}"
        case Decimal() as value:
            suggestion = typed(value)
        case _:
            return None
    message = f"ô ghi “{short(text)}” có chữ giống chữ số; nếu là {suggestion} thì gõ lại."
    return unreadable("look_alike", message, suggestion)


def _as_digit(letter: str) -> str:
    digit = unicodedata.decimal(letter, None)
    return letter if digit is None else str(digit)


def _out_of_range(value: Value | None, indicator: Indicator) -> Remark | None:
    if isinstance(value, Ratio):
        return _ratio_out_of_range(value)
    if not isinstance(value, Decimal) or indicator.asked not in NUMERIC:
        return None
    if value < indicator.min:
        positive = typed(-value) if value < 0 and -value >= indicator.min else ""
        message = f"ô ghi {plain(value)}, nhỏ hơn mức thấp nhất {plain(indicator.min)}; xem lại dấu và con số."
        return remark("too_small", message, positive)
    largest = indicator.max if indicator.max is not None else LARGEST
    return _too_large(value, largest, indicator) if value > largest else None


def _too_large(value: Decimal, largest: Decimal, indicator: Indicator) -> Remark:
    """9995 typed for 99,95: the comma was lost; the fewest places that bring the number into its range."""
    shifted = next((value / 10**places for places in (1, 2, 3) if value / 10**places <= largest), None)
    known = typed(shifted) if shifted is not None and indicator.asked in FRACTIONAL else ""
    ask = f"nếu là {known} thì gõ lại" if known else "xem lại các chữ số"
    return remark("too_large", f"ô ghi {plain(value)}, lớn hơn mức cao nhất {plain(largest)}; {ask}.", known)


def _ratio_out_of_range(value: Ratio) -> Remark | None:
    if value.part <= value.whole:
        return None
    shown = f"{plain(value.part)}/{plain(value.whole)}"
    message = f"ô ghi {shown}: tử số vượt mẫu số {plain(value.part - value.whole)}; xem lại hai số, có thể đã gõ ngược."
    return remark("part_over_whole", message, f"{typed(value.whole)}/{typed(value.part)}")
