"""Checks one file, changing nothing: a master workbook with its layout, or a unit's form as collecting would see it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cchc_xl.checks.check_context import named
from cchc_xl.checks.workbook_rules import FORMULA_OVERWRITTEN
from cchc_xl.errors import UserError
from cchc_xl.excel.main_part import RELATIONS, main_part
from cchc_xl.figures import Figure, incomplete
from cchc_xl.findings import Finding, Severity
from cchc_xl.reading.meaning import typed
from cchc_xl.schema.form_model import Form, Unit
from cchc_xl.structs import Struct
from cchc_xl.values import Address
from cchc_xl.writing.vietnamese_numbers import in_table

if TYPE_CHECKING:
    from cchc_xl.excel.spreadsheet import Workbook
    from cchc_xl.master.compute_book import Computed
    from cchc_xl.submissions.intake.reader_pool import Answer

SHEET_NAME = re.compile(r'<(?:\w{1,20}:)?sheet\s[^>]{0,500}?name="([^"]{1,200})"')
LARGEST_LIST = 1_000_000


class Examined(Struct, frozen=True):
    """What was found; `incomplete` tells of figures that some units have not reported, `note` of what was not looked
    at."""

    findings: list[Finding]
    incomplete: tuple[str, ...] = ()
    note: str = ""


def examine(path: Path, form_name: str = "") -> Examined:
    """The findings of a master workbook or of a unit's form. Raises `UserError` where the file is neither."""
    if not path.is_file():
        raise UserError(str(path), "không tìm thấy tệp.", "Kiểm tra lại đường dẫn.")
    return _master(path, form_name) if _is_master(path) else _form(path, form_name)


def _is_master(path: Path) -> bool:
    """Whether the list of sheets is that of a master; nothing else of a file from outside is read here."""
    from cchc_xl import sheet_names

    try:
        with zipfile.ZipFile(path) as archive:
            main = main_part(_beginning(archive, RELATIONS)) or "xl/workbook.xml"
            listed = set(SHEET_NAME.findall(_beginning(archive, main).decode("utf-8", "replace")))
    except (OSError, zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, ValueError):
        return False
    return (
        len(
            listed & {sheet_names.HOME, sheet_names.UNITS, sheet_names.FINDINGS, sheet_names.LOG, sheet_names.DOCUMENTS}
        )
        >= 2
    )


def _beginning(archive: zipfile.ZipFile, part: str) -> bytes:
    with archive.open(part) as stream:
        return stream.read(LARGEST_LIST)


def _master(path: Path, form_name: str) -> Examined:
    from cchc_xl.excel.spreadsheet import Workbook
    from cchc_xl.master.compute_book import understand
    from cchc_xl.master.master_book import declared_form, read_master
    from cchc_xl.master.workbook_structure import structure_findings

    workbook = Workbook(path)
    try:
        master = read_master(workbook, path, form_name)
    except UserError:
        changed = structure_findings(workbook, declared_form(workbook, path, form_name))
        if not changed:
            raise
        return Examined(changed, note="Chưa kiểm tra được số liệu: sửa lại các trang, dòng, cột nói trên trước.")
    changed = structure_findings(workbook, master.form)
    computed = understand(master)
    order = list(Severity)
    found = [*changed, *overwritten(computed, workbook), *computed.findings]
    return Examined(
        sorted(found, key=lambda finding: order.index(finding.severity)),
        tuple(incomplete(computed.figures, master.form)),
    )


def overwritten(computed: Computed, workbook: Workbook) -> Iterator[Finding]:
    """Figures of column Số liệu that somebody typed over, or whose formula was changed so that it gives another."""
    from cchc_xl.master.compute_book import stored
    from cchc_xl.master.native_formulas import figure_formula
    from cchc_xl.master.section_grid import FIGURE

    master = computed.master
    for section in master.form.sections:
        grid = master.grids[section.number]
        for row in section.indicators:
            place = Address(grid.sheet, grid.address(row.code, FIGURE))
            cell, figure = workbook.sheet(place.sheet).cell(place.cell), computed.figures[row.code]
            if not cell.formula and not cell.empty:
                yield _typed_over(figure, place, f"ô Số liệu đã bị gõ đè “{cell.raw}”")
            elif cell.formula and cell.value != stored(figure.value):
                wanted = figure_formula(master.form, master.grids, section, row)
                if cell.formula != "?" and _bare(cell.formula) != _bare(wanted):
                    yield _typed_over(figure, place, f"công thức ở ô Số liệu đã bị sửa, đang cho “{cell.raw}”")


def _bare(formula: str) -> str:
    return re.sub(r"[\s$]", "", formula).casefold()


def _typed_over(figure: Figure, place: Address, what: str) -> Finding:
    right = "để trống" if figure.value is None else in_table(figure.value)
    known = typed(figure.value) if isinstance(figure.value, Decimal) else ""
    message = f"{named(figure.indicator)}: {what}, số đúng theo ô nhập là {right}. Tính lại sổ để đặt lại công thức."
    return FORMULA_OVERWRITTEN.finding(message, (place,), "", figure.indicator.code, known)


def _form(path: Path, form_name: str) -> Examined:
    from cchc_xl.submissions.intake.reader_pool import ReaderPool
    from cchc_xl.submissions.interpret_submission import Interpreter, Rejected

    with ReaderPool(1) as pool:
        (_, answer), = pool.read_all([path])
    form = _form_of(answer, path, form_name)
    read = Interpreter(form).interpret(path, answer)
    if isinstance(read, Rejected):
        raise UserError(str(path), read.message)
    order = list(Severity)
    return Examined(sorted(read.findings, key=lambda finding: order.index(finding.severity)))


def _form_of(answer: Answer, path: Path, form_name: str) -> Form:
    """The form that a file was made from, its unit among the units: a city may have other units than the form's."""
    from cchc_xl.schema import form_folder, load_form
    from cchc_xl.submissions import form_layout

    facts = _identity(answer)
    try:
        form = load_form(form_folder(form_name or facts.get(form_layout.FORM_KEY, "")))
    except UserError:
        form = load_form(form_folder(""))
    unit, name = facts.get(form_layout.UNIT_KEY, ""), facts.get(form_layout.UNIT_NAME_KEY, "")
    if not unit or unit in form.unit_names:
        return form
    return form.changed(units=(*form.units, _like_others(form, answer, unit, name)))


def _identity(answer: Answer) -> dict[str, str]:
    from cchc_xl import sheet_names

    lines: list[list[Any]] = next(
        (sheet["lines"] for sheet in answer.get("sheets", ()) if sheet["name"] == sheet_names.IDENTITY), []
    )
    return {line[1]: str(line[2]) for line in lines if len(line) > 2}


def _like_others(form: Form, answer: Answer, identifier: str, name: str) -> Unit:
    """A unit that the form does not know, of the kind that is asked what the file asks."""
    from cchc_xl.submissions.form_layout import plan_form

    codes = {line[1] for sheet in answer.get("sheets", ()) if "columns" in sheet for line in sheet["lines"]}
    made = (Unit(id=identifier, name=name, kind=kind) for kind in dict.fromkeys(unit.kind for unit in form.units))
    return max(made, key=lambda unit: len(codes & set(plan_form(form, unit).places)))
