"""The tables of a PDF, which does not say where cells are: by the lines drawn around them, else by the places of words.

Whatever is drawn thin or as a frame is a rule; rules that touch are one table. Where no rule parts two cells, they are
one merged cell. Where nothing is drawn, only what leaves no doubt is a table: a heading that begins with STT, rows that
each begin with a number of their own, words that stand below one heading only; all else stays text.
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


HEADINGS = frozenset(["stt", "tt"])
APART, WRAPPED, FEWEST_COLUMNS = 0.7, 0.2, 3
"""In heights of a word: the gap between two cells, and between two lines of one cell. The fewest columns."""

_NUMBER = re.compile(r"[IVXLC]+\.?|\d{1,3}(?:\.\d{1,3})*[a-zđ]?[.)]?|[A-Za-zđ][.)]?")


@dataclass(frozen=True, slots=True)
class PdfWord:
    """A word with its place on the page, in points."""

    left: float
    right: float
    top: float
    bottom: float
    text: str

    @property
    def height(self) -> float:
        """Of its letters."""
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        """The point in the middle."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


Segment = list[PdfWord]
Band = list[list[Segment]]
"""The lines of one row, each in segments with wide gaps between."""


@dataclass
class _Column:
    left: float
    right: float

    def meets(self, segment: Segment) -> bool:
        return segment[0].left <= self.right and self.left <= segment[-1].right

    def takes(self, segment: Segment) -> None:
        self.left, self.right = min(self.left, segment[0].left), max(self.right, segment[-1].right)


Row = list[list[PdfWord]]
"""The words of each column."""


def tables_by_words(pages: Sequence[Sequence[PdfWord]]) -> list[list[Row]]:
    """The tables of the pages, that go on over the end of a page as well; the words of each cell."""
    bands = [list(_bands(_lines(words))) for words in pages]
    tables: list[list[Row]] = []
    taken = set[int]()
    for page, on_page in enumerate(bands):
        for place, band in enumerate(on_page):
            if not _is_heading(band) or id(band[0][0][0]) in taken:
                continue
            if found := _table(band, [on_page[place + 1:], *bands[page + 1:]]):
                tables.append(found)
                taken.update(id(word) for row in found for cell in row for word in cell)
    return tables


def _lines(words: Sequence[PdfWord]) -> Iterator[list[PdfWord]]:
    """The words that stand beside each other, from the top."""
    line: list[PdfWord] = []
    for word in sorted(words, key=lambda each: each.middle[1]):
        if line and word.middle[1] > line[0].bottom - line[0].height / 4:
            yield sorted(line, key=lambda each: each.left)
            line = []
        line.append(word)
    if line:
        yield sorted(line, key=lambda each: each.left)


def _segments(line: Sequence[PdfWord]) -> list[Segment]:
    segments = [[line[0]]]
    for before, word in pairwise(line):
        if word.left - before.right > APART * word.height:
            segments.append([])
        segments[-1].append(word)
    return segments


def _bands(lines: Iterator[list[PdfWord]]) -> Iterator[Band]:
    """Lines so near to each other that they are of one row."""
    band: Band = []
    bottom = 0.0
    for line in lines:
        if band and min(word.top for word in line) - bottom > WRAPPED * line[0].height:
            yield band
            band = []
        band.append(_segments(line))
        bottom = max(word.bottom for word in line)
    if band:
        yield band


def _first(band: Band) -> str:
    """What stands furthest to the left."""
    return " ".join(word.text for word in min((line[0] for line in band), key=lambda segment: segment[0].left))


def _is_heading(band: Band) -> bool:
    return _first(band).casefold() in HEADINGS


def _is_row(band: Band) -> bool:
    return bool(_NUMBER.fullmatch(_first(band))) and any(len(line) > 1 for line in band)


def _table(heading: Band, pages: Sequence[Sequence[Band]]) -> list[Row] | None:
    """The heading and the rows below it; None where one of them is not sure."""
    columns: list[_Column] = []
    for segment in sorted((each for line in heading for each in line), key=lambda each: each[0].left):
        if columns and columns[-1].meets(segment):
            columns[-1].takes(segment)
        else:
            columns.append(_Column(segment[0].left, segment[-1].right))
    first = _row(heading, columns)
    rows = [first] if first is not None and len(columns) >= FEWEST_COLUMNS else []
    for page in pages if rows else ():
        for band in page:
            again = _is_heading(band) and page is not pages[0] and _row(band, columns) is not None
            if not again and not _is_row(band):
                return rows if len(rows) > 1 and not _goes_on(band, columns) else None
            if (row := _row(band, columns)) is None:
                return None
            rows.append(row)
    return rows if len(rows) > 1 else None


def _goes_on(band: Band, columns: Sequence[_Column]) -> bool:
    """Whether what is no row that is known still stands in the columns: a row without a number, or torn by a page."""
    alone = all(sum(column.meets(segment) for column in columns) == 1 for line in band for segment in line)
    first = min((line[0] for line in band), key=lambda segment: segment[0].left)
    return alone and (any(len(line) > 1 for line in band) or not columns[0].meets(first))


def _row(band: Band, columns: Sequence[_Column]) -> Row | None:
    """The words of a row below the headings; None where some stand below none, or below two, or rows run together."""
    row: Row = [[] for _ in columns]
    for line in band:
        for segment in line:
            below = [number for number, column in enumerate(columns) if column.meets(segment)]
            plain = not any(letter.isdigit() for word in segment for letter in word.text)
            title = plain and len(band) == 1 and len(line) == 2 and segment is line[1] and below[:1] == [1]
            if len(below) != 1 and not title:
                return None
            if below[0] == 0 and row[0]:
                return None
            row[below[0]] += segment
            if not title:
                columns[below[0]].takes(segment)
    apart = all(one.right < other.left for one, other in pairwise(columns))
    return row if apart and row[0] else None
