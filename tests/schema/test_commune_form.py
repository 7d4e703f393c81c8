"""A form that was written only as a workbook, from the first cell to the next year's report."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from commune_form import FIGURES, ROOMS, ROWS, write_form

from cchc_xl import sheet_names
from cchc_xl.cli.command_app import app
from cchc_xl.declaration import load_form
from cchc_xl.errors import UserError
from cchc_xl.excel.addresses import position, reference
from cchc_xl.excel.spreadsheet import Workbook
from cchc_xl.master.compute_book import compute
from cchc_xl.master.lists_and_board import submissions
from cchc_xl.master.master_book import Entries, fill, open_master
from cchc_xl.master.section_grid import FIGURE_COLUMN, SOURCE_COLUMN, shared_places
from cchc_xl.office import is_installed
from cchc_xl.schema.carried_declaration import mark_of
from cchc_xl.schema.declaration_words import by_name
from cchc_xl.schema.model_kinds import Kind
from cchc_xl.submissions import form_layout
from cchc_xl.submissions.form_layout import plan_form
from cchc_xl.units import read_units
from cchc_xl.word.document_text import read_docx
from tests.kept_office import recalculated

INFO = {
    "co_quan": "Ủy ban nhân dân xã Bình Minh Thử", "dia_danh": "Bình Minh Thử", "kinh_gui": "Ủy ban nhân dân tỉnh Thử",
    "nguoi_ky": "Nguyễn Văn A", "nguoi_lap_bieu": "Trần Thị B", "noi_nhan": "- Như trên;\n- Lưu: VT.",
}


def run(*words: object, status: int = 0) -> str:
    done = CliRunner().invoke(app, list(map(str, words)), standalone_mode=False)
    assert done.exception is None, f"{words}: {done.exception}"
    assert (done.return_value or 0) == status, f"{words}: {done.output}"
    return done.output


@pytest.fixture(scope="module")
def declared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook of the form."""
    return write_form(tmp_path_factory.mktemp("bieu_mau"))


@pytest.fixture(scope="module")
def year(declared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commune's book of 2026 with everything collected and recalculated."""
    out = tmp_path_factory.mktemp("nam_2026")
    run("new", "--form", declared, "--period", "năm 2026", "--out", out)
    book = out / "CCHC_2026.xlsm"
    return filled(book, out / "bieu_mau", 1)


def filled(book: Path, forms: Path, times: int) -> Path:
    """The book after every unit has handed in its form; counts that grow are `times` as large."""
    form = open_master(book).form
    for unit in form.units:
        path, places = forms / f"{unit.id}.xlsx", plan_form(form, unit).places
        opened = openpyxl.load_workbook(path)
        for code, value in FIGURES[unit.name].items():
            sheet, row = places[code]
            grows = form.by_code[code].unit == "Hồ sơ"
            opened[sheet][f"{form_layout.VALUE}{row}"] = value * times if grows and isinstance(value, int) else value
        opened.save(path)
    run("collect", book, forms)
    master = open_master(book)
    fill(master, Entries(info=INFO, texts={"kien_nghi": "Đề nghị tỉnh mở lớp tập huấn."}))
    master.workbook.commit()
    run("recalc", book)
    return book


def text_of(report: Path) -> str:
    return "\n".join(read_docx(report, report).paragraphs)


def test_the_workbook_has_no_fault(declared: Path) -> None:
    assert sum(kind not in ("Phần", "Nhóm") for _, _, _, kind, _, _ in ROWS) >= 30
    assert "0 lỗi phải sửa" in run("form", "check", declared)
    form = load_form(declared)
    assert len(form.sections) == 4
    assert form.by_code["I.1.4"].total == "count_yes"
    assert form.by_code["II.2.2a"].supports == "II.2.2"
    assert "bi_thu" not in form.unit_names
    assert "van_phong_hdnd_va_ubnd" in form.unit_names


def test_figures_are_totalled_and_checked(year: Path) -> None:
    computed = compute(year)
    figures = computed.figures
    assert figures["I.1.4"].value == 2
    assert figures["I.2.2"].value == 10
    assert figures["III.1.3"].value == 4
    assert str(figures["II.2.2"].value) == "99.13"
    assert [finding.message for finding in computed.findings if finding.severity == "error"] == []


def test_a_broken_sum_is_told_at_its_cells(year: Path, tmp_path: Path) -> None:
    book = tmp_path / "CCHC_2026.xlsm"
    book.write_bytes(year.read_bytes())
    master = open_master(book)
    centre = next(unit.id for unit in master.form.units if unit.kind == "Trung tâm")
    fill(master, Entries(cells=[(centre, "II.1.2", "701")]))
    master.workbook.commit()
    told = json.loads(run("check", book, "--json", status=1))["findings"]
    (broken,) = [each for each in told if each["rule"] == "II.1.1 = tổng"]
    assert "1.200" in broken["message"]
    assert "1.201" in broken["message"]


def test_the_book_needs_no_form_beside_it(year: Path, tmp_path: Path) -> None:
    alone = tmp_path / "khac" / "CCHC_2026.xlsm"
    alone.parent.mkdir()
    alone.write_bytes(year.read_bytes())
    run("check", alone)
    assert not [path for path in openpyxl.load_workbook(alone)["_cchc"]["B"] if str(path.value).startswith("/")]


def test_a_units_file_is_checked_against_the_book_beside_it(year: Path, tmp_path: Path) -> None:
    form = next((year.parent / "bieu_mau").glob("*.xlsx"))
    run("check", form)
    alone = tmp_path / form.name
    alone.write_bytes(form.read_bytes())
    done = CliRunner().invoke(app, ["check", str(alone)], standalone_mode=False)
    assert "biểu mẫu “cchc_cap_xa” (phiên bản 2026.1), máy này không có" in str(done.exception)


@pytest.mark.parametrize("name", ["Sổ của xã.xlsm", "tong hop 2026.xlsm"])
def test_a_book_under_any_name_is_found_beside_a_units_file(year: Path, tmp_path: Path, name: str) -> None:
    form = next((year.parent / "bieu_mau").glob("*.xlsx"))
    (tmp_path / name).write_bytes(year.read_bytes())
    (tmp_path / "hong.xlsx").write_bytes(b"PK")
    (tmp_path / "gui").mkdir()
    alone = tmp_path / "gui" / form.name
    alone.write_bytes(form.read_bytes())
    run("check", alone)


def test_report_pdf_and_reconcile(year: Path, tmp_path: Path) -> None:
    report = tmp_path / "bc.docx"
    run("report", year, "--out", report, *(["--pdf"] if is_installed() else []))
    text = text_of(report)
    assert "tiếp nhận 1.200 hồ sơ, giải quyết 1.150 hồ sơ, đúng hạn 99,13%" in text
    assert "20/25 nhiệm vụ" in text
    assert report.with_suffix(".pdf").is_file() == is_installed()
    assert "mâu thuẫn 0 chỗ" in run("reconcile", year, report)


@pytest.mark.analysis
def test_consolidate_takes_form_and_period_from_the_files(
    declared: Path, year: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "nha"))
    run("form", "install", declared)
    units = tmp_path / "don_vi.csv"
    lines = ["Mã,Tên,Loại,Thuộc", "xa_thu,Xã Bình Minh Thử,Xã,"]
    form = load_form(declared)
    lines += [f"{unit.id},{unit.name},{unit.kind},xa_thu" for unit in form.units if unit.kind != "commune"]
    units.write_text("\n".join(lines) + "\n", encoding="utf-8")
    run("consolidate", year, "--units", units, "--by", "Xã", "--out", tmp_path / "tong.csv", status=1)
    with (tmp_path / "tong.csv").open(encoding="utf-8-sig", newline="") as stream:
        figures = {row["code"]: row["value"] for row in csv.DictReader(stream) if row["unit"] == "xa_thu"}
    assert figures["II.1.1"] == "1200"
    assert figures["II.2.2"] == "99.13"


def test_the_next_year_begins_from_the_book(year: Path, tmp_path: Path) -> None:
    run("new", "--from", year, "--period", "năm 2027", "--out", tmp_path)
    book = tmp_path / "CCHC_2027.xlsm"
    assert (tmp_path / "bao_cao_xa.docx").is_file()
    filled(book, tmp_path / "bieu_mau", 2)
    master = open_master(book)
    fill(master, Entries(texts={"kien_nghi": "Đề nghị bố trí thêm biên chế."}))
    master.workbook.commit()
    report = tmp_path / "bc.docx"
    run("report", book, "--out", report)
    text = text_of(report)
    assert "năm 2027" in text
    assert "hồ sơ tiếp nhận tăng 100,00% (1.200)" in text or "hồ sơ tiếp nhận tăng 100% (1.200)" in text


def newer(declared: Path, folder: Path) -> Path:
    """Another version: a line renumbered, one reworded, one dropped, one added."""
    book = folder / "BIEU_MAU_moi.xlsx"
    book.write_bytes(declared.read_bytes())
    run("form", "check", book)
    opened = openpyxl.load_workbook(book)
    sheet = opened["Chỉ tiêu"]
    rows = {sheet.cell(row, 1).value: row for row in range(2, sheet.max_row + 1)}
    sheet.cell(rows["IV.2.1"], 1, "IV.2.3")
    sheet.cell(rows["I.2.1"], 3, "Số tin, bài, phóng sự đã đăng")
    sheet.cell(rows["IV.2.2"], 1, "IV.2.4")
    sheet.cell(rows["IV.2.2"], 3, "Số điểm hỗ trợ có cán bộ trực")
    sheet.cell(rows["IV.2.2"], 22, "so_diem_co_can_bo_truc")
    for row in opened["Biểu mẫu"].iter_rows(min_row=2, max_col=2):
        if row[0].value == "Phiên bản":
            row[1].value = "2026.2"
    rules = opened["Quy tắc"]
    rules["B4"] = str(rules["B4"].value).replace("IV.2.1", "IV.2.3")
    opened.save(book)
    (folder / "bao_cao_xa.docx").write_bytes((declared.parent / "bao_cao_xa.docx").read_bytes())
    return book


def test_a_living_book_follows_another_version_of_its_form(declared: Path, year: Path, tmp_path: Path) -> None:
    book = tmp_path / "CCHC_2026.xlsm"
    book.write_bytes(year.read_bytes())
    before = open_master(book)
    register = submissions(before)
    said = run("form", "upgrade", book, "--form", newer(declared, tmp_path))
    assert "phiên bản 2026.1 → cchc_cap_xa phiên bản 2026.2" in said
    assert "Đổi số IV.2.1 → IV.2.3" in said
    assert "Đổi lời I.2.1" in said
    assert "Thêm IV.2.4" in said
    assert "Bỏ IV.2.2" in said
    assert "Xã Bình Minh Thử, IV.2.2 = 6" in said
    after = open_master(book)
    assert after.form.version == "2026.2"
    assert submissions(after) == register
    kept = {
        (unit, {"IV.2.1": "IV.2.3"}.get(code, code)): reading.raw
        for (unit, code), reading in before.content().readings.items() if code != "IV.2.2"
    }
    now = {key: reading.raw for key, reading in after.content().readings.items() if key[1] != "IV.2.4"}
    assert now == kept
    assert after.content().entries["kien_nghi"].text == before.content().entries["kien_nghi"].text
    assert after.content().info["co_quan"].text == INFO["co_quan"]
    assert len(list((tmp_path / "sao_luu").glob("CCHC_2026-*.xlsm"))) >= 1
    done = CliRunner().invoke(
        app, ["form", "upgrade", str(book), "--form", str(tmp_path / "BIEU_MAU_moi.xlsx")], standalone_mode=False
    )
    assert "đã theo đúng biểu mẫu này" in str(done.exception)


def test_an_upgrade_keeps_the_figures_of_the_whole_and_tells_of_units(
    declared: Path, year: Path, tmp_path: Path
) -> None:
    book = tmp_path / "CCHC_2026.xlsm"
    book.write_bytes(year.read_bytes())
    before = open_master(book)
    places = shared_places(before.workbook, before.form)
    code = next(code for code in places if before.form.by_code[code].kind is Kind.COUNT)
    sheet, row = before.workbook.sheet(sheet_names.SHARED), position(places[code].cell)[0]
    sheet.put(reference(row, FIGURE_COLUMN), 555)
    sheet.put(reference(row, SOURCE_COLUMN), "Báo cáo cũ")
    before.workbook.commit()
    form = newer(declared, tmp_path)
    opened = openpyxl.load_workbook(form)
    units = opened["Đơn vị"]
    dropped, units["A2"], units["B2"] = units["B2"].value, None, "Phòng Mới"
    renamed, units["B3"] = units["B3"].value, "Tên Khác"
    opened.save(form)
    said = run("form", "upgrade", book, "--form", form)
    assert "do người dùng thêm" not in said
    assert f"Biểu mẫu mới không có đơn vị “{dropped}”" in said
    assert "Biểu mẫu mới có mà sổ không có đơn vị “Phòng Mới”" in said
    assert f"Biểu mẫu mới đổi tên đơn vị “{renamed}” thành “Tên Khác”" in said
    after = open_master(book)
    assert after.form.unit_names == before.form.unit_names
    assert after.content().shared[code].value == 555
    row, _ = position(shared_places(after.workbook, after.form)[code].cell)
    assert after.text(sheet_names.SHARED, row, SOURCE_COLUMN).text == "Báo cáo cũ"


@pytest.mark.office
@pytest.mark.skipif(not is_installed(), reason="LibreOffice is not installed")
def test_form_and_declaration_survive_saving_by_libreoffice(declared: Path, year: Path, tmp_path: Path) -> None:
    saved = recalculated(year, tmp_path / "CCHC_2026.xlsx")
    before, after = open_master(year), open_master(saved)
    assert mark_of(after.form) == mark_of(before.form)
    assert after.form.period == before.form.period
    assert {key: reading.raw for key, reading in after.content().readings.items()} == {
        key: reading.raw for key, reading in before.content().readings.items()
    }
    book = recalculated(declared, tmp_path / "BIEU_MAU.xlsx")
    assert load_form(book).changed(folder="") == load_form(declared).changed(folder="")
    assert "0 lỗi phải sửa" in run("form", "check", book)


@pytest.mark.parametrize("change", ["one letter", "a row", "all of it"])
def test_a_damaged_declaration_is_told_and_can_be_put_back(
    change: str, declared: Path, year: Path, tmp_path: Path
) -> None:
    book = tmp_path / "CCHC_2026.xlsm"
    book.write_bytes(year.read_bytes())
    workbook = Workbook(book)
    sheet = workbook.sheet(sheet_names.DECLARATION)
    for row in range(1, sheet.last_row + 1) if change == "all of it" else [7]:
        raw = sheet.cell(f"A{row}").raw
        sheet.put(f"A{row}", f"{raw} " if change == "one letter" else None)
    workbook.commit()
    done = CliRunner().invoke(app, ["check", str(book)], standalone_mode=False)
    assert "khai báo biểu mẫu cất trong sổ đã bị sửa hoặc hỏng" in str(done.exception)
    run("form", "upgrade", book, "--form", declared)
    run("check", book)


def test_a_units_file_of_another_version_says_so(declared: Path, year: Path, tmp_path: Path) -> None:
    form = next((year.parent / "bieu_mau").glob("*.xlsx"))
    said = run("check", form, "--form", newer(declared, tmp_path), status=1)
    assert "dòng I.2.1 “Số tin, bài đã đăng”: khác lời" in said
    assert "chưa nhập" not in said
    assert "biểu mẫu phiên bản 2026.1, sổ dùng phiên bản 2026.2" in said


def test_units_of_ones_own_may_come_from_a_list(declared: Path, tmp_path: Path) -> None:
    units = openpyxl.Workbook()
    office = "", "UBND xã Bình Minh", "Ủy ban"
    for line in [("Mã", "Tên", "Loại"), ("", "Văn phòng Đảng ủy", ROOMS), ("", "Phòng Nội vụ", "")]:
        units.active.append(line)
    units.active.merge_cells("C2:C3")
    units.save(tmp_path / "phong.xlsx")
    words = "new", "--form", declared, "--period", "quý II/2026", "--out", tmp_path, "--units"
    refused = CliRunner().invoke(app, [*map(str, words), str(tmp_path / "phong.xlsx")], standalone_mode=False)
    assert "danh sách không có cơ quan tổng hợp để hỏi: I.1.1" in str(refused.exception), "a room is not the commune"
    assert not list(tmp_path.glob("*.xlsm"))
    units.active.append(office)
    units.save(tmp_path / "don_vi.xlsx")
    run("new", "--form", declared, "--period", "quý II/2026", "--units", tmp_path / "don_vi.xlsx", "--out", tmp_path)
    form = open_master(tmp_path / "CCHC_2026_quy_2.xlsm").form
    assert [unit.name for unit in form.units] == ["Văn phòng Đảng ủy", "Phòng Nội vụ", office[1]]
    assert [unit.kind for unit in form.units[:2]] == [ROOMS] * 2, "a merged cell counts for its rows"
    assert all(form.reporters(row) for row in form.indicators())
    assert [unit.name for unit in form.reporters(form.by_code["II.1.1"])] == [office[1]]


def test_a_list_of_units_needs_no_codes_and_may_stand_below_its_title(tmp_path: Path) -> None:
    path = tmp_path / "don_vi.csv"
    path.write_text("DANH SÁCH ĐƠN VỊ\n\nTT,Tên,Loại\n1,Phòng A,Phòng ban\n2,Xã B,Xã\n", encoding="utf-8")
    assert [(unit.id, unit.name) for unit in read_units(path)] == [("phong_a", "Phòng A"), ("xa_b", "Xã B")]


def test_names_that_differ_in_tone_marks_are_of_different_units(tmp_path: Path) -> None:
    """Tân Thành and Tân Thạnh lie side by side; only an exact name or a code says which of them is meant."""
    path = tmp_path / "don_vi.csv"
    path.write_text("Tên,Loại\nXã Tân Thành,Xã\nXã Tân Thạnh,Xã\nXã Cộng Hòa,Xã\n", encoding="utf-8")
    before = read_units(path)
    assert [unit.id for unit in before] == ["xa_tan_thanh", "xa_tan_thanh_2", "xa_cong_hoa"]
    path.write_text("Tên,Loại\nXã Tân Thạnh,Xã\nXã Tân Thanh,Xã\nXa Cong Hoa,Xã\n", encoding="utf-8")
    after = read_units(path, before)
    assert [unit.id for unit in after] == ["xa_tan_thanh_2", "xa_tan_thanh_3", "xa_cong_hoa"], "no figures change hands"
    listed = "Mã,Tên,Loại,Thuộc,Trước là\nt,Tỉnh,Tỉnh,,\nx1,Xã Tân Thạnh,Xã,t,\nx2,Xã Mới,Xã,x1,x1; t\n"
    path.write_text(listed, encoding="utf-8")
    told = [(unit.id, unit.parent, unit.predecessors) for unit in read_units(path, before)]
    assert told == [("t", "", ()), ("xa_tan_thanh_2", "t", ()), ("x2", "xa_tan_thanh_2", ("xa_tan_thanh_2", "t"))]
    words = by_name((unit.name, unit.id) for unit in before)
    assert (words["xã tân thạnh"], words.get("xa tan thanh"), words["xa cong hoa"]) == (
        "xa_tan_thanh_2", None, "xa_cong_hoa"
    )
    path.write_text("Tên,Loại\nXã Hòa An,Xã\nXã Hoà An,Xã\n", encoding="utf-8")
    with pytest.raises(UserError, match="dòng 3: tên “Xã Hoà An” đã dùng ở dòng 2"):
        read_units(path)


LISTS = {
    "Danh sách\n\nMã,Tên,Loại\na,Phòng A,Phòng\nb,phòng a,Phòng": ["dòng 5: tên “phòng a” đã dùng ở dòng 4"],
    "Tên đơn vị,Cấp\nPhòng A,Phòng\nPhòng B,Phòng": ["đang là: Tên đơn vị, Cấp.", "Dòng đầu phải là Mã, Tên, Loại"],
    "Mã,Tên,Loại\na,Phòng A,Phòng\nb,phòng a,Phòng": ["dòng 3: tên “phòng a” đã dùng ở dòng 2"],
    "Mã,Tên,Loại,Trước là\na,Phòng A,Phòng,x": ["dòng 2", "“x”, mã này không có"],
    "Mã,Tên,Loại,Từ ngày,Đến ngày,Trước là\na,A,Phòng,,31/08/2026,\nb,B,Phòng,01/07/2026,,a": [
        "dòng 3", "từ ngày 01/07/2026", "đến ngày 31/08/2026",
    ],
    "Tên,Loại\nPhường 1,Phường\nTổng cộng,1\nCộng (1 đơn vị),": ["dòng 3: “Tổng cộng” là dòng cộng", "dòng 4: “Cộng"],
    "STT,Tên,Loại\n1,Phường 1,Phường\nTổng số: 1,,": ["dòng 3: “Tổng số: 1” là dòng cộng"],
    "Tên,Loại\nPhường 1,Phường\nNgười lập biểu": ["dòng 3: “Người lập biểu” chưa ghi Loại"],
}


@pytest.mark.parametrize("typed", LISTS)
def test_a_list_of_units_that_cannot_be_used_is_told_in_few_words(typed: str, tmp_path: Path) -> None:
    path = tmp_path / "don_vi.csv"
    path.write_text(typed + "\n", encoding="utf-8")
    with pytest.raises(UserError) as refused:
        read_units(path)
    said = str(refused.value)
    assert [each for each in LISTS[typed] if each not in said] == []
    assert "chưa ghi tên" not in said


def test_lines_that_none_of_the_units_reports_and_units_without_a_form_are_told(
    declared: Path, tmp_path: Path
) -> None:
    path = tmp_path / "don_vi.csv"
    listed = f"Mã,Tên,Loại\na,Bệnh viện,Khác\nb,Phòng A,{ROOMS}\nc,Phòng B,{ROOMS}\nd,Chợ,Lạ\n"
    path.write_text(listed, encoding="utf-8")
    words = ["new", "--form", declared, "--period", "quý II/2026", "--units", path, "--json", "--out", tmp_path]
    rows, nothing = json.loads(run(*words))["warnings"]
    assert "nên giao cho “Chợ”" in rows
    assert "I.1.1" in rows
    assert nothing == "Đơn vị “Bệnh viện” không được hỏi dòng nào nên không có biểu mẫu."
    words[2], words[-1] = "2021", tmp_path / "khac"
    words.remove("--json")
    assert "Lưu ý: " in run(*words)
