"""A declaration with mistakes is refused with the place of every one; a right one is the same form in every shape."""

from __future__ import annotations

import csv
import shutil
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from cchc_xl.declaration import form_folder, load_form
from cchc_xl.declaration.declaration_workbook_writer import to_workbook
from cchc_xl.declaration.load_form import read_place, refuse, tables_of_place, to_csv, write_folder
from cchc_xl.errors import DeclarationError, UserError
from cchc_xl.schema import Form
from cchc_xl.schema.carried_declaration import DamagedError, packed, unpacked
from cchc_xl.schema.read_declaration import read_form
from cchc_xl.schema.write_declaration import tables_of
from cchc_xl.verbs.new import make_all
from cchc_xl.verbs.recalc import recalc

SMALL = Path(__file__).parents[1] / "forms" / "xa"
FORMS = {"small": SMALL, "shipped": form_folder("2021")}

# What is changed: the file, the key in its first column, the column, and what is typed there; then the column that the
# fault must name, and a word of what is said.
MISTAKES = {
    "a rule about nothing": ("quy_tac", "A.1-01", "Điều kiện", "[A.1.2] ≤ [A.9.9]", "Điều kiện", "A.9.9"),
    "a rule about itself": ("quy_tac", "A.1-01", "Điều kiện", "[A.1.2] ≤ [A.1.2]", "Điều kiện", "chính nó"),
    "a rule that compares nothing": ("quy_tac", "A.1-01", "Điều kiện", "[A.1.2]", "Điều kiện", "phép so sánh"),
    "half a rule": ("quy_tac", "A.1-01", "Điều kiện", "[A.1.2] ≤", "Điều kiện", "còn thiếu"),
    "a rule in curly quotes": ("quy_tac", "A.1-01", "Điều kiện", "“A.1.2” ≤ [A.1.1]", "Điều kiện", "ngoặc kép"),
    "a rule without its consequence": ("quy_tac", "A.1-01", "Điều kiện", "NẾU [A.1.2] > 0", "Điều kiện", "THÌ"),
    "a pair used whole": ("quy_tac", "B-01", "Điều kiện", "[B.4] ≤ 5", "Điều kiện", "TỬ SỐ"),
    "text in a rule": ("quy_tac", "B-01", "Điều kiện", "[B.6] ≤ 5", "Điều kiện", "là chữ"),
    "two rules of one code": ("quy_tac", "B-01", "Mã", "A.1-01", "Mã", "đã dùng"),
    "an unknown severity": ("quy_tac", "B-01", "Mức độ", "Nặng", "Mức độ", "danh sách"),
    "two equal codes": ("chi_tieu", "A.1.2", "Mã", "A.1.1", "Mã", "đã dùng"),
    "two equal names": ("chi_tieu", "A.1.2", "Tên máy", "nhan", "Tên máy", "đã dùng"),
    "a code of another section": ("chi_tieu", "A.1.2", "Mã", "C.1.2", "Mã", "bắt đầu"),
    "a code in quotes": ("chi_tieu", "A.1.2", "Mã", "“A.1.2”", "Mã", "không dùng được"),
    "no kind": ("chi_tieu", "A.1.2", "Kiểu", "", "Kiểu", "chưa chọn"),
    "an unknown kind": ("chi_tieu", "A.1.2", "Kiểu", "Phần trăm", "Kiểu", "danh sách"),
    "nobody reports": ("chi_tieu", "A.1.2", "Ai báo cáo", "", "Ai báo cáo", "chưa ghi"),
    "an unknown reporter": ("chi_tieu", "A.1.2", "Ai báo cáo", "xa_tayy", "Ai báo cáo", "Có phải “xa_tay”"),
    "one place of three": ("chi_tieu", "A.1.2", "Cách cộng", "Một nơi", "Cách cộng", "đúng một"),
    "a rate without parts": ("chi_tieu", "A.1.3", "Tử số", "", "Tử số", "đủ cả hai"),
    "a part that is not there": ("chi_tieu", "A.1.3", "Tử số", "A.1.3z", "Tử số", "A.1.3z"),
    "parts of different units": ("chi_tieu", "A.1.3a", "Ai báo cáo", "xa_dong; xa_tay", "Tử số", "cùng các đơn vị"),
    "a rate that is added": ("chi_tieu", "A.1.3", "Cách cộng", "Cộng", "Cách cộng", "Tử/mẫu"),
    "yes and no added": ("chi_tieu", "B.1", "Cách cộng", "Cộng", "Cách cộng", "Đếm có"),
    "text that is added": ("chi_tieu", "B.6", "Cách cộng", "Cộng", "Cách cộng", "Nối lời"),
    "a choice without choices": ("chi_tieu", "B.5", "Lựa chọn", "", "Lựa chọn", "phải có"),
    "choices without codes": ("chi_tieu", "B.5", "Lựa chọn", "Trực tuyến; Phát phiếu", "Lựa chọn", "tên = mã"),
    "limits the wrong way": ("chi_tieu", "A.1.1", "Giới hạn", "100..0", "Giới hạn", "lớn hơn"),
    "a ceiling that is not there": ("chi_tieu", "A.1.2", "Không lớn hơn", "A.1.9", "Không lớn hơn", "A.1.9"),
    "a sum of nothing": ("chi_tieu", "A.1.1", "Bằng tổng của", "A.1.2 + x", "Bằng tổng của", "“x”"),
    "required when": ("chi_tieu", "A.1.2", "Bắt buộc", "khi [A.7] = 1", "Bắt buộc", "A.7"),
    "required perhaps": ("chi_tieu", "A.1.2", "Bắt buộc", "Tùy", "Bắt buộc", "khi [III.1]"),
    "a machine name with diacritics": ("chi_tieu", "A.1.2", "Tên máy", "Hồ sơ xong", "Tên máy", "không dấu"),
    "a name that templates use": ("chi_tieu", "A.1.2", "Tên máy", "noi_dung", "Tên máy", "nghĩa khác"),
    "a sheet of the program's": ("chi_tieu", "A", "Tên sheet", "Kiểm tra", "Tên sheet", "phần mềm đã dùng"),
    "a sheet with a slash": ("chi_tieu", "A", "Tên sheet", "A TTHC/BCCI", "Tên sheet", "ký tự “/”"),
    "a sheet with a long name": ("chi_tieu", "A", "Tên sheet", "A" * 32, "Tên sheet", "31"),
    "two sheets of one name": ("chi_tieu", "B", "Tên sheet", "A HỒ SƠ", "Tên sheet", "đã dùng"),
    "a row that supports nothing": ("chi_tieu", "A.1.3a", "Mã", "A.1.9a", "Tử số", "A.1.3a"),
    "one shared answer of a yes or no": ("chi_tieu", "B.1", "Cách cộng", "Giống nhau", "Cách cộng", "Mọi nơi có"),
    "a number of which all say yes": ("chi_tieu", "B.3", "Cách cộng", "Mọi nơi có", "Cách cộng", "Có/Không"),
    "a sheet named like a form's cover": ("chi_tieu", "B", "Tên sheet", "Biểu mẫu", "Tên sheet", "phần mềm đã dùng"),
    "a sheet named like a hidden one": ("chi_tieu", "B", "Tên sheet", "_CCHC", "Tên sheet", "phần mềm đã dùng"),
    "a sheet with an apostrophe": ("chi_tieu", "B", "Tên sheet", "B d'Or", "Tên sheet", "ký tự “'”"),
    "a sheet that Excel keeps": ("chi_tieu", "B", "Tên sheet", "history", "Tên sheet", "Excel"),
    "two units of one name": ("don_vi", "xa_tay", "Tên", "Xã Đông", "Tên", "đã dùng"),
    "two units of one id": ("don_vi", "xa_tay", "Mã", "xa_dong", "Mã", "đã dùng"),
    "a key that a spreadsheet mangles": ("don_vi", "xa_nam", "Mã", "hai_xa_nam", "Mã", "_xa_"),
    "no such day": ("don_vi", "xa_tay", "Từ ngày", "30/02/2026", "Từ ngày", "không phải ngày"),
    "from after to": ("don_vi", "xa_tay", "Từ ngày;Đến ngày", "02/01/2026;01/01/2026", "Đến ngày", "sau"),
    "a unit below nothing": ("don_vi", "xa_tay", "Thuộc", "huyen", "Thuộc", "huyen"),
    "an unknown kind of period": ("ky", "quy", "Mã", "tuan", "Mã", "tuan"),
    "a period that ends before it begins": ("ky", "quy", "Từ ngày", "15/12", "Từ ngày", "sau đến ngày"),
    "a period without days": ("ky", "quy", "Đến ngày", "giữa tháng 3", "Từ ngày", "không phải ngày"),
    "a period of an unknown field": ("ky", "quy", "Tên", "tuần {tuần}", "Tên", "{tuần}"),
    "a template that is a path": ("ky", "nam", "Mẫu Word", "..\\bao_cao.docx", "Mẫu Word", "tên tệp"),
    "a rate of words": ("chi_tieu", "A.1.3", "Mẫu số", "B.6", "Mẫu số", "hai số"),
    "a sum with itself": ("chi_tieu", "A.1.2", "Bằng tổng của", "A.1.1 + A.1.2", "Bằng tổng của", "chính dòng A.1.2"),
    "a row of no period": ("chi_tieu", "A.1.2", "Kỳ", "quy_iv", "Kỳ", "không có kỳ mã"),
    "a unit called like a heading": ("don_vi", "xa_tay", "Tên", "Kỳ trước", "Tên", "tiêu đề"),
    "a unit made of nothing": ("don_vi", "xa_tay", "Trước là", "xa_cu", "Trước là", "xa_cu"),
    "a form without a code": ("bieu_mau", "Mã", "Giá trị", "", "Giá trị", "chưa ghi mã"),
    "a form's code with blanks": ("bieu_mau", "Mã", "Giá trị", "xã 2026", "Giá trị", "không dùng được"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_at_its_cell(mistake: str, tmp_path: Path) -> None:
    file, key, columns, typed, column, word = MISTAKES[mistake]
    folder = changed(tmp_path, file, key, dict(zip(columns.split(";"), typed.split(";"), strict=False))
                     if ";" in columns else {columns: typed})
    form, found = read_place(folder)
    told = [each for each in found if each.column == column and word in each.what + each.remedy]
    assert told, [(each.place, each.what) for each in found]
    assert told[0].line > 1
    with pytest.raises(DeclarationError):
        refuse(form, found, folder)
    book = tmp_path / "BIEU_MAU_xa.xlsx"
    book.write_bytes(to_workbook(tables_of_place(folder)[0]))
    _, found_there = read_place(book)
    assert {(each.line, each.column, each.what) for each in found_there} == {
        (each.line, each.column, each.what) for each in found
    }


def changed(folder: Path, file: str, key: str, cells: dict[str, str]) -> Path:
    """The small form with other texts in one line."""
    target = folder / "xa"
    shutil.copytree(SMALL, target)
    path = target / f"{file}.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    (row,) = [row for row in rows if next(iter(row.values())) == key]
    row.update(cells)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return target


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    folder = changed(tmp_path, "chi_tieu", "A.1.2", {"Kiểu": "Số", "Ai báo cáo": "Huyện"})
    text = (folder / "don_vi.csv").read_text(encoding="utf-8")
    (folder / "don_vi.csv").write_text(text.replace("xa_tay,Xã Tây,Xã", "xa_tay,,Xã"), encoding="utf-8")
    with pytest.raises(DeclarationError) as refused:
        load_form(folder)
    assert "chi_tieu.csv:5" in str(refused.value)
    assert "don_vi.csv:3" in str(refused.value)


ENCODINGS = {
    "with a BOM": (lambda text: text.encode("utf-8-sig"), "BOM", "warning"),
    "as UTF-16": (lambda text: text.encode("utf-16"), "UTF-16", "warning"),
    "as Windows-1258": (lambda text: text.encode("cp1258", "replace"), "Windows-1258", "error"),
}


@pytest.mark.parametrize("name", ENCODINGS)
def test_a_file_in_another_encoding_is_told(name: str, tmp_path: Path) -> None:
    encode, word, severity = ENCODINGS[name]
    folder = tmp_path / "xa"
    shutil.copytree(SMALL, folder)
    path = folder / "don_vi.csv"
    path.write_bytes(encode(path.read_text(encoding="utf-8")))
    form, found = read_place(folder)
    (told,) = [each for each in found if word in each.what]
    assert told.severity == severity
    assert told.place.startswith(str(path))
    assert (form is None) == (severity == "error")


def test_decomposed_letters_and_free_spelling_are_understood(tmp_path: Path) -> None:
    import unicodedata

    folder = tmp_path / "xa"
    shutil.copytree(SMALL, folder)
    for path in folder.glob("*.csv"):
        text = path.read_text(encoding="utf-8").replace("Số đếm", "so dem ").replace("≤", "<=")
        path.write_text(unicodedata.normalize("NFD", text), encoding="utf-8")
    assert load_form(folder).changed(folder="") == load_form(SMALL).changed(folder="")


def test_a_missing_sheet_and_an_unknown_column_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "xa"
    shutil.copytree(SMALL, folder)
    (folder / "chi_tieu.csv").unlink()
    text = (folder / "don_vi.csv").read_text(encoding="utf-8")
    (folder / "don_vi.csv").write_text(text.replace("Trước là", "Điện thoại"), encoding="utf-8")
    _, found = read_place(folder)
    assert any("thiếu trang tính “Chỉ tiêu”" in each.what for each in found)
    assert any("cột “Điện thoại”" in each.what and each.severity == "warning" for each in found)


def test_an_unknown_form_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UserError, match="Các mẫu có sẵn"):
        form_folder("khong_co")


def test_a_sheet_name_with_signs_that_are_allowed_makes_a_whole_set_of_files(tmp_path: Path) -> None:
    folder = changed(tmp_path, "chi_tieu", "B", {"Tên sheet": "B (2) & <x>, 100% - #1!"})
    made = make_all(str(folder), "quý III/2030", tmp_path / "ky")
    recalc(made.master, datetime(2030, 10, 1))
    assert "B (2) & <x>, 100% - #1!" in openpyxl.load_workbook(made.master).sheetnames


# One form, three shapes


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_the_same_in_every_shape(name: str, tmp_path: Path) -> None:
    place = FORMS[name]
    form, tables = load_form(place), tables_of_place(place)[0]
    book = tmp_path / "BIEU_MAU.xlsx"
    book.write_bytes(to_workbook(tables))
    assert same(load_form(book), form)
    assert same(read_form(unpacked(packed(tables))).form, form)
    assert same(read_form(tables_of(form)).form, form)


def same(first: Form, second: Form) -> bool:
    return first.changed(folder="") == second.changed(folder="")


@pytest.mark.parametrize("name", FORMS)
def test_csv_and_workbook_hold_the_same_texts(name: str, tmp_path: Path) -> None:
    place = FORMS[name]
    book = tmp_path / "BIEU_MAU.xlsx"
    book.write_bytes(to_workbook(tables_of_place(place)[0]))
    written = write_folder(tables_of_place(book)[0], tmp_path / "csv")
    for path in written:
        kept = place / path.name
        assert not kept.is_file() or kept.read_bytes() == path.read_bytes(), path.name
    assert {path.name for path in place.glob("*.csv")} <= {path.name for path in written}


def test_a_shipped_form_is_written_as_the_program_writes_it() -> None:
    tables, faults = tables_of_place(FORMS["shipped"])
    assert faults == []
    form = load_form(FORMS["shipped"])
    for key, table in tables_of(form).by_key.items():
        assert to_csv(table) == to_csv(tables.by_key[key]), key
    assert sum(len(path.read_text("utf-8").splitlines()) for path in FORMS["shipped"].glob("*.csv")) <= 1000


@pytest.mark.parametrize("change", ["cut", "changed", "moved", "first"])
def test_damage_to_what_a_book_carries_is_noticed(change: str) -> None:
    lines = packed(tables_of_place(SMALL)[0])
    match change:
        case "cut":
            del lines[-1]
        case "changed":
            lines[5] = lines[5].replace("]", " ]")
        case "moved":
            lines[5], lines[6] = lines[6], lines[5]
        case _:
            del lines[0]
    with pytest.raises(DamagedError):
        unpacked(lines)
