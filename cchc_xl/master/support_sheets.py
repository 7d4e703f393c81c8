"""Makes the sheets around the sections: home, guide, general data, registers, texts, findings and log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import resources

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xl import sheet_names
from cchc_xl.excel.addresses import column_letters
from cchc_xl.master import style
from cchc_xl.master.book_upkeep import lines_of, row_points
from cchc_xl.master.input_validation import refuse_typing
from cchc_xl.master.style import protect, set_up_page
from cchc_xl.master.table_layout import (
    HOME_COLUMNS,
    HOME_TABLE_ROW,
    KEY,
    NEVER_COMPUTED,
    TABLE_ROW,
    TABLES,
    TOTAL_KEY,
    Column,
    table_of,
)
from cchc_xl.rule_registry import SEVERITY_WORDS
from cchc_xl.schema import carried_declaration
from cchc_xl.schema.form_model import Form
from cchc_xl.schema.report_periods import following
from cchc_xl.schema.write_declaration import tables_of

SPARE_DOCUMENTS = 15
FILTERED_FINDINGS = 1000
LOOKS = {"hint": style.HINT, "top": style.TOP_LEFT, "day": "dd/mm/yyyy", "link": style.LINK}
INFO_FORMATS = {"text": "@", "int": "0", "date": "dd/mm/yyyy"}


def table(sheet: Worksheet, columns: Sequence[Column], rows: int, header_row: int = TABLE_ROW) -> None:
    """Heading and bordered empty rows; the first column is a hidden key where its heading says so."""
    for number, column in enumerate(columns, 1):
        style.dress(sheet.cell(header_row, number, column.title), *style.HEAD)
        sheet.column_dimensions[column_letters(number)].width = column.width
        for row in range(header_row + 1, header_row + 1 + rows):
            _body_cell(sheet, row, number, column)
    sheet.row_dimensions[header_row].height = 34


def _body_cell(sheet: Worksheet, row: int, number: int, column: Column) -> None:
    looks = (style.SMALL, style.BOX, style.CENTRE if column.centred else style.LEFT)
    typed = (style.INPUT, style.OPEN, "@") if column.typed else ()
    style.dress(sheet.cell(row, number), *looks, *typed, *([LOOKS[column.look]] if column.look else ()))


def _title(sheet: Worksheet, text: str, last_column: int, below: str = "") -> None:
    sheet.merge_cells(start_row=1, start_column=2, end_row=1, end_column=last_column)
    style.dress(sheet.cell(1, 2, text), style.TITLE, style.LEFT)
    if below:
        sheet.merge_cells(start_row=2, start_column=2, end_row=2, end_column=last_column)
        style.dress(sheet.cell(2, 2, below), style.HINT, style.LEFT)
        sheet.row_dimensions[2].height = 18


def _table_sheet(
    workbook: Workbook, form: Form, name: str, lines: Sequence[Sequence[object]] = (), rows: int = 0
) -> Worksheet:
    """A sheet with a title and a table, in which some lines stand already: paper, protection, keys that are hidden."""
    sheet: Worksheet = workbook.create_sheet(name)
    about = table_of(name, form)
    _title(sheet, about.title, len(about.columns), about.below)
    table(sheet, about.columns, rows or len(lines))
    _fill(sheet, lines)
    if about.columns[0] == KEY:
        _hide_key(sheet)
    if about.frozen:
        sheet.freeze_panes = sheet.cell(TABLE_ROW + 1, about.frozen).coordinate
    area = f"B1:{column_letters(about.printed)}{TABLE_ROW + len(lines)}" if about.printed else ""
    set_up_page(sheet, area, landscape=True, repeat_row=TABLE_ROW)
    protect(sheet)
    return sheet


def _fill(sheet: Worksheet, lines: Iterable[Sequence[object]], first_row: int = TABLE_ROW + 1, column: int = 1) -> None:
    for row, values in enumerate(lines, first_row):
        for number, value in enumerate(values, column):
            sheet.cell(row, number).value = value  # type: ignore[assignment]


def _hidden_sheet(workbook: Workbook, name: str) -> Worksheet:
    sheet: Worksheet = workbook.create_sheet(name)
    sheet.sheet_state = "veryHidden"
    protect(sheet)
    return sheet


def _hide_key(sheet: Worksheet) -> None:
    """Keys never wrap: LibreOffice makes a row as tall as its tallest cell, also where the column is hidden."""
    sheet.column_dimensions["A"].hidden = True
    for (cell,) in sheet.iter_rows(min_row=TABLE_ROW + 1, max_col=1):
        cell.alignment = style.RIGHT


def add_home(workbook: Workbook, form: Form) -> int:
    """The first sheet: what to do, and how far every unit has come. Returns the row where it ends."""
    sheet = workbook.create_sheet(sheet_names.HOME)
    _title(sheet, f"BÁO CÁO CẢI CÁCH HÀNH CHÍNH – {form.period.label.upper()}", len(HOME_COLUMNS))
    style.dress(sheet.cell(1, 2), style.CENTRE)
    agency, last = f"'{sheet_names.INFO}'!$C${_info_row(form)}", column_letters(len(HOME_COLUMNS))
    style.dress(sheet.cell(2, 2, f'=IF({agency}="","",{agency})'), style.BOLD, style.CENTRE)
    sheet.merge_cells(f"B2:{last}2")
    for row, (label, text) in enumerate(GETTING_STARTED, 4):
        style.dress(sheet.cell(row, 2, label), style.BOLD)
        style.dress(sheet.cell(row, 4, text), style.NORMAL)
    style.dress(sheet.cell(HOME_TABLE_ROW - 2, 2, NEVER_COMPUTED), style.ITALIC)
    table(sheet, HOME_COLUMNS, len(form.units) + 1, HOME_TABLE_ROW)
    _fill(sheet, [(unit.id, at, unit.name) for at, unit in enumerate(form.units, 1)], HOME_TABLE_ROW + 1)
    total = HOME_TABLE_ROW + len(form.units) + 1
    sheet.cell(total, 1, TOTAL_KEY)
    sheet.cell(total, 3, "Toàn thành phố" if any(unit.kind == "city" for unit in form.units) else "Tổng cộng")
    for column in range(2, len(HOME_COLUMNS) + 1):
        style.dress(sheet.cell(total, column), style.BOLD)
    _home_colours(sheet, HOME_TABLE_ROW + 1, total)
    _hide_key(sheet)
    set_up_page(sheet, f"B1:{last}{total}", landscape=False)
    sheet.sheet_view.showGridLines = False
    protect(sheet)
    return total


def add_submissions(workbook: Workbook, form: Form) -> None:
    """Hidden: what each unit has handed in."""
    sheet = _hidden_sheet(workbook, sheet_names.SUBMISSIONS)
    table(sheet, TABLES[sheet_names.SUBMISSIONS].columns, 0)
    _fill(sheet, [(unit.id,) for unit in form.units])


GETTING_STARTED = (
    ("1. Nhập số liệu", "vào các ô màu vàng nhạt ở các trang tính I đến VII, Thuyết minh, Nội dung, Văn bản."),
    ("2. Tính lại", "cộng số liệu, tính tỷ lệ, đánh dấu ô sai: bấm nút Tính lại."),
    ("3. Kiểm tra", "xem danh sách ở trang tính Kiểm tra, sửa ô màu đỏ, giải trình ô màu cam."),
    ("4. Xuất báo cáo Word", "lập từ số liệu của sổ: bấm nút Xuất báo cáo Word."),
)


def _info_row(form: Form) -> int:
    """The row of the agency on the sheet of general data: the first required text."""
    for number, field in enumerate(form.info, 1):
        if field.required and field.kind == "text":
            return TABLE_ROW + number
    return TABLE_ROW + 1


def _home_colours(sheet: Worksheet, first: int, last: int) -> None:
    sheet.conditional_formatting.add(f"F{first}:F{last}", style.share_bar())
    for column, letter in (("G", "E"), ("H", "W"), ("I", "I")):
        rule = style.shown_above_zero(style.fill(style.FLAG_COLOURS[letter]))
        sheet.conditional_formatting.add(f"{column}{first}:{column}{last}", rule)


GUIDE_WIDTH, GUIDE_COLUMNS = 96, "BCDEFG"
"""Several columns: LibreOffice cuts a single one that is wider than the paper, where it makes several smaller."""


def add_guide(workbook: Workbook) -> None:
    """How to work with the workbook, for people who have never seen it."""
    sheet = workbook.create_sheet(sheet_names.GUIDE)
    sheet.column_dimensions["A"].width = 3
    for letter in GUIDE_COLUMNS:
        sheet.column_dimensions[letter].width = GUIDE_WIDTH / len(GUIDE_COLUMNS)
    text = resources.files("cchc_xl.master").joinpath("huong_dan.txt").read_text(encoding="utf-8")
    for row, line in enumerate(text.splitlines(), 1):
        font = style.TITLE if row == 1 else style.BOLD if line.startswith("# ") else style.NORMAL
        style.dress(sheet.cell(row, 2, line.removeprefix("# ")), font, style.TOP_LEFT)
        sheet.merge_cells(f"{GUIDE_COLUMNS[0]}{row}:{GUIDE_COLUMNS[-1]}{row}")
        sheet.row_dimensions[row].height = row_points(lines_of(line, GUIDE_WIDTH))
    sheet.sheet_view.showGridLines = False
    set_up_page(sheet, f"{GUIDE_COLUMNS[0]}1:{GUIDE_COLUMNS[-1]}{sheet.max_row}", landscape=False)
    sheet.page_setup.fitToHeight = 1
    protect(sheet)


def add_info(workbook: Workbook, form: Form) -> None:
    """Agency, period, signer, recipients."""
    lines = [(field.name, field.label + (" (*)" if field.required else ""), None, field.hint) for field in form.info]
    sheet = _table_sheet(workbook, form, sheet_names.INFO, lines)
    for row, field in enumerate(form.info, TABLE_ROW + 1):
        sheet.cell(row, 3).value = field.value or None
        sheet.cell(row, 3).number_format = INFO_FORMATS[field.kind]
    sheet.cell(TABLE_ROW + len(form.info) + 2, 2, "(*) Phải nhập trước khi xuất báo cáo.").font = style.HINT
    _add_next_period(sheet, form, TABLE_ROW + len(form.info) + 4)


def _add_next_period(sheet: Worksheet, form: Form, row: int) -> None:
    """Which period the button Kỳ mới begins; people may write another one."""
    coming = following(form.period, form.periods)
    style.dress(sheet.cell(row, 1, sheet_names.NEXT_PERIOD_KEY), style.RIGHT)
    style.dress(sheet.cell(row, 2, "Kỳ sẽ lập khi bấm Kỳ mới"), style.SMALL)
    _body_cell(sheet, row, 3, Column("", 0, typed=True))
    sheet.cell(row, 3).value = coming.label if coming else None
    style.dress(sheet.cell(row, 4, "Ghi như: quý III/2026; 6 tháng 2026; năm 2026."), style.HINT)


def add_units(workbook: Workbook, form: Form) -> None:
    """The register of reporting units; the hidden columns hold kind and id."""
    sheet = workbook.create_sheet(sheet_names.UNITS)
    columns = (Column("Loại", 9), Column("Mã", 9), Column("STT", 6, centred=True), Column("Tên đơn vị", 50))
    sheet.merge_cells("C1:D1")
    sheet.cell(1, 3, "ĐƠN VỊ BÁO CÁO").font = style.TITLE
    table(sheet, columns, len(form.units))
    _fill(sheet, [(unit.kind, unit.id, number, unit.name) for number, unit in enumerate(form.units, 1)])
    for letter in "AB":
        sheet.column_dimensions[letter].hidden = True
    set_up_page(sheet, f"C1:D{TABLE_ROW + len(form.units)}", landscape=False, repeat_row=TABLE_ROW)
    protect(sheet)


def add_entries(workbook: Workbook, form: Form) -> None:
    """The passages that people write; one paragraph for each line of the cell."""
    lines = [(entry.name, entry.heading, entry.title, None, entry.hint) for entry in form.entries]
    # A sheet without a line would only print an empty page.
    _table_sheet(workbook, form, sheet_names.ENTRIES, lines).sheet_state = "visible" if lines else "hidden"


def add_documents(workbook: Workbook, form: Form) -> None:
    """The register of cited documents, with spare lines."""
    known = len(form.documents)
    lines = [(each.name, number) for number, each in enumerate(form.documents, 1)]
    lines += [(f"van_ban_{number}", number) for number in range(known + 1, known + SPARE_DOCUMENTS + 1)]
    typed = ((each.type, each.number, each.date, each.issuer, each.subject) for each in form.documents)
    sheet = _table_sheet(workbook, form, sheet_names.DOCUMENTS, lines)
    _fill(sheet, ([value or None for value in values] for values in typed), column=3)


def add_contacts(workbook: Workbook, form: Form) -> None:
    """Phụ lục 1: contacts."""
    lines = [(str(line.stt), line.stt, line.label) for line in form.contacts.lines]
    _table_sheet(workbook, form, sheet_names.CONTACTS, lines).sheet_state = "visible" if lines else "hidden"


def add_lists(workbook: Workbook, form: Form) -> None:
    """The lists that the tool writes: the units' notes, the findings with room for explanations, the log."""
    notes, findings, _ = (
        _table_sheet(workbook, form, name, rows=1)
        for name in (sheet_names.UNIT_NOTES, sheet_names.FINDINGS, sheet_names.LOG)
    )
    _make_sortable(notes, sheet_names.UNIT_NOTES)
    _make_sortable(findings, sheet_names.FINDINGS)
    for letter, word in ((sheet_names.FLAG_LETTERS[key], word) for key, word in SEVERITY_WORDS.items()):
        rule = style.shown_when(f'$C{TABLE_ROW + 1}="{word}"', fill=style.fill(style.FLAG_COLOURS[letter]))
        findings.conditional_formatting.add(f"C{TABLE_ROW + 1}:C{TABLE_ROW + FILTERED_FINDINGS}", rule)


def _make_sortable(sheet: Worksheet, name: str) -> None:
    """Filters, and lines that can be sorted with their keys: a protected sheet sorts no locked cell.

    Nothing can be typed all the same where nothing is asked.
    """
    last, columns = TABLE_ROW + FILTERED_FINDINGS, TABLES[name].columns
    for number in range(1, len(columns) + 1):
        # A filter sorts down to its end, so the lines that are still empty must be open too.
        sheet.column_dimensions[column_letters(number)].protection = style.OPEN
        sheet.cell(TABLE_ROW, number).protection = style.OPEN
    sheet.auto_filter.ref = f"A{TABLE_ROW}:{column_letters(len(columns))}{last}"
    ours = [number for number, column in enumerate(columns, 1) if not column.typed]
    for number in ours:
        sheet.cell(TABLE_ROW + 1, number).protection = style.OPEN
    areas = (f"{letter}{TABLE_ROW + 1}:{letter}{last}" for letter in map(column_letters, ours))
    refuse_typing(sheet, areas, "Cột này do phần mềm ghi; chỉ nhập vào ô màu vàng nhạt.")


def add_declaration(workbook: Workbook, form: Form) -> None:
    """The hidden sheet with the book's own copy of its declaration."""
    sheet = _hidden_sheet(workbook, sheet_names.DECLARATION)
    for row, line in enumerate(carried_declaration.packed(tables_of(form)), 1):
        cell = sheet.cell(row, 1, line)
        cell.data_type, cell.number_format = "s", "@"


def add_carried(workbook: Workbook) -> None:
    """The hidden sheet for what comes along from the last period."""
    sheet = _hidden_sheet(workbook, sheet_names.CARRIED)
    for letter in "AB":
        sheet.column_dimensions[letter].number_format = "@"


def add_identity(workbook: Workbook, values: dict[str, str]) -> None:
    """The hidden sheet that says which form the workbook was made from."""
    sheet = workbook.create_sheet(sheet_names.IDENTITY)
    for row, (key, value) in enumerate(values.items(), 1):
        sheet.cell(row, 1, key)
        sheet.cell(row, 2, value).number_format = "@"
    sheet.sheet_state = "veryHidden"
