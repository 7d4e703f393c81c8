"""Tables that somebody else made: rows of cells in their columns, whatever file they came from, and what the columns
are by their headings: of all numbers of a row only one is this period's.

Merged cells are spread over the columns and rows they cover, so that every row has its cells in the same columns; the
copies are marked, for they say nothing a second time.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import takewhile
from pathlib import Path

from cchc_xl.errors import UserError
from cchc_xl.excel.addresses import column_letters, position, reference
from cchc_xl.excel.spreadsheet import Sheet, Workbook
from cchc_xl.reading.decoded_text import decoded
from cchc_xl.reading.raw_cell import Cell as Typed
from cchc_xl.reconcile.reconcile_rules import Spot
from cchc_xl.schema.office_model import Period
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
        text = decoded(path)
        rows = max((_split(text, each) for each in _DELIMITERS), key=_regular)
        return [_as_printed(table_of_texts(path.name, rows))]
    if path.suffix.lower() in THROUGH_OFFICE:
        what = f"tệp mang đuôi {path.suffix} nhưng không phải bảng tính Excel hay LibreOffice."
        with through_office(path, "xlsx", (OLD_OFFICE,), what, "Mở tệp, lưu thành .xlsx rồi làm lại.") as made:
            return _of_workbook(Workbook(made), as_shown)
    return _of_workbook(Workbook(path), as_shown)


def _of_workbook(workbook: Workbook, as_shown: bool) -> list[ForeignTable]:
    tables = {name: _of_sheet(workbook.sheet(name), as_shown) for name in workbook.sheet_names}
    hidden = [
        replace(tables[name][0], hidden="trang tính ẩn, chưa đọc") for name in tables if name in workbook.hidden_sheets
    ]
    return [*(table for name in tables if name not in workbook.hidden_sheets for table in tables[name]), *hidden]


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
        said = [tidy(row[at[name]].text) if at[name] < len(row) else "" for name in ("section", "group", "row")]
        number = ".".join(filter(None, said[1:])) or said[0]
        cells = (row[column] if column is not None and column < len(row) else ForeignCell("") for column in shown)
        rows.append((ForeignCell(number), *cells))
    return ForeignTable(table.name, tuple(rows))


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


class Role(StrEnum):
    """What a column holds."""

    NUMBER = "số thứ tự"
    LABEL = "chỉ tiêu"
    UNIT = "đơn vị tính"
    FIGURE = "số liệu kỳ này"
    PLAN = "kế hoạch"
    OTHER_PERIOD = "kỳ khác"
    CUMULATIVE = "lũy kế"
    RATE = "so sánh, tỷ lệ"
    SCALED = "số tính theo nghìn, triệu"
    NOTE = "ghi chú"


def _words(*words: str) -> str:
    """The words, folded as texts are before they are compared."""
    return f"(?:{'|'.join(folded(word) for word in words)})"


_WHOLE = {
    Role.NUMBER: re.compile(_words("stt", "tt", "số tt", "số thứ tự", "thứ tự", "mã", "mã số", "mã chỉ tiêu")),
    Role.UNIT: re.compile(_words("đơn vị tính", "đơn vị", "đvt", "đv tính", "đơn vị đo", "unit")),
}
_BEGINS = {
    Role.LABEL: re.compile(
        "(?:tên )?" + _words("chỉ tiêu", "nội dung", "tiêu chí", "danh mục", "chỉ số", "label")
        + f"(?! {_words('giao', 'được giao', 'kế hoạch', 'phấn đấu')})"
    ),
    Role.NOTE: re.compile(_words("ghi chú", "thuyết minh", "giải trình", "diễn giải", "nguyên nhân", "note")),
}
_TELLING = {
    Role.SCALED: re.compile(rf"\b{_words('nghìn', 'ngàn', 'triệu', 'tỷ đồng')}\b"),
    Role.OTHER_PERIOD: re.compile(
        rf"\b(?:{_words('cùng kỳ', 'năm ngoái', 'cùng thời điểm')}|(?:kỳ|năm|quý|tháng|kỳ báo cáo) trước)\b"
    ),
    Role.CUMULATIVE: re.compile(
        rf"\b{_words('lũy kế', 'cộng dồn', 'từ đầu năm', 'từ đầu kỳ', 'tính đến', 'đến nay')}\b"
    ),
    Role.RATE: re.compile(rf"%|\b{_words('tỷ lệ', 'tỉ lệ', 'so với', 'so sánh', 'tăng', 'giảm', 'chênh lệch')}"),
    Role.PLAN: re.compile(
        rf"\b{_words('kế hoạch', 'chỉ tiêu giao', 'được giao', 'mục tiêu', 'dự kiến', 'phải thực hiện', 'ước')}\b"
    ),
}
_FIGURE = re.compile(
    rf"\b{_words('số liệu', 'kết quả', 'thực hiện', 'kỳ này', 'trong kỳ', 'kỳ báo cáo', 'số lượng', 'giá trị')}\b|"
    rf"\b{_words('tổng số', 'tổng cộng', 'năm nay', 'quý này', 'tháng này', 'toàn thành phố', 'toàn xã')}\b|^value"
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_PART = re.compile(r"\b(?:quý (?:[ivx]+|\d)|tháng \d{1,2}|\d{1,2} tháng)\b")
COUNTED_OFF = re.compile(r"\(?(?:\d{1,2}|[a-e])\)?(?:\s*=.*)?", re.IGNORECASE)
"""A cell of the row of column numbers: (3), B, 3 = 4 + 5."""

_LONGEST_HEADING = 90
NUMBER = re.compile(r"-?\d[\d.]*(?:,\d+)?\s*%?")
"""A text that is a number and nothing else."""


def role_of(path: Sequence[str], period: Period) -> Role | None:
    """The role of a column by its headings, the lowest last; None where they do not say."""
    said = [text for text in dict.fromkeys(map(folded, path)) if text]
    if not said:
        return None
    for role, pattern in _WHOLE.items():
        if pattern.fullmatch(said[-1].strip(" .:")):
            return role
    for role, pattern in _BEGINS.items():
        if pattern.match(said[-1]):
            return role
    together = " / ".join(said)
    known = _period_of(together, period)
    if known is Role.OTHER_PERIOD:
        return known
    telling = next((role for role, pattern in _TELLING.items() if pattern.search(together)), None)
    return telling or known or (Role.FIGURE if _FIGURE.search(together) else None)


def _period_of(text: str, period: Period) -> Role | None:
    """Whether a heading names the period of the form, another one, or none."""
    label = folded(period.label)
    years = _YEAR.findall(text)
    parts = _PART.findall(text)
    if not years and not parts:
        return None
    own_year = not years or (str(period.last.year) in years and len(set(years)) == 1)
    own_part = set(parts) <= set(_PART.findall(label)) and (bool(parts) or not _PART.search(label) or not years)
    return Role.FIGURE if own_year and own_part else Role.OTHER_PERIOD


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table: their headings and roles. Columns nobody could tell are left out of `roles`."""

    titles: tuple[str, ...] = ()
    roles: dict[int, Role] = field(default_factory=dict)

    def at(self, role: Role) -> int | None:
        """The column of a role, where exactly one has it."""
        found = [column for column, known in self.roles.items() if known is role]
        return found[0] if len(found) == 1 else None

    @property
    def unclear(self) -> str:
        """Why this period's column cannot be told; empty where it can."""
        if self.at(Role.FIGURE) is not None:
            return ""
        named = "; ".join(f"“{title}”" for title in self.titles if title) or "không có tiêu đề"
        several = sum(role is Role.FIGURE for role in self.roles.values()) > 1
        why = "nhiều cột có thể là số liệu kỳ này" if several else "không có cột nào ghi là số liệu kỳ này"
        return f"{why} (tiêu đề các cột: {named})"


def headings_at(rows: Sequence[Row], at: int, period: Period) -> tuple[Columns, int] | None:
    """The columns that the heading beginning at a row declares, and the row after it; None where none begins."""
    if not _is_heading(rows[at], period):
        return None
    first = [role_of([cell.text], period) for cell in rows[at]]
    lines = [column for column, role in enumerate(first) if role in (Role.NUMBER, Role.LABEL)]
    last = at + 1
    while last < len(rows) and _goes_on(rows[last], lines, period):
        last += 1
    paths = heading_paths(rows[at:last])
    roles = {column: role for column, path in enumerate(paths) if (role := role_of(path, period))}
    titles = tuple(" / ".join(dict.fromkeys(path)) for path in paths)
    while last < len(rows) and is_counted_off(rows[last]):
        last += 1
    columns = Columns(titles, roles)
    if (label := columns.at(Role.LABEL)) and columns.at(Role.NUMBER) is None:
        # Where no heading names it, the column before the labels holds the numbers of lines.
        roles.setdefault(label - 1, Role.NUMBER)
    return columns, last


def _is_heading(row: Row, period: Period) -> bool:
    """A heading names the label's column and at least one other."""
    roles = {role_of([cell.text], period) for cell in row if len(cell.text) <= _LONGEST_HEADING}
    return Role.LABEL in roles and len(roles - {None}) > 1


def _goes_on(row: Row, lines: Sequence[int], period: Period) -> bool:
    """The lower level of a heading: it says what columns are, and has nothing where lines have number and label."""
    written = [cell.own for cell in row if cell.own]
    known = [role_of([text], period) for text in written]
    numbers = any(COUNTED_OFF.fullmatch(text) for text in written)
    return any(known) and not numbers and not any(_own(row, column) for column in lines)


def heading_paths(heads: Sequence[Row]) -> list[tuple[str, ...]]:
    """The headings of every column from the top; a blank cell to the right of a heading belongs to it where something
    stands below.
    """
    paths: list[list[str]] = [[] for _ in range(max(map(len, heads), default=0))]
    for number, row in enumerate(heads):
        before = ""
        for place, path in enumerate(paths):
            text = tidy(row[place].text) if place < len(row) else ""
            below = any(_own(lower, place) for lower in heads[number + 1:])
            before = text = text or (before if below else "")
            if text and path[-1:] != [text]:
                path.append(text)
    return list(map(tuple, paths))


def is_counted_off(row: Row) -> bool:
    """(1) (2) (3) below the headings."""
    written = [cell.own for cell in row if cell.own]
    return len(written) > 2 and all(COUNTED_OFF.fullmatch(text) for text in written)


def guessed(rows: Sequence[Row]) -> Columns:
    """The columns of a table without headings: the longest texts are the labels; whose the numbers are, people say."""
    width = max(map(len, rows), default=0)
    lengths = [sum(len(_own(row, column)) for row in rows) for column in range(width)]
    label = max(range(width), key=lengths.__getitem__, default=0)
    return Columns((), {label: Role.LABEL, **({label - 1: Role.NUMBER} if label else {})})


def _own(row: Row, column: int) -> str:
    return row[column].own if column < len(row) else ""


def settled(columns: Columns, rows: Sequence[Row]) -> Columns:
    """One heading over several columns (“Kết quả thống kê” over unit and number): the one with numbers is meant."""
    figures = [column for column, role in columns.roles.items() if role is Role.FIGURE]
    if len({columns.titles[column] for column in figures}) != 1:
        return columns
    blank = takewhile(lambda column: not columns.titles[column], range(figures[-1] + 1, len(columns.titles)))
    covered = [*figures, *blank]
    numbers = [column for column in covered if any(NUMBER.fullmatch(_own(row, column)) for row in rows)]
    if len(numbers) != 1 or len(covered) == 1:
        return columns
    others = {column: role for column, role in columns.roles.items() if column not in covered}
    beside = {} if Role.UNIT in others.values() or covered[0] == numbers[0] else {covered[0]: Role.UNIT}
    return replace(columns, roles={**others, **beside, numbers[0]: Role.FIGURE})


def cell_at(row: Row, column: int | None) -> ForeignCell | None:
    """The cell of a row in a column."""
    return row[column] if column is not None and column < len(row) else None
