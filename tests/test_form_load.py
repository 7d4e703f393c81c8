"""A declaration that contradicts itself is refused when the form is loaded, with file and place."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from cchc_xl.errors import DeclarationError, UserError
from cchc_xl.schema import form_folder, load_form
from cchc_xl.verbs.new import make_all
from cchc_xl.verbs.recalc import recalc

SMALL = Path(__file__).parent / "forms" / "xa"

B_SHEET = 'sheet = "B Số hóa"'

MISTAKES = {
    "unknown name in a rule": ("a.toml", 'test = "xong <= nhan"', 'test = "xong <= nham"', "A.1-01", "nham"),
    "a rule that refers to itself": ("a.toml", 'test = "xong <= nhan"', 'test = "xong <= xong"', "A.1-01", "chính nó"),
    "a rule that is no comparison": ("a.toml", 'test = "xong <= nhan"', 'test = "xong"', "A.1-01", "so sánh"),
    "a rule that calls something": ("a.toml", "xong <= nhan", "open('x') <= nhan", "A.1-01", "không dùng được"),
    "broken syntax in a rule": ("a.toml", "xong <= nhan", "xong <= ", "A.1-01", "không đọc được"),
    "two equal codes": ("a.toml", 'code = "A.1.2"', 'code = "A.1.1"', "A.1.1", "đã dùng"),
    "two equal names": ("a.toml", 'name = "xong"', 'name = "nhan"', "nhan", "đã dùng"),
    "two equal names across sections": ("b.toml", 'name = "so_xa"', 'name = "nhan"', "nhan", "đã dùng"),
    "a code of another section": ("a.toml", 'code = "A.1.2"', 'code = "C.1.2"', "C.1.2", "bắt đầu"),
    "an unknown reporter": ("b.toml", 'reported_by = ["province"]', 'reported_by = ["country"]', "B.4", "country"),
    "one figure of two reporters": ("b.toml", 'reported_by = ["province"]', 'reported_by = ["commune"]', "B.4", "một"),
    "a percentage without parts": ("a.toml", 'numerator = "dung_hen"\n', "", "A.1.3", "mẫu số"),
    "a part that does not exist": ("a.toml", 'numerator = "dung_hen"', 'numerator = "som"', "A.1.3", "som"),
    "an unknown kind": ("a.toml", 'kind = "percent"', 'kind = "rate"', "kind", "danh sách"),
    "a misspelt key": ("a.toml", 'unit = "%"', 'unti = "%"', "unti", "không có mục"),
    "a choice without codes": (
        "b.toml", 'choices = { "0" = "Trực tuyến", "1" = "Phát phiếu" }\n', "", "B.5", "lựa chọn",
    ),
    "supporting a row that does not exist": ("a.toml", 'supports = "A.1.3"', 'supports = "A.9"', "A.1.3a", "A.9"),
    "a ratio used whole in a rule": ("b.toml", "phong_hop.tu <=", "phong_hop <=", "B-01", ".tu"),
    "text in a rule": ("b.toml", "phong_hop.tu <=", "ghi_nhan <=", "B-01", "là chữ"),
    "two equal unit names": ("don_vi.toml", 'name = "Xã Tây"', 'name = "Xã Đông"', "xa_tay", "đã dùng"),
    "a name that is no name": ("a.toml", 'name = "xong"', 'name = "Hồ sơ xong"', "name", "không dấu"),
    "a key that a spreadsheet mangles": ("don_vi.toml", 'id = "xa_tay"', 'id = "hai_xa_tay"', "hai_xa_tay", "_xa_"),
    "one shared answer of a yes or no": (
        "b.toml", 'kind = "count"\nask = "yes_no"\nreported_by = ["commune"]\ntotal = "count_yes"',
        'kind = "yes_no"\nreported_by = ["commune"]\ntotal = "same"', "B.1", "all_yes",
    ),
    "a number of which all say yes": ("b.toml", 'total = "same"', 'total = "all_yes"', "B.3", "có/không"),
    "a sheet named like one of the tool's own": ("b.toml", B_SHEET, 'sheet = "kiểm  TRA"', "b.toml", "của phần mềm"),
    "a sheet named like a form's cover": ("b.toml", B_SHEET, 'sheet = "Bìa"', "b.toml", "của phần mềm"),
    "a sheet named like a hidden one": ("b.toml", B_SHEET, 'sheet = "_CCHC"', "b.toml", "của phần mềm"),
    "a sheet name with a slash": ("b.toml", B_SHEET, 'sheet = "III TTHC/BCCI"', "b.toml › sheet", "'/'"),
    "a sheet name with a bracket": ("b.toml", B_SHEET, 'sheet = "B [2]"', "b.toml › sheet", "'['"),
    "a sheet name with a backslash": ("b.toml", B_SHEET, "sheet = 'B\\2'", "b.toml › sheet", "bỏ dấu"),
    "a sheet name with a question mark": ("b.toml", B_SHEET, 'sheet = "B?"', "b.toml › sheet", "'?'"),
    "a sheet name with a star": ("b.toml", B_SHEET, 'sheet = "B*"', "b.toml › sheet", "'*'"),
    "a sheet name with a colon": ("b.toml", B_SHEET, 'sheet = "B: khác"', "b.toml › sheet", "':'"),
    "a sheet name that begins with an apostrophe": ("b.toml", B_SHEET, 'sheet = "\'B"', "b.toml › sheet", "bỏ dấu"),
    "a sheet name with an apostrophe": ("b.toml", B_SHEET, 'sheet = "B d\'Or"', "b.toml › sheet", "bỏ dấu"),
    "a sheet name that Excel keeps": ("b.toml", B_SHEET, 'sheet = "history"', "b.toml › sheet", "Excel không nhận"),
    "a sheet without a name": ("b.toml", B_SHEET, 'sheet = " "', "b.toml › sheet", "Excel không nhận"),
    "a sheet name that is too long": ("b.toml", B_SHEET, f'sheet = "{"B" * 32}"', "b.toml", "dài quá 31"),
    "two equal sheet names": ("b.toml", B_SHEET, 'sheet = "a  hồ sơ"', "b.toml › sheet", "đã dùng"),
    "broken TOML": ("a.toml", 'number = "A"', "number = A", "a.toml", "cú pháp"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_wrong_declaration_is_refused_with_its_place(mistake: str, tmp_path: Path) -> None:
    file, right, wrong, place, word = MISTAKES[mistake]
    folder = tmp_path / "xa"
    shutil.copytree(SMALL, folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert right in text
    (folder / file).write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(DeclarationError) as refused:
        load_form(folder)
    assert place in str(refused.value)
    assert word in str(refused.value)


def test_a_right_declaration_is_loaded() -> None:
    assert load_form(SMALL).id == "xa"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "xa"
    shutil.copytree(SMALL, folder)
    (folder / "b.toml").unlink()
    with pytest.raises(DeclarationError, match=r"b\.toml"):
        load_form(folder)


def test_an_unknown_form_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UserError, match="Các bộ biểu mẫu có sẵn"):
        form_folder("khong_co")


def test_a_sheet_name_with_signs_that_are_allowed_makes_a_whole_set_of_files(tmp_path: Path) -> None:
    folder = tmp_path / "xa"
    shutil.copytree(SMALL, folder)
    text = (folder / "b.toml").read_text(encoding="utf-8")
    (folder / "b.toml").write_text(text.replace(B_SHEET, 'sheet = "B (2) & <x>, 100% - #1!"'), encoding="utf-8")
    made = make_all(str(folder), tmp_path / "ky")
    recalc(made.master, datetime(2030, 10, 1))
    assert "B (2) & <x>, 100% - #1!" in openpyxl.load_workbook(made.master).sheetnames
