"""The native formulas of column Số liệu, as they stand in the cells; test_office.py has LibreOffice compute them."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl import Workbook

from cchc_xl.declaration import load_form
from cchc_xl.figures import total
from cchc_xl.master.native_formulas import figure_formula, parts_formula, stored
from cchc_xl.master.section_grid import Grid
from cchc_xl.reading import Cell, read
from cchc_xl.schema import Form, Kind, Total
from cchc_xl.submissions.unit_form.formula_engine import Results
from cchc_xl.values import NOWHERE
from tests.kept_office import recalculated

SMALL = load_form(Path(__file__).parents[1] / "forms" / "xa")
CODE = "A.1.1"
GIVEN = 'SUMPRODUCT(ISNUMBER(G8:I8)*(P8:R8=""))+COUNT(P8:R8)'


def grid(*columns: int) -> Grid:
    """The row with the three communes' columns, then their companion columns."""
    keys = ("xa_dong", "xa_tay", "xa_nam", "đọc:xa_dong", "đọc:xa_tay", "đọc:xa_nam")
    return Grid("A", {CODE: 8}, dict(zip(keys, columns, strict=True)))


def formula(how: Total, place: Grid, whole: str = "", form: Form = SMALL) -> str:
    section = form.section_of[CODE]
    return figure_formula(form, {section.number: place}, form.by_code[CODE].changed(total=how), whole)


@pytest.mark.parametrize(("how", "written"), [
    (Total.SUM, f'IF({GIVEN}=0,"",SUMIF(P8:R8,"=",G8:I8)+SUM(P8:R8))'),
    (Total.COUNT_YES, f'IF({GIVEN}=0,"",COUNTIFS(G8:I8,1,P8:R8,"=")+SUM(P8:R8))'),
    (Total.ALL_YES, f'IF({GIVEN}=0,"",IF(COUNTIFS(G8:I8,1,P8:R8,"=")+SUM(P8:R8)={GIVEN},1,0))'),
    (Total.SAME, 'IF(OR(COUNT(G8:I8,P8:R8)=0,COUNTIF(P8:R8,"!")>0),"",'
                 'IF(MAX(G8:I8,P8:R8)=MIN(G8:I8,P8:R8),MAX(G8:I8,P8:R8),""))'),
    (Total.UNITS, "COUNTIF('Đơn vị'!$A:$B,\"commune\")"),
])
def test_a_figure_is_computed_from_typed_and_understood_cells(how: Total, written: str) -> None:
    assert formula(how, grid(7, 8, 9, 16, 17, 18)) == written


@pytest.mark.parametrize("place", [grid(7, 8, 10, 16, 17, 19), grid(7, 8, 10, 16, 17, 18), grid(7, 8, 9, 16, 17, 19)])
def test_a_column_between_the_units_is_not_added_up(place: Grid) -> None:
    last, companion = place.address(CODE, "xa_nam"), place.address(CODE, "đọc:xa_nam")
    assert f'SUMIF(P8:Q8,"=",G8:H8)+SUM(P8:Q8)+SUMIF({companion},"=",{last})+SUM({companion})' in formula(
        Total.SUM, place
    )


def test_the_number_of_the_whole_stands_until_every_unit_has_answered() -> None:
    written = formula(Total.SUM, grid(7, 8, 9, 16, 17, 18), whole="Z9")
    assert written == f"IF({GIVEN}<3,Z9,{formula(Total.SUM, grid(7, 8, 9, 16, 17, 18))})"


PAIRS = [
    (["3/4", "12/12", "0/5"], [None, None, None], "15/21"), (["3/4", None, "1 trên 2"], [None, None, "1/2"], "4/6"),
    (["3/4", "ba phần tư", None], [None, "!", None], "3/4"), ([None, None, None], [None, None, None], ""),
    (["1.203/1.400", "3/4", None], ["1203/1400", None, None], "1206/1404"),
]
"""What three units typed, what was understood of it, and all together."""


@pytest.mark.office
def test_pairs_of_several_units_are_added_part_by_part(tmp_path: Path) -> None:
    row = SMALL.by_code[CODE].changed(kind=Kind.RATIO, total=Total.RATIO)
    section, place = SMALL.section_of[CODE], grid(7, 8, 9, 16, 17, 18)
    form = SMALL.changed(sections=(section.changed(rows=(row,), supporting=()),))
    book = Workbook()
    for typed, understood, shown in PAIRS:
        sheet = book.create_sheet()
        for letter, text in zip("GHIPQR", [*typed, *understood], strict=True):
            sheet[f"{letter}8"] = text
        sheet["C1"] = "=" + figure_formula(form, {section.number: place}, row)
        answers = [said or text for text, said in zip(typed, understood, strict=True)]
        readings = {
            (unit.id, CODE): read(Cell(answer), row, NOWHERE)
            for unit, answer in zip(form.reporters(row), answers, strict=True)
        }
        assert stored(total(form, readings)[CODE].value) == shown
    book.save(tmp_path / "a.xlsx")
    opened = openpyxl.load_workbook(recalculated(tmp_path / "a.xlsx", tmp_path / "b.xlsx"), data_only=True)
    assert [sheet["C1"].value or "" for sheet in opened.worksheets[1:]] == [shown for *_, shown in PAIRS]


@pytest.mark.parametrize(("part", "whole", "kind", "shown"), [
    (34869, 34870, Kind.PERCENT, 99.99), (5, 5, Kind.PERCENT, 100.0), (1, 1000000, Kind.PERCENT, 0.01),
    (0, 5, Kind.PERCENT, 0.0), (1, 8, Kind.PERCENT, 12.5),
    (6, 5, Kind.PERCENT, 120.0), (0, 0, Kind.PERCENT, ""), (None, 5, Kind.PERCENT, ""), (5, None, Kind.PERCENT, ""),
    (24, 25, Kind.RATIO, "24/25"), (0, 0, Kind.RATIO, "0/0"), (None, 5, Kind.RATIO, ""), (5, None, Kind.RATIO, ""),
])
def test_a_rate_is_made_of_its_two_cells(part: int | None, whole: int | None, kind: Kind, shown: float | str) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet["A1"], sheet["B1"] = part, whole
    sheet["C1"] = f'=IFERROR({parts_formula(SMALL.by_code[CODE].changed(kind=kind), "A1", "B1")},"an error value")'
    assert Results(book).cell(sheet.title, "C1") == shown
