"""The native formulas of a master with their results beside them: nothing has to be computed when it is opened.

The numbers of the native charts are formulas on a hidden sheet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from cchc_xl import sheet_names
from cchc_xl.content import Content
from cchc_xl.excel.addresses import reference
from cchc_xl.figures import Figure
from cchc_xl.master.master_book import Master
from cchc_xl.master.native_formulas import Grids, figure_formula, rate_of, stored
from cchc_xl.master.section_grid import FIGURE, read_key
from cchc_xl.master.table_layout import HINT_CELL, hint
from cchc_xl.master.undivided import shared_term
from cchc_xl.schema.form_model import Form
from cchc_xl.schema.office_model import Chart, Unit
from cchc_xl.structs import Struct
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


class ChartPoint(Struct, frozen=True):
    """One bar or slice: its label, the formula of its number, and the unit it is of."""

    label: str
    formula: str
    unit: str = ""


def points(form: Form, grids: Grids, chart: Chart) -> list[ChartPoint]:
    """Every bar or slice of a chart."""
    part = form.by_name[chart.part].code
    if chart.kind == "shares":
        whole = _figure(form, grids, form.by_name[chart.whole].code)
        done = _figure(form, grids, part)
        return [
            ChartPoint(chart.part_label, f"N({done})"),
            ChartPoint(chart.rest_label, f"MAX(0,N({whole})-N({done}))"),
        ]
    units = [unit for unit in form.units if unit.kind == chart.units]
    return [ChartPoint(unit.name, _of_unit(form, grids, chart, part, unit), unit.id) for unit in units]


def _of_unit(form: Form, grids: Grids, chart: Chart, part: str, unit: Unit) -> str:
    number = _typed(form, grids, part, unit)
    if chart.kind == "by_unit":
        return number
    whole = _typed(form, grids, form.by_name[chart.whole].code, unit)
    return f'IF({whole}=0,"",{rate_of(number, whole)})'


def _typed(form: Form, grids: Grids, code: str, unit: Unit) -> str:
    """A typed number, or what was understood from the cell; 0 where there is none."""
    grid = grids[form.section_of[code].number]
    cell, companion = (f"'{grid.sheet}'!{grid.address(code, key)}" for key in (unit.id, read_key(unit.id)))
    return f'IF({companion}="",N({cell}),N({companion}))'


def _figure(form: Form, grids: Grids, code: str) -> str:
    grid = grids[form.section_of[code].number]
    return f"'{grid.sheet}'!{grid.address(code, FIGURE)}"


def _write_chart_data(master: Master, content: Content, figures: Mapping[str, Figure]) -> None:
    """Stores the results beside the formulas, so that nothing has to be computed when the workbook is opened."""
    if sheet_names.CHART_DATA not in master.workbook:
        return
    sheet = master.workbook.sheet(sheet_names.CHART_DATA)
    for number, chart in enumerate(content.form.charts):
        drawn = points(content.form, master.grids, chart)
        for row, (point, value) in enumerate(zip(drawn, _values(content, figures, chart, drawn), strict=True), 1):
            sheet.put(reference(row, 2 + 2 * number), value, point.formula)


def _values(
    content: Content, figures: Mapping[str, Figure], chart: Chart, drawn: list[ChartPoint]
) -> Iterator[Decimal | str]:
    form = content.form
    part = form.by_name[chart.part].code
    whole = form.by_name[chart.whole].code if chart.whole else ""
    if chart.kind == "shares":
        done, everything = _number(figures[part].value), _number(figures[whole].value)
        yield from (done, max(Decimal(0), everything - done))
        return
    for point in drawn:
        number = _read(content, point.unit, part)
        if chart.kind == "by_unit":
            yield number
        else:
            base = _read(content, point.unit, whole)
            yield "" if base == 0 else rate(number, base) or Decimal(0)


def _read(content: Content, unit: str, code: str) -> Decimal:
    reading = content.readings.get((unit, code))
    return _number(reading.value if reading and reading.given else None)


def _number(value: object) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(0)
