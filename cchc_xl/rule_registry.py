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


CELLS, GENERAL, BOOK, FORMS, FILES, NOTICES, REPORT, TEMPLATE, COUNTRY = GROUPS = [
    Group(title, tuple(rule for group, _, rule in _LINES if group == key)) for key, title in {
        "CELLS": "Cách ghi trong ô", "GENERAL": "Quy tắc chung",
        "BOOK": "Quy tắc về sổ: trang tính, dòng, cột, công thức", "FORMS": "Biểu mẫu đơn vị nộp",
        "FILES": "Tệp không nhận", "NOTICES": "Tệp nhận được, bỏ lại một phần", "REPORT": "Đối chiếu báo cáo với sổ",
        "TEMPLATE": "Mẫu Word", "COUNTRY": "Tổng hợp nhiều đơn vị",
    }.items()
]
"""In turn: what the number grammar remarks on; what is asked of every figure, note and document; what somebody has done
to the workbook itself; to a unit's form besides filling it; why a file from outside is not read (`{}` stands for what
was found); what of it was left out; what comparing a report with the workbook shows; mistakes in a Word template; which
of several files speaks for a unit."""

LAYOUT_CODES = frozenset(rule.code for rule in BOOK.rules)
NEW_COPY = RULES["too_large_unpacked"].remedy


def refusal(code: str, detail: str) -> str:
    """Why a file from outside is not read, with what was found; an unknown code tells only that it can't be read."""
    rule = RULES.get(code)
    return f"{rule.meaning.format(detail)} {rule.remedy}" if rule else f"Không đọc được tệp. {NEW_COPY}"
