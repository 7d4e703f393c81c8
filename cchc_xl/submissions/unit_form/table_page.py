"""Makes the sheet of a table in a unit's form: the printed table, typed in where it is printed, one landscape page.

On a hidden sheet of its own stands for each figure what stands beside each line of other sheets; colours and the column
Kiểm tra look there. It is most of a form, and who reads the form leaves it out.
"""

from __future__ import annotations

from dataclasses import replace

from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xl.excel.addresses import column_letters
from cchc_xl.master import style
from cchc_xl.master.input_validation import input_validation, refuse_typing
from cchc_xl.master.native_formulas import parts_formula, sum_formula
from cchc_xl.master.section_sheet import input_cell
from cchc_xl.master.table_place import FIRST_COLUMN, NAME_COLUMN, TOP, TablePlace
from cchc_xl.master.table_print import head_cell, print_table, set_up_table_page
from cchc_xl.schema.form_model import Indicator
from cchc_xl.schema.table_lines import PrintedLine
from cchc_xl.sheet_names import CHECK_HEADER
from cchc_xl.submissions import form_layout
from cchc_xl.submissions.form_layout import FormLine, FormPage, FormPlan
from cchc_xl.submissions.typed_rows import LONGEST_NAME
from cchc_xl.submissions.unit_form import form_sheets, instant_checks, word_formulas
from cchc_xl.submissions.unit_form.instant_checks import PlanCells, RuleCell

CHECK_WIDTH = 46
ZOOM = 80
"""Percent at which thirteen columns and the column Kiểm tra stand on a screen of 1.600 points."""

OWN, NAME, BLANKS, WRONG, BROKEN, TOLD = "PQRSTU"
"""Columns of the hidden sheet: what is wrong with the figure's cell alone; in the first row of a line also what is
wrong with the name that was typed, which of its cells are blank, what is wrong with them, the rules that the line
breaks, and all of it together."""


def add_table_page(workbook: Workbook, plan: FormPlan, page: FormPage, rules: tuple[RuleCell, ...]) -> None:
    """Adds the sheet of one table, and the hidden one with its checks."""
    place = _place(page)
    sheet, hidden = workbook.create_sheet(page.sheet), workbook.create_sheet(page.help)
    form_sheets.titles(sheet, plan, page)
    _measure(sheet, place)
    print_table(sheet, place)
    for line in page.lines:
        assert isinstance(line.item, Indicator)
        _figure(sheet, hidden, plan, line, line.item, rules)
    for printed in place.lines:
        if printed.row.spare:
            _name(sheet, page, printed)
        if printed.row.numbered:
            _check(sheet, hidden, page, printed, rules)
    _check_head(sheet, place)
    _validations(sheet, page)
    form_sheets.finish_hidden(hidden, page, NAME)
    counted = (_at(page, cell) for cell in (form_sheets.FILLED_CELL, form_sheets.NEEDED_CELL, form_sheets.ERRORS_CELL))
    count = sheet[f"{form_layout.NUMBER}{form_sheets.COUNTER_ROW}"]
    count.value, count.font = f"={form_sheets.counter_text(*counted)}", style.BOLD
    _colours(sheet, page)
    _finish(sheet, page)


def _at(page: FormPage, cell: str) -> str:
    """A cell of the hidden sheet."""
    return f"'{page.help}'!{cell}"


def _measure(sheet: Worksheet, place: TablePlace) -> None:
    """Đơn vị tính, right above the table."""
    if place.table.unit:
        cell = sheet.cell(TOP - 1, place.last_column, f"Đơn vị tính: {place.table.unit}")
        cell.font, cell.alignment = style.ITALIC, style.RIGHT


def _name(sheet: Worksheet, page: FormPage, printed: PrintedLine) -> None:
    """The cell in which a unit types the name of a row that it adds; the row's number comes with it."""
    place, row = _place(page), _row(page, printed)
    cell = sheet[f"{NAME_COLUMN}{row}"]
    cell.fill, cell.protection, cell.number_format = style.INPUT, style.OPEN, "@"
    above = [line.number for line in place.lines[: place.lines.index(printed)] if line.row.kind != "total"]
    spare = sum(line.row.above == printed.row.above for line in place.lines[: place.lines.index(printed)]
                if line.row.spare)
    number = next((each for each in reversed(above) if each), "0" if place.table.records else "")
    if number.isdecimal():
        sheet.cell(row, FIRST_COLUMN).value = f'=IF(TRIM({cell.coordinate})="","",{int(number) + spare + 1})'


ADD_ROW = "Việc chưa có ở các dòng trên thì gõ tên ở đây, rồi gõ số ở các cột. Không có thì để trống."


def _name_check(page: FormPage, printed: PrintedLine) -> str:
    """What is wrong with the name of a row that the unit adds."""
    place, row = _place(page), _row(page, printed)
    at = place.lines.index(printed)
    ends = [number for number, line in enumerate(place.lines) if not line.row.numbered or line.row.kind == "total"]
    first = max([-1, *(end for end in ends if end < at)]) + 1
    last = min([len(place.lines), *(end for end in ends if end > at)]) - 1
    top, bottom = (place.rows[place.lines[each].key] for each in (first, last))
    name, column = f"'{page.sheet}'!{NAME_COLUMN}{row}", f"'{page.sheet}'!{NAME_COLUMN}${top}:{NAME_COLUMN}${bottom}"
    figures = ",".join(line.seen for line in _cells_of(page, printed) if line.typed)
    nameless = f'IF(AND(TRIM({name})="",COUNT({figures})>0),"Chưa ghi tên dòng ở cột C."&CHAR(10),"")'
    twice = f'IF(TRIM({name})="","",IF(COUNTIFS({column},{name})>1,"Đã có dòng cùng tên."&CHAR(10),""))'
    # Two records may have one name.
    return nameless if place.table.records else f"{nameless}&{twice}"


def _figure(
    sheet: Worksheet, hidden: Worksheet, plan: FormPlan, line: FormLine, item: Indicator, rules: tuple[RuleCell, ...]
) -> None:
    if line.name_cell:
        named = word_formulas.tidied(f"'{sheet.title}'!{line.name_cell}")
        hidden[f"{form_layout.LABEL}{line.row}"] = f"={named}"
    if line.typed:
        input_cell(sheet, sheet[line.cell].row, sheet[line.cell].column, item)
        question = form_sheets.instant_help(hidden, plan, line, item, rules)
        wrong, state = (f"{letter}{line.row}" for letter in (form_layout.TYPE, form_layout.STATE))
        days = replace(question, rules=[]).told() or '""'
        hidden[f"{OWN}{line.row}"] = f'=IF({state}="{instant_checks.BLANK_STATE}","",IF({wrong}<>"",{wrong},{days}))'
    else:
        _computed(sheet, hidden, plan, line, item)
    if hidden[f"{OWN}{line.row}"].value:
        form_sheets.see(hidden, sheet, line)


def _computed(sheet: Worksheet, hidden: Worksheet, plan: FormPlan, line: FormLine, item: Indicator) -> None:
    """A cell that adds up others; hatched where the unit is asked none of them."""
    cell = sheet[line.cell]
    formula = _formula(plan, item).replace(f"'{hidden.title}'!", "")
    cell.fill, cell.font = (style.COMPUTED, style.SMALL_BOLD) if formula else (style.NOT_ASKED, style.SMALL)
    if formula:
        known, wrong, state = (
            f"{letter}{line.row}" for letter in (form_layout.KNOWN, form_layout.TYPE, form_layout.STATE)
        )
        cell.value, cell.protection = f"='{hidden.title}'!{known}", style.OPEN
        other = f'"Ô tự tính bị ghi đè "&{line.seen}&", đúng là "&{known}&"; số ghi đè không được lấy."'
        hidden[known] = f"={formula}"
        hidden[wrong] = f'=IF(ISERROR({line.seen}),"",IF(OR({line.seen}="",{line.seen}={known}),"",{other}))'
        hidden[state], hidden[f"{OWN}{line.row}"] = f'=IF({wrong}="","","E")', f"={wrong}"


def _validations(sheet: Worksheet, page: FormPage) -> None:
    """What each column takes, said once for all its cells; and what the names of added rows may be."""
    typed: dict[tuple[str, str], DataValidation] = {}
    for line in page.lines:
        if line.typed and isinstance(line.item, Indicator):
            one = input_validation(line.item, line.cell)
            # Its formula speaks of the first cell; the office moves it along with the others.
            alike = line.item.column, repr(one).replace(line.cell, "")
            typed.setdefault(alike, one).add(line.cell)
    computed = [line.cell for line in page.lines if not line.typed and sheet[line.cell].value]
    names = dict.fromkeys(line.name_cell for line in page.lines if line.name_cell)
    adding = _names()
    for cell in names:
        adding.add(cell)
    for validation in (*([adding] if names else []), *typed.values()):
        sheet.add_data_validation(validation)
    refuse_typing(sheet, computed, form_sheets.NOT_ASKED)


def _names() -> DataValidation:
    names = DataValidation(type="textLength", operator="lessThanOrEqual", formula1=str(LONGEST_NAME))
    names.promptTitle, names.prompt = "Thêm dòng", ADD_ROW
    names.errorTitle, names.error = "Tên quá dài", f"Tên dòng có tối đa {LONGEST_NAME} chữ."
    names.showInputMessage = names.showErrorMessage = True
    return names


def _formula(plan: FormPlan, item: Indicator) -> str:
    if item.has_parts:
        parts = (plan.form.by_name[name] for name in (item.numerator, item.denominator))
        cells = [_number_cell(plan, part) for part in parts]
        return parts_formula(item, *cells) if all(cells) else ""
    known = [(_number_cell(plan, part), sign) for part, sign in plan.form.summands.get(item.code, ())]
    known = [each for each in known if each[0]]
    return sum_formula(known) if known else ""


def _number_cell(plan: FormPlan, item: Indicator) -> str:
    """Where the number of a figure stands: what was understood of a typed one, or what is computed."""
    return PlanCells(plan).known(item.name) if item.code in plan.questions or not item.typed else ""


def _check(
    sheet: Worksheet, hidden: Worksheet, page: FormPage, printed: PrintedLine, rules: tuple[RuleCell, ...]
) -> None:
    """✔, or what is wrong in a line: each sentence once, with the column's number before it."""
    lines = _cells_of(page, printed)
    check = sheet.cell(_row(page, printed), _place(page).last_column + 1)
    check.font, check.alignment, check.border = style.NOTE, style.LEFT, style.BOX
    if not any(hidden[f"{OWN}{line.row}"].value for line in lines):
        return
    first = lines[0].row
    blanks, wrong = [], []
    if printed.row.spare:
        hidden[f"{NAME}{first}"] = f"={_name_check(page, printed)}"
        wrong.append(f"{NAME}{first}")
    for line in lines if any(line.typed for line in lines) else ():
        assert isinstance(line.item, Indicator)
        code, blank = line.item.column, instant_checks.BLANK_STATE
        blanks.append(
            f'IF(AND({form_layout.STATE}{line.row}="{blank}",{form_layout.TYPE}{line.row}<>"")," {code}","")'
        )
    wrong += [
        f'IF({OWN}{line.row}="","","{line.item.column}: "&{OWN}{line.row}&CHAR(10))'
        for line in lines if isinstance(line.item, Indicator) and hidden[f"{OWN}{line.row}"].value
    ]
    mine = [cell for cell in rules if any(item.row == printed.row.code for item in cell.rule.indicators)]
    broken = "&".join(cell.told for cell in mine)
    for letter, said in ((BLANKS, "&".join(blanks)), (WRONG, "&".join(wrong)), (BROKEN, broken)):
        hidden[f"{letter}{first}"] = f"={said}" if said else None
    told = f'IF({BLANKS}{first}="","","Chưa nhập cột"&{BLANKS}{first}&". Không có thì gõ 0."&CHAR(10))'
    told = f"{told}&{WRONG}{first}&{BROKEN}{first}"
    fine = f'{BLANKS}{first}&{WRONG}{first}&{BROKEN}{first}=""'
    mark = f'"{instant_checks.FINE}"'
    if printed.row.spare:
        mark = f'IF({form_layout.LABEL}{first}="","",{mark})'
    hidden[f"{TOLD}{first}"] = f'=IF({fine},{mark},LEFT({told},LEN({told})-1))'
    check.value = f"={_at(page, f'{TOLD}{first}')}"


def _cells_of(page: FormPage, printed: PrintedLine) -> list[FormLine]:
    return [line for line in page.lines if isinstance(line.item, Indicator) and line.item.row == printed.row.code]


def _place(page: FormPage) -> TablePlace:
    assert page.table
    return page.table


def _row(page: FormPage, printed: PrintedLine) -> int:
    return _place(page).rows[printed.key]


def _check_head(sheet: Worksheet, place: TablePlace) -> None:
    column = place.last_column + 1
    head_cell(sheet, CHECK_HEADER, (TOP, column), (place.number_row, column))
    sheet.column_dimensions[column_letters(column)].width = CHECK_WIDTH


def _colours(sheet: Worksheet, page: FormPage) -> None:
    """The colour of each cell is that of its hidden row, found by its place in the table."""
    place = _place(page)
    letters = [place.letters[column.code] for column in place.table.columns]
    top, bottom = place.number_row + 1, place.last_row
    area, first = f"{letters[0]}{top}:{letters[-1]}{bottom}", f"{letters[0]}{top}"
    number = f"(ROW()-{top})*{len(letters)}+COLUMN()-COLUMN(${letters[0]}$1)+1"
    hidden = form_sheets.states(sheet, page, NAME, number)
    unchanged = f'EXACT({hidden(form_layout.RETURNED)},{first}&"")'
    form_sheets.flag_colours(sheet, area, hidden, unchanged)
    first_of_line = f"(ROW()-{top})*{len(letters)}+1"
    wrong = style.shown_when(f'{hidden(NAME, first_of_line)}<>""', fill=style.fill(style.FLAG_COLOURS["E"]))
    sheet.conditional_formatting.add(f"{NAME_COLUMN}{top}:{NAME_COLUMN}{bottom}", wrong)


def _finish(sheet: Worksheet, page: FormPage) -> None:
    place = _place(page)
    sheet.freeze_panes = f"D{place.number_row + 1}"
    sheet.sheet_view.zoomScale = ZOOM
    set_up_table_page(sheet, place)
    form_sheets.protect_form(sheet)
