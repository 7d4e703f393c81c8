"""Thousands of filled forms in little time: some forms in turn, each with another unit's id and name patched in.

Only the parts that say whose form it is are packed anew; all others are copied as they lie in the file.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PROVINCES = 34
BYTES_A_FORM = 40_000


@dataclass(frozen=True)
class Part:
    """A member of the package as it lies there."""

    name: bytes
    crc: int
    size: int
    packed: bytes


class Stamp:
    """Makes forms of other units from one form."""

    def __init__(self, source: Path, unit: str, name: str) -> None:
        self._cells = [f">{unit}<".encode(), *(f">{each}<".encode() for each in _spellings(name))]
        self._texts: dict[str, bytes] = {}
        self._parts: list[Part] = []
        data = source.read_bytes()
        with zipfile.ZipFile(source) as archive:
            for member in archive.infolist():
                content = archive.read(member)
                if any(cell in content for cell in self._cells):
                    self._texts[member.filename] = content
                else:
                    self._parts.append(self._raw(data, member))

    @staticmethod
    def _raw(data: bytes, member: zipfile.ZipInfo) -> Part:
        names, extra = struct.unpack_from("<HH", data, member.header_offset + 26)
        start = member.header_offset + 30 + names + extra
        return Part(member.filename.encode(), member.CRC, member.file_size, data[start : start + member.compress_size])

    def form(self, unit: str, name: str) -> bytes:
        """The form of another unit."""
        cells = [f">{unit}<".encode(), *[f">{name}<".encode()] * 2]
        parts = []
        for part, content in self._texts.items():
            for old, new in zip(self._cells, cells, strict=True):
                content = content.replace(old, new)
            parts.append(_packed(part, content))
        return _package([*self._parts, *parts])


def _spellings(name: str) -> tuple[str, str]:
    """The name as it is, and with numbers for its letters beyond ASCII."""
    return name, name.encode("ascii", "xmlcharrefreplace").decode()


def _packed(name: str, data: bytes) -> Part:
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    return Part(name.encode(), zlib.crc32(data), len(data), packer.compress(data) + packer.flush())


def _package(parts: list[Part]) -> bytes:
    chunks: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for part in parts:
        common = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, part.crc, len(part.packed), part.size, len(part.name), 0)
        chunks += [b"PK\x03\x04", common, part.name, part.packed]
        directory.append(b"PK\x01\x02\x14\x00" + common + struct.pack("<HHHII", 0, 0, 0, 0, offset) + part.name)
        offset += 30 + len(part.name) + len(part.packed)
    listing = b"".join(directory)
    end = struct.pack("<HHHHIIH", 0, 0, len(parts), len(parts), len(listing), offset, 0)
    return b"".join([*chunks, listing, b"PK\x05\x06", end])


def make_forms(sources: Sequence[tuple[str, str, str, str]], folder: Path, count: int) -> Path:
    """So many forms, in one folder for each province, and the hierarchy beside them.

    `sources` are path, id, name and kind of unit of filled forms, which are used in turn.
    """
    stamps = [Stamp(Path(path), identifier, name) for path, identifier, name, _ in sources]
    lines = ["id,name,kind,parent", "nuoc,Cả nước,country,"]
    lines += [f"tinh_{number},Tỉnh {number},province,nuoc" for number in range(PROVINCES)]
    for number in range(count):
        province = folder / f"tinh_{number % PROVINCES}"
        province.mkdir(parents=True, exist_ok=True)
        form = stamps[number % len(stamps)].form(f"xa_{number}", f"Xã {number}")
        (province / f"xa_{number}.xlsx").write_bytes(form)
        lines.append(f"xa_{number},Xã {number},{sources[number % len(sources)][3]},tinh_{number % PROVINCES}")
    hierarchy = folder.with_suffix(".csv")
    hierarchy.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return hierarchy
