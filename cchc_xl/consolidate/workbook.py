"""The result as a workbook: openpyxl makes the sheets with their titles, the many rows are written into them as text.

Texts are inline strings, so none is ever taken for a formula.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import islice
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from cchc_xl.consolidate.engine import Connection
from cchc_xl.consolidate.overview import overview
from cchc_xl.consolidate.write import plain_number, rows_of
from cchc_xl.master import names, style
from cchc_xl.ooxml.styles import fonts_in_order

SUMMARY_SHEET = "Tổng hợp"
WIDE, NARROW = 40, 16
WIDE_TITLES = frozenset({"Chỉ tiêu", "Tệp", "Nội dung", "Mức đầy đủ", "Chưa nộp", "Đề nghị"})
MOST_ROWS = 1_048_575
"""A sheet holds no more; the .csv and .parquet hold all."""

MOST_COLUMNS = 100
"""Nodes that stand beside each other on the sheet that people read."""

ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
Sheet = tuple[Sequence[str], Iterable[Sequence[Any]]]


def to_bytes(con: Connection, sheets: Mapping[str, Sheet], head: Mapping[str, str]) -> bytes:
    """The workbook's content: the page to look at, indicators by nodes, then the tables."""
    workbook = Workbook()
    overview(workbook.active, con)
    every = {SUMMARY_SHEET: _summary(con), **sheets}
    for name, (titles, _) in every.items():
        _empty(workbook.create_sheet(name), titles)
    identity = workbook.create_sheet(names.IDENTITY)
    for pair in head.items():
        identity.append(pair)
    identity.sheet_state = "veryHidden"
    workbook.properties.creator = "cchc-xl"
    buffer = io.BytesIO()
    workbook.save(buffer)
    # openpyxl numbers its parts in the order of the sheets; the page to look at is the first.
    rows = {f"xl/worksheets/sheet{number}.xml": rows for number, (_, rows) in enumerate(every.values(), 2)}
    return fonts_in_order(_filled(buffer.getvalue(), rows))


def _summary(con: Connection) -> Sheet:
    """Indicators down, nodes across: the page that people read."""
    columns, rows = rows_of(con, "figures")
    lines = [dict(zip(columns, row, strict=True)) for row in rows]
    nodes = dict(islice({line["unit"]: line["unit_name"] for line in lines}.items(), MOST_COLUMNS))
    found: dict[str, dict[str, Any]] = {}
    for line in lines:
        if line["unit"] in nodes:
            page = found.setdefault(line["code"], {"": (line["code"], line["label"], line["measure"])})
            page[line["unit"]] = _shown(line)
    ordered = [code for code, in con.execute("SELECT code FROM indicator ORDER BY ord").fetchall() if code in found]
    table = [[*found[code][""], *(found[code].get(node) for node in nodes)] for code in ordered]
    return ["Mã", "Chỉ tiêu", "Đơn vị tính", *nodes.values()], table


def _shown(line: Mapping[str, Any]) -> Any:
    """A pair as people write it, 24/24; words; or the number."""
    if line["kind"] == "ratio" and line["part"] is not None:
        return f"{plain_number(line['part'])}/{plain_number(line['whole'])}"
    return line["text"] or line["value"]


def _empty(sheet: Any, titles: Sequence[str]) -> None:
    """A sheet with its titles, filter and widths."""
    sheet.append(titles)
    for number, title in enumerate(titles, 1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDE if title in WIDE_TITLES else NARROW
        cell = sheet.cell(1, number)
        cell.font, cell.fill, cell.alignment, cell.data_type = style.BOLD, style.HEADER, style.CENTRE, "s"
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(titles))}1"


def _filled(data: bytes, rows: Mapping[str, Iterable[Sequence[Any]]]) -> bytes:
    """The package with rows below the titles of its sheets."""
    buffer = io.BytesIO()
    made = zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=3)
    with zipfile.ZipFile(io.BytesIO(data)) as old, made as new:
        for member in old.infolist():
            content = old.read(member)
            if member.filename in rows:
                before, end, after = content.partition(b"</sheetData>")
                content = b"".join([before, _rows(rows[member.filename]).encode(), end, after])
            new.writestr(member, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _rows(rows: Iterable[Sequence[Any]]) -> str:
    numbered = enumerate(islice(rows, MOST_ROWS), 2)
    return "".join(f'<row r="{number}">{"".join(map(_cell, row))}</row>' for number, row in numbered)


def _cell(value: Any) -> str:
    """A cell without its address: it stands after the one before it."""
    match value:
        case None | "":
            return "<c/>"
        case str():
            text = escape(ILLEGAL.sub("", value), quote=False)
            return f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
        case datetime.date():
            return f'<c t="inlineStr"><is><t>{value:%d/%m/%Y}</t></is></c>'
    return f"<c><v>{plain_number(value)}</v></c>"
