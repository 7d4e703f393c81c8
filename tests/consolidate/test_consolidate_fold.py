"""Whatever the tree of units, every node has the figures that the totals of one city of its units give."""

from __future__ import annotations

import os
import random
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import Phase, given, settings, strategies as st

from cchc_xl.consolidate.engine import NUMBER, Connection, ask, connect, fill, needed
from cchc_xl.consolidate.fold import fold, prepare
from cchc_xl.errors import UserError
from cchc_xl.figures import Figure, total
from cchc_xl.schema import Total, Unit
from cchc_xl.schema.form_model import Indicator
from cchc_xl.schema.model_kinds import Kind, Missing
from cchc_xl.units import Tree, UnitNode
from cchc_xl.values import Address, Ratio, Reading, Status, Value
from cchc_xl.writing.vietnamese_numbers import rate
from tests.contents import form_2021

FORM = form_2021()
KINDS = tuple(dict.fromkeys(unit.kind for unit in FORM.units))
LEVELS = ("country", "province", "district")
TOLD = {"unit": "VARCHAR", "code": "VARCHAR", "status": "VARCHAR", "value": NUMBER, "part": NUMBER, "whole": NUMBER,
        "text": "VARCHAR"}
TREES = int(os.environ.get("CCHC_TREES", "15"))
"""So many trees of units."""

NUMBERS = st.integers(0, 10**9).map(Decimal) | st.decimals(0, 10**6, places=3)
Readings = dict[tuple[str, str], Reading]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1))
def test_rates_are_rounded_as_everywhere_else(pairs: list[tuple[Decimal, Decimal]]) -> None:
    con = connect()
    fill(con, "pair", {"part": NUMBER, "whole": NUMBER}, [*pairs, (Decimal(99_997), Decimal(100_000))])
    assert ask(con, "SELECT rate(part, whole) FROM pair") == [(rate(*pair),) for pair in pairs] + [(Decimal("99.99"),)]


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """A country with levels left out here and there: a unit may stand below any of them."""
    nodes = {"n": UnitNode("n", "Nước", LEVELS[0])}
    for number in range(draw(st.integers(0, 3))):
        nodes[f"p{number}"] = UnitNode(f"p{number}", f"Tỉnh {number}", LEVELS[1], "n")
    for number in range(draw(st.integers(0, 5))):
        parent = draw(st.sampled_from([each for each in nodes.values() if each.kind != LEVELS[2]]))
        nodes[f"d{number}"] = UnitNode(f"d{number}", f"Huyện {number}", LEVELS[2], parent.id)
    above = list(nodes)
    for number in range(draw(st.integers(1, 12))):
        kind = draw(st.sampled_from(KINDS))
        nodes[f"w{number}"] = UnitNode(f"w{number}", f"Đơn vị {number}", kind, draw(st.sampled_from(above)))
    return Tree(nodes)


def answers(node: UnitNode, number: int) -> Readings:
    """What a unit answers: some numbers, some blanks, some "không phát sinh"."""
    dice = random.Random(f"{node.id} {number}")
    asked = [row for row in FORM.indicators() if row.typed and node.kind in row.reported_by]
    return {(node.id, row.code): _reading(dice, row) for row in asked}


def _reading(dice: random.Random, row: Indicator) -> Reading:
    number = Decimal(dice.randint(0, 1 if row.asked is Kind.YES_NO else 9))
    status, value = dice.choice([*Status, Status.VALUE, Status.VALUE]), None
    if row.asked is Kind.TEXT and status is Status.NOTHING:
        status = Status.BLANK
    if status is Status.NOTHING:
        value = Decimal(0)
    elif status is Status.VALUE:
        made: dict[Kind, Value] = {Kind.RATIO: Ratio(number, number + 1), Kind.TEXT: str(number)}
        value = made.get(row.asked, number)
    return Reading(status, value, "", Address("S", "E1"))


def folded(tree: Tree, readings: Readings, delivered: list[str], kinds: tuple[str, ...]) -> Connection:
    """A database with the figures of every node."""
    con = connect()
    prepare(con, FORM, tree, kinds, every=True)
    fill(con, "delivered", {"unit": "VARCHAR"}, [(unit,) for unit in delivered])
    lines = [(unit, code, str(each.status), *_columns(each)) for (unit, code), each in readings.items()]
    fill(con, "told", TOLD, lines)
    fold(con, "figure")
    return con


def _columns(reading: Reading) -> tuple[object, ...]:
    match reading.value:
        case Ratio(part, whole):
            return None, part, whole, None
        case str() as text:
            return None, None, None, text
    return reading.value, None, None, None


def as_value(row: Indicator, *columns: Any) -> object:
    """A line of the table as the figure that it stands for."""
    value, part, whole, text = columns
    if row.kind is Kind.RATIO and part is not None and whole is not None:
        return Ratio(part, whole)
    return text if text is not None else value


@settings(max_examples=TREES, deadline=None, phases=[Phase.generate])
@given(trees(), st.integers(), st.data())
def test_every_node_has_the_totals_of_a_city_of_its_units(tree: Tree, number: int, data: st.DataObject) -> None:
    leaves = [unit for unit in tree.nodes if unit.startswith("w")]
    delivered = data.draw(st.lists(st.sampled_from(leaves), unique=True))
    kinds = tuple(kind for kind in LEVELS if kind in tree.kinds)
    readings: Readings = {}
    for unit in delivered:
        readings |= answers(tree.nodes[unit], number)
    con = folded(tree, readings, delivered, kinds)
    for node in [each for each in tree.nodes.values() if each.kind in kinds]:
        below = [unit for unit in leaves if node in tree.above(unit)]
        named = [tree.nodes[unit] for unit in below]
        form = FORM.changed(units=tuple(Unit(id=each.id, name=each.name, kind=each.kind) for each in named))
        expected = total(form, {key: each for key, each in readings.items() if key[0] in below})
        compare(con, node.id, expected, everybody={*below} <= {*delivered})


def parts(row: Indicator) -> list[Indicator]:
    """What a rate is made of."""
    return [FORM.by_name[name] for name in (row.numerator, row.denominator)] if row.has_parts else []


def compare(con: Connection, node: str, expected: dict[str, Figure], *, everybody: bool) -> None:
    query = "SELECT code, value, part, whole, text, expected, answered FROM figure WHERE node = ?"
    found = {code: rest for code, *rest in ask(con, query, node)}
    assert found.keys() == expected.keys()
    for code, figure in expected.items():
        row = figure.indicator
        *columns, asked, answered = found[code]
        # What one city reports alone is added up where several cities do: no city knows that case.
        if asked > 1 and Total.CITY in {each.total for each in (row, *parts(row))}:
            continue
        assert as_value(row, *columns) == figure.value, code
        # A form that has not come is waited for, also by figures that may stay blank in it.
        waited_for = row.typed and row.missing is Missing.REQUIRED and not row.required_if
        if row.total is not Total.UNITS and (everybody or waited_for):
            assert asked - answered == len(figure.missing), code


def test_figures_that_one_city_reports_are_added_up_where_several_do() -> None:
    row = next(row for row in FORM.indicators() if row.total is Total.CITY and row.kind is Kind.COUNT and row.typed)
    kind = row.reported_by[0]
    nodes = [UnitNode("t", "Tỉnh", "province"), *(UnitNode(f"c{n}", f"Thành phố {n}", kind, "t") for n in (1, 2))]
    said = {
        (f"c{n}", row.code): Reading(Status.VALUE, Decimal(n), "", Address("S", "E1")) for n in (1, 2)
    }
    con = folded(Tree({node.id: node for node in nodes}), said, ["c1", "c2"], ("province",))
    assert ask(con, "SELECT value FROM figure WHERE code = ?", row.code) == [(Decimal(3),)]


def test_answers_that_must_be_equal_and_differ_give_no_figure_and_a_finding() -> None:
    from cchc_xl.consolidate.fold import node_findings

    row = next(row for row in FORM.indicators() if row.total is Total.SAME and row.asked is Kind.COUNT)
    nodes = [
        UnitNode("t", "Tỉnh", "province"),
        *(UnitNode(f"c{n}", f"Xã {n}", row.reported_by[0], "t") for n in (1, 2)),
    ]
    said = {(f"c{n}", row.code): Reading(Status.VALUE, Decimal(n), "", Address("S", "E1")) for n in (1, 2)}
    con = folded(Tree({node.id: node for node in nodes}), said, ["c1", "c2"], ("province",))
    assert ask(con, "SELECT value, status FROM figure WHERE code = ?", row.code) == [(None, "different")]
    found = [line for line in node_findings(con, FORM) if line[0] == "same_everywhere"]
    assert [(line[2], line[3]) for line in found] == [("t", row.code)]
    assert "1; 2" in found[0][4]


def test_without_the_engine_the_command_that_installs_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(UserError, match=r"pip install 'cchc-xl\[analysis\]'"):
        needed("duckdb")


