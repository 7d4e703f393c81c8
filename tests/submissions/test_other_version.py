"""A book that has been upgraded, and forms of the version before: figures follow words, units and headings, or nobody
takes them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cchc_xl import sheet_names
from cchc_xl.consolidate.extract import Extractor
from cchc_xl.errors import UserError
from cchc_xl.master.compute_book import compute
from cchc_xl.master.master_book import Entries, fill, open_master
from cchc_xl.master.table_layout import TABLE_ROW
from cchc_xl.schema import Form, begun, period_of
from cchc_xl.schema.declaration_tables import made as tables_made
from cchc_xl.schema.read_declaration import read_form
from cchc_xl.submissions.form_layout import plan_form
from cchc_xl.submissions.intake import reading_process
from cchc_xl.submissions.interpret_submission import Delivery, Interpreter
from cchc_xl.submissions.unit_form.build_form import filled_form
from cchc_xl.units import Setting, hierarchy_of
from cchc_xl.verbs.new import make_files, make_following
from cchc_xl.verbs.upgrade import upgrade

NOW = datetime(2026, 7, 1)

RECEIVED = [("1", "Tiếp nhận", "", "Nhóm"), ("1.1", "Trực tuyến", "Hồ sơ", "Số đếm"),
            ("1.2", "Trực tiếp", "Hồ sơ", "Số đếm")]
DONE = [("2", "Giải quyết", "", "Nhóm"), ("2.1", "Trực tuyến", "Hồ sơ", "Số đếm"),
        ("2.2", "Số văn bản ban hành", "Văn bản", "Số đếm")]
ROWS = [("1", "Cấp tỉnh", "Nhóm"), ("2", "Hộ tịch", "Dòng"), ("3", "Cấp xã", "Nhóm"),
        ("4", "Hộ tịch", "Dòng"), ("5", "Đất đai", "Dòng")]
COLUMNS = [("Tiếp nhận", "Trong kỳ"), ("Tiếp nhận", "Kỳ trước chuyển sang"), ("Đã giải quyết", "")]


def numbered(lines: Sequence[tuple[str, ...]], *order: int) -> list[tuple[str, ...]]:
    """Lines in another order, with the codes of the places where they stand then."""
    return [(lines[place][0], *lines[other][1:]) for place, other in enumerate(order)]


def form(
    version: str, lines: Sequence[tuple[str, ...]] = (*RECEIVED, *DONE), columns: Sequence[tuple[str, str]] = COLUMNS,
    rows: Sequence[tuple[str, ...]] = ROWS, measure: str = "hồ sơ",
) -> Form:
    declared = [
        ["A", "", "Phần một", "", "Phần", ""], *([f"A.{code}", "", label, unit, kind, "" if kind == "Nhóm" else "Xã"]
                                                 for code, label, unit, kind in lines),
        ["B", "", "Phần hai", "", "Phần", ""], ["t", "", "Bảng thử", measure, "Bảng", "Xã"],
        *([f"t.{code}", code, label, "", kind, ""] for code, label, kind in rows),
    ]
    read = read_form(tables_made({
        "bieu_mau": [["Mã", "thu"], ["Tên", "Biểu thử"], ["Phiên bản", version]],
        "chi_tieu": [[*row, "Cộng" if row[4] == "Số đếm" else "", *[""] * 5] for row in declared],
        "cot": [["t", f"({place})", *titles, "", "", "Số đếm", "Nhập", "", "", ""]
                for place, titles in enumerate(columns, 3)],
        "don_vi": [["xa_1", "Xã Đông", "Xã"], ["xa_2", "Xã Tây", "Xã"]],
    }))
    assert [each for each in read.faults if each.severity == "error"] == []
    return begun(read.form, period_of(read.form, "quý II/2026"))


OLD = form("1")
TYPED = {code: Decimal(place) for place, code in enumerate(plan_form(OLD, OLD.units[0]).questions, 11)}


class Taken(NamedTuple):
    """What was read of a form: its figures by code, the codes of its rules."""

    values: dict[str, object]
    rules: set[str]
    told: str


def read_by(new: Form, folder: Path, old: Form = OLD) -> Taken:
    """The form of the old version, filled, as a book of the new one reads it."""
    path = folder / "xa_1.xlsx"
    path.write_bytes(filled_form(plan_form(old, old.units[0]), TYPED))
    read = Interpreter(new).interpret(path, reading_process.answer(str(path)))
    assert isinstance(read, Delivery), read
    values = {code: each.value for code, each in read.readings.items() if each.value is not None}
    rules = {each.rule for each in read.findings} - {"other_version", "required", "version_row", "unit_empty"}
    return Taken(values, rules, " ".join(each.message for each in read.findings))


def test_rows_that_changed_places_keep_their_figures(tmp_path: Path) -> None:
    new = form("2", [*numbered(RECEIVED, 0, 2, 1), *numbered(DONE, 0, 2, 1)])
    moved = {"A.1.1": "A.1.2", "A.1.2": "A.1.1", "A.2.1": "A.2.2", "A.2.2": "A.2.1"}
    taken = read_by(new, tmp_path)
    assert taken.values == {moved.get(code, code): value for code, value in TYPED.items()}
    assert taken.rules == set()
    assert "bị sửa" not in taken.told


def test_groups_tell_lines_of_one_name_apart(tmp_path: Path) -> None:
    new = form("2", [*((f"1{code[1:]}", *rest) for code, *rest in DONE), *((f"2{code[1:]}", *rest)
                                                                           for code, *rest in RECEIVED)])
    moved = {"A.1.1": "A.2.1", "A.1.2": "A.2.2", "A.2.1": "A.1.1", "A.2.2": "A.1.2"}
    taken = read_by(new, tmp_path)
    assert taken.values == {moved.get(code, code): value for code, value in TYPED.items()}


@pytest.mark.parametrize(("change", "codes"), [
    ({"lines": [*RECEIVED, *DONE[:2], ("2.2", "Số văn bản ban hành", "Trang", "Số đếm")]}, {"A.2.2"}),
    ({"lines": [*RECEIVED, *DONE[:2], ("2.2", "Số văn bản trình ký", "Văn bản", "Số đếm")]}, {"A.2.2"}),
    ({"lines": [("1", "Tiếp nhận mới", "", "Nhóm"), *RECEIVED[1:], *DONE]}, {"A.1.1"}),
    ({"measure": "nghìn hồ sơ"}, {code for code in TYPED if code.startswith("t.")}),
    ({"columns": [("Đã giải quyết", "Trong kỳ"), *COLUMNS[1:]]}, {"t.2(3)", "t.4(3)", "t.5(3)"}),
    ({"rows": [*ROWS[:3], ("4", "Chứng thực", "Dòng"), ROWS[4]]}, {"t.4(3)", "t.4(4)", "t.4(5)"}),
])
def test_what_is_called_otherwise_goes_back(change: dict[str, object], codes: set[str], tmp_path: Path) -> None:
    taken = read_by(form("2", **change), tmp_path)  # type: ignore[arg-type]
    assert taken.values == {code: value for code, value in TYPED.items() if code not in codes}
    assert taken.rules == {"version_other"}
    assert "bị sửa" not in taken.told


@pytest.mark.parametrize("columns", [[1, 0, 2], [2, 0, 1]])
def test_columns_are_known_by_their_headings(columns: list[int], tmp_path: Path) -> None:
    new = form("2", columns=[COLUMNS[place] for place in columns])
    now = {f"({old + 3})": f"({place + 3})" for place, old in enumerate(columns)}
    expected = {f"{code[:-3]}{now[code[-3:]]}" if code[0] == "t" else code: value for code, value in TYPED.items()}
    taken = read_by(new, tmp_path)
    assert taken.values == expected
    assert taken.rules == set()


def test_an_inserted_column_is_missing_and_the_others_stay_under_their_headings(tmp_path: Path) -> None:
    taken = read_by(form("2", columns=[COLUMNS[0], ("Tiếp nhận", "Qua bưu chính"), *COLUMNS[1:]]), tmp_path)
    assert [taken.values.get(f"t.2({place})") for place in range(3, 7)] == [
        TYPED["t.2(3)"], None, TYPED["t.2(4)"], TYPED["t.2(5)"]
    ]
    assert "Qua bưu chính" in taken.told


def test_rows_of_one_name_in_a_table_are_told_by_their_group(tmp_path: Path) -> None:
    rows = [("1", "Cấp xã", "Nhóm"), ("2", "Hộ tịch", "Dòng"), ("3", "Đất đai", "Dòng"),
            ("4", "Cấp tỉnh", "Nhóm"), ("5", "Hộ tịch", "Dòng")]
    taken = read_by(form("2", rows=rows), tmp_path)
    now = {"t.2": "t.5", "t.4": "t.2", "t.5": "t.3"}
    assert taken.values == {f"{now.get(code[:3], code[:3])}{code[3:]}": value for code, value in TYPED.items()}


def test_a_declaration_changed_under_the_same_version_is_another_too(tmp_path: Path) -> None:
    taken = read_by(form("1", [*numbered(RECEIVED, 0, 2, 1), *DONE]), tmp_path)
    assert (taken.values["A.1.1"], taken.values["A.1.2"]) == (TYPED["A.1.2"], TYPED["A.1.1"])
    assert taken.rules == set()


# The book

@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A book of the old version with the figures of both units."""
    path = make_files(OLD, tmp_path / "so").master
    master = open_master(path)
    fill(master, Entries(cells=[("xa_1", code, str(value)) for code, value in TYPED.items()]))
    master.workbook.commit()
    return path


def held(book: Path) -> dict[str, object]:
    return {code: each.value for (unit, code), each in open_master(book).content().readings.items() if unit == "xa_1"}


def test_an_upgrade_keeps_figures_under_their_headings(book: Path) -> None:
    told = upgrade(book, form("2", columns=[COLUMNS[1], ("Tiếp nhận", "Qua bưu chính"), COLUMNS[0], COLUMNS[2]]), NOW)
    now = {"(3)": "(5)", "(4)": "(3)", "(5)": "(6)"}
    expected = {f"{code[:-3]}{now[code[-3:]]}" if code[0] == "t" else code: value for code, value in TYPED.items()}
    assert {code: value for code, value in held(book).items() if value is not None} == expected
    assert not any("Đổi lời" in each or "Không còn chỗ" in each for each in told)


def test_notes_and_what_units_had_follow_their_lines(book: Path) -> None:
    master = open_master(book)
    notes, carried = (master.workbook.sheet(name) for name in (sheet_names.UNIT_NOTES, sheet_names.CARRIED))
    for row, code in enumerate(("A.1.1", "A.2.2"), TABLE_ROW + 1):
        notes.put(f"A{row}", f"xa_1|{code}")
        notes.put(f"F{row}", f"ghi chú của {code}")
    carried.put("A1", f"{sheet_names.CARRIED_UNIT}xa_1.{OLD.by_code['t.2(3)'].name}")
    carried.put("B1", "7")
    master.workbook.commit()
    new = form("2", [*numbered(RECEIVED, 0, 2, 1), *DONE[:2]], columns=[COLUMNS[1], COLUMNS[0], COLUMNS[2]])
    told = upgrade(book, new, NOW)
    assert any("Không còn chỗ cho số đã nhập" in each and "A.2.2 = 14" in each for each in told)
    after = open_master(book)
    assert {code for _, code in after.content().unit_notes} == {"A.1.2", "A.2.2"}
    key = after.workbook.sheet(sheet_names.CARRIED).cell("A1").raw
    assert key == f"{sheet_names.CARRIED_UNIT}xa_1.{after.form.by_code['t.2(4)'].name}"


@pytest.mark.parametrize(("change", "named"), [
    ({"lines": [*RECEIVED, *DONE[:2], (*DONE[2][:2], "Trang", "Số đếm")]}, "ĐVT “Văn bản” nay là “Trang”"),
    ({"columns": [("Tiếp nhận", "Trong tháng"), *COLUMNS[1:]]}, r"\(3\) Trong kỳ.*\(3\) Trong tháng"),
])
def test_an_upgrade_stops_where_only_people_can_tell(change: dict[str, object], named: str, book: Path) -> None:
    before = book.read_bytes()
    with pytest.raises(UserError, match=f"{named}.*--map"):
        upgrade(book, form("2", **change), NOW)  # type: ignore[arg-type]
    assert book.read_bytes() == before


# What lower levels send

def extracted(path: Path, new: Form) -> dict[str, Any]:
    """The record of a file, as consolidating with another version of the form reads it."""
    hierarchy = hierarchy_of(new)
    answer = Extractor(Setting(new, hierarchy, hierarchy.at(new.period.last))).answer(str(path))
    return {name: said for piece in answer["record"].splitlines() for name, said in json.loads(piece).items()}


def test_a_book_of_the_version_before_is_read_by_its_own_lines(book: Path) -> None:
    new = form("2", [*numbered(RECEIVED, 0, 2, 1), *DONE])
    record = extracted(book, new)
    values = {each["code"]: Decimal(each["value"]) for each in record["answers"] if "value" in each}
    moved = {"A.1.1": "A.1.2", "A.1.2": "A.1.1"}
    assert values == {moved.get(code, code): value for code, value in TYPED.items()}


@pytest.mark.parametrize("change", [
    {"columns": [COLUMNS[1], COLUMNS[0], COLUMNS[2]]},
    {"lines": [*RECEIVED, *DONE[:2], (*DONE[2][:2], "Trang", "Số đếm")]},
])
def test_a_book_of_other_columns_or_units_of_measure_is_refused(change: dict[str, object], book: Path) -> None:
    record = extracted(book, form("2", **change))  # type: ignore[arg-type]
    assert record["kind"] == "refused"
    assert "phiên bản khác của biểu mẫu" in record["message"]


def test_the_next_period_has_last_figures_under_their_headings(book: Path, tmp_path: Path) -> None:
    lines = [*RECEIVED, *DONE[:2], (*DONE[2][:2], "Trang", "Số đếm")]
    new = form("2", lines, columns=[COLUMNS[1], COLUMNS[0], COLUMNS[2]])
    made = make_following(compute(book), "quý III/2026", tmp_path / "sau", new)
    before = compute(made.master).content.previous
    codes = {row.name: row.code for row in new.indicators()}
    now = {"(4)": "(3)", "(3)": "(4)", "(5)": "(5)"}
    expected = {f"{code[:-3]}{now[code[-3:]]}" if code[0] == "t" else code: value for code, value in TYPED.items()}
    del expected["A.2.2"]
    assert {codes[name]: each.value for name, each in before.items() if each.value is not None} == expected
    assert any("A.2.2 – A.2.2" in each and "--map" in each for each in made.remarks)
