"""A table whose lines are units, the last period's column, and what other tables are made of them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from cchc_xl.checks.run_checks import check
from cchc_xl.declaration import form_folder, load_form
from cchc_xl.figures import Content, Figure, total
from cchc_xl.master.compute_book import compute
from cchc_xl.master.enter_values import Entries, fill
from cchc_xl.master.master_book import open_master
from cchc_xl.master.printed_tables import addresses_of, tables_in
from cchc_xl.schema import Form, begun, period_of
from cchc_xl.submissions.form_damage import with_sums
from cchc_xl.submissions.form_layout import plan_form
from cchc_xl.submissions.intake import reading_process
from cchc_xl.submissions.interpret_submission import Delivery, Interpreter
from cchc_xl.submissions.unit_form.build_form import filled_form
from cchc_xl.values import Address, Reading, Status
from cchc_xl.verbs.demo import sample_entries
from cchc_xl.verbs.new import make_files
from cchc_xl.verbs.recalc import recalc

NOW = datetime(2026, 6, 14, 8)
TYPED = ("(4)", "(5)", "(6)", "(8)", "(9)", "(10)", "(12)", "(13)")
GOOD = (1030, 60, 12, 1000, 40, 5, 50, 7)


@pytest.fixture(scope="module")
def by_units() -> Form:
    form = load_form(form_folder("ii06b"))
    return begun(form.changed(units=(*form.units[:2], *form.units[5:8])), period_of(form, "quý II/2026"))


def test_the_declaration_is_short(by_units: Form) -> None:
    folder = Path(by_units.folder)
    lines = sum(len((folder / name).read_text(encoding="utf-8").splitlines()) for name in ("chi_tieu.csv", "cot.csv"))
    assert lines <= 40


def test_every_unit_has_its_line_and_the_total_adds_them(by_units: Form, tmp_path: Path) -> None:
    made = make_files(by_units, tmp_path)
    master, mine = open_master(made.master), {unit.id for unit in by_units.units}
    fill(master, Entries(cells=[each for each in sample_entries(by_units).cells if each[0] in mine]))
    master.workbook.commit()
    recalc(made.master, NOW)
    computed = compute(made.master)
    assert [each for each in computed.findings if each.severity == "error"] == []
    (section, table, place), = tables_in(computed.master)
    shown = {
        key: place.sheet.cell(address).value
        for key, address in addresses_of(computed.master, section, table, place).items()
    }
    lines = [key for key in place.rows if "|" in key]
    assert [key.partition("|")[2] for key in lines] == [unit.id for unit in by_units.units]
    for column in ("(3)", "(4)", "(7)", "(11)", "(13)"):
        numbers = [Decimal(str(shown[key, f"{key.partition('|')[0]}{column}"])) for key in lines]
        assert shown["ii06b.9", f"ii06b.9{column}"] == sum(numbers) == computed.figures[f"ii06b.9{column}"].value


def test_a_unit_types_into_its_own_line(by_units: Form, tmp_path: Path) -> None:
    unit = by_units.units[-1]
    plan = plan_form(by_units, unit)
    path = tmp_path / f"{unit.id}.xlsx"
    path.write_bytes(filled_form(plan, {f"ii06b.4{code}": value for code, value in zip(TYPED, GOOD, strict=True)}))
    read = Interpreter(by_units).interpret(path, reading_process.answer(str(path)))
    assert isinstance(read, Delivery)
    assert read.findings == ()
    assert set(plan.questions) == {f"ii06b.4{code}" for code in TYPED}
    sums = with_sums(by_units, read.readings)
    assert {code: str(sums[f"ii06b.4{code}"].value) for code in ("(3)", "(7)", "(11)")} == {
        "(3)": "1102", "(7)": "1045", "(11)": "57"
    }


def test_what_came_over_from_the_last_period_is_compared_with_what_was_left_then() -> None:
    form = load_form(form_folder("ii06a"))
    form = begun(form.changed(units=form.units[:1]), period_of(form, "quý II/2026"))
    rows = [row.code for row in form.sections[0].tables[0].numbered if row.kind == "row" and not row.spare]
    readings = {
        (form.units[0].id, f"{row}{code}"): Reading(
            Status.VALUE, Decimal(value), str(value), Address("A", f"{row}{code}")
        )
        for row in rows for code, value in zip(TYPED, GOOD, strict=True)
    }
    figures = total(form, readings)
    before = {
        row.name: Figure(row, Decimal(10 if row.row == "ii06a.12" else 12))
        for row in form.indicators() if row.column == "(11)"
    }
    places = {code: Address("A", f"figure {code}") for code in figures}
    told = [each for each in check(Content(form, readings), figures, places, before) if "kỳ trước" in each.message]
    assert [each.message.partition(". ")[0] for each in told] == [
        "Hộ tịch, Tiếp nhận: (6) Từ kỳ trước 12 khác (11) kỳ trước 10; lệch 2"
    ]
    assert [cell.cell for cell in told[0].cells] == ["ii06a.12(6)"]
