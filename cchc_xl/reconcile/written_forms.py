"""What a report says in fixed forms: its number, place and date, addressee, signer, the period that its title names;
dates that cannot be; citations that are malformed, differ from each other or from the register of documents.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from cchc_xl.reading.text_facts import CITATION as CITED, DAY, day
from cchc_xl.reconcile.reconcile_rules import CITATION, DATE, SPELLING, Contradiction, Spot
from cchc_xl.reconcile.sentence_match import MatchedParagraph
from cchc_xl.rule_registry import Rule
from cchc_xl.schema.form_model import Form
from cchc_xl.schema.model_kinds import Document, Period, Unit
from cchc_xl.typed_text import folded, tidy
from cchc_xl.writing.vietnamese_numbers import read_date, short_date

_NUMBER = re.compile(r"Số\s*:\s*(?P<so_bao_cao>\d+)\s*/\s*(?P<ky_hieu>[A-ZĐ]+(?:-[A-ZĐ]+)+)")
_PLACE = re.compile(r"(?P<dia_danh>[^\d,]{2,40}),\s*(?P<ngay_ky>ngày\s+\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+\d{4})\.?")
_ADDRESSEE = re.compile(r"Kính gửi\s*:\s*(?P<kinh_gui>.+?)\.?")
_ON_BEHALF = re.compile(r"(?:TM|KT|TL|TUQ|Q)\.\s*\S.*")
_PERSON = re.compile(r"(?:(?:ThS|TS|BS|KS)\.?\s*)*(?P<nguoi_ky>[^\W\d_a-z][^\W\d_]*(?:\s+[^\W\d_a-z][^\W\d_]*){1,5})")

HEAD_SURE, SIGNER_SURE = Decimal("0.95"), Decimal("0.8")
"""The head of a report is written in one way; the signer is whoever stands below the office that signs."""

_HEAD = 40
"""Paragraphs in which the head is looked for."""
_AFTER_OFFICE = 12


@dataclass(frozen=True, slots=True)
class General:
    """A line of the general information: its name and label in the form, the value, and how sure it is."""

    name: str
    label: str
    value: str
    confidence: Decimal
    source: str


def general_information(form: Form, paragraphs: Sequence[str]) -> list[General]:
    """What a report says of itself; only lines that the form has."""
    labels = {field.name: field.label for field in form.info}
    found: dict[str, General] = {}
    for name, value, sure, place in (*_head(paragraphs), *_signer(paragraphs)):
        if name in labels and value:
            found.setdefault(name, General(name, labels[name], value, sure, f"đoạn {place + 1}"))
    return list(found.values())


def _head(paragraphs: Sequence[str]) -> Iterator[tuple[str, str, Decimal, int]]:
    for place, paragraph in enumerate(paragraphs[:_HEAD]):
        for pattern in (_NUMBER, _PLACE, _ADDRESSEE):
            if match := pattern.fullmatch(tidy(paragraph)):
                for name, said in match.groupdict().items():
                    yield name, _as_typed(name, said), HEAD_SURE, place


def _as_typed(name: str, said: str) -> str:
    """A date the short way, and nothing where it is none; other things as they stand."""
    if name != "ngay_ky":
        return said.strip()
    day = read_date(said)
    return short_date(day) if day else ""


def _signer(paragraphs: Sequence[str]) -> Iterator[tuple[str, str, Decimal, int]]:
    """The authority, the office in capitals below it, and the first name of a person after both."""
    lines = [tidy(text) for text in paragraphs]
    begins = [place for place, text in enumerate(lines) if text.isupper() and _ON_BEHALF.fullmatch(text)]
    if not begins:
        return
    first = begins[-1]
    yield "quyen_han_ky", lines[first], SIGNER_SURE, first
    office = False
    for place, text in enumerate(lines[first + 1:first + _AFTER_OFFICE], first + 1):
        if text.isupper() and not office:
            office = True
            yield "chuc_vu_nguoi_ky", text, SIGNER_SURE, place
        elif not text.isupper() and (person := _PERSON.fullmatch(text)):
            yield "nguoi_ky", person["nguoi_ky"], SIGNER_SURE, place
            return


_HEAD, _BELOW_TITLE = 40, 4
_AFTER = ("kính gửi", "thực hiện kế hoạch", "căn cứ")
_TITLED = re.compile(r"\b(?:báo cáo|phụ lục|biểu|số liệu|thống kê|kết quả|tổng hợp)\b")
_PART = re.compile(r"\b(?:quý (?:[ivx]+|\d)|(?:\d{1,2}|sáu|chín) tháng|tháng \d{1,2}|tuần)\b")
_YEAR = re.compile(r"\b(?:năm |(?:quý|tháng) \w+ ?/ ?)((?:19|20)\d\d)\b")
_ROMAN = re.compile(r"(?<=quý )[ivx]+")
_SPELLED = {"sáu": "6", "chín": "9"}


def other_period(paragraphs: Sequence[str], period: Period) -> str:
    """The period of the report's title where it is not the form's; empty where it is, or where no title tells one."""
    return _other(_title(paragraphs), period)


def period_of(title: str, period: Period) -> str:
    """The same of the lines above a table, where one of them calls it a report or an appendix."""
    lines = [line for line in map(folded, title.splitlines()) if not line.startswith(("(", *_AFTER))]
    return _other(" ".join(lines), period) if any(_TITLED.search(line) for line in lines) else ""


def _other(title: str, period: Period) -> str:
    parts, years = _parts(title), set(_YEAR.findall(title))
    label = folded(period.label)
    own_parts, own_years = _parts(label), set(_YEAR.findall(label)) or {str(period.last.year)}
    differs = bool(parts) != bool(own_parts) if parts or years else False
    of_years = ", ".join(f"năm {year}" for year in sorted(years))
    if differs or (parts and own_parts and not parts & own_parts):
        return _ROMAN.sub(lambda found: found[0].upper(), ", ".join(sorted(parts))) or of_years
    return of_years if years and not years & own_years else ""


def named_units(head: str, form: Form) -> list[Unit]:
    """The units of which a text above figures says that they report: none whose kind only one unit is of, the office.
    """
    kinds, text = Counter(unit.kind for unit in form.units), folded(head)
    return [unit for unit in form.units if kinds[unit.kind] > 1
            and re.search(rf"\b{re.escape(folded(unit.name))}\b", text)]


def head_of(paragraphs: Sequence[str]) -> str:
    """The lines of a report up to its title."""
    lines = [text for text in paragraphs if text.strip()][:_HEAD]
    place = next((number for number, text in enumerate(lines) if folded(text).startswith(("báo cáo", "phụ lục"))), -1)
    return "\n".join(lines[:place + 2]) if place >= 0 else ""


def _title(paragraphs: Sequence[str]) -> str:
    """The lines below “BÁO CÁO”, or “PHỤ LỤC” where there is none, up to the first that is a sentence."""
    head = [folded(text) for text in islice((text for text in paragraphs if text.strip()), _HEAD)]
    begins = (each for word in ("báo cáo", "phụ lục") for each, text in enumerate(head) if text.startswith(word))
    place = next(begins, None)
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


_LONG = re.compile(r"\bngày\s+\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+\d{4}", re.IGNORECASE)
_ISSUER = re.compile(r"\s*của\s+(?P<issuer>[^,;.]+)")


def check_dates(report: Sequence[MatchedParagraph]) -> Iterator[Contradiction]:
    """Dates that are none: 31 tháng 4."""
    for paragraph in report:
        for pattern in (DAY, _LONG):
            for found in pattern.finditer(paragraph.text):
                if read_date(found[0]) is None and found[0][-4:].isdecimal():
                    message = f"ngày “{found[0]}” không có trong lịch."
                    yield _told(DATE, paragraph, found, message, found[0])


def check_citations(report: Sequence[MatchedParagraph], documents: Sequence[Document]) -> Iterator[Contradiction]:
    """Citations against the way they are written, against each other, and against the register."""
    seen: dict[tuple[str, str], tuple[datetime.date, str]] = {}
    register: dict[tuple[str, str], list[Document]] = defaultdict(list)
    for each in dict.fromkeys(documents):
        register[_document_key(each)].append(each)
    for paragraph in report:
        for found in CITED.finditer(paragraph.text):
            yield from _form(paragraph, found)
            if (date := day(found["date"] or "")) is None:
                continue
            other, where = seen.setdefault(_key(found), (date, f"đoạn {paragraph.index + 1}"))
            cited, here = f"“{found[0].strip()}”", short_date(date)
            if found["year"] and int(found["year"]) != date.year:
                message = f"số, ký hiệu ghi năm {found['year']}, ngày ban hành ghi {here}: {cited}."
                yield _told(CITATION, paragraph, found, message, found["year"], here, "chính viện dẫn này")
            if other != date:
                message = f"{cited}: ở {where} ghi ngày {short_date(other)}, ở đây ghi ngày {here}."
                yield _told(CITATION, paragraph, found, message, here, short_date(other), where)
            listed = _registered(paragraph, found, register[_key(found)])
            if listed and listed != date:
                message = f"{cited}: trang tính Văn bản ghi ngày {short_date(listed)}, ở đây ghi ngày {here}."
                yield _told(CITATION, paragraph, found, message, here, short_date(listed), "trang tính Văn bản")


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
        yield _told(SPELLING, paragraph, found, message, found[0].strip())


def _registered(
    paragraph: MatchedParagraph, found: re.Match[str], documents: Sequence[Document]
) -> datetime.date | None:
    """The only date of the register, among the documents of the issuer that the sentence names, where it names one."""
    same = [each for each in documents if each.date]
    if issuer := _ISSUER.match(paragraph.text, found.end()):
        same = [each for each in same if not each.issuer or folded(each.issuer) in folded(issuer["issuer"])]
    return same[0].date if len(same) == 1 else None


def _document_key(document: Document) -> tuple[str, str]:
    return folded(document.type), "".join(document.number.split()).lstrip("0")


def _told(
    rule: Rule, paragraph: MatchedParagraph, found: re.Match[str], message: str, stated: str, expected: str = "",
    against: str = "",
) -> Contradiction:
    spot = Spot(paragraph.index, *found.span())
    return Contradiction(rule, message, _around(paragraph.text, found), spot, stated, expected, against=against)


def _around(text: str, found: re.Match[str]) -> str:
    """Some words before and after."""
    start, end = max(0, found.start() - 60), min(len(text), found.end() + 60)
    return ("…" if start else "") + text[start:end].strip() + ("…" if end < len(text) else "")
