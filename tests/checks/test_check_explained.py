"""Explanations in the sheet Kiểm tra: kept with name and time, gone when the figure changes, no way out of an error."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xl import sheet_names
from cchc_xl.master.compute_book import TO_ACCEPT
from cchc_xl.master.master_book import open_master
from cchc_xl.master.style import INPUT_COLOUR
from cchc_xl.master.table_layout import TABLE_ROW, TABLES
from cchc_xl.schema import Severity
from cchc_xl.verbs.recalc import compute, recalc

Typed = Callable[[Path, str, str, object], None]
FIRST, LATER, LAST = (datetime(2026, 2, day, 8, 30) for day in (1, 2, 3))
WARNING = "III.2.3"


def line(path: Path, indicator: str) -> dict[str, object]:
    """A line of the list by its headings."""
    sheet = openpyxl.load_workbook(path)[sheet_names.FINDINGS]
    titles = [cell.value for cell in sheet[4]]
    lines = ([cell.value for cell in row] for row in sheet.iter_rows(min_row=5))
    rows: list[dict[str, object]] = [dict(zip(map(str, titles), row, strict=False)) for row in lines]
    return next(row for row in rows if row["Mã"] == indicator)


def explain(path: Path, typed: Typed, indicator: str, text: str = "Dùng chung hai cấp.", who: str = "Bà A") -> None:
    rows = open_master(path).keyed_rows(sheet_names.FINDINGS)
    row = next(row for key, row in rows.items() if f"|{indicator}|" in key)
    typed(path, sheet_names.FINDINGS, f"I{row}", text)
    typed(path, sheet_names.FINDINGS, f"J{row}", who)


def test_an_explanation_is_kept_with_its_name_and_the_time_of_the_run_that_first_saw_it(
    filled: Path, typed: Typed
) -> None:
    assert line(filled, WARNING)["Ghi nhận lúc"] is None
    explain(filled, typed, WARNING)
    recalc(filled, FIRST)
    kept = line(filled, WARNING)
    assert (kept["Người giải trình"], kept["Tình trạng"], kept["Ghi nhận lúc"]) == (
        "Bà A", "Đã giải trình", "01/02/2026 08:30:00"
    )
    assert not recalc(filled, LATER).changed
    typed(filled, sheet_names.INFO, "C20", "thêm")
    recalc(filled, LATER)
    assert line(filled, WARNING)["Ghi nhận lúc"] == "01/02/2026 08:30:00"


def test_it_comes_back_open_when_the_figure_changes_and_the_log_keeps_who_and_when(filled: Path, typed: Typed) -> None:
    explain(filled, typed, WARNING)
    recalc(filled, FIRST)
    master = open_master(filled)
    section = master.form.section_of[WARNING]
    typed(filled, section.sheet, master.grids[section.number].address(WARNING, "thanh_pho"), 259)
    recalc(filled, LAST)
    again = line(filled, WARNING)
    assert (again["Giải trình"], again["Tình trạng"], again["Ghi nhận lúc"]) == (None, "Chưa xử lý", None)
    log = [str(row[3].value) for row in openpyxl.load_workbook(filled)[sheet_names.LOG].iter_rows(min_row=5)]
    assert any("Bà A; ghi nhận lúc: 01/02/2026 08:30:00" in text for text in log)


def test_an_error_cannot_be_explained_away(filled: Path, typed: Typed) -> None:
    master = open_master(filled)
    section = master.form.section_of["III.6.1"]
    typed(filled, section.sheet, master.grids[section.number].address("III.6.1", "thanh_pho"), "chờ số liệu")
    recalc(filled, FIRST)
    explain(filled, typed, "III.6.1", "Sẽ bổ sung sau.")
    recalc(filled, LATER)
    errors = (each for each in compute(filled).findings if each.severity is Severity.ERROR)
    found = [each for each in errors if each.indicator == "III.6.1"]
    assert found
    assert not any(each.explained for each in found)
    assert line(filled, "III.6.1")["Tình trạng"] == "Chưa xử lý"
    assert line(filled, "III.6.1")["Giải trình"] == "Sẽ bổ sung sau."


STATES = [
    ("Dùng chung hai cấp.", "", "Thiếu tên người giải trình"),
    ("Dùng chung hai cấp.", "  ", "Thiếu tên người giải trình"),
    ("", "Bà A", "Thiếu lời giải trình"), (".", "Bà A", "Thiếu lời giải trình"), (".", "…", "Chưa xử lý"),
    ("Dùng chung hai cấp.", "Bà A", "Đã giải trình"),
]


def test_an_explanation_counts_with_a_reason_and_a_name_and_the_list_says_what_is_lacking(
    filled: Path, typed: Typed
) -> None:
    found = compute(filled).findings
    alone = [each for each in found if [other.indicator for other in found].count(each.indicator) == 1]
    chosen = [each for each in alone if each.severity is Severity.WARNING][: len(STATES)]
    for finding, (reason, person, _) in zip(chosen, STATES, strict=True):
        explain(filled, typed, finding.indicator, reason, person)
    recalc(filled, FIRST)
    explained = {each.key: each.explained for each in compute(filled).findings}
    for finding, (_, _, state) in zip(chosen, STATES, strict=True):
        assert line(filled, finding.indicator)["Tình trạng"] == state
        assert explained[finding.key] == (state == "Đã giải trình")


def looks(sheet: Worksheet) -> dict[int, list[tuple[bool, str, str | None]]]:
    """Of every row below the heading: locked, colour and border of each column."""
    return {
        row: [
            (cell.protection.locked, str(cell.fill.start_color.rgb)[2:], cell.border.left.style)
            for cell in (sheet.cell(row, column) for column in range(1, len(TABLES[sheet_names.FINDINGS].columns) + 1))
        ]
        for row in range(5, sheet.max_row + 1)
    }


def assert_every_line_is_open(path: Path) -> int:
    """Each line of the list can be explained, and none after it looks so; returns how many there are."""
    sheet = openpyxl.load_workbook(path)[sheet_names.FINDINGS]
    assert sheet.protection.sheet
    lines = max(sum(bool(sheet.cell(row, 1).value) for row in range(5, sheet.max_row + 1)), 1)
    for row, found in looks(sheet).items():
        inputs = [number for number, (locked, colour, _) in enumerate(found) if not locked and colour == INPUT_COLOUR]
        assert inputs == ([8, 9] if row < 5 + lines else []), row
        assert {border for *_, border in found} == ({"thin"} if row < 5 + lines else {None}), row
    return lines


def test_every_line_can_be_explained_in_a_new_list_a_longer_one_and_a_shorter_one(
    filled: Path, typed: Typed, small: Path
) -> None:
    assert assert_every_line_is_open(small) == 1
    before = assert_every_line_is_open(filled)
    master = open_master(filled)
    section = master.form.section_of["III.6.1"]
    place = (section.sheet, master.grids[section.number].address("III.6.1", "thanh_pho"))
    right = master.cell(*place).value
    typed(filled, *place, "chờ số liệu")
    recalc(filled, FIRST)
    assert assert_every_line_is_open(filled) > before
    typed(filled, *place, right)
    recalc(filled, LATER)
    assert assert_every_line_is_open(filled) == before
    assert not recalc(filled, LAST).changed


def test_what_was_typed_beside_no_finding_goes_to_the_log(filled: Path, typed: Typed) -> None:
    row = openpyxl.load_workbook(filled)[sheet_names.FINDINGS].max_row + 2
    typed(filled, sheet_names.FINDINGS, f"I{row}", "Đã hỏi lại Phường 3.")
    recalc(filled, FIRST)
    log = [str(row[3].value) for row in openpyxl.load_workbook(filled)[sheet_names.LOG].iter_rows(min_row=5)]
    assert any("Đã hỏi lại Phường 3." in text for text in log)


def test_what_a_unit_wrote_beside_its_figure_is_proposed_and_a_name_accepts_it(filled: Path, typed: Typed) -> None:
    finding = next(
        each for each in compute(filled).findings
        if each.severity is Severity.WARNING and each.unit and "Ghi chú" not in each.message
    )
    values = f"{finding.unit}|{finding.indicator}", 1, "", finding.indicator, "", "Đã hỏi Kho bạc", "Bà B, lần nộp 2"
    for letter, value in zip("ABCDEFG", values, strict=True):
        typed(filled, sheet_names.UNIT_NOTES, f"{letter}{TABLE_ROW + 1}", value)
    recalc(filled, FIRST)
    proposed = line(filled, finding.indicator)
    assert str(proposed["Giải trình"]).startswith("Đơn vị giải trình: Đã hỏi Kho bạc (")
    assert "Bà B, lần nộp 2" in str(proposed["Giải trình"])
    assert (proposed["Người giải trình"], proposed["Tình trạng"]) == (None, TO_ACCEPT)
    assert not recalc(filled, LATER).changed
    row = open_master(filled).keyed_rows(sheet_names.FINDINGS)[finding.key]
    typed(filled, sheet_names.FINDINGS, f"J{row}", "Bà A")
    recalc(filled, LATER)
    assert line(filled, finding.indicator)["Tình trạng"] == "Đã giải trình"


def test_a_line_can_be_sorted_with_its_key_and_typed_in_only_where_asked(filled: Path) -> None:
    book = openpyxl.load_workbook(filled)
    for name, columns in ((name, TABLES[name].columns) for name in (sheet_names.FINDINGS, sheet_names.UNIT_NOTES)):
        sheet = book[name]
        assert sheet.auto_filter.ref.startswith(f"A{TABLE_ROW}:")
        assert not any(cell.protection.locked for row in sheet.iter_rows(min_row=TABLE_ROW) for cell in row)
        refused = next(each for each in sheet.data_validations.dataValidation if each.formula1 == "FALSE")
        for number, column in enumerate(columns, 1):
            assert (sheet.cell(TABLE_ROW + 2, number).coordinate in refused.sqref) != column.typed
