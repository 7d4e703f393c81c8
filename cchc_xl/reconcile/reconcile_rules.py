"""What an audit finds: the rules under the names that this package uses, and one thing found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cchc_xl import rule_registry
from cchc_xl.rule_registry import Rule
from cchc_xl.values import Address

PERIOD = rule_registry.REPORT_PERIOD
FIGURE, UNIT, POINTS, REPEATED = (
    rule_registry.REPORT_FIGURE, rule_registry.REPORT_UNIT, rule_registry.REPORT_POINTS, rule_registry.REPORT_REPEATED,
)
APPENDIX, TABLE, RATE, SUM = (
    rule_registry.REPORT_APPENDIX, rule_registry.APPENDIX_FIGURE, rule_registry.REPORT_RATE, rule_registry.REPORT_SUM,
)
WORDING, REWORDED = rule_registry.REPORT_WORDING, rule_registry.REPORT_REWORDED
LIST, DATE, CITATION, SPELLING = (
    rule_registry.REPORT_LIST, rule_registry.REPORT_DATE, rule_registry.REPORT_CITATION, rule_registry.REPORT_SPELLING,
)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a report: the paragraph's number from 0, and the characters."""

    paragraph: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One thing an audit found: the quoted sentence, both numbers, their difference, and where each stands."""

    rule: Rule
    message: str
    quote: str
    spot: Spot
    stated: str = ""
    expected: str = ""
    difference: str = ""
    code: str = ""
    against: str = ""
    cells: tuple[Address, ...] = ()

    def as_json(self, report: str) -> dict[str, Any]:
        """The object of the command line's contract, with what an audit knows besides."""
        told = self.rule.finding(self.message, self.cells, indicator=self.code, suggestion=self.rule.remedy)
        return {
            **told.as_json(report), "quote": self.quote, "stated": self.stated, "expected": self.expected,
            "difference": self.difference, "against": self.against, "paragraph": self.spot.paragraph + 1,
            "start": self.spot.start, "end": self.spot.end,
        }
