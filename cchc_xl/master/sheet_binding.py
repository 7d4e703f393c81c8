"""Finds where everything stands on a section sheet of an existing workbook: rows by code, columns by heading."""

from __future__ import annotations

from pathlib import Path

from cchc_xl import sheet_names
from cchc_xl.errors import UserError
from cchc_xl.excel.addresses import column_number
from cchc_xl.master.section_grid import CHECK, FIGURE, FIXED_HEADERS, HEADER_ROW, PREVIOUS, Grid, flag_key, read_key
from cchc_xl.master.sheet_carrier import BookCarrier, SheetCarrier
from cchc_xl.reading import folded
from cchc_xl.schema import Form, Section, Unit

HEADER_KEYS = {folded(title): key for key, title in FIXED_HEADERS.items()} | {
    folded(sheet_names.CHECK_HEADER): CHECK, folded(sheet_names.PREVIOUS_HEADER): PREVIOUS,
}
CODE_HEADING = folded(sheet_names.CODE_HEADER)
HIDDEN = (sheet_names.FLAG_PREFIX, sheet_names.READ_PREFIX)
"""How the headings of the hidden columns begin."""


def heads_codes(raw: str) -> bool:
    """Whether a cell of column A is the heading of the codes. Its letters are not all ASCII, those of a code are."""
    return not raw.isascii() and folded(raw) == CODE_HEADING


def bind(workbook: BookCarrier, path: Path, form: Form, section: Section) -> Grid:
    """The grid of a section's sheet. Raises `UserError` with sheet, row or column where the layout was changed."""
    if section.sheet not in workbook:
        what = f"không có sheet “{section.sheet}”."
        raise UserError(str(path), what, "Sheet đã bị xóa hoặc đổi tên: đặt lại đúng tên, hoặc lấy bản trong sao_luu.")
    sheet = workbook.sheet(section.sheet)
    header_row = _header_row(sheet, path, section)
    rows = _rows(sheet, header_row, path, section)
    columns = _columns(sheet, header_row, path, form, section)
    return Grid(section.sheet, rows, columns)


def _header_row(sheet: SheetCarrier, path: Path, section: Section) -> int:
    for row in range(1, HEADER_ROW + 30):
        if heads_codes(sheet.cell(f"A{row}").raw):
            return row
    what = f"sheet “{section.sheet}” không còn dòng tiêu đề (ô “{sheet_names.CODE_HEADER}” ở cột A ẩn)."
    raise UserError(str(path), what, "Lấy lại sheet này từ bản trong thư mục sao_luu.")


def _rows(sheet: SheetCarrier, header_row: int, path: Path, section: Section) -> dict[str, int]:
    wanted = {line.code for line in section.lines}
    rows: dict[str, int] = {}
    for row in range(header_row + 1, sheet.last_row + 1):
        code = sheet.cell(f"A{row}").raw
        if code in wanted:
            if code in rows:
                what = f"sheet “{section.sheet}”: dòng {code} có hai lần (dòng {rows[code]} và dòng {row})."
                raise UserError(str(path), what, "Xóa dòng chép thừa rồi chạy lại.")
            rows[code] = row
    if missing := [line.code for line in section.lines if line.code not in rows]:
        what = f"sheet “{section.sheet}” thiếu dòng {', '.join(missing)}."
        raise UserError(str(path), what, "Dòng đã bị xóa: lấy lại sheet này từ bản trong thư mục sao_luu.")
    return rows


def _columns(
    sheet: SheetCarrier, header_row: int, path: Path, form: Form, section: Section
) -> dict[str, int]:
    units = form.columns(section)
    keys = HEADER_KEYS | {folded(unit.name): unit.id for unit in units}
    columns: dict[str, int] = {}
    for address, cell in sheet.row(header_row):
        title = cell.raw
        key = title if title.startswith(HIDDEN) else keys.get(folded(title), "")
        if key in columns:
            what = f"sheet “{section.sheet}”: cột “{title}” có hai lần."
            raise UserError(str(path), what, "Xóa cột chép thừa rồi chạy lại.")
        if key:
            columns[key] = column_number(address.removesuffix(str(header_row)))
    _refuse_missing(columns, path, form, section, units)
    return columns


def _refuse_missing(
    columns: dict[str, int], path: Path, form: Form, section: Section, units: tuple[Unit, ...]
) -> None:
    typed = [unit.id for unit in units]
    wanted = [*FIXED_HEADERS, PREVIOUS, CHECK, *typed, flag_key(FIGURE), *map(flag_key, typed), *map(read_key, typed)]
    if missing := [key for key in wanted if key not in columns]:
        shown = {unit.id: unit.name for unit in form.units} | FIXED_HEADERS
        titles = ", ".join(f"“{shown.get(key, key)}”" for key in missing)
        what = f"sheet “{section.sheet}” thiếu cột {titles}."
        raise UserError(str(path), what, "Tiêu đề cột đã bị sửa hoặc xóa: đặt lại đúng tên như ở sheet Đơn vị.")
