"""Marked cells of the new Excel format, found in the XML of its parts; and which part holds which sheet."""

from __future__ import annotations

import re
import xml.parsers.expat
from collections.abc import Callable, Mapping
from functools import lru_cache

from cchc_xl.forms import limits
from cchc_xl.forms.marks import PERCENT_FORMATS, Mark
from cchc_xl.forms.refused import RefusedError

# Attributes may come in any order and elements may have a prefix. Bounded repeats keep the search linear.
CELL_WITH_CONTENT = re.compile(rb'<(?:\w{1,20}:)?c\s[^>]{0,500}?r=["\']([A-Z]{1,3})(\d{1,7})["\'][^>]{0,500}(?<!/)>')
FAR = re.compile(rb'r=["\'](?:[A-Z]{3}|[S-Z][A-Z]\d|[A-Z]{0,2}\d{5})')
"""What a far cell's or row's address looks like; the literal beginning makes the search quick."""
FAR_ROW_OF_CELLS = re.compile(rb'r=["\'](\d{5,})["\'][^>]{0,500}>\s{0,20}<(?:\w{1,20}:)?c[\s>]')
ERROR_TYPE = re.compile(rb"""t\s?=\s?["']e["']""")
STYLE = re.compile(rb"""\ss\s?=\s?["'](\d{1,6})["']""")


def check_extent(part: bytes) -> None:
    """Only cells with content make the reader reserve memory; formatted empty ones are ignored."""
    if not FAR.search(part):
        return
    for match in FAR_ROW_OF_CELLS.finditer(part):
        if int(match[1]) > limits.LAST_ROW:
            raise RefusedError("too_far", f"dòng {int(match[1])}")
    for match in CELL_WITH_CONTENT.finditer(part):
        letters, row = match[1].decode(), int(match[2])
        if row > limits.LAST_ROW or _column(letters) > limits.LAST_COLUMN:
            raise RefusedError("too_far", f"ô {letters}{row}")


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_marks(part: bytes, column: str, percent_styles: frozenset[int]) -> dict[Mark, list[int]]:
    """The rows of a column that have a mark.

    Raises `RefusedError` where no cell of the column names its place: the heading at least must.
    """
    cells, formulas = _patterns(column)
    if not cells.search(part):
        raise RefusedError("unsure", ".xlsx")
    rows: dict[Mark, list[int]] = {Mark.ERROR: [], Mark.PERCENT: []}
    rows[Mark.FORMULA] = [int(place[1]) for place in formulas.finditer(part)]
    if percent_styles or ERROR_TYPE.search(part):
        for place in cells.finditer(part):
            tag = part[part.rfind(b"<", 0, place.start()) : part.find(b">", place.end())]
            if ERROR_TYPE.search(tag):
                rows[Mark.ERROR].append(int(place[1]))
            if (style := STYLE.search(tag)) and int(style[1]) in percent_styles:
                rows[Mark.PERCENT].append(int(place[1]))
    return rows


@lru_cache(maxsize=64)
def _patterns(column: str) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """The cells of a column, and those of them that hold a formula."""
    cell = rb"""r=["']%b(\d{1,7})["']""" % column.encode()
    return re.compile(cell), re.compile(cell + rb"[^>]{0,500}(?<!/)>\s{0,20}<(?:\w{1,20}:)?f[\s>/]")


def percent_styles(styles: bytes) -> frozenset[int]:
    """The numbers of the cell styles that show a percentage."""
    if b"%" not in styles and not re.search(rb"""numFmtId\s?=\s?["'](?:9|10)["']""", styles):
        return frozenset()
    formats, found, inside = set(map(str, PERCENT_FORMATS)), set(), [False, 0]

    def begun(tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "numFmt" and "%" in attributes.get("formatCode", ""):
            formats.add(attributes.get("numFmtId", ""))
        elif name in ("cellXfs", "cellStyles"):
            inside[0] = name == "cellXfs"
        elif name == "xf" and inside[0]:
            if attributes.get("numFmtId") in formats:
                found.add(inside[1])
            inside[1] += 1

    _elements(styles, begun)
    return frozenset(found)


def sheet_parts(parts: Mapping[str, bytes]) -> dict[str, str]:
    """The package part of every sheet by the sheet's name."""
    known = {name.lower(): name for name in parts}
    targets = relations(parts.get(known.get("xl/_rels/workbook.xml.rels", ""), b""))
    sheets: list[tuple[str, str]] = []

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag.endswith("sheet"):
            identifier = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            sheets.append((attributes.get("name", ""), identifier))

    _elements(parts.get(known.get("xl/workbook.xml", ""), b""), sheet)
    return {name: targets.get(identifier, "") for name, identifier in sheets}


def relations(part: bytes) -> dict[str, str]:
    """The parts that the workbook refers to, by the name of the relation."""
    targets: dict[str, str] = {}

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if tag.endswith("Relationship"):
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = target[1:] if target.startswith("/") else f"xl/{target}"

    _elements(part, relation)
    return targets


def _elements(part: bytes, seen: Callable[[str, dict[str, str]], None]) -> None:
    if not part:
        return
    parser = xml.parsers.expat.ParserCreate()
    parser.StartElementHandler = seen
    try:
        parser.Parse(part, True)
    except xml.parsers.expat.ExpatError as error:
        raise RefusedError("damaged", "workbook.xml") from error
