"""Filled forms with rows that a unit added, as a person types them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import openpyxl

from cchc_xl.schema import Form, Unit
from cchc_xl.submissions import form_layout
from cchc_xl.submissions.form_layout import FormPlan, plan_form
from tests.forms_support import blank_form

TYPED = ("(4)", "(5)", "(6)", "(8)", "(9)", "(10)", "(12)", "(13)")
GOOD = (1030, 60, 12, 1000, 40, 5, 50, 7)
FEW = (10, 2, 1, 8, 1, 0, 4, 0)
Added = Mapping[str, tuple[str, Iterable[int | None]]]
"""Name and figures by the code of the empty row in which they are typed."""


_typed: dict[tuple[bytes, str], bytes] = {}
"""Forms as they were filled once, by what they were before and what was typed."""


def typed(form: Form, unit: Unit, folder: Path, added: Added, turn: int = 1, more: int = 0) -> Path:
    """A unit's form with the usual figures in all printed rows, and with added ones."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{unit.id}.xlsx"
    blank_form(form, unit, path)
    plan = plan_form(form, unit)
    key = path.read_bytes(), repr((added, turn, more))
    if key not in _typed:
        _type(plan, path, added, turn, more)
        _typed[key] = path.read_bytes()
    path.write_bytes(_typed[key])
    return path


def _type(plan: FormPlan, path: Path, added: Added, turn: int, more: int) -> None:
    file = openpyxl.load_workbook(path)
    for code in plan.questions:
        if "+" not in code:
            sheet, cell = plan.cells[code]
            row, _, column = code.rpartition("(")
            file[sheet][cell] = GOOD[TYPED.index(f"({column}")] + (more if column in ("4)", "8)") else 0)
    for row, (name, figures) in added.items():
        sheet, cell = plan.name_cells[row]
        file[sheet][cell] = name or None
        file[sheet][cell].data_type = "s"
        for column, figure in zip(TYPED, figures, strict=True):
            sheet, cell = plan.cells[f"{row}{column}"]
            file[sheet][cell] = figure
    cover = file[form_layout.COVER]
    turns = next(row for row in range(1, 40) if cover[f"A{row}"].value == form_layout.TURN_KEY)
    cover[f"{form_layout.VALUE}{turns}"] = turn
    file.save(path)
