"""Reads sheets of the new Excel format that are written in the plain way, as Excel, LibreOffice and openpyxl do.

One search over a sheet's XML finds its cells, with what the spreadsheet reader does not tell of them. It knows few ways
of writing and guesses nothing: for a file with anything else in it `plain_sheets` gives None, and the file goes to the
spreadsheet reader, which knows all of them and is slower. Both say the same of every file whose XML is whole.
For that reader `xlsx_marks` finds the marked cells, and `sheet_parts` which part holds which sheet.
"""

from __future__ import annotations

import re
import xml.parsers.expat
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from cchc_xl.excel.addresses import column_letters, column_number
from cchc_xl.submissions.intake import read_limits
from cchc_xl.submissions.intake.cell_marks import PERCENT_FORMATS, CellMark, SheetMarks, those
from cchc_xl.submissions.intake.read_limits import RefusedError

Value = str | float | bool

MAIN = b'"http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
ROOT = rb"(?:<\?xml ([^<>]*)\?>\s*)?<%b( [^<>&]*)>"
SHEET_ROOT, STRINGS_ROOT = re.compile(ROOT % b"worksheet"), re.compile(ROOT % b"sst")
ENTITY = r"&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|(amp|lt|gt|quot|apos));|&"
NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
HIDING = (b"<!--", b"<![CDATA[", b"xmlns")
"""What could make a search see elements where there are none, or none where there are; instructions (<?) do so too."""

CELL = re.compile(
    rb'<c r="([A-Z]{1,2})(\d{1,4})"([^<>/]*)(?:/>|>'
    rb"(|<v>[^<]*</v>|<is><t[^<]*</t></is>|(?:<(?!/c>)[^<]*)*)</c>)"
)
"""The usual contents are named first, which takes half the time of looking for the end of any content."""

ATTRIBUTES = re.compile(rb'(?: s="(\d{1,5})")?(?: t="([A-Za-z]{1,9})")?(?: s="(\d{1,5})")?')
CONTENT = re.compile(
    rb"(<f(?: [^<>]*)?(?:/>|>[^<]*</f>))?"
    rb'(?:<v(?: xml:space="preserve")?>([^<]*)</v>|<v ?/>|<is>(<t(?: xml:space="preserve")?>[^<]*</t>)</is>)?'
)
EMPTY_KINDS = (b' t="n"', b' t="inlineStr"')
"""Of cells that nothing was typed in; an empty one of another kind is left to the reader."""

NUMBER = re.compile(rb"-?\d{1,17}(?:\.\d{1,20})?(?:[eE][+-]?\d{1,3})?")
ERRORS = frozenset((b"#DIV/0!", b"#N/A", b"#NAME?", b"#NULL!", b"#NUM!", b"#REF!", b"#VALUE!"))
STRING = re.compile(rb'<si>(<t(?: xml:space="preserve")?>[^<]*</t>|<t ?/>)?</si>')
TEXT = re.compile(rb'(?:<t(?:( xml:space="preserve")?>([^<]*)</t>| ?/>))?')


class OtherwiseError(Exception):
    """Something is written in a way that is not known here."""


@dataclass
class PlainSheet:
    """The lines of a sheet by row number, and the marks of their cells."""

    lines: dict[int, list[Value]] = field(default_factory=dict)
    marks: SheetMarks = field(default_factory=dict)


def plain_sheets(sheets: Mapping[str, str], part: Callable[[str], bytes]) -> dict[str, PlainSheet] | None:
    """The sheets by name, given the parts they lie in and a way to get a part (empty where there is none)."""
    try:
        formats = cell_formats(part("xl/styles.xml"))
        strings = _strings(part("xl/sharedStrings.xml"))
        return {name: _sheet(part(at), formats, strings) for name, at in sheets.items()}
    except (OtherwiseError, UnicodeDecodeError):
        return None


def _sheet(part: bytes, formats: CellFormats, strings: list[bytes]) -> PlainSheet:
    """The cells of a sheet that hold anything."""
    sheet = PlainSheet()
    start, end = _cells_within(part)
    found = CELL.findall(part, start, end)
    if len(found) != part.count(b"<c", start, end):
        raise OtherwiseError
    last_row, number, last_column = b"", 0, 0
    line: list[Value] = []
    for letters, row, attributes, content in found:
        if not content and (b" t=" not in attributes or attributes.endswith(EMPTY_KINDS)):
            continue
        column = _column(letters)
        if row != last_row:
            if int(row) <= number:
                raise OtherwiseError
            last_row, number, last_column = row, int(row), 0
            line = sheet.lines[number] = []
        if column <= last_column:
            raise OtherwiseError
        value, marks = _cell(attributes, content, formats)
        if column > last_column + 1:
            line += [""] * (column - last_column - 1)
        line.append(_shared(value, strings) if isinstance(value, bytes) else value)
        last_column = column
        if marks:
            sheet.marks[number, column] = marks
    return sheet


@lru_cache(maxsize=1024)
def _column(letters: bytes) -> int:
    return column_number(letters.decode())


def _shared(number: bytes, strings: list[bytes]) -> str:
    if not number.isdigit() or int(number) >= len(strings):
        raise OtherwiseError
    return _text(strings[int(number)])


@lru_cache(maxsize=8192)
def _cell(attributes: bytes, content: bytes, formats: CellFormats) -> tuple[Value | bytes, frozenset[CellMark]]:
    """What a cell holds (bytes for the number of a shared string), and its marks.

    Remembered: labels are the same in all forms of a round, and most figures are small.
    """
    style, kind = _attributes(attributes)
    found = CONTENT.fullmatch(content)
    if not found:
        raise OtherwiseError
    formula, value, inline = found.groups()
    if (inline is not None) != (kind == b"inlineStr"):
        raise OtherwiseError
    truth = formula is not None and formula.endswith((b">TRUE()</f>", b">FALSE()</f>"))
    told = those(kind == b"e", formula, style in formats.percent, truth)
    return _value(kind, value or inline or b"", style in formats.plain), told


def _value(kind: bytes, content: bytes, is_plain: bool) -> Value | bytes:
    match kind:
        case b"e" if content in ERRORS:
            return ""
        case b"" | b"n":
            return _number(content, is_plain)
        case b"s":
            return content
        case b"inlineStr":
            return _text(content)
        case b"str" if content == content.strip():
            return _decoded(content)
        case b"b" if content in (b"0", b"1"):
            return content == b"1"
    raise OtherwiseError


def _number(content: bytes, is_plain: bool) -> Value:
    if not content:
        return ""
    if not is_plain or not NUMBER.fullmatch(content):
        raise OtherwiseError
    return float(content)


@lru_cache(maxsize=64)
def _attributes(attributes: bytes) -> tuple[int, bytes]:
    """The style and the type of a cell."""
    found = ATTRIBUTES.fullmatch(attributes)
    if not found:
        raise OtherwiseError
    return int(found[1] or found[3] or 0), found[2] or b""


def _strings(part: bytes) -> list[bytes]:
    """The shared strings as they lie in the XML."""
    if not part:
        return []
    start = _root_end(STRINGS_ROOT, part)
    found = STRING.findall(part, start)
    # Strings in several fonts are written otherwise; none may be left out, for they are known by their number.
    if part.count(b"<si", start) != len(found) or _hides(part, start, len(part)):
        raise OtherwiseError
    return found


@lru_cache(maxsize=4096)
def _text(element: bytes) -> str:
    """The text of an element <t>; blanks at its ends count only where it says so, and not for every program."""
    found = TEXT.fullmatch(element)
    if not found:
        raise OtherwiseError
    preserved, content = found[1], found[2] or b""
    if not preserved and content != content.strip():
        raise OtherwiseError
    return _decoded(content)


def _decoded(content: bytes) -> str:
    text = content.decode()
    if "_x" in text or len(text) > read_limits.LONGEST_TEXT:
        raise OtherwiseError
    return _without_entities(text)


def _root_end(pattern: re.Pattern[bytes], part: bytes) -> int:
    """Where the root element's tag ends. The elements of the format are those without a prefix, and no others."""
    root = pattern.match(part)
    if not root or root[2].count(MAIN) != 1 or b" xmlns=" + MAIN not in root[2] or not _is_usual(root[1]):
        raise OtherwiseError
    return root.end()


def _is_usual(declaration: bytes | None) -> bool:
    """Whether the part is XML 1.0 in UTF-8."""
    told = (declaration or b"version='1.0'").replace(b'"', b"'").lower()
    return b"version='1.0'" in told and (b"encoding" not in told or b"encoding='utf-8'" in told)


def _cells_within(part: bytes) -> tuple[int, int]:
    """From where to where the XML of a sheet's rows goes."""
    root = _root_end(SHEET_ROOT, part)
    start, end = part.find(b"<sheetData>", root), part.find(b"</sheetData>", root)
    if start < 0 and b"<sheetData/>" in part:
        return 0, 0
    if start < 0 or end < start or _hides(part, start, end):
        raise OtherwiseError
    return start, end


def _hides(part: bytes, start: int, end: int) -> bool:
    """Whether something between the two places could deceive a search."""
    if any(part.find(hiding, start, end) >= 0 for hiding in HIDING):
        return True
    # A question mark is rare and quickly found; "<?" alone would take as long as all the others.
    place = part.find(b"?", start, end)
    while place >= 0 and part[place - 1 : place] != b"<":
        place = part.find(b"?", place + 1, end)
    return place >= 0


def _without_entities(text: str) -> str:
    """The text between two tags."""
    if "\r" in text:
        raise OtherwiseError
    return re.sub(ENTITY, _letter, text) if "&" in text else text


def _letter(entity: re.Match[str]) -> str:
    decimal, hexadecimal, name = entity.groups()
    if name:
        return NAMED[name]
    code = int(decimal or hexadecimal or "0", 10 if decimal else 16)
    if code < 32 or code in range(0xD800, 0xE000) or code > 0x10FFFF:
        raise OtherwiseError
    return chr(code)


# Attributes may come in any order and elements may have a prefix. Bounded repeats keep the search linear.
CELL_TAG = re.compile(
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
    for match in CELL_TAG.finditer(part):
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
    for tag, letters, number, formula, truth in CELL_TAG.findall(part):
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
