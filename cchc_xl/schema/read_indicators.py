"""Reads the sheet Chỉ tiêu: sections, group lines, indicators, and the checks that stand in their cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from cchc_xl import sheet_names
from cchc_xl.rule_registry import Severity
from cchc_xl.schema import declaration_words, declared_cells
from cchc_xl.schema.declaration_tables import INDICATORS, REMARK, DeclaredLine
from cchc_xl.schema.declared_cells import TableReader, fields_in
from cchc_xl.schema.form_model import Heading, Indicator, RuleLine, Section
from cchc_xl.schema.model_kinds import WORDS, Kind, Missing, Total, Unit
from cchc_xl.schema.read_tables import TableRows, columns_in
from cchc_xl.schema.table_formulas import OF_TABLE
from cchc_xl.schema.typed_rules import understood
from cchc_xl.typed_text import folded

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
        self._names: dict[str, str] = {}
        self._row_names: dict[str, str] = {}
        self._tables: list[tuple[str, TableRows]] = []
        self._labels = {line["Mã"]: line["Chỉ tiêu"] for line in self._lines}
        self._section_of: dict[str, str] = {}
        self._counts: dict[tuple[str, ...], int] = {}
        self._rules: dict[str, list[RuleLine]] = {}
        self._parts: list[tuple[DeclaredLine, list[tuple[DeclaredLine, Any]]]] = []
        self._place_all()
        self._known = {**{name: name for name in self._names.values()}, **self._names}
        # A word that is both a kind and the name of a unit means the kind.
        self._reporter_words = declaration_words.by_name((unit.name, unit.id) for unit in units)
        self._reporter_words |= {declaration_words.plain(unit.id): unit.id for unit in units}
        self._reporter_words |= declaration_words.by_name(
            (declaration_words.named_unit_kind(unit.kind), unit.kind) for unit in units
        )

    def _place_all(self) -> None:
        """Every line gets its name, and its place in a section or in a table of one."""
        used, columns = {line["Tên máy"] for line in self._lines}, columns_in(self._reader)
        table: TableRows | None = None
        for line in self._lines:
            kind = self._reader.one_of(INDICATORS, line, "Kiểu", KINDS, None)
            self._reader.placed(INDICATORS, line, line["Mã"], "Mã", "mã")
            if not line["Kiểu"]:
                remedy = "Dòng không có số thì chọn Nhóm."
                self._reader.fault(INDICATORS, line.number, "Kiểu", "chưa chọn Kiểu.", remedy)
            if table and not _of_table(kind, line["Mã"], table.table.code):
                table = None
            self._name_line(line, kind, used)
            if kind is declaration_words.SECTION:
                self._parts.append((line, []))
            elif not self._parts:
                self._reader.fault(INDICATORS, line.number, "Kiểu", "dòng đầu phải là một Phần.")
            elif kind == declaration_words.TABLE:
                code = line["Mã"]
                table = TableRows(self._reader, line, self._row_names[code], columns.get(code, ()), self._row_names)
                self._parts[-1][1].append((line, table))
            elif table:
                for code, name in table.add(line, kind).items():
                    self._names.setdefault(code, name)
            elif kind is not None:
                self._parts[-1][1].append((line, kind))

    def _name_line(self, line: DeclaredLine, kind: Any, used: set[str]) -> None:
        """A line's name, made from its words or, of a table, from its code."""
        if kind in (declaration_words.SECTION, declaration_words.GROUP):
            return
        label = "Mã" if kind == declaration_words.TABLE else "Chỉ tiêu"
        name = line["Tên máy"] or self._reader.name_for(INDICATORS, line, "Tên máy", label, used)
        of_table = kind in declaration_words.TABLE_KINDS
        (self._row_names if of_table else self._names).setdefault(line["Mã"], name)

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
        bare = text.removeprefix("[").removesuffix("]")
        if text == f"[{bare}]" and bare in self._names:
            return self._names[bare]
        if self._row_names and "(" in text:
            names = self._row_names
            text = re.sub(OF_TABLE, lambda cell: f"[{cell[1]}({cell[2]})]" if cell[1] in names else cell[0], text)
        try:
            return understood(text, self._known.get)
        except ValueError as error:
            raise ValueError(f"{error}.") from error

    def sections(self) -> list[Section]:
        """Every section with its lines, its rules still to come."""
        return [self._section(line, entries) for line, entries in self._parts]

    def _section(self, line: DeclaredLine, entries: Iterable[tuple[DeclaredLine, Any]]) -> Section:
        number, title = line["Mã"], line["Chỉ tiêu"]
        printed = self._printed(line, True)
        rows: list[Heading | Indicator] = []
        supporting: list[Indicator] = []
        rules = self._rules.setdefault(number, [])
        for each, kind in entries:
            if isinstance(kind, TableRows):
                self._tables.append((number, kind))
                rows += kind.indicators(self._indicator)
                rules += kind.rules(self.rule)
            elif kind is declaration_words.GROUP:
                rows.append(Heading(code=each["Mã"], label=each["Chỉ tiêu"], stt=each["STT in"], why=each["Vì sao"]))
            elif kind in declaration_words.TABLE_KINDS:
                what = f"dòng kiểu “{each['Kiểu']}” phải đứng dưới một dòng Bảng."
                self._reader.fault(INDICATORS, each.number, "Kiểu", what)
            else:
                row = self._indicator(each, kind)
                rules += self._checks(each, row)
                supports = row.code.rstrip("abcdefghijklmnopqrstuvwxyz")
                if self._printed(each, supports == row.code) or not printed:
                    rows.append(row)
                else:
                    supporting.append(row.changed(supports=supports))
        self._section_of |= {row.name: number for row in (*rows, *supporting) if isinstance(row, Indicator)}
        return Section(
            number=number, stt=line["STT in"], title=title, printed=printed, why=line["Vì sao"], rows=tuple(rows),
            sheet=line["Tên sheet"] or f"{number} {title}"[:sheet_names.LONGEST].strip(), supporting=tuple(supporting),
            tables=tuple(table.table for section, table in self._tables if section == number),
        )

    def _printed(self, line: DeclaredLine, blank: bool) -> bool:
        said = line["In ra"]
        return bool(self._reader.cell(INDICATORS, line, "In ra", declaration_words.yes_or_no, blank)) if said else blank

    def table_of_rule(self, text: str) -> tuple[str, TableRows] | None:
        """The table of whose columns a typed rule speaks, and the number of its section."""
        named = dict(re.findall(OF_TABLE, text)) if self._tables and "(" in text else {}
        return next((each for each in self._tables if each[1].table.code in named), None)

    def _indicator(self, line: DeclaredLine, kind: Kind) -> Indicator:
        reader = self._reader
        made = fields_in(reader, INDICATORS, line, self)
        reporters = self._reporters(line, made["numerator"])
        total = self._total(line, kind, reporters, bool(made["numerator"]))
        counted = kind is Kind.YES_NO and total is Total.COUNT_YES
        low, high = reader.cell(INDICATORS, line, "Giới hạn", declared_cells.limits, (Decimal(0), None))
        missing, required_if = reader.cell(INDICATORS, line, "Bắt buộc", self._needed, (Missing.REQUIRED, ""))
        name = self._names[line["Mã"]]
        reader.check_name(INDICATORS, line, "Tên máy", name, "tên máy")
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
        told = declared_cells.listed(line["Ai báo cáo"])
        if not told and numerator:
            part = next((each for each in self._lines if self._names.get(each["Mã"]) == numerator), None)
            if part:
                return self._reporters(part, "")
        if not told:
            self._reader.fault(INDICATORS, line.number, "Ai báo cáo", "chưa ghi ai báo cáo.")
        known = {each: self._reporter(each) for each in told}
        for each in told:
            if not known[each]:
                what = f"không có đơn vị hoặc loại đơn vị “{each}”.{self._nearest(each)}"
                self._reader.fault(INDICATORS, line.number, "Ai báo cáo", what, "Xem trang tính Đơn vị.")
        return tuple(known[each] or each for each in told)

    def _reporter(self, word: str) -> str:
        """The unit or the kind of units that a word means; empty where it means none, or any of several."""
        return self._reporter_words.get(folded(word)) or self._reporter_words.get(declaration_words.plain(word), "")

    def _nearest(self, word: str) -> str:
        kinds = {declaration_words.named_unit_kind(unit.kind) for unit in self._units}
        return declaration_words.nearest(word, kinds | {unit.id for unit in self._units})

    def _total(self, line: DeclaredLine, kind: Kind, reporters: tuple[str, ...], has_parts: bool) -> Total:
        if reporters not in self._counts:
            self._counts[reporters] = sum(unit.kind in reporters or unit.id in reporters for unit in self._units)
        count = self._counts[reporters]
        default = usual_total(kind, count, has_parts)
        if not line["Cách cộng"] and default is Total.SAME and count > 1:
            what = f"{count} đơn vị cùng trả lời mà chưa ghi cách cộng: mọi đơn vị sẽ phải chọn giống nhau."
            remedy = "Đúng vậy thì ghi Giống nhau; nếu không, để một nơi báo cáo, hoặc hỏi từng lựa chọn bằng Có/Không."
            self._reader.fault(INDICATORS, line.number, "Cách cộng", what, remedy, REMARK)
        found = self._reader.one_of(INDICATORS, line, "Cách cộng", TOTALS, default)
        return found if isinstance(found, Total) else Total.NONE

    # Checks in cells

    def _checks(self, line: DeclaredLine, row: Indicator) -> Iterator[RuleLine]:
        severity = self._reader.one_of(INDICATORS, line, "Mức độ", declaration_words.SEVERITIES, Severity.ERROR)
        if line["Bằng tổng của"]:
            parts = self._reader.cell(INDICATORS, line, "Bằng tổng của", self._sum, "")
            if parts:
                yield sum_rule(row, parts, line["Bằng tổng của"], severity)
        for code in declared_cells.listed(line["Không lớn hơn"]):
            bare = code.strip("[] ")
            other = self._reader.cell(INDICATORS, line, "Không lớn hơn", partial(self._other, bare), "")
            if other:
                yield ceiling_rule(row, other, bare, self._labels.get(bare, ""), severity)

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
        numbers = [line["Mã"] for line, _ in self._parts]
        for mark in (".", "-"):
            if rule.code.partition(mark)[0] in numbers:
                return rule.code.partition(mark)[0]
        named = (number for name, number in self._section_of.items() if name in rule.test.split())
        return next(named, numbers[0] if numbers else "")


def _of_table(kind: Any, code: str, table: str) -> bool:
    """Whether a line belongs to the table above it."""
    rows = kind in declaration_words.TABLE_KINDS and kind != declaration_words.TABLE
    return bool(table) and (rows or (kind is declaration_words.GROUP and code.startswith(f"{table}.")))


def usual_total(kind: Kind, reporters: int, has_parts: bool) -> Total:
    """How answers are added where nobody says it."""
    if has_parts:
        return Total.RATIO
    if kind in WORDS:
        return Total.NONE
    if reporters == 1:
        return Total.CITY
    return {Kind.YES_NO: Total.COUNT_YES, Kind.CHOICE: Total.SAME, Kind.RATIO: Total.RATIO}.get(kind, Total.SUM)


SUM_MARK, CEILING_MARK = "= tổng", "≤"


def sum_rule(row: Indicator, parts: str, written: str, severity: Severity) -> RuleLine:
    """The check of a cell Bằng tổng của."""
    remedy = f"Xem lại các số thành phần: {written} cộng lại phải bằng dòng {row.code}."
    return RuleLine(code=f"{row.code} {SUM_MARK}", test=f"{row.name} == {parts}", severity=severity, remedy=remedy)


def ceiling_rule(row: Indicator, other: str, code: str, label: str, severity: Severity) -> RuleLine:
    """The check of a code in a cell Không lớn hơn."""
    remedy = f"Xem lại hai số: “{row.label.strip(' -:')}” không thể nhiều hơn “{label.strip(' -:')}”."
    return RuleLine(
        code=f"{row.code} {CEILING_MARK} {code}", test=f"{row.name} <= {other}", severity=severity, remedy=remedy
    )


def in_cell(rule: RuleLine) -> tuple[str, str, str]:
    """The line's code, the column and the text of the cell that made a rule; no column for a line of sheet Quy tắc."""
    code, _, mark = rule.code.partition(" ")
    if mark == SUM_MARK:
        return code, "Bằng tổng của", rule.remedy.partition(": ")[2].partition(" cộng lại")[0]
    if mark.startswith(f"{CEILING_MARK} "):
        return code, "Không lớn hơn", mark.removeprefix(f"{CEILING_MARK} ")
    return rule.code, "", ""
