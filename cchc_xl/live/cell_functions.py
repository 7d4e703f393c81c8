"""Functions for cells: =CCHC_TYLE(A1;B1), =CCHC_TONG(A1:A9), =CCHC_DOCSO(A1) …

Excel for Windows calls them through xlwings after "Import Functions"; nothing in the workbook depends on them. They are
plain functions of Python and are used and tested as such.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal

import xlwings as xw

from cchc_xl.reading import Cell, read
from cchc_xl.schema.form_model import Indicator
from cchc_xl.schema.model_kinds import Kind, Total
from cchc_xl.values import NOWHERE
from cchc_xl.writing.vietnamese_numbers import counted, in_words, long_date, rate

Typed = float | str | bool | None

COUNTED = Indicator(code="A.1", name="o", label="Ô", kind=Kind.COUNT, reported_by=("o",), total=Total.SUM)
UNREADABLE = "Ô không đọc được"


@xw.func
@xw.arg("part", doc="Tử số")
@xw.arg("whole", doc="Mẫu số")
@xw.arg("places", doc="Số chữ số thập phân, mặc định 2")
def cchc_tyle(part: float, whole: float, places: float = 2) -> float | str:
    """Tỷ lệ phần trăm, làm tròn nửa lên; chỉ đủ cả mới là 100, không có mới là 0. Mẫu số bằng 0 thì không có tỷ lệ."""
    shown = rate(_exact(part), _exact(whole), int(places or 0))
    return "" if shown is None else float(shown)


@xw.func
@xw.arg("cells", ndim=2, doc="Các ô cần cộng")
def cchc_tong(cells: list[list[Typed]]) -> float | str:
    """Tổng các ô, kể cả số lưu dạng chữ như 10.248; có ô không đọc được thì nói rõ ô đó ghi gì."""
    total = Decimal(0)
    for value in _flat(cells):
        reading = read(_cell(value), COUNTED, NOWHERE)
        if reading.remarks and reading.value is None:
            return f"{UNREADABLE}: {reading.raw}"
        total += reading.value if isinstance(reading.value, Decimal) else 0
    return float(total)


@xw.func
@xw.arg("number", doc="Số nguyên")
def cchc_docso(number: float) -> str:
    """Đọc số nguyên bằng chữ."""
    return in_words(int(number))


@xw.func
@xw.arg("number", doc="Con số")
def cchc_so(number: float) -> str:
    """Viết con số như trong báo cáo: 10.248; số từ 1 đến 9 có số 0 ở trước."""
    return counted(_exact(number))


@xw.func
@xw.arg("day", doc="Ngày")
def cchc_ngay(day: datetime.datetime) -> str:
    """Viết ngày như dưới Tiêu ngữ: ngày … tháng … năm …"""
    return long_date(day.date())


def _exact(number: float) -> Decimal:
    return Decimal(repr(float(number)))


def _flat(cells: list[list[Typed]]) -> Iterable[Typed]:
    return (value for row in cells for value in row)


def _cell(value: Typed) -> Cell:
    return Cell(value if isinstance(value, str | bool) or value is None else _exact(value).normalize() + 0)
