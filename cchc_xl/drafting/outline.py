"""The outline of a printed table: which line is a section, a group or a figure, its code, and what it is a part of.

Levels are told by the way lines are numbered (A, I, 1, 1.1, a), in the order in which these ways first appear; a line
without a number, or with a dash, belongs to the numbered line above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cchc_xl.drafting.printed_table import PrintedRow
from cchc_xl.reconcile.stated_counts import COMPLETE, PARTIAL
from cchc_xl.schema.form_model import UNNUMBERED
from cchc_xl.typed_text import folded
from cchc_xl.writing.vietnamese_numbers import ALPHABET, ROMANS

CAPITALS = ALPHABET[:8].upper()
DASHES = "-–—+•*"
DEEPEST = 4
"""Numbers that a code may have after its section."""

_PART = re.compile(rf"^\s*(?:[{re.escape(DASHES)}]|[a-zđ]\))\s*\S|^trong (?:số )?đó\b", re.IGNORECASE)
LEADING = {word for word in COMPLETE | PARTIAL if word != "cụ thể"}
"""Lines that say no more than that parts follow: Trong đó:"""

_COUNTS = re.compile(r"^(?:tổng )?số(?: lượng)? (?!liệu\b)|^tổng cộng\b")
_HAS_TOTAL = re.compile(r"^tổng số\b|^(?:tỷ|tỉ) lệ\b")


@dataclass
class Line:
    """A line of the outline; `sure` (0–1) tells how far its level is certain, `why` what it was told by."""

    row: PrintedRow
    level: str = ""
    code: str = ""
    sort: str = ""
    parent: Line | None = None
    whole: Line | None = None
    """The line that it is a dashed part of."""
    children: list[Line] = field(default_factory=list)
    parts: list[Line] = field(default_factory=list)
    about: str = ""
    """Of a section: the title of the table it stands in, folded."""
    sure: float = 1.0
    why: str = ""

    @property
    def label(self) -> str:
        """The label as printed."""
        return self.row.label

    @property
    def words(self) -> str:
        """The label without dash and final marks, folded."""
        return folded(self.label.lstrip(DASHES + " ").rstrip(" .:;"))

    @property
    def printed_number(self) -> str:
        """What the column STT in says: nothing where the code says the same."""
        printed = self.row.stt
        if printed == self.code.partition(".")[2]:
            return ""
        return printed.replace(UNNUMBERED, "-") or UNNUMBERED

    @property
    def is_figure(self) -> bool:
        """Whether it holds a figure."""
        return self.level == "row"


def sort_of(stt: str) -> tuple[str, int]:
    """How a line is numbered and its place in that count; an empty sort for a line without a number."""
    bare = stt.strip(" .()/")
    if bare in ROMANS[1:]:
        return "I", ROMANS.index(bare)
    if len(bare) == 1 and bare in CAPITALS:
        return "A", CAPITALS.index(bare) + 1
    if bare.isdecimal():
        return "1", int(bare)
    if re.fullmatch(r"(?:[IVX]+\.)?\d+(?:\.\d+)+", bare):
        return f"1{'.1' * bare.count('.')}", int(bare.rpartition(".")[2])
    if len(bare) == 1 and bare in ALPHABET:
        return "a", ALPHABET.index(bare) + 1
    return "", 0


def outline(rows: Sequence[PrintedRow], title: str) -> list[Line]:
    """The lines with their levels and codes; where no line can be a section, one is made that the print does not show.
    """
    lines = [Line(row) for row in rows]
    sorts = [sort_of(row.stt) for row in rows]
    units = any(row.unit for row in rows)
    first = next((sort for sort, _ in sorts if sort), "")
    stack: list[Line] = []
    if first not in ("A", "I"):
        lines.insert(0, Line(PrintedRow("", title or "Số liệu"), "section", "I", "§", why="bảng không chia phần"))
        sorts.insert(0, ("§", 1))
        stack.append(lines[0])
    order = list(dict.fromkeys(sort for sort, _ in sorts if sort))
    for number, line in enumerate(lines):
        sort, count = sorts[number]
        if sort != "§":
            _place(line, sort, count, order, stack, lines[:number])
        if line.level == "section":
            line.about = folded(title)
    _tell_levels(lines, units)
    return lines


def _place(line: Line, sort: str, count: int, order: Sequence[str], stack: list[Line], before: Sequence[Line]) -> None:
    """Sets where a line stands: below the last line of a higher sort."""
    line.sort = sort
    if sort:
        while stack and (stack[-1].sort == sort or order.index(stack[-1].sort) > order.index(sort)):
            stack.pop()
    line.parent = stack[-1] if stack else None
    if line.parent is None:
        line.level, line.code = "section", _section_code(sort, count, {each.code for each in before})
    else:
        line.code = _code(line.parent, count)
        line.parent.children.append(line)
    if not sort and (_PART.match(line.label) or line.row.stt.strip() in tuple(DASHES)):
        whole = next((each for each in reversed(before) if each.whole is None and each.level != "section"), None)
        if whole is not None and whole in (line.parent, *(line.parent.children if line.parent else ())):
            line.whole = whole
            whole.parts.append(line)
    if sort and line.code.count(".") < DEEPEST:
        stack.append(line)


def _section_code(sort: str, count: int, taken: set[str]) -> str:
    """The printed number of a section, or the next one that no section before it has."""
    known = ROMANS if sort == "I" else ("", *CAPITALS)
    return next((code for code in known[count:] if code not in taken), f"P{len(taken)}")


def _code(parent: Line, count: int) -> str:
    """The code of the next line below a parent: its printed number, where that goes on counting."""
    taken = [int(child.code.rpartition(".")[2]) for child in parent.children]
    last = max(taken, default=0)
    return f"{parent.code}.{count if count > last else last + 1}"


def _tell_levels(lines: Sequence[Line], units: bool) -> None:
    for line in lines:
        if line.level != "section":
            line.level, line.sure, line.why = _level(line, units)


def _level(line: Line, units: bool) -> tuple[str, float, str]:
    """Whether a line is a group or holds a figure, how sure that is, and why."""
    if line.words in LEADING and not line.row.unit:
        return "group", 0.95, "chỉ dẫn đến các dòng dưới"
    if line.row.unit or not (line.children or line.parts):
        return "row", (1.0 if line.row.unit or not units else 0.8), "có đơn vị tính" if line.row.unit else "dòng cuối"
    below = [child.words for child in (*line.children, *line.parts)]
    counts = bool(_COUNTS.match(line.words)) and not any(map(_HAS_TOTAL.match, below))
    if not units and line.parts:
        return "row", 0.8, "đếm, có các dòng thành phần"
    if not counts:
        return "group", 0.95, "có dòng con, không có đơn vị tính"
    return "row", 0.7, "tên dòng là một số đếm, các dòng con không có dòng tổng"


def parts_of(lines: Sequence[Line]) -> Iterator[tuple[Line, list[Line]]]:
    """The lines that have dashed parts, with those that hold figures."""
    for line in lines:
        if line.is_figure and line.parts:
            yield line, [part for part in line.parts if part.is_figure]
