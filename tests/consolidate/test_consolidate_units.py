"""The hierarchy file: any depth, effective-dated, and every fault told with its line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from cchc_xl.errors import UserError
from cchc_xl.units import load_units, read_units
from cchc_xl.values import replace
from tests.consolidate_support import hierarchy
from tests.hostile import repeated_string

BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)


def test_a_unit_moves_to_another_parent_on_a_day(tmp_path: Path) -> None:
    path = hierarchy(tmp_path / "u.csv", [
        "t,Tỉnh,province", "h,Huyện,district,t,,2025-06-30",
        "x,Xã,commune,h,,30/06/2025", "x,Xã,commune,t,01/07/2025",
    ])
    units = load_units(path)
    assert [node.id for node in units.at(BEFORE).above("x")] == ["x", "h", "t"]
    assert [node.id for node in units.at(AFTER).above("x")] == ["x", "t"]


def test_a_merged_unit_knows_its_predecessors(tmp_path: Path) -> None:
    path = hierarchy(
        tmp_path / "u.csv", ["a,A,commune,,,2025-06-30", "b,B,commune,,,2025-06-30", "c,C,commune,,2025-07-01,,a;b"]
    )
    units = load_units(path)
    assert units.predecessors == {"c": ("a", "b")}
    assert list(units.at(AFTER).nodes) == ["c"]


def test_parents_may_stand_below_their_children_in_the_file(tmp_path: Path) -> None:
    tree = load_units(hierarchy(tmp_path / "u.csv", ["x,Xã,commune,h", "h,Huyện,district,t", "t,Tỉnh,province"])).at(
        AFTER
    )
    assert list(tree.nodes) == ["t", "h", "x"]
    assert tree.kinds == ("province", "district", "commune")


def test_semicolons_and_the_mark_of_excel_are_read_too(tmp_path: Path) -> None:
    path = tmp_path / "u.csv"
    path.write_text("\ufeffid;name;kind;parent\nt;Tỉnh;province;\n", encoding="utf-8")
    assert load_units(path).names == {"t": "Tỉnh"}


@pytest.mark.parametrize(("lines", "where", "what"), [
    (["a,A,commune,khong_co"], "dòng 2", "không có trong tệp"),
    (["a,A,commune,b", "b,B,commune,c", "c,C,commune,a"], "dòng 2", "vòng tròn: a → b → c → a"),
    (["a,A,commune,a"], "dòng 2", "vòng tròn: a → a"),
    (["a,A,commune", "a,Khác,commune"], "dòng 3", "đã dùng ở dòng 2"),
    (["a,A,commune,,,2025-06-30", "a,A,commune,,2025-06-30"], "dòng 3", "đã dùng ở dòng 2"),
    (["a,,commune"], "dòng 2", "cột name để trống"),
    (["a,A,commune,,31/02/2025"], "dòng 2", "không phải ngày"),
    (["a,A,commune,,2025-07-01,2025-06-30"], "dòng 2", "kết thúc trước khi bắt đầu"),
    (["xã,A,commune"], "dòng 2", "chữ không dấu"),
])
def test_a_fault_is_told_with_its_line(lines: list[str], where: str, what: str, tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        load_units(hierarchy(tmp_path / "u.csv", lines))
    assert where in caught.value.where
    assert what in caught.value.what
    assert caught.value.remedy


def test_a_parent_that_ended_before_its_child_is_told(tmp_path: Path) -> None:
    units = load_units(hierarchy(tmp_path / "u.csv", ["h,Huyện,district,,,2025-06-30", "x,Xã,commune,h"]))
    units.at(BEFORE)
    with pytest.raises(UserError, match="không có hiệu lực ngày 01/07/2025"):
        units.at(AFTER)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    path = tmp_path / "u.csv"
    path.write_text("id,name\na,A\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"thiếu cột “Loại”; đang là: id, name. Dòng đầu phải là Mã, Tên, Loại, Thuộc"):
        load_units(path)


def test_a_column_of_a_short_line_is_empty_and_goes_by_the_name_that_the_file_gives_it(tmp_path: Path) -> None:
    """It was told to be missing, by the name that only the program knows."""
    path = tmp_path / "u.csv"
    path.write_text("Mã,Tên,Loại\na,A\nb,B,Xã\n", encoding="utf-8")
    with pytest.raises(UserError, match="dòng 2: cột Loại để trống"):
        load_units(path)


@pytest.mark.parametrize(("read", "heads"), [(load_units, "Mã,id,Tên,Loại"), (load_units, "Mã,Tên,Loại,Tên đơn vị"),
                                            (read_units, "Tên,Loại,Loại"), (read_units, "Mã,Tên,Loại,id")])
def test_two_columns_of_one_meaning_are_refused(read: Callable[[Path], object], heads: str, tmp_path: Path) -> None:
    """The last of them was taken in silence."""
    path = tmp_path / "u.csv"
    path.write_text(f"{heads}\na,b,c,d\n", encoding="utf-8")
    with pytest.raises(UserError, match="nói cùng một điều"):
        read(path)


def test_a_list_without_a_unit_on_a_day_is_told_with_that_day(tmp_path: Path) -> None:
    """Where the list of levels was empty."""
    units = load_units(hierarchy(tmp_path / "u.csv", ["h,Huyện,district,,,2025-06-30"]))
    with pytest.raises(UserError, match=r"không đơn vị nào có hiệu lực ngày 01/07/2025.*Sửa cột Từ ngày, Đến ngày"):
        units.at(AFTER)


def test_a_workbook_with_vietnamese_headings_says_the_same_as_a_csv(tmp_path: Path) -> None:
    rows = [
        ["Mã", "Tên", "Loại", "Thuộc", "Từ ngày", "Đến ngày", "Trước là", "Gọi chung", "Mã thống kê"],
        ["t", "Tỉnh", "province", None, None, None, None, None, 91],
        ["x", "Xã", "commune", "t", datetime(2025, 7, 1), None, "a;b", "xã", "00123"],
    ]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "u.xlsx")
    csv = hierarchy(tmp_path / "u.csv", ["t,Tỉnh,province", "x,Xã,commune,t,2025-07-01,,a;b,xã"])
    in_book, in_csv = load_units(str(tmp_path / "u.xlsx")), load_units(csv)
    assert [replace(line, more=()) for line in in_book.lines] == list(in_csv.lines)
    assert [dict(line.more) for line in in_book.lines] == [{"Mã thống kê": "91"}, {"Mã thống kê": "00123"}]


def test_a_list_that_becomes_gigabytes_once_read_is_refused(filled_forms: Path, tmp_path: Path) -> None:
    path = tmp_path / "units.xlsx"
    repeated_string(next(filled_forms.iterdir()), path)
    with pytest.raises(UserError, match="quá nhiều bộ nhớ"):
        load_units(path)
