"""DuckDB, which does the counting: opened for one run, without the network, within a bound of memory; and the tables of
a result: the query that gives each, and what people call its columns and codes.

Numbers are DECIMAL(38, 15): sums are exact. `number(x)` gives the nearest float of a sum, `plain(x)` its text.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from cchc_xl.errors import UserError
from cchc_xl.rule_registry import SEVERITY_WORDS
from cchc_xl.schema.declaration_words import KINDS, TOTALS

MEMORY = "224MB"
NUMBER = "DECIMAL(38, 15)"
FOLDER = Path(__file__).parent
TEXT, INTEGER = "VARCHAR", "INTEGER"
Connection = Any
Row = tuple[Any, ...]

MACROS = """
CREATE MACRO plain(x) AS
    CASE WHEN contains(x::VARCHAR, '.') THEN rtrim(rtrim(x::VARCHAR, '0'), '.') ELSE x::VARCHAR END;
CREATE MACRO number(x) AS plain(x)::DOUBLE;
CREATE MACRO scaled(x) AS replace(x::VARCHAR, '.', '')::HUGEINT;
-- Vietnamese thousands: 10.599
CREATE MACRO thousands(n) AS replace(format('{:,}', n), ',', '.');
-- Half-up to two decimals; a part smaller than its whole is never 100, one that is there never 0.
CREATE MACRO hundredths(part, whole) AS CASE WHEN scaled(whole) = 0 THEN NULL
    WHEN part < whole THEN greatest(least((scaled(part) * 20000 + scaled(whole)) // (2 * scaled(whole)), 9999),
        (part > 0)::INTEGER)
    ELSE (scaled(part) * 20000 + scaled(whole)) // (2 * scaled(whole)) END;
CREATE MACRO rate(part, whole) AS
    ((hundredths(part, whole) // 100)::VARCHAR || '.' || lpad((hundredths(part, whole) % 100)::VARCHAR, 2, '0'))
    ::DECIMAL(38, 15);
-- Text that stays text when somebody edits the cell: a formula needs its sign in the first place.
CREATE MACRO harmless(t) AS
    nullif(CASE WHEN t[1] IN ('=', '+', '-', '@', chr(9), chr(13)) THEN ' ' || t ELSE t END, '');
"""


def needed(module: str, extra: str = "analysis", what: str = "phần tổng hợp và phân tích") -> Any:
    """A library of an extra. Raises `UserError` that names the command which installs it."""
    try:
        return import_module(module)
    except ImportError as error:
        name = module.partition(".")[0]
        text = f"máy này chưa cài {what} (thiếu {name})."
        raise UserError("cchc-xl", text, f"Cài bằng: pip install 'cchc-xl[{extra}]'.") from error


def connect() -> Connection:
    """A database in memory; what does not fit goes to a temporary folder. Raises `UserError` without DuckDB."""
    con = needed("duckdb").connect(config={
        "memory_limit": MEMORY, "threads": 2, "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    })
    con.execute(MACROS)
    return con


def script(con: Connection, file: Path, **words: str) -> None:
    """Runs a file of SQL; `{word}` stands for a text of the caller's."""
    con.execute(file.read_text(encoding="utf-8").format(**words))


def fill(con: Connection, table: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> None:
    """A new table of columns with their types, holding the rows in their order."""
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    fields = ", ".join(f"unnest(?::{kind}[]) AS {name}" for name, kind in columns.items())
    con.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT {fields}", list(map(list, values)))


def texts(names: str) -> dict[str, str]:
    """Columns of text, by their names."""
    return dict.fromkeys(names.split(), TEXT)


def ask(con: Connection, query: str, *values: Any) -> list[Row]:
    """The lines of a query."""
    rows: list[Row] = con.execute(query, list(values)).fetchall()
    return rows


def columns_of(con: Connection, query: str) -> dict[str, str]:
    """The columns that a query gives, with their types."""
    return {name: kind for name, kind, *_ in ask(con, f"DESCRIBE {query}")}


@contextmanager
def copied(con: Connection, query: str, path: Path, head: Mapping[str, str] | None = None) -> Iterator[Path]:
    """A file with the lines of a query, .csv or .parquet as the path says, the latter with a head of keys and texts.

    In CSV numbers have no idle decimals, no text would be taken for a formula, and a mark makes Excel read UTF-8.
    """
    with tempfile.TemporaryDirectory(prefix="cchc-") as folder:
        place = Path(folder) / "x"
        if path.suffix.lower() == ".csv":
            shape = columns_of(con, query).items()
            fields = [f"{PLAIN.get(kind, '{}').format(name)} AS {name}" for name, kind in shape]
            fields[0] = fields[0].replace(" AS ", f' AS "{MARK}', 1) + '"'
            con.execute(f"COPY (SELECT {', '.join(fields)} FROM ({query})) TO {quoted(place)} (FORMAT csv)")
        else:
            texts = ", ".join(f"{key}: {quoted(value)}" for key, value in (head or {}).items())
            more = f", KV_METADATA {{{texts}}}" if texts else ""
            con.execute(f"COPY ({query}) TO {quoted(place)} (FORMAT parquet, COMPRESSION zstd{more})")
        yield place


MARK = "\ufeff"
PLAIN = {"DOUBLE": "plain({})", "VARCHAR": "harmless({})"}


def quoted(text: object) -> str:
    """A text as SQL writes it."""
    return "'" + str(text).replace("'", "''") + "'"


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
