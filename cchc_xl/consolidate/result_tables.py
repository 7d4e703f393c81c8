"""The tables of a result: the query that gives each, and what people call its columns and codes."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from cchc_xl.consolidate.engine import texts
from cchc_xl.rule_registry import SEVERITY_WORDS
from cchc_xl.schema.declaration_words import KINDS, TOTALS

FIGURES = "figures"
TABLE_SUFFIXES = (".csv", ".parquet")
SUFFIXES = (".xlsx", *TABLE_SUFFIXES)

COUNTED, COPY, HELD, REFUSED = "counted", "copy", "held", "refused"
OUTCOME_WORDS = {COPY: "Bản sao", HELD: "Chưa tính", REFUSED: "Từ chối", COUNTED: "Đã tính"}
FINDING = texts("rule severity unit code file sheet cell message suggestion") | {"explained": "BOOLEAN"}
"""The columns of a finding; `file` is its whole path."""


class ResultTable(NamedTuple):
    """A table of the result: the sheet's name, and the query that gives it in machine names."""

    sheet: str
    query: str


FACT = """
SELECT period, first_day, last_day, form, unit, code, indicator.name AS indicator, indicator.kind, total,
    CASE WHEN part IS NOT NULL THEN part / nullif(whole, 0)
        WHEN value IS NULL AND status = 'nothing' THEN 0 ELSE value END AS value,
    part, whole, coalesce(text, '') AS text, status, coalesce(origin, path) AS file, coalesce(address, '') AS address
FROM (SELECT * REPLACE (value::DOUBLE AS value, part::DOUBLE AS part, whole::DOUBLE AS whole) FROM answer) AS answer
SEMI JOIN chosen USING (file, unit) JOIN source USING (file) JOIN indicator USING (code) CROSS JOIN head
ORDER BY unit, indicator.ord"""

TABLES = {
    FIGURES: ResultTable("Số liệu", """
SELECT form, period, first_day, last_day, figure_line.* EXCLUDE (ord) FROM figure_line CROSS JOIN head
ORDER BY ord"""),
    "facts": ResultTable("Trả lời", FACT),
    "units": ResultTable("Đơn vị", "SELECT * EXCLUDE (ord, wanted) FROM unit_line ORDER BY ord"),
    "findings": ResultTable("Kiểm tra", f"""
SELECT {', '.join(FINDING)}, coalesce(node.name, '') AS unit_name FROM finding LEFT JOIN node ON id = unit
ORDER BY CASE severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, file, unit, code, rule, cell, message"""),
    "sources": ResultTable("Nguồn", """
SELECT path AS file, sha AS sha256, kind AS source, outcome, message, coalesce(unit, '') AS unit
FROM source LEFT JOIN chosen USING (file) ORDER BY source.file, unit"""),
}
COMPANIONS = tuple(name for name in TABLES if name != FIGURES)
COMPANION_SUFFIXES = tuple(f".{name}{suffix}" for name in COMPANIONS for suffix in SUFFIXES)

TITLES = {
    "form": "Mẫu báo cáo", "period": "Kỳ", "first_day": "Từ ngày", "last_day": "Đến ngày", "level": "Cấp",
    "unit": "Mã đơn vị", "unit_name": "Đơn vị", "code": "Mã chỉ tiêu", "indicator": "Tên máy", "label": "Chỉ tiêu",
    "measure": "Đơn vị tính", "kind": "Kiểu", "total": "Cách cộng", "value": "Giá trị", "part": "Tử số",
    "whole": "Mẫu số", "text": "Bằng chữ", "status": "Tình trạng", "completeness": "Mức đầy đủ",
    "expected": "Phải báo cáo", "answered": "Đã trả lời", "unreadable": "Không đọc được", "missing": "Còn thiếu",
    "parent": "Thuộc",
    "kind_name": "Gọi chung", "delivered": "Đã nộp", "errors": "Phải sửa", "warnings": "Giải trình", "infos": "Lưu ý",
    "rule": "Quy tắc", "severity": "Mức", "file": "Tệp", "sheet": "Sheet", "cell": "Ô", "message": "Nội dung",
    "suggestion": "Đề nghị", "explained": "Đã giải trình", "sha256": "SHA-256", "source": "Loại", "outcome": "Kết quả",
    "address": "Ô nguồn",
}
"""What people call the columns."""

WORDS: dict[str, dict[Any, str]] = {
    "severity": {str(severity): word for severity, word in SEVERITY_WORDS.items()}, "outcome": OUTCOME_WORDS,
    "source": {"form": "Biểu mẫu", "master": "Sổ tổng hợp", "result": "Kết quả tổng hợp", "refused": "Không đọc"},
    "explained": {"true": "Có", "false": ""},
    "kind": {str(kind): word for kind, word in KINDS.items()},
    "total": {str(total): word for total, word in TOTALS.items()},
    "status": {
        "complete": "Đủ", "partial": "Thiếu đơn vị", "missing": "Chưa có", "none": "Không ai được hỏi",
        "different": "Khác nhau", "value": "Có số", "nothing": "Không phát sinh", "blank": "Để trống",
        "not_asked": "Không hỏi", "unreadable": "Không đọc được",
    },
}
"""What people call codes, by column."""


def companion(path: Path, table: str) -> Path:
    """The file beside a .csv or .parquet that holds what is a sheet of the .xlsx."""
    return path.with_name(f"{path.stem}.{table}{path.suffix}")


def companions(path: Path) -> list[Path]:
    """All the places of such files beside a .csv or .parquet."""
    return [companion(path, name) for name in COMPANIONS] if path.suffix.lower() in TABLE_SUFFIXES else []
