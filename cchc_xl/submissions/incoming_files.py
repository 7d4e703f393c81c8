"""Which files of a folder may be forms that units have sent, and which are master workbooks; and forms that came in a
.zip: taken out within the bounds of files from outside, under the names people gave them.
"""

from __future__ import annotations

import io
import os
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

from cchc_xl import sheet_names
from cchc_xl.errors import UserError
from cchc_xl.excel.addresses import RELATIONS, main_part
from cchc_xl.files import BACKUP_FOLDER, cannot_open

RETURN_FOLDER = "tra_lai"
"""Where returned copies lie; nobody's figures are looked for in it."""

ISSUED_FOLDER = "bieu_mau"
"""Where the empty forms of a new period lie."""

ARRIVAL_FOLDER = "nop_ve"
"""Beside the workbook: where people may put what units have sent, to be found first."""


def arrival_folder(beside: Path) -> Path:
    """Where forms that units have sent are looked for first: their own folder, that of downloads, beside the book."""
    places = (beside / ARRIVAL_FOLDER, Path.home() / "Downloads")
    return next((place for place in places if place.is_dir()), beside)


FORM_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".zip")
"""What a window offers to choose."""

SKIPPED_FOLDERS = frozenset({BACKUP_FOLDER, RETURN_FOLDER})

SKIPPED_PREFIXES = ("~$", ".", "_")
"""What the names of locks and hidden files begin with."""

JUNK = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini"})
"""What Windows puts into folders by itself."""

MOST_FOLDERS = 50_000


def without_junk(files: Sequence[Path]) -> list[Path]:
    """The files that a person may have sent."""
    return [path for path in files if path.name.lower() not in JUNK]


def files_in(
    places: Iterable[Path], skipped: Collection[str] = SKIPPED_FOLDERS, endings: tuple[str, ...] = ()
) -> list[Path]:
    """The files named, and the files of the folders named with all folders below, in a fixed order.

    Locks, hidden files, folders with a name in `skipped` and files with one of the endings are left out. Raises
    `UserError` where there is none.
    """
    found: dict[Path, None] = {}
    for place in places:
        if place.is_dir() and not place.is_symlink():
            found.update((path, None) for path in _below(place, skipped) if not path.name.endswith(endings))
        else:
            found[place] = None
    if not found:
        what = "không có tệp nào."
        raise UserError(", ".join(map(str, places)), what, "Chỉ rõ tệp hoặc thư mục chứa các biểu mẫu.")
    return list(found)


def _below(folder: Path, skipped: Collection[str]) -> Iterator[Path]:
    """Files below a folder, and links to folders, which are not followed."""
    for number, (root, folders, names) in enumerate(os.walk(folder)):
        if number > MOST_FOLDERS:
            raise UserError(str(folder), f"có hơn {MOST_FOLDERS} thư mục con.", "Chỉ rõ thư mục chứa các biểu mẫu.")
        wanted = sorted(name for name in folders if name not in skipped and not name.startswith(SKIPPED_PREFIXES))
        links = [name for name in wanted if os.path.islink(os.path.join(root, name))]
        folders[:] = [name for name in wanted if name not in links]
        yield from (Path(root, name) for name in sorted([*names, *links]) if not name.startswith(SKIPPED_PREFIXES))


LARGEST_LIST = 1_000_000
"""Bytes of a workbook's list of sheets that are read."""
SHEET_NAME = re.compile(r'<(?:\w{1,20}:)?sheet\s[^>]{0,500}?name="([^"]{1,200})"')


def is_master(path: Path) -> bool:
    """Whether the list of sheets is that of a master; nothing else of a file from outside is read here."""
    try:
        with ZipFile(path) as archive:
            main = main_part(_beginning(archive, RELATIONS)) or "xl/workbook.xml"
            listed = set(SHEET_NAME.findall(_beginning(archive, main).decode("utf-8", "replace")))
    except (BadZipFile, KeyError, NotImplementedError, RuntimeError, ValueError):
        return False
    except OSError as error:
        raise cannot_open(path, error) from error
    own = {sheet_names.HOME, sheet_names.UNITS, sheet_names.FINDINGS, sheet_names.LOG, sheet_names.DOCUMENTS}
    return len(listed & own) >= 2


def _beginning(archive: ZipFile, part: str) -> bytes:
    with archive.open(part) as stream:
        return stream.read(LARGEST_LIST)


ARCHIVE_SUFFIX = ".zip"
UTF8_FLAG = 0x800
OTHER_ENCODINGS = ("utf-8", "cp1258")
"""Of names that do not say theirs: programs of today, then those of Vietnamese Windows."""


def unpacked(archive: Path, folder: Path) -> dict[Path, Path]:
    """The files of an archive, written below a folder; by each, the archive with the name inside.

    Raises `RefusedError` where the archive is damaged, locked, beyond the bounds or without a file.
    """
    # Only for an archive: the beginning of every work asks what kind of file it was given.
    from cchc_xl.submissions.intake.container_check import checked, inflated, refusing_damage
    from cchc_xl.submissions.intake.read_limits import LARGEST_FILE, RefusedError
    from cchc_xl.submissions.intake.reading_process import ordinary_bytes

    data = ordinary_bytes(str(archive))
    with refusing_damage():
        with ZipFile(io.BytesIO(data)) as opened:
            members = [each for each in checked(opened.infolist()) if not each.is_dir()]
        found = {name: each for each in members if (name := _name(each)) and _wanted(name)}
        if not found:
            raise RefusedError("empty_archive")
        if (largest := max(each.file_size for each in found.values())) > LARGEST_FILE:
            raise RefusedError("too_heavy", str(largest // 2**20))
        return {_written(folder / str(number), name, inflated(data, each), each): archive / name
                for number, (name, each) in enumerate(sorted(found.items()))}


def _name(member: ZipInfo) -> str:
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


def _written(folder: Path, name: str, data: bytes, member: ZipInfo) -> Path:
    """A file of its own name in a folder of its own, stored when the archive says."""
    folder.mkdir(parents=True)
    target = folder / "".join(letter if letter.isprintable() else "_" for letter in PurePosixPath(name).name)
    target.write_bytes(data)
    stored = datetime(*member.date_time).timestamp()
    os.utime(target, (stored, stored))
    return target
