"""What became of the lines of last year's form: compared, corrected by people, and used wherever two forms meet."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import openpyxl
import pandas
import pytest
from appendices import Printed, as_sheet
from books import enter
from click.testing import CliRunner
from commune_form import write_form

from cchc_xl.cli.command_app import app
from cchc_xl.consolidate.extract import read_result
from cchc_xl.consolidate.history import compare, read_mapping
from cchc_xl.declaration import load_form
from cchc_xl.declaration.declaration_workbook import FormChanges, read_changes
from cchc_xl.drafting.form_diff import differences
from cchc_xl.errors import UserError
from cchc_xl.master.compute_book import compute
from cchc_xl.master.master_book import Entries, open_master
from cchc_xl.master.section_grid import PREVIOUS
from cchc_xl.schema import Form, begun, period_of
from cchc_xl.submissions.form_layout import period_key
from cchc_xl.verbs.new import make_all

CHANGED = {
    "II.1.1": ("Số hồ sơ đã tiếp nhận trong kỳ báo cáo", "ho_so_tiep_nhan_moi"),
    "II.3.1": ("Số phản ánh, kiến nghị đã tiếp nhận", "phan_anh_moi"),
    "IV.1.1": ("Số văn bản đi của xã", "van_ban_di_moi"),
}
"""Lines of the next form: other words and, as in one drafted anew, another machine name."""


def run(*words: object) -> str:
    done = CliRunner().invoke(app, list(map(str, words)), standalone_mode=False)
    assert done.exception is None, f"{words}: {done.exception}"
    return done.output


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_form(tmp_path_factory.mktemp("cu"))


@pytest.fixture(scope="module")
def new(old: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The form of the next year: a line dropped so that others move up, one new, three reworded and renamed."""
    path = tmp_path_factory.mktemp("moi") / "BIEU_MAU_moi.xlsx"
    book = openpyxl.load_workbook(old)
    sheet = book["Chỉ tiêu"]
    at = {cell.value: cell.column for cell in sheet[1]}
    for row in sheet.iter_rows(min_row=2):
        code = row[0].value
        if code in CHANGED:
            sheet.cell(row[0].row, at["Chỉ tiêu"]).value, sheet.cell(row[0].row, at["Tên máy"]).value = CHANGED[code]
    book["Biểu mẫu"]["B4"] = "2027.1"
    book.save(path)
    (path.parent / "bao_cao_xa.docx").write_bytes((old.parent / "bao_cao_xa.docx").read_bytes())
    return path


@pytest.fixture
def compared(_compared: Path, tmp_path: Path) -> Path:
    """The comparison after somebody has looked at it."""
    return Path(shutil.copy(_compared, tmp_path))


@pytest.fixture(scope="module")
def _compared(old: Path, new: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("so_sanh") / "doi_chieu.xlsx"
    said = run("form", "diff", old, new, "--out", out)
    assert "Chưa chắc" in said
    book = openpyxl.load_workbook(out)
    sheet = book["Đối chiếu"]
    for row in list(sheet.iter_rows(min_row=2)):
        if row[3].value in CHANGED and row[0].value in (None, "Mới"):
            row[0].value, row[1].value, row[2].value = "Đổi lời", row[3].value, "như cũ"
        elif row[0].value == "Bỏ" and row[1].value in CHANGED:
            row[0].value = None
            row[1].value = row[2].value = None
    book.save(out)
    return out


@pytest.fixture
def book(_book: Path, tmp_path: Path) -> Path:
    """A book of the old form, and its folder."""
    return Path(shutil.copytree(_book.parent, tmp_path / "2026"), _book.name)


@pytest.fixture(scope="module")
def _book(old: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = make_all(str(old), "năm 2026", tmp_path_factory.mktemp("so") / "2026")
    centre = next(unit.id for unit in made.form.units if unit.kind == "Trung tâm")
    enter(made.master, Entries(cells=[(centre, "II.1.1", "1200"), (centre, "II.1.2", "700"), (centre, "II.3.1", "6")]))
    return made.master


def test_what_is_not_sure_is_left_to_people(old: Path, new: Path) -> None:
    changes = {each.new.code: each for each in differences(load_form(old), load_form(new)) if each.new}
    assert {code for code, each in changes.items() if each.work not in ("Giữ", "Đổi lời")} == set(CHANGED)
    assert changes["II.1.2"].work == "Giữ"


def test_words_that_mean_the_same_are_reworded_without_a_question(small_form: Form) -> None:
    section = small_form.sections[0]
    row = section.indicators[0]
    other = row.changed(label=f"{row.label}.", name="ten_khac")
    rows = tuple(other if each is row else each for each in section.rows)
    changed = small_form.changed(sections=(section.changed(rows=rows), *small_form.sections[1:]))
    works = {each.new.code: each.work for each in differences(small_form, changed) if each.new}
    assert works[row.code] in ("Giữ", "Đổi lời")


def test_a_divided_line_is_proposed_and_never_applied(small_form: Form) -> None:
    section = small_form.sections[0]
    row = section.indicators[0]
    parts = tuple(
        row.changed(label=f"{row.label} {more}", name=f"phan_{place}", code=f"{row.code}{place}")
        for place, more in enumerate(("trực tuyến", "trực tiếp"), 1)
    )
    rows = tuple(each for one in section.rows for each in (parts if one is row else (one,)))
    changed = small_form.changed(sections=(section.changed(rows=rows), *small_form.sections[1:]))
    found = [each for each in differences(small_form, changed) if each.old and each.old.code == row.code]
    assert [each.work for each in found] == ["", ""]
    assert all("Tách" in each.why for each in found)


def test_the_corrected_workbook_is_read_back(compared: Path) -> None:
    changes = read_changes(compared)
    assert changes.names["so_ho_so_tiep_nhan"] == "ho_so_tiep_nhan_moi"
    assert changes.names["so_nhiem_vu_da_hoan_thanh"] == "so_nhiem_vu_da_hoan_thanh"
    assert read_mapping(compared) == dict(changes.names)


@pytest.mark.parametrize(("cell", "text", "what"), [
    ("A2", "Xóa", "không nằm trong danh sách"), ("B2", "X.9", "không có dòng mã “X.9” trong biểu mẫu cũ"),
    ("D3", "I.1", "ghi 2 lần"),
])
def test_a_mistake_in_it_is_told_with_its_cell(compared: Path, cell: str, text: str, what: str) -> None:
    book = openpyxl.load_workbook(compared)
    book["Đối chiếu"][cell] = text
    book.save(compared)
    with pytest.raises(UserError, match=what):
        read_changes(compared)


def marked(compared: Path, code: str, work: str, old: str) -> Path:
    """The comparison with one line decided otherwise."""
    opened = openpyxl.load_workbook(compared)
    for row in opened["Đối chiếu"].iter_rows(min_row=2):
        if row[3].value == code:
            row[0].value, row[1].value = work, old
    opened.save(compared)
    return compared


def test_lines_that_count_other_things_are_not_kept_as_one(compared: Path) -> None:
    crossed = marked(marked(compared, "II.1.1", "Giữ", "IV.1.1"), "IV.1.1", "Giữ", "II.1.1")
    with pytest.raises(UserError, match="khác đơn vị tính"):
        read_changes(crossed)


def test_a_line_that_is_kept_is_not_gone(compared: Path) -> None:
    opened = openpyxl.load_workbook(compared)
    opened["Đối chiếu"].append(("Bỏ", "II.1.2"))
    opened.save(compared)
    with pytest.raises(UserError, match=r"“II\.1\.2” ghi 2 lần"):
        read_changes(compared)


def test_lines_that_are_joined_may_stand_in_one_cell(compared: Path) -> None:
    opened = openpyxl.load_workbook(compared)
    for row in opened["Đối chiếu"].iter_rows(min_row=2):
        if row[1].value == "II.1.2":
            row[0].value = row[1].value = row[3].value = None
    opened.save(compared)
    assert list(read_changes(marked(compared, "II.1.1", "Gộp", "II.1.1; II.1.2")).joined.values()) == [
        ("so_ho_so_tiep_nhan", "so_ho_so_nop_truc_tuyen")
    ]


def test_a_draft_is_compared_before_it_is_answered(tmp_path: Path) -> None:
    heads = ("STT", "Nội dung", "Đơn vị tính", "Số liệu")
    rows = [("I", "Phần", "", ""), ("1", "Số cuộc họp", "Cuộc", ""), ("2", "Số văn bản", "Văn bản", "")]
    for name, lines in (("cu", rows), ("moi", [*rows[:2], ("2", "Đánh giá", "", "")])):
        as_sheet(Printed("BẢNG SỐ", heads, lines), tmp_path / f"{name}.xlsx")
        run("form", "draft", tmp_path / f"{name}.xlsx", "--out", tmp_path / f"BIEU_MAU_{name}.xlsx")
    said = run("form", "diff", tmp_path / "BIEU_MAU_cu.xlsx", tmp_path / "BIEU_MAU_moi.xlsx")
    assert "đã so các dòng đọc được; chưa so 1 dòng chưa đọc được: I.2." in said
    assert "Giữ: 1; Bỏ: 1." in said


def test_a_book_follows_the_new_form_and_keeps_its_numbers(book: Path, new: Path, compared: Path) -> None:
    said = run("form", "upgrade", book, "--form", new, "--map", compared)
    assert "Không còn chỗ" not in said
    assert compute(book).figures["II.1.1"].value == 1200
    assert open_master(book).form.by_code["II.1.1"].name == "ho_so_tiep_nhan_moi"


def test_the_next_period_of_another_form_has_the_last_figures(
    book: Path, new: Path, compared: Path, tmp_path: Path
) -> None:
    run("new", "--from", book, "--form", new, "--map", compared, "--period", "năm 2027", "--out", tmp_path / "2027")
    master = open_master(tmp_path / "2027" / "CCHC_2027.xlsm")
    section = master.form.section_of["II.1.1"]
    grid = master.grids[section.number]
    assert master.workbook.sheet(section.sheet).cell(grid.address("II.1.1", PREVIOUS)).value == 1200
    assert master.form.version == "2027.1"


def test_lines_that_were_joined_add_up(book: Path, new: Path, compared: Path, tmp_path: Path) -> None:
    opened = openpyxl.load_workbook(compared)
    for row in opened["Đối chiếu"].iter_rows(min_row=2):
        if row[3].value == "II.1.1":
            row[0].value = "Gộp"
        elif row[1].value == "II.1.2":
            row[0].value, row[3].value = "Gộp", "II.1.1"
    opened.save(compared)
    run("new", "--from", book, "--form", new, "--map", compared, "--period", "năm 2027", "--out", tmp_path / "2027")
    master = open_master(tmp_path / "2027" / "CCHC_2027.xlsm")
    section = master.form.section_of["II.1.1"]
    address = master.grids[section.number].address("II.1.1", PREVIOUS)
    assert master.workbook.sheet(section.sheet).cell(address).value == 1900


def test_an_old_appendix_goes_into_a_book_of_the_new_form(
    old: Path, new: Path, compared: Path, tmp_path: Path
) -> None:
    made = make_all(str(new), "năm 2026", tmp_path / "moi")
    rows = (("II", "Giải quyết thủ tục hành chính", "", ""), ("1", "Tiếp nhận", "", ""),
            ("1.1", "Số hồ sơ tiếp nhận", "Hồ sơ", "1.234"))
    as_sheet(Printed("PHỤ LỤC", ("STT", "Nội dung", "Đơn vị tính", "Số liệu"), rows), tmp_path / "cu.xlsx")
    run("import", made.master, tmp_path / "cu.xlsx", "--map", compared)
    assert compute(made.master).figures["II.1.1"].value == 1234


def result(folder: Path, form: Form, *answers: tuple[str, str, str]) -> Path:
    """What a lower level sends: code, machine name and value of a unit's answers."""
    made = begun(form, period_of(form, "năm 2026"))
    lines = [{
        "form": made.id, "period": period_key(made), "unit": "x", "code": code, "indicator": name, "answered": "1",
        "status": "value", "value": value, "part": "", "whole": "", "text": "", "file": "", "address": "",
    } for code, name, value in answers]
    for name in ("ket_qua.csv", "ket_qua.facts.csv"):
        with (folder / name).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(lines[0]))
            writer.writeheader()
            writer.writerows(lines)
    (folder / "ket_qua.units.csv").write_text(
        "unit,unit_name,level,parent,kind_name\nx,X,xa,,Xã\n", encoding="utf-8"
    )
    return folder / "ket_qua.csv"


def answers(path: Path, form: Form, changes: FormChanges | None = None) -> list[tuple[str, str]]:
    record = read_result(path, begun(form, period_of(form, "năm 2026")), changes)
    return [(each["code"], each["value"]) for each in record["answers"]]


def test_a_lower_result_of_the_old_form_is_read_as_one_of_the_new(
    old: Path, new: Path, compared: Path, tmp_path: Path
) -> None:
    path = result(tmp_path, load_form(old), ("IV.1.1", "so_van_ban_di", "400"))
    assert answers(path, load_form(new), read_changes(compared)) == [("IV.1.1", "400")]


def test_a_lower_result_of_another_version_is_never_read_by_its_codes(old: Path, new: Path, tmp_path: Path) -> None:
    path = result(tmp_path, load_form(old), ("IV.1.1", "so_van_ban_di", "400"))
    with pytest.raises(UserError, match=r"phiên bản khác của biểu mẫu: dòng IV\.1\.1 ở đó có tên máy “so_van_ban_di”"):
        answers(path, load_form(new))
    row = load_form(old).by_code["II.1.2"]
    moved = result(tmp_path, load_form(old), ("II.9.9", row.name, "7"))
    assert answers(moved, load_form(new)) == [("II.1.2", "7")]
    unknown = result(tmp_path, load_form(old), ("II.9.9", "khong_co", "7"))
    with pytest.raises(UserError, match=r"số của dòng II\.9\.9 “khong_co” mà biểu mẫu này không có"):
        answers(unknown, load_form(new))


def decided(compared: Path, *rows: tuple[str | None, ...]) -> FormChanges:
    """The comparison with other words for some lines of the old form."""
    book = openpyxl.load_workbook(compared)
    sheet = book["Đối chiếu"]
    codes = {code for _, *codes in rows for code in codes}
    for row in list(sheet.iter_rows(min_row=2)):
        if {row[1].value, row[3].value} & codes - {None}:
            row[0].value = row[1].value = row[3].value = None
    for number, (work, one, other) in enumerate(rows, sheet.max_row + 1):
        for column, text in zip((1, 2, 4), (work, one, other), strict=True):
            sheet.cell(number, column).value = text
    book.save(compared)
    return read_changes(compared)


def test_what_people_decide_holds_whatever_lines_are_called(
    old: Path, new: Path, compared: Path, tmp_path: Path
) -> None:
    changes = decided(compared, ("Bỏ", "II.1.2", None), ("Mới", None, "II.1.2"),
                      ("Gộp", "II.1.1", "II.1.3"), ("Gộp", "II.1.3", "II.1.3"), ("Mới", None, "II.1.1"))
    names = {code: row.name for code, row in load_form(old).by_code.items()}
    typed = [(code, names[code], value) for code, value in (("II.1.1", "5"), ("II.1.2", "3"), ("II.1.3", "6"))]
    path = result(tmp_path, load_form(old), *typed)
    assert answers(path, load_form(new), changes) == [("II.1.3", "11")]
    assert answers(result(tmp_path, load_form(old), *typed[:2]), load_form(new), changes) == []
    before, after = ([("x", name, value) for name, value in rows] for rows in (
        [(name, value) for _, name, value in typed], [(names["II.1.3"], "20"), (names["II.1.2"], "9")]
    ))
    tables = [pandas.DataFrame(rows, columns=["unit", "indicator", "value"]) for rows in (before, after)]
    told = compare(*tables, names=compared).set_index("indicator")
    assert told.loc[names["II.1.3"], "change"] == 9
    assert told.loc[names["II.1.2"], ["before", "after"]].isna().tolist() == [True, False]


def test_a_comparison_of_other_forms_is_refused(
    book: Path, old: Path, new: Path, compared: Path, tmp_path: Path
) -> None:
    run("form", "diff", new, old, "--out", tmp_path / "nguoc.xlsx")
    for words in (("new", "--from", book, "--form", new, "--period", "năm 2027", "--out", tmp_path / "2027"),
                  ("form", "upgrade", book, "--form", new)):
        done = CliRunner().invoke(app, [*map(str, words), "--map", str(tmp_path / "nguoc.xlsx")], standalone_mode=False)
        assert "tệp đối chiếu lập cho biểu mẫu cũ khác: dòng II.1.1" in str(done.exception)


@pytest.mark.analysis
def test_a_book_of_the_old_form_is_consolidated_by_the_map(
    book: Path, old: Path, new: Path, compared: Path, tmp_path: Path
) -> None:
    units = load_form(old).units
    levels = "".join(f"{unit.id},{unit.name},{unit.kind},tinh\n" for unit in units)
    (tmp_path / "cap.csv").write_text(f"id,name,kind,parent\ntinh,Tỉnh Thử,province,\n{levels}", encoding="utf-8")
    words = ("consolidate", book, "--by", "province", "--units", tmp_path / "cap.csv", "--form", new,
             "--period", "năm 2026", "--out", tmp_path / "ra.csv")
    done = CliRunner().invoke(app, list(map(str, words)), standalone_mode=False)
    assert done.return_value == 2
    assert "dòng II.1.1 ở đó có tên máy “so_ho_so_tiep_nhan”" in done.output
    assert not (tmp_path / "ra.csv").exists()
    CliRunner().invoke(app, [*map(str, words), "--map", str(compared)], standalone_mode=False)
    with (tmp_path / "ra.csv").open(encoding="utf-8", newline="") as stream:
        told = {row["indicator"]: row["value"] for row in csv.DictReader(stream) if row["level"] == "province"}
    assert (told["ho_so_tiep_nhan_moi"], told["phan_anh_moi"]) == ("1200", "6")
