"""Makes a new, empty master workbook from a form, with the native charts of its first sheet and what an earlier one
knows: figures, the office, contacts, texts, documents.

The charts are the declared ones. Their numbers stand on a hidden sheet as formulas: a rate of each unit can be drawn
too, and follows what is typed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook
from openpyxl.chart import BarChart, PieChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.marker import DataPoint
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xl import sheet_names
from cchc_xl.checks.period_comparison import telling
from cchc_xl.checks.run_checks import rules_of
from cchc_xl.declaration.declaration_workbook import FormChanges
from cchc_xl.errors import UserError
from cchc_xl.excel.addresses import column_letters, reference
from cchc_xl.excel.cell_content import Content
from cchc_xl.excel.spreadsheet import Workbook as Spreadsheet
from cchc_xl.figures import Content as Answers, sum_of_values, total, value_of_unit
from cchc_xl.master import support_sheets
from cchc_xl.master.book_upkeep import drawn_charts, fit_all, write_results
from cchc_xl.master.compute_book import Computed, compute
from cchc_xl.master.figure_sheets import add_section_sheet, add_shared, add_table_sheet
from cchc_xl.master.master_book import Entries, Master, fill
from cchc_xl.master.native_formulas import Grids, stored
from cchc_xl.master.printed_tables import write_tables
from cchc_xl.master.section_grid import LAST_YEAR, PREVIOUS, Plan, plan
from cchc_xl.master.style import package_of
from cchc_xl.master.table_layout import HOME_COLUMNS
from cchc_xl.master.workbook_structure import rows_kept
from cchc_xl.reading.raw_cell import EXCEL_EPOCH
from cchc_xl.schema.carried_declaration import mark_of
from cchc_xl.schema.form_model import Form, Indicator
from cchc_xl.schema.model_kinds import Chart, Document, Period
from cchc_xl.schema.report_periods import PERIOD_FIELDS, as_facts, later
from cchc_xl.values import Struct, Value

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
        _bring(workbook, master, earlier)
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


BOOKS = "CCHC_*.xls[xm]"
OF_ONE_REPORT = frozenset({"so_bao_cao", "ngay_ky", *PERIOD_FIELDS})
"""Lines of the general data that belong to one report, not to the office."""


class Earlier(Struct, frozen=True):
    """The book of the last period and, where there is one, that of the same period of the year before.

    `with_office`: the office, contacts, texts and documents come along too. `changes` tells the figures of another form
    by the names that they have in this one.
    """

    last: Computed
    year_before: Computed | None = None
    with_office: bool = True
    changes: FormChanges | None = None


def figures_of(book: Path, form: Form, period: Period) -> Earlier:
    """The figures of an earlier period's book, and nothing else of it. Raises `UserError` where it is not earlier."""
    last = compute(book)
    _refuse_not_later(book, last.content.form.period, form, period)
    return Earlier(last, with_office=False)


def _refuse_not_later(book: Path, known: Period, form: Form, period: Period) -> None:
    """Raises `UserError` where a period does not end after that of the book of the last one."""
    if period.last <= known.last:
        coming = ", ".join(each.label for each in later(known, form.periods))
        remedy = f"Chọn kỳ kết thúc sau ngày {known.last:%d/%m/%Y}" + (f": {coming}." if coming else ".")
        what = f"sổ này là sổ của {known.label}, không phải kỳ trước của {period.label}."
        raise UserError(str(book), what, f"{remedy} Hoặc chọn sổ của kỳ trước.")


def _bring(workbook: Spreadsheet, master: Master, earlier: Earlier) -> None:
    """Writes the figures of earlier periods into their columns, not saved yet.

    Figures are matched by the indicators' names, which stay when a form is renumbered.
    """
    _write(workbook, master, PREVIOUS, _values(earlier.last, earlier.changes))
    if earlier.year_before is not None:
        _write(workbook, master, LAST_YEAR, _values(earlier.year_before, earlier.changes))
    period = as_facts(earlier.last.content.form.period)
    carried = {f"{sheet_names.CARRIED_PERIOD}{key}": text for key, text in period.items()}
    carried |= dict(_of_units(master.form, earlier))
    if earlier.with_office:
        carried |= dict(_carry(master, earlier.last))
    for row, (key, text) in enumerate(carried.items(), 1):
        workbook.sheet(sheet_names.CARRIED).put(f"A{row}", key)
        workbook.sheet(sheet_names.CARRIED).put(f"B{row}", text)


def _values(computed: Computed, changes: FormChanges | None) -> dict[str, Value]:
    """The figures of a book by machine name; those that a new line joins are added, where all of them are known."""
    figures = computed.figures.values()
    return _renamed({figure.indicator.name: figure.value for figure in figures if figure.value is not None}, changes)


def _renamed(before: dict[str, Value], changes: FormChanges | None) -> dict[str, Value]:
    if changes is None:
        return before
    known = changes.renamed(before)
    for name, parts in changes.joined.items():
        values = [before.get(part) for part in parts]
        numbers = [value for value in values if isinstance(value, Decimal)]
        if numbers and len(numbers) == len(values):
            known[name] = sum(numbers, Decimal(0))
    return known


def _of_units(form: Form, earlier: Earlier) -> Iterator[tuple[str, str]]:
    """What each unit had: the figures that rows of tables are compared with, and those that would tell of a copy. One
    that others were merged into has theirs."""
    wanted = {leaf.name for rule in rules_of(form) if rule.carried for leaf in rule.before}
    content = earlier.last.content
    rows = [row for row in content.form.indicators() if row.typed or (row.row and wanted)]
    for unit in form.units:
        told = (dict(_had(content, rows, each)) for each in (unit.id, *unit.predecessors))
        had = [_renamed(each, earlier.changes) for each in told if each]
        for name in sorted(set.intersection(*map(set, had))) if had else ():
            value = sum_of_values((each[name], 1) for each in had)
            if value is not None and (name in wanted or (name in form.by_name and telling(form.by_name[name], value))):
                yield f"{sheet_names.CARRIED_UNIT}{unit.id}.{name}", f"{value:f}"


def _had(content: Answers, rows: Sequence[Indicator], unit: str) -> Iterator[tuple[str, Value]]:
    """The figures of a unit, by name."""
    for row in rows:
        value = value_of_unit(content.form, row, lambda code: content.readings.get((unit, code)))
        if isinstance(value, Decimal):
            yield row.name, value


def _write(workbook: Spreadsheet, master: Master, column: str, before: Mapping[str, Value]) -> None:
    for section in master.form.sections:
        grid, sheet = master.grids[section.number], workbook.sheet(section.sheet)
        for row in section.indicators:
            value = before.get(row.name)
            if value is not None:
                sheet.put(grid.address(row.code, column), stored(value))
        sheet.show_column(grid.columns[column])


def _carry(master: Master, last: Computed) -> Iterator[tuple[str, str]]:
    """Puts the office's own data into the new book; gives what has to be looked at again."""
    content, form = last.content, master.form
    own = {field.name for field in form.info if field.kind != "date"} - OF_ONE_REPORT
    texts = {
        entry.name: content.entries[entry.name].text for entry in form.entries
        if entry.recurs and entry.name in content.entries and content.entries[entry.name].text.strip()
    }
    fill(master, Entries(
        info={name: text.text for name, text in content.info.items() if name in own and text.text.strip()},
        texts=texts, contacts=_contacts(master, content.contacts),
    ))
    yield from ((f"noi_dung.{name}", text) for name, text in texts.items())
    yield from _documents(master, content.documents)


def _contacts(master: Master, typed: Sequence[Sequence[str]]) -> list[list[str]]:
    """The lines of the table of contacts that the form still has, each with its key."""
    known = {str(line.stt) for line in master.form.contacts.lines}
    return [[line[0], *line[2:]] for line in typed if line and line[0] in known]


def _documents(master: Master, typed: Sequence[Document]) -> Iterator[tuple[str, str]]:
    sheet, rows = master.workbook.sheet(sheet_names.DOCUMENTS), master.keyed_rows(sheet_names.DOCUMENTS)
    for document in typed:
        if document.name not in rows:
            continue
        day: Content = (document.date - EXCEL_EPOCH).days if document.date else None
        cells: Sequence[Content] = (document.type, document.number, day, document.issuer, document.subject)
        for column, content in enumerate(cells, 3):
            sheet.put(reference(rows[document.name], column), content or None)
        yield f"van_ban.{document.name}", f"{document.number} {document.date}"


def earlier_books(last: Computed, form: Form, period: Period, year_before: Period | None) -> Earlier:
    """The last period's book and that of the same period of the year before, which lies beside it or is the same.

    Raises `UserError` where the period is the book's own, or does not come after it.
    """
    book, known = last.master.path, last.content.form.period
    if (known.first, known.last) == (period.first, period.last):
        raise UserError(str(book), f"sổ này đã là sổ của {period.label}.", "Chọn kỳ khác, hoặc chọn sổ của kỳ trước.")
    _refuse_not_later(book, known, form, period)
    if year_before is None or _is(last, form, year_before):
        return Earlier(last, last if year_before else None)
    for path in sorted(book.resolve().parent.glob(BOOKS)):
        try:
            other = compute(path) if path != book.resolve() else last
        except UserError:
            continue
        if _is(other, form, year_before):
            return Earlier(last, other)
    return Earlier(last)


def _is(computed: Computed, form: Form, period: Period) -> bool:
    theirs = computed.content.form
    return theirs.id == form.id and (theirs.period.first, theirs.period.last) == (period.first, period.last)
