"""The first sheet of a consolidated workbook, for those who look at one page: who has not handed in, rates by unit with
bars, change to the last period, what is unusual.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from cchc_xl.consolidate.engine import Connection, Row, ask
from cchc_xl.findings import SEVERITY_WORDS
from cchc_xl.master import style
from cchc_xl.master.sheet_page import set_up_page
from cchc_xl.master.wrapped_text import lines_of, row_points

TITLE = "Tổng quan"
MOST_RATES, MOST_LINES = 6, 40
FIRST_WIDTH, WIDTH = 60, 18
NO_HISTORY = "Chưa có kỳ trước trong tập số liệu; chạy với --facts để so sánh các kỳ."
NO_CHANGE = "Không chỉ tiêu nào do cùng những đơn vị trả lời ở cả hai kỳ mà thay đổi."

DELIVERED = "SELECT unit_name, delivered, expected, errors, warnings FROM unit_line WHERE wanted ORDER BY ord LIMIT 40"
ABSENT = """
SELECT unit_name, coalesce((SELECT name FROM node WHERE id = unit_line.parent), '') FROM unit_line
WHERE expected = 1 AND delivered = 0 AND unit NOT IN (SELECT parent FROM node) ORDER BY ord"""
RATES = """
SELECT code, label FROM figure_line WHERE kind = 'percent' AND value IS NOT NULL
GROUP BY code, label ORDER BY count(*) DESC, min(ord) LIMIT {most}"""
BY_UNIT = """
SELECT node.name, {columns} FROM node JOIN figure_line ON unit = id
WHERE id IN (SELECT node FROM wanted) GROUP BY id, node.name, node.ord
HAVING count(*) FILTER (code IN ({codes}) AND value IS NOT NULL) > 0 ORDER BY node.ord LIMIT {most}"""
CHANGES = """
SELECT ltrim(now.label, '- ') || ' (' || now.unit_name || ')', before.value, now.value, now.value - before.value,
    CASE WHEN before.value <> 0 THEN (now.value - before.value) / before.value END AS share
FROM figure_line AS now JOIN before_line AS before USING (unit, code)
WHERE unit = (SELECT unit FROM figure_line ORDER BY ord LIMIT 1) AND now.value <> before.value
    AND (now.status, now.answered, now.missing) = (before.status, before.answered, before.missing)
ORDER BY abs(share) DESC NULLS LAST, now.ord LIMIT {most}"""
UNUSUAL = """
SELECT severity, count(*), min_by(message, (file, unit, message)) FROM finding
WHERE severity <> 'info' AND NOT coalesce(explained, false)
GROUP BY severity, rule, code ORDER BY severity, count(*) DESC, rule, code LIMIT {most}"""
"""One line for all findings of one kind."""


def overview(sheet: Any, con: Connection, title: str) -> None:
    """Fills the sheet; a table before_line holds the figures of the last period, where the history has one."""
    history = bool(ask(con, "SELECT 1 FROM duckdb_tables() WHERE table_name = 'before_line'"))
    sheet.title = TITLE
    page = _Page(sheet)
    page.line([title], style.TITLE)
    page.table("Nộp biểu mẫu", ("Đơn vị", "Đã nộp", "Phải nộp", "Phải sửa", "Giải trình"), ask(con, DELIVERED))
    absent = ask(con, ABSENT)
    page.table(f"Chưa nộp: {len(absent)} đơn vị", ("Đơn vị", "Thuộc"), absent[:MOST_LINES])
    rates = ask(con, RATES.format(most=MOST_RATES))
    if rates:
        names = [code.replace("'", "''") for code, _ in rates]
        columns = ", ".join(f"max(value) FILTER (code = '{name}')" for name in names)
        codes = ", ".join(f"'{name}'" for name in names)
        lines = ask(con, BY_UNIT.format(columns=columns, codes=codes, most=MOST_LINES))
        titles = ("Đơn vị", *(label.lstrip("- ") for _, label in rates))
        first, last = page.table("Tỷ lệ theo đơn vị (%)", titles, lines)
        for number in range(2, len(rates) + 2):
            column = get_column_letter(number)
            sheet.conditional_formatting.add(f"{column}{first}:{column}{last}", style.share_bar())
    if history:
        titles = ("Chỉ tiêu", "Kỳ trước", "Kỳ này", "Tăng, giảm", "Tăng, giảm (%)")
        changes = ask(con, CHANGES.format(most=15))
        [(both,)] = ask(con, "SELECT count(*) FROM delivered")
        title = f"So với kỳ trước ({both} đơn vị có ở cả hai kỳ)"
        first, last = page.table(title, titles if changes else (), changes or [(NO_CHANGE,)])
        for row in range(first, last + 1):
            sheet.cell(row, len(titles)).number_format = "0.0%"
    else:
        page.table("So với kỳ trước", (), [(NO_HISTORY,)])
    unusual = [
        (f"{SEVERITY_WORDS[severity]}: {text}" + (f" Và {count - 1} nơi khác cùng như vậy." if count > 1 else ""),)
        for severity, count, text in ask(con, UNUSUAL.format(most=20))
    ]
    page.table("Cần xem", (), unusual or [("Không có điểm bắt buộc sửa hay cần giải trình.",)])
    page.finish()


class _Page:
    """Tables below each other."""

    def __init__(self, sheet: Any) -> None:
        self._sheet, self._row, self._widest = sheet, 0, 1
        self._alone: list[int] = []

    def line(self, cells: Sequence[Any], font: Font | None = None) -> None:
        """One row."""
        self._row += 1
        self._widest = max(self._widest, len(cells))
        for number, value in enumerate(cells, 1):
            cell = self._sheet.cell(self._row, number, value)
            cell.font = font or style.SMALL
            if len(cells) > 1:
                cell.alignment = style.CENTRE if font else style.LEFT if isinstance(value, str) else style.RIGHT
            if isinstance(value, str):
                cell.data_type = "s"
            elif value is not None:
                cell.number_format = "#,##0" if value == int(value) else "#,##0.00"
        if len(cells) > 1:
            points = (font or style.SMALL).size
            lines = max(lines_of(str(value), _width(number), points) for number, value in enumerate(cells, 1))
            self._height(self._row, lines)
        else:
            self._alone.append(self._row)

    def table(self, title: str, titles: Sequence[str], rows: Iterable[Row]) -> tuple[int, int]:
        """A heading, titles and rows; gives the first and last row."""
        self._row += 1
        self.line([title], style.BOLD)
        if titles:
            self.line(titles, style.BOLD)
            for number in range(1, len(titles) + 1):
                self._sheet.cell(self._row, number).fill = style.HEADER
        first = self._row + 1
        for row in rows:
            self.line(row)
        return first, max(first, self._row)

    def finish(self) -> None:
        """Widths; a line without others beside it takes the width of the page; one page across when printed."""
        widths = [_width(number) for number in range(1, self._widest + 1)]
        for number, width in enumerate(widths, 1):
            self._sheet.column_dimensions[get_column_letter(number)].width = width
        for row in self._alone:
            cell = self._sheet.cell(row, 1)
            cell.alignment = style.LEFT
            self._sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=self._widest)
            self._height(row, lines_of(str(cell.value), sum(widths), cell.font.size))
        self._sheet.sheet_view.showGridLines = False
        set_up_page(self._sheet, "", landscape=True)

    def _height(self, row: int, lines: int) -> None:
        self._sheet.row_dimensions[row].height = row_points(lines) if lines > 1 else None


def _width(column: int) -> int:
    return FIRST_WIDTH if column == 1 else WIDTH
