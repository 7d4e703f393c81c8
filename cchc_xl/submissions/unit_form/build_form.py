"""Writes the form of one unit: an .xlsx without macros that checks itself while it is filled; and the copy that goes
back to a unit: its own figures in a fresh form, wrong cells flagged, and a list of what to mend. Nothing of the file
that came is passed on but values and plain notes.

The results of its formulas lie beside them, which openpyxl does not write; rows are as tall as these results.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from html import escape, unescape
from pathlib import Path
from typing import Any

from openpyxl.cell import Cell as SheetCell
from openpyxl.comments import Comment
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xl import sheet_names
from cchc_xl.checks.declared_rules import rules_of
from cchc_xl.excel.cell_content import FORMULA_MARKS, Content
from cchc_xl.excel.ooxml_package import Package
from cchc_xl.excel.sheet_xml import NEWEST_EXCEL
from cchc_xl.files import replace_file
from cchc_xl.master import style
from cchc_xl.master.book_upkeep import lines_of, row_points
from cchc_xl.master.style import package_of, set_up_page
from cchc_xl.master.support_sheets import add_identity
from cchc_xl.master.table_layout import TOP
from cchc_xl.reading import Cell
from cchc_xl.rule_registry import ADDED_NAMELESS, ADDED_TWICE, SEVERITY_WORDS, Finding, Severity
from cchc_xl.schema.added_rows import with_room
from cchc_xl.schema.carried_declaration import mark_of
from cchc_xl.schema.form_model import Form
from cchc_xl.schema.model_kinds import Unit
from cchc_xl.sheet_names import CHECK_HEADER, TABLE_SHEET
from cchc_xl.submissions import form_layout
from cchc_xl.submissions.form_layout import FormPlan, plan_form
from cchc_xl.submissions.interpret_submission import Delivery
from cchc_xl.submissions.unit_form.first_sheet import UNIT_ROW, FirstSheet
from cchc_xl.submissions.unit_form.form_sheets import TablePage, add_rules, protect_form, small_height
from cchc_xl.submissions.unit_form.formula_engine import Results
from cchc_xl.submissions.unit_form.instant_checks import rule_cells


def new_forms(form: Form, targets: Mapping[Unit, Path]) -> None:
    """Writes the empty forms of units: one is made for each kind, the others differ from it in their names only."""
    named = {name for row in with_room(form).indicators() for name in row.reported_by}
    alike: dict[str, list[Unit]] = {}
    for unit in targets:
        alike.setdefault(unit.id if unit.id in named else f"{KIND_MARK}{unit.kind}", []).append(unit)
    for units in alike.values():
        _write_alike(form, units, targets)


KIND_MARK = "\ue000"
"""Stands around the name and the id of a unit in the form that is made for all of its kind; no text has it."""


def _write_alike(form: Form, units: Sequence[Unit], targets: Mapping[Unit, Path]) -> None:
    # The longest name takes the most room.
    first = max(units, key=lambda unit: len(unit.name))
    whole = first
    if len(units) > 1:
        whole = first.changed(id=f"{KIND_MARK}{first.id}{KIND_MARK}", name=f"{KIND_MARK}{first.name}{KIND_MARK}")
    package = _computed(form_workbook(plan_form(form, whole)))
    marked = {name: data for name in package.names if MARKED.search(data := package.read(name))}
    for unit in units:
        said = {first.id: unit.id, first.name: unit.name, first.name.upper(): unit.name.upper()}
        for name, data in marked.items():
            package.write(name, _renamed(data, said))
        replace_file(targets[unit], package.to_bytes())


MARKED = re.compile(rb"(?:&#57344;|\xee\x80\x80)(.*?)(?:&#57344;|\xee\x80\x80)")
"""A marked name in a part, whose letters may be written as numbers."""


def _renamed(part: bytes, said: Mapping[str, str]) -> bytes:
    """The part with the names of another unit in the place of those that are marked."""
    def other(found: re.Match[bytes]) -> bytes:
        return escape(said[unescape(found[1].decode())], quote=False).encode("ascii", "xmlcharrefreplace")

    return MARKED.sub(other, part)


def filled_form(plan: FormPlan, typed: Mapping[str, Content]) -> bytes:
    """The form of a unit with values by indicator code, as it is handed in: its own checks are up to date."""
    workbook = form_workbook(plan)
    for code, value in typed.items():
        sheet, cell = plan.cells[code]
        number = int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value
        workbook[sheet][cell] = float(number) if isinstance(number, Decimal) else number
    return to_bytes(workbook)


def form_workbook(plan: FormPlan, turn: int = 1) -> Workbook:
    """The form as an openpyxl workbook, for writing or for filling first."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    # Widths are counted in digits of this font: one that every office has or replaces by one as wide.
    workbook._named_styles["Normal"].font = style.DEFAULT  # type: ignore[attr-defined]
    rules = rule_cells(plan, rules_of(plan.form))
    FirstSheet(workbook, plan, rules).make(turn)
    for page in plan.pages:
        if page.table:
            TablePage(workbook, plan, page, page.table, rules).make()
    add_rules(workbook, plan, rules)
    add_identity(workbook, identity(plan))
    workbook.properties.creator = "cchc-xl"
    workbook.properties.title = f"{plan.form.title} – {plan.unit.name} – {plan.form.period.label}"
    # Nothing is computed anew when it is opened, so that closing an untouched form asks nothing.
    workbook.calculation.fullCalcOnLoad, workbook.calculation.calcId = False, int(NEWEST_EXCEL)
    return workbook


def identity(plan: FormPlan) -> dict[str, str]:
    """What the very hidden sheet says."""
    form, unit = plan.form, plan.unit
    return {
        form_layout.KIND_KEY: sheet_names.FORM_KIND,
        form_layout.UNIT_KEY: unit.id,
        form_layout.UNIT_NAME_KEY: unit.name,
        form_layout.FORM_KEY: form.id,
        form_layout.VERSION_KEY: form.version,
        sheet_names.MARK_KEY: mark_of(form),
        form_layout.PERIOD_KEY: form_layout.period_key(form),
        form_layout.PERIOD_NAME_KEY: form.period.label,
    }


def to_bytes(workbook: Workbook) -> bytes:
    """The file's content, the results of its formulas included."""
    return _computed(workbook).to_bytes()


# As openpyxl writes them: a formula cell with place and style and an empty result; a row with a height of its own.
FORMULA_CELL = re.compile(rb'<c r="([A-Z]+\d+)"( s="\d+")?><f>([^<]*)</f><v ?(?:/>|></v>)</c>')
ROW = re.compile(rb'<row r="(\d+)" ht="([\d.]+)" customHeight="1">')


def _computed(workbook: Workbook) -> Package:
    """A workbook's package, with a result in every formula cell."""
    package, results = package_of(workbook), Results(workbook).all()
    for number, sheet in enumerate(workbook.worksheets, 1):
        part = f"xl/worksheets/sheet{number}.xml"
        filled = _filled(package.read(part), results[sheet.title])
        column = _check_column(sheet)
        package.write(part, _row_heights(filled, results[sheet.title], column) if column else filled)
    return package


def _check_column(sheet: Worksheet) -> str:
    """The letters of the column Kiểm tra; empty on a sheet without one."""
    row = TOP if sheet.title.startswith(TABLE_SHEET) else form_layout.HEADER_ROW
    return next((cell.column_letter for cell in sheet[row] if cell.value == CHECK_HEADER), "")


def _row_heights(part: bytes, results: Mapping[str, Any], column: str) -> bytes:
    """Tall enough for the sentences of Kiểm tra, and not fixed: the office measures a row anew when it is typed in."""
    def row(found: re.Match[bytes]) -> bytes:
        number, points = found.groups()
        if (said := results.get(f"{column}{number.decode()}")) is None:
            return found[0]
        height = max(float(points), small_height(said, form_layout.CHECK))
        return f'<row r="{number.decode()}" ht="{height:g}">'.encode()

    return ROW.sub(row, part)


def _filled(part: bytes, results: Mapping[str, Any]) -> bytes:
    def cell(found: re.Match[bytes]) -> bytes:
        place, style, formula = found.groups()
        kind, shown = _written(results[place.decode()])
        return b'<c r="%b"%b%b><f>%b</f><v>%b</v></c>' % (place, style or b"", kind, formula, shown.encode())

    return FORMULA_CELL.sub(cell, part)


def _written(result: Any) -> tuple[bytes, str]:
    match result:
        case bool():
            return b' t="b"', str(int(result))
        case int() | float():
            return b"", str(int(result)) if result == int(result) else repr(result)
    return b' t="str"', escape(str(result), quote=False)


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
