"""Opening a book computes nothing, so that closing it untouched asks nothing; formulas of people's own are computed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from lxml import etree

from cchc_xl.excel.sheet_xml import CELL, FORMULA, VALUE, M
from cchc_xl.excel.spreadsheet import Workbook
from cchc_xl.master.enter_values import Entries
from cchc_xl.master.master_book import open_master
from cchc_xl.verbs.recalc import recalc
from tests.books import edited, enter

NOW = datetime(2026, 2, 2, 8, 30)
CHANGING = ("TODAY(", "NOW(", "RAND", "OFFSET(", "INDIRECT(", "CELL(", "INFO(")
"""What an office computes at each opening, whatever is stored."""


def computes(book: Path) -> bool:
    """Whether an office is asked to compute the book when it opens it."""
    told = Workbook(book).package.tree("xl/workbook.xml").find(f"{M}calcPr")
    assert told is not None
    return told.get("fullCalcOnLoad") != "0" or int(told.get("calcId", 0)) < 191_029


def left_to_compute(book: Path) -> list[str]:
    """Formula cells without a result, or with one that changes by itself."""
    workbook = Workbook(book)
    cells = (
        (name, cell) for name in workbook.sheet_names
        for cell in workbook.package.tree(workbook.part_of(name)).iter(CELL)
    )
    return [f"{name}!{cell.get('r')}" for name, cell in cells if _is_left(cell)]


def _is_left(cell: etree._Element) -> bool:
    formula = cell.findtext(FORMULA)
    result = cell.get("t") == "str" or cell.findtext(VALUE)
    return formula is not None and (not result or any(word in formula for word in CHANGING))


def test_a_new_and_a_filled_book_hold_every_result(empty: Path, filled: Path) -> None:
    recalc(filled, NOW)
    assert not computes(empty)
    assert not computes(filled)
    assert left_to_compute(empty) == left_to_compute(filled) == []


def test_values_written_around_formulas_are_computed_when_opened(filled: Path) -> None:
    recalc(filled, NOW)
    unit = open_master(filled).form.units[0].id
    enter(filled, Entries(cells=[(unit, "III.6.7", "4321")]))
    assert computes(filled)
    recalc(filled, NOW)
    assert not computes(filled)


def test_a_formula_of_somebody_s_own_is_computed_when_opened(filled: Path) -> None:
    recalc(filled, NOW)
    section = open_master(filled).form.section_of["III.6.7"]
    with edited(filled) as book:
        book.create_sheet("Của tôi")["A1"] = f"='{section.sheet}'!E31*2"
    unit = open_master(filled).form.units[0].id
    enter(filled, Entries(cells=[(unit, "III.6.7", "4321")]))
    recalc(filled, NOW)
    assert computes(filled)
