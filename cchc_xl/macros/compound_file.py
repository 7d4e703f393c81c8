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
    entries = _directory(tree)
    sectors = _Sectors()
    mini = _MiniStream()
    for entry in entries:
        entry.size = len(entry.data)
        if entry.kind == STREAM:
            entry.start = mini.add(entry.data) if entry.size < MINI_LIMIT else sectors.add(entry.data)
    entries[0].start, entries[0].size = sectors.add(bytes(mini.data)), len(mini.data)
    mini_fat = struct.pack(f"<{len(mini.fat)}I", *mini.fat)
    mini_fat_start = sectors.add(mini_fat, filler=b"\xff")
    directory_start = sectors.add(_packed_directory(entries))
    return sectors.file(directory_start, mini_fat_start, _count(mini_fat, SECTOR))


def _directory(tree: Tree) -> list[_Entry]:
    """Every entry, parents first; the children of a folder form a balanced tree (2.6.4)."""
    entries = [_Entry("Root Entry", ROOT)]
    _add_children(entries, 0, tree)
    return entries


def _add_children(entries: list[_Entry], parent: int, tree: Tree) -> None:
    first = len(entries)
    names = sorted(tree, key=lambda name: (len(name), name.upper()))
    for name in names:
        content = tree[name]
        entries.append(_Entry(name, STREAM, content) if isinstance(content, bytes) else _Entry(name, STORAGE))
    entries[parent].child = _balance(entries, first, first + len(names), _depth(len(names)))
    for number, name in enumerate(names, first):
        content = tree[name]
        if not isinstance(content, bytes):
            _add_children(entries, number, content)


def _depth(count: int) -> int:
    return max(count.bit_length() - 1, 0)


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


def _count(data: bytes, size: int) -> int:
    return -(-len(data) // size)


def _chain(first: int, count: int) -> list[int]:
    """Each sector names the next one."""
    return [*range(first + 1, first + count), END_OF_CHAIN]


class _MiniStream:
    """Short streams in pieces of 64 bytes."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.fat: list[int] = []

    def add(self, data: bytes) -> int:
        if not data:
            return END_OF_CHAIN
        first, count = len(self.fat), _count(data, MINI_SECTOR)
        self.fat += _chain(first, count)
        self.data += data.ljust(count * MINI_SECTOR, b"\0")
        return first


class _Sectors:
    """The sectors of the file behind its header, with their allocation table."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._fat: list[int] = []

    def add(self, data: bytes, filler: bytes = b"\0") -> int:
        if not data:
            return END_OF_CHAIN
        first, count = len(self._fat), _count(data, SECTOR)
        self._fat += _chain(first, count)
        self._data += data.ljust(count * SECTOR, filler)
        return first

    def file(self, directory: int, mini_fat: int, mini_fat_count: int) -> bytes:
        """Header, sectors and allocation table."""
        first, count = len(self._fat), self._fat_sectors()
        fat = [*self._fat, *[FAT_SECTOR] * count]
        table = struct.pack(f"<{len(fat)}I", *fat).ljust(count * SECTOR, b"\xff")
        numbers = (0, count, directory, 0, MINI_LIMIT, mini_fat, mini_fat_count, END_OF_CHAIN, 0)
        header = SIGNATURE + bytes(16) + struct.pack("<5H6x9I", 0x3E, 3, 0xFFFE, 9, 6, *numbers)
        listed = [*range(first, first + count), *[FREE] * (FAT_IN_HEADER - count)]
        return header + struct.pack(f"<{FAT_IN_HEADER}I", *listed) + bytes(self._data) + table

    def _fat_sectors(self) -> int:
        """The table also counts its own sectors."""
        per_sector = SECTOR // 4
        count = 1
        while count * per_sector < len(self._fat) + count:
            count += 1
        if count > FAT_IN_HEADER:
            raise ValueError("more than 7 MB of macros")
        return count
