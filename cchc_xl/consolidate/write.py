"""Writes a result: one workbook with five sheets, or a table with companions beside it (.csv, .parquet).

Everything is made in memory first and each file takes its name in one step, the companions before the table.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from cchc_xl.consolidate.fold import Level
from cchc_xl.consolidate.table import COLUMNS, NUMBERS, TITLES, Line
from cchc_xl.errors import UserError
from cchc_xl.excel.formula_like import harmless
from cchc_xl.files import refuse_if_open, replace_file
from cchc_xl.structs import Struct, astuple

SUMMARY_SHEET, DATA_SHEET, UNITS_SHEET = "Tổng hợp", "Số liệu", "Đơn vị"
FINDINGS_SHEET, SOURCES_SHEET = "Kiểm tra", "Nguồn"
COMPANIONS = {SOURCES_SHEET: "nguon", FINDINGS_SHEET: "kiem_tra", UNITS_SHEET: "don_vi"}
COVERED = "don_vi_da_tinh"
"""The column of the sources that names the unit counted from a file."""

SOURCE_TITLES = ("Tệp", "SHA-256", "Loại", "Kết quả", "Thông báo", COVERED, "Thuộc")
FINDING_TITLES = (
    "Mức", "Quy tắc", "Mã đơn vị", "Đơn vị", "Thuộc", "Chỉ tiêu", "Tệp", "Sheet", "Ô", "Nội dung", "Đề nghị",
)
UNIT_TITLES = ("Cấp", "Mã đơn vị", "Đơn vị", "Phải nộp", "Đã nộp", "Chưa nộp", "Phải sửa", "Giải trình", "Lưu ý")
SUFFIXES = (".xlsx", ".csv", ".parquet")
MOST_ROWS = 1_048_575
MOST_COLUMNS = 100
"""Nodes that stand beside each other on the sheet that people read."""

CHUNK = 50_000

Row = Sequence[Any]


class Result(Struct, frozen=True):
    """Everything that is written. The functions give their rows anew each time."""

    head: dict[str, str]
    levels: tuple[Level, ...]
    lines: Callable[[], Iterator[Line]]
    sources: Callable[[], Iterator[Row]]
    findings: Callable[[], Iterator[Row]]
    units: Callable[[], Iterator[Row]]

    def tables(self) -> dict[str, tuple[Row, Iterable[Row]]]:
        """Titles and rows of what stands beside the table of figures."""
        return {
            UNITS_SHEET: (UNIT_TITLES, self.units()), FINDINGS_SHEET: (FINDING_TITLES, self.findings()),
            SOURCES_SHEET: (SOURCE_TITLES, self.sources()),
        }


def companion(path: Path, sheet: str) -> Path:
    """The file beside a .csv or .parquet that holds what is a sheet of the .xlsx."""
    return path.with_name(f"{path.stem}.{COMPANIONS[sheet]}{path.suffix}")


def refuse_target(path: Path) -> None:
    """Raises `UserError` before any work where the result could not be written."""
    if path.suffix.lower() not in SUFFIXES:
        raise UserError(str(path), "chỉ ghi được .xlsx, .csv hoặc .parquet.", "Đổi đuôi tệp ở --out.")
    if not path.parent.is_dir():
        raise UserError(str(path.parent), "không có thư mục này.", "Tạo thư mục rồi chạy lại.")
    refuse_if_open(path)


def write(result: Result, path: Path) -> None:
    """Writes the result; equal results give equal tables. Raises `UserError`; the old files are then untouched."""
    files = WRITERS[path.suffix.lower()](result, path)
    for target, data in files.items():
        replace_file(target, data)


def _csv(result: Result, path: Path) -> dict[Path, bytes]:
    files = {companion(path, sheet): _csv_bytes(titles, rows) for sheet, (titles, rows) in result.tables().items()}
    return files | {path: _csv_bytes(COLUMNS, map(astuple, result.lines()))}


def _csv_bytes(titles: Row, rows: Iterable[Row]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(titles)
    writer.writerows(map(_plain_row, rows))
    # The mark makes Excel read UTF-8.
    return stream.getvalue().encode("utf-8-sig")


def _plain_row(row: Row) -> Row:
    """Numbers without exponent, and no text that a spreadsheet would take for a formula."""
    return [
        harmless(cell) if isinstance(cell, str) else f"{cell:f}" if isinstance(cell, Decimal) else cell for cell in row
    ]


def _parquet(result: Result, path: Path) -> dict[Path, bytes]:
    import pyarrow as pa

    covered = sorted({str(row[SOURCE_TITLES.index(COVERED)]) for row in result.sources()} - {""})
    head = {**result.head, COVERED: json.dumps(covered)}
    kinds = {"value": pa.float64(), **dict.fromkeys(NUMBERS, pa.int64())}
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in COLUMNS], metadata=head)
    files = {
        companion(path, sheet): _parquet_bytes(pa.schema([(title, pa.string()) for title in titles]), _as_texts(rows))
        for sheet, (titles, rows) in result.tables().items()
    }
    return files | {path: _parquet_bytes(schema, map(_float_row, result.lines()))}


def _as_texts(rows: Iterable[Row]) -> Iterator[Row]:
    return (tuple(map(str, row)) for row in rows)


def _float_row(line: Line) -> Row:
    return tuple(float(cell) if isinstance(cell, Decimal) else cell for cell in astuple(line))


def _parquet_bytes(schema: Any, rows: Iterable[Row]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    with pq.ParquetWriter(sink, schema, compression="zstd") as writer:
        for chunk in _chunks(rows):
            columns = zip(zip(*chunk, strict=True), schema, strict=True)
            arrays = [pa.array(column, field.type) for column, field in columns]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
    data: bytes = sink.getvalue().to_pybytes()
    return data


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    chunk: list[Row] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) >= CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _workbook(result: Result, path: Path) -> dict[Path, bytes]:
    from cchc_xl.consolidate.workbook import to_bytes

    titles = tuple(TITLES[name] for name in COLUMNS)
    sheets = {SUMMARY_SHEET: _summary(result), DATA_SHEET: (titles, map(astuple, result.lines())), **result.tables()}
    return {path: to_bytes(sheets, result.head, MOST_ROWS)}


def _summary(result: Result) -> tuple[Row, Iterable[Row]]:
    """Indicators down, nodes across: the page that people read."""
    shown = result.levels[:MOST_COLUMNS]
    texts: dict[str, list[Any]] = {}
    wanted = {level.node.id for level in shown}
    for line in result.lines():
        if line.unit in wanted:
            cells = texts.setdefault(line.code, [line.code, line.label, line.measure])
            cells.append(line.value if line.value is not None and "/" not in line.text else line.text)
    return ("Mã", "Chỉ tiêu", "Đơn vị tính", *(level.node.name for level in shown)), texts.values()


WRITERS: dict[str, Callable[[Result, Path], dict[Path, bytes]]] = {
    ".csv": _csv, ".parquet": _parquet, ".xlsx": _workbook,
}
