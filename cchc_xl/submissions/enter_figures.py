"""Enters a delivery into the master workbook and tells every value that was replaced, old → new."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from cchc_xl import sheet_names
from cchc_xl.excel.addresses import column_letters
from cchc_xl.excel.formula_like import harmless
from cchc_xl.master.master_book import Master
from cchc_xl.master.table_layout import HINT_CELL, TABLE_ROW, TABLES, hint
from cchc_xl.reading import Cell
from cchc_xl.schema.form_model import Indicator
from cchc_xl.schema.model_kinds import Kind
from cchc_xl.submissions.interpret_submission import Delivery
from cchc_xl.typed_text import shortened

EMPTY = "trống"
LONGEST_SHOWN = 60


def enter(master: Master, delivery: Delivery) -> list[str]:
    """Writes the typed values into the unit's columns; returns what was replaced."""
    replaced = []
    for code, typed in delivery.cells.items():
        section = master.form.section_of[code]
        address = master.grids[section.number].address(code, delivery.unit.id)
        sheet = master.sheet(section)
        before = sheet.cell(address).raw
        if sheet.put(address, content(typed, master.form.by_code[code])) and before:
            replaced.append(_change(code, before, sheet.cell(address).raw))
    return replaced


def content(typed: Cell, row: Indicator) -> Decimal | str | None:
    """What the master stores for a typed cell: the number or text itself; never a formula, a date or an error value."""
    if isinstance(typed.value, bool) and row.asked is Kind.YES_NO:
        return Decimal(int(typed.value))
    if isinstance(typed.value, Decimal) and not typed.is_date and not typed.error:
        return typed.value
    return harmless(typed.raw) or None


def _change(code: str, before: str, after: str) -> str:
    return f"{code}: {_shown(before)} → {_shown(after)}"


def _shown(text: str) -> str:
    return shortened(" ".join(text.split()) or EMPTY, LONGEST_SHOWN)


def enter_notes(master: Master, delivery: Delivery, day: date) -> list[str]:
    """Keeps the unit's notes on their own sheet with who wrote them: changed, added, taken away with their form."""
    writer = ", ".join(filter(None, (delivery.person, f"lần nộp {delivery.turn}", f"{day:%d/%m/%Y}")))
    sheet = master.workbook.sheet(sheet_names.UNIT_NOTES)
    rows = master.keyed_rows(sheet_names.UNIT_NOTES)
    free = max([TABLE_ROW, *rows.values()]) + 1
    replaced = []
    for code in delivery.cells:
        key = f"{delivery.unit.id}|{code}"
        note = delivery.notes.get(code, "")
        if key not in rows and not note:
            continue
        row = rows.get(key, free)
        free += key not in rows
        before = sheet.cell(f"F{row}").raw
        label = master.form.by_code[code].label
        said = (harmless(note), harmless(writer)) if note else (None, None)
        values = (key, row - TABLE_ROW, delivery.unit.name, code, label, *said)
        for column, value in zip(range(1, len(TABLES[sheet_names.UNIT_NOTES].columns) + 1), values, strict=True):
            sheet.put(f"{column_letters(column)}{row}", value)
        if before and before.strip() != note:
            replaced.append(_change(f"Ghi chú {code}", before, note))
    sheet.put(HINT_CELL, hint(sheet_names.UNIT_NOTES, lines=free > TABLE_ROW + 1))
    sheet.dress(TABLE_ROW + 1, max(TABLE_ROW + 1, free - 1), len(TABLES[sheet_names.UNIT_NOTES].columns))
    return replaced
