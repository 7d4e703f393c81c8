"""What files have said, JSON lines until DuckDB counts them; kept for the next run where the user names a file.

What a file said is found again by its content, its name (which must not name another unit) and all that
decides how it is understood: the form, the units, the program. Lines are only ever added, so that a run which is
stopped, or another one that works at the same time, loses nothing; where a line is damaged, its file is read anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import tempfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from cchc_xl.consolidate.engine import FOLDER, INTEGER, TEXT, Connection, ask, fill, quoted, script, texts
from cchc_xl.consolidate.extract import content_hash, refused
from cchc_xl.consolidate.result_tables import companions
from cchc_xl.declaration.load_form import declaration_files
from cchc_xl.errors import UserError
from cchc_xl.resources import PACKAGE
from cchc_xl.rule_registry import refusal
from cchc_xl.system import reason

FIRST = b'{"cchc-xl": "consolidate 2"}\n'
"""The first line of a kept file: no other file is ever added to."""

LISTS = {
    "units": "unit turn", "answers": "unit code status value part whole text address origin",
    "rows": "unit code label", "nodes": "id name kind parent kind_name",
    "findings": "rule severity unit code origin sheet cell message suggestion explained",
}
LINE = {
    **texts("key said kind rule message"), "pieces": INTEGER,
    **{name: f"STRUCT({', '.join(f'{each} {TEXT}' for each in fields.split())})[]" for name, fields in LISTS.items()},
}
"""A line: a piece of a record (see `extract`), whose it is by `key`, and by `said` which run has written it."""

LISTED = {"file": INTEGER} | texts("path sha key rule message")
"""A file of this run, the key of what it says, and why it says nothing where there is none."""


@contextlib.contextmanager
def spool(con: Connection, kept: Path | None, fingerprint: str) -> Iterator[Spool]:
    """The lines of a run, and those of earlier runs where `kept` is given. Raises `UserError` for a foreign file."""
    with tempfile.TemporaryDirectory(prefix="cchc-") as folder:
        place = kept or Path(folder) / "doc.jsonl"
        with _opened(place) as stream:
            yield Spool(con, place, stream, fingerprint)


class Spool:
    """The lines of a run; made by `spool`."""

    def __init__(self, con: Connection, place: Path, stream: IO[str], fingerprint: str) -> None:
        self._con, self._stream, self._fingerprint = con, stream, fingerprint
        self._files: list[tuple[int, str, str, str, str, str]] = []
        self._run = uuid.uuid4().hex
        lines = f"read_json({quoted(place)}, format = 'newline_delimited', columns = {LINE}, ignore_errors = true)"
        con.execute(f"CREATE VIEW line AS FROM {lines}")
        con.execute(WHOLE)
        self._known = {key for key, in ask(con, "SELECT key FROM whole")}

    def has(self, number: int, path: Path) -> bool:
        """Whether an earlier run has read the same file; it is then on the list of this run."""
        sha = content_hash(path) if self._known else ""
        key = self._key(sha, path) if sha else ""
        if key in self._known:
            self._files.append((number, _sound(path), sha, key, "", ""))
        return key in self._known

    def add(self, number: int, path: Path, answer: Mapping[str, Any]) -> None:
        """What a reading process answers; one that died of the file has refused it.

        Where the bytes were not read whole, nobody knows whether the file will say the same again: it is not kept.
        """
        sha, record, key, why = answer.get("sha", ""), answer.get("record"), "", {}
        if record is None:
            code = str(answer["refused"])
            why = refused(code, refusal(code, str(answer.get("detail", ""))))
        elif not sha:
            why = json.loads(record)
        else:
            key = self._key(sha, path)
            begun = f'{{"key": "{key}", "said": "{self._run}{number}", '
            self._stream.writelines(f"{begun}{piece[1:]}\n" for piece in record.split("\n"))
            self._stream.flush()
        self._files.append((number, _sound(path), sha, key, why.get("rule", ""), why.get("message", "")))

    def load(self) -> None:
        """The tables file, claim, answer, remark, added and lower (units of results) of this run."""
        fill(self._con, "listed", LISTED, self._files)
        script(self._con, FOLDER / "spool.sql", lost=quoted(refusal("reader_died", "")))

    def _key(self, sha: str, path: Path) -> str:
        # What stands beside a result is part of what it says.
        beside = [content_hash(each) for each in companions(path)]
        return hashlib.sha256("\n".join([sha, *beside, _sound(path.name), self._fingerprint]).encode()).hexdigest()


WHOLE = """
CREATE VIEW whole AS
SELECT key, said, max(kind) AS kind, max(rule) AS rule, max(message) AS message FROM line
WHERE said IS NOT NULL GROUP BY key, said HAVING count(*) = max(pieces)"""
"""What was written whole: of a run that was stopped some lines may lack."""


def _opened(path: Path) -> IO[str]:
    remedy = "Chỉ tệp khác bằng --resume, hoặc xóa tệp này rồi chạy lại."
    try:
        with path.open("a+b") as stream:
            stream.seek(0)
            first = stream.read(len(FIRST))
            if first not in (b"", FIRST):
                raise UserError(str(path), "không phải tệp nhớ của lệnh consolidate bản này.", remedy)
            # A torn last line must not swallow the next one.
            stream.write(b"\n" if first else FIRST)
        return path.open("a", encoding="utf-8", newline="\n")
    except OSError as error:
        what = f"không dùng được tệp nhớ ({reason(error)})."
        raise UserError(str(path), what, remedy) from error


def _sound(path: Path | str) -> str:
    """The name without the half letters of names that are no text."""
    return str(path).encode("utf-8", "replace").decode()


def fingerprint(form_folder: str, given: Sequence[Path | None], period: str) -> str:
    """Everything besides a file that decides how it is understood."""
    digest = hashlib.sha256(period.encode())
    for path in (*declaration_files(Path(form_folder)), *sorted(PACKAGE.rglob("*.py")), *filter(None, given)):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
