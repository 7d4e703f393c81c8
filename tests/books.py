"""What tests do with workbooks on disk, and the time at which they do it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import openpyxl

from cchc_xl.master.enter_values import Entries, fill
from cchc_xl.master.master_book import open_master

NOW = datetime(2026, 1, 15, 9, 30)


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
