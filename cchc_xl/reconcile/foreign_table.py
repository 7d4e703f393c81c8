"""A table that somebody else made: rows of cells in their columns, whatever file it came from.

Merged cells are spread over the columns and rows they cover, so that every row has its cells in the same columns; the
copies are marked, for they say nothing a second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cchc_xl.reading.raw_cell import Cell as Typed
from cchc_xl.reconcile.reconcile_rules import Spot
from cchc_xl.typed_text import tidy
from cchc_xl.word.document_text import WordDocument
from cchc_xl.word.table_grid import TextCell

NOWHERE = Spot(-1, 0, 0)


@dataclass(frozen=True, slots=True)
class ForeignCell:
    """A cell of a table: its text, the place in a report, and the cell of a spreadsheet where it came from one.

    `where` names the place for people (“Sheet1!E9”); `spread` marks the copies of a merged cell.
    """

    text: str
    spot: Spot = NOWHERE
    where: str = ""
    typed: Typed | None = None
    spread: bool = False

    @property
    def own(self) -> str:
        """The tidied text; nothing for the copy of a merged cell."""
        return "" if self.spread else tidy(self.text)


Row = Sequence[ForeignCell]


@dataclass(frozen=True, slots=True)
class ForeignTable:
    """A table with its name as people know it: “bảng 2”, a sheet, a file. `hidden` rows or sheets are not read."""

    name: str
    rows: tuple[Row, ...]
    hidden: str = ""

    @property
    def width(self) -> int:
        """The number of columns."""
        return max(map(len, self.rows), default=0)


def tables_of_document(document: WordDocument) -> list[ForeignTable]:
    """The tables of a document, named by their number; cells tell the line, and where they stand in the document."""
    return [
        ForeignTable(f"bảng {count}", tuple(
            tuple(_of_document(cell, document, f"bảng {count}, dòng {line}") for cell in row)
            for line, row in enumerate(table, 1)
        ))
        for count, table in enumerate(document.tables, 1)
    ]


def _of_document(cell: TextCell, document: WordDocument, where: str) -> ForeignCell:
    length = len(document.paragraphs[cell.paragraph]) if cell.paragraph >= 0 else 0
    return ForeignCell(cell.text, Spot(cell.paragraph, 0, length), where, spread=cell.spread)


def table_of_texts(name: str, rows: Iterable[Sequence[str]]) -> ForeignTable:
    """A table of plain texts; its cells are named by line and column."""
    return ForeignTable(name, tuple(
        tuple(ForeignCell(text, where=f"{name}, dòng {number}") for text in row) for number, row in enumerate(rows, 1)
    ))
