"""Checks of the passages that people write: years, things named line by line, and the office's own places and units."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from cchc_xl import rule_registry
from cchc_xl.checks.check_context import Case
from cchc_xl.content import ISSUER, Text
from cchc_xl.findings import Finding
from cchc_xl.rules import holds
from cchc_xl.rules.rule_judgement import value_of
from cchc_xl.rules.rule_parser import expression
from cchc_xl.rules.rule_syntax import Comparison
from cchc_xl.schema.model_kinds import Total
from cchc_xl.schema.office_model import Entry
from cchc_xl.structs import Struct
from cchc_xl.typed_text import composed, folded, says_nothing
from cchc_xl.values import Value
from cchc_xl.writing.citation_writer import NAMED_YEAR, numbered
from cchc_xl.writing.vietnamese_numbers import plain


def lines(case: Case) -> Iterator[Finding]:
    """Passages of which each line names one thing, against the figure that counts these."""
    values = {figure.indicator.name: figure.value for figure in case.figures.values()}
    for entry in case.form.entries:
        text = case.content.entries.get(entry.name)
        if entry.lines and text and text.text.strip() and not says_nothing(text.text):
            yield from _lines(case, entry, text, values)


def _lines(case: Case, entry: Entry, text: Text, values: Mapping[str, Value | None]) -> Iterator[Finding]:
    """Nothing is said where the figure is not known, or none is counted: rules ask why there is a passage then."""
    asked = expression(f"{entry.lines} > 0")
    if any(values.get(name) is None for name in asked.names) or not holds(asked.test, values):
        return
    assert isinstance(asked.test, Comparison)
    named, counted = len(list(filter(str.strip, text.text.splitlines()))), value_of(asked.test.left, values)
    if named != counted:
        rows = tuple(case.form.by_name[name] for name in asked.names)
        codes = ", ".join(row.code for row in rows)
        message = (
            f"“{entry.title}” có {named} dòng, trong khi số liệu là {plain(counted)} (dòng {codes}). Mỗi mục ghi một "
            "dòng: ghi cho đủ, hoặc sửa số liệu; nếu một dòng gộp nhiều mục thì giải trình."
        )
        yield rule_registry.TEXT_LINES.finding(message, (text.address, *case.all_cells(rows)), "", rows[0].code)


def other_years(case: Case) -> Iterator[Finding]:
    """Passages that tell of a year before the period's; years still to come stand in what is planned."""
    now = case.form.period.last.year
    titles = {entry.name: entry.title for entry in case.content.form.entries}
    for name, text in case.content.entries.items():
        if years := sorted({year for year in _years_told(text.text) if year < now}):
            told = ", ".join(f"năm {year}" for year in years)
            message = f"“{titles.get(name, name)}” nêu {told}; kỳ này là năm {now}. Sửa lại; nếu đúng thì giải trình."
            yield rule_registry.TEXT_YEAR.finding(message, (text.address,))


def _years_told(text: str) -> Iterator[int]:
    """The years that are told of, sentence by sentence; none that a date, document, span or comparison names."""
    for sentence in _SENTENCE.split(text):
        for found in NAMED_YEAR.finditer(sentence):
            dated = f"/{found[1]}" in sentence or _SPAN.match(sentence, found.end())
            if not dated and not _BEFORE_OTHER_YEAR.search(sentence[:found.start()]):
                yield int(found[1])


_SENTENCE = re.compile(r"[.;]\s|\n")
_SPAN = re.compile(r"\s*[-–]\s*(?:năm\s)?\d{4}")
_BEFORE_OTHER_YEAR = re.compile(
    r"\b(?:(?:(?i:giai đoạn|so với|so cùng|cùng kỳ|nhiệm kỳ|chỉ số|tháng \d+)|Luật|Hiến pháp|Pháp lệnh)\b[^,]*"
    r"|(?i:từ|đến|trước|sau|cuối|đầu|hết) )$"
)
"""What stands before a year that is not told of: a span, a comparison, a law or date named by it, a beginning."""


# Places

_NAME = r"(?P<name>[^\W\d_]\w*(?:\s+[^\W\d_]\w*){0,3}|\d+)"
_PLACE = re.compile(rf"\b(?P<kind>(?i:tỉnh|tỉnh ủy|thành phố|thành ủy|thị xã|huyện|huyện ủy))\s+{_NAME}")


class Area(Struct, frozen=True):
    """What the office calls its own, folded; the word that its units' names begin with, and how many there are."""

    own: str
    units: dict[str, int]


def foreign(case: Case) -> Iterator[Finding]:
    """Passages that name other places, units that are none of the office's, or more units than it has."""
    area = _area(case)
    titles = {entry.name: entry.title for entry in case.form.entries}
    for name, text in case.content.entries.items() if area.own else ():
        if found := list(dict.fromkeys(_foreign(text.text, area))):
            message = (
                f"“{titles.get(name, name)}” nêu {', '.join(found)}, không đúng với tên địa bàn và danh sách đơn vị "
                "của sổ này. Sửa lại; nếu đúng thì giải trình."
            )
            yield rule_registry.TEXT_PLACE.finding(message, (text.address,))
    yield from _issuers(case, area)


def _area(case: Case) -> Area:
    """An office that has not said where it is has nothing to compare with."""
    info = " ".join(text.text for text in case.content.info.values())
    names = [unit.name for unit in case.form.units]
    counted = [case.form.reporters(row) for row in case.form.indicators() if row.total is Total.UNITS]
    units = {re.escape(group[0].name.split()[0]): len(group) for group in counted if group}
    return Area(folded(f"{info} {' '.join(names)}") if _PLACE.search(composed(info)) else "", units)


def _foreign(text: str, area: Area) -> Iterator[str]:
    text = composed(text)
    for found in _PLACE.finditer(text):
        # One capital after such a word begins something else: … của tỉnh Đánh giá …
        if len((name := _proper(found["name"])).split()) > 1 and not _is_own(name, area):
            yield f"{found['kind']} {name}"
    for word, count in area.units.items():
        for found in re.finditer(rf"\b(?P<kind>(?i:{word}))\s+{_NAME}", text):
            name = f"{found['kind']} {_proper(found['name'])}"
            if name != f"{found['kind']} " and folded(name) not in area.own:
                yield name
        for counted in re.finditer(rf"(?<![\d/.,])\b(\d+)\s+(?i:{word})\b", text):
            if int(counted[1]) > count:
                yield counted[0]


def _proper(name: str) -> str:
    """The leading words that are written as a name, or a number."""
    words: list[str] = []
    for word in name.split():
        if not (word[0].isupper() or word.isdigit()):
            break
        words.append(word)
    return " ".join(words)


def _is_own(name: str, area: Area) -> bool:
    return folded(" ".join(name.split()[:2])) in area.own


def _issuers(case: Case, area: Area) -> Iterator[Finding]:
    """One finding for all documents that other places have issued."""
    others = [each for each in case.content.documents if area.own and any(_places(each.issuer, area))]
    if others:
        told = "; ".join(f"{each.type} {numbered(each)} của {each.issuer}" for each in others[:FEW])
        rest = f" và {len(others) - FEW} văn bản khác" if len(others) > FEW else ""
        message = (
            f"Sổ văn bản: {told}{rest} là văn bản của nơi khác. Thay bằng văn bản của mình; nếu đúng thì giải trình."
        )
        cells = (case.content.document_cell(each.name, ISSUER) for each in others)
        yield rule_registry.TEXT_PLACE.finding(message, tuple(filter(None, cells)))


def _places(text: str, area: Area) -> Iterable[str]:
    return _foreign(text, Area(area.own, {}))


FEW = 3
"""So many documents are named."""
