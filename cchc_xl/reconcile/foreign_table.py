"""Tables that somebody else made: rows of cells in their columns, whatever file they came from.

Merged cells are spread over the columns and rows they cover, so that every row has its cells in the same columns; the
copies are marked, for they say nothing a second time.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cchc_xl.errors import UserError
from cchc_xl.excel.addresses import column_letters, position, reference
from cchc_xl.excel.spreadsheet import Sheet, Workbook
from cchc_xl.reading.decoded_text import decoded
from cchc_xl.reading.raw_cell import Cell as Typed
from cchc_xl.reconcile.reconcile_rules import Spot
from cchc_xl.typed_text import folded, tidy
from cchc_xl.word.document_text import OLD_OFFICE, WordDocument, through_office
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


CSV = (".csv", ".tsv")
WORKBOOKS = (".xlsx", ".xlsm")
THROUGH_OFFICE = (".ods", ".xls")

_DELIMITERS = ";,\t|"
MOST_CELLS = 500_000
"""Of a sheet, with the empty ones between; a printed appendix has some thousand."""


def tables_of(path: Path, *, as_shown: bool = False) -> list[ForeignTable]:
    """The tables of a file: one for a .csv, one for each sheet of a workbook; of one taken `as_shown`, what stands in
    hidden columns is a table of its own. Books of this program hide the codes that tell their lines."""
    if path.suffix.lower() in CSV:
        return [_of_csv(path)]
    if path.suffix.lower() in THROUGH_OFFICE:
        what = f"tệp mang đuôi {path.suffix} nhưng không phải bảng tính Excel hay LibreOffice."
        with through_office(path, "xlsx", (OLD_OFFICE,), what, "Mở tệp, lưu thành .xlsx rồi làm lại.") as made:
            return _of_workbook(Workbook(made), as_shown)
    return _of_workbook(Workbook(path), as_shown)


def _of_workbook(workbook: Workbook, as_shown: bool) -> list[ForeignTable]:
    tables = {name: _of_sheet(workbook.sheet(name), as_shown) for name in workbook.sheet_names}
    hidden = [
        replace(tables[name][0], hidden="trang tính ẩn, chưa đọc") for name in workbook.hidden_sheets & set(tables)
    ]
    return [*(table for name in tables if name not in workbook.hidden_sheets for table in tables[name]), *hidden]


def _of_csv(path: Path) -> ForeignTable:
    text = decoded(path)
    rows = max((_split(text, each) for each in _DELIMITERS), key=_regular)
    return _as_printed(table_of_texts(path.name, rows))


def _split(text: str, delimiter: str) -> list[list[str]]:
    return [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(map(str.strip, row))]


def _regular(rows: Sequence[Sequence[str]]) -> tuple[int, int]:
    """How much a text looks like a table: the most rows that have as many cells as the first one, then its columns."""
    width = len(rows[0]) if rows else 0
    return (sum(len(row) == width for row in rows), width) if width > 1 else (0, 0)


def _as_printed(table: ForeignTable) -> ForeignTable:
    """A table of the columns section, group, row, label, unit, value, note, as it is printed; any other as it is."""
    at = {folded(cell.text): column for column, cell in enumerate(table.rows[0])} if table.rows else {}
    if not {"section", "group", "row", "label"} <= set(at):
        return table
    value = next((name for name in at if name.startswith("value")), "")
    shown = [at.get(name) for name in ("label", "unit", value, "note")]
    rows = [tuple(ForeignCell(text) for text in ("STT", "Chỉ tiêu", "Đơn vị tính", "Số liệu", "Ghi chú"))]
    for row in table.rows[1:]:
        parts = [_text(row, at[name]) for name in ("group", "row")]
        number = ".".join(part for part in parts if part) or _text(row, at["section"])
        cells = (row[column] if column is not None and column < len(row) else ForeignCell("") for column in shown)
        rows.append((ForeignCell(number), *cells))
    return ForeignTable(table.name, tuple(rows))


def _text(row: Sequence[ForeignCell], column: int) -> str:
    return tidy(row[column].text) if column < len(row) else ""


def _of_sheet(sheet: Sheet, as_shown: bool = False) -> list[ForeignTable]:
    """What is shown, and the rows and columns that somebody has hidden, as tables of their own."""
    cells: dict[int, dict[int, ForeignCell]] = {}
    for address, typed in sheet.cells():
        row, column = position(address)
        cells.setdefault(row, {})[column] = ForeignCell(typed.raw, where=f"{sheet.name}!{address}", typed=typed)
    for span in sheet.merged:
        _spread(cells, span)
    name = f"trang tính “{sheet.name}”"
    covered = {column for row in cells.values() for column in row} if as_shown else set()
    beside = _taken_out(cells, {column for column in covered if sheet.hides_column(column)}, name)
    first = min((min(row) for row in cells.values()), default=1)
    if sum(max(row) - first for row in cells.values()) > MOST_CELLS:
        what = f"trang tính “{sheet.name}” quá rộng: dòng dài nhất tới cột {max(map(max, cells.values()))}."
        raise UserError(sheet.name, what, "Xóa những ô thừa ở xa bên phải, hoặc chép bảng sang một tệp mới.")
    rows = {
        number: tuple(row.get(column) or ForeignCell("", where=f"{sheet.name}!{reference(number, column)}")
                      for column in range(first, max(row) + 1))
        for number, row in sorted(cells.items()) if any(tidy(cell.text) for cell in row.values())
    }
    unseen = [number for number in rows if sheet.hides_row(number)]
    shown = _as_printed(ForeignTable(name, tuple(row for number, row in rows.items() if number not in unseen)))
    which = f"{name}, dòng {', '.join(map(str, unseen[:8]))}"
    kept = ForeignTable(which, tuple(rows[number] for number in unseen), "dòng ẩn, chưa đọc")
    return [shown, *([kept] if unseen else []), *beside]


def _taken_out(cells: dict[int, dict[int, ForeignCell]], columns: set[int], name: str) -> list[ForeignTable]:
    """Takes columns out of the rows; what stood there, as a table."""
    taken = [[row.pop(column) for column in sorted(columns & set(row))] for row in cells.values()]
    rows = tuple(tuple(row) for row in taken if any(cell.own for cell in row))
    for number in [number for number, row in cells.items() if not row]:
        del cells[number]
    listed = ", ".join(column_letters(column) for column in sorted(columns))
    return [ForeignTable(f"{name}, cột {listed}", rows, "cột ẩn, chưa đọc")] if rows else []


def _spread(cells: dict[int, dict[int, ForeignCell]], span: str) -> None:
    """Copies of a merged cell in every row and column that it covers, where anything stands."""
    begin, _, end = span.partition(":")
    (top, left), (bottom, right) = position(begin), position(end or begin)
    held = cells.get(top, {}).get(left)
    if held is None:
        return
    for row in (row for row in list(cells) if top <= row <= bottom):
        for column in range(left, min(right, left + 60) + 1):
            if (row, column) != (top, left):
                cells[row][column] = ForeignCell(held.text, where=held.where, spread=True)
