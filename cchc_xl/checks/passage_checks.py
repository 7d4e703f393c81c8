"""Checks of the passages that people write: the years they tell of, the things they name line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from cchc_xl import rule_registry
from cchc_xl.checks.check_context import Case
from cchc_xl.content import Text
from cchc_xl.findings import Finding
from cchc_xl.rules import holds
from cchc_xl.rules.rule_judgement import value_of
from cchc_xl.rules.rule_parser import expression
from cchc_xl.rules.rule_syntax import Comparison
from cchc_xl.schema.office_model import Entry
from cchc_xl.typed_text import says_nothing
from cchc_xl.values import Value
from cchc_xl.writing.citation_writer import NAMED_YEAR
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
