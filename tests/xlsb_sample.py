"""Writes small .xlsb workbooks by hand: no library here can. Just the records that a reader of values needs."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from openpyxl.workbook import Workbook

RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ERROR_CODES = {"#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#NUM!": 36, "#N/A": 42}
PERCENT_STYLE = 1


def record(number: int, body: bytes = b"") -> bytes:
    """Number and length in seven bits a byte, then the bytes."""
    head = bytes([number]) if number < 128 else bytes([number & 0x7F | 0x80, number >> 7])
    size, length = len(body), b""
    while size > 127:
        length, size = length + bytes([size & 0x7F | 0x80]), size >> 7
    return head + length + bytes([size]) + body


def text(value: str) -> bytes:
    return struct.pack("<I", len(value)) + value.encode("utf-16-le")


def write_xlsb(book: Workbook, target: Path, errors: Mapping[tuple[str, str], str] | None = None) -> Path:
    """The values of an openpyxl workbook; `errors` are error values by sheet and address."""
    sheets = book.worksheets
    listed = b"".join(
        record(156, struct.pack("<II", 0, number) + text(f"rId{number}") + text(sheet.title))
        for number, sheet in enumerate(sheets, 1)
    )
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{number}.bin"/>'
        for number in range(1, len(sheets) + 1)
    )
    styles = record(617, struct.pack("<I", 2)) + _style(0) + _style(10) + record(618)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        main = f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.bin"/>'
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("_rels/.rels", RELATIONS.format(main))
        package.writestr("xl/_rels/workbook.bin.rels", RELATIONS.format(relations))
        package.writestr("xl/workbook.bin", record(131) + record(143) + listed + record(144) + record(132))
        package.writestr("xl/styles.bin", record(278) + styles + record(279))
        for number, sheet in enumerate(sheets, 1):
            mine = {address: error for (name, address), error in (errors or {}).items() if name == sheet.title}
            rows = b"".join(_rows(sheet, mine))
            area = record(148, struct.pack("<IIII", 0, sheet.max_row, 0, sheet.max_column))
            whole = record(129) + area + record(145) + rows + record(146) + record(130)
            package.writestr(f"xl/worksheets/sheet{number}.bin", whole)
    return target


def _style(number_format: int) -> bytes:
    return record(47, struct.pack("<HH", 0, number_format) + bytes(12))


def _rows(sheet, errors: Mapping[str, str]) -> Iterator[bytes]:  # type: ignore[no-untyped-def]
    for number, line in enumerate(sheet.iter_rows()):
        yield record(0, struct.pack("<II", number, 0) + bytes(9))
        for cell in line:
            style = PERCENT_STYLE if "%" in cell.number_format else 0
            head = struct.pack("<II", cell.column - 1, style)
            if cell.coordinate in errors:
                yield record(3, head + bytes([ERROR_CODES[errors[cell.coordinate]]]))
            elif isinstance(cell.value, bool):
                yield record(4, head + bytes([cell.value]))
            elif isinstance(cell.value, int | float):
                yield record(5, head + struct.pack("<d", cell.value))
            elif isinstance(cell.value, str) and cell.data_type != "f":
                yield record(6, head + text(cell.value))
