"""Forms that were made from another declaration than the book's, as after an upgrade: which of the book's lines and
columns each of theirs is.

Codes and printed numbers mean other things there, so that what a line or a column is called decides: its words, its
unit of measure, the groups and headings above it. What the book's form does not print so is nobody's.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from cchc_xl import rule_registry
from cchc_xl.master.table_layout import TOP, TablePlace
from cchc_xl.reading import folded
from cchc_xl.rule_registry import Finding
from cchc_xl.schema.table_model import SPARE
from cchc_xl.submissions.form_layout import FormPage, FormPlan, measure_of
from cchc_xl.submissions.intake.reader_pool import Found, as_text
from cchc_xl.values import Struct

Words = tuple[str, ...]
Known = Mapping[str, Words]
"""What lines or columns are called, by their codes, in their order."""


Line = tuple[int, str, str]
"""Row, code and words."""
Texts = Mapping[int, Sequence[str]]
"""What a sheet prints besides, by row."""

MEASURE = "Đơn vị tính:"


class Translation(Struct, frozen=True):
    """The book's codes of the lines and columns of a sheet, by those of the file; None where they are the same."""

    rows: Mapping[str, str] | None = None
    columns: Mapping[str, str] | None = None

    def code(self, key: str, column: str) -> str:
        """The book's code of a figure, marked where it is none of the book's."""
        if self.rows is None or self.columns is None:
            return f"{key}{column}"
        found = key in self.rows and (not column or column in self.columns)
        return f"{self.rows[key]}{self.columns.get(column, '')}" if found else f"{key}{column}{GONE}"


GONE = " (cũ)"
SAME = Translation()


def not_the_same(plan: FormPlan, key: str, column: str, line: Found, version: str, file: str) -> Finding:
    """The fault of a figure whose code the book knows for something else."""
    row = plan.form.by_code[f"{key}{column}"]
    ours, theirs = plan.form.version, version[:20] or "không rõ"
    at = f", cột {column}" if column else ""
    message = (
        f"dòng {key} “{line.label[:80]}”{at}: khác lời, đơn vị tính, nhóm hoặc tiêu đề "
        f"cột giữa biểu mẫu này (phiên bản {theirs}) và sổ (phiên bản {ours}: {row.code} “{row.label}”, đơn vị tính: "
        f"{measure_of(row) or 'không ghi'}), không lấy số “{as_text(line.value)[:60]}”. "
        f"Chép số sang biểu mẫu phiên bản {ours} rồi gửi lại."
    )
    return rule_registry.VERSION_OTHER.finding(message, (line.address(file),), "", row.code)


def translation(plan: FormPlan, sheet: Mapping[str, Any]) -> Translation:
    """How a sheet of a file is read by the plan of its unit."""
    lines = [(line[0], line[1], as_text(line[2])) for line in sheet["lines"]]
    printed = {row: [as_text(each).strip() for each in cells] for row, *cells in sheet.get("printed", ())}
    page = next((page for page in plan.pages if page.sheet == sheet["name"]), plan.pages[0])
    if page.table:
        known = _our_table(page.table), _their_table(page.table, lines, printed, sheet["columns"])
        rows, columns = (_matched(theirs, ours) for ours, theirs in zip(*known, strict=True))
        return Translation(rows, columns)
    theirs, ours = _their_lines(page, lines, printed), _our_lines(page)
    return Translation({**_of_renamed_groups(theirs, ours), **_matched(theirs, ours)}, {})


def _matched(theirs: Known, ours: Known) -> dict[str, str]:
    """What is called alike in both; several things of one name only where they are the same ones."""
    both = [_by_words(theirs), _by_words(ours)]
    return {
        key: mine for words, keys in both[0].items() for own in [both[1].get(words, [])]
        if keys == own or len(keys) == len(own) == 1 for key, mine in zip(keys, own, strict=True)
    }


def _by_words(known: Known) -> dict[Words, list[str]]:
    found = defaultdict[Words, list[str]](list)
    for code, words in known.items():
        found[words].append(code)
    return found


def _of_renamed_groups(theirs: Known, ours: Known) -> dict[str, str]:
    """Lines below a group of another name that have kept code, words and unit, where no other line has these words."""
    short = [{code: words[:2] for code, words in known.items()} for known in (theirs, ours)]
    alike = [_by_words(known) for known in short]
    return {
        code: code for code, words in short[0].items()
        if short[1].get(code) == words and all(len(each[words]) == 1 for each in alike)
    }


def _our_lines(page: FormPage) -> Known:
    return _in_groups(page, (
        (line.item.code if line.typed else "", line.item.label, measure_of(line.item) if line.typed else "")
        for line in page.lines
    ))


def _their_lines(page: FormPage, lines: Sequence[Line], printed: Texts) -> Known:
    keyed = {row: (key, label) for row, key, label in lines}
    told = ((row, printed.get(row, ("",))[0]) for row in sorted(keyed.keys() | printed.keys()))
    return _in_groups(page, ((*keyed[row], text) if row in keyed else ("", text, "") for row, text in told))


def _in_groups(page: FormPage, lines: Iterable[tuple[str, str, str]]) -> Known:
    """Words and unit of every line that is asked, then the groups it stands in: those above that are not asked, and
    those whose codes its own goes on from."""
    computed = {folded(item.label) for line, item in page.figures if not line.typed}
    sections = {folded(line.item.label) for line in page.lines if "." not in line.item.code}
    found, labels = dict[str, Words](), dict[str, str]()
    above: Words = ()
    for code, label, measure in lines:
        said = folded(label)
        if code:
            labels[code] = said
            parents = (labels.get(code[: dot.start()], "") for dot in re.finditer(r"\.", code))
            found[code] = (said, folded(measure), *above, *filter(None, parents))
        elif said and said not in computed:
            above = (said,) if said in sections else (*above[:1], said)
    return found


def _our_table(place: TablePlace) -> tuple[Known, Known]:
    unit = folded(place.table.unit)
    titles = {column.code: (*map(folded, column.titles), unit) for column in place.table.columns}
    return _of_table(place, ((line.row.code, line.label) for line in place.lines)), titles


def _their_table(
    place: TablePlace, lines: Sequence[Line], printed: Texts, columns: Sequence[tuple[int, str]]
) -> tuple[Known, Known]:
    measures = (text for texts in printed.values() for text in texts if text.startswith(MEASURE))
    unit = folded(next(measures, "").removeprefix(MEASURE))
    heads = [texts for row, texts in sorted(printed.items()) if row >= TOP]
    titles = {code: (*_titles(heads, at), unit) for at, (_, code) in enumerate(columns)}
    return _of_table(place, ((key, label) for _, key, label in lines)), titles


def _of_table(place: TablePlace, lines: Iterable[tuple[str, str]]) -> Known:
    """Each line with the group line above it; those that units name, or that stand for the unit, by their code."""
    groups = {folded(line.label) for line in place.lines if line.row.kind == "group"}
    unnamed = {line.row.code for line in place.lines if line.unit}
    group, found = "", dict[str, Words]()
    for key, label in lines:
        said = folded(label)
        group = said if said in groups else group
        found[key] = (key,) if key in unnamed or SPARE in key else (said, group)
    return found


def _titles(heads: Sequence[Sequence[str]], at: int) -> Iterator[str]:
    """The headings of a column from the top: each stands in the first of the columns that it is for."""
    start = 0
    for texts in heads:
        first = next((place for place in range(at, start - 1, -1) if texts[place]), None)
        if first is None:
            return
        yield folded(texts[first])
        start = first
