"""An existing master workbook: its form, where everything stands in it, and what people have entered."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

from cchc_xl.content import Content, Text
from cchc_xl.errors import UserError
from cchc_xl.form import Form, Indicator, Section, Unit, form_folder, load_form
from cchc_xl.form.model import Document
from cchc_xl.master import names
from cchc_xl.master.carrier import BookCarrier, SheetCarrier
from cchc_xl.master.grid import FIXED_HEADERS, HEADER_ROW, Grid
from cchc_xl.master.tables import TABLE_ROW
from cchc_xl.ooxml.spreadsheet import Workbook, column_letters, position, reference
from cchc_xl.reading import Cell, folded, read, tidy
from cchc_xl.values import Address, Reading

HEADER_KEYS = {folded(title): key for key, title in FIXED_HEADERS.items()} | {folded(names.CHECK_HEADER): "check"}


@dataclass
class Master:
    """A master workbook held in memory. `grids` are by section number."""

    path: Path
    workbook: BookCarrier
    form: Form
    grids: dict[str, Grid]

    def sheet(self, section: Section) -> SheetCarrier:
        """The sheet of a section."""
        return self.workbook.sheet(section.sheet)

    def cell(self, sheet: str, address: str) -> Cell:
        """One cell."""
        return self.workbook.sheet(sheet).cell(address)

    def text(self, sheet: str, row: int, column: int) -> Text:
        """The text of a cell with its address."""
        address = reference(row, column)
        return Text(self.cell(sheet, address).raw, Address(sheet, address))

    def content(self) -> Content:
        """Everything people have entered."""
        return Content(
            form=self.form,
            readings=self._readings(),
            notes=self._notes(),
            info=self._info(),
            entries=self._keyed_texts(names.ENTRIES, 4),
            documents=self._documents(),
            contacts=self._contacts(),
            strays=self._strays(),
            document_dates=self._keyed_texts(names.DOCUMENTS, 5),
        )

    def _readings(self) -> dict[tuple[str, str], Reading]:
        readings: dict[tuple[str, str], Reading] = {}
        for section in self.form.sections:
            grid = self.grids[section.number]
            for row in section.indicators:
                for unit in self.form.reporters(row) if row.typed else ():
                    readings[unit.id, row.code] = self._reading(grid, row, unit)
        return readings

    def _reading(self, grid: Grid, row: Indicator, unit: Unit) -> Reading:
        address = grid.address(row.code, unit.id)
        return read(self.cell(grid.sheet, address), row, Address(grid.sheet, address))

    def _strays(self) -> dict[tuple[str, str], Text]:
        """Input columns hold something in a heading row, or in a row that the unit does not report."""
        strays = {}
        for section in self.form.sections:
            grid = self.grids[section.number]
            for line in section.lines:
                asked = self.form.reporters(line) if isinstance(line, Indicator) and line.typed else ()
                for unit in self.form.columns(section):
                    text = self.text(grid.sheet, grid.rows[line.code], grid.columns[unit.id])
                    if unit not in asked and text.text.strip():
                        strays[unit.id, line.code] = text
        return strays

    def _notes(self) -> dict[str, Text]:
        notes = {}
        for section in self.form.sections:
            grid = self.grids[section.number]
            for line in section.lines:
                text = self.text(grid.sheet, grid.rows[line.code], grid.columns["note"])
                if text.text.strip():
                    notes[line.code] = text
        return notes

    def keyed_rows(self, sheet: str, column: int = 1) -> dict[str, int]:
        """Row numbers by the key in a (hidden) column of a table sheet."""
        keys: dict[str, int] = {}
        letters = column_letters(column)
        for row in range(TABLE_ROW + 1, self.workbook.sheet(sheet).last_row + 1):
            key = self.cell(sheet, f"{letters}{row}").raw
            if key:
                keys.setdefault(key, row)
        return keys

    def _keyed_texts(self, sheet: str, column: int) -> dict[str, Text]:
        return {key: self.text(sheet, row, column) for key, row in self.keyed_rows(sheet).items()}

    def _info(self) -> dict[str, Text]:
        rows = self.keyed_rows(names.INFO)
        return {each.name: self.text(names.INFO, rows[each.name], 3) for each in self.form.info if each.name in rows}

    def _documents(self) -> tuple[Document, ...]:
        documents = []
        for key, row in self.keyed_rows(names.DOCUMENTS).items():
            kind, number, _, issuer, subject = (tidy(self.text(names.DOCUMENTS, row, c).text) for c in range(3, 8))
            if kind and number:
                date = _date(self.cell(names.DOCUMENTS, reference(row, 5)))
                documents.append(
                    Document(name=key, type=kind, number=number, date=date, issuer=issuer, subject=subject)
                )
        return tuple(documents)

    def _contacts(self) -> tuple[tuple[str, ...], ...]:
        width = len(self.form.contacts.columns)
        rows = self.keyed_rows(names.CONTACTS).values()
        return tuple(
            tuple(tidy(self.text(names.CONTACTS, row, column).text) for column in range(2, width + 2)) for row in rows
        )


def _date(cell: Cell) -> datetime.date | None:
    if cell.is_date:
        return cell.date
    try:
        return datetime.datetime.strptime(cell.raw.strip(), "%d/%m/%Y").date() if cell.raw.strip() else None
    except ValueError:
        return None


def open_master(path: Path, form_name: str = "") -> Master:
    """Opens a master workbook in a file. Raises `UserError` where it is not one, or its layout was changed."""
    return read_master(Workbook(path), path, form_name)


def read_master(workbook: BookCarrier, path: Path, form_name: str = "") -> Master:
    """A master workbook that is open already; `path` names it in messages."""
    identity = _identity(workbook, path)
    form = load_form(_form_folder(identity, form_name))
    form = form.changed(units=_units(workbook, form))
    grids = {section.number: _grid(workbook, path, form, section) for section in form.sections}
    return Master(path, workbook, form, grids)


def _identity(workbook: BookCarrier, path: Path) -> dict[str, str]:
    if names.IDENTITY not in workbook:
        raise UserError(str(path), "không phải sổ tổng hợp của phần mềm này.", "Tạo sổ mới bằng lệnh cchc-xl new.")
    sheet = workbook.sheet(names.IDENTITY)
    cells = dict(sheet.cells())
    return {cells[f"A{row}"].raw: cells.get(f"B{row}", Cell()).raw for row in range(1, sheet.last_row + 1)}


def _form_folder(identity: dict[str, str], form_name: str) -> Path:
    """The form by its own id where it comes with the package, else the folder the workbook was made from."""
    if form_name:
        return form_folder(form_name)
    try:
        return form_folder(identity.get("bieu_mau", ""))
    except UserError:
        return form_folder(identity.get("thu_muc", ""))


def _units(workbook: BookCarrier, form: Form) -> tuple[Unit, ...]:
    """The units of the register sheet: a workbook may have been made for other units than the form's."""
    cells = dict(workbook.sheet(names.UNITS).cells())
    declared = {unit.id: unit for unit in form.units}
    units = []
    for row in range(TABLE_ROW + 1, workbook.sheet(names.UNITS).last_row + 1):
        kind, identifier, name = (cells.get(f"{letter}{row}", Cell()).raw for letter in "ABD")
        if kind and identifier:
            known = declared.get(identifier)
            units.append(
                known.changed(name=tidy(name), kind=kind) if known
                else Unit(id=identifier, name=tidy(name), kind=kind)
            )
    return tuple(units)


def _grid(workbook: BookCarrier, path: Path, form: Form, section: Section) -> Grid:
    if section.sheet not in workbook:
        what = f"không có sheet “{section.sheet}”."
        raise UserError(str(path), what, "Sheet đã bị xóa hoặc đổi tên: đặt lại đúng tên, hoặc lấy bản trong sao_luu.")
    sheet = workbook.sheet(section.sheet)
    cells = dict(sheet.cells())
    header_row = _header_row(cells, path, section)
    rows = _rows(cells, header_row, path, section)
    columns = _columns(cells, header_row, path, form, section)
    return Grid(section.sheet, rows, columns)


def _header_row(cells: dict[str, Cell], path: Path, section: Section) -> int:
    wanted = folded(names.CODE_HEADER)
    for row in range(1, HEADER_ROW + 30):
        if folded(cells.get(f"A{row}", Cell()).raw) == wanted:
            return row
    what = f"sheet “{section.sheet}” không còn dòng tiêu đề (ô “{names.CODE_HEADER}” ở cột A ẩn)."
    raise UserError(str(path), what, "Lấy lại sheet này từ bản trong thư mục sao_luu.")


def _rows(cells: dict[str, Cell], header_row: int, path: Path, section: Section) -> dict[str, int]:
    wanted = {line.code for line in section.lines}
    rows: dict[str, int] = {}
    for address, cell in cells.items():
        row, column = position(address)
        if column == 1 and row > header_row and cell.raw in wanted:
            if cell.raw in rows:
                what = f"sheet “{section.sheet}”: dòng {cell.raw} có hai lần (dòng {rows[cell.raw]} và dòng {row})."
                raise UserError(str(path), what, "Xóa dòng chép thừa rồi chạy lại.")
            rows[cell.raw] = row
    if missing := [line.code for line in section.lines if line.code not in rows]:
        what = f"sheet “{section.sheet}” thiếu dòng {', '.join(missing)}."
        raise UserError(str(path), what, "Dòng đã bị xóa: lấy lại sheet này từ bản trong thư mục sao_luu.")
    return rows


def _columns(
    cells: dict[str, Cell], header_row: int, path: Path, form: Form, section: Section
) -> dict[str, int]:
    keys = HEADER_KEYS | {folded(unit.name): unit.id for unit in form.columns(section)}
    columns: dict[str, int] = {}
    for address, cell in cells.items():
        row, column = position(address)
        if row == header_row:
            title = folded(cell.raw)
            key = keys.get(title, cell.raw if cell.raw.startswith((names.FLAG_PREFIX, names.READ_PREFIX)) else "")
            if key in columns:
                what = f"sheet “{section.sheet}”: cột “{cell.raw}” có hai lần."
                raise UserError(str(path), what, "Xóa cột chép thừa rồi chạy lại.")
            if key:
                columns[key] = column
    wanted = [*FIXED_HEADERS, "check", *(unit.id for unit in form.columns(section))]
    wanted += [names.FLAG_PREFIX + "figure", *(names.FLAG_PREFIX + unit.id for unit in form.columns(section))]
    wanted += [names.READ_PREFIX + unit.id for unit in form.columns(section)]
    if missing := [key for key in wanted if key not in columns]:
        shown = {unit.id: unit.name for unit in form.units} | FIXED_HEADERS
        titles = ", ".join(f"“{shown.get(key, key)}”" for key in missing)
        what = f"sheet “{section.sheet}” thiếu cột {titles}."
        raise UserError(str(path), what, "Tiêu đề cột đã bị sửa hoặc xóa: đặt lại đúng tên như ở sheet Đơn vị.")
    return columns
