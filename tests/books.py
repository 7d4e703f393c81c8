"""What tests do with workbooks on disk, and the time at which they do it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import openpyxl

from cchc_xl.master.build_master import new_master
from cchc_xl.master.master_book import Entries, fill, open_master
from cchc_xl.schema import Form

NOW = datetime(2026, 1, 15, 9, 30)


_blank: dict[tuple[int, str], tuple[Form, bytes]] = {}
"""The empty masters of this process; the form is kept so that no other gets its identity."""


def blank_master(form: Form, target: Path) -> Path:
    """An empty master as the program makes it, made once and copied."""
    key = id(form), target.suffix
    if key not in _blank:
        new_master(form, target)
        _blank[key] = form, target.read_bytes()
    target.write_bytes(_blank[key][1])
    return target


def enter(path: Path, entries: Entries, form_name: str = "") -> None:
    """Types values into a workbook and saves it."""
    master = open_master(path, form_name)
    fill(master, entries)
    master.workbook.commit()


@contextmanager
def edited(path: Path) -> Iterator[openpyxl.Workbook]:
    """The book with its macros as openpyxl writes it again at the end; openpyxl itself leaves their archive open."""
    book = openpyxl.load_workbook(path, keep_vba=True)
    with closing(book.vba_archive):
        yield book
        book.save(path)
