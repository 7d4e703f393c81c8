"""The zip file around an Office file: every member is checked and unpacked, and copied as it lies where it stays.

`zipfile` finds the members; it takes each of them through several layers, and would deflate anew what was only read.
Whatever is unusual about a member is left to it.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable

from cchc_xl.structs import Struct

LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
HEADER_SIZE = 30
UNICODE_NAME = 0x800
ENCRYPTED_OR_PATCHED = 0x1 | 0x20 | 0x40
ORDINARY_FILE = 0o600 << 16
COMPRESSION = 2
"""Of what is packed anew: half the time of the usual level, and sheets that are an eighth larger."""
VERSION = 20
"""Of the format: deflated members, no encryption."""

LARGEST, MOST = 2**31, 2**16 - 1
"""Bytes and members: beyond them another format begins (zip64), which is left to `zipfile`."""


class Member(Struct, frozen=True):
    """A member: what the directory says of it, its content, and how it lies in the file (None: to be packed)."""

    info: zipfile.ZipInfo
    data: bytes
    packed: bytes | None = None


def unpacked(file: bytes) -> list[Member]:
    """Every member of a zip file, in its order. Raises `zipfile.BadZipFile` where one is damaged."""
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return [_member(file, info) or Member(info, archive.read(info)) for info in archive.infolist()]


def _member(file: bytes, info: zipfile.ZipInfo) -> Member | None:
    """The member, if it is an ordinary one and undamaged."""
    packed = _as_it_lies(file, info)
    if packed is None:
        return None
    try:
        data = _inflated(packed, info.file_size) if info.compress_type else packed
    except zlib.error:
        return None
    sound = len(data) == info.file_size and zlib.crc32(data) == info.CRC
    return Member(info, data, packed) if sound else None


def _inflated(packed: bytes, size: int) -> bytes:
    """One byte more than was announced tells a lie, without unpacking all of it."""
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, size + 1)


def _as_it_lies(file: bytes, info: zipfile.ZipInfo) -> bytes | None:
    header = file[info.header_offset:info.header_offset + HEADER_SIZE]
    if len(header) < HEADER_SIZE or not header.startswith(LOCAL) or info.flag_bits & ENCRYPTED_OR_PATCHED:
        return None
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return None
    name, extra = struct.unpack_from("<HH", header, 26)
    start = info.header_offset + HEADER_SIZE
    encoding = "utf-8" if info.flag_bits & UNICODE_NAME else "cp437"
    if file[start:start + name] != info.orig_filename.encode(encoding):
        return None
    packed = file[start + name + extra:start + name + extra + info.compress_size]
    return packed if len(packed) == info.compress_size else None


def zipped(members: Iterable[Member]) -> bytes:
    """A zip file of the members, in their order."""
    members = list(members)
    if len(members) > MOST or sum(HEADER_SIZE + len(each.data) for each in members) > LARGEST:
        return _by_zipfile(members)
    chunks: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for each in members:
        packed = each.packed if each.packed is not None else _packed(each)
        name = each.info.filename.encode()
        facts = _facts(each, len(packed), len(name))
        place = struct.pack("<HHHII", 0, 0, 0, each.info.external_attr or ORDINARY_FILE, offset)
        directory.append(CENTRAL + bytes((VERSION, each.info.create_system)) + facts + place + name)
        chunks += (LOCAL, facts, name, packed)
        offset += HEADER_SIZE + len(name) + len(packed)
    listed = b"".join(directory)
    end = struct.pack("<HHHHIIH", 0, 0, len(members), len(members), len(listed), offset, 0)
    return b"".join((*chunks, listed, END, end))


def _packed(member: Member) -> bytes:
    if member.info.compress_type == zipfile.ZIP_STORED:
        return member.data
    packer = zlib.compressobj(COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(member.data) + packer.flush()


def _facts(member: Member, packed: int, name: int) -> bytes:
    """What the header before a member and its line in the directory say alike."""
    info = member.info
    year, month, day, hour, minute, second = info.date_time
    flags = 0 if info.filename.isascii() else UNICODE_NAME
    time, date = hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day
    method = zipfile.ZIP_STORED if info.compress_type == zipfile.ZIP_STORED else zipfile.ZIP_DEFLATED
    checksum = zlib.crc32(member.data) if member.packed is None else info.CRC
    sizes = (checksum, packed, len(member.data))
    return struct.pack("<HHHHHIIIHH", VERSION, flags, method, time, date, *sizes, name, 0)


def _by_zipfile(members: list[Member]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in members:
            archive.writestr(each.info, each.data)
    return buffer.getvalue()
