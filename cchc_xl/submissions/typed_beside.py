"""What a unit typed in its form beside the cells that are asked: rows of its own, with what is wrong with their names;
and all else, told with its place, never dropped without a word."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from cchc_xl import rule_registry, sheet_names
from cchc_xl.excel.addresses import column_letters
from cchc_xl.excel.formula_like import looks_like_formula
from cchc_xl.reading import folded, read, tidy
from cchc_xl.rule_registry import Finding
from cchc_xl.schema.added_rows import SPARE_LABEL
from cchc_xl.schema.form_model import Indicator
from cchc_xl.schema.model_kinds import Kind
from cchc_xl.schema.table_lines import PrintedLine
from cchc_xl.submissions.form_layout import FormPlan
from cchc_xl.submissions.intake.cell_marks import CellMark
from cchc_xl.submissions.intake.found_lines import UNMARKED, Found, as_text, cell_of, marked
from cchc_xl.values import Address, Ratio, Reading, Struct, Value, replace
from cchc_xl.writing.vietnamese_numbers import in_table, rate

LONGEST_NAME = 200
NAMELESS = "Dòng chưa ghi tên ({})"
"""The name, with that of the unit, of a row that has figures and no name."""
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


def name_faults(plan: FormPlan, rows: TypedRows, lines: Mapping[str, Found], file: str) -> Iterator[Finding]:
    """A row without a name, or with one that the table has already, or that is none."""
    known = {
        (group, folded(line.label)) for group, line in _grouped(plan)
        if line.row.numbered and not line.row.spare and line.row.code not in rows.others
    }
    for group, line in _grouped(plan):
        if line.row.code not in rows.names:
            continue
        name, (sheet, cell) = rows.names[line.row.code], plan.name_cells[line.row.code]
        mine = (code for code in lines if code in plan.questions and plan.questions[code].row == line.row.code)
        # Where the name stands in the file, whatever rows it has lost or got.
        found = lines[code := next(mine)]
        place = Address(found.sheet or sheet, f"{cell[0]}{found.row}", file)
        if not name:
            message = f"{place.cell}: dòng thêm có số nhưng chưa ghi tên. Gõ tên của dòng vào ô này."
            yield rule_registry.ADDED_NAMELESS.finding(message, (place,), "", code)
        elif not re.search(LETTERS, name) or looks_like_formula(name) or len(name) > LONGEST_NAME:
            message = f"{place.cell}: “{name[:60]}” không phải tên dòng. Gõ tên bằng chữ, tối đa {LONGEST_NAME} chữ."
            yield rule_registry.ADDED_NAMELESS.finding(message, (place,), "", code)
        elif (group, folded(name)) in known:
            message = f"{place.cell}: dòng thêm “{name[:80]}” trùng tên một dòng đã có. Ghi số vào dòng đã có."
            yield rule_registry.ADDED_TWICE.finding(message, (place,), "", code)
        known.add((group, folded(name)))


def _grouped(plan: FormPlan) -> Iterator[tuple[str, PrintedLine]]:
    """The lines of all tables with the group line above them."""
    for page in plan.pages:
        group = page.sheet
        for line in page.table.lines if page.table else ():
            group = line.key if line.row.kind == "group" else group
            # Two records may have one name.
            yield f"{group}|{line.key}" if page.table and page.table.table.records else group, line


def in_words(findings: Iterable[Finding], plan: FormPlan, names: Mapping[str, str]) -> Iterator[Finding]:
    """The findings with the names that the unit typed for its rows."""
    labels = {plan.added[row].row.label: name for row, name in names.items() if name}
    words = re.compile(rf"{SPARE_LABEL} \d+")
    for finding in findings:
        said = words.sub(lambda found: labels.get(found[0], found[0]), finding.message) if labels else finding.message
        yield replace(finding, message=said)


MOST_SHOWN = 8
HUNDRED = Decimal(100)
WHERE_TO = "Số phải báo cáo thì ghi vào đúng dòng, lý do thì ghi ở cột Ghi chú."


def beside(
    plan: FormPlan, sheets: Sequence[Mapping[str, Any]], readings: Mapping[str, Reading], file: str
) -> Iterator[Finding]:
    """Rates that were typed over, then numbers in lines, columns and sheets of the unit's own."""
    told = [sheet for sheet in sheets if sheet.get("loose")]
    rates = {
        (row.code.partition(".")[2], folded(row.label)): row
        for page in plan.pages for line, row in page.figures if not line.typed and not line.own_cell
    } if told else {}
    for sheet in told:
        groups: dict[str, list[Found]] = defaultdict(list)
        for number, code, stt, label, column, value in sheet["loose"]:
            loose = Found(sheet["name"], number, label, value, "", column + 1)
            row = None if code else rates.get((stt, folded(label)))
            if row is not None and column == sheet["columns"][0][0]:
                percent = CellMark.PERCENT in marked(sheet).get((number, column), ())
                yield from _overtyped(row, loose, percent, readings, plan, file)
            else:
                groups[_group(loose, code, "columns" in sheet)].append(loose)
        for where, cells in groups.items():
            yield _told(where, cells, file)


def _group(loose: Found, code: str, is_page: bool) -> str:
    if not is_page:
        return f"trang tính “{loose.sheet}” không thuộc biểu mẫu"
    if code:
        return f"trang tính “{loose.sheet}”, cột {column_letters(loose.value_column)} không thuộc biểu mẫu"
    label = f" “{loose.label[:80]}”" if loose.label else ""
    return f"trang tính “{loose.sheet}”, dòng {loose.row}{label} không thuộc phần đơn vị nhập"


def _told(where: str, cells: list[Found], file: str) -> Finding:
    said = ", ".join(f"{each.cell} ghi “{cell_of(each.value, UNMARKED).raw[:60]}”" for each in cells[:MOST_SHOWN])
    more = f" và {len(cells) - MOST_SHOWN} ô khác" if len(cells) > MOST_SHOWN else ""
    message = f"{where}, {said}{more}: không lấy. {WHERE_TO}"
    return rule_registry.TYPED_BESIDE.finding(message, tuple(each.address(file) for each in cells))


def _overtyped(
    row: Indicator, loose: Found, percent: bool, readings: Mapping[str, Reading], plan: FormPlan, file: str
) -> Iterator[Finding]:
    """A rate that the unit typed itself; one that agrees with the computed one within rounding needs no word."""
    place = loose.address(file)
    marks = frozenset((CellMark.PERCENT,)) if percent else UNMARKED
    typed = read(cell_of(loose.value, marks), row, place).value
    codes = (plan.form.by_name[name].code for name in (row.numerator, row.denominator))
    part, whole = (readings[code].value if code in readings else None for code in codes)
    known: Value | None = None
    if isinstance(part, Decimal) and isinstance(whole, Decimal):
        if _agree(typed, part, whole):
            return
        known = Ratio(part, whole) if row.kind is Kind.RATIO else rate(part, whole)
    shown = f"{cell_of(loose.value, UNMARKED).raw[:60]}{' (định dạng %)' if percent else ''}"
    message = f"dòng {row.code} “{row.label}”: ô {loose.cell} tự tính bị gõ đè “{shown}”, " + (
        "còn các ô nhập chưa đủ để tính; không lấy số gõ đè. Nhập hai số mà tỷ lệ tính từ đó."
        if known is None else
        f"còn tính từ các ô nhập là {in_table(known)}; lấy số tự tính. Kiểm tra lại hai số mà tỷ lệ tính từ đó."
    )
    yield rule_registry.RATE_OVERTYPED.finding(message, (place,), "", row.code)


def _agree(typed: Value | None, part: Decimal, whole: Decimal) -> bool:
    """Whether a typed rate is that of part and whole at the decimals it was typed with."""
    if isinstance(typed, Ratio):
        return (typed.part, typed.whole) == (part, whole)
    if not isinstance(typed, Decimal):
        return False
    places = max(0, -int(typed.normalize().as_tuple().exponent))
    return typed == rate(part, whole, places) and not (typed == HUNDRED and part < whole)


def comments(
    sheets: Sequence[Mapping[str, Any]], codes: Mapping[tuple[str, int], str], file: str
) -> tuple[dict[str, str], list[Finding]]:
    """What the unit's cell comments say: by code, as an addition to the note; elsewhere, as a remark."""
    notes: dict[str, str] = {}
    faults = []
    for sheet in sheets:
        for cell, text in sheet.get("comments", ()):
            row = int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
            code = codes.get((sheet["name"], row))
            said = f"Nhận xét ở ô {cell}: {text}"
            if code:
                notes[code] = f"{notes[code]}; {said}" if code in notes else said
            elif sheet["name"] not in (sheet_names.FORM_RULES, sheet_names.IDENTITY):
                message = f"{said[0].lower()}{said[1:]} (sheet “{sheet['name']}”)."
                faults.append(rule_registry.COMMENT.finding(message, (Address(sheet["name"], cell, file),)))
    return notes, faults
