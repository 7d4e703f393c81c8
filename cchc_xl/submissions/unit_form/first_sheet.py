"""The first sheet of a form: whose it is and how far it has come, all its lines, who signs it, how to fill it."""

from __future__ import annotations

from openpyxl.cell import Cell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xl.excel.addresses import column_number
from cchc_xl.master import style
from cchc_xl.master.book_upkeep import lines_of
from cchc_xl.master.figure_sheets import hint, input_cell, printed_cells
from cchc_xl.master.input_validation import input_validation, refuse_typing
from cchc_xl.master.style import set_up_page
from cchc_xl.reading.spellings import NOTHING_STATED
from cchc_xl.rules.native_rule import literal
from cchc_xl.schema.form_model import Form, Indicator
from cchc_xl.schema.model_kinds import Kind
from cchc_xl.sheet_names import FLAG_LETTERS
from cchc_xl.submissions import form_layout
from cchc_xl.submissions.form_layout import FormLine, FormPage, FormPlan
from cchc_xl.submissions.unit_form import form_sheets
from cchc_xl.submissions.unit_form.form_sheets import COUNTED_CELLS, MARGIN_POINTS, WIDTHS
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
NOTHING_WRONG = (
    "Chỉ nhập vào ô màu vàng nhạt; ô màu xanh tự tính. Số đếm gõ liền, không dấu chấm: 10248. Đã thống kê mà không có "
    f"thì gõ 0; kỳ này không có việc thì gõ: {NOTHING_STATED}. Dán số thì chọn Dán giá trị (Paste Values)."
)
"""What stands at the top of the form while nothing is wrong."""

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


def deadline(form: Form) -> str:
    """The deadline as the form declares it, for people."""
    value = next((field.value for field in form.info if field.name == form_layout.DEADLINE_FIELD), "")
    return value if isinstance(value, (str, int)) else f"{value:%d/%m/%Y}"  # type: ignore[return-value]


class FirstSheet:
    """Adds the sheet; its lines are those of no table."""

    def __init__(self, workbook: Workbook, plan: FormPlan, rules: tuple[RuleCell, ...]) -> None:
        self._sheet: Worksheet = workbook.create_sheet(form_layout.COVER)
        self._plan, self._rules = plan, rules
        self._page = next((page for page in plan.pages if not page.table), None)
        self._hidden = workbook.create_sheet(self._page.help) if self._page else None

    def make(self, turn: int) -> None:
        """Writes it, and the hidden one with its checks."""
        sheet, page = self._sheet, self._page
        self._head(turn)
        self._headings()
        last = form_layout.HEADER_ROW
        if page and self._hidden:
            self._lines(page, self._hidden)
            last = page.lines[-1].row
        sheet.row_dimensions[form_layout.HEADER_ROW].hidden = page is None
        self._panel()
        last = self._tables(last)
        last = self._signatures(last + 2)
        self._how_to(last + 2)
        for letter, width in WIDTHS.items():
            sheet.column_dimensions[letter].width = width
        sheet.column_dimensions[form_layout.CODE].hidden = True
        sheet.freeze_panes = f"{form_layout.MEASURE}{form_layout.FIRST_ROW}"
        if page:
            for pane in sheet.sheet_view.selection:
                # The cell that is chosen when the form is opened: the first to be filled.
                pane.activeCell = pane.sqref = page.questions_at
        area = f"{form_layout.NUMBER}1:{form_layout.NOTE}{last}"
        set_up_page(sheet, area, landscape=False, repeat_row=form_layout.HEADER_ROW if page else None)
        if sum(sheet.row_dimensions[row].height or LINE_POINTS for row in range(1, last + 1)) < TWO_PAGES:
            sheet.page_setup.fitToHeight = 2
        form_sheets.protect_form(sheet)

    # ---- the head

    def _head(self, turn: int) -> None:
        """Title, period, unit, and which submission this is."""
        sheet, plan = self._sheet, self._plan
        sheet.merge_cells(f"{form_layout.NUMBER}1:{form_layout.NOTE}1")
        title = self._put(f"{form_layout.NUMBER}1", "BIỂU MẪU THU THẬP SỐ LIỆU CẢI CÁCH HÀNH CHÍNH")
        title.alignment, title.font = style.CENTRE, style.TITLE
        self._put(f"{form_layout.LABEL}{UNIT_ROW}", form_layout.period_shown(plan.form))
        self._fact(UNIT_ROW, form_layout.UNIT_NAME_KEY, plan.unit.name).font = style.BOLD
        counters = ("(" + "+".join(f"'{page.help}'!{cell}" for page in plan.pages) + ")" for cell in COUNTED_CELLS)
        due = literal(f". Hạn nộp: {due}") if (due := deadline(plan.form)) else '""'
        counter = f"={form_sheets.counter_text(*counters)}&{due}"
        self._put(f"{form_layout.NUMBER}{TURN_ROW}", counter).font = style.BOLD
        self._put(f"{form_layout.MEASURE}{TURN_ROW}", "Lần nộp:").alignment = style.RIGHT
        cell = self._fact(TURN_ROW, form_layout.TURN_KEY, turn)
        cell.fill, cell.protection, cell.number_format, cell.border = style.INPUT, style.OPEN, "0", style.BOX
        whole = DataValidation(type="whole", operator="between", formula1="1", formula2="99", allow_blank=False)
        whole.error = "Gõ số từ 1 đến 99: lần đầu là 1, mỗi lần gửi lại bản sửa tăng thêm 1."
        whole.showErrorMessage = True
        whole.add(cell.coordinate)
        sheet.add_data_validation(whole)
        sheet.row_dimensions[1].height = 22

    def _put(self, address: str, text: str) -> Cell:
        cell: Cell = self._sheet[address]
        cell.value, cell.font = text, style.NORMAL
        return cell

    def _fact(self, row: int, key: str, value: str | int | None) -> Cell:
        """A line that says who sends the form, known by its key."""
        self._sheet[f"{form_layout.CODE}{row}"] = key
        self._sheet.merge_cells(f"{form_layout.VALUE}{row}:{form_layout.NOTE}{row}")
        cell: Cell = self._sheet[f"{form_layout.VALUE}{row}"]
        cell.value, cell.font, cell.alignment = value, style.NORMAL, style.LEFT
        return cell

    def _panel(self) -> None:
        """The whole sentence of what is to be mended first, on top where it stays in sight."""
        first, end = f"{form_layout.NUMBER}{TOLD_ROW}", f"{form_layout.NOTE}{TOLD_ROW}"
        self._sheet.merge_cells(f"{first}:{end}")
        told = _told_formula(self._page) if self._page else ""
        cell = self._put(first, f"={told}" if told else NOTHING_WRONG)
        cell.font, cell.alignment, cell.fill = style.NOTE, style.LEFT, style.SECTION
        self._sheet.row_dimensions[TOLD_ROW].height = TOLD_POINTS
        for letter, colour in style.FLAG_COLOURS.items() if told else ():
            worst = f'COUNTIF(INDEX({form_sheets.STATES},0,1),"{letter}")>0'
            rule = style.shown_when(worst, fill=style.fill(colour), stop=True)
            self._sheet.conditional_formatting.add(f"{first}:{end}", rule)

    # ---- the lines

    def _headings(self) -> None:
        for letter, title in form_layout.HEADERS.items():
            cell = self._sheet[f"{letter}{form_layout.HEADER_ROW}"]
            cell.value, cell.font, cell.alignment = title, style.BOLD, style.CENTRE
            cell.fill, cell.border = style.HEADER, style.BOX
        self._sheet.row_dimensions[form_layout.HEADER_ROW].height = 2 * form_sheets.LINE_POINTS + MARGIN_POINTS

    def _lines(self, page: FormPage, hidden: Worksheet) -> None:
        """The lines of all sections; the steps behind Kiểm tra on the hidden sheet."""
        sheet = self._sheet
        for line in page.lines:
            self._line(line)
            if isinstance(line.item, Indicator) and line.typed:
                self._question(hidden, line, line.item)
        untyped = [line.cell for line in page.lines if not line.typed]
        refuse_typing(sheet, untyped, form_sheets.NOT_ASKED)
        first, last = page.lines[0].row, page.lines[-1].row
        found = form_sheets.states(sheet, page, form_layout.RETURNED)
        unchanged = f'EXACT({found(form_layout.RETURNED)},${form_layout.VALUE}{first}&"")'
        cells = " ".join(f"{letter}{first}:{letter}{last}" for letter in (form_layout.VALUE, form_layout.CHECK))
        form_sheets.flag_colours(sheet, cells, found, unchanged)
        form_sheets.finish_hidden(hidden, page)

    def _line(self, line: FormLine) -> None:
        sheet, item, row = self._sheet, line.item, line.row
        font = style.SMALL_BOLD if line.heading or item.code.count(".") == 1 else style.SMALL
        measure = "" if line.heading else form_layout.measure_of(item)
        printed_cells(sheet, row, (item.number, item.label, measure, None, None), font)
        for letter in (form_layout.NOTE, form_layout.CHECK):
            sheet[f"{letter}{row}"].border = style.BOX
        for letter in form_layout.SHOWN if "." not in item.code else ():
            sheet[f"{letter}{row}"].fill = style.SECTION
        sheet[line.cell].protection = style.OPEN
        texts = {form_layout.LABEL: item.label, form_layout.MEASURE: measure}
        lines = max(lines_of(text, WIDTHS[letter], form_sheets.LABEL_POINTS) for letter, text in texts.items())
        height = lines * form_sheets.LINE_POINTS + MARGIN_POINTS
        if isinstance(item, Indicator) and line.typed:
            height = max(height, form_sheets.small_height(item.note_hint, form_layout.NOTE))
            sheet[f"{form_layout.CODE}{row}"] = item.code
        elif isinstance(item, Indicator) and not line.heading:
            cell = sheet[line.cell]
            cell.value = f"={form_sheets.computed_formula(self._plan, item)}"
            cell.font, cell.fill, cell.alignment, cell.border = style.BOLD, style.COMPUTED, style.RIGHT, style.BOX
            cell.number_format = "@" if item.kind is Kind.RATIO else "General"
        sheet.row_dimensions[row].height = height

    def _question(self, hidden: Worksheet, line: FormLine, item: Indicator) -> None:
        """The cell that people fill. What to type stands beside it: a prompt would hide the lines below."""
        sheet = self._sheet
        input_cell(sheet, line.row, column_number(form_layout.VALUE), item)
        validation = input_validation(item, line.cell)
        validation.showInputMessage = False
        validation.add(line.cell)
        sheet.add_data_validation(validation)
        note = sheet[f"{form_layout.NOTE}{line.row}"]
        note.value, note.number_format = item.note_hint or None, "@"
        note.protection, note.fill, note.font, note.alignment = style.OPEN, style.INPUT, style.NOTE, style.LEFT
        hint(sheet, note.coordinate, item)
        hidden[note.coordinate] = f"='{sheet.title}'!{note.coordinate}&\"\""
        question = form_sheets.instant_help(hidden, sheet, self._plan, line, item, self._rules)
        check = sheet[f"{form_layout.CHECK}{line.row}"]
        hidden[check.coordinate] = f"={question.shown()}"
        check.value = f"='{hidden.title}'!{check.coordinate}"
        check.font, check.alignment = style.NOTE, style.LEFT

    def _tables(self, row: int) -> int:
        """One line a table with a link to it and how much of it is filled."""
        for page in self._plan.pages:
            if page.table:
                row += 1
                link = self._sheet[f"{form_layout.LABEL}{row}"]
                link.value = f'=HYPERLINK("#\'{page.sheet}\'!{page.questions_at}","{page.sheet}")'
                link.font = style.LINK
                cells = (f"'{page.help}'!{cell}" for cell in COUNTED_CELLS)
                self._put(f"{form_layout.MEASURE}{row}", f"={form_sheets.counter_text(*cells)}")
        return row

    # ---- the foot

    def _signatures(self, first: int) -> int:
        """Who made the form, and where it is signed."""
        sheet = self._sheet
        for row, (key, label) in enumerate(SIGNERS.items(), first):
            self._put(f"{form_layout.MEASURE}{row}", f"{label}:").alignment = style.RIGHT
            cell = self._fact(row, key, None)
            cell.fill, cell.protection, cell.number_format = style.INPUT, style.OPEN, "@"
            for letter in (form_layout.VALUE, form_layout.NOTE):
                sheet[f"{letter}{row}"].border = style.BOX
            sheet.row_dimensions[row].height = LINE_POINTS
        row = first + len(SIGNERS) + 1
        for letter, texts in SIGNATURES.items():
            for below, text in enumerate(texts):
                if letter == form_layout.MEASURE:
                    sheet.merge_cells(f"{letter}{row + below}:{form_layout.NOTE}{row + below}")
                cell = self._put(f"{letter}{row + below}", text)
                cell.font, cell.alignment = (style.ITALIC if below else style.BOLD), style.CENTRE
        sheet.row_dimensions[row + 2].height = SIGNATURE_POINTS
        return row + 2

    def _how_to(self, row: int) -> None:
        """The instructions, below what is printed."""
        self._put(f"{form_layout.NUMBER}{row}", "Cách điền").font = style.BOLD
        for number, text in enumerate(HOW_TO, 1):
            line = row + number
            self._sheet.merge_cells(f"{form_layout.NUMBER}{line}:{form_layout.CHECK}{line}")
            self._put(f"{form_layout.NUMBER}{line}", f"{number}. {text}").alignment = style.LEFT
            self._sheet.row_dimensions[line].height = LINE_POINTS if len(text) < ONE_LINE else 2 * LINE_POINTS


def _told_formula(page: FormPage) -> str:
    """The whole sentence of the gravest thing wrong on the first sheet, with its line; else how to fill it."""
    first, last = form_layout.FIRST_ROW, page.lines[-1].row

    def column(letter: str) -> str:
        sheet = page.sheet if letter in form_layout.SHOWN else page.help
        return f"'{sheet}'!${letter}${first}:${letter}${last}"

    told = literal(NOTHING_WRONG)
    for letter in reversed(FLAG_LETTERS.values()):
        at = f'MATCH("{letter}",{column(form_layout.STATE)},0)'
        number, label, wrong, broken = (
            f"INDEX({column(each)},{at})"
            for each in (form_layout.NUMBER, form_layout.LABEL, form_layout.TYPE, form_layout.RULE)
        )
        alone = f'"Dòng "&{number}&" “"&{label}&"”: "&{wrong}'
        sentence = f'"Dòng "&{number}&": "&LEFT({broken},FIND(CHAR(10),{broken}&CHAR(10))-1)'
        told = f'IFERROR(IF({wrong}<>"",{alone},{sentence}),{told})'
    return told
