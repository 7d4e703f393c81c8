"""What an audit finds, each rule in one place: its code, how grave it is, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cchc_xl.form.model import Severity
from cchc_xl.values import Address


@dataclass(frozen=True, slots=True)
class Rule:
    """A sort of finding."""

    code: str
    severity: Severity
    remedy: str


FIGURE = Rule("report_figure", Severity.ERROR, "Sửa câu theo sổ, hoặc sửa ô trong sổ nếu sổ sai")
UNIT = Rule("report_unit", Severity.WARNING, "Xem lại đơn vị tính của con số")
POINTS = Rule("report_percentage_points", Severity.INFO, "Hiệu của hai tỷ lệ viết là “điểm %”")
REPEATED = Rule("report_repeated", Severity.ERROR, "Viết cùng một số ở mọi chỗ nêu số liệu này")
APPENDIX = Rule("report_appendix", Severity.ERROR, "Viết cùng một số trong lời văn và trong phụ lục")
TABLE = Rule("appendix_figure", Severity.ERROR, "Sửa dòng phụ lục theo sổ, hoặc sửa ô trong sổ nếu sổ sai")
RATE = Rule("report_rate", Severity.ERROR, "Tính lại tỷ lệ từ tử số và mẫu số trong câu")
SUM = Rule("report_sum", Severity.ERROR, "Xem lại tổng và từng số thành phần")
LIST = Rule("report_list", Severity.WARNING, "Đếm lại các mục đã kể, hoặc sửa con số đứng trước")
DATE = Rule("report_date", Severity.ERROR, "Sửa lại ngày")
CITATION = Rule("report_citation", Severity.WARNING, "Đối chiếu với văn bản gốc")
SPELLING = Rule(
    "report_citation_form", Severity.INFO,
    "Viết theo mẫu: tên loại, “số”, số và ký hiệu liền nhau, rồi “ngày” không có dấu phẩy",
)

RULES = (FIGURE, UNIT, POINTS, REPEATED, APPENDIX, TABLE, RATE, SUM, LIST, DATE, CITATION, SPELLING)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a report: the paragraph's number from 0, and the characters."""

    paragraph: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Fault:
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
        cell = self.cells[0] if self.cells else Address("", "")
        return {
            "rule": self.rule.code, "severity": str(self.rule.severity), "unit": "", "indicator": self.code,
            "file": report, "sheet": cell.sheet, "cell": cell.cell, "message": self.message,
            "suggestion": self.rule.remedy, "explained": False, "quote": self.quote,
            "stated": self.stated, "expected": self.expected, "difference": self.difference,
            "against": self.against, "paragraph": self.spot.paragraph + 1,
            "start": self.spot.start, "end": self.spot.end,
        }
