"""Formulas whose references follow the rows they speak of, when rows were put in or taken away."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping

from cchc_xl.excel.addresses import column_letters, position

_CELL = r"\$?[A-Z]{1,3}\$?\d{1,7}"
_PART = re.compile(
    rf"""(?P<text>"(?:[^"]|"")*")"""
    rf"""|(?<![\w.$'\]])(?P<sheet>(?:'(?:[^']|'')+'|[^\W\d][\w.]*)!)?(?P<first>{_CELL})(?::(?P<last>{_CELL}))?(?![\w(.!])"""
)
LOST = "#REF!"


class RowMoves:
    """Where the rows of a sheet stand now."""

    def __init__(self, kept: Mapping[int, int], gone: frozenset[int] = frozenset()) -> None:
        """`kept` maps rows to what they are now; rows between them move with the one above. `gone` are no more."""
        self._kept, self._gone, self._order = kept, gone, sorted(kept)

    def now(self, row: int) -> int | None:
        """The row as it is now; None where it is gone."""
        if row in self._gone:
            return None
        above = bisect_right(self._order, row)
        known = self._order[above - 1] if above else 0
        return row + self._kept[known] - known if above else row

    def span(self, first: int, last: int) -> tuple[int, int] | None:
        """The rows from first to last as they are now, those that are gone left out; None where none is left."""
        left = [now for row in range(first, last + 1) if (now := self.now(row)) is not None] if last >= first else []
        return (left[0], left[-1]) if left else None


def moved(formula: str, here: str, moves: Mapping[str, RowMoves]) -> str:
    """A formula of sheet `here` as it must read now."""

    def follow(found: re.Match[str]) -> str:
        if found["text"]:
            return found[0]
        sheet = found["sheet"] or ""
        rows = moves.get(sheet[:-1].strip("'").replace("''", "'") if sheet else here)
        if rows is None:
            return found[0]
        ends = [found["first"], found["last"] or found["first"]]
        span = rows.span(*(position(end.replace("$", ""))[0] for end in ends))
        if span is None:
            return LOST
        now = [re.sub(r"\d+$", str(row), end) for end, row in zip(ends, span, strict=True)]
        return sheet + (":".join(now) if found["last"] else now[0])

    return _PART.sub(follow, formula)


def filled(formula: str, down: int, right: int) -> str:
    """A formula as it reads so many cells further down and right: what is not fixed by a dollar goes along."""

    def shift(end: str) -> str:
        row, column = position(end.replace("$", ""))
        letters = f"${column_letters(column)}" if end.startswith("$") else column_letters(column + right)
        return f"{letters}${row}" if "$" in end[1:] else f"{letters}{row + down}"

    def follow(found: re.Match[str]) -> str:
        if found["text"]:
            return found[0]
        ends = (shift(end) for end in (found["first"], found["last"]) if end)
        return (found["sheet"] or "") + ":".join(ends)

    return _PART.sub(follow, formula)
