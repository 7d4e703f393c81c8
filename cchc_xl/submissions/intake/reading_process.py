"""The reading process: opens files from outside with python-calamine, under limits, and says what the cells hold.

Started as `python -m cchc_xl.submissions.intake.reading_process`; gets one JSON line a file and answers with one JSON
line. It imports nothing but the standard library and calamine, so it starts in a blink and has little to lose. Values
only leave it: numbers, texts, truth values and dates; never formulas, links, objects or code.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import html
import io
import json
import os
import posixpath
import re
import stat
import sys
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import lru_cache, partial
from itertools import count, islice
from typing import Any, NamedTuple

from python_calamine import CalamineError, CalamineWorkbook

from cchc_xl import sheet_names
from cchc_xl.submissions.intake import read_limits
from cchc_xl.submissions.intake.cell_marks import CellMark, SheetMarks
from cchc_xl.submissions.intake.container_check import Contents, opened, relations_of
from cchc_xl.submissions.intake.read_limits import RefusedError
from cchc_xl.submissions.intake.xlsx_cells import plain_sheets
from cchc_xl.system import reason

EPOCH = datetime.datetime(1899, 12, 30)
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
MOST_LOOSE = 1_000
PLAIN_SUFFIXES = frozenset({".xlsx", ".xlsm"})

Json = dict[str, Any]


def serve(read: Callable[[str], Json]) -> None:
    """Answers to each file until the input ends, under limits from now on."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for line in sys.stdin:
        set_limits()
        answers.write(json.dumps(read(json.loads(line)["path"])) + "\n")
        answers.flush()


def set_limits() -> None:
    """Memory, and so many seconds for the next file, where the system has such limits (not on Windows); the time limit
    of the parent holds everywhere."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        seconds = int(used.ru_utime + used.ru_stime) + read_limits.CPU_SECONDS
        resource.setrlimit(resource.RLIMIT_AS, (read_limits.ADDRESS_SPACE, read_limits.ADDRESS_SPACE))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def answer(path: str) -> Json:
    """What a file holds, or why it is refused."""
    try:
        data = ordinary_bytes(path)
    except RefusedError as refusal:
        return {"refused": refusal.code, "detail": refusal.detail}
    except OSError as error:
        return {"refused": "unreadable", "detail": reason(error)}
    head = {"sha": hashlib.sha256(data).hexdigest()}
    try:
        return head | _read(data, os.path.splitext(path)[1].lower())
    except RefusedError as refusal:
        return head | {"refused": refusal.code, "detail": refusal.detail}
    except MemoryError:
        return head | {"refused": "too_much_memory", "detail": ""}


def ordinary_bytes(path: str) -> bytes:
    """Only an ordinary file of ordinary size; a link is not followed, a pipe is not waited for."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    if os.path.islink(path):
        raise RefusedError("link")
    handle = os.open(path, flags)
    with os.fdopen(handle, "rb") as stream:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise RefusedError("not_a_file")
        if found.st_size > read_limits.LARGEST_FILE:
            raise RefusedError("too_heavy", str(found.st_size // 2**20))
        return stream.read(found.st_size)


def _read(data: bytes, suffix: str) -> Json:
    contents = opened(data, suffix)
    sheets = _plain(contents) or _by_reader(contents)
    for sheet in sheets:
        if comments := cell_comments(contents, sheet["name"]):
            sheet["comments"] = comments
        if "columns" in sheet and (merged := merged_cells(contents, sheet["name"])):
            sheet["merged"] = merged
    return {"sheets": sheets, "notices": sorted(contents.notices)}


def _plain(contents: Contents) -> list[Json] | None:
    """The sheets of a file that is written the plain way and carries nothing besides its values."""
    if contents.suffix not in PLAIN_SUFFIXES or contents.notices or len(contents.sheet_parts) > read_limits.MOST_SHEETS:
        return None
    parts = contents.sheet_parts.items()
    asked = {name: part for name, part in parts if not sheet_names.holds_formulas_only(name)}
    if (found := plain_sheets(asked, contents.part)) is None:
        return None
    cells = _Cells(contents.notices)
    return [cells.sheet(name, list(sheet.lines.items()), partial(_all, sheet.marks)) for name, sheet in found.items()]


def _all(marks: SheetMarks, _columns: Collection[int]) -> SheetMarks:
    return marks


def _by_reader(contents: Contents) -> list[Json]:
    """The sheets of any other file."""
    inspected = contents.inspected()
    cells = _Cells(contents.notices)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(inspected)) as workbook:
            if len(workbook.sheet_names) > read_limits.MOST_SHEETS:
                raise RefusedError("too_many_sheets", str(len(workbook.sheet_names)))
            asked = [name for name in workbook.sheet_names if not sheet_names.holds_formulas_only(name)]
            return [cells.sheet(name, _rows(workbook, name), partial(contents.marks, name)) for name in asked]
    except CalamineError as error:
        raise RefusedError("encrypted" if "assword" in str(error) else "damaged", str(error)[:100]) from error
    except (ValueError, OSError, OverflowError) as error:
        raise RefusedError("damaged", str(error)[:100]) from error


def _rows(workbook: CalamineWorkbook, name: str) -> list[tuple[int, list[Any]]]:
    sheet = workbook.get_sheet_by_name(name)
    return list(enumerate(sheet.to_python(skip_empty_area=False, nrows=read_limits.LAST_ROW), 1))


MOST_COMMENTS = 200
TARGET = re.compile(rb'Target="([^"]{1,200})"')
COMMENT = re.compile(
    rb'<(?:\w{1,20}:)?comment\s[^>]{0,500}?ref="([A-Z]{1,3}\d{1,7})"[^>]{0,500}>(.*?)</(?:\w{1,20}:)?comment>', re.S
)
TEXT = re.compile(rb"<(?:\w{1,20}:)?t(?:\s[^<>]{0,200})?>([^<]*)<")


def cell_comments(contents: Contents, sheet: str) -> list[list[str]]:
    """Address and text of every comment on a sheet of the new Excel format; those of the program are left out."""
    if not any("comments" in name.lower() for name in contents.members):
        return []
    part = contents.sheet_parts.get(sheet, "")
    folder, related = part.rpartition("/")[0], TARGET.findall(contents.part(relations_of(part)))
    parts = [posixpath.normpath(posixpath.join("/", folder, target.decode("utf-8", "replace"))) for target in related]
    found = []
    for part in parts:
        if "comment" in part.rpartition("/")[2].lower() and "threaded" not in part.lower():
            found += [[ref.decode(), _text(body)] for ref, body in COMMENT.findall(contents.part(part[1:]))]
    return [each for each in found if each[1] and not each[1].startswith(sheet_names.NOTE_MARK)][:MOST_COMMENTS]


MERGED = re.compile(rb'<(?:\w{1,20}:)?mergeCell\s[^>]{0,60}?ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
MOST_MERGED = 500


def merged_cells(contents: Contents, sheet: str) -> list[str]:
    """The ranges of cells that were made one on a sheet of the new Excel format."""
    if not (name := contents.sheet_parts.get(sheet, "")).endswith(".xml"):
        return []
    part = contents.part(name)
    # They stand behind the rows, which are most of a sheet.
    behind = MERGED.findall(part, max(0, part.rfind(b"sheetData")))
    return [found.decode() for found in behind[:MOST_MERGED]]


def _text(body: bytes) -> str:
    text = "".join(html.unescape(part.decode("utf-8", "replace")) for part in TEXT.findall(body))
    return "".join(letter if letter.isprintable() else " " for letter in text)[: read_limits.LONGEST_TEXT].strip()


class _Cells:
    """Takes from each sheet what the interpreter needs: keyed lines, with value and note where it is a form's page."""

    def __init__(self, notices: set[str]) -> None:
        self._notices = notices

    def sheet(self, name: str, rows: Sequence[Row], marks: Callable[[Collection[int]], SheetMarks]) -> Json:
        """One sheet: its lines as row, key, label, note and values; of a form's page also the columns of the values
        with the code that each adds to the line's, and the marks of cells; what stands beside all that. `marks` gives
        the marked cells of some columns, counted from 1."""
        layout, rows = laid_out(name, rows)
        lines = [[number, self._text(key), *map(self._plain, said)] for number, key, said in layout.lines(rows)]
        found: Json = {"name": self._text(name), "lines": lines}
        if layout.values and (layout.is_page or name not in sheet_names.FORM_SHEETS):
            found["loose"] = list(islice(self._loose(layout, rows, marks), MOST_LOOSE))
        if layout.is_page:
            found["columns"] = layout.values
            printed = ((number, [*map(self._plain, said)]) for number, said in layout.printed(rows))
            found["printed"] = [[number, *said] for number, said in printed if any(said)]
            places = {place + 1 for place, _ in layout.values}
            known = {line[0] for line in (*lines, *found.get("loose", ()))}
            found["marked"] = [
                [row, place - 1, sorted(told)]
                for (row, place), told in marks(places).items() if place in places and row in known
            ]
        return found

    def _loose(
        self, layout: Layout, rows: Sequence[Row], marks: Callable[[Collection[int]], SheetMarks]
    ) -> Iterator[list[Any]]:
        """Row, code, printed number, label, column and value of what somebody typed beside the form's lines."""
        label = layout.label if layout.header else -1
        looked: dict[int, SheetMarks] = {}
        for number, row, column in layout.beside(rows):
            if column not in looked:
                looked[column] = marks((column + 1,))
            if CellMark.FORMULA not in looked[column].get((number, column + 1), ()):
                texts = [self._text(str(row[at])) if 0 <= at < len(row) else "" for at in (1, label)]
                yield [number, self._text(key_of(row)), *texts, column, self._plain(row[column])]

    def _plain(self, value: object) -> object:
        match value:
            case str():
                return self._text(value)
            case bool() | int() | float():
                return value
            case datetime.datetime() | datetime.date() | datetime.time() | datetime.timedelta():
                return {"date": _serial(value)}
        return ""

    def _text(self, text: str) -> str:
        if len(text) > read_limits.LONGEST_TEXT:
            self._notices.add("long_text")
            text = text[: read_limits.LONGEST_TEXT]
        if not text.isprintable() and CONTROL.search(text):
            self._notices.add("control")
            text = CONTROL.sub("", text)
        return text


def _serial(value: datetime.date | datetime.time | datetime.timedelta) -> float:
    """The number that Excel stores for a date or time."""
    match value:
        case datetime.datetime():
            return (value - EPOCH) / datetime.timedelta(days=1)
        case datetime.date():
            return float((value - EPOCH.date()).days)
        case datetime.timedelta():
            return value / datetime.timedelta(days=1)
    return (value.hour * 3600 + value.minute * 60 + value.second) / 86400


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


if __name__ == "__main__":
    serve(answer)
