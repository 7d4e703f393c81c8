"""What has been done to a form besides filling it: rows deleted, moved, relabelled, copied; sheets renamed;
cells merged and typed over, fractions turned into days; rows of the unit's own, with what is wrong with their names;
and all else that was typed beside the cells that are asked, told with its place, never dropped without a word.

A finding without a cell is one of the file as a whole; whose file it is stands in none of them yet.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from decimal import Decimal
from functools import lru_cache
from typing import Any

from cchc_xl import rule_registry, sheet_names
from cchc_xl.excel.addresses import column_letters, position
from cchc_xl.excel.cell_content import looks_like_formula
from cchc_xl.figures import Sums, value_of_unit
from cchc_xl.reading import folded, read, tidy
from cchc_xl.rule_registry import Finding
from cchc_xl.schema.added_rows import SPARE_LABEL
from cchc_xl.schema.form_model import Form, Indicator
from cchc_xl.schema.model_kinds import Kind
from cchc_xl.schema.table_model import PrintedLine
from cchc_xl.submissions.form_layout import FormPlan
from cchc_xl.submissions.intake.cell_marks import CellMark
from cchc_xl.submissions.intake.reader_pool import UNMARKED, Found, as_text, cell_of, marked
from cchc_xl.typed_text import some_of
from cchc_xl.values import NOWHERE, Address, Ratio, Reading, Status, Struct, Value, replace
from cchc_xl.writing.vietnamese_numbers import in_table, plain, rate

REMEDY = "Chép số liệu sang bản biểu mẫu gốc của đơn vị rồi gửi lại."
MOST_LISTED = 8


def place_of(plan: FormPlan, code: str, file: str) -> Address:
    """Where an indicator should stand."""
    return Address(*plan.cells[code], file)


def twice(code: str, first: Found, second: Found, file: str) -> Finding:
    """A row that was copied: which of the two is meant, nobody knows."""
    where = f"{first.sheet} dòng {first.row} và {second.sheet} dòng {second.row}"
    message = f"dòng {code} có hai lần ({where}). {REMEDY}"
    return rule_registry.ROW_TWICE.finding(message, (second.address(file),), "", code)


def merged(sheets: Iterable[Mapping[str, Any]], lines: Mapping[str, Found], file: str) -> Iterator[Finding]:
    """Cells for figures that were made one: all but the first then seem blank."""
    for sheet in sheets:
        for area in sheet.get("merged", ()):
            (top, left), (bottom, right) = _corners(area)
            hit = {} if top == bottom else {
                code: line for code, line in lines.items()
                if top <= line.row <= bottom and left <= line.value_column <= right and line.sheet == sheet["name"]
            }
            if hit:
                code, first = next(iter(hit.items()))
                message = (
                    f"các ô {area} đã bị gộp (Merge), {len(hit)} dòng {', '.join(hit)} chỉ còn một số. "
                    "Bỏ gộp (Unmerge), gõ số riêng cho từng dòng."
                )
                yield rule_registry.FORM_MERGED.finding(message, (first.address(file),), "", code)


@lru_cache(maxsize=512)
def _corners(area: str) -> tuple[tuple[int, int], ...]:
    return tuple(map(position, area.split(":")))


def line_faults(
    plan: FormPlan, lines: Mapping[str, Found], file: str, lost: Set[str] | None = None
) -> Iterator[Finding]:
    """Everything about the rows. In a form of another version, rows may lack or have moved for a good reason; `lost`
    are then those of which something has been told."""
    told: set[tuple[bool, str]] = set()
    for code, row in plan.questions.items():
        line, label = lines.get(code), plan.labels[code]
        wrong = line is None or (label and line.label != label and folded(line.label) != folded(label))
        # Of a table's line, one cell tells it for all.
        if not wrong or (row.row and (line is None, row.row) in told) or code in (lost or ()):
            continue
        told.add((line is None, row.row))
        if line is None and lost is not None:
            message = f"biểu mẫu của phiên bản khác không có “{row.label}” ({code}), để trống."
            yield rule_registry.VERSION_ROW.finding(message, (place_of(plan, code, file),), "", code)
        elif line is None:
            message = f"thiếu dòng {row.row or code} “{label}”. {REMEDY}"
            yield rule_registry.ROW_MISSING.finding(message, (place_of(plan, code, file),), "", code)
        else:
            message = _other_label(row, label, line)
            yield rule_registry.ROW_RELABELLED.finding(message, (line.address(file),), "", row.code)
    for code, line in lines.items():
        if code not in plan.questions:
            yield _unknown(code, line, file)
    if lost is None:
        yield from _moves(plan, lines)


def _other_label(row: Indicator, label: str, line: Found) -> str:
    said = line.label[:80]
    return f"dòng {row.row or row.code}: chỉ tiêu đã bị sửa thành “{said}”, đúng là “{label}”. {REMEDY}"


def _unknown(code: str, line: Found, file: str) -> Finding:
    label = f" “{line.label[:60]}”" if line.label else ""
    said = as_text(line.value) or "để trống"
    message = f"dòng {code[:60]}{label} không thuộc phần đơn vị này báo cáo, ô số liệu ghi “{said[:60]}”; không lấy."
    return rule_registry.ROW_NOT_ASKED.finding(message, (line.address(file),))


def _moves(plan: FormPlan, lines: Mapping[str, Found]) -> Iterator[Finding]:
    """Moved lines and renamed sheets are read by their codes all the same, and mentioned once."""
    known = {code: line for code, line in lines.items() if code in plan.cells}
    renamed = {line.sheet for code, line in known.items() if plan.cells[code][0] != line.sheet}
    if renamed:
        listed = ", ".join(f"“{name[:31]}”" for name in sorted(renamed))
        yield rule_registry.SHEET_RENAMED.finding(f"trang tính đã đổi tên thành {listed}; đã đọc theo mã chỉ tiêu.", ())
    moved = [code for code, line in known.items() if plan.cells[code][1] != line.cell]
    if moved:
        listed = ", ".join(moved[:MOST_LISTED])
        yield rule_registry.ROW_MOVED.finding(f"dòng đã đổi chỗ ({listed}); đã đọc theo mã chỉ tiêu.", ())


def with_sums(form: Form, readings: Mapping[str, Reading], known: Sums | None = None) -> Mapping[str, Reading]:
    """A unit's answers with what its tables add up, where a part of it is answered. `known` as in `value_of_unit`."""
    known = {} if known is None else known
    sums = {
        row.code: Reading(Status.VALUE, value, "", NOWHERE)
        for row in form.indicators() if row.sum_of
        for value in [value_of_unit(form, row, readings.get, known)] if value is not None
    }
    return {**readings, **sums} if sums else readings


COMPUTED = frozenset((CellMark.FORMULA,))
"""All that is to be said of a cell that computes a number."""


def overwritten_sum(
    plan: FormPlan, code: str, line: Found, readings: Mapping[str, Reading], file: str, known: Sums
) -> Finding | None:
    """The fault of a computed cell that says another number than its parts make; an empty one says nothing. `known` as
    in `value_of_unit`."""
    row, place = plan.form.by_code[code], line.address(file)
    right = value_of_unit(plan.form, row, readings.get, known)
    if type(line.value) in (int, float) and line.value == right and line.marks <= COMPUTED:
        return None
    if right is None and _may_show_nothing(line):
        return None
    typed = read(cell_of(line.value, line.marks), row, place)
    if not typed.raw.strip() or typed.value == right:
        return None
    said = in_table(typed.value) if typed.value is not None else f"“{typed.raw[:60]}”"
    if right is None or not isinstance(typed.value, Decimal) or not isinstance(right, Decimal):
        must = f"phải bằng {in_table(right)}" if right is not None else "phải để trống vì chưa có số thành phần"
        message = f"{row.label} {said} {must}"
    else:
        apart = plain(abs(typed.value - right))
        message = f"{row.label} {said} phải bằng {_sum(plan.form, row, readings, right)}; lệch {apart}"
    message = f"{message}. Ô này tự tính, số gõ đè không được lấy."
    return rule_registry.SUM_OVERTYPED.finding(message, (place,), "", code)


def _may_show_nothing(line: Found) -> bool:
    """Whether a formula's result is 0, which LibreOffice also writes into .xls where a formula shows an empty text."""
    return CellMark.FORMULA in line.marks and line.value == 0


MOST_PARTS = 4
"""Parts of a sum that are named one by one."""


def _sum(form: Form, row: Indicator, readings: Mapping[str, Reading], right: Decimal) -> str:
    """(4) 1.030 + (5) 60 + (6) 12 = 1.102; of a column of many rows only the sum."""
    parts = form.summands.get(row.code, ())
    if row.has_parts or len(parts) > MOST_PARTS or any(part.row != row.row for part, _ in parts):
        return f"tổng các dòng {plain(right)}" if not row.has_parts else plain(right)
    said = [
        f"{'− ' if sign < 0 else '+ '}{part.column} {'trống' if value is None else in_table(value)}"
        for part, sign in parts for value in [value_of_unit(form, part, readings.get)]
    ]
    return f"{' '.join(said).removeprefix('+ ')} = {plain(right)}"


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

    names: Mapping[str, str] = {}
    printed: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()


def typed_rows(plan: FormPlan, lines: Mapping[str, Found]) -> TypedRows:
    """The added rows of a file's lines."""
    names: dict[str, str] = {}
    filled, found = set(), set()
    for code, row in plan.added_cells.items():
        if code in lines:
            found.add(row)
            if plan.added[row].row.spare:
                names[row] = names.get(row) or tidy(lines[code].label).rstrip(LOOSE_ENDS)
                computed = code not in plan.questions and _may_show_nothing(lines[code])
                if as_text(lines[code].value).strip() and not computed:
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
    said = some_of([f"{each.cell} ghi “{cell_of(each.value, UNMARKED).raw[:60]}”" for each in cells], MOST_SHOWN, "ô")
    message = f"{where}, {said}: không lấy. {WHERE_TO}"
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
