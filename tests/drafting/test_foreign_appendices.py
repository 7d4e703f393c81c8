"""Appendices as other offices make them: what is not read is told, what is not known is asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import docx
import openpyxl
import pytest
from appendices import Printed, answered, as_sheet, as_word

from cchc_xl.declaration import form_folder, load_form
from cchc_xl.drafting.draft_form import Draft, drafted_form
from cchc_xl.drafting.word_template import sentences
from cchc_xl.errors import UserError
from cchc_xl.master.build_master import new_master
from cchc_xl.schema import begun, period_of
from cchc_xl.schema.declaration_tables import INDICATORS, TABLE_COLUMNS

HEADS = ("STT", "Nội dung", "Đơn vị tính", "Số liệu", "Ghi chú")


def drafted(rows: Sequence[Sequence[str]], folder: Path, heads: Sequence[str] = HEADS, title: str = "BẢNG SỐ") -> Draft:
    """The draft of lines; missing cells at the end are blank."""
    whole = [(*row, *[""] * (len(heads) - len(row))) for row in rows]
    return drafted_form(as_word(Printed(title, heads, whole), folder / "phu_luc.docx"))


def cells(made: Draft, title: str) -> dict[str, str]:
    return {line["Mã"]: line[title] for line in made.tables.lines(INDICATORS)}


def asked(made: Draft) -> list[tuple[str, str]]:
    """The questions but for who reports."""
    known = [each for each in made.questions if each.sheet == "chi_tieu"]
    return [(each.key, each.column) for each in known if each.column != "Ai báo cáo"]


def test_a_table_is_known_by_its_shape_where_no_heading_says_so(tmp_path: Path) -> None:
    heads = ("Lĩnh vực", "Tiếp nhận›Tổng số", "Tiếp nhận›Trong kỳ", "Đã trả", "Tỷ lệ (%)", "Ghi chú")
    rows = [(name, *[""] * 5) for name in ("Hộ tịch", "Đất đai", "Tổng cộng")]
    printed = Printed("TÌNH HÌNH HỒ SƠ", heads, rows, numbers=("A", "(1)", "(2)", "(3)", "(4)=(3)/(1)", "B"))
    made = drafted_form(as_word(printed, tmp_path / "bieu.docx"))
    assert [line["Chỉ tiêu"] for line in made.tables.lines(INDICATORS)][2:] == ["Hộ tịch", "Đất đai", "Tổng cộng"]
    assert cells(made, "Kiểu")["bang1.3"] == "Dòng tổng"
    columns = [(line["Tiêu đề 1"], line["Công thức"]) for line in made.tables.lines(TABLE_COLUMNS)]
    assert columns[:2] == [("STT", ""), ("Lĩnh vực", "")]
    assert [formula for _, formula in columns[2:]] == ["(2)", "", "", "(3) / (1)"]
    answered(made)


def test_what_is_carried_over_from_several_columns_is_asked(tmp_path: Path) -> None:
    heads = ("TT", "Lĩnh vực", "Kỳ trước chuyển sang", "Đang giải quyết›Trong hạn", "Đang giải quyết›Quá hạn")
    made = drafted([("1", "Hộ tịch"), ("2", "Đất đai")], tmp_path, heads)
    assert [(each.column, each.text) for each in made.questions if each.sheet == "cot"] == [("Nguồn", "Nhập")]
    answered(made)


def test_a_column_that_a_sheet_hides_is_not_drafted(tmp_path: Path) -> None:
    printed = Printed("BẢNG SỐ", (*HEADS[:4], "Cột phụ", "Ghi chú"), [("1", "Số cuộc họp", "Cuộc", "", "", "")])
    path = as_sheet(printed, tmp_path / "so.xlsx")
    book = openpyxl.load_workbook(path)
    book.worksheets[0].column_dimensions["E"].hidden = True
    book.save(path)
    made = drafted_form(path)
    assert cells(made, "Kiểu") == {"I": "Phần", "I.1": "Số đếm"}
    assert "trang tính “Sheet”, cột E: cột ẩn, chưa đọc." in made.left_out


def test_numbers_in_the_labels_of_a_table_without_a_column_for_them_stay(tmp_path: Path) -> None:
    made = drafted([("1. Dân chủ",), ("Số cuộc họp",), ("2. Thanh niên",), ("Số thanh niên",)], tmp_path,
                   ("Nội dung", "Số lượng", "Ghi chú"))
    assert list(cells(made, "Chỉ tiêu").items())[1:] == [
        ("I.1", "1. Dân chủ"), ("I.1.1", "Số cuộc họp"), ("I.2", "2. Thanh niên"), ("I.2.1", "Số thanh niên")
    ]


def test_every_table_of_a_file_keeps_its_figures(tmp_path: Path) -> None:
    document = docx.Document()
    for number in (1, 2):
        rows = [("1", f"Dòng {number}", "", "")]
        printed = Printed(f"SỐ LIỆU {'ABC'[number]}", ("STT", "Nội dung", "Kỳ này", "Lũy kế"), rows)
        path = as_word(printed, tmp_path / "hai.docx", document=document)
    made = drafted_form(path)
    assert [len(section.indicators) for section in answered(made).sections] == [2, 2]


def test_what_is_not_read_is_told(tmp_path: Path) -> None:
    path = as_sheet(Printed("BẢNG SỐ", HEADS, [("1", "Số cuộc họp", "Cuộc", "", "")]), tmp_path / "so.xlsx")
    book = openpyxl.load_workbook(path)
    guide, hidden = book.create_sheet("Hướng dẫn"), book.create_sheet("Danh mục")
    guide["A1"], guide["A2"], hidden["A1"], hidden["A2"] = "Cách ghi", "Ghi số tròn", "Có", "Không"
    hidden.sheet_state = "hidden"
    book.worksheets[0]["A8"] = "Ghi chú: số liệu lấy trên hệ thống"
    book.save(path)
    told = " ".join(drafted_form(path).left_out)
    assert "Ghi chú: số liệu lấy trên hệ thống" in told
    assert "trang tính “Hướng dẫn”: không thấy dòng tiêu đề" in told
    assert "trang tính “Danh mục”: trang tính ẩn, chưa đọc" in told


def test_remarks_outside_the_tables_of_a_letter_are_told(tmp_path: Path) -> None:
    document = docx.Document()
    printed = Printed("BẢNG SỐ", HEADS, [("1", "Số hồ sơ quá hạn¹", "Hồ sơ", "", "")])
    as_word(printed, tmp_path / "a.docx", document=document)
    for said in ("¹ Không tính hồ sơ đã gia hạn.", "Ghi chú: các sở báo cáo mục I.", "Nơi nhận: như trên"):
        document.add_paragraph(said)
    document.save(tmp_path / "a.docx")
    told = drafted_form(tmp_path / "a.docx").left_out
    assert [each.partition("“")[2].partition("”")[0] for each in told] == [
        "¹ Không tính hồ sơ đã gia hạn.", "Ghi chú: các sở báo cáo mục I."
    ]


def test_a_column_that_says_how_to_fill_in_is_no_figure(tmp_path: Path) -> None:
    heads = ("TT", "Nội dung", "Đơn vị tính", "Số kỳ này", "Cách ghi")
    rows = [("1", "Số vụ việc", "Vụ", "", "Không phát sinh ghi 0"), ("2", "Số mét giá", "Mét", "", "Ghi số lẻ đến 0,1")]
    made = drafted(rows, tmp_path, heads)
    assert cells(made, "Ghi chú gợi ý")["I.1"] == "Không phát sinh ghi 0"
    assert (cells(made, "Kiểu")["I.1"], cells(made, "Kiểu")["I.2"]) == ("Số đếm", "Số thập phân")


def test_codes_that_the_print_has_are_no_figures(tmp_path: Path) -> None:
    made = drafted([("1", "Số máy tính", "101", "Chiếc", "")], tmp_path, ("STT", "Chỉ tiêu", "Mã số", "ĐVT", "Kết quả"))
    assert cells(made, "Kiểu")["I.1"] == "Số đếm"
    assert "cột “Mã số”" in made.left_out[0]


def test_rows_that_are_not_counted_as_the_others_are_asked(tmp_path: Path) -> None:
    rows = [("1", "Số máy", "Chiếc"), ("2", "Tỷ lệ máy nối mạng", "%"), ("3", "Có tổ công nghệ", "Có = 1; Không = 0"),
            ("4", "Kinh phí", "Triệu đồng")]
    heads = ("STT", "Chỉ tiêu", "ĐVT", "Trong kỳ", "Lũy kế")
    made = drafted(rows, tmp_path, heads, "KẾT QUẢ CỦA UBND CẤP XÃ")
    assert asked(made) == [("bang1.2", "Kiểu"), ("bang1.3", "Kiểu")]
    assert cells(made, "Ai báo cáo")["bang1"] == "Xã"
    assert [line["Kiểu"] for line in made.tables.lines(TABLE_COLUMNS)][2:] == ["Số thập phân"] * 2


def test_a_list_of_blank_lines_is_one_that_offices_write(tmp_path: Path) -> None:
    heads = ("TT", "Tên sáng kiến", "Tác giả", "Ngày công nhận", "Số quyết định", "Giá trị làm lợi (triệu đồng)")
    made = drafted([("1",), ("2",), ("…",)], tmp_path, heads, "DANH SÁCH SÁNG KIẾN")
    assert [line["Kiểu"] for line in made.tables.lines(INDICATORS)] == ["Phần", "Bảng", "Dòng mở"]
    assert [line["Kiểu"] for line in made.tables.lines(TABLE_COLUMNS)] == [
        "Chữ", "Chữ", "Chữ", "Ngày", "Chữ", "Số thập phân"
    ]


def test_what_is_on_time_is_no_part_of_what_was_early(tmp_path: Path) -> None:
    rows = [("1", "Số hồ sơ giải quyết trước hạn", "Hồ sơ"), ("2", "Số hồ sơ giải quyết đúng hạn", "Hồ sơ")]
    made = drafted(rows, tmp_path)
    assert cells(made, "Không lớn hơn") == {"I": "", "I.1": "", "I.2": ""}


@pytest.mark.parametrize("label", ["Trong đó:", "Chia ra:", "Gồm:"])
def test_a_line_that_leads_to_parts_is_a_heading(label: str, tmp_path: Path) -> None:
    made = drafted([("1", "Số người", "Người"), ("", label), ("", "+ Nữ", "Người")], tmp_path)
    assert [cells(made, "Kiểu")[code] for code in ("I.1", "I.1.1", "I.1.2")] == ["Số đếm", "Nhóm", "Số đếm"]


def test_done_of_all_in_one_line_is_a_pair(tmp_path: Path) -> None:
    made = drafted([("1", "Số vấn đề đã xử lý/tổng số vấn đề phát hiện", "Vấn đề")], tmp_path)
    assert cells(made, "Kiểu")["I.1"] == "Đã làm/tổng"


def test_formulas_that_the_print_has_are_used(tmp_path: Path) -> None:
    made = drafted([
        ("I", "Phần"), ("1", "Kế hoạch"), ("1.1", "Số nhiệm vụ đề ra", "Nhiệm vụ"),
        ("1.2", "Số nhiệm vụ đã xong", "Nhiệm vụ"),
        ("1.3", "Tỷ lệ nhiệm vụ đã xong", "%", "", "= 1.2/1.1"),
        ("2", "Số hồ sơ (4)=(2.1)+(2.2)", "Hồ sơ"),
        ("2.1", "Trực tiếp", "Hồ sơ"), ("2.2", "Trực tuyến", "Hồ sơ", "", "Thời điểm 30/11"),
    ], tmp_path)
    assert (cells(made, "Tử số")["I.1.3"], cells(made, "Mẫu số")["I.1.3"]) == ("I.1.2", "I.1.1")
    assert cells(made, "Bằng tổng của")["I.2"] == "I.2.1 + I.2.2"
    hints = cells(made, "Ghi chú gợi ý")
    assert (hints["I.1.3"], hints["I.2.2"]) == ("bằng 1.2/1.1", "Thời điểm 30/11")


@pytest.mark.parametrize(("printed", "declared"), [
    ("(7)=(3)-(6)", "(3) - (6)"), ("(7) = (3) – (6)", "(3) - (6)"), ("(7)=(3)−(6)", "(3) - (6)"),
    ("7=3—6", "(3) - (6)"), ("(7)=(4)+(5)-(6)", "(4) + (5) - (6)"), ("7=(4+5) (hồ sơ)", "(4) + (5)"),
    ("(7)=(6):(3)x100%", "(6) / (3)"),
    ("(7)=(6)*100/(3)", "(6) / (3)"),
])
def test_a_formula_of_columns_is_drafted_as_printed(printed: str, declared: str, tmp_path: Path) -> None:
    assert column_seven(printed, tmp_path)["Công thức"] == declared


@pytest.mark.parametrize("printed", [
    "(7)=(3)x(6)", "7=3x6", "(7)=(3)-(5+6)", "7=3+4+…+6", "(7)=(3)+(4)=(5)+(6)", "(7)=(3)+(4), trừ hồ sơ rút",
    "(7)=(3)x100", "(7)=(6)/(3)x1000", "(7)=100-(6)", "(7)=(6)/((3)+(4))", "(7)=(3)-(19)",
])
def test_a_formula_of_another_shape_is_asked(printed: str, tmp_path: Path) -> None:
    line = column_seven(printed, tmp_path)
    assert (line["Công thức"], line["asked"]) == ("", "Nguồn")


def test_a_formula_in_other_numbers_than_the_columns_have_is_asked(tmp_path: Path) -> None:
    made = drafted([("1", "Đất đai")], tmp_path, ("TT", "Lĩnh vực", "Tổng số", "Đã trả", "Còn lại (3)=(1)-(2)"))
    assert [each.column for each in made.questions if each.sheet == TABLE_COLUMNS.key] == ["Nguồn"]


def column_seven(printed: str, folder: Path) -> dict[str, str]:
    """The last column's line on sheet Cột, and what of it is asked."""
    heads = ("TT", "Lĩnh vực", "Tổng số", "Trực tuyến", "Trực tiếp", "Đã trả", "Khác")
    rows = [("1", "Hộ tịch", *[""] * 5), ("2", "Đất đai", *[""] * 5)]
    table = Printed("TÌNH HÌNH HỒ SƠ", heads, rows, numbers=("(1)", "(2)", "(3)", "(4)", "(5)", "(6)", printed))
    made = drafted_form(as_word(table, folder / "bieu.docx"))
    *_, last = made.tables.lines(TABLE_COLUMNS)
    questions = [each.column for each in made.questions if each.sheet == TABLE_COLUMNS.key]
    return {title: last[title] for title in ("Mã cột", "Nguồn", "Công thức")} | {"asked": " ".join(questions)}


def test_lettered_numbers_and_bounds_in_notes_are_read(tmp_path: Path) -> None:
    made = drafted([
        ("I", "Phần"), ("1", "Kế hoạch"), ("1.1.a", "Số việc đề ra", "Việc"),
        ("1.1.b", "Số việc đã xong", "Việc", "", "Không lớn hơn dòng 1.1.a"),
        ("1.1.c", "Tỷ lệ việc đã xong", "%", "", "= 1.1.b/1.1.a"),
        ("2", "Số hồ sơ", "Hồ sơ"), ("2a", "Số hồ sơ đúng hạn", "Hồ sơ"), ("3", "Số còn lại", "Hồ sơ", "", "= 2 - 2a"),
        ("4", "Số cuộc họp (không nhiều hơn mục 2)", "Cuộc"), ("5", "Số đợt", "Đợt", "", "Không lớn hơn 2"),
    ], tmp_path)
    assert (cells(made, "Tử số")["I.1.3"], cells(made, "Mẫu số")["I.1.3"]) == ("I.1.2", "I.1.1")
    bounds = cells(made, "Không lớn hơn")
    assert (bounds["I.1.2"], bounds["I.2.1"]) == ("I.1.1", "I.2")
    assert "I.1.3a" not in bounds
    assert (bounds["I.4"], bounds["I.5"]) == ("I.2", "")
    assert not cells(made, "Bằng tổng của")["I.3"]


def test_a_table_of_columns_gets_a_section_of_its_own(tmp_path: Path) -> None:
    whole = docx.Document()
    for heads, row in ((HEADS, ("A", "PHẦN MỘT", "", "", "")),
                       (("TT", "Lĩnh vực", "Tiếp nhận", "Đã trả"), ("1", "Hộ tịch", "", ""))):
        whole.add_paragraph("BẢNG SỐ LIỆU " + heads[1].upper())
        table = whole.add_table(0, len(heads))
        rows = (heads, row, ("1", "Số hồ sơ", "Hồ sơ", "", "")) if heads is HEADS else (heads, row, row)
        for texts in rows:
            for cell, text in zip(table.add_row().cells, texts, strict=True):
                cell.text = text
    whole.save(str(tmp_path / "hai.docx"))
    made = drafted_form(tmp_path / "hai.docx")
    assert [code for code, kind in cells(made, "Kiểu").items() if kind == "Phần"] == ["A", "B"]


def test_what_a_rate_divides_is_asked_where_nothing_tells(tmp_path: Path) -> None:
    made = drafted([("1", "Tỷ lệ hồ sơ trực tuyến (%)"), ("2", "Mức độ hài lòng", "%"),
                    ("3", "Tỷ lệ hồ sơ được số hóa", "%")], tmp_path)
    assert asked(made) == [("I.1b", "Chỉ tiêu"), ("I.2a", "Chỉ tiêu"), ("I.2b", "Chỉ tiêu")]
    labels = cells(made, "Chỉ tiêu")
    assert (labels["I.1a"], labels["I.3b"]) == ("Số hồ sơ trực tuyến", "Tổng số hồ sơ")


def test_units_in_the_labels_are_read(tmp_path: Path) -> None:
    rows = [("1", "Số cuộc họp dân (cuộc)"), ("2", "Kinh phí, gồm: (triệu đồng)"), ("", "a) Ngân sách tỉnh"),
            ("", "b) Ngân sách xã"), ("3", "Đã ban hành đề án (Có/Không)"), ("4", "Đã công khai (đánh dấu x nếu có)")]
    made = drafted(rows, tmp_path, ("STT", "Nội dung", "Số lượng"))
    assert cells(made, "Kiểu") == {"I": "Phần", "I.1": "Số đếm", "I.2": "Số thập phân", "I.2.1": "Số thập phân",
                                   "I.2.2": "Số thập phân", "I.3": "Có/Không", "I.4": "Có/Không"}
    assert cells(made, "ĐVT")["I.1"] == "cuộc"
    assert cells(made, "Bằng tổng của")["I.2"] == "I.2.1 + I.2.2"


def test_an_office_s_letterhead_is_no_title(tmp_path: Path) -> None:
    path = as_sheet(Printed("BIỂU TỔNG HỢP KẾT QUẢ", HEADS, [("1", "Số cuộc họp", "Cuộc", "", "")],
                            above=("UBND TỈNH THỬ", "SỞ NỘI VỤ")), tmp_path / "so.xlsx")
    assert made_title(drafted_form(path)) == "BIỂU TỔNG HỢP KẾT QUẢ"


def made_title(made: Draft) -> str:
    return next(line["Giá trị"] for line in made.tables.by_key["bieu_mau"].lines if line["Mục"] == "Tên in")


def test_contacts_without_lines_are_not_told_to_be_counted_anew(tmp_path: Path) -> None:
    made = drafted([("1",), ("2",)], tmp_path, ("TT", "Họ và tên", "Chức vụ", "Điện thoại"), "DANH SÁCH ĐẦU MỐI")
    assert made.left_out == ()


def test_sentences_of_the_first_template_leave_out_what_labels_say_beside(tmp_path: Path) -> None:
    form = answered(drafted([
        ("I", "Phần"), ("1", "Số hồ sơ quá hạn¹ (4)=(1.1)+(1.2)", "Hồ sơ"), ("1.1", "Trực tiếp", "Hồ sơ"),
        ("1.2", "Trực tuyến", "Hồ sơ"), ("2", "Số người", "Người"), ("", "Trong đó: + Nữ", "Người"),
        ("3", "Tỷ lệ hồ sơ được số hóa (%)"), ("4", "Số UBND cấp xã có máy quét", "Đơn vị"),
    ], tmp_path))
    said = [text for _, text in sentences(form)]
    assert said[1].startswith("Số hồ sơ quá hạn là {{ ")
    assert said[5].startswith("- Nữ: {{ ")
    assert "%}Tỷ lệ hồ sơ được số hóa đạt {{" in said[6]
    assert said[7].startswith("Số UBND cấp xã có máy quét là {{ ")


def test_a_table_is_told_by_the_groups_of_its_headings(tmp_path: Path) -> None:
    form = load_form(form_folder("ii06b"))
    said = next(text for _, text in sentences(form) if text.startswith("Tổng hợp chung"))
    first = 'Tổng hợp chung: tiếp nhận tổng số {{ ii06b["TỔNG CỘNG"]["(3)"] }} hồ sơ TTHC, trực tuyến {{'
    assert said.startswith(first)


@pytest.mark.parametrize(("made", "what"), [("thu.py", "không phải tệp phụ lục"), ("so.xlsx", "do phần mềm lập")])
def test_files_that_are_no_appendix_are_refused(made: str, what: str, tmp_path: Path) -> None:
    (tmp_path / "thu.py").write_text("x", encoding="utf-8")
    form = load_form(form_folder("ii06b"))
    new_master(begun(form, period_of(form, "quý I/2026")), tmp_path / "so.xlsx")
    with pytest.raises(UserError, match=what):
        drafted_form(tmp_path / made)
