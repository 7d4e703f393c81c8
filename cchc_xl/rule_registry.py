"""The registry of rules: every sort of finding, but those that a form declares and those of the layout decree.

One rule is one line of quy_tac_chung.csv: its group, its code, how grave it is, what it means, an example of what
passes and of what fails, what to do. Here a rule is called by its code in capitals, or by its name where it has one of
its own: `rule_registry.ROW_MISSING`. docs/quy_tac.md is printed from it; a new check begins with one line of it.
"""

from __future__ import annotations

from pathlib import Path

from cchc_xl.findings import Rule, Severity
from cchc_xl.resources import lines_of
from cchc_xl.structs import Struct


class Group(Struct, frozen=True):
    """Rules that are printed together."""

    title: str
    rules: tuple[Rule, ...]


_LINES = [
    (line["group"], line["name"] or line["code"].upper(), Rule(
        line["code"], Severity(line["severity"]), line["meaning"], line["passes"], line["fails"], line["remedy"]
    ))
    for line in lines_of(Path(__file__).with_name("quy_tac_chung.csv"))
]
_NAMED = {name: rule for _, name, rule in _LINES}
RULES: dict[str, Rule] = {rule.code: rule for _, _, rule in _LINES}
"""Every rule by its code."""


def __getattr__(name: str) -> Rule:
    """A rule by its name. Raises `AttributeError`."""
    if name not in _NAMED:
        raise AttributeError(f"no rule is named {name}")
    return _NAMED[name]


def _group(key: str, title: str) -> Group:
    return Group(title, tuple(rule for group, _, rule in _LINES if group == key))


CELLS = _group("CELLS", "Cách ghi trong ô")
"""What the number grammar remarks on."""
GENERAL = _group("GENERAL", "Quy tắc chung")
"""What is asked of every figure, note and document, whatever the form declares."""
BOOK = _group("BOOK", "Quy tắc về sổ: trang tính, dòng, cột, công thức")
"""What somebody has done to the workbook itself."""
FORMS = _group("FORMS", "Biểu mẫu đơn vị nộp")
"""What has been done to a unit's form besides filling it."""
FILES = _group("FILES", "Tệp không nhận")
"""Why a file from outside is not read. `{}` stands for what was found."""
NOTICES = _group("NOTICES", "Tệp nhận được, bỏ lại một phần")
"""What was left out of a file from outside."""
REPORT = _group("REPORT", "Đối chiếu báo cáo với sổ")
"""What comparing a written report with the workbook shows."""
TEMPLATE = _group("TEMPLATE", "Mẫu Word")
"""Mistakes in a Word template."""
COUNTRY = _group("COUNTRY", "Tổng hợp nhiều đơn vị")
"""Which of several files speaks for a unit."""
GROUPS = (CELLS, GENERAL, BOOK, FORMS, FILES, NOTICES, REPORT, TEMPLATE, COUNTRY)
LAYOUT_CODES = frozenset(rule.code for rule in BOOK.rules)
NEW_COPY = RULES["too_large_unpacked"].remedy


def refusal(code: str, detail: str) -> str:
    """Why a file from outside is not read, with what was found; an unknown code tells only that it can't be read."""
    rule = RULES.get(code)
    return f"{rule.meaning.format(detail)} {rule.remedy}" if rule else f"Không đọc được tệp. {NEW_COPY}"
