"""Reads the sheet Chỉ tiêu: sections, group lines, indicators, and the checks that stand in their cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from cchc_xl import sheet_names
from cchc_xl.schema import declaration_defaults, declaration_words, declared_cells
from cchc_xl.schema.column_ways import fields_in
from cchc_xl.schema.declaration_columns import INDICATORS
from cchc_xl.schema.declaration_tables import REMARK, DeclaredLine
from cchc_xl.schema.form_model import Heading, Indicator, RuleLine, Section
from cchc_xl.schema.machine_names import NAME
from cchc_xl.schema.model_kinds import Kind, Missing, Total
from cchc_xl.schema.office_model import Unit
from cchc_xl.schema.read_tables import TableRows, cell_name, columns_in
from cchc_xl.schema.table_formulas import OF_TABLE
from cchc_xl.schema.table_model import Table
from cchc_xl.schema.typed_rules import understood

if TYPE_CHECKING:
    from cchc_xl.schema.table_reader import TableReader

KINDS: dict[Any, str] = {
    **declaration_words.KINDS,
    **{each: each for each in (declaration_words.SECTION, declaration_words.GROUP, *declaration_words.TABLE_KINDS)},
}
TOTALS: dict[Any, str] = {**declaration_words.TOTALS, "": declaration_words.NOT_ADDED}


class IndicatorRows:
    """The lines of sheet Chỉ tiêu, and their codes for the other sheets."""

    def __init__(self, reader: TableReader, units: Sequence[Unit]) -> None:
        self._reader, self._units = reader, units
        self._lines = reader.lines(INDICATORS)
        self._kinds = [reader.one_of(INDICATORS, line, "Kiểu", KINDS, None) for line in self._lines]
        self._names: dict[str, str] = {}
        self._columns = columns_in(reader)
        self._row_names: dict[str, str] = {}
        self._tables: list[tuple[str, TableRows]] = []
        self._labels = {line["Mã"]: line["Chỉ tiêu"] for line in self._lines}
        kinds = zip(self._lines, self._kinds, strict=True)
        self._numbers = [line["Mã"] for line, kind in kinds if kind is declaration_words.SECTION]
        self._section_of: dict[str, str] = {}
        self._rules: dict[str, list[RuleLine]] = {}
        self._name_all()
        # A word that is both a kind and the name of a unit means the kind.
        self._reporter_words = {declaration_words.plain(unit.name): unit.id for unit in units}
        self._reporter_words |= {declaration_words.plain(unit.id): unit.id for unit in units}
        self._reporter_words |= {
            declaration_words.plain(declaration_words.named_unit_kind(unit.kind)): unit.kind for unit in units
        }

    def _name_all(self) -> None:
        used = {line["Tên máy"] for line in self._lines}
        table = ""
        for line, kind in zip(self._lines, self._kinds, strict=True):
            code = line["Mã"]
            table = code if kind == declaration_words.TABLE else table if _of_table(kind, code, table) else ""
            self._reader.placed(INDICATORS, line, code, "Mã", "mã")
            if not line["Kiểu"]:
                remedy = "Dòng không có số thì chọn Nhóm."
                self._reader.fault(INDICATORS, line.number, "Kiểu", "chưa chọn Kiểu.", remedy)
            if kind in declaration_words.TABLE_KINDS:
                self._name_row(line, table, used)
            elif kind not in (declaration_words.SECTION, declaration_words.GROUP):
                name = line["Tên máy"] or self._reader.name_for(INDICATORS, line, "Tên máy", "Chỉ tiêu", used)
                self._names.setdefault(code, name)
        self._known = {**{name: name for name in self._names.values()}, **self._names}

    def _name_row(self, line: DeclaredLine, table: str, used: set[str]) -> None:
        """Names of a table, made from its code, or of a row and its figures."""
        code = line["Mã"]
        label = "Mã" if code == table else "Chỉ tiêu"
        name = line["Tên máy"] or self._reader.name_for(INDICATORS, line, "Tên máy", label, used)
        self._row_names.setdefault(code, name)
        for column in self._columns.get(table, ()) if code != table else ():
            self._names.setdefault(f"{code}{column.code}", cell_name(self._row_names[table], name, column.code))

    def name(self, code: str) -> str:
        """The machine name of a code; empty for an empty cell. Raises `ValueError`."""
        code = code.strip("[] ")
        if not code:
            return ""
        if code not in self._known:
            raise ValueError(f"không có chỉ tiêu mã “{code}”.{declaration_words.nearest(code, self._names)}")
        return self._known[code]

    def name_or_text(self, text: str) -> str:
        """The machine name of a code, or the text where it is none."""
        return self._known.get(text.strip("[] "), text)

    def rule(self, text: str) -> str:
        """A typed rule in the language of rules; empty for an empty cell. Raises `ValueError`."""
        text = OF_TABLE.sub(lambda cell: f"[{cell[1]}({cell[2]})]" if cell[1] in self._row_names else cell[0], text)
        try:
            return understood(text, self._known.get)
        except ValueError as error:
            raise ValueError(f"{error}.") from error

    def condition(self, text: str) -> str:
        """The same, for a cell that may stay empty."""
        return self.rule(text) if text else ""

    def sections(self) -> list[Section]:
        """Every section with its lines, its rules still to come."""
        made: list[Section] = []
        rows: list[Heading | Indicator] = []
        supporting: list[Indicator] = []
        table: TableRows | None = None
        for line, kind in zip(self._lines, self._kinds, strict=True):
            if table and not _of_table(kind, line["Mã"], table.table.code):
                rows += self._closed(table, made[-1])
                made[-1] = made[-1].changed(rows=tuple(rows))
                table = None
            if kind is declaration_words.SECTION:
                made.append(self._section(line))
                rows, supporting = [], []
            elif not made:
                self._reader.fault(INDICATORS, line.number, "Kiểu", "dòng đầu phải là một Phần.")
            elif kind == declaration_words.TABLE:
                table = self._table(line)
            elif table:
                table.add(line, kind)
            elif kind is not None:
                self._add(line, kind, made[-1], rows, supporting)
            if made:
                made[-1] = made[-1].changed(rows=tuple(rows), supporting=tuple(supporting))
        if table:
            made[-1] = made[-1].changed(rows=(*rows, *self._closed(table, made[-1])))
        return [section.changed(tables=self._tables_of(section.number)) for section in made]

    def _table(self, line: DeclaredLine) -> TableRows:
        code = line["Mã"]
        return TableRows(self._reader, line, self._row_names[code], self._columns.get(code, ()), self._row_names)

    def _closed(self, table: TableRows, section: Section) -> Iterator[Heading | Indicator]:
        """The lines of a table that was read to its end."""
        self._tables.append((section.number, table))
        for row in table.indicators(self._indicator):
            if isinstance(row, Indicator):
                self._section_of[row.name] = section.number
            yield row
        self._rules.setdefault(section.number, []).extend(table.rules(self.rule))

    def _tables_of(self, section: str) -> tuple[Table, ...]:
        return tuple(table.table for number, table in self._tables if number == section)

    def table_of_rule(self, text: str) -> tuple[str, TableRows] | None:
        """The table of whose columns a typed rule speaks, and the number of its section."""
        said = {found[1] for found in OF_TABLE.finditer(text)}
        return next((each for each in self._tables if each[1].table.code in said), None)

    def _add(
        self,
        line: DeclaredLine,
        kind: Any,
        section: Section,
        rows: list[Heading | Indicator],
        supporting: list[Indicator],
    ) -> None:
        if kind is declaration_words.GROUP:
            rows.append(Heading(code=line["Mã"], label=line["Chỉ tiêu"], stt=line["STT in"], why=line["Vì sao"]))
        elif kind in declaration_words.TABLE_KINDS:
            what = f"dòng kiểu “{line['Kiểu']}” phải đứng dưới một dòng Bảng."
            self._reader.fault(INDICATORS, line.number, "Kiểu", what)
        else:
            row = self._indicator(line, kind)
            self._section_of[row.name] = section.number
            self._rules.setdefault(section.number, []).extend(self._checks(line, row))
            supports = line["Mã"].rstrip("abcdefghijklmnopqrstuvwxyz")
            if self._reader.yes(INDICATORS, line, "In ra", supports == line["Mã"]) or not section.printed:
                rows.append(row)
            else:
                supporting.append(row.changed(supports=supports))

    def _section(self, line: DeclaredLine) -> Section:
        number, title = line["Mã"], line["Chỉ tiêu"]
        sheet = line["Tên sheet"] or f"{number} {title}"[:sheet_names.LONGEST].strip()
        printed = self._reader.yes(INDICATORS, line, "In ra", True)
        return Section(
            number=number, stt=line["STT in"], title=title, sheet=sheet, printed=printed, why=line["Vì sao"], rows=()
        )

    def _indicator(self, line: DeclaredLine, kind: Kind) -> Indicator:
        reader = self._reader
        made = fields_in(reader, INDICATORS, line, self)
        reporters = self._reporters(line, made["numerator"])
        total = self._total(line, kind, reporters, bool(made["numerator"]))
        counted = kind is Kind.YES_NO and total is Total.COUNT_YES
        low, high = reader.cell(INDICATORS, line, "Giới hạn", declared_cells.limits, (Decimal(0), None))
        missing, required_if = reader.cell(INDICATORS, line, "Bắt buộc", self._needed, (Missing.REQUIRED, ""))
        name = self._names[line["Mã"]]
        if not NAME.fullmatch(name):
            remedy = "Chỉ dùng chữ thường không dấu, chữ số và dấu gạch dưới; hoặc để trống, phần mềm tự đặt."
            reader.fault(INDICATORS, line.number, "Tên máy", f"tên máy “{name}” không dùng được.", remedy)
        return Indicator(
            **made, name=name, kind=Kind.COUNT if counted else kind, ask=Kind.YES_NO if counted else None,
            reported_by=reporters, total=total, missing=missing, required_if=required_if, min=low, max=high,
        )

    def _needed(self, text: str) -> tuple[Missing, str]:
        first, _, condition = text.partition(" ")
        if declaration_words.plain(first) == declaration_words.WHEN:
            return Missing.REQUIRED, self.rule(condition)
        known = {
            Missing.REQUIRED: declaration_words.YES,
            Missing.OPTIONAL: declaration_words.NO,
            Missing.ZERO: declaration_words.BLANK_IS_ZERO,
        }
        try:
            return (declaration_words.meaning(known, text) if text else Missing.REQUIRED), ""
        except ValueError as error:
            raise ValueError(f"{str(error)[:-1]}; hoặc: khi [III.1] = 1.") from None

    def _reporters(self, line: DeclaredLine, numerator: str) -> tuple[str, ...]:
        known = self._reporter_words
        told = declared_cells.listed(line["Ai báo cáo"])
        if not told and numerator:
            code = next(code for code, name in self._names.items() if name == numerator)
            return self._reporters(next(each for each in self._lines if each["Mã"] == code), "")
        if not told:
            self._reader.fault(INDICATORS, line.number, "Ai báo cáo", "chưa ghi ai báo cáo.")
        for each in told:
            if declaration_words.plain(each) not in known:
                what = f"không có đơn vị hoặc loại đơn vị “{each}”.{self._nearest(each)}"
                self._reader.fault(INDICATORS, line.number, "Ai báo cáo", what, "Xem trang tính Đơn vị.")
        return tuple(known.get(declaration_words.plain(each), each) for each in told)

    def _nearest(self, word: str) -> str:
        kinds = {declaration_words.named_unit_kind(unit.kind) for unit in self._units}
        return declaration_words.nearest(word, kinds | {unit.id for unit in self._units})

    def _total(self, line: DeclaredLine, kind: Kind, reporters: tuple[str, ...], has_parts: bool) -> Total:
        count = sum(unit.kind in reporters or unit.id in reporters for unit in self._units)
        default = declaration_defaults.total(kind, count, has_parts)
        if not line["Cách cộng"] and default is Total.SAME and count > 1:
            what = f"{count} đơn vị cùng trả lời mà chưa ghi cách cộng: mọi đơn vị sẽ phải chọn giống nhau."
            remedy = "Đúng vậy thì ghi Giống nhau; nếu không, để một nơi báo cáo, hoặc hỏi từng lựa chọn bằng Có/Không."
            self._reader.fault(INDICATORS, line.number, "Cách cộng", what, remedy, REMARK)
        found = self._reader.one_of(INDICATORS, line, "Cách cộng", TOTALS, default)
        return found if isinstance(found, Total) else Total.NONE

    # Checks in cells

    def _checks(self, line: DeclaredLine, row: Indicator) -> Iterator[RuleLine]:
        severity = self._reader.one_of(
            INDICATORS, line, "Mức độ", declaration_words.SEVERITIES, declaration_defaults.SEVERITY
        )
        if line["Bằng tổng của"]:
            parts = self._reader.cell(INDICATORS, line, "Bằng tổng của", self._sum, "")
            if parts:
                yield declaration_defaults.sum_rule(row, parts, line["Bằng tổng của"], severity)
        for code in declared_cells.listed(line["Không lớn hơn"]):
            bare = code.strip("[] ")
            other = self._reader.cell(INDICATORS, line, "Không lớn hơn", partial(self._other, bare), "")
            if other:
                yield declaration_defaults.ceiling_rule(row, other, bare, self._labels.get(bare, ""), severity)

    def _other(self, code: str, _whole_cell: str) -> str:
        return self.name(code)

    def _sum(self, text: str) -> str:
        """III.2.4 + III.2.5; with semicolons too."""
        return self.rule(text.replace(";", "+"))

    def cell_rules(self, section: Section) -> list[RuleLine]:
        """The rules that the cells of a section's lines make."""
        return self._rules.get(section.number, [])

    def section_of_rule(self, rule: RuleLine) -> str:
        """The number of the section that a line of sheet Quy tắc belongs to: by its code, else by what it speaks of."""
        numbers = self._numbers
        for mark in (".", "-"):
            if rule.code.partition(mark)[0] in numbers:
                return rule.code.partition(mark)[0]
        named = (number for name, number in self._section_of.items() if name in rule.test.split())
        return next(named, numbers[0] if numbers else "")


def _of_table(kind: Any, code: str, table: str) -> bool:
    """Whether a line belongs to the table above it."""
    rows = kind in declaration_words.TABLE_KINDS and kind != declaration_words.TABLE
    return bool(table) and (rows or (kind is declaration_words.GROUP and code.startswith(f"{table}.")))
