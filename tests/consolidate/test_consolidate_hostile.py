"""Broken, hostile and foreign files among the good ones: told, counted, and the rest right."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from cchc_xl.schema import Form
from cchc_xl.schema.model_kinds import Kind
from tests import hostile
from tests.consolidate_support import as_unit, folded, of_form, outcomes, rows
from tests.forms_support import wards

pytestmark = pytest.mark.usefixtures("forms_read_once")

TOP = ("province", "city")
Make = Callable[[Path, Path], None]

BAD: dict[str, Make] = {
    "cut.xlsx": hostile.cut,
    "garbled.xlsx": hostile.garbled,
    "noise.xlsx": hostile.raw(b"\x00\x01 not a workbook"),
    "empty.xlsx": hostile.raw(b""),
    "text.txt": hostile.raw(b"hello"),
    "twins.xlsx": hostile.twin_members,
    "crowd.xlsx": hostile.empty_member_crowd,
    "link.xlsx": hostile.link,
    "pipe.xlsx": hostile.pipe,
    "huge.xlsx": hostile.huge,
    "far.xlsx": hostile.in_sheet(
        b"</sheetData>", b'<row r="1048576">' + hostile.cell("XFD1048576") + b"</row></sheetData>"
    ),
    "entity.xlsx": hostile.with_part("xl/sharedStrings.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
    "foreign.csv": hostile.raw(b"a,b\n1,2\n"),
    "foreign.parquet": hostile.raw(b"PAR1 nothing PAR1"),
}


def test_bad_files_are_told_and_counted_and_the_rest_is_right(filled_forms: Path, form: Form, tmp_path: Path) -> None:
    units = of_form(tmp_path / "units.csv", form)
    clean, mixed, folder = tmp_path / "sach.csv", tmp_path / "lan.csv", tmp_path / "nop"
    folded([filled_forms], units, TOP, clean)
    shutil.copytree(filled_forms, folder)
    good = folder / f"{wards(form)[0].id}.xlsx"
    for name, make in BAD.items():
        make(good, folder / name)
    shutil.copy(good, folder / "ban_sao.xlsx")
    openpyxl.Workbook().save(folder / "so_rieng.xlsx")
    as_unit(good, folder / "la.xlsx", (wards(form)[0].id, wards(form)[0].name), ("xa_la", "Xã Lạ"))
    done = folded([folder], units, TOP, mixed, jobs=2)
    assert mixed.read_bytes() == clean.read_bytes()
    refused = {name for name, outcome in outcomes(mixed).items() if outcome == "refused"}
    assert refused == {*BAD, "so_rieng.xlsx", "la.xlsx"}
    count = len(list(filled_forms.iterdir()))
    assert done.files == {"copy": 1, "held": 0, "refused": len(refused), "counted": count}
    assert done.counts["error"] == len(refused)
    assert all(finding.cells[0].file and finding.message for finding in done.findings)


def test_texts_never_become_formulas_in_the_result(filled_forms: Path, form: Form, tmp_path: Path) -> None:
    units = of_form(tmp_path / "units.csv", form)
    evil = tmp_path / "=HYPERLINK(1).xlsx"
    hostile.cut(next(filled_forms.iterdir()), evil)
    for out in (tmp_path / "ra.csv", tmp_path / "ra.xlsx"):
        folded([evil, next(filled_forms.iterdir())], units, TOP, out)
    told = rows(tmp_path / "ra.findings.csv")[0]
    assert told["message"].startswith(" =HYPERLINK(1).xlsx")
    cells = [cell for row in openpyxl.load_workbook(tmp_path / "ra.xlsx")["Kiểm tra"].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}


def test_a_form_of_another_unit_by_its_file_name_is_told(filled_forms: Path, form: Form, tmp_path: Path) -> None:
    one, two = wards(form)[:2]
    path = Path(shutil.copy(filled_forms / f"{one.id}.xlsx", tmp_path / f"{two.id}.xlsx"))
    done = folded([path], of_form(tmp_path / "units.csv", form), TOP)
    assert [finding.rule for finding in done.findings if finding.severity == "error"] == ["other_unit"]


def test_a_cell_that_can_not_be_read_is_missing_and_told(filled_forms: Path, form: Form, tmp_path: Path) -> None:
    from cchc_xl.submissions.form_layout import VALUE, plan_form

    unit = wards(form)[0]
    code = next(row.code for row in plan_form(form, unit).questions.values() if row.asked is Kind.COUNT)
    path = Path(shutil.copy(filled_forms / f"{unit.id}.xlsx", tmp_path))
    book = openpyxl.load_workbook(path)
    sheet, row = plan_form(form, unit).places[code]
    book[sheet][f"{VALUE}{row}"] = "chưa rõ"
    book.save(path)
    out = tmp_path / "ra.csv"
    done = folded([path], of_form(tmp_path / "units.csv", form), [unit.kind], out)
    line = next(each for each in rows(out) if each["unit"] == unit.id and each["code"] == code)
    assert (line["status"], line["answered"], line["missing"]) == ("missing", "0", unit.id)
    assert any(finding.indicator == code and finding.cells[0].cell == f"{VALUE}{row}" for finding in done.findings)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_result_edited_by_hand_or_of_another_period_is_refused(
    suffix: str, filled_forms: Path, form: Form, tmp_path: Path
) -> None:
    units, lower = of_form(tmp_path / "units.csv", form), tmp_path / f"duoi{suffix}"
    folded([filled_forms], units, ["city"], lower)
    if suffix == ".csv":
        facts = lower.with_name("duoi.facts.csv")
        facts.write_text(facts.read_text(encoding="utf-8").replace("/20", "/19"), encoding="utf-8")
    else:
        book = openpyxl.load_workbook(lower)
        column = [cell.value for cell in book["Trả lời"][1]].index("Giá trị") + 1
        book["Trả lời"].cell(2, column).value = "mười"
        book.save(lower)
    done = folded([lower], units, ["province"])
    assert done.files["refused"] == 1
    assert [finding.rule for finding in done.findings] == ["unusable"]
