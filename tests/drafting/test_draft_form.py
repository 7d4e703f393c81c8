"""A form drafted from the appendix that somebody sent, whatever its shape."""

from __future__ import annotations

import zipfile
from collections import Counter
from pathlib import Path

import docx
import openpyxl
import pytest
from appendices import COMPOSED, Printed, as_sheet, as_word, by_office, of_sections, of_table, plan_and_done
from click.testing import CliRunner

from cchc_xl.cli.command_app import app
from cchc_xl.declaration import form_folder, load_form
from cchc_xl.declaration.load_form import examined
from cchc_xl.drafting.draft_form import Draft, drafted_form
from cchc_xl.drafting.outline import outline, reported
from cchc_xl.drafting.printed_table import PrintedRow
from cchc_xl.errors import UserError
from cchc_xl.schema import Form, Heading, declaration_words as words
from cchc_xl.schema.declaration_tables import CONTACTS, FORM, INDICATORS, TABLE_COLUMNS, UNITS
from cchc_xl.schema.model_kinds import Kind, Total
from cchc_xl.verbs.declaration import draft

TITLE = "SỐ LIỆU VÀ KẾT QUẢ THỰC HIỆN CÔNG TÁC CẢI CÁCH HÀNH CHÍNH NĂM 2021"


def sections(form: Form) -> tuple[object, ...]:
    return tuple(section for section in form.sections if section.printed)


@pytest.fixture(scope="module")
def appendix(form: Form, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("phu_luc") / "phu_luc_2.docx"
    return as_word(of_sections(sections(form), TITLE), path)  # type: ignore[arg-type]


def lines(made: Draft) -> list[tuple[str, str, str, str]]:
    return [(line["Mã"], line["STT in"], line["Chỉ tiêu"], line["Kiểu"]) for line in made.tables.lines(INDICATORS)]


def answered(made: Draft) -> Form:
    """The form once the questions on names of offices are answered."""
    by_key = dict(made.tables.by_key)
    numbers = {note.line for note in made.questions if note.sheet == UNITS.key}
    table = by_key[UNITS.key]
    by_key[UNITS.key] = table.with_cells({(number, "Tên"): f"Đơn vị {number}" for number in numbers})
    found, faults = examined(type(made.tables)(by_key), [], "nháp")
    assert found is not None, [(fault.place, fault.what) for fault in faults]
    return found


def test_every_line_of_the_print_is_drafted_with_its_level_and_code(form: Form, appendix: Path) -> None:
    got = {code: kind for code, _, _, kind in lines(drafted_form(appendix))}
    for section in form.sections:
        if section.printed:
            assert got[section.number] == "Phần"
            assert {row.code: isinstance(row, Heading) for row in section.rows} == {
                row.code: got[row.code] == "Nhóm" for row in section.rows
            }


def test_a_draft_is_a_form_once_its_questions_are_answered(appendix: Path) -> None:
    made = drafted_form(appendix)
    asked = Counter((note.sheet, note.column) for note in made.questions)
    assert asked.keys() == {("chi_tieu", "Ai báo cáo"), ("chi_tieu", "Chỉ tiêu"), ("don_vi", "Tên")}
    form = answered(made)
    assert form.by_code["III.6.8"].has_parts
    assert form.printed_title == "SỐ LIỆU VÀ KẾT QUẢ THỰC HIỆN CÔNG TÁC CẢI CÁCH HÀNH CHÍNH {kỳ}"
    assert form.printed_heads.split("\n")[0] == (
        "STT | Chỉ tiêu thống kê | Kết quả thống kê › Đơn vị tính | Kết quả thống kê › Số liệu | Ghi chú"
    )


def test_each_proposal_tells_its_cell_and_how_sure_it_is(appendix: Path) -> None:
    made = drafted_form(appendix)
    note = next(each for each in made.notes if each.column == "Kiểu" and each.text == "Có/Không")
    assert note.where.startswith("bảng 1, dòng ")
    assert 0.9 < note.sure < 1
    assert "Có = 1" in note.why


def test_lines_found_again_keep_what_people_declared(form: Form, appendix: Path) -> None:
    made = drafted_form(appendix, form)
    assert not made.questions
    again = answered(made)
    for row in form.indicators():
        same = again.by_code[row.code]
        assert (same.name, same.reported_by, same.total, same.kind) == (
            row.name, row.reported_by, row.total, row.kind
        ), row.code
        assert (same.numerator, same.denominator, same.reference, same.min, same.max) == (
            row.numerator, row.denominator, row.reference, row.min, row.max
        )
    assert len(list(again.rule_lines())) == len(list(form.rule_lines()))


@pytest.mark.parametrize("name", COMPOSED)
@pytest.mark.parametrize("write", [as_word, as_sheet], ids=["word", "excel"])
def test_appendices_of_other_shapes(name: str, write: object, tmp_path: Path) -> None:
    printed = COMPOSED[name]()
    path = write(printed, tmp_path / f"a{'.docx' if write is as_word else '.xlsx'}")  # type: ignore[operator]
    made = drafted_form(path)
    own = [line for line in lines(made) if line[1] != "–" or line[3] != "Phần"]
    own = [line for line in own if not (line[0][-1].isalpha() and "." in line[0])]
    assert [label for _, _, label, _ in own] == [row[1] for row in printed.rows]
    wanted = {label: kind for label, (kind, _) in printed.answers.items()}
    got = {label: kind for _, _, label, kind in own if label in wanted and kind != "Có/Không"}
    assert got.items() <= wanted.items()
    answered(made)


def test_an_empty_first_column_and_a_table_cut_by_a_page(form: Form, tmp_path: Path) -> None:
    printed = of_sections(sections(form)[:2], TITLE)  # type: ignore[arg-type]
    whole = lines(drafted_form(as_word(printed, tmp_path / "lien.docx")))
    assert lines(drafted_form(as_word(printed, tmp_path / "cat.docx", cut=14))) == whole
    assert lines(drafted_form(as_word(printed, tmp_path / "cat2.docx", cut=14, again=False))) == whole
    assert lines(drafted_form(as_sheet(printed, tmp_path / "cot_trong.xlsx", first_column=3))) == whole


def test_numbers_that_word_writes_itself(tmp_path: Path) -> None:
    made = docx.Document()
    table = made.add_table(rows=4, cols=4)
    for place, text in enumerate(("STT", "Nội dung", "ĐVT", "Số liệu")):
        table.cell(0, place).text = text
    for row, (label, unit) in enumerate((("Số cuộc họp", "Cuộc"), ("Số văn bản", "Văn bản"), ("Có họp", "")), 1):
        table.cell(row, 1).text, table.cell(row, 2).text = label, unit
        paragraph = table.cell(row, 0).paragraphs[0]
        paragraph.style = made.styles["List Number"]
    made.save(tmp_path / "tu_dong.docx")
    got = lines(drafted_form(tmp_path / "tu_dong.docx"))
    assert [(code, label) for code, _, label, _ in got[1:]] == [
        ("I.1", "Số cuộc họp"), ("I.2", "Số văn bản"), ("I.3", "Có họp")
    ]
    assert got[0][1] == "–"


def test_the_ministry_table_keeps_headings_formulas_and_rows(tmp_path: Path) -> None:
    form = load_form(form_folder("ii06a"))
    table = form.sections[0].tables[0]
    path = as_sheet(of_table(form, table, "Biểu số II.06a/VPCP/KSTT"), tmp_path / "bieu.xlsx", first_column=2)
    made = drafted_form(path)
    assert [line["Kiểu"] for line in made.tables.lines(INDICATORS)][1] == "Bảng"
    assert [line["Mã"] for line in made.tables.lines(INDICATORS)][1] == "ii06a"
    columns = {line["Mã cột"]: line for line in made.tables.lines(TABLE_COLUMNS)}
    assert (columns["(4)"]["Tiêu đề 1"], columns["(4)"]["Tiêu đề 2"], columns["(4)"]["Tiêu đề 3"]) == (
        "Tiếp nhận", "Trong đó", "Trực tuyến"
    )
    assert columns["(3)"]["Công thức"] == "(4) + (5) + (6)"
    assert columns["(6)"]["Công thức"] == "(11) kỳ trước"
    answered(made)


def test_last_years_table_is_found_again(tmp_path: Path) -> None:
    form = load_form(form_folder("ii06a"))
    path = as_sheet(of_table(form, form.sections[0].tables[0], "Biểu số II.06a/VPCP/KSTT"), tmp_path / "bieu.xlsx")
    made = drafted_form(path, form)
    assert not made.questions
    again = answered(made)
    assert {row.name for row in again.indicators()} == {row.name for row in form.indicators()}
    assert len(list(again.rule_lines())) == len(list(form.rule_lines()))


def test_plan_and_done_columns(tmp_path: Path) -> None:
    made = drafted_form(as_word(plan_and_done(), tmp_path / "ke_hoach.docx"))
    sources = {line["Mã cột"]: (line["Nguồn"], line["Công thức"]) for line in made.tables.lines(TABLE_COLUMNS)}
    assert sources["(3)"][0] == "Kế hoạch"
    assert sources["(5)"][0] == "Lũy kế"
    assert sources["(6)"] == ("Tỷ lệ", "(5) / (3)")
    answered(made)


def test_offices_as_rows_become_units(tmp_path: Path) -> None:
    made = drafted_form(as_sheet(by_office(), tmp_path / "don_vi.xlsx"))
    assert [(line["Tên"], line["Loại"]) for line in made.tables.lines(UNITS)] == [
        ("Xã Bình Minh Thử", "Xã"), ("Xã Tân Lập Thử", "Xã"), ("Phường An Thử", "Phường")
    ]
    assert answered(made).sections[0].tables[0].numbered


def test_contacts_and_statistics_of_one_letter(form: Form, tmp_path: Path) -> None:
    document = docx.Document()
    contacts = Printed(
        "DANH SÁCH LÃNH ĐẠO, CÔNG CHỨC PHỤ TRÁCH", ("STT", "Nội dung", "Họ tên", "Trình độ chuyên môn ¹¹"),
        [("1", "Lãnh đạo phụ trách", "", ""), ("2", "Công chức tham mưu", "", ""), ("2", "Công chức một cửa", "", "")],
        ("PHỤ LỤC 1",),
    )
    as_word(contacts, tmp_path / "x.docx", document=document)
    path = as_word(of_sections(sections(form)[:1], TITLE), tmp_path / "hai.docx", document=document)  # type: ignore[arg-type]
    made = drafted_form(path)
    told = [(line["Phần"], line["Chữ"]) for line in made.tables.lines(CONTACTS)]
    assert ("Cột", "Trình độ chuyên môn ¹¹") in told
    assert ("Dòng", "Công chức một cửa") in told
    assert "đánh số lại" in made.left_out[0]
    assert lines(made)[0][0] == "I"


def test_a_filled_appendix_gives_kinds_and_no_notes_of_its_year(tmp_path: Path) -> None:
    printed = Printed("BẢNG SỐ LIỆU NĂM 2026", ("STT", "Chỉ tiêu", "Kết quả", "Kết quả", "Ghi chú"), [
        ("I", "Công tác CCHC", "", "", ""), ("1", "Số cơ quan tự chủ", "Cơ quan", "24/24", "Ghi rõ đã làm/tổng số"),
        ("2", "Số kế hoạch", "Văn bản", "3", "Văn bản số 05/KH-UBND ngày 19/01/2026"),
    ])
    made = drafted_form(as_word(printed, tmp_path / "da_dien.docx"))
    found = {line["Mã"]: (line["Kiểu"], line["Ghi chú gợi ý"]) for line in made.tables.lines(INDICATORS)}
    assert found["I.1"] == ("Đã làm/tổng", "Ghi rõ đã làm/tổng số")
    assert found["I.2"] == ("Số đếm", "")


def test_a_number_that_the_print_has_twice_gets_a_code_of_its_own(tmp_path: Path) -> None:
    printed = Printed("BẢNG SỐ LIỆU", ("STT", "Chỉ tiêu", "Đơn vị tính", "Số liệu"), [
        ("I", "Phần một", "", ""), ("1", "Số kế hoạch", "Văn bản", ""), ("I", "Phần hai", "", ""),
        ("1", "Số cuộc họp", "Cuộc", ""), ("1", "Số người dự", "Người", ""),
    ])
    made = drafted_form(as_sheet(printed, tmp_path / "trung.xlsx"))
    assert [line[:2] for line in lines(made)] == [("I", ""), ("I.1", ""), ("II", "I"), ("II.1", ""), ("II.2", "1")]
    answered(made)


def test_a_cell_beside_the_table_is_told(tmp_path: Path) -> None:
    path = as_sheet(COMPOSED["so_cham"](), tmp_path / "canh.xlsx")
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["H9"] = "gọi lại anh Ba"
    book.save(path)
    made = drafted_form(path)
    assert made.left_out == ("trang tính “Sheet”: 1 ô ở cột không có tiêu đề chưa đọc, ví dụ “gọi lại anh Ba”.",)
    answered(made)


def test_a_file_without_a_table_is_refused_with_its_place(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_paragraph("Kính gửi các đơn vị")
    made.save(tmp_path / "thu.docx")
    with pytest.raises(UserError, match="không thấy bảng nào") as error:
        drafted_form(tmp_path / "thu.docx")
    assert error.value.where.endswith("thu.docx")


def test_a_file_made_to_fill_the_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bom.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("word/document.xml", b"0" * 40_000_000)
    with pytest.raises(UserError):
        drafted_form(path)


def oranges(book: openpyxl.Workbook) -> list[str]:
    """The cells that a draft has made orange, of all sheets but its list."""
    return [
        f"{page.title}!{each.sqref}" for page in book.worksheets for each in page.conditional_formatting
        for rule in each.rules
        if page.title != "Bản nháp" and "Bản nháp" in rule.formula[0] and rule.dxf.fill.bgColor.rgb.endswith("FBD38D")
    ]


def test_what_must_be_answered_is_orange_and_counted(appendix: Path, tmp_path: Path) -> None:
    out = tmp_path / "BIEU_MAU_nhap.xlsx"
    said = CliRunner().invoke(app, ["form", "draft", str(appendix), "--out", str(out)])
    assert said.exit_code == 0
    book = openpyxl.load_workbook(out)
    listed = [row[2] for row in book["Bản nháp"].iter_rows(values_only=True) if row[1] == "Phải trả lời"]
    assert f"{len(listed)} câu hỏi phải trả lời" in said.output
    assert sorted(oranges(book)) == sorted(listed)
    assert listed[:2] == ["Đơn vị!B2", "Đơn vị!B3"]
    colours = [rule.formula[0] for each in book["Đơn vị"].conditional_formatting for rule in each.rules]
    assert "AND(B2='Bản nháp'!$E$2,'Bản nháp'!$I$2=\"\")" in colours
    with pytest.raises(UserError, match="đã có tệp này"):
        draft(appendix, out)


def test_a_draft_is_checked_clean_once_every_question_is_answered(appendix: Path, tmp_path: Path) -> None:
    out = tmp_path / "BIEU_MAU_nhap.xlsx"
    made = draft(appendix, out)
    book = openpyxl.load_workbook(out)
    for row, name in ((2, "Ủy ban nhân dân thử"), (3, "Phường thử")):
        book["Đơn vị"].cell(row, 2, name)
    listed = {row[2].value: row for row in book["Bản nháp"].iter_rows() if row[1].value == "Phải trả lời"}
    first, *rest = [place for place in listed if place.startswith("Chỉ tiêu!")]
    book["Chỉ tiêu"][first.partition("!")[2]] = "Xã"
    book.save(out)
    checked = CliRunner().invoke(app, ["form", "check", str(out)], standalone_mode=False)
    assert (checked.return_value, f"còn {len(made.questions) - 3} câu hỏi" in checked.output) == (1, True)
    for place in rest:
        listed[place][8].value = "x"
    book.save(out)
    checked = CliRunner().invoke(app, ["form", "check", str(out)], standalone_mode=False)
    assert (checked.return_value, "0 lỗi phải sửa" in checked.output) == (0, True), checked.output


def test_a_new_line_is_reported_as_those_around_it(form: Form, tmp_path: Path) -> None:
    printed = of_sections(sections(form), TITLE)  # type: ignore[arg-type]
    at = next(place for place, row in enumerate(printed.rows) if row[1].startswith("Số VBQPPL phải rà soát"))
    rows = [*printed.rows[:at], ("", "Số VBQPPL đang dự thảo", "Văn bản", "", ""), *printed.rows[at:]]
    made = drafted_form(as_word(Printed(TITLE, printed.heads, rows), tmp_path / "them.docx"), form)
    assert not made.questions
    line = next(line for line in made.tables.lines(INDICATORS) if line["Chỉ tiêu"] == "Số VBQPPL đang dự thảo")
    assert line["Ai báo cáo"] == "phong_tu_phap"


@pytest.mark.parametrize(("label", "total", "lower"), [
    ("Số xã, phường thuộc tỉnh", "Số đơn vị", True),
    ("Số xã đã tự kiểm tra", "Đếm có", True),
    ("Số xã được kiểm tra", "Một nơi", False),
    ("Số UBND cấp xã sẽ thanh tra theo kế hoạch", "Một nơi", False),
    ("Số cán bộ, công chức xã", "Cộng", True),
    ("Số công chức xã được tuyển dụng", "Một nơi", False),
    ("Số lãnh đạo sở và UBND cấp xã", "Một nơi", False),
    ("Số TTHC của UBND cấp xã", "Giống nhau", True),
    ("Số buổi tuyên truyền tại thôn, tổ dân phố", "Cộng", True),
    ("Số hợp tác xã được hỗ trợ", "Một nơi", False),
    ("Số đối tượng bảo trợ xã hội", "Một nơi", False),
    ("Số thị xã thuộc tỉnh", "Một nơi", False),
])
def test_who_reports_is_read_from_the_words(label: str, total: str, lower: bool) -> None:
    line = outline([PrintedRow("I", "Phần"), PrintedRow("1", label, "Đơn vị")], "")[1]
    found = reported(line, Kind.COUNT)
    assert (words.TOTALS[Total(found.total.text)], found.lower) == (total, lower)


@pytest.mark.parametrize(("group", "total"), [
    ("Cấp xã", "Cộng"), ("Tại Bộ phận Một cửa xã, phường", "Cộng"), ("Kiểm tra tại cấp xã", "Một nơi"),
    ("Cấp tỉnh và cấp xã", "Một nơi"), ("Cấp tỉnh", "Một nơi"),
])
def test_a_line_is_reported_by_those_its_group_speaks_of(group: str, total: str) -> None:
    rows = [PrintedRow("I", "Phần"), PrintedRow("1", group), PrintedRow("1.1", "Số hồ sơ tiếp nhận", "Hồ sơ")]
    assert words.TOTALS[Total(reported(outline(rows, "")[2], Kind.COUNT).total.text)] == total


def test_parts_are_reported_by_those_their_whole_speaks_of() -> None:
    rows = [PrintedRow("I", "Phần"), PrintedRow("1", "Số công chức xã", "Người"), PrintedRow("", "- Nữ", "Người")]
    assert reported(outline(rows, "")[2], Kind.COUNT).lower


def test_the_id_and_the_next_version_come_from_the_last_form(form: Form, appendix: Path) -> None:
    head = {line["Mục"]: line["Giá trị"] for line in drafted_form(appendix, form).tables.lines(FORM)}
    assert (head["Mã"], head["Phiên bản"]) == (form.id, "2021.2")
