"""Units that add rows at random, again and again: every figure is in one row, and the form is read back as it is."""

from __future__ import annotations

import random
import unicodedata
from decimal import Decimal
from pathlib import Path

import pytest

from cchc_xl.declaration import form_folder, load_form
from cchc_xl.figures import total
from cchc_xl.reading import Cell, folded
from cchc_xl.schema import Form, Unit, begun, period_of
from cchc_xl.schema.added_rows import for_next_period, with_room
from cchc_xl.schema.carried_declaration import mark_of
from cchc_xl.schema.read_declaration import read_form
from cchc_xl.schema.write_declaration import tables_of
from cchc_xl.submissions.enter_delivery import grown
from cchc_xl.submissions.form_damage import TypedRows
from cchc_xl.submissions.interpret_submission import Delivery
from cchc_xl.values import Address, Reading, Status

NAMES = ("Hòa giải ở cơ sở", "Tiếp cận thông tin", "Thủy lợi", "Quy hoạch", "Ủy quyền chứng thực", "Hộ tịch")
PLACES = ("ii06a.19", "ii06a.29")
TYPED = ("(4)", "(5)", "(6)", "(8)", "(9)", "(10)", "(12)", "(13)")


def spelled(name: str, chance: random.Random) -> str:
    """The same name as another person types it."""
    ways = (str.upper, str.title, lambda text: unicodedata.normalize("NFD", text), lambda text: f"  {text} ",
            lambda text: text.replace("òa", "oà").replace("ủy", "uỷ"))
    return chance.choice(ways)(name)


def delivery(unit: Unit, turn: int, chance: random.Random) -> Delivery:
    """A form with some added rows; whether a printed row is called the same does not matter to a form that is taken."""
    names = {
        f"{place}+{number}": spelled(name, chance)
        for place in PLACES
        for number, name in enumerate(chance.sample(NAMES, chance.randint(0, 3)), 1)
    }
    cells = {f"{row}{column}": Cell(Decimal(chance.randint(0, 99))) for row in names for column in TYPED}
    readings = {
        code: Reading(Status.VALUE, cell.number, cell.raw, Address("Bảng ii06a", code)) for code, cell in cells.items()
    }
    rows = TypedRows(names, frozenset(), frozenset())
    return Delivery(Path("x"), str(turn), unit, turn, "", cells, {}, (), readings, rows)


@pytest.fixture(scope="module")
def empty() -> Form:
    form = load_form(form_folder("ii06a"))
    return begun(form.changed(units=form.units[:5]), period_of(form, "quý II/2026"))


@pytest.mark.parametrize("start", range(12))
def test_every_figure_is_counted_once_whoever_adds_takes_away_or_sends_again(start: int, empty: Form) -> None:
    chance, form = random.Random(start), empty
    known: dict[str, Delivery] = {}
    for turn in range(1, 4):
        units = chance.sample(form.units, chance.randint(1, len(form.units)))
        now = [delivery(unit, turn, chance) for unit in units]
        result = grown(form, now)
        form = result.form
        known |= {each.unit.id: result.settled(each) for each in now}
        _right(form, known)
        again = grown(form, now)
        assert again.form is form
        assert list(again.gone) == []
    assert mark_of(form) == mark_of(empty)
    assert mark_of(with_room(form)) == mark_of(empty)
    assert read_form(tables_of(form)).form.of_period(form.period).sections == form.sections
    assert for_next_period(form).sections == form.sections


def _right(form: Form, known: dict[str, Delivery]) -> None:
    answers = {(unit, code): reading for unit, each in known.items() for code, reading in each.readings.items()}
    assert all(form.by_code[code].typed for _, code in answers)
    added = {row.code for row in form.sections[0].tables[0].rows if row.above}
    rows = [row for row in form.indicators() if row.typed and row.row in added]
    assert {(unit.id, row.code) for row in rows for unit in form.reporters(row)} == set(answers)
    figures = total(form, answers)
    for column in TYPED:
        typed = [reading.value for (_, code), reading in answers.items() if code.endswith(column)]
        whole = figures[f"ii06a.99{column}"].value
        assert whole == (sum(value for value in typed if isinstance(value, Decimal)) if typed else None)
    for place in PLACES:
        labels = [folded(row.label) for row in form.sections[0].tables[0].rows if row.above == place]
        assert len(labels) == len(set(labels))
