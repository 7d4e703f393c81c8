"""Rows that units add to a table: typed below the last one, joined in the book, counted once, kept for later."""

from __future__ import annotations

import shutil
import unicodedata
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName

from cchc_xl.declaration import form_folder, load_form
from cchc_xl.errors import UserError
from cchc_xl.excel.spreadsheet import Workbook
from cchc_xl.master.compute_book import Computed, compute
from cchc_xl.master.master_book import open_master
from cchc_xl.office import is_installed
from cchc_xl.schema import Form, begun, period_of
from cchc_xl.schema.carried_declaration import mark_of
from cchc_xl.schema.table_model import TableRow
from cchc_xl.sheet_names import table_sheet
from cchc_xl.submissions.form_layout import plan_form
from cchc_xl.submissions.handed_in import Fate, Policy
from cchc_xl.submissions.intake import reading_process
from cchc_xl.submissions.interpret_submission import Delivery, Interpreter
from cchc_xl.verbs.collect import Collected, collect
from cchc_xl.verbs.new import Made, make_files, make_next
from cchc_xl.verbs.recalc import recalc
from cchc_xl.verbs.upgrade import upgrade
from tests.books import edited
from tests.growing_sample import FEW, Added, typed
from tests.kept_office import converted, recalculated

NOW = datetime(2026, 6, 14, 8)
FIRST, SECOND, OTHER = "ii06a.19+1", "ii06a.19+2", "ii06a.29+1"
NAME = "Tiếp cận thông tin"


@pytest.fixture(scope="module")
def form() -> Form:
    form = load_form(form_folder("ii06a"))
    return begun(form.changed(units=form.units[:4]), period_of(form, "quý II/2026"))


@pytest.fixture(scope="module")
def empty(form: Form, tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make_files(form, tmp_path_factory.mktemp("so"))


@pytest.fixture
def book(empty: Made, tmp_path: Path) -> Path:
    return Path(shutil.copy(empty.master, tmp_path))


def handed_in(form: Form, book: Path, *added: Added, turn: int = 1) -> Collected:
    """The forms of the first units, with what each adds."""
    folder = book.parent / f"nop_{turn}"
    for number, (unit, each) in enumerate(zip(form.units, added, strict=False)):
        typed(form, unit, folder, each, turn, number)
    return collect(book, [folder], NOW)


def grown(computed: Computed) -> list[TableRow]:
    return [row for row in computed.master.form.sections[0].tables[0].rows if row.above]


def delivered(form: Form, path: Path) -> Delivery:
    read = Interpreter(form).interpret(path, reading_process.answer(str(path)))
    assert isinstance(read, Delivery), read
    return read


def of(computed: Computed, code: str) -> object:
    return computed.figures[code].value


def test_a_form_with_empty_rows_is_the_same_form(form: Form) -> None:
    plan = plan_form(form, form.units[0])
    assert list(plan.name_cells) == [f"ii06a.{place}9+{number}" for place in (1, 2) for number in range(1, 6)]
    assert mark_of(plan.form) == mark_of(form)


def test_names_spelled_alike_are_one_row_and_every_figure_counts_once(form: Form, book: Path) -> None:
    spread = unicodedata.normalize("NFD", "  tiếp  CẬN thông tin ")
    result = handed_in(
        form, book, {FIRST: (NAME, FEW)}, {SECOND: (spread, FEW), OTHER: ("Hòa giải", FEW)},
        {OTHER: ("hoà giải", FEW)}, {},
    )
    assert [(outcome.fate, outcome.findings) for outcome in result.outcomes] == [(Fate.TAKEN, ())] * 4
    computed = compute(book)
    assert [(row.code, row.stt, row.label) for row in grown(computed)] == [
        ("ii06a.19.1", "7", NAME), ("ii06a.29.1", "8", "Hòa giải"),
    ]
    assert of(computed, "ii06a.19.1(3)") == of(computed, "ii06a.29.1(3)") == 2 * 13
    assert of(computed, "ii06a.99(3)") == 13 * (4 * 1102 + 6) + 4 * 13
    assert computed.findings == []


def test_names_that_are_nearly_the_same_are_asked_about_and_never_joined(form: Form, book: Path) -> None:
    handed_in(form, book, {FIRST: (NAME, FEW)}, {FIRST: ("Tiếp cân thông tin", FEW)}, {FIRST: ("Hộ tich", FEW)}, {})
    computed = compute(book)
    assert len(grown(computed)) == 3
    assert [(each.rule, each.severity.value, len(each.cells)) for each in computed.findings] == [
        ("added_alike", "warning", 2), ("added_alike", "warning", 2),
    ]
    with_own, with_declared = sorted((each.message for each in computed.findings), key=lambda said: "Hộ" in said)
    for said in (f"“{NAME}” (Xã An Bình)", "“Tiếp cân thông tin” (Xã An Hòa)"):
        assert said in with_own
    assert "“Hộ tịch” (dòng của biểu mẫu) và “Hộ tich” (Xã An Phú)" in with_declared


def test_names_that_differ_in_a_number_are_two(form: Form, book: Path) -> None:
    handed_in(form, book, {FIRST: ("Dự án loại 1", FEW), SECOND: ("Dự án loại 2", FEW)}, {})
    assert compute(book).findings[0].rule != "added_alike"


WRONG = {
    "no name": ({FIRST: ("", FEW)}, "added_nameless", "chưa ghi tên"),
    "the name of a printed row": ({FIRST: (" hộ TỊCH", FEW)}, "added_twice", "trùng tên"),
    "one name twice": ({FIRST: (NAME, FEW), SECOND: (NAME.upper(), FEW)}, "added_twice", "trùng tên"),
    "no word": ({FIRST: ("12", FEW)}, "added_nameless", "không phải tên dòng"),
    "a formula": ({FIRST: ("=HYPERLINK(A1)", FEW)}, "added_nameless", "không phải tên dòng"),
    "a figure that is missing": ({FIRST: (NAME, (10, 2, 1, 8, 1, None, 4, 0))}, "required", NAME),
    "figures that do not agree": ({FIRST: (NAME, (11, *FEW[1:]))}, "ii06a(3) = (7) + (11) · ii06a.19+1", NAME),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_row_is_told_at_its_place(form: Form, tmp_path: Path, case: str) -> None:
    added, rule, said = WRONG[case]
    path = typed(form, form.units[0], tmp_path, added)
    found = delivered(form, path).findings
    assert [each.rule for each in found] == [rule], [each.message for each in found]
    assert said in found[0].message
    row = plan_form(form, form.units[0]).name_cells[list(added)[-1]][1][1:]
    assert {cell.cell[1:] for cell in found[0].cells} == {row}


def test_what_is_taken_with_its_faults_is_counted_too(form: Form, book: Path) -> None:
    typed(form, form.units[0], book.parent / "nop", {
        FIRST: ("", FEW), SECOND: ("Hộ tịch", FEW), "ii06a.19+3": (NAME, FEW), "ii06a.19+4": (NAME, FEW),
        "ii06a.19+5": ("=1+1", FEW),
    })
    collect(book, [book.parent / "nop"], NOW, Policy(accept_with_errors=True))
    computed = compute(book)
    assert [row.label for row in grown(computed)] == [
        "Dòng chưa ghi tên (Xã An Bình)", "Hộ tịch (dòng thêm)", NAME, NAME, "“=1+1”",
    ]
    assert of(computed, "ii06a.99(3)") == 13 * 1102 + 5 * 13


def test_a_returned_form_has_the_names_that_were_typed(form: Form, book: Path) -> None:
    result = handed_in(form, book, {FIRST: (NAME, (11, *FEW[1:]))})
    (outcome,) = result.outcomes
    assert outcome.fate is Fate.RETURNED
    assert outcome.returned
    sheet, cell = plan_form(form, form.units[0]).name_cells[FIRST]
    assert openpyxl.load_workbook(outcome.returned)[sheet][cell].value == NAME


def test_a_row_that_a_new_form_has_no_more_is_told_with_its_figures(form: Form, book: Path) -> None:
    handed_in(form, book, {FIRST: (NAME, FEW)}, {FIRST: (NAME, FEW)})
    result = handed_in(form, book, {}, {FIRST: (NAME, FEW), SECOND: ("Thanh tra", FEW)}, turn=2)
    first, second = (outcome.findings for outcome in result.outcomes)
    assert [each.rule for each in first] == ["added_gone"]
    assert f"“{NAME}” ((4) 10; (5) 2; (6) 1; (8) 8; (9) 1; (10) 0; (12) 4; (13) 0)" in first[0].message
    assert second == ()
    computed = compute(book)
    assert [(row.label, row.declared["Ai báo cáo"]) for row in grown(computed)] == [
        (NAME, "xa_02"), ("Thanh tra", "xa_02"),
    ]
    assert of(computed, "ii06a.19.1(3)") == 13
    asked = [each for each in computed.findings if each.rule == "added_gone"]
    assert [(each.unit, each.cells[0].sheet, NAME in each.message) for each in asked] == [("xa_01", "Đơn vị", True)]
    handed_in(form, book, {FIRST: (NAME, FEW)}, turn=3)
    assert [each for each in compute(book).findings if each.rule == "added_gone"] == []


def test_what_a_form_has_beside_its_cells_is_asked_about_in_the_book_too(form: Form, book: Path) -> None:
    path = typed(form, form.units[0], book.parent / "nop", {})
    file = openpyxl.load_workbook(path)
    sheet = file[table_sheet("ii06a")]
    last = max(row for row in range(1, 60) if sheet[f"A{row}"].value == "ii06a.99")
    sheet[f"C{last + 1}"], sheet[f"E{last + 1}"] = "Thủy sản", 7
    file.save(path)
    collect(book, [path], NOW)
    for _ in range(2):
        found = [each for each in recalc(book, NOW).computed.findings if each.rule == "typed_beside"]
        assert [each.cells[0].sheet for each in found] == ["Đơn vị"]
        assert f"E{last + 1} ghi “7”" in found[0].message


def test_the_next_period_prints_the_row_for_its_units_and_knows_its_figures(form: Form, book: Path) -> None:
    handed_in(form, book, {FIRST: (NAME, FEW)}, {}, {}, {})
    made = make_next(book, "quý III/2026", book.parent / "sau")
    later, (first, second) = made.form, made.form.units[:2]
    assert "ii06a.19.1(4)" in plan_form(later, first).questions
    assert "ii06a.19.1(4)" not in plan_form(later, second).questions
    before = compute(made.master).content.previous
    assert before["ii06a_tiep_can_thong_tin_11"].value == 4
    typed(later, first, book.parent / "nop_sau", {})
    typed(later, second, book.parent / "nop_sau", {FIRST: (NAME, FEW)}, more=1)
    collect(made.master, [book.parent / "nop_sau"], NOW)
    computed = compute(made.master)
    assert [row.declared["Ai báo cáo"] for row in grown(computed)] == ["xa_01; xa_02"]
    assert of(computed, "ii06a.19.1(6)") == 12 + 1
    carried = [each for each in computed.findings if "kỳ trước" in each.rule and "19.1" in each.rule]
    assert {each.rule for each in carried} == {"ii06a(6) = (11) kỳ trước · ii06a.19.1"}
    assert [each.unit for each in carried] == ["xa_01", "xa_02"]


def test_a_new_version_of_the_form_keeps_added_rows(form: Form, book: Path) -> None:
    handed_in(form, book, {FIRST: (NAME, FEW)})
    upgrade(book, form.changed(version="2026.2"), NOW)
    assert of(compute(book), "ii06a.19.1(3)") == Decimal(13)


OWN = "Của tôi"


def with_own_sheet(form: Form, book: Path, formula: str = "") -> str:
    """Adds a sheet of a person's own to the book; returns where on its sheet the figure stands that it looks at."""
    master = open_master(book)
    grid = master.grids["A"]
    place = grid.address("ii06a.25(4)", "figure")
    with edited(book) as file:
        sheet = file.create_sheet(OWN)
        sheet["A1"], sheet["A1"].font = "ghi nhớ", Font(bold=True, color="FF0000")
        sheet["B1"] = formula or f"='{grid.sheet}'!{place}+1"
        sheet["B2"], sheet["B2"].number_format = f"=SUM('{grid.sheet}'!E8:{place})", '0.0"x"'
        sheet["C1"], sheet["C1"].comment = "“A1”!B2", Comment("việc của tôi", "tôi")
        sheet.column_dimensions["A"].width = 33
        chart = BarChart()
        chart.add_data(Reference(file[grid.sheet], min_col=5, min_row=8, max_row=40))
        sheet.add_chart(chart, "E5")
        file.defined_names["cua_toi"] = DefinedName("cua_toi", attr_text=f"'{OWN}'!$A$1")
        mine = file[grid.sheet]
        mine.column_dimensions["C"].width = 71
        mine.column_dimensions["D"].hidden = True
        mine.row_dimensions[grid.rows["ii06a.25(4)"]].height = 44
        mine.page_setup.orientation = "landscape"
        mine.oddFooter.left.text = "của tôi"
        mine[grid.address("ii06a.25(4)", "xa_01")].comment = Comment("hỏi lại", "tôi")
    return place


def test_what_people_added_to_the_book_is_there_after_it_has_grown(form: Form, book: Path, tmp_path: Path) -> None:
    before = with_own_sheet(form, book)
    result = handed_in(form, book, {FIRST: (NAME, FEW)}, {}, {}, {})
    assert [each.fate for each in result.outcomes] == [Fate.TAKEN] * 4
    master = open_master(book)
    grid = master.grids["A"]
    now = grid.address("ii06a.25(4)", "figure")
    assert now != before
    file = openpyxl.load_workbook(book)
    sheet, mine = file[OWN], file[grid.sheet]
    assert (sheet["A1"].value, sheet["A1"].font.b, sheet["A1"].font.color.rgb) == ("ghi nhớ", True, "00FF0000")
    assert sheet["B1"].value == f"='{grid.sheet}'!{now}+1"
    assert sheet["B2"].value == f"=SUM('{grid.sheet}'!E8:{now})"
    assert sheet["B2"].number_format == '0.0"x"'
    assert (sheet["C1"].value, sheet["C1"].comment.text) == ("“A1”!B2", "việc của tôi")
    assert sheet.column_dimensions["A"].width == 33
    assert len(sheet._charts) == 1  # type: ignore[attr-defined]
    assert file.defined_names["cua_toi"].attr_text == f"'{OWN}'!$A$1"
    assert (mine.column_dimensions["C"].width, mine.column_dimensions["D"].hidden) == (71, True)
    assert mine.row_dimensions[grid.rows["ii06a.25(4)"]].height == 44
    assert (mine.page_setup.orientation, mine.oddFooter.left.text) == ("landscape", "của tôi")
    assert mine[grid.address("ii06a.25(4)", "xa_01")].comment.text == "hỏi lại"
    handed_in(form, book, {FIRST: (NAME, FEW), SECOND: ("Hòa giải", FEW)}, turn=2)
    now = open_master(book).grids["A"].address("ii06a.25(4)", "figure")
    assert Workbook(book).sheet(OWN).cell("B1").formula == f"'{grid.sheet}'!{now}+1"


@pytest.mark.skipif(not is_installed(), reason="LibreOffice is not installed")
def test_a_form_counts_the_same_wrong_names_as_collecting(form: Form, tmp_path: Path) -> None:
    path = typed(form, form.units[0], tmp_path, {FIRST: ("12", FEW), SECOND: ("", FEW), OTHER: (NAME, FEW)})
    sheet = Workbook(recalculated(path, tmp_path / "lo.xlsx")).sheet(table_sheet("ii06a"))
    assert str(sheet.cell("B4").value).endswith(f"; {len(delivered(form, path).findings)} lỗi")


@pytest.mark.skipif(not is_installed(), reason="LibreOffice is not installed")
def test_empty_rows_are_empty_in_an_xls_whose_formulas_say_0_there(form: Form, tmp_path: Path) -> None:
    path = typed(form, form.units[0], tmp_path, {SECOND: (NAME, FEW)})
    delivery = delivered(form, converted(path, "xls", tmp_path / "gui.xls"))
    assert (delivery.findings, delivery.rows.names) == ((), {SECOND: NAME})


@pytest.mark.skipif(not is_installed(), reason="LibreOffice is not installed")
def test_libreoffice_computes_a_persons_own_sheet_after_the_book_has_grown(
    form: Form, book: Path, tmp_path: Path
) -> None:
    with_own_sheet(form, book)
    handed_in(form, book, {FIRST: (NAME, FEW)}, {}, {}, {})
    sheet = Workbook(recalculated(book, tmp_path / "lo.xlsx")).sheet(OWN)
    figure = of(compute(book), "ii06a.25(4)")
    assert isinstance(figure, Decimal)
    assert sheet.cell("B1").value == figure + 1


def test_a_sheet_that_cannot_come_along_is_not_lost_without_a_word(form: Form, book: Path) -> None:
    with_own_sheet(form, book, "=[1]Bảng!A1")
    content = book.read_bytes()
    with pytest.raises(UserError, match=r"Của tôi.*lấy số từ tệp khác") as told:
        handed_in(form, book, {FIRST: (NAME, FEW)})
    assert "nhận lại" in told.value.remedy
    assert book.read_bytes() == content
    handed_in(form, book, {}, {}, turn=2)
    assert OWN in openpyxl.load_workbook(book).sheetnames


def test_a_form_that_is_asked_for_by_name_sees_the_books_added_rows(form: Form, book: Path) -> None:
    handed_in(form, book, {FIRST: (NAME, FEW)})
    assert of(compute(book, "ii06a"), "ii06a.99(3)") == of(compute(book), "ii06a.99(3)")
