"""A count that is really a day: 7/7 typed into a cell for numbers becomes the day's number, 44384.

Only days of the years around the period can be meant, so that few honest counts are asked about.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from cchc_xl.reading import Cell
from cchc_xl.reading.raw_cell import EXCEL_EPOCH
from cchc_xl.rules.native_rule import literal
from cchc_xl.schema.form_model import Form
from cchc_xl.schema.model_kinds import Kind

COUNTED = frozenset({Kind.COUNT, Kind.DECIMAL})
ASK = "gõ lại con số; nếu đúng thì ghi lý do ở cột Ghi chú."


def likely_years(form: Form) -> tuple[int, ...]:
    """The years of the period and the one in which its form is filled."""
    return tuple(range(form.period.first.year, form.period.last.year + 2))


Spans = tuple[tuple[int, int], ...]
"""First and last day of each likely year, as the numbers that Excel stores."""


def likely_days(form: Form, this_year: int) -> Spans:
    """The days that can be meant."""
    years = sorted({*likely_years(form), this_year} - {0})
    return tuple((_day_number(date(year, 1, 1)), _day_number(date(year, 12, 31))) for year in years)


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


def day_formula(form: Form, cell: str) -> str:
    """The same in the form itself, with a line feed at the end; empty text where it is no such day.

    The year in which it is filled is left to the collecting: a formula that asks for today makes every closing ask to
    save.
    """
    years = likely_years(form)
    first, last = _day_number(date(years[0], 1, 1)), _day_number(date(years[-1], 12, 31))
    told = f'{literal("Số này trùng với ngày ")}&DAY({cell})&"/"&MONTH({cell})&{literal(" do Excel tự đổi; " + ASK)}'
    is_day = f"IFERROR(AND(ISNUMBER({cell}),{cell}=INT({cell}),{cell}>={first},{cell}<={last}),FALSE)"
    return f'IF({is_day},{told}&CHAR(10),"")'


def _day_number(day: date) -> int:
    return (day - EXCEL_EPOCH).days
