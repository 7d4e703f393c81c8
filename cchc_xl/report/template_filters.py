"""What a template may do with a figure besides writing it: filters (x | so) and functions (tang_giam(a, b))."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from jinja2 import TemplateRuntimeError, pass_eval_context
from jinja2.filters import do_join
from jinja2.nodes import EvalContext

from cchc_xl.figures import DOWN, SAME, UP, points, word_of_parts
from cchc_xl.report.gaps import EARLIER
from cchc_xl.report.quantity import Lack, Quantity
from cchc_xl.schema.model_kinds import Kind
from cchc_xl.values import Struct, Value, replace
from cchc_xl.writing.vietnamese_numbers import counted, fixed, in_table, long_date, plain, rate, rounded, short_date

Number = Quantity | int | Decimal

ONLY_PRINTED = "chữ viết ra từ con số chỉ in được, không hỏi, không cắt được: hãy hỏi con số, {% if so_lieu > 0 %}"

_PLACE = re.compile(r"\s+(?=(?:tỉnh|thành phố|thị xã|huyện|quận|phường|xã|thị trấn|đặc khu)\s)", re.IGNORECASE)


class Passage(tuple[str, ...]):
    """The paragraphs that people wrote under one heading; a marked gap where a sentence prints one that is empty."""

    gap: Callable[[], str]

    def __str__(self) -> str:
        return "\n".join(self) or self.gap()


class Blank(str):
    """A text that nobody has typed: equal to "" for conditions, a marked gap where a sentence prints it.

    One that has to be typed leaves a condition without an answer.
    """

    gap: Callable[[], str]
    missed: Callable[[], None]

    def __html__(self) -> str:
        """Called by jinja where the text stands in a sentence."""
        return self.gap()


class UnitNumber(int):
    """A number of units, with the remark of the figure behind it where a sentence prints it."""

    remark = ""

    def __html__(self) -> str:
        """Called by jinja where the number stands in a sentence."""
        return f"{int(self)}{self.remark}"


class Day(Struct, frozen=True):
    """A date of the general information; may still be open."""

    day: date | None

    def __str__(self) -> str:
        return short_date(self.day) if self.day else "…"

    def __bool__(self) -> bool:
        return self.day is not None


class Phrase(Struct, frozen=True):
    """A figure that has been written out; nothing can be calculated with it or asked of it any more (2 * x | so, or
    {% if x | so %}, is a mistake)."""

    text: str

    def __bool__(self) -> bool:
        raise TemplateRuntimeError(ONLY_PRINTED)

    def __str__(self) -> str:
        return self.text


def so(figure: Number) -> Phrase:
    """Without a leading zero: 7."""
    return _written(figure, in_table, "so")


def le(figure: Number, places: int) -> Phrase:
    """With so many decimals, made anew from the parts of a rate: 91,3%."""
    def write(value: Value) -> str:
        return in_table(value) if not isinstance(value, Decimal) else _rounded(figure, value, places)
    return _written(figure, write, f"le({places})")


def _rounded(figure: Number, value: Decimal, places: int) -> str:
    if not isinstance(figure, Quantity) or figure.kind is not Kind.PERCENT:
        return fixed(rounded(value, places), places)
    exact = rate(figure.part, figure.whole, places) if figure.part is not None and figure.whole else None
    return fixed(value if exact is None else exact, places) + "%"


def gon(figure: Quantity) -> Phrase:
    """A rate without the noughts that its decimals end in: 91,3%; 86,96%."""
    def write(value: Value) -> str:
        return f"{plain(value)}%" if isinstance(value, Decimal) else in_table(value)
    return _written(figure, write, "gon")


def dem(figure: Number, unit: str) -> Phrase:
    """A counted thing: 02 đơn vị; không có where there is none."""
    def write(value: Value) -> str:
        return "không có" if value == 0 else f"{counted(value) if isinstance(value, Decimal) else value} {unit}"
    return _written(figure, write, f"dem({unit})")


def tren(part: Number, whole: Number) -> Phrase:
    """A part of a whole, each a figure of its own: 21/23."""
    return Phrase(f"{so(part)}/{so(whole)}")


def tang_giam(now: Number, before: Number, unit: str = "") -> Phrase:
    """The change: tăng 03 bậc; giảm 1,2 điểm %; không đổi."""
    of_rates = not unit and isinstance(now, Quantity) and now.kind is Kind.PERCENT

    def write(value: Value) -> str:
        if not isinstance(value, Decimal):
            return SAME
        word = UP if value > 0 else DOWN if value < 0 else _by_parts(now, before) if of_rates else SAME
        size = points(abs(value)) if of_rates else f"{counted(abs(value))} {unit}".strip()
        return word if word == SAME else f"{word} {size}"
    return _written(now - before, write, f"tang_giam({unit})")


def _by_parts(now: Number, before: Number) -> str:
    if not isinstance(now, Quantity) or not isinstance(before, Quantity):
        return SAME
    return word_of_parts(now.part, now.whole, before.part, before.whole)


def tang_giam_ky_truoc(figure: Quantity) -> Phrase:
    """The change since the last period: tăng 3,83% (378); giảm 2,04 điểm %; tăng 12 (from none); không đổi."""
    told = figure.paper.changes.get(_code(figure))
    return _compared(figure, told.text if told else None, "truoc", "tang_giam_ky_truoc")


def tang_giam_cung_ky(figure: Quantity) -> Phrase:
    """The change against the same period of the year before; “cùng kỳ không phát sinh” where there was nothing then."""
    told, _ = figure.paper.yearly.get(_code(figure), (None, ""))
    return _compared(figure, told, "cung_ky", "tang_giam_cung_ky")


def kem_cung_ky(figure: Quantity) -> Phrase:
    """The same in brackets, to stand behind the figure; nothing at all where last year is not known."""
    _, told = figure.paper.yearly.get(_code(figure), ("", ""))
    return _compared(figure, f" ({told})", "cung_ky", "kem_cung_ky") if told else Phrase("")


def _code(figure: Quantity) -> str:
    return figure.tag.partition(" - ")[0]


def _compared(figure: Quantity, told: str | None, group: str, how: str) -> Phrase:
    """The words for a figure beside an earlier period; a gap where that is not known."""
    code = _code(figure)
    if told is None and not figure.lacks:
        lack = Lack(f"{group}.{code}", f"số liệu {EARLIER[group]} {code}: {figure.title}")
        return Phrase(figure.paper.placeholder((lack,)))
    return _written(replace(figure, tag=f"{code} - {group}"), lambda _: told or "", how)


def _written(figure: Number, write: Callable[[Value], str], how: str) -> Phrase:
    if isinstance(figure, Quantity):
        return Phrase(figure.written(write, how))
    return Phrase(write(Decimal(str(figure))) + (figure.remark if isinstance(figure, UnitNumber) else ""))


def so_van_ban(number: int | str | Quantity) -> str:
    """The number of a document, 05; dots where it has none yet (Nghị định 30/2020/NĐ-CP, Phụ lục I, Mục II.3)."""
    return f"{number:02d}" if isinstance(number, int) else str(number) or "…"


def ngay_dai(day: Day | str) -> str:
    """ngày 05 tháng 01 năm 2025."""
    return long_date(day.day) if isinstance(day, Day) else day


def tung_dong(text: object) -> list[str]:
    """The lines of a text, or of a passage; the marked gap of one that is empty."""
    return [line.strip() for line in str(text).splitlines() if line.strip()]


def hai_dong(text: str) -> str:
    """An agency's name on two lines, broken before the place: ỦY BAN NHÂN DÂN / THÀNH PHỐ SÓC TRĂNG."""
    return text if not text or "\n" in text else _PLACE.sub("\n", text, count=1)


@pass_eval_context
def join(context: EvalContext, things: Iterable[object], between: str = "", attribute: str | None = None) -> str:
    """The things with something between them; the marked gap of a passage that is empty."""
    if isinstance(things, Passage) and not things:
        return str(things)
    joined: str = do_join(context, things, between, attribute)
    return joined


FILTERS: dict[str, Callable[..., object]] = {each.__name__: each for each in (
    so, le, gon, dem, tren, so_van_ban, tang_giam_ky_truoc, tang_giam_cung_ky, kem_cung_ky, ngay_dai, tung_dong,
    hai_dong, join,
)}
