"""Writes a form as the tables of its declaration: what `read_form` reads back as the same form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from cchc_xl.rule_registry import Severity
from cchc_xl.schema import declaration_tables, declaration_words, declared_cells
from cchc_xl.schema.declaration_tables import DeclaredSheet, DeclaredTables, made
from cchc_xl.schema.declared_cells import cells_of, written
from cchc_xl.schema.form_model import Form, Heading, Indicator, Section
from cchc_xl.schema.model_kinds import Missing, Plausible
from cchc_xl.schema.read_indicators import in_cell
from cchc_xl.schema.report_periods import PERIOD_FIELDS
from cchc_xl.schema.typed_rules import spoken

Cells = dict[str, str]
"""Texts by column; what is empty may be left out."""


def tables_of(form: Form) -> DeclaredTables:
    """The declaration of a form; its period is not part of it."""
    code_of = {row.name: row.code for row in form.indicators()}

    def each(sheet: DeclaredSheet, things: Iterable[Any]) -> Iterator[Cells]:
        return (cells_of(thing, sheet, code_of) for thing in things)

    lines: dict[DeclaredSheet, Iterable[Cells]] = {
        declaration_tables.FORM: _head(form),
        declaration_tables.INDICATORS: _rows(form, code_of),
        declaration_tables.TABLE_COLUMNS: _columns(form),
        declaration_tables.RULES: _rules(form, code_of),
        declaration_tables.UNITS: each(declaration_tables.UNITS, form.units),
        declaration_tables.PERIODS: each(declaration_tables.PERIODS, form.periods),
        declaration_tables.DOCUMENTS: each(declaration_tables.DOCUMENTS, form.documents),
        declaration_tables.ENTRIES: each(declaration_tables.ENTRIES, form.entries),
        declaration_tables.INFO: _info(form),
        declaration_tables.CONTACTS: _contacts(form),
        declaration_tables.CHARTS: each(declaration_tables.CHARTS, form.charts),
        declaration_tables.SCALES: _scales(form, code_of),
        declaration_tables.MENDS: each(declaration_tables.MENDS, form.mends),
    }
    return made({sheet.key: rows for sheet, told in lines.items() if (rows := list(_in_order(sheet, told)))})


def _in_order(sheet: DeclaredSheet, lines: Iterable[Cells]) -> Iterator[Sequence[str]]:
    for line in lines:
        assert line.keys() <= set(sheet.titles), line.keys() - set(sheet.titles)
        yield [line.get(title, "") for title in sheet.titles]


def _yes(value: bool, blank: bool) -> str:
    """Empty where it is what an empty cell means."""
    return "" if value is blank else declaration_words.YES if value else declaration_words.NO


def _head(form: Form) -> Iterator[Cells]:
    for title, column in declaration_tables.FORM_LINES.items():
        text = written(form.plausible if column.field in Plausible.__struct_fields__ else form, column, {})
        if text:
            yield {"Mục": title, "Giá trị": text}


def _rows(form: Form, code_of: Mapping[str, str]) -> Iterator[Cells]:
    for section in form.sections:
        yield {
            "Mã": section.number,
            "STT in": section.stt,
            "Chỉ tiêu": section.title,
            "Kiểu": declaration_words.SECTION,
            "Tên sheet": section.sheet,
            "In ra": _yes(section.printed, True),
            "Vì sao": section.why,
        }
        checks = _cell_checks(section)
        tables = {table.code: table for table in section.tables}
        for row in section.rows:
            if row.code in tables:
                table = tables[row.code]
                yield from (table.declared, *(each.declared for each in table.rows))
            if row.code in section.of_tables:
                continue
            if isinstance(row, Heading):
                yield {**cells_of(row, declaration_tables.INDICATORS, code_of), "Kiểu": declaration_words.GROUP}
            else:
                yield _indicator(row, code_of, checks, section, False)
            for each in section.supporting:
                if each.supports == row.code:
                    yield _indicator(each, code_of, checks, section, True)


def _indicator(
    row: Indicator, code_of: Mapping[str, str], checks: Mapping[str, Cells], section: Section, supporting: bool
) -> Cells:
    lettered = row.code[-1].isalpha()
    return {
        **cells_of(row, declaration_tables.INDICATORS, code_of),
        "Kiểu": declaration_words.KINDS[row.asked],
        "Ai báo cáo": "; ".join(map(declaration_words.named_unit_kind, row.reported_by)),
        "Cách cộng": declaration_words.TOTALS[row.total],
        **checks.get(row.code, {}),
        "Bắt buộc": _needed(row, code_of),
        "Giới hạn": declared_cells.written_limits(row.min, row.max),
        "In ra": _yes(not supporting, not lettered) if section.printed else "",
        "Tên máy": row.name,
    }


def _needed(row: Indicator, code_of: Mapping[str, str]) -> str:
    if row.required_if:
        return f"{declaration_words.WHEN} {spoken(row.required_if, code_of)}"
    return {Missing.OPTIONAL: declaration_words.NO, Missing.ZERO: declaration_words.BLANK_IS_ZERO}.get(
        row.declared_missing or row.missing, declaration_words.YES
    )


def _cell_checks(section: Section) -> dict[str, Cells]:
    """The rules that came from cells, as these cells, by the code of the line."""
    made: dict[str, Cells] = {}
    for rule in section.declared_rules or section.rules:
        code, title, text = in_cell(rule)
        if title:
            level = "" if rule.severity is Severity.ERROR else declaration_words.SEVERITIES[rule.severity]
            cell = made.setdefault(code, {"Mức độ": level})
            cell[title] = f"{cell[title]}; {text}" if title in cell else text
    return made


def _columns(form: Form) -> Iterator[Cells]:
    for table in form.tables():
        yield from (column.declared for column in (*table.corner, *table.columns))


def _rules(form: Form, code_of: Mapping[str, str]) -> Iterator[Cells]:
    for rule in (rule for section in form.sections for rule in section.declared_rules or section.rules):
        if not rule.row and not in_cell(rule)[1]:
            yield {**cells_of(rule, declaration_tables.RULES, code_of), "Điều kiện": spoken(rule.test, code_of)}
    for section in form.sections:
        yield from section.table_rules


def _info(form: Form) -> Iterator[Cells]:
    for each in form.info:
        value = declared_cells.written_day(each.value) if each.kind == "date" and each.value else str(each.value)
        if each.name in PERIOD_FIELDS:
            value = ""
        yield {**cells_of(each, declaration_tables.INFO, {}), "Giá trị": value}


def _contacts(form: Form) -> Iterator[Cells]:
    yield {"Phần": "Tên bảng", "Chữ": form.contacts.title}
    for column in form.contacts.columns:
        yield {"Phần": "Cột", "Mã": column.name, "Chữ": column.label}
    for line in form.contacts.lines:
        yield {"Phần": "Dòng", "Mã": str(line.stt), "Chữ": line.label}


def _scales(form: Form, code_of: Mapping[str, str]) -> Iterator[Cells]:
    for section in form.sections:
        for scale in section.scales:
            for each in scale.classes:
                yield {
                    "Phần": section.number,
                    "Tên máy": scale.name,
                    "Tên thang": scale.label,
                    "Điểm ở": code_of.get(scale.score, ""),
                    **cells_of(each, declaration_tables.SCALES, code_of),
                }
