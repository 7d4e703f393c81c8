"""What files have said, one JSON line each, until DuckDB counts it; kept for the next run where the user names a file.

A line is found again by the content of its file, the file's name (it must not name another unit) and everything that
decides how a file is understood: the form, the units, the program. Lines are only ever added, so that a run which is
stopped, or another one that works at the same time, loses nothing; a damaged line is read anew from its file.
"""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from cchc_xl.consolidate.engine import Connection, ask, fill, quoted
from cchc_xl.consolidate.record import refused
from cchc_xl.consolidate.sources import content_hash
from cchc_xl.declaration.load_form import declaration_files
from cchc_xl.errors import UserError
from cchc_xl.submissions.intake.refusal_texts import refusal

PACKAGE = Path(__file__).resolve().parents[1]
FIRST = '{"cchc-xl": "consolidate 1"}\n'
"""The first line of a kept file: no other file is ever added to."""

TEXTS = "STRUCT({} VARCHAR)[]"
ANSWER = TEXTS.format(" VARCHAR, ".join(
    ("unit", "code", "status", "value", "part", "whole", "text", "address", "file")
))
REMARK = TEXTS.format(" VARCHAR, ".join(
    ("rule", "severity", "unit", "code", "file", "sheet", "cell", "message", "suggestion", "explained")
))
SHAPE = {
    "key": "VARCHAR", "kind": "VARCHAR", "rule": "VARCHAR", "message": "VARCHAR",
    "units": "STRUCT(unit VARCHAR, turn INTEGER)[]", "rows": TEXTS.format(" VARCHAR, ".join(("unit", "code", "label"))),
    "answers": ANSWER, "findings": REMARK,
    "nodes": TEXTS.format(" VARCHAR, ".join(("id", "name", "kind", "parent", "kind_name"))),
}


RECORD = "CREATE TABLE record AS SELECT DISTINCT ON (key) * FROM {lines} SEMI JOIN listed USING (key)"
FILE = """
CREATE TABLE file AS SELECT file, path, sha, coalesce(kind, ?) AS kind, coalesce(rule, ?) AS rule,
    CASE WHEN kind IS NULL THEN ? ELSE message END AS message
FROM listed LEFT JOIN record USING (key) ORDER BY file"""
TABLES = """
CREATE TEMP VIEW said AS FROM listed JOIN record USING (key);
CREATE TABLE claim AS SELECT file, kind, unnest(units, recursive := true) FROM said;
CREATE TABLE answer AS SELECT number AS file, * EXCLUDE (number, file), file AS origin
    FROM (SELECT file AS number, unnest(answers, recursive := true) FROM said);
CREATE TABLE remark AS SELECT file AS number, unnest(findings, recursive := true) FROM said;
CREATE TABLE added AS SELECT file, unnest(rows, recursive := true) FROM said;
CREATE TABLE lower AS SELECT DISTINCT unnest(nodes, recursive := true) FROM said;
DROP VIEW said;
DROP TABLE record"""


class File(NamedTuple):
    """A file of this run and the key of what it says."""

    number: int
    path: str
    sha: str
    key: str


class Spool:
    """The lines of a run, and those of earlier runs where `kept` is given. Raises `UserError` for a foreign file."""

    def __init__(self, con: Connection, kept: Path | None, fingerprint: str) -> None:
        self._con, self._fingerprint, self._files = con, fingerprint, list[File]()
        self._folder = tempfile.TemporaryDirectory(prefix="cchc-")
        fresh = Path(self._folder.name) / "doc.jsonl"
        self._places = [fresh, *([kept] if kept else [])]
        self._streams: list[Any] = [fresh.open("w", encoding="utf-8")]
        try:
            self._streams.append(_opened(kept) if kept else self._streams[0])
        except BaseException:
            self._close()
            raise
        self._known = self._keys() if kept else frozenset[str]()

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _close(self) -> None:
        for stream in self._streams:
            stream.close()
        self._folder.cleanup()

    def has(self, number: int, path: Path) -> bool:
        """Whether an earlier run has read the same file; it is then on the list of this run."""
        sha = content_hash(path)
        key = self._key(sha, path.name)
        if key in self._known:
            self._files.append(File(number, _sound(path), sha, key))
        return key in self._known

    def add(self, number: int, path: Path, sha: str, record: str) -> None:
        """What a file says. Without a hash nobody knows whether it will say the same again: it is not kept."""
        key = self._key(sha, path.name) or f"file {number}"
        self._files.append(File(number, _sound(path), sha, key))
        stream = self._streams[bool(sha)]
        stream.write(f'{{"key": "{key}", {record[1:]}\n')
        stream.flush()

    def load(self) -> None:
        """The tables file, claim, answer, remark, added and lower (units of results) of this run."""
        con, none = self._con, refused("reader_died", refusal("reader_died", ""))
        fill(con, "listed", {"file": "INTEGER", "path": "VARCHAR", "sha": "VARCHAR", "key": "VARCHAR"}, self._files)
        con.execute(RECORD.format(lines=self._lines(SHAPE)))
        con.execute(FILE, list(none.values()))
        con.execute(TABLES)

    def _keys(self) -> frozenset[str]:
        return frozenset(key for key, in ask(self._con, f"SELECT key FROM {self._lines({'key': 'VARCHAR'})}") if key)

    def _lines(self, shape: dict[str, str]) -> str:
        places = ", ".join(map(quoted, self._places))
        return f"read_json([{places}], format = 'newline_delimited', columns = {shape}, ignore_errors = true)"

    def _key(self, sha: str, name: str) -> str:
        return hashlib.sha256(f"{sha}\n{_sound(name)}\n{self._fingerprint}".encode()).hexdigest() if sha else ""


def _opened(path: Path) -> Any:
    remedy = "Chỉ tệp khác bằng --resume, hoặc xóa tệp này rồi chạy lại."
    try:
        stream = path.open("a+", encoding="utf-8", errors="replace", newline="\n")
        with contextlib.ExitStack() as failed:
            failed.callback(stream.close)
            stream.seek(0)
            first, size = stream.read(len(FIRST)), stream.seek(0, 2)
            if size and first != FIRST:
                raise UserError(str(path), "không phải tệp nhớ của lệnh consolidate bản này.", remedy)
            # A torn last line must not swallow the next one.
            stream.write("\n" if size else FIRST)
            failed.pop_all()
    except OSError as error:
        what = f"không dùng được tệp nhớ ({error.strerror or error})."
        raise UserError(str(path), what, remedy) from error
    stream.flush()
    return stream


def _sound(path: Path | str) -> str:
    """The name without the half letters of names that are no text."""
    return str(path).encode("utf-8", "replace").decode()


def fingerprint(form_folder: str, given: Sequence[Path | None], period: str) -> str:
    """Everything besides a file that decides how it is understood."""
    digest = hashlib.sha256(period.encode())
    code: Iterator[Path] = PACKAGE.rglob("*.py")
    files: Sequence[Path] = [*declaration_files(Path(form_folder)), *sorted(code), *filter(None, given)]
    for path in files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
