"""Makes the sheets of figures: of a section, the appendix page as people know it with one input column per unit to its
right; of a table, as the ministry prints it, of the whole or of the unit that is chosen, in a unit's form typed in; and
the sheet “Số chung” of figures known only for the whole, waiting for the units' own.
"""

from __future__ import annotations

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xl import sheet_names
from cchc_xl.excel.addresses import column_letters, reference
from cchc_xl.master import style
from cchc_xl.master.book_upkeep import flag_colours, lines_of, row_points
from cchc_xl.master.input_validation import choice_of_unit, input_validation
from cchc_xl.master.native_formulas import Grids
from cchc_xl.master.printed_tables import CHOICE, CHOICE_ROW, cells_of, lines_of as lines_in, offers_units
from cchc_xl.master.section_grid import (
    CHECK,
    FIGURE,
    FIGURE_COLUMN,
    FIXED_HEADERS,
    HEADER_ROW,
    HEADERS,
    LAST_YEAR,
    NOTE,
    PREVIOUS,
    SOURCE_COLUMN,
    Grid,
    Plan,
    flag_key,
    of_the_whole,
    shareable,
)
from cchc_xl.master.style import protect, set_up_page
from cchc_xl.master.support_sheets import table
from cchc_xl.master.table_layout import FIRST_COLUMN, HINT_CELL, TABLE_ROW, TOP, Column, TablePlace, hint as hint_of
from cchc_xl.schema.form_model import Form, Heading, Indicator, Section
from cchc_xl.schema.model_kinds import WORDS, Kind
from cchc_xl.schema.table_model import PrintedLine, Table, all_columns, headings, with_owners

WIDTHS = {"code": 9, "number": 7, "label": 54, "measure": 14, FIGURE: 12, NOTE: 56, CHECK: 110}
UNIT_WIDTH = 12
HIDDEN = ("code", PREVIOUS, LAST_YEAR)
"""Columns that are hidden in a new book; those of earlier periods are shown where their figures are known."""
COUNTS = {Kind.COUNT: "#,##0"}
NUMBER_FORMATS = COUNTS | {Kind.RATIO: "@", Kind.TEXT: "@", Kind.DATE: "@"}
LEGEND = "Nhập số liệu vào ô màu vàng nhạt; ô màu xanh do phần mềm tính."
SUPPORTING = "Số liệu dùng để tính tỷ lệ (không in trong phụ lục)"


def add_section_sheet(workbook: Workbook, form: Form, section: Section, layout: Plan) -> None:
    """Adds the sheet of one section, empty of figures and of their formulas."""
    sheet = workbook.create_sheet(section.sheet)
    grid = layout.grid
    title = f"{section.number}. {section.title}" if section.printed else section.title
    _titles(sheet, len(FIXED_HEADERS), form, title.upper(), form.period.label)
    style.dress(sheet.cell(4, len(FIXED_HEADERS) + 1, LEGEND), style.HINT)
    _header(sheet, layout)
    printed_cells(sheet, layout.section_row, (section.number, section.title, "", "", ""), style.BOLD, style.SECTION)
    for line in section.lines:
        _section_line(sheet, form, line, layout)
    if layout.supporting_row:
        sheet.merge_cells(None, layout.supporting_row, 2, layout.supporting_row, len(FIXED_HEADERS))
        for column in range(2, len(FIXED_HEADERS) + 1):
            style.dress(sheet.cell(layout.supporting_row, column), style.SECTION, style.BOX)
        style.dress(sheet.cell(layout.supporting_row, 2, SUPPORTING), style.BOLD, style.LEFT)
    _columns(sheet, layout)
    # They look at hidden columns: the cells' own formats are never touched.
    for colour in flag_colours(form, section, grid):
        rule = style.shown_when(colour.formula, fill=style.fill(style.FLAG_COLOURS[colour.letter]))
        sheet.conditional_formatting.add(colour.cells, rule)
    sheet.freeze_panes = sheet.cell(HEADER_ROW + 1, grid.columns["measure"]).coordinate
    area = f"B1:{column_letters(len(FIXED_HEADERS))}{layout.last_printed_row}"
    set_up_page(sheet, area, landscape=True, repeat_row=HEADER_ROW)
    protect(sheet)


def _titles(sheet: Worksheet, last_column: int, form: Form, title: str, period: str) -> None:
    """The name of the form, of what stands on the sheet, and the period."""
    fonts = (style.TITLE, style.BOLD, style.ITALIC)
    for row, (text, font) in enumerate(zip((form.title, title, f"Kỳ báo cáo: {period}"), fonts, strict=True), 1):
        sheet.merge_cells(f"B{row}:{column_letters(last_column)}{row}")
        style.dress(sheet.cell(row, 2, text), font, style.CENTRE)
    sheet.row_dimensions[1].height = 21


def _header(sheet: Worksheet, layout: Plan) -> None:
    headers = HEADERS | {unit.id: unit.name for unit in layout.units}
    for key, column in layout.grid.columns.items():
        style.dress(sheet.cell(HEADER_ROW, column, headers.get(key, key)), *style.HEAD)
    lines = (lines_of(headers.get(key, ""), WIDTHS.get(key, UNIT_WIDTH)) for key in layout.grid.columns)
    sheet.row_dimensions[HEADER_ROW].height = max(48, row_points(max(lines)))


def _section_line(sheet: Worksheet, form: Form, line: Heading | Indicator, layout: Plan) -> None:
    """A line as it is printed, its note, and beside it the cells of the units: open where they are asked."""
    grid, number = layout.grid, layout.grid.rows[line.code]
    row = line if isinstance(line, Indicator) else None
    sheet.cell(number, grid.columns["code"], line.code)
    bold = row is None or row.code.count(".") == 1
    texts = (line.number, line.label, row.unit if row else None, None, row.note_hint if row else None)
    printed_cells(sheet, number, texts, style.BOLD if bold else style.NORMAL)
    note = style.dress(sheet.cell(number, grid.columns[NOTE]), style.OPEN, style.INPUT, style.NOTE)
    asked = {unit.id for unit in form.reporters(row)} if row and row.typed else set()
    for unit in layout.units:
        if row and unit.id in asked:
            input_cell(sheet, number, grid.columns[unit.id], row)
        else:
            style.dress(sheet.cell(number, grid.columns[unit.id]), style.NOT_ASKED, style.BOX)
    if row:
        hint(sheet, note.coordinate, row)
        _prompt(sheet, row, [grid.address(row.code, unit.id) for unit in layout.units if unit.id in asked])
        _around(sheet, number, grid, row)


def _around(sheet: Worksheet, number: int, grid: Grid, row: Indicator) -> None:
    """The cells that the tool fills: the figure, what the check says, the figures of earlier periods."""
    shown, whole = COUNTS.get(row.kind, "General"), grid.columns[FIGURE]
    style.dress(sheet.cell(number, whole), style.BOLD, style.COMPUTED, shown)
    style.dress(sheet.cell(number, grid.columns[CHECK]), style.SMALL, style.LEFT)
    for key in (PREVIOUS, LAST_YEAR):
        style.dress(sheet.cell(number, grid.columns[key]), style.SMALL, style.CENTRE, style.BOX, shown)


def printed_cells(sheet: Worksheet, row: int, texts: tuple[str | None, ...], *looks: object) -> None:
    """The printed part of a line: number, label, unit, figure, note."""
    for column, text in enumerate(texts, 2):
        aligned = style.LEFT if column in (3, 6) else style.CENTRE
        style.dress(sheet.cell(row, column, text or None), *looks, style.BOX, aligned)


def hint(sheet: Worksheet, address: str, row: Indicator) -> None:
    """The form's hint stands in the note, grey, until somebody writes over it."""
    if row.note_hint:
        text = row.note_hint.replace('"', '""')
        sheet.conditional_formatting.add(address, style.shown_when(f'{address}="{text}"', font=style.HINT))


def input_cell(sheet: Worksheet, row: int, column: int, indicator: Indicator) -> None:
    """The look and format of a cell that people fill."""
    aligned = style.LEFT if indicator.kind in WORDS else style.RIGHT
    style.dress(
        sheet.cell(row, column), style.SMALL, style.INPUT, style.BOX, style.OPEN, aligned,
        NUMBER_FORMATS.get(indicator.asked, "General"),
    )


def _prompt(sheet: Worksheet, row: Indicator, cells: list[str]) -> None:
    """The input prompt and the check while typing; an unusual answer is asked about, a wrong one refused."""
    if cells:
        validation = input_validation(row, cells[0])
        for cell in cells:
            validation.add(cell)
        sheet.add_data_validation(validation)


def _columns(sheet: Worksheet, layout: Plan) -> None:
    unit_ids = {unit.id for unit in layout.units}
    for key, column in layout.grid.columns.items():
        dimension = sheet.column_dimensions[column_letters(column)]
        dimension.width = WIDTHS.get(key, UNIT_WIDTH)
        dimension.hidden = key in HIDDEN or key.startswith((sheet_names.FLAG_PREFIX, sheet_names.READ_PREFIX))
        if key in unit_ids and len(layout.units) == 1:
            dimension.width = UNIT_WIDTH + 4


SHARED_COLUMNS = (
    Column("Khóa", 9), Column("Mã", 10, centred=True), Column("Chỉ tiêu", 70), Column("Đơn vị tính", 18, centred=True),
    Column("Số chung, chưa phân bổ", 18), Column("Nguồn", 60, typed=True),
)


def add_shared(workbook: Workbook, form: Form) -> None:
    """Adds the sheet of figures known only for the whole: a row for every indicator that several units report."""
    rows = list(shareable(form))
    sheet = workbook.create_sheet(sheet_names.SHARED)
    style.dress(sheet.cell(1, 2, "SỐ CHUNG, CHƯA PHÂN BỔ CHO ĐƠN VỊ"), style.TITLE)
    sheet[HINT_CELL] = hint_of(sheet_names.SHARED, lines=False)
    style.dress(sheet[HINT_CELL], style.HINT, style.LEFT)
    sheet.merge_cells(start_row=2, start_column=2, end_row=2, end_column=len(SHARED_COLUMNS))
    sheet.row_dimensions[2].height = 32
    table(sheet, SHARED_COLUMNS, len(rows))
    for number, row in enumerate(rows, TABLE_ROW + 1):
        for column, text in enumerate((row.code, row.code, row.label, row.unit), 1):
            sheet.cell(number, column, text or None)
        input_cell(sheet, number, FIGURE_COLUMN, of_the_whole(row))
        _prompt(sheet, of_the_whole(row), [reference(number, FIGURE_COLUMN)])
        style.dress(sheet.cell(number, 1), style.RIGHT)
    sheet.column_dimensions["A"].hidden = True
    sheet.freeze_panes = sheet.cell(TABLE_ROW + 1, FIGURE_COLUMN).coordinate
    area = f"B1:{reference(TABLE_ROW + len(rows), SOURCE_COLUMN)}"
    set_up_page(sheet, area, landscape=True, repeat_row=TABLE_ROW)
    protect(sheet)


NUMBER_WIDTH, LABEL_WIDTH, FIGURE_WIDTH, TEXT_WIDTH, DAY_WIDTH = 5, 30, 9, 22, 13
HEAD_POINTS = 13
"""Bold letters of 11 points take at most the room of these."""
ONE_PAGE = 40
"""Lines that are still read on one page."""
CHECK_WIDTH = 60


def print_table(sheet: Worksheet, place: TablePlace) -> None:
    """Headings, column numbers, and the lines with empty cells for their figures."""
    for head in headings(place.table):
        top, left = TOP + head.level, FIRST_COLUMN + head.column
        head_cell(sheet, head.text, (top, left), (top + head.height - 1, left + head.width - 1))
    for level in range(place.table.levels):
        sheet.row_dimensions[TOP + level].height = _heading_height(place, level)
    sheet.cell(place.number_row, 1, sheet_names.KEYS_HEADER)
    for number, column in enumerate(all_columns(place.table), FIRST_COLUMN):
        style.dress(sheet.cell(place.number_row, number, column.code), style.NOTE, style.CENTRE, style.BOX)
    for line in place.lines:
        _printed_line(sheet, place, line, place.rows[line.key])
    for number, width in _widths_of(place).items():
        sheet.column_dimensions[column_letters(number)].width = width
    sheet.column_dimensions["A"].hidden = True


def head_cell(sheet: Worksheet, text: str, first: tuple[int, int], last: tuple[int, int]) -> None:
    """A heading over the cells from the first to the last (rows and columns)."""
    sheet.cell(*first, text)
    if first != last:
        # Before the borders: openpyxl adds those of the cells that are merged to each other.
        sheet.merge_cells(start_row=first[0], start_column=first[1], end_row=last[0], end_column=last[1])
    for row in range(first[0], last[0] + 1):
        for column in range(first[1], last[1] + 1):
            style.dress(sheet.cell(row, column), style.SMALL_BOLD, *style.HEAD[1:])


def _heading_height(place: TablePlace, level: int) -> float:
    """Tall enough for the headings that end at a level, whose other lines are one line high each."""
    widths, lines = _widths_of(place), 1
    for head in headings(place.table):
        if head.level + head.height - 1 == level:
            width = sum(widths[FIRST_COLUMN + head.column + at] for at in range(head.width))
            lines = max(lines, lines_of(head.text, width, HEAD_POINTS) - head.height + 1)
    return row_points(lines)


def _printed_line(sheet: Worksheet, place: TablePlace, line: PrintedLine, row: int) -> None:
    sheet.cell(row, 1, line.key)
    font = style.SMALL_BOLD if line.bold else style.SMALL
    for at in range(FIRST_COLUMN, place.last_column + 1):
        style.dress(sheet.cell(row, at), font, style.BOX, style.RIGHT)
    style.dress(sheet.cell(row, FIRST_COLUMN, line.number or None), style.CENTRE)
    style.dress(sheet.cell(row, FIRST_COLUMN + 1, line.label), style.LEFT)
    if line.owner:
        style.dress(sheet.cell(row, FIRST_COLUMN + 2, line.owner), style.LEFT)
    for column in place.table.columns:
        cell = sheet[f"{place.letters[column.code]}{row}"]
        looks = (style.LEFT,) if column.kind is Kind.TEXT else ()
        style.dress(cell, COUNTS.get(column.kind, "General"), *looks)
    if not line.row.spare:
        # The row of a name that somebody will type grows with it.
        sheet.row_dimensions[row].height = row_points(lines_of(line.label, LABEL_WIDTH, 11))


def set_up_table_page(sheet: Worksheet, place: TablePlace) -> None:
    """One landscape page where that can still be read, the headings again on each other one."""
    set_up_page(sheet, f"B1:{column_letters(place.last_column)}{place.last_row}", landscape=True)
    sheet.print_title_rows = f"{TOP}:{place.number_row}"
    sheet.page_setup.fitToHeight = 1 if len(place.lines) <= ONE_PAGE else 0


def _widths_of(place: TablePlace) -> dict[int, int]:
    """The width of every column by its number."""
    kinds = {Kind.TEXT: TEXT_WIDTH, Kind.DATE: DAY_WIDTH}
    first = {FIRST_COLUMN: NUMBER_WIDTH, FIRST_COLUMN + 1: LABEL_WIDTH}
    columns = enumerate(all_columns(place.table), FIRST_COLUMN)
    return {number: first.get(number) or kinds.get(column.kind, FIGURE_WIDTH) for number, column in columns}


def add_table_sheet(workbook: Workbook, form: Form, section: Section, table: Table, grids: Grids) -> None:
    """Adds the sheet of a section's table, of the whole or of the unit that is chosen."""
    sheet = workbook.create_sheet(sheet_names.table_sheet(table.code))
    place = TablePlace(with_owners(table), tuple(lines_in(form, table, section)))
    period = form.period
    span = f"(Từ ngày {period.first:%d/%m/%Y} đến ngày {period.last:%d/%m/%Y})"
    _titles(sheet, place.last_column, form, table.label, f"{period.label} {span}")
    if table.unit:
        unit = sheet.cell(TOP - 1, place.last_column, f"Đơn vị tính: {table.unit}")
        style.dress(unit, style.ITALIC, style.RIGHT)
    if offers_units(form, section, table):
        _choice(sheet, form, section, grids)
    print_table(sheet, place)
    for line, column, _ in cells_of(form, table, section):
        sheet[f"{place.letters[column.code]}{place.rows[line.key]}"].fill = style.COMPUTED
    _check(sheet, place)
    sheet.freeze_panes = sheet.cell(place.number_row + 1, FIRST_COLUMN + 2).coordinate
    set_up_table_page(sheet, place)
    protect(sheet)


def _choice(sheet: Worksheet, form: Form, section: Section, grids: Grids) -> None:
    """The cell in which a unit is chosen; empty, the table shows the whole."""
    style.dress(sheet.cell(CHOICE_ROW, 2, "Xem:"), style.SMALL)
    style.dress(sheet[CHOICE], style.SMALL_BOLD, style.INPUT, style.BOX, style.OPEN)
    told = f'=IF({CHOICE}="","Toàn bộ đơn vị; chọn tên ở ô bên trái để xem bảng của một đơn vị","")'
    style.dress(sheet.cell(CHOICE_ROW, 4, told), style.HINT)
    names = choice_of_unit(grids[section.number], form.columns(section))
    names.add(CHOICE)
    sheet.add_data_validation(names)


def _check(sheet: Worksheet, place: TablePlace) -> None:
    """The column Kiểm tra, the hidden columns of flags, and the colours that look there."""
    column = place.last_column + 1
    head_cell(sheet, sheet_names.CHECK_HEADER, (place.number_row, column), (place.number_row, column))
    sheet.column_dimensions[column_letters(column)].width = CHECK_WIDTH
    for row in place.rows.values():
        style.dress(sheet.cell(row, column), style.NOTE, style.LEFT)
    for number, each in enumerate(place.table.columns, column + 1):
        sheet.cell(place.number_row, number, flag_key(each.code))
        sheet.column_dimensions[column_letters(number)].hidden = True
    first = place.letters[place.table.columns[0].code]
    flag = column_letters(column + 1)
    top, bottom = place.number_row + 1, place.last_row
    for letter, colour in style.FLAG_COLOURS.items() if place.lines else ():
        rule = style.shown_when(f'{flag}{top}="{letter}"', fill=style.fill(colour))
        sheet.conditional_formatting.add(f"{first}{top}:{column_letters(place.last_column)}{bottom}", rule)
