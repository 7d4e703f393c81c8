"""What the sheets of a unit's form have in common: widths, steps behind each cell, colours; and the sheet of rules."""

from __future__ import annotations

from collections.abc import Callable

from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xl.excel.addresses import column_number
from cchc_xl.master import style
from cchc_xl.master.book_upkeep import lines_of
from cchc_xl.master.style import protect
from cchc_xl.schema.form_model import Indicator
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
COUNTED_CELLS = tuple(f"{name}{COUNTER_ROW}" for name in (form_layout.TYPE, form_layout.RULE, form_layout.STATE))
"""Cells of every hidden sheet that the first sheet adds up: how much is filled, needed, wrong."""

LABEL_POINTS, CHECK_POINTS = 11, 10
LINE_POINTS, CHECK_LINE_POINTS = 15, 13.5
MARGIN_POINTS = 2.5

NOT_ASKED = "Ô này tự tính hoặc để trống; số liệu gõ vào các ô màu vàng nhạt."


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


def finish_hidden(sheet: Worksheet, page: FormPage, more: str = "") -> None:
    """Hides and locks the sheet with the steps of a page, after how much is filled, asked and wrong on it, which the
    first sheet adds up; in a column `more` each text is an error.
    """
    first, last = page.lines[0].row, page.lines[-1].row
    needed, state = (f"${letter}${first}:${letter}${last}" for letter in (form_layout.NEEDED, form_layout.STATE))
    section, severity, sentence = (f"{form_layout.RULES}!${letter}:${letter}" for letter in "ABD")
    broken = f'COUNTIFS({section},"{page.sheet}",{severity},"E",{sentence},"?*")'
    alone = f'SUMPRODUCT(({state}="E")*(${form_layout.TYPE}${first}:${form_layout.TYPE}${last}<>""))'
    others = f'+COUNTIFS(${more}${first}:${more}${last},"?*")' if more else ""
    filled = f'COUNTIFS({needed},1,{state},"<>{instant_checks.BLANK_STATE}")'
    for cell, formula in zip(COUNTED_CELLS, (filled, f"COUNT({needed})", f"{alone}+{broken}{others}"), strict=True):
        sheet[cell] = f"={formula}"
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
