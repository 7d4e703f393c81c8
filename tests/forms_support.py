"""Forms for tests: made by the product, filled as people fill them, read back from the master."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl

from cchc_xl.master.lists_and_board import Submission, submissions
from cchc_xl.master.master_book import open_master
from cchc_xl.schema import Form, Unit
from cchc_xl.schema.model_kinds import Kind
from cchc_xl.submissions import form_layout
from cchc_xl.submissions.form_layout import plan_form
from cchc_xl.submissions.unit_form.build_form import new_forms
from cchc_xl.verbs.demo import sources

NOW = datetime(2021, 12, 14, 8, 0)
Value = int | float | str | None


def wards(form: Form) -> list[Unit]:
    """The units of the kind that most units are of."""
    return [unit for unit in form.units if unit.kind == form.units[0].kind]


def sample_values(form: Form, unit: Unit) -> dict[str, Value]:
    """The sample figures of a unit as a person types them."""
    asked = plan_form(form, unit).questions
    lines = (line for line in sources(form) if line.unit == unit.id and line.value and line.code in asked)
    return {line.code: as_typed(line.value, asked[line.code].asked) for line in lines}


def as_typed(text: str, kind: Kind) -> Value:
    """A number where the cell takes numbers."""
    if kind in (Kind.RATIO, Kind.TEXT):
        return text
    plain = text.replace(",", ".")
    return int(plain) if plain.isdecimal() else float(plain)


_blank: dict[tuple[int, str], tuple[Form, bytes]] = {}
"""The blank forms of this process; the form is kept so that no other gets its identity."""


def blank_form(form: Form, unit: Unit, target: Path) -> Path:
    """A unit's form as the program makes it, made once and copied; when a second one of its kind is asked for, all are
    made together, as for people."""
    key = id(form), unit.id
    if key not in _blank:
        alike = [each for each in form.units if each.kind == unit.kind]
        missing = [each for each in alike if (id(form), each.id) not in _blank]
        with TemporaryDirectory() as folder:
            wanted = dict.fromkeys([unit, *missing] if len(missing) < len(alike) else [unit])
            places = {each: Path(folder, f"{each.id}.xlsx") for each in wanted}
            new_forms(form, places)
            for each, place in places.items():
                _blank[id(form), each.id] = form, place.read_bytes()
    target.write_bytes(_blank[key][1])
    return target


_filled: dict[tuple[bytes, str], bytes] = {}
"""Forms as they were filled once, by what they were before and what was typed."""


def filled_form(form: Form, unit: Unit, target: Path, values: Mapping[str, Value] | None = None, **more: str) -> Path:
    """A form filled with openpyxl; without values, with the unit's sample figures. `more` are notes by code."""
    blank_form(form, unit, target)
    fill_form(form, unit, target, sample_values(form, unit) if values is None else values, more)
    return target


def fill_form(
    form: Form, unit: Unit, path: Path, values: Mapping[str, Value], notes: Mapping[str, str] | None = None,
    turn: int = 1, as_text: bool = False,
) -> None:
    """Types values and notes into an existing form."""
    typed = plan_form(form, unit).places, values, notes, turn, as_text
    key = sha256(path.read_bytes()).digest(), repr(typed)
    if key not in _filled:
        _fill(path, *typed)
        _filled[key] = path.read_bytes()
    path.write_bytes(_filled[key])


def _fill(
    path: Path, places: Mapping[str, tuple[str, int]], values: Mapping[str, Value], notes: Mapping[str, str] | None,
    turn: int, as_text: bool,
) -> None:
    book = openpyxl.load_workbook(path)
    for code, value in values.items():
        sheet, row = places[code]
        book[sheet][f"{form_layout.VALUE}{row}"] = value
        if as_text:
            book[sheet][f"{form_layout.VALUE}{row}"].data_type = "s"
    for code, note in (notes or {}).items():
        sheet, row = places[code]
        cell = book[sheet][f"{form_layout.NOTE}{row}"]
        cell.value, cell.data_type = note, "s"
    for line in book[form_layout.COVER].iter_rows(max_col=5):
        if line[0].value == form_layout.TURN_KEY:
            line[4].value = turn
    book.save(path)


def figures(book: Path, unit: Unit) -> dict[str, str]:
    """What the master holds in a unit's column, by code, where it holds anything."""
    master = open_master(book)
    found = {}
    for section in master.form.sections:
        grid = master.grids[section.number]
        for row in section.indicators:
            if row.typed and unit.id in grid.columns:
                raw = master.cell(grid.sheet, grid.address(row.code, unit.id)).raw
                if raw:
                    found[row.code] = raw
    return found


def shown(values: Mapping[str, Value]) -> dict[str, str]:
    """Typed values as the master shows them."""
    return {code: _shown(value) for code, value in values.items() if value is not None}


def _shown(value: Value) -> str:
    if isinstance(value, float):
        return f"{value:.10f}".rstrip("0").rstrip(".").replace(".", ",")
    return str(value)


def registered(book: Path, unit: Unit) -> Submission:
    """A unit's line of the register."""
    return submissions(open_master(book))[unit.id]


def logged(book: Path) -> str:
    """The whole log as text."""
    master = open_master(book)
    return "\n".join(cell.raw for _, cell in master.workbook.sheet("Nhật ký").cells())
