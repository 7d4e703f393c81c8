"""Rows that units added under names which are nearly the same: nobody but the units knows whether they are one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations

from cchc_xl import rule_registry
from cchc_xl.checks.check_context import Case, bare
from cchc_xl.rule_registry import Finding
from cchc_xl.schema.declaration_words import plain
from cchc_xl.schema.table_model import Table, TableRow, cell_code
from cchc_xl.typed_text import folded

MOST_LETTERS, SHORTEST = 2, 6
"""Names that differ in no more letters are asked about; of shorter ones, those that differ in their marks only."""

SHOWN_UNITS = 4


def alike(case: Case) -> Iterator[Finding]:
    """Pairs of rows of one group of a table, one of them added."""
    for table in case.form.tables():
        if any(row.above for row in table.rows) and not table.records:
            yield from _in_table(case, table)


def _in_table(case: Case, table: Table) -> Iterator[Finding]:
    heads = [row for row in table.rows if row.kind == "group"]
    for head, row in ((head, row) for head in heads for row in table.rows if row.above):
        if folded(head.label) == folded(row.label) or near(head.label, row.label):
            yield _finding(case, table, head, row)
    groups = ([row for row in rows if row.kind == "row"] for _, rows in table.groups())
    for first, second in (pair for group in groups for pair in combinations(group, 2)):
        if (first.above or second.above) and near(first.label, second.label):
            yield _finding(case, table, first, second)


def near(one: str, other: str) -> bool:
    """Whether two names differ in a letter or two, not in a number; or in a number or a general word before them."""
    one, other = folded(one), folded(other)
    if one != other and _bared(one) == _bared(other):
        return True
    if one == other or abs(len(one) - len(other)) > MOST_LETTERS:
        return False
    if re.findall(r"\d+", one) != re.findall(r"\d+", other):
        return False
    long = min(len(one), len(other)) >= SHORTEST
    return plain(one) == plain(other) or (long and _letters_apart(one, other) <= MOST_LETTERS)


BEFORE_NAMES = r"(?:(?:(?:\d+|[ivx]+|[a-z])[.)]|[-–+•])\s*|(?:lĩnh vực|nhóm|về|các)\s+)+"


@lru_cache(maxsize=8192)
def _bared(name: str) -> str:
    """The name without its number and without words that say nothing of it."""
    found = re.match(BEFORE_NAMES, name)
    return name[found.end() :] if found else name


def _letters_apart(one: str, other: str) -> int:
    """How many letters are other, too many or missing."""
    from difflib import SequenceMatcher

    if len(set(one) ^ set(other)) > 2 * MOST_LETTERS:
        return MOST_LETTERS + 1
    steps = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    return sum(max(end - start, last - first) for tag, start, end, first, last in steps if tag != "equal")


def _finding(case: Case, table: Table, first: TableRow, second: TableRow) -> Finding:
    codes = [cell_code(row.code, table.columns[0].code) for row in (first, second)]
    said = " và ".join(
        f"“{bare(row.label)}” ({_whose(case, row, code)})" for row, code in zip((first, second), codes, strict=True)
    )
    message = (
        f"{bare(table.label)}: hai dòng tên gần giống nhau, {said}, đang tính riêng. Nếu là một việc thì báo đơn vị "
        "ghi đúng một tên rồi nộp lại; nếu là hai việc thì ghi giải trình."
    )
    cells = tuple(case.places[code] for code in codes if code in case.places)
    return rule_registry.ADDED_ALIKE.finding(message, cells, "", codes[1])


def _whose(case: Case, row: TableRow, code: str) -> str:
    if not row.above:
        return "tên nhóm" if row.kind == "group" else "dòng của biểu mẫu"
    names = [unit.name for unit in case.form.reporters(case.form.by_code[code])]
    more = f" và {len(names) - SHOWN_UNITS} đơn vị khác" if len(names) > SHOWN_UNITS else ""
    return f"{', '.join(names[:SHOWN_UNITS])}{more}"
