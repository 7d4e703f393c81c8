"""Finds a form by its name and reads its declaration: CSV files in a folder, a workbook, or what a book carries.

A path is only ever what a person typed; a name that stands in a file is looked for among the known forms, never opened.
In a folder there is one file a sheet, UTF-8 with commas, one line a row.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from cchc_xl.errors import DeclarationError, UserError
from cchc_xl.excel.addresses import column_letters
from cchc_xl.program import data_folder
from cchc_xl.schema.carried_declaration import DamagedError, unpacked
from cchc_xl.schema.declaration_tables import (
    BY_KEY,
    FAULT,
    FORM,
    INDICATORS,
    REMARK,
    RULES,
    SHEETS,
    DeclarationFault,
    DeclaredSheet,
    DeclaredTable,
    DeclaredTables,
    Wrong,
    tidy_row,
)
from cchc_xl.schema.form_model import Form
from cchc_xl.values import asdict

WORKBOOKS = (".xlsx", ".xlsm")
SHOWN_FAULTS = 20
REMEDY = "Sửa biểu mẫu rồi chạy lại; lệnh cchc-xl form check liệt kê và đánh dấu mọi lỗi."


def form_folder(name: str) -> Path:
    """Where the declaration of a form lies: in a folder or workbook whose path somebody typed, among the user's own
    forms, or among those that come with the program.

    Raises `UserError` with the names of the forms that exist.
    """
    known = known_forms()
    if name in known:
        return known[name]
    place = Path(name)
    if name and ((place / FORM.file).is_file() or (place.suffix.lower() in WORKBOOKS and place.is_file())):
        return place
    what = "không có mẫu báo cáo này." if name else "chưa nói dùng mẫu báo cáo nào."
    listed = ", ".join(sorted(known))
    raise UserError(name or "--form", what, f"Các mẫu có sẵn: {listed}; hoặc đường dẫn của tệp khai báo.")


def known_forms() -> dict[str, Path]:
    """The user's own forms and those that come with the program, by their names."""
    return {**shipped_forms(), **_forms_in(own_forms())}


def shipped_forms() -> dict[str, Path]:
    """The forms that come with the program, by their names."""
    return _forms_in(forms_folder())


def _forms_in(folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        return {}
    found = {}
    for place in sorted(folder.iterdir()):
        if (place / FORM.file).is_file():
            found[place.name] = place
        elif place.is_dir():
            found.update((place.name, book) for book in sorted(place.glob(f"BIEU_MAU_{place.name}.xlsx")))
    return found


def forms_folder() -> Path:
    """Where the forms that come with the program lie."""
    return data_folder("workbook")


def own_forms() -> Path:
    """Where a user's own forms lie."""
    return Path.home() / ".cchc" / "bieu_mau"


def load_form(place: Path) -> Form:
    """The form of a folder or a workbook. Raises `DeclarationError` with every fault and its place."""
    form, found = read_place(place)
    refuse(form, found, place)
    assert form is not None
    return form


def read_place(place: Path) -> tuple[Form | None, list[Located]]:
    """The form of a declaration, where nothing refuses it, and every fault. Raises `UserError` for no declaration."""
    tables, faults = tables_of_place(place)
    return examined(tables, faults, str(place), place)


def tables_of_place(place: Path) -> tuple[DeclaredTables, list[DeclarationFault]]:
    """The raw tables of a folder, a workbook or a book. Raises `UserError`."""
    if place.is_dir():
        return read_folder(place)
    from cchc_xl.declaration.declaration_workbook import read_workbook

    return read_workbook(place)


def unused(tables: DeclaredTables) -> Iterator[DeclarationFault]:
    """A remark for each sheet or file that is no part of a declaration."""
    for name in tables.others:
        what = f"“{name}” không thuộc khai báo biểu mẫu: không được đọc, không đi theo biểu mẫu."
        yield DeclarationFault("", 0, "", what, "Cần giữ thì lưu ở tệp khác.", REMARK)


class Located(DeclarationFault, frozen=True):
    """A fault with its place in words: chi_tieu.csv:12, or the cell of a workbook."""

    place: str = ""
    cell: str = ""


def examined(
    tables: DeclaredTables, faults: Iterable[DeclarationFault], folder: str, place: Path | None = None,
    further: Callable[[Form], Iterable[Wrong]] = lambda _: (),
) -> tuple[Form | None, list[Located]]:
    """The form of tables and all that is wrong with them, in the order of sheets and lines; `further` looks at a form
    that nothing refuses."""
    from cchc_xl.schema.declaration_checks import UNKNOWN_NAME, faults as meant
    from cchc_xl.schema.read_declaration import read_form, refused

    read = read_form(tables, folder)
    found = [*faults, *unused(tables)]
    told = {(fault.sheet, fault.line, fault.column) for fault in found}
    found += [fault for fault in read.faults if (fault.sheet, fault.line, fault.column) not in told]
    # A line that can't be read says nothing more about its meaning.
    known = {(fault.sheet, fault.line) for fault in found}
    not_read = any(fault.sheet == INDICATORS.key and fault.severity == FAULT for fault in found)
    for each in meant(read.form):
        line = read.places.get((each.sheet.key, each.key), 0)
        follows = each.sheet is RULES and not_read and each.what.startswith(UNKNOWN_NAME)
        if (each.sheet.key, line) not in known and not follows:
            found.append(_fault(each, read.places))
    form = None if refused(found) else read.form
    found += [_fault(each, read.places) for each in further(form)] if form else []
    order = list(BY_KEY)
    found.sort(key=lambda fault: (order.index(fault.sheet) if fault.sheet in order else -1, fault.line))
    return form, [_located(fault, tables, place) for fault in found]


def _fault(wrong: Wrong, lines: Mapping[tuple[str, str], int]) -> DeclarationFault:
    line = lines.get((wrong.sheet.key, wrong.key), 0)
    return DeclarationFault(wrong.sheet.key, line, wrong.column, wrong.what, wrong.remedy, wrong.severity)


def _located(fault: DeclarationFault, tables: DeclaredTables, place: Path | None) -> Located:
    sheet, table = BY_KEY.get(fault.sheet), tables.by_key.get(fault.sheet)
    titles = table.titles if table else ()
    letter = column_letters(titles.index(fault.column) + 1) if fault.column in titles else ""
    cell = f"{letter or 'A'}{max(fault.line, 1)}"
    return Located(**asdict(fault), place=_place(sheet, fault, cell, place), cell=cell)


def _place(sheet: DeclaredSheet | None, fault: DeclarationFault, cell: str, place: Path | None) -> str:
    if sheet is None:
        return str(place or "")
    title = f" › {fault.column}" if fault.column else ""
    if place is not None and place.is_dir():
        return f"{place / sheet.file}" + (f":{fault.line}" if fault.line else "") + title
    return f"{place.name if place else 'sổ'} › {sheet.title}" + (f"!{cell}" if fault.line else "") + title


def refuse(form: Form | None, found: Sequence[Located], place: Path) -> None:
    """Raises `DeclarationError` where a declaration has a fault."""
    if form is not None:
        return
    refused = [each for each in found if each.severity == FAULT]
    if len(refused) == 1:
        raise DeclarationError(refused[0].place, refused[0].what, refused[0].remedy or REMEDY)
    lines = [f"  - {each.place}: {each.what}" for each in refused[:SHOWN_FAULTS]]
    more = [f"  … và {len(refused) - SHOWN_FAULTS} lỗi khác."] if len(refused) > SHOWN_FAULTS else []
    raise DeclarationError(str(place), "\n".join([f"khai báo có {len(refused)} lỗi:", *lines, *more]) + "\n", REMEDY)


def carried_form(lines: Sequence[str], book: str) -> Form:
    """The form that a book carries in the lines of its hidden sheet. Raises `UserError` where it was damaged.

    It was checked when the book was made, and the seal tells that nothing has changed since.
    """
    try:
        return _carried(tuple(lines)).changed(folder=book)
    except DamagedError as error:
        raise DamagedError(book) from error


@lru_cache(maxsize=4)
def _carried(lines: tuple[str, ...]) -> Form:
    """Read once where a verb opens a book several times, or several books of one form."""
    from cchc_xl.schema.read_declaration import read_form, refused

    read = read_form(unpacked(lines), "")
    if refused(read.faults):
        raise DamagedError("")
    return read.form


def declaration_files(place: Path) -> Iterator[Path]:
    """The files that a declaration consists of."""
    return iter(sorted(place.glob("*.csv")) if place.is_dir() else [place])


def templates_beside(form: Form) -> list[Path]:
    """The templates that lie beside a declaration."""
    place = Path(form.folder)
    folder = place if place.is_dir() else place.parent
    named = dict.fromkeys(each.template for each in form.periods if each.template)
    return [folder / name for name in named if Path(name).name == name and (folder / name).is_file()]


def read_folder(folder: Path) -> tuple[DeclaredTables, list[DeclarationFault]]:
    """The tables of a folder; what can't be read is a fault."""
    faults: list[DeclarationFault] = []
    tables = {
        sheet.key: _table(sheet.key, path.read_bytes(), faults)
        for sheet in SHEETS if (path := folder / sheet.file).is_file()
    }
    others = sorted(path.name for path in folder.glob("*.csv") if path.stem not in BY_KEY)
    return DeclaredTables(tables, tuple(others)), faults


def _table(key: str, data: bytes, faults: list[DeclarationFault]) -> DeclaredTable:
    text = _text(key, data, faults)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    rows: list[tuple[int, tuple[str, ...]]] = []
    before = 0
    try:
        for row in reader:
            rows.append((before + 1, tidy_row(row)))
            before = reader.line_num
    except csv.Error as error:
        faults.append(DeclarationFault(key, reader.line_num, "", f"dòng này không đọc được ({error})."))
    header = rows[0][1] if rows else ()
    for number, cells in rows[1:]:
        if any(cells[len(header) :]):
            what = f"dòng có {len(cells)} ô, nhiều hơn {len(header)} cột của tiêu đề."
            faults.append(DeclarationFault(key, number, "", what, "Chữ có dấu phẩy phải nằm trong ngoặc kép."))
    return DeclaredTable(BY_KEY[key], header, tuple(rows[1:]))


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


def _text(key: str, data: bytes, faults: list[DeclarationFault]) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        faults.append(DeclarationFault(key, 0, "", "tệp lưu dạng UTF-16.", UTF_8, REMARK))
        return data.decode("utf-16", "replace")
    if data.startswith(b"\xef\xbb\xbf"):
        faults.append(
            DeclarationFault(key, 1, "", "đầu tệp có dấu BOM: đọc được, nhưng nên lưu UTF-8 không BOM.", "", REMARK)
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        faults.append(
            DeclarationFault(key, line, "", "tệp không phải UTF-8 (có thể là bảng mã Windows-1258).", UTF_8, FAULT)
        )
        return data.decode("cp1258", "replace")


UTF_8 = "Lưu lại dạng CSV UTF-8."


def to_csv(table: DeclaredTable) -> bytes:
    """A table as the content of its file."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(table.header)
    writer.writerows(_whole(table.header, cells) for _, cells in table.rows)
    return stream.getvalue().encode()


def _whole(header: Sequence[str], cells: Iterable[str]) -> list[str]:
    made = list(cells)
    return made + [""] * (len(header) - len(made))


def write_folder(tables: DeclaredTables, folder: Path) -> list[Path]:
    """Writes one file a sheet; returns them."""
    from cchc_xl.files import replace_file

    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for key, table in tables.by_key.items():
        target = folder / BY_KEY[key].file
        replace_file(target, to_csv(table))
        written.append(target)
    return written
