"""The file vbaProject.bin (MS-OVBA) from VBA sources, without compiled code: Office compiles from the source at load.

Stream _VBA_PROJECT has version 0xFFFF and every module has text offset 0, as the specification asks of writers
(2.3.4.1). The streams lie in a compound file (MS-CFB, version 3). Nothing comes from a clock or from chance: the same
sources give the same bytes.
"""

from __future__ import annotations

import hashlib
import struct
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

SECTOR, MINI_SECTOR = 512, 64
MINI_LIMIT = 4096
"""Streams shorter than this live in the mini stream."""

END_OF_CHAIN, FREE, FAT_SECTOR, NO_ENTRY = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")
FAT_IN_HEADER = 109
"""FAT sectors that the header lists by itself: enough for 7 MB."""

STORAGE, STREAM, ROOT = 1, 2, 5
RED, BLACK = 0, 1

Tree = Mapping[str, "bytes | Tree"]


@dataclass(slots=True)
class _Entry:
    """A line of the directory."""

    name: str
    kind: int
    data: bytes = b""
    left: int = NO_ENTRY
    right: int = NO_ENTRY
    child: int = NO_ENTRY
    colour: int = BLACK
    start: int = 0
    size: int = 0

    def pack(self) -> bytes:
        name = self.name.encode("utf-16-le") + b"\0\0" if self.name else b""
        numbers = (len(name), self.kind, self.colour, self.left, self.right, self.child)
        # Class id, state and times stay zero.
        return name.ljust(64, b"\0") + struct.pack("<HBBIII", *numbers) + bytes(36) + struct.pack(
            "<IQ", self.start, self.size
        )


def compound_file(tree: Tree) -> bytes:
    """The file that holds a tree of folders (mappings) and streams (bytes)."""
    entries = [_Entry("Root Entry", ROOT)]
    _add_children(entries, 0, tree)
    sectors, mini = _Sectors(SECTOR), _Sectors(MINI_SECTOR)
    for entry in entries:
        entry.size = len(entry.data)
        if entry.kind == STREAM:
            entry.start = (mini if entry.size < MINI_LIMIT else sectors).add(entry.data)
    entries[0].start, entries[0].size = sectors.add(bytes(mini.data)), len(mini.data)
    mini_fat = struct.pack(f"<{len(mini.fat)}I", *mini.fat)
    mini_fat_start = sectors.add(mini_fat, filler=b"\xff")
    return _file(sectors, sectors.add(_packed_directory(entries)), mini_fat_start, len(mini_fat))


def _add_children(entries: list[_Entry], parent: int, tree: Tree) -> None:
    """Parents stand before their children, which form a balanced tree (2.6.4)."""
    first = len(entries)
    names = sorted(tree, key=lambda name: (len(name), name.upper()))
    for name in names:
        content = tree[name]
        entries.append(_Entry(name, STREAM, content) if isinstance(content, bytes) else _Entry(name, STORAGE))
    entries[parent].child = _balance(entries, first, first + len(names), len(names).bit_length() - 1)
    for number, name in enumerate(names, first):
        content = tree[name]
        if not isinstance(content, bytes):
            _add_children(entries, number, content)


def _balance(entries: list[_Entry], low: int, high: int, levels: int, depth: int = 0) -> int:
    """Links entries low…high-1 into a red-black tree: red only on the last level, so every path has as many blacks."""
    if low >= high:
        return NO_ENTRY
    middle = (low + high) // 2
    entry = entries[middle]
    entry.colour = RED if depth == levels and depth else BLACK
    entry.left = _balance(entries, low, middle, levels, depth + 1)
    entry.right = _balance(entries, middle + 1, high, levels, depth + 1)
    return middle


def _packed_directory(entries: Iterable[_Entry]) -> bytes:
    lines = [entry.pack() for entry in entries]
    spare = -len(lines) % (SECTOR // 128)
    return b"".join(lines + [_Entry("", 0).pack()] * spare)


class _Sectors:
    """Streams in sectors of one size, with the table in which each sector names the next one."""

    def __init__(self, size: int) -> None:
        self.size, self.data, self.fat = size, bytearray(), list[int]()

    def add(self, data: bytes, filler: bytes = b"\0") -> int:
        """The first sector of some data."""
        if not data:
            return END_OF_CHAIN
        first, count = len(self.fat), -(-len(data) // self.size)
        self.fat += [*range(first + 1, first + count), END_OF_CHAIN]
        self.data += data.ljust(count * self.size, filler)
        return first


def _file(sectors: _Sectors, directory: int, mini_fat: int, mini_fat_length: int) -> bytes:
    """Header, sectors and allocation table, which also counts its own sectors."""
    first, count = len(sectors.fat), 1
    while count * SECTOR // 4 < first + count:
        count += 1
    if count > FAT_IN_HEADER:
        raise ValueError("more than 7 MB of macros")
    fat = [*sectors.fat, *[FAT_SECTOR] * count]
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(count * SECTOR, b"\xff")
    numbers = (0, count, directory, 0, MINI_LIMIT, mini_fat, -(-mini_fat_length // SECTOR), END_OF_CHAIN, 0)
    header = SIGNATURE + bytes(16) + struct.pack("<5H6x9I", 0x3E, 3, 0xFFFE, 9, 6, *numbers)
    listed = [*range(first, first + count), *[FREE] * (FAT_IN_HEADER - count)]
    return header + struct.pack(f"<{FAT_IN_HEADER}I", *listed) + bytes(sectors.data) + table


CODE_PAGE = 1252
PROJECT_NAME = "VBAProject"
NO_CACHE = bytes.fromhex("cc61ffff000000")

REFERENCES = (
    ("stdole", r"*\G{00020430-0000-0000-C000-000000000046}#2.0#0#C:\Windows\System32\stdole2.tlb#OLE Automation"),
    (
        "Office",
        r"*\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.0#0#C:\Program Files\Common Files\Microsoft Shared\OFFICE16"
        r"\MSO.DLL#Microsoft Office 16.0 Object Library",
    ),
)
"""Found by their registered ids; the paths are hints only. Office holds the type of a ribbon control."""

CHUNK = 4096
MINIMUM_COPY = 3
TOKENS_A_GROUP = 8
RAW_HEADER, COMPRESSED_HEADER = 0x3FFF, 0xB000
"""Upper bits of a chunk's header; the lower twelve hold its length less three."""


class ModuleKind(Enum):
    """What a module belongs to: nothing, the workbook, or a sheet."""

    MODULE = "module"
    WORKBOOK = "workbook"
    SHEET = "sheet"


BASES = {
    ModuleKind.WORKBOOK: "0{00020819-0000-0000-C000-000000000046}",
    ModuleKind.SHEET: "0{00020820-0000-0000-C000-000000000046}",
}
DOCUMENT_ATTRIBUTES = (
    ("VB_GlobalNameSpace", False), ("VB_Creatable", False), ("VB_PredeclaredId", True), ("VB_Exposed", True),
    ("VB_TemplateDerived", False), ("VB_Customizable", True),
)


@dataclass(frozen=True, slots=True)
class Module:
    """A module: its name, what it belongs to, and its ASCII source with Attribute lines and CRLF."""

    name: str
    kind: ModuleKind
    source: str


def document_module(name: str, kind: ModuleKind) -> Module:
    """The empty module that the workbook and every sheet must have."""
    lines = [f'Attribute VB_Name = "{name}"', f'Attribute VB_Base = "{BASES[kind]}"']
    lines += [f"Attribute {attribute} = {value}" for attribute, value in DOCUMENT_ATTRIBUTES]
    return Module(name, kind, "\r\n".join(lines) + "\r\n")


def vba_project(modules: Sequence[Module]) -> bytes:
    """The bytes of vbaProject.bin."""
    if len({module.name.lower() for module in modules}) != len(modules):
        raise ValueError("names of modules must differ by more than case")
    streams = {module.name: compress(module.source.encode("ascii")) for module in modules}
    streams["dir"] = compress(_directory(modules))
    streams["_VBA_PROJECT"] = NO_CACHE
    return compound_file({"VBA": streams, "PROJECT": _project(modules), "PROJECTwm": _name_map(modules)})


def _record(identifier: int, data: bytes = b"") -> bytes:
    return struct.pack("<HI", identifier, len(data)) + data


def _number(identifier: int, value: int) -> bytes:
    return _record(identifier, struct.pack("<I", value))


def _text(identifier: int, unicode_identifier: int, text: str) -> bytes:
    """A text twice: in the code page and in UTF-16."""
    return _record(identifier, text.encode("ascii")) + _record(unicode_identifier, text.encode("utf-16-le"))


def _directory(modules: Sequence[Module]) -> bytes:
    """The stream dir (2.3.4.2): what the project is, refers to and consists of."""
    references = b"".join(_reference(name, library) for name, library in REFERENCES)
    count = _record(0x0F, struct.pack("<H", len(modules))) + _record(0x13, b"\xff\xff")
    return _information() + references + count + b"".join(_module(module) for module in modules) + _record(0x10)


def _information() -> bytes:
    """PROJECTINFORMATION (2.3.4.2.1): 64-bit Windows, English, no help file."""
    return b"".join((
        _number(0x01, 3), _number(0x02, 0x409), _number(0x14, 0x409), _record(0x03, struct.pack("<H", CODE_PAGE)),
        _record(0x04, PROJECT_NAME.encode()), _text(0x05, 0x40, ""), _text(0x06, 0x3D, ""), _number(0x07, 0),
        _number(0x08, 0),
        # The size of the version record leaves out its minor number (2.3.4.2.1.11).
        struct.pack("<HIIH", 0x09, 4, 0x65BE0257, 17),
        _text(0x0C, 0x3C, ""),
    ))


def _reference(name: str, library: str) -> bytes:
    raw = library.encode("ascii")
    return _text(0x16, 0x3E, name) + _record(0x0D, struct.pack("<I", len(raw)) + raw + struct.pack("<IH", 0, 0))


def _module(module: Module) -> bytes:
    """MODULE (2.3.4.2.3.2): name, stream, no doc string, text offset 0, no help, no cookie."""
    kind = _record(0x21 if module.kind is ModuleKind.MODULE else 0x22)
    return b"".join((
        _text(0x19, 0x47, module.name), _text(0x1A, 0x32, module.name), _text(0x1C, 0x48, ""),
        _number(0x31, 0), _number(0x1E, 0), _record(0x2C, b"\xff\xff"), kind, _record(0x2B),
    ))


def _project(modules: Sequence[Module]) -> bytes:
    """The stream PROJECT (2.3.1): text lines."""
    identifier = _identifier(modules)
    lines = [f'ID="{identifier}"', *(_project_line(module) for module in modules)]
    lines += [f'Name="{PROJECT_NAME}"', 'HelpContextID="0"', 'VersionCompatible32="393222000"']
    # Not protected, no password, visible: the three states a project is in, in the format's own obfuscation.
    lines += [f'CMG="{_obscured(identifier, bytes(4), 0x0B)}"', f'DPB="{_obscured(identifier, bytes(1), 0x41)}"']
    lines += [f'GC="{_obscured(identifier, bytes([255]), 0x77)}"', "", "[Host Extender Info]"]
    lines += ["&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000", "", "[Workspace]"]
    lines += [f"{module.name}=0, 0, 0, 0, C" for module in modules]
    return ("\r\n".join(lines) + "\r\n").encode("ascii")


def _project_line(module: Module) -> str:
    return f"Module={module.name}" if module.kind is ModuleKind.MODULE else f"Document={module.name}/&H00000000"


def _identifier(modules: Sequence[Module]) -> str:
    digest = hashlib.sha256("\0".join(f"{module.name}\0{module.source}" for module in modules).encode()).digest()
    return f"{{{str(uuid.UUID(bytes=digest[:16], version=4)).upper()}}}"


def _obscured(identifier: str, data: bytes, seed: int) -> str:
    """Data encryption of 2.4.3.2 with a fixed seed."""
    key = sum(identifier.encode("ascii")) & 0xFF
    encrypted = [seed, 2 ^ seed, key ^ seed]
    plain = key
    for byte in b"\x07" * ((seed & 6) // 2) + struct.pack("<I", len(data)) + data:
        encrypted.append(byte ^ ((encrypted[-2] + plain) & 0xFF))
        plain = byte
    return bytes(encrypted).hex().upper()


def _name_map(modules: Sequence[Module]) -> bytes:
    """The stream PROJECTwm (2.3.3): every name in the code page and in UTF-16."""
    names = (module.name.encode("ascii") + b"\0" + module.name.encode("utf-16-le") + b"\0\0" for module in modules)
    return b"".join(names) + b"\0\0"


def compress(data: bytes) -> bytes:
    """The compressed container of some bytes (2.4.1): chunks of 4096 bytes, literals and copies of earlier bytes."""
    chunks = (data[start : start + CHUNK] for start in range(0, len(data), CHUNK))
    return b"\x01" + b"".join(_packed(chunk) for chunk in chunks)


def _packed(chunk: bytes) -> bytes:
    body = _encoded(chunk)
    if len(body) <= CHUNK:
        return struct.pack("<H", COMPRESSED_HEADER | (len(body) - 1)) + body
    if len(chunk) < CHUNK:
        # The format pads a raw chunk to 4096 bytes, which would lengthen the source.
        raise ValueError("a short chunk does not compress: this is no VBA source")
    return struct.pack("<H", RAW_HEADER) + chunk


def _encoded(chunk: bytes) -> bytes:
    """One chunk as groups of eight tokens, each group behind a byte that says which are copies."""
    groups, at = bytearray(), 0
    while at < len(chunk):
        flags, tokens = 0, bytearray()
        for bit in range(TOKENS_A_GROUP):
            # The further into the chunk, the more of a token's 16 bits the offset needs (2.4.1.3.19.1).
            bits = 16 - max(4, (at - 1).bit_length())
            offset, length = _best_copy(chunk, at, min((1 << bits) - 1 + MINIMUM_COPY, len(chunk) - at))
            if length:
                flags |= 1 << bit
                tokens += struct.pack("<H", (offset - 1) << bits | length - MINIMUM_COPY)
            else:
                tokens += chunk[at : at + 1]
            at += length or 1
        groups += bytes([flags]) + tokens
    return bytes(groups)


def _best_copy(chunk: bytes, at: int, longest: int) -> tuple[int, int]:
    """Offset and length of the longest earlier match, the nearest of equals; (0, 0) where there is none."""
    place, length = 0, MINIMUM_COPY - 1
    # The nearest place that matches by one more byte; it may reach into what is being matched.
    while length < longest and (found := chunk.rfind(chunk[at : at + length + 1], 0, at + length)) >= 0:
        place, length = found, length + 1
        while length < longest and chunk[place + length] == chunk[at + length]:
            length += 1
    return (at - place, length) if length >= MINIMUM_COPY else (0, 0)
