"""Puts cells into the rows of a sheet that is written in the plain way; every other byte stays as it is."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

from cchc_xl.excel.addresses import position
from cchc_xl.excel.cell_content import NUMBER, OWN_TEXT, Held, keeps_blanks
from cchc_xl.excel.escape import escape
from cchc_xl.excel.plain_xml import OtherwiseError

ROW_TAG = r'<row r="(\d{1,7})"'
ROW_END = "</row>"
CELL = r'<c r="([A-Z]{1,3}\d{1,7})"[^<>/]*(?:/>|>(?:[^<]++|<(?!/c>))*+</c>)'
HEIGHT = r' ht="[^"]*"'


def edited(rows: str, puts: Mapping[str, Held], heights: Mapping[int, str]) -> str:
    """The rows, which are in order, with cells put in by address, and made as tall as the heights say.

    Raises `OtherwiseError` where a row that changes is written in another way.
    """
    pieces, done = [], 0
    for number, cells in _by_row(puts, heights).items():
        start = rows.find(f'<row r="{number}"', done)
        if start >= 0:
            head = rows[start : rows.index(">", start) + 1]
            end = start + len(head) if head.endswith("/>") else rows.index(ROW_END, start) + len(ROW_END)
        else:
            start = end = _place_of_new(rows, number, done)
            head = f'<row r="{number}"/>'
        content = rows[start + len(head) : end - len(ROW_END)]
        pieces += [rows[done:start], _row(head, content, cells, heights.get(number, ""))]
        done = end
    return "".join([*pieces, rows[done:]])


def _place_of_new(rows: str, number: int, start: int) -> int:
    later = (tag.start() for tag in re.compile(ROW_TAG).finditer(rows, start) if int(tag[1]) > number)
    return next(later, len(rows))


def _by_row(puts: Mapping[str, Held], heights: Mapping[int, str]) -> dict[int, dict[str, Held]]:
    """The cells that are put, by the number of their row, from the first row to the last."""
    by_row: dict[int, dict[str, Held]] = defaultdict(dict)
    for address, held in puts.items():
        by_row[position(address)[0]][address] = held
    return {number: by_row[number] for number in sorted({*by_row, *heights})}


def _row(head: str, content: str, puts: Mapping[str, Held], height: str) -> str:
    head = head.removesuffix("/>").removesuffix(">")
    if height:
        head = re.sub(HEIGHT, "", head) + f' ht="{height}"'
    cells = {cell[1]: cell[0] for cell in re.finditer(CELL, content)}
    if "".join(cells.values()) != content:
        raise OtherwiseError
    added = puts.keys() - cells.keys()
    cells.update({address: _cell(address, held) for address, held in puts.items()})
    if added:
        cells = {address: cells[address] for address in sorted(cells, key=_column)}
    return f"{head}>{''.join(cells.values())}{ROW_END}"


def _column(address: str) -> int:
    return position(address)[1]


def _cell(address: str, held: Held) -> str:
    style = f' s="{held.style}"' if held.style else ""
    kind = "" if held.kind == NUMBER else f' t="{held.kind}"'
    formula = f"<f>{_text(held.formula)}</f>" if held.formula else ""
    text = _text(held.text)
    if held.kind == OWN_TEXT:
        kept = ' xml:space="preserve"' if keeps_blanks(held.text) else ""
        return f'<c r="{address}"{style}{kind}><is><t{kept}>{text}</t></is></c>'
    value = f"<v>{text}</v>" if text or kind else ""
    return f'<c r="{address}"{style}{kind}>{formula}{value}</c>' if formula or value else f'<c r="{address}"{style}/>'


def _text(text: str) -> str:
    return escape(text).replace("\r", "&#13;")
