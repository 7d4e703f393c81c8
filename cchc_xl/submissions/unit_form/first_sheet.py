"""The first sheet of a form: whose it is and how far it has come, all its lines, who signs it, how to fill it."""

from __future__ import annotations

from collections.abc import Iterable

from openpyxl.cell import Cell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xl.master import style
from cchc_xl.master.sheet_page import set_up_page
from cchc_xl.reading.meaning import NOTHING_STATED
from cchc_xl.rules.native_rule import literal
from cchc_xl.schema.form_model import Form
from cchc_xl.submissions import form_layout
from cchc_xl.submissions.form_layout import FormPage, FormPlan
from cchc_xl.submissions.unit_form import form_sheets, instant_checks
from cchc_xl.submissions.unit_form.form_sheets import ERRORS_CELL, FILLED_CELL, NEEDED_CELL
from cchc_xl.submissions.unit_form.instant_checks import RuleCell

UNIT_ROW, TOLD_ROW, TURN_ROW = 2, 3, form_sheets.COUNTER_ROW
LINE_POINTS, TOLD_POINTS, SIGNATURE_POINTS = 18, 44, 62
TWO_PAGES = 2 * 1_000
"""Points of height that two pages hold where letters may shrink by a quarter."""

ONE_LINE = 105
SIGNERS = {
    form_layout.PERSON_KEY: "Người lập biểu", form_layout.PHONE_KEY: "Điện thoại", form_layout.DAY_KEY: "Ngày lập",
}
SIGNATURES = {
    form_layout.LABEL: ("NGƯỜI LẬP BIỂU", "(Ký, ghi rõ họ tên)"),
    form_layout.MEASURE: ("THỦ TRƯỞNG ĐƠN VỊ", "(Ký, ghi rõ họ tên, đóng dấu)"),
}
HOW_TO = (
    "Nhập vào các ô màu vàng nhạt; ô màu xanh tự tính.",
    "Số đếm gõ liền, không dấu chấm: 10248. Dạng đã làm/tổng số gõ 24/24.",
    f"Đã thống kê mà không có thì gõ 0; kỳ này không có việc thì gõ: {NOTHING_STATED}. Để trống nghĩa là chưa nhập.",
    "Chép số từ tệp khác: bấm chuột phải vào ô đầu, chọn Dán giá trị (Paste Values). "
    "Lỡ dán thường mà ô không sửa được nữa thì bấm Ctrl+Z rồi dán lại.",
    "Xem cột Kiểm tra bên cạnh: ✔ là được. Câu báo đầy đủ nằm ở đầu trang: sửa theo câu đó, hoặc ghi lý do ở cột "
    "Ghi chú.",
    "Không thêm, xóa, đổi chỗ dòng và không đổi tên trang tính. Lưu dạng .xlsx rồi gửi lại đúng tệp này, "
    "kèm bản in đã ký nếu cơ quan tổng hợp yêu cầu.",
    "Gửi lại bản sửa thì tăng số ở ô “Lần nộp” lên một.",
)


def add_first_sheet(workbook: Workbook, plan: FormPlan, rules: tuple[RuleCell, ...], turn: int) -> None:
    """Adds the sheet; its lines are those of no table."""
    sheet = workbook.create_sheet(form_layout.COVER)
    page = next((page for page in plan.pages if not page.table), None)
    hidden = workbook.create_sheet(page.help) if page else None
    _head(sheet, plan, turn)
    form_sheets.header(sheet)
    last = form_layout.HEADER_ROW
    if page and hidden:
        form_sheets.add_lines(sheet, hidden, plan, page, rules)
        last = page.lines[-1].row
    sheet.row_dimensions[form_layout.HEADER_ROW].hidden = page is None
    _panel(sheet, page)
    last = _tables(sheet, plan, last)
    last = _signatures(sheet, last + 2)
    _how_to(sheet, last + 2)
    for letter, width in form_sheets.WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    sheet.column_dimensions[form_layout.CODE].hidden = True
    sheet.freeze_panes = f"{form_layout.MEASURE}{form_layout.FIRST_ROW}"
    if page:
        _begin_at(sheet, next(line.cell for line in page.lines if line.typed))
    area = f"{form_layout.NUMBER}1:{form_layout.NOTE}{last}"
    set_up_page(sheet, area, landscape=False, repeat_row=form_layout.HEADER_ROW if page else None)
    if sum(sheet.row_dimensions[row].height or LINE_POINTS for row in range(1, last + 1)) < TWO_PAGES:
        sheet.page_setup.fitToHeight = 2
    form_sheets.protect_form(sheet)


def _begin_at(sheet: Worksheet, cell: str) -> None:
    """The cell that is chosen when the form is opened: the first to be filled."""
    for pane in sheet.sheet_view.selection:
        pane.activeCell = pane.sqref = cell


def deadline(form: Form) -> str:
    """The deadline as the form declares it, for people."""
    value = next((field.value for field in form.info if field.name == form_layout.DEADLINE_FIELD), "")
    return value if isinstance(value, (str, int)) else f"{value:%d/%m/%Y}"  # type: ignore[return-value]


def _head(sheet: Worksheet, plan: FormPlan, turn: int) -> None:
    """Title, period, unit, and which submission this is."""
    form = plan.form
    sheet.merge_cells(f"{form_layout.NUMBER}1:{form_layout.NOTE}1")
    _put(sheet, f"{form_layout.NUMBER}1", "BIỂU MẪU THU THẬP SỐ LIỆU CẢI CÁCH HÀNH CHÍNH").alignment = style.CENTRE
    sheet[f"{form_layout.NUMBER}1"].font = style.TITLE
    span = form_layout.period_shown(form)
    _put(sheet, f"{form_layout.LABEL}{UNIT_ROW}", span)
    _fact(sheet, UNIT_ROW, form_layout.UNIT_NAME_KEY, plan.unit.name).font = style.BOLD
    pages = [page.help for page in plan.pages]
    counters = (_sum(pages, cell) for cell in (FILLED_CELL, NEEDED_CELL, ERRORS_CELL))
    due = literal(f". Hạn nộp: {due}") if (due := deadline(form)) else '""'
    _put(sheet, f"{form_layout.NUMBER}{TURN_ROW}", f"={form_sheets.counter_text(*counters)}&{due}").font = style.BOLD
    label = _put(sheet, f"{form_layout.MEASURE}{TURN_ROW}", "Lần nộp:")
    label.alignment = style.RIGHT
    cell = _fact(sheet, TURN_ROW, form_layout.TURN_KEY, turn)
    cell.fill, cell.protection, cell.number_format, cell.border = style.INPUT, style.OPEN, "0", style.BOX
    whole = DataValidation(type="whole", operator="between", formula1="1", formula2="99", allow_blank=False)
    whole.error, whole.showErrorMessage = "Gõ số từ 1 đến 99: lần đầu là 1, mỗi lần gửi lại bản sửa tăng thêm 1.", True
    whole.add(cell.coordinate)
    sheet.add_data_validation(whole)
    sheet.row_dimensions[1].height = 22


def _sum(pages: Iterable[str], cell: str) -> str:
    return "(" + "+".join(f"'{page}'!{cell}" for page in pages) + ")"


def _put(sheet: Worksheet, address: str, text: str) -> Cell:
    cell: Cell = sheet[address]
    cell.value, cell.font = text, style.NORMAL
    return cell


def _fact(sheet: Worksheet, row: int, key: str, value: str | int | None) -> Cell:
    """A line that says who sends the form, known by its key."""
    sheet[f"{form_layout.CODE}{row}"] = key
    sheet.merge_cells(f"{form_layout.VALUE}{row}:{form_layout.NOTE}{row}")
    cell: Cell = sheet[f"{form_layout.VALUE}{row}"]
    cell.value, cell.font, cell.alignment = value, style.NORMAL, style.LEFT
    return cell


def _panel(sheet: Worksheet, page: FormPage | None) -> None:
    """The whole sentence of what is to be mended first, on top where it stays in sight."""
    first, end = f"{form_layout.NUMBER}{TOLD_ROW}", f"{form_layout.NOTE}{TOLD_ROW}"
    sheet.merge_cells(f"{first}:{end}")
    told = instant_checks.told_formula(page) if page else ""
    cell = _put(sheet, first, f"={told}" if told else instant_checks.HOW_TO)
    cell.font, cell.alignment, cell.fill = style.NOTE, style.LEFT, style.SECTION
    sheet.row_dimensions[TOLD_ROW].height = TOLD_POINTS
    if told:
        for letter, colour in style.FLAG_COLOURS.items():
            worst = f'COUNTIF(INDEX({form_sheets.STATES},0,1),"{letter}")>0'
            sheet.conditional_formatting.add(
                f"{first}:{end}", style.shown_when(worst, fill=style.fill(colour), stop=True)
            )


def _tables(sheet: Worksheet, plan: FormPlan, row: int) -> int:
    """One line a table with a link to it and how much of it is filled."""
    for page in plan.pages:
        if page.table:
            row += 1
            link = sheet[f"{form_layout.LABEL}{row}"]
            link.value, link.font = f'=HYPERLINK("#\'{page.sheet}\'!{page.questions_at}","{page.sheet}")', style.LINK
            cells = (f"'{page.help}'!{cell}" for cell in (FILLED_CELL, NEEDED_CELL, ERRORS_CELL))
            _put(sheet, f"{form_layout.MEASURE}{row}", f"={form_sheets.counter_text(*cells)}")
    return row


def _signatures(sheet: Worksheet, first: int) -> int:
    """Who made the form, and where it is signed."""
    for row, (key, label) in enumerate(SIGNERS.items(), first):
        _put(sheet, f"{form_layout.MEASURE}{row}", f"{label}:").alignment = style.RIGHT
        cell = _fact(sheet, row, key, None)
        cell.fill, cell.protection, cell.number_format = style.INPUT, style.OPEN, "@"
        for letter in (form_layout.VALUE, form_layout.NOTE):
            sheet[f"{letter}{row}"].border = style.BOX
        sheet.row_dimensions[row].height = LINE_POINTS
    row = first + len(SIGNERS) + 1
    for letter, texts in SIGNATURES.items():
        for below, text in enumerate(texts):
            if letter == form_layout.MEASURE:
                sheet.merge_cells(f"{letter}{row + below}:{form_layout.NOTE}{row + below}")
            cell = _put(sheet, f"{letter}{row + below}", text)
            cell.font, cell.alignment = (style.ITALIC if below else style.BOLD), style.CENTRE
    sheet.row_dimensions[row + 2].height = SIGNATURE_POINTS
    return row + 2


def _how_to(sheet: Worksheet, row: int) -> None:
    """The instructions, below what is printed."""
    _put(sheet, f"{form_layout.NUMBER}{row}", "Cách điền").font = style.BOLD
    for number, text in enumerate(HOW_TO, 1):
        line = row + number
        sheet.merge_cells(f"{form_layout.NUMBER}{line}:{form_layout.CHECK}{line}")
        _put(sheet, f"{form_layout.NUMBER}{line}", f"{number}. {text}").alignment = style.LEFT
        sheet.row_dimensions[line].height = LINE_POINTS if len(text) < ONE_LINE else 2 * LINE_POINTS
