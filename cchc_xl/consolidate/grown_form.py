"""Rows that units added to tables, joined over all files: the form gets them, and the answers their codes.

Every unit may answer such a row and none must. Records of lists stay in the forms and books; here their sums count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from cchc_xl import rule_registry
from cchc_xl.checks.added_alike import near
from cchc_xl.consolidate.engine import INTEGER, Connection, Row, ask, fill, texts
from cchc_xl.rule_registry import Severity
from cchc_xl.schema.added_rows import Cells, added_line, added_rows, open_rows, with_added
from cchc_xl.schema.declaration_words import NO
from cchc_xl.schema.form_model import Form, Indicator
from cchc_xl.schema.machine_names import lasting_name
from cchc_xl.schema.read_tables import open_row_of
from cchc_xl.schema.table_model import Table, TableColumn, TableRow, cell_code
from cchc_xl.typed_text import folded


def rows_of_book(form: Form, units: Iterable[str]) -> Iterator[dict[str, str]]:
    """The rows that units have added to a book, each with the units that report it."""
    known = set(units)
    for table, open_row in open_rows(form):
        for row in added_rows(table, open_row):
            for unit in form.reporters(form.by_code[cell_code(row.code, table.columns[0].code)]):
                if unit.id in known:
                    yield {"unit": unit.id, "code": row.code, "label": row.label}


def added_in_result(
    form: Form, answers: Iterable[Mapping[str, str]], figures: Iterable[Mapping[str, str]]
) -> Iterator[dict[str, str]]:
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
    """The form with every row of table `added`; the codes in `answer` are changed to its own.

    A row goes by its words: its place among others and its machine name do not depend on who wrote it first.
    """
    places = {row.code: row for table, row in open_rows(form) if not table.records}
    lines: dict[str, list[Cells]] = {code: [] for code in places}
    met: dict[tuple[str, str], list[Row]] = {}
    for row in ask(con, "SELECT DISTINCT file, unit, code, label FROM added ORDER BY ALL"):
        if (opened := open_row_of(row[2])) in places:
            met.setdefault((opened, folded(row[3])), []).append(row)
    renamed: list[Row] = []
    for (opened, words), mine in sorted(met.items()):
        open_row = places[opened]
        # As most have written it.
        label = Counter(sorted(each[3] for each in mine)).most_common(1)[0][0]
        line = added_line(open_row, len(lines[opened]) + 1, label, "", (), lasting_name(words))
        lines[opened].append({**line, "Bắt buộc": NO})
        renamed += ((file, unit, code, line["Mã"]) for file, unit, code, _ in mine)
    fill(con, "renamed", {"file": INTEGER} | texts("unit old new"), renamed)
    con.execute(RENAME)
    return with_lists(form, lines)


RENAME = """
UPDATE answer SET code = new || code[strpos(code, '('):] FROM renamed
WHERE answer.file = renamed.file AND answer.unit = renamed.unit AND starts_with(code, old || '(')"""


def with_lists(form: Form, lines: Mapping[str, Sequence[Cells]] | None = None) -> Form:
    """The form with these added rows, and with one for the records of each list, so that it has their sums."""
    lists = {
        row.code: [{**added_line(row, 1, table.label, "", (), lasting_name(f"dong {row.code}")), "Bắt buộc": NO}]
        for table, row in open_rows(form) if table.records
    }
    grown = {**(lines or {}), **lists}
    return with_added(form, grown) if any(grown.values()) else form


def counted(form: Form) -> list[Indicator]:
    """The indicators that are told of: all but the cells of records."""
    records = {row.code for table, opened in open_rows(form) if table.records for row in added_rows(table, opened)}
    return [row for row in form.indicators() if row.row not in records]


def kept_lists(con: Connection, form: Form) -> Iterator[Row]:
    """Findings that tell of each list how many records have stayed behind: rule, severity, unit, code, message."""
    lines = ask(con, "SELECT DISTINCT unit, code FROM added SEMI JOIN chosen USING (file, unit)")
    for table, open_row in open_rows(form):
        units = [unit for unit, code in lines if open_row_of(code) == open_row.code]
        if table.records and units:
            summed = any(row.kind == "total" for row in table.rows)
            what = "kết quả chỉ lấy dòng cộng" if summed else "bảng không có dòng cộng nên kết quả không lấy"
            whose = f"{len(units)} dòng của {len(set(units))} đơn vị"
            text = f"{table.label}: {whose}; {what}, từng dòng ở lại trong biểu mẫu và sổ."
            yield "list_kept", str(Severity.INFO), "", open_row.code, text


def alike(form: Form) -> Iterator[Row]:
    """Findings for rows of one place whose names are nearly the same."""
    for table, open_row in open_rows(form):
        for first, second in combinations(added_rows(table, open_row), 2):
            if near(first.label, second.label):
                rule = rule_registry.ADDED_ALIKE
                text = (
                    f"{table.label}: hai dòng tên gần giống nhau, “{first.label}” và “{second.label}”, đang tính "
                    "riêng. Nếu là một việc thì báo đơn vị ghi đúng một tên."
                )
                yield rule.code, str(rule.severity), "", second.code, text
