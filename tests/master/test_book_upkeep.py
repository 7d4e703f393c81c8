"""What a calculation puts back: what an ordinary Ctrl+V takes from input cells (openness, validation, red); results
beside every formula, so that opening a book computes nothing and closing it untouched asks nothing; charts' numbers.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.styles import PatternFill
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xl import sheet_names
from cchc_xl.declaration import form_folder, load_form
from cchc_xl.excel.sheet_xml import CELL, FORMULA, VALUE, M
from cchc_xl.excel.spreadsheet import Workbook
from cchc_xl.master.book_upkeep import drawn_charts
from cchc_xl.master.build_master import new_master
from cchc_xl.master.master_book import Entries, open_master
from cchc_xl.master.printed_tables import CHOICE
from cchc_xl.master.section_grid import NOTE, shared_places
from cchc_xl.master.style import FLAG_COLOURS
from cchc_xl.rule_registry import Severity
from cchc_xl.schema import Form, begun, period_of
from cchc_xl.values import Address
from cchc_xl.verbs.recalc import compute, recalc
from tests.books import edited, enter
from tests.master.test_recalc import Typed, place

NOW = datetime(2026, 2, 2, 8, 30)
CODE = "III.6.7"
GREEN = PatternFill("solid", start_color="00FF00", end_color="00FF00")


def paste_over(sheet: Worksheet, cell: str) -> None:
    """What Excel leaves of a cell that a locked green cell of another workbook was pasted over."""
    sheet[cell].style, sheet[cell].fill = "Normal", GREEN
    column, row = coordinate_to_tuple(cell)[::-1]
    rules, sheet.conditional_formatting = sheet.conditional_formatting, ConditionalFormattingList()
    for area in rules:
        parts = [str(area.sqref)]
        if cell in area.sqref:
            (left, top, right, bottom), = (span.bounds for span in area.sqref.ranges)
            halves = ((top, row - 1), (row + 1, bottom)) if left == right == column else ()
            parts = [f"{cell[0]}{first}:{cell[0]}{last}" for first, last in halves if first <= last]
        for part in parts:
            for rule in area.rules:
                sheet.conditional_formatting.add(part, rule)
    for rule in sheet.data_validations.dataValidation:
        if cell in rule.sqref:
            rule.sqref.remove(cell)


def test_a_pasted_cell_is_open_validated_and_red_again(filled: Path) -> None:
    assert not recalc(filled, NOW).changed
    name, cell = place(filled, CODE, "phuong_1")
    with edited(filled) as book:
        paste_over(book[name], cell)
        book[name][cell] = 999_999
    recalc(filled, NOW)
    sheet = openpyxl.load_workbook(filled)[name]
    assert not sheet[cell].protection.locked
    assert sheet[cell].fill.start_color.rgb == sheet[f"{chr(ord(cell[0]) + 1)}{cell[1:]}"].fill.start_color.rgb
    assert any(cell in rule.sqref and rule.promptTitle == CODE for rule in sheet.data_validations.dataValidation)
    rules = [rule for area in sheet.conditional_formatting if cell in area.sqref for rule in area.rules]
    assert sorted(rule.dxf.fill.bgColor.rgb[2:] for rule in rules) == sorted(FLAG_COLOURS.values())
    assert not recalc(filled, NOW).changed


@pytest.mark.parametrize(
    ("value", "look", "shown"),
    [(46_242, "dd/mm/yy", "08/08/2026"), (Decimal("0.5208333333333333"), "hh:mm", "12:30"), (2, "0%", "200%"),
     (Decimal("0.9995"), "0.00%", "99,95%")],
)
def test_a_pasted_date_stays_one_until_somebody_types_a_number(
    value: Decimal, look: str, shown: str, filled: Path
) -> None:
    name, cell = place(filled, CODE, "phuong_1")
    with edited(filled) as book:
        paste_over(book[name], cell)
        book[name][cell], book[name][cell].number_format = value, look
    told = [[each for each in recalc(filled, NOW).computed.findings if each.cells == (Address(name, cell),)]
            for _ in range(2)]
    assert [[each.severity for each in findings] for findings in told] == [[Severity.ERROR]] * 2
    assert openpyxl.load_workbook(filled)[name][cell].value == shown
    assert not recalc(filled, NOW).changed
    with edited(filled) as book:
        book[name][cell] = 12
    figures = {each.cells[0].cell for each in recalc(filled, NOW).computed.findings if each.severity is Severity.ERROR}
    assert cell not in figures


@pytest.fixture(scope="module")
def with_table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    form = load_form(form_folder("ii06a"))
    form = begun(form.changed(units=form.units[:3]), period_of(form, "quý II/2026"))
    new_master(form, path := tmp_path_factory.mktemp("bang") / "so.xlsx")
    recalc(path, NOW)
    return path


def places_with_a_table(book: Path) -> dict[str, list[str]]:
    """Cells that people fill, by sheet: figures of a table, of the whole, words, the unit that a table shows."""
    master = open_master(book)
    section = master.form.sections[0]
    rows = [row for row in section.indicators if row.row and row.typed][:2]
    grid = master.grids[section.number]
    shared = shared_places(master.workbook, master.form)[rows[0].code].cell
    figures = [grid.address(row.code, master.form.units[0].id) for row in rows]
    return {
        section.sheet: [*figures, grid.address(rows[0].code, NOTE)],
        sheet_names.SHARED: [shared, f"F{shared[1:]}"], sheet_names.DOCUMENTS: ["D6"], sheet_names.INFO: ["C7"],
        sheet_names.table_sheet(section.tables[0].code): [CHOICE],
    }


def rules_of(sheet: Worksheet, cell: str) -> list[tuple[str, str]]:
    found = [rule for rule in sheet.data_validations.dataValidation if cell in rule.sqref]
    return [(rule.promptTitle, rule.formula1.replace("$", "")) for rule in found]


def test_every_sheet_in_which_people_type_is_mended(with_table: Path) -> None:
    cells = places_with_a_table(with_table)
    book = openpyxl.load_workbook(with_table)
    before = {(name, cell): rules_of(book[name], cell) for name, each in cells.items() for cell in each}
    for name, each in cells.items():
        for cell in each:
            paste_over(book[name], cell)
    book.save(with_table)
    assert recalc(with_table, NOW).changed
    book = openpyxl.load_workbook(with_table)
    assert [place for place in before if book[place[0]][place[1]].protection.locked] == []
    after = {(name, cell): rules_of(book[name], cell) for name, cell in before}
    assert {place: [title for title, _ in rules] for place, rules in after.items()} == {
        place: [title for title, _ in rules] for place, rules in before.items()
    }
    assert not recalc(with_table, NOW).changed


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
