"""Files that nobody should open: made from a good form, one for each way of doing harm."""

from __future__ import annotations

import io
import os
import random
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

SHEET = "xl/worksheets/sheet1.xml"
Make = Callable[[Path, Path], None]
"""Writes the hostile file (second path) from the good form (first)."""


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_parts(path: Path, parts: dict[str, bytes], level: int = 6) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def with_part(name: str, data: bytes) -> Make:
    def make(good: Path, target: Path) -> None:
        write_parts(target, parts_of(good) | {name: data})

    return make


def in_sheet(old: bytes, new: bytes) -> Make:
    """Changes the first section sheet."""
    def make(good: Path, target: Path) -> None:
        parts = parts_of(good)
        assert old in parts[SHEET]
        write_parts(target, parts | {SHEET: parts[SHEET].replace(old, new, 1)})

    return make


def raw(data: bytes) -> Make:
    return lambda good, target: target.write_bytes(data) and None


def cut(good: Path, target: Path) -> None:
    target.write_bytes(good.read_bytes()[: good.stat().st_size // 2])


def garbled(good: Path, target: Path) -> None:
    """The directory is whole, the data are not."""
    data = bytearray(good.read_bytes())
    data[200 : len(data) // 2 : 7] = bytes(len(data[200 : len(data) // 2 : 7]))
    target.write_bytes(bytes(data))


def renamed(good: Path, target: Path) -> None:
    target.write_bytes(good.read_bytes())


def locked(good: Path, target: Path) -> None:
    """Really encrypted, as Excel does it."""
    from msoffcrypto.format.ooxml import OOXMLFile

    with good.open("rb") as plain, target.open("wb") as out:
        OOXMLFile(plain).encrypt("mat-khau", out)


def link(good: Path, target: Path) -> None:
    target.symlink_to(good)


def pipe(good: Path, target: Path) -> None:
    os.mkfifo(target)


def huge(good: Path, target: Path) -> None:
    with target.open("wb") as stream:
        stream.write(b"PK\x03\x04")
        stream.truncate(2**31)


def empty_member_crowd(good: Path, target: Path) -> None:
    write_parts(target, parts_of(good) | {f"xl/media/{number}.png": b"" for number in range(5_000)})


def twin_members(good: Path, target: Path) -> None:
    buffer = io.BytesIO(good.read_bytes())
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("xl/workbook_.xml", parts_of(good)["xl/workbook.xml"])
    target.write_bytes(buffer.getvalue().replace(b"xl/workbook_.xml", b"xl/styles.xml\x00\x00\x00")[:])


def repeated_string(good: Path, target: Path) -> None:
    """A string of megabytes that a thousand cells point to: small in the file, gigabytes once read."""
    noise = random.Random(1).randbytes(3 * 2**20).hex().encode()
    parts = parts_of(good)
    head = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>'
    strings = head + noise + b"</t></si></sst>"
    cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (row, row) for row in range(200, 1_200))
    sheet = parts[SHEET].replace(b"</sheetData>", cells + b"</sheetData>")
    write_parts(target, parts | {"xl/sharedStrings.xml": strings, SHEET: sheet})


def formatted_rows(good: Path, target: Path) -> None:
    """What dragging a format down a whole column leaves behind."""
    rows = b"".join(b'<row r="%d" s="1" customFormat="1"/>' % row for row in range(200, 1_048_577))
    parts = parts_of(good)
    write_parts(target, parts | {SHEET: parts[SHEET].replace(b"</sheetData>", rows + b"</sheetData>")})


def formatted_columns(good: Path, target: Path) -> None:
    cells = b"".join(b'<c r="%s90" s="1"/>' % _letters(column) for column in range(1, 16_385))
    parts = parts_of(good)
    sheet = parts[SHEET].replace(b"</sheetData>", b'<row r="90">' + cells + b"</row></sheetData>")
    write_parts(target, parts | {SHEET: sheet})


def _letters(number: int) -> bytes:
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text.encode()


def cell(address: str, text: str = "1") -> bytes:
    row = "".join(filter(str.isdigit, address))
    return f'<row r="{row}"><c r="{address}"><v>{text}</v></c></row></sheetData>'.encode()


DOCTYPE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
EXTERNAL = "xl/externalLinks/externalLink1.xml"
DDE = (
    b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
)

REFUSED: dict[str, tuple[str, str, Make]] = {
    "zip bomb": (".xlsx", "bomb", with_part("xl/worksheets/sheet99.xml", b" " * (50 * 2**20))),
    "too much in many parts": (".xlsx", "too_large_unpacked", with_part("xl/media/a.bin", bytes(65 * 2**20))),
    "a crowd of members": (".xlsx", "too_many_members", empty_member_crowd),
    "deep XML": (".xlsx", "deep_xml", with_part("xl/worksheets/sheet1.xml", b"<a>" * 90_000 + b"</a>" * 90_000)),
    "external entity": (".xlsx", "doctype", in_sheet(b"<worksheet", DOCTYPE + b"<worksheet")),
    "entity bomb": (".xlsx", "doctype", in_sheet(b"<worksheet", ENTITIES + b"<worksheet")),
    "encrypted": (".xlsx", "encrypted", locked),
    "cut in half": (".xlsx", "damaged", cut),
    "garbled": (".xlsx", "damaged", garbled),
    "noise as .xls": (".xls", "damaged", raw(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + random.Random(2).randbytes(20_000))),
    "empty file": (".xlsx", "empty", raw(b"")),
    "PDF as .xlsx": (".xlsx", "not_a_workbook", raw(b"%PDF-1.7 ...")),
    "xlsx as .xls": (".xls", "wrong_suffix", renamed),
    "xlsx as .ods": (".ods", "wrong_suffix", renamed),
    "a program": (".exe", "suffix", raw(b"MZ")),
    "a member outside": (".xlsx", "path_outside", with_part("../../etc/cron.d/x", b"x")),
    "far row": (".xlsx", "too_far", in_sheet(b"</sheetData>", cell("A1048576"))),
    "far column": (".xlsx", "too_far", in_sheet(b"</sheetData>", cell("XFD90"))),
    "far cell in disguise": (".xlsx", "too_far", in_sheet(b"</sheetData>", cell("XFD1048576").replace(b'"', b"'"))),
    "megabytes repeated": (".xlsx", "reader_died", repeated_string),
    "link": (".xlsx", "link", link),
    "pipe": (".xlsx", "not_a_file", pipe),
    "huge": (".xlsx", "too_heavy", huge),
}
"""Refused, with the rule of the finding."""

if sys.platform == "win32":
    # A link takes a privilege there, and a pipe is no file of a folder. What bounds the memory is the job object, which
    # Wine does not heed: the limit of time ends such a file then.
    REFUSED = {name: each for name, each in REFUSED.items() if name not in ("link", "pipe", "megabytes repeated")}

NEUTRALISED: dict[str, tuple[str, list[str], Make]] = {
    "a million formatted rows": (".xlsx", [], formatted_rows),
    "16,384 formatted columns": (".xlsx", [], formatted_columns),
    "macros": (".xlsm", ["file_macro"], with_part("xl/vbaProject.bin", b"Sub Auto_Open()")),
    "external link": (".xlsx", ["file_external_link"], with_part(EXTERNAL, b"<externalLink/>")),
    "DDE": (".xlsx", ["file_dde", "file_external_link"], with_part(EXTERNAL, DDE)),
    "embedded object": (".xlsx", ["file_embedded"], with_part("xl/embeddings/oleObject1.bin", b"MZ")),
}
"""Read all the same, with the rules of the findings."""
