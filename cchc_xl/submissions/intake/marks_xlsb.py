"""Marked cells of an .xlsb: its parts are records with a number, a length and bytes."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping

from cchc_xl.submissions.intake.cell_marks import PERCENT_FORMATS, CellMark, Marks, SheetMarks, those, within_bounds
from cchc_xl.submissions.intake.read_limits import RefusedError

ROW, BLANK = 0, 1
FORMULAS, ERRORS, NUMBERS = frozenset({8, 9, 10, 11}), frozenset({3, 11}), frozenset({2, 5, 9})
CELLS = frozenset(range(1, 12))
SHEET = 156
FORMAT, STYLES, STYLE, STYLES_END = 44, 617, 47, 618


def records(part: bytes) -> Iterator[tuple[int, bytes]]:
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


def xlsb_marks(parts: Mapping[str, bytes], targets: Mapping[str, str]) -> Marks:
    """The marked cells by sheet, of a package's parts; `targets` are the parts that the workbook's relations name."""
    try:
        percent = _percent_styles(parts.get("xl/styles.bin", b""))
        return {
            name: _sheet(parts.get(targets.get(relation, ""), b""), percent)
            for name, relation in _sheets(parts["xl/workbook.bin"])
        }
    except (struct.error, IndexError, ValueError, KeyError) as error:
        raise RefusedError("unsure", ".xlsb") from error


def _sheets(workbook: bytes) -> Iterator[tuple[str, str]]:
    """Name and relation of every sheet."""
    for number, record in records(workbook):
        if number == SHEET:
            relation, place = _text(record, 8)
            yield _text(record, place)[0], relation


def _text(record: bytes, place: int) -> tuple[str, int]:
    length, = struct.unpack_from("<I", record, place)
    end = place + 4 + 2 * length
    return record[place + 4 : end].decode("utf-16-le"), end


def _percent_styles(styles: bytes) -> set[int]:
    """The cell styles whose number format shows a percentage."""
    formats, found, inside, index = set(PERCENT_FORMATS), set(), False, 0
    for number, record in records(styles):
        if number == FORMAT and "%" in _text(record, 2)[0]:
            formats.add(struct.unpack_from("<H", record, 0)[0])
        elif number in (STYLES, STYLES_END):
            inside = number == STYLES
        elif number == STYLE and inside:
            if struct.unpack_from("<H", record, 2)[0] in formats:
                found.add(index)
            index += 1
    return found


def _sheet(part: bytes, percent: set[int]) -> SheetMarks:
    marks: SheetMarks = {}
    row = 0
    for number, record in records(part):
        if number == ROW:
            row = struct.unpack_from("<I", record, 0)[0] + 1
        elif number in CELLS:
            column, style = struct.unpack_from("<II", record, 0)
            if number != BLANK:
                within_bounds(row, column + 1)
            told = {CellMark.FORMULA: number in FORMULAS, CellMark.ERROR: number in ERRORS}
            told[CellMark.PERCENT] = number in NUMBERS and style & 0xFFFFFF in percent
            if found := those(told):
                marks[row, column + 1] = found
    return marks
