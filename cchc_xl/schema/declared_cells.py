"""What one cell of a declaration says: dates, numbers, lists, choices. A fault is a `ValueError` in Vietnamese."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

DAY = r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})|(\d{4})-(\d{1,2})-(\d{1,2})"


def day(text: str) -> datetime.date | None:
    """31/12/2025 or 2025-12-31; None for an empty cell."""
    if not text:
        return None
    found = re.fullmatch(DAY, text)
    try:
        if found and found[3]:
            return datetime.date(int(found[3]), int(found[2]), int(found[1]))
        if found:
            return datetime.date(int(found[4]), int(found[5]), int(found[6]))
    except ValueError:
        pass
    raise ValueError(f"“{text}” không phải ngày. Ghi dạng 31/12/2025.")


def written_day(value: datetime.date | None) -> str:
    """As people write it."""
    return f"{value:%d/%m/%Y}" if value else ""


def number(text: str) -> Decimal:
    """A number with a decimal comma or dot."""
    try:
        value = Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise ValueError(f"“{text}” không phải là số.") from None
    if not value.is_finite():
        raise ValueError(f"“{text}” không phải là số.")
    return value


def written_number(value: Decimal) -> str:
    """With a decimal comma."""
    return f"{value:f}".replace(".", ",")


def listed(text: str) -> tuple[str, ...]:
    """Several things between semicolons or line breaks."""
    return tuple(part for each in re.split(r"[;\n]", text) if (part := each.strip())) if text else ()


def choices(text: str) -> dict[str, str]:
    """Trực tuyến = 0; Phát phiếu = 1, as labels by code."""
    made: dict[str, str] = {}
    for part in listed(text):
        label, sign, code = (each.strip() for each in part.rpartition("="))
        if not (sign and label and code):
            raise ValueError(f"“{part}”: ghi dạng tên = mã, ví dụ Trực tuyến = 0.")
        if code in made:
            raise ValueError(f"mã “{code}” có hai lần.")
        made[code] = label
    return made


def written_choices(declared: Mapping[str, str]) -> str:
    """The same as a cell."""
    return "; ".join(f"{label} = {code}" for code, label in declared.items())


def limits(text: str) -> tuple[Decimal, Decimal | None]:
    """0..100; without a number at an end there is no limit, at the lower one 0."""
    if not text:
        return Decimal(0), None
    low, dots, high = text.replace("…", "..").partition("..")
    if not dots:
        raise ValueError(f"“{text}”: ghi số nhỏ nhất và số lớn nhất, ví dụ 0..100.")
    least, most = number(low) if low.strip() else Decimal(0), number(high.strip(".")) if high.strip(". ") else None
    if most is not None and most < least:
        raise ValueError(f"“{text}”: số nhỏ nhất lớn hơn số lớn nhất.")
    return least, most


def written_limits(least: Decimal, most: Decimal | None) -> str:
    """The same as a cell; empty for the default."""
    if least == 0 and most is None:
        return ""
    return f"{written_number(least)}..{written_number(most) if most is not None else ''}"
