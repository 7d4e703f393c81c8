"""The tables of a PDF that nothing is drawn around: columns by the places of the words below a heading row.

Only what leaves no doubt is a table: a heading that begins with STT, rows that each begin with a number of their own,
words that stand below one heading only. Of anything else nothing is made; its words stay text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

HEADINGS = frozenset(["stt", "tt"])
APART, WRAPPED, LEAST = 0.7, 0.2, 3
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
    rows = [first] if first is not None and len(columns) >= LEAST else []
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
