"""Reads a declaration out of a workbook: the sheets that somebody wrote, or those that a book carries."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cchc_xl import sheet_names
from cchc_xl.errors import UserError
from cchc_xl.schema.carried_declaration import unpacked
from cchc_xl.schema.declaration_columns import SHEETS, DeclaredSheet
from cchc_xl.schema.declaration_tables import REMARK, DeclarationFault, DeclaredTable, DeclaredTables
from cchc_xl.schema.declaration_words import plain
from cchc_xl.schema.machine_names import JOINER
from cchc_xl.structs import Struct

if TYPE_CHECKING:
    from cchc_xl.excel.spreadsheet import Workbook

FAULTS_SHEET = "Lỗi khai báo"
GUIDE_SHEET = "Hướng dẫn"
DRAFT_SHEET = "Bản nháp"
MUST_ANSWER, SHOULD_LOOK, CERTAIN = "Phải trả lời", "Nên xem", "Chắc"
"""How far the cell of a draft is settled."""


class DraftedCell(Struct, frozen=True):
    """A cell that was drafted: where it is, how far it is settled, what it says, how sure (0–1), from where and why.

    `key` is the code of its line, which tells it when lines were put in or taken out.
    """

    sheet: str
    line: int
    key: str
    column: str
    level: str
    text: str
    sure: float
    where: str
    why: str


RULE_COLUMNS = ("Điều kiện", "Không lớn hơn", "Bằng tổng của", "Bắt buộc", "Ghi chú khi", "Công thức", "Bằng")
"""Where people may begin with "=", which a spreadsheet takes for a formula."""
OWN = (FAULTS_SHEET, GUIDE_SHEET, DRAFT_SHEET)
"""Sheets of the workbook that are no part of the declaration."""

Row = tuple[int, tuple[str, ...]]


def read_workbook(path: Path) -> tuple[DeclaredTables, list[DeclarationFault]]:
    """The tables of a workbook; a book that carries its declaration is read for that. Raises `UserError`."""
    from cchc_xl.excel.spreadsheet import Workbook

    book = Workbook(path)
    if sheet_names.DECLARATION in book:
        lines = [cell.raw for _, cell in book.sheet(sheet_names.DECLARATION).cells()]
        return unpacked(lines, str(path)), []
    faults: list[DeclarationFault] = []
    tables: dict[str, DeclaredTable] = {}
    others = []
    known = {plain(sheet.title): sheet for sheet in SHEETS}
    for name in book.sheet_names:
        sheet = known.get(plain(name))
        if sheet is None and plain(name) not in map(plain, OWN):
            others.append(name)
        elif sheet is not None and sheet.key not in tables:
            tables[sheet.key] = _table(sheet, list(texts_of(book, name)), faults)
    if not tables:
        remedy = "Xuất tệp mẫu bằng lệnh cchc-xl form export rồi điền vào đó."
        raise UserError(str(path), "tệp không có sheet nào của biểu mẫu.", remedy)
    return DeclaredTables(tables, tuple(others)), faults


def unanswered(path: Path, tables: DeclaredTables) -> int:
    """How many questions of a draft have no answer: the cell says what was proposed, and nobody has ticked it."""
    from cchc_xl.excel.spreadsheet import Workbook

    book = Workbook(path)
    rows = texts_of(book, DRAFT_SHEET) if DRAFT_SHEET in book else ()
    return sum(_is_open((*cells, *("",) * 10), tables) for _, cells in rows)


def _is_open(listed: Sequence[str], tables: DeclaredTables) -> bool:
    _, level, place, column, proposed, _, _, _, seen, key, *_ = listed
    title, _, cell = place.partition("!")
    sheet = next((sheet for sheet in SHEETS if sheet.title == title), None)
    if sheet is None or level != MUST_ANSWER or seen.strip():
        return False
    number = re.sub(r"\D", "", cell)
    lines = (line for line in tables.lines(sheet) if (line["Mã"] == key if key else str(line.number) == number))
    return any(line[column] == proposed for line in lines)


def _table(sheet: DeclaredSheet, rows: Sequence[Row], faults: list[DeclarationFault]) -> DeclaredTable:
    header = rows[0][1] if rows and rows[0][0] == 1 else ()
    if not header:
        faults.append(
            DeclarationFault(sheet.key, 1, "", "dòng 1 không phải dòng tiêu đề.", "Đặt lại dòng tiêu đề ở dòng 1.")
        )
    for number, cells in rows:
        for place, text in enumerate(cells):
            title = header[place] if place < len(header) else ""
            if text.startswith("=") and title not in RULE_COLUMNS:
                what = "ô là công thức chưa có kết quả."
                faults.append(DeclarationFault(sheet.key, number, title, what, "Gõ lại giá trị, không gõ công thức."))
            if text.startswith("#") and text.endswith(("!", "?", "/A")):
                faults.append(
                    DeclarationFault(sheet.key, number, title, f"ô có lỗi công thức {text}.", "Gõ lại giá trị.")
                )
    if any(len(cells) > len(header) and any(cells[len(header) :]) for _, cells in rows):
        faults.append(DeclarationFault(sheet.key, 1, "", "có cột không có tiêu đề: không được đọc.", "", REMARK))
    return DeclaredTable(sheet, header, tuple(rows[1:]))


def texts_of(book: Workbook, name: str) -> Iterator[Row]:
    """The lines of a sheet that hold something, from the first column on, with their numbers."""
    from cchc_xl.excel.addresses import position

    lines: dict[int, dict[int, str]] = {}
    for address, cell in book.sheet(name).cells():
        row, column = position(address)
        # A rule typed with "=" in front became a formula without a result.
        as_typed = f"={cell.formula}" if cell.formula and (cell.empty or cell.error == "#NAME?") else cell.raw
        lines.setdefault(row, {})[column] = as_typed.replace("\r\n", "\n").replace(JOINER, "")
    for number, cells in sorted(lines.items()):
        if any(map(str.strip, cells.values())):
            yield number, tuple(cells.get(column, "") for column in range(1, max(cells) + 1))
