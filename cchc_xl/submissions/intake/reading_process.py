"""The reading process: opens files from outside with python-calamine, under limits, and says what the cells hold.

Started as `python -m cchc_xl.submissions.intake.reading_process`; gets one JSON line a file and answers with one JSON
line. It imports nothing but the standard library and calamine, so it starts in a blink and has little to lose. Values
only leave it: numbers, texts, truth values and dates; never formulas, links, objects or code.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import io
import json
import os
import re
import stat
import sys
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import lru_cache, partial
from itertools import count
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from cchc_xl import sheet_names
from cchc_xl.reasons import reason
from cchc_xl.submissions.intake import read_limits
from cchc_xl.submissions.intake.cell_comments import cell_comments, merged_cells
from cchc_xl.submissions.intake.cell_marks import CellMark
from cchc_xl.submissions.intake.container_check import Contents, opened
from cchc_xl.submissions.intake.fast_xlsx import plain_sheets
from cchc_xl.submissions.intake.read_limits import RefusedError
from cchc_xl.submissions.intake.table_cells import TableCells, is_number, key_of

EPOCH = datetime.datetime(1899, 12, 30)
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
CODE_TITLE, LABEL_TITLE, VALUE_TITLE, NOTE_TITLE = "mã", "chỉ tiêu", "số liệu", "ghi chú"
CHECK_TITLE = "kiểm tra"
HEADER_WITHIN = 30
KEYED_COLUMNS = [1, 2]
COLUMNS_READ = 40
LONGEST_TITLE = 40

TITLES = frozenset((CODE_TITLE, "stt", LABEL_TITLE, "đơn vị tính", VALUE_TITLE, NOTE_TITLE, CHECK_TITLE))
USUAL_VALUE, LAST_HIDDEN, HIDDEN_NUMBERS = 4, 14, 3
"""Columns of a form as it was handed out, from 0: E holds the values, O is the last of the hidden ones, of which three
hold no formulas."""
MOST_LOOSE = 1_000

Loose = tuple[int, list[Any], int]
"""Row number, the whole row, and the column of a cell, from 0."""

PLAIN_SUFFIXES = frozenset({".xlsx", ".xlsm"})

Json = dict[str, Any]


def serve(read: Callable[[str], Json]) -> None:
    """Answers to each file until the input ends, under limits from now on."""
    set_memory_limit()
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for line in sys.stdin:
        set_processor_limit()
        answers.write(json.dumps(read(json.loads(line)["path"])) + "\n")
        answers.flush()


def set_memory_limit() -> None:
    """Where the system has such limits (not on Windows); the time limit of the parent holds everywhere."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (read_limits.ADDRESS_SPACE, read_limits.ADDRESS_SPACE))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def set_processor_limit() -> None:
    """So many seconds for the next file."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        seconds = int(used.ru_utime + used.ru_stime) + read_limits.CPU_SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def answer(path: str) -> Json:
    """What a file holds, or why it is refused."""
    try:
        data = ordinary_bytes(path)
    except RefusedError as refusal:
        return {"refused": refusal.code, "detail": refusal.detail}
    except OSError as error:
        return {"refused": "unreadable", "detail": reason(error)}
    head = {"sha": hashlib.sha256(data).hexdigest(), "size": len(data)}
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
        return stream.read(read_limits.LARGEST_FILE + 1)


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
    return [cells.sheet(name, sheet.lines.items(), sheet.marks.rows) for name, sheet in found.items()]


def _by_reader(contents: Contents) -> list[Json]:
    """The sheets of any other file."""
    contents.complete()
    cells = _Cells(contents.notices)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(contents.data)) as workbook:
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


class _Cells:
    """Takes from each sheet what the interpreter needs: keyed lines, with value and note where it is a form's page."""

    def __init__(self, notices: set[str]) -> None:
        self._notices = notices

    def sheet(
        self, name: str, rows: Collection[tuple[int, list[Any]]], marks: Callable[[int], Mapping[CellMark, list[int]]]
    ) -> Json:
        """One sheet, its lines that have a key in column A; `marks` gives the marked rows of a column."""
        header = next((row for number, row in rows if number <= HEADER_WITHIN and _is_header(row)), None)
        found: Json = {"name": self._text(name), "lines": []}
        if name.startswith(sheet_names.TABLE_SHEET) and (table := TableCells(list(rows))).columns:
            return found | self._table(table, marks)
        columns = _columns(header) if header else KEYED_COLUMNS
        for number, row in rows:
            if row is not header and key_of(row):
                picked = [row[column] if 0 <= column < len(row) else "" for column in columns]
                found["lines"].append([number, self._text(row[0]), *map(self._plain, picked)])
        if header:
            found["columns"] = columns
            if columns[1] >= 0:
                rows_of = marks(columns[1] + 1)
                formulas = {(row, columns[1]) for row in rows_of[CellMark.FORMULA]}
                found["loose"] = self._loose(loose_cells(rows, header, columns), columns[0], formulas, marks)
                known = {line[0] for line in (*found["lines"], *found["loose"])}
                found["marked"] = [
                    [row, columns[1], str(mark)] for mark, rows in rows_of.items() for row in rows if row in known
                ]
        elif name not in sheet_names.FORM_SHEETS:
            found["loose"] = self._loose(foreign_cells(rows), -1, set(), marks)
        return found

    def _table(self, table: TableCells, marks: Callable[[int], Mapping[CellMark, list[int]]]) -> Json:
        """A table: its columns (number from 0, code), its rows (number, code, name, values), and the marks of cells."""
        marked = [
            [number, place, str(mark)]
            for place, _ in table.columns for mark, rows in marks(place + 1).items() for number in rows
        ]
        rows = [
            [number, self._text(code), self._text(label), list(map(self._plain, values))]
            for number, code, label, values in table.lines()
        ]
        loose = self._loose(table.beside(), -1, set(), marks)
        return {"table": table.columns, "rows": rows, "marked": marked, "loose": loose}

    def _loose(
        self, cells: Iterable[tuple[int, list[Any], int]], label: int, formulas: set[tuple[int, int]],
        marks: Callable[[int], Mapping[CellMark, list[int]]],
    ) -> list[list[Any]]:
        """Row, code, printed number, label, column and value of what somebody typed beside the form's lines."""
        looked: set[int] = set()
        loose: list[list[Any]] = []
        for number, row, column in cells:
            if column not in looked:
                looked.add(column)
                formulas |= {(row_of, column) for row_of in marks(column + 1)[CellMark.FORMULA]}
            if (number, column) not in formulas:
                texts = [self._text(str(row[at])) if 0 <= at < len(row) else "" for at in (1, label)]
                loose.append([number, self._text(key_of(row)), *texts, column, self._plain(row[column])])
            if len(loose) == MOST_LOOSE:
                break
        return loose

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


def loose_cells(rows: Iterable[tuple[int, list[Any]]], header: list[Any], columns: list[int]) -> Iterator[Loose]:
    """Cells with numbers where a section's sheet asks nothing: in lines without a code, in columns of somebody's own.

    `columns` are those of label, value and note; the form's hidden columns end with the letter O, further on where
    columns were inserted before them. Results of formulas are among them.
    """
    own, asked = _own_columns(header, columns[1]), columns[1:]
    free = next(column for column in count() if column not in own)
    for number, row in rows:
        coded = bool(key_of(row))
        if row is header or (coded and len(row) <= free):
            continue
        for column in range(1, len(row)):
            if column in own and (coded or column not in asked):
                continue
            if is_number(row[column]) or (column == columns[1] and row[column] not in ("", None)):
                yield number, row, column


def _own_columns(header: list[Any], value: int) -> set[int]:
    """The columns of the form's own that nobody types a number in by mistake: all but the shown messages."""
    titles = [_folded(title) for title in header]
    ours = {place for place, title in enumerate(titles) if title in TITLES}
    last = LAST_HIDDEN + max(0, value - USUAL_VALUE)
    hidden = {place for place in range(last - HIDDEN_NUMBERS + 1, last + 1) if not "".join(titles[place : place + 1])}
    return {place for place in ours if titles[place] != CHECK_TITLE} | hidden


def foreign_cells(rows: Iterable[tuple[int, list[Any]]]) -> Iterator[Loose]:
    """Every cell with a number."""
    for number, row in rows:
        yield from ((number, row, column) for column, value in enumerate(row) if is_number(value))


def _is_header(row: list[Any]) -> bool:
    first = row[0] if row else None
    return isinstance(first, str) and len(first) < LONGEST_TITLE and _folded(first) == CODE_TITLE


def _columns(header: list[Any]) -> list[int]:
    """Where label, value and note stand; -1 for a heading that is gone."""
    titles = [_folded(title) for title in header[:COLUMNS_READ]]
    return [titles.index(title) if title in titles else -1 for title in (LABEL_TITLE, VALUE_TITLE, NOTE_TITLE)]


@lru_cache(maxsize=256)
def _folded(text: object) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split()) if isinstance(text, str) else ""


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


if __name__ == "__main__":
    serve(answer)
