"""Every wrapped text fits in its row, measured with a font that has the letters' widths of Times New Roman."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from PIL import ImageFont

from cchc_xl.schema.form_model import Form
from cchc_xl.submissions.form_layout import plan_form
from cchc_xl.submissions.unit_form.build_form import new_forms

FONTS = (("LiberationSerif-Regular.ttf", "LiberationSerif-Bold.ttf"), ("times.ttf", "timesbd.ttf"))
USUAL_WIDTH, PIXELS_A_DIGIT, PADDING, BORDERS = 8.43, 7, 5, 7
LINE_POINTS = {8: 11.25, 9: 12, 10: 12.75, 11: 15, 12: 15.75, 13: 16.5, 14: 18.75}
SCALE = 8


@cache
def font(points: float, bold: bool) -> ImageFont.FreeTypeFont | None:
    for regular, heavy in FONTS:
        with suppress(OSError):
            return ImageFont.truetype(heavy if bold else regular, round(points * 96 / 72 * SCALE))
    return None


@cache
def width(text: str, points: float, bold: bool) -> float:
    made = font(points, bold)
    assert made is not None
    return float(made.getlength(text)) / SCALE


def lines(text: str, room: float, points: float, bold: bool) -> int:
    """Words stay whole; one that is wider than the column goes on in the next line."""
    count, blank = 0, width(" ", points, bold)
    for line in text.split("\n"):
        count, used = count + 1, 0.0
        for word in line.split(" "):
            needed = width(word, points, bold)
            if used and used + blank + needed > room:
                count, used = count + 1, 0.0
            used += needed + (blank if used else 0)
            while used > room:
                count, used = count + 1, used - room
    return count


def room_of(cell: Cell, merged: dict[str, tuple[int, int]]) -> float:
    sheet = cell.parent
    first, last = merged.get(cell.coordinate, (cell.column, cell.column))
    letters, known = [get_column_letter(column) for column in range(first, last + 1)], sheet.column_dimensions
    shown = [each for each in letters if each not in known or not known[each].hidden]
    widths = [known[each].width if each in known else USUAL_WIDTH for each in shown]
    return sum(round(each * PIXELS_A_DIGIT + PADDING) for each in widths) - BORDERS


def cut(path: Path) -> Iterator[str]:
    """Each text that is taller than its row; rows without a height are measured by the office that opens them."""
    for sheet in openpyxl.load_workbook(path, data_only=True).worksheets:
        if sheet.sheet_state == "visible":
            yield from _cut(sheet)


def _cut(sheet: Worksheet) -> Iterator[str]:
    merged = {
        f"{get_column_letter(each.min_col)}{each.min_row}": (each.min_col, each.max_col)
        for each in sheet.merged_cells.ranges
    }
    tall = {each.coord.partition(":")[0] for each in sheet.merged_cells.ranges if each.size["rows"] > 1}
    for cell in (cell for row in sheet.iter_rows() for cell in row):
        height, room = sheet.row_dimensions[cell.row].height, room_of(cell, merged) if cell.value else 0
        if cell.value and cell.alignment.wrap_text and height and room > 0 and cell.coordinate not in tall:
            points = cell.font.sz or 11
            needed = lines(str(cell.value), room, points, bool(cell.font.b)) * LINE_POINTS[int(points)]
            if needed > height + 1:
                yield f"{sheet.title}!{cell.coordinate}: {height} of {needed}: {str(cell.value)[:60]}"


pytestmark = pytest.mark.skipif(
    font(11, False) is None, reason="neither Liberation Serif nor Times New Roman is installed"
)


def test_no_text_of_a_new_master_is_cut(empty: Path) -> None:
    assert list(cut(empty)) == []


def test_no_message_beside_the_figures_is_cut(filled: Path) -> None:
    assert list(cut(filled)) == []


def test_no_text_of_a_form_is_cut(form: Form, tmp_path: Path) -> None:
    asked_most = max(form.units, key=lambda unit: len(plan_form(form, unit).questions))
    for unit in (asked_most, max(form.units, key=lambda unit: len(unit.name))):
        new_forms(form, {unit: tmp_path / "bieu.xlsx"})
        assert list(cut(tmp_path / "bieu.xlsx")) == []
