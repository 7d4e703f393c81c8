"""Classes of scores: declared as data without gap or overlap, and asked of the units' scores."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from contents import findings_of, form_2021, reading, sample_content

from cchc_xl.figures import Content
from cchc_xl.reading import Cell
from cchc_xl.schema import Form
from cchc_xl.schema.declaration_checks import faults
from cchc_xl.schema.declaration_tables import FAULT
from cchc_xl.schema.form_model import Class, Scale
from cchc_xl.values import replace

SCORED = "III.6.6"
"""A figure that every ward reports, taken for a score here: what it counts does not matter."""
SCALES = [scale for section in form_2021().sections for scale in section.scales]


def with_scale(*bounds: tuple[str, int, int], score: str = "") -> Form:
    """The form with one scale in its last section."""
    form = form_2021()
    counts = [each.counts for each in SCALES[0].rising]
    classes = tuple(
        Class(name=name, low=Decimal(low), high=Decimal(high), counts=counts[place % len(counts)])
        for place, (name, low, high) in enumerate(bounds)
    )
    scale = Scale(name="thang", label="Thang thử", score=score, classes=classes)
    last = form.sections[-1].changed(scales=(scale,))
    return form.changed(sections=(*form.sections[:-1], last))


@pytest.mark.parametrize("scale", SCALES, ids=lambda scale: scale.name)
def test_declared_classes_neither_overlap_nor_leave_a_gap(scale: Scale) -> None:
    assert all(below.high == above.low for below, above in pairwise(scale.rising))
    low, high = scale.rising[0].low, scale.rising[-1].high
    scores = [low + (high - low) * step / 997 for step in range(998)]
    assert all(sum(each.low <= score < each.high for each in scale.classes) == 1 for score in scores[:-1])
    assert scale.class_of(high) is scale.rising[-1]
    assert scale.class_of(high + 1) is None
    assert scale.class_of(low - 1) is None


@pytest.mark.parametrize(("bounds", "said"), [
    ((("Cao", 65, 100), ("Thấp", 0, 60)), "từ 60 đến 65 không thuộc mức nào"),
    ((("Cao", 60, 100), ("Thấp", 0, 65)), "chồng nhau từ 60 đến 65"),
    ((("Cao", 100, 60), ("Thấp", 0, 60)), "phải nhỏ hơn"),
    ((), "ít nhất một mức"),
])
def test_classes_that_overlap_or_leave_a_gap_are_refused(bounds: tuple[tuple[str, int, int], ...], said: str) -> None:
    assert [each.what for each in faults(with_scale(*bounds)) if said in each.what and each.severity == FAULT]


def scored(*scores: int | None) -> Content:
    """The sample with the wards' scores, under a scale of three classes."""
    row = form_2021().by_code[SCORED]
    form = with_scale(("Thấp", 0, 50), ("Vừa", 50, 80), ("Cao", 80, 100), score=row.name)
    content = replace(sample_content(form_2021()), form=form)
    readings = dict(content.readings)
    for unit, score in zip(form.reporters(row), scores, strict=True):
        cell = Cell(Decimal(score)) if score is not None else Cell()
        readings[unit.id, SCORED] = reading(form, unit.id, SCORED, cell)
    low, middle, high = (form.by_name[each.counts].code for each in form.sections[-1].scales[0].rising)
    for code, count in ((low, 2), (middle, 3), (high, 5)):
        readings["thanh_pho", code] = reading(form, "thanh_pho", code, Cell(Decimal(count)))
    return replace(content, readings=readings)


def told(content: Content) -> list[tuple[str, str, str]]:
    found = findings_of(content)
    return [(each.rule, each.unit, each.suggestion) for each in found if each.rule in ("class_count", "score_outside")]


def test_as_many_units_as_stated_are_not_accused() -> None:
    assert told(scored(0, 49, 50, 60, 79, 80, 81, 90, 99, 100)) == []


def test_a_score_at_the_bound_belongs_to_the_upper_class() -> None:
    assert told(scored(0, 50, 50, 60, 79, 80, 81, 90, 99, 100)) == [("class_count", "", "1"), ("class_count", "", "4")]


def test_a_score_outside_the_scale_is_told_and_the_classes_wait() -> None:
    assert told(scored(0, 49, 50, 60, 79, 80, 81, 90, 99, 785)) == [("score_outside", "phuong_10", "")]


def test_with_a_score_missing_no_class_is_judged() -> None:
    assert told(scored(None, 50, 50, 60, 79, 80, 81, 90, 99, 100)) == []
