"""What units type arrives in the master cell for cell, whatever program they filled the form with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas
import pytest

from cchc_xl.schema import Form
from cchc_xl.submissions.form_layout import VALUE, plan_form
from cchc_xl.submissions.handed_in import Fate
from cchc_xl.verbs.collect import collect
from tests.books import blank_master
from tests.forms_support import NOW, figures, filled_form, registered, sample_values, shown, wards
from tests.kept_office import converted

Convert = Callable[[Path, str, Path], Path]


@pytest.fixture
def book(form: Form, tmp_path: Path) -> Path:
    path = tmp_path / "so" / "CCHC.xlsx"
    path.parent.mkdir()
    blank_master(form, path)
    return path


def test_every_unit_filled_with_openpyxl_arrives_cell_for_cell(form: Form, book: Path, tmp_path: Path) -> None:
    folder = tmp_path / "nop"
    folder.mkdir()
    units = [unit for unit in form.units if plan_form(form, unit).questions]
    for unit in units:
        filled_form(form, unit, folder / f"{unit.id}.xlsx")
    done = collect(book, [folder], NOW)
    assert [outcome.fate for outcome in done.outcomes] == [Fate.TAKEN] * len(units)
    for unit in units:
        assert figures(book, unit) == shown(sample_values(form, unit))


@pytest.mark.office
@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_a_form_saved_by_libreoffice_arrives_cell_for_cell(kind: str, form: Form, book: Path, tmp_path: Path) -> None:
    unit = wards(form)[1]
    source = filled_form(form, unit, tmp_path / "mau.xlsx")
    done = collect(book, [converted(source, kind, tmp_path / f"gui.{kind}")], NOW)
    assert [outcome.fate for outcome in done.outcomes] == [Fate.TAKEN], done.outcomes[0].message
    assert figures(book, unit) == shown(sample_values(form, unit))


def test_a_form_filled_with_pandas_arrives_cell_for_cell(form: Form, book: Path, tmp_path: Path) -> None:
    unit = wards(form)[2]
    values = sample_values(form, unit)
    path = filled_form(form, unit, tmp_path / "pandas.xlsx", {})
    with pandas.ExcelWriter(path, engine="openpyxl", mode="a", if_sheet_exists="overlay") as writer:
        for code, (sheet, row) in plan_form(form, unit).places.items():
            if code in values:
                frame = pandas.DataFrame([[values[code]]])
                frame.to_excel(
                    writer, sheet_name=sheet, startrow=row - 1, startcol=ord(VALUE) - 65, header=False, index=False
                )
    done = collect(book, [path], NOW)
    assert [outcome.fate for outcome in done.outcomes] == [Fate.TAKEN], done.outcomes[0].message
    assert figures(book, unit) == shown(values)


def test_pairs_such_as_7_7_stay_text_and_not_a_date(form: Form, book: Path, tmp_path: Path) -> None:
    asked = ((unit, row) for unit in form.units for row in plan_form(form, unit).questions.values())
    unit, code = next((unit, row.code) for unit, row in asked if row.asked == "ratio")
    values = sample_values(form, unit) | {code: "7/7"}
    path = filled_form(form, unit, tmp_path / "bay.xlsx", values)
    sheet, row = plan_form(form, unit).places[code]
    assert openpyxl.load_workbook(path)[sheet][f"{VALUE}{row}"].number_format == "@"
    collect(book, [path], NOW)
    assert figures(book, unit)[code] == "7/7"


def test_notes_come_along_and_stay_with_their_unit(form: Form, book: Path, tmp_path: Path) -> None:
    unit = wards(form)[0]
    code, *more = sample_values(form, unit)
    path = filled_form(form, unit, tmp_path / "ghi_chu.xlsx", None, **{code: "=Theo báo cáo quý", more[0]: "Đã rà"})
    collect(book, [path], NOW)
    sheet = openpyxl.load_workbook(book)["Ghi chú đơn vị"]
    said = [unit.name, code, form.by_code[code].label, " =Theo báo cáo quý", f"lần nộp 1, {NOW:%d/%m/%Y}"]
    assert [cell.value for cell in sheet[5]][2:] == said
    assert sheet["F5"].data_type == "s"
    assert [sheet[f"F{row}"].protection.locked for row in range(5, 8)] == [False, False, True]
    assert [sheet[f"F{row}"].border.left.style for row in range(5, 8)] == ["thin", "thin", None]


def test_the_register_says_on_time_or_how_late(form: Form, book: Path, tmp_path: Path) -> None:
    import os
    from datetime import datetime

    first, second = wards(form)[:2]
    paths = [filled_form(form, unit, tmp_path / f"{unit.id}.xlsx") for unit in (first, second)]
    for path, moment in zip(paths, (datetime(2021, 12, 15, 23), datetime(2021, 12, 18, 9)), strict=True):
        os.utime(path, (moment.timestamp(), moment.timestamp()))
    collect(book, paths, datetime(2022, 1, 3))
    assert registered(book, first).timeliness == "Đúng hạn"
    assert registered(book, second).timeliness == "Muộn 3 ngày"
    assert registered(book, second).at == "18/12/2021 09:00"
