"""A sheet: its blocks of cells, its notes and its protection.

A block costs the same number of calls however large it is: values, formulas, formats, each at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cchc_xl.excel.addresses import column_letters, column_number
from cchc_xl.live.uno_bridge import (
    CalcRange,
    CalcSheet,
    as_input,
    error_named,
    formula_read,
    one_value,
    struct,
)

if TYPE_CHECKING:
    from cchc_xl.live.uno_app import UnoBook

ERRORS = 4
"""Calc's flag for formulas that give an error."""

NOTES = 8
"""Calc's flag for notes among a cell's contents."""

NOTE_SIZE = 9172, 1000
"""Hundredths of a millimetre: a note is as wide as those of a file, and as high at least; it grows with its text."""

LOGICAL = 1024
"""Calc's flag for number formats of truth values."""

LOOK = (
    "BottomBorder", "CellBackColor", "CellProtection", "CharColor", "CharFontName", "CharHeight", "CharPosture",
    "CharUnderline", "CharWeight", "HoriJustify", "IsCellBackgroundTransparent", "IsTextWrapped", "LeftBorder",
    "NumberFormat", "RightBorder", "TopBorder", "VertJustify",
)
"""What a cell looks like and whether people can type in it; the office wants these in the order of the alphabet."""


class Range:
    """A block of cells; rows and columns count from 1."""

    max_cells_per_read = max_cells_per_write = None
    """However many cells, xlwings asks for them at once."""

    def __init__(self, sheet: UnoSheet, row: int, column: int, rows: int, columns: int) -> None:
        self.sheet, self.row, self.column, self.shape = sheet, row, column, (rows, columns)
        self._found: dict[tuple[int, int], int] | None = None
        self.options: dict[str, Any] = {}

    @cached_property
    def api(self) -> CalcRange:
        """The office's object."""
        left, top, (rows, columns) = self.column - 1, self.row - 1, self.shape
        return self.sheet.api.getCellRangeByPosition(left, top, left + columns - 1, top + rows - 1)

    @property
    def place(self) -> Any:
        """The place as the office tells it, which is not asked."""
        left, top, (rows, columns) = self.column - 1, self.row - 1, self.shape
        return struct("table.CellRangeAddress", self.sheet.index - 1, left, top, left + columns - 1, top + rows - 1)

    def __len__(self) -> int:
        return self.shape[0] * self.shape[1]

    def __call__(self, row: int, column: int) -> Range:
        return Range(self.sheet, self.row + row - 1, self.column + column - 1, 1, 1)

    @property
    def raw_value(self) -> Any:
        data = [list(row) for row in self.api.getDataArray()]
        self._found = None
        if any(value is None for row in data for value in row):
            self._name_errors(data)
        self._convert(data)
        return data[0][0] if len(self) == 1 else data

    @raw_value.setter
    def raw_value(self, value: Any) -> None:
        self.formula = value

    def _name_errors(self, data: list[list[Any]]) -> None:
        """Errors come as nothing: only they are asked for one by one."""
        for place in self.api.queryFormulaCells(ERRORS).getRangeAddresses():
            for row in range(place.StartRow, place.EndRow + 1):
                for column in range(place.StartColumn, place.EndColumn + 1):
                    number = self.sheet.api.getCellByPosition(column, row).getError()
                    data[row - self.row + 1][column - self.column + 1] = error_named(number)

    def _convert(self, data: list[list[Any]]) -> None:
        """Truth values come as numbers: their number format tells. Dates stay numbers, as in a file; their format
        stands beside them."""
        if not any(type(value) is float for row in data for value in row):
            self._found = {}
            return
        formats = self.sheet.book.document.NumberFormats
        special = self._special(data)
        kinds = {key: formats.getByKey(key).Type for key in set(special.values())}
        for (down, right), key in special.items():
            number = data[down][right]
            if kinds[key] & LOGICAL and number in (0.0, 1.0):
                data[down][right] = bool(number)

    def _special(self, data: list[list[Any]]) -> dict[tuple[int, int], int]:
        """Place in the block and number format of every number that is shown as something else."""
        if self._found is None:
            self._found = {
                (down, right): key
                for area in map(self._part, self.sheet.areas_shown_otherwise())
                if area is not None and any(type(data[down][right]) is float for down, right in self._places(area))
                for key, part in area.by_format()
                for down, right in self._places(part) if type(data[down][right]) is float
            }
        return self._found

    def special_formats(self) -> dict[tuple[int, int], str]:
        """Codes of the number formats that say more than the number, by row and column; from the last read."""
        found = self._found or {}
        codes = {key: self.sheet.book.format_code(key) for key in set(found.values())}
        return {(self.row + down, self.column + right): codes[key] for (down, right), key in found.items()}

    def _part(self, place: Any) -> Range | None:
        """What an area of the sheet has in common with this block."""
        top, left = max(place.StartRow + 1, self.row), max(place.StartColumn + 1, self.column)
        bottom = min(place.EndRow + 1, self.row + self.shape[0] - 1)
        right = min(place.EndColumn + 1, self.column + self.shape[1] - 1)
        if top > bottom or left > right:
            return None
        return Range(self.sheet, top, left, bottom - top + 1, right - left + 1)

    def _places(self, area: Range) -> Iterator[tuple[int, int]]:
        """Every cell of an area, counted from this block's first cell."""
        for row in range(area.row, area.row + area.shape[0]):
            for column in range(area.column, area.column + area.shape[1]):
                yield row - self.row, column - self.column

    def by_format(self) -> Iterator[tuple[int, Range]]:
        """Parts of this block with their number format, halved until each has one."""
        if (key := one_value(self.api, "NumberFormat")) is not None:
            yield key, self
            return
        rows, columns = self.shape
        if rows > 1:
            parts = ((0, 0, rows // 2, columns), (rows // 2, 0, rows - rows // 2, columns))
        else:
            parts = ((0, 0, 1, columns // 2), (0, columns // 2, 1, columns - columns // 2))
        for down, right, height, width in parts:
            yield from Range(self.sheet, self.row + down, self.column + right, height, width).by_format()

    @property
    def formula(self) -> Any:
        rows = tuple(tuple(map(formula_read, row)) for row in self.api.getFormulaArray())
        return rows[0][0] if len(self) == 1 else rows

    @formula.setter
    def formula(self, value: Any) -> None:
        rows = tuple(tuple(map(as_input, row)) for row in self._as_rows(value))
        with self.sheet.book.unrecorded():
            self.api.setFormulaArray(rows)

    def _as_rows(self, value: Any) -> Sequence[Sequence[Any]]:
        if not isinstance(value, list | tuple):
            return [[value] * self.shape[1]] * self.shape[0]
        return value if isinstance(value[0], list | tuple) else [value]

    @property
    def number_format(self) -> str | None:
        """The code of the format; None where the cells have different ones."""
        key = one_value(self.api, "NumberFormat")
        return None if key is None else self.sheet.book.format_code(key)

    def autofill(self, destination: Any, type_: str) -> None:
        """Gives every row of the destination the look of this row; it is the one way of filling that is offered."""
        if type_ != "fill_formats":
            raise NotImplementedError(type_)
        target = destination.impl
        with self.sheet.book.unrecorded():
            for column in range(self.column, self.column + self.shape[1]):
                look = Range(self.sheet, self.row, column, 1, 1).api.getPropertyValues(LOOK)
                filled = Range(self.sheet, target.row, column, target.shape[0], 1)
                filled.api.setPropertyValues(LOOK, look)

    @property
    def note(self) -> Note | None:
        annotation = self.annotation()
        return Note(self, annotation) if annotation.getString() else None

    def add_note(self, text: str) -> Note:
        address = struct("table.CellAddress", self.sheet.index - 1, self.column - 1, self.row - 1)
        with self.sheet.book.unrecorded():
            self.sheet.api.Annotations.insertNew(address, text)
            annotation = self.annotation()
            # The office makes it as narrow as a cell, and as high as it must be then.
            annotation.getAnnotationShape().setSize(struct("awt.Size", *NOTE_SIZE))
        return Note(self, annotation)

    def annotation(self) -> Any:
        """The office's object for the note of the first cell, which may be empty."""
        return self.sheet.api.getCellByPosition(self.column - 1, self.row - 1).getAnnotation()

    def get_address(self, row_absolute: bool, column_absolute: bool, external: bool) -> str:
        def corner(row: int, column: int) -> str:
            return f"{'$' * column_absolute}{column_letters(column)}{'$' * row_absolute}{row}"

        first = corner(self.row, self.column)
        last = corner(self.row + self.shape[0] - 1, self.column + self.shape[1] - 1)
        return first if first == last else f"{first}:{last}"

    @property
    def address(self) -> str:
        return self.get_address(True, True, False)

    def select(self) -> None:
        self.sheet.book.document.CurrentController.select(self.api)


class Note:
    """The note of a cell."""

    def __init__(self, cell: Range, annotation: Any) -> None:
        self.location, self.api = cell, annotation

    @property
    def text(self) -> str:
        return str(self.api.getString())

    def delete(self) -> None:
        with self.location.sheet.book.unrecorded():
            self.location.api.clearContents(NOTES)


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

    def activate(self) -> None:
        self.book.document.CurrentController.setActiveSheet(self.api)

    def areas_shown_otherwise(self) -> Sequence[Any]:
        """Areas that hold all percentages, dates and truth values; texts that look alike are among them."""
        search = self.api.createSearchDescriptor()
        search.SearchRegularExpression, search.SearchType, search.SearchString = True, SEARCH_DISPLAYED, NOT_PLAIN
        found = self.api.findAll(search)
        dates = self.api.queryContentCells(DATES).getRangeAddresses()
        return [*(found.getRangeAddresses() if found is not None else ()), *dates]
