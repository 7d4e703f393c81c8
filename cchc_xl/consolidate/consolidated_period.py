"""Which form and period is consolidated: what was asked for, else what the first file says that says it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from cchc_xl import sheet_names
from cchc_xl.consolidate.lower import rows_of_result
from cchc_xl.consolidate.result_tables import TABLE_SUFFIXES
from cchc_xl.declaration.load_form import known_forms
from cchc_xl.errors import UserError
from cchc_xl.rule_registry import refusal
from cchc_xl.schema.report_periods import key_of
from cchc_xl.submissions.form_layout import FORM_KEY, PERIOD_KEY
from cchc_xl.submissions.intake.reader_pool import ReaderPool
from cchc_xl.submissions.interpret_submission import texts_by_key

MOST_ASKED = 50
"""Files looked at before giving up."""

REFUSED = "refused"
REMEDY = "Kiểm tra các tệp; tệp đúng mà không ghi mẫu báo cáo thì chỉ mẫu bằng --form."


def told(paths: Sequence[Path], form_name: str, period: str) -> tuple[str, str]:
    """The name of the form and of the period. Raises `UserError` where neither anybody nor a file says them."""
    if form_name and period:
        return form_name, period
    facts: Mapping[str, str] = {}
    why = ""
    for facts in _identities(paths):
        if facts.get(FORM_KEY):
            break
        why = why or facts.get(REFUSED, "")
    found = form_name or facts.get(FORM_KEY, "")
    if not found:
        what = f"không tệp nào được tính ({len(paths)} tệp); tệp đầu tiên: "
        raise UserError(str(paths[0]), what + (why or "không ghi lập theo mẫu báo cáo nào."), REMEDY)
    if not form_name and found not in known_forms():
        what = f"các tệp lập theo biểu mẫu “{found[:40]}”, máy này không có."
        raise UserError("--form", what, "Chỉ biểu mẫu bằng --form.")
    period = period or facts.get(PERIOD_KEY, "") or key_of(facts)
    if not period:
        first = f" Tệp đầu tiên: {why}" if why else ""
        remedy = "Chỉ kỳ bằng --period, ví dụ --period “quý III/2026”."
        raise UserError("--period", f"không tệp nào nói kỳ báo cáo.{first}", remedy)
    return found, period


def _identities(paths: Sequence[Path]) -> Iterator[Mapping[str, str]]:
    """What files say they are, or why one can't be read; workbooks first."""
    tables = [path for path in paths if path.suffix.lower() in TABLE_SUFFIXES]
    with ReaderPool(1) as pool:
        for _, answer in pool.read_all([path for path in paths if path not in set(tables)][:MOST_ASKED]):
            if REFUSED in answer:
                yield {REFUSED: refusal(str(answer[REFUSED]), str(answer.get("detail", "")))}
            else:
                yield texts_by_key(answer["sheets"], sheet_names.IDENTITY)
    for path in tables[:MOST_ASKED]:
        with suppress(UserError, OSError):
            first = next(iter(rows_of_result(path)), {})
            yield {FORM_KEY: first.get("form", ""), PERIOD_KEY: first.get("period", "")}
