"""A declaration as CSV: one file a sheet in a folder, UTF-8 with commas, one line a row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from cchc_xl.schema.declaration_columns import BY_KEY, SHEETS
from cchc_xl.schema.declaration_tables import FAULT, REMARK, DeclarationFault, DeclaredTable, DeclaredTables


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
            rows.append((before + 1, tuple(row)))
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
