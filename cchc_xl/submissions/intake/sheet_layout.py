"""How a sheet of a unit's form is laid out: where its lines and values stand, and what somebody typed beside them.

Runs in the reading process, standard library only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple

from cchc_xl import sheet_names

Row = tuple[int, list[Any]]
Loose = tuple[int, list[Any], int]
"""Row number, the whole row, and the column of a cell, from 0."""

CODE_TITLE, LABEL_TITLE, VALUE_TITLE, NOTE_TITLE, CHECK_TITLE = "mã", "chỉ tiêu", "số liệu", "ghi chú", "kiểm tra"
MEASURE_TITLE = "đơn vị tính"
TITLES = frozenset((CODE_TITLE, "stt", LABEL_TITLE, MEASURE_TITLE, VALUE_TITLE, NOTE_TITLE, CHECK_TITLE))
HEADER_WITHIN = 40
USUAL_VALUE, LAST_HIDDEN, HIDDEN_NUMBERS = 4, 14, 3
"""Columns of a form as it was handed out, from 0: E holds the values, O is the last of the hidden ones, of which three
hold no formulas. They stand further on where columns were inserted before them."""

COLUMN_CODE = re.compile(r"\(\d{1,2}[a-z]?\)")
FORMER_HELP = "#"
"""How the keys of the rows begin that held the checks, below the table, of forms that were handed out before."""
TABLE_LABEL = 2
ROWS_BELOW = 3
"""So far below its last line a table may be thought to go on."""


class Layout(NamedTuple):
    """Columns are counted from 0, -1 for one that is not there. `values` are those of the values, each with the code
    that it adds to its lines'; as it stands here, the layout of a sheet that has keys in column A and no headings.

    `header` is the row of headings, where nothing is typed. In rows down to `above` only a bare number tells something.
    A form's own columns are `own` in lines with a key, `other` elsewhere; there a text tells something, too, in the
    column `named` of the rows `names_in`.
    """

    label: int = 1
    note: int = -1
    values: Sequence[tuple[int, str]] = ((2, ""),)
    measure: int = -1
    header: int = 0
    above: int = 0
    own: frozenset[int] = frozenset()
    other: frozenset[int] = frozenset()
    named: int = -1
    names_in: range = range(0)

    @property
    def is_page(self) -> bool:
        """Whether the sheet asks something."""
        return bool(self.header or self.above)

    def lines(self, rows: Sequence[Row]) -> Iterator[tuple[int, str, list[Any]]]:
        """Row number, key and content: label, note, then what stands in the columns of values, blanks too."""
        columns = (self.label, self.note, *(place for place, _ in self.values))
        for number, row in rows:
            key = key_of(row)
            if key and self.above < number != self.header:
                # Lines of a table that stand for units have their unit behind the code.
                code = key.partition("|")[0] if self.above else key
                yield number, code, [row[at] if 0 <= at < len(row) else "" for at in columns]

    def printed(self, rows: Sequence[Row]) -> Iterator[tuple[int, list[Any]]]:
        """What else tells lines and columns apart: above a table, what stands in its columns; of a line its unit of
        measure; of lines without a key their words."""
        for number, row in rows:
            places = [place for place, _ in self.values]
            if not self.above:
                places = [self.measure if key_of(row) else self.label]
            if number < self.above or number > self.header > 0:
                yield number, [row[at] if 0 <= at < len(row) else "" for at in places]

    def beside(self, rows: Sequence[Row]) -> Iterator[Loose]:
        """Cells with numbers where nothing is asked, results of formulas among them."""
        free = next(column for column in count() if column not in self.own)
        for number, row in rows:
            key = key_of(row) if number > self.above else ""
            if number == self.header or (key and len(row) <= free):
                continue
            own = self.own if key else self.other
            named = self.named if not key and number in self.names_in else -1
            for column, value in enumerate(row):
                if column not in own and (
                    (is_number(value) and (number > self.above or _is_bare(value)))
                    or (column == named and isinstance(value, str) and value.strip())
                ):
                    yield number, row, column


def laid_out(name: str, rows: Sequence[Row]) -> tuple[Layout, Sequence[Row]]:
    """The layout of a sheet, with the rows that belong to it."""
    top = ((number, row) for number, row in rows if number <= HEADER_WITHIN and row)
    if name.startswith(sheet_names.TABLE_SHEET):
        number, keys = next(((number, row) for number, row in top if row[0] == sheet_names.KEYS_HEADER), (0, []))
        columns = [
            (place, text.strip()) for place, text in enumerate(keys)
            if place > TABLE_LABEL and isinstance(text, str) and COLUMN_CODE.fullmatch(text.strip())
        ]
        if columns:
            rows = [each for each in rows if not key_of(each[1]).startswith(FORMER_HELP)]
            return _of_table(number, columns, rows), rows
        top = ((number, row) for number, row in rows if number <= HEADER_WITHIN and row)
    header = next(((number, row) for number, row in top if _folded(row[0]) == CODE_TITLE), None)
    return _of_section(*header) if header else Layout(), rows


def _of_table(above: int, columns: Sequence[tuple[int, str]], rows: Sequence[Row]) -> Layout:
    """Beside it stand numbers around it, and names right below it."""
    own = frozenset((0, 1, TABLE_LABEL, *(place for place, _ in columns)))
    last = max((number for number, row in rows if row and row[0]), default=0)
    below = range(above + 1, last + ROWS_BELOW + 1)
    return Layout(TABLE_LABEL, -1, columns, -1, 0, above, own, frozenset((0,)), TABLE_LABEL, below)


def _of_section(number: int, header: list[Any]) -> Layout:
    """Its own columns are all but the shown messages: there nobody types a number by mistake."""
    titles = list(map(_folded, header))
    asked = (LABEL_TITLE, VALUE_TITLE, NOTE_TITLE, MEASURE_TITLE)
    label, value, note, measure = (titles.index(each) if each in titles else -1 for each in asked)
    last = LAST_HIDDEN + max(0, value - USUAL_VALUE)
    hidden = {place for place in range(last - HIDDEN_NUMBERS + 1, last + 1) if not "".join(titles[place : place + 1])}
    ours = {place for place, title in enumerate(titles) if title in TITLES and title != CHECK_TITLE}
    own = frozenset((0, *ours, *hidden))
    values = [(value, "")] if value >= 0 else []
    return Layout(label, note, values, measure, number, 0, own, own - {value, note}, value, range(1, 2**31))


def key_of(row: list[Any]) -> str:
    """The key in column A, by which a line is known; empty where there is none."""
    return row[0] if row and isinstance(row[0], str) else ""


@lru_cache(maxsize=256)
def _folded(text: object) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split()) if isinstance(text, str) else ""


def _is_bare(value: Any) -> bool:
    return value.strip().isdigit() if isinstance(value, str) else value is not None


NUMBER_FIRST = re.compile(r"[-+≈~<>'\s]*\d[^\n]{0,30}")


def is_number(value: object) -> bool:
    """Whether somebody may have typed a figure; also as text, as in "12 hồ sơ"."""
    return bool(NUMBER_FIRST.fullmatch(value)) if isinstance(value, str) else value is not None
