"""The printed table of a book: the whole and each unit, by native formulas, as Python and LibreOffice compute them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from cchc_xl.declaration import form_folder, load_form
from cchc_xl.excel.spreadsheet import Workbook
from cchc_xl.master.compute_book import compute
from cchc_xl.master.enter_values import Entries, fill
from cchc_xl.master.master_book import open_master
from cchc_xl.master.printed_tables import CHOICE, tables_in
from cchc_xl.office import is_installed
from cchc_xl.schema import Form, begun, period_of
from cchc_xl.sheet_names import table_sheet
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
