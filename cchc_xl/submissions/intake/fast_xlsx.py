"""Reads sheets of the new Excel format that are written in the plain way, as Excel, LibreOffice and openpyxl do.

One search over a sheet's XML finds the cells of the first columns, with what the spreadsheet reader does not tell of
them. It knows few ways of writing and guesses nothing: for a file with anything else in it `plain_sheets` gives None,
and the file goes to the spreadsheet reader, which knows all of them and is slower. Both say the same of every
file whose XML is whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from cchc_xl.excel.addresses import column_number
from cchc_xl.sheet_names import TABLE_SHEET
from cchc_xl.submissions.intake import read_limits
from cchc_xl.submissions.intake.cell_marks import CellMark
from cchc_xl.submissions.intake.marks_xlsx import CellFormats, cell_formats
from cchc_xl.submissions.intake.plain_xml import ROOT, OtherwiseError, cells_within, hides, root_end, without_entities

Value = str | float | bool
COLUMNS = 6
"""The first columns, A to F, hold all that is asked in a form as it was handed out; in D stand units of measure."""

FAR = re.compile(rb'<c r="([G-LP-Z]|[A-R][A-Z])(\d{1,4})"([^<>/]*)>(<v>[^<]*</v>|<is><t[^<]*</t></is>)</c>')
"""A cell beside them that somebody typed in: those of the form hold formulas, or stand in its columns M to O."""

CELL = re.compile(
    rb'<c(?! r="[DG-Z]\d{1,4}"| r="[A-R][A-Z]\d{1,4}")(?: r="([ABCEF])(\d{1,4})"([^<>/]*)(?:/>|>'
    rb"(|<v>[^<]*</v>|<is><t[^<]*</t></is>|(?:<(?!/c>)[^<]*)*)</c>))?"
)
"""A cell of these columns; with nothing captured, a cell that is written in another way or stands far away.

The usual contents are named first, which takes half the time of looking for the end of any content.
"""

ATTRIBUTES = re.compile(rb'(?: s="(\d{1,5})")?(?: t="([A-Za-z]{1,9})")?(?: s="(\d{1,5})")?')
CONTENT = re.compile(
    rb"(<f(?: [^<>]*)?(?:/>|>[^<]*</f>))?"
    rb'(?:<v(?: xml:space="preserve")?>([^<]*)</v>|<v ?/>|<is>(<t(?: xml:space="preserve")?>[^<]*</t>)</is>)?'
)
NUMBER = re.compile(rb"-?\d{1,17}(?:\.\d{1,20})?(?:[eE][+-]?\d{1,3})?")
ERRORS = frozenset((b"#DIV/0!", b"#N/A", b"#NAME?", b"#NULL!", b"#NUM!", b"#REF!", b"#VALUE!"))
STRINGS_ROOT = re.compile(ROOT % b"sst")
STRING = re.compile(rb'<si>(<t(?: xml:space="preserve")?>[^<]*</t>|<t ?/>)?</si>')
TEXT = re.compile(rb'(?:<t(?:( xml:space="preserve")?>([^<]*)</t>| ?/>))?')


@dataclass
class PlainSheet:
    """The lines of a sheet by row number, and the marks of their cells."""

    lines: dict[int, list[Value]] = field(default_factory=dict)
    marks: dict[tuple[int, int], frozenset[CellMark]] = field(default_factory=dict)

    def rows(self, column: int) -> dict[CellMark, list[int]]:
        """The rows in which a column (from 1) has a mark."""
        marked = self._by_column.get(column, ())
        return {mark: [row for row, marks in marked if mark in marks] for mark in CellMark}

    @cached_property
    def _by_column(self) -> dict[int, list[tuple[int, frozenset[CellMark]]]]:
        found: dict[int, list[tuple[int, frozenset[CellMark]]]] = {}
        for (row, column), marks in self.marks.items():
            found.setdefault(column, []).append((row, marks))
        return found


def plain_sheets(sheets: Mapping[str, str], part: Callable[[str], bytes]) -> dict[str, PlainSheet] | None:
    """The sheets by name, given the parts they lie in and a way to get a part (empty where there is none)."""
    try:
        formats = cell_formats(part("xl/styles.xml"))
        strings = _strings(part("xl/sharedStrings.xml"))
        return {
            name: (_table if name.startswith(TABLE_SHEET) else _sheet)(part(at), formats, strings)
            for name, at in sheets.items()
        }
    except (OtherwiseError, UnicodeDecodeError):
        return None


def _sheet(part: bytes, formats: CellFormats, strings: list[bytes]) -> PlainSheet:
    sheet = PlainSheet()
    line: list[Value] = []
    last_row, last_column, number = b"", b"", 0
    for column, row, attributes, content in CELL.findall(part, *cells_within(part)):
        if row != last_row:
            if not row or int(row) <= number:
                raise OtherwiseError
            line, last_row, last_column, number = [], row, b"", int(row)
        if column <= last_column:
            raise OtherwiseError
        last_column = column
        if line or content:
            if not line:
                line = sheet.lines[number] = [""] * COLUMNS
            value, marks = _cell(attributes, content, formats)
            line[ord(column) - ord("A")] = _shared(value, strings) if isinstance(value, bytes) else value
            if marks:
                sheet.marks[number, ord(column) - ord("A") + 1] = marks
    far = FAR.findall(part, *cells_within(part))
    for column, row, attributes, content in far:
        value, _ = _cell(attributes, content, formats)
        line = sheet.lines.setdefault(int(row), [""] * COLUMNS)
        at = column_number(column.decode())
        line += [""] * (at - len(line))
        line[at - 1] = _shared(value, strings) if isinstance(value, bytes) else value
    if far:
        sheet.lines = dict(sorted(sheet.lines.items()))
    return sheet


ANY_CELL = re.compile(
    rb'<c r="([A-Z]{1,2})(\d{1,4})"([^<>/]*)(?:/>|>'
    rb"(|<v>[^<]*</v>|<is><t[^<]*</t></is>|(?:<(?!/c>)[^<]*)*)</c>)"
)


def _table(part: bytes, formats: CellFormats, strings: list[bytes]) -> PlainSheet:
    """The sheet of a table: all its columns."""
    sheet = PlainSheet()
    start, end = cells_within(part)
    found = ANY_CELL.findall(part, start, end)
    if len(found) != part.count(b"<c ", start, end) + part.count(b"<c>", start, end):
        raise OtherwiseError
    last_row, number, last_column = b"", 0, 0
    line: list[Value] = []
    for letters, row, attributes, content in found:
        if not content:
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
    told = {CellMark.FORMULA: formula, CellMark.PERCENT: style in formats.percent, CellMark.ERROR: kind == b"e"}
    told[CellMark.TRUTH] = formula is not None and formula.endswith((b">TRUE()</f>", b">FALSE()</f>"))
    return _value(kind, value or inline or b"", style in formats.plain), frozenset(mark for mark in told if told[mark])


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
    start = root_end(STRINGS_ROOT, part)
    found = STRING.findall(part, start)
    # Strings in several fonts are written otherwise; none may be left out, for they are known by their number.
    if part.count(b"<si", start) != len(found) or hides(part, start, len(part)):
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
    return without_entities(text)
