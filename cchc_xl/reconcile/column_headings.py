"""What the columns of a foreign table are, by their headings: of all numbers of a row only one is this period's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import takewhile

from cchc_xl.reconcile.foreign_table import ForeignCell, Row
from cchc_xl.schema.office_model import Period
from cchc_xl.typed_text import folded, tidy


class Role(StrEnum):
    """What a column holds."""

    NUMBER = "số thứ tự"
    LABEL = "chỉ tiêu"
    UNIT = "đơn vị tính"
    FIGURE = "số liệu kỳ này"
    PLAN = "kế hoạch"
    OTHER_PERIOD = "kỳ khác"
    CUMULATIVE = "lũy kế"
    RATE = "so sánh, tỷ lệ"
    SCALED = "số tính theo nghìn, triệu"
    NOTE = "ghi chú"


def _words(*words: str) -> str:
    """The words, folded as texts are before they are compared."""
    return f"(?:{'|'.join(folded(word) for word in words)})"


_WHOLE = {
    Role.NUMBER: re.compile(_words("stt", "tt", "số tt", "số thứ tự", "thứ tự", "mã", "mã số", "mã chỉ tiêu")),
    Role.UNIT: re.compile(_words("đơn vị tính", "đơn vị", "đvt", "đv tính", "đơn vị đo", "unit")),
}
_BEGINS = {
    Role.LABEL: re.compile(
        "(?:tên )?" + _words("chỉ tiêu", "nội dung", "tiêu chí", "danh mục", "chỉ số", "label")
        + f"(?! {_words('giao', 'được giao', 'kế hoạch', 'phấn đấu')})"
    ),
    Role.NOTE: re.compile(_words("ghi chú", "thuyết minh", "giải trình", "diễn giải", "nguyên nhân", "note")),
}
_TELLING = {
    Role.SCALED: re.compile(rf"\b{_words('nghìn', 'ngàn', 'triệu', 'tỷ đồng')}\b"),
    Role.OTHER_PERIOD: re.compile(
        rf"\b(?:{_words('cùng kỳ', 'năm ngoái', 'cùng thời điểm')}|(?:kỳ|năm|quý|tháng|kỳ báo cáo) trước)\b"
    ),
    Role.CUMULATIVE: re.compile(
        rf"\b{_words('lũy kế', 'cộng dồn', 'từ đầu năm', 'từ đầu kỳ', 'tính đến', 'đến nay')}\b"
    ),
    Role.RATE: re.compile(rf"%|\b{_words('tỷ lệ', 'tỉ lệ', 'so với', 'so sánh', 'tăng', 'giảm', 'chênh lệch')}"),
    Role.PLAN: re.compile(
        rf"\b{_words('kế hoạch', 'chỉ tiêu giao', 'được giao', 'mục tiêu', 'dự kiến', 'phải thực hiện', 'ước')}\b"
    ),
}
_FIGURE = re.compile(
    rf"\b{_words('số liệu', 'kết quả', 'thực hiện', 'kỳ này', 'trong kỳ', 'kỳ báo cáo', 'số lượng', 'giá trị')}\b|"
    rf"\b{_words('tổng số', 'tổng cộng', 'năm nay', 'quý này', 'tháng này', 'toàn thành phố', 'toàn xã')}\b|^value"
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_PART = re.compile(r"\b(?:quý (?:[ivx]+|\d)|tháng \d{1,2}|\d{1,2} tháng)\b")
COUNTED_OFF = re.compile(r"\(?(?:\d{1,2}|[a-e])\)?(?:\s*=.*)?", re.IGNORECASE)
"""A cell of the row of column numbers: (3), B, 3 = 4 + 5."""

_LONGEST_HEADING = 90
NUMBER = re.compile(r"-?\d[\d.]*(?:,\d+)?\s*%?")
"""A text that is a number and nothing else."""


def role_of(path: Sequence[str], period: Period) -> Role | None:
    """The role of a column by its headings, the lowest last; None where they do not say."""
    said = [text for text in dict.fromkeys(map(folded, path)) if text]
    if not said:
        return None
    for role, pattern in _WHOLE.items():
        if pattern.fullmatch(said[-1].strip(" .:")):
            return role
    for role, pattern in _BEGINS.items():
        if pattern.match(said[-1]):
            return role
    together = " / ".join(said)
    known = _period_of(together, period)
    if known is Role.OTHER_PERIOD:
        return known
    telling = next((role for role, pattern in _TELLING.items() if pattern.search(together)), None)
    return telling or known or (Role.FIGURE if _FIGURE.search(together) else None)


def _period_of(text: str, period: Period) -> Role | None:
    """Whether a heading names the period of the form, another one, or none."""
    label = folded(period.label)
    years = _YEAR.findall(text)
    parts = _PART.findall(text)
    if not years and not parts:
        return None
    own_year = not years or (str(period.last.year) in years and len(set(years)) == 1)
    own_part = set(parts) <= set(_PART.findall(label)) and (bool(parts) or not _PART.search(label) or not years)
    return Role.FIGURE if own_year and own_part else Role.OTHER_PERIOD


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table: their headings and roles. Columns nobody could tell are left out of `roles`."""

    titles: tuple[str, ...] = ()
    roles: dict[int, Role] = field(default_factory=dict)

    def at(self, role: Role) -> int | None:
        """The column of a role, where exactly one has it."""
        found = [column for column, known in self.roles.items() if known is role]
        return found[0] if len(found) == 1 else None

    @property
    def unclear(self) -> str:
        """Why this period's column cannot be told; empty where it can."""
        if self.at(Role.FIGURE) is not None:
            return ""
        named = "; ".join(f"“{title}”" for title in self.titles if title) or "không có tiêu đề"
        several = sum(role is Role.FIGURE for role in self.roles.values()) > 1
        why = "nhiều cột có thể là số liệu kỳ này" if several else "không có cột nào ghi là số liệu kỳ này"
        return f"{why} (tiêu đề các cột: {named})"


def headings_at(rows: Sequence[Row], at: int, period: Period) -> tuple[Columns, int] | None:
    """The columns that the heading beginning at a row declares, and the row after it; None where none begins."""
    if not _is_heading(rows[at], period):
        return None
    first = [role_of([cell.text], period) for cell in rows[at]]
    lines = [column for column, role in enumerate(first) if role in (Role.NUMBER, Role.LABEL)]
    last = at + 1
    while last < len(rows) and _goes_on(rows[last], lines, period):
        last += 1
    paths = heading_paths(rows[at:last])
    roles = {column: role for column, path in enumerate(paths) if (role := role_of(path, period))}
    titles = tuple(" / ".join(dict.fromkeys(path)) for path in paths)
    while last < len(rows) and is_counted_off(rows[last]):
        last += 1
    return Columns(titles, roles), last


def _is_heading(row: Row, period: Period) -> bool:
    """A heading names the label's column and at least one other."""
    roles = {role_of([cell.text], period) for cell in row if len(cell.text) <= _LONGEST_HEADING}
    return Role.LABEL in roles and len(roles - {None}) > 1


def _goes_on(row: Row, lines: Sequence[int], period: Period) -> bool:
    """The lower level of a heading: it says what columns are, and has nothing where lines have number and label."""
    written = [cell.own for cell in row if cell.own]
    known = [role_of([text], period) for text in written]
    numbers = any(COUNTED_OFF.fullmatch(text) for text in written)
    return any(known) and not numbers and not any(_own(row, column) for column in lines)


def heading_paths(heads: Sequence[Row]) -> list[tuple[str, ...]]:
    """The headings of every column from the top; a blank cell to the right of a heading belongs to it where something
    stands below.
    """
    paths: list[list[str]] = [[] for _ in range(max(map(len, heads), default=0))]
    for number, row in enumerate(heads):
        before = ""
        for place, path in enumerate(paths):
            text = tidy(row[place].text) if place < len(row) else ""
            below = any(_own(lower, place) for lower in heads[number + 1:])
            before = text = text or (before if below else "")
            if text and path[-1:] != [text]:
                path.append(text)
    return list(map(tuple, paths))


def is_counted_off(row: Row) -> bool:
    """(1) (2) (3) below the headings."""
    written = [cell.own for cell in row if cell.own]
    return len(written) > 2 and all(COUNTED_OFF.fullmatch(text) for text in written)


def guessed(rows: Sequence[Row]) -> Columns:
    """The columns of a table without headings: the longest texts are the labels; whose the numbers are, people say."""
    width = max(map(len, rows), default=0)
    lengths = [sum(len(_own(row, column)) for row in rows) for column in range(width)]
    label = max(range(width), key=lengths.__getitem__, default=0)
    return Columns((), {label: Role.LABEL, **({label - 1: Role.NUMBER} if label else {})})


def _numbered(rows: Sequence[Row], columns: Iterable[int]) -> list[int]:
    """The columns that hold numbers."""
    return [column for column in columns if any(NUMBER.fullmatch(_own(row, column)) for row in rows)]


def _own(row: Row, column: int) -> str:
    return row[column].own if column < len(row) else ""


def with_number(columns: Columns) -> Columns:
    """The columns with one for the numbers of lines: that before the labels, where no heading names it."""
    label = columns.at(Role.LABEL)
    if label and columns.at(Role.NUMBER) is None and label - 1 not in columns.roles:
        return replace(columns, roles={**columns.roles, label - 1: Role.NUMBER})
    return columns


def settled(columns: Columns, rows: Sequence[Row]) -> Columns:
    """One heading over several columns (“Kết quả thống kê” over unit and number): the one with numbers is meant."""
    figures = [column for column, role in columns.roles.items() if role is Role.FIGURE]
    if len({columns.titles[column] for column in figures}) != 1:
        return columns
    blank = takewhile(lambda column: not columns.titles[column], range(figures[-1] + 1, len(columns.titles)))
    covered = [*figures, *blank]
    numbers = _numbered(rows, covered)
    if len(numbers) != 1 or len(covered) == 1:
        return columns
    others = {column: role for column, role in columns.roles.items() if column not in covered}
    beside = {} if Role.UNIT in others.values() or covered[0] == numbers[0] else {covered[0]: Role.UNIT}
    return replace(columns, roles={**others, **beside, numbers[0]: Role.FIGURE})


def cell_at(row: Row, column: int | None) -> ForeignCell | None:
    """The cell of a row in a column."""
    return row[column] if column is not None and column < len(row) else None
