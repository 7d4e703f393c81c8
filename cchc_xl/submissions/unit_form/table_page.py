"""Makes the sheet of a table in a unit's form: the printed table, typed in where it is printed, one landscape page.

Below the table, in hidden rows, stands for each figure what stands beside each line of other sheets; colours and the
column Kiểm tra look there.
"""

from __future__ import annotations

from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xl.excel.addresses import column_letters
from cchc_xl.figures import signed_parts
from cchc_xl.master import style
from cchc_xl.master.native_formulas import parts_formula, sum_formula
from cchc_xl.master.table_place import FIRST_COLUMN, NAME_COLUMN, TOP, TablePlace
from cchc_xl.master.table_print import head_cell, print_table, set_up_table_page
from cchc_xl.schema.form_model import Indicator
from cchc_xl.schema.table_lines import PrintedLine
from cchc_xl.sheet_names import CHECK_HEADER
from cchc_xl.submissions import form_layout
from cchc_xl.submissions.form_layout import FormLine, FormPage, FormPlan
from cchc_xl.submissions.typed_rows import LONGEST_NAME
from cchc_xl.submissions.unit_form import form_sheets, instant_checks
from cchc_xl.submissions.unit_form.instant_checks import PlanCells, RuleCell

CHECK_WIDTH = 46
ZOOM = 80
"""Percent at which thirteen columns and the column Kiểm tra stand on a screen of 1.600 points."""

OWN, BLANKS, WRONG, BROKEN = "G", "C", "D", "F"
"""Columns of a hidden row: what is wrong with the figure's cell alone; in the first row of a line also which of its
cells are blank, what is wrong with them, and the rules that the line breaks."""


def add_table_page(workbook: Workbook, plan: FormPlan, page: FormPage, rules: tuple[RuleCell, ...]) -> None:
    """Adds the sheet of one table."""
    assert page.table
    sheet = workbook.create_sheet(page.sheet)
    form_sheets.titles(sheet, plan, page)
    _measure(sheet, page.table)
    print_table(sheet, page.table)
    for line in page.lines:
        assert isinstance(line.item, Indicator)
        _figure(sheet, plan, line, line.item, rules)
    for printed in page.table.lines:
        if printed.row.spare:
            _name(sheet, page, printed)
        if printed.row.numbered:
            _check(sheet, page, printed, rules)
    _check_head(sheet, page.table)
    form_sheets.refuse_typing(sheet, [line.cell for line in page.lines if not line.typed and sheet[line.cell].value])
    form_sheets.counter(sheet, page)
    for cell in (form_sheets.FILLED_CELL, form_sheets.NEEDED_CELL, form_sheets.ERRORS_CELL):
        sheet[cell].font = style.UNSEEN
    _colours(sheet, page)
    _finish(sheet, page)


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
    names = DataValidation(type="textLength", operator="lessThanOrEqual", formula1=str(LONGEST_NAME))
    names.promptTitle, names.prompt = "Thêm dòng", ADD_ROW
    names.errorTitle, names.error = "Tên quá dài", f"Tên dòng có tối đa {LONGEST_NAME} chữ."
    names.showInputMessage = names.showErrorMessage = True
    names.add(cell.coordinate)
    sheet.add_data_validation(names)
    above = [line.number for line in place.lines[: place.lines.index(printed)] if line.row.kind != "total"]
    spare = sum(line.row.above == printed.row.above for line in place.lines[: place.lines.index(printed)]
                if line.row.spare)
    number = next((each for each in reversed(above) if each), "0" if place.table.records else "")
    if number.isdecimal():
        sheet.cell(row, FIRST_COLUMN).value = f'=IF(TRIM({cell.coordinate})="","",{int(number) + spare + 1})'


ADD_ROW = "Việc chưa có ở các dòng trên thì gõ tên ở đây, rồi gõ số ở các cột. Không có thì để trống."


def _name_checks(page: FormPage, printed: PrintedLine) -> list[str]:
    """What is wrong with the name of a row that the unit adds."""
    place, row = _place(page), _row(page, printed)
    at = place.lines.index(printed)
    ends = [number for number, line in enumerate(place.lines) if not line.row.numbered or line.row.kind == "total"]
    first = max([-1, *(end for end in ends if end < at)]) + 1
    last = min([len(place.lines), *(end for end in ends if end > at)]) - 1
    top, bottom = (place.rows[place.lines[each].key] for each in (first, last))
    name, column = f"{NAME_COLUMN}{row}", f"{NAME_COLUMN}${top}:{NAME_COLUMN}${bottom}"
    figures = ",".join(f"{place.letters[each.code]}{row}" for each in place.table.columns if each.typed)
    nameless = f'IF(AND(TRIM({name})="",COUNT({figures})>0),"Chưa ghi tên dòng ở cột C."&CHAR(10),"")'
    twice = f'IF(TRIM({name})="","",IF(COUNTIFS({column},{name})>1,"Đã có dòng cùng tên."&CHAR(10),""))'
    return [nameless, twice]


def _figure(sheet: Worksheet, plan: FormPlan, line: FormLine, item: Indicator, rules: tuple[RuleCell, ...]) -> None:
    sheet[f"{form_layout.CODE}{line.row}"] = f"#{item.code}"
    sheet.row_dimensions[line.row].hidden = True
    if not line.typed:
        _computed(sheet, plan, line, item)
        return
    form_sheets.answer_cell(sheet, line, item)
    mine = [cell for cell in rules if item in cell.rule.indicators]
    form_sheets.instant_help(sheet, plan, line, item, mine)
    wrong, state = (f"{letter}{line.row}" for letter in (form_layout.TYPE, form_layout.STATE))
    days = instant_checks.rules_formula(plan, line, item, []) or '""'
    sheet[f"{OWN}{line.row}"] = f'=IF({state}="{instant_checks.BLANK_STATE}","",IF({wrong}<>"",{wrong},{days}))'


def _computed(sheet: Worksheet, plan: FormPlan, line: FormLine, item: Indicator) -> None:
    """A cell that adds up others; hatched where the unit is asked none of them."""
    cell = sheet[line.cell]
    formula = _formula(plan, item).replace(f"'{sheet.title}'!", "")
    cell.fill, cell.font = (style.COMPUTED, style.SMALL_BOLD) if formula else (style.NOT_ASKED, style.SMALL)
    if formula:
        cell.value, cell.protection = f"={formula}", style.OPEN
        other = f'"Ô tự tính bị ghi đè "&{line.cell}&", đúng là "&{formula}&"; số ghi đè không được lấy."'
        wrong, state = (f"{letter}{line.row}" for letter in (form_layout.TYPE, form_layout.STATE))
        sheet[wrong] = f'=IF(ISERROR({line.cell}),"",IF(OR({line.cell}="",{line.cell}={formula}),"",{other}))'
        sheet[state], sheet[f"{OWN}{line.row}"] = f'=IF({wrong}="","","E")', f"={wrong}"


def _formula(plan: FormPlan, item: Indicator) -> str:
    if item.has_parts:
        parts = (plan.form.by_name[name] for name in (item.numerator, item.denominator))
        cells = [_number_cell(plan, part) for part in parts]
        return parts_formula(item, *cells) if all(cells) else ""
    known = [(_number_cell(plan, part), sign) for part, sign in signed_parts(plan.form, item)]
    known = [each for each in known if each[0]]
    return sum_formula(known) if known else ""


def _number_cell(plan: FormPlan, item: Indicator) -> str:
    """Where the number of a figure stands: what was understood of a typed one, or the cell that computes it."""
    if item.code in plan.questions:
        return PlanCells(plan).known(item.name)
    sheet, cell = plan.cells.get(item.code, ("", ""))
    return f"'{sheet}'!{cell}" if sheet and not item.typed else ""


def _check(sheet: Worksheet, page: FormPage, printed: PrintedLine, rules: tuple[RuleCell, ...]) -> None:
    """✔, or what is wrong in a line: each sentence once, with the column's number before it."""
    lines = [line for line in page.lines if isinstance(line.item, Indicator) and line.item.row == printed.row.code]
    check = sheet.cell(_row(page, printed), _place(page).last_column + 1)
    check.font, check.alignment, check.border = style.NOTE, style.LEFT, style.BOX
    if not any(sheet[f"{OWN}{line.row}"].value for line in lines):
        return
    first = lines[0].row
    blanks, wrong = [], _name_checks(page, printed) if printed.row.spare else []
    for line in lines if any(line.typed for line in lines) else ():
        assert isinstance(line.item, Indicator)
        code, blank = line.item.column, instant_checks.BLANK_STATE
        blanks.append(
            f'IF(AND({form_layout.STATE}{line.row}="{blank}",{form_layout.TYPE}{line.row}<>"")," {code}","")'
        )
    wrong += [
        f'IF({OWN}{line.row}="","","{line.item.column}: "&{OWN}{line.row}&CHAR(10))'
        for line in lines if isinstance(line.item, Indicator) and sheet[f"{OWN}{line.row}"].value
    ]
    mine = [cell for cell in rules if any(item.row == printed.row.code for item in cell.rule.indicators)]
    broken = "&".join(f'IF({cell.address}="","",{cell.address}&CHAR(10))' for cell in mine)
    for letter, said in ((BLANKS, "&".join(blanks)), (WRONG, "&".join(wrong)), (BROKEN, broken)):
        sheet[f"{letter}{first}"] = f"={said}" if said else None
    told = f'IF({BLANKS}{first}="","","Chưa nhập cột"&{BLANKS}{first}&". Không có thì gõ 0."&CHAR(10))'
    told = f"{told}&{WRONG}{first}&{BROKEN}{first}"
    fine = f'{BLANKS}{first}&{WRONG}{first}&{BROKEN}{first}=""'
    mark = f'"{instant_checks.FINE}"'
    if printed.row.spare:
        mark = f'IF(TRIM({NAME_COLUMN}{check.row})="","",{mark})'
    check.value = f'=IF({fine},{mark},LEFT({told},LEN({told})-1))'


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
    helped = form_layout.first_help_row(place)
    last = helped + len(place.lines) * len(letters) - 1
    number = f"(ROW()-{top})*{len(letters)}+COLUMN()-COLUMN(${letters[0]}$1)+1"

    def hidden(letter: str) -> str:
        return f"INDEX(${letter}${helped}:${letter}${last},{number})"

    unchanged = f'EXACT({hidden(form_layout.RETURNED)},{first}&"")'
    form_sheets.flag_colours(sheet, area, hidden(form_layout.FLAG), unchanged, hidden(form_layout.STATE))


def _finish(sheet: Worksheet, page: FormPage) -> None:
    place = _place(page)
    sheet.freeze_panes = f"D{place.number_row + 1}"
    sheet.sheet_view.zoomScale = ZOOM
    set_up_table_page(sheet, place)
    form_sheets.protect_form(sheet)
