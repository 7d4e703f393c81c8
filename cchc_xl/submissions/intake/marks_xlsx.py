"""Marked cells of the new Excel format, found in the XML of its parts; and which part holds which sheet."""

from __future__ import annotations

import re
import xml.parsers.expat
from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple

from cchc_xl.excel.addresses import column_letters, column_number
from cchc_xl.submissions.intake import read_limits
from cchc_xl.submissions.intake.cell_marks import PERCENT_FORMATS, SheetMarks, those
from cchc_xl.submissions.intake.read_limits import RefusedError

# Attributes may come in any order and elements may have a prefix. Bounded repeats keep the search linear.
CELL = re.compile(
    rb"""<(?:\w{1,20}:)?c(?=\s)([^>]{0,500}?\sr=["']([A-Z]{1,3})(\d{1,7})["'][^>]{0,500})>"""
    rb"""(?:\s{0,20}<(?:\w{1,20}:)?(f)(?=[\s>/])(?:[^<>]{0,200}>(TRUE|FALSE)\(\)<)?)?"""
)
FAR = re.compile(rb'r=["\'](?:[A-Z]{3}|[S-Z][A-Z]\d|[A-Z]{0,2}\d{5})')
"""What a far cell's or row's address looks like; the literal beginning makes the search quick."""
FAR_ROW_OF_CELLS = re.compile(rb'r=["\'](\d{5,})["\'][^>]{0,500}>\s{0,20}<(?:\w{1,20}:)?c[\s>]')
ERROR_TYPE = re.compile(rb"""t\s?=\s?["']e["']""")
PERCENT_NUMBERS = frozenset(map(str, PERCENT_FORMATS))
PLAIN_NUMBERS = frozenset(map(str, (*range(14), *range(37, 41), 48, 49)))
"""Built-in formats that show neither a date nor a time."""
PLAIN_CODE = re.compile(r"General|@|[#0?., %]+")
STYLE = re.compile(rb"""\ss\s?=\s?["'](\d{1,6})["']""")


def check_extent(part: bytes) -> None:
    """Only cells with content make the reader reserve memory; formatted empty ones are ignored."""
    if not FAR.search(part):
        return
    for match in FAR_ROW_OF_CELLS.finditer(part):
        if int(match[1]) > read_limits.LAST_ROW:
            raise RefusedError("too_far", f"dòng {int(match[1])}")
    for match in CELL.finditer(part):
        letters, row = match[2].decode(), int(match[3])
        far = row > read_limits.LAST_ROW or column_number(letters) > read_limits.LAST_COLUMN
        if far and not match[1].endswith(b"/"):
            raise RefusedError("too_far", f"ô {letters}{row}")


def xlsx_marks(part: bytes, columns: Collection[int], percent_styles: frozenset[int]) -> SheetMarks:
    """The marked cells of some columns of a sheet.

    Raises `RefusedError` where no cell of a column names its place: the heading at least must.
    """
    marks: SheetMarks = {}
    seen: set[bytes] = set()
    wanted = {column_letters(column).encode() for column in columns}
    for tag, letters, number, formula, truth in CELL.findall(part):
        if letters in wanted:
            seen.add(letters)
            percent = (style := STYLE.search(tag)) and int(style[1]) in percent_styles
            if told := those(ERROR_TYPE.search(tag), formula, percent, truth):
                marks[int(number), column_number(letters.decode())] = told
    if wanted - seen:
        raise RefusedError("unsure", ".xlsx")
    return marks


class CellFormats(NamedTuple):
    """The numbers of the cell styles that show a number as a percentage, and of those that show it as a number."""

    percent: frozenset[int] = frozenset()
    plain: frozenset[int] = frozenset()


@lru_cache(maxsize=16)
def cell_formats(styles: bytes) -> CellFormats:
    """The cell styles of a workbook; the forms of a round mostly share them to the byte."""
    codes: dict[str, str] = {}
    used: list[str] = []
    inside = False
    for name, attributes in _elements(styles, ("numFmt", "cellXfs", "cellStyles", "xf")):
        if name == "numFmt":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name != "xf":
            inside = name == "cellXfs"
        elif inside:
            used.append(attributes.get("numFmtId", "0"))
    percent = PERCENT_NUMBERS | {number for number, code in codes.items() if "%" in code}
    plain = PLAIN_NUMBERS - codes.keys() | {number for number, code in codes.items() if PLAIN_CODE.fullmatch(code)}
    return CellFormats(
        frozenset(style for style, number in enumerate(used) if number in percent),
        frozenset(style for style, number in enumerate(used) if number in plain),
    )


@lru_cache(maxsize=16)
def sheet_parts(workbook: bytes, relationships: bytes) -> dict[str, str]:
    """The package part of every sheet by the sheet's name; not to be changed, for it is remembered."""
    targets = relations(relationships)
    parts: dict[str, str] = {}
    for _, attributes in _elements(workbook, ("sheet",)):
        relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
        parts[attributes.get("name", "")] = targets.get(relation, "")
    return parts


def relations(part: bytes) -> dict[str, str]:
    """The parts that the workbook refers to, by the name of the relation."""
    told = ((each.get("Id", ""), each.get("Target", "")) for _, each in _elements(part, ("Relationship",)))
    return {name: target[1:] if target.startswith("/") else f"xl/{target}" for name, target in told}


def _elements(part: bytes, wanted: Collection[str]) -> list[tuple[str, dict[str, str]]]:
    """Name without prefix and attributes of those elements of a part that are called so."""
    found: list[tuple[str, dict[str, str]]] = []

    def begun(tag: str, attributes: dict[str, str]) -> None:
        if (name := tag.rpartition(":")[2]) in wanted:
            found.append((name, attributes))

    parser = xml.parsers.expat.ParserCreate()
    parser.StartElementHandler = begun
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(part or b"<none/>", True)
    except xml.parsers.expat.ExpatError as error:
        raise RefusedError("damaged", "workbook.xml") from error
    return found


def _refuse_doctype(*_: object) -> None:
    """Before an entity of the file's own can be declared."""
    raise RefusedError("doctype", "workbook.xml")
