"""Findings: what is wrong or needs explaining, at which cells, in Vietnamese, with what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from cchc_xl.errors import CLEAN, FINDINGS
from cchc_xl.structs import Struct
from cchc_xl.values import Address


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

    Every finding is made by a rule: those of `rule_registry`, those that a form declares, those of the layout decree.
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
