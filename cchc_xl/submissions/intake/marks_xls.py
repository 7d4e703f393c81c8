"""Marked cells of an .xls: the stream `Workbook` is taken out of the compound file, then its records are walked."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from cchc_xl.submissions.intake.cell_marks import PERCENT_FORMATS, CellMark, Marking, Marks, within_bounds
from cchc_xl.submissions.intake.read_limits import RefusedError

NO_SECTOR = 0xFFFFFFFA
"""Sector numbers from here on mean the end of a chain or nothing at all."""
ENTRY_SIZE, LISTED_IN_HEADER = 128, 109
ROOT, SHORTEST, SHORT_SECTOR = "Root Entry", 4096, 64

BOF, END, SHEET, PASSWORD, FORMAT, STYLE = 0x0809, 0x000A, 0x0085, 0x002F, 0x041E, 0x00E0
FORMULA, BOOLEAN_OR_ERROR, NUMBER, SHORT_NUMBER, SHORT_NUMBERS = 0x0006, 0x0205, 0x0203, 0x027E, 0x00BD
TEXT, SHARED_TEXT = 0x0204, 0x00FD
CELLS = frozenset({FORMULA, BOOLEAN_OR_ERROR, NUMBER, SHORT_NUMBER, SHORT_NUMBERS, TEXT, SHARED_TEXT})
BIFF8 = 0x0600


def xls_marks(data: bytes) -> Marks:
    """The marked cells by sheet. Raises `RefusedError` where the file is not laid out as Excel 97 and later do it."""
    try:
        stream = _workbook_stream(data)
    except (struct.error, IndexError, ValueError) as error:
        raise RefusedError("damaged", type(error).__name__) from error
    try:
        return _Records(stream).marks()
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


class _Records:
    """The records of a workbook stream."""

    def __init__(self, stream: bytes) -> None:
        self._stream = stream
        self._percent_formats = set(PERCENT_FORMATS)
        self._formats_of_styles: list[int] = []
        self._sheets: list[tuple[str, int]] = []

    def marks(self) -> dict[str, Marking]:
        """By sheet: first the records about all, which name the sheets, then those of each sheet."""
        begin, _, version = struct.unpack_from("<HHH", self._stream, 0)
        if (begin, version) != (BOF, BIFF8):
            raise ValueError(version)
        for kind, record in self._walk(0):
            self._about_all(kind, record)
        return {name: self._sheet(start) for name, start in self._sheets}

    def _walk(self, place: int) -> Iterator[tuple[int, bytes]]:
        """The records up to the end of the part that begins here; parts inside it (charts) are walked over."""
        depth = 0
        while place + 4 <= len(self._stream):
            kind, size = struct.unpack_from("<HH", self._stream, place)
            depth += (kind == BOF) - (kind == END)
            if depth <= 0:
                return
            if depth == 1:
                yield kind, self._stream[place + 4 : place + 4 + size]
            place += 4 + size

    def _about_all(self, kind: int, record: bytes) -> None:
        if kind == PASSWORD:
            raise RefusedError("encrypted")
        if kind == SHEET:
            start, = struct.unpack_from("<I", record, 0)
            self._sheets.append((_text(record[7:], record[6]), start))
        elif kind == FORMAT:
            if b"%" in record[4:]:
                self._percent_formats.add(struct.unpack_from("<H", record, 0)[0])
        elif kind == STYLE:
            self._formats_of_styles.append(struct.unpack_from("<H", record, 2)[0])

    def _sheet(self, start: int) -> Marking:
        marks = Marking(set)
        for kind, record in self._walk(start):
            if kind in CELLS:
                row, column = struct.unpack_from("<HH", record, 0)
                within_bounds(row + 1, column + 1)
                self._mark(marks, kind, record, row + 1, column + 1)
                if kind == SHORT_NUMBERS:
                    last, = struct.unpack_from("<H", record, len(record) - 2)
                    within_bounds(row + 1, last + 1)
                    for number in range(last - column + 1):
                        self._percent(marks, row + 1, column + 1 + number, record[4 + 6 * number :])
                elif kind in (NUMBER, SHORT_NUMBER, FORMULA):
                    self._percent(marks, row + 1, column + 1, record[4:])
        return marks

    def _percent(self, marks: Marking, row: int, column: int, style: bytes) -> None:
        number, = struct.unpack_from("<H", style, 0)
        if self._formats_of_styles[number] in self._percent_formats:
            marks[row, column].add(CellMark.PERCENT)

    @staticmethod
    def _mark(marks: Marking, kind: int, record: bytes, row: int, column: int) -> None:
        if kind == FORMULA:
            marks[row, column].add(CellMark.FORMULA)
            if record[6] == 2 and record[12:14] == b"\xff\xff":
                marks[row, column].add(CellMark.ERROR)
        elif kind == BOOLEAN_OR_ERROR and record[7]:
            marks[row, column].add(CellMark.ERROR)


def _text(data: bytes, length: int) -> str:
    """Letters of one byte or two, as the flag before them says."""
    wide = data[0] & 1
    return data[1 : 1 + length * (2 if wide else 1)].decode("utf-16-le" if wide else "latin-1")
