"""Makes the sheet of a printed table in a master: the ministry's page, of the whole or of the unit that is chosen."""

from __future__ import annotations

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xl import sheet_names
from cchc_xl.master import style
from cchc_xl.master.input_validation import choice_of_unit
from cchc_xl.master.native_formulas import Grids
from cchc_xl.master.sheet_page import protect
from cchc_xl.master.table_figures import (
    CHOICE,
    CHOICE_ROW,
    CHOSEN,
    TableFormulas,
    cells_of,
    flag_title,
    lines_of,
    of_units,
)
from cchc_xl.master.table_place import FIRST_COLUMN, TOP, TablePlace, place_of
from cchc_xl.master.table_print import head_cell, print_table, set_up_table_page
from cchc_xl.schema.form_model import Form, Section
from cchc_xl.schema.table_lines import with_owners
from cchc_xl.schema.table_model import Table

CHECK_WIDTH = 60


def add_table_sheets(workbook: Workbook, form: Form, section: Section, grids: Grids) -> None:
    """Adds the sheets of a section's tables."""
    for table in section.tables:
        _add(workbook, form, section, table, grids)


def _add(workbook: Workbook, form: Form, section: Section, table: Table, grids: Grids) -> None:
    sheet = workbook.create_sheet(sheet_names.table_sheet(table.code))
    place = place_of(with_owners(table), lines_of(form, table, section))
    formulas = TableFormulas(form, grids, section)
    _titles(sheet, form, place)
    if not of_units(table) and form.columns(section):
        _choice(sheet, form, section, grids, formulas)
    print_table(sheet, place)
    addresses = {
        (line.key, row.code): f"{place.letters[column.code]}{place.rows[line.key]}"
        for line, column, row in cells_of(form, table, section)
    }
    for line, _, row in cells_of(form, table, section):
        cell = sheet[addresses[line.key, row.code]]
        cell.value, cell.fill = f"={formulas.formula(row, line, addresses)}", style.COMPUTED
    _check(sheet, place)
    _colours(sheet, place)
    _page(sheet, place)


def _titles(sheet: Worksheet, form: Form, place: TablePlace) -> None:
    last = get_column_letter(place.last_column)
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


def _choice(sheet: Worksheet, form: Form, section: Section, grids: Grids, formulas: TableFormulas) -> None:
    """The cell in which a unit is chosen; empty, the table shows the whole."""
    sheet[CHOSEN.replace("$", "")] = f"={formulas.chosen_column()}"
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
    sheet.column_dimensions[get_column_letter(column)].width = CHECK_WIDTH
    for row in place.rows.values():
        cell = sheet.cell(row, column)
        cell.font, cell.alignment = style.NOTE, style.LEFT
    for number, each in enumerate(place.table.columns, column + 1):
        sheet.cell(place.number_row, number, flag_title(each))
        sheet.column_dimensions[get_column_letter(number)].hidden = True


def _colours(sheet: Worksheet, place: TablePlace) -> None:
    first = place.letters[place.table.columns[0].code]
    flag = get_column_letter(place.last_column + 2)
    top, bottom = place.number_row + 1, place.last_row
    for letter, colour in style.FLAG_COLOURS.items() if place.lines else ():
        rule = style.shown_when(f'{flag}{top}="{letter}"', fill=style.fill(colour))
        sheet.conditional_formatting.add(f"{first}{top}:{get_column_letter(place.last_column)}{bottom}", rule)


def _page(sheet: Worksheet, place: TablePlace) -> None:
    sheet.freeze_panes = sheet.cell(place.number_row + 1, FIRST_COLUMN + 2).coordinate
    set_up_table_page(sheet, place)
    protect(sheet)
