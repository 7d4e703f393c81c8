"""Brings a living book up to another version of its form: made anew, with everything that people typed put back, and
their own sheets, notes, widths, heights, paper kept.

Lines are recognised by the machine names of their figures, which stay when a form is renumbered or reworded. What a
new form no longer asks is told with the numbers that stood there; it stays in the backup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from cchc_xl import sheet_names
from cchc_xl.declaration.declaration_workbook import FormChanges
from cchc_xl.errors import UserError
from cchc_xl.excel.addresses import position, reference
from cchc_xl.excel.carried_sheets import RowMoves, cannot_be_carried, carry_sheets, moved, take_looks
from cchc_xl.excel.spreadsheet import Sheet, Workbook
from cchc_xl.files import back_up, exclusive, refuse_if_open, replace_file
from cchc_xl.master.build_master import new_master
from cchc_xl.master.lists_and_board import write_log
from cchc_xl.master.master_book import Master, open_master, read_master
from cchc_xl.master.printed_tables import tables_in
from cchc_xl.master.section_grid import (
    FIGURE_COLUMN,
    LAST_YEAR,
    NOTE,
    PREVIOUS,
    SOURCE_COLUMN,
    shareable,
    shared_places,
    shared_readings,
)
from cchc_xl.master.table_layout import HINT_CELL, HINTS, TABLE_ROW, TABLES, TYPED_SHEETS, hint, table_of
from cchc_xl.master.workbook_structure import table_sheets
from cchc_xl.reading import Cell, folded
from cchc_xl.schema import Form, Indicator, begun
from cchc_xl.schema.added_rows import with_rows_of
from cchc_xl.schema.carried_declaration import mark_of
from cchc_xl.units import units_remarks, with_units
from cchc_xl.values import replace

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
    before = {place.sheet.name: place.rows for place in tables_in(old)}
    moves |= {place.sheet.name: _moves(before.get(place.sheet.name, {}), place.rows) for place in tables_in(new)}
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
            mine, theirs = _sheet(new, name), _sheet(old, name)
            rows = moves.get(name, RowMoves({}))
            take_looks(mine, theirs, rows, same_columns=before.get(name) == after.get(name))
            mine.keep_own_notes(dict(_notes(theirs, rows)), "", OTHERS)


def _notes(sheet: Sheet, rows: RowMoves) -> Iterator[tuple[str, str]]:
    """The notes that people wrote, by where they stand now."""
    for address, text in sheet.notes().items():
        row, column = position(address)
        if not text.startswith(sheet_names.NOTE_MARK) and (now := rows.now(row)):
            yield reference(now, column), text


def _carry(old: Master, new: Master, moves: Mapping[str, RowMoves]) -> None:
    """Adds people's own sheets to the new book in its file."""
    assert isinstance(old.workbook, Workbook)
    assert isinstance(new.workbook, Workbook)
    if names := [name for name in own_sheets(old) if not cannot_be_carried(old.workbook, name)]:
        carry_sheets(old.workbook, new.workbook.package, names, moves)
        new.workbook.package.save()


SHOWN_UNITS = 10
Lines = Mapping[str, str]
"""The old code of each line of the new form that the old one had too."""
Moves = Mapping[str, RowMoves]

WHOLE_SHEETS = (sheet_names.FINDINGS, sheet_names.LOG, sheet_names.UNIT_NOTES, sheet_names.SUBMISSIONS)


def upgrade(book: Path, form: Form, now: datetime, changes: FormChanges | None = None) -> list[str]:
    """Makes the book one of the form; returns what has changed, a sentence each. `changes` tells which line is which.

    Raises `UserError`; the book is then unchanged.
    """
    refuse_if_open(book)
    with exclusive(book):
        old, damaged = _opened(book, form)
        if old.form.id != form.id and changes is None:
            what = f"sổ theo biểu mẫu “{old.form.id}”, tệp là biểu mẫu “{form.id}”."
            remedy = "Khác mã thì so trước bằng lệnh cchc-xl form diff, xem lại bảng so, rồi thêm --map BẢNG_SO."
            raise UserError(str(book), what, remedy)
        if changes:
            changes.refuse_others(form, old.form)
        fitted = begun(with_rows_of(with_units(form, old.form.units), old.form), old.form.period)
        units = [*_other_units(old.form, form), *units_remarks(form, old.form.units)]
        if mark_of(fitted) == mark_of(old.form) and not damaged:
            raise UserError(str(book), "sổ đã theo đúng biểu mẫu này.", " ".join(units) or "Không có gì phải đổi.")
        lines = same_lines(old.form, fitted, changes)
        mended = ["Đặt lại khai báo biểu mẫu cất trong sổ."] if damaged else []
        told = [
            *mended, *differences(old.form, fitted, lines), *units, *_lost(old, fitted, lines), *left_behind(old)
        ]
        data = _made_anew(old, fitted, lines, told, now)
        back_up(book, now)
        replace_file(book, data)
    return told


def made_for(old: Master, form: Form, now: datetime) -> Master:
    """The book made anew for its form with other rows, not saved yet: everything that people typed is in it.

    Raises `UserError` where that would lose something.
    """
    if left := list(left_behind(old)):
        what = f"đơn vị thêm dòng mới vào bảng nên sổ phải lập lại. {' '.join(left)}"
        raise UserError(str(old.path), what, "Chuyển các trang tính đó sang tệp khác rồi nhận lại; sổ chưa thay đổi.")
    lines = same_lines(old.form, form)
    data = _made_anew(old, form, lines, list(differences(old.form, form, lines)), now)
    return read_master(Workbook(old.path, data), old.path)


def _opened(book: Path, form: Form) -> tuple[Master, bool]:
    """The book; one whose own declaration is damaged is read by the given form, where its name is the same."""
    try:
        return open_master(book), False
    except UserError as error:
        try:
            return open_master(book, form.folder), True
        except UserError:
            raise error from None


def _made_anew(old: Master, form: Form, lines: Lines, changes: list[str], now: datetime) -> bytes:
    with TemporaryDirectory() as folder:
        plain, made = Path(folder) / "so.xlsx", Path(folder) / "so.xlsm"
        new_master(form, plain)
        new = open_master(plain)
        moves = row_moves(old, new, lines)
        _copy(old, new, lines, moves)
        keep_looks(old, new, moves)
        write_log(new, now, [("Đổi biểu mẫu", change) for change in changes])
        new.workbook.commit()
        _carry(old, new, moves)
        if old.path.suffix.lower() != ".xlsm":
            return plain.read_bytes()
        from cchc_xl.macros.build_macros import add_macros

        add_macros(plain, made)
        return made.read_bytes()


def same_lines(old: Form, new: Form, changes: FormChanges | None = None) -> dict[str, str]:
    """The old code of every line that both forms have: as people have said, else by machine name, group lines by their
    words."""
    if changes is not None:
        kept = {line.code for section in new.sections for line in section.lines}
        return {new_code: code for code, new_code in changes.codes.items() if new_code in kept}
    known = {row.name: row.code for row in old.indicators()}
    headings = {
        folded(line.label): line.code for section in old.sections for line in section.rows
        if not isinstance(line, Indicator)
    }
    made = {}
    for section in new.sections:
        for line in section.lines:
            code = known.get(line.name) if isinstance(line, Indicator) else headings.get(folded(line.label))
            if code:
                made[line.code] = code
    return made


def differences(old: Form, new: Form, lines: Lines) -> Iterator[str]:
    """What another form changes, line by line."""
    if (old.id, old.version) != (new.id, new.version):
        yield f"Biểu mẫu {old.id} phiên bản {old.version} → {new.id} phiên bản {new.version}."
    for row in new.indicators():
        before = old.by_code.get(lines.get(row.code, ""))
        if before is None:
            yield f"Thêm {row.code} “{row.label}”."
            continue
        if before.code != row.code:
            yield f"Đổi số {before.code} → {row.code} “{row.label}”."
        if before.label != row.label:
            yield f"Đổi lời {row.code}: “{before.label}” → “{row.label}”."
        if before.reported_by != row.reported_by or before.total is not row.total or before.asked is not row.asked:
            yield f"Đổi cách hỏi {row.code} “{row.label}”: xem lại kiểu, đơn vị báo cáo, cách cộng."
    kept = set(lines.values())
    for row in old.indicators():
        if row.code not in kept:
            yield f"Bỏ {row.code} “{row.label}”."


def _other_units(old: Form, new: Form) -> Iterator[str]:
    """Where the new form's units are not those of the book, whose own register is kept."""
    was, now = old.unit_names, new.unit_names
    renamed = [f"“{name}” thành “{now[unit]}”" for unit, name in was.items() if now.get(unit, name) != name]
    for what, listed in (
        ("không có", [f"“{name}”" for unit, name in was.items() if unit not in now]),
        ("có mà sổ không có", [f"“{name}”" for unit, name in now.items() if unit not in was]),
        ("đổi tên", renamed),
    ):
        if listed:
            more = f" và {len(listed) - SHOWN_UNITS} đơn vị khác" if len(listed) > SHOWN_UNITS else ""
            remedy = "sổ giữ danh sách đơn vị của nó; muốn đổi thì tạo sổ mới bằng lệnh cchc-xl new"
            yield f"Biểu mẫu mới {what} đơn vị {', '.join(listed[:SHOWN_UNITS])}{more}: {remedy}."


def _lost(old: Master, new: Form, lines: Lines) -> Iterator[str]:
    """Numbers that were typed where the new form asks nothing."""
    asked = {
        (unit.id, lines[row.code]) for row in new.indicators() if row.typed and row.code in lines
        for unit in new.reporters(row)
    }
    names = old.form.unit_names
    for (unit, code), reading in old.content().readings.items():
        if reading.raw.strip() and (unit, code) not in asked:
            place = f"{names.get(unit, unit)}, {code} = {reading.raw}"
            yield f"Không còn chỗ cho số đã nhập: {place} (còn trong bản sao lưu)."
    kept = {lines.get(row.code) for row in shareable(new)}
    for code, reading in shared_readings(old.workbook, old.form).items():
        if code not in kept:
            yield f"Không còn chỗ cho số chung: {code} = {reading.raw} (còn trong bản sao lưu)."


def _copy(old: Master, new: Master, lines: Lines, moves: Moves) -> None:
    for section in new.form.sections:
        grid, target = new.grids[section.number], _sheet(new, section.sheet)
        for line in section.lines:
            if line.code in lines:
                _copy_line(old, new, lines[line.code], line.code, moves)
        for column in (PREVIOUS, LAST_YEAR):
            if any(not target.cell(grid.address(line.code, column)).empty for line in section.lines):
                target.show_column(grid.columns[column])
    for name in TYPED_SHEETS:
        _copy_keyed(old, new, name, table_of(name, new.form).typed, moves)
    widths = {name: len(TABLES[name].columns) for name in WHOLE_SHEETS}
    for name, width in {**widths, sheet_names.CARRIED: 2}.items():
        if name in old.workbook:
            _copy_whole(_sheet(old, name), _sheet(new, name), width, lines if name == sheet_names.FINDINGS else {})
    _copy_shared(old, new, lines, moves)


def _sheet(master: Master, name: str) -> Sheet:
    sheet = master.workbook.sheet(name)
    assert isinstance(sheet, Sheet)
    return sheet


def _copy_line(old: Master, new: Master, before: str, after: str, moves: Moves) -> None:
    """The cells of one line that people or earlier periods filled."""
    was = next(grid for grid in old.grids.values() if before in grid.rows)
    now = next(grid for grid in new.grids.values() if after in grid.rows)
    row = new.form.by_code.get(after)
    units = [unit.id for unit in new.form.reporters(row)] if row is not None and row.typed else []
    for column in (*units, NOTE, PREVIOUS, LAST_YEAR):
        if column in was.columns and column in now.columns:
            cell = old.cell(was.sheet, was.address(before, column))
            if not cell.empty:
                _put(_sheet(new, now.sheet), now.address(after, column), _followed(cell, now.sheet, moves))


def _copy_shared(old: Master, new: Master, lines: Lines, moves: Moves) -> None:
    """The figures of the whole and where they come from."""
    before, after = shared_places(old.workbook, old.form), shared_places(new.workbook, new.form)
    for code in after.keys() & lines.keys():
        if place := before.get(lines[code]):
            for column in (FIGURE_COLUMN, SOURCE_COLUMN):
                cell = old.cell(place.sheet, reference(position(place.cell)[0], column))
                if not cell.empty:
                    row, _ = position(after[code].cell)
                    cell = _followed(cell, sheet_names.SHARED, moves)
                    _put(_sheet(new, sheet_names.SHARED), reference(row, column), cell)
                    _say_lines(_sheet(new, sheet_names.SHARED))


def _say_lines(sheet: Sheet) -> None:
    """A sheet that has lines no longer says that it has none."""
    if sheet.name in HINTS:
        sheet.put(HINT_CELL, hint(sheet.name, lines=True))


def _followed(cell: Cell, sheet: str, moves: Moves) -> Cell:
    """A cell whose formula speaks of the rows where they stand now."""
    return replace(cell, formula=moved(cell.formula, sheet, moves)) if cell.formula else cell


def _put(sheet: Sheet, address: str, cell: Cell, like: str = "") -> None:
    value = cell.value
    content = int(value) if isinstance(value, bool) else value
    sheet.put(address, cell.error or content, cell.formula, style_like=like)


def _copy_keyed(old: Master, new: Master, name: str, columns: Sequence[int], moves: Moves) -> None:
    rows, sheet = new.keyed_rows(name), _sheet(new, name)
    for key, row in old.keyed_rows(name).items():
        for column in columns:
            cell = old.cell(name, reference(row, column))
            if key in rows and not (cell.empty and sheet.cell(reference(rows[key], column)).empty):
                _put(sheet, reference(rows[key], column), _followed(cell, name, moves))


def _copy_whole(source: Sheet, target: Sheet, width: int, lines: Lines) -> None:
    """Every line of a list; codes of renumbered lines are written as they are now."""
    renamed = {before: after for after, before in lines.items() if before != after}
    codes = re.compile("|".join(rf"(?<![\w.]){re.escape(code)}(?![\w.])" for code in renamed)) if renamed else None
    for row in range(1 if source.name == sheet_names.CARRIED else TABLE_ROW + 1, source.last_row + 1):
        for column in range(1, width + 1):
            cell = source.cell(reference(row, column))
            if cell.empty:
                continue
            if codes and isinstance(cell.value, str):
                text = codes.sub(lambda found: renamed[found[0]], cell.value)
                cell = Cell(text, cell.number_format, cell.formula)
            _put(target, reference(row, column), cell, reference(max(row - 1, 1), column))
            _say_lines(target)
