"""Workbooks as openpyxl reads them, kept: the tests open the same empty forms and masters again and again, and to take
up what was read is several times quicker than to read it."""

from __future__ import annotations

import io
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

import openpyxl
import pytest

MOST = 150
"""Books kept by a process, of some megabytes at most; the one asked for longest ago goes first."""

Key = tuple[bytes, bool, bool]
_asked: set[Key] = set()
_kept: dict[Key, bytes] = {}


@contextmanager
def loaded_once() -> Iterator[None]:
    """What is read a second time is kept; everybody gets a book of their own."""
    first = openpyxl.load_workbook

    def load_workbook(
        file: Path | str | IO[bytes], data_only: bool = False, rich_text: bool = False, **other: Any
    ) -> openpyxl.Workbook:
        if other:  # its archive stays open
            return first(file, data_only=data_only, rich_text=rich_text, **other)
        data = file.read() if hasattr(file, "read") else Path(file).read_bytes()
        key = sha256(data).digest(), data_only, rich_text
        if key in _kept:
            _kept[key] = _kept.pop(key)
            return _taken_up(_kept[key])
        # A path is opened as such: what openpyxl refuses it names.
        book = first(io.BytesIO(data) if hasattr(file, "read") else file, data_only=data_only, rich_text=rich_text)
        if key in _asked:
            _kept[key] = pickle.dumps(book, pickle.HIGHEST_PROTOCOL)
            if len(_kept) > MOST:
                del _kept[next(iter(_kept))]
        _asked.add(key)
        return book

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(openpyxl, "load_workbook", load_workbook)
        yield


def _taken_up(kept: bytes) -> openpyxl.Workbook:
    book: openpyxl.Workbook = pickle.loads(kept)
    for sheet in book.worksheets:
        # How a row or column that nobody has set yet is made does not come back with the others.
        sheet.row_dimensions.default_factory = sheet._add_row
        sheet.column_dimensions.default_factory = sheet._add_column
    return book
