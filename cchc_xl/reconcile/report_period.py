"""The period that a report is about, by its title: figures of another period are not held against a workbook."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from cchc_xl.schema.office_model import Period
from cchc_xl.typed_text import folded

_HEAD, _BELOW_TITLE = 40, 4
_AFTER = ("kính gửi", "thực hiện kế hoạch", "căn cứ")
_PART = re.compile(r"\b(?:quý (?:[ivx]+|\d)|(?:\d{1,2}|sáu|chín) tháng|tháng \d{1,2}|tuần)\b")
_YEAR = re.compile(r"\bnăm ((?:19|20)\d\d)\b")
_ROMAN = re.compile(r"(?<=quý )[ivx]+")
_SPELLED = {"sáu": "6", "chín": "9"}


def other_period(paragraphs: Sequence[str], period: Period) -> str:
    """The period of the report's title where it is not the form's; empty where it is, or where no title tells one."""
    title = _title(paragraphs)
    parts, years = _parts(title), set(_YEAR.findall(title))
    label = folded(period.label)
    own_parts, own_years = _parts(label), set(_YEAR.findall(label)) or {str(period.last.year)}
    differs = bool(parts) != bool(own_parts) if parts or years else False
    of_years = ", ".join(f"năm {year}" for year in sorted(years))
    if differs or (parts and own_parts and not parts & own_parts):
        return _ROMAN.sub(lambda found: found[0].upper(), ", ".join(sorted(parts))) or of_years
    return of_years if years and not years & own_years else ""


def _title(paragraphs: Sequence[str]) -> str:
    """The lines below “BÁO CÁO” up to the first that is a sentence."""
    head = [folded(text) for text in islice((text for text in paragraphs if text.strip()), _HEAD)]
    place = next((number for number, text in enumerate(head) if text.startswith("báo cáo")), None)
    if place is None:
        return ""
    lines = []
    for text in head[place:place + _BELOW_TITLE]:
        if text.endswith(".") or text.startswith(_AFTER):
            break
        lines.append(text)
    return " ".join(lines)


def _parts(text: str) -> set[str]:
    found = _PART.findall(text)
    return {" ".join(_SPELLED.get(word, word) for word in each.split()) for each in found}
