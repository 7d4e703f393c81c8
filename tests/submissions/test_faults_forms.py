"""Faults planted one by one in clean ward forms: caught, at the very cell, with the original as suggestion.

Most are planted in what the reading process hands over; some dozens in real files, which must give the same findings.
"""

from __future__ import annotations

import copy
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from clean_contents import GRAVE, SEED, CleanContents
from contents import form_2021

from cchc_xl.figures import Content
from cchc_xl.reading.spellings import typed
from cchc_xl.rule_registry import Finding
from cchc_xl.schema import Indicator, Kind, Unit
from cchc_xl.submissions import form_layout
from cchc_xl.submissions.form_layout import plan_form
from cchc_xl.submissions.intake.cell_marks import CellMark
from cchc_xl.submissions.intake.reader_pool import ReaderPool
from cchc_xl.submissions.interpret_submission import Delivery, Interpreter
from cchc_xl.submissions.unit_form.build_form import new_forms
from cchc_xl.values import Address, Ratio
from tests.checks.test_faults import EACH, WIDE, Tally, grouped, look_alike

Answer = dict[str, Any]
FORM = form_2021()
INTERPRETER = Interpreter(FORM)
CLEAN = 25
"""Contents of which every unit's form is read: hundreds of forms."""

PLANTED = 20
"""Contents in which every kind of fault is planted."""


def test_a_file_name_without_marks_accuses_no_unit_whose_name_it_may_be() -> None:
    one = Unit(id="xa_tan_thanh", name="Xã Tân Thành", kind="ward")
    other = Unit(id="xa_tan_thanh_2", name="Xã Tân Thạnh", kind="ward")
    interpreter = Interpreter(FORM.changed(units=(one, other)))
    assert interpreter.other_unit_in("Xa Tan Thanh nop", other) is None
    assert interpreter.other_unit_in("Xã Tân Thành nộp", other) == one


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person leaves in a cell, and what the reading process sees of it besides the value."""

    value: object
    mark: CellMark | None = None


@dataclass(frozen=True, slots=True)
class Writing:
    """A wrong way of writing a value of a kind, for values from `least` on; None where it does not apply."""

    kind: Kind
    least: int
    write: Callable[[Decimal], Typed | None]
    suggests: bool = True
    graves: bool = True


def text(write: Callable[[Decimal], str | None]) -> Callable[[Decimal], Typed | None]:
    def made(value: Decimal) -> Typed | None:
        shown = write(value)
        return None if shown is None else Typed(shown)

    return made


def swapped(value: Decimal) -> str | None:
    cell = look_alike(value)
    return str(cell.value) if cell else None


COUNT, YES = Kind.COUNT, Kind.YES_NO
WRITINGS = {
    "english_thousands": Writing(COUNT, 1000, lambda v: Typed(float(v) / 1000) if v % 100 and v < 10**6 else None),
    "text_thousands": Writing(COUNT, 1000, text(lambda v: grouped(v, ".")), graves=False),
    "comma_thousands": Writing(COUNT, 1000, text(lambda v: grouped(v, ","))),
    "spaced_thousands": Writing(COUNT, 1000, text(lambda v: grouped(v, "\u00a0"))),
    "tail": Writing(COUNT, 0, text(lambda v: f"{v:f} hồ sơ")),
    "about": Writing(COUNT, 0, text(lambda v: f"khoảng {v:f}"), suggests=False),
    "look_alike": Writing(COUNT, 10, text(swapped)),
    "wide_digits": Writing(COUNT, 0, text(lambda v: f"{v:f}".translate(WIDE))),
    "negative": Writing(COUNT, 1, lambda v: Typed(-int(v))),
    "fraction": Writing(COUNT, 1, lambda v: Typed(float(v) + 0.5), suggests=False),
    "percent_format": Writing(COUNT, 1, lambda v: Typed(float(v / 100), CellMark.PERCENT), suggests=False),
    "percent_text": Writing(COUNT, 1, text(lambda v: f"{v:f}%"), suggests=False),
    "stray_mark": Writing(COUNT, 1, text(lambda v: f"{v:f};")),
    "formula": Writing(COUNT, 1, lambda v: Typed(int(v), CellMark.FORMULA)),
    "added": Writing(COUNT, 2, text(lambda v: f"{v - 1:f}+1")),
    "word_for_zero": Writing(COUNT, 0, text(lambda v: "Không" if v == 0 else None)),
    "error_value": Writing(COUNT, 0, lambda _: Typed("", CellMark.ERROR), suggests=False),
    "boolean": Writing(COUNT, 0, lambda _: Typed(True), suggests=False),
    "words": Writing(COUNT, 0, text(lambda _: "chờ số liệu"), suggests=False),
    "old_letters": Writing(COUNT, 0, text(lambda _: "ch­a cã sè liÖu"), suggests=False),
    "ratio_in_count": Writing(COUNT, 1, text(lambda v: f"{v:f}/{v:f}"), suggests=False),
    "huge": Writing(COUNT, 1, lambda v: Typed(float(v) * 10**9), suggests=False),
    "day": Writing(COUNT, 1, lambda _: Typed({"date": 44384.0}), suggests=False),
    "tick": Writing(YES, 1, text(lambda _: "x")),
    "yes_in_words": Writing(YES, 1, text(lambda _: "Có"), graves=False),
    "number_for_yes": Writing(YES, 0, lambda v: Typed(int(v) + 2), suggests=False),
    "blank": Writing(COUNT, 0, lambda _: Typed(""), suggests=False),
}


def in_file(typed: Typed) -> object:
    """What openpyxl writes for it."""
    if typed.mark is CellMark.FORMULA:
        return f"={typed.value}"
    if typed.mark is CellMark.ERROR:
        return "#REF!"
    return None if typed.value == "" else typed.value


@pytest.fixture(scope="module")
def blanks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Answer]]:
    """An empty form of every unit, with what the reading process finds in it."""
    folder = tmp_path_factory.mktemp("bieu_mau")
    paths = {unit.id: folder / f"{unit.id}.xlsx" for unit in FORM.units if plan_form(FORM, unit).questions}
    new_forms(FORM, {unit: paths[unit.id] for unit in FORM.units if unit.id in paths})
    with ReaderPool(2) as pool:
        answers = dict(pool.read_all(list(paths.values())))
    return {unit: (path, answers[path]) for unit, path in paths.items()}


def filled(blank: Answer, content: Content, unit: str) -> Answer:
    """A form with a content's answers of a unit."""
    made = copy.deepcopy(blank)
    for line in lines_of(made):
        reading = content.readings.get((unit, line[1]))
        if reading is not None:
            line[4] = plain_value(reading.value)
            line[3] = content.notes[line[1]].text if line[1] in content.notes else line[3]
    return made


def plain_value(value: object) -> object:
    match value:
        case Ratio(part, whole):
            return f"{part:f}/{whole:f}"
        case Decimal():
            return int(value) if value == int(value) else float(value)
    return value or ""


def lines_of(answer: Answer) -> Iterator[list[Any]]:
    return (line for sheet in answer["sheets"] if "columns" in sheet for line in sheet["lines"])


def findings(path: Path, answer: Answer) -> list[Finding]:
    read = INTERPRETER.interpret(path, answer)
    assert isinstance(read, Delivery), read
    return list(read.findings)


def with_typed(answer: Answer, code: str, typed: Typed) -> Answer:
    made = copy.deepcopy(answer)
    for sheet in made["sheets"]:
        for line in sheet["lines"] if "columns" in sheet else ():
            if line[1] == code:
                line[4] = typed.value
                if typed.mark:
                    sheet["marked"] = [*sheet["marked"], [line[0], sheet["columns"][0][0], [typed.mark]]]
    return made


def cell_for(chance: random.Random, content: Content, unit: Unit, writing: Writing) -> tuple[Indicator, Typed] | None:
    """A cell of the unit in which the fault can be planted."""
    rows = list(plan_form(FORM, unit).questions.values())
    chance.shuffle(rows)
    for row in rows:
        value = content.readings[unit.id, row.code].value
        asked = row.asked is writing.kind and row.missing.value == "required" and not row.required_if
        if asked and isinstance(value, Decimal) and value >= writing.least and (made := writing.write(value)):
            return row, made
    return None


@dataclass
class Counted:
    kinds: dict[str, Tally]
    missed: list[str]


@pytest.fixture(scope="module")
def planted(blanks: dict[str, tuple[Path, Answer]]) -> Counted:
    chance = random.Random(SEED)
    clean = CleanContents(FORM, SEED)
    counted = Counted({kind: Tally() for kind in WRITINGS}, [])
    for _ in range(PLANTED):
        content = clean.next(2)
        for kind, writing in WRITINGS.items():
            units = [unit for unit in FORM.units if unit.id in blanks]
            chance.shuffle(units)
            places = ((unit, cell_for(chance, content, unit, writing)) for unit in units)
            unit, found = next(((unit, found) for unit, found in places if found), (None, None))
            if unit and found:
                path, blank = blanks[unit.id]
                told = findings(path, with_typed(filled(blank, content, unit.id), found[0].code, found[1]))
                judge(counted, kind, told, place(path, unit, found[0]), content.readings[unit.id, found[0].code].value)
    return counted


def place(path: Path, unit: Unit, row: Indicator) -> Address:
    sheet, number = plan_form(FORM, unit).places[row.code]
    return Address(sheet, f"{form_layout.VALUE}{number}", path.name)


def judge(counted: Counted, kind: str, told: list[Finding], cell: Address, original: object) -> None:
    writing, tally = WRITINGS[kind], counted.kinds[kind]
    grave = [each for each in told if each.severity in GRAVE or not writing.graves]
    here = [each for each in grave if cell in each.cells]
    tally.planted += 1
    tally.caught += bool(grave)
    tally.named += bool(here)
    if not here:
        counted.missed.append(f"{kind} {cell} {original}")
    if writing.suggests and isinstance(original, Decimal):
        tally.suggesting += 1
        tally.suggested += any(each.suggestion == typed(original) for each in here)


def test_every_fault_is_caught_at_its_cell_with_the_original_as_suggestion(planted: Counted) -> None:
    assert sum(each.planted for each in planted.kinds.values()) > 0.9 * PLANTED * len(WRITINGS)
    assert [kind for kind, each in planted.kinds.items() if each.planted < EACH] == []
    assert planted.missed == []
    wrong = {kind: each for kind, each in planted.kinds.items() if each.suggested < each.suggesting}
    assert wrong == {}


def test_nothing_grave_is_said_of_hundreds_of_clean_forms(blanks: dict[str, tuple[Path, Answer]]) -> None:
    clean, accused, forms = CleanContents(FORM, SEED), Counter[str](), 0
    for turn in range(CLEAN):
        if turn % 15 == 7:
            section = FORM.sections[turn // 15 % len(FORM.sections)]
            clean.walk.clear({row.code for row in section.indicators})
        content = clean.next()
        for unit, (path, blank) in blanks.items():
            forms += 1
            told = findings(path, filled(blank, content, unit))
            accused.update(f"{each.rule}: {each.message}" for each in told if each.severity in GRAVE)
    assert accused == {}
    assert forms > 250


def relabelled(sheet: Answer, line: list[Any]) -> None:
    line[2] = "Số liệu khác"


def deleted(sheet: Answer, line: list[Any]) -> None:
    sheet["lines"].remove(line)


def copied(sheet: Answer, line: list[Any]) -> None:
    sheet["lines"].append([line[0] + 50, *line[1:]])


def stranger(sheet: Answer, line: list[Any]) -> None:
    sheet["lines"].append([line[0] + 60, "X.9.9", "Dòng thêm", "", 5])


def no_column(sheet: Answer, line: list[Any]) -> None:
    sheet["columns"] = []


@pytest.mark.parametrize(("work", "rule", "severity"), [
    (relabelled, "row_relabelled", "error"), (deleted, "row_missing", "error"), (copied, "row_twice", "error"),
    (stranger, "row_not_asked", "warning"), (no_column, "column_missing", "error"),
])
def test_a_changed_layout_of_a_form_is_told(
    blanks: dict[str, tuple[Path, Answer]], work: Callable[[Answer, list[Any]], None], rule: str, severity: str
) -> None:
    chance, clean = random.Random(SEED), CleanContents(FORM, SEED)
    for _ in range(EACH):
        unit = chance.choice([each for each in FORM.units if each.id in blanks])
        path, blank = blanks[unit.id]
        answer = filled(blank, clean.next(1), unit.id)
        sheet = chance.choice([each for each in answer["sheets"] if "columns" in each])
        asked = [line for line in sheet["lines"] if line[1] in plan_form(FORM, unit).questions]
        work(sheet, chance.choice(asked))
        told = [each for each in findings(path, answer) if each.rule == rule]
        assert told, (rule, unit.id)
        assert {str(each.severity) for each in told} == {severity}


@pytest.fixture(scope="module")
def one_clean() -> Content:
    return CleanContents(FORM, SEED).next()


@pytest.mark.parametrize("kind", [kind for kind in WRITINGS if kind != "day"])
def test_a_fault_in_a_real_file_gives_the_same_findings(
    blanks: dict[str, tuple[Path, Answer]], one_clean: Content, tmp_path: Path, kind: str
) -> None:
    chance = random.Random(kind)
    units = [unit for unit in FORM.units if unit.id in blanks]
    chance.shuffle(units)
    places = ((unit, cell_for(chance, one_clean, unit, WRITINGS[kind])) for unit in units)
    unit, (row, fault) = next((unit, found) for unit, found in places if found)
    path, blank = blanks[unit.id]
    answer = with_typed(filled(blank, one_clean, unit.id), row.code, fault)
    target = tmp_path / path.name
    write_file(path, target, answer, place(path, unit, row), fault)
    with ReaderPool(1) as pool:
        (_, read), = pool.read_all([target])
    told = {(each.rule, each.cells, each.suggestion) for each in findings(target, read)}
    expected = {(each.rule, each.cells, each.suggestion) for each in findings(path, answer)}
    if fault.mark is CellMark.FORMULA:
        # openpyxl stores no result beside a formula.
        expected = {("no_result", (place(path, unit, row),), "")}
        told = {each for each in told if each[0] == "no_result"}
    assert told == expected


def write_file(blank: Path, target: Path, answer: Answer, cell: Address, fault: Typed) -> None:
    """The form as a person leaves it."""
    book = openpyxl.load_workbook(blank)
    for sheet in answer["sheets"]:
        for line in sheet["lines"] if "columns" in sheet else ():
            if line[4] != "":
                book[sheet["name"]][f"{form_layout.VALUE}{line[0]}"].value = line[4]
            if line[3] != "":
                book[sheet["name"]][f"{form_layout.NOTE}{line[0]}"].value = line[3]
    typed_in = book[cell.sheet][cell.cell]
    typed_in.value = in_file(fault)
    if fault.mark is CellMark.PERCENT:
        typed_in.number_format = "0%"
    book.save(target)


