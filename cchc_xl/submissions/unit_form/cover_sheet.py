"""The first sheet of a form: whose it is, for which period, how to fill it, and how far it has come."""

from __future__ import annotations

from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xl.master import style
from cchc_xl.master.sheet_page import set_up_page
from cchc_xl.reading.meaning import NOTHING_STATED
from cchc_xl.schema.form_model import Form
from cchc_xl.submissions import form_layout
from cchc_xl.submissions.form_layout import FormPage, FormPlan
from cchc_xl.submissions.unit_form.form_sheets import ERRORS_CELL, FILLED_CELL, NEEDED_CELL, counter_text, protect_form

FACTS_ROW = 4
LINE_POINTS = 18
ONE_LINE = 112
HOW_TO = (
    "Nhập vào các ô màu vàng nhạt ở từng trang tính; ô màu xanh tự tính, các ô khác được khóa.",
    "Số đếm gõ liền, không dấu chấm: 10248. Dạng đã làm/tổng số gõ 24/24.",
    f"Đã thống kê mà không có thì gõ 0; kỳ này không có việc thì gõ: {NOTHING_STATED}. Để trống nghĩa là chưa nhập.",
    "Xem cột Kiểm tra bên cạnh: ✔ là được; nếu có câu báo thì sửa theo câu đó, hoặc ghi lý do ở cột Ghi chú.",
    "Không thêm, xóa, đổi chỗ dòng và không đổi tên sheet. Lưu dạng .xlsx rồi gửi lại đúng tệp này.",
    "Gửi lại bản sửa thì tăng số ở ô “Lần nộp” lên một.",
)


def add_cover(workbook: Workbook, plan: FormPlan, turn: int) -> None:
    """Adds the first sheet."""
    sheet = workbook.create_sheet(form_layout.COVER)
    _title(sheet, plan)
    row = _facts(sheet, plan, turn)
    row = _counters(sheet, plan, row + 2)
    row = _how_to(sheet, row + 2)
    for letter, width in {"A": 9, "B": 30, "C": 46, "D": 14, "E": 14}.items():
        sheet.column_dimensions[letter].width = width
    sheet.column_dimensions["A"].hidden = True
    sheet.sheet_view.showGridLines = False
    set_up_page(sheet, f"B1:E{row}", landscape=False)
    protect_form(sheet)


def _title(sheet: Worksheet, plan: FormPlan) -> None:
    whose = f"{plan.unit.name} – {plan.form.period.label}".upper()
    texts = ("BIỂU MẪU THU THẬP SỐ LIỆU CẢI CÁCH HÀNH CHÍNH", whose)
    for row, text in enumerate(texts, 1):
        sheet.merge_cells(f"B{row}:E{row}")
        cell = sheet[f"B{row}"]
        cell.value, cell.font, cell.alignment = text, style.TITLE, style.CENTRE
        sheet.row_dimensions[row].height = 22


def deadline(form: Form) -> str:
    """The deadline as the form declares it, for people."""
    value = next((field.value for field in form.info if field.name == form_layout.DEADLINE_FIELD), "")
    return value if isinstance(value, (str, int)) else f"{value:%d/%m/%Y}"  # type: ignore[return-value]


def _facts(sheet: Worksheet, plan: FormPlan, turn: int) -> int:
    form = plan.form
    span = f"{form.period.label} (số liệu từ {form.period.first:%d/%m/%Y} đến {form.period.last:%d/%m/%Y})"
    facts: tuple[tuple[str, str, str | int], ...] = (
        (form_layout.UNIT_NAME_KEY, "Đơn vị", plan.unit.name),
        ("", "Kỳ báo cáo", span),
        ("", "Phiên bản biểu mẫu", form.version),
        ("", "Hạn nộp", deadline(form)),
        (form_layout.TURN_KEY, "Lần nộp", turn),
    )
    for row, (key, label, value) in enumerate(facts, FACTS_ROW):
        sheet[f"A{row}"] = key or None
        sheet[f"B{row}"], sheet[f"C{row}"] = label, value
        sheet[f"B{row}"].font, sheet[f"C{row}"].font = style.BOLD, style.NORMAL
        sheet[f"C{row}"].alignment = style.LEFT
        sheet[f"B{row}"].border = sheet[f"C{row}"].border = style.BOX
        sheet.row_dimensions[row].height = LINE_POINTS
    last = FACTS_ROW + len(facts) - 1
    _turn_input(sheet, f"C{last}")
    return last


def _turn_input(sheet: Worksheet, address: str) -> None:
    cell = sheet[address]
    cell.fill, cell.protection, cell.number_format = style.INPUT, style.OPEN, "0"
    whole = DataValidation(type="whole", operator="between", formula1="1", formula2="99", allow_blank=False)
    whole.promptTitle, whole.prompt = "Lần nộp", "Lần đầu là 1; mỗi lần gửi lại bản sửa thì tăng thêm 1."
    whole.error, whole.showErrorMessage, whole.showInputMessage = "Gõ số từ 1 đến 99.", True, True
    whole.add(address)
    sheet.add_data_validation(whole)


def _counters(sheet: Worksheet, plan: FormPlan, row: int) -> int:
    """The counter over all sheets, and one line a sheet with a link to it."""
    first, last = row + 2, row + 1 + len(plan.pages)
    total = [f"SUM({letter}{first}:{letter}{last})" for letter in ("H", "D", "E")]
    sheet[f"B{row}"] = "=" + counter_text(*total)
    sheet[f"B{row}"].font = style.TITLE
    sheet.row_dimensions[row].height = 24
    for letter, title in zip("BCDE", ("Trang tính", "Tình trạng", "Phải điền", "Lỗi"), strict=True):
        head = sheet[f"{letter}{row + 1}"]
        head.value, head.font, head.alignment = title, style.BOLD, style.CENTRE
        head.fill, head.border = style.HEADER, style.BOX
    for number, page in enumerate(plan.pages, first):
        _counter_line(sheet, number, page)
    sheet.column_dimensions["H"].hidden = True
    return last


def _counter_line(sheet: Worksheet, row: int, page: FormPage) -> None:
    counted = f"='{page.help}'!"
    values = {
        "B": f'=HYPERLINK("#\'{page.sheet}\'!{page.questions_at}","{page.sheet}")', "C": f"{counted}B4",
        "D": f"{counted}{NEEDED_CELL}", "E": f"{counted}{ERRORS_CELL}", "H": f"{counted}{FILLED_CELL}",
    }
    sheet.row_dimensions[row].height = LINE_POINTS
    for letter, value in values.items():
        cell = sheet[f"{letter}{row}"]
        cell.value = value
        if letter != "H":
            cell.font, cell.border = (style.LINK if letter == "B" else style.NORMAL), style.BOX
            cell.alignment = style.LEFT if letter in "BC" else style.CENTRE


def _how_to(sheet: Worksheet, row: int) -> int:
    sheet[f"B{row}"] = "Cách điền"
    sheet[f"B{row}"].font = style.BOLD
    for number, text in enumerate(HOW_TO, 1):
        line = row + number
        sheet.merge_cells(f"B{line}:E{line}")
        sheet[f"B{line}"].value, sheet[f"B{line}"].font = f"{number}. {text}", style.NORMAL
        sheet[f"B{line}"].alignment = style.LEFT
        sheet.row_dimensions[line].height = LINE_POINTS if len(text) < ONE_LINE else 2 * LINE_POINTS
    return row + len(HOW_TO)
