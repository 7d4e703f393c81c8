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
from typing import IO, Any, NamedTuple

from cchc_xl.consolidate.engine import Connection, ask, fill, quoted
from cchc_xl.consolidate.record import content_hash, refused
from cchc_xl.consolidate.result_tables import companions
from cchc_xl.declaration.load_form import declaration_files
from cchc_xl.errors import UserError
from cchc_xl.reasons import reason
from cchc_xl.resources import PACKAGE
from cchc_xl.submissions.intake.refusal_texts import refusal

FIRST = b'{"cchc-xl": "consolidate 2"}\n'
"""The first line of a kept file: no other file is ever added to."""


def _texts(*names: str) -> str:
    return f"STRUCT({', '.join(f'{name} VARCHAR' for name in names)})[]"


REMARK = ("rule", "severity", "unit", "code", "file", "sheet", "cell", "message", "suggestion", "explained")
HEAD = {**dict.fromkeys(("key", "said", "kind", "rule", "message"), "VARCHAR"), "pieces": "INTEGER"}
OTHERS = {
    "said": "VARCHAR",
    "units": "STRUCT(unit VARCHAR, turn INTEGER)[]", "rows": _texts("unit", "code", "label"),
    "findings": _texts(*REMARK), "nodes": _texts("id", "name", "kind", "parent", "kind_name"),
}
ANSWERS = {
    "said": "VARCHAR",
    "answers": _texts("unit", "code", "status", "value", "part", "whole", "text", "address", "file"),
}
WHOLE = """
SELECT key, said, max(kind) AS kind, max(rule) AS rule, max(message) AS message FROM {heads}
WHERE said IS NOT NULL GROUP BY key, said HAVING count(*) = max(pieces)"""
"""What was written whole: of a run that was stopped some lines may lack."""

# The lines are many times what is joined to them, whatever the counter takes a file of unknown length for.
TABLES = """
SET disabled_optimizers = 'join_order,build_side_probe_side';
CREATE TABLE record AS SELECT DISTINCT ON (key) * FROM ({whole}) SEMI JOIN listed USING (key);
CREATE TABLE file AS SELECT file, path, sha, coalesce(kind, 'refused') AS kind,
    coalesce(record.rule, listed.rule) AS rule,
    CASE WHEN kind IS NULL THEN listed.message ELSE record.message END AS message
FROM listed LEFT JOIN record USING (key) ORDER BY file;
CREATE TABLE spoken AS SELECT file, kind, said FROM listed JOIN record USING (key);
CREATE TABLE said AS FROM {others};
CREATE TABLE claim AS SELECT file, kind, unnest(units, recursive := true) FROM said JOIN spoken USING (said);
CREATE TABLE answer AS SELECT number AS file, * EXCLUDE (number, file), file AS origin
    FROM (SELECT file AS number, unnest(answers, recursive := true) FROM {answers} JOIN spoken USING (said));
CREATE TABLE remark AS SELECT file AS number, unnest(findings, recursive := true) FROM said JOIN spoken USING (said);
CREATE TABLE added AS SELECT file, unnest(rows, recursive := true) FROM said JOIN spoken USING (said);
CREATE TABLE lower AS SELECT DISTINCT unnest(nodes, recursive := true) FROM said JOIN spoken USING (said);
DROP TABLE said;
DROP TABLE spoken;
DROP TABLE record;
RESET disabled_optimizers"""


class File(NamedTuple):
    """A file of this run, the key of what it says, and why it says nothing where there is none."""

    file: int
    path: str
    sha: str
    key: str
    rule: str
    message: str


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
        self._con, self._place, self._stream, self._fingerprint = con, place, stream, fingerprint
        self._files: list[File] = []
        self._run = uuid.uuid4().hex
        self._known = {key for key, *_ in ask(con, self._whole())}

    def has(self, number: int, path: Path) -> bool:
        """Whether an earlier run has read the same file; it is then on the list of this run."""
        sha = content_hash(path) if self._known else ""
        known = bool(sha) and self._key(sha, path) in self._known
        if known:
            self._list(number, path, sha, {})
        return known

    def add(self, number: int, path: Path, answer: Mapping[str, Any]) -> None:
        """What a reading process answers; one that died of the file has refused it.

        Where the bytes were not read whole, nobody knows whether the file will say the same again: it is not kept.
        """
        sha = answer.get("sha", "")
        if "record" not in answer:
            code = str(answer.get("refused", ""))
            self._list(number, path, sha, refused(code, refusal(code, str(answer.get("detail", "")))))
        elif not sha:
            self._list(number, path, sha, json.loads(answer["record"]))
        else:
            key = self._list(number, path, sha, {})
            begun = f'{{"key": "{key}", "said": "{self._run}{number}", '
            self._stream.writelines(f"{begun}{piece[1:]}\n" for piece in answer["record"].split("\n"))
            self._stream.flush()

    def load(self) -> None:
        """The tables file, claim, answer, remark, added and lower (units of results) of this run."""
        shape = {"file": "INTEGER", **dict.fromkeys(File._fields[1:], "VARCHAR")}
        fill(self._con, "listed", shape, self._files)
        answers, others = self._lines(ANSWERS), self._lines(OTHERS)
        self._con.execute(TABLES.format(whole=self._whole(), answers=answers, others=others))

    def _list(self, number: int, path: Path, sha: str, said: Mapping[str, Any]) -> str:
        key = "" if said else self._key(sha, path)
        lost = refused("reader_died", refusal("reader_died", "")) | dict(said)
        self._files.append(File(number, _sound(path), sha, key, lost["rule"], lost["message"]))
        return key

    def _whole(self) -> str:
        return WHOLE.format(heads=self._lines(HEAD))

    def _lines(self, shape: Mapping[str, str]) -> str:
        place = quoted(self._place)
        return f"read_json({place}, format = 'newline_delimited', columns = {dict(shape)}, ignore_errors = true)"

    def _key(self, sha: str, path: Path) -> str:
        # What stands beside a result is part of what it says.
        beside = [content_hash(each) for each in companions(path)]
        return hashlib.sha256("\n".join([sha, *beside, _sound(path.name), self._fingerprint]).encode()).hexdigest()


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
