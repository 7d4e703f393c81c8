"""An Office file: the zip file around it, opened within bounds, whoever made it, and written anew; its parts by name,
relationships, content types, and a save in one step.

The one place where .xlsx, .xlsm, .docx and .odt files of this machine are unpacked. Files that units send are looked
at in a process of their own, with narrower bounds (`submissions.intake`).
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from lxml import etree

from cchc_xl.errors import UserError
from cchc_xl.files import read_file, replace_file
from cchc_xl.values import Struct

MOST_MEMBERS = 5_000
LARGEST_UNPACKED = 256 * 2**20
LARGEST_XML = 24 * 2**20
"""Of all XML parts together: a tree takes fifty times its text. A book of 512 units has 7 MB, a report 1 MB."""
MOST_CELLS, MOST_RUNS = 400_000, 60_000
"""Cells of a workbook, paragraphs and runs of a document: each costs far more than its text. A book of 512 units has
155,000, a report of ten pages 2,500."""
PIECE = rb"<(?:\w+:)?[prc][ />]"
COUNTED_FROM = 2**20
"""Bytes of a part in which the pieces are counted."""
LARGEST_RATIO = 300
RATIO_FROM = 8 * 2**20
"""A member of this size that is packed smaller than 1 : LARGEST_RATIO was made to fill the memory."""

LEVEL = 3
"""How hard a file is packed: the usual 6 takes twice the time for a seventh less."""

NEW_MEMBER = zipfile.ZipInfo("", (1980, 1, 1, 0, 0, 0))
"""A fixed date: the same content gives the same bytes."""

UNIX = 3
"""The system that is said to have made a member: the same bytes on every system."""

XML_SUFFIXES = (".xml", ".rels", ".vml")
WORD_SUFFIXES = (".docx", ".docm", ".dotx", ".dotm", ".doc")

TOO_LARGE = "Xóa các dòng, cột thừa, cả dòng chỉ có định dạng, rồi lưu lại; hoặc tách tệp."
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


class Member(Struct, frozen=True):
    """A member: what the directory says of it, and its content."""

    info: zipfile.ZipInfo
    data: bytes


def unpacked(path: Path, data: bytes | None = None) -> dict[str, Member]:
    """Every member of an Office file by its name, in the order of the file; `data` is read in the file's place.

    Raises `UserError` where the file cannot be read, is damaged, or would unpack to more than the bounds allow.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(read_file(path) if data is None else data)) as archive:
            _check_bounds(path, archive.infolist())
            members = {info.filename: Member(info, _content(archive, info)) for info in archive.infolist()}
    except (*DAMAGE, OSError) as error:
        program, suffix = ("Word", ".docx") if path.suffix.lower() in WORD_SUFFIXES else ("Excel", ".xlsx")
        what = f"không mở được: tệp hỏng, có mật khẩu, hoặc không phải tệp {program} dạng mới."
        raise UserError(str(path), what, f"Mở bằng {program} rồi lưu lại dạng {suffix}.") from error
    _check_pieces(path, members)
    return members


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """A member, no larger than the directory says: one whose size is told too small is damaged, not in the memory."""
    with archive.open(info) as stream:
        return stream.read(info.file_size + 1)


def _check_bounds(path: Path, members: list[zipfile.ZipInfo]) -> None:
    """Raises `UserError` before anything is unpacked."""
    total = sum(info.file_size for info in members)
    bombs = (
        info for info in members
        if info.file_size > RATIO_FROM and info.file_size > LARGEST_RATIO * max(1, info.compress_size)
    )
    written = sum(info.file_size for info in members if info.filename.lower().endswith(XML_SUFFIXES))
    if len(members) > MOST_MEMBERS or total > LARGEST_UNPACKED or any(bombs):
        what = f"không mở: tệp nén bất thường, mở ra thành {total // 2**20} MB."
        raise UserError(str(path), what, "Hỏi lại người gửi; nếu là tệp của mình thì chép nội dung sang một tệp mới.")
    if written > LARGEST_XML:
        what = f"không mở: tệp quá lớn, {written // 2**20} MB nội dung (giới hạn {LARGEST_XML // 2**20} MB)."
        raise UserError(str(path), what, TOO_LARGE)


def _check_pieces(path: Path, members: Mapping[str, Member]) -> None:
    """Raises `UserError` where parts hold more cells or runs than a book or a document of people."""
    for name, member in members.items():
        if len(member.data) > COUNTED_FROM and name.lower().endswith(XML_SUFFIXES):
            most = MOST_RUNS if name.startswith("word") else MOST_CELLS
            if sum(1 for _ in re.finditer(PIECE, member.data)) > most:
                what = f"không mở: phần {name} quá lớn, hơn {most:,} ô hoặc đoạn chữ.".replace(",", ".", 1)
                raise UserError(str(path), what, TOO_LARGE)


def zipped(members: Iterable[Member]) -> bytes:
    """A zip file of the members, in their order, with their dates and ways of packing."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in members:
            archive.writestr(_info(each.info), each.data, compresslevel=LEVEL)
    return buffer.getvalue()


def packed(parts: Mapping[str, bytes]) -> bytes:
    """A zip file of new parts, whose bytes depend on nothing but them: no clock, no machine."""
    return zipped(new_member(name, data) for name, data in parts.items())


def new_member(name: str, data: bytes) -> Member:
    """A member that was in no file yet."""
    info = zipfile.ZipInfo(name, NEW_MEMBER.date_time)
    info.compress_type = zipfile.ZIP_DEFLATED
    return Member(info, data)


def _info(old: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """What the directory says of a member; what the former writer knew of sizes and places is left out."""
    info = zipfile.ZipInfo(old.filename, old.date_time)
    stored = old.compress_type == zipfile.ZIP_STORED
    info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    info.external_attr, info.create_system = old.external_attr, UNIX
    return info


RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
CONTENT_TYPES_PART = "[Content_Types].xml"

EMPTY_RELATIONSHIPS = f'<Relationships xmlns="{RELATIONSHIPS}"/>'.encode()

_MARK = b"http://purl.oclc.org/ooxml/"
_CONFORMANCE = b' w:conformance="strict"'
_STRICT = rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)"
_SPELLED = {b"extendedProperties": b"extended-properties", b"customProperties": b"custom-properties"}
"""Office files saved as “Strict Open XML” have the same parts under other names of namespaces."""
# Entities are not expanded and nothing is fetched: an Office file needs neither.
PARSER = etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=False, collect_ids=False)


def transitional(data: bytes) -> bytes:
    """A part with the usual names in the place of strict ones; any other part as it is."""
    return re.sub(_STRICT, _usual, data).replace(_CONFORMANCE, b"") if _MARK in data else data


def _usual(found: re.Match[bytes]) -> bytes:
    return b"http://schemas.openxmlformats.org/" + found[1] + b"/2006/" + _SPELLED.get(found[2], found[2])


def parse(data: bytes) -> etree._Element:
    """The root element of an XML part."""
    return etree.fromstring(data, PARSER)


DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def serialise(root: etree._Element) -> bytes:
    """An XML part as Office writes it: UTF-8 with a standalone declaration."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


class Package:
    """An Office file held in memory. `changed` names the parts that differ from the file on disk."""

    def __init__(self, path: Path, data: bytes | None = None) -> None:
        """Reads the file, or `data` in its place. Raises `UserError` where that cannot be done, and for what no office
        opens either: a package that does not say what its parts are.
        """
        self._begin(path, unpacked(path, data))
        if b"opendocument.spreadsheet" in self._data.get("mimetype", b""):
            remedy = "Mở sổ, chọn Lưu thành (Save As) dạng .xlsm hoặc .xlsx, rồi làm lại với tệp đó."
            raise UserError(str(path), "sổ đang lưu dạng .ods, phần mềm chỉ làm việc với .xlsm, .xlsx.", remedy)
        self.tree(CONTENT_TYPES_PART)

    def _begin(self, path: Path, members: dict[str, Member]) -> None:
        self.path = path
        self.changed: set[str] = set()
        self._members = members
        """As the file holds them; what was changed since is in `_data`."""
        self._data = {name: transitional(member.data) for name, member in members.items()}
        self._relationships: dict[str, Relationships] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._data

    @property
    def main(self) -> str:
        """The part that the package's relationships name as the workbook or the text; empty where they name none."""
        part = self.relationships("").target("officeDocument") or ""
        return part if part in self else ""

    @property
    def names(self) -> tuple[str, ...]:
        """Every part, in the order of the file."""
        return tuple(self._data)

    def read(self, name: str) -> bytes:
        """The bytes of a part."""
        return self._data[name]

    def tree(self, name: str) -> etree._Element:
        """The root element of a part. Raises `UserError` where it is gone or damaged."""
        try:
            return parse(self._data[name])
        except (KeyError, etree.XMLSyntaxError) as error:
            why = "thiếu" if isinstance(error, KeyError) else "hỏng"
            what = f"tệp bị hỏng: {why} phần {name[:80]}."
            remedy = "Mở bằng Excel hoặc Word rồi lưu lại, hoặc lấy lại bản gốc."
            raise UserError(str(self.path), what, remedy) from error

    def write(self, name: str, data: bytes) -> None:
        """Replaces or adds a part; equal bytes are no change."""
        if self._data.get(name) != data:
            self._data[name] = data
            self.changed.add(name)

    def remove(self, name: str) -> None:
        """Takes a part out."""
        del self._data[name]
        self.changed.add(name)

    def relationships(self, part: str) -> Relationships:
        """The relationships of a part; "" for those of the package."""
        known = self._relationships.get(part)
        if known is None or not known.current:
            known = self._relationships[part] = Relationships(self, part)
        return known

    def declare(self, part: str, content_type: str) -> None:
        """Says the content type of a part, whatever was said of it before; the same again changes nothing."""
        root = self.tree(CONTENT_TYPES_PART)
        nodes = [node for node in root if node.get("PartName") == "/" + part]
        if [node.get("ContentType") for node in nodes] != [content_type]:
            for node in nodes:
                root.remove(node)
            etree.SubElement(root, f"{{{CONTENT_TYPES}}}Override", PartName="/" + part, ContentType=content_type)
            self.write(CONTENT_TYPES_PART, serialise(root))

    def declare_extension(self, extension: str, content_type: str) -> None:
        """Adds the content type of a file extension where it is not declared yet."""
        root = self.tree(CONTENT_TYPES_PART)
        if any(node.get("Extension", "").lower() == extension for node in root):
            return
        default = etree.Element(f"{{{CONTENT_TYPES}}}Default", Extension=extension, ContentType=content_type)
        root.insert(0, default)
        self.write(CONTENT_TYPES_PART, serialise(root))

    def undeclare(self, part: str) -> None:
        """Takes the content type of a part out."""
        root = self.tree(CONTENT_TYPES_PART)
        for node in [node for node in root if node.get("PartName") == "/" + part]:
            root.remove(node)
        self.write(CONTENT_TYPES_PART, serialise(root))

    def to_bytes(self) -> bytes:
        """The whole file. Parts keep their order, dates and compression; new parts come last."""
        return zipped(self._member(name, data) for name, data in self._data.items())

    def _member(self, name: str, data: bytes) -> Member:
        old = self._members.get(name)
        return new_member(name, data) if old is None else Member(old.info, data)

    def save(self, target: Path | None = None) -> None:
        """Writes the file in one step: the old or the new file is there, whole, at any moment."""
        replace_file(target or self.path, self.to_bytes())
        self.changed.clear()


class Relationships:
    """The .rels part of a part."""

    def __init__(self, package: Package, part: str) -> None:
        folder, _, name = part.rpartition("/")
        self._package = package
        self._folder = folder
        self._part = posixpath.join(folder, "_rels", f"{name}.rels") if part else "_rels/.rels"
        self._source = package.read(self._part) if self._part in package else None
        self._root = package.tree(self._part) if self._source else parse(EMPTY_RELATIONSHIPS)

    @property
    def current(self) -> bool:
        """Whether the part is still the one that was read."""
        return self._source is (self._package.read(self._part) if self._part in self._package else None)

    def target(self, kind: str) -> str | None:
        """The part that the first relationship of a kind (its last path segment) points to."""
        return next(iter(self.targets(kind)), None)

    def targets(self, kind: str) -> list[str]:
        """The parts that the relationships of a kind point to, in their order."""
        return list(self.of_kind(kind).values())

    def of_kind(self, kind: str) -> dict[str, str]:
        """The parts that the relationships of a kind point to, by their ids."""
        found = (node for node in self._root if node.get("Type", "").endswith("/" + kind))
        return {node.get("Id", ""): self._resolve(node) for node in found}

    def by_id(self, identifier: str) -> str:
        """The part of a relationship id."""
        return next(self._resolve(node) for node in self._root if node.get("Id") == identifier)

    def add(self, kind: str, target: str) -> str:
        """Adds a relationship to a part and returns its id; a kind of another vendor is given as its whole address."""
        used = {node.get("Id") for node in self._root}
        identifier = next(name for number in range(1, len(used) + 2) if (name := f"rId{number}") not in used)
        etree.SubElement(
            self._root, f"{{{RELATIONSHIPS}}}Relationship",
            Id=identifier, Type=kind if "://" in kind else f"{OFFICE_RELATIONSHIPS}/{kind}", Target="/" + target,
        )
        self._package.write(self._part, serialise(self._root))
        return identifier

    @property
    def nodes(self) -> list[etree._Element]:
        """The relationships as they stand in the part."""
        return list(self._root)

    def take(self, node: etree._Element) -> None:
        """Adds a relationship of another part with its id."""
        self._root.append(node)
        self._package.write(self._part, serialise(self._root))

    def remove(self, kind: str) -> None:
        """Takes the relationships of a kind out."""
        for node in [node for node in self._root if node.get("Type", "").endswith("/" + kind)]:
            self._root.remove(node)
        self._package.write(self._part, serialise(self._root))

    def _resolve(self, node: etree._Element) -> str:
        target = node.get("Target", "")
        return target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(self._folder, target))
