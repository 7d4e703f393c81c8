"""Whatever the hierarchy, folding level by level gives what folding everything at once gives."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path

from hypothesis import Phase, given, settings, strategies as st

from cchc_xl.consolidate.fold import Fold, Level
from cchc_xl.consolidate.record import Answer, Sum, packed, unpacked
from cchc_xl.consolidate.table import lines, sums
from cchc_xl.consolidate.tallies import DISTINCT, NAMED, Count
from cchc_xl.consolidate.units import Node, Tree
from cchc_xl.figures import Tally, merge_all, total
from cchc_xl.schema import Form, Total, Unit
from cchc_xl.schema.form_model import Kind
from cchc_xl.values import Address, Ratio, Reading, Status, Value
from tests.contents import form_2021

FORM = form_2021()
WARD = FORM.units[0].kind
LEVELS = ("country", "province", "district")
NUMBERS = st.integers(0, 10**9).map(Decimal) | st.decimals(0, 10**6, places=3)
VALUES: st.SearchStrategy[Value] = NUMBERS | st.builds(Ratio, NUMBERS, NUMBERS) | st.text(max_size=5)
COUNTS = st.builds(
    Count,
    st.builds(
        Tally, st.integers(0, 9), NUMBERS, NUMBERS, st.integers(0, 9), st.frozensets(VALUES, max_size=DISTINCT),
        st.frozensets(st.text("abc", min_size=1, max_size=4), max_size=NAMED),
    ),
    st.integers(0, 9), st.integers(0, 9),
)


@given(VALUES)
def test_a_packed_value_unpacks_to_itself(value: Value) -> None:
    assert unpacked(packed(value)) == value


@given(COUNTS, COUNTS, COUNTS)
def test_counts_merge_in_any_order_and_grouping(one: Count, two: Count, three: Count) -> None:
    assert one.merge(two).merge(three) == one.merge(two.merge(three))
    assert one.merge(two) == two.merge(one)
    assert one.merge(Count()) == one


@given(st.lists(COUNTS, max_size=40))
def test_a_count_stays_small_and_sums_as_the_full_tally(counts: list[Count]) -> None:
    merged = Count()
    for count in counts:
        merged = merged.merge(count)
    full = merge_all(count.tally for count in counts)
    assert (merged.tally.given, merged.tally.total, merged.tally.yes) == (full.given, full.total, full.yes)
    assert len(merged.tally.distinct) == min(DISTINCT, len(full.distinct))
    assert len(merged.tally.missing) == min(NAMED, len(full.missing))


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """A country with levels left out here and there: a ward may stand below any of them."""
    nodes = {"n": Node("n", "Nước", LEVELS[0])}
    for number in range(draw(st.integers(0, 3))):
        nodes[f"p{number}"] = Node(f"p{number}", f"Tỉnh {number}", LEVELS[1], "n")
    for number in range(draw(st.integers(0, 5))):
        parent = draw(st.sampled_from([each for each in nodes.values() if each.kind != LEVELS[2]]))
        nodes[f"d{number}"] = Node(f"d{number}", f"Huyện {number}", LEVELS[2], parent.id)
    above = list(nodes)
    for number in range(draw(st.integers(1, 12))):
        nodes[f"w{number}"] = Node(f"w{number}", f"Xã {number}", WARD, draw(st.sampled_from(above)))
    return Tree(nodes)


def answers(unit: str, seed: int) -> list[Answer]:
    """What a ward answers: some numbers, some blanks, some "không phát sinh"."""
    dice = random.Random(f"{unit} {seed}")
    return [_answer(dice, row.code, row.asked) for row in FORM.indicators() if row.typed and WARD in row.reported_by]


def _answer(dice: random.Random, code: str, kind: Kind) -> Answer:
    number = Decimal(dice.randint(0, 1 if kind is Kind.YES_NO else 9))
    match dice.choice(list(Status)):
        case Status.VALUE:
            value: Value = (
                Ratio(number, number + 1) if kind is Kind.RATIO else str(number) if kind is Kind.TEXT else number
            )
            return Answer(code, "value", packed(value), "S", "E1")
        case Status.NOTHING:
            return Answer(code, "nothing", packed(Decimal(0)), "S", "E1")
        case status:
            return Answer(code, str(status), "", "S", "E1")


def as_sums(form: Form, tree: Tree, levels: list[Level]) -> tuple[Sum, ...]:
    return sums(
        ({name: getattr(line, name) for name in line.__slots__} for line in lines(form, tree, levels)), form, Path("x")
    )


@settings(max_examples=20, deadline=None, phases=[Phase.generate])
@given(trees(), st.integers(), st.data())
def test_level_by_level_equals_all_at_once(tree: Tree, seed: int, data: st.DataObject) -> None:
    wards = [unit for unit in tree.nodes if unit.startswith("w")]
    delivered = data.draw(st.lists(st.sampled_from(wards), unique=True))
    late = data.draw(st.sets(st.sampled_from(wards))) & {*delivered}
    kinds = tuple(kind for kind in LEVELS if kind in tree.kinds)
    lower = data.draw(st.sampled_from(kinds))
    whole, below, above = Fold(FORM, tree, kinds), Fold(FORM, tree, (lower,)), Fold(FORM, tree, kinds)
    for unit in delivered:
        whole.add(unit, answers(unit, seed))
    inside = [unit for unit in delivered if unit not in late and tree.level_of(unit, frozenset([lower]))]
    for unit in inside:
        below.add(unit, answers(unit, seed))
    above.add_result(as_sums(FORM, tree, list(below.levels())), inside)
    for unit in delivered:
        if unit not in inside:
            above.add(unit, answers(unit, seed))
    wanted = {level.node.id for level in whole.levels() if LEVELS.index(level.node.kind) <= LEVELS.index(lower)}
    expected = [line for line in lines(FORM, tree, whole.levels()) if line.unit in wanted]
    found = [line for line in lines(FORM, tree, above.levels()) if line.unit in wanted]
    assert found == expected


@settings(max_examples=20, deadline=None, phases=[Phase.generate])
@given(trees(), st.integers(), st.data())
def test_the_country_equals_the_totals_of_one_big_city(tree: Tree, seed: int, data: st.DataObject) -> None:
    wards = [unit for unit in tree.nodes if unit.startswith("w")]
    delivered = data.draw(st.lists(st.sampled_from(wards), unique=True))
    fold = Fold(FORM, tree, (LEVELS[0],))
    for unit in delivered:
        fold.add(unit, answers(unit, seed))
    (country,) = fold.levels()
    form = FORM.changed(units=tuple(Unit(id=unit, name=unit, kind=WARD) for unit in wards))
    readings = {
        (unit, answer.code): Reading(Status(answer.status), unpacked(answer.value), "", Address("S", "E1"))
        for unit in delivered for answer in answers(unit, seed)
    }
    for code, figure in total(form, readings).items():
        found = country.figures[code]
        if figure.indicator.total is Total.CITY:
            continue
        assert found.figure.value == figure.value, code
        if figure.indicator.total is not Total.UNITS:
            assert found.expected - found.count.answered == len(figure.missing), code
