"""Checks of texts and documents: letters of old fonts, the form of citations, dates and numbers of the register."""

from __future__ import annotations

import datetime
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator

from cchc_xl import rule_registry
from cchc_xl.checks.check_context import Case
from cchc_xl.figures import DATE, ISSUER, NUMBER, TYPE, Text
from cchc_xl.reading.raw_cell import is_legacy
from cchc_xl.reading.spellings import short
from cchc_xl.reading.text_facts import citations, likely_day
from cchc_xl.rule_registry import Finding
from cchc_xl.schema.model_kinds import Document
from cchc_xl.schema.report_periods import of_the_period
from cchc_xl.typed_text import folded, said
from cchc_xl.values import Address, Struct
from cchc_xl.writing.citation_writer import CITED_BY_NAME, PLAN, named_year, numbered
from cchc_xl.writing.vietnamese_numbers import read_date, short_date


def texts(case: Case) -> Iterator[Finding]:
    """Every text that people wrote: notes, general data, passages."""
    content = case.content
    for code, text in content.notes.items():
        yield from _text(text, f"Ghi chú dòng {code}", code)
    labels = {field.name: field.label for field in content.form.info}
    labels |= {entry.name: entry.title for entry in content.form.entries}
    for name, text in (*content.info.items(), *content.entries.items()):
        yield from _text(text, f"“{labels.get(name, name)}”", "")


def general_data(case: Case) -> Iterator[Finding]:
    """What the sheet of general data says: numbers and days that can be read, and the period that the book is of."""
    for field in case.form.info:
        typed = case.content.info.get(field.name)
        if typed and (text := said(typed.text)):
            day = read_date(text)
            place, where = (typed.address,), f"“{field.label}” ghi “{short(text)}”"
            if own := of_the_period(case.form.period, field.name, text, day):
                message = f"{where}, sổ này của {case.form.period.label}, phải là {own}. Sửa ô này; báo cáo kỳ khác "
                yield rule_registry.INFO_PERIOD.finding(message + "thì lập sổ của kỳ đó.", place, "", "", own)
            elif field.kind == "int" and not text.isdecimal():
                digits = next(iter(re.findall(r"\d+", text)), "") if day is None else ""
                message = f"{where}, không phải con số. Chỉ ghi chữ số{f', ví dụ {digits}' if digits else ''}."
                yield rule_registry.INFO_UNREAD.finding(message, place, "", "", digits)
            elif field.kind == "date" and day is None:
                message = f"{where}, không đọc được là ngày; gõ dạng ngày/tháng/năm, ví dụ 05/4/2026."
                yield rule_registry.INFO_UNREAD.finding(message, place)


def carried(case: Case) -> Iterator[Finding]:
    """Passages and documents that came along from the last period and are as they were."""
    content = case.content
    for entry in content.form.entries:
        text, before = content.entries.get(entry.name), content.carried.get(f"noi_dung.{entry.name}", "").strip()
        if text and before and text.text.strip() == before:
            message = f"“{entry.title}” còn nguyên như kỳ trước{_ask(entry.review)}"
            yield rule_registry.CARRIED_TEXT.finding(message, (text.address,))
    for document in content.documents:
        declared = _as_declared(case, document) or document
        if _is_carried(case, document) and declared.recurs and not _misplaced(case, document):
            message = f"{document.type} {numbered(document)} chép từ kỳ trước{_ask(declared.review)}"
            yield rule_registry.CARRIED_TEXT.finding(message, _place(case, document))


def _ask(review: str) -> str:
    more = f": {review.rstrip('. ')}" if review else ""
    return f"{more}. Xem lại, sửa cho đúng kỳ này; nếu vẫn đúng thì giải trình."


def _text(text: Text, where: str, code: str) -> Iterator[Finding]:
    if is_legacy(text.text, text.font):
        message = f"{where}: “{short(text.text)}” gõ theo bảng mã cũ (TCVN3 hoặc VNI). Chuyển sang Unicode rồi dán lại."
        yield rule_registry.LEGACY_TEXT.finding(message, (text.address,), "", code)
    for citation in citations(text.text):
        if citation.written_date and citation.date is None:
            likely = likely_day(citation.written_date)
            known = short_date(likely) if likely else ""
            ask = f"; nếu là {known} thì sửa lại" if known else "; tra lại văn bản và sửa ngày"
            message = f"{where}: “{citation.written}” có ngày {citation.written_date} không đọc được{ask}."
            yield rule_registry.CITATION_DATE.finding(message, (text.address,), "", code, known)
        elif not citation.well_formed:
            message = f"{where}: “{citation.written}” chưa đúng thể thức; viết “{citation.canonical}”."
            yield rule_registry.CITATION_FORM.finding(message, (text.address,), "", code, citation.canonical)


class Numbered(Struct, frozen=True):
    """A document whose number and date are known."""

    number: int
    date: datetime.date
    document: Document


def register(case: Case) -> Iterator[Finding]:
    """The register of documents: dates that can be, in the period where they must, numbers in the order of dates."""
    yield from _dates(case)
    yield from _parts(case)
    yield from _periods(case)
    for series in _series(case).values():
        yield from _twice(case, series)
        yield from _order(case, series)


def _dates(case: Case) -> Iterator[Finding]:
    dated = {document.name: document.date for document in _listed(case)}
    for name, text in case.content.document_dates.items():
        if said(text.text) and dated.get(name) is None:
            likely = likely_day(text.text)
            known = short_date(likely) if likely else ""
            ask = f"nếu là {known} thì gõ lại" if known else "gõ lại dạng ngày/tháng/năm"
            message = f"Sổ văn bản: ngày ban hành “{short(text.text)}” không đọc được; {ask}."
            yield rule_registry.DOCUMENT_DATE.finding(message, (text.address,), "", "", known)
    for document in _listed(case):
        if (day := read_date(document.number)) and (cell := case.content.document_cell(document.name, NUMBER)):
            message = (
                f"Sổ văn bản: số, ký hiệu “{short(document.number)}” là một ngày; Excel đã đổi số thành ngày. "
                f"Gõ lại số, ký hiệu, có dấu nháy đơn ở đầu: '{day.day}/{day.month}."
            )
            yield rule_registry.DOCUMENT_NUMBER.finding(message, (cell,))


def _listed(case: Case) -> tuple[Document, ...]:
    return (*case.content.documents, *case.content.unfinished)


def _parts(case: Case) -> Iterator[Finding]:
    """A line that somebody has begun says all that a citation needs; laws go by their names."""
    place = case.content.document_cell
    for document in _listed(case):
        cells = {column: cell for column in _empty(case, document) if (cell := place(document.name, column))}
        if cells:
            names = ", ".join(f"{PARTS[column]} (ô {cell.cell})" for column, cell in cells.items())
            told = f"{document.type} {document.number}".strip() or short(document.subject or document.issuer)
            message = f"Sổ văn bản: dòng “{told}” chưa ghi {names}. Ghi đủ; nếu văn bản không có thì giải trình."
            yield rule_registry.DOCUMENT_PART.finding(message, tuple(cells.values()))


PARTS = {TYPE: "loại văn bản", NUMBER: "số, ký hiệu", DATE: "ngày ban hành", ISSUER: "cơ quan ban hành"}


def _empty(case: Case, document: Document) -> Iterator[str]:
    """The columns in which nothing is typed, but for what the form itself does not know of a document."""
    date = case.content.document_dates.get(document.name)
    declared = _as_declared(case, document)
    typed = {TYPE: document.type, NUMBER: document.number}
    if document.type not in CITED_BY_NAME:
        if declared is None or declared.date:
            typed[DATE] = said(date.text) if date else ""
        if declared is None or declared.issuer:
            typed[ISSUER] = document.issuer
    return (column for column, text in typed.items() if not text)


def _as_declared(case: Case, document: Document) -> Document | None:
    return next((each for each in case.form.documents if each.name == document.name), None)


def _misplaced(case: Case, document: Document) -> bool:
    """Whether a document stands for one of the reporting year and is not."""
    return bool(_of_another_year(case, document)) or (document.name in _within(case) and _outside(case, document))


def _within(case: Case) -> set[str]:
    return {document.name for document in case.form.documents if document.in_period}


def _of_another_year(case: Case, document: Document) -> str:
    """How a document from before the reporting year shows that it is another year's; "" where it does not.

    By the years that its subject names, or because it came along as it was and is of the last period's year.
    """
    period, before = case.form.period, case.content.previous_period
    if document.date is None or document.date >= period.year_first or not _is_yearly(case, document):
        return ""
    year = named_year(document)
    if year and year < period.last.year:
        return f"trích yếu ghi năm {year}"
    carried = _is_carried(case, document)
    return f"chép từ {before.label}" if carried and before and document.date >= before.year_first else ""


def _is_yearly(case: Case, document: Document) -> bool:
    """Whether a document is one of every year, as the form says; of one that the form does not know, a plan is."""
    declared = _as_declared(case, document)
    return document.type == PLAN if declared is None else declared.recurs or declared.in_period


def _is_carried(case: Case, document: Document) -> bool:
    return case.content.carried.get(f"van_ban.{document.name}") == f"{document.number} {document.date}"


def _outside(case: Case, document: Document) -> bool:
    period = case.form.period
    december = datetime.date(period.last.year - 1, 12, 1)
    first = min(period.year_first, december) if document.type == PLAN else period.year_first
    return document.date is not None and not first <= document.date <= period.last


def _periods(case: Case) -> Iterator[Finding]:
    for document in case.content.documents:
        if wrong := _wrong_year(case, document):
            message = f"{document.type} {numbered(document)}{wrong} thì giải trình."
            yield rule_registry.DOCUMENT_PERIOD.finding(message, _place(case, document))


def _wrong_year(case: Case, document: Document) -> str:
    """What is wrong with the year of a document, and what to do; a yearly plan's subject must not name a former one."""
    period, date = case.form.period, document.date
    if document.name in _within(case) and date and _outside(case, document):
        ask = "" if _is_carried(case, document) else ", hoặc sửa lại ngày ban hành"
        return (
            f" ngày {short_date(date)} không thuộc năm báo cáo tính đến hết kỳ ({short_date(period.year_first)} đến "
            f"{short_date(period.last)}). Thay bằng văn bản của năm này{ask}; nếu đúng"
        )
    if date and (sign := _of_another_year(case, document)):
        return (
            f" ngày {short_date(date)} là văn bản của năm khác ({sign}); năm báo cáo bắt đầu từ "
            f"{short_date(period.year_first)}. Thay bằng văn bản của năm này; nếu vẫn đúng"
        )
    year = named_year(document) if document.type == PLAN and _is_yearly(case, document) else None
    if year and year < period.last.year:
        return f": trích yếu còn ghi năm {year}, báo cáo in đúng năm đó. Sửa trích yếu; nếu đúng"
    return ""


Series = tuple[str, str, int]
"""Issuer, symbol and year: within it numbers are given in the order of dates."""


def _series(case: Case) -> dict[Series, list[Numbered]]:
    found: dict[Series, list[Numbered]] = defaultdict(list)
    for document in case.content.documents:
        number, _, symbol = "".join(document.number.split()).partition("/")
        if number.isdecimal() and symbol and document.date and document.issuer:
            key = folded(document.issuer), symbol, document.date.year
            found[key].append(Numbered(int(number), document.date, document))
    return found


def _twice(case: Case, series: list[Numbered]) -> Iterator[Finding]:
    """One number with two dates, or on one day two subjects: the other line may be of another document."""
    first: dict[int, Numbered] = {}
    for each in series:
        other = first.setdefault(each.number, each)
        told = f"{each.document.type} {numbered(each.document)}"
        if other.date != each.date:
            message = (
                f"{told} có hai ngày ban hành: {short_date(other.date)} và {short_date(each.date)}. Tra lại văn bản và "
                "giữ một ngày."
            )
        elif folded(other.document.subject) != folded(each.document.subject):
            message = (
                f"{told} ngày {short_date(each.date)} ghi ở hai dòng: “{short(other.document.subject)}” và "
                f"“{short(each.document.subject)}”. Tra lại số của từng văn bản."
            )
        else:
            continue
        cells = _place(case, each.document) + _place(case, other.document)
        yield rule_registry.DOCUMENT_TWICE.finding(message, cells)


def _order(case: Case, series: list[Numbered]) -> Iterator[Finding]:
    """Names the fewest documents without which all numbers stand in the order of dates."""
    ordered = sorted(series, key=lambda each: (each.number, each.date))
    kept = _longest_rising(ordered)
    for place, each in enumerate(ordered):
        if place in kept:
            continue
        near = ordered[min(kept, key=lambda other: abs(other - place))]
        message = (
            f"{each.document.type} {numbered(each.document)} ngày {short_date(each.date)} không theo thứ tự: "
            f"{numbered(near.document)} ngày {short_date(near.date)}. "
            "Kiểm tra số và ngày của hai văn bản; nếu đúng thì giải trình."
        )
        yield rule_registry.DOCUMENT_ORDER.finding(message, _place(case, each.document) + _place(case, near.document))


def _longest_rising(ordered: list[Numbered]) -> set[int]:
    """The places of a longest run of documents whose dates never go back (patience sorting)."""
    ends: list[datetime.date] = []
    at: list[int] = []
    before: list[int] = []
    for place, each in enumerate(ordered):
        length = bisect_right(ends, each.date)
        before.append(at[length - 1] if length else -1)
        ends[length:length + 1] = [each.date]
        at[length:length + 1] = [place]
    kept, place = set(), at[-1] if at else -1
    while place >= 0:
        kept.add(place)
        place = before[place]
    return kept


def _place(case: Case, document: Document) -> tuple[Address, ...]:
    text = case.content.document_dates.get(document.name)
    return (text.address,) if text else ()
