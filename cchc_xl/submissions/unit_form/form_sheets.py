"""Makes the lines of a unit's form as they are printed, and the hidden sheet of rules."""

from __future__ import annotations

from collections.abc import Callable

from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xl.excel.addresses import column_number
from cchc_xl.master import style
from cchc_xl.master.input_validation import input_validation, refuse_typing
from cchc_xl.master.section_sheet import hint, input_cell, printed_cells
from cchc_xl.master.sheet_page import protect
from cchc_xl.master.wrapped_text import lines_of
from cchc_xl.schema.form_model import Indicator
from cchc_xl.schema.model_kinds import Kind
from cchc_xl.sheet_names import FLAG_LETTERS
from cchc_xl.submissions import form_layout
from cchc_xl.submissions.form_layout import FormLine, FormPage, FormPlan
from cchc_xl.submissions.unit_form import instant_checks
from cchc_xl.submissions.unit_form.instant_checks import Question, RuleCell

WIDTHS = {
    form_layout.NUMBER: 6,
    form_layout.LABEL: 47,
    form_layout.MEASURE: 13,
    form_layout.VALUE: 11,
    form_layout.NOTE: 18,
    form_layout.CHECK: 56,
}
"""Together no wider than a screen of 1.366 points: the column Kiểm tra helps only where it is seen."""
COUNTER_ROW = 4
FILLED_CELL, NEEDED_CELL, ERRORS_CELL = (
    f"{name}{COUNTER_ROW}" for name in (form_layout.TYPE, form_layout.RULE, form_layout.STATE)
)
"""Cells of every hidden sheet that the first sheet adds up."""

LABEL_POINTS, CHECK_POINTS = 11, 10
LINE_POINTS, CHECK_LINE_POINTS = 15, 13.5
MARGIN_POINTS = 2.5

NOT_ASKED = "Ô này tự tính hoặc để trống; số liệu gõ vào các ô màu vàng nhạt."
YES_OR_NO = "Có = 1, không = 0"


def add_lines(
    sheet: Worksheet, hidden: Worksheet, plan: FormPlan, page: FormPage, rules: tuple[RuleCell, ...]
) -> None:
    """The lines of all sections, below the head of the first sheet; the steps behind Kiểm tra on the hidden one."""
    for line in page.lines:
        _line(sheet, plan, line)
        if isinstance(line.item, Indicator) and line.typed:
            _question(sheet, hidden, plan, line, line.item, rules)
    refuse_typing(sheet, [f"{form_layout.VALUE}{line.row}" for line in page.lines if not line.typed], NOT_ASKED)
    first, last = page.lines[0].row, page.lines[-1].row
    found = states(sheet, page, form_layout.RETURNED)
    unchanged = f'EXACT({found(form_layout.RETURNED)},${form_layout.VALUE}{first}&"")'
    cells = " ".join(f"{letter}{first}:{letter}{last}" for letter in (form_layout.VALUE, form_layout.CHECK))
    flag_colours(sheet, cells, found, unchanged)
    finish_hidden(hidden, page)


def titles(sheet: Worksheet, plan: FormPlan, page: FormPage) -> None:
    """Title, unit, period and legend at the top of a table's page."""
    assert page.section
    number = f"{page.section.number}. " if page.section.printed else ""
    period = plan.form.period.label
    texts = (f"{number}{page.section.title}".upper(), f"{plan.unit.name} – Kỳ báo cáo: {period}")
    for row, (text, font) in enumerate(zip(texts, (style.TITLE, style.ITALIC), strict=True), 1):
        cell = sheet[f"{form_layout.NUMBER}{row}"]
        cell.value, cell.font = text, font
    legend = sheet[f"{form_layout.NUMBER}3"]
    legend.value, legend.font = "Chỉ nhập vào ô màu vàng nhạt; ô màu xanh tự tính.", style.HINT
    sheet.row_dimensions[1].height = 22


def header(sheet: Worksheet) -> None:
    """The headings of the lines."""
    for letter, title in form_layout.HEADERS.items():
        cell = sheet[f"{letter}{form_layout.HEADER_ROW}"]
        cell.value, cell.font, cell.alignment = title, style.BOLD, style.CENTRE
        cell.fill, cell.border = style.HEADER, style.BOX
    sheet.row_dimensions[form_layout.HEADER_ROW].height = 2 * LINE_POINTS + MARGIN_POINTS


def _line(sheet: Worksheet, plan: FormPlan, line: FormLine) -> None:
    item, row = line.item, line.row
    font = style.SMALL_BOLD if line.heading or item.code.count(".") == 1 else style.SMALL
    measure = _measure(item) if isinstance(item, Indicator) and not line.heading else ""
    printed_cells(sheet, row, (item.number, item.label, measure, None, None), font)
    for letter in (form_layout.NOTE, form_layout.CHECK):
        sheet[f"{letter}{row}"].border = style.BOX
    if "." not in item.code:
        for letter in form_layout.SHOWN:
            sheet[f"{letter}{row}"].fill = style.SECTION
    sheet[f"{form_layout.VALUE}{row}"].protection = style.OPEN
    texts = {form_layout.LABEL: item.label, form_layout.MEASURE: measure}
    lines = max(lines_of(text, WIDTHS[letter], LABEL_POINTS) for letter, text in texts.items())
    height = lines * LINE_POINTS + MARGIN_POINTS
    if isinstance(item, Indicator) and line.typed:
        height = max(height, small_height(item.note_hint, form_layout.NOTE))
    sheet.row_dimensions[row].height = height
    if isinstance(item, Indicator) and line.typed:
        sheet[f"{form_layout.CODE}{row}"] = item.code
    elif isinstance(item, Indicator) and not line.heading:
        _rate(sheet, plan, item, row)


def _measure(item: Indicator) -> str:
    """The unit of what this unit is asked, which differs from the printed one where units saying “có” are counted."""
    return YES_OR_NO if item.asked is Kind.YES_NO and item.kind is not Kind.YES_NO else item.unit


def _question(
    sheet: Worksheet, hidden: Worksheet, plan: FormPlan, line: FormLine, item: Indicator, rules: tuple[RuleCell, ...]
) -> None:
    """The cell that people fill. What to type stands beside it: a prompt would hide the lines below."""
    input_cell(sheet, line.row, column_number(form_layout.VALUE), item)
    validation = input_validation(item, line.cell)
    validation.showInputMessage = False
    validation.add(line.cell)
    sheet.add_data_validation(validation)
    note = sheet[f"{form_layout.NOTE}{line.row}"]
    note.value, note.number_format = item.note_hint or None, "@"
    note.protection, note.fill, note.font, note.alignment = style.OPEN, style.INPUT, style.NOTE, style.LEFT
    hint(sheet, note.coordinate, item)
    see(hidden, sheet, line)
    hidden[note.coordinate] = f"='{sheet.title}'!{note.coordinate}&\"\""
    question = instant_help(hidden, plan, line, item, rules)
    check = sheet[f"{form_layout.CHECK}{line.row}"]
    hidden[check.coordinate] = f"={question.shown()}"
    check.value = f"='{hidden.title}'!{check.coordinate}"
    check.font, check.alignment = style.NOTE, style.LEFT


def see(hidden: Worksheet, sheet: Worksheet, line: FormLine) -> None:
    """The value of a cell beside the formulas that look at it."""
    cell = f"'{sheet.title}'!{line.cell}"
    hidden[line.seen] = f'=IF({cell}="","",{cell})'


def instant_help(
    hidden: Worksheet, plan: FormPlan, line: FormLine, item: Indicator, rules: tuple[RuleCell, ...]
) -> Question:
    """Writes the steps behind the column Kiểm tra in the row of a line on the hidden sheet."""
    question = Question(plan, line, item, [cell for cell in rules if item in cell.rule.indicators])
    for letter, formula in question.formulas().items():
        hidden[f"{letter}{line.row}"] = f"={formula}"
    if form_layout.counts_as_required(item):
        named = f"${form_layout.LABEL}{line.row}"
        hidden[f"{form_layout.NEEDED}{line.row}"] = f'=IF({named}="","",1)' if line.name_cell else 1
    return question


def small_height(text: str, column: str) -> float:
    """The height that a row needs for its note, or for what its column Kiểm tra shows."""
    return lines_of(text, WIDTHS[column], CHECK_POINTS) * CHECK_LINE_POINTS + MARGIN_POINTS


def _rate(sheet: Worksheet, plan: FormPlan, item: Indicator, row: int) -> None:
    cell = sheet[f"{form_layout.VALUE}{row}"]
    cell.value = "=" + instant_checks.computed_formula(plan, item)
    cell.font, cell.fill, cell.alignment, cell.border = style.BOLD, style.COMPUTED, style.RIGHT, style.BOX
    cell.number_format = "@" if item.kind is Kind.RATIO else "General"


def finish_hidden(sheet: Worksheet, page: FormPage, more: str = "") -> None:
    """Hides and locks the sheet with the steps of a page, after how much is filled, asked and wrong on it, which the
    first sheet adds up; in a column `more` each text is an error.
    """
    first, last = page.lines[0].row, page.lines[-1].row
    needed, state = (f"${letter}${first}:${letter}${last}" for letter in (form_layout.NEEDED, form_layout.STATE))
    section, severity, sentence = (f"{form_layout.RULES}!${letter}:${letter}" for letter in "ABD")
    broken = f'COUNTIFS({section},"{page.sheet}",{severity},"E",{sentence},"?*")'
    alone = f'SUMPRODUCT(({state}="E")*(${form_layout.TYPE}${first}:${form_layout.TYPE}${last}<>""))'
    sheet[FILLED_CELL] = f'=COUNTIFS({needed},1,{state},"<>{instant_checks.BLANK_STATE}")'
    sheet[NEEDED_CELL] = f"=COUNT({needed})"
    others = f'+COUNTIFS(${more}${first}:${more}${last},"?*")' if more else ""
    sheet[ERRORS_CELL] = f"={alone}+{broken}{others}"
    sheet.sheet_state = "hidden"
    protect_form(sheet)


def counter_text(filled: str, needed: str, errors: str) -> str:
    """The sentence of a counter."""
    return f'"Đã điền "&{filled}&"/"&{needed}&IF({errors}=0,"; không có lỗi","; "&{errors}&" lỗi")'


STATES = "_kt"
"""The name, on a sheet, of its hidden states: a colour's condition may not speak of another sheet by its name."""


def states(sheet: Worksheet, page: FormPage, last_column: str, number: str = "") -> Callable[..., str]:
    """Names the hidden states; gives what finds a column of them: in the same row, or in that which `number` tells."""
    helped = f"${form_layout.STATE}${form_layout.FIRST_ROW}:${last_column}${page.lines[-1].row}"
    sheet.defined_names[STATES] = DefinedName(STATES, attr_text=f"'{page.help}'!{helped}")
    same_row = f"ROW()-{form_layout.HEADER_ROW}"

    def found(letter: str, number: str = number or same_row) -> str:
        return f"INDEX({STATES},{number},{column_number(letter) - column_number(form_layout.STATE) + 1})"

    return found


def flag_colours(sheet: Worksheet, cells: str, found: Callable[..., str], unchanged: str) -> None:
    """Cells in the colour of their flag while they are as they were returned, else of their own state."""
    flag, state = found(form_layout.FLAG), found(form_layout.STATE)
    for before, after in ((f"AND({flag}=", f",{unchanged})"), (f"{state}=", "")):
        for letter, colour in style.FLAG_COLOURS.items():
            rule = style.shown_when(f'{before}"{letter}"{after}', fill=style.fill(colour))
            sheet.conditional_formatting.add(cells, rule)


def protect_form(sheet: Worksheet) -> None:
    """As in the master, and formats stay as prepared: a pair typed 7/7 must not become a date."""
    protect(sheet)
    sheet.protection.formatCells = True


def add_rules(workbook: Workbook, plan: FormPlan, rules: tuple[RuleCell, ...]) -> None:
    """The hidden sheet with one sentence a rule: the page it is told on, severity, code, formula."""
    sheet = workbook.create_sheet(form_layout.RULES)
    for cell in rules:
        line = cell.rule.line
        page = next(page for page in plan.pages if page.sheet == plan.cells[cell.rule.codes[0]][0])
        sheet[f"A{cell.row}"], sheet[f"B{cell.row}"] = page.sheet, FLAG_LETTERS[line.severity]
        sheet[f"C{cell.row}"] = line.code
        sheet[f"D{cell.row}"] = "=" + instant_checks.rule_formula(plan, cell.rule)
    sheet.sheet_state = "hidden"
    protect_form(sheet)
