"""LibreOffice's second opinion: it opens every workbook, computes every formula, and agrees with Python."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from cchc_xl.master.enter_values import Entries
from cchc_xl.master.master_book import open_master
from cchc_xl.office import recalculated
from cchc_xl.schema import Form, Total
from cchc_xl.verbs.recalc import compute, recalc, stored
from tests.books import NOW, enter
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
