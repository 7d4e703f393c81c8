"""Row heights: neither Excel nor LibreOffice measures wrapped text in a file that a program wrote.

A row goes back when its text does; one whose height a person has set (customHeight) is left alone. Lines are counted by
the widths of Times New Roman's letters, and words stay whole.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

from cchc_xl.excel.addresses import column_letters
from cchc_xl.master.master_book import Master
from cchc_xl.master.section_grid import CHECK, NOTE, SheetCarrier
from cchc_xl.master.table_layout import TABLE_ROW, TYPED_SHEETS, table_of

PIXELS_A_DIGIT = 7
"""Column widths are counted in digits of the default font."""

LINE_POINTS, MARGIN_POINTS = 15.75, 2.5
"""The height of a line of the usual size, and what a row needs besides."""

SPARE = 1.04
"""Screens round every letter to whole pixels, and bold ones are wider."""

_WIDTHS = {
    "'": 180, " ,.": 250, "/:;ijlt": 278, "!()-fr[]I": 333, "Js": 389, '"': 408, "acez?“”": 444, "+<=>": 564,
    "FPS": 556, "ELTZ": 611, "BCR": 667, "ADGHKNOQUVXYwĐ": 722, "&m": 778, "%": 833, "M": 889, "@": 921, "W": 944,
    "—…": 1000,
}
_OF_LETTER = {letter: width for letters, width in _WIDTHS.items() for letter in letters}
_USUAL = 500
_HORN, _HORN_WIDTH = "\u031b", 60


def lines_of(text: str, width: float, points: float = 12) -> int:
    """The lines of a text, at least one, in a column so many digits wide and letters so many points high."""
    room = width * PIXELS_A_DIGIT
    return sum(_wrapped(line, room, points) for line in text.split("\n"))


def row_points(lines: int) -> float:
    """The height of a row of so many lines of the usual size."""
    return lines * LINE_POINTS + MARGIN_POINTS


def _wrapped(line: str, room: float, points: float) -> int:
    blank, used, lines = pixels(" ", points), 0.0, 1
    for word in line.split(" "):
        needed = pixels(word, points)
        if used and used + blank + needed > room:
            lines, used = lines + 1, 0.0
        used += needed + (blank if used else 0)
    return lines


@lru_cache(maxsize=4096)
def pixels(text: str, points: float) -> float:
    """The width of a text on a screen."""
    return sum(map(_units, text)) / 1000 * points * 96 / 72 * SPARE


@cache
def _units(letter: str) -> int:
    """The width of a letter; of its marks only the horn takes room."""
    parts = (each for each in unicodedata.normalize("NFD", letter) if each == _HORN or not unicodedata.combining(each))
    return sum(_HORN_WIDTH if each == _HORN else _OF_LETTER.get(each, _USUAL) for each in parts)


LARGEST_POINTS = 409.0
"""Excel's own limit."""


def fit_all(master: Master) -> None:
    """Makes every row of the sheets that people read tall enough for its texts."""
    for section in master.form.sections:
        grid, sheet = master.grids[section.number], master.sheet(section)
        columns = [grid.columns[key] for key in ("label", "measure", NOTE, CHECK) if key in grid.columns]
        fit_rows(sheet, (grid.rows[line.code] for line in section.lines), columns)
    for name in TYPED_SHEETS:
        table = master.workbook.sheet(name)
        fit_rows(table, range(TABLE_ROW + 1, table.last_row + 1), table_of(name, master.form).wrapped)


def fit_rows(sheet: SheetCarrier, rows: Iterable[int], columns: list[int]) -> None:
    """Makes every row tall enough for its texts in the columns, and none a line taller."""
    widths = [(column_letters(column), sheet.column_width(column)) for column in columns]
    for row in rows:
        texts = ((sheet.cell(f"{letters}{row}").raw, width) for letters, width in widths)
        lines = max((lines_of(text, width) for text, width in texts if text), default=1)
        least = min(LARGEST_POINTS, row_points(lines)) if lines > 1 else 0
        sheet.fit_row(row, least, row_points(lines + 1))
