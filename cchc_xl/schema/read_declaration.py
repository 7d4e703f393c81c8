"""Makes a form from the tables of a declaration, keeping every fault with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from cchc_xl import sheet_names
from cchc_xl.schema import declaration_tables, declaration_words, declared_cells
from cchc_xl.schema.declaration_tables import (
    FAULT,
    FORM,
    REMARK,
    UNITS,
    DeclarationFault,
    DeclaredLine,
    DeclaredSheet,
    DeclaredTables,
    made,
    usual_lines,
)
from cchc_xl.schema.declared_cells import WAYS, TableReader, fields_in
from cchc_xl.schema.form_model import Class, Form, RuleLine, Scale
from cchc_xl.schema.model_kinds import (
    Chart,
    ContactColumn,
    ContactLine,
    ContactTable,
    Document,
    Entry,
    InfoField,
    Mend,
    PeriodKind,
    Plausible,
    Unit,
)
from cchc_xl.schema.read_indicators import IndicatorRows
from cchc_xl.schema.read_tables import TableRows
from cchc_xl.schema.report_periods import PERIOD_FIELDS
from cchc_xl.typed_text import folded

Named = TypeVar("Named")


def refused(faults: Iterable[DeclarationFault]) -> bool:
    """Whether one of the faults refuses the form."""
    return any(fault.severity == FAULT for fault in faults)


def read_form(tables: DeclaredTables, folder: str = "") -> DeclarationReader:
    """Reads a declaration; the meaning of its form is checked by `declaration_checks`."""
    return DeclarationReader(tables, folder)


class DeclarationReader(TableReader):
    """Reads sheet after sheet; `form` is everything that could be read."""

    def __init__(self, tables: DeclaredTables, folder: str = "") -> None:
        super().__init__(tables)
        self.form = self._form(folder)
        self.faults = list(dict.fromkeys(self.faults))

    def _form(self, folder: str) -> Form:
        for sheet in (declaration_tables.FORM, declaration_tables.INDICATORS):
            if sheet.key not in self.tables.by_key:
                remedy = "Lấy lại từ tệp xuất bằng lệnh form export."
                self.fault(sheet, 0, "", f"thiếu trang tính “{sheet.title}”.", remedy)
        head = self._head()
        units = units_in(self)
        rows = IndicatorRows(self, units)
        sections = rows.sections()
        rules: dict[str, list[RuleLine]] = {section.number: rows.cell_rules(section) for section in sections}
        table_rules: dict[str, list[dict[str, str]]] = {}
        for line in self.lines(declaration_tables.RULES):
            found = rows.table_of_rule(line["Điều kiện"])
            rule = self._rule(rows, line, on_columns=found is not None)
            if found:
                section, table = found
                rules[section] += self._for_rows(rows, table, rule, line)
                table_rules.setdefault(section, []).append({title: text for title, text in line.items() if text})
            else:
                rules.setdefault(rows.section_of_rule(rule), []).append(rule)
        scales = self._scales(rows)
        return Form(
            **head,
            sections=tuple(
                section.changed(
                    rules=tuple(rules[section.number]), scales=tuple(scales.get(section.number, ())),
                    table_rules=tuple(table_rules.get(section.number, ())),
                )
                for section in sections
            ),
            units=units,
            periods=tuple(self._periods()),
            documents=tuple(self._named(declaration_tables.DOCUMENTS, "Số, ký hiệu", Document)),
            entries=tuple(self._named(declaration_tables.ENTRIES, "Tiêu đề", Entry, rows)),
            info=tuple(self._info()),
            contacts=self._contacts(self.lines(declaration_tables.CONTACTS)),
            charts=tuple(self._named(declaration_tables.CHARTS, "Tiêu đề", Chart, rows)),
            mends=tuple(
                Mend(**fields_in(self, declaration_tables.MENDS, line))
                for line in self.lines(declaration_tables.MENDS)
            ),
            folder=folder,
        )

    def _head(self) -> dict[str, Any]:
        sheet, lines = declaration_tables.FORM, declaration_tables.FORM_LINES
        known = {declaration_words.plain(title): column for title, column in lines.items()}
        made: dict[str, Any] = {"id": "", "title": "", "version": ""}
        numbers: dict[str, int] = {}
        for line in self.lines(sheet):
            column = known.get(declaration_words.plain(line["Mục"]))
            self.placed(sheet, line, line["Mục"], "Mục", "mục")
            if column is None:
                what = f"mục “{line['Mục']}” không có trong quy định: được giữ nguyên, phần mềm không dùng."
                self.fault(sheet, line.number, "Mục", what, severity=REMARK)
                continue
            numbers[column.title] = line.number
            if line["Giá trị"]:
                told = self.cell(sheet, line, "Giá trị", partial(WAYS[column.way].read, None), None)
                made |= {} if told is None else {column.field: told}
        for title in ("Mã", "Tên", "Phiên bản"):
            if not made[lines[title].field]:
                self.fault(sheet, numbers.get(title, 0), "Giá trị", f"chưa ghi {title.lower()} của biểu mẫu.")
        limits = {field: made.pop(field) for field in Plausible.__struct_fields__ if field in made}
        return {**made, "plausible": Plausible(**limits)}

    def _periods(self) -> Iterator[PeriodKind]:
        sheet = declaration_tables.PERIODS
        for line in self.lines(sheet):
            self.placed(sheet, line, line["Mã"], "Mã", "mã kỳ")
            yield PeriodKind(**fields_in(self, sheet, line))

    def _named(
        self, sheet: DeclaredSheet, label: str, kind: Callable[..., Named], rows: IndicatorRows | None = None
    ) -> Iterator[Named]:
        """What is declared in the lines of a sheet, each by its machine name."""
        for name, line in self.names(sheet, "Tên máy", label, "tên máy"):
            yield kind(**{**fields_in(self, sheet, line, rows), "name": name})

    def _info(self) -> Iterator[InfoField]:
        sheet = declaration_tables.INFO
        for name, line in self.names(sheet, "Tên máy", "Mục", "tên máy"):
            made = fields_in(self, sheet, line)
            if line["Giá trị"] and name in PERIOD_FIELDS:
                what = f"kỳ không ghi trong biểu mẫu: “{line['Giá trị']}” không được dùng, kỳ chọn khi tạo sổ."
                self.fault(sheet, line.number, "Giá trị", what, "Xóa ô này.", REMARK)
                line = DeclaredLine(line.number, {**line, "Giá trị": ""})
            read = {"date": declared_cells.day, "int": _whole}.get(made.get("kind", ""), str)
            value = self.cell(sheet, line, "Giá trị", read, "")
            yield InfoField(**{**made, "name": name, "value": "" if value is None else value})

    def _contacts(self, declared: Sequence[DeclaredLine]) -> ContactTable:
        sheet, title = declaration_tables.CONTACTS, ""
        heads, lines = [], []
        for line in declared:
            part = self.one_of(sheet, line, "Phần", {"t": "Tên bảng", "c": "Cột", "d": "Dòng"}, "d")
            if part == "t":
                title = line["Chữ"]
            elif part == "c":
                heads.append(ContactColumn(name=line["Mã"], label=line["Chữ"]))
            else:
                number = self.cell(sheet, line, "Mã", _whole, 0)
                lines.append(ContactLine(stt=int(number or 0), label=line["Chữ"]))
        if not (title and heads):
            usual = self._contacts(usual_lines(sheet.file))
            return ContactTable(
                title=title or usual.title, columns=tuple(heads) or usual.columns, lines=tuple(lines)
            )
        return ContactTable(title=title, columns=tuple(heads), lines=tuple(lines))

    def _rule(self, rows: IndicatorRows, line: DeclaredLine, on_columns: bool) -> RuleLine:
        sheet = declaration_tables.RULES
        self.placed(sheet, line, line["Mã"], "Mã", "mã quy tắc")
        test = line["Điều kiện"] if on_columns else self.cell(sheet, line, "Điều kiện", rows.rule, "")
        return RuleLine(test=test, **fields_in(self, sheet, line, rows))

    def _for_rows(
        self, rows: IndicatorRows, table: TableRows, rule: RuleLine, line: DeclaredLine
    ) -> list[RuleLine]:
        """A rule on columns as the rules of the table's rows."""
        sheet = declaration_tables.RULES
        made: list[RuleLine] = self.cell(sheet, line, "Điều kiện", lambda _: table.for_rows(rule, rows.rule), [])
        for each in made:
            self.places[sheet.key, each.code] = line.number
        return made

    def _scales(self, rows: IndicatorRows) -> dict[str, list[Scale]]:
        sheet, made = declaration_tables.SCALES, dict[str, dict[str, Scale]]()
        for line in self.lines(sheet):
            self.places.setdefault((sheet.key, line["Tên máy"]), line.number)
            low, high = (self.cell(sheet, line, title, declared_cells.number, Decimal(0)) for title in ("Từ", "Đến"))
            each = Class(**{**fields_in(self, sheet, line, rows), "low": low, "high": high})
            of_section = made.setdefault(line["Phần"], {})
            scale = of_section.get(line["Tên máy"]) or Scale(
                name=line["Tên máy"], label=line["Tên thang"], score=self.cell(sheet, line, "Điểm ở", rows.name, ""),
                classes=(),
            )
            of_section[scale.name] = scale.changed(classes=(*scale.classes, each))
        return {number: list(scales.values()) for number, scales in made.items()}


def _whole(text: str) -> int | str:
    if not text:
        return ""
    if not text.isdecimal():
        raise ValueError(f"“{text}” không phải là số nguyên.")
    return int(text)


# Units, of a declaration or of a list of their own

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
        key, line = folded(unit.name), _line(reader, unit)
        if key and key in names:
            what = f"tên “{unit.name}” đã dùng ở dòng {_line(reader, names[key])}; mỗi đơn vị một tên."
            reader.fault(UNITS, line, "Tên", what)
        elif declaration_words.plain(key) in HEADINGS:
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


def form() -> Form:
    """A form with the usual periods, general data and table of contacts, and nothing else."""
    return read_form(made({FORM.key: [("Phiên bản", "1")]})).form
