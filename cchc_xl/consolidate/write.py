"""Writes a result: one workbook for people, or tables for machines (.csv, .parquet) with companions beside the figures.

Machines get English names and numbers; people get Vietnamese headings. The answers travel along, so that the next level
can be made from the result. Everything is made first and each file takes its name in one step, the figures last.
"""

from __future__ import annotations

from pathlib import Path

from cchc_xl import sheet_names
from cchc_xl.consolidate.engine import Connection, copied
from cchc_xl.consolidate.result_tables import COMPANIONS, FIGURES, SUFFIXES, TABLES, companion
from cchc_xl.consolidate.workbook import to_bytes
from cchc_xl.errors import UserError
from cchc_xl.files import refuse_if_open, replace_file
from cchc_xl.schema.form_model import Form
from cchc_xl.submissions import form_layout as layout


def refuse_target(path: Path) -> None:
    """Raises `UserError` before any work where the result could not be written."""
    if path.suffix.lower() not in SUFFIXES:
        raise UserError(str(path), "chỉ ghi được .xlsx, .csv hoặc .parquet.", "Đổi đuôi tệp ở --out.")
    if not path.parent.is_dir():
        raise UserError(str(path.parent), "không có thư mục này.", "Tạo thư mục rồi chạy lại.")
    refuse_if_open(path)


def write(con: Connection, path: Path, form: Form) -> None:
    """Writes the result; equal results give equal tables. Raises `UserError`; the old files are then untouched."""
    head = {
        layout.KIND_KEY: sheet_names.RESULT_KIND, layout.FORM_KEY: form.id, layout.VERSION_KEY: form.version,
        layout.PERIOD_KEY: layout.period_key(form),
    }
    if path.suffix.lower() == ".xlsx":
        replace_file(path, to_bytes(con, head, f"Tổng hợp {form.period.label}: {form.title}"))
        return
    for name in (*COMPANIONS, FIGURES):
        place = path if name == FIGURES else companion(path, name)
        with copied(con, TABLES[name].query, path, head if name == FIGURES else None) as made:
            replace_file(place, made)
