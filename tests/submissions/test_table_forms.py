"""A table in a unit's form: typed in where it is printed, read by its keys, a wrong cell told at its place."""

from __future__ import annotations

import copy
import io
import random
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xl import sheet_names
from cchc_xl.declaration import form_folder, load_form
from cchc_xl.excel.ooxml_package import Package
from cchc_xl.rule_registry import Severity
from cchc_xl.schema import Form, begun, period_of
from cchc_xl.schema.declaration_tables import made as tables_made
from cchc_xl.schema.form_model import Indicator
from cchc_xl.schema.read_declaration import read_form
from cchc_xl.schema.table_model import SPARE
from cchc_xl.sheet_names import table_sheet
from cchc_xl.submissions.form_layout import FormPlan, plan_form
from cchc_xl.submissions.intake import reading_process
from cchc_xl.submissions.intake.container_check import opened
from cchc_xl.submissions.interpret_submission import Delivery, Interpreter
from cchc_xl.submissions.unit_form.build_form import filled_form, new_forms

SHEET = table_sheet("ii06a")
TYPED = ("(4)", "(5)", "(6)", "(8)", "(9)", "(10)", "(12)", "(13)")
GOOD = (1030, 60, 12, 1000, 40, 5, 50, 7)


@pytest.fixture(scope="module")
def form() -> Form:
    bare = load_form(form_folder("ii06a"))
    return begun(bare, period_of(bare, "quý II/2026"))


@pytest.fixture(scope="module")
def plan(form: Form) -> FormPlan:
    return plan_form(form, form.units[0])


@pytest.fixture(scope="module")
def filled(plan: FormPlan) -> bytes:
    rows = [row.code for row in plan.form.sections[0].tables[0].numbered if row.kind == "row" and not row.spare]
    return filled_form(plan, {
        f"{row}{code}": value for row in rows for code, value in zip(TYPED, GOOD, strict=True)
    })


def test_a_table_form_is_read_the_usual_way(filled: bytes) -> None:
    """A form of a table with rows that may be added has empty text cells; they alone send no form to the reader."""
    assert reading_process._plain(opened(filled, ".xlsx")) is not None


def delivered(form: Form, path: Path) -> Delivery:
    read = Interpreter(form).interpret(path, reading_process.answer(str(path)))
    assert isinstance(read, Delivery), read
    return read


def changed(filled: bytes, target: Path, *cells: tuple[str, int | str | None]) -> Path:
    """The form with other contents in some cells, saved by a program that computes nothing."""
    book = openpyxl.load_workbook(io.BytesIO(filled))
    for cell, value in cells:
        book[SHEET][cell] = value
    book.save(target)
    return target


def test_a_right_table_is_read_whole_and_nothing_is_said(form: Form, plan: FormPlan, filled: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "xa_01.xlsx"
    path.write_bytes(filled)
    read = delivered(form, path)
    assert read.findings == ()
    assert {str(reading.value) for reading in read.readings.values()} == {str(value) for value in GOOD}
    assert read.readings["ii06a.12(4)"].address.cell == plan.cells["ii06a.12(4)"][1]


class Read(NamedTuple):
    """A form that was filled right, as the reading process found it; the codes are of its first row, its last and its
    sum."""

    plan: FormPlan
    answer: dict[str, Any]
    codes: list[str]


def composed() -> Form:
    """A table of another shape: (2) = (3) + (6) is asked of typed numbers, (3) = (4) + (5) is computed."""
    columns = [
        ["t", code, f"Cột {code}", "", "", "", "Số đếm", "Tính" if formula else "Nhập", formula, "", equal]
        for code, formula, equal in (
            ("(2)", "", "(3) + (6)"), ("(3)", "(4) + (5)", ""), ("(4)", "", ""), ("(5)", "", ""), ("(6)", "", ""),
        )
    ]
    read = read_form(tables_made({
        "bieu_mau": [["Mã", "thu"], ["Tên", "Biểu thử"], ["Phiên bản", "1"]],
        "chi_tieu": [[*row, *[""] * 6] for row in (
            ["A", "", "Phần thử", "", "Phần", ""], ["t", "", "Bảng thử", "hồ sơ", "Bảng", "Xã"],
            ["t.1", "1", "Hộ tịch", "", "Dòng", ""], ["t.2", "2", "Đất đai", "", "Dòng", ""],
            ["t.9", "", "Cộng", "", "Dòng tổng", ""],
        )],
        "cot": columns, "don_vi": [["xa_1", "Xã thử", "Xã"]],
    }))
    assert [each for each in read.faults if each.severity == "error"] == []
    return begun(read.form, period_of(read.form, "quý II/2026"))


@pytest.fixture(scope="module", params=["ii06a", "ii06b", "composed"])
def read(request: pytest.FixtureRequest, form: Form, filled: bytes, tmp_path_factory: pytest.TempPathFactory) -> Read:
    good = dict(zip(TYPED, GOOD, strict=True))
    if request.param == "ii06b":
        bare = load_form(form_folder("ii06b"))
        form = begun(bare, period_of(bare, "quý II/2026"))
    elif request.param == "composed":
        form, good = composed(), {"(2)": 1102, "(4)": 1030, "(5)": 60, "(6)": 12}
    plan = plan_form(form, form.units[-1])
    rows = {row.row for row in plan.questions.values() if SPARE not in row.row}
    path = tmp_path_factory.mktemp(request.param) / f"{form.units[-1].id}.xlsx"
    path.write_bytes(filled_form(plan, {f"{row}{column}": value for row in rows for column, value in good.items()}))
    items = [line.item for page in plan.pages for line in page.lines if isinstance(line.item, Indicator)]
    printed = list(dict.fromkeys(item.row for item in items if SPARE not in item.row))
    tried = {printed[0], *printed[-2:]}
    return Read(plan, reading_process.answer(str(path)), [item.code for item in items if item.row in tried])


def understood(read: Read, code: str = "", value: int = 0) -> Delivery:
    """What is said of the form with another number in one of its cells, saved by a program that computes nothing."""
    asked = read.plan.questions
    answer = copy.deepcopy(read.answer)
    sheet = next(sheet for sheet in answer["sheets"] if "".join(code for _, code in sheet.get("columns", ())))
    places = [column for _, column in sheet["columns"]]
    for line in sheet["lines"]:
        for at, column in enumerate(places, len(line) - len(places)):
            if (here := f"{line[1]}{column}") == code:
                line[at] = value
            elif code in asked and here not in asked:
                line[at] = ""
    found = Interpreter(read.plan.form).interpret(Path(f"{read.plan.unit.id}.xlsx"), answer)
    assert isinstance(found, Delivery)
    return found


def test_a_wrong_cell_is_found_at_its_place_and_nothing_else_is_accused(read: Read) -> None:
    assert understood(read).findings == ()
    for code in read.codes:
        found, cell = understood(read, code, 2000).findings, read.plan.cells[code][1]
        assert [each.severity for each in found] == [Severity.ERROR], code
        accused = {place.cell for place in found[0].cells}
        assert cell in accused
        number = "".join(letter for letter in cell if letter.isdigit())
        assert all(each.endswith(number) for each in accused)
        assert accused == {cell} or code in read.plan.questions
        assert "; lệch " in found[0].message


def test_the_message_speaks_as_the_headings_do(form: Form, plan: FormPlan, filled: bytes, tmp_path: Path) -> None:
    read = delivered(form, changed(filled, tmp_path / "xa_01.xlsx", (plan.cells["ii06a.12(3)"][1], 1100)))
    assert read.findings[0].message.startswith(
        "Xã An Bình: Hộ tịch, Tiếp nhận: (3) Tổng số 1.100 phải bằng (4) 1.030 + (5) 60 + (6) 12 = 1.102; lệch 2."
    )


def test_every_cell_has_the_colour_of_its_own_state(plan: FormPlan, filled: bytes) -> None:
    """The condition counts cells from the table's corner: so many rows down the hidden states is the cell's own one."""
    sheet = openpyxl.load_workbook(io.BytesIO(filled))[SHEET]
    (name, states), = sheet.defined_names.items()
    first = int(states.attr_text.rpartition("!")[2].split("$")[2].rstrip(":"))
    conditions = {str(each.sqref): each.rules[0].formula[0] for each in sheet.conditional_formatting}
    area, condition = next((area, said) for area, said in conditions.items() if said.startswith(f"AND(INDEX({name}"))
    (left, top, right, _), column = range_boundaries(area), sheet["D1"].column
    assert f"(ROW()-{top})*{right - left + 1}+COLUMN()-COLUMN($D$1)+1" in condition
    for page in plan.pages:
        for line in page.lines:
            cell = sheet[line.cell]
            assert first + (cell.row - top) * (right - left + 1) + cell.column - column == line.row, line.cell


def test_rows_are_known_by_their_keys(form: Form, filled: bytes, tmp_path: Path) -> None:
    """Sorted by somebody: every number still belongs to its row."""
    book = openpyxl.load_workbook(io.BytesIO(filled))
    sheet = book[SHEET]
    place = {sheet.cell(number, 1).value: number for number in range(1, 40)}
    one, other = place["ii06a.12"], place["ii06a.25"]
    sheet.cell(one, 5).value = 2030
    for column in range(1, 15):
        first, second = sheet.cell(one, column), sheet.cell(other, column)
        first.value, second.value = second.value, first.value
    book.save(tmp_path / "xa_01.xlsx")
    read = delivered(form, tmp_path / "xa_01.xlsx")
    assert read.readings["ii06a.12(4)"].value == 2030
    assert read.readings["ii06a.25(4)"].value == 1030


def test_cells_of_a_table_made_one_are_told(form: Form, plan: FormPlan, filled: bytes, tmp_path: Path) -> None:
    column = [cell for code, (_, cell) in plan.cells.items() if code in plan.questions and code.endswith("(4)")]
    book = openpyxl.load_workbook(io.BytesIO(filled))
    book[SHEET].merge_cells(f"{column[0]}:{column[1]}")
    book.save(tmp_path / "gop.xlsx")
    told = [each for each in delivered(form, tmp_path / "gop.xlsx").findings if each.rule == "merged_cells"]
    assert [each.cells[0].cell for each in told] == [column[0]]


def test_numbers_below_the_table_are_told(form: Form, plan: FormPlan, filled: bytes, tmp_path: Path) -> None:
    last = int("".join(filter(str.isdigit, plan.cells["ii06a.99(4)"][1])))
    read = delivered(form, changed(filled, tmp_path / "xa_01.xlsx", (f"C{last + 1}", "Thủy sản"), (f"E{last + 1}", 7)))
    assert [each.rule for each in read.findings] == ["typed_beside"]
    assert f"E{last + 1} ghi “7”" in read.findings[0].message


def test_a_form_that_was_handed_out_before_is_read_as_well(form: Form, filled: bytes, tmp_path: Path) -> None:
    """Its checks stand in hidden rows below the table, and a sheet of its own says which submission it is."""
    book = openpyxl.load_workbook(io.BytesIO(filled))
    cover, first = book.create_sheet("Bìa"), book[sheet_names.FORM_COVER]
    for row in first.iter_rows():
        if row[0].value == "lan_nop":
            row[0].value = row[4].value = None
    cover["A8"], cover["B8"], cover["C8"], cover["C6"] = "lan_nop", "Lần nộp", 3, "2026.1"
    book[SHEET]["A60"], book[SHEET]["D60"], book[SHEET]["M60"] = "#ii06a.12(4)", 1, 1
    book.save(tmp_path / "xa_01.xlsx")
    read = delivered(form, tmp_path / "xa_01.xlsx")
    assert (read.turn, read.findings) == (3, ())


def test_a_number_pasted_among_the_numbers_of_the_columns_is_told(
    form: Form, filled: bytes, tmp_path: Path
) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(filled))[SHEET]
    numbers = next(row for row in range(1, 20) if sheet.cell(row, 5).value == "(4)")
    read = delivered(form, changed(filled, tmp_path / "xa_01.xlsx", (f"B{numbers}", 31)))
    assert [each.rule for each in read.findings] == ["typed_beside"]
    assert f"B{numbers} ghi “31”" in read.findings[0].message


def test_the_form_says_at_once_what_the_check_says(form: Form, plan: FormPlan) -> None:
    chosen = random.Random(1)
    rows = [row.code for row in form.sections[0].tables[0].numbered if row.kind == "row" and not row.spare]
    typed = {f"{row}{code}": value for row in rows for code, value in zip(TYPED, GOOD, strict=True)}
    wrong = chosen.choice(rows)
    typed[f"{wrong}(4)"] = 1031
    book = openpyxl.load_workbook(io.BytesIO(filled_form(plan, typed)), data_only=True)
    told = shown(book[SHEET])
    assert {row for row, text in told.items() if text != "✔"} == {wrong}
    assert "(3) Tổng số 1.103 phải bằng (7) 1.045 + (11) 57 = 1.102; lệch 1" in told[wrong]


def shown(sheet: Worksheet) -> dict[str, str]:
    """What the column Kiểm tra shows, by row."""
    head = next(cell.column for row in sheet.iter_rows(max_row=8) for cell in row if cell.value == "Kiểm tra")
    return {
        str(sheet.cell(number, 1).value): str(sheet.cell(number, head).value)
        for number in range(9, 40) if sheet.cell(number, head).value
    }


def test_a_block_may_be_pasted_over_cells_that_compute_and_nobody_types_into_them(
    form: Form, plan: FormPlan, filled: bytes, tmp_path: Path
) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(filled))[SHEET]
    refused = next(each for each in sheet.data_validations.dataValidation if each.formula1 == "FALSE")
    for code in ("ii06a.12(3)", "ii06a.12(7)", "ii06a.99(4)", "ii06a.19+1(11)"):
        cell = plan.cells[code][1]
        assert not sheet[cell].protection.locked
        assert cell in refused.sqref
    pasted = {"(3)": 1102, "(7)": 1045, "(11)": 58}
    cells = [(plan.cells[f"ii06a.12{column}"][1], value) for column, value in pasted.items()]
    told = delivered(form, changed(filled, tmp_path / "xa_01.xlsx", *cells)).findings
    assert [(each.rule, each.cells[0].cell) for each in told] == [("sum_overtyped", cells[2][0])]


def test_forms_that_are_made_together_are_those_that_are_made_one_by_one(tmp_path: Path) -> None:
    bare = load_form(form_folder("ii06b"))
    units = (*bare.units[:3], *(unit.changed(name="Xã R&D “Thử” <1>") if unit.id == "xa_002" else unit
                                for unit in bare.units[5:8]))
    form = begun(bare.changed(units=units), period_of(bare, "quý II/2026"))
    new_forms(form, {unit: tmp_path / f"{unit.id}.xlsx" for unit in units})
    for unit in units:
        new_forms(form, {unit: tmp_path / "mot.xlsx"})
        one, other = (Package(tmp_path / f"{name}.xlsx") for name in ("mot", unit.id))
        assert one.names == other.names
        differ = [name for name in one.names if one.read(name) != other.read(name)]
        assert differ == ["docProps/core.xml"], unit.name
        assert unit.name in str(openpyxl.load_workbook(tmp_path / f"{unit.id}.xlsx").properties.title)
