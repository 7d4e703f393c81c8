"""Row heights: neither Excel nor LibreOffice measures wrapped text in a file that a program wrote.

A row goes back when its text does; one whose height a person has set (customHeight) is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from cchc_xl.excel.addresses import column_letters
from cchc_xl.master.master_book import Master
from cchc_xl.master.section_grid import CHECK, NOTE, SheetCarrier
from cchc_xl.master.table_layout import TABLE_ROW, TYPED_SHEETS, table_of
from cchc_xl.master.wrapped_text import lines_of, row_points

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
