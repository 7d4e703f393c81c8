"""A block of cells. It costs the same number of calls however large it is: values, formulas, formats, each at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from cchc_xl.excel.addresses import column_letters
from cchc_xl.live.uno_engine.calc_formulas import to_calc, to_excel
from cchc_xl.live.uno_engine.uno_bridge import CalcRange, RangeAddress, Rows, ambiguous, struct
from cchc_xl.live.uno_engine.uno_values import TEXT_MARK, as_input, error_named, from_serial

if TYPE_CHECKING:
    from cchc_xl.live.uno_engine.uno_sheet import UnoSheet

ERRORS = 4
"""Calc's flag for formulas that give an error."""

NOTES = 8
"""Calc's flag for notes among a cell's contents."""

NOTE_SIZE = 9172, 1000
"""Hundredths of a millimetre: a note is as wide as those of a file, and as high at least; it grows with its text."""

DATE_TYPES, LOGICAL = 2 | 4, 1024
"""Calc's flags for kinds of number formats: dates and times, truth values."""

LOOK = (
    "BottomBorder", "CellBackColor", "CellProtection", "CharColor", "CharFontName", "CharHeight", "CharPosture",
    "CharUnderline", "CharWeight", "HoriJustify", "IsCellBackgroundTransparent", "IsTextWrapped", "LeftBorder",
    "NumberFormat", "RightBorder", "TopBorder", "VertJustify",
)
"""What a cell looks like and whether people can type in it; the office wants these in the order of the alphabet."""

WHOLE_LOOK = tuple(sorted((*LOOK, "ConditionalFormat", "Validation")))


class Range(base_classes.Range):
    """A block of cells; rows and columns count from 1."""

    def __init__(self, sheet: UnoSheet, row: int, column: int, rows: int, columns: int) -> None:
        self._sheet = sheet
        self._row, self._column, self._rows, self._columns = row, column, rows, columns
        self._found: dict[tuple[int, int], int] | None = None
        self.options: dict[str, Any] = {}

    @cached_property
    def calc(self) -> CalcRange:
        """The office's object."""
        left, top = self._column - 1, self._row - 1
        return self._sheet.calc.getCellRangeByPosition(left, top, left + self._columns - 1, top + self._rows - 1)

    @property
    def api(self) -> CalcRange:
        return self.calc

    @property
    def sheet(self) -> UnoSheet:
        return self._sheet

    @property
    def row(self) -> int:
        return self._row

    @property
    def column(self) -> int:
        return self._column

    @property
    def shape(self) -> tuple[int, int]:
        return self._rows, self._columns

    @property
    def coords(self) -> tuple[Any, ...]:
        return self._sheet.name, self._row, self._column, self._rows, self._columns

    def __len__(self) -> int:
        return self._rows * self._columns

    def __call__(self, row: int, column: int | None = None) -> Range:
        if column is None:
            row, column = (number + 1 for number in divmod(row - 1, self._columns))
        return Range(self._sheet, self._row + row - 1, self._column + column - 1, 1, 1)

    @property
    def raw_value(self) -> Any:
        data = [list(row) for row in self.calc.getDataArray()]
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
        for place in self.calc.queryFormulaCells(ERRORS).getRangeAddresses():
            for row in range(place.StartRow, place.EndRow + 1):
                for column in range(place.StartColumn, place.EndColumn + 1):
                    number = self._sheet.calc.getCellByPosition(column, row).getError()
                    data[row - self._row + 1][column - self._column + 1] = error_named(number)

    def _convert(self, data: list[list[Any]]) -> None:
        """Dates and truth values come as numbers: their number format tells."""
        if not any(type(value) is float for row in data for value in row):
            self._found = {}
            return
        formats = self._sheet.book.document.NumberFormats
        special = self._special(data)
        kinds = {key: formats.getByKey(key).Type for key in set(special.values())}
        for (down, right), key in special.items():
            number = data[down][right]
            if kinds[key] & DATE_TYPES:
                data[down][right] = from_serial(number)
            elif kinds[key] & LOGICAL and number in (0.0, 1.0):
                data[down][right] = bool(number)

    def _special(self, data: list[list[Any]]) -> dict[tuple[int, int], int]:
        """Place in the block and number format of every number that is shown as something else."""
        if self._found is None:
            self._found = {
                (down, right): key
                for area in map(self._part, self._sheet.areas_shown_otherwise())
                if area is not None and any(type(data[down][right]) is float for down, right in self._places(area))
                for key, part in area.by_format()
                for down, right in self._places(part) if type(data[down][right]) is float
            }
        return self._found

    def special_formats(self) -> dict[tuple[int, int], str]:
        """Codes of the number formats that say more than the number, by row and column; from the last read."""
        found = self._found or {}
        codes = {key: self._sheet.book.format_code(key) for key in set(found.values())}
        return {(self._row + down, self._column + right): codes[key] for (down, right), key in found.items()}

    def _part(self, place: RangeAddress) -> Range | None:
        """What an area of the sheet has in common with this block."""
        top, left = max(place.StartRow + 1, self._row), max(place.StartColumn + 1, self._column)
        bottom = min(place.EndRow + 1, self._row + self._rows - 1)
        right = min(place.EndColumn + 1, self._column + self._columns - 1)
        if top > bottom or left > right:
            return None
        return Range(self._sheet, top, left, bottom - top + 1, right - left + 1)

    def _places(self, area: Range) -> Iterator[tuple[int, int]]:
        """Every cell of an area, counted from this block's first cell."""
        for row in range(area.row, area.row + area.shape[0]):
            for column in range(area.column, area.column + area.shape[1]):
                yield row - self._row, column - self._column

    def by_format(self) -> Iterator[tuple[int, Range]]:
        """Parts of this block with their number format, halved until each has one."""
        cells = self.calc
        if cells.getPropertyState("NumberFormat") != ambiguous():
            yield cells.NumberFormat, self
            return
        rows, columns = self._rows, self._columns
        if rows > 1:
            parts = ((0, 0, rows // 2, columns), (rows // 2, 0, rows - rows // 2, columns))
        else:
            parts = ((0, 0, 1, columns // 2), (0, columns // 2, 1, columns - columns // 2))
        for down, right, height, width in parts:
            yield from Range(self._sheet, self._row + down, self._column + right, height, width).by_format()

    @property
    def formula(self) -> Any:
        rows = tuple(tuple(_formula_read(text) for text in row) for row in self.calc.getFormulaArray())
        return rows[0][0] if len(self) == 1 else rows

    @formula.setter
    def formula(self, value: Any) -> None:
        rows: Rows = tuple(tuple(as_input(cell, to_calc) for cell in row) for row in self._as_rows(value))
        with self._sheet.book.unrecorded():
            self.calc.setFormulaArray(rows)

    def _as_rows(self, value: Any) -> Sequence[Sequence[Any]]:
        if not isinstance(value, list | tuple):
            return [[value] * self._columns] * self._rows
        return value if isinstance(value[0], list | tuple) else [value]

    @property
    def number_format(self) -> str | None:
        """The code of the format; None where the cells have different ones."""
        cells = self.calc
        mixed = cells.getPropertyState("NumberFormat") == ambiguous()
        return None if mixed else self._sheet.book.format_code(cells.NumberFormat)

    @number_format.setter
    def number_format(self, code: str) -> None:
        self.calc.NumberFormat = self._sheet.book.format_key(code)

    @property
    def locked(self) -> bool | None:
        """Whether a protected sheet keeps people out of the cells; None where it differs."""
        cells = self.calc
        mixed = cells.getPropertyState("CellProtection") == ambiguous()
        return None if mixed else bool(cells.CellProtection.IsLocked)

    def take_look(self, like: Range, prompt: tuple[str, str]) -> None:
        """Gives the cell all that the office counts as look in another, of the same sheet, besides what it holds and
        what is told of it."""
        with self._sheet.book.unrecorded():
            self.calc.setPropertyValues(WHOLE_LOOK, like.calc.getPropertyValues(WHOLE_LOOK))
            if all(prompt):
                told = self.calc.Validation
                told.InputTitle, told.InputMessage = prompt
                self.calc.Validation = told

    def autofill(self, destination: Any, type_: str) -> None:
        """Gives every row of the destination the look of this row; it is the one way of filling that is offered."""
        if type_ != "fill_formats":
            raise NotImplementedError(type_)
        target = destination.impl
        with self._sheet.book.unrecorded():
            for column in range(self._column, self._column + self._columns):
                look = Range(self._sheet, self._row, column, 1, 1).calc.getPropertyValues(LOOK)
                filled = Range(self._sheet, target.row, column, target.shape[0], 1)
                filled.calc.setPropertyValues(LOOK, look)

    @property
    def note(self) -> Note | None:
        annotation = self.annotation()
        return Note(self, annotation) if annotation.getString() else None

    def add_note(self, text: str) -> Note:
        address = struct("table.CellAddress", self._sheet.index - 1, self._column - 1, self._row - 1)
        with self._sheet.book.unrecorded():
            self._sheet.calc.Annotations.insertNew(address, text)
            # The office makes it as narrow as a cell, and as high as it must be then.
            self.annotation().getAnnotationShape().setSize(struct("awt.Size", *NOTE_SIZE))
        return Note(self)

    def annotation(self) -> Any:
        """The office's object for the note of the first cell, which may be empty."""
        return self._sheet.calc.getCellByPosition(self._column - 1, self._row - 1).getAnnotation()

    def get_address(self, row_absolute: bool, column_absolute: bool, external: bool) -> str:
        def corner(row: int, column: int) -> str:
            return f"{'$' * column_absolute}{column_letters(column)}{'$' * row_absolute}{row}"

        first = corner(self._row, self._column)
        last = corner(self._row + self._rows - 1, self._column + self._columns - 1)
        return first if first == last else f"{first}:{last}"

    @property
    def address(self) -> str:
        return self.get_address(True, True, False)

    def select(self) -> None:
        self._sheet.book.document.CurrentController.select(self.calc)

    def clear_contents(self) -> None:
        self.formula = ""


def _formula_read(text: str) -> str:
    return to_excel(text) if text.startswith("=") else text.removeprefix(TEXT_MARK)


class Note(base_classes.Note):
    """The note of a cell."""

    def __init__(self, cell: Range, annotation: Any = None) -> None:
        self._cell = cell
        self._annotation = annotation

    @property
    def api(self) -> Any:
        """The office's object, asked for when it is needed."""
        if self._annotation is None:
            self._annotation = self._cell.annotation()
        return self._annotation

    @property
    def author(self) -> str:
        return str(self.api.getAuthor())

    @property
    def location(self) -> Range:
        return self._cell

    @property
    def text(self) -> str:
        return str(self.api.getString())

    @text.setter
    def text(self, value: str) -> None:
        self._annotation = self._cell.add_note(value).api

    def delete(self) -> None:
        with self._cell.sheet.book.unrecorded():
            self._cell.calc.clearContents(NOTES)
