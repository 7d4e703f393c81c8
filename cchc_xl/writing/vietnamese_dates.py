"""Writes and reads dates the Vietnamese way: 02/3/2025; ngày 02 tháng 3 năm 2025.

Days below 10 and the months 1 and 2 get a leading zero (Nghị định 30/2020/NĐ-CP, Phụ lục I, Mục II.4).
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date

BLANK_DATE = "ngày … tháng … năm …"

_WAYS = (
    r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})",
    r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?:[T ][\d:.]+)?",
    r"(?i)(?:ngày\s+)?(?P<day>\d{1,2})\s+tháng\s+(?P<month>\d{1,2})\s+năm\s+(?P<year>\d{4})",
)


def short_date(day: date) -> str:
    """02/3/2025, as in citations."""
    return f"{day.day:02d}/{_month(day)}/{day.year}"


def long_date(day: date | None) -> str:
    """ngày 02 tháng 3 năm 2025, as under the Tiêu ngữ; dots to be filled in by hand where there is no date yet."""
    return BLANK_DATE if day is None else f"ngày {day.day:02d} tháng {_month(day)} năm {day.year}"


def _month(day: date) -> str:
    return f"{day.month:02d}" if day.month <= 2 else str(day.month)


def read_date(text: str) -> date | None:
    """The date that a text says, None where it says none or one that cannot be (30/02/2025)."""
    for way in _WAYS:
        if found := re.fullmatch(way, text.strip()):
            with suppress(ValueError):
                return date(*(int(found[part]) for part in ("year", "month", "day")))
    return None
