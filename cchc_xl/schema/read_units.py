"""Reads the units of a declaration, or of a list of its own, and what must be true of them together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from cchc_xl import sheet_names
from cchc_xl.schema import declaration_words
from cchc_xl.schema.declaration_columns import UNITS
from cchc_xl.schema.declared_cells import TableReader, fields_in
from cchc_xl.schema.office_model import Unit


def units_in(reader: TableReader) -> tuple[Unit, ...]:
    """The units of the sheet Đơn vị, or of a list of its own."""
    units = tuple(_units(reader))
    _check_names(reader, units)
    _check_predecessors(reader, units)
    return units


def _units(reader: TableReader) -> Iterator[Unit]:
    for name, line in reader.names(UNITS, "Mã", "Tên", "mã đơn vị"):
        if not line["Tên"]:
            reader.fault(UNITS, line.number, "Tên", "chưa ghi tên đơn vị.")
        made = fields_in(reader, UNITS, line)
        first, last = made.get("valid_from"), made.get("valid_to")
        if first and last and last < first:
            what = f"“{line['Tên']}”: từ ngày {line['Từ ngày']} sau đến ngày {line['Đến ngày']}."
            reader.fault(UNITS, line.number, "Đến ngày", what, "Sửa một trong hai ngày.")
        yield Unit(**{**made, "id": name})


def _check_names(reader: TableReader, units: Sequence[Unit]) -> None:
    """A column of the workbook is found by the unit's name, so it is the only one of that name."""
    names: dict[str, Unit] = {}
    for unit in units:
        key, line = declaration_words.plain(unit.name), _line(reader, unit)
        if key and key in names:
            what = f"tên “{unit.name}” đã dùng ở dòng {_line(reader, names[key])}; mỗi đơn vị một tên."
            reader.fault(UNITS, line, "Tên", what)
        elif key in HEADINGS:
            what = f"“{unit.name}” là tiêu đề của một cột khác trong sổ, không làm tên đơn vị được."
            reader.fault(UNITS, line, "Tên", what, "Ghi tên đầy đủ của đơn vị.")
        if re.search(r"[\x00-\x1f]", unit.name):
            reader.fault(UNITS, line, "Tên", "tên đơn vị có ký tự điều khiển.")
        names.setdefault(key, unit)


HEADINGS = frozenset(map(declaration_words.plain, (
    sheet_names.CODE_HEADER, sheet_names.NUMBER_HEADER, sheet_names.LABEL_HEADER, sheet_names.UNIT_HEADER,
    sheet_names.FIGURE_HEADER, sheet_names.NOTE_HEADER, sheet_names.PREVIOUS_HEADER, sheet_names.LAST_YEAR_HEADER,
    sheet_names.CHECK_HEADER,
)))


def _check_predecessors(reader: TableReader, units: Sequence[Unit]) -> None:
    """What a unit was made from is another one of the list, and had ended by then."""
    known = {unit.id: unit for unit in units}
    for unit in units:
        for each in unit.predecessors:
            before = known.get(each)
            if before is None or before is unit:
                what = f"“{unit.name}” ghi Trước là “{each}”, mã này không có trong danh sách các đơn vị khác."
                reader.fault(UNITS, _line(reader, unit), "Trước là", what, "Ghi mã ở cột Mã.")
            elif unit.valid_from and (before.valid_to is None or before.valid_to >= unit.valid_from):
                until = f"đến ngày {before.valid_to:%d/%m/%Y}" if before.valid_to else "chưa ghi đến ngày nào"
                what = (
                    f"“{unit.name}” có từ ngày {unit.valid_from:%d/%m/%Y} nhưng “{before.name}” đã nhập vào nó {until}."
                )
                reader.fault(UNITS, _line(reader, unit), "Từ ngày", what)


def circle_of(unit: str, above: Mapping[str, str]) -> list[str]:
    """The way from a unit up and back to itself; nothing where it ends, or goes round without it."""
    way = [unit]
    while (parent := above.get(way[-1], "")) and parent not in way[1:]:
        way.append(parent)
        if parent == unit:
            return way
    return []


def _line(reader: TableReader, unit: Unit) -> int:
    return reader.places.get((UNITS.key, unit.id), 0)
