"""Says of a figure why it has no value, and whether the form asks for it."""

from __future__ import annotations

from cchc_xl.checks.check_context import bare
from cchc_xl.figures import Figure
from cchc_xl.report.quantity import Lack
from cchc_xl.rules import holds, parse
from cchc_xl.rules.rule_judgement import Known
from cchc_xl.schema.form_model import Indicator
from cchc_xl.schema.model_kinds import Missing


def lack_of(figure: Figure) -> Lack:
    """Why there is no value: nobody reported, units contradict each other, a rate of nothing or of different units."""
    row = figure.indicator
    named = f"{row.code}: {bare(row.label)}"
    if figure.conflicting:
        return Lack(row.code, f"số liệu thống nhất giữa các đơn vị {named}")
    if figure.whole == 0:
        return Lack(row.code, f"tỷ lệ {named} (không tính tỷ lệ vì không phát sinh)")
    if figure.part is not None:
        return Lack(row.code, f"tỷ lệ {named} (tử số và mẫu số chưa đủ cùng các đơn vị)")
    return Lack(row.code, f"số liệu {named}")


def is_required(row: Indicator, known: Known) -> bool:
    """Whether the form asks for the figure, given the other figures by name."""
    if row.missing is not Missing.REQUIRED:
        return False
    return not row.required_if or holds(parse(row.required_if), known)
