"""Marked cells of an OpenDocument sheet, found by walking the tables of content.xml tag by tag."""

from __future__ import annotations

import re
from collections import defaultdict
from html import unescape

from cchc_xl.submissions.intake.cell_marks import CellMark, Marks, SheetMarks, those, within_bounds

# Values of attributes may hold ">". Bounded and possessive, so that damaged text costs no more than its length.
TAG = re.compile(
    rb"<table:(table|table-row|table-cell|covered-table-cell)"
    rb"""((?:\s{1,20}[\w:.-]{1,60}\s?=\s?(?:"[^"]{0,40000}"|'[^']{0,40000}')){0,40}+)\s{0,20}/?>"""
)
NAME = re.compile(rb"""table:name\s?=\s?["']([^"']*)""")
ROWS_REPEATED = re.compile(rb"""number-rows-repeated\s?=\s?["'](\d{1,9})""")
COLUMNS_REPEATED = re.compile(rb"""number-columns-repeated\s?=\s?["'](\d{1,9})""")
ERROR_SHOWN = re.compile(rb"\s{0,20}<text:p[^>]{0,200}>(?:#|Err:)")
ERROR_TYPE, PERCENT_TYPE = re.compile(rb"""value-type=["']error"""), re.compile(rb"""value-type=["']percentage""")


def ods_marks(content: bytes) -> Marks:
    """The marked cells by sheet. Raises `RefusedError` for a filled cell far away."""
    sheets: dict[str, SheetMarks] = defaultdict(dict)
    marks: SheetMarks = {}
    row, column, next_row = 0, 1, 1
    for tag in TAG.finditer(content):
        kind, attributes = tag[1], tag[2]
        if kind == b"table":
            name = NAME.search(attributes)
            marks, next_row = sheets[unescape(name[1].decode()) if name else ""], 1
        elif kind == b"table-row":
            row, column, next_row = next_row, 1, next_row + _times(ROWS_REPEATED, attributes)
        else:
            times = _times(COLUMNS_REPEATED, attributes)
            if b"value" in attributes or b"formula" in attributes:
                within_bounds(next_row - 1, column + times - 1)
                formula = b"table:formula" in attributes
                error = ERROR_TYPE.search(attributes) or (formula and ERROR_SHOWN.match(content, tag.end()))
                percent = PERCENT_TYPE.search(attributes)
                told = those({CellMark.FORMULA: formula, CellMark.ERROR: error, CellMark.PERCENT: percent})
                marks |= {(row, place): told for place in range(column, column + times) if told}
            column += times
    return sheets


def _times(pattern: re.Pattern[bytes], attributes: bytes) -> int:
    found = pattern.search(attributes)
    return int(found[1]) if found else 1
