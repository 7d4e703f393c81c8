"""Makes a section sheet, the appendix page as people know it with one input column per unit to its right, and the sheet
“Số chung” of figures known only for the whole, waiting for the units' own.
"""

from __future__ import annotations

from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xl import sheet_names
from cchc_xl.master import style
from cchc_xl.master.input_validation import input_validation
from cchc_xl.master.kept_inputs import flag_colours
from cchc_xl.master.row_heights import lines_of, row_points
from cchc_xl.master.section_grid import (
    CHECK,
    FIGURE,
    FIXED_HEADERS,
    HEADER_ROW,
    HEADERS,
    LAST_YEAR,
    NOTE,
    PREVIOUS,
    Grid,
    Plan,
)
from cchc_xl.master.style import protect, set_up_page
from cchc_xl.master.support_sheets import table
from cchc_xl.master.table_layout import HINT_CELL, TABLE_ROW, Column, hint as hint_of
from cchc_xl.master.undivided import FIGURE_COLUMN, SOURCE_COLUMN, of_the_whole, shareable
from cchc_xl.schema.form_model import Form, Heading, Indicator, Section
from cchc_xl.schema.model_kinds import WORDS, Kind, Unit

WIDTHS = {"code": 9, "number": 7, "label": 54, "measure": 14, FIGURE: 12, NOTE: 56, CHECK: 110}
UNIT_WIDTH = 12
HIDDEN = ("code", PREVIOUS, LAST_YEAR)
"""Columns that are hidden in a new book; those of earlier periods are shown where their figures are known."""
COUNTS = {Kind.COUNT: "#,##0"}
NUMBER_FORMATS = COUNTS | {Kind.RATIO: "@", Kind.TEXT: "@", Kind.DATE: "@"}


def add_section_sheet(workbook: Workbook, form: Form, section: Section, layout: Plan) -> None:
    """Adds the sheet of one section, empty of figures and of their formulas."""
    sheet = workbook.create_sheet(section.sheet)
    grid = layout.grid
    _titles(sheet, form, section)
    _header(sheet, layout)
    _section_line(sheet, section, layout)
    for line in section.lines:
        _line(sheet, form, line, layout)
    if layout.supporting_row:
        _block_title(sheet, layout.supporting_row)
    _columns(sheet, layout)
    # They look at hidden columns: the cells' own formats are never touched.
    for colour in flag_colours(form, section, grid):
        rule = style.shown_when(colour.formula, fill=style.fill(style.FLAG_COLOURS[colour.letter]))
        sheet.conditional_formatting.add(colour.cells, rule)
    _page(sheet, layout)


def _titles(sheet: Worksheet, form: Form, section: Section) -> None:
    texts = (form.title, f"{section.number}. {section.title}".upper() if section.printed else section.title.upper())
    last = get_column_letter(len(FIXED_HEADERS))
    for row, text in enumerate(texts, 1):
        sheet.merge_cells(f"B{row}:{last}{row}")
        cell = sheet.cell(row, 2, text)
        cell.font, cell.alignment = (style.TITLE if row == 1 else style.BOLD), style.CENTRE
    sheet.merge_cells(f"B3:{last}3")
    period = sheet.cell(3, 2, f"Kỳ báo cáo: {form.period.label}")
    period.font, period.alignment = style.ITALIC, style.CENTRE
    legend = sheet.cell(4, len(FIXED_HEADERS) + 1, "Nhập số liệu vào ô màu vàng nhạt; ô màu xanh do phần mềm tính.")
    legend.font = style.HINT
    sheet.row_dimensions[1].height = 21


def _header(sheet: Worksheet, layout: Plan) -> None:
    headers = HEADERS | {unit.id: unit.name for unit in layout.units}
    for key, column in layout.grid.columns.items():
        cell = sheet.cell(HEADER_ROW, column, headers.get(key, key))
        cell.font, cell.alignment, cell.fill, cell.border = style.BOLD, style.CENTRE, style.HEADER, style.BOX
    lines = (lines_of(headers.get(key, ""), WIDTHS.get(key, UNIT_WIDTH)) for key in layout.grid.columns)
    sheet.row_dimensions[HEADER_ROW].height = max(48, row_points(max(lines)))


def _section_line(sheet: Worksheet, section: Section, layout: Plan) -> None:
    printed_cells(sheet, layout.section_row, (section.number, section.title, "", "", ""), style.BOLD)
    for column in range(2, len(FIXED_HEADERS) + 1):
        sheet.cell(layout.section_row, column).fill = style.SECTION


def _line(sheet: Worksheet, form: Form, line: Heading | Indicator, layout: Plan) -> None:
    """A line as it is printed, its note, and beside it the cells of the units: open where they are asked."""
    grid, number = layout.grid, layout.grid.rows[line.code]
    row = line if isinstance(line, Indicator) else None
    sheet.cell(number, grid.columns["code"], line.code)
    bold = row is None or row.code.count(".") == 1
    texts = (line.number, line.label, row.unit if row else None, None, row.note_hint if row else None)
    printed_cells(sheet, number, texts, style.BOLD if bold else style.NORMAL)
    note = sheet.cell(number, grid.columns[NOTE])
    note.protection, note.fill, note.font = style.OPEN, style.INPUT, style.NOTE
    asked = {unit.id for unit in form.reporters(row)} if row and row.typed else set()
    for unit in layout.units:
        if row and unit.id in asked:
            input_cell(sheet, number, grid.columns[unit.id], row)
        else:
            _not_asked(sheet, number, grid.columns[unit.id])
    if row:
        hint(sheet, note.coordinate, row)
        _prompt(sheet, grid, row, [unit for unit in layout.units if unit.id in asked])
        _around(sheet, number, grid, row)


def _around(sheet: Worksheet, number: int, grid: Grid, row: Indicator) -> None:
    """The cells that the tool fills: the figure, what the check says, the figures of earlier periods."""
    figure = sheet.cell(number, grid.columns[FIGURE])
    figure.font, figure.fill, figure.number_format = style.BOLD, style.COMPUTED, COUNTS.get(row.kind, "General")
    check = sheet.cell(number, grid.columns[CHECK])
    check.font, check.alignment = style.SMALL, style.LEFT
    for key in (PREVIOUS, LAST_YEAR):
        before = sheet.cell(number, grid.columns[key])
        before.font, before.alignment, before.border = style.SMALL, style.CENTRE, style.BOX
        before.number_format = COUNTS.get(row.kind, "General")


def printed_cells(sheet: Worksheet, row: int, texts: tuple[str | None, ...], font: Font) -> None:
    """The printed part of a line: number, label, unit, figure, note."""
    for column, text in enumerate(texts, 2):
        cell = sheet.cell(row, column, text or None)
        cell.font, cell.border = font, style.BOX
        cell.alignment = style.LEFT if column in (3, 6) else style.CENTRE


def hint(sheet: Worksheet, address: str, row: Indicator) -> None:
    """The form's hint stands in the note, grey, until somebody writes over it."""
    if row.note_hint:
        text = row.note_hint.replace('"', '""')
        sheet.conditional_formatting.add(address, style.shown_when(f'{address}="{text}"', font=style.HINT))


def input_cell(sheet: Worksheet, row: int, column: int, indicator: Indicator) -> None:
    """The look and format of a cell that people fill."""
    cell = sheet.cell(row, column)
    cell.font, cell.fill, cell.border, cell.protection = style.SMALL, style.INPUT, style.BOX, style.OPEN
    cell.alignment = style.LEFT if indicator.kind in WORDS else style.RIGHT
    cell.number_format = NUMBER_FORMATS.get(indicator.asked, "General")


def _not_asked(sheet: Worksheet, row: int, column: int) -> None:
    cell = sheet.cell(row, column)
    cell.fill, cell.border = style.NOT_ASKED, style.BOX


def _block_title(sheet: Worksheet, row: int) -> None:
    cell = sheet.cell(row, 2, "Số liệu dùng để tính tỷ lệ (không in trong phụ lục)")
    cell.font, cell.alignment = style.BOLD, style.LEFT
    sheet.merge_cells(start_row=row, start_column=2, end_row=row, end_column=len(FIXED_HEADERS))
    for column in range(2, len(FIXED_HEADERS) + 1):
        sheet.cell(row, column).fill = style.SECTION
        sheet.cell(row, column).border = style.BOX


def _prompt(sheet: Worksheet, grid: Grid, row: Indicator, units: list[Unit]) -> None:
    """The input prompt and the check while typing; an unusual answer is asked about, a wrong one refused."""
    if not units:
        return
    validation = input_validation(row, grid.address(row.code, units[0].id))
    for unit in units:
        validation.add(grid.address(row.code, unit.id))
    sheet.add_data_validation(validation)


def _columns(sheet: Worksheet, layout: Plan) -> None:
    unit_ids = {unit.id for unit in layout.units}
    for key, column in layout.grid.columns.items():
        dimension = sheet.column_dimensions[get_column_letter(column)]
        dimension.width = WIDTHS.get(key, UNIT_WIDTH)
        dimension.hidden = key in HIDDEN or key.startswith((sheet_names.FLAG_PREFIX, sheet_names.READ_PREFIX))
        if key in unit_ids and len(layout.units) == 1:
            dimension.width = UNIT_WIDTH + 4


def _page(sheet: Worksheet, layout: Plan) -> None:
    grid = layout.grid
    sheet.freeze_panes = sheet.cell(HEADER_ROW + 1, grid.columns["measure"]).coordinate
    last = get_column_letter(len(FIXED_HEADERS))
    set_up_page(sheet, f"B1:{last}{layout.last_printed_row}", landscape=True, repeat_row=HEADER_ROW)
    protect(sheet)


SHARED_COLUMNS = (
    Column("Khóa", 9), Column("Mã", 10, centred=True), Column("Chỉ tiêu", 70), Column("Đơn vị tính", 18, centred=True),
    Column("Số chung, chưa phân bổ", 18), Column("Nguồn", 60, typed=True),
)


def add_shared(workbook: Workbook, form: Form) -> None:
    """Adds the sheet of figures known only for the whole: a row for every indicator that several units report."""
    rows = list(shareable(form))
    sheet = workbook.create_sheet(sheet_names.SHARED)
    sheet.cell(1, 2, "SỐ CHUNG, CHƯA PHÂN BỔ CHO ĐƠN VỊ").font = style.TITLE
    below = sheet[HINT_CELL]
    below.value, below.font, below.alignment = hint_of(sheet_names.SHARED, lines=False), style.HINT, style.LEFT
    sheet.merge_cells(start_row=2, start_column=2, end_row=2, end_column=len(SHARED_COLUMNS))
    sheet.row_dimensions[2].height = 32
    table(sheet, SHARED_COLUMNS, len(rows))
    for number, row in enumerate(rows, TABLE_ROW + 1):
        for column, text in enumerate((row.code, row.code, row.label, row.unit), 1):
            sheet.cell(number, column, text or None)
        input_cell(sheet, number, FIGURE_COLUMN, of_the_whole(row))
        validation = input_validation(of_the_whole(row), sheet.cell(number, FIGURE_COLUMN).coordinate)
        validation.add(sheet.cell(number, FIGURE_COLUMN).coordinate)
        sheet.add_data_validation(validation)
        sheet.cell(number, 1).alignment = style.RIGHT
    sheet.column_dimensions["A"].hidden = True
    sheet.freeze_panes = sheet.cell(TABLE_ROW + 1, FIGURE_COLUMN).coordinate
    last = sheet.cell(TABLE_ROW + len(rows), SOURCE_COLUMN).coordinate
    set_up_page(sheet, f"B1:{last}", landscape=True, repeat_row=TABLE_ROW)
    protect(sheet)
