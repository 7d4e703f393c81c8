"""A sheet: its blocks of cells, its notes and its protection."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cchc_xl.excel.addresses import column_number
from cchc_xl.live.uno_engine.uno_bridge import CalcSheet, one_value, struct, uno_error
from cchc_xl.live.uno_engine.uno_range import Note, Range

if TYPE_CHECKING:
    from cchc_xl.live.uno_engine.uno_book import UnoBook

A1 = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?")
DATES = 2
"""Calc's flag for cells that hold a date."""

SEARCH_DISPLAYED = 1
NOT_PLAIN = r"%|/|:|\d-\d|^TRUE$|^FALSE$"
"""What the display of percentages, dates, times and truth values has in it."""


class UnoSheet:
    """One sheet, by the office's object or by its name. What was asked once is not asked again."""

    def __init__(self, book: UnoBook, sheet: CalcSheet | None = None, name: str = "") -> None:
        self.book = book
        self._calc = sheet
        self._name = name

    @property
    def api(self) -> CalcSheet:
        """The office's object."""
        if self._calc is None:
            self._calc = self.book.document.Sheets.getByName(self._name)
        return self._calc

    @property
    def name(self) -> str:
        self._name = self._name or self.api.Name
        return self._name

    @cached_property
    def index(self) -> int:
        return int(self.api.RangeAddress.Sheet) + 1

    def range(self, first: Any, second: Any = None) -> Range:
        """A block by address, by (row, column), by two corners, or by (row, column, rows, columns)."""
        if isinstance(first, tuple) and len(first) == 4:
            return Range(self, *first)
        start = self._corner(first)
        end = start if second is None else self._corner(second)
        row, column = min(start.row, end.row), min(start.column, end.column)
        last_row = max(start.row + start.shape[0], end.row + end.shape[0])
        last_column = max(start.column + start.shape[1], end.column + end.shape[1])
        return Range(self, row, column, last_row - row, last_column - column)

    def _corner(self, place: Any) -> Range:
        if isinstance(place, Range):
            return place
        if isinstance(place, tuple):
            return Range(self, place[0], place[1], 1, 1)
        match = A1.fullmatch(place)
        if match is None:
            raise ValueError(place)
        row, column = int(match[2]), column_number(match[1])
        last_row, last_column = (int(match[4]), column_number(match[3])) if match[3] else (row, column)
        return Range(self, row, column, last_row - row + 1, last_column - column + 1)

    @property
    def used_range(self) -> Range:
        cursor = self.api.createCursor()
        cursor.gotoEndOfUsedArea(False)
        end = cursor.RangeAddress
        return Range(self, 1, 1, end.EndRow + 1, end.EndColumn + 1)

    @property
    def notes(self) -> Iterator[Note]:
        annotations = self.api.Annotations
        for number in range(annotations.getCount()):
            annotation = annotations.getByIndex(number)
            place = annotation.getPosition()
            yield Note(Range(self, place.Row + 1, place.Column + 1, 1, 1), annotation)

    def all_open(self, addresses: Sequence[str]) -> bool:
        """Whether people can type into all of some blocks while the sheet is protected."""
        blocks = (self._corner(address) for address in addresses)
        places = [
            struct(
                "table.CellRangeAddress", self.index - 1, block.column - 1, block.row - 1,
                block.column + block.shape[1] - 2, block.row + block.shape[0] - 2,
            ) for block in blocks
        ]
        together = self.book.document.createInstance("com.sun.star.sheet.SheetCellRanges")
        together.addRangeAddresses(tuple(places), False)
        protection = one_value(together, "CellProtection")
        return protection is not None and not protection.IsLocked

    def activate(self) -> None:
        self.book.document.CurrentController.setActiveSheet(self.api)

    def is_protected(self) -> bool:
        """Whether locked cells refuse changes: values with an error, colours and notes in silence."""
        return bool(self.api.isProtected())

    def protect(self, on: bool) -> bool:
        """Switches the protection; what it allows besides stays as it was. Tells whether it is now as wanted."""
        # The office answers a password that is missing with an error: the sheet then stays as it was.
        with self.book.unrecorded(), contextlib.suppress(uno_error()):
            (self.api.protect if on else self.api.unprotect)("")
        return self.is_protected() == on

    def areas_shown_otherwise(self) -> Sequence[Any]:
        """Areas that hold all percentages, dates and truth values; texts that look alike are among them."""
        search = self.api.createSearchDescriptor()
        search.SearchRegularExpression, search.SearchType, search.SearchString = True, SEARCH_DISPLAYED, NOT_PLAIN
        found = self.api.findAll(search)
        dates = self.api.queryContentCells(DATES).getRangeAddresses()
        return [*(found.getRangeAddresses() if found is not None else ()), *dates]
