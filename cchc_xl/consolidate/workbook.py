"""The result as a workbook: openpyxl makes the sheets with their titles, the many rows are written into them as text.

Texts are inline strings, so none is ever taken for a formula.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter

from cchc_xl import sheet_names as names
from cchc_xl.consolidate.engine import Connection, ask, quoted
from cchc_xl.consolidate.overview import overview
from cchc_xl.consolidate.result_tables import TABLES, TITLES, WORDS
from cchc_xl.master import style
from cchc_xl.master.made_package import package_of
from cchc_xl.master.sheet_page import set_up_page
from cchc_xl.master.wrapped_text import lines_of, row_points

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
SELECT code, label, coalesce(measure, ''),
    cell_text(code) || cell_text(label, {wrapped}) || cell_text(measure, {wrapped}), unit,
    CASE WHEN kind = 'ratio' AND part IS NOT NULL THEN cell_text(plain(part) || '/' || plain(whole))
        WHEN text <> '' THEN cell_text(text) ELSE cell_number(value) END
FROM figure_line SEMI JOIN (FROM unit_line WHERE wanted ORDER BY ord LIMIT {most}) AS first USING (unit)
ORDER BY ord % 100000"""


def to_bytes(con: Connection, head: Mapping[str, str], title: str) -> bytes:
    """The workbook's content: the page to look at, indicators by nodes, then the tables."""
    workbook = Workbook()
    overview(workbook.active, con, title)
    wrapped = _style(workbook, alignment=style.LEFT)
    con.execute(CELLS.format(
        text=_style(workbook), whole=_style(workbook, number_format="#,##0"),
        decimal=_style(workbook, number_format="#,##0.00"),
    ))
    tables = {table.sheet: _table(con, table.query) for table in TABLES.values()}
    sheets = {SUMMARY_SHEET: _summary(con, wrapped), **tables}
    for name, (titles, _) in sheets.items():
        _empty(workbook.create_sheet(name), titles)
    identity = workbook.create_sheet(names.IDENTITY)
    for pair in head.items():
        identity.append(pair)
    identity.sheet_state = "veryHidden"
    workbook.properties.creator = "cchc-xl"
    package = package_of(workbook)
    # openpyxl numbers its parts in the order of the sheets; the page to look at is the first.
    for number, (_, rows) in enumerate(sheets.values(), 2):
        part = f"xl/worksheets/sheet{number}.xml"
        before, end, after = package.read(part).partition(b"</sheetData>")
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
    shape = con.execute(f"FROM ({query}) LIMIT 0").description
    columns = {name: str(kind) for name, kind, *_ in shape if name not in NOT_FOR_PEOPLE}
    cells = " || ".join(_cell(name, kind) for name, kind in columns.items())
    return [TITLES[name] for name in columns], _lines(con, f"SELECT {cells} FROM ({query})")


def _cell(name: str, kind: str) -> str:
    """A column as XML; codes as people call them."""
    if name in WORDS:
        words = " ".join(f"WHEN {quoted(code)} THEN {quoted(word)}" for code, word in WORDS[name].items())
        return f"cell_text(CASE {name}::VARCHAR {words} ELSE {name}::VARCHAR END)"
    return f"cell_text({name})" if kind == "VARCHAR" else f"cell_number({name})"


def _lines(con: Connection, query: str) -> Iterator[str]:
    return (f">{cells}" for cells, in ask(con, query))


def _summary(con: Connection, wrapped: int) -> Sheet:
    """Indicators down, nodes across: the page that people read. `wrapped` is the style of the labels."""
    nodes = ask(con, "SELECT unit, unit_name FROM unit_line WHERE wanted ORDER BY ord LIMIT ?", MOST_COLUMNS)
    heads: dict[str, str] = {}
    found: dict[str, dict[str, str]] = {}
    for code, label, measure, head, unit, cell in ask(con, PAGE.format(most=MOST_COLUMNS, wrapped=wrapped)):
        lines = max(lines_of(label, WIDE, SIZE), lines_of(measure, NARROW, SIZE))
        heads[code] = f' ht="{row_points(lines)}" customHeight="1">{head}'
        found.setdefault(code, {})[unit] = cell
    rows = [heads[code] + "".join(each.get(unit, "<c/>") for unit, _ in nodes) for code, each in found.items()]
    return ["Mã", "Chỉ tiêu", "Đơn vị tính", *(name for _, name in nodes)], rows


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
    return "".join(f'<row r="{number}"{rest}</row>' for number, rest in numbered).encode()
