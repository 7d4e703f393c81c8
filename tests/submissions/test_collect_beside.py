"""What a unit typed beside the cells that are asked is told with its place: nothing is dropped without a word."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

from cchc_xl import cli, sheet_names
from cchc_xl.master.master_book import open_master
from cchc_xl.reading import Cell, read
from cchc_xl.rule_registry import Finding
from cchc_xl.schema import Form, Unit
from cchc_xl.schema.model_kinds import Kind
from cchc_xl.submissions import form_layout
from cchc_xl.submissions.form_layout import plan_form
from cchc_xl.submissions.handed_in import Fate
from cchc_xl.submissions.intake import reading_process
from cchc_xl.submissions.intake.container_check import opened
from cchc_xl.values import Address, Status
from cchc_xl.verbs.check import examine
from cchc_xl.verbs.collect import collect
from tests.books import NOW, blank_master
from tests.forms_support import filled_form, wards
from tests.hostile import parts_of, write_parts


@pytest.fixture
def ward(form: Form) -> Unit:
    return wards(form)[0]


@pytest.fixture
def path(form: Form, ward: Unit, tmp_path: Path) -> Path:
    return filled_form(form, ward, tmp_path / "nop" / f"{ward.id}.xlsx")


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path) -> None:
    (tmp_path / "nop").mkdir()


def change(path: Path, work: Callable[[openpyxl.Workbook], object]) -> list[Finding]:
    before = {finding.key for finding in examine(path).findings}
    book = openpyxl.load_workbook(path)
    work(book)
    book.save(path)
    return [finding for finding in examine(path).findings if finding.key not in before]


def rate_of(form: Form, ward: Unit) -> tuple[str, str, str]:
    """Sheet and cell of a rate of the form, and its code."""
    page, line = next(
        (page, line) for page in plan_form(form, ward).pages for line in page.lines
        if not line.typed and not line.heading
    )
    return page.sheet, f"{form_layout.VALUE}{line.row}", line.item.code


def test_a_rate_typed_over_that_contradicts_is_told_with_both_numbers(form: Form, ward: Unit, path: Path) -> None:
    sheet, cell, code = rate_of(form, ward)
    (told,) = change(path, lambda book: book[sheet].__setitem__(cell, 98.5))
    assert (told.rule, told.indicator, told.cells[0].cell) == ("rate_overtyped", code, cell)
    assert "“98,5”" in told.message
    assert "là 100;" in told.message


@pytest.mark.parametrize("value", [100, "100%", "100"])
def test_a_rate_typed_over_that_agrees_needs_no_word(form: Form, ward: Unit, path: Path, value: object) -> None:
    sheet, cell, _ = rate_of(form, ward)
    assert change(path, lambda book: book[sheet].__setitem__(cell, value)) == []


def insert_row(book: openpyxl.Workbook) -> None:
    sheet = book.worksheets[0]
    sheet.insert_rows(8)
    sheet["C8"], sheet["E8"] = "Trong đó: hồ sơ hộ tịch", 900


def own_column(book: openpyxl.Workbook) -> None:
    book.worksheets[0]["P8"] = "4321 hồ sơ"


def over_the_check(book: openpyxl.Workbook) -> None:
    book.worksheets[0]["G8"] = 77


def own_sheet(book: openpyxl.Workbook) -> None:
    book.create_sheet("Bổ sung")["D3"] = 56


BESIDE = [(insert_row, "E8", "hồ sơ hộ tịch” không thuộc phần đơn vị nhập, E8 ghi “900”"),
          (own_column, "P8", "cột P không thuộc biểu mẫu, P8 ghi “4321 hồ sơ”"), (over_the_check, "G8", "G8 ghi “77”"),
          (own_sheet, "D3", "trang tính “Bổ sung” không thuộc biểu mẫu, D3 ghi “56”")]


@pytest.mark.parametrize(("work", "cell", "said"), BESIDE, ids=lambda value: getattr(value, "__name__", ""))
def test_numbers_beside_the_form_are_told_with_their_cell(
    path: Path, work: Callable[[openpyxl.Workbook], object], cell: str, said: str
) -> None:
    told = [each for each in change(path, work) if each.rule == "typed_beside"]
    assert [each.cells[0].cell for each in told] == [cell]
    assert said in told[0].message


def test_a_line_with_a_code_of_its_own_says_its_number(path: Path) -> None:
    def work(book: openpyxl.Workbook) -> None:
        sheet = book.worksheets[0]
        sheet.cell(sheet.max_row + 2, 1, "Ghi chú thêm")
        sheet.cell(sheet.max_row, 5, 45)

    (told,) = change(path, work)
    assert "dòng Ghi chú thêm không thuộc phần đơn vị này báo cáo, ô số liệu ghi “45”" in told.message


def test_cell_comments_travel_to_the_notes_of_the_unit(form: Form, ward: Unit, path: Path, tmp_path: Path) -> None:
    code = next(iter(plan_form(form, ward).questions))
    sheet, row = plan_form(form, ward).places[code]

    def work(book: openpyxl.Workbook) -> None:
        book[sheet][f"E{row}"].comment = Comment("Số này do Trung tâm cung cấp", "PX")
        book[form_layout.COVER]["B2"].comment = Comment("Nhờ xem lại hạn nộp", "PX")

    assert [each.rule for each in change(path, work)] == ["comment"]
    book = tmp_path / "CCHC.xlsx"
    blank_master(form, book)
    collect(book, [path], NOW, processes=1)
    notes = [cell.raw for _, cell in open_master(book).workbook.sheet(sheet_names.UNIT_NOTES).cells()]
    assert any(f"Nhận xét ở ô E{row}: Số này do Trung tâm cung cấp" in note for note in notes)


def test_folders_below_are_walked_and_their_number_is_said(form: Form, path: Path, tmp_path: Path) -> None:
    deeper = tmp_path / "nop" / "Phòng" / "GD"
    deeper.mkdir(parents=True)
    filled_form(form, wards(form)[1], deeper / "b.xlsx")
    for skipped in ("tra_lai", "bieu_mau", ".an"):
        (tmp_path / "nop" / skipped).mkdir()
        filled_form(form, wards(form)[2], tmp_path / "nop" / skipped / "c.xlsx")
    book = tmp_path / "CCHC.xlsx"
    blank_master(form, book)
    collected = collect(book, [tmp_path / "nop"], NOW, processes=1)
    assert collected.count(Fate.TAKEN) == 2
    assert collected.counts == "2 tệp trong 2 thư mục: 2 đã nhận."


def test_a_folder_without_a_form_does_not_end_like_success(
    form: Form, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    openpyxl.Workbook().save(tmp_path / "nop" / "khac.xlsx")
    book = tmp_path / "CCHC.xlsx"
    blank_master(form, book)
    monkeypatch.setattr("sys.argv", ["cchc-xl", "collect", str(book), str(tmp_path / "nop")])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr().out
    assert ended.value.code == 2
    assert "Không nhận ra biểu mẫu nào của kỳ này." in said
    assert "Đã ghi vào sổ." not in said


def test_a_changed_layout_of_the_master_is_told_by_collecting(form: Form, path: Path, tmp_path: Path) -> None:
    book = tmp_path / "CCHC.xlsx"
    blank_master(form, book)
    workbook = openpyxl.load_workbook(book)
    register = workbook[sheet_names.UNITS]
    register.append([cell.value for cell in register[7]])
    workbook.save(book)
    collected = collect(book, [path], NOW, processes=1)
    assert [each.rule for each in collected.changed_layout] == ["unit_twice"]
    assert json.dumps(collected.changed_layout[0].as_json("x"))


def test_true_means_the_same_before_and_after_libreoffice_saved_the_form(form: Form, ward: Unit, path: Path) -> None:
    code = next(code for code, row in plan_form(form, ward).questions.items() if row.asked is Kind.COUNT)
    sheet, row = plan_form(form, ward).places[code]
    before = change(path, lambda book: book[sheet].__setitem__(f"E{row}", True))
    parts = parts_of(path)
    name = next(name for name, part in parts.items() if b'<c r="E%d"' % row in part and b'<v>1</v></c>' in part)
    typed = re.compile(rb'(<c r="E%d"[^>]*) t="b"><v>1</v></c>' % row)
    assert typed.search(parts[name])
    parts[name] = typed.sub(rb'\1 t="n"><f aca="false">TRUE()</f><v>1</v></c>', parts[name])
    write_parts(path, parts)
    assert [each.rule for each in before] == ["text_boolean"]
    assert "text_boolean" in {each.rule for each in examine(path).findings}
    assert "formula_typed" not in {each.rule for each in examine(path).findings}
    contents = opened(path.read_bytes(), ".xlsx")
    assert reading_process._by_reader(contents) == reading_process._plain(opened(path.read_bytes(), ".xlsx"))
    assert read(Cell(Decimal(1), formula="TRUE()"), form.by_code[code], Address("", "")).status is Status.UNREADABLE
