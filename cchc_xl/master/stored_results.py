"""The native formulas of a master with their results beside them: nothing has to be computed when it is opened.

The numbers of the native charts are formulas on a hidden sheet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from cchc_xl import sheet_names
from cchc_xl.excel.addresses import reference
from cchc_xl.figures import Content, Figure
from cchc_xl.master.master_book import Master
from cchc_xl.master.native_formulas import Grids, figure_cell, figure_formula, rate_of, stored
from cchc_xl.master.section_grid import FIGURE, read_key
from cchc_xl.master.table_layout import HINT_CELL, hint
from cchc_xl.master.undivided import shared_term
from cchc_xl.schema.form_model import Form
from cchc_xl.schema.office_model import Chart, Unit
from cchc_xl.writing.vietnamese_numbers import rate

AGENCY_CELL = "B2"


def write_results(master: Master, content: Content, figures: Mapping[str, Figure]) -> None:
    """Formula and result of every figure, of the charts' numbers and of the title; the printed tables' are apart."""
    for section in master.form.sections:
        sheet, grid = master.sheet(section), master.grids[section.number]
        for row in section.indicators:
            term = shared_term(content.shared.get(row.code))
            formula = figure_formula(master.form, master.grids, section, row, term)
            sheet.put(grid.address(row.code, FIGURE), stored(figures[row.code].value), formula)
    _write_chart_data(master, content, figures)
    _write_agency(master, content)
    if sheet_names.SHARED in master.workbook:
        told = hint(sheet_names.SHARED, lines=bool(content.shared))
        master.workbook.sheet(sheet_names.SHARED).put(HINT_CELL, told)


def _write_agency(master: Master, content: Content) -> None:
    sheet = master.workbook.sheet(sheet_names.HOME)
    agency = next((each.name for each in content.form.info if each.required and each.kind == "text"), "")
    formula = sheet.cell(AGENCY_CELL).formula
    if formula and agency in content.info:
        sheet.put(AGENCY_CELL, content.info[agency].text, formula)


def drawn_charts(form: Form) -> list[tuple[Chart, list[str]]]:
    """The charts with what each bar or slice is called; one of units that the book has none of is left out."""
    return [(chart, labels) for chart in form.charts if (labels := _labels(form, chart))]


def _labels(form: Form, chart: Chart) -> list[str]:
    shares = [chart.part_label, chart.rest_label]
    return shares if chart.kind == "shares" else [unit.name for unit in _units(form, chart)]


def _units(form: Form, chart: Chart) -> list[Unit]:
    return [unit for unit in form.units if unit.kind == chart.units]


def _typed(form: Form, grids: Grids, code: str, unit: Unit) -> str:
    """A typed number, or what was understood from the cell; 0 where there is none."""
    grid = grids[form.section_of[code].number]
    cell, companion = (f"'{grid.sheet}'!{grid.address(code, key)}" for key in (unit.id, read_key(unit.id)))
    return f'IF({companion}="",N({cell}),N({companion}))'


def _write_chart_data(master: Master, content: Content, figures: Mapping[str, Figure]) -> None:
    """Stores the results beside the formulas, so that nothing has to be computed when the workbook is opened."""
    if sheet_names.CHART_DATA not in master.workbook:
        return
    sheet = master.workbook.sheet(sheet_names.CHART_DATA)
    for number, (chart, _) in enumerate(drawn_charts(content.form)):
        for row, (value, formula) in enumerate(_points(master.grids, content, figures, chart), 1):
            sheet.put(reference(row, 2 + 2 * number), value, formula)


def _points(
    grids: Grids, content: Content, figures: Mapping[str, Figure], chart: Chart
) -> Iterator[tuple[Decimal | str, str]]:
    """The number of every bar or slice, and its formula."""
    form = content.form
    part, whole = (form.by_name[name].code if name else "" for name in (chart.part, chart.whole))
    if chart.kind == "shares":
        done, everything = (_number(figures[code].value) for code in (part, whole))
        cell, of = (figure_cell(form, grids, name) for name in (chart.part, chart.whole))
        yield done, f"N({cell})"
        yield max(Decimal(0), everything - done), f"MAX(0,N({of})-N({cell}))"
        return
    for unit in _units(form, chart):
        number, formula = _read(content, unit.id, part), _typed(form, grids, part, unit)
        if chart.kind == "by_unit":
            yield number, formula
        else:
            base, of = _read(content, unit.id, whole), _typed(form, grids, whole, unit)
            yield "" if base == 0 else rate(number, base) or Decimal(0), f'IF({of}=0,"",{rate_of(formula, of)})'


def _read(content: Content, unit: str, code: str) -> Decimal:
    reading = content.readings.get((unit, code))
    return _number(reading.value if reading and reading.given else None)


def _number(value: object) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(0)
