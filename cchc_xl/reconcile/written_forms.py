"""Dates that cannot be, and citations that are malformed, differ from each other or from the register of documents."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from cchc_xl.reading.citation_finder import CITATION as CITED, DAY, day
from cchc_xl.reconcile.reconcile_rules import CITATION, DATE, SPELLING, Contradiction, Spot
from cchc_xl.reconcile.sentence_match import MatchedParagraph
from cchc_xl.schema.office_model import Document
from cchc_xl.typed_text import folded
from cchc_xl.writing.vietnamese_dates import read_date, short_date

_LONG = re.compile(r"\bngày\s+\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+\d{4}", re.IGNORECASE)
_ISSUER = re.compile(r"\s*của\s+(?P<issuer>[^,;.]+)")


def check_dates(report: Sequence[MatchedParagraph]) -> Iterator[Contradiction]:
    """Dates that are none: 31 tháng 4."""
    for paragraph in report:
        for pattern in (DAY, _LONG):
            for found in pattern.finditer(paragraph.text):
                known = read_date(found[0]) if pattern is _LONG else day(found[0])
                if known is None and found[0][-4:].isdecimal():
                    message = f"ngày “{found[0]}” không có trong lịch."
                    yield Contradiction(
                        DATE, message, _around(paragraph.text, found), _spot(paragraph, found), found[0]
                    )


def check_citations(report: Sequence[MatchedParagraph], documents: Sequence[Document]) -> Iterator[Contradiction]:
    """Citations against the way they are written, against each other, and against the register."""
    seen: dict[tuple[str, str], tuple[datetime.date, str]] = {}
    register: dict[tuple[str, str], list[Document]] = defaultdict(list)
    for each in dict.fromkeys(documents):
        register[_document_key(each)].append(each)
    for paragraph in report:
        for found in CITED.finditer(paragraph.text):
            yield from _form(paragraph, found)
            date = day(found["date"]) if found["date"] else None
            if date is not None:
                yield from _year(paragraph, found, date)
                yield from _before(paragraph, found, date, seen)
                yield from _register(paragraph, found, date, register[_key(found)])


def _key(found: re.Match[str]) -> tuple[str, str]:
    year = f"/{found['year']}" if found["year"] else ""
    return folded(found["type"]), f"{int(found['number'])}{year}{found['sign']}{found['symbol']}"


def _form(paragraph: MatchedParagraph, found: re.Match[str]) -> Iterator[Contradiction]:
    wrong = [
        what for what, is_so in (
            ("thiếu chữ “số”", not found["so"]),
            ("có dấu cách trong số, ký hiệu", bool(found["gap"] or found["space"])),
            ("có dấu phẩy trước “ngày”", bool(found["date"] and found["comma"].strip())),
        ) if is_so
    ]
    if wrong:
        message = f"viện dẫn “{found[0].strip()}” viết chưa đúng mẫu: {'; '.join(wrong)}."
        yield Contradiction(
            SPELLING, message, _around(paragraph.text, found), _spot(paragraph, found), found[0].strip()
        )


def _year(paragraph: MatchedParagraph, found: re.Match[str], date: datetime.date) -> Iterator[Contradiction]:
    """The year inside a number is that of its date."""
    if found["year"] and int(found["year"]) != date.year:
        message = f"số, ký hiệu ghi năm {found['year']}, ngày ban hành ghi {short_date(date)}: “{found[0].strip()}”."
        yield _differs(paragraph, found, message, found["year"], short_date(date), "chính viện dẫn này")


def _before(
    paragraph: MatchedParagraph, found: re.Match[str], date: datetime.date,
    seen: dict[tuple[str, str], tuple[datetime.date, str]],
) -> Iterator[Contradiction]:
    """The same document has the same date everywhere."""
    other, where = seen.setdefault(_key(found), (date, f"đoạn {paragraph.index + 1}"))
    if other != date:
        message = f"“{found[0].strip()}”: ở {where} ghi ngày {short_date(other)}, ở đây ghi ngày {short_date(date)}."
        yield _differs(paragraph, found, message, short_date(date), short_date(other), where)


def _register(
    paragraph: MatchedParagraph, found: re.Match[str], date: datetime.date, documents: Sequence[Document]
) -> Iterator[Contradiction]:
    """The date is that of the register, unless the sentence names another issuer."""
    same = [each for each in documents if each.date]
    issuer = _ISSUER.match(paragraph.text, found.end())
    if issuer:
        same = [each for each in same if not each.issuer or folded(each.issuer) in folded(issuer["issuer"])]
    if len(same) == 1 and same[0].date and same[0].date != date:
        listed = short_date(same[0].date)
        message = f"“{found[0].strip()}”: trang tính Văn bản ghi ngày {listed}, ở đây ghi ngày {short_date(date)}."
        yield _differs(paragraph, found, message, short_date(date), listed, "trang tính Văn bản")


def _document_key(document: Document) -> tuple[str, str]:
    return folded(document.type), "".join(document.number.split()).lstrip("0")


def _differs(
    paragraph: MatchedParagraph, found: re.Match[str], message: str, stated: str, expected: str, against: str
) -> Contradiction:
    return Contradiction(
        CITATION, message, _around(paragraph.text, found), _spot(paragraph, found), stated, expected, against=against
    )


def _spot(paragraph: MatchedParagraph, found: re.Match[str]) -> Spot:
    return Spot(paragraph.index, *found.span())


def _around(text: str, found: re.Match[str]) -> str:
    """Some words before and after."""
    start, end = max(0, found.start() - 60), min(len(text), found.end() + 60)
    return ("…" if start else "") + text[start:end].strip() + ("…" if end < len(text) else "")
