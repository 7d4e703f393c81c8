"""The native formulas of a master with their results beside them: nothing has to be computed when it is opened."""

from __future__ import annotations

from collections.abc import Mapping

from cchc_xl import sheet_names
from cchc_xl.content import Content
from cchc_xl.figures import Figure
from cchc_xl.master.chart_data import write_chart_data
from cchc_xl.master.master_book import Master
from cchc_xl.master.native_formulas import figure_formula, stored
from cchc_xl.master.section_grid import FIGURE
from cchc_xl.master.table_layout import HINT_CELL, hint
from cchc_xl.master.undivided import shared_term

AGENCY_CELL = "B2"


def write_results(master: Master, content: Content, figures: Mapping[str, Figure]) -> None:
    """Formula and result of every figure, of the charts' numbers and of the title; the printed tables' are apart."""
    for section in master.form.sections:
        sheet, grid = master.sheet(section), master.grids[section.number]
        for row in section.indicators:
            term = shared_term(content.shared.get(row.code))
            formula = figure_formula(master.form, master.grids, section, row, term)
            sheet.put(grid.address(row.code, FIGURE), stored(figures[row.code].value), formula)
    write_chart_data(master, content, figures)
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
