"""Prints a table into a sheet as the ministry prints it: merged headings, the row of column numbers, lines; and makes
the sheet of a table in a master, of the whole or of the unit that is chosen.
"""

from __future__ import annotations

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xl import sheet_names
from cchc_xl.excel.addresses import column_letters
from cchc_xl.master import style
from cchc_xl.master.input_validation import choice_of_unit
from cchc_xl.master.native_formulas import Grids
from cchc_xl.master.printed_tables import CHOICE, CHOICE_ROW, cells_of, lines_of as lines_in, of_units
from cchc_xl.master.row_heights import lines_of, row_points
from cchc_xl.master.section_grid import flag_key
from cchc_xl.master.style import protect, set_up_page
from cchc_xl.master.table_place import FIRST_COLUMN, TOP, TablePlace, place_of
from cchc_xl.schema.form_model import Form, Section
from cchc_xl.schema.model_kinds import Kind
from cchc_xl.schema.table_model import PrintedLine, Table, all_columns, headings, with_owners

NUMBER_WIDTH, LABEL_WIDTH, FIGURE_WIDTH, TEXT_WIDTH, DAY_WIDTH = 5, 30, 9, 22, 13
HEAD_POINTS = 13
"""Bold letters of 11 points take at most the room of these."""
ONE_PAGE = 40
"""Lines that are still read on one page."""
CHECK_WIDTH = 60


def print_table(sheet: Worksheet, place: TablePlace) -> None:
    """Headings, column numbers, and the lines with empty cells for their figures."""
    _headings(sheet, place)
    _numbers(sheet, place)
    rows = place.rows
    for line in place.lines:
        _line(sheet, place, line, rows[line.key])
    _widths(sheet, place)


def _headings(sheet: Worksheet, place: TablePlace) -> None:
    for head in headings(place.table):
        top, left = TOP + head.level, FIRST_COLUMN + head.column
        head_cell(sheet, head.text, (top, left), (top + head.height - 1, left + head.width - 1))
    for level in range(place.table.levels):
        sheet.row_dimensions[TOP + level].height = _heading_height(place, level)


def head_cell(sheet: Worksheet, text: str, first: tuple[int, int], last: tuple[int, int]) -> None:
    """A heading over the cells from the first to the last (rows and columns)."""
    sheet.cell(*first, text)
    if first != last:
        # Before the borders: openpyxl adds those of the cells that are merged to each other.
        sheet.merge_cells(start_row=first[0], start_column=first[1], end_row=last[0], end_column=last[1])
    for row in range(first[0], last[0] + 1):
        for column in range(first[1], last[1] + 1):
            cell = sheet.cell(row, column)
            cell.font, cell.alignment, cell.fill, cell.border = (
                style.SMALL_BOLD, style.CENTRE, style.HEADER, style.BOX
            )


def _heading_height(place: TablePlace, level: int) -> float:
    """Tall enough for the headings that end at a level, whose other lines are one line high each."""
    widths, lines = _widths_of(place), 1
    for head in headings(place.table):
        if head.level + head.height - 1 == level:
            width = sum(widths[FIRST_COLUMN + head.column + at] for at in range(head.width))
            lines = max(lines, lines_of(head.text, width, HEAD_POINTS) - head.height + 1)
    return row_points(lines)


def _numbers(sheet: Worksheet, place: TablePlace) -> None:
    sheet.cell(place.number_row, 1, sheet_names.KEYS_HEADER)
    for code, letter in place.letters.items():
        cell = sheet[f"{letter}{place.number_row}"]
        cell.value, cell.font, cell.alignment, cell.border = code, style.NOTE, style.CENTRE, style.BOX


def _line(sheet: Worksheet, place: TablePlace, line: PrintedLine, row: int) -> None:
    sheet.cell(row, 1, line.key)
    font = style.SMALL_BOLD if line.bold else style.SMALL
    for at in range(FIRST_COLUMN, place.last_column + 1):
        cell = sheet.cell(row, at)
        cell.font, cell.border, cell.alignment = font, style.BOX, style.RIGHT
    number, label = sheet.cell(row, FIRST_COLUMN, line.number or None), sheet.cell(row, FIRST_COLUMN + 1, line.label)
    number.alignment, label.alignment = style.CENTRE, style.LEFT
    if line.owner:
        owner = sheet.cell(row, FIRST_COLUMN + 2, line.owner)
        owner.alignment = style.LEFT
    for column in place.table.columns:
        cell = sheet[f"{place.letters[column.code]}{row}"]
        cell.number_format = "#,##0" if column.kind is Kind.COUNT else "General"
        if column.kind is Kind.TEXT:
            cell.alignment = style.LEFT
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


def _widths(sheet: Worksheet, place: TablePlace) -> None:
    for column, width in _widths_of(place).items():
        sheet.column_dimensions[column_letters(column)].width = width
    sheet.column_dimensions["A"].hidden = True


def add_table_sheets(workbook: Workbook, form: Form, section: Section, grids: Grids) -> None:
    """Adds the sheets of a section's tables."""
    for table in section.tables:
        _add(workbook, form, section, table, grids)


def _add(workbook: Workbook, form: Form, section: Section, table: Table, grids: Grids) -> None:
    sheet = workbook.create_sheet(sheet_names.table_sheet(table.code))
    place = place_of(with_owners(table), lines_in(form, table, section))
    _master_titles(sheet, form, place)
    if not of_units(table) and form.columns(section):
        _choice(sheet, form, section, grids)
    print_table(sheet, place)
    for line, column, _ in cells_of(form, table, section):
        sheet[f"{place.letters[column.code]}{place.rows[line.key]}"].fill = style.COMPUTED
    _check(sheet, place)
    _colours(sheet, place)
    _page(sheet, place)


def _master_titles(sheet: Worksheet, form: Form, place: TablePlace) -> None:
    last = column_letters(place.last_column)
    span = f"(Từ ngày {form.period.first:%d/%m/%Y} đến ngày {form.period.last:%d/%m/%Y})"
    texts = ((form.title, style.TITLE), (place.table.label, style.BOLD),
             (f"Kỳ báo cáo: {form.period.label} {span}", style.ITALIC))
    for row, (text, font) in enumerate(texts, 1):
        sheet.merge_cells(f"B{row}:{last}{row}")
        cell = sheet[f"B{row}"]
        cell.value, cell.font, cell.alignment = text, font, style.CENTRE
    if place.table.unit:
        cell = sheet.cell(TOP - 1, place.last_column, f"Đơn vị tính: {place.table.unit}")
        cell.font, cell.alignment = style.ITALIC, style.RIGHT
    sheet.row_dimensions[1].height = 21


def _choice(sheet: Worksheet, form: Form, section: Section, grids: Grids) -> None:
    """The cell in which a unit is chosen; empty, the table shows the whole."""
    label, choice = sheet[f"B{CHOICE_ROW}"], sheet[CHOICE]
    label.value, label.font = "Xem:", style.SMALL
    choice.font, choice.fill, choice.border, choice.protection = style.SMALL_BOLD, style.INPUT, style.BOX, style.OPEN
    hint = sheet[f"D{CHOICE_ROW}"]
    hint.value = f'=IF({CHOICE}="","Toàn bộ đơn vị; chọn tên ở ô bên trái để xem bảng của một đơn vị","")'
    hint.font = style.HINT
    names = choice_of_unit(grids[section.number], form.columns(section))
    names.add(CHOICE)
    sheet.add_data_validation(names)


def _check(sheet: Worksheet, place: TablePlace) -> None:
    """The column Kiểm tra, and the hidden columns of flags."""
    column = place.last_column + 1
    head_cell(sheet, sheet_names.CHECK_HEADER, (place.number_row, column), (place.number_row, column))
    sheet.column_dimensions[column_letters(column)].width = CHECK_WIDTH
    for row in place.rows.values():
        cell = sheet.cell(row, column)
        cell.font, cell.alignment = style.NOTE, style.LEFT
    for number, each in enumerate(place.table.columns, column + 1):
        sheet.cell(place.number_row, number, flag_key(each.code))
        sheet.column_dimensions[column_letters(number)].hidden = True


def _colours(sheet: Worksheet, place: TablePlace) -> None:
    first = place.letters[place.table.columns[0].code]
    flag = column_letters(place.last_column + 2)
    top, bottom = place.number_row + 1, place.last_row
    for letter, colour in style.FLAG_COLOURS.items() if place.lines else ():
        rule = style.shown_when(f'{flag}{top}="{letter}"', fill=style.fill(colour))
        sheet.conditional_formatting.add(f"{first}{top}:{column_letters(place.last_column)}{bottom}", rule)


def _page(sheet: Worksheet, place: TablePlace) -> None:
    sheet.freeze_panes = sheet.cell(place.number_row + 1, FIRST_COLUMN + 2).coordinate
    set_up_table_page(sheet, place)
    protect(sheet)
