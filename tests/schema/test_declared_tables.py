"""A figure of a table is row × column: each is declared once, checked in the words of its headings, and added up."""

from __future__ import annotations

import shutil
from decimal import Decimal
from itertools import permutations
from pathlib import Path

import pytest

from cchc_xl.checks.run_checks import check
from cchc_xl.declaration import form_folder, load_form
from cchc_xl.declaration.load_form import read_place
from cchc_xl.figures import Content, Figure, total
from cchc_xl.master.master_book import open_master
from cchc_xl.rule_registry import Finding
from cchc_xl.schema import Form, begun, period_of
from cchc_xl.schema.carried_declaration import packed, unpacked
from cchc_xl.schema.declaration_tables import made
from cchc_xl.schema.read_declaration import read_form
from cchc_xl.schema.write_declaration import tables_of
from cchc_xl.values import Address, Reading, Status
from cchc_xl.verbs.new import make_files

TYPED = ("(4)", "(5)", "(6)", "(8)", "(9)", "(10)", "(12)", "(13)")
GOOD = (1030, 60, 12, 1000, 40, 5, 50, 7)
"""What a unit types in a row: (4) + (5) + (6) = 1.102 = (8) + (9) + (10) + (12) + (13)."""


@pytest.fixture(scope="module")
def ii06a() -> Form:
    return load_form(form_folder("ii06a"))


def readings(form: Form, **typed: int) -> dict[tuple[str, str], Reading]:
    """A right answer in every row of the first unit, with other numbers in some cells of Hộ tịch, as c4=1031."""
    unit = form.units[0].id
    rows = [row for row in form.sections[0].tables[0].numbered if row.kind == "row" and not row.spare]
    said = {(row.code, code): value for row in rows for code, value in zip(TYPED, GOOD, strict=True)}
    said |= {("ii06a.12", f"({name[1:]})"): value for name, value in typed.items()}
    return {
        (unit, f"{row}{column}"): Reading(Status.VALUE, Decimal(value), str(value), Address("A", f"{row}{column}"))
        for (row, column), value in said.items()
    }


def found(form: Form, **typed: int) -> list[Finding]:
    said = readings(form, **typed)
    return check(Content(form, said), total(form, said), {}, None)


def test_the_declaration_is_short(ii06a: Form) -> None:
    folder = Path(ii06a.folder)
    lines = sum(len((folder / name).read_text(encoding="utf-8").splitlines()) for name in ("chi_tieu.csv", "cot.csv"))
    assert lines <= 40
    assert len(list(ii06a.indicators())) == 14 * 11


def test_a_table_is_read_written_and_carried_as_it_was(ii06a: Form) -> None:
    tables = tables_of(ii06a)
    assert read_form(tables, ii06a.folder).form == ii06a
    assert read_form(unpacked(packed(tables)), ii06a.folder).form == ii06a


def test_computed_columns_and_total_rows_add_up(ii06a: Form) -> None:
    figures = total(ii06a, readings(ii06a))
    assert _value(figures, "ii06a.12(3)") == 1102
    assert _value(figures, "ii06a.12(7)") == 1045
    assert _value(figures, "ii06a.12(11)") == 57
    assert _value(figures, "ii06a.99(4)") == 13 * 1030
    assert _value(figures, "ii06a.99(3)") == 13 * 1102


def _value(figures: dict[str, Figure], code: str) -> object:
    return figures[code].value


def test_a_wrong_row_is_told_in_the_words_of_the_headings(ii06a: Form) -> None:
    one = [each for each in found(ii06a, c4=1040) if each.severity == "error" and each.unit == ii06a.units[0].id]
    assert [each.message for each in one] == [
        "Xã An Bình: Hộ tịch, Tiếp nhận: (3) Tổng số 1.112 phải bằng (7) 1.045 + (11) 57 = 1.102; lệch 10. "
        "Xem lại các số của dòng này ở cột (3) và (7) + (11). "
        "Các số đã nhập: (4) 1.040, (5) 60, (6) 12, (8) 1.000, (9) 40, (10) 5, (12) 50, (13) 7."
    ]
    assert {cell.cell for cell in one[0].cells} == {f"ii06a.12{column}" for column in TYPED}


def test_right_rows_are_not_accused(ii06a: Form) -> None:
    assert [each for each in found(ii06a) if each.unit == ii06a.units[0].id] == []


MISTAKES = {
    "a table that is not there": ("cot.csv", "ii06a,(4)", "ii06b,(4)", "Bảng", "ii06b"),
    "a column twice": ("cot.csv", "ii06a,(5)", "ii06a,(4)", "Mã cột", "đã dùng"),
    "a column without brackets": ("cot.csv", "ii06a,(13)", "ii06a,13", "Mã cột", "không dùng được"),
    "a sum of a column that is not there": ("cot.csv", "(4) + (5) + (6)", "(4) + (5) + (16)", "Công thức", "(16)"),
    "a sum in other words": ("cot.csv", "(4) + (5) + (6)", "4 cộng 5", "Công thức", "ghi như"),
    "a sum of itself": ("cot.csv", "(4) + (5) + (6)", "(3) + (5)", "Công thức", "vòng"),
    "a check on a column that is not there": ("cot.csv", "(7) + (11)", "(7) + (21)", "Bằng", "21"),
    "a period before in other words": ("cot.csv", "(11) kỳ trước", "(11) năm ngoái", "Công thức", "kỳ trước"),
    "a row without a table": ("chi_tieu.csv", ",Bảng,", ",Nhóm,", "Kiểu", "dưới một dòng Bảng"),
    "a row of another table": ("chi_tieu.csv", "ii06a.12,", "x.12,", "Mã", "bắt đầu"),
    "added rows that no sum counts": ("chi_tieu.csv", ",TỔNG CỘNG,,Dòng tổng,,,", ",TỔNG CỘNG,,Dòng tổng,,,ii06a.11",
                                      "Kiểu", "không dòng tổng nào cộng"),
    "a column of ticks": ("cot.csv", "Trong đó,Trực tuyến,,", "Trong đó,Trực tuyến,Có/Không,", "Kiểu", "cột của bảng"),
    "a total of nothing": ("chi_tieu.csv", ",TỔNG CỘNG,,Dòng tổng,,,", ",TỔNG CỘNG,,Dòng tổng,,,x.1", "Bằng tổng của",
                           "x.1"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_at_its_cell(name: str, tmp_path: Path, ii06a: Form) -> None:
    file, right, wrong, column, said = MISTAKES[name]
    folder = tmp_path / "ii06a"
    shutil.copytree(ii06a.folder, folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert right in text
    (folder / file).write_text(text.replace(right, wrong, 1), encoding="utf-8")
    _, faults = read_place(folder)
    assert [each for each in faults if each.column == column and said in each.what and each.line > 1], faults


def test_a_rate_of_a_table_that_nobody_reports_is_told() -> None:
    lines = [["A", "", "Phần một", "", "Phần"], ["At", "", "Đơn thư", "", "Bảng"], ["At.1", "1", "Đất", "", "Dòng"]]
    columns = [["At", "(3)", "Đơn"], ["At", "(4)", "Xong"], ["At", "(5)", "%", "", "", "", "", "Tỷ lệ", "(4) / (3)"]]
    read = read_form(made({"chi_tieu": lines, "cot": columns}))
    assert "chưa ghi ai báo cáo." in {fault.what for fault in read.faults if fault.line == 4}


PARTS = {
    "table": [["{0}", "", "Bảng", "", "Phần", ""], ["{0}t", "", "Đơn thư", "đơn", "Bảng", "Xã"],
              ["{0}t.1", "1", "Đất đai", "", "Dòng", ""], ["{0}t.5", "", "Việc khác", "", "Dòng mở", ""],
              ["{0}t.99", "", "Tổng cộng", "", "Dòng tổng", ""]],
    "list": [["{0}", "", "Danh mục", "", "Phần", ""], ["{0}t", "", "Văn bản", "", "Bảng", "Xã"],
             ["{0}t.1", "", "Văn bản", "", "Dòng mở", ""]],
    "lines": [["{0}", "", "Chung", "", "Phần", ""], ["{0}.1", "1", "Hồ sơ", "hồ sơ", "Số đếm", "Xã"]],
}
COLUMNS_OF = {"table": [("(3)", "Tổng", "Tính", "(4) + (5)"), ("(4)", "Mới", "", ""), ("(5)", "Cũ", "", "")],
              "list": [("(3)", "Số nhiệm vụ", "", "")]}


@pytest.mark.parametrize("order", [*permutations(PARTS), ("table", "table"), ("lines", "table", "lines", "list")])
def test_tables_and_lines_may_stand_in_any_order(order: tuple[str, ...], tmp_path: Path) -> None:
    letters = dict(zip("ABCDE", order, strict=False))
    rows = [[cell.format(letter) for cell in row] for letter, part in letters.items() for row in PARTS[part]]
    columns = [
        [f"{letter}t", code, title, "", "", "", "", source, formula]
        for letter, part in letters.items() for code, title, source, formula in COLUMNS_OF.get(part, ())
    ]
    whole = {part: letter for letter, part in letters.items()}
    rules = [["1", f"[{whole['lines']}.1] ≤ [{whole['table']}t.99](3)"]] if "lines" in whole else []
    rules += [["2", f"[{whole['table']}t](5) ≤ [{whole['table']}t](4)"]]
    read = read_form(made({
        "bieu_mau": [["Mã", "thu"], ["Tên", "Biểu thử"], ["Phiên bản", "1"]], "quy_tac": rules,
        "chi_tieu": [[*row, *[""] * 6] for row in rows], "cot": columns, "don_vi": [["xa_1", "Xã thử", "Xã"]],
    }))
    assert [each for each in read.faults if each.severity == "error"] == []
    form = begun(read.form, period_of(read.form, "quý II/2026"))
    assert [bool(section.tables) for section in form.sections] == [part != "lines" for part in order]
    assert read_form(tables_of(form)).form.sections == read.form.sections
    assert all(f"{letter}t.99(3)" in form.by_code for letter, part in letters.items() if part == "table")
    assert unpacked(packed(tables_of(form))).by_key.keys() == tables_of(form).by_key.keys()
    assert open_master(make_files(form, tmp_path).master).changed == ()
