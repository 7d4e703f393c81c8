"""The filled cells of a sheet that is written in the plain way: one search over its XML instead of a tree of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from cchc_xl.ooxml.plain_xml import OtherwiseError, cells_within, without_entities
from cchc_xl.structs import Struct

FILLED = re.compile(
    r'<c r="([A-Z]{1,3}\d{1,7})"([^<>/]*)>(?:(</c>)|'
    r'(?:<f(?: a?ca="\w{1,5}")*>([^<]+)</f>)?'
    r'(?:<v(?: xml:space="preserve")?>([^<]*)</v>|(<is><t(?: xml:space="preserve")?>[^<]*</t></is>)|<v ?/>)?</c>'
    r"|((?:<(?!/c>)[^<]*)+)</c>)"
)
"""A cell with an end tag: address, attributes, end tag where it holds nothing, formula, value, own text with its tags,
and whatever else it may hold in their place."""
ROW = re.compile(r'<row r="(\d{1,7})"([^<>]*)>')
COLUMN = "<col ([^<>]*?)/?>"
MERGED = r'<mergeCell ref="([A-Z0-9:]+)" ?/>'
ATTRIBUTE = r'(\w+)="([^"]*)"'
OF_CELL = re.compile(r'(?: s="(\d{1,5})")?(?: t="([A-Za-z]{1,9})")?(?: s="(\d{1,5})")?')
OWN_TEXT = "inlineStr"
NOT_EMPTY = re.compile(r' t="(?!n")')
"""A cell of such a type says something even where it holds nothing: what, is for the tree to say."""


class Held(Struct, frozen=True):
    """What a cell holds as it lies in the XML.

    `kind` is its type (ECMA-376 Part 1, 18.18.11), `text` its value or own text, `font` one from before Unicode that
    the own text is set in.
    """

    style: int
    kind: str
    formula: str
    text: str
    font: str = ""


class PlainCells:
    """The filled cells of a sheet by address, row by row, and what is asked besides."""

    def __init__(self, part: bytes) -> None:
        """Raises `OtherwiseError` where the sheet is not written in the plain way."""
        start, end = cells_within(part)
        try:
            self._before, text, after = part[:start].decode(), part[start:end].decode(), part[end:].decode()
        except UnicodeDecodeError as error:
            raise OtherwiseError from error
        found, rows = FILLED.findall(text), ROW.findall(text)
        cells = {cell[0]: cell for cell in found}
        self._rows = {int(number): attributes for number, attributes in rows}
        self.merged = re.findall(MERGED, after)
        # Every cell that is closed by a tag of its own, every row and every merged range must have been seen.
        seen = (len(cells), len(self._rows), len(self.merged))
        if seen != (text.count("</c>"), text.count("<row"), part.count(b"<mergeCell ")):
            raise OtherwiseError
        if any("<!--" in around or "<sheetData" in around for around in (self._before, after)):
            raise OtherwiseError
        self._cells = {cell[0]: cell for cell in found if not cell[2] and (any(cell[3:]) or NOT_EMPTY.search(cell[1]))}

    def __iter__(self) -> Iterator[str]:
        """The addresses of the filled cells."""
        return iter(self._cells)

    def held(self, address: str) -> Held | None:
        """What a cell holds; None where it is empty or missing. Raises `OtherwiseError` where it is written otherwise.
        """
        written = self._cells.get(address)
        if written is None:
            return None
        _, attributes, _, formula, value, own, other = written
        style, kind = _style_and_kind(attributes)
        if other or (own if kind != OWN_TEXT else value) or not (formula or value or own):
            raise OtherwiseError
        text = own[own.find(">", len("<is>")) + 1 : -len("</t></is>")] or value
        return Held(style, kind, without_entities(formula), without_entities(text))

    @property
    def last_row(self) -> int:
        """The number of the last row that exists."""
        return max(self._rows, default=0)

    def row(self, number: int) -> Mapping[str, str] | None:
        """The attributes of a row; None where there is none."""
        written = self._rows.get(number)
        return None if written is None else dict(re.findall(ATTRIBUTE, written))

    def columns(self) -> Iterator[Mapping[str, str]]:
        """The attributes of the elements that tell of columns."""
        return (dict(re.findall(ATTRIBUTE, written)) for written in re.findall(COLUMN, self._before))


@lru_cache(maxsize=1024)
def _style_and_kind(attributes: str) -> tuple[int, str]:
    found = OF_CELL.fullmatch(attributes)
    if not found:
        raise OtherwiseError
    return int(found[1] or found[3] or 0), found[2] or "n"
