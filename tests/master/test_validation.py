"""What may be typed: no validation refuses what the number grammar takes; a form's own check says what that says."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xl import sheet_names
from cchc_xl.master.build_master import new_master
from cchc_xl.master.section_grid import of_the_whole
from cchc_xl.reading import Cell, read
from cchc_xl.reading.spellings import NO_WORDS, NOTHING_STATED, NOTHING_WORDS, NUMERIC, YES_WORDS
from cchc_xl.schema import Form
from cchc_xl.schema.form_model import Indicator
from cchc_xl.schema.model_kinds import Kind
from cchc_xl.submissions import form_layout
from cchc_xl.submissions.form_layout import plan_form
from cchc_xl.submissions.unit_form.build_form import form_workbook
from cchc_xl.submissions.unit_form.instant_checks import DOUBTS
from cchc_xl.values import Address, Ratio, Reading, Status
from tests.kept_office import recalculated

pytestmark = pytest.mark.office

CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "so.toml").read_text(encoding="utf-8")
)["case"]
WORDS = (NOTHING_STATED, NOTHING_STATED.upper(), "Không  Phát sinh ", *NOTHING_WORDS, *YES_WORDS, *NO_WORDS)
NUMBERS = ("0", "7", "10248", "34870", "0.5", "99.95", "10.248", "-3")
TEXTS = ("1.130 phiếu", "khoảng 20", "chờ số liệu", "24/24", "24 / 30", "1 (có)", "không = 0", "xong", "0 = Trực tuyến")
NOT_TYPED = (" \n ", "\u200b\u00a0")
"""Blanks that no keyboard gives."""

PLACE = Address("Sheet", "A1")

Typed = Decimal | str | bool


def typed_values() -> list[Typed]:
    """Everything that the cases of the number grammar type, and more words."""
    cells = [case["cell"] for case in CASES if not {"formula", "error", "format"} & case["cell"].keys()]
    listed: list[Typed] = [Decimal(each["number"]) if "number" in each else each["text"] for each in cells
                           if "number" in each or "text" in each]
    listed = [each for each in listed if each not in NOT_TYPED]
    return list(dict.fromkeys([*listed, *WORDS, *TEXTS, *map(Decimal, NUMBERS)]))


def validations(form: Form, folder: Path) -> Iterator[tuple[Indicator, DataValidation]]:
    """Every validation of a new master and of every unit's form, with the indicator whose cells it guards."""
    new_master(form, folder / "master.xlsx")
    books = [openpyxl.load_workbook(folder / "master.xlsx")]
    books += [form_workbook(plan_form(form, unit)) for unit in form.units]
    for sheet in (sheet for book in books for sheet in book.worksheets):
        for rule in sheet.data_validations.dataValidation:
            if rule.promptTitle in form.by_code:
                row = form.by_code[rule.promptTitle]
                yield of_the_whole(row) if sheet.title == sheet_names.SHARED else row, rule
            else:
                # The number of the submission, and cells in which nothing is asked.
                known = {("whole", "1", "99"), ("custom", "FALSE", None)}
                assert (rule.type, rule.formula1, rule.formula2) in known


def condition(rule: DataValidation, cell: str) -> str:
    """The condition of a validation as a formula on another cell."""
    first = str(rule.sqref).split()[0].split(":")[0]
    if rule.type == "list":
        assert not rule.showErrorMessage
        return "TRUE"
    if rule.type == "textLength":
        return f"LEN({cell})<={rule.formula1}"
    assert rule.type == "custom"
    assert len(rule.formula1) <= 255
    return re.sub(rf"(?<![A-Z$]){first}(?!\d)", cell, rule.formula1)


def computed(sheet: Worksheet, folder: Path) -> Worksheet:
    """A sheet with its formulas computed by LibreOffice."""
    book = sheet.parent
    assert book is not None
    book.save(folder / "tinh.xlsx")
    return openpyxl.load_workbook(recalculated(folder / "tinh.xlsx", folder / "da_tinh.xlsx"), data_only=True)[
        sheet.title
    ]


def put(sheet: Worksheet, address: str, value: Typed) -> None:
    sheet[address] = float(value) if isinstance(value, Decimal) else value
    if isinstance(value, str):
        sheet[address].data_type = "s"


def meaning(value: Typed, row: Indicator) -> Reading:
    return read(Cell(value), row, PLACE)


def test_no_validation_refuses_what_the_grammar_takes(form: Form, tmp_path: Path) -> None:
    sheet = openpyxl.Workbook().active
    assert isinstance(sheet, Worksheet)
    distinct = {(row.asked, row.min, condition(rule, "A0")): (row, rule) for row, rule in validations(form, tmp_path)}
    asked = [(row, rule, value) for row, rule in distinct.values() for value in typed_values()]
    for number, (_, rule, value) in enumerate(asked, 1):
        put(sheet, f"A{number}", value)
        sheet[f"B{number}"] = f"={condition(rule, f'A{number}')}"
    results = [cell.value for cell in computed(sheet, tmp_path)["B"]]
    assert {type(result) for result in results} == {bool}
    wrong = [
        (row.asked, value) for (row, _, value), result in zip(asked, results, strict=True)
        if not result and meaning(value, row).status is not Status.UNREADABLE
    ]
    assert not wrong
    refused = {(row.asked, value) for (row, _, value), result in zip(asked, results, strict=True) if not result}
    assert refused >= {(Kind.COUNT, each) for each in (Decimal(-3), Decimal("0.5"), "chờ số liệu", "xong", "có")}
    assert {row.asked for row, _ in distinct.values()} >= {Kind.COUNT, Kind.DECIMAL, Kind.YES_NO, Kind.CHOICE}


INSTANT = (form_layout.TYPE, form_layout.STATE, form_layout.KNOWN, form_layout.WHOLE, form_layout.CHECK)


def moved(formula: object, row: int, to: int) -> object:
    return re.sub(rf"(\$[A-O]){row}(?!\d)", rf"\g<1>{to}", formula) if isinstance(formula, str) else formula


def one_row_a_kind(form: Form) -> dict[Kind, tuple[Indicator, Worksheet, int]]:
    """A question of every kind that units are asked, where a unit's form has it."""
    found: dict[Kind, tuple[Indicator, Worksheet, int]] = {}
    for unit in form.units:
        plan = plan_form(form, unit)
        book = form_workbook(plan)
        for code, row in plan.questions.items():
            sheet, number = plan.helped[code]
            # A list of three choices says more than one of two.
            if row.asked not in found or len(row.choices) > len(found[row.asked][0].choices):
                found[row.asked] = row, book[sheet], number
    return found


def test_the_check_beside_a_cell_says_what_the_grammar_says(form: Form, tmp_path: Path) -> None:
    sheet = openpyxl.Workbook().active
    assert isinstance(sheet, Worksheet)
    rows = one_row_a_kind(form)
    asked = [(row, source, at, value) for row, source, at in rows.values() for value in typed_values()]
    for number, (_, source, at, value) in enumerate(asked, 1):
        put(sheet, f"{form_layout.VALUE}{number}", value)
        for letter in INSTANT:
            sheet[f"{letter}{number}"] = moved(source[f"{letter}{at}"].value, at, number)
    results = computed(sheet, tmp_path)
    for number, (row, _, _, value) in enumerate(asked, 1):
        wrong, state, known, whole, _ = (results[f"{letter}{number}"].value for letter in INSTANT)
        _compare(row, value, wrong or "", state, known, whole)


def _compare(row: Indicator, value: Typed, wrong: str, state: str, known: object, whole: object) -> None:
    """Nothing that is taken is called an error; what is called fine is taken, as the same number."""
    said = meaning(value, row)
    told = (row.asked, value, wrong, state, known, said)
    taken = said.status in (Status.VALUE, Status.NOTHING)
    assert not (taken and state == "E"), told
    assert taken or state != "V" or said.status is Status.BLANK, told
    if isinstance(said.value, Ratio):
        assert (known, whole) == (float(said.value.part), float(said.value.whole)), told
    elif taken and row.asked is not Kind.TEXT and wrong not in DOUBTS:
        assert float(str(known)) == pytest.approx(float(str(said.value))), told
    if row.asked in NUMERIC and isinstance(value, str) and not re.search(r"\d", value) and not taken:
        assert state in ("E", "B"), told
