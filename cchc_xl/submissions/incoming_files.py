"""Which files of a folder may be forms that units have sent."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from cchc_xl.errors import UserError
from cchc_xl.files import BACKUP_FOLDER

RETURN_FOLDER = "tra_lai"
"""Where returned copies lie; nobody's figures are looked for in it."""

ISSUED_FOLDER = "bieu_mau"
"""Where the empty forms of a new period lie."""

SKIPPED_FOLDERS = frozenset({BACKUP_FOLDER, RETURN_FOLDER})

SKIPPED_PREFIXES = ("~$", ".", "_")
"""What the names of locks and hidden files begin with."""

MOST_FOLDERS = 50_000


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
