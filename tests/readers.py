"""What the reading processes say of a file, kept: hundreds of runs read the same forms, and most are about the rest."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from cchc_xl.submissions.intake.reader_pool import ReaderPool

BOOKS = frozenset({".xlsx", ".xlsm"})
"""Files that say all they say themselves; a result as CSV is read with the tables that stand beside it."""

LARGEST = 2**22
_said: dict[tuple[object, ...], str] = {}


@contextmanager
def read_once() -> Iterator[None]:
    """The same bytes at the same place are read once by so many processes that are started with the same words."""
    first = ReaderPool.read_all

    def read_all(pool: ReaderPool, paths: Iterable[Path]) -> Iterator[tuple[Path, dict[str, Any]]]:
        started_with = len(pool._readers), *map(meant, pool._readers[0]._command)
        asked = [(path, _key(path, started_with)) for path in paths]
        new = [key is None or key not in _said for _, key in asked]
        answers = first(pool, [path for (path, _), fresh in zip(asked, new, strict=True) if fresh])
        for (path, key), fresh in zip(asked, new, strict=True):
            said = json.dumps(next(answers)[1]) if fresh else _said[key]  # type: ignore[index]
            if key is not None:
                _said[key] = said
            yield path, json.loads(said)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ReaderPool, "read_all", read_all)
        yield


def _key(path: Path, started_with: tuple[object, ...]) -> tuple[object, ...] | None:
    """None for what is read every time."""
    if path.suffix not in BOOKS or path.is_symlink() or not path.is_file() or path.stat().st_size > LARGEST:
        return None
    return str(path), sha256(path.read_bytes()).digest(), *started_with


def meant(word: str) -> object:
    """A word of a command; of a file or a folder what is in it, wherever it stands."""
    place = Path(word)
    if not place.is_absolute():
        return word
    files = [place] if place.is_file() else sorted(each for each in place.rglob("*") if each.is_file())
    return tuple((each.name, each.read_bytes()) for each in files)
