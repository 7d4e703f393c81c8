"""The first sheet of a consolidated workbook, for those who look at one page: who has not handed in, rates by unit with
bars, change to the last period, what is unusual.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from openpyxl.utils import get_column_letter

from cchc_xl.consolidate.engine import Connection, Row, ask, quoted
from cchc_xl.findings import SEVERITY_WORDS
from cchc_xl.master import style
from cchc_xl.master.sheet_page import set_up_page
from cchc_xl.master.wrapped_text import lines_of, row_points

TITLE = "Tổng quan"
MOST_RATES, MOST_LINES, MOST_CHANGES, MOST_UNUSUAL = 6, 40, 15, 20
FIRST_WIDTH, WIDTH = 60, 18
NO_HISTORY = "Chưa có kỳ trước trong tập số liệu; chạy với --facts để so sánh các kỳ."
NO_CHANGE = "Không chỉ tiêu nào do cùng những đơn vị trả lời ở cả hai kỳ mà thay đổi."
NOTHING_UNUSUAL = "Không có điểm bắt buộc sửa hay cần giải trình."

DELIVERED = "SELECT unit_name, delivered, expected, errors, warnings FROM unit_line WHERE wanted ORDER BY ord LIMIT ?"
ABSENT = """
SELECT unit_name, coalesce((SELECT name FROM node WHERE id = unit_line.parent), '') FROM unit_line
WHERE expected = 1 AND delivered = 0 AND unit NOT IN (SELECT parent FROM node) ORDER BY ord"""
RATES = """
SELECT code, label FROM figure_line WHERE kind = 'percent' AND value IS NOT NULL
GROUP BY code, label ORDER BY count(*) DESC, min(ord) LIMIT ?"""
BY_UNIT = """
SELECT node.name, {columns} FROM node JOIN figure_line ON unit = id
WHERE id IN (SELECT node FROM wanted) GROUP BY id, node.name, node.ord
HAVING count(*) FILTER (code IN ({codes}) AND value IS NOT NULL) > 0 ORDER BY node.ord LIMIT ?"""
CHANGES = """
SELECT ltrim(now.label, '- ') || ' (' || now.unit_name || ')', before.value, now.value, now.value - before.value,
    CASE WHEN before.value <> 0 THEN (now.value - before.value) / before.value END AS share
FROM figure_line AS now JOIN before_line AS before USING (unit, code)
WHERE unit = (SELECT unit FROM figure_line ORDER BY ord LIMIT 1) AND now.value <> before.value
    AND (now.status, now.answered, now.missing) = (before.status, before.answered, before.missing)
ORDER BY abs(share) DESC NULLS LAST, now.ord LIMIT ?"""
UNUSUAL = """
SELECT severity, count(*), min_by(message, (file, unit, message)) FROM finding
WHERE severity <> 'info' AND NOT coalesce(explained, false)
GROUP BY severity, rule, code ORDER BY severity, count(*) DESC, rule, code LIMIT ?"""
"""One line for all findings of one kind."""


class PageBlock(NamedTuple):
    """A heading with a table below it. `bars` asks for bars in all columns but the first, `share` for a last column of
    shares."""

    title: str
    titles: Sequence[str]
    rows: Sequence[Row]
    bars: bool = False
    share: bool = False


def overview(sheet: Any, con: Connection, title: str) -> None:
    """Fills the sheet; a table before_line holds the figures of the last period, where the history has one."""
    sheet.title = TITLE
    _line(sheet, 1, [title], style.TITLE)
    number = 2
    for block in _blocks(con):
        _line(sheet, number + 1, [block.title], style.BOLD)
        if block.titles:
            number += 1
            _line(sheet, number + 1, block.titles, style.BOLD)
        first, number = number + 2, number + 2 + len(block.rows)
        for place, row in enumerate(block.rows, first):
            _line(sheet, place, row, style.SMALL)
            if block.share and len(row) > 1:
                sheet.cell(place, len(row)).number_format = "0.0%"
        for column in range(2, len(block.titles) + 1) if block.bars else ():
            letter = get_column_letter(column)
            sheet.conditional_formatting.add(f"{letter}{first}:{letter}{number - 1}", style.share_bar())
    _finish(sheet)


def _blocks(con: Connection) -> Iterator[PageBlock]:
    titles: Sequence[str] = ("Đơn vị", "Đã nộp", "Phải nộp", "Phải sửa", "Giải trình")
    yield PageBlock("Nộp biểu mẫu", titles, ask(con, DELIVERED, MOST_LINES))
    absent = ask(con, ABSENT)
    yield PageBlock(f"Chưa nộp: {len(absent)} đơn vị", ("Đơn vị", "Thuộc"), absent[:MOST_LINES])
    if rates := ask(con, RATES, MOST_RATES):
        codes = [quoted(code) for code, _ in rates]
        columns = ", ".join(f"max(value) FILTER (code = {code})" for code in codes)
        rows = ask(con, BY_UNIT.format(columns=columns, codes=", ".join(codes)), MOST_LINES)
        titles = ("Đơn vị", *(label.lstrip("- ") for _, label in rates))
        yield PageBlock("Tỷ lệ theo đơn vị (%)", titles, rows, bars=True)
    if ask(con, "SELECT 1 FROM duckdb_tables() WHERE table_name = 'before_line'"):
        [(both,)] = ask(con, "SELECT count(*) FROM delivered")
        changes = ask(con, CHANGES, MOST_CHANGES)
        titles = ("Chỉ tiêu", "Kỳ trước", "Kỳ này", "Tăng, giảm", "Tăng, giảm (%)") if changes else ()
        title = f"So với kỳ trước ({both} đơn vị có ở cả hai kỳ)"
        yield PageBlock(title, titles, changes or [(NO_CHANGE,)], share=True)
    else:
        yield PageBlock("So với kỳ trước", (), [(NO_HISTORY,)])
    unusual = [
        (f"{SEVERITY_WORDS[severity]}: {text}" + (f" Và {count - 1} nơi khác cùng như vậy." if count > 1 else ""),)
        for severity, count, text in ask(con, UNUSUAL, MOST_UNUSUAL)
    ]
    yield PageBlock("Cần xem", (), unusual or [(NOTHING_UNUSUAL,)])


def _line(sheet: Any, row: int, cells: Sequence[Any], font: Any) -> None:
    """One row; titles of columns are bold."""
    for number, value in enumerate(cells, 1):
        cell = sheet.cell(row, number, value)
        cell.font = font
        if len(cells) > 1 and font is style.BOLD:
            cell.alignment, cell.fill = style.CENTRE, style.HEADER
        elif len(cells) > 1:
            cell.alignment = style.LEFT if isinstance(value, str) else style.RIGHT
        if isinstance(value, str):
            cell.data_type = "s"
        elif value is not None:
            cell.number_format = "#,##0" if value == int(value) else "#,##0.00"


def _finish(sheet: Any) -> None:
    """Widths and heights; a line without others beside it takes the width of the page; one page across when printed."""
    widths = [FIRST_WIDTH, *[WIDTH] * (sheet.max_column - 1)]
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for row in sheet.iter_rows():
        first, told = row[0], [cell for cell in row if cell.value is not None]
        if not told:
            continue
        if told == [first]:
            first.alignment = style.LEFT
            sheet.merge_cells(start_row=first.row, start_column=1, end_row=first.row, end_column=len(widths))
        across = [sum(widths)] if told == [first] else widths
        lines = max(lines_of(str(cell.value), width, cell.font.size) for cell, width in zip(row, across, strict=False))
        sheet.row_dimensions[first.row].height = row_points(lines) if lines > 1 else None
    sheet.sheet_view.showGridLines = False
    set_up_page(sheet, "", landscape=True)
