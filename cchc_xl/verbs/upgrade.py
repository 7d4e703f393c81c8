"""Brings a living book up to another version of its form: made anew, with everything that people typed put back, and
their own sheets, notes, widths, heights, paper kept.

Which line is which is told by the comparison that `form diff` makes; where it would ask, people must answer first. What
a new form no longer asks is told with the numbers that stood there; it stays in the backup.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
from cchc_xl.reading import Cell
from cchc_xl.schema import Form, Indicator, begun
from cchc_xl.schema.added_rows import with_rows_of
from cchc_xl.schema.carried_declaration import mark_of
from cchc_xl.typed_text import some_of
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
    rows = {code.rpartition("(")[0]: was.rpartition("(")[0] for code, was in lines.items() if code.endswith(")")}
    rows = {**lines, **rows}
    moves |= {
        place.sheet.name: _moves(before.get(place.sheet.name, {}), _named(place.rows, rows))
        for place in tables_in(new)
    }
    first, then = (
        {code: position(place.cell)[0] for code, place in shared_places(book.workbook, book.form).items()}
        for book in (old, new)
    )
    return moves | {sheet_names.SHARED: _moves(first, _named(then, lines))}


def _named(rows: Mapping[str, int], lines: Mapping[str, str]) -> dict[str, int]:
    """Rows by their old codes; that of a unit has the unit behind the code."""
    parted = (((code, *key.partition("|")[1:]), row) for key, row in rows.items() for code in [key.partition("|")[0]])
    return {f"{lines[code]}{stroke}{unit}": row for (code, stroke, unit), row in parted if code in lines}


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


SHOWN = 10
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
        lines = _as_told(fitted, changes) if changes else same_lines(book, old.form, fitted)
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
    before, after = (
        {getattr(line, "name", f"[{line.code}]"): line.code for section in each.sections for line in section.lines}
        for each in (old.form, form)
    )
    lines = {code: before[name] for name, code in after.items() if name in before}
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


def _as_told(new: Form, changes: FormChanges) -> dict[str, str]:
    """The same as people have said."""
    kept = {line.code for section in new.sections for line in section.lines}
    return {code: was for was, code in changes.codes.items() if code in kept}


def same_lines(book: Path, old: Form, new: Form) -> dict[str, str]:
    """The old code of every line that both forms have. Raises `UserError` where only people can tell."""
    from cchc_xl.drafting.form_diff import kept_lines

    both, unsure = kept_lines(old, new)
    asked = [f"{one.code} “{one.label}” – {other.code} “{other.label}” ({each.why})" for each, one, other in unsure]
    if asked:
        what = f"chưa chắc số đã nhập của dòng cũ có phải là của dòng mới: {some_of(asked, SHOWN, 'dòng', '; ')}."
        remedy = "Chạy cchc-xl form diff SỔ BIỂU_MẪU_MỚI --out TỆP.xlsx, chọn Việc ở ô cam, rồi nâng lại với --map TỆP."
        raise UserError(str(book), what, f"{remedy} Sổ chưa thay đổi.")
    return {other.code: one.code for _, one, other in both}


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
        if _words(before) != _words(row):
            yield f"Đổi lời {row.code}: “{before.label}” → “{row.label}”."
        if before.unit != row.unit:
            told = f"ĐVT “{before.unit}” → “{row.unit}”; số đã nhập chép nguyên"
            yield f"Đổi đơn vị tính {row.code} “{row.label}”: {told}, xem lại."
        if before.reported_by != row.reported_by or before.total is not row.total or before.asked is not row.asked:
            yield f"Đổi cách hỏi {row.code} “{row.label}”: xem lại kiểu, đơn vị báo cáo, cách cộng."
    kept = set(lines.values())
    for row in old.indicators():
        if row.code not in kept:
            yield f"Bỏ {row.code} “{row.label}”."


def _words(row: Indicator) -> str:
    """Its label without the printed number of its column."""
    return row.label.replace(f"{row.column} ", "", 1) if row.column else row.label


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
            remedy = "sổ giữ danh sách đơn vị của nó; muốn đổi thì tạo sổ mới bằng lệnh cchc-xl new"
            yield f"Biểu mẫu mới {what} đơn vị {some_of(listed, SHOWN, 'đơn vị')}: {remedy}."


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
            follow = _carried_key if name == sheet_names.CARRIED else _coded
            _copy_whole(_sheet(old, name), _sheet(new, name), width, follow(old.form, new.form, lines))
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


def _now(before: Mapping[str, str], after: Iterable[str]) -> dict[str, str]:
    """What is called otherwise now; what is gone, and whose name another line has now, is marked as old."""
    gone = {name: f"{name} (cũ)" for name in set(after) - before.keys()}
    return gone | {name: now for name, now in before.items() if name != now}


def _coded(old: Form, new: Form, lines: Lines) -> Callable[[str], str]:
    """A text whose codes are those of the new form."""
    renamed = _now({was: now for now, was in lines.items()}, old.by_code.keys() & new.by_code.keys())
    codes = re.compile("|".join(rf"(?<![\w.]){re.escape(code)}(?![\w.(])" for code in renamed)) if renamed else None
    return lambda text: codes.sub(lambda found: renamed[found[0]], text) if codes else text


def _carried_key(old: Form, new: Form, lines: Lines) -> Callable[[str], str]:
    """The key of a figure that a unit had, with its name in the new form."""
    pairs = ((old.by_code.get(was), new.by_code.get(now)) for now, was in lines.items())
    renamed = _now({one.name: two.name for one, two in pairs if one and two}, old.by_name.keys() & new.by_name.keys())

    def follow(text: str) -> str:
        head, dot, name = text.rpartition(".")
        return f"{head}{dot}{renamed.get(name, name)}" if text.startswith(sheet_names.CARRIED_UNIT) else text

    return follow


def _copy_whole(source: Sheet, target: Sheet, width: int, follow: Callable[[str], str]) -> None:
    """Every line of a list, its codes as they are now."""
    for row in range(1 if source.name == sheet_names.CARRIED else TABLE_ROW + 1, source.last_row + 1):
        for column in range(1, width + 1):
            cell = source.cell(reference(row, column))
            if cell.empty:
                continue
            if isinstance(cell.value, str) and (text := follow(cell.value)) != cell.value:
                cell = Cell(text, cell.number_format, cell.formula)
            _put(target, reference(row, column), cell, reference(max(row - 1, 1), column))
            _say_lines(target)
