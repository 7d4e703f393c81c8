"""What people did to a book besides typing, kept when it is made anew: their sheets, notes, widths, heights, paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from cchc_xl import sheet_names
from cchc_xl.excel.addresses import position, reference
from cchc_xl.excel.carried_sheets import cannot_be_carried, carry_sheets, take_looks
from cchc_xl.excel.moved_references import RowMoves
from cchc_xl.excel.ooxml_package import Package
from cchc_xl.excel.spreadsheet import Sheet, Workbook
from cchc_xl.master.master_book import Master
from cchc_xl.master.undivided import shared_places
from cchc_xl.master.workbook_structure import table_sheets
from cchc_xl.master.write_tables import tables_in

OTHERS = "\0"
"""No note begins so: none is ours."""


def own_sheets(master: Master) -> list[str]:
    """The sheets that people added to a book in a file."""
    made = {
        *(section.sheet for section in master.form.sections), *table_sheets(master.form), *sheet_names.OWN_SHEETS
    }
    return [name for name in master.workbook.sheet_names if name not in made]


def left_behind(master: Master) -> Iterator[str]:
    """What is told of each sheet that cannot come along."""
    assert isinstance(master.workbook, Workbook)
    for name in own_sheets(master):
        if why := cannot_be_carried(master.workbook, name):
            yield f"Trang tính “{name}” do người dùng thêm {why}, không mang theo được: chép lại từ bản sao lưu."


def row_moves(old: Master, new: Master, lines: Mapping[str, str]) -> dict[str, RowMoves]:
    """Where the rows of each sheet stand in the new book; `lines` are the old codes by the new ones."""
    moves = {}
    for section in new.form.sections:
        was, now = old.grids.get(section.number), new.grids[section.number]
        if was is not None and was.sheet == now.sheet:
            moves[now.sheet] = _moves(was.rows, _named(now.rows, lines))
    before = {place.sheet.name: place.rows for *_, place in tables_in(old)}
    moves |= {place.sheet.name: _moves(before.get(place.sheet.name, {}), place.rows) for *_, place in tables_in(new)}
    first, then = (
        {code: position(place.cell)[0] for code, place in shared_places(book.workbook, book.form).items()}
        for book in (old, new)
    )
    return moves | {sheet_names.SHARED: _moves(first, _named(then, lines))}


def _named(rows: Mapping[str, int], lines: Mapping[str, str]) -> dict[str, int]:
    """Rows by their old codes."""
    return {lines[code]: row for code, row in rows.items() if code in lines}


def _moves(was: Mapping[str, int], now: Mapping[str, int]) -> RowMoves:
    """Where rows stand now, by what names them."""
    rows = {was[name]: row for name, row in now.items() if name in was}
    return RowMoves(rows, frozenset(was.values()) - rows.keys())


def keep_looks(old: Master, new: Master, moves: Mapping[str, RowMoves]) -> None:
    """Widths, heights, hidden columns and rows, paper and notes of the sheets that both books have."""
    before, after = ({grid.sheet: grid.columns for grid in book.grids.values()} for book in (old, new))
    for name in new.workbook.sheet_names:
        if name in old.workbook:
            mine, theirs = new.workbook.sheet(name), old.workbook.sheet(name)
            assert isinstance(mine, Sheet)
            assert isinstance(theirs, Sheet)
            rows = moves.get(name, RowMoves({}))
            take_looks(mine, theirs, rows, same_columns=before.get(name) == after.get(name))
            mine.keep_own_notes(dict(_notes(theirs, rows)), "", OTHERS)


def _notes(sheet: Sheet, rows: RowMoves) -> Iterator[tuple[str, str]]:
    """The notes that people wrote, by where they stand now."""
    for address, text in sheet.notes().items():
        row, column = position(address)
        if not text.startswith(sheet_names.NOTE_MARK) and (now := rows.now(row)):
            yield reference(now, column), text


def carried(old: Master, path: Path, moves: Mapping[str, RowMoves]) -> None:
    """Adds people's own sheets to the new book in a file."""
    assert isinstance(old.workbook, Workbook)
    names = [name for name in own_sheets(old) if not cannot_be_carried(old.workbook, name)]
    if names:
        package = Package(path)
        carry_sheets(old.workbook, package, names, moves)
        package.save()
