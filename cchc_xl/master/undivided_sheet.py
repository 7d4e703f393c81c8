"""Makes the sheet “Số chung”: figures known only for the whole, waiting for the units' own."""

from __future__ import annotations

from openpyxl.workbook import Workbook

from cchc_xl import sheet_names
from cchc_xl.master import style
from cchc_xl.master.input_validation import input_validation
from cchc_xl.master.section_sheet import input_cell
from cchc_xl.master.sheet_page import protect, set_up_page
from cchc_xl.master.support_sheets import table
from cchc_xl.master.table_layout import HINT_CELL, TABLE_ROW, Column, hint
from cchc_xl.master.undivided import FIGURE_COLUMN, SOURCE_COLUMN, of_the_whole, shareable
from cchc_xl.schema.form_model import Form

COLUMNS = (
    Column("Khóa", 9), Column("Mã", 10, centred=True), Column("Chỉ tiêu", 70), Column("Đơn vị tính", 18, centred=True),
    Column("Số chung, chưa phân bổ", 18), Column("Nguồn", 60, typed=True),
)

def add_shared(workbook: Workbook, form: Form) -> None:
    """A row for every indicator that several units report."""
    rows = list(shareable(form))
    sheet = workbook.create_sheet(sheet_names.SHARED)
    sheet.cell(1, 2, "SỐ CHUNG, CHƯA PHÂN BỔ CHO ĐƠN VỊ").font = style.TITLE
    below = sheet[HINT_CELL]
    below.value, below.font, below.alignment = hint(sheet_names.SHARED, lines=False), style.HINT, style.LEFT
    sheet.merge_cells(start_row=2, start_column=2, end_row=2, end_column=len(COLUMNS))
    sheet.row_dimensions[2].height = 32
    table(sheet, COLUMNS, len(rows))
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
