"""Finds citations of documents in a text and says how each should be written.

    Kế hoạch số 05/KH-UBND ngày 19/01/2024; Nghị định số 61/2018/NĐ-CP; Nghị quyết số 06-NQ/TU ngày 27/6/2014
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from cchc_xl.values import Struct
from cchc_xl.writing.vietnamese_dates import short_date

TYPES = (
    "Nghị quyết", "Nghị định", "Thông tư liên tịch", "Thông tư", "Quyết định", "Chỉ thị", "Kế hoạch", "Công văn",
    "Báo cáo", "Tờ trình", "Thông báo kết luận", "Thông báo", "Chương trình hành động", "Chương trình", "Đề án",
    "Hướng dẫn", "Phương án", "Quy chế", "Quy định", "Kết luận", "Văn bản", "QĐ", "KH", "NĐ",
)
_SYMBOL = r"[A-ZĐ][A-Za-zĐđ]*(?:[-/][A-ZĐ][A-Za-zĐđ]*)*"
CITATION = re.compile(
    rf"(?P<type>\b(?:{'|'.join(TYPES)}))\s+(?P<so>(?:số|Số)\s*:?\s*)?(?P<number>\d{{1,5}})(?P<gap>\s*)"
    rf"(?:/(?P<year>\d{{4}}))?(?P<sign>[/-])(?P<space>\s*)(?P<symbol>{_SYMBOL})(?P<comma>\s*,?)"
    r"(?:\s*ngày\s+(?P<date>\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}))?"
)
DAY = re.compile(r"(?<![\d/.])(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?![\d/])")


class Citation(Struct, frozen=True):
    """A citation as written, and as it should be; `date` is None where none is given or it can't be."""

    written: str
    canonical: str
    date: datetime.date | None
    written_date: str

    @property
    def well_formed(self) -> bool:
        """Whether it is written as it should be."""
        return self.written == self.canonical


def citations(text: str) -> Iterator[Citation]:
    """Every citation of a text, in order."""
    for match in CITATION.finditer(text) if may_cite(text) else ():
        yield _citation(match)


def may_cite(text: str) -> bool:
    """Whether it is worth searching a text for citations: each has the sign between number and symbol."""
    return "/" in text or "-" in text


def _citation(match: re.Match[str]) -> Citation:
    date = day(match["date"]) if match["date"] else None
    number = match["number"].lstrip("0").zfill(2)
    year = f"/{match['year']}" if match["year"] else ""
    canonical = f"{match['type']} số {number}{year}{match['sign']}{match['symbol']}"
    written = match[0] if match["date"] else match[0].rstrip().removesuffix(",").rstrip()
    if match["date"]:
        canonical += f" ngày {short_date(date) if date else match['date']}"
    return Citation(" ".join(written.split()), canonical, date, match["date"] or "")


def day(text: str) -> datetime.date | None:
    """The date d/m/yyyy that a text is; two digits of a year are not taken; None where there is no such day."""
    match = DAY.fullmatch(text.strip())
    if match is None or len(match[3]) != 4:
        return None
    return _possible(int(match[3]), int(match[2]), int(match[1]))


def likely_day(text: str) -> datetime.date | None:
    """What a date that can't be read may have meant: a year of two digits, or month and day changed places."""
    match = DAY.fullmatch(text.strip())
    if match is None:
        return None
    first, second, year = int(match[1]), int(match[2]), int(match[3])
    year += 2000 if year < 100 else 0
    return _possible(year, second, first) or _possible(year, first, second)


def days(text: str) -> list[datetime.date]:
    """Every date d/m/yyyy of a text that can be."""
    found = (day(match[0]) for match in DAY.finditer(text))
    return [date for date in found if date]


def _possible(year: int, month: int, number: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, number)
    except ValueError:
        return None
