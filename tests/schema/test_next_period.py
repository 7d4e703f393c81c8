"""The next period from the last one's book: the period as people name it, what comes along, what is found at once."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from cchc_xl import sheet_names
from cchc_xl.declaration import form_folder, load_form
from cchc_xl.errors import UserError
from cchc_xl.master.master_book import Entries, fill, open_master
from cchc_xl.schema import Form, Period, begun, period_of
from cchc_xl.schema.carried_declaration import mark_of
from cchc_xl.schema.report_periods import following, slug
from cchc_xl.units import read_units, refuse_without_office, with_units
from cchc_xl.verbs.demo import sample_entries, sample_form
from cchc_xl.verbs.new import make_files, make_next
from cchc_xl.verbs.recalc import compute
from cchc_xl.verbs.report import export
from cchc_xl.word.document_text import read_docx
from tools.template.build_template import write_template

PERIODS = {
    "quý III/2026": ("quy", date(2026, 6, 15), date(2026, 9, 14), "quý III/2026", "2026_quy_3"),
    "Quý 3 năm 2026": ("quy", date(2026, 6, 15), date(2026, 9, 14), "quý III/2026", "2026_quy_3"),
    "Q3-2026": ("quy", date(2026, 6, 15), date(2026, 9, 14), "quý III/2026", "2026_quy_3"),
    "III/2026": ("quy", date(2026, 6, 15), date(2026, 9, 14), "quý III/2026", "2026_quy_3"),
    "quý I/2026": ("quy", date(2025, 12, 15), date(2026, 3, 14), "quý I/2026", "2026_quy_1"),
    "quý IV/2026": ("quy", date(2026, 9, 15), date(2026, 12, 14), "quý IV/2026", "2026_quy_4"),
    "6 tháng 2026": ("6_thang", date(2025, 12, 15), date(2026, 6, 14), "6 tháng đầu năm 2026", "2026_6_thang"),
    "6 THÁNG ĐẦU NĂM 2026": ("6_thang", date(2025, 12, 15), date(2026, 6, 14), "6 tháng đầu năm 2026", "2026_6_thang"),
    "9 tháng/2026": ("9_thang", date(2025, 12, 15), date(2026, 9, 14), "9 tháng đầu năm 2026", "2026_9_thang"),
    "năm 2026": ("nam", date(2025, 12, 15), date(2026, 12, 14), "năm 2026", "2026"),
    "2026": ("nam", date(2025, 12, 15), date(2026, 12, 14), "năm 2026", "2026"),
    "tháng 8/2026": ("thang", date(2026, 7, 15), date(2026, 8, 14), "tháng 8/2026", "2026_thang_08"),
    "T1/2026": ("thang", date(2025, 12, 15), date(2026, 1, 14), "tháng 1/2026", "2026_thang_01"),
    "tháng 12 năm 2026": ("thang", date(2026, 11, 15), date(2026, 12, 14), "tháng 12/2026", "2026_thang_12"),
    "06 tháng đầu năm 2026": ("6_thang", date(2025, 12, 15), date(2026, 6, 14), "6 tháng đầu năm 2026", "2026_6_thang"),
    "2026-Q3": ("quy", date(2026, 6, 15), date(2026, 9, 14), "quý III/2026", "2026_quy_3"),
    "Q.III/2026": ("quy", date(2026, 6, 15), date(2026, 9, 14), "quý III/2026", "2026_quy_3"),
    "quý ba năm 2026": ("quy", date(2026, 6, 15), date(2026, 9, 14), "quý III/2026", "2026_quy_3"),
    "quý Tư/2026": ("quy", date(2026, 9, 15), date(2026, 12, 14), "quý IV/2026", "2026_quy_4"),
    "3 tháng đầu năm 2026": ("quy", date(2025, 12, 15), date(2026, 3, 14), "quý I/2026", "2026_quy_1"),
    "tháng Tám 2026": ("thang", date(2026, 7, 15), date(2026, 8, 14), "tháng 8/2026", "2026_thang_08"),
    "tháng năm năm 2026": ("thang", date(2026, 4, 15), date(2026, 5, 14), "tháng 5/2026", "2026_thang_05"),
    "tháng mười hai/2026": ("thang", date(2026, 11, 15), date(2026, 12, 14), "tháng 12/2026", "2026_thang_12"),
    "2026-08": ("thang", date(2026, 7, 15), date(2026, 8, 14), "tháng 8/2026", "2026_thang_08"),
    "12 tháng 2026": ("nam", date(2025, 12, 15), date(2026, 12, 14), "năm 2026", "2026"),
    "3 tháng 2026": ("quy", date(2025, 12, 15), date(2026, 3, 14), "quý I/2026", "2026_quy_1"),
    "nửa đầu năm 2026": ("6_thang", date(2025, 12, 15), date(2026, 6, 14), "6 tháng đầu năm 2026", "2026_6_thang"),
    "kỳ quý I/2026": ("quy", date(2025, 12, 15), date(2026, 3, 14), "quý I/2026", "2026_quy_1"),
    "2025-12-15/2026-06-14": ("6_thang", date(2025, 12, 15), date(2026, 6, 14), "6 tháng đầu năm 2026", "2026_6_thang"),
}


@pytest.mark.parametrize("typed", PERIODS)
def test_a_period_is_understood_as_people_name_it(form: Form, typed: str) -> None:
    kind, first, last, label, name = PERIODS[typed]
    period = period_of(form, typed)
    assert (period.kind, period.first, period.last, period.label, slug(period)) == (kind, first, last, label, name)
    assert period.cumulative == (kind in ("6_thang", "9_thang", "nam"))
    assert period.deadline is not None
    assert (period.deadline - period.last).days == 1


@pytest.mark.parametrize("typed", ["", "quý V/2026", "tháng 13/2026", "năm 26", "hôm nay", "6 tháng"])
def test_what_is_no_period_is_answered_with_examples(form: Form, typed: str) -> None:
    with pytest.raises(UserError, match="quý III/2026"):
        period_of(form, typed)


def test_a_form_is_only_reported_in_its_own_periods(form: Form) -> None:
    yearly = form.changed(periods=tuple(each for each in form.periods if each.id == "nam"))
    with pytest.raises(UserError, match="không báo cáo theo kỳ đó"):
        period_of(yearly, "quý III/2026")


COMING = {
    "quý I/2026": "6 tháng đầu năm 2026", "6 tháng 2026": "quý III/2026", "quý III/2026": "năm 2026",
    "năm 2026": "quý I/2027", "quý II/2026": "quý III/2026", "quý IV/2026": "quý I/2027",
    "tháng 12/2026": "tháng 1/2027",
}


@pytest.mark.parametrize("typed", COMING)
def test_the_period_that_is_reported_next_is_proposed(form: Form, typed: str) -> None:
    coming = following(period_of(form, typed), form.periods)
    assert coming is not None
    assert coming.label == COMING[typed]


def next_book(book: Path, period: str, out: Path) -> Path:
    return make_next(book, period, out).master


@pytest.fixture(scope="module")
def half_year(_filled_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book of six months of 2022, begun from the year 2021."""
    folder = tmp_path_factory.mktemp("ky")
    return next_book(Path(shutil.copy(_filled_once, folder / "CCHC_2021.xlsx")), "6 tháng 2022", folder)


def test_the_office_and_recurring_texts_come_along(half_year: Path, form: Form) -> None:
    content = open_master(half_year).content()
    sample = sample_entries(form)
    assert content.form.period == period_of(form, "6 tháng 2022")
    assert content.info["co_quan"].text == sample.info["co_quan"]
    assert content.info["noi_nhan"].text == sample.info["noi_nhan"]
    assert content.info["so_bao_cao"].text == ""
    assert content.info["ngay_ky"].text == ""
    assert content.info["ky_bao_cao"].text == "6 tháng đầu năm 2022"
    assert content.entries["kien_nghi"].text == sample.texts["kien_nghi"]
    assert content.entries["ly_do_tre_hen"].text == ""
    assert content.contacts[0][2:] == tuple(next(iter(sample.contacts))[1:])
    assert [unit.id for unit in content.form.units] == [unit.id for unit in form.units]


def test_figures_of_the_last_period_stand_beside_and_nothing_is_filled_in(half_year: Path) -> None:
    content = open_master(half_year).content()
    assert content.previous_period is not None
    assert content.previous_period.label == "năm 2021"
    assert len(content.previous) > 200
    assert not any(reading.given for reading in content.readings.values())


def test_what_came_along_has_to_be_looked_at(half_year: Path) -> None:
    findings = compute(half_year).findings
    carried = {finding.cells[0].sheet for finding in findings if finding.rule == "carried"}
    assert carried == {sheet_names.ENTRIES}
    outside = [finding for finding in findings if finding.rule == "document_period"]
    assert len(outside) > 5
    assert all(finding.cells[0].sheet == sheet_names.DOCUMENTS for finding in outside)


def test_a_text_that_was_written_anew_is_not_asked_about(half_year: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(half_year, tmp_path))
    before = [finding for finding in compute(path).findings if finding.rule == "carried"]
    master = open_master(path)
    fill(master, Entries(texts={"kien_nghi": "Đề nghị tỉnh bố trí kinh phí năm 2022."}))
    master.workbook.commit()
    assert len([finding for finding in compute(path).findings if finding.rule == "carried"]) == len(before) - 1


def with_figure(book: Path, code: str, unit: str, typed: str) -> None:
    master = open_master(book)
    fill(master, Entries(cells=[(unit, code, typed)]))
    master.workbook.commit()


def test_an_accumulated_figure_below_the_last_periods_is_told(half_year: Path) -> None:
    book = Path(shutil.copy(half_year, half_year.with_name("CCHC_2022_6_thang.xlsx")))
    with_figure(book, "III.6.1", "thanh_pho", "500")
    year = next_book(book, "năm 2022", half_year.parent)
    with_figure(year, "III.6.1", "thanh_pho", "400")
    told = [finding for finding in compute(year).findings if finding.rule == "previous_more"]
    assert [finding.indicator for finding in told] == ["III.6.1"]
    assert "400" in told[0].message
    assert "400 (năm 2022), ít hơn 500 của 6 tháng đầu năm 2022 dù kỳ này gồm cả kỳ đó" in told[0].message
    with_figure(year, "III.6.1", "thanh_pho", "500")
    assert [finding for finding in compute(year).findings if finding.rule == "previous_more"] == []


def test_the_same_period_of_last_year_is_found_beside_the_book(half_year: Path) -> None:
    year = half_year.with_name("CCHC_2022.xlsm")
    if not year.exists():
        next_book(half_year, "năm 2022", half_year.parent)
    content = open_master(year).content()
    assert content.previous_period is not None
    assert content.previous_period.label == "6 tháng đầu năm 2022"
    assert content.last_year["ho_so_xa_tiep_nhan"].value == 34870
    sheet = openpyxl.load_workbook(year)[content.form.sections[2].sheet]
    heads = {cell.value: cell for cell in sheet[5]}
    assert not sheet.column_dimensions[heads[sheet_names.LAST_YEAR_HEADER].column_letter].hidden


def test_the_books_own_period_and_one_that_exists_are_refused(half_year: Path) -> None:
    with pytest.raises(UserError, match="đã là sổ của 6 tháng đầu năm 2022"):
        next_book(half_year, "6 tháng 2022", half_year.parent / "khac")
    with pytest.raises(UserError, match="đã có sổ này"):
        next_book(half_year.with_name("CCHC_2021.xlsx"), "6 tháng 2022", half_year.parent)


@pytest.mark.parametrize("period", ["năm 2020", "quý III/2021", "quý IV/2021"])
def test_a_book_is_no_last_one_of_a_period_that_does_not_end_after_its_own(
    half_year: Path, tmp_path: Path, period: str
) -> None:
    with pytest.raises(UserError, match="không phải kỳ trước") as refused:
        next_book(half_year.with_name("CCHC_2021.xlsx"), period, tmp_path)
    assert "quý I/2022" in refused.value.remedy
    assert "năm 2022" in refused.value.remedy
    assert list(tmp_path.iterdir()) == []


def test_a_unit_that_ends_within_the_period_reports_and_not_in_the_next(form: Form, tmp_path: Path) -> None:
    from cchc_xl.master.build_master import new_master

    book = tmp_path / "CCHC_2023.xlsx"
    new_master(begun(form, period_of(form, "năm 2023")), book)
    in_2024 = make_next(book, "năm 2024", tmp_path / "a")
    in_2025 = make_next(book, "năm 2025", tmp_path / "b")
    assert "phuong_9" in {unit.id for unit in in_2024.forms}
    assert "phuong_9" not in {unit.id for unit in in_2025.forms}


def test_the_period_of_a_book_is_never_in_its_declaration(form: Form) -> None:
    other: Period = period_of(form, "quý I/2030")
    assert mark_of(begun(form, other)) == mark_of(form)


def test_both_reports_of_the_next_year_come_from_the_last_years_book(half_year: Path, tmp_path: Path) -> None:
    """One command each: six months, then the year; the words of comparison come with it."""
    book = Path(shutil.copy(half_year, tmp_path / "CCHC_2022_6_thang.xlsm"))
    shutil.copy(half_year.with_name("CCHC_2021.xlsx"), tmp_path)
    said = reported(book, tmp_path / "6_thang.docx")
    assert "6 tháng đầu năm 2022" in said
    year = next_book(book, "năm 2022", tmp_path)
    template = tmp_path / "so_sanh.docx"
    write_comparison(template)
    said = reported(year, tmp_path / "nam.docx", template)
    assert "năm 2022: 34.870 hồ sơ, so với cùng kỳ không đổi, so với kỳ trước không đổi" in said
    assert "34.870 hồ sơ (bằng cùng kỳ năm trước)" in reported(year, tmp_path / "nam_mau_san.docx")


def write_comparison(target: Path) -> None:
    source = target.with_suffix(".txt")
    line = (
        "@ket {{ tt.ky_bao_cao }}: {{ ho_so_xa_tiep_nhan }} hồ sơ, so với cùng kỳ {{ ho_so_xa_tiep_nhan | "
        "tang_giam_cung_ky }}, so với kỳ trước {{ ho_so_xa_tiep_nhan | tang_giam_ky_truoc }}."
    )
    source.write_text(line + "\n", encoding="utf-8")
    write_template(source, target)


def reported(book: Path, out: Path, template: Path | None = None) -> str:
    """The text of the draft report, after the sample figures were typed in as this period's."""
    master = open_master(book)
    fill(master, Entries(cells=sample_entries(sample_form(form_folder("2021"))).cells))
    master.workbook.commit()
    export(book, out, template=template, draft=True)
    return "\n".join(read_docx(out, out).paragraphs)


def test_units_that_came_and_went_are_those_of_the_list_and_the_others_keep_their_ids(tmp_path: Path) -> None:
    form = load_form(form_folder("ii06a"))
    first = make_files(begun(form.changed(units=form.units[:3]), period_of(form, "quý II/2026")), tmp_path)
    listed = tmp_path / "don_vi.csv"
    kept = first.form.units[0]
    listed.write_text(f"Tên,Loại\n{kept.name.upper()},Xã\nXã Vừa Lập,Xã\n", encoding="utf-8")
    made = make_next(first.master, "quý III/2026", tmp_path / "sau", units=listed)
    assert [unit.id for unit in made.form.units] == [kept.id, "xa_vua_lap"]
    assert sorted(path.stem for path in made.forms.values()) == sorted([kept.id, "xa_vua_lap"])
    assert [unit.id for unit in open_master(made.master).form.units] == [kept.id, "xa_vua_lap"]


def test_the_office_of_a_list_is_of_the_kind_that_the_forms_own_is(tmp_path: Path) -> None:
    listed = tmp_path / "don_vi.csv"
    listed.write_text("Tên,Loại\nUBND thành phố,Thành phố\nPhường 1,Phường\n", encoding="utf-8")
    form, units = load_form(form_folder("2021")), read_units(listed)
    refuse_without_office(listed, form, units)
    made = with_units(form, units)
    asked = Counter(unit.name for row in made.indicators() if row.typed for unit in made.reporters(row))
    assert asked["UBND thành phố"] > 5 * asked["Phường 1"] > 0
