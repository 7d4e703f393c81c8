"""Makes a new, empty master workbook from a form, with the native charts of its first sheet.

The charts are the declared ones. Their numbers stand on a hidden sheet as formulas: a rate of each unit can be drawn
too, and follows what is typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from openpyxl import Workbook
from openpyxl.chart import BarChart, PieChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.marker import DataPoint
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xl import sheet_names
from cchc_xl.excel.addresses import column_letters
from cchc_xl.excel.spreadsheet import Workbook as Spreadsheet
from cchc_xl.figures import total
from cchc_xl.master import support_sheets
from cchc_xl.master.book_upkeep import drawn_charts, fit_all, write_results
from cchc_xl.master.enter_values import Earlier, bring
from cchc_xl.master.figure_sheets import add_section_sheet, add_shared, add_table_sheet
from cchc_xl.master.master_book import Master
from cchc_xl.master.native_formulas import Grids
from cchc_xl.master.printed_tables import write_tables
from cchc_xl.master.section_grid import Plan, plan
from cchc_xl.master.style import package_of
from cchc_xl.master.table_layout import HOME_COLUMNS
from cchc_xl.master.workbook_structure import rows_kept
from cchc_xl.schema.carried_declaration import mark_of
from cchc_xl.schema.form_model import Form
from cchc_xl.schema.office_model import Chart
from cchc_xl.schema.report_periods import as_facts

# Greys that stay apart in black-and-white print.
COLOURS = ("5B7FA6", "C9D3DF")
WIDTH, HEIGHT = 15.4, 8.5
"""Centimetres; two charts stand side by side below the board."""

COUNTS, RATES = "#,##0", "General"
"""The office writes counts with its own marks between thousands; optional decimals would leave a lone mark behind."""

ROWS_OF_A_CHART = 18
LEFT_COLUMNS = ("B", "F")


def new_master(form: Form, target: Path, earlier: Earlier | None = None) -> None:
    """Writes an empty master: every sheet, every formula, no figure but those that come from earlier books."""
    plans = {section.number: plan(form, section) for section in form.sections}
    grids = {number: layout.grid for number, layout in plans.items()}
    workbook = Spreadsheet(target, _sheets(form, plans, grids))
    master = Master(target, workbook, form, grids)
    if earlier is not None:
        bring(workbook, master, earlier)
    content = master.content()
    figures = total(form, content.readings, content.shared)
    write_results(master, content, figures)
    write_tables(master, content, figures, {}, {})
    fit_all(master)
    workbook.commit()


def _sheets(form: Form, plans: Mapping[str, Plan], grids: Grids) -> bytes:
    """The workbook as openpyxl makes it."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    home_end = support_sheets.add_home(workbook, form)
    support_sheets.add_guide(workbook)
    support_sheets.add_info(workbook, form)
    support_sheets.add_units(workbook, form)
    for section in form.sections:
        for table in section.tables:
            add_table_sheet(workbook, form, section, table, grids)
        add_section_sheet(workbook, form, section, plans[section.number])
    add_shared(workbook, form)
    support_sheets.add_entries(workbook, form)
    support_sheets.add_documents(workbook, form)
    support_sheets.add_contacts(workbook, form)
    support_sheets.add_lists(workbook, form)
    support_sheets.add_submissions(workbook, form)
    identity = {
        sheet_names.KIND_KEY: sheet_names.MASTER_KIND, "bieu_mau": form.id, "phien_ban": form.version,
        sheet_names.MARK_KEY: mark_of(form),
    }
    support_sheets.add_declaration(workbook, form)
    support_sheets.add_carried(workbook)
    support_sheets.add_identity(workbook, {**identity, **as_facts(form.period), **rows_kept(form)})
    home = workbook[sheet_names.HOME]
    last_row = _add_charts(workbook, form, home, home_end + 2)
    home.print_area = f"B1:{column_letters(len(HOME_COLUMNS))}{last_row}"
    workbook.properties.creator = "cchc-xl"
    workbook.properties.title = f"{form.title} – {form.period.label}"
    return package_of(workbook).to_bytes()


def _add_charts(workbook: Workbook, form: Form, home: Worksheet, first_row: int) -> int:
    """Draws the charts below `first_row` of the first sheet; returns the row where they end."""
    if not form.charts:
        return first_row
    data = workbook.create_sheet(sheet_names.CHART_DATA)
    data.sheet_state = "veryHidden"
    charts = drawn_charts(form)
    for number, (chart, lines) in enumerate(charts):
        column = 1 + 2 * number
        for row, label in enumerate(lines, 1):
            data.cell(row, column, label)
            data.cell(row, column + 1).number_format = _numbers(chart)
        line, place = divmod(number, len(LEFT_COLUMNS))
        drawn = _drawn(data, chart, column, len(lines))
        home.add_chart(drawn, f"{LEFT_COLUMNS[place]}{first_row + line * ROWS_OF_A_CHART}")
    return first_row + ROWS_OF_A_CHART * -(-len(charts) // len(LEFT_COLUMNS))


def _drawn(data: Worksheet, chart: Chart, column: int, rows: int) -> BarChart | PieChart:
    drawn: BarChart | PieChart = PieChart() if chart.kind == "shares" else BarChart()
    drawn.add_data(Reference(data, min_col=column + 1, min_row=1, max_row=rows))
    drawn.set_categories(Reference(data, min_col=column, min_row=1, max_row=rows))
    drawn.title = chart.title
    drawn.width, drawn.height = WIDTH, HEIGHT  # type: ignore[assignment]
    drawn.visible_cells_only = False
    drawn.dataLabels = DataLabelList(
        numFmt=_numbers(chart), showVal=True, showPercent=False, showSerName=False, showCatName=False,
        showLegendKey=False,
    )
    if isinstance(drawn, BarChart):
        drawn.legend, drawn.gapWidth = None, 60
        drawn.x_axis.delete = drawn.y_axis.delete = False
        drawn.y_axis.scaling.min, drawn.y_axis.number_format = 0, _numbers(chart)
        if chart.kind == "rate_by_unit":
            drawn.y_axis.scaling.max = 100
        drawn.series[0].graphicalProperties.solidFill = COLOURS[0]
    else:
        drawn.series[0].data_points = [_slice(number, colour) for number, colour in enumerate(COLOURS)]
    return drawn


def _numbers(chart: Chart) -> str:
    return RATES if chart.kind == "rate_by_unit" else COUNTS


def _slice(number: int, colour: str) -> DataPoint:
    point = DataPoint(idx=number)
    point.graphicalProperties.solidFill = colour
    return point
