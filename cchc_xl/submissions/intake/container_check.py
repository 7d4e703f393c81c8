"""Looks at a file from outside before any spreadsheet library sees it: its kind, its size, what it would unpack to.

Runs in the reading process; standard library only. What is found is refused (`RefusedError`) or noted (`notices`).
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

from cchc_xl.excel.addresses import RELATIONS, main_part
from cchc_xl.sheet_names import holds_formulas_only
from cchc_xl.submissions.intake import read_limits, xlsx_cells
from cchc_xl.submissions.intake.cell_marks import Marks, SheetMarks, ods_marks, xls_marks, xlsb_marks
from cchc_xl.submissions.intake.read_limits import RefusedError

ZIP_MAGIC, OLE_MAGIC = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLE_SUFFIXES, ZIP_SUFFIXES = frozenset({".xls"}), frozenset({".xlsx", ".xlsm", ".xlsb", ".ods"})
SUFFIXES = OLE_SUFFIXES | ZIP_SUFFIXES
OTHER_KINDS = {
    **dict.fromkeys((".pdf", ".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".heic", ".gif"), "scan"),
    **dict.fromkeys((".doc", ".docx", ".odt", ".rtf"), "document"),
    **dict.fromkeys((".zip", ".rar", ".7z", ".gz", ".tar"), "archive"),
}
"""What people send besides workbooks, each with what helps."""

MAIN_PART = {".xlsx": "xl/workbook.xml", ".xlsm": "xl/workbook.xml", ".xlsb": "xl/workbook.bin", ".ods": "content.xml"}
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")

NOTICED_PARTS = {
    "macro": re.compile(r"vbaProject\.bin$|^Basic/|macrosheets/", re.MULTILINE),
    "external_link": re.compile(r"externalLinks/"),
    "embedded": re.compile(r"embeddings/|activeX/|^Object \d|ctrlProps/", re.MULTILINE),
}
DDE = (b"<ddeLink", b"dde-link", b"DDEAUTO")
NEVER_READ = re.compile(
    r"^docProps/|vbaProject\.bin$"
    r"|^xl/(drawings|media|theme|embeddings|activeX|ctrlProps|printerSettings|comments[^/]*\.xml$)"
)
"""Parts that the reader has no use for and does not get, so it does not matter what is in them."""

ONLY_INSPECTED = re.compile(r"^xl/externalLinks/")
"""Looked at for links to programs, and not given to the reader either."""

CONTENT_TYPES = "[Content_Types].xml"
NAMING_PARTS = (RELATIONS, CONTENT_TYPES)
WORKBOOK_PARTS = ("xl/_rels/workbook.xml.rels", "xl/workbook.xml")
ODS_PARTS = ("mimetype", "content.xml", "META-INF/manifest.xml")
LOCAL_HEADER = 30


@dataclass
class Contents:
    """A file, what was noticed in it, and what the reader will not tell."""

    data: bytes
    suffix: str = ""
    notices: set[str] = field(default_factory=set)
    members: Mapping[str, zipfile.ZipInfo] = field(default_factory=dict)
    parts: dict[str, bytes] = field(default_factory=dict)
    renamed: str = ""
    """The main part's own name, where it is not the usual one that `members` has it under."""
    scanned: Marks | None = None
    """The marked cells of formats that are scanned whole; the new Excel format is looked at where it is asked."""

    _unpacked: dict[str, bytes] = field(default_factory=dict)

    def part(self, name: str) -> bytes:
        """One part as it lies in the file; empty where there is none. Raises `RefusedError`."""
        if name not in self.members:
            return b""
        if name not in self._unpacked:
            with refusing_damage():
                self._unpacked[name] = self._with_usual_names(name, inflated(self.data, self.members[name]))
        return self._unpacked[name]

    def _with_usual_names(self, name: str, part: bytes) -> bytes:
        if self.renamed and name in NAMING_PARTS:
            return part.replace(self.renamed.encode(), MAIN_PART[self.suffix].encode())
        return part

    @cached_property
    def sheet_parts(self) -> dict[str, str]:
        """The part of every sheet by the sheet's name."""
        known = {name.lower(): name for name in self.members}
        relationships, workbook = (self.part(known.get(name, "")) for name in WORKBOOK_PARTS)
        return xlsx_cells.sheet_parts(workbook, relationships)

    @cached_property
    def unread(self) -> frozenset[str]:
        """The parts of our own hidden formulas."""
        return frozenset(part for name, part in self.sheet_parts.items() if holds_formulas_only(name))

    def marks(self, sheet: str, columns: Collection[int]) -> SheetMarks:
        """The marked cells of a sheet, of these columns (counted from 1) at least."""
        if self.scanned is None:
            part = self.parts.get(self.sheet_parts.get(sheet, ""), b"")
            percent = xlsx_cells.cell_formats(self.parts.get("xl/styles.xml", b"")).percent
            return xlsx_cells.xlsx_marks(part, columns, percent)
        if sheet not in self.scanned:
            raise RefusedError("unsure", self.suffix)
        return self.scanned[sheet]

    def inspected(self) -> bytes:
        """Looks at every part, and gives what the reader may get. Raises `RefusedError`."""
        if not self.members:
            return self.data
        for name in self.members:
            if _is_read(self, name):
                _take(self, name, self.part(name))
        with refusing_damage():
            _scan(self)
        return stored(self.parts)


def opened(data: bytes, suffix: str) -> Contents:
    """A file looked at from outside; none of its parts has been unpacked. Raises `RefusedError`."""
    if suffix not in SUFFIXES:
        raise RefusedError(OTHER_KINDS.get(suffix, "suffix"), suffix)
    if not data:
        raise RefusedError("empty")
    if data.startswith(OLE_MAGIC):
        return _ole(data, suffix)
    if not data.startswith(ZIP_MAGIC):
        raise RefusedError("not_a_workbook")
    if suffix not in ZIP_SUFFIXES:
        raise RefusedError("wrong_suffix", suffix)
    with refusing_damage():
        return _zip(data, suffix)


@contextmanager
def refusing_damage() -> Iterator[None]:
    """What goes wrong while a package is read refuses the file. Raises `RefusedError`."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError, struct.error) as error:
        raise RefusedError("damaged", type(error).__name__) from error


def _ole(data: bytes, suffix: str) -> Contents:
    if ENCRYPTED_PACKAGE in data:
        raise RefusedError("encrypted")
    if suffix not in OLE_SUFFIXES:
        raise RefusedError("wrong_suffix", suffix)
    macro = "_VBA_PROJECT".encode("utf-16-le") in data
    with refusing_damage():
        return Contents(data, suffix, {"macro"} if macro else set(), scanned=xls_marks(data))


def _zip(data: bytes, suffix: str) -> Contents:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {member.filename: member for member in checked(archive.infolist())}
    renamed = _use_usual_names(data, members, suffix)
    if MAIN_PART[suffix] not in members:
        raise RefusedError("wrong_suffix" if members.keys() & set(MAIN_PART.values()) else "not_a_workbook", suffix)
    if suffix != ".ods" and CONTENT_TYPES not in members:
        raise RefusedError("damaged", CONTENT_TYPES)
    names = "\n".join(members)
    notices = {key for key, pattern in NOTICED_PARTS.items() if pattern.search(names)}
    return Contents(data, suffix, notices, members, renamed=renamed)


def _use_usual_names(data: bytes, members: dict[str, zipfile.ZipInfo], suffix: str) -> str:
    """Office on the web calls the main part workbook22.xml: it gets the usual name; its own is given back."""
    usual = MAIN_PART[suffix]
    if usual in members or suffix == ".ods" or RELATIONS not in members:
        return ""
    own = main_part(inflated(data, members[RELATIONS]))
    if own not in members or not own.startswith("xl/") or own.rpartition(".")[2] != usual.rpartition(".")[2]:
        return ""
    for before, after in ((own, usual), (relations_of(own), relations_of(usual))):
        if before in members:
            members[after] = members.pop(before)
    return own


def relations_of(part: str) -> str:
    """The part with the relationships of another."""
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels"


def inflated(data: bytes, member: zipfile.ZipInfo) -> bytes:
    """A member's bytes, never more than the directory says, which `checked` has added up."""
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise NotImplementedError(member.compress_type)
    name, extra = struct.unpack_from("<HH", data, member.header_offset + 26)
    start = member.header_offset + LOCAL_HEADER + name + extra
    part = data[start : start + member.compress_size]
    if member.compress_type == zipfile.ZIP_DEFLATED:
        part = zlib.decompressobj(-zlib.MAX_WBITS).decompress(part, member.file_size + 1)
    if len(part) != member.file_size or zlib.crc32(part) != member.CRC:
        raise zipfile.BadZipFile(member.filename)
    return part


def stored(parts: dict[str, bytes]) -> bytes:
    """A package of these parts and nothing else, not compressed: what was inspected is what the reader gets."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part)
    return package.getvalue()


def checked(members: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """The members of an archive, which unpack to no more than the bounds. Raises `RefusedError`."""
    if len(members) > read_limits.MOST_MEMBERS:
        raise RefusedError("too_many_members", str(len(members)))
    if len({member.filename for member in members}) < len(members):
        raise RefusedError("same_member_twice")
    if (total := sum(member.file_size for member in members)) > read_limits.LARGEST_UNPACKED:
        raise RefusedError("too_large_unpacked", str(total // 2**20))
    for member in members:
        if member.flag_bits & 1:
            raise RefusedError("locked_archive")
        if _leads_outside(member.filename):
            raise RefusedError("path_outside", member.filename[:80])
        ratio = member.file_size / max(1, member.compress_size)
        if member.file_size > read_limits.RATIO_FROM and ratio > read_limits.LARGEST_RATIO:
            raise RefusedError("bomb", str(member.file_size // 2**20))
    return members


def _leads_outside(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name or "\x00" in name


def _is_read(contents: Contents, name: str) -> bool:
    if contents.suffix == ".ods":
        return name in ODS_PARTS
    if not name.endswith((".xml", ".rels", ".bin") if contents.suffix == ".xlsb" else (".xml", ".rels")):
        return False
    is_workbook = name.lower() in WORKBOOK_PARTS
    return not NEVER_READ.search(name) and (is_workbook or name not in contents.unread)


def _take(contents: Contents, name: str, part: bytes) -> None:
    if not name.endswith(".bin"):
        _check_xml(name, part)
    inspected_only = ONLY_INSPECTED.search(name)
    if (inspected_only or name == "content.xml") and any(mark in part for mark in DDE):
        contents.notices.add("dde")
    if not inspected_only:
        contents.parts[name] = part if name.endswith(".bin") else as_usual(part)


def _check_xml(name: str, part: bytes) -> None:
    if part.startswith((b"\xff\xfe", b"\xfe\xff")) or (b"<!" in part and (b"<!DOCTYPE" in part or b"<!ENTITY" in part)):
        raise RefusedError("doctype", name)
    middle = len(part) // 2
    # How deep the elements are nested in the middle of the part: tags opened minus tags closed.
    depth = part.count(b"<", 0, middle) - part.count(b"/>", 0, middle) - 2 * part.count(b"</", 0, middle)
    if depth > read_limits.DEEPEST:
        raise RefusedError("deep_xml", name)
    if b"<sheetData" in part or b":sheetData" in part:
        xlsx_cells.check_extent(part)


ERROR_CELLS = (b'"e"', b"'e'")
NAMED_ERROR_CELL = re.compile(
    rb"""(<(?:\w{1,20}:)?c\s(?:[^<>]{0,200}\s)?t\s?=\s?["'])e(["'][^<>]{0,200}>\s{0,20}"""
    rb"""(?:<(?:\w{1,20}:)?f(?:\s[^<>]{0,500})?(?:/>|>[^<]{0,8192}</(?:\w{1,20}:)?f>)\s{0,20})?"""
    rb"""<(?:\w{1,20}:)?v>#(?!(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A)<)[^<]{1,40}<)"""
)
STRUCK_STYLE = re.compile(
    rb"""<style:style\s[^<>]{0,500}?style:name="([^"]{1,100})"(?:(?!</style:style>)[\s\S]){0,3000}?"""
    rb"""text-line-through-style="(?!none")"""
)
STRUCK_RUN = re.compile(
    rb"""<(?P<p>(?:\w{1,20}:)?)r>\s{0,20}<(?P=p)rPr>(?:(?!</(?P=p)rPr>)[\s\S]){0,2000}?"""
    rb"""<(?P=p)strike(?:\s+val=["'](?:1|true)["'])?\s*/>[\s\S]{0,2000}?</(?P=p)rPr>(?:(?!</(?P=p)r>)[\s\S])*</(?P=p)r>"""
)


def as_usual(part: bytes) -> bytes:
    """A part as the reader knows it: without struck-out letters, and with the name of every error value of newer Excel
    as a text, so that it can be told by it."""
    if b"strike" in part:
        part = STRUCK_RUN.sub(b"", part)
    if b"text-line-through-style" in part:
        struck = b"|".join(map(re.escape, STRUCK_STYLE.findall(part)))
        span = rb'<text:span text:style-name="(?:%b)">(?:[^<]|<text:s[^<>]{0,60}/>)*</text:span>' % struck
        part = re.sub(span, b"", part) if struck else part
    if any(mark in part for mark in ERROR_CELLS):
        part = NAMED_ERROR_CELL.sub(rb"\1str\2", part)
    return part


def _scan(contents: Contents) -> None:
    if contents.suffix == ".ods":
        if b"encryption-data" in contents.parts.get("META-INF/manifest.xml", b""):
            raise RefusedError("encrypted")
        contents.scanned = ods_marks(contents.parts["content.xml"])
    elif contents.suffix == ".xlsb":
        targets = xlsx_cells.relations(contents.parts.get("xl/_rels/workbook.bin.rels", b""))
        contents.scanned = xlsb_marks(contents.parts, targets)
