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
from typing import Any

import msgspec

from cchc_xl.consolidate.record import Record, decode, encode
from cchc_xl.errors import UserError
from cchc_xl.forms import limits

PACKAGE = Path(__file__).resolve().parents[1]
KEPT_AT_ONCE = 200
"""Records between two commits: what an interrupted run loses."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS record (key TEXT PRIMARY KEY, data BLOB NOT NULL);
CREATE TEMP TABLE file (
    number INTEGER PRIMARY KEY, path TEXT, sha TEXT, key TEXT, kind TEXT, outcome TEXT DEFAULT '',
    message TEXT DEFAULT ''
);
CREATE TEMP TABLE claim (unit TEXT, turn INTEGER, file INTEGER, chosen INTEGER DEFAULT 0);
CREATE INDEX temp.claims_of_file ON claim (file);
CREATE TEMP TABLE finding (
    rule TEXT, severity TEXT, unit TEXT, code TEXT, file TEXT, sheet TEXT, cell TEXT, message TEXT, suggestion TEXT
);
CREATE UNIQUE INDEX temp.same_finding ON finding (rule, unit, code, sheet, cell, message);
"""


class Store:
    """Records by key, and the tables of one run."""

    def __init__(self, path: Path | None, fingerprint: str) -> None:
        self._fingerprint = fingerprint
        self._unsaved = 0
        try:
            # Without a name SQLite keeps the data in a file of its own that vanishes with the connection.
            self.database = sqlite3.connect(path or "", isolation_level=None)
            self.database.execute("PRAGMA temp_store = FILE")
            # Losing the newest records to a power cut costs reading them again.
            self.database.execute(f"PRAGMA synchronous = {'NORMAL' if path else 'OFF'}")
            self.database.executescript(SCHEMA)
            self.database.execute("BEGIN")
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
        self.database.close()

    def commit(self) -> None:
        """Keeps what has been read so far, whatever comes."""
        if self.database.in_transaction:
            self.database.execute("COMMIT")

    def key(self, sha: str, name: str) -> str:
        """What a file's record is found by; empty for a file that can't be hashed, which is always read."""
        return hashlib.sha256(f"{sha}\n{name}\n{self._fingerprint}".encode()).hexdigest() if sha else ""

    def known(self, key: str) -> bool:
        """Whether a record is there already."""
        return bool(key) and bool(self._one("SELECT 1 FROM record WHERE key = ?", key))

    def put(self, key: str, data: bytes) -> None:
        """Keeps a record."""
        self.database.execute("INSERT OR REPLACE INTO record VALUES (?, ?)", (key, data))
        self._unsaved += 1
        if self._unsaved >= KEPT_AT_ONCE:
            self.commit()
            self.database.execute("BEGIN")
            self._unsaved = 0

    def record(self, key: str) -> Record | None:
        """The record of a key; None where there is none, or one that another program wrote."""
        found = self._one("SELECT data FROM record WHERE key = ?", key)
        try:
            return decode(found[0]) if found else None
        except msgspec.MsgspecError:
            return None

    def add_file(self, number: int, path: Path, sha: str, key: str) -> None:
        """Puts a file on the list of this run."""
        self.database.execute(
            "INSERT INTO file (number, path, sha, key, kind) VALUES (?, ?, ?, ?, '')", (number, str(path), sha, key)
        )

    def settle(self, number: int, outcome: str, message: str = "") -> None:
        """What has become of a file."""
        self.database.execute("UPDATE file SET outcome = ?, message = ? WHERE number = ?", (outcome, message, number))

    def add_findings(self, rows: Iterable[tuple[str, ...]]) -> None:
        """Findings: rule, severity, unit, code, file, sheet, cell, message, suggestion. Each is kept once."""
        self.database.executemany("INSERT OR IGNORE INTO finding VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def rows(self, query: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        """The lines of a query, one by one."""
        yield from self.database.execute(query, values)

    def _one(self, query: str, *values: Any) -> Any:
        return self.database.execute(query, values).fetchone()


def fingerprint(form_folder: str, units: Path | None) -> str:
    """Everything besides a file that decides how it is understood."""
    digest = hashlib.sha256(encode(Record("")))
    files = [*sorted(Path(form_folder).glob("*.toml")), *sorted(PACKAGE.rglob("*.py")), *([units] if units else [])]
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
        if path.is_symlink() or not stat.S_ISREG(found.st_mode) or found.st_size > limits.LARGEST_FILE:
            return ""
        return hashlib.file_digest(stream, "sha256").hexdigest()
