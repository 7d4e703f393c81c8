"""Reads back a result of this command, so that the next level can be made from it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from python_calamine import CalamineError, CalamineWorkbook

from cchc_xl.consolidate.record import RESULT, Record, Remarked
from cchc_xl.consolidate.table import COLUMNS, TITLES, sums
from cchc_xl.consolidate.write import (
    COVERED,
    DATA_SHEET,
    FINDING_TITLES,
    FINDINGS_SHEET,
    SOURCES_SHEET,
    companion,
)
from cchc_xl.errors import UserError
from cchc_xl.files import read_file
from cchc_xl.findings import SEVERITY_WORDS
from cchc_xl.schema.form_model import Form
from cchc_xl.submissions.intake import read_limits
from cchc_xl.submissions.intake.container_check import RefusedError, inspect
from cchc_xl.submissions.intake.refusal_texts import refusal

NOT_A_RESULT = "không phải kết quả của lệnh consolidate."
REMEDY = "Gửi biểu mẫu, sổ tổng hợp, hoặc tệp do lệnh consolidate ghi ra."
Rows = list[dict[str, Any]]
MOST_FINDINGS = 5_000
"""Findings of a lower level that are taken along, the gravest first; its own file holds all of them."""


class Tables(NamedTuple):
    """What a result holds: figures by column name, the units inside it, findings by title."""

    rows: Rows
    covered: list[str]
    findings: Rows


def read_result(path: Path, form: Form) -> Record:
    """The sums of a result and the units inside it. Raises `UserError` where the file is not one."""
    if not path.is_file() or path.is_symlink():
        raise UserError(str(path), "không phải tệp thường.", REMEDY)
    if path.stat().st_size > read_limits.LARGEST_FILE:
        raise UserError(str(path), "tệp quá lớn với một kết quả tổng hợp.", "Tổng hợp với ít cấp hơn trong --by.")
    tables = READERS[path.suffix.lower()](path)
    remarks = tuple(map(_remark, tables.findings[:MOST_FINDINGS]))
    covered = tuple(sorted({*tables.covered} - {""}))
    return Record(RESULT, remarks=remarks, sums=sums(tables.rows, form, path), covered=covered)


def _remark(row: Mapping[str, Any]) -> Remarked:
    texts = [str(row.get(title) or "") for title in FINDING_TITLES]
    word, rule, unit, _, _, code, _, sheet, cell, message, suggestion = texts
    return Remarked(rule, SEVERITIES.get(word, "info"), unit, code, sheet, cell, message, suggestion)


SEVERITIES = {word: str(severity) for severity, word in SEVERITY_WORDS.items()}


def _from_csv(path: Path) -> Tables:
    rows, beside = _csv_rows(path), companion(path, SOURCES_SHEET)
    if not rows or set(COLUMNS) - set(rows[0]):
        raise UserError(str(path), NOT_A_RESULT, REMEDY)
    if not beside.is_file():
        what = f"không có tệp {beside.name} bên cạnh, không biết kết quả đã gồm những đơn vị nào."
        raise UserError(str(path), what, "Gửi kèm tệp đó, hoặc gửi kết quả dạng .xlsx.")
    findings = companion(path, FINDINGS_SHEET)
    return Tables(
        rows, [row.get(COVERED) or "" for row in _csv_rows(beside)], _csv_rows(findings) if findings.is_file() else []
    )


def _csv_rows(path: Path) -> Rows:
    try:
        return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error) as error:
        raise UserError(str(path), NOT_A_RESULT, REMEDY) from error


def _from_parquet(path: Path) -> Tables:
    table = _parquet_table(path)
    head = table.schema.metadata or {}
    if set(COLUMNS) - set(table.column_names) or COVERED.encode() not in head:
        raise UserError(str(path), NOT_A_RESULT, REMEDY)
    findings = companion(path, FINDINGS_SHEET)
    told = _parquet_table(findings).to_pylist() if findings.is_file() else []
    return Tables(table.select(COLUMNS).to_pylist(), json.loads(head[COVERED.encode()]), told)


def _parquet_table(path: Path) -> Any:
    import pyarrow
    import pyarrow.parquet

    try:
        return pyarrow.parquet.read_table(path, use_threads=False)
    except (pyarrow.ArrowInvalid, OSError) as error:
        raise UserError(str(path), NOT_A_RESULT, REMEDY) from error


def _from_workbook(path: Path) -> Tables:
    data, sources, findings = map(_by_title, _sheets(path, (DATA_SHEET, SOURCES_SHEET, FINDINGS_SHEET)))
    if not data or set(TITLES.values()) - set(data[0]):
        raise UserError(str(path), NOT_A_RESULT, REMEDY)
    rows = [{name: row[title] for name, title in TITLES.items()} for row in data]
    return Tables(rows, [str(row.get(COVERED) or "") for row in sources], findings)


def _sheets(path: Path, names: Iterable[str]) -> list[list[list[Any]]]:
    try:
        safe = inspect(read_file(path), path.suffix.lower()).data
        with CalamineWorkbook.from_filelike(io.BytesIO(safe)) as workbook:
            return [workbook.get_sheet_by_name(name).to_python() for name in names]
    except RefusedError as error:
        raise UserError(str(path), refusal(error.code, error.detail)) from error
    except (CalamineError, ValueError) as error:
        raise UserError(str(path), NOT_A_RESULT, REMEDY) from error


def _by_title(rows: list[list[Any]]) -> Rows:
    return [dict(zip(map(str, rows[0]), row, strict=False)) for row in rows[1:]]


READERS = {".csv": _from_csv, ".parquet": _from_parquet, ".xlsx": _from_workbook, ".xlsm": _from_workbook}
