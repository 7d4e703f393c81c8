"""The native charts of the first sheet: the declared ones, drawn from the section sheets.

Their numbers stand on a hidden sheet as formulas: a rate of each unit can be drawn too, and follows what is typed.
"""

from __future__ import annotations

from openpyxl.chart import BarChart, PieChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.marker import DataPoint
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xl import sheet_names
from cchc_xl.master.chart_data import points
from cchc_xl.master.native_formulas import Grids
from cchc_xl.schema.form_model import Form
from cchc_xl.schema.office_model import Chart

# Greys that stay apart in black-and-white print.
COLOURS = ("5B7FA6", "C9D3DF")
WIDTH, HEIGHT = 15.4, 8.5
"""Centimetres; two charts stand side by side below the board."""

COUNTS, RATES = "#,##0", "General"
"""The office writes counts with its own marks between thousands; optional decimals would leave a lone mark behind."""

ROWS_OF_A_CHART = 18
LEFT_COLUMNS = ("B", "F")


def add_charts(workbook: Workbook, form: Form, grids: Grids, home: Worksheet, first_row: int) -> int:
    """Draws the charts below `first_row` of the first sheet; returns the row where they end.

    One of units that the book has none of is left out.
    """
    if not form.charts:
        return first_row
    data = workbook.create_sheet(sheet_names.CHART_DATA)
    data.sheet_state = "veryHidden"
    charts = [(chart, lines) for chart in form.charts if (lines := points(form, grids, chart))]
    for number, (chart, lines) in enumerate(charts):
        column = 1 + 2 * number
        for row, point in enumerate(lines, 1):
            data.cell(row, column, point.label)
            data.cell(row, column + 1, f"={point.formula}").number_format = _numbers(chart)
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
