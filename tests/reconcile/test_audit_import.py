"""Figures of an old report and of its appendix table into an empty master."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook
from report_sample import ROOT, TEMPLATE, rendered_by, sample, with_readings

from cchc_xl import sheet_names
from cchc_xl.errors import UserError
from cchc_xl.master.master_book import open_master
from cchc_xl.office import is_installed
from cchc_xl.schema import Form
from cchc_xl.verbs.recalc import compute
from cchc_xl.verbs.reconcile import import_figures
from cchc_xl.writing.vietnamese_numbers import read_date
from tests.books import blank_master
from tests.kept_office import converted

TABLE = ROOT / "tests/golden/phu_luc_2.csv"
PRINTED = ROOT / "tests/golden/bao_cao_2021.txt"


def test_the_printed_table_fills_the_figures_of_the_appendix(empty: Path) -> None:
    imported = import_figures(empty, TABLE)
    figures = compute(empty).figures
    assert figures["III.6.1"].value == Decimal(10248)
    assert figures["III.6.3"].value == Decimal("99.95")
    assert figures["III.6.6"].value == Decimal(34870)
    assert len(imported.written) > 110


def test_the_report_fills_the_figures_that_only_the_text_holds(empty: Path) -> None:
    imported = import_figures(empty, PRINTED)
    values = {entry.found.code: entry.found.value for entry in imported.written}
    assert values["TM.9.4"] == Decimal(497)
    assert values["TM.4.6"] == Decimal(20340)
    assert len(values) > 50


def test_every_figure_says_its_source_and_how_sure_it_is_in_the_log(empty: Path) -> None:
    imported = import_figures(empty, TABLE)
    log = open_master(empty).workbook.sheet(sheet_names.LOG)
    told = [cell.raw for _, cell in log.cells() if "độ tin cậy" in cell.raw]
    assert len(told) == len(imported.written)
    assert any("III.6.1 = 10.248" in line and "phụ lục, dòng III.6.1" in line for line in told)


def test_a_cell_that_holds_something_is_not_written(filled: Path) -> None:
    before = filled.read_bytes()
    imported = import_figures(filled, TABLE)
    assert any("đã có" in entry.reason for entry in imported.listed)
    assert all(entry.found.code != "III.6.1" for entry in imported.written)
    assert imported.written or filled.read_bytes() == before


def test_an_unknown_column_is_refused(empty: Path) -> None:
    with pytest.raises(UserError, match="không có đơn vị này"):
        import_figures(empty, TABLE, unit="Phường 99")


def test_the_chosen_column_takes_the_figures_of_several_units(empty: Path, form: Form) -> None:
    imported = import_figures(empty, TABLE, unit=form.units[2].name)
    received = next(entry for entry in imported.written if entry.found.code == "III.6.6")
    assert received.unit in {unit.name for unit in form.units}


def test_the_verb_lists_what_was_not_written(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from cchc_xl.cli.report_verbs import import_report as run

    assert run(empty, TABLE, json=True) == 0
    said = json.loads(capsys.readouterr().out)
    assert {"indicator", "value", "confidence", "source", "cell"} <= set(said["written"][0])
    assert all(entry["reason"] for entry in said["listed"])


def test_a_report_in_word_fills_an_empty_master_and_tells_its_general_information(empty: Path, tmp_path: Path) -> None:
    report, _ = rendered_by(TEMPLATE, tmp_path)
    imported = import_figures(empty, report)
    assert len(imported.written) > 150
    told = {each.name: each.value for each in imported.general}
    info = sample().info
    assert told["so_bao_cao"] == info["so_bao_cao"].text
    assert read_date(told["ngay_ky"]) == read_date(info["ngay_ky"].text)
    others = ("dia_danh", "ky_hieu", "kinh_gui", "quyen_han_ky", "chuc_vu_nguoi_ky", "nguoi_ky")
    assert [told[name] for name in others] == [info[name].text for name in others]
    assert all(0 < each.confidence < 1 and each.source for each in imported.general)


def test_a_table_of_figures_says_nothing_of_its_report(empty: Path) -> None:
    assert import_figures(empty, TABLE).general == []


@pytest.mark.office
@pytest.mark.skipif(not is_installed(), reason="LibreOffice is not installed")
def test_a_report_of_another_kind_gives_the_same_figures(form: Form, tmp_path: Path) -> None:
    report, _ = rendered_by(TEMPLATE, tmp_path)
    found = []
    for source in (report, *(converted(report, kind, tmp_path / f"cu.{kind}") for kind in ("odt", "doc"))):
        imported = import_figures(blank_master(form, tmp_path / "trong.xlsx"), source)
        found.append({(entry.found.code, entry.found.value, entry.cell) for entry in imported.written})
        assert {"so_bao_cao", "ngay_ky", "nguoi_ky"} <= {each.name for each in imported.general}
    assert found[0] == found[1] == found[2]


def test_a_table_in_a_workbook_fills_the_same_figures_as_the_printed_one(form: Form, tmp_path: Path) -> None:
    table = Workbook()
    with TABLE.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.reader(stream):
            table.active.append(row)
    table.save(tmp_path / "phu_luc.xlsx")
    found = []
    for source in (TABLE, tmp_path / "phu_luc.xlsx"):
        book = blank_master(form, tmp_path / "trong.xlsx")
        found.append({(entry.found.code, entry.found.value) for entry in import_figures(book, source).written})
    assert found[0] == found[1]


def test_a_figure_that_lacks_a_unit_is_not_written_as_the_whole(empty: Path, tmp_path: Path) -> None:
    """A draft's own words tell, beside a line of the appendix and behind a number of the text."""
    lacking = with_readings(sample(), {key: None for key in sample().readings if key[0] == "phuong_3"})
    draft, result = rendered_by(TEMPLATE, tmp_path, lacking, draft=True)
    imported = import_figures(empty, draft)
    assert len(imported.written) > 100
    assert not {entry.found.code for entry in imported.written} & set(result.incomplete)
    told = {entry.found.code: entry for entry in imported.listed if "chưa phải số của cả địa bàn" in entry.reason}
    assert told["III.6.6"].reason.startswith("mới có 9/10 phường; thiếu Phường 3; ")
    assert told["III.6.6"].found.source.startswith("phụ lục, dòng III.6.6")
    assert told["TM.4.5"].reason.startswith("mới có 20/21 đơn vị; thiếu Phường 3; ")
    assert told["TM.4.5"].found.source.startswith("đoạn 33: ")
    assert set(told) == {code for code in result.incomplete if lacking.form.by_code[code].typed}


def titled(path: Path, *titles: str) -> Path:
    """The figures of the appendix in a workbook, below lines of titles."""
    book = Workbook()
    for title in titles:
        book.active.append([title])
    with TABLE.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    book.active.append(["STT", "Nội dung", "Đơn vị tính", "Số liệu"])
    for row in rows[:60]:
        value = next(row[name] for name in row if name.startswith("value"))
        number = ".".join(filter(None, (row["group"], row["row"]))) or row["section"]
        book.active.append([number, row["label"], row["unit"], value])
    book.save(path)
    return path


@pytest.mark.parametrize(("title", "other"), [
    ("BÁO CÁO SỐ LIỆU CCHC NĂM 2020", "năm 2020"), ("PHỤ LỤC SỐ LIỆU QUÝ III/2021", "quý III"),
    ("BÁO CÁO SỐ LIỆU CCHC NĂM 2021", ""), ("PHỤ LỤC", ""), ("(Kèm theo Báo cáo năm 2020)", ""),
])
def test_an_appendix_of_another_period_is_not_read(empty: Path, tmp_path: Path, title: str, other: str) -> None:
    imported = import_figures(empty, titled(tmp_path / "bang.xlsx", "ỦY BAN NHÂN DÂN", title))
    assert bool(imported.written) != bool(other)
    assert any(f"bảng này của {other}, sổ của" in str(each) for each in imported.unread) == bool(other)


def test_the_figures_of_a_unit_are_written_for_that_unit_only(empty: Path, tmp_path: Path) -> None:
    table = titled(tmp_path / "bang.xlsx", "PHỤ LỤC NĂM 2021", "Đơn vị báo cáo: UBND Phường 3")
    imported = import_figures(empty, table)
    assert not imported.written
    assert all('--unit "Phường 3"' in entry.reason for entry in imported.listed)
    assert not import_figures(empty, table, unit="Phường 2").written
    assert import_figures(empty, table, unit="Phường 3").written
