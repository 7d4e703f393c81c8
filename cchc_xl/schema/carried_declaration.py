"""A declaration as the lines of one hidden sheet: what a book carries with it, whatever program saves it.

The first line is the seal: the checksum of all others. Each other line is one cell, a JSON array of the sheet's key and
the texts of one row; a text in a cell survives Excel, LibreOffice and Google Sheets, a part of the package does not.
"_x…_" is the escape of a character to spreadsheets (ECMA-376 Part 1, 22.9.2.19), so it never stands in a line.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from cchc_xl.errors import UserError
from cchc_xl.schema.declaration_tables import BY_KEY, INDICATORS, DeclaredTable, DeclaredTables
from cchc_xl.schema.declaration_words import ADDED_ROW
from cchc_xl.schema.form_model import Form, once

SEAL = "cchc-khai-bao"
LONGEST = 32_000
"""Letters that a cell of a spreadsheet holds."""

OUTSIDE = frozenset({"don_vi"})
"""Sheets that the mark of a form leaves out: an office has units of its own."""


class DamagedError(UserError):
    """The lines of a book are not what was written."""

    def __init__(self, book: str) -> None:
        remedy = "Lấy lại bản trong sao_luu, hoặc nhờ người quản trị nâng sổ theo tệp biểu mẫu."
        super().__init__(book, "khai báo biểu mẫu cất trong sổ đã bị sửa hoặc hỏng.", remedy)


def packed(tables: DeclaredTables) -> list[str]:
    """The lines of the hidden sheet. Raises `ValueError` for a row that no cell can hold."""
    lines = [_line(key, cells) for key, cells in _rows(tables)]
    for line in lines:
        if len(line) > LONGEST:
            raise ValueError(f"dòng quá dài, một ô không chứa được: {line[:60]}…")
    return [f"{SEAL} {_checksum(lines)}", *lines]


def unpacked(lines: Sequence[str], book: str = "") -> DeclaredTables:
    """The tables of these lines of a book. Raises `DamagedError` where they are not the ones that were written."""
    first, rest = (lines[0], lines[1:]) if lines else ("", ())
    data = _joined(rest)
    if first != f"{SEAL} {zlib.crc32(data):08x}":
        raise DamagedError(book)
    try:
        rows = msgspec.json.Decoder(list[str]).decode_lines(data)
    except msgspec.DecodeError as error:
        raise DamagedError(book) from error
    made: dict[str, list[tuple[str, ...]]] = {}
    for key, *cells in rows:
        made.setdefault(key, []).append(tuple(cells))
    return DeclaredTables({
        key: DeclaredTable(BY_KEY[key], header, tuple(enumerate(body, 2)))
        for key, (header, *body) in made.items() if key in BY_KEY
    })


@once
def mark_of(form: Form) -> str:
    """What tells its declaration from another: the checksum of its texts without units, their added rows, period, and
    the names of Word templates."""
    from cchc_xl.schema.write_declaration import tables_of

    kind = INDICATORS.titles.index("Kiểu")
    bare = form.changed(periods=tuple(each.changed(template="") for each in form.periods))
    return _checksum(
        _line(key, cells) for key, cells in _rows(tables_of(bare))
        if key not in OUTSIDE and not (key == INDICATORS.key and cells[kind] == ADDED_ROW)
    )


def _rows(tables: DeclaredTables) -> Iterator[tuple[str, Sequence[str]]]:
    for key, table in tables.by_key.items():
        yield key, table.header
        for _, cells in table.rows:
            yield key, cells


def _line(key: str, cells: Sequence[str]) -> str:
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    return msgspec.json.encode([key, *cells[:end]]).decode().replace("_x", r"\u005fx")


def _checksum(lines: Iterable[str]) -> str:
    return f"{zlib.crc32(_joined(lines)):08x}"


def _joined(lines: Iterable[str]) -> bytes:
    return b"".join(line.encode() + b"\n" for line in lines)
