"""What has been done to a form besides filling it: rows deleted, moved, relabelled, copied; sheets renamed;
cells merged and typed over, fractions turned into days.

A finding without a cell is one of the file as a whole; whose file it is stands in none of them yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from cchc_xl import rule_registry
from cchc_xl.excel.addresses import position
from cchc_xl.figures import Sums, value_of_unit
from cchc_xl.findings import Finding
from cchc_xl.reading import Cell, folded, read
from cchc_xl.reading.raw_cell import EXCEL_EPOCH
from cchc_xl.schema.form_model import Form, Indicator
from cchc_xl.schema.model_kinds import Kind
from cchc_xl.submissions.form_layout import FormPlan
from cchc_xl.submissions.intake.cell_marks import CellMark
from cchc_xl.submissions.intake.found_lines import Found, as_text, cell_of
from cchc_xl.values import NOWHERE, Address, Reading, Status
from cchc_xl.writing.vietnamese_numbers import in_table, plain

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


MOST_SHOWN = 4
"""Parts of a sum that are named one by one."""


def _sum(form: Form, row: Indicator, readings: Mapping[str, Reading], right: Decimal) -> str:
    """(4) 1.030 + (5) 60 + (6) 12 = 1.102; of a column of many rows only the sum."""
    parts = form.summands.get(row.code, ())
    if row.has_parts or len(parts) > MOST_SHOWN or any(part.row != row.row for part, _ in parts):
        return f"tổng các dòng {plain(right)}" if not row.has_parts else plain(right)
    said = [
        f"{'− ' if sign < 0 else '+ '}{part.column} {'trống' if value is None else in_table(value)}"
        for part, sign in parts for value in [value_of_unit(form, part, readings.get)]
    ]
    return f"{' '.join(said).removeprefix('+ ')} = {plain(right)}"


# A count that is really a day: 7/7 typed into a cell for numbers becomes the day's number, 44384. Only days of the
# years around the period can be meant, so that few honest counts are asked about.

COUNTED = frozenset({Kind.COUNT, Kind.DECIMAL})
ASK_DAY = "gõ lại con số; nếu đúng thì ghi lý do ở cột Ghi chú."

Spans = tuple[tuple[int, int], ...]
"""First and last day of each likely year, as the numbers that Excel stores."""


def likely_days(form: Form, this_year: int = 0) -> Spans:
    """The days that can be meant: of the years of the period, of the one in which its form is filled, and of this."""
    years = {*range(form.period.first.year, form.period.last.year + 2), this_year} - {0}
    return tuple(
        ((date(year, 1, 1) - EXCEL_EPOCH).days, (date(year, 12, 31) - EXCEL_EPOCH).days) for year in sorted(years)
    )


def day_meant(spans: Spans, cell: Cell) -> str:
    """The day and month that a plain number would be; empty where it is no day of a likely year."""
    value = cell.value
    if not isinstance(value, Decimal) or not any(first <= value <= last for first, last in spans):
        return ""
    if cell.is_date or value != value.to_integral_value():
        return ""
    day = cell.date
    return f"{day.day}/{day.month}"


def day_message(code: str, number: str, day: str) -> str:
    """What is told of such a number."""
    return f"dòng {code}: số {number} trùng với ngày {day} do Excel tự đổi; {ASK_DAY}"
