"""A delivery goes into the master: what is stored for a typed cell, and what is told of what stood there before."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from cchc_xl import sheet_names
from cchc_xl.master.master_book import Master, open_master
from cchc_xl.reading import Cell
from cchc_xl.schema import Form, Indicator, Kind, Total
from cchc_xl.submissions.enter_delivery import LONGEST_SHOWN, content, enter, enter_notes
from cchc_xl.submissions.interpret_submission import Delivery
from tests.books import NOW


def asked(kind: Kind) -> Indicator:
    return Indicator(code="A.1", name="a", label="a", kind=kind, reported_by=("commune",), total=Total.CITY)


@pytest.mark.parametrize(("cell", "kind", "stored"), [
    (Cell(Decimal("10.25")), Kind.COUNT, Decimal("10.25")),
    (Cell(True), Kind.YES_NO, Decimal(1)), (Cell(False), Kind.YES_NO, Decimal(0)), (Cell(True), Kind.COUNT, "TRUE"),
    (Cell(Decimal(44384), "dd/mm/yyyy"), Kind.COUNT, "07/07/2021"),
    (Cell(Decimal(0), error="#REF!"), Kind.COUNT, "#REF!"),
    (Cell("=1+1"), Kind.COUNT, " =1+1"), (Cell("24/24"), Kind.RATIO, "24/24"), (Cell(), Kind.COUNT, None),
])
def test_the_number_or_the_text_itself_is_stored_never_a_formula(cell: Cell, kind: Kind, stored: object) -> None:
    assert content(cell, asked(kind)) == stored


def delivery(form: Form, cells: dict[str, Cell], notes: dict[str, str] | None = None) -> Delivery:
    return Delivery(Path("a.xlsx"), "a", form.units[0], 1, "1", cells, notes or {}, ())


@pytest.fixture
def master(small: Path) -> Master:
    return open_master(small)


def test_only_what_replaced_something_is_told(master: Master) -> None:
    form = master.form
    assert enter(master, delivery(form, {"A.1.1": Cell(Decimal(5)), "A.1.2": Cell("x" * 70)})) == []
    assert enter(master, delivery(form, {"A.1.1": Cell(Decimal(5)), "A.1.2": Cell()})) == [
        f"A.1.2: {'x' * (LONGEST_SHOWN - 1)}… → trống"
    ]
    assert enter(master, delivery(form, {"A.1.1": Cell(Decimal(7))})) == ["A.1.1: 5 → 7"]


def notes_of(master: Master) -> dict[str, str]:
    rows = master.keyed_rows(sheet_names.UNIT_NOTES)
    return {key: master.cell(sheet_names.UNIT_NOTES, f"F{row}").raw for key, row in rows.items()}


def test_notes_are_kept_changed_and_taken_away_with_their_form(master: Master) -> None:
    cells = {code: Cell(Decimal(1)) for code in ("A.1.1", "A.1.2", "A.1.3a")}
    first = {"A.1.1": "chờ sổ", "A.1.3a": "=HYPERLINK(1)"}
    assert enter_notes(master, delivery(master.form, cells, first), NOW.date()) == []
    assert notes_of(master) == {"xa_dong|A.1.1": "chờ sổ", "xa_dong|A.1.3a": " =HYPERLINK(1)"}
    assert enter_notes(master, delivery(master.form, cells, first), NOW.date()) == []
    assert enter_notes(master, delivery(master.form, cells, {"A.1.1": "đã có sổ"}), NOW.date()) == [
        "Ghi chú A.1.1: chờ sổ → đã có sổ", "Ghi chú A.1.3a: =HYPERLINK(1) → trống",
    ]
    assert notes_of(master) == {"xa_dong|A.1.1": "đã có sổ", "xa_dong|A.1.3a": ""}
