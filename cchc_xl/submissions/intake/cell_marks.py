"""What the spreadsheet reader does not tell of a cell: an error value (given as blank), a formula, a percent format.

They are found in the file's own bytes, in one pass: here those of the formats that are scanned whole, .xls and .xlsb
record by record, .ods tag by tag; for the others see `xlsx_cells`.
"""

from __future__ import annotations

import re
import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from html import unescape
from itertools import compress

from cchc_xl.submissions.intake import read_limits
from cchc_xl.submissions.intake.read_limits import RefusedError

PERCENT_FORMATS = frozenset({9, 10})
"""Built-in number formats 0% and 0.00%; formats of the file's own are looked at for the sign."""


class CellMark(StrEnum):
    """What is to be said of a cell; one cell may have several."""

    ERROR = "errors"
    FORMULA = "formulas"
    PERCENT = "percents"
    TRUTH = "truths"
    """A truth value, which LibreOffice stores as a formula with the result 1 or 0."""


SheetMarks = dict[tuple[int, int], frozenset[CellMark]]
"""The marked cells of a sheet, by row and column, both counted from 1."""
Marks = Mapping[str, SheetMarks]
"""By the sheet's name."""


def those(*holds: object) -> frozenset[CellMark]:
    """The marks that hold, told in their order."""
    return frozenset(compress(CellMark, holds))


def within_bounds(row: int, column: int) -> None:
    """Raises `RefusedError` for a cell so far away that the reader would reserve memory for all before it."""
    if row > read_limits.LAST_ROW or column > read_limits.LAST_COLUMN:
        raise RefusedError("too_far", f"dòng {row}, cột {column}")


Cell = tuple[int, int, object, object, object]
"""Row and column from 1, and whether it holds an error value, a formula, a percentage."""


def _gathered(cells: Iterable[Cell]) -> SheetMarks:
    """Raises `RefusedError` for a cell far away."""
    marks: SheetMarks = {}
    for row, column, *holds in cells:
        within_bounds(row, column)
        if told := those(*holds):
            marks[row, column] = told
    return marks


@contextmanager
def _refusing(code: str, detail: str = "") -> Iterator[None]:
    """What is not laid out as the format says is refused."""
    try:
        yield
    except (struct.error, IndexError, ValueError, KeyError) as error:
        raise RefusedError(code, detail or type(error).__name__) from error


# ---- .xls: the stream `Workbook` is taken out of the compound file, then its records are walked

NO_SECTOR = 0xFFFFFFFA
"""Sector numbers from here on mean the end of a chain or nothing at all."""
ENTRY_SIZE, LISTED_IN_HEADER = 128, 109
ROOT, SHORTEST, SHORT_SECTOR = "Root Entry", 4096, 64

BOF, END, SHEET, PASSWORD, FORMAT, STYLE = 0x0809, 0x000A, 0x0085, 0x002F, 0x041E, 0x00E0
FORMULA, BOOLEAN_OR_ERROR, NUMBER, SHORT_NUMBER, SHORT_NUMBERS = 0x0006, 0x0205, 0x0203, 0x027E, 0x00BD
TEXT, SHARED_TEXT = 0x0204, 0x00FD
NUMBERS = frozenset({FORMULA, NUMBER, SHORT_NUMBER, SHORT_NUMBERS})
CELLS = NUMBERS | {BOOLEAN_OR_ERROR, TEXT, SHARED_TEXT}
BIFF8 = 0x0600


def xls_marks(data: bytes) -> Marks:
    """The marked cells by sheet. Raises `RefusedError` where the file is not laid out as Excel 97 and later do it."""
    with _refusing("damaged"):
        stream = _workbook_stream(data)
    with _refusing("unsure", ".xls"):
        return _marks(stream)


def _workbook_stream(data: bytes) -> bytes:
    """The bytes of the stream `Workbook`; a short one lies in pieces inside another."""
    shift, = struct.unpack_from("<H", data, 30)
    if shift not in (9, 12):
        raise ValueError(shift)
    size = 1 << shift
    following = _following(data, size)
    directory, short_following = (
        _chain(data, struct.unpack_from("<I", data, place)[0], following, size) for place in (48, 60)
    )
    root = _entry(directory, ROOT)
    first, length = _entry(directory, "Workbook")
    if length >= SHORTEST:
        return _chain(data, first, following, size)[:length]
    container = bytes(SHORT_SECTOR) + _chain(data, root[0], following, size)
    links = list(struct.unpack(f"<{len(short_following) // 4}I", short_following))
    return _chain(container, first, links, SHORT_SECTOR)[:length]


def _following(data: bytes, size: int) -> list[int]:
    """For every sector the one that follows it."""
    tables = list(struct.unpack_from(f"<{LISTED_IN_HEADER}I", data, 76))
    further, = struct.unpack_from("<I", data, 68)
    for _ in range(len(data) // size):
        if further >= NO_SECTOR:
            break
        *listed, further = struct.unpack_from(f"<{size // 4}I", data, (further + 1) * size)
        tables += listed
    known = [number for number in tables if number < NO_SECTOR]
    return [each for table in known for each in struct.unpack_from(f"<{size // 4}I", data, (table + 1) * size)]


def _entry(directory: bytes, name: str) -> tuple[int, int]:
    """First sector and length of an entry of the directory."""
    for start in range(0, len(directory) - ENTRY_SIZE + 1, ENTRY_SIZE):
        length, = struct.unpack_from("<H", directory, start + 64)
        if directory[start : start + max(0, length - 2)].decode("utf-16-le", "replace") == name:
            first, size = struct.unpack_from("<II", directory, start + 116)
            return first, size
    raise ValueError(name)


def _chain(data: bytes, sector: int, following: list[int], size: int) -> bytes:
    """The sectors of a chain one after another. Raises `ValueError` for one that runs in a circle."""
    pieces: list[bytes] = []
    for _ in range(len(following) + 1):
        if sector >= NO_SECTOR:
            return b"".join(pieces)
        pieces.append(data[(sector + 1) * size : (sector + 2) * size])
        sector = following[sector]
    raise ValueError("chain")


def _marks(stream: bytes) -> Marks:
    """By sheet: first the records about all, which name the sheets, then those of each sheet."""
    begin, _, version = struct.unpack_from("<HHH", stream, 0)
    if (begin, version) != (BOF, BIFF8):
        raise ValueError(version)
    percent_formats, formats_of_styles, sheets = set(PERCENT_FORMATS), list[int](), list[tuple[str, int]]()
    for kind, record in _records(stream, 0):
        if kind == PASSWORD:
            raise RefusedError("encrypted")
        if kind == SHEET:
            sheets.append((_text(record[7:], record[6]), struct.unpack_from("<I", record, 0)[0]))
        elif kind == FORMAT and b"%" in record[4:]:
            percent_formats.add(struct.unpack_from("<H", record, 0)[0])
        elif kind == STYLE:
            formats_of_styles.append(struct.unpack_from("<H", record, 2)[0])
    percent = [each in percent_formats for each in formats_of_styles]
    return {name: _gathered(_cells(stream, start, percent)) for name, start in sheets}


def _records(stream: bytes, place: int) -> Iterator[tuple[int, bytes]]:
    """The records up to the end of the part that begins here; parts inside it (charts) are walked over."""
    depth = 0
    while place + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, place)
        depth += (kind == BOF) - (kind == END)
        if depth <= 0:
            return
        if depth == 1:
            yield kind, stream[place + 4 : place + 4 + size]
        place += 4 + size


def _cells(stream: bytes, start: int, percent: list[bool]) -> Iterator[Cell]:
    for kind, record in _records(stream, start):
        if kind in CELLS:
            row, first = struct.unpack_from("<HH", record, 0)
            last, = struct.unpack_from("<H", record, len(record) - 2) if kind == SHORT_NUMBERS else (first,)
            error = kind == FORMULA and record[6] == 2 and record[12:14] == b"\xff\xff"
            error = error or (kind == BOOLEAN_OR_ERROR and record[7] > 0)
            for place in reversed(range(last + 1 - first)):
                share = kind in NUMBERS and percent[struct.unpack_from("<H", record, 4 + 6 * place)[0]]
                yield row + 1, first + 1 + place, error, kind == FORMULA, share


def _text(data: bytes, length: int) -> str:
    """Letters of one byte or two, as the flag before them says."""
    wide = data[0] & 1
    return data[1 : 1 + length * (2 if wide else 1)].decode("utf-16-le" if wide else "latin-1")


# ---- .xlsb: its parts are records with a number, a length and bytes

ROW, BINARY_SHEET = 0, 156
BINARY_FORMULAS, BINARY_ERRORS, BINARY_NUMBERS = frozenset({8, 9, 10, 11}), frozenset({3, 11}), frozenset({2, 5, 9})
BINARY_CELLS = frozenset(range(2, 12))
"""Those that are not blank."""
BINARY_FORMAT, STYLES, BINARY_STYLE, STYLES_END = 44, 617, 47, 618


def xlsb_marks(parts: Mapping[str, bytes], targets: Mapping[str, str]) -> Marks:
    """The marked cells by sheet, of a package's parts; `targets` are the parts that the workbook's relations name."""
    with _refusing("unsure", ".xlsb"):
        percent = _percent_styles(parts.get("xl/styles.bin", b""))
        return {
            name: _gathered(_binary_cells(parts.get(targets.get(relation, ""), b""), percent))
            for name, relation in _binary_sheets(parts["xl/workbook.bin"])
        }


def _binary_records(part: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and bytes of every record."""
    place, end = 0, len(part)
    while place < end:
        number, place = _packed(part, place, 2)
        size, place = _packed(part, place, 4)
        yield number, part[place : place + size]
        place += size


def _packed(part: bytes, place: int, longest: int) -> tuple[int, int]:
    """A number of seven bits a byte; the number of a record keeps the eighth bit of its first byte out too."""
    value = 0
    for step in range(longest):
        byte = part[place + step]
        value |= (byte & 0x7F) << (7 * step)
        if not byte & 0x80:
            return value, place + step + 1
    return value, place + longest


def _binary_sheets(workbook: bytes) -> Iterator[tuple[str, str]]:
    """Name and relation of every sheet."""
    for number, record in _binary_records(workbook):
        if number == BINARY_SHEET:
            relation, place = _wide_text(record, 8)
            yield _wide_text(record, place)[0], relation


def _wide_text(record: bytes, place: int) -> tuple[str, int]:
    length, = struct.unpack_from("<I", record, place)
    end = place + 4 + 2 * length
    return record[place + 4 : end].decode("utf-16-le"), end


def _percent_styles(styles: bytes) -> set[int]:
    """The cell styles whose number format shows a percentage."""
    formats, used, inside = set(PERCENT_FORMATS), list[int](), False
    for number, record in _binary_records(styles):
        if number == BINARY_FORMAT and "%" in _wide_text(record, 2)[0]:
            formats.add(struct.unpack_from("<H", record, 0)[0])
        elif number in (STYLES, STYLES_END):
            inside = number == STYLES
        elif number == BINARY_STYLE and inside:
            used.append(struct.unpack_from("<H", record, 2)[0])
    return {style for style, number in enumerate(used) if number in formats}


def _binary_cells(part: bytes, percent: set[int]) -> Iterator[Cell]:
    row = 0
    for number, record in _binary_records(part):
        if number == ROW:
            row = struct.unpack_from("<I", record, 0)[0] + 1
        elif number in BINARY_CELLS:
            column, style = struct.unpack_from("<II", record, 0)
            share = number in BINARY_NUMBERS and style & 0xFFFFFF in percent
            yield row, column + 1, number in BINARY_ERRORS, number in BINARY_FORMULAS, share


# ---- .ods: the tables of content.xml are walked tag by tag

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
                if told := those(error, formula, PERCENT_TYPE.search(attributes)):
                    marks |= {(row, place): told for place in range(column, column + times)}
            column += times
    return sheets


def _times(pattern: re.Pattern[bytes], attributes: bytes) -> int:
    found = pattern.search(attributes)
    return int(found[1]) if found else 1
