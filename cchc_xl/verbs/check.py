"""Checks one file, changing nothing: a master workbook with its layout, or a unit's form as collecting would see it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cchc_xl.errors import UserError
from cchc_xl.figures import incomplete
from cchc_xl.files import read_file
from cchc_xl.rule_registry import Finding, Severity
from cchc_xl.schema.form_model import Form
from cchc_xl.schema.model_kinds import Unit
from cchc_xl.submissions.incoming_files import is_master
from cchc_xl.values import Struct

if TYPE_CHECKING:
    from cchc_xl.submissions.intake.reader_pool import Answer


class Examined(Struct, frozen=True):
    """What was found; `incomplete` tells of figures that some units have not reported, `note` of what was not looked
    at."""

    findings: list[Finding]
    incomplete: tuple[str, ...] = ()
    note: str = ""


def examine(path: Path, form_name: str = "") -> Examined:
    """The findings of a master workbook or of a unit's form. Raises `UserError` where the file is neither."""
    if not path.is_file():
        read_file(path)  # which says what it is
    return _master(path, form_name) if is_master(path) else _form(path, form_name)


def _master(path: Path, form_name: str) -> Examined:
    from cchc_xl.master.compute_book import compute
    from cchc_xl.master.master_book import ChangedLayoutError

    try:
        computed = compute(path, form_name)
    except ChangedLayoutError as error:
        note = "Chưa kiểm tra được số liệu: sửa lại các trang tính, dòng, cột nói trên trước."
        return Examined(list(error.findings), note=note)
    return Examined(computed.findings, tuple(incomplete(computed.figures, computed.master.form)))


def _form(path: Path, form_name: str) -> Examined:
    from cchc_xl import sheet_names
    from cchc_xl.submissions.form_layout import KIND_KEY
    from cchc_xl.submissions.intake.reader_pool import ReaderPool, refused, texts_by_key
    from cchc_xl.submissions.interpret_submission import Interpreter, Rejected

    with ReaderPool(1) as pool:
        (_, answer), = pool.read_all([path])
    if why := refused(answer)[1]:
        raise UserError(str(path), why)
    facts = texts_by_key(answer.get("sheets", ()), sheet_names.IDENTITY)
    if facts.get(KIND_KEY) == sheet_names.MASTER_KIND:
        return _master(path, form_name)
    form = _form_of(answer, facts, path, form_name)
    read = Interpreter(form).interpret(path, answer)
    if isinstance(read, Rejected):
        raise UserError(str(path), read.message)
    order = list(Severity)
    return Examined(sorted(read.findings, key=lambda finding: order.index(finding.severity)))


def _form_of(answer: Answer, facts: dict[str, str], path: Path, form_name: str) -> Form:
    """The form that a file was made from, its unit among the units: a city may have other units than the form's."""
    from cchc_xl.submissions import form_layout
    from cchc_xl.submissions.form_layout import form_of_facts

    form = form_of_facts(facts, path, form_name)
    unit, name = facts.get(form_layout.UNIT_KEY, ""), facts.get(form_layout.UNIT_NAME_KEY, "")
    if not unit or unit in form.unit_names:
        return form
    return form.changed(units=(*form.units, _like_others(form, answer, unit, name)))


def _like_others(form: Form, answer: Answer, identifier: str, name: str) -> Unit:
    """A unit that the form does not know, of the kind that is asked what the file asks."""
    from cchc_xl.submissions.form_layout import plan_form

    codes = {line[1] for sheet in answer.get("sheets", ()) if "columns" in sheet for line in sheet["lines"]}
    made = (Unit(id=identifier, name=name, kind=kind) for kind in dict.fromkeys(unit.kind for unit in form.units))
    return max(made, key=lambda unit: len(codes & set(plan_form(form, unit).places)))
