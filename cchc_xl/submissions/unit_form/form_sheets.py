"""Makes the sheets of a unit's form: the familiar page of a section, and the hidden sheet of rules."""

from __future__ import annotations

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xl.master import style
from cchc_xl.master.input_validation import input_validation
from cchc_xl.master.section_sheet import hint, input_cell, printed_cells
from cchc_xl.master.sheet_page import protect, set_up_page
from cchc_xl.master.wrapped_text import lines_of
from cchc_xl.schema.form_model import Indicator
from cchc_xl.schema.model_kinds import Kind
from cchc_xl.sheet_names import FLAG_LETTERS
from cchc_xl.submissions import form_layout
from cchc_xl.submissions.form_layout import FormLine, FormPage, FormPlan
from cchc_xl.submissions.unit_form import instant_checks
from cchc_xl.submissions.unit_form.instant_checks import RuleCell

WIDTHS = {
    form_layout.NUMBER: 7,
    form_layout.LABEL: 46,
    form_layout.MEASURE: 16,
    form_layout.VALUE: 11,
    form_layout.NOTE: 20,
    form_layout.CHECK: 50,
}
"""Together no wider than a screen of 1.600 points: the column Kiểm tra helps only where it is seen."""
HIDDEN = (
    form_layout.CODE,
    form_layout.TYPE,
    form_layout.RULE,
    form_layout.STATE,
    form_layout.KNOWN,
    form_layout.WHOLE,
    form_layout.NEEDED,
    form_layout.FLAG,
    form_layout.RETURNED,
)
COUNTER_ROW = 4
FILLED_CELL, NEEDED_CELL, ERRORS_CELL = (
    f"{name}{COUNTER_ROW}" for name in (form_layout.TYPE, form_layout.RULE, form_layout.STATE)
)
"""Hidden cells of every section sheet that the cover adds up."""

CHECK_POINTS = 10
LINE_POINTS, CHECK_LINE_POINTS = 16.5, 13.5
MARGIN_POINTS = 2.5

YES_OR_NO = "Có = 1, không = 0"


def add_page(workbook: Workbook, plan: FormPlan, page: FormPage, rules: tuple[RuleCell, ...]) -> None:
    """Adds the sheet of one section."""
    sheet = workbook.create_sheet(page.sheet)
    titles(sheet, plan, page)
    _header(sheet)
    for line in page.lines:
        _line(sheet, plan, line, rules)
    counter(sheet, page)
    _colours(sheet, page)
    _finish(sheet, page)


def titles(sheet: Worksheet, plan: FormPlan, page: FormPage) -> None:
    """Title, unit, period and legend at the top of a page."""
    number = f"{page.section.number}. " if page.section.printed else ""
    period = plan.form.period.label
    texts = (f"{number}{page.section.title}".upper(), f"{plan.unit.name} – Kỳ báo cáo: {period}")
    for row, (text, font) in enumerate(zip(texts, (style.TITLE, style.ITALIC), strict=True), 1):
        cell = sheet[f"{form_layout.NUMBER}{row}"]
        cell.value, cell.font = text, font
    legend = sheet[f"{form_layout.NUMBER}3"]
    legend.value, legend.font = "Chỉ nhập vào ô màu vàng nhạt; ô màu xanh tự tính.", style.HINT
    sheet.row_dimensions[1].height = 22


def _header(sheet: Worksheet) -> None:
    for letter, title in form_layout.HEADERS.items():
        cell = sheet[f"{letter}{form_layout.HEADER_ROW}"]
        cell.value, cell.font, cell.alignment = title, style.BOLD, style.CENTRE
        cell.fill, cell.border = style.HEADER, style.BOX
    sheet.row_dimensions[form_layout.HEADER_ROW].height = 34


def _line(sheet: Worksheet, plan: FormPlan, line: FormLine, rules: tuple[RuleCell, ...]) -> None:
    item, row = line.item, line.row
    font = style.BOLD if line.heading or item.code.count(".") == 1 else style.NORMAL
    measure = _measure(item) if isinstance(item, Indicator) and not line.heading else ""
    printed_cells(sheet, row, (item.number, item.label, measure, None, None), font)
    for letter in (form_layout.NOTE, form_layout.CHECK):
        sheet[f"{letter}{row}"].border = style.BOX
    lines = max(
        lines_of(item.label, WIDTHS[form_layout.LABEL]), lines_of(measure, WIDTHS[form_layout.MEASURE]),
    )
    sheet.row_dimensions[row].height = lines * LINE_POINTS + MARGIN_POINTS
    if isinstance(item, Indicator) and line.typed:
        sheet[f"{form_layout.CODE}{row}"] = item.code
        _question(sheet, plan, line, item, rules)
    elif isinstance(item, Indicator) and not line.heading:
        _rate(sheet, plan, item, row)


def _measure(item: Indicator) -> str:
    """The unit of what this unit is asked, which differs from the printed one where units saying “có” are counted."""
    return YES_OR_NO if item.asked is Kind.YES_NO and item.kind is not Kind.YES_NO else item.unit


def _question(
    sheet: Worksheet, plan: FormPlan, line: FormLine, item: Indicator, rules: tuple[RuleCell, ...]
) -> None:
    row = line.row
    answer_cell(sheet, line, item)
    note = sheet[f"{form_layout.NOTE}{row}"]
    note.value, note.number_format = item.note_hint or None, "@"
    note.protection, note.fill, note.font, note.alignment = style.OPEN, style.INPUT, style.NOTE, style.LEFT
    hint(sheet, note.coordinate, item)
    instant_help(sheet, plan, line, item, [cell for cell in rules if item in cell.rule.indicators])
    check = sheet[f"{form_layout.CHECK}{row}"]
    check.value, check.font, check.alignment = "=" + instant_checks.check_formula(row), style.NOTE, style.LEFT


def answer_cell(sheet: Worksheet, line: FormLine, item: Indicator) -> None:
    """The cell that people fill, with its prompt."""
    input_cell(sheet, sheet[line.cell].row, sheet[line.cell].column, item)
    validation = input_validation(item, line.cell)
    validation.add(line.cell)
    sheet.add_data_validation(validation)


def instant_help(sheet: Worksheet, plan: FormPlan, line: FormLine, item: Indicator, mine: list[RuleCell]) -> None:
    """The hidden steps behind the column Kiểm tra, in the row of a line."""
    formulas = {
        form_layout.TYPE: instant_checks.type_formula(plan, line, item),
        form_layout.STATE: instant_checks.state_formula(line, item, mine),
        **instant_checks.known_formulas(line, item),
    }
    if mine or instant_checks.asks_about_days(item):
        formulas[form_layout.RULE] = instant_checks.rules_formula(plan, line, item, mine)
    for letter, formula in formulas.items():
        sheet[f"{letter}{line.row}"] = "=" + formula
    if form_layout.counts_as_required(item):
        named = f"${form_layout.LABEL}{line.row}"
        sheet[f"{form_layout.NEEDED}{line.row}"] = f'=IF({named}="","",1)' if line.name_cell else 1


def check_height(text: str) -> float:
    """The height that a row needs for what its column Kiểm tra shows."""
    return lines_of(text, WIDTHS[form_layout.CHECK], CHECK_POINTS) * CHECK_LINE_POINTS + MARGIN_POINTS


def _rate(sheet: Worksheet, plan: FormPlan, item: Indicator, row: int) -> None:
    cell = sheet[f"{form_layout.VALUE}{row}"]
    cell.value = "=" + instant_checks.rate_formula(plan, item)
    cell.font, cell.fill, cell.alignment, cell.border = style.BOLD, style.COMPUTED, style.RIGHT, style.BOX
    cell.number_format = "@" if item.kind is Kind.RATIO else "General"


def counter(sheet: Worksheet, page: FormPage, more: str = "") -> None:
    """“Đã điền 45/62; 2 lỗi”, from hidden numbers that the cover adds up; in a column `more` each text is an error."""
    first, last = page.lines[0].row, page.lines[-1].row
    needed, state = (f"${letter}${first}:${letter}${last}" for letter in (form_layout.NEEDED, form_layout.STATE))
    section, severity, sentence = (f"{form_layout.RULES}!${letter}:${letter}" for letter in "ABD")
    broken = f'COUNTIFS({section},"{rules_key(page)}",{severity},"E",{sentence},"?*")'
    alone = f'SUMPRODUCT(({state}="E")*(${form_layout.TYPE}${first}:${form_layout.TYPE}${last}<>""))'
    sheet[FILLED_CELL] = f'=COUNTIFS({needed},1,{state},"<>{instant_checks.BLANK_STATE}")'
    sheet[NEEDED_CELL] = f"=COUNT({needed})"
    others = f'+COUNTIFS(${more}${first}:${more}${last},"?*")' if more else ""
    sheet[ERRORS_CELL] = f"={alone}+{broken}{others}"
    cell = sheet[f"{form_layout.NUMBER}{COUNTER_ROW}"]
    cell.value = "=" + counter_text(FILLED_CELL, NEEDED_CELL, ERRORS_CELL)
    cell.font = style.BOLD


def rules_key(page: FormPage) -> str:
    """What the hidden sheet of rules says for those of a page."""
    return page.table.table.code if page.table else page.section.number


def counter_text(filled: str, needed: str, errors: str) -> str:
    """The sentence of a counter."""
    return f'"Đã điền "&{filled}&"/"&{needed}&IF({errors}=0,"; không có lỗi","; "&{errors}&" lỗi")'


def _colours(sheet: Worksheet, page: FormPage) -> None:
    first, last = page.lines[0].row, page.lines[-1].row
    cells = f"{form_layout.VALUE}{first}:{form_layout.VALUE}{last} {form_layout.CHECK}{first}:{form_layout.CHECK}{last}"
    unchanged = f'EXACT(${form_layout.RETURNED}{first},${form_layout.VALUE}{first}&"")'
    flag_colours(sheet, cells, f"${form_layout.FLAG}{first}", unchanged, f"${form_layout.STATE}{first}")


def flag_colours(sheet: Worksheet, cells: str, flag: str, unchanged: str, state: str) -> None:
    """Cells in the colour of their flag while they are as they were returned, else of their own state."""
    for before, after in ((f"AND({flag}=", f",{unchanged})"), (f"{state}=", "")):
        for letter, colour in style.FLAG_COLOURS.items():
            rule = style.shown_when(f'{before}"{letter}"{after}', fill=style.fill(colour))
            sheet.conditional_formatting.add(cells, rule)


def _finish(sheet: Worksheet, page: FormPage) -> None:
    for letter, width in WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    for letter in HIDDEN:
        sheet.column_dimensions[letter].hidden = True
    # Rows only: on a small screen, columns that stand still would push the column Kiểm tra out of sight.
    sheet.freeze_panes = f"A{form_layout.FIRST_ROW}"
    last = page.lines[-1].row
    set_up_page(
        sheet, f"{form_layout.NUMBER}1:{form_layout.CHECK}{last}", landscape=True, repeat_row=form_layout.HEADER_ROW
    )
    protect_form(sheet)


def protect_form(sheet: Worksheet) -> None:
    """As in the master, and formats stay as prepared: a pair typed 7/7 must not become a date."""
    protect(sheet)
    sheet.protection.formatCells = True


def add_rules(workbook: Workbook, plan: FormPlan, rules: tuple[RuleCell, ...]) -> None:
    """The hidden sheet with one sentence a rule: section, severity, code, formula."""
    sheet = workbook.create_sheet(form_layout.RULES)
    for cell in rules:
        line = cell.rule.line
        page = next(page for page in plan.pages if page.sheet == plan.cells[cell.rule.codes[0]][0])
        sheet[f"A{cell.row}"], sheet[f"B{cell.row}"] = rules_key(page), FLAG_LETTERS[line.severity]
        sheet[f"C{cell.row}"] = line.code
        sheet[f"D{cell.row}"] = "=" + instant_checks.rule_formula(plan, cell.rule)
    sheet.sheet_state = "hidden"
    protect_form(sheet)
