"""The copy that goes back to a unit: its own figures in a fresh form, wrong cells flagged, and a list of what to mend.

Nothing of the file that came is passed on but values and plain notes.
"""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.comments import Comment

from cchc_xl import sheet_names
from cchc_xl.excel.formula_like import FORMULA_MARKS
from cchc_xl.files import replace_file
from cchc_xl.master import style
from cchc_xl.master.row_heights import lines_of, row_points
from cchc_xl.master.style import set_up_page
from cchc_xl.reading import Cell
from cchc_xl.rule_registry import ADDED_NAMELESS, ADDED_TWICE, SEVERITY_WORDS, Finding, Severity
from cchc_xl.schema.form_model import Form
from cchc_xl.submissions import form_layout
from cchc_xl.submissions.form_layout import FormPlan, plan_form
from cchc_xl.submissions.interpret_submission import Delivery
from cchc_xl.submissions.unit_form.build_form import form_workbook, to_bytes
from cchc_xl.submissions.unit_form.first_sheet import UNIT_ROW
from cchc_xl.submissions.unit_form.form_sheets import protect_form, small_height

LONGEST_NOTE = 1_000
LIST_POINTS = 11
WIDTHS = {"A": 6, "B": 16, "C": 24, "D": 90, "E": 18}


def write_returned(form: Form, delivery: Delivery, folder: Path) -> Path:
    """Writes the returned copy and says where it lies."""
    plan = plan_form(form, delivery.unit)
    turn = delivery.turn + 1
    workbook = form_workbook(plan, turn)
    _enter(workbook, plan, delivery)
    _flag(workbook, plan, delivery)
    _list(workbook, plan, delivery)
    _say_so(workbook, delivery)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{delivery.unit.id}-lan-{turn}.xlsx"
    replace_file(target, to_bytes(workbook))
    return target


def _enter(workbook: Workbook, plan: FormPlan, delivery: Delivery) -> None:
    for added, name in delivery.rows.names.items():
        sheet, cell = plan.name_cells[added]
        put(workbook[sheet][cell], Cell(name))
    for code, typed in delivery.cells.items():
        sheet, cell = plan.cells[code]
        put(workbook[sheet][cell], typed)
        if (note := delivery.notes.get(code)) and code in plan.places:
            row = plan.places[code][1]
            put(workbook[sheet][f"{form_layout.NOTE}{row}"], Cell(note))
            line = workbook[sheet].row_dimensions[row]
            line.height = max(line.height or 0, small_height(note, form_layout.NOTE))


def put(target: SheetCell, typed: Cell) -> None:
    """Enters a value as typed; text stays text, also where it begins like a formula."""
    if typed.error or typed.is_date or isinstance(typed.value, str):
        target.value, target.data_type = typed.raw, "s"
        if typed.raw.startswith(FORMULA_MARKS):
            target.quotePrefix = True
    else:
        target.value = typed.value


def _flag(workbook: Workbook, plan: FormPlan, delivery: Delivery) -> None:
    """A note in every cell with a finding, and its colour as long as the value stays what it was."""
    by_cell: dict[tuple[str, str], list[Finding]] = {}
    for finding in delivery.findings:
        if finding.indicator in plan.cells:
            by_cell.setdefault(_cell_of(plan, finding), []).append(finding)
    for (sheet, cell), findings in by_cell.items():
        text = sheet_names.NOTE_MARK + "\n".join(finding.message for finding in findings)
        workbook[sheet][cell].comment = Comment(
            text[:LONGEST_NOTE], sheet_names.NOTE_AUTHOR, 160, 360
        )
        if (sheet, cell) == plan.cells[code := findings[0].indicator]:
            worst = min(findings, key=lambda finding: list(SEVERITY_WORDS).index(finding.severity))
            hidden, row = plan.helped[code]
            workbook[hidden][f"{form_layout.FLAG}{row}"] = sheet_names.FLAG_LETTERS[worst.severity]
            returned = workbook[hidden][f"{form_layout.RETURNED}{row}"]
            returned.value, returned.data_type = delivery.cells.get(code, Cell()).raw, "s"


def _cell_of(plan: FormPlan, finding: Finding) -> tuple[str, str]:
    """Sheet name and address of what is wrong, in the fresh form; the name of an added row colours itself."""
    if finding.rule in (ADDED_NAMELESS.code, ADDED_TWICE.code):
        return plan.name_cells[plan.form.by_code[finding.indicator].row]
    return plan.cells[finding.indicator]


def _to_mend(delivery: Delivery) -> str:
    """How much must be mended, in the words of the message that tells the office."""
    return f"{delivery.count(Severity.ERROR)} lỗi phải sửa"


def _say_so(workbook: Workbook, delivery: Delivery) -> None:
    """The same count at the head of the form, whose own counter knows only what the form can check itself."""
    head = workbook[form_layout.COVER][f"{form_layout.CHECK}{UNIT_ROW}"]
    said = f"Trả lại lần {delivery.turn}: {_to_mend(delivery)}, xem trang tính {form_layout.TO_MEND}"
    head.value, head.font = f'=HYPERLINK("#\'{form_layout.TO_MEND}\'!A1","{said}")', style.LINK


def _list(workbook: Workbook, plan: FormPlan, delivery: Delivery) -> None:
    sheet = workbook.create_sheet(form_layout.TO_MEND, 0)
    workbook.active = 0
    sheet["A1"] = f"CẦN SỬA – {plan.unit.name.upper()}"
    sheet["A1"].font = style.TITLE
    sheet["A2"] = (
        f"Biểu mẫu nộp lần {delivery.turn} chưa được nhận vì còn {_to_mend(delivery)}. "
        "Sửa các ô dưới đây rồi nộp lại chính tệp này."
    )
    sheet["A2"].font = style.ITALIC
    for column, title in enumerate(("STT", "Mức độ", "Ô", "Nội dung cần sửa", "Đề nghị"), 1):
        head = sheet.cell(4, column, title)
        head.font, head.fill, head.border, head.alignment = style.BOLD, style.HEADER, style.BOX, style.CENTRE
    ordered = sorted(delivery.findings, key=lambda finding: list(SEVERITY_WORDS).index(finding.severity))
    for row, finding in enumerate(ordered, 5):
        place = "'{}'!{}".format(*_cell_of(plan, finding)) if finding.indicator in plan.cells else ""
        shown = place.replace("'", "") or "Cả tệp"
        link = f'=HYPERLINK("#{place}","{shown}")' if place else shown
        values = (row - 4, SEVERITY_WORDS[finding.severity], link, finding.message, finding.suggestion or None)
        for column, value in enumerate(values, 1):
            cell, is_link = sheet.cell(row, column, value), column == 3 and bool(place)
            cell.data_type = "s" if isinstance(value, str) and not is_link else cell.data_type
            cell.font, cell.border, cell.alignment = style.LINK if is_link else style.SMALL, style.BOX, style.LEFT
        texts = zip("CDE", (place, finding.message, finding.suggestion or ""), strict=True)
        lines = max(lines_of(text, WIDTHS[letter], LIST_POINTS) for letter, text in texts)
        sheet.row_dimensions[row].height = row_points(lines)
    for letter, width in WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    set_up_page(sheet, f"A1:E{4 + len(ordered)}", landscape=True, repeat_row=4)
    protect_form(sheet)
