"""Makes the sheet of a table in a unit's form: the printed table, typed in where it is printed, one landscape page.

On a hidden sheet of its own stands for each figure what stands beside each line of other sheets; colours and the column
Kiểm tra look there. It is most of a form, and who reads the form leaves it out.
"""

from __future__ import annotations

from dataclasses import replace

from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation

from cchc_xl.excel.addresses import column_letters
from cchc_xl.master import style
from cchc_xl.master.figure_sheets import head_cell, input_cell, print_table, set_up_table_page
from cchc_xl.master.input_validation import input_validation, refuse_typing
from cchc_xl.master.table_layout import FIRST_COLUMN, NAME_COLUMN, TOP, TablePlace
from cchc_xl.schema.form_model import Indicator
from cchc_xl.schema.table_model import PrintedLine
from cchc_xl.sheet_names import CHECK_HEADER
from cchc_xl.submissions import form_layout
from cchc_xl.submissions.form_layout import FormLine, FormPage, FormPlan
from cchc_xl.submissions.typed_beside import LONGEST_NAME
from cchc_xl.submissions.unit_form import form_sheets, instant_checks, word_formulas
from cchc_xl.submissions.unit_form.instant_checks import RuleCell

CHECK_WIDTH = 46
ZOOM = 80
"""Percent at which thirteen columns and the column Kiểm tra stand on a screen of 1.600 points."""

OWN, NAME, BLANKS, WRONG, BROKEN, TOLD = "PQRSTU"
"""Columns of the hidden sheet: what is wrong with the figure's cell alone; in the first row of a line also what is
wrong with the name that was typed, which of its cells are blank, what is wrong with them, the rules that the line
breaks, and all of it together."""


ADD_ROW = "Việc chưa có ở các dòng trên thì gõ tên ở đây, rồi gõ số ở các cột. Không có thì để trống."


def add_table_page(workbook: Workbook, plan: FormPlan, page: FormPage, rules: tuple[RuleCell, ...]) -> None:
    """Adds the sheet of one table, and the hidden one with its checks."""
    assert page.table
    _TablePage(workbook, plan, page, page.table, rules).make()


class _TablePage:
    def __init__(
        self, workbook: Workbook, plan: FormPlan, page: FormPage, place: TablePlace, rules: tuple[RuleCell, ...]
    ) -> None:
        self._sheet, self._hidden = workbook.create_sheet(page.sheet), workbook.create_sheet(page.help)
        self._plan, self._page, self._place, self._rules = plan, page, place, rules
        self._check_column = place.last_column + 1

    def make(self) -> None:
        """Writes both sheets."""
        sheet, place = self._sheet, self._place
        form_sheets.titles(sheet, self._plan, self._page)
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
        form_sheets.finish_hidden(self._hidden, self._page, NAME)
        count = sheet[f"{form_layout.NUMBER}{form_sheets.COUNTER_ROW}"]
        count.value, count.font = f"={form_sheets.counter_text(*map(self._at, form_sheets.COUNTED_CELLS))}", style.BOLD
        self._colours()
        sheet.freeze_panes = f"D{place.number_row + 1}"
        sheet.sheet_view.zoomScale = ZOOM
        set_up_table_page(sheet, place)
        form_sheets.protect_form(sheet)

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
        twice = f'IF(TRIM({name})="","",IF(COUNTIFS({column},{name})>1,"Đã có dòng cùng tên."&CHAR(10),""))'
        # Two records may have one name.
        return nameless if self._place.table.records else f"{nameless}&{twice}"

    def _figure(self, line: FormLine, item: Indicator) -> None:
        sheet, hidden = self._sheet, self._hidden
        if line.name_cell:
            named = word_formulas.tidied(f"'{sheet.title}'!{line.name_cell}")
            hidden[f"{form_layout.LABEL}{line.row}"] = f"={named}"
        if line.typed:
            input_cell(sheet, sheet[line.cell].row, sheet[line.cell].column, item)
            question = form_sheets.instant_help(hidden, self._plan, line, item, self._rules)
            wrong, state = (f"{letter}{line.row}" for letter in (form_layout.TYPE, form_layout.STATE))
            days = replace(question, rules=[]).told() or '""'
            alone = f'IF({state}="{instant_checks.BLANK_STATE}","",IF({wrong}<>"",{wrong},{days}))'
            hidden[f"{OWN}{line.row}"] = f"={alone}"
        else:
            self._computed(line, item)
        if hidden[f"{OWN}{line.row}"].value:
            form_sheets.see(hidden, sheet, line)

    def _computed(self, line: FormLine, item: Indicator) -> None:
        """A cell that adds up others; hatched where the unit is asked none of them."""
        cell, hidden = self._sheet[line.cell], self._hidden
        formula = instant_checks.computed_formula(self._plan, item).replace(self._at(""), "")
        cell.fill, cell.font = (style.COMPUTED, style.SMALL_BOLD) if formula else (style.NOT_ASKED, style.SMALL)
        if formula:
            known, wrong, state = (
                f"{letter}{line.row}" for letter in (form_layout.KNOWN, form_layout.TYPE, form_layout.STATE)
            )
            cell.value, cell.protection = f"={self._at(known)}", style.OPEN
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
        refuse_typing(self._sheet, computed, form_sheets.NOT_ASKED)

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
        hidden = form_sheets.states(sheet, self._page, NAME, number)
        form_sheets.flag_colours(sheet, area, hidden, f'EXACT({hidden(form_layout.RETURNED)},{first}&"")')
        first_of_line = f"(ROW()-{top})*{len(letters)}+1"
        wrong = style.shown_when(f'{hidden(NAME, first_of_line)}<>""', fill=style.fill(style.FLAG_COLOURS["E"]))
        sheet.conditional_formatting.add(f"{NAME_COLUMN}{top}:{NAME_COLUMN}{bottom}", wrong)


def _names() -> DataValidation:
    names = DataValidation(type="textLength", operator="lessThanOrEqual", formula1=str(LONGEST_NAME))
    names.promptTitle, names.prompt = "Thêm dòng", ADD_ROW
    names.errorTitle, names.error = "Tên quá dài", f"Tên dòng có tối đa {LONGEST_NAME} chữ."
    names.showInputMessage = names.showErrorMessage = True
    return names
