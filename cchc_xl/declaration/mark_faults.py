"""Writes the faults of a declaration into its own workbook: the list, which all colours follow, and cell notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from cchc_xl import sheet_names
from cchc_xl.declaration.declaration_workbook import FAULTS_SHEET
from cchc_xl.declaration.load_form import Located
from cchc_xl.errors import UserError
from cchc_xl.excel.addresses import column_letters
from cchc_xl.excel.spreadsheet import Sheet, Workbook
from cchc_xl.files import refuse_if_open
from cchc_xl.schema.declaration_columns import BY_KEY, FAULT_COLUMNS, SHEETS
from cchc_xl.schema.declaration_tables import FAULT
from cchc_xl.schema.declaration_words import plain

LEVELS = {FAULT: "Phải sửa"}
NOTHING = "Không có lỗi."


def mark(path: Path, faults: Sequence[Located], names: Mapping[tuple[str, int, str], str]) -> None:
    """Marks the workbook and writes the made names into their empty cells. Raises `UserError`."""
    refuse_if_open(path)
    book = Workbook(path)
    if FAULTS_SHEET not in book:
        remedy = "Xuất lại bằng lệnh cchc-xl form export rồi kiểm tra tệp đó, hoặc xem danh sách trên màn hình."
        raise UserError(str(path), f"tệp không có trang tính “{FAULTS_SHEET}” để ghi lỗi vào.", remedy)
    sheets = {plain(name): name for name in book.sheet_names}
    for sheet in SHEETS:
        if plain(sheet.title) in sheets:
            page = book.sheet(sheets[plain(sheet.title)])
            _names(page, sheet.key, names)
            page.keep_own_notes(_notes(sheet.key, faults), sheet_names.NOTE_AUTHOR, sheet_names.NOTE_MARK)
    _list(book.sheet(FAULTS_SHEET), faults)
    book.commit()


def _notes(key: str, faults: Iterable[Located]) -> dict[str, str]:
    notes: dict[str, str] = {}
    for fault in faults:
        if fault.sheet == key and fault.line:
            text = f"{fault.what} {fault.remedy}".strip()
            known = notes.get(fault.cell)
            notes[fault.cell] = f"{known}\n{text}" if known else f"{sheet_names.NOTE_MARK}{text}"
    return notes


def _names(page: Sheet, key: str, names: Mapping[tuple[str, int, str], str]) -> None:
    titles = {cell.raw: address.rstrip("1") for address, cell in page.row(1)}
    for (sheet, line, title), name in names.items():
        if sheet == key and title in titles:
            page.put(f"{titles[title]}{line}", name, style_like=f"{titles[title]}{line - 1}")


def _list(page: Sheet, faults: Sequence[Located]) -> None:
    for number, fault in enumerate(faults, 1):
        title = BY_KEY[fault.sheet].title if fault.sheet in BY_KEY else ""
        place = f"{title}!{fault.cell}"
        cells = (
            number, LEVELS.get(fault.severity, "Nên xem"), None, fault.column, fault.what, fault.remedy,
            place if fault.line else None,
        )
        for column, content in enumerate(cells, 1):
            letters = column_letters(column)
            page.put(f"{letters}{number + 1}", content, style_like=f"{letters}{number}")
        link = f'HYPERLINK("#\'{title}\'!{fault.cell}","{place}")'
        page.put(f"C{number + 1}", place if title else None, link if title else "", style_like=f"C{number}")
    for row in range(len(faults) + 2, page.last_row + 1):
        for column in range(1, len(FAULT_COLUMNS) + 1):
            page.put(f"{column_letters(column)}{row}", None)
    if not faults:
        page.put("E2", NOTHING)
