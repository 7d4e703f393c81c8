"""The words a person reads for every way in which a form can be wrong as a whole: what, where, and what to do."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import openpyxl
import pytest

from cchc_xl.rule_registry import FILES, refusal
from cchc_xl.schema import Form
from cchc_xl.submissions import form_layout
from cchc_xl.submissions.form_layout import plan_form
from cchc_xl.verbs.collect import collect
from tests.books import blank_master
from tests.forms_support import NOW, fill_form, filled_form, wards

Case = Callable[[Form, Path, Path], list[Path]]
"""Makes the files of a case in a folder, from a good form."""


def changed(change: Callable[..., object]) -> Case:
    """A change to the sheet and row of the first figure: change(book, sheet, row)."""
    def case(form: Form, good: Path, folder: Path) -> list[Path]:
        book = openpyxl.load_workbook(good)
        sheet, row = plan_form(form, wards(form)[0]).places["III.2.5"]
        change(book, book[sheet], row)
        book.save(folder / "bieu_mau.xlsx")
        return [folder / "bieu_mau.xlsx"]

    return case


def other_period(form: Form, _good: Path, folder: Path) -> list[Path]:
    later = msgspec.structs.replace(form.period, label="năm 2022", last=form.period.last.replace(year=2022))
    form = msgspec.structs.replace(form, period=later)
    return [filled_form(form, wards(form)[0], folder / "nam_sau.xlsx", {})]


def older_version(form: Form, _good: Path, folder: Path) -> list[Path]:
    older = msgspec.structs.replace(form, version="2020.3")
    return [filled_form(older, wards(form)[0], folder / "cu.xlsx")]


def stranger(form: Form, _good: Path, folder: Path) -> list[Path]:
    unit = msgspec.structs.replace(wards(form)[0], id="xa_la", name="Xã Lạ")
    return [filled_form(form, unit, folder / "la.xlsx", {})]


def copy_of_it(_form: Form, good: Path, folder: Path) -> list[Path]:
    return [Path(shutil.copy(good, folder / name)) for name in ("a.xlsx", "b.xlsx")]


def two_claims(form: Form, good: Path, folder: Path) -> list[Path]:
    paths = copy_of_it(form, good, folder)
    fill_form(form, wards(form)[0], paths[1], {"III.2.5": 3})
    return paths


def other_name(form: Form, good: Path, folder: Path) -> list[Path]:
    return [Path(shutil.copy(good, folder / f"{wards(form)[1].name}.xlsx"))]


def other_cover(book, _sheet, _row) -> None:  # type: ignore[no-untyped-def]
    book[form_layout.COVER]["E2"] = "Phường 2"


def copied_row(_book, sheet, row) -> None:  # type: ignore[no-untyped-def]
    for column in (1, 3, 5):
        sheet.cell(90, column, sheet.cell(row, column).value)


def without_heading(_book, sheet, _row) -> None:  # type: ignore[no-untyped-def]
    sheet[f"{form_layout.VALUE}{form_layout.HEADER_ROW}"] = "Con số"


def not_a_form(_form: Form, _good: Path, folder: Path) -> list[Path]:
    openpyxl.Workbook().save(folder / "khac.xlsx")
    return [folder / "khac.xlsx"]


GOOD_COPY = "Chép số liệu sang bản biểu mẫu gốc của đơn vị rồi gửi lại."
CASES: dict[str, tuple[Case, str]] = {
    "other period": (
        other_period,
        "Biểu mẫu của kỳ khác: tệp ghi “năm 2022”, sổ là “năm 2021”. Gửi biểu mẫu đúng kỳ, hoặc nhận vào sổ của "
        "kỳ kia.",
    ),
    "older version": (
        older_version,
        "Phường 1: biểu mẫu phiên bản 2020.3, sổ dùng phiên bản 2021.1; đã ghép theo lời của dòng, cột. Xem lại các "
        "dòng mới, dòng bỏ.",
    ),
    "unknown unit": (
        stranger,
        "Biểu mẫu của đơn vị “Xã Lạ”, không có trong danh sách đơn vị. Kiểm tra danh sách (trang tính Đơn vị của sổ, "
        "hoặc tệp phân cấp) hoặc trả lại tệp cho người gửi.",
    ),
    "copy under another name": (copy_of_it, "Giống hệt tệp a.xlsx; chỉ xét một tệp."),
    "two files of one unit": (
        two_claims,
        "Phường 1: 2 tệp khác nhau cùng là biểu mẫu lần 1 (a.xlsx, b.xlsx). Hỏi đơn vị tệp nào đúng, rồi nhận "
        "riêng tệp đó.",
    ),
    "another unit's file name": (
        other_name,
        "Phường 1: tên tệp “Phường 2.xlsx” nói về Phường 2, nhưng bên trong là biểu mẫu của Phường 1. Hỏi lại người "
        "gửi; nếu chỉ sai tên tệp thì đổi tên rồi nhận lại.",
    ),
    "another unit's name on the cover": (
        changed(other_cover),
        "Phường 1: đầu biểu ghi “Phường 2”, nhưng đây là biểu mẫu phát cho Phường 1. Dùng đúng biểu mẫu của đơn vị "
        "mình.",
    ),
    "row deleted": (
        changed(lambda _book, sheet, row: sheet.delete_rows(row)),
        f"Phường 1: thiếu dòng III.2.5 “- Số TTHC áp dụng tại UBND cấp xã:”. {GOOD_COPY}",
    ),
    "row moved": (
        changed(lambda _book, sheet, row: sheet.insert_rows(row + 5)),
        "Phường 1: dòng đã đổi chỗ (",
    ),
    "row relabelled": (
        changed(lambda _book, sheet, row: sheet.cell(row, 3, "Số khác hẳn")),
        "Phường 1: dòng III.2.5: chỉ tiêu đã bị sửa thành “Số khác hẳn”, đúng là “- Số TTHC áp dụng tại UBND cấp xã:”. "
        f"{GOOD_COPY}",
    ),
    "row copied": (
        changed(copied_row),
        "Phường 1: dòng III.2.5 có hai lần (Biểu mẫu dòng 8 và Biểu mẫu dòng 90). " + GOOD_COPY,
    ),
    "cells merged": (
        changed(lambda _book, sheet, row: sheet.merge_cells(f"E{row + 2}:E{row + 3}")),
        "Phường 1: các ô E10:E11 đã bị gộp (Merge), 2 dòng III.6.6, III.6.7 chỉ còn một số. Bỏ gộp (Unmerge), gõ số "
        "riêng cho từng dòng.",
    ),
    "sheet renamed": (
        changed(lambda _book, sheet, _row: setattr(sheet, "title", "Sheet1")),
        "Phường 1: trang tính đã đổi tên thành “Sheet1”; đã đọc theo mã chỉ tiêu.",
    ),
    "column's heading changed": (
        changed(without_heading),
        f"Phường 1: trang tính “Biểu mẫu” không còn cột “Số liệu”. {GOOD_COPY}",
    ),
    "no form at all": (
        not_a_form,
        "Tệp không phải biểu mẫu do phần mềm này phát ra (không có phần nhận dạng). Chép số liệu sang biểu mẫu của "
        "đơn vị rồi gửi lại.",
    ),
}


@pytest.fixture(scope="session")
def good(form: Form, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled_form(form, wards(form)[0], tmp_path_factory.mktemp("tot") / "bieu_mau.xlsx")


@pytest.fixture(scope="session")
def empty(form: Form, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("trong") / "CCHC.xlsx"
    blank_master(form, path)
    return path


@pytest.mark.parametrize("name", CASES)
def test_the_message_says_what_and_what_to_do(name: str, form: Form, good: Path, empty: Path, tmp_path: Path) -> None:
    make, expected = CASES[name]
    (tmp_path / "nop").mkdir()
    done = collect(Path(shutil.copy(empty, tmp_path / "CCHC.xlsx")), make(form, good, tmp_path / "nop"), NOW)
    told = [outcome.message for outcome in done.outcomes]
    told += [finding.message for outcome in done.outcomes for finding in outcome.findings]
    assert any(message.startswith(expected) for message in told), told


@pytest.mark.parametrize("code", [rule.code for rule in FILES.rules])
def test_every_refusal_says_what_is_wrong_and_then_what_to_do(code: str) -> None:
    message = refusal(code, "x.y")
    what, _, remedy = message.partition(". ")
    assert message[0].isupper()
    assert what
    assert remedy.endswith(".")
