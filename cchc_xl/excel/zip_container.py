"""The zip file around an Office file: opened within bounds, whoever made it, and written anew.

The one place where .xlsx, .xlsm, .docx and .odt files of this machine are unpacked. Files that units send are looked
at in a process of their own, with narrower bounds (`submissions.intake`).
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from cchc_xl.errors import UserError
from cchc_xl.files import read_file
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
