"""The native charts of the first sheet: every declared one is drawn, and its numbers are the workbook's."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from cchc_xl import sheet_names
from cchc_xl.master.book_upkeep import drawn_charts
from cchc_xl.schema import Form
from cchc_xl.verbs.recalc import compute, recalc
from tests.books import NOW
from tests.master.test_recalc import Typed, place


def shown(path: Path) -> list[list[object]]:
    sheet = openpyxl.load_workbook(path, data_only=True)[sheet_names.CHART_DATA]
    return [[cell.value for cell in column if cell.value is not None] for column in sheet.iter_cols()]


def test_every_declared_chart_is_drawn_below_the_board(filled: Path, form: Form) -> None:
    board = openpyxl.load_workbook(filled)[sheet_names.HOME]
    assert len(board._charts) == len(form.charts)


def test_the_numbers_of_every_chart_are_stored_beside_their_formulas(filled: Path, form: Form) -> None:
    computed = compute(filled)
    columns = shown(filled)
    for number, (chart, labels) in enumerate(drawn_charts(form)):
        assert columns[2 * number] == labels
        assert len(columns[2 * number + 1]) == len(labels)
        if chart.kind == "by_unit":
            assert sum(columns[2 * number + 1]) == computed.figures[form.by_name[chart.part].code].value  # type: ignore[arg-type]


def test_counts_are_labelled_with_marks_between_thousands(filled: Path, form: Form) -> None:
    """A label takes the format of its cell in some offices, its own in others."""
    book = openpyxl.load_workbook(filled)
    for number, (chart, drawn) in enumerate(zip(form.charts, book[sheet_names.HOME]._charts, strict=True)):
        wanted = "General" if chart.kind == "rate_by_unit" else "#,##0"
        cell = book[sheet_names.CHART_DATA].cell(1, 2 + 2 * number)
        assert {drawn.dataLabels.numFmt, cell.number_format} == {wanted}


def test_a_chart_follows_a_figure_kept_as_text(filled: Path, form: Form, typed: Typed) -> None:
    number, chart = next((number, chart) for number, chart in enumerate(form.charts) if chart.kind == "by_unit")
    unit = next(unit for unit in form.units if unit.kind == chart.units)
    sheet, address = place(filled, form.by_name[chart.part].code, unit.id)
    typed(filled, sheet, address, "10.248")
    recalc(filled, NOW)
    assert shown(filled)[2 * number + 1][0] == 10248
