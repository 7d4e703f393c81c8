"""Checks of figures known only for the whole: how they are written, and whether the units' own agree with them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from cchc_xl import rule_registry
from cchc_xl.checks.check_context import Case, named
from cchc_xl.figures import tally, value_of
from cchc_xl.findings import Finding
from cchc_xl.schema.form_model import Indicator
from cchc_xl.schema.model_kinds import Total
from cchc_xl.values import Reading
from cchc_xl.writing.vietnamese_numbers import in_table, plain


def shared(case: Case) -> Iterator[Finding]:
    """Every figure of the sheet of undivided figures against what the units have answered so far."""
    for code, reading in case.content.shared.items():
        row = case.form.by_code[code]
        for remark in reading.remarks:
            message = f"Số chung của {named(row)}: {remark.message}"
            rule = rule_registry.RULES[remark.code]
            yield rule.finding(message, (reading.address,), "", code, remark.suggestion)
        if isinstance(reading.value, Decimal):
            yield from _against_units(case, row, reading, reading.value)


def _against_units(case: Case, row: Indicator, reading: Reading, whole: Decimal) -> Iterator[Finding]:
    units = case.form.reporters(row)
    answers = [(unit.id, case.content.readings.get((unit.id, row.code))) for unit in units]
    given = [(unit, answer) for unit, answer in answers if answer is not None and answer.given]
    total = value_of(row, tally(row, given))
    if not isinstance(total, Decimal) or total == whole:
        return
    if len(given) < len(units) and (row.total is not Total.SUM or total < whole):
        return
    said = f"{len(given)}/{len(units)} đơn vị đã nhập, cộng lại {in_table(total)}"
    message = (
        f"{named(row)}: số chung ghi {in_table(whole)}; {said}; chênh lệch {plain(total - whole)}. "
        "Xem lại số của các đơn vị; nếu đúng thì sửa hoặc xóa số chung."
    )
    cells = (reading.address, *case.cells(row))
    yield rule_registry.SHARED_DIFFERS.finding(message, cells, "", row.code, in_table(total).replace(".", ""))
