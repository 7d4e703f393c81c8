"""Rows that units added to tables, joined over all files: the form gets them, and the answers their codes.

Every unit may answer such a row and none must. Records of lists stay in the books of their offices; here their sums
count, beside one line for all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from cchc_xl import rule_registry
from cchc_xl.checks.added_alike import near
from cchc_xl.consolidate.engine import Connection, Row, ask, fill
from cchc_xl.consolidate.record import Record
from cchc_xl.schema.added_rows import Cells, added_line, added_rows, machine_names, open_rows, with_added
from cchc_xl.schema.declaration_words import NO
from cchc_xl.schema.form_model import Form
from cchc_xl.schema.machine_names import name_from
from cchc_xl.schema.read_tables import open_row_of
from cchc_xl.schema.table_model import Table, TableColumn, TableRow, cell_code
from cchc_xl.typed_text import folded

TEXT = "VARCHAR"


def rows_of_book(form: Form, units: Iterable[str]) -> Iterator[Record]:
    """The rows that units have added to a book, each with the units that report it."""
    known = set(units)
    for table, open_row in open_rows(form):
        for row in added_rows(table, open_row):
            for unit in form.reporters(form.by_code[cell_code(row.code, table.columns[0].code)]):
                if unit.id in known:
                    yield {"unit": unit.id, "code": row.code, "label": row.label}


def added_in_result(
    form: Form, answers: Iterable[Mapping[str, str]], figures: Iterable[Mapping[str, str]]
) -> Iterator[Record]:
    """The added rows of a result of lower levels; their names stand in the labels of its figures."""
    labels = {each.get("code", ""): each.get("label", "") for each in figures}
    around = {
        (row.code, column.code): _around_name(table, row, column)
        for table, row in open_rows(form) for column in table.columns
    }
    told: set[tuple[str, str]] = set()
    for answer in answers:
        row, _, column = answer.get("code", "").rpartition("(")
        found = around.get((open_row_of(row), f"({column}"))
        if found and answer["code"] not in form.by_code and (answer["unit"], row) not in told:
            told.add((answer["unit"], row))
            label = labels.get(answer["code"], row).removeprefix(found[0]).removesuffix(found[1])
            yield {"unit": answer["unit"], "code": row, "label": label}


def _around_name(table: Table, open_row: TableRow, column: TableColumn) -> tuple[str, str]:
    """What may stand before and what stands behind the row's name in the label of a figure."""
    group, _ = table.group_of(open_row)
    heading = f", {column.titles[0]}" if len(column.titles) > 1 else ""
    return f"{group} – ", f"{heading}: {column.code} {column.title}"


def with_rows_of_files(con: Connection, form: Form) -> Form:
    """The form with every row of table `added`; the codes in `answer` are changed to its own."""
    places = {row.code: (table, row) for table, row in open_rows(form)}
    lines: dict[str, list[Cells]] = {code: [] for code in places}
    found: dict[tuple[str, str], str] = {}
    names = machine_names(form)
    renamed: list[Row] = []
    typed = list(ask(con, "SELECT DISTINCT file, unit, code, label FROM added ORDER BY ALL"))
    spelled, named = (Counter(change(label) for *_, label in typed) for change in (str, folded))
    # Whatever order the files come in: the most frequent name and its most frequent spelling first.
    typed.sort(key=lambda each: (-named[folded(each[3])], folded(each[3]), -spelled[each[3]], each[3]))
    for file, unit, code, label in typed:
        if (opened := open_row_of(code)) not in places:
            continue
        table, row = places[opened]
        if table.records:
            # One line for all records: their sums are of the unit, and answered with its form.
            line = added_line(row, 1, row.label, "", (), name_from(row.label, set(names)))
            lines[opened] = [{**line, "Bắt buộc": NO}]
            continue
        key = opened, folded(label)
        if key not in found:
            number = len(lines[opened]) + 1
            line = added_line(row, number, label, "", (), name_from(label, names))
            lines[opened].append({**line, "Bắt buộc": NO})
            found[key] = line["Mã"]
        renamed += (
            (file, unit, cell_code(code, each.code), cell_code(found[key], each.code)) for each in table.columns
        )
    if not any(lines.values()):
        return form
    fill(con, "renamed", {"file": "INTEGER", "unit": TEXT, "old": TEXT, "new": TEXT}, renamed)
    con.execute(RENAME)
    return with_added(form, lines)


RENAME = """
UPDATE answer SET code = renamed.new FROM renamed
WHERE answer.file = renamed.file AND answer.unit = renamed.unit AND answer.code = renamed.old"""


def alike(form: Form, out: str) -> Iterator[Row]:
    """Findings for rows of one place whose names are nearly the same."""
    for table, open_row in open_rows(form):
        for first, second in combinations(added_rows(table, open_row), 2):
            if near(first.label, second.label):
                rule = rule_registry.ADDED_ALIKE
                text = (
                    f"{table.label}: hai dòng tên gần giống nhau, “{first.label}” và “{second.label}”, đang tính "
                    "riêng. Nếu là một việc thì báo đơn vị ghi đúng một tên."
                )
                yield rule.code, str(rule.severity), "", second.code, out, "", "", text, "", False
