"""A wrong number of a table is found at its place: by which equations fail and which hold, in forms and in the book."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from cchc_xl.checks.run_checks import check
from cchc_xl.declaration import form_folder, load_form
from cchc_xl.excel.spreadsheet import Workbook
from cchc_xl.figures import Content, total
from cchc_xl.master.compute_book import compute
from cchc_xl.master.master_book import Entries, fill, open_master
from cchc_xl.master.printed_tables import tables_in
from cchc_xl.rule_registry import Finding
from cchc_xl.schema import Form, begun, period_of
from cchc_xl.schema.declaration_tables import made as tables_made
from cchc_xl.schema.read_declaration import read_form
from cchc_xl.values import Address, Reading, Status
from cchc_xl.verbs.new import make_files, make_next
from cchc_xl.verbs.recalc import recalc

NOW = datetime(2026, 6, 14, 8)
TYPED = ("(4)", "(5)", "(6)", "(8)", "(9)", "(10)", "(12)", "(13)")
COMPUTED = ("(3)", "(7)", "(11)")
GOOD = (1030, 45, 57, 1010, 60, 5, 50, 7)
"""What was left of the last period is what is left of this one, so that the same figures may follow themselves."""

LEVELS = {"(2)": 20, "(3)": 12, "(4)": 5, "(5)": 4, "(6)": 3, "(7)": 8, "(8)": 4}


def levels(sources: Mapping[str, tuple[str, str]] | None = None) -> Form:
    """A table whose sums are typed: (2) = (3) + (7), (3) = (4) + (5) + (6), (7) ≥ (8)."""
    sums = {"(2)": "(3) + (7)", "(3)": "(4) + (5) + (6)"}
    told = {**dict.fromkeys(LEVELS, ("Nhập", "")), **(sources or {})}
    columns = [["t", code, f"Cột {code}", "", "", "", "Số đếm", *told[code], "", sums.get(code, "")] for code in LEVELS]
    columns[-1].append("(7)")
    read = read_form(tables_made({
        "bieu_mau": [["Mã", "thu"], ["Tên", "Biểu thử"], ["Phiên bản", "1"]],
        "chi_tieu": [[*row, *[""] * 6] for row in (
            ["A", "", "Phần thử", "", "Phần", ""], ["t", "", "Bảng thử", "hồ sơ", "Bảng", "Xã"],
            ["t.1", "1", "Hộ tịch", "", "Dòng", ""], ["t.2", "2", "Đất đai", "", "Dòng", ""],
        )],
        "cot": columns, "don_vi": [["xa_1", "Xã thử", "Xã"]],
    }))
    assert [each for each in read.faults if each.severity == "error"] == []
    return begun(read.form, period_of(read.form, "quý II/2026"))


def told(form: Form, wrong: Mapping[str, int], row: str = "t.1") -> dict[str, set[str]]:
    """Which columns of which row each rule accuses."""
    said = {f"{each}{code}": value for each in ("t.1", "t.2") for code, value in LEVELS.items()}
    said |= {f"{row}{code}": value for code, value in wrong.items()}
    readings = {
        ("xa_1", code): Reading(Status.VALUE, Decimal(value), str(value), Address("A", code))
        for code, value in said.items()
    }
    found = check(Content(form, readings), total(form, readings), {}, {})
    return {each.rule.partition(" · ")[0].removeprefix("t"): {cell.cell for cell in each.cells} for each in found}


@pytest.mark.parametrize(("wrong", "accused"), [
    ({"(3)": 13}, {"(2) = (3) + (7)": {"t.1(3)"}, "(3) = (4) + (5) + (6)": {"t.1(3)"}}),
    ({"(2)": 21}, {"(2) = (3) + (7)": {"t.1(2)", "t.1(7)"}}),
    ({"(4)": 6}, {"(3) = (4) + (5) + (6)": {"t.1(4)", "t.1(5)", "t.1(6)"}}),
    ({"(2)": 21, "(4)": 9}, {
        "(2) = (3) + (7)": {"t.1(2)", "t.1(3)", "t.1(7)"},
        "(3) = (4) + (5) + (6)": {"t.1(3)", "t.1(4)", "t.1(5)", "t.1(6)"},
    }),
])
def test_the_cell_that_failing_equations_share_and_no_holding_one_has(
    wrong: dict[str, int], accused: dict[str, set[str]]
) -> None:
    assert told(levels(), wrong) == accused


def test_a_cell_that_alone_explains_all_is_named_to_be_looked_at_first() -> None:
    form = levels()
    readings = {
        ("xa_1", f"{row}{code}"): Reading(Status.VALUE, Decimal(value), str(value), Address("A", f"{row}{code}"))
        for row in ("t.1", "t.2") for code, value in {**LEVELS, "(3)": 13}.items()
    }
    for each in check(Content(form, readings), total(form, readings), {}, {}):
        assert "Trước hết xem cột (3)" in each.message


@pytest.mark.parametrize(("period", "column", "right", "wrong"), [
    ("6 tháng 2026", "(6)", 57, 60), ("năm 2026", "(6)", 57, 60), ("quý II/2026", "(11)", 60, 57),
])
def test_what_is_carried_over_is_held_against_the_column_of_the_same_day(
    period: str, column: str, right: int, wrong: int
) -> None:
    """57 were open before the first quarter, 60 after it."""
    assert carried(period, right, "quý I/2026") == set()
    assert carried(period, wrong, "quý I/2026") == {f"ii06a(6) = {column} kỳ trước"}


def test_a_book_of_the_midst_of_a_period_says_nothing_of_what_came_before_it() -> None:
    assert carried("năm 2026", 57, "quý III/2026") == carried("năm 2026", 1, "quý III/2026") == set()


@pytest.mark.parametrize(("total", "standing"), [
    ("(7) + (8)", {"(6)", "(2)", "(7)", "(8)"}), ("(3) - (7)", {"(6)", "(2)"}),
])
def test_what_stands_at_a_day_is_no_count_of_a_period(total: str, standing: set[str]) -> None:
    form = levels({"(6)": ("Kỳ trước", "(2) kỳ trước"), "(2)": ("Tính", total)})
    assert {row.column for row in form.indicators() if not row.accumulates} == standing


def carried(now: str, value: int, before: str) -> set[str]:
    """Which rules speak of the last period's figures, one unit having carried over a number."""
    form = load_form(form_folder("ii06a"))
    last, form = period_of(form, before), begun(form.changed(units=form.units[:1]), period_of(form, now))
    unit, rows = form.units[0], [row for row in form.indicators() if row.row == "ii06a.11"]
    numbers = {**dict(zip(TYPED, GOOD, strict=True)), "(6)": value}
    readings = {
        (unit.id, row.code): Reading(Status.VALUE, Decimal(numbers[row.column]), "", Address("A", row.code))
        for row in rows if row.typed
    }
    known = {(unit.id, row.name): Decimal({"(6)": 57, "(11)": 60}.get(row.column, 0)) for row in rows}
    content = Content(form, readings, previous_period=last, unit_previous=known)
    rules = {each.rule.partition(" · ")[0] for each in check(content, total(form, readings), {}, {})}
    return {each for each in rules if "kỳ trước" in each}


@pytest.fixture(scope="module", params=["ii06a", "ii06b"])
def book(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The second of two periods: all that was left at the end of the first came over."""
    form = load_form(form_folder(request.param))
    units = form.units[:3] if request.param == "ii06a" else (*form.units[:2], *form.units[5:7])
    form = begun(form.changed(units=units), period_of(form, "quý II/2026"))
    folder = tmp_path_factory.mktemp(request.param)
    first = make_files(form, folder / "truoc")
    _filled(first.master)
    second = make_next(first.master, "quý III/2026", folder / "sau")
    _filled(second.master, 1)
    return second.master


def _filled(path: Path, more: int = 0) -> None:
    master = open_master(path)
    fill(master, Entries(cells=[
        (unit.id, row.code, str(GOOD[TYPED.index(row.column)] + (100 * number + more) * (row.column in ("(4)", "(8)"))))
        for row in master.form.indicators() if row.typed
        for number, unit in enumerate(master.form.reporters(row))
    ]))
    master.workbook.commit()
    recalc(path, NOW)


def planted(book: Path, folder: Path, column: str, total_row: bool) -> tuple[Address, set[str], list[Finding]]:
    """The place of a number typed over another, its row's cells, and what is found then."""
    path = Path(shutil.copy(book, folder))
    master = open_master(path)
    place, = tables_in(master)
    row = next(each for each in reversed(place.table.numbered) if (each.kind == "total") is total_row)
    unit = master.form.units[-1]
    if column in TYPED and not total_row:
        grid = master.grids[place.section.number]
        at = Address(place.section.sheet, grid.address(f"{row.code}{column}", unit.id))
        mine = {grid.address(f"{row.code}{each}", unit.id) for each in TYPED}
    else:
        line = next(key for key in place.rows if key.partition("|")[0] == row.code)
        at = Address(place.sheet.name, place.addresses[line, f"{row.code}{column}"])
        mine = {at.cell}
    workbook = Workbook(path)
    value = workbook.sheet(at.sheet).cell(at.cell).value
    assert isinstance(value, Decimal)
    workbook.sheet(at.sheet).put(at.cell, value + 3)
    workbook.commit()
    return at, mine, compute(path).findings


def test_nothing_is_said_of_what_agrees_with_the_last_period(book: Path) -> None:
    assert compute(book).findings == []


@pytest.mark.parametrize("total_row", [False, True], ids=["row", "total"])
@pytest.mark.parametrize("column", [*TYPED, *COMPUTED])
def test_a_wrong_cell_of_the_book_is_found_at_its_place(
    book: Path, tmp_path: Path, column: str, total_row: bool
) -> None:
    at, mine, found = planted(book, tmp_path, column, total_row)
    assert found
    for each in found:
        accused = {cell.cell for cell in each.cells}
        assert {cell.sheet for cell in each.cells} == {at.sheet}, each.message
        assert at.cell in accused <= mine, each.message
        if column == "(6)" or len(mine) == 1:
            assert accused == {at.cell}


def test_what_did_not_come_over_is_told_of_the_unit_and_the_cell(book: Path, tmp_path: Path) -> None:
    _, _, found = planted(book, tmp_path, "(6)", total_row=False)
    first, second = sorted((each.message for each in found), key=lambda said: "kỳ trước 57" in said)
    assert "phải bằng (7)" in first
    assert "(6) Từ kỳ trước 60 khác (11) kỳ trước 57; lệch 3" in second
    assert "Trước hết xem cột (6)" in first
