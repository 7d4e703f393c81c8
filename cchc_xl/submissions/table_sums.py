"""The computed cells of a unit's tables: one that does not hold its sum was typed over."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from cchc_xl import rule_registry
from cchc_xl.figures import Sums, value_of_unit
from cchc_xl.reading import read
from cchc_xl.schema.form_model import Form, Indicator
from cchc_xl.submissions.form_damage import Damage
from cchc_xl.submissions.form_layout import FormPlan
from cchc_xl.submissions.intake.cell_marks import CellMark
from cchc_xl.submissions.intake.found_lines import Found, cell_of
from cchc_xl.values import NOWHERE, Reading, Status
from cchc_xl.writing.vietnamese_numbers import in_table, plain


def with_sums(form: Form, readings: Mapping[str, Reading], known: Sums | None = None) -> Mapping[str, Reading]:
    """A unit's answers with what its tables add up, where a part of it is answered. `known` as in `value_of_unit`."""
    known = {} if known is None else known
    sums = {
        row.code: Reading(Status.VALUE, value, "", NOWHERE)
        for row in form.indicators() if row.sum_of
        for value in [value_of_unit(form, row, readings.get, known)] if value is not None
    }
    return {**readings, **sums} if sums else readings


COMPUTED = frozenset((CellMark.FORMULA,))
"""All that is to be said of a cell that computes a number."""


def overwritten_sum(
    plan: FormPlan, code: str, line: Found, readings: Mapping[str, Reading], file: str, known: Sums
) -> Damage | None:
    """The fault of a computed cell that says another number than its parts make; an empty one says nothing. `known` as
    in `value_of_unit`."""
    row, place = plan.form.by_code[code], line.address(file)
    right = value_of_unit(plan.form, row, readings.get, known)
    if type(line.value) in (int, float) and line.value == right and line.marks <= COMPUTED:
        return None
    typed = read(cell_of(line.value, line.marks), row, place)
    if not typed.raw.strip() or typed.value == right:
        return None
    said = in_table(typed.value) if typed.value is not None else f"“{typed.raw[:60]}”"
    if right is None or not isinstance(typed.value, Decimal) or not isinstance(right, Decimal):
        must = f"phải bằng {in_table(right)}" if right is not None else "phải để trống vì chưa có số thành phần"
        message = f"{row.label} {said} {must}"
    else:
        apart = plain(abs(typed.value - right))
        message = f"{row.label} {said} phải bằng {_sum(plan.form, row, readings)}; lệch {apart}"
    return Damage(rule_registry.SUM_OVERTYPED, f"{message}. Ô này tự tính, số gõ đè không được lấy.", code, place)


MOST_SHOWN = 4
"""Parts of a sum that are named one by one."""


def _sum(form: Form, row: Indicator, readings: Mapping[str, Reading]) -> str:
    """(4) 1.030 + (5) 60 + (6) 12 = 1.102; of a column of many rows only the sum."""
    right = value_of_unit(form, row, readings.get)
    assert isinstance(right, Decimal)
    parts = form.summands.get(row.code, ())
    if row.has_parts or len(parts) > MOST_SHOWN or any(part.row != row.row for part, _ in parts):
        return f"tổng các dòng {plain(right)}" if not row.has_parts else plain(right)
    said = [
        f"{'− ' if sign < 0 else '+ '}{part.column} {'trống' if value is None else in_table(value)}"
        for part, sign in parts for value in [value_of_unit(form, part, readings.get)]
    ]
    return f"{' '.join(said).removeprefix('+ ')} = {plain(right)}"
