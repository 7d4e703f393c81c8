"""The verbs around a declaration: to a workbook and back, checked where it is written, installed for the user."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from cchc_xl.cli.command_app import app
from cchc_xl.declaration import form_folder, load_form
from cchc_xl.declaration.load_form import known_forms
from tools.template.build_template import write_template

SMALL = Path(__file__).parents[1] / "forms" / "xa"


def run(*words: object, status: int = 0) -> str:
    done = CliRunner().invoke(app, ["form", *map(str, words)], standalone_mode=False)
    assert done.exception is None, done.exception
    assert (done.return_value or 0) == status, done.output
    return done.output


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """The small form as a workbook."""
    run("export", "--form", SMALL, "--out", tmp_path)
    return tmp_path / "BIEU_MAU_xa.xlsx"


def typed(book: Path, sheet: str, cells: dict[str, str]) -> None:
    """Types into the workbook as a person does."""
    opened = openpyxl.load_workbook(book)
    for address, text in cells.items():
        opened[sheet][address] = text
    opened.save(book)


def test_a_form_goes_to_a_workbook_and_back(book: Path, tmp_path: Path) -> None:
    run("build", book, "--out", tmp_path / "csv")
    assert load_form(tmp_path / "csv").changed(folder="") == load_form(SMALL).changed(folder="")


def test_a_sheet_that_is_no_part_of_a_form_is_told_wherever_it_is_left_out(book: Path, tmp_path: Path) -> None:
    opened = openpyxl.load_workbook(book)
    opened.create_sheet("Ghi nhớ")["A1"] = "Hỏi lại Sở Nội vụ"
    opened.save(book)
    for said in (run("check", book), run("build", book, "--out", tmp_path / "csv")):
        assert "“Ghi nhớ” không thuộc khai báo biểu mẫu" in said
    (tmp_path / "csv" / "ghi_nho.csv").write_text("a,b\n", encoding="utf-8")
    assert "“ghi_nho.csv” không thuộc" in run("check", tmp_path / "csv")
    told = json.loads(run("check", book, "--json"))["findings"]
    assert ("", "") in {(each["sheet"], each["cell"]) for each in told}


CONDITIONS = {
    "=A.1.2<=A.1.1": "", "A.1.2 không lớn hơn A.1.1": "", "[A.1.2] KHÔNG VƯỢT QUÁ [A.1.1]": "",
    "NẾU [A.1.2] lớn hơn 0 THÌ [A.1.1] khác 0": "",
    "[A.1.2] ≤ 2 * CÙNG KỲ([A.1.2]) + KỲ TRƯỚC([A.1.1])": "",
    "[A.1.2] không phải [A.1.1]": "thừa “không”", "[A.1.2] phải nhỏ hơn [A.1.1]": "thừa “phải”",
    "#NAME?": "ô có lỗi công thức #NAME?", "Các dòng A.1.2 <= A.1.1": "không có chỉ tiêu mã “Các”",
    "KỲ TRƯỚC [A.1.1] > 0": "thiếu dấu “(” ở chỗ “[A.1.1]”", "NẾU [A.1.1] > 0 [A.1.2] > 0": "phải có THÌ",
}


@pytest.mark.parametrize("text", CONDITIONS)
def test_a_condition_is_read_as_people_write_it_or_answered_in_their_words(book: Path, text: str) -> None:
    """One that begins with = is a formula to openpyxl and to Excel alike."""
    typed(book, "Quy tắc", {"B2": text})
    wrong = CONDITIONS[text]
    said = run("check", book, status=1 if wrong else 0)
    assert wrong in said
    assert said.count("Quy tắc!B2") == bool(wrong)


UNFIT = {
    "G13": ("Chỉ tiêu", "Cộng", "câu trả lời chọn một không cộng được"),
    "G4": ("Chỉ tiêu", "Tử/mẫu", "Tử/mẫu cần tử số và mẫu số"),
    "I6": ("Chỉ tiêu", "A.1.3a", "tử số và mẫu số cùng là A.1.3a"),
    "D2": ("Đơn vị", "xa_dong", "vòng tròn: xa_dong → xa_dong"),
    "C2": ("Kỳ", "31/6", "“31/6” không phải ngày trong năm"),
    "C5": ("Chỉ tiêu", '="Hồ sơ "&"xong"', "ô là công thức chưa có kết quả"),
}


@pytest.mark.parametrize("cell", UNFIT)
def test_what_cannot_be_is_told_at_its_cell(book: Path, cell: str) -> None:
    sheet, text, what = UNFIT[cell]
    typed(book, sheet, {cell: text})
    said = run("check", book, status=1)
    assert f"{sheet}!{cell}" in said
    assert what in said


def test_what_may_be_a_slip_is_told_and_passes(book: Path) -> None:
    typed(book, "Kỳ", {"E2": "1/1"})
    typed(book, "Quy tắc", {"I2": "Cùng năm"})
    typed(book, "Biểu mẫu", {"B2": "2021"})
    said = run("check", book)
    for place in ("Kỳ!E2 › Hạn nộp", "Quy tắc!I2 › So với", "mã “2021” trùng mã"):
        assert place in said


DOUBTFUL = {
    "G4": ({"C4": "Thời gian giải quyết trung bình", "E4": "Số thập phân"}, "số bình quân của"),
    "G5": ({"D5": "%"}, "phần trăm của"),
    "G13": ({"F13": "Xã", "G13": ""}, "mọi đơn vị sẽ phải chọn giống nhau"),
    "C7": ({"I6": "A.1.1", "H6": "A.1.2"}, "số thu về không đi đâu cả"),
}


@pytest.mark.parametrize("cell", DOUBTFUL)
def test_what_adds_up_to_nothing_is_told(book: Path, cell: str) -> None:
    cells, what = DOUBTFUL[cell]
    assert what not in run("check", book)
    typed(book, "Chỉ tiêu", cells)
    typed(book, "Kỳ", {"G2": ""})
    assert re.search(f"Nên xem.*Chỉ tiêu!{cell} ›.*{what}", run("check", book))


def test_a_template_beside_the_form_is_proofread_with_it(book: Path) -> None:
    source = book.with_suffix(".txt")
    source.write_text("@ket Kỳ {{ ky_bao_cao }}\n", encoding="utf-8")
    write_template(source, book.with_name("mau.docx"))
    typed(book, "Kỳ", {"G2": "mau.docx"})
    told = run("check", book, status=1)
    assert re.search("Kỳ!G2 › Mẫu Word: mẫu “mau.docx” có \\d+ lỗi, lỗi đầu: không có tên", told)


def test_a_rate_asks_those_who_report_its_parts(book: Path) -> None:
    typed(book, "Chỉ tiêu", {"F6": "Tỉnh"})
    assert "Chỉ tiêu!F6 › Ai báo cáo: tỷ lệ tính từ số của Xã, không hỏi Tỉnh" in run("check", book)


def test_faults_stand_in_the_cells_and_go_when_they_are_mended(book: Path) -> None:
    typed(book, "Chỉ tiêu", {"E4": "Số", "F5": "Huyện"})
    said = run("check", book, status=1)
    assert "Chỉ tiêu!E4" in said
    assert "Chỉ tiêu!F5" in said
    opened = openpyxl.load_workbook(book)
    assert "không nằm trong danh sách" in opened["Chỉ tiêu"]["E4"].comment.text
    listed = opened["Lỗi khai báo"]
    assert [listed[f"G{row}"].value for row in (2, 3)] == ["Chỉ tiêu!E4", "Chỉ tiêu!F5"]
    assert listed["C2"].value == '=HYPERLINK("#\'Chỉ tiêu\'!E4","Chỉ tiêu!E4")'
    typed(book, "Chỉ tiêu", {"E4": "Số đếm", "F5": "Xã"})
    run("check", book)
    opened = openpyxl.load_workbook(book)
    assert opened["Chỉ tiêu"]["E4"].comment is None
    assert [listed.value for listed in opened["Lỗi khai báo"]["G"][1:]].count("Chỉ tiêu!E4") == 0


def test_machine_names_are_made_once_and_kept(book: Path) -> None:
    typed(book, "Chỉ tiêu", {"A15": "B.7", "C15": "Số hồ sơ đã số hóa", "E15": "Số đếm", "F15": "Xã"})
    run("check", book)
    opened = openpyxl.load_workbook(book)
    names = {cell.value for cell in opened["Chỉ tiêu"]["V"]}
    assert "so_ho_so_da_so_hoa" in names
    typed(book, "Chỉ tiêu", {"C15": "Số hồ sơ đã được số hóa trong kỳ"})
    run("check", book)
    assert load_form(book).by_code["B.7"].name == "so_ho_so_da_so_hoa"


def test_checks_in_cells_are_rules(book: Path) -> None:
    typed(book, "Chỉ tiêu", {"K5": "A.1.1", "L5": "Cần giải trình", "J4": "A.1.2 + A.1.3a"})
    form = load_form(book)
    rules = {rule.code: rule for rule in form.rule_lines()}
    assert rules["A.1.2 ≤ A.1.1"].test == "xong <= nhan"
    assert rules["A.1.2 ≤ A.1.1"].severity == "warning"
    assert rules["A.1.1 = tổng"].test == "nhan == xong + dung_hen"
    assert "A.1.2 + A.1.3a" in rules["A.1.1 = tổng"].remedy


def test_csv_faults_have_file_and_line_for_machines_too(tmp_path: Path) -> None:
    folder = tmp_path / "xa"
    shutil.copytree(SMALL, folder)
    path = folder / "don_vi.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("xa_tay,Xã Tây", "xa_dong,Xã Tây"), encoding="utf-8")
    assert f"{path}:3" in run("check", folder, status=1)
    told = json.loads(run("check", folder, "--json", status=1))["findings"]
    (fault,) = [each for each in told if each["severity"] == "error"]
    assert (fault["file"], fault["line"], fault["column"]) == (str(path), 3, "Mã")


def test_an_installed_form_is_found_by_its_name(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "nha")
    (book.parent / "bao_cao_nam.docx").write_bytes(b"mau rieng")
    run("install", book)
    assert known_forms()["xa"] == form_folder("xa")
    assert load_form(form_folder("xa")).title == "Biểu tổng hợp thử"
    assert (form_folder("xa") / "bao_cao_nam.docx").read_bytes() == b"mau rieng"


def test_a_form_with_the_name_of_one_of_the_programs_own_is_not_installed(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "nha")
    typed(book, "Biểu mẫu", {"B2": "2021"})
    done = CliRunner().invoke(app, ["form", "install", str(book)], standalone_mode=False)
    assert "mã “2021” là của mẫu báo cáo có sẵn" in str(done.exception)
    assert "Đặt mã khác" in str(done.exception)
    assert not (tmp_path / "nha").exists()


def test_an_export_never_writes_over_a_file(book: Path) -> None:
    done = CliRunner().invoke(app, ["form", "export", "--form", str(SMALL), "--out", str(book)])
    assert "đã có tệp này" in str(done.exception)
