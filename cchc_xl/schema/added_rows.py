"""Rows that units add to a table: lines of the declaration that the program writes, and the empty ones of their forms.

A book carries its form. Where a unit adds a row, the book's form gets a line of kind `Dòng thêm` above the open row,
reported by those that added it; everything later sees an ordinary row. A unit's form is made from the same declaration
with empty rows in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cchc_xl.schema.declaration_tables import INDICATORS, DeclaredTables, made
from cchc_xl.schema.declaration_words import ADDED_ROW
from cchc_xl.schema.declared_cells import listed
from cchc_xl.schema.form_model import Form, once
from cchc_xl.schema.table_model import SPARE, Table, TableRow

Cells = Mapping[str, str]
"""The texts of a line of sheet Chỉ tiêu by column; what is empty may be left out."""


@once
def with_room(form: Form) -> Form:
    """The form with empty rows where units may add their own, as their forms have it."""
    lines = {
        row.code: [*(each.declared for each in added_rows(table, row)), *_spare(table, row)]
        for table, row in open_rows(form)
    }
    return with_added(form, lines) if lines else form


def open_rows(form: Form) -> Iterator[tuple[Table, TableRow]]:
    """Every place where units add rows, with its table."""
    return ((table, row) for table in form.tables() for row in table.rows if row.kind == "open")


def added_rows(table: Table, open_row: TableRow) -> list[TableRow]:
    """The rows that units have added above an open row."""
    return [row for row in table.rows if row.above == open_row.code and not row.spare]


def machine_names(form: Form) -> set[str]:
    """The names that added rows have already, and those of all figures."""
    return {*form.by_name, *(row.declared.get("Tên máy", "") for table in form.tables() for row in table.rows)}


def _spare(table: Table, open_row: TableRow) -> Iterator[Cells]:
    """Their names tell them apart in the whole table: a rule's sentence says nothing else of its row."""
    before = 0
    for row in table.rows:
        if row is open_row:
            break
        before += row.room
    for number in range(1, open_row.room + 1):
        label = f"{SPARE_LABEL} {before + number}"
        yield {
            "Mã": f"{open_row.code}{SPARE}{number}", "Chỉ tiêu": label, "Kiểu": ADDED_ROW, "STT in": "–",
            "Tên máy": f"dong_them_{before + number}",
        }


SPARE_LABEL = "Dòng thêm"


def added_line(open_row: TableRow, number: int, label: str, stt: str, units: Sequence[str], name: str) -> Cells:
    """The line of the declaration for a row that units added."""
    return {
        "Mã": f"{open_row.code}.{number}", "STT in": stt, "Chỉ tiêu": label, "Kiểu": ADDED_ROW,
        "Ai báo cáo": "; ".join(units), "Tên máy": name,
    }


def with_added(form: Form, lines: Mapping[str, Sequence[Cells]]) -> Form:
    """The form with these lines, by the code of the open row that they stand above, in the place of all added ones."""
    from cchc_xl.schema.read_declaration import read_form
    from cchc_xl.schema.write_declaration import tables_of

    tables = tables_of(form)
    titles = INDICATORS.titles
    kind, code = titles.index("Kiểu"), titles.index("Mã")
    rows: list[Sequence[str]] = []
    for _, cells in tables.by_key[INDICATORS.key].rows:
        if cells[kind] == ADDED_ROW:
            continue
        rows += ([line.get(title, "") for title in titles] for line in lines.get(cells[code], ()))
        rows.append(cells)
    read = read_form(DeclaredTables({**tables.by_key, **made({INDICATORS.key: rows}).by_key}), form.folder)
    return form.changed(sections=read.form.sections).of_period(form.period)


def for_next_period(form: Form) -> Form:
    """The form of a book as the next one begins with it: rows that units added stay with those that have them, records
    of the last period do not."""
    lines = {
        row.code: [] if table.records else [_of_units(each, form) for each in added_rows(table, row)]
        for table, row in open_rows(form)
    }
    return with_added(form, lines) if lines else form


def with_rows_of(form: Form, grown: Form) -> Form:
    """A form with the rows that units added to another version of it, those whose units and place it still has."""
    known = {(table.code, row.code) for table, row in open_rows(form)}
    lines = {
        row.code: [_of_units(each, form) for each in added_rows(table, row)]
        for table, row in open_rows(grown) if (table.code, row.code) in known
    }
    return with_added(form, lines) if any(lines.values()) else form


def _of_units(row: TableRow, form: Form) -> Cells:
    """A row's line for the units of a form: those it was merged into where its own are gone, else all that report."""
    cells = row.declared
    asked = listed(cells.get("Ai báo cáo", ""))
    kept = [unit.id for unit in form.units if unit.id in asked or set(asked) & set(unit.predecessors)]
    return {**cells, "Ai báo cáo": "; ".join(kept)}
