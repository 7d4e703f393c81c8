"""What the sheets of a unit's form have in common: widths, steps behind each cell, colours; the hidden sheet of rules;
and the sheet of a table: the printed table, typed in where it is printed, one landscape page.

On a hidden sheet of its own stands for each figure of a table what stands beside each line of other sheets; colours and
the column Kiểm tra look there. It is most of a form, and who reads the form leaves it out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xl.excel.addresses import column_letters, column_number
from cchc_xl.master import style
from cchc_xl.master.book_upkeep import lines_of
from cchc_xl.master.figure_sheets import head_cell, input_cell, print_table, set_up_table_page
from cchc_xl.master.input_validation import input_validation, refuse_typing
from cchc_xl.master.native_formulas import parts_formula, sum_formula
from cchc_xl.master.style import protect
from cchc_xl.master.table_layout import FIRST_COLUMN, NAME_COLUMN, TOP, TablePlace
from cchc_xl.schema.form_model import Indicator
from cchc_xl.schema.table_model import PrintedLine
from cchc_xl.sheet_names import CHECK_HEADER, FLAG_LETTERS
from cchc_xl.submissions import form_layout
from cchc_xl.submissions.form_damage import LONGEST_NAME
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
    hidden: Worksheet, sheet: Worksheet, plan: FormPlan, line: FormLine, item: Indicator, rules: tuple[RuleCell, ...]
) -> Question:
    """Writes the steps behind the column Kiểm tra in the row of a line on the hidden sheet."""
    see(hidden, sheet, line)
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


def computed_formula(plan: FormPlan, row: Indicator) -> str:
    """A rate or a sum, live from the cells it is made of; empty where the unit is asked none of them."""
    if row.has_parts:
        cells = [_number_cell(plan, plan.form.by_name[name]) for name in (row.numerator, row.denominator)]
        return parts_formula(row, *cells) if all(cells) else ""
    known = [(_number_cell(plan, part), sign) for part, sign in plan.form.summands.get(row.code, ())]
    known = [each for each in known if each[0]]
    return sum_formula(known) if known else ""


def _number_cell(plan: FormPlan, row: Indicator) -> str:
    """Where the number of a figure stands: what was understood of a typed one, or what is computed."""
    return instant_checks.PlanCells(plan).known(row.name) if row.code in plan.questions or not row.typed else ""


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


CHECK_WIDTH = 46
ZOOM = 80
"""Percent at which thirteen columns and the column Kiểm tra stand on a screen of 1.600 points."""

OWN, NAME, BLANKS, WRONG, BROKEN, TOLD = "PQRSTU"
"""Columns of the hidden sheet: what is wrong with the figure's cell alone; in the first row of a line also what is
wrong with the name that was typed, which of its cells are blank, what is wrong with them, the rules that the line
breaks, and all of it together."""


ADD_ROW = "Việc chưa có ở các dòng trên thì gõ tên ở đây, rồi gõ số ở các cột. Không có thì để trống."


class TablePage:
    """Adds the sheet of one table, and the hidden one with its checks."""

    def __init__(
        self, workbook: Workbook, plan: FormPlan, page: FormPage, place: TablePlace, rules: tuple[RuleCell, ...]
    ) -> None:
        self._sheet, self._hidden = workbook.create_sheet(page.sheet), workbook.create_sheet(page.help)
        self._plan, self._page, self._place, self._rules = plan, page, place, rules
        self._check_column = place.last_column + 1

    def make(self) -> None:
        """Writes both sheets."""
        sheet, place = self._sheet, self._place
        titles(sheet, self._plan, self._page)
        if place.table.unit:
            measure = sheet.cell(TOP - 1, place.last_column, f"Đơn vị tính: {place.table.unit}")
            measure.font, measure.alignment = style.ITALIC, style.RIGHT
        print_table(sheet, place)
        for line, item in self._page.figures:
            self._figure(line, item)
        for printed in place.lines:
            if printed.row.spare:
                self._name(printed)
            if printed.row.numbered:
                self._check(printed)
        head_cell(sheet, CHECK_HEADER, (TOP, self._check_column), (place.number_row, self._check_column))
        sheet.column_dimensions[column_letters(self._check_column)].width = CHECK_WIDTH
        self._validations()
        finish_hidden(self._hidden, self._page, NAME)
        count = sheet[f"{form_layout.NUMBER}{COUNTER_ROW}"]
        count.value, count.font = f"={counter_text(*map(self._at, COUNTED_CELLS))}", style.BOLD
        self._colours()
        sheet.freeze_panes = f"D{place.number_row + 1}"
        sheet.sheet_view.zoomScale = ZOOM
        set_up_table_page(sheet, place)
        protect_form(sheet)

    def _at(self, cell: str) -> str:
        """A cell of the hidden sheet."""
        return f"'{self._hidden.title}'!{cell}"

    def _name(self, printed: PrintedLine) -> None:
        """The cell in which a unit types the name of a row that it adds; the row's number comes with it."""
        lines, row = self._place.lines, self._place.rows[printed.key]
        cell = self._sheet[f"{NAME_COLUMN}{row}"]
        cell.fill, cell.protection, cell.number_format = style.INPUT, style.OPEN, "@"
        before = lines[: lines.index(printed)]
        above = [line.number for line in before if line.row.kind != "total"]
        spare = sum(line.row.above == printed.row.above for line in before if line.row.spare)
        number = next((each for each in reversed(above) if each), "0" if self._place.table.records else "")
        if number.isdecimal():
            formula = f'=IF(TRIM({cell.coordinate})="","",{int(number) + spare + 1})'
            self._sheet.cell(row, FIRST_COLUMN).value = formula

    def _name_check(self, printed: PrintedLine) -> str:
        """What is wrong with the name of a row that the unit adds."""
        lines, rows, sheet = self._place.lines, self._place.rows, self._sheet.title
        at = lines.index(printed)
        ends = [number for number, line in enumerate(lines) if not line.row.numbered or line.row.kind == "total"]
        first = max([-1, *(end for end in ends if end < at)]) + 1
        last = min([len(lines), *(end for end in ends if end > at)]) - 1
        top, bottom = (rows[lines[each].key] for each in (first, last))
        name = f"'{sheet}'!{NAME_COLUMN}{rows[printed.key]}"
        column = f"'{sheet}'!{NAME_COLUMN}${top}:{NAME_COLUMN}${bottom}"
        figures = ",".join(line.seen for line, _ in self._cells_of(printed) if line.typed)
        nameless = f'IF(AND(TRIM({name})="",COUNT({figures})>0),"Chưa ghi tên dòng ở cột C."&CHAR(10),"")'
        # Two records may have one name.
        twice = f'IF(COUNTIFS({column},{name})>1,"Đã có dòng cùng tên."&CHAR(10),"")'
        known = '""' if self._place.table.records else twice
        wordless = f'IF(EXACT(UPPER({name}),LOWER({name})),"Tên dòng phải bằng chữ."&CHAR(10),{known})'
        return f'{nameless}&IF(TRIM({name})="","",{wordless})'

    def _figure(self, line: FormLine, item: Indicator) -> None:
        sheet, hidden = self._sheet, self._hidden
        if line.name_cell:
            named = instant_checks.tidied(f"'{sheet.title}'!{line.name_cell}")
            hidden[f"{form_layout.LABEL}{line.row}"] = f"={named}"
        if line.typed:
            input_cell(sheet, sheet[line.cell].row, sheet[line.cell].column, item)
            question = instant_help(hidden, sheet, self._plan, line, item, self._rules)
            wrong, state = (f"{letter}{line.row}" for letter in (form_layout.TYPE, form_layout.STATE))
            days = replace(question, rules=[]).told() or '""'
            alone = f'IF({state}="{instant_checks.BLANK_STATE}","",IF({wrong}<>"",{wrong},{days}))'
            hidden[f"{OWN}{line.row}"] = f"={alone}"
        else:
            self._computed(line, item)

    def _computed(self, line: FormLine, item: Indicator) -> None:
        """A cell that adds up others; hatched where the unit is asked none of them."""
        cell, hidden = self._sheet[line.cell], self._hidden
        formula = computed_formula(self._plan, item).replace(self._at(""), "")
        cell.fill, cell.font = (style.COMPUTED, style.SMALL_BOLD) if formula else (style.NOT_ASKED, style.SMALL)
        if formula:
            known, wrong, state = (
                f"{letter}{line.row}" for letter in (form_layout.KNOWN, form_layout.TYPE, form_layout.STATE)
            )
            cell.value, cell.protection = f"={self._at(known)}", style.OPEN
            see(hidden, self._sheet, line)
            other = f'"Ô tự tính bị ghi đè "&{line.seen}&", đúng là "&{known}&"; số ghi đè không được lấy."'
            hidden[known] = f"={formula}"
            hidden[wrong] = f'=IF(ISERROR({line.seen}),"",IF(OR({line.seen}="",{line.seen}={known}),"",{other}))'
            hidden[state], hidden[f"{OWN}{line.row}"] = f'=IF({wrong}="","","E")', f"={wrong}"

    def _validations(self) -> None:
        """What each column takes, said once for all its cells; and what the names of added rows may be."""
        typed: dict[tuple[str, str], DataValidation] = {}
        for line, item in self._page.figures:
            if line.typed:
                one = input_validation(item, line.cell)
                # Its formula speaks of the first cell; the office moves it along with the others.
                alike = item.column, repr(one).replace(line.cell, "")
                typed.setdefault(alike, one).add(line.cell)
        names, adding = dict.fromkeys(line.name_cell for line, _ in self._page.figures if line.name_cell), _names()
        for cell in names:
            adding.add(cell)
        for validation in (*([adding] if names else []), *typed.values()):
            self._sheet.add_data_validation(validation)
        computed = [line.cell for line, _ in self._page.figures if not line.typed and self._sheet[line.cell].value]
        refuse_typing(self._sheet, computed, NOT_ASKED)

    def _check(self, printed: PrintedLine) -> None:
        """✔, or what is wrong in a line: each sentence once, with the column's number before it."""
        hidden, cells = self._hidden, self._cells_of(printed)
        check = self._sheet.cell(self._place.rows[printed.key], self._check_column)
        check.font, check.alignment, check.border = style.NOTE, style.LEFT, style.BOX
        helped = [(line, item) for line, item in cells if hidden[f"{OWN}{line.row}"].value]
        if not helped:
            return
        first = cells[0][0].row
        blanks, wrong = [], []
        if printed.row.spare:
            hidden[f"{NAME}{first}"] = f"={self._name_check(printed)}"
            wrong.append(f"{NAME}{first}")
        for line, item in cells if any(line.typed for line, _ in cells) else ():
            blank = f'{form_layout.STATE}{line.row}="{instant_checks.BLANK_STATE}",{form_layout.TYPE}{line.row}<>""'
            blanks.append(f'IF(AND({blank})," {item.column}","")')
        wrong += [
            f'IF({OWN}{line.row}="","","{item.column}: "&{OWN}{line.row}&CHAR(10))' for line, item in helped
        ]
        mine = (cell for cell in self._rules if any(item.row == printed.row.code for item in cell.rule.indicators))
        broken = "&".join(cell.told for cell in mine)
        for letter, said in ((BLANKS, "&".join(blanks)), (WRONG, "&".join(wrong)), (BROKEN, broken)):
            hidden[f"{letter}{first}"] = f"={said}" if said else None
        told = f'IF({BLANKS}{first}="","","Chưa nhập cột"&{BLANKS}{first}&". Không có thì gõ 0."&CHAR(10))'
        told = f"{told}&{WRONG}{first}&{BROKEN}{first}"
        mark = f'"{instant_checks.FINE}"'
        if printed.row.spare:
            mark = f'IF({form_layout.LABEL}{first}="","",{mark})'
        fine = f'{BLANKS}{first}&{WRONG}{first}&{BROKEN}{first}=""'
        hidden[f"{TOLD}{first}"] = f"=IF({fine},{mark},LEFT({told},LEN({told})-1))"
        check.value = f"={self._at(f'{TOLD}{first}')}"

    def _cells_of(self, printed: PrintedLine) -> list[tuple[FormLine, Indicator]]:
        return [(line, item) for line, item in self._page.figures if item.row == printed.row.code]

    def _colours(self) -> None:
        """The colour of each cell is that of its hidden row, found by its place in the table."""
        sheet, letters = self._sheet, [self._place.letters[column.code] for column in self._place.table.columns]
        top, bottom = self._place.number_row + 1, self._place.last_row
        area, first = f"{letters[0]}{top}:{letters[-1]}{bottom}", f"{letters[0]}{top}"
        number = f"(ROW()-{top})*{len(letters)}+COLUMN()-COLUMN(${letters[0]}$1)+1"
        hidden = states(sheet, self._page, NAME, number)
        flag_colours(sheet, area, hidden, f'EXACT({hidden(form_layout.RETURNED)},{first}&"")')
        first_of_line = f"(ROW()-{top})*{len(letters)}+1"
        wrong = style.shown_when(f'{hidden(NAME, first_of_line)}<>""', fill=style.fill(style.FLAG_COLOURS["E"]))
        sheet.conditional_formatting.add(f"{NAME_COLUMN}{top}:{NAME_COLUMN}{bottom}", wrong)


def _names() -> DataValidation:
    names = DataValidation(type="textLength", operator="lessThanOrEqual", formula1=str(LONGEST_NAME))
    names.promptTitle, names.prompt = "Thêm dòng", ADD_ROW
    names.errorTitle, names.error = "Tên quá dài", f"Tên dòng có tối đa {LONGEST_NAME} chữ."
    names.showInputMessage = names.showErrorMessage = True
    return names
