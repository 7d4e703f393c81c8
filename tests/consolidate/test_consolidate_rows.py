"""Rows that units added: counted in the whole, joined by name over forms, books and results of lower levels."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from cchc_xl.consolidate.history import compare
from cchc_xl.consolidate.run import Consolidated, Order, consolidate
from cchc_xl.declaration import form_folder, load_form
from cchc_xl.schema import Form, begun, period_of
from cchc_xl.submissions.form_layout import plan_form
from cchc_xl.verbs.collect import collect
from cchc_xl.verbs.new import make_files
from tests.consolidate_support import rows

pytestmark = pytest.mark.usefixtures("forms_read_once")

FIRST, NAME = "ii06a.19+1", "Tiếp cận thông tin"
TYPED = ("(4)", "(5)", "(6)", "(8)", "(9)", "(10)", "(12)", "(13)")
FEW = (10, 2, 1, 8, 1, 0, 4, 0)
PERIOD = "quý II/2026"
ADDED = {"xa_01": NAME, "xa_02": "tiếp cận  THÔNG tin", "xa_03": "Tiếp cân thông tin"}


@pytest.fixture(scope="module")
def form() -> Form:
    form = load_form(form_folder("ii06a"))
    return begun(form.changed(units=form.units[:3]), period_of(form, PERIOD))


@pytest.fixture(scope="module")
def forms(form: Form, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = make_files(form, tmp_path_factory.mktemp("nop"))
    for number, (unit, path) in enumerate(made.forms.items()):
        plan, book = plan_form(form, unit), openpyxl.load_workbook(path)
        for code in plan.questions:
            if "+" not in code or code.startswith(f"{FIRST}("):
                sheet, cell = plan.cells[code]
                book[sheet][cell] = FEW[TYPED.index(code[code.index("(") :])]
        for column, more in (("(4)", 30), ("(8)", 28)):
            sheet, cell = plan.cells[f"ii06a.11{column}"]
            book[sheet][cell] = more + number
        sheet, cell = plan.name_cells[FIRST]
        book[sheet][cell] = ADDED[unit.id]
        book.save(path)
    return made.forms_folder


def figures(done: Consolidated, out: Path) -> dict[str, float]:
    """The whole's figures by code."""
    assert done.files["counted"]
    return {
        row["code"]: float(row["value"]) for row in rows(out) if row["level"] == "province" and row["value"]
    }


def hierarchy(folder: Path) -> Path:
    path = folder / "cap.csv"
    names = {"xa_01": "Xã An Bình", "xa_02": "Xã An Hòa", "xa_03": "Xã An Phú"}
    lines = ["id,name,kind,parent", "tinh,Tỉnh Thử,province,"]
    lines += (f"{unit},{name},commune,tinh" for unit, name in names.items())
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def whole(place: Path, folder: Path, out: Path) -> tuple[Consolidated, dict[str, float]]:
    done = consolidate(Order((place,), ("province",), hierarchy(folder), out, "ii06a", period=PERIOD))
    return done, figures(done, out)


def test_rows_are_joined_and_counted_once_wherever_they_come_from(form: Form, forms: Path, tmp_path: Path) -> None:
    done, of_forms = whole(forms, tmp_path, tmp_path / "mau.csv")
    labels = {row["code"]: row["label"] for row in rows(tmp_path / "mau.csv")}
    assert of_forms["ii06a.19.1(3)"] == 13
    assert of_forms["ii06a.19.2(3)"] == 2 * 13
    assert of_forms["ii06a.99(3)"] == 13 * 3 * 13 + 3 * 20 + 3 + 3 * 13
    assert NAME in labels["ii06a.19.2(4)"]
    assert [each.rule for each in done.findings if each.rule == "added_alike"] == ["added_alike"]
    book = make_files(form, tmp_path / "so").master
    collect(book, [forms], datetime(2026, 6, 14))
    assert whole(book, tmp_path, tmp_path / "so.csv")[1] == of_forms
    (tmp_path / "duoi").mkdir()
    for each in tmp_path.glob("mau*.csv"):
        each.rename(tmp_path / "duoi" / each.name)
    assert whole(tmp_path / "duoi" / "mau.csv", tmp_path, tmp_path / "tren.csv")[1] == of_forms


def test_two_periods_are_compared_row_by_row_and_column_by_column(forms: Path, tmp_path: Path) -> None:
    before, after = tmp_path / "truoc.csv", tmp_path / "sau.csv"
    whole(forms, tmp_path, before)
    text = before.read_text(encoding="utf-8-sig").replace("2026-03-15/2026-06-14", "2026-06-15/2026-09-14")
    lines = [line for line in text.split("\n") if "ii06a_ho_tich_4," not in line]
    name = next(row["indicator"] for row in rows(before) if row["code"] == "ii06a.19.2(4)")
    lines = [line.replace(",20,", ",25,") if f"{name}," in line else line for line in lines]
    after.write_text("\n".join(lines), encoding="utf-8")
    table = compare(before, after).set_index("indicator")
    assert tuple(table.loc[name, ["before", "after", "change"]]) == (20, 25, 5)
    assert table.loc["ii06a_ho_tich_5", "change"] == 0
    assert table.loc["ii06a_ho_tich_4", "before"] == 30
    assert pd.isna(table.loc["ii06a_ho_tich_4", "after"])


def test_a_row_goes_by_its_words_whoever_wrote_it_first_and_whatever_stands_beside_it(
    forms: Path, tmp_path: Path
) -> None:
    files, units = sorted(forms.iterdir()), hierarchy(tmp_path)
    every, turned, two = (tmp_path / name for name in ("tat_ca.csv", "nguoc.csv", "hai.csv"))
    for places, out in ((files, every), (files[::-1], turned), (files[:2], two)):
        consolidate(Order(tuple(places), ("province",), units, out, "ii06a", period=PERIOD))
    assert every.read_bytes() == turned.read_bytes()
    of_all, of_two = (
        [row["indicator"] for row in rows(out) if NAME in row["label"] and "(4)" in row["code"]] for out in (every, two)
    )
    assert of_all == of_two
    assert compare(every, two).set_index("indicator").loc[of_all, "change"].tolist() == [0]
