"""What the engine needs of a workbook, whether it lies in a file (`ooxml`) or is open in an office (`live`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from cchc_xl.excel.cell_content import Content
from cchc_xl.excel.mended_inputs import FlagColour, InputCells
from cchc_xl.reading import Cell


class SheetCarrier(Protocol):
    """Cells by address. What is put is kept back until the workbook's `commit`."""

    @property
    def name(self) -> str:
        """The text on the tab."""

    @property
    def last_row(self) -> int:
        """The number of the last row that exists."""

    @property
    def merged(self) -> list[str]:
        """The merged ranges, as A1:B2, where the carrier can tell."""

    def cells(self) -> Iterator[tuple[str, Cell]]:
        """Every cell that is not empty, row by row."""

    def row(self, number: int) -> Iterator[tuple[str, Cell]]:
        """Every cell of a row that is not empty."""

    def cell(self, address: str) -> Cell:
        """One cell; an empty one where there is none."""

    def put(self, address: str, content: Content, formula: str = "", style_like: str = "") -> bool:
        """Sets a cell's content, keeping its style; tells whether that changed anything."""

    def dress(self, like: int, last: int, last_column: int) -> None:
        """Makes the rows after `like` look like it down to `last`, and any later one like an empty sheet.

        The look is borders, colours, and which cells people can type in.
        """

    def keep_inputs(self, inputs: Sequence[InputCells], colours: Sequence[FlagColour]) -> None:
        """Puts back what an ordinary paste takes from input cells: that they are open, validation, colours of flags."""

    def keep_own_notes(self, wanted: Mapping[str, str], author: str, mark: str) -> None:
        """Makes our notes (their text begins with `mark`) exactly `wanted`; a cell with a person's note gets none."""

    def column_width(self, column: int) -> float:
        """The width of a column in digits; infinite where the office itself measures wrapped text."""

    def fit_row(self, row: int, least: float, beyond: float) -> None:
        """Makes a row `least` points high where it is lower or `beyond`, unless a person has set its height.

        A row of 0 points is as high as the office measures it.
        """


class BookCarrier(Protocol):
    """Sheets by name, and one moment at which everything that was put is written."""

    def __contains__(self, name: str) -> bool: ...

    @property
    def sheet_names(self) -> tuple[str, ...]:
        """Every sheet, in the order of the tabs."""

    def sheet(self, name: str) -> SheetCarrier:
        """A sheet by its name."""

    @property
    def changed(self) -> bool:
        """Whether anything that was put differs from what was there."""

    def commit(self, backup: datetime | None = None) -> None:
        """Writes what was put. A file is first copied aside under the moment `backup`; an open book is not saved."""
