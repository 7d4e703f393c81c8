"""Reporting periods: “quý III/2026” and the other usual ways to name one, its days by the form's table of periods."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress

from cchc_xl.errors import UserError
from cchc_xl.schema.declaration_words import plain
from cchc_xl.schema.form_model import Form
from cchc_xl.schema.model_kinds import Period, PeriodKind
from cchc_xl.typed_text import folded
from cchc_xl.writing.vietnamese_numbers import ROMANS

QUARTER, HALF, NINE, YEAR, MONTH = "quy", "6_thang", "9_thang", "nam", "thang"
TIMES_A_YEAR = {QUARTER: 4, HALF: 1, NINE: 1, YEAR: 1, MONTH: 12}
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_WORDS = {
    "mot": 1, "nhat": 1, "gieng": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8,
    "chin": 9, "muoi": 10, "muoi mot": 11, "muoi hai": 12, "chap": 12,
}
_WORD = "|".join(_WORDS)
_QUARTER = r"(?:quy|qui|q)[\s.]*(?P<number>0?[1-4]|iv|i{1,3}|mot|nhat|hai|ba|bon|tu)"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_PLAIN = (
    (QUARTER, rf"{_QUARTER}\s*(?:nam)?[\s/.-]*{_YEAR}"),
    (QUARTER, rf"(?:nam\s*)?{_YEAR}[\s/.-]*{_QUARTER}"),
    (QUARTER, rf"(?:0?3|ba)\s*thang\s*(?:dau)?\s*(?:nam)?[\s/.-]*{_YEAR}"),
    (QUARTER, rf"(?P<number>iv|i{{1,3}})\s*[/.-]\s*{_YEAR}"),
    (HALF, rf"nua\s+dau\s*(?:nam)?[\s/.-]*{_YEAR}"),
    (HALF, rf"(?:0?6|sau)\s*(?:thang|th|t)\s*(?:dau)?\s*(?:nam)?[\s/.-]*{_YEAR}"),
    (NINE, rf"(?:0?9|chin)\s*(?:thang|th|t)\s*(?:dau)?\s*(?:nam)?[\s/.-]*{_YEAR}"),
    (YEAR, rf"12\s*thang\s*(?:nam)?[\s/.-]*{_YEAR}"),
    (MONTH, rf"{_YEAR}[/.-](?P<number>0[1-9]|1[0-2])"),
    (MONTH, rf"(?:thang|th|t)?\s*(?P<number>0?[1-9]|1[0-2])\s*(?:nam|[/.-])[\s/.-]*{_YEAR}"),
    (MONTH, rf"(?:thang|th|t)\s*(?P<number>0?[1-9]|1[0-2])\s+{_YEAR}"),
    (MONTH, rf"thang\s+(?P<number>{_WORD})\s*(?:nam)?[\s/.-]*{_YEAR}"),
    (YEAR, rf"(?:ca\s+)?(?:nam)?\s*{_YEAR}"),
)
_SECOND_HALF = re.compile(r"(?:(?:0?6|sau)\s*thang|nua)\s+cuoi")
"""What no form reports by itself."""

_SHOWN = "quý III/2026, 6 tháng 2026, 9 tháng 2026, năm 2026, tháng 8/2026"


def period_of(form: Form, typed: str) -> Period:
    """The period that somebody names, or of a first and a last day (2025-12-15/2026-12-14), as the form reports it.

    Raises `UserError` with what can be named.
    """
    if found := re.fullmatch(r"(\d{4}-\d\d-\d\d)/(\d{4}-\d\d-\d\d)", typed):
        return _with_days(form, *map(datetime.date.fromisoformat, found.groups()))
    kind, number, year = _named(typed)
    declared = next((each for each in form.periods if each.id == kind), None)
    if declared is None:
        listed = ", ".join(each.label for each in form.periods)
        raise UserError(f"kỳ “{typed}”", "biểu mẫu này không báo cáo theo kỳ đó.", f"Các kỳ của biểu mẫu: {listed}.")
    try:
        return made(declared, number, year)
    except ValueError as error:
        raise UserError(f"{form.folder} › Kỳ › {kind}", str(error), "Sửa ở trang tính Kỳ của biểu mẫu.") from error


def _with_days(form: Form, first: datetime.date, last: datetime.date) -> Period:
    """The form's period with these days; one without a name where it has none."""
    own = (each for kind in form.periods for each in _in_years(kind, last.year))
    label = f"từ {first:%d/%m/%Y} đến {last:%d/%m/%Y}"
    return next(
        (each for each in own if (each.first, each.last) == (first, last)),
        Period(label=label, kind="", first=first, last=last, year=last.year),
    )


def _in_years(kind: PeriodKind, *years: int) -> Iterator[Period]:
    """The periods of a kind, year by year."""
    return (made(kind, number, year) for year in years for number in range(1, TIMES_A_YEAR.get(kind.id, 0) + 1))


def _named(typed: str) -> tuple[str, int, int]:
    asked = plain(typed).removeprefix("bao cao ").removeprefix("ky ")
    for kind, pattern in _PLAIN:
        found = re.fullmatch(pattern, asked)
        if found:
            number = found.groupdict().get("number") or "1"
            return kind, _ROMAN.get(number) or _WORDS.get(number) or int(number), int(found["year"])
    raise UserError(f"kỳ “{typed}”", "không hiểu kỳ báo cáo này.", f"Ghi như: {_SHOWN}.")


def made(kind: PeriodKind, number: int, year: int) -> Period:
    """A period of a kind. Raises `ValueError` for a table of periods that can't be read."""
    months = (number - 1) * (12 // TIMES_A_YEAR[kind.id])
    first, last = _day(kind.first, year, months), _day(kind.last, year, months)
    if last < first:
        raise ValueError(f"từ ngày {first:%d/%m/%Y} sau đến ngày {last:%d/%m/%Y}.")
    deadline = _day(kind.deadline, year, months) if kind.deadline else last + datetime.timedelta(days=1)
    return Period(
        label=label(kind, number, year), kind=kind.id, first=first, last=last, deadline=deadline, year=year,
        number=number if TIMES_A_YEAR[kind.id] > 1 else 0, cumulative=kind.cumulative,
    )


def label(kind: PeriodKind, number: int, year: int) -> str:
    """quý III/2026. Raises `ValueError` for a name with an unknown field."""
    fields = {"nam": str(year), "quy": ROMANS[(number - 1) % 4 + 1], "thang": str(number)}

    def filled(found: re.Match[str]) -> str:
        field = plain(found[1])
        if field not in fields:
            raise ValueError(f"tên kỳ “{kind.label}”: không có {{{found[1]}}}; dùng {{năm}}, {{quý}}, {{tháng}}.")
        return fields[field]

    return re.sub(r"\{([^{}]*)\}", filled, kind.label)


_DAY = r"(?P<day>\d{1,2})\s*/\s*(?P<month>\d{1,2})\s*(?P<before>nam truoc)?(?P<after>nam sau)?"


def _day(text: str, year: int, months: int) -> datetime.date:
    """15/12 năm trước, so many months later."""
    found = re.fullmatch(_DAY, plain(text))
    day, month = (int(found["day"]), int(found["month"])) if found else (0, 0)
    if not found or not 1 <= month <= 12 or not 1 <= day <= _days(LEAP, month):
        raise ValueError(f"“{text}” không phải ngày trong năm. Ghi như 14/3, hoặc 15/12 năm trước.")
    year += bool(found["after"]) - bool(found["before"])
    month += months - 1
    year, month = year + month // 12, month % 12 + 1
    return datetime.date(year, month, min(day, _days(year, month)))


LEAP = 2024


def _days(year: int, month: int) -> int:
    """How many days a month has."""
    return 31 if month == 12 else (datetime.date(year, month + 1, 1) - datetime.date(year, month, 1)).days


def slug(period: Period) -> str:
    """The period in file names: 2026, 2026_6_thang, 2026_quy_3, 2026_thang_08."""
    if period.kind in ("", YEAR):
        return str(period.year or period.label or "trong")
    ending = f"_{period.number:02}" if period.kind == MONTH else f"_{period.number}" if period.number else ""
    return f"{period.year}_{period.kind}{ending}"


def begun(form: Form, period: Period) -> Form:
    """The form as a book of a period has it, the general data that follow from the period filled in."""
    known = dict(_facts(period))
    return form.of_period(period).changed(info=tuple(
        each.changed(value=known[each.name]) if each.name in known else each for each in form.info
    ))


def _facts(period: Period) -> Iterator[tuple[str, object]]:
    yield "nam", period.year
    yield "ky_bao_cao", period.label
    yield "tu_ngay", period.first
    yield "den_ngay", period.last
    yield "han_nop", period.deadline or ""


PERIOD_FIELDS = ("nam", "ky_bao_cao", "tu_ngay", "den_ngay", "han_nop")


def of_the_period(period: Period, name: str, text: str, day: datetime.date | None) -> str:
    """What a line of the general data must say, where it says another period than the book's; empty where it agrees.

    The period may be called by another name, and the figures may be of fewer days, in the order of time.
    """
    own = f"từ {period.first:%d/%m/%Y} đến {period.last:%d/%m/%Y}"
    match name:
        case "nam" if period.year and text != str(period.year):
            return str(period.year)
        case "tu_ngay" | "den_ngay" if day and not period.first <= day <= period.last:
            return own
        case "ky_bao_cao" if period.label and folded(text) != folded(period.label):
            years = set(re.findall(r"\b(?:19|20)\d\d\b", text))
            if _SECOND_HALF.match(plain(text)):
                return period.label
            with suppress(UserError):
                if period.kind and _named(text) != (period.kind, period.number or 1, period.year):
                    return period.label
            return period.label if years and str(period.year) not in years else ""
    return ""


def key_of(facts: Mapping[str, str]) -> str:
    """First and last day, as `period_of` understands them, from the keys of a book; empty where it has none."""
    return "/".join(filter(None, (facts.get("tu_ngay", ""), facts.get("den_ngay", ""))))


def as_facts(period: Period) -> dict[str, str]:
    """A period as keys and texts of a book's hidden sheet."""
    return {
        "ten_ky": period.label, "loai_ky": period.kind, "tu_ngay": period.first.isoformat(),
        "den_ngay": period.last.isoformat(), "han_nop": period.deadline.isoformat() if period.deadline else "",
        "nam": str(period.year), "so_ky": str(period.number), "luy_ke": str(int(period.cumulative)),
    }


def from_facts(facts: Mapping[str, str]) -> Period | None:
    """The period that stands in a book; None where it does not say one."""
    try:
        deadline = facts.get("han_nop", "")
        return Period(
            label=facts["ten_ky"], kind=facts["loai_ky"], first=datetime.date.fromisoformat(facts["tu_ngay"]),
            last=datetime.date.fromisoformat(facts["den_ngay"]),
            deadline=datetime.date.fromisoformat(deadline) if deadline else None, year=int(facts["nam"]),
            number=int(facts["so_ky"]), cumulative=facts["luy_ke"] == "1",
        )
    except (KeyError, ValueError):
        return None


NEXT = {(QUARTER, 1): (HALF, 1), (HALF, 0): (QUARTER, 3), (QUARTER, 3): (YEAR, 1), (YEAR, 0): (QUARTER, 1)}
"""The calendar of a form that is reported for quarters, half a year and the year: quý I, 6 tháng, quý III, năm."""


def following(period: Period, kinds: tuple[PeriodKind, ...]) -> Period | None:
    """The period that is reported next."""
    known = {kind.id: kind for kind in kinds}
    coming = NEXT.get((period.kind, period.number)) if {QUARTER, HALF, YEAR} <= known.keys() else None
    if coming:
        return made(known[coming[0]], coming[1], period.year + (period.kind == YEAR))
    if period.kind not in known:
        return None
    number = period.number or 1
    last = number == TIMES_A_YEAR[period.kind]
    return made(known[period.kind], 1 if last else number + 1, period.year + last)


def due(kinds: tuple[PeriodKind, ...], day: datetime.date) -> Period:
    """The period that has to be reported next after a day; of several, the longest. Raises `UserError` for none."""
    known = (each for kind in kinds for each in _in_years(kind, day.year, day.year + 1))
    coming = [each for each in known if (each.deadline or each.last) >= day]
    if not coming:
        raise UserError("--period", "biểu mẫu không có kỳ nào.", f"Ghi kỳ, ví dụ: {_SHOWN}.")
    return min(coming, key=lambda each: (each.deadline or each.last, each.first))


def later(period: Period, kinds: tuple[PeriodKind, ...]) -> list[Period]:
    """Of every kind the first period that ends after another one, the nearest first."""
    year = period.last.year
    coming = (_in_years(kind, year, year + 1) for kind in kinds)
    first = (next((each for each in periods if each.last > period.last), None) for periods in coming)
    return sorted(filter(None, first), key=lambda each: each.last)


def before(period: Period, kinds: tuple[PeriodKind, ...]) -> Period | None:
    """The same period of the year before."""
    kind = next((each for each in kinds if each.id == period.kind), None)
    return made(kind, period.number or 1, period.year - 1) if kind else None
