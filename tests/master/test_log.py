"""Nhật ký says who did what; sheets without lines say so under their title."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from cchc_xl import sheet_names
from cchc_xl.master.lists_and_board import write_findings, write_log
from cchc_xl.master.master_book import Master, open_master
from cchc_xl.master.table_layout import HINT_CELL, HINTS, TABLE_ROW, TABLES
from cchc_xl.system import person

NOW = datetime(2026, 4, 1, 8, 30)
LOG_COLUMNS = TABLES[sheet_names.LOG].columns
WHO = f"{chr(ord('A') + len(LOG_COLUMNS) - 1)}"


def log_of(master: Master) -> list[tuple[str, ...]]:
    sheet = master.workbook.sheet(sheet_names.LOG)
    rows = range(TABLE_ROW, sheet.last_row + 1)
    return [tuple(sheet.cell(f"{letter}{row}").raw for letter in "ABCDE") for row in rows]


def test_every_line_says_who_did_it(empty: Path) -> None:
    master = open_master(empty)
    write_log(master, NOW, [("Tính lại", "một"), ("Nhận biểu mẫu", "hai")])
    head, *lines = log_of(master)
    assert head[-1] == "Người làm"
    assert [line[-1] for line in lines] == [person()] * 2
    assert person()


def test_a_book_from_before_the_column_of_persons_keeps_its_lines_and_gets_it(empty: Path) -> None:
    master = open_master(empty)
    write_log(master, NOW, [("Tính lại", "cũ")])
    sheet = master.workbook.sheet(sheet_names.LOG)
    sheet.put(f"{WHO}{TABLE_ROW}", None)
    sheet.put(f"{WHO}{TABLE_ROW + 1}", None)
    master.workbook.commit()
    again = open_master(empty)
    write_log(again, NOW, [("Tính lại", "mới")])
    assert log_of(again) == [
        tuple(column.title for column in LOG_COLUMNS),
        ("1", "01/04/2026 08:30:00", "Tính lại", "cũ", ""),
        ("2", "01/04/2026 08:30:00", "Tính lại", "mới", person()),
    ]


@pytest.mark.parametrize("name", [name for name in HINTS if name != sheet_names.FINDINGS])
def test_a_sheet_without_lines_says_so(empty: Path, name: str) -> None:
    said = open_master(empty).workbook.sheet(name).cell(HINT_CELL).raw
    assert said == " ".join(HINTS[name])


def test_a_list_without_findings_says_so(empty: Path) -> None:
    master = open_master(empty)
    write_findings(master, [], NOW)
    assert master.workbook.sheet(sheet_names.FINDINGS).cell(HINT_CELL).raw == " ".join(HINTS[sheet_names.FINDINGS])


def test_every_note_of_a_unit_is_printed(empty: Path) -> None:
    """The sheet has no area to print: that made for its first line left out all others."""
    areas = open_master(empty).workbook.package.read("xl/workbook.xml").decode().split("<definedName ")
    assert [area for area in areas if "Print_Area" in area and sheet_names.UNIT_NOTES in area] == []
