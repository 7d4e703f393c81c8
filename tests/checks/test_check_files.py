"""`cchc-xl check` on files: numbers typed over formulas, a changed layout, and forms as collecting sees them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xl import cli, sheet_names
from cchc_xl.errors import UserError
from cchc_xl.master.master_book import Entries, open_master
from cchc_xl.office import is_installed
from cchc_xl.rule_registry import BOOK, Finding
from cchc_xl.schema import Form, Severity
from cchc_xl.verbs.check import Examined, examine
from cchc_xl.verbs.collect import collect
from cchc_xl.verbs.demo import sample_entries
from cchc_xl.verbs.recalc import compute, recalc
from tests.books import NOW, blank_master, enter
from tests.forms_support import filled_form, sample_values, wards
from tests.kept_office import converted

SHEET = 2
"""The section whose sheet is changed here: the third."""


@pytest.fixture(scope="module")
def _shorter(form: Form, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filled master of that section alone and of fewer units: a layout is the same, and found far sooner."""
    section = form.sections[SHEET].changed(rules=(), scales=(), declared_rules=())
    units = (*form.units[:4], form.units[-1])
    short = form.changed(sections=(section,), units=units, charts=(), documents=(), entries=())
    kept, codes = {unit.id for unit in units}, {row.code for row in short.indicators()}
    path = blank_master(short, tmp_path_factory.mktemp("ngan") / "CCHC.xlsx")
    enter(path, Entries(cells=[cell for cell in sample_entries(form).cells if cell[0] in kept and cell[1] in codes]))
    recalc(path, NOW)
    return path


@pytest.fixture
def shorter(_shorter: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(_shorter, tmp_path))


def section_sheet(path: Path) -> str:
    return next(section.sheet for section in open_master(path).form.sections if section.number == "III")


def change(path: Path, work: Callable[[openpyxl.Workbook, Worksheet], object]) -> Examined:
    """What is found after a person has changed the workbook."""
    name = section_sheet(path)
    book = openpyxl.load_workbook(path)
    work(book, book[name])
    book.save(path)
    return examine(path)


def row_of(sheet: Worksheet, code: str) -> int:
    return next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value == code)


def column_of(sheet: Worksheet, title: str) -> int:
    return next(cell.column for row in sheet.iter_rows(max_row=8) for cell in row if cell.value == title)


def one(found: Examined, rule: str) -> Finding:
    ours = [each for each in found.findings if each.rule == rule]
    assert len(ours) == 1, [(each.rule, each.message) for each in found.findings]
    return ours[0]


def test_an_untouched_master_has_no_finding_about_its_layout(filled: Path) -> None:
    found = examine(filled)
    assert {each.rule for each in found.findings} & {rule.code for rule in BOOK.rules} == set()
    assert found.findings == compute(filled).findings


def test_a_number_typed_over_a_formula_is_told_with_the_right_one_and_nothing_is_changed(filled: Path) -> None:
    def type_over(_: openpyxl.Workbook, sheet: Worksheet) -> None:
        sheet.cell(row_of(sheet, "III.6.6"), 5).value = 34780

    found = one(change(filled, type_over), "formula_overwritten")
    assert found.severity is Severity.ERROR
    assert "gõ đè “34780”" in found.message
    assert "34.870" in found.message
    assert found.suggestion == "34870"
    assert found.cells[0].cell.startswith("E")
    before = filled.read_bytes()
    assert "formula_overwritten" in {each.rule for each in examine(filled).findings}
    assert filled.read_bytes() == before


def test_recalculating_restores_the_formula_and_a_second_run_changes_nothing(filled: Path) -> None:
    change(filled, lambda _, sheet: sheet.cell(row_of(sheet, "III.6.6"), 5, 34780))
    assert recalc(filled, NOW).overwritten
    assert "formula_overwritten" not in {each.rule for each in examine(filled).findings}
    assert not recalc(filled, NOW).changed


def test_a_formula_that_was_changed_and_gives_another_number_is_told(filled: Path) -> None:
    master = open_master(filled)
    section = master.form.sections[SHEET]
    address = master.grids[section.number].address("III.6.6", "figure")
    master.workbook.sheet(section.sheet).put(address, 34871, f"SUM({address[1:]}1)+1")
    master.workbook.commit()
    found = one(examine(filled), "formula_overwritten")
    assert "công thức ở ô Số liệu đã bị sửa" in found.message


def rename(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet.title = "Muc 3"


def drop_row(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet.delete_rows(row_of(sheet, "III.6.2"))


def copy_row(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet.cell(sheet.max_row + 1, 1, "III.6.2")


def insert_row(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet.cell(sheet.max_row + 2, column_of(sheet, "Phường 3"), 12)


def swap_rows(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    first, second = row_of(sheet, "III.6.1"), row_of(sheet, "III.6.2")
    for column in range(1, 5):
        one, other = sheet.cell(first, column), sheet.cell(second, column)
        one.value, other.value = other.value, one.value


def relabel(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet.cell(row_of(sheet, "III.6.1"), 3).value = "Số hồ sơ trễ hẹn"


def retitle(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet.cell(5, column_of(sheet, "Phường 3")).value = "P3"


def drop_column(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet.delete_cols(column_of(sheet, "Phường 3"))


def copy_column(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet.cell(5, sheet.max_column + 1, "Phường 3")


def own_column(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet.cell(5, sheet.max_column + 1, "Tính thử")


def drop_header(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet.cell(5, 1).value = None


def copy_sheet(book: openpyxl.Workbook, sheet: Worksheet) -> None:
    copy = book.copy_worksheet(sheet)
    copy.cell(row_of(copy, "III.6.2"), column_of(copy, "Phường 3")).value = 4321


def own_sheet(book: openpyxl.Workbook, _: Worksheet) -> None:
    book.create_sheet("Tính nháp")["B7"] = 77


def paste_over(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    first, second = row_of(sheet, "III.2.1"), row_of(sheet, "III.2.2")
    for column in range(2, 20):
        one, other = sheet.cell(first, column), sheet.cell(second, column)
        one.value, other.value = other.value, one.value
    relabel(_, sheet)
    sheet.cell(second, 3).value = sheet.cell(first, 3).value


def fill_own_column(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    column = sheet.max_column + 1
    sheet.cell(5, column, "Phường mới")
    sheet.cell(row_of(sheet, "III.6.2"), column, 5000)


def write_below(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet.cell(sheet.max_row + 2, 5, 987)


def register_row(book: openpyxl.Workbook, name: str) -> int:
    register = book[sheet_names.UNITS]
    return next(row for row in range(1, register.max_row + 1) if register.cell(row, 4).value == name)


def repeat_unit(book: openpyxl.Workbook, _: Worksheet) -> None:
    register, row = book[sheet_names.UNITS], register_row(book, "Phường 3")
    for column in range(1, 5):
        register.cell(register.max_row + (column == 1), column, register.cell(row, column).value)


def exchange_names(book: openpyxl.Workbook, _: Worksheet) -> None:
    register, row, other = book[sheet_names.UNITS], register_row(book, "Phường 3"), register_row(book, "Phường 4")
    register.cell(row, 4, "Phường 4")
    register.cell(other, 4, "Phường Bốn")


def forget_unit(book: openpyxl.Workbook, _: Worksheet) -> None:
    book[sheet_names.UNITS].delete_rows(register_row(book, "Phường 3"))


def name_a_unit(book: openpyxl.Workbook, _: Worksheet) -> None:
    register = book[sheet_names.UNITS]
    register.cell(register.max_row + 1, 4, "Phường mới")


def drop_sheet(book: openpyxl.Workbook, sheet: Worksheet) -> None:
    book.remove(sheet)


def drop_register(book: openpyxl.Workbook, _: Worksheet) -> None:
    book.remove(book[sheet_names.UNITS])


LAYOUTS = [
    (rename, "sheet_missing", "A1", "bị đổi tên thành “Muc 3”"), (drop_sheet, "sheet_missing", "A1", "đã bị xóa"),
    (drop_register, "sheet_missing", "A1", "Đơn vị"), (copy_sheet, "sheet_copied", "", "“4321”"),
    (drop_header, "header_missing", "A5", "dòng tiêu đề"), (drop_row, "row_missing", "C", "III.6.2"),
    (copy_row, "row_twice", "C", "III.6.2"), (insert_row, "row_unknown", "", "Phường 3 ghi “12”"),
    (swap_rows, "row_moved", "C", "III.6.2"), (relabel, "label_changed", "C", "Số hồ sơ trễ hẹn"),
    (retitle, "column_missing", "", "đã bị sửa thành “P3”"), (drop_column, "column_missing", "", "Phường 3"),
    (copy_column, "column_twice", "", "Phường 3"), (own_column, "column_unknown", "", "Tính thử"),
    (own_sheet, "sheet_foreign", "B7", "“77”"), (paste_over, "row_pasted", "C", "III.2.1"),
    (fill_own_column, "column_numbers", "", "“5000”"), (write_below, "number_outside", "E", "“987”"),
    (repeat_unit, "unit_twice", "D", "Phường 3"), (forget_unit, "unit_missing", "D", "Phường 3"),
    (exchange_names, "unit_names", "D", "“Phường 4” nhưng là dòng của “Phường 3”"),
    (name_a_unit, "unit_line", "D", "Phường mới"),
]


@pytest.mark.parametrize(("work", "rule", "cell", "said"), LAYOUTS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_changed_layout_is_told_at_its_place(
    shorter: Path, work: Callable[[openpyxl.Workbook, Worksheet], object], rule: str, cell: str, said: str
) -> None:
    found = one(change(shorter, work), rule)
    assert said in found.message
    assert found.message.endswith(".")
    assert found.cells[0].cell.startswith(cell)


def test_every_rule_about_the_layout_has_a_case() -> None:
    assert {rule.code for rule in BOOK.rules} == {rule for _, rule, _, _ in LAYOUTS} | {"formula_overwritten"}


def test_several_changes_are_told_together_and_the_figures_later(filled: Path) -> None:
    def work(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        drop_row(book, sheet)
        retitle(book, sheet)
        relabel(book, sheet)

    found = change(filled, work)
    expected = {"row_missing", "column_missing", "column_numbers", "label_changed"}
    assert {each.rule for each in found.findings} == expected
    assert found.note


def told(path: Path, capsys: pytest.CaptureFixture[str], verb: str = "check", *more: str) -> tuple[int, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["cchc-xl", verb, str(path), *more])
        with pytest.raises(SystemExit) as ended:
            cli.main()
    return int(ended.value.code or 0), capsys.readouterr().out


def test_figures_that_some_units_lack_are_listed(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def clear(_: openpyxl.Workbook, sheet: Worksheet) -> None:
        for ward in ("Phường 3", "Phường 7"):
            for row in range(6, sheet.max_row + 1):
                sheet.cell(row, column_of(sheet, ward)).value = None

    change(filled, clear)
    status, shown = told(filled, capsys)
    assert status == 1
    assert "Mới có 8/10 phường; thiếu Phường 3, Phường 7 ở " in shown
    status, shown = told(filled, capsys, "recalc")
    assert "Mới có 8/10 phường; thiếu Phường 3, Phường 7 ở " in shown
    listed = json.loads(told(filled, capsys, "check", "--json")[1])["incomplete"]
    assert any("III.6.6" in line for line in listed)


# Forms


def test_a_form_has_the_same_findings_as_when_it_is_collected(form: Form, tmp_path: Path) -> None:
    ward = wards(form)[2]
    values = {**sample_values(form, ward), "III.6.6": "2.5OO", "III.6.7": None, "V.3.4": "một"}
    path = filled_form(form, ward, tmp_path / f"{ward.id}.xlsx", values)
    before = path.read_bytes()
    found = examine(path).findings
    assert path.read_bytes() == before
    book = tmp_path / "CCHC.xlsx"
    blank_master(form, book)
    collected = collect(book, [path], NOW, processes=1)
    as_collected = collected.outcomes[0].findings
    assert {(each.rule, each.cells, each.message) for each in found} == {
        (each.rule, each.cells, each.message) for each in as_collected
    }
    assert {each.rule for each in found} >= {"look_alike", "required", "number_word"}


def test_an_empty_form_is_told_what_is_missing(form: Form, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ward = wards(form)[0]
    path = filled_form(form, ward, tmp_path / "x.xlsx", {})
    status, shown = told(path, capsys)
    assert status == 1
    apart = next(section for section in form.sections if not section.printed)
    assert f"{ward.name}: chưa nhập số liệu nào của mục “{apart.title}”" in shown
    assert f"của mục “III. {next(each.title for each in form.sections if each.number == 'III')}”" in shown


def test_a_form_of_a_unit_that_came_later_is_checked_by_its_kind(form: Form, tmp_path: Path) -> None:
    ward = wards(form)[0].changed(id="phuong_moi", name="Phường Mới")
    more = form.changed(units=(*form.units, ward))
    path = filled_form(more, ward, tmp_path / "moi.xlsx", {"III.6.6": "12 hồ sơ"})
    assert {each.unit for each in examine(path).findings} == {"phuong_moi"}


@pytest.mark.parametrize("name", ["khong.xlsx", "anh.png"])
def test_a_file_that_is_neither_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "anh.png":
        path.write_bytes(b"no workbook")
    with pytest.raises(UserError):
        examine(path)


def test_a_folder_is_called_one(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="đây là một thư mục"):
        examine(tmp_path)


@pytest.mark.office
@pytest.mark.skipif(not is_installed(), reason="LibreOffice is not installed")
def test_a_master_saved_as_ods_is_called_sound_and_what_helps_is_said(shorter: Path, tmp_path: Path) -> None:
    saved = converted(shorter, "ods", tmp_path / "so.ods")
    for work in (examine, open_master):
        with pytest.raises(UserError, match=r"sổ đang lưu dạng \.ods.*Lưu thành"):
            work(saved)


def test_checking_a_master_by_the_verb_changes_nothing(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = Path(shutil.copy(filled, filled.with_name("ban_sao.xlsx")))
    status, shown = told(copy, capsys)
    assert status == 0
    assert "bắt buộc sửa" in shown
    assert copy.read_bytes() == filled.read_bytes()
