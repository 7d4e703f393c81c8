"""Findings: what is wrong or needs explaining, at which cells, with what to do; and the rules that make them.

Every sort of finding is in it but those that a form declares and those of the layout decree. One rule is one line of
quy_tac_chung.csv: its group, its code, how grave it is, what it means, an example of what passes and of what fails,
what to do. Here a rule is called by its code in capitals, or by its name where it has one of its own:
`rule_registry.ROW_MISSING`. docs/quy_tac.md is printed from it; a new check begins with one line of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Any

from cchc_xl.errors import CLEAN, FINDINGS
from cchc_xl.program import lines_of
from cchc_xl.values import Address, Struct


class Severity(StrEnum):
    """How grave a finding is; the order is the order of the list in the workbook."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Finding(Struct, frozen=True):
    """One thing that a person must look at.

    `rule` is the code of the rule or of the spelling; `unit` and `indicator` are ids and codes, empty where none
    applies; `cells` are the addresses it stands at, the first one the place to go to.
    """

    rule: str
    severity: Severity
    unit: str
    indicator: str
    cells: tuple[Address, ...]
    message: str
    suggestion: str = ""
    explained: bool = False

    @property
    def key(self) -> str:
        """Recognises the same finding in a later run; another figure makes it another finding."""
        return f"{self.rule}|{self.unit}|{self.indicator}|{self.message}"

    def as_json(self, file: str) -> dict[str, Any]:
        """The object of the command line's contract."""
        place = self.cells[0] if self.cells else Address("", "")
        return {
            "rule": self.rule, "severity": str(self.severity), "unit": self.unit, "indicator": self.indicator,
            "file": file, "sheet": place.sheet, "cell": place.cell,
            "message": self.message, "suggestion": self.suggestion, "explained": self.explained,
        }


class Rule(Struct, frozen=True):
    """A sort of finding: what it means, an example of what passes and of what fails, and what to do.

    Every finding is made by a rule: those of the registry, those that a form declares, those of the layout decree.
    """

    code: str
    severity: Severity
    meaning: str = ""
    passes: str = ""
    fails: str = ""
    remedy: str = ""

    def finding(
        self, message: str, cells: tuple[Address, ...], unit: str = "", indicator: str = "", suggestion: str = ""
    ) -> Finding:
        """A finding of this rule."""
        return Finding(self.code, self.severity, unit, indicator, cells, message, suggestion)


SEVERITY_WORDS = {Severity.ERROR: "Bắt buộc sửa", Severity.WARNING: "Cần giải trình", Severity.INFO: "Lưu ý"}


def counted(findings: Iterable[Finding]) -> str:
    """How many findings of each severity are open: "0 bắt buộc sửa, 8 cần giải trình, 3 lưu ý"."""
    open_ones = Counter(finding.severity for finding in findings if not finding.explained)
    return ", ".join(f"{open_ones[severity]} {word.lower()}" for severity, word in SEVERITY_WORDS.items())


def status_of(findings: Iterable[Finding]) -> int:
    """The exit status: 1 where something must be mended, else 0."""
    return FINDINGS if any(finding.severity is Severity.ERROR for finding in findings) else CLEAN



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
