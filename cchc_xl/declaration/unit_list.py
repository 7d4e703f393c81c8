"""A list of units in a file of its own: .csv or .xlsx, with the columns of sheet Đơn vị or short English names."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from cchc_xl.errors import UserError
from cchc_xl.schema.declaration_columns import UNITS
from cchc_xl.schema.declaration_tables import DeclaredTable, DeclaredTables
from cchc_xl.schema.declaration_words import plain
from cchc_xl.schema.form_model import Form, Indicator, Unit
from cchc_xl.schema.read_declaration import DeclarationReader, units_in

ENGLISH = {
    "id": "Mã", "name": "Tên", "kind": "Loại", "parent": "Thuộc", "valid_from": "Từ ngày", "valid_to": "Đến ngày",
    "predecessors": "Trước là",
}
REMEDY = "Sửa danh sách đơn vị rồi chạy lại."


def read_units(path: Path) -> tuple[Unit, ...]:
    """The units of a file. Raises `UserError` with every fault and its line."""
    header, rows = unit_rows(path)
    titles = tuple(ENGLISH.get(plain(title), title) for title in header)
    reader = DeclarationReader(DeclaredTables({UNITS.key: DeclaredTable(UNITS, titles, tuple(rows))}), partial=True)
    units = tuple(units_in(reader))
    faults = [f"dòng {each.line}: {each.what}" for each in reader.faults if each.severity == "error"]
    if not units:
        faults.append("không có đơn vị nào.")
    if faults:
        raise UserError(str(path), "\n  - ".join(["danh sách đơn vị có lỗi:", *faults]) + "\n", REMEDY)
    return units


def unit_rows(path: Path) -> tuple[tuple[str, ...], Iterator[tuple[int, tuple[str, ...]]]]:
    """The heading and the numbered lines of a list of units, as texts. Raises `UserError`."""
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        from cchc_xl.declaration.declaration_workbook import rows_of_first_sheet

        lines = rows_of_first_sheet(path, UNITS.title)
    else:
        lines = _csv_rows(path)
    header = next(lines, (1, ()))[1]
    return header, lines


def _csv_rows(path: Path) -> Iterator[tuple[int, tuple[str, ...]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UserError(str(path), f"không đọc được danh sách đơn vị ({error.strerror or error}).") from error
    except UnicodeDecodeError as error:
        raise UserError(str(path), "danh sách đơn vị không phải UTF-8.", "Lưu lại dạng CSV UTF-8.") from error
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    for row in reader:
        yield reader.line_num, tuple(row)


def as_english(titles: tuple[str, ...]) -> tuple[str, ...]:
    """The short English names of the columns that have one."""
    known = {plain(title): name for name, title in ENGLISH.items()}
    return tuple(known.get(plain(title), plain(title).replace(" ", "_")) for title in titles)




def with_units(form: Form, units: tuple[Unit, ...]) -> Form:
    """The form for other units. What nobody of them reports is asked of the office itself: the last unit that is alone
    of its kind, else the last one."""
    kinds = [unit.kind for unit in units]
    office = next((unit for unit in reversed(units) if kinds.count(unit.kind) == 1), units[-1])
    known = set(kinds) | {unit.id for unit in units}

    def asked(row: Indicator) -> Indicator:
        kept = tuple(each for each in row.reported_by if each in known)
        return row.changed(reported_by=kept or (office.id,)) if kept != row.reported_by else row

    return form.changed(units=units, sections=tuple(
        section.changed(
            rows=tuple(asked(row) if isinstance(row, Indicator) else row for row in section.rows),
            supporting=tuple(map(asked, section.supporting)),
        )
        for section in form.sections
    ))
