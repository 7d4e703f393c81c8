"""LibreOffice's second opinion: it opens every workbook, computes every formula, and agrees with Python."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from cchc_xl.master.build_master import new_master
from cchc_xl.master.master_book import Entries, open_master
from cchc_xl.schema import Form, Total
from cchc_xl.schema.model_kinds import Kind
from cchc_xl.verbs.recalc import compute, recalc, stored
from tests.books import NOW, enter
from tests.kept_office import recalculated
from tests.master.test_recalc import SMALL_FORM, SPELLINGS, Typed, place, typed_small

pytestmark = pytest.mark.office


def assert_office_agrees(path: Path, form_name: str = "") -> None:
    computed = compute(path, form_name)
    opened = openpyxl.load_workbook(recalculated(path, path.with_name("office.xlsx")), data_only=True)
    errors = [
        f"{sheet.title}!{cell.coordinate} {cell.value}"
        for sheet in opened for row in sheet.iter_rows() for cell in row
        if cell.data_type == "e" or str(cell.value).startswith(("#REF", "#NAME", "#VALUE", "#DIV", "Err:"))
    ]
    assert errors == []
    for code, figure in computed.figures.items():
        grid = computed.master.grids[computed.content.form.section_of[code].number]
        shown = opened[grid.sheet][grid.address(code, "figure")].value
        wanted = stored(figure.value)
        assert (str(shown or "") if isinstance(wanted, str) else Decimal(str(shown))) == wanted, code


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_the_filled_workbook_computes_to_the_same_figures(filled: Path) -> None:
    assert_office_agrees(filled)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("answer", [Decimal(0), "không phát sinh", "2", None])
def test_all_yes_counts_natively_as_it_does_in_python(filled: Path, form: Form, typed: Typed, answer: object) -> None:
    row = next(row for row in form.indicators() if row.total is Total.ALL_YES)
    sheet, address = place(filled, row.code, form.reporters(row)[2].id)
    typed(filled, sheet, address, answer)
    recalc(filled, NOW)
    assert_office_agrees(filled)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_an_empty_workbook_computes_without_an_error(small: Path) -> None:
    recalc(small, NOW, SMALL_FORM)
    assert_office_agrees(small, SMALL_FORM)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_every_spelling_counts_in_the_native_formula_as_it_does_in_python(small: Path) -> None:
    """One spelling after the other in the same row would hide a mistake, so they share out the rows and units."""
    raws = [raw for raw, *_ in SPELLINGS.values()]
    cells = [(code, unit) for code in ("A.1.1", "A.1.2", "A.1.3a", "B.1") for unit in ("xa_dong", "xa_tay")]
    cells += [("B.3", "xa_dong"), ("B.4", "tinh")]
    enter(small, Entries(cells=[("xa_nam", code, "9") for code in ("A.1.1", "A.1.2", "A.1.3a")]), SMALL_FORM)
    for shift in range(0, len(raws), 3):
        for number, (code, unit) in enumerate(cells):
            typed_small(small, code, unit, raws[(number + shift) % len(raws)])
        recalc(small, NOW, SMALL_FORM)
        assert_office_agrees(small, SMALL_FORM)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_workbook_saved_by_libreoffice_is_read_and_recalculated_the_same(filled: Path) -> None:
    before = {code: figure.value for code, figure in compute(filled).figures.items()}
    saved = recalculated(filled, filled.with_name("saved.xlsx"))
    recalc(saved, NOW)
    again = recalc(saved, NOW)
    assert not again.changed
    assert {code: figure.value for code, figure in again.computed.figures.items()} == before
    assert open_master(saved).form.id == open_master(filled).form.id


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_more_than_five_hundred_units_count_natively_to_the_last(small_form: Form, tmp_path: Path) -> None:
    """Sums, counts of units and of answers, rates and equal numbers of 502 units; every cell asks for what it takes."""
    commune, province = small_form.units[0], small_form.units[-1]
    communes = [commune.changed(id=f"xa_{number}", name=f"Xã Số {number}") for number in range(1, 502)]
    form = small_form.changed(units=(*communes, province))
    path, counted = tmp_path / "so.xlsx", {"A.1.1": 7, "A.1.2": 5, "A.1.3a": 4, "B.3": 12}
    new_master(form, path)
    cells = [(unit.id, code, str(value)) for unit in communes for code, value in counted.items()]
    cells += [(unit.id, "B.1", "Có") for unit in communes[1:]]
    enter(path, Entries(cells=[*cells, (province.id, "B.4", "3/4")]))
    figures = recalc(path, NOW).computed.figures
    assert {code: stored(figures[code].value) for code in ("A.1.1", "A.1.2", "B.1", "B.2", "B.3")} == {
        "A.1.1": 501 * 7, "A.1.2": 501 * 5, "B.1": 500, "B.2": 501, "B.3": 12,
    }
    assert_office_agrees(path)
    master, book = open_master(path), openpyxl.load_workbook(path)
    for section in form.sections:
        grid = master.grids[section.number]
        validated = {
            cell for each in book[section.sheet].data_validations.dataValidation for span in each.sqref.ranges
            for cell in span.cells
        }
        asked = {
            (grid.rows[row.code], grid.columns[unit.id]) for row in section.indicators
            if row.typed and row.asked is not Kind.TEXT for unit in form.reporters(row)
        }
        assert len(asked) > 501
        assert asked <= validated
