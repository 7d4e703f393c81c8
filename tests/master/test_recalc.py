"""Recalculating a workbook on disk: figures, flags and lists are written, everything people own survives."""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image

from cchc_xl import sheet_names
from cchc_xl.errors import UserError
from cchc_xl.excel.spreadsheet import Workbook
from cchc_xl.files import BACKUP_FOLDER, BACKUPS_KEPT, back_up
from cchc_xl.master.compute_book import figure_places
from cchc_xl.master.lists_and_board import expected
from cchc_xl.master.master_book import Entries, open_master
from cchc_xl.rule_registry import Severity
from cchc_xl.schema import Form
from cchc_xl.verbs.new import make_all
from cchc_xl.verbs.recalc import Result, compute, recalc, stored
from tests.books import NOW, blank_master, enter

Typed = Callable[[Path, str, str, object], None]
LATER = NOW + timedelta(hours=1)


def place(path: Path, code: str, column: str) -> tuple[str, str]:
    """Sheet and address of a line's cell."""
    master = open_master(path)
    section = master.form.section_of[code]
    return section.sheet, master.grids[section.number].address(code, column)


def rules_at(result: Result, code: str) -> set[str]:
    return {finding.rule for finding in result.computed.findings if finding.indicator == code}


def figure(result: Result, code: str) -> object:
    return result.computed.figures[code].value


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_second_run_changes_nothing(filled: Path) -> None:
    before = filled.read_bytes()
    result = recalc(filled, LATER)
    assert not result.changed
    assert filled.read_bytes() == before


def test_the_cached_result_of_every_formula_is_the_computed_figure(filled: Path) -> None:
    shown = openpyxl.load_workbook(filled, data_only=True)
    computed = compute(filled)
    places = figure_places(computed.master)
    for code, made in computed.figures.items():
        cached = shown[places[code].sheet][places[code].cell].value
        wanted = stored(made.value)
        assert (str(cached or "") if isinstance(wanted, str) else Decimal(str(cached))) == wanted, code


def test_a_wrong_cell_is_flagged_and_a_mended_one_is_clean_again(filled: Path, typed: Typed, form: Form) -> None:
    row = next(row for row in form.indicators() if row.total == "sum" and row.kind == "count")
    unit = form.reporters(row)[0]
    sheet, address = place(filled, row.code, unit.id)
    right = open_master(filled).workbook.sheet(sheet).cell(address).value
    before = parts(filled)
    typed(filled, sheet, address, Decimal("10.248"))
    result = recalc(filled, LATER)
    found = next(each for each in result.computed.findings if each.unit == unit.id and each.indicator == row.code)
    assert (found.severity, found.suggestion, found.cells[0].cell) == ("error", "10248", address)
    assert "10,248" in found.message
    flagged = openpyxl.load_workbook(filled)[sheet]
    assert flagged[address].comment is not None
    assert flagged[address].comment.text.startswith(sheet_names.NOTE_MARK)
    assert openpyxl.load_workbook(filled)[sheet_names.FINDINGS]["C5"].value == "Bắt buộc sửa"
    typed(filled, sheet, address, right)
    recalc(filled, LATER)
    mended = openpyxl.load_workbook(filled)[sheet]
    assert mended[address].comment is None
    after = parts(filled)
    changed = {name for name in before if before[name] != after[name]}
    assert not any("styles" in name or "theme" in name for name in changed)


def test_a_persons_note_and_format_are_left_alone(filled: Path, typed: Typed, form: Form) -> None:
    row = next(row for row in form.indicators() if row.total == "sum")
    sheet, address = place(filled, row.code, form.reporters(row)[0].id)
    book = openpyxl.load_workbook(filled)
    book[sheet][address].comment = Comment("Số theo biên bản ngày 05/12", "Cán bộ phường")
    book[sheet][address].fill = openpyxl.styles.PatternFill("solid", start_color="00FF00")
    book.save(filled)
    typed(filled, sheet, address, "mười")
    recalc(filled, LATER)
    cell = openpyxl.load_workbook(filled)[sheet][address]
    assert cell.comment is not None
    assert cell.comment.text == "Số theo biên bản ngày 05/12"
    assert cell.fill.start_color.rgb == "0000FF00"
    typed(filled, sheet, address, 5)
    recalc(filled, LATER)
    cell = openpyxl.load_workbook(filled)[sheet][address]
    assert cell.comment is not None
    assert cell.fill.start_color.rgb == "0000FF00"


def test_what_people_added_to_the_workbook_survives(filled: Path, typed: Typed) -> None:
    book = openpyxl.load_workbook(filled)
    own = book.create_sheet("Việc riêng")
    own["A1"] = "Ghi chép của tôi"
    own["B2"] = "=1+1"
    chart = BarChart()
    chart.add_data(Reference(own, min_col=2, min_row=2, max_row=3))
    own.add_chart(chart, "D4")
    book[sheet_names.HOME].add_image(Image(io.BytesIO(PIXEL)), "K3")
    book[sheet_names.HOME].column_dimensions["C"].width = 61
    book.save(filled)
    add_part(filled, "customXml/item1.xml", b"<cua_toi/>")
    master = open_master(filled)
    sheet = master.form.sections[0].sheet
    typed(filled, sheet, master.grids[master.form.sections[0].number].address("I.1.1", "thanh_pho"), "hai ba")
    before = parts(filled)
    assert recalc(filled, LATER).changed
    after = parts(filled)
    assert set(before) <= set(after)
    ours = ("xl/worksheets/", "[Content_Types]", "xl/comments")
    kept = [name for name in before if not name.startswith(ours) and "commentsDrawing" not in name]
    assert [name for name in kept if before[name] != after[name]] == []
    reread = openpyxl.load_workbook(filled)
    assert reread[sheet_names.HOME].column_dimensions["C"].width == 61
    assert len(reread["Việc riêng"]._charts) == 1


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000 1f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082".replace(" ", "")
)


def add_part(path: Path, name: str, data: bytes) -> None:
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, data)


SPELLINGS = {
    "thousands as text": ("10.248", "text_number", "info", Decimal(10248)),
    "thousands typed in an English Excel": (Decimal("10.248"), "english_thousands", "error", None),
    "leading zero": ("03", "text_number", "info", Decimal(3)),
    "blanks around": ("  12 ", "text_number", "info", Decimal(12)),
    "a tick in a count": ("x", "not_a_number", "error", None),
    "no": ("Không", "nothing_word", "warning", Decimal(0)),
    "nothing happened": ("không phát sinh", "", "", Decimal(0)),
    "a percentage": ("99,95%", "percent_in_count", "error", None),
    "a decimal point": ("2.42", "fractional_count", "error", None),
    "a ratio": ("24/24", "ratio_in_count", "error", None),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_spelling_gives_its_value_and_finding_and_the_total_follows(
    spelling: str, small: Path, typed: Typed
) -> None:
    raw, rule, severity, value = SPELLINGS[spelling]
    enter(small, Entries(cells=[("xa_tay", "A.1.1", "7"), ("xa_nam", "A.1.1", "8")]), SMALL_FORM)
    typed_small(small, "A.1.1", "xa_dong", raw)
    result = recalc(small, LATER, SMALL_FORM)
    assert figure(result, "A.1.1") == 15 + (value or 0)
    found = [each for each in result.computed.findings if each.unit == "xa_dong" and each.indicator == "A.1.1"]
    assert [(each.rule, str(each.severity)) for each in found] == ([(rule, severity)] if rule else [])


SMALL_FORM = str(Path(__file__).parents[1] / "forms" / "xa")


def typed_small(path: Path, code: str, unit: str, raw: object) -> None:
    master = open_master(path, SMALL_FORM)
    section = master.form.section_of[code]
    address = master.grids[section.number].address(code, unit)
    master.workbook.sheet(section.sheet).put(address, raw)  # type: ignore[arg-type]
    master.workbook.commit()


def test_a_formula_that_was_typed_over_is_restored_and_logged(filled: Path, typed: Typed) -> None:
    sheet, address = place(filled, "I.1.1", "figure")
    typed(filled, sheet, address, 999)
    result = recalc(filled, LATER)
    assert result.overwritten == (f"{sheet}!{address} (đã gõ đè 999)",)
    assert str(openpyxl.load_workbook(filled)[sheet][address].value).startswith("=")
    log = [row[2].value for row in openpyxl.load_workbook(filled)[sheet_names.LOG].iter_rows(min_row=5)]
    assert "Đặt lại công thức" in log


def test_an_explained_warning_is_cleared_and_comes_back_when_the_figure_changes(filled: Path, typed: Typed) -> None:
    rows = open_master(filled).keyed_rows(sheet_names.FINDINGS)
    key, row = next((key, row) for key, row in rows.items() if "|III.2.3|" in key)
    typed(filled, sheet_names.FINDINGS, f"I{row}", "TTHC dùng chung hai cấp chỉ tính một lần.")
    typed(filled, sheet_names.FINDINGS, f"J{row}", "Người lập biểu")
    result = recalc(filled, LATER)
    assert [each.explained for each in result.computed.findings if each.key == key] == [True]
    sheet, address = place(filled, "III.2.3", "figure")
    assert openpyxl.load_workbook(filled)[sheet][address].comment is None
    assert not recalc(filled, LATER).changed
    sheet, address = place(filled, "III.2.3", "thanh_pho")
    typed(filled, sheet, address, 259)
    result = recalc(filled, LATER)
    again = [each for each in result.computed.findings if each.indicator == "III.2.3"]
    assert again
    assert not any(each.explained for each in again)
    log = [str(row[3].value) for row in openpyxl.load_workbook(filled)[sheet_names.LOG].iter_rows(min_row=5)]
    assert any("TTHC dùng chung hai cấp chỉ tính một lần." in text for text in log)


def test_rows_and_columns_are_found_by_code_and_name_wherever_they_stand(small: Path) -> None:
    cells = [("xa_dong", "A.1.1", "5"), ("xa_tay", "A.1.1", "6"), ("xa_nam", "A.1.1", "7")]
    enter(small, Entries(cells=cells), SMALL_FORM)
    book = openpyxl.load_workbook(small)
    sheet = book["A Hồ sơ"]
    codes = {sheet.cell(row, 1).value: row for row in range(1, 20)}
    for column in range(1, 30):
        first, second = sheet.cell(codes["A.1.1"], column), sheet.cell(codes["A.1.2"], column)
        first.value, second.value = second.value, first.value
    book.save(small)
    assert figure(recalc(small, LATER, SMALL_FORM), "A.1.1") == 18


@pytest.mark.parametrize(
    ("damage", "word"),
    [("delete row", "A.1.2"), ("copy row", "hai lần"), ("rename column", "Xã Tây"), ("rename sheet", "A Hồ sơ")],
)
def test_a_changed_layout_is_refused_with_its_place_and_the_file_stays(small: Path, damage: str, word: str) -> None:
    book = openpyxl.load_workbook(small)
    sheet = book["A Hồ sơ"]
    rows = {sheet.cell(row, 1).value: row for row in range(1, 20)}
    if damage == "delete row":
        sheet.delete_rows(rows["A.1.2"])
    elif damage == "copy row":
        sheet.cell(rows["A.1.2"], 1).value = "A.1.1"
    elif damage == "rename column":
        next(cell for cell in sheet[5] if cell.value == "Xã Tây").value = "Xã Bắc"
    else:
        sheet.title = "Hồ sơ"
    book.save(small)
    before = small.read_bytes()
    with pytest.raises(UserError) as refused:
        recalc(small, LATER, SMALL_FORM)
    assert word in str(refused.value)
    assert small.read_bytes() == before


@pytest.mark.parametrize("lock", ["~${}", ".~lock.{}#"])
def test_a_workbook_open_elsewhere_is_noticed_before_any_work(filled: Path, lock: str) -> None:
    filled.with_name(lock.format(filled.name)).write_text("")
    before = filled.read_bytes()
    with pytest.raises(UserError, match="đang mở"):
        recalc(filled, LATER)
    assert filled.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"khong phai excel", b"PK\x03\x04hong"])
def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "hong.xlsx"
    path.write_bytes(content)
    with pytest.raises(UserError, match="không mở được"):
        recalc(path, LATER)
    assert path.read_bytes() == content


def test_a_foreign_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "khac.xlsx"
    openpyxl.Workbook().save(path)
    with pytest.raises(UserError, match="không phải sổ tổng hợp"):
        recalc(path, LATER)


def test_backups_are_kept_but_not_without_end(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """How many there may be is asked by tests/house/test_files.py, without a book."""
    monkeypatch.setattr("cchc_xl.files.BACKUPS_KEPT", 3)
    for number in range(5):
        typed_small(small, "A.1.1", "xa_dong", number)
        recalc(small, NOW + timedelta(minutes=number), SMALL_FORM)
    assert len(list((small.parent / BACKUP_FOLDER).iterdir())) == 3


def test_backups_of_a_workbook_whose_name_goes_on_are_not_counted(filled: Path) -> None:
    another = Path(shutil.copy(filled, filled.with_stem(f"{filled.stem}-2")))
    copies = [back_up(another, NOW + timedelta(minutes=number)) for number in range(3)]
    for number in range(BACKUPS_KEPT + 3):
        back_up(filled, NOW + timedelta(minutes=number))
    assert all(copy.exists() for copy in copies)


def test_a_save_that_fails_leaves_the_old_file(filled: Path, typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet, address = place(filled, "I.1.3", "thanh_pho")
    typed(filled, sheet, address, 77)
    before = filled.read_bytes()

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UserError, match="không ghi được tệp"):
        recalc(filled, LATER)
    assert filled.read_bytes() == before
    assert [path.name for path in filled.parent.iterdir() if path.suffix == ".tmp"] == []


def test_an_untouched_workbook_waits_for_the_units_and_colours_no_cell(form: Form, tmp_path: Path) -> None:
    path = tmp_path / "moi.xlsx"
    blank_master(form, path)
    result = recalc(path, LATER)
    waiting, = result.computed.findings
    assert waiting.severity is Severity.ERROR
    assert f"Chưa có số liệu của {len(expected(form))} đơn vị: {form.units[0].name}, " in waiting.message
    assert {cell.sheet for cell in waiting.cells} == {sheet_names.HOME}
    assert all(each.value is None for code, each in result.computed.figures.items() if form.by_code[code].typed)


def test_a_unit_that_has_begun_is_asked_for_every_required_answer(form: Form, tmp_path: Path, typed: Typed) -> None:
    path, unit = tmp_path / "moi.xlsx", form.units[0]
    blank_master(form, path)
    rows = [row for row in form.indicators() if row.missing == "required" and unit in form.reporters(row)]
    typed(path, *place(path, rows[0].code, unit.id), 5)
    computed = recalc(path, LATER).computed
    asked = [each for each in computed.findings if each.unit == unit.id and each.rule in ("required", "unit_empty")]
    assert {cell for each in asked for cell in each.cells} == {
        computed.content.readings[unit.id, row.code].address for row in rows[1:] if row.typed and not row.required_if
    }
    waiting, = (each for each in computed.findings if "Chưa có số liệu của" in each.message)
    assert f"{len(expected(form)) - 1} đơn vị: {form.units[1].name}, " in waiting.message


def test_a_row_that_grew_for_a_message_goes_back_with_it(filled: Path) -> None:
    sheet, address = place(filled, "I.1.1", "thanh_pho")

    def heights() -> dict[str, list[float | None]]:
        book = openpyxl.load_workbook(filled)
        return {
            name: [book[name].row_dimensions[row].height for row in range(1, 60)]
            for name in (sheet, sheet_names.FINDINGS)
        }

    before, right = heights(), Workbook(filled).sheet(sheet).cell(address).raw
    enter(filled, Entries(cells=[("thanh_pho", "I.1.1", "gần 77, xem công văn của Sở Nội vụ")]))
    recalc(filled, LATER)
    grown = heights()
    assert sum(filter(None, grown[sheet])) > sum(filter(None, before[sheet]))
    enter(filled, Entries(cells=[("thanh_pho", "I.1.1", right)]))
    recalc(filled, LATER)
    assert heights() == before


def test_the_last_periods_figures_stand_beside_the_current_ones(filled: Path, form: Form, tmp_path: Path) -> None:
    made = make_all(form.id, "năm 2022", tmp_path / "moi", previous=filled)
    computed = compute(made.master)
    before = {each.indicator.name: each.value for each in compute(filled).figures.values() if each.value is not None}
    assert {name: each.value for name, each in computed.content.previous.items()} == before
    assert not any(each.value for code, each in computed.figures.items() if form.by_code[code].typed)


def test_an_incomplete_total_says_what_it_lacks(small: Path) -> None:
    enter(small, Entries(cells=[("xa_dong", "A.1.1", "5"), ("xa_tay", "A.1.1", "6")]), SMALL_FORM)
    recalc(small, LATER, SMALL_FORM)
    sheet, address = place(small, "A.1.1", "check")
    assert "Mới có số liệu của 2/3 xã; thiếu Xã Nam." in str(openpyxl.load_workbook(small)[sheet][address].value)
