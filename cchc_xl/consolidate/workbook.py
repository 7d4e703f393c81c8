"""The workbook of a result, with Vietnamese headings; the answers travel along, for the next level to be made of it.

Openpyxl makes the sheets with their titles, and the first one for those who look at one page: who has not handed in,
rates by unit with bars, change to the last period, what is unusual. The many rows of the others are written into them
as text, with inline strings, so that none is ever taken for a formula.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter

from cchc_xl import sheet_names
from cchc_xl.consolidate.engine import TABLES, TITLES, WORDS, Connection, Row, ask, columns_of, quoted
from cchc_xl.master import style
from cchc_xl.master.book_upkeep import lines_of, row_points
from cchc_xl.master.style import package_of, set_up_page
from cchc_xl.rule_registry import SEVERITY_WORDS

SUMMARY_SHEET = "Tổng hợp"
WIDE, NARROW = 56, 16
SIZE = style.SMALL.size
WIDE_TITLES = frozenset({"Chỉ tiêu", "Tệp", "Nội dung", "Mức đầy đủ", "Chưa nộp", "Đề nghị"})
MOST_ROWS = 1_048_575
"""A sheet holds no more; the .csv and .parquet hold all."""

MOST_COLUMNS = 100
"""Nodes that stand beside each other on the sheet that people read."""

NOT_FOR_PEOPLE = frozenset({"first_day", "last_day"})
"""The period says the same."""

Sheet = tuple[Sequence[str], Iterable[str]]
"""Titles, and each row as XML without its number: what follows `<row r="2"`."""

CELLS = r"""
CREATE OR REPLACE MACRO cell_text(t, style := {text}) AS CASE WHEN t IS NULL OR t = '' THEN '<c/>'
    ELSE '<c s="' || style || '" t="inlineStr"><is><t xml:space="preserve">' || replace(replace(replace(
        regexp_replace(t, '[\x00-\x08\x0b\x0c\x0e-\x1f]', '', 'g'), '&', '&amp;'), '<', '&lt;'), '>', '&gt;')
        || '</t></is></c>' END;
CREATE OR REPLACE MACRO cell_number(n) AS CASE WHEN n IS NULL THEN '<c/>'
    ELSE '<c s="' || CASE WHEN n::DOUBLE = floor(n::DOUBLE) THEN {whole} ELSE {decimal} END || '"><v>' || plain(n)
        || '</v></c>' END;
"""
PAGE = """
WITH shown AS (SELECT unit, ord FROM unit_line WHERE wanted ORDER BY ord LIMIT {most}), figure AS (
    SELECT unit, code, CASE WHEN kind = 'ratio' AND part IS NOT NULL THEN cell_text(plain(part) || '/' || plain(whole))
        WHEN text <> '' THEN cell_text(text) ELSE cell_number(value) END AS cell
    FROM figure_line SEMI JOIN shown USING (unit)
)
SELECT label, coalesce(measure, ''), cell_text(code) || cell_text(label, style := {wrapped})
    || cell_text(measure, style := {wrapped}) || string_agg(coalesce(cell, '<c/>'), '' ORDER BY shown.ord)
FROM indicator CROSS JOIN shown LEFT JOIN figure USING (unit, code)
GROUP BY indicator.ord, code, label, measure HAVING count(cell) > 0 ORDER BY indicator.ord"""


def result_workbook(con: Connection, head: Mapping[str, str], title: str) -> bytes:
    """The workbook's content: the page to look at, indicators by nodes, then the tables."""
    workbook = Workbook()
    _overview(workbook.active, con, title)
    wrapped = _style(workbook, alignment=style.LEFT)
    con.execute(CELLS.format(
        text=_style(workbook), whole=_style(workbook, number_format="#,##0"),
        decimal=_style(workbook, number_format="#,##0.00"),
    ))
    tables = {table.sheet: _table(con, table.query) for table in TABLES.values()}
    sheets = {SUMMARY_SHEET: _summary(con, wrapped), **tables}
    for name, (titles, _) in sheets.items():
        _empty(workbook.create_sheet(name), titles)
    identity = workbook.create_sheet(sheet_names.IDENTITY)
    for pair in head.items():
        identity.append(pair)
    identity.sheet_state = "veryHidden"
    workbook.properties.creator = "cchc-xl"
    package = package_of(workbook)
    # openpyxl numbers its parts in the order of the sheets; the page to look at is the first.
    for number, (_, rows) in enumerate(sheets.values(), 2):
        part = f"xl/worksheets/sheet{number}.xml"
        before, end, after = package.read(part).partition(b"</sheetData>")
        before = re.sub(b"<dimension[^>]*>", b"", before)  # There was a line of headings only.
        package.write(part, b"".join([before, _rows(rows), end, after]))
    return package.to_bytes()


def _style(workbook: Workbook, **looks: Any) -> int:
    """The number by which cells of the rows name a look."""
    cell = Cell(workbook.worksheets[0], row=1, column=1)
    cell.font, cell.alignment = style.SMALL, Alignment(vertical="center")
    for name, look in looks.items():
        setattr(cell, name, look)
    return cell.style_id


def _table(con: Connection, query: str) -> Sheet:
    columns = {name: kind for name, kind in columns_of(con, query).items() if name not in NOT_FOR_PEOPLE}
    cells = " || ".join(_cell(name, kind) for name, kind in columns.items())
    return [TITLES[name] for name in columns], (f">{row}" for row, in ask(con, f"SELECT {cells} FROM ({query})"))


def _cell(name: str, kind: str) -> str:
    """A column as XML; codes as people call them."""
    if name in WORDS:
        words = " ".join(f"WHEN {quoted(code)} THEN {quoted(word)}" for code, word in WORDS[name].items())
        return f"cell_text(CASE {name}::VARCHAR {words} ELSE {name}::VARCHAR END)"
    return f"cell_text({name})" if kind == "VARCHAR" else f"cell_number({name})"


def _summary(con: Connection, wrapped: int) -> Sheet:
    """Indicators down, nodes across: the page that people read. `wrapped` is the style of the labels."""
    nodes = ask(con, "SELECT unit_name FROM unit_line WHERE wanted ORDER BY ord LIMIT ?", MOST_COLUMNS)
    rows = []
    for label, measure, cells in ask(con, PAGE.format(most=MOST_COLUMNS, wrapped=wrapped)):
        lines = max(lines_of(label, WIDE, SIZE), lines_of(measure, NARROW, SIZE))
        rows.append(f' ht="{row_points(lines)}" customHeight="1">{cells}')
    return ["Mã", "Chỉ tiêu", "Đơn vị tính", *(name for name, in nodes)], rows


def _empty(sheet: Any, titles: Sequence[str]) -> None:
    """A sheet with its titles, filter and widths."""
    sheet.append(titles)
    for number, title in enumerate(titles, 1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDE if title in WIDE_TITLES else NARROW
        cell = sheet.cell(1, number)
        cell.font, cell.fill, cell.alignment, cell.data_type = style.BOLD, style.HEADER, style.CENTRE, "s"
    sheet.freeze_panes = "A2"
    set_up_page(sheet, "", landscape=True, repeat_row=1)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(titles))}1"


def _rows(rows: Iterable[str]) -> bytes:
    numbered = enumerate(islice(rows, MOST_ROWS), 2)
    return b"".join(f'<row r="{number}"{rest}</row>'.encode() for number, rest in numbered)


OVERVIEW_SHEET = "Tổng quan"
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


def _overview(sheet: Any, con: Connection, title: str) -> None:
    """Fills the first sheet; a table before_line holds the figures of the last period, where the history has one."""
    sheet.title = OVERVIEW_SHEET
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
