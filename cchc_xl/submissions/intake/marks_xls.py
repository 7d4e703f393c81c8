"""Marked cells of an .xls: the stream `Workbook` is taken out of the compound file, then its records are walked."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from cchc_xl.submissions.intake.cell_marks import PERCENT_FORMATS, CellMark, Marks, SheetMarks, those, within_bounds
from cchc_xl.submissions.intake.read_limits import RefusedError

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
    try:
        stream = _workbook_stream(data)
    except (struct.error, IndexError, ValueError) as error:
        raise RefusedError("damaged", type(error).__name__) from error
    try:
        return _marks(stream)
    except (struct.error, IndexError, ValueError) as error:
        raise RefusedError("unsure", ".xls") from error


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
    return {name: _sheet(stream, start, percent) for name, start in sheets}


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


def _sheet(stream: bytes, start: int, percent: list[bool]) -> SheetMarks:
    marks: SheetMarks = {}
    for kind, record in _records(stream, start):
        if kind not in CELLS:
            continue
        row, first = struct.unpack_from("<HH", record, 0)
        last, = struct.unpack_from("<H", record, len(record) - 2) if kind == SHORT_NUMBERS else (first,)
        within_bounds(row + 1, max(first, last) + 1)
        is_error = kind == FORMULA and record[6] == 2 and record[12:14] == b"\xff\xff"
        told = {
            CellMark.FORMULA: kind == FORMULA, CellMark.ERROR: is_error or (kind == BOOLEAN_OR_ERROR and record[7]),
        }
        for place in range(last + 1 - first):
            if kind in NUMBERS:
                told[CellMark.PERCENT] = percent[struct.unpack_from("<H", record, 4 + 6 * place)[0]]
            if found := those(told):
                marks[row + 1, first + 1 + place] = found
    return marks


def _text(data: bytes, length: int) -> str:
    """Letters of one byte or two, as the flag before them says."""
    wide = data[0] & 1
    return data[1 : 1 + length * (2 if wide else 1)].decode("utf-16-le" if wide else "latin-1")
