"""The printed table of a book: the whole and each unit, by native formulas, as Python and LibreOffice compute them; and
a table whose lines are units, the last period's column, and what other tables are made of them.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from cchc_xl.checks.run_checks import check
from cchc_xl.declaration import form_folder, load_form
from cchc_xl.excel.spreadsheet import Workbook
from cchc_xl.figures import Content, Figure, total
from cchc_xl.master.compute_book import compute
from cchc_xl.master.master_book import Entries, fill, open_master
from cchc_xl.master.printed_tables import CHOICE, tables_in
from cchc_xl.office import is_installed
from cchc_xl.schema import Form, begun, period_of
from cchc_xl.sheet_names import table_sheet
from cchc_xl.submissions.form_damage import with_sums
from cchc_xl.submissions.form_layout import plan_form
from cchc_xl.submissions.intake import reading_process
from cchc_xl.submissions.interpret_submission import Delivery, Interpreter
from cchc_xl.submissions.unit_form.build_form import filled_form
from cchc_xl.values import Address, Reading, Status
from cchc_xl.verbs.demo import sample_entries
from cchc_xl.verbs.new import make_files
from cchc_xl.verbs.recalc import recalc
from tests.kept_office import recalculated

SHEET = table_sheet("ii06a")
NOW = datetime(2026, 6, 14, 8)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's figures of four communes; one is typed as a text, another is nothing."""
    form = few_units()
    made = make_files(form, tmp_path_factory.mktemp("ii06a"))
    entries = sample_entries(form)
    mine = {unit.id for unit in form.units}
    master = open_master(made.master)
    fill(master, Entries(cells=[each for each in entries.cells if each[0] in mine]))
    grid = master.grids["A"]
    sheet = master.workbook.sheet(grid.sheet)
    sheet.put(grid.address("ii06a.12(4)", "xa_02"), "1.215")
    sheet.put(grid.address("ii06a.13(5)", "xa_03"), None)
    master.workbook.commit()
    recalc(made.master, NOW)
    return made.master


def few_units() -> Form:
    form = load_form(form_folder("ii06a"))
    form = form.changed(units=form.units[:4])
    return begun(form, period_of(form, "quý II/2026"))


def shown(path: Path) -> dict[str, object]:
    """What the table shows, by the code of each figure."""
    master = open_master(path)
    place, = tables_in(master)
    return {
        code: place.sheet.cell(address).value
        for (_, code), address in place.addresses.items()
    }


def test_the_table_shows_the_figures_of_the_whole(book: Path) -> None:
    figures = compute(book).figures
    assert shown(book) == {code: figure.value for code, figure in figures.items()}
    assert shown(book)["ii06a.99(3)"] == sum(Decimal(str(shown(book)[f"ii06a.99({n})"])) for n in (4, 5, 6))


def test_a_unit_that_is_chosen_is_shown(book: Path, tmp_path: Path) -> None:
    path = _chosen(book, tmp_path, "Xã An Hòa")
    told = shown(path)
    assert told["ii06a.12(4)"] == Decimal(1215)
    assert told["ii06a.99(4)"] == sum(
        Decimal(str(value)) for code, value in told.items() if code.endswith("(4)") and "99" not in code
    )


@pytest.mark.skipif(not is_installed(), reason="needs LibreOffice")
@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("unit", ["", "Xã An Hòa", "Xã An Phú"])
def test_libreoffice_computes_the_same_table(book: Path, tmp_path: Path, unit: str) -> None:
    path = _chosen(book, tmp_path, unit)
    opened = openpyxl.load_workbook(recalculated(path, tmp_path / "office.xlsx"), data_only=True)[SHEET]
    master = open_master(path)
    place, = tables_in(master)
    for (_, code), address in place.addresses.items():
        said, wanted = opened[address].value, place.sheet.cell(address).value
        assert str(said if said is not None else "") == str(wanted if wanted is not None else ""), code


def _chosen(book: Path, folder: Path, unit: str) -> Path:
    path = folder / book.name
    if path != book:
        path.write_bytes(book.read_bytes())
    workbook = Workbook(path)
    workbook.sheet(SHEET).put(CHOICE, unit or None)
    workbook.commit()
    recalc(path, NOW)
    return path


def test_what_is_typed_over_a_cell_of_the_table_is_told_and_put_right(book: Path, tmp_path: Path) -> None:
    path = _chosen(book, tmp_path, "")
    right = shown(path)
    workbook = Workbook(path)
    master = open_master(path)
    place, = tables_in(master)
    cell = place.addresses["ii06a.12", "ii06a.12(4)"]
    workbook.sheet(SHEET).put(cell, 5)
    workbook.commit()
    found = [each for each in compute(path).findings if each.rule == "formula_overwritten"]
    assert [(each.cells[0].sheet, each.cells[0].cell) for each in found] == [(SHEET, cell)]
    recalc(path, NOW)
    assert shown(path) == right


def test_a_line_of_the_printed_table_that_somebody_renamed_is_told_and_put_right(book: Path, tmp_path: Path) -> None:
    path = _chosen(book, tmp_path, "")
    workbook = Workbook(path)
    place, = tables_in(open_master(path))
    cell = f"C{place.rows['ii06a.12']}"
    workbook.sheet(SHEET).put(cell, "3. Hộ khẩu")
    workbook.commit()
    found = {each.message: each.cells[0].cell for each in compute(path).findings if each.cells[0].sheet == SHEET}
    assert list(found.values()) == [cell]
    assert "“3. Hộ khẩu”, đúng là “Hộ tịch”" in next(iter(found))
    recalc(path, NOW)
    assert Workbook(path).sheet(SHEET).cell(cell).raw == "Hộ tịch"
    assert all(each.cells[0].sheet != SHEET for each in compute(path).findings)


def test_a_wrong_row_is_coloured_and_told_beside_the_table(book: Path, tmp_path: Path) -> None:
    path = _chosen(book, tmp_path, "")
    master = open_master(path)
    grid = master.grids["A"]
    sheet = master.workbook.sheet(grid.sheet)
    at = grid.address("ii06a.23(8)", "xa_01")
    before = sheet.cell(at).value
    assert isinstance(before, Decimal)
    sheet.put(at, before + 7)
    sheet.put(grid.address("ii06a.12(4)", "xa_02"), 0)
    master.workbook.commit()
    found = [each for each in recalc(path, NOW).computed.findings if each.severity == "error"]
    assert {each.unit for each in found} == {"xa_01", "xa_02", "xa_03"}
    assert any(at in {cell.cell for cell in each.cells} and "Đất đai, Tiếp nhận: (3)" in each.message for each in found)
    place, = tables_in(open_master(path))
    assert "Xã An Bình: Đất đai" in place.sheet.cell(place.address("ii06a.23", "Kiểm tra")).raw
    path = _chosen(path, tmp_path, "Xã An Bình")
    place, = tables_in(open_master(path))
    assert place.sheet.cell(place.address("ii06a.23", "cờ:(8)")).raw == "E"
    assert "lệch 7" in place.sheet.cell(place.address("ii06a.23", "Kiểm tra")).raw
    assert place.sheet.cell(place.address("ii06a.12", "Kiểm tra")).raw == ""


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
    place, = tables_in(computed.master)
    shown = {
        key: place.sheet.cell(address).value
        for key, address in place.addresses.items()
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
