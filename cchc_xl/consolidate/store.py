"""Where records lie between reading and folding: an SQLite file, kept for the next run where the user names one.

A record is found again by the content of its file, the file's name (it must not name another unit) and everything
that decides how a file is understood: the form, the hierarchy, the program. So a second run reads new and changed files
only.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import msgspec

from cchc_xl.consolidate.record import Record, decode, encode
from cchc_xl.declaration.load_form import declaration_files
from cchc_xl.errors import UserError
from cchc_xl.submissions.intake import read_limits

PACKAGE = Path(__file__).resolve().parents[1]
KEPT_AT_ONCE = 200
"""Records between two commits: what an interrupted run loses."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS record (key TEXT PRIMARY KEY, data BLOB NOT NULL);
CREATE TEMP TABLE file (
    number INTEGER PRIMARY KEY, path TEXT, sha TEXT, key TEXT, kind TEXT, outcome TEXT, message TEXT
);
CREATE TEMP TABLE claim (unit TEXT, turn INTEGER, file INTEGER, chosen INTEGER DEFAULT 0);
CREATE INDEX temp.claims_of_file ON claim (file);
CREATE TEMP TABLE finding (
    rule TEXT, severity TEXT, unit TEXT, code TEXT, file TEXT, sheet TEXT, cell TEXT, message TEXT, suggestion TEXT
);
CREATE UNIQUE INDEX temp.same_finding ON finding (rule, unit, code, sheet, cell, message);
"""


class File(NamedTuple):
    """A line of this run's list of files; `outcome` and `message` where they are known already."""

    number: int
    path: str
    sha: str
    key: str
    kind: str = ""
    outcome: str = ""
    message: str = ""


class Store:
    """Records by key, and the tables of one run. What comes file by file is written some files at a time."""

    def __init__(self, path: Path | None, fingerprint: str) -> None:
        self._fingerprint = fingerprint
        self._records: list[tuple[str, bytes]] = []
        self._files: list[File] = []
        self._claims: list[tuple[str, int, int]] = []
        try:
            # Without a name SQLite keeps the data in a file of its own that vanishes with the connection.
            self._database = sqlite3.connect(path or "", isolation_level=None)
            self._database.execute("PRAGMA temp_store = FILE")
            # Losing the newest records to a power cut costs reading them again.
            self._database.execute(f"PRAGMA synchronous = {'NORMAL' if path else 'OFF'}")
            self._database.executescript(SCHEMA)
            self._database.execute("BEGIN")
        except sqlite3.Error as error:
            what = f"không dùng được tệp lưu tạm ({error})."
            remedy = "Chỉ tệp khác bằng --resume, hoặc xóa tệp này rồi chạy lại."
            raise UserError(str(path or ""), what, remedy) from error

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.commit()
        self._database.execute("COMMIT")
        self._database.close()

    def commit(self) -> None:
        """Keeps what has been read so far, whatever comes."""
        self._write()
        self._database.execute("COMMIT")
        self._database.execute("BEGIN")

    def _write(self) -> None:
        for query, rows in (
            ("INSERT OR REPLACE INTO record VALUES (?, ?)", self._records),
            ("INSERT INTO file VALUES (?, ?, ?, ?, ?, ?, ?)", self._files),
            ("INSERT INTO claim (unit, turn, file) VALUES (?, ?, ?)", self._claims),
        ):
            if rows:
                self._database.executemany(query, rows)
                rows.clear()

    def key(self, sha: str, name: str) -> str:
        """What a file's record is found by; empty for a file that can't be hashed, which is always read."""
        return hashlib.sha256(f"{sha}\n{name}\n{self._fingerprint}".encode()).hexdigest() if sha else ""

    def put(self, key: str, data: bytes) -> None:
        """Keeps a record."""
        self._records.append((key, data))

    def record(self, key: str) -> Record | None:
        """The record of a key; None where there is none, or one that another program wrote."""
        found = next(self.rows("SELECT data FROM record WHERE key = ?", key), None)
        return decoded(found[0]) if found else None

    def add_file(self, file: File, claims: Iterable[tuple[str, int]] = ()) -> None:
        """Puts a file on the list of this run, with the units it speaks for and their turns."""
        self._files.append(file)
        self._claims += ((unit, turn, file.number) for unit, turn in claims)
        if len(self._files) >= KEPT_AT_ONCE:
            self.commit()

    def settle(self, number: int, outcome: str, message: str = "") -> None:
        """What has become of a file."""
        self.change("UPDATE file SET outcome = ?, message = ? WHERE number = ?", outcome, message, number)

    def add_findings(self, rows: Iterable[tuple[str, ...]]) -> None:
        """Findings: rule, severity, unit, code, file, sheet, cell, message, suggestion. Each is kept once."""
        self._database.executemany("INSERT OR IGNORE INTO finding VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def change(self, query: str, *values: Any) -> None:
        """Runs a query that changes the tables of this run."""
        self._write()
        self._database.execute(query, values)

    def rows(self, query: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        """The lines of a query, one by one."""
        self._write()
        yield from self._database.execute(query, values)


def decoded(data: bytes) -> Record | None:
    """The record of bytes; None for one that another program wrote."""
    try:
        return decode(data)
    except msgspec.MsgspecError:
        return None


def fingerprint(form_folder: str, units: Path | None, period: str) -> str:
    """Everything besides a file that decides how it is understood."""
    digest = hashlib.sha256(encode(Record("")) + period.encode())
    files = [*declaration_files(Path(form_folder)), *sorted(PACKAGE.rglob("*.py")), *([units] if units else [])]
    for path in files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def content_hash(path: Path) -> str:
    """SHA-256 of an ordinary file of ordinary size; empty for anything else, which the reading process refuses."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(path, flags)
    except OSError:
        return ""
    with os.fdopen(handle, "rb") as stream:
        found = os.fstat(handle)
        if path.is_symlink() or not stat.S_ISREG(found.st_mode) or found.st_size > read_limits.LARGEST_FILE:
            return ""
        return hashlib.file_digest(stream, "sha256").hexdigest()
