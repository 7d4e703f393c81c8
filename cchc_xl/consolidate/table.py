"""The tidy lines of a result: one for each node and indicator, with the sums that the next level needs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from cchc_xl.consolidate.fold import Level
from cchc_xl.consolidate.record import Sum, packed, unpacked
from cchc_xl.consolidate.tallies import Folded
from cchc_xl.consolidate.units import Tree
from cchc_xl.errors import UserError
from cchc_xl.schema.form_model import Form, Indicator
from cchc_xl.structs import Struct
from cchc_xl.submissions.form_layout import period_key
from cchc_xl.values import Ratio
from cchc_xl.writing.vietnamese_numbers import in_table, plain

ANYBODY = "đơn vị"
NAMED_IN_CELL = 5


class Line(Struct, frozen=True):
    """One figure of one node. `value` is a number for computing, `text` the figure as printed."""

    form: str
    period: str
    level: str
    unit: str
    unit_name: str
    code: str
    indicator: str
    label: str
    measure: str
    value: Decimal | None
    text: str
    status: str
    completeness: str
    expected: int
    answered: int
    unreadable: int
    given: int
    total: str
    whole: str
    yes: int
    distinct: str
    missing: str


COLUMNS = Line.__struct_fields__

NUMBERS = frozenset({"expected", "answered", "unreadable", "given", "yes"})
TITLES = {
    "form": "Bộ biểu mẫu", "period": "Kỳ", "level": "Cấp", "unit": "Mã đơn vị", "unit_name": "Đơn vị",
    "code": "Mã chỉ tiêu", "indicator": "Tên máy", "label": "Chỉ tiêu", "measure": "Đơn vị tính",
    "value": "Giá trị", "text": "Số liệu",
    "status": "Tình trạng", "completeness": "Mức đầy đủ", "expected": "Phải báo cáo", "answered": "Đã trả lời",
    "unreadable": "Không đọc được", "given": "Có số", "total": "Tổng", "whole": "Tổng mẫu số", "yes": "Số trả lời có",
    "distinct": "Các trả lời khác nhau", "missing": "Ô trống của",
}
COMPLETE, PARTIAL, NONE, DIFFERENT = "complete", "partial", "none", "different"


def lines(form: Form, tree: Tree, levels: Iterable[Level]) -> Iterator[Line]:
    """Every figure of every node, parents first."""
    words = _Words(tree)
    period = period_key(form)
    for level in levels:
        node = level.node
        for code, folded in level.figures.items():
            row, tally = folded.figure.indicator, folded.count.tally
            yield Line(
                form.id, period, node.kind, node.id, node.name, code, row.name, row.label, row.unit,
                _number(folded), in_table(folded.figure.value) if folded.figure.value is not None else "",
                status(folded), words.completeness(level, folded), folded.expected, folded.count.answered,
                folded.count.unreadable, tally.given,
                plain_text(tally.total), plain_text(tally.whole), tally.yes,
                json.dumps(sorted(map(packed, tally.distinct)), ensure_ascii=False) if tally.distinct else "",
                " ".join(sorted(tally.missing)),
            )


def status(folded: Folded) -> str:
    """Complete, partial, none, or answers that differ where they must be equal."""
    if folded.figure.conflicting:
        return DIFFERENT
    if folded.count.answered == 0 and folded.figure.value is None:
        return NONE
    return COMPLETE if folded.complete else PARTIAL


def _number(folded: Folded) -> Decimal | None:
    match folded.figure.value:
        case Decimal() as number:
            return number
        case Ratio(part, whole) if whole:
            return part / whole
    return None


def plain_text(number: Decimal) -> str:
    """The number without exponent, as the next level reads it."""
    return f"{number:f}"


class _Words:
    """Completeness in words, with the name of the kind where all who report are of one kind."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._names = {node.kind: node.kind_name for node in tree.nodes.values() if node.kind_name}

    def completeness(self, level: Level, folded: Folded) -> str:
        """8.412/10.599 xã; thiếu …"""
        if not folded.expected or folded.complete:
            return ""
        answered, expected = folded.count.answered, folded.expected
        head = f"{plain(Decimal(answered))}/{plain(Decimal(expected))} {self._kind(folded.figure.indicator)}"
        lacking = expected - answered
        named = [self._tree.nodes[unit].name for unit in self._missing(level, folded) if unit in self._tree.nodes]
        shown = named[:min(NAMED_IN_CELL, lacking)]
        more = f" và {plain(Decimal(lacking - len(shown)))} {ANYBODY} khác" if lacking > len(shown) and shown else ""
        return f"{head}; thiếu {', '.join(shown)}{more}" if shown else head

    def _missing(self, level: Level, folded: Folded) -> Iterator[str]:
        reporters = _reporters(folded.figure.indicator)
        yield from sorted(folded.count.tally.missing)
        for unit in level.presence.missing:
            if {unit, self._tree.nodes[unit].kind} & reporters and unit not in folded.count.tally.missing:
                yield unit

    def _kind(self, row: Indicator) -> str:
        kinds = [self._names.get(kind, ANYBODY) for kind in row.reported_by]
        return kinds[0] if len(kinds) == 1 else ANYBODY


def _reporters(row: Indicator) -> set[str]:
    return set(row.reported_by)


def sums(rows: Iterable[Mapping[str, Any]], form: Form, path: Path) -> tuple[Sum, ...]:
    """The lines of a result of lower level. Raises `UserError` where they are not of this form and period."""
    found = []
    for number, row in enumerate(rows, 2):
        if row["form"] != form.id or row["period"] != period_key(form):
            what = f"kết quả của kỳ khác ({row['form']}, {row['period']}); kỳ đang tổng hợp là {period_key(form)}."
            raise UserError(str(path), what, "Tổng hợp từng kỳ riêng.")
        if row["code"] in form.by_code:
            found.append(_sum(row, number, path))
    return tuple(found)


def _sum(row: Mapping[str, Any], number: int, path: Path) -> Sum:
    try:
        for title in ("total", "whole"):
            Decimal(str(row[title] or "0"))
        distinct = tuple(json.loads(row["distinct"])) if row["distinct"] else ()
        for text in distinct:
            unpacked(text)
        return Sum(
            str(row["unit"]), str(row["code"]), _int(row["expected"]), _int(row["answered"]), _int(row["unreadable"]),
            _int(row["given"]), str(row["total"] or "0"), str(row["whole"] or "0"), _int(row["yes"]), distinct,
            tuple(str(row["missing"] or "").split()),
        )
    except (ValueError, TypeError, InvalidOperation) as error:
        what = f"dòng {number} không còn đúng dạng của kết quả tổng hợp."
        raise UserError(str(path), what, "Lấy lại tệp do lệnh consolidate ghi ra; không sửa tay.") from error


def _int(value: Any) -> int:
    return int(float(value or 0))
