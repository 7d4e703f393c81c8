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
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache, partial
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from cchc_xl.submissions.intake import read_limits
from cchc_xl.submissions.intake.cell_marks import Mark
from cchc_xl.submissions.intake.container_check import RULES_SHEET, Contents, opened
from cchc_xl.submissions.intake.fast_xlsx import plain_sheets
from cchc_xl.submissions.intake.refusal import RefusedError

EPOCH = datetime.datetime(1899, 12, 30)
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
CODE_TITLE, LABEL_TITLE, VALUE_TITLE, NOTE_TITLE = "mã", "chỉ tiêu", "số liệu", "ghi chú"
HEADER_WITHIN = 30
KEYED_COLUMNS = [1, 2]
COLUMNS_READ = 40
LONGEST_TITLE = 40

PLAIN_SUFFIXES = frozenset({".xlsx", ".xlsm"})

Json = dict[str, Any]


def main() -> None:
    """Answers until the input ends."""
    set_memory_limit()
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for line in sys.stdin:
        set_processor_limit()
        answers.write(json.dumps(answer(json.loads(line)["path"])) + "\n")
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
        data = _bytes(path)
    except RefusedError as refusal:
        return {"refused": refusal.code, "detail": refusal.detail}
    except OSError as error:
        return {"refused": "unreadable", "detail": error.strerror or ""}
    head = {"sha": hashlib.sha256(data).hexdigest(), "size": len(data)}
    try:
        return head | _read(data, os.path.splitext(path)[1].lower())
    except RefusedError as refusal:
        return head | {"refused": refusal.code, "detail": refusal.detail}
    except MemoryError:
        return head | {"refused": "too_much_memory", "detail": ""}


def _bytes(path: str) -> bytes:
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
            raise RefusedError("too_large", str(found.st_size // 2**20))
        return stream.read(read_limits.LARGEST_FILE + 1)


def _read(data: bytes, suffix: str) -> Json:
    contents = opened(data, suffix)
    sheets = _plain(contents) or _by_reader(contents)
    return {"sheets": sheets, "notices": sorted(contents.notices)}


def _plain(contents: Contents) -> list[Json] | None:
    """The sheets of a file that is written the plain way and carries nothing besides its values."""
    if contents.suffix not in PLAIN_SUFFIXES or contents.notices or len(contents.sheet_parts) > read_limits.MOST_SHEETS:
        return None
    asked = {name: part for name, part in contents.sheet_parts.items() if name != RULES_SHEET}
    found = plain_sheets(asked, contents.part)
    if found is None:
        return None
    cells = _Cells(contents.notices)
    sheets = [cells.sheet(name, sheet.lines.items(), sheet.rows) for name, sheet in found.items()]
    # A heading that is not among the first columns may have moved further to the right.
    return None if any(-1 in sheet.get("columns", ()) for sheet in sheets) else sheets


def _by_reader(contents: Contents) -> list[Json]:
    """The sheets of any other file."""
    contents.complete()
    cells = _Cells(contents.notices)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(contents.data)) as workbook:
            if len(workbook.sheet_names) > read_limits.MOST_SHEETS:
                raise RefusedError("too_many_sheets", str(len(workbook.sheet_names)))
            asked = (name for name in workbook.sheet_names if name != RULES_SHEET)
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
        self, name: str, rows: Collection[tuple[int, list[Any]]], marks: Callable[[int], Mapping[Mark, list[int]]]
    ) -> Json:
        """One sheet, its lines that have a key in column A; `marks` gives the marked rows of a column."""
        header = next((row for number, row in rows if number <= HEADER_WITHIN and _is_header(row)), None)
        found: Json = {"name": self._text(name), "lines": []}
        columns = _columns(header) if header else KEYED_COLUMNS
        for number, row in rows:
            if row and row is not header and isinstance(row[0], str) and row[0]:
                picked = [row[column] if 0 <= column < len(row) else "" for column in columns]
                found["lines"].append([number, self._text(row[0]), *map(self._plain, picked)])
        if header:
            found["columns"] = columns
            if columns[1] >= 0:
                keyed = {line[0] for line in found["lines"]}
                found.update((str(mark), sorted(keyed & {*rows})) for mark, rows in marks(columns[1] + 1).items())
        return found

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
    main()
