"""A count that is really a day: 7/7 typed into a cell for numbers becomes the day's number, 44384.

Only days of the years around the period can be meant, so that few honest counts are asked about.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from cchc_xl.reading import Cell
from cchc_xl.reading.raw_cell import EXCEL_EPOCH
from cchc_xl.schema.form_model import Form
from cchc_xl.schema.model_kinds import Kind

COUNTED = frozenset({Kind.COUNT, Kind.DECIMAL})
ASK = "gõ lại con số; nếu đúng thì ghi lý do ở cột Ghi chú."


Spans = tuple[tuple[int, int], ...]
"""First and last day of each likely year, as the numbers that Excel stores."""


def likely_days(form: Form, this_year: int = 0) -> Spans:
    """The days that can be meant: of the years of the period, of the one in which its form is filled, and of this."""
    years = {*range(form.period.first.year, form.period.last.year + 2), this_year} - {0}
    return tuple(
        ((date(year, 1, 1) - EXCEL_EPOCH).days, (date(year, 12, 31) - EXCEL_EPOCH).days) for year in sorted(years)
    )


def day_meant(spans: Spans, cell: Cell) -> str:
    """The day and month that a plain number would be; empty where it is no day of a likely year."""
    value = cell.value
    if not isinstance(value, Decimal) or not any(first <= value <= last for first, last in spans):
        return ""
    if cell.is_date or value != value.to_integral_value():
        return ""
    day = cell.date
    return f"{day.day}/{day.month}"


def message(code: str, number: str, day: str) -> str:
    """What is told of such a number."""
    return f"dòng {code}: số {number} trùng với ngày {day} do Excel tự đổi; {ASK}"
