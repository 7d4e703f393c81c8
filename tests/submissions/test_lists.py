"""Lists: tables whose rows are records that units write, with texts and days; each stays its unit's own."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import docx
import openpyxl
import pytest
from report_sample import render

from cchc_xl.checks.run_checks import check
from cchc_xl.consolidate.run import Order, consolidate
from cchc_xl.declaration.load_form import write_folder
from cchc_xl.excel.spreadsheet import Workbook
from cchc_xl.figures import Content, total
from cchc_xl.master.compute_book import compute
from cchc_xl.master.master_book import open_master
from cchc_xl.office import is_installed
from cchc_xl.reconcile.appendix_table import read_tables
from cchc_xl.reconcile.foreign_table import table_of_texts
from cchc_xl.schema import Form, begun, period_of
from cchc_xl.schema.declaration_tables import INDICATORS, TABLE_COLUMNS, DeclaredSheet, made as tables_made
from cchc_xl.schema.read_declaration import read_form
from cchc_xl.schema.write_declaration import tables_of
from cchc_xl.sheet_names import table_sheet
from cchc_xl.submissions.form_layout import plan_form
from cchc_xl.submissions.handed_in import Fate
from cchc_xl.submissions.unit_form.instant_checks import NO_DAY
from cchc_xl.verbs.collect import collect
from cchc_xl.verbs.new import Made, make_files, make_next
from cchc_xl.word.word_xml import Element, name
from tests.consolidate_support import rows as rows_of
from tests.kept_office import recalculated

NOW = datetime(2026, 6, 14, 8)
ROWS = [
    {"Mã": "A", "Chỉ tiêu": "Văn bản đã ban hành", "Kiểu": "Phần", "Tên sheet": "Văn bản CCHC"},
    {"Mã": "vb", "Chỉ tiêu": "Danh mục văn bản", "Kiểu": "Bảng", "Ai báo cáo": "Xã", "Tên máy": "danh_muc"},
    {"Mã": "vb.1", "Chỉ tiêu": "Văn bản", "Kiểu": "Dòng mở", "Giới hạn": "0..6"},
    {"Mã": "vb.9", "Chỉ tiêu": "TỔNG CỘNG", "Kiểu": "Dòng tổng"},
]
COLUMNS = [
    ("(1)", "TT", "Chữ", ""), ("(2)", "Tên văn bản", "Chữ", ""), ("(3)", "Số, ký hiệu", "Chữ", "Có"),
    ("(4)", "Ngày ban hành", "Ngày", ""), ("(5)", "Số nhiệm vụ", "Số đếm", ""), ("(6)", "Ghi chú", "Chữ", ""),
]
TYPED = ("(3)", "(4)", "(5)", "(6)")
PLAN = "Kế hoạch cải cách hành chính"
Record = tuple[object, ...]


def lines(sheet: DeclaredSheet, rows: Sequence[dict[str, str]]) -> list[list[str]]:
    return [[row.get(title, "") for title in sheet.titles] for row in rows]


@pytest.fixture(scope="module")
def form() -> Form:
    columns = [
        {"Bảng": "vb", "Mã cột": code, "Tiêu đề 1": title, "Kiểu": kind, "Bắt buộc": needed}
        for code, title, kind, needed in COLUMNS
    ]
    read = read_form(tables_made({
        "bieu_mau": [["Mã", "thu"], ["Tên", "Biểu thử"], ["Phiên bản", "1"]],
        "chi_tieu": lines(INDICATORS, ROWS), "cot": lines(TABLE_COLUMNS, columns),
        "don_vi": [[f"xa_{number}", f"Xã thử {number}", "Xã"] for number in range(3)],
    }))
    assert read.faults == []
    return begun(read.form, period_of(read.form, "quý II/2026"))


@pytest.fixture(scope="module")
def empty(form: Form, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The files of the period; not to be changed."""
    return make_files(form, tmp_path_factory.mktemp("ky") / "ky")


@pytest.fixture
def made(empty: Made, tmp_path: Path) -> Made:
    shutil.copytree(empty.master.parent, tmp_path, dirs_exist_ok=True)
    folder = tmp_path / empty.forms_folder.name
    forms = {unit: folder / path.name for unit, path in empty.forms.items()}
    return replace(empty, master=tmp_path / empty.master.name, forms_folder=folder, forms=forms)


def handed_in(form: Form, made: Made, *units: Sequence[Record]) -> list[tuple[Fate, list[str]]]:
    for unit, records in zip(form.units, units, strict=False):
        plan, book = plan_form(form, unit), openpyxl.load_workbook(made.forms[unit])
        for number, (called, *cells) in enumerate(records, 1):
            sheet, cell = plan.name_cells[f"vb.1+{number}"]
            book[sheet][cell] = called
            for column, value in zip(TYPED, cells, strict=True):
                sheet, cell = plan.cells[f"vb.1+{number}{column}"]
                book[sheet][cell] = value
        book.save(made.forms[unit])
    result = collect(made.master, [made.forms_folder], NOW)
    return [(each.fate, [finding.rule for finding in each.findings]) for each in result.outcomes]


GOOD: tuple[Sequence[Record], ...] = (
    [(PLAN, "05/KH-UBND", "5/4/2026", 12, None), ("Quyết định công bố", "12/QĐ-UBND", datetime(2026, 5, 20), 3, "mới")],
    [],
    [(PLAN, "07/KH-UBND", "20.3.2026", 4, None)],
)


def test_a_list_without_records_is_a_form_that_is_read_back(form: Form) -> None:
    assert read_form(tables_of(form)).form.sections == form.sections
    assert list(form.indicators()) == []
    assert total(form, {}) == {}
    assert check(Content(form, {}), {}, {}, None) == []


def test_each_record_stays_its_units_own_and_numbers_are_added(form: Form, made: Made) -> None:
    assert handed_in(form, made, *GOOD) == [(Fate.TAKEN, [])] * 3
    computed = compute(made.master)
    table = computed.master.form.sections[0].tables[0]
    assert [(row.stt, row.label, row.declared["Ai báo cáo"]) for row in table.rows if row.above] == [
        ("1", PLAN, "xa_0"), ("2", "Quyết định công bố", "xa_0"), ("3", PLAN, "xa_2"),
    ]
    values = {code: figure.value for code, figure in computed.figures.items()}
    assert values["vb.9(5)"] == 12 + 3 + 4
    assert [values[f"vb.1.{number}(4)"] for number in (1, 2, 3)] == ["05/04/2026", "20/05/2026", "20/03/2026"]
    assert "vb.9(4)" not in values
    assert computed.findings == []


def test_the_book_prints_the_units_name_in_a_column(form: Form, made: Made, tmp_path: Path) -> None:
    handed_in(form, made, *GOOD)
    sheet = openpyxl.load_workbook(made.master, data_only=True)[table_sheet("vb")]
    shown = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=6, max_row=11, min_col=2, max_col=8)]
    assert shown[0] == ["TT", "Tên văn bản", "Đơn vị", "Số, ký hiệu", "Ngày ban hành", "Số nhiệm vụ", "Ghi chú"]
    assert shown[2][:5] == [1, PLAN, "Xã thử 0", "05/KH-UBND", "05/04/2026"] or shown[2][0] == "1"
    assert [row[2] for row in shown[2:5]] == ["Xã thử 0", "Xã thử 0", "Xã thử 2"]
    assert shown[3][6] == "mới"
    assert shown[5][1:6:4] == ["TỔNG CỘNG", 19]


@pytest.mark.skipif(not is_installed(), reason="LibreOffice is not installed")
def test_libreoffice_shows_the_same_list(form: Form, made: Made, tmp_path: Path) -> None:
    handed_in(form, made, *GOOD)
    copy = recalculated(made.master, tmp_path / "lo.xlsx")
    before, after = (Workbook(path).sheet(table_sheet("vb")) for path in (made.master, copy))
    cells = [f"{letter}{row}" for letter in "DEFGH" for row in range(8, 12)]
    assert [after.cell(cell).raw for cell in cells] == [before.cell(cell).raw for cell in cells]


WRONG = {
    "no day": ((PLAN, "05/KH-UBND", "tháng 4", 1, None), "not_a_day"),
    "a day that is none": ((PLAN, "05/KH-UBND", "31/4/2026", 1, None), "not_a_day"),
    "no number of the document": ((PLAN, None, "5/4/2026", 1, None), "required"),
    "a day of another year": ((PLAN, "05/KH-UBND", "5/4/2025", 1, None), "day_outside"),
    "no name": ((None, "05/KH-UBND", "5/4/2026", 1, None), "added_nameless"),
}


@pytest.mark.skipif(not is_installed(), reason="LibreOffice is not installed")
@pytest.mark.parametrize(("typed", "wrong"), [
    (("30/4/2026", "31/5/2026", "1/6/2026"), False), (("31/4/2026", "29/2/2026", "0/5/2026"), True),
])
def test_a_day_that_is_none_is_told_while_it_is_typed(
    form: Form, made: Made, tmp_path: Path, typed: Sequence[str], wrong: bool
) -> None:
    handed_in(form, made, *[[(PLAN, "05/KH-UBND", day, 1, None)] for day in typed])
    for unit in form.units:
        copy = Workbook(recalculated(made.forms[unit], tmp_path / f"{unit.id}.xlsx"))
        sheet, _ = plan_form(form, unit).name_cells["vb.1+1"]
        shown = " ".join(str(cell.raw) for _, cell in copy.sheet(sheet).cells() if cell.raw)
        assert (NO_DAY in shown) is wrong


def text_in(element: Element) -> str:
    return "".join(each.text or "" for each in element.iter(name("t")))


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_record_is_told(form: Form, made: Made, case: str) -> None:
    record, rule = WRONG[case]
    (_, rules), *_ = handed_in(form, made, [record])
    assert rules == [rule]


def test_records_of_the_last_period_are_not_those_of_the_next(form: Form, made: Made, tmp_path: Path) -> None:
    handed_in(form, made, *GOOD)
    later = make_next(made.master, "quý III/2026", tmp_path / "sau")
    assert list(later.form.indicators()) == []
    assert len(later.forms) == 3


def test_a_list_is_printed_in_word_and_gone_through_by_a_template(form: Form, made: Made, tmp_path: Path) -> None:
    handed_in(form, made, *GOOD)
    template = docx.Document()
    for text in ("{{ danh_muc }}", "{%p for dong in danh_muc.dong if not dong.la_tong %}",
                 '{{ dong.stt }}: {{ dong.ten }} số {{ dong["(3)"] }} ngày {{ dong["(4)"] }} của {{ dong.don_vi }}.',
                 "{%p endfor %}"):
        template.add_paragraph(text)
    template.save(tmp_path / "mau.docx")
    computed = compute(made.master)
    render(tmp_path / "mau.docx", computed.content, computed.figures, tmp_path / "ra.docx")
    written = docx.Document(str(tmp_path / "ra.docx"))
    (table,) = written.tables
    assert [cell.text for cell in table.rows[0].cells] == [
        "TT", "Tên văn bản", "Đơn vị", "Số, ký hiệu", "Ngày ban hành", "Số nhiệm vụ", "Ghi chú"
    ]
    # python-docx leaves out what stands in content controls.
    shown = [text_in(cell._tc) for cell in table.rows[4].cells]
    assert shown == ["3", PLAN, "Xã thử 2", "07/KH-UBND", "20/03/2026", "4", ""]
    said = [text_in(paragraph._p) for paragraph in written.paragraphs]
    assert f"3: {PLAN} số 07/KH-UBND ngày 20/03/2026 của Xã thử 2." in said


def test_the_master_opens_without_any_record(made: Made) -> None:
    assert open_master(made.master).changed == ()


def test_the_printed_list_is_read_back_record_by_record(form: Form, made: Made) -> None:
    handed_in(form, made, *GOOD)
    grown = compute(made.master).master.form
    rows = [
        ["TT", "Tên văn bản", "Đơn vị", "Số, ký hiệu", "Ngày ban hành", "Số nhiệm vụ", "Ghi chú"],
        ["(1)", "(2)", "", "(3)", "(4)", "(5)", "(6)"],
        ["1", PLAN, "Xã thử 2", "07/KH-UBND", "20/03/2026", "4", ""],
        ["2", "Quyết định công bố", "Xã thử 0", "12/QĐ-UBND", "20/05/2026", "3", "mới"],
        ["3", PLAN, "Xã thử 0", "05/KH-UBND", "05/04/2026", "13", ""],
        ["", "TỔNG CỘNG", "", "", "", "20", ""],
    ]
    found = read_tables([table_of_texts("bảng 1", rows)], grown)
    assert found.unread == ()
    values = {line.code: line.value for line in found.lines}
    assert [values[f"vb.1.{number}(5)"] for number in (1, 2, 3)] == [13, 3, 4]
    assert values["vb.9(5)"] == 20


@pytest.mark.analysis
def test_sums_of_lists_are_consolidated(form: Form, made: Made, tmp_path: Path) -> None:
    handed_in(form, made, *GOOD)
    (tmp_path / "cap.csv").write_text(
        "id,name,kind,parent\ntinh,Tỉnh Thử,province,\n"
        + "".join(f"{unit.id},{unit.name},commune,tinh\n" for unit in form.units), encoding="utf-8",
    )
    out, declared = tmp_path / "ra.csv", tmp_path / "thu"
    write_folder(tables_of(form), declared)
    consolidate(Order((made.master,), ("province",), tmp_path / "cap.csv", out, str(declared), period="quý II/2026"))
    assert [row["value"] for row in rows_of(out) if row["code"] == "vb.9(5)" and row["level"] == "province"] == ["19"]
