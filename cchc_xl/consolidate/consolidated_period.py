"""Which form and period is consolidated: what was asked for, else what the first file says that says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from cchc_xl.consolidate.extract import identity
from cchc_xl.consolidate.lower import rows_of_result
from cchc_xl.declaration.load_form import known_forms
from cchc_xl.errors import UserError
from cchc_xl.schema.report_periods import key_of
from cchc_xl.submissions import form_layout
from cchc_xl.submissions.intake.reader_pool import ReaderPool
from cchc_xl.submissions.intake.refusal_texts import refusal

MOST_ASKED = 50
"""Files looked at before giving up."""

REFUSED = "refused"
"""Why the first file that can't be read was refused, where no file says its form."""


def told(paths: Sequence[Path], form_name: str, period: str) -> tuple[str, str]:
    """The name of the form and of the period. Raises `UserError` where neither anybody nor a file says them."""
    if form_name and period:
        return form_name, period
    facts = _facts(paths)
    if not form_name:
        form_name = facts.get(form_layout.FORM_KEY, "")
        if not form_name:
            raise _nothing(paths, facts)
        if form_name not in known_forms():
            what = f"các tệp lập theo biểu mẫu “{form_name[:40]}”, máy này không có."
            raise UserError("--form", what, "Chỉ biểu mẫu bằng --form.")
    period = period or facts.get(form_layout.PERIOD_KEY, "") or key_of(facts)
    if not period:
        remedy = "Chỉ kỳ bằng --period, ví dụ --period “quý III/2026”."
        raise UserError("--period", "không tệp nào nói kỳ báo cáo.", remedy)
    return form_name, period


def _facts(paths: Sequence[Path]) -> Mapping[str, str]:
    tables = (".csv", ".parquet")
    refused: dict[str, str] = {}
    with ReaderPool(1) as pool:
        for _, answer in pool.read_all([path for path in paths if path.suffix.lower() not in tables][:MOST_ASKED]):
            facts = identity(answer.get("sheets", ()))
            if facts.get(form_layout.FORM_KEY):
                return facts
            if "refused" in answer and not refused:
                refused = {REFUSED: refusal(str(answer["refused"]), str(answer.get("detail", "")))}
    for path in paths[:MOST_ASKED]:
        if path.suffix.lower() in tables and (facts := _of_result(path)):
            return facts
    return refused


def _nothing(paths: Sequence[Path], facts: Mapping[str, str]) -> UserError:
    """No file can be read, or none says what it was made from."""
    if not paths:
        return UserError("--form", "không có tệp nào để đọc.", "Kiểm tra thư mục đã chỉ.")
    first = facts.get(REFUSED, "không ghi lập theo mẫu báo cáo nào.")
    what = f"không tệp nào được tính ({len(paths)} tệp); tệp đầu tiên: {first}"
    return UserError(
        str(paths[0]), what, "Kiểm tra các tệp; tệp đúng mà không ghi mẫu báo cáo thì chỉ mẫu bằng --form."
    )


def _of_result(path: Path) -> dict[str, str]:
    try:
        first = next(iter(rows_of_result(path)), dict[str, str]())
    except (UserError, OSError):
        return {}
    return {form_layout.FORM_KEY: first.get("form", ""), form_layout.PERIOD_KEY: first.get("period", "")}
