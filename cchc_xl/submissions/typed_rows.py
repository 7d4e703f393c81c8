"""The rows that a unit adds to the tables of its form: which a file has, and what is wrong with their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from cchc_xl import rule_registry
from cchc_xl.excel.formula_like import looks_like_formula
from cchc_xl.findings import Finding
from cchc_xl.reading import folded, tidy
from cchc_xl.schema.added_rows import SPARE_LABEL
from cchc_xl.schema.table_lines import PrintedLine
from cchc_xl.structs import Struct, replace
from cchc_xl.submissions.form_damage import Damage
from cchc_xl.submissions.form_layout import FormPlan
from cchc_xl.submissions.intake.found_lines import Found, as_text
from cchc_xl.values import Address

LONGEST_NAME = 200
LOOSE_ENDS = " .,;:-–—"
"""What may stand behind a name and is no part of it."""


LETTERS = r"[^\W\d_].*[^\W\d_]"
"""One letter is no name."""


class TypedRows(Struct, frozen=True):
    """What a file says of added rows. `names` are those of the rows that the unit typed, by code; `printed` are those
    of an earlier form that the file has; `others` are rows of the plan that the file says nothing of."""

    names: Mapping[str, str]
    printed: frozenset[str]
    others: frozenset[str]


def typed_rows(plan: FormPlan, lines: Mapping[str, Found]) -> TypedRows:
    """The added rows of a file's lines."""
    names: dict[str, str] = {}
    filled, found = set(), set()
    for code, row in plan.added_cells.items():
        if code in lines:
            found.add(row)
            if plan.added[row].row.spare:
                names[row] = names.get(row) or tidy(lines[code].label).rstrip(LOOSE_ENDS)
                if as_text(lines[code].value).strip():
                    filled.add(row)
    used = {row: name for row, name in names.items() if name or row in filled}
    printed = frozenset(found - names.keys())
    return TypedRows(used, printed, frozenset(plan.added.keys() - used.keys() - printed))


def name_faults(plan: FormPlan, rows: TypedRows, lines: Mapping[str, Found], file: str) -> Iterator[Damage]:
    """A row without a name, or with one that the table has already, or that is none."""
    known = {
        (group, folded(line.label)) for group, line in _grouped(plan)
        if line.row.numbered and not line.row.spare and line.row.code not in rows.others
    }
    for group, line in _grouped(plan):
        if line.row.code not in rows.names:
            continue
        name, code = rows.names[line.row.code], _first_code(plan, line)
        place = _name_place(plan, line, lines, file)
        if not name:
            message = f"{place.cell}: dòng thêm có số nhưng chưa ghi tên. Gõ tên của dòng vào ô này."
            yield Damage(rule_registry.ADDED_NAMELESS, message, code, place)
        elif not re.search(LETTERS, name) or looks_like_formula(name) or len(name) > LONGEST_NAME:
            message = f"{place.cell}: “{name[:60]}” không phải tên dòng. Gõ tên bằng chữ, tối đa {LONGEST_NAME} chữ."
            yield Damage(rule_registry.ADDED_NAMELESS, message, code, place)
        elif (group, folded(name)) in known:
            message = f"{place.cell}: dòng thêm “{name[:80]}” trùng tên một dòng đã có. Ghi số vào dòng đã có."
            yield Damage(rule_registry.ADDED_TWICE, message, code, place)
        known.add((group, folded(name)))


def _grouped(plan: FormPlan) -> Iterator[tuple[str, PrintedLine]]:
    """The lines of all tables with the group line above them."""
    for page in plan.pages:
        group = page.sheet
        for line in page.table.lines if page.table else ():
            group = line.key if line.row.kind == "group" else group
            # Two records may have one name.
            yield f"{group}|{line.key}" if page.table and page.table.table.records else group, line


def _first_code(plan: FormPlan, line: PrintedLine) -> str:
    return next(code for code, row in plan.questions.items() if row.row == line.row.code)


def _name_place(plan: FormPlan, line: PrintedLine, lines: Mapping[str, Found], file: str) -> Address:
    """Where the name stands in the file, whatever rows it has lost or got."""
    sheet, cell = plan.name_cells[line.row.code]
    found = next(each for code, each in lines.items() if code.startswith(f"{line.row.code}("))
    return Address(found.sheet or sheet, f"{cell[0]}{found.row}", file)


def in_words(findings: Iterable[Finding], plan: FormPlan, names: Mapping[str, str]) -> Iterator[Finding]:
    """The findings with the names that the unit typed for its rows."""
    labels = {plan.added[row].row.label: name for row, name in names.items() if name}
    words = re.compile(rf"{SPARE_LABEL} \d+")
    for finding in findings:
        said = words.sub(lambda found: labels.get(found[0], found[0]), finding.message) if labels else finding.message
        yield replace(finding, message=said)
