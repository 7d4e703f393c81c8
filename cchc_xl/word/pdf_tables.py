"""The tables of a PDF by the lines that are drawn around their cells, through poppler's pdftocairo.

A PDF does not say where the cells of a table are; it draws them. Whatever is drawn thin or as a frame is a rule; rules
that touch are one table. Where no rule parts two cells, they are one merged cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from lxml import etree

_SVG = "{http://www.w3.org/2000/svg}"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=True)
_STEP = re.compile(r"([MLCZHV])|(-?\d+(?:\.\d+)?)")
_MATRIX = re.compile(r"matrix\(([^)]*)\)")
THIN, LEAST, NEAR = 3.0, 5.0, 2.5
"""In points: how thick a rule may be, how long it must be, and how near to each other rules touch."""

MOST_PAIRS = 40_000_000
"""Of lines of one page that are held against each other; a page of a large table has about a million."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """A drawn line: across (at a height) or down (at a place from the left), with its two ends."""

    across: bool
    at: float
    begin: float
    end: float

    def touches(self, other: DrawnLine) -> bool:
        """Whether two rules meet, or go on in one line."""
        if self.across == other.across:
            ends = self.begin - NEAR <= other.end and other.begin - NEAR <= self.end
            return ends and abs(self.at - other.at) <= NEAR
        return self.reaches(other.at) and other.reaches(self.at)

    def reaches(self, place: float) -> bool:
        """Whether a place lies between its ends."""
        return self.begin - NEAR <= place <= self.end + NEAR


@dataclass(frozen=True)
class DrawnTable:
    """The rules of one table of a page."""

    rules: Sequence[DrawnLine]

    @cached_property
    def columns(self) -> list[float]:
        """Where the columns begin, and where the last one ends, with a rule there or without."""
        return self._places(across=False)

    @cached_property
    def rows(self) -> list[float]:
        """Where the rows begin, and where the last one ends; at the end of a page no rule is drawn."""
        return self._places(across=True)

    def _places(self, across: bool) -> list[float]:
        ends = (end for rule in self.rules if rule.across != across for end in (rule.begin, rule.end))
        return _places((*ends, *(rule.at for rule in self.rules if rule.across == across)))

    @property
    def is_table(self) -> bool:
        """Whether there are at least two columns and a row."""
        return len(self.columns) > 2 and len(self.rows) > 1

    def holds(self, point: Point) -> bool:
        """Whether a point lies inside."""
        left, top = point
        return self.columns[0] <= left <= self.columns[-1] and self.rows[0] <= top <= self.rows[-1]

    def at(self, point: Point) -> tuple[int, int]:
        """The row and the column of a point inside."""
        left, top = point
        row = sum(top >= place for place in self.rows[1:-1])
        return row, sum(left >= place for place in self.columns[1:-1])

    @cached_property
    def owners(self) -> list[list[tuple[int, int]]]:
        """For every place of the grid, row and column of the cell it belongs to: the first one of a merged cell."""
        owners: list[list[tuple[int, int]]] = []
        for row, middle in enumerate(_middles(self.rows)):
            owners.append([])
            for column, centre in enumerate(_middles(self.columns)):
                if column and not self._ruled(False, self.columns[column], middle):
                    owners[row].append(owners[row][column - 1])
                elif row and not self._ruled(True, self.rows[row], centre):
                    owners[row].append(owners[row - 1][column])
                else:
                    owners[row].append((row, column))
        return owners

    def _ruled(self, across: bool, at: float, place: float) -> bool:
        return any(rule.across == across and abs(rule.at - at) <= NEAR and rule.reaches(place) for rule in self.rules)


def _places(found: Iterable[float]) -> list[float]:
    """The places in their order, those that lie together once."""
    places: list[float] = []
    for place in sorted(found):
        if not places or place - places[-1] > NEAR:
            places.append(place)
    return places


def _middles(places: Sequence[float]) -> Iterator[float]:
    for one, other in pairwise(places):
        yield (one + other) / 2


def frames(drawing: bytes) -> list[list[DrawnTable]]:
    """The tables of every page of a drawing (SVG), from the top; none where more lines are drawn than a report has."""
    root = etree.fromstring(drawing, _PARSER)
    rules = [list(_rules(page)) for page in list(root.iter(f"{_SVG}page")) or [root]]
    if sum(len(each) ** 2 for each in rules) > MOST_PAIRS:
        return []
    return [sorted(_tables(each), key=lambda table: table.rows[0]) for each in rules]


def _tables(rules: list[DrawnLine]) -> Iterator[DrawnTable]:
    """The rules, those that touch together."""
    while rules:
        group, waiting = [rules.pop()], [0]
        while waiting:
            one, known = group[waiting.pop()], len(group)
            apart: list[DrawnLine] = []
            for other in rules:
                (group if one.touches(other) else apart).append(other)
            waiting += range(known, len(group))
            rules = apart
        frame = DrawnTable(group)
        if frame.is_table:
            yield frame


def _rules(page: etree._Element) -> Iterator[DrawnLine]:
    for path in page.iter(f"{_SVG}path"):
        if next(path.iterancestors(f"{_SVG}defs", f"{_SVG}symbol"), None) is None:
            stroked = re.search(r"stroke:(?!none)", path.get("style", "")) or path.get("stroke", "none") != "none"
            for points in _outlines(path):
                yield from _of_outline(points, bool(stroked))


def _outlines(path: etree._Element) -> Iterator[list[Point]]:
    """The points of each part of a path, where they stand on the page; nothing of curves."""
    found = _MATRIX.search(path.get("transform", ""))
    a, b, c, d, e, f = (float(each) for each in found[1].split(",")) if found else (1, 0, 0, 1, 0, 0)
    for part in path.get("d", "").split("M")[1:]:
        if "C" not in part:
            numbers = [float(number) for _, number in _STEP.findall(part) if number]
            pairs = zip(numbers[::2], numbers[1::2], strict=False)
            yield [(a * x + c * y + e, b * x + d * y + f) for x, y in pairs]


def _of_outline(points: Sequence[Point], stroked: bool) -> Iterator[DrawnLine]:
    if len(points) < 2:
        return
    (left, right), (top, bottom) = ((min(each), max(each)) for each in zip(*points, strict=True))
    if bottom - top <= THIN and right - left >= LEAST:
        yield DrawnLine(True, (top + bottom) / 2, left, right)
    elif right - left <= THIN and bottom - top >= LEAST:
        yield DrawnLine(False, (left + right) / 2, top, bottom)
    elif stroked and len(set(points)) == 4 and right - left >= LEAST:
        yield from (DrawnLine(True, at, left, right) for at in (top, bottom))
        yield from (DrawnLine(False, at, top, bottom) for at in (left, right))
