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
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from cchc_xl import sheet_names
from cchc_xl.submissions.intake import read_limits
from cchc_xl.submissions.intake.cell_marks import CellMark, SheetMarks
from cchc_xl.submissions.intake.container_check import Contents, opened, relations_of
from cchc_xl.submissions.intake.fast_xlsx import plain_sheets
from cchc_xl.submissions.intake.read_limits import RefusedError
from cchc_xl.submissions.intake.sheet_layout import Layout, Row, key_of, laid_out
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


if __name__ == "__main__":
    serve(answer)
