"""Checks of scores against the declared scales: each inside its scale, and as many units in a class as stated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from cchc_xl import rule_registry
from cchc_xl.checks.check_context import Case, named, title
from cchc_xl.findings import Finding
from cchc_xl.schema.form_model import Class, Indicator, Scale
from cchc_xl.values import Address
from cchc_xl.writing.vietnamese_numbers import plain


def scales(case: Case) -> Iterator[Finding]:
    """Every scale whose scores are reported."""
    for section in case.form.sections:
        for scale in section.scales:
            if scale.score:
                yield from _scale(case, scale, case.form.by_name[scale.score])


def _scale(case: Case, scale: Scale, row: Indicator) -> Iterator[Finding]:
    members: dict[str, list[Address]] = defaultdict(list)
    known = True
    for unit in case.form.reporters(row):
        score = case.answer(unit.id, row.code)
        if not isinstance(score, Decimal):
            known = False
            continue
        place = case.content.readings[unit.id, row.code].address
        found = scale.class_of(score)
        if found:
            members[found.name].append(place)
        else:
            known = False
            low, high = scale.rising[0].low, scale.rising[-1].high
            message = (
                f"{title(case.form, unit.id, row.code)}: {plain(score)} nằm ngoài thang điểm từ {plain(low)} đến "
                f"{plain(high)}. Kiểm tra lại con số."
            )
            yield rule_registry.SCORE_OUTSIDE.finding(message, (place,), unit.id, row.code)
    # A class may still get one of the scores that are missing.
    for each in scale.classes if known else ():
        if each.counts:
            yield from _count(case, each, members[each.name], row)


def _count(case: Case, each: Class, members: list[Address], score: Indicator) -> Iterator[Finding]:
    figure = case.figures[case.form.by_name[each.counts].code]
    if not isinstance(figure.value, Decimal) or figure.value == len(members):
        return
    message = (
        f"{named(figure.indicator)} ghi {plain(figure.value)} nhưng theo điểm ở dòng {score.code} có {len(members)} "
        f"đơn vị thuộc mức {each.name} (từ {plain(each.low)} đến dưới {plain(each.high)}): chênh lệch "
        f"{plain(abs(figure.value - len(members)))}. Sửa số đơn vị hoặc điểm."
    )
    cells = (*case.cells(figure.indicator), *members)
    yield rule_registry.CLASS_COUNT.finding(message, cells, "", figure.indicator.code, str(len(members)))
