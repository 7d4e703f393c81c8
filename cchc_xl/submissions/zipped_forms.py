"""Forms that came in a .zip: taken out within the bounds of files from outside, under the names people gave them."""

from __future__ import annotations

import io
import os
import unicodedata
import zipfile
from datetime import datetime
from pathlib import Path, PurePosixPath

from cchc_xl.submissions.incoming_files import SKIPPED_PREFIXES, without_junk
from cchc_xl.submissions.intake import read_limits
from cchc_xl.submissions.intake.container_check import checked, inflated, refusing_damage
from cchc_xl.submissions.intake.read_limits import RefusedError
from cchc_xl.submissions.intake.reading_process import ordinary_bytes

SUFFIX = ".zip"
UTF8_FLAG = 0x800
OTHER_ENCODINGS = ("utf-8", "cp1258")
"""Of names that do not say theirs: programs of today, then those of Vietnamese Windows."""


def unpacked(archive: Path, folder: Path) -> dict[Path, Path]:
    """The files of an archive, written below a folder; by each, the archive with the name inside.

    Raises `RefusedError` where the archive is damaged, locked, beyond the bounds or without a file.
    """
    data = ordinary_bytes(str(archive))
    with refusing_damage():
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            members = [each for each in checked(opened.infolist()) if not each.is_dir()]
        found = {name: each for each in members if (name := _name(each)) and _wanted(name)}
        if not found:
            raise RefusedError("empty_archive")
        return {_written(folder / str(number), name, inflated(data, each), each): archive / name
                for number, (name, each) in enumerate(sorted(found.items()))}


def _name(member: zipfile.ZipInfo) -> str:
    """The name as its writer meant it, composed; a name in an encoding that nobody tells is kept as it came."""
    name = member.filename
    if not member.flag_bits & UTF8_FLAG:
        for encoding in OTHER_ENCODINGS:
            try:
                name = name.encode("cp437").decode(encoding)
                break
            except UnicodeError:
                continue
    return unicodedata.normalize("NFC", name.replace("\\", "/"))


def _wanted(name: str) -> bool:
    parts = PurePosixPath(name).parts
    hidden = any(part.startswith(SKIPPED_PREFIXES) for part in parts)
    return bool(parts) and not hidden and bool(without_junk([Path(name)]))


def _written(folder: Path, name: str, data: bytes, member: zipfile.ZipInfo) -> Path:
    """A file of its own name in a folder of its own, stored when the archive says."""
    if len(data) > read_limits.LARGEST_FILE:
        raise RefusedError("too_heavy", str(len(data) // 2**20))
    folder.mkdir(parents=True)
    target = folder / "".join(letter if letter.isprintable() else "_" for letter in PurePosixPath(name).name)
    target.write_bytes(data)
    stored = datetime(*member.date_time).timestamp()
    os.utime(target, (stored, stored))
    return target
