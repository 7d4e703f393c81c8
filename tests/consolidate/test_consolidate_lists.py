"""Lists: the sums of records count over forms, books and results of lower levels; that the records stay is told."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from cchc_xl.consolidate.run import Consolidated, Order, consolidate
from cchc_xl.declaration import form_folder, load_form
from cchc_xl.declaration.load_form import write_folder
from cchc_xl.schema import Form, begun, period_of
from cchc_xl.schema.declaration_tables import INDICATORS, TABLE_COLUMNS, DeclaredSheet, made
from cchc_xl.submissions.form_layout import plan_form
from cchc_xl.verbs.collect import collect
from cchc_xl.verbs.new import make_files
from tests.consolidate_support import rows

PERIOD = "quý II/2026"
ROWS = [
    {"Mã": "A", "Chỉ tiêu": "Sáng kiến", "Kiểu": "Phần", "Tên sheet": "Sáng kiến"},
    {"Mã": "sk", "Chỉ tiêu": "Danh mục sáng kiến", "Kiểu": "Bảng", "Ai báo cáo": "Xã"},
    {"Mã": "sk.1", "Chỉ tiêu": "Sáng kiến", "Kiểu": "Dòng mở", "Giới hạn": "0..4"},
    {"Mã": "sk.9", "Chỉ tiêu": "Cộng", "Kiểu": "Dòng tổng"},
]
COLUMNS = [
    ("(1)", "TT", "Chữ"), ("(2)", "Tên sáng kiến", "Chữ"), ("(3)", "Quyết định", "Chữ"), ("(4)", "Giá trị", "Số đếm"),
]
RECORDS = (("Số hóa hồ sơ", "1/QĐ", 10), ("Số hóa hồ sơ", "2/QĐ", 5))


def lines(sheet: DeclaredSheet, given: list[dict[str, str]]) -> list[list[str]]:
    return [[row.get(title, "") for title in sheet.titles] for row in given]


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Form:
    folder = tmp_path_factory.mktemp("mau") / "sang_kien"
    columns = [{"Bảng": "sk", "Mã cột": code, "Tiêu đề 1": title, "Kiểu": kind} for code, title, kind in COLUMNS]
    write_folder(made({
        "bieu_mau": [["Mã", "sang_kien"], ["Tên", "Sáng kiến"], ["Phiên bản", "1"]],
        "chi_tieu": lines(INDICATORS, ROWS), "cot": lines(TABLE_COLUMNS, columns),
        "don_vi": [[f"xa_{number}", f"Xã {number}", "Xã"] for number in range(3)],
    }), folder)
    declared = load_form(form_folder(str(folder)))
    return begun(declared, period_of(declared, PERIOD))


def filled(form: Form, folder: Path) -> tuple[Path, Path]:
    """The book and the forms, each with two records."""
    files = make_files(form, folder)
    for unit, path in files.forms.items():
        plan, book = plan_form(form, unit), openpyxl.load_workbook(path)
        for number, (name, decision, value) in enumerate(RECORDS, 1):
            row = f"sk.1+{number}"
            cells = (plan.name_cells[row], plan.cells[f"{row}(3)"], plan.cells[f"{row}(4)"])
            for (sheet, cell), typed in zip(cells, (name, decision, value), strict=True):
                book[sheet][cell] = typed
        book.save(path)
    return files.master, files.forms_folder


def of_the_whole(form: Form, place: Path, folder: Path, **more: Path) -> tuple[Consolidated, dict[str, float]]:
    units, out = folder / "cap.csv", folder / f"{place.stem}_len.csv"
    names = [f"{unit.id},{unit.name},Xã,tinh" for unit in form.units]
    units.write_text("\n".join(["id,name,kind,parent", "tinh,Tỉnh,province,", *names]), encoding="utf-8")
    order = Order((place,), ("province",), units, out, form.folder, period=PERIOD, **more)
    done = consolidate(order)
    return done, {row["code"]: float(row["value"]) for row in rows(out)}


def test_the_sum_of_a_list_counts_at_every_level_and_its_records_are_told(form: Form, tmp_path: Path) -> None:
    book, forms = filled(form, tmp_path / "so")
    done, figures = of_the_whole(form, forms, tmp_path, facts=tmp_path / "lich_su")
    assert figures == {"sk.9(4)": 3 * 15}
    told = [each.message for each in done.findings if each.rule == "list_kept"]
    assert len(told) == 1
    assert "6 dòng của 3 đơn vị" in told[0]
    collect(book, [forms], datetime(2026, 6, 14))
    assert of_the_whole(form, book, tmp_path)[1] == figures
    again, above = of_the_whole(form, tmp_path / f"{forms.stem}_len.csv", tmp_path)
    assert above == figures
    assert [each.rule for each in again.findings if each.rule == "list_kept"] == ["list_kept"]
    facts, names = (pd.read_parquet(tmp_path / "lich_su" / each) for each in ("facts", "indicators.parquet"))
    assert facts["value"].sum() == 3 * 15
    assert names["code"].tolist() == ["sk.9(4)"]
