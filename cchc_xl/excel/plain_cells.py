"""The filled cells of a sheet that is written in the plain way: one search over its XML instead of a tree of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache

from cchc_xl.excel.addresses import position
from cchc_xl.excel.cell_content import NUMBER, OWN_TEXT, Held
from cchc_xl.excel.ooxml_package import OFFICE_RELATIONSHIPS
from cchc_xl.excel.plain_edit import edited
from cchc_xl.excel.plain_xml import OtherwiseError, cells_within, without_entities
from cchc_xl.excel.sheet_tree import SheetTree
from cchc_xl.excel.sheet_xml import AFTER_LEGACY_DRAWING

FILLED = re.compile(
    r'<c r="([A-Z]{1,3}+\d{1,7}+)"([^<>/]*+)>(?:(</c>)|'
    r'(<is><t(?: xml:space="preserve")?+>[^<]*+</t></is>)</c>|'
    r'(?:<f(?: a?ca="\w{1,5}")*+>([^<]++)</f>)?+(?:<v(?: xml:space="preserve")?+>([^<]*+)</v>|<v ?/>)?+</c>|'
    r"((?:<(?!/c>)[^<]*+)++)</c>)"
)
"""A cell with an end tag: address, attributes, end tag where it holds nothing, own text with its tags, formula, value,
and whatever else it may hold in their place. Nothing is tried twice (++), which takes a third off the time."""
EVERY = r'<c r="([A-Z]{1,3}\d{1,7})"([^<>/]*)'
ROW = re.compile(r'<row r="(\d{1,7})"([^<>]*)>')
COLUMN = "<col ([^<>]*?)/?>"
MERGED = r'<mergeCell ref="([A-Z0-9:]+)" ?/>'
ATTRIBUTE = r'(\w+)="([^"]*)"'
DRAWING_OF_NOTES = r'<legacyDrawing (?:xmlns:\w+="[^"]*" )?\w+:id="(\w+)" ?/>'
FEW = 16
"""Cells that are looked for one by one before all are listed."""
OF_CELL = re.compile(r'(?: s="(\d{1,5})")?(?: t="([A-Za-z]{1,9})")?(?: s="(\d{1,5})")?')
SHEET_END = "</worksheet>"
NOT_EMPTY = re.compile(r' t="(?!n")')
"""A cell of such a type says something even where it holds nothing: what, is for the tree to say."""


class PlainCells:
    """The cells of a sheet by address, and what is asked besides.

    Every question raises `OtherwiseError` where the answer is written otherwise: then the tree has to be asked.
    """

    def __init__(self, part: bytes) -> None:
        """Raises `OtherwiseError` where the sheet is not written in the plain way."""
        start, end = cells_within(part)
        try:
            self._before, self._text, self._after = part[:start].decode(), part[start:end].decode(), part[end:].decode()
        except UnicodeDecodeError as error:
            raise OtherwiseError from error
        found, rows = FILLED.findall(self._text), ROW.findall(self._text)
        cells = {cell[0]: cell for cell in found}
        self._rows = {int(number): attributes for number, attributes in rows}
        self.merged = re.findall(MERGED, self._after)
        # Every cell that is closed by a tag of its own, every row and every merged range must have been seen.
        seen = (len(cells), len(self._rows), len(self.merged))
        if seen != (self._text.count("</c>"), self._text.count("<row"), self._after.count("<mergeCell ")):
            raise OtherwiseError
        if list(self._rows) != sorted(self._rows):
            raise OtherwiseError
        if any(odd in around for around in (self._before, self._after) for odd in ("<!--", "<sheetData")):
            raise OtherwiseError
        self._cells: dict[str, tuple[str, ...] | Held] = {
            cell[0]: cell for cell in found
            if cell[5] or cell[4] or cell[3] or cell[6] or (not cell[2] and NOT_EMPTY.search(cell[1]))
        }
        self._puts: dict[str, Held] = {}
        self._asked = 0
        self._heights: dict[int, str] = {}
        self._drawing_of_notes = ""

    def filled(self) -> Iterator[str]:
        """The addresses of the filled cells, row by row; then of those that were put where nothing was."""
        return iter(self._cells)

    def __contains__(self, address: str) -> bool:
        """Whether a cell is filled."""
        return address in self._cells

    def held(self, address: str) -> Held | None:
        """What a cell holds; None where it is empty or missing."""
        written = self._cells.get(address)
        if written is None or isinstance(written, Held):
            return written
        _, attributes, _, own, formula, value, other = written
        style, kind = _style_and_kind(attributes)
        if other or (own if kind != OWN_TEXT else value) or not (formula or value or own):
            raise OtherwiseError
        text = own[own.find(">", len("<is>")) + 1 : -len("</t></is>")] if own else value
        return Held(style, kind, without_entities(formula) if formula else "", without_entities(text))

    def style(self, address: str) -> int | None:
        """The style of a cell, filled or not; None where there is no such cell."""
        written = self._cells.get(address)
        if isinstance(written, Held):
            return written.style
        attributes = written[1] if written else self._attributes_of_empty(address)
        return None if attributes is None else _style_and_kind(attributes)[0]

    def _attributes_of_empty(self, address: str) -> str | None:
        """Looked for in the text at first; who asks often gets a list of all cells."""
        self._asked += 1
        if self._asked > FEW:
            return self._attributes.get(address)
        start = self._text.find(f'<c r="{address}"')
        return None if start < 0 else self._text[start : self._text.index(">", start)].split('"', 2)[2].rstrip("/")

    @cached_property
    def _attributes(self) -> dict[str, str]:
        return dict(re.findall(EVERY, self._text))

    def put(self, address: str, held: Held) -> None:
        """Keeps what a cell is to hold."""
        self._cells[address] = self._puts[address] = held
        self._rows.setdefault(position(address)[0], "")

    @property
    def last_row(self) -> int:
        """The number of the last row that exists."""
        return max(self._rows, default=0)

    def row(self, number: int) -> Mapping[str, str] | None:
        """The attributes of a row; None where there is none."""
        written = self._rows.get(number)
        return None if written is None else dict(re.findall(ATTRIBUTE, written))

    def set_height(self, row: int, points: str) -> None:
        """Makes a row that exists so tall."""
        self._heights[row] = points
        self._rows[row] = f'{self._rows[row].rstrip("/")} ht="{points}"'

    def columns(self) -> Iterator[Mapping[str, str]]:
        """The attributes of the elements that tell of columns."""
        return (dict(re.findall(ATTRIBUTE, written)) for written in re.findall(COLUMN, self._before))

    def drawing_of_notes(self) -> str | None:
        """The name of the relationship to the drawing of the cell notes; None where there is none."""
        found = re.findall(DRAWING_OF_NOTES, self._after)
        if len(found) != self._after.count("<legacyDrawing "):
            raise OtherwiseError
        return found[0] if found else None

    def link_drawing_of_notes(self, relationship: str) -> None:
        """Names the drawing of the cell notes in a sheet that had none."""
        # What may stand behind it may also stand within another element (extLst): where, is for the tree to say.
        if not self._after.endswith(SHEET_END) or any(f"<{name}" in self._after for name in AFTER_LEGACY_DRAWING):
            raise OtherwiseError
        element = f'<legacyDrawing xmlns:r="{OFFICE_RELATIONSHIPS}" r:id="{relationship}"/>'
        self._after = f"{self._after.removesuffix(SHEET_END)}{element}{SHEET_END}"
        self._drawing_of_notes = relationship

    def serialised(self) -> bytes:
        """The part with everything that was put."""
        if not self._text:
            raise OtherwiseError
        return f"{self._before}{edited(self._text, self._puts, self._heights)}{self._after}".encode()

    def repeat_on(self, tree: SheetTree) -> None:
        """Puts into a tree what was put here."""
        for address, held in self._puts.items():
            tree.put(address, held)
        for row, points in self._heights.items():
            tree.set_height(row, points)
        if self._drawing_of_notes:
            tree.link_drawing_of_notes(self._drawing_of_notes)


@lru_cache(maxsize=1024)
def _style_and_kind(attributes: str) -> tuple[int, str]:
    found = OF_CELL.fullmatch(attributes)
    if not found:
        raise OtherwiseError
    return int(found[1] or found[3] or 0), found[2] or NUMBER
