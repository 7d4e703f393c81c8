"""Compound files (MS-CFB, version 3): folders and streams in one file, the container of a VBA project.

Nothing in it comes from a clock or from chance: the same streams give the same bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

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
