"""Units of a table beside each other: numbers ten times too high, columns exchanged or copied are told at the place."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from cchc_xl.checks.check_context import Case
from cchc_xl.checks.peer_comparison import peers
from cchc_xl.declaration import form_folder, load_form
from cchc_xl.figures import Content
from cchc_xl.rule_registry import Finding
from cchc_xl.schema import Form, begun, period_of
from cchc_xl.values import Address, Reading, Status
from cchc_xl.verbs.demo import sources

Said = dict[tuple[str, str], int]


def the_form(name: str) -> Form:
    bare = load_form(form_folder(name))
    return begun(bare, period_of(bare, "quý II/2026"))


@pytest.fixture(scope="module", params=["ii06a", "ii06b"])
def form(request: pytest.FixtureRequest) -> Form:
    return the_form(request.param)


def invented(form: Form) -> Said:
    return {(line.unit, line.code): int(line.value) for line in sources(form) if line.value}


def told(form: Form, said: Mapping[tuple[str, str], int]) -> list[Finding]:
    readings = {
        key: Reading(Status.VALUE, Decimal(value), str(value), Address(*key)) for key, value in said.items()
    }
    return list(peers(Case(Content(form, readings), {}, {}, {})))


def test_of_honest_figures_nothing_is_said(form: Form) -> None:
    assert told(form, invented(form)) == []


def test_balanced_numbers_ten_times_too_high_are_told_in_their_cells(form: Form) -> None:
    said = invented(form)
    unit, code = max(said, key=lambda key: said[key] if key[1].endswith("(4)") else 0)
    wrong = [(unit, code), (unit, code.replace("(4)", "(8)"))]
    found = told(form, said | {key: 10 * said[key] for key in wrong})
    assert [(each.rule, each.unit) for each in found] == [("peer_ratio", unit)]
    assert [(cell.sheet, cell.cell) for cell in found[0].cells] == wrong
    assert f"(4) Trực tuyến {10 * said[wrong[0]]:,} (theo các đơn vị khác khoảng".replace(",", ".") in found[0].message


def test_in_time_and_late_exchanged_is_told_in_the_column_of_late_ones(form: Form) -> None:
    said = invented(form)
    unit = max(said, key=lambda key: said[key])[0]
    rows = {code.removesuffix("(8)") for each, code in said if each == unit and code.endswith("(8)")}
    exchanged = {
        (unit, f"{row}{one}"): said[unit, f"{row}{other}"]
        for row in rows for one, other in (("(8)", "(10)"), ("(10)", "(8)"))
    }
    found = told(form, said | exchanged)
    assert {each.unit for each in found} == {unit}
    assert all(cell.cell.endswith("(10)") for each in found for cell in each.cells)


def test_a_column_of_another_unit_is_told_with_both_units(form: Form) -> None:
    said, (*_, first, other) = invented(form), form.units
    whole = form.id == "ii06b"  # one line a unit: nothing else would tell anything
    copied = [code for unit, code in said if unit == first.id and (whole or code.endswith("(8)"))]
    found = told(form, said | {(other.id, code): said[first.id, code] for code in copied})
    assert [(each.rule, each.unit) for each in found] == [("same_as_other_unit", other.id)]
    assert f"{other.name}: cột {'nào cũng' if whole else '(8)'} giống hệt {first.name}" in found[0].message
    assert [(cell.sheet, cell.cell) for cell in found[0].cells] == [
        *((other.id, code) for code in copied), *((first.id, code) for code in copied),
    ]


@pytest.mark.parametrize(("value", "rules"), [(370, []), (1200, ["peer_ratio"])])
def test_among_few_units_only_what_is_far_out_is_asked_about(value: int, rules: list[str]) -> None:
    form = the_form("ii06a")
    said = {(unit.id, "ii06a.23(4)"): 10 + 5 * place for place, unit in enumerate(form.units[:3])}
    assert [each.rule for each in told(form, said | {(form.units[3].id, "ii06a.23(4)"): value})] == rules
