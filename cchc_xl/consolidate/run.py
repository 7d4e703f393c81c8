"""The whole job: form and period found, new files read, what speaks for which unit decided, folded, written.

What files have said is spooled: JSON lines until DuckDB counts them; kept for the next run where the user names a file.
What a file said is found again by its content, its name (which must not name another unit) and all that
decides how it is understood: the form, the units, the program. Lines are only ever added, so that a run which is
stopped, or another one that works at the same time, loses nothing; where a line is damaged, its file is read anew.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from cchc_xl import sheet_names
from cchc_xl.consolidate import engine
from cchc_xl.consolidate.engine import Connection, ask, connect, copied, fill, quoted, script, texts
from cchc_xl.consolidate.extract import command, content_hash, rows_of_result
from cchc_xl.consolidate.facts import Kept, keep, last_period
from cchc_xl.consolidate.fold import alike, choose, fold, kept_lists, node_findings, prepare, with_rows_of_files
from cchc_xl.declaration.load_form import declaration_files, known_forms
from cchc_xl.errors import UserError
from cchc_xl.files import refuse_if_open, replace_file
from cchc_xl.program import PACKAGE
from cchc_xl.rule_registry import Finding, Severity, refusal
from cchc_xl.schema.form_model import Form
from cchc_xl.schema.report_periods import key_of
from cchc_xl.submissions import form_layout as layout
from cchc_xl.submissions.incoming_files import files_in
from cchc_xl.submissions.intake.reader_pool import ReaderPool, refused, texts_by_key
from cchc_xl.system import reason
from cchc_xl.units import Setting, UnitNode, setting
from cchc_xl.values import Address, Struct, replace

Progress = Callable[[int, int, Path], None]
"""Told after every file: how many are done, of how many, and which."""

MOST_LISTED = 10_000
"""Findings that are told on the screen or as JSON; the result holds all of them."""


class Order(Struct, frozen=True):
    """What is asked for; form and period are read in the files where nothing is said. `jobs` is the number of reading
    processes; `scheduler` the address of a Dask cluster; `every`, `whole`, `forget` as in `fold.prepare`, `facts.keep`;
    `changes` the corrected comparison with a form that lower levels have used.
    """

    places: tuple[Path, ...]
    kinds: tuple[str, ...]
    units: Path | None = None
    out: Path | None = None
    form_name: str = ""
    jobs: int = 1
    resume: Path | None = None
    facts: Path | None = None
    scheduler: str = ""
    every: bool = False
    whole: bool = False
    forget: bool = False
    period: str = ""
    changes: Path | None = None


class Consolidated(Struct):
    """What a run has done. `levels` are the nodes of the wanted levels: how many units at and below each should
    deliver, and how many have. `read` counts the files that were not known from an earlier run; `kept` is the history.

    Where no file counts (`files["counted"]` is 0) nothing has been written.
    """

    levels: list[dict[str, Any]]
    files: dict[str, int]
    read: int
    counts: dict[str, int]
    findings: list[Finding]
    kept: Kept | None = None


def consolidate(order: Order, progress: Progress | None = None) -> Consolidated:
    """Folds the files up the hierarchy and writes the result.

    Raises `UserError`; nothing is then written. A bad file never stops the others.
    """
    if order.out:
        _refuse_target(order.out)
    with answers(order, progress) as (con, chosen, read):
        form = chosen.form
        fold(con, "figure")
        fill(con, "own", OWN, [*node_findings(con, form), *alike(form), *kept_lists(con, form)])
        con.execute(f"INSERT INTO finding BY NAME SELECT *, {quoted(order.out or '')} AS file, {NO_PLACE} FROM own")
        script(con, engine.FOLDER / "units.sql")
        done = Consolidated(
            [dict(zip(LEVEL, row, strict=True)) for row in ask(con, LEVELS)],
            _counts(con, FILES, engine.OUTCOME_WORDS), read, _counts(con, FOUND, Severity), list(_findings(con)),
        )
        if done.files["counted"]:
            if order.facts:
                done.kept = keep(con, order.facts, chosen, whole=order.whole, forget=order.forget)
                if last_period(con, order.facts, form):
                    fold(con, "before")
            if order.out:
                _write(con, order.out, form)
        return done


def _refuse_target(path: Path) -> None:
    """Raises `UserError` before any work where the result could not be written."""
    if path.suffix.lower() not in engine.SUFFIXES:
        raise UserError(str(path), "chỉ ghi được .xlsx, .csv hoặc .parquet.", "Đổi đuôi tệp ở --out.")
    if not path.parent.is_dir():
        raise UserError(str(path.parent), "không có thư mục này.", "Tạo thư mục rồi chạy lại.")
    refuse_if_open(path)


def _write(con: Connection, path: Path, form: Form) -> None:
    """Writes the result: a workbook for people, or tables for machines with companions beside the figures, which take
    their name last; equal results give equal tables. Raises `UserError`; the old files are then untouched."""
    head = {
        layout.KIND_KEY: sheet_names.RESULT_KIND, layout.FORM_KEY: form.id, layout.VERSION_KEY: form.version,
        layout.PERIOD_KEY: layout.period_key(form),
    }
    if path.suffix.lower() == ".xlsx":
        from cchc_xl.consolidate.workbook import result_workbook

        replace_file(path, result_workbook(con, head, f"Tổng hợp {form.period.label}: {form.title}"))
        return
    for name in (*engine.COMPANIONS, engine.FIGURES):
        place = path if name == engine.FIGURES else engine.companion(path, name)
        with copied(con, engine.TABLES[name].query, path, head if name == engine.FIGURES else None) as made:
            replace_file(place, made)


OWN = texts("rule severity unit code message")
NO_PLACE = "'' AS sheet, '' AS cell, '' AS suggestion, false AS explained"
LEVEL = ("unit", "name", "level", "expected", "delivered")
LEVELS = "SELECT unit, unit_name, level, expected, delivered FROM unit_line WHERE wanted ORDER BY ord"
FILES = "SELECT outcome, count(*) FROM source GROUP BY outcome"
FOUND = "SELECT severity, count(*) FROM finding GROUP BY severity"


def _counts(con: Connection, query: str, every: Any) -> dict[str, int]:
    return {str(key): 0 for key in every} | dict(ask(con, query))


def _findings(con: Connection) -> Iterator[Finding]:
    """The gravest findings, as the command line tells them."""
    for line in ask(con, f"{engine.TABLES['findings'].query} LIMIT {MOST_LISTED}"):
        rule, severity, unit, code, file, sheet, cell, message, suggestion, explained, _ = line
        cells = (Address(sheet, cell, file),)
        yield Finding(rule, Severity(severity), unit, code, cells, message, suggestion, bool(explained))


@contextmanager
def answers(order: Order, progress: Progress | None = None) -> Iterator[tuple[Connection, Setting, int]]:
    """Reads the files and decides which of them speaks for which unit: a database with the tables chosen, answer,
    source and finding, the form and units as the files have grown them, and how many were read. Raises `UserError`.
    """
    paths = files_in(order.places, endings=engine.COMPANION_SUFFIXES)
    form_name, period = _told(paths, order.form_name, order.period)
    chosen = setting(form_name, order.units, period, order.changes)
    kinds = chosen.tree.kinds_named(order.kinds)
    started_with = command(form_name, order.units, period, order.changes)
    kept = fingerprint(chosen.form.folder, (order.units, order.changes), period) if order.resume else ""
    with connect() as con, spool(con, order.resume, kept) as said:
        read = _read(order, started_with, paths, said, progress)
        said.load()
        form = with_rows_of_files(con, chosen.form)
        tree = chosen.tree.joined([UnitNode(*row) for row in ask(con, LOWER)])
        prepare(con, form, tree, kinds, order.every)
        fill(con, "head", HEAD, [(form.id, form.version, layout.period_key(form), form.period.first, form.period.last)])
        choose(con)
        yield con, replace(chosen, form=form, tree=tree), read


LOWER = "SELECT DISTINCT ON (id) id, name, kind, parent FROM lower ORDER BY id"
HEAD = texts("form version period") | {"first_day": "DATE", "last_day": "DATE"}

MOST_ASKED = 50
"""Files looked at before giving up."""

REMEDY = "Kiểm tra các tệp; tệp đúng mà không ghi mẫu báo cáo thì chỉ mẫu bằng --form."


def _told(paths: Sequence[Path], form_name: str, period: str) -> tuple[str, str]:
    """The name of the form and of the period: what was asked for, else what the first file says that says it.

    Raises `UserError` where neither anybody nor a file says them.
    """
    if form_name and period:
        return form_name, period
    facts: Mapping[str, str] = {}
    why = ""
    for facts in _identities(paths):
        if facts.get(layout.FORM_KEY):
            break
        why = why or facts.get(engine.REFUSED, "")
    found = form_name or facts.get(layout.FORM_KEY, "")
    if not found:
        what = f"không tệp nào được tính ({len(paths)} tệp); tệp đầu tiên: "
        raise UserError(str(paths[0]), what + (why or "không ghi lập theo mẫu báo cáo nào."), REMEDY)
    if not form_name and found not in known_forms():
        what = f"các tệp lập theo biểu mẫu “{found[:40]}”, máy này không có."
        raise UserError("--form", what, "Chỉ biểu mẫu bằng --form.")
    period = period or facts.get(layout.PERIOD_KEY, "") or key_of(facts)
    if not period:
        first = f" Tệp đầu tiên: {why}" if why else ""
        remedy = "Chỉ kỳ bằng --period, ví dụ --period “quý III/2026”."
        raise UserError("--period", f"không tệp nào nói kỳ báo cáo.{first}", remedy)
    return found, period


def _identities(paths: Sequence[Path]) -> Iterator[Mapping[str, str]]:
    """What files say they are, or why one can't be read; workbooks first."""
    tables = [path for path in paths if path.suffix.lower() in engine.TABLE_SUFFIXES]
    books = [path for path in paths if path.suffix.lower() not in engine.TABLE_SUFFIXES]
    with ReaderPool(1) as pool:
        for _, answer in pool.read_all(books[:MOST_ASKED]):
            yield {engine.REFUSED: refused(answer)[1], **texts_by_key(answer.get("sheets", ()), sheet_names.IDENTITY)}
    for path in tables[:MOST_ASKED]:
        with suppress(UserError, OSError):
            first = next(iter(rows_of_result(path)), {})
            yield {layout.FORM_KEY: first.get("form", ""), layout.PERIOD_KEY: first.get("period", "")}


def _read(
    order: Order, started_with: Sequence[str], paths: Sequence[Path], said: Spool, progress: Progress | None
) -> int:
    """Puts every file's words into the spool; the reading processes see new files only. Gives their number."""
    new = [(number, path) for number, path in enumerate(paths, 1) if not said.has(number, path)]
    answers = _answers(order, started_with, [path for _, path in new]) if new else ()
    for done, ((number, _), (path, answer)) in enumerate(zip(new, answers, strict=True), len(paths) - len(new) + 1):
        said.add(number, path, answer)
        if progress:
            progress(done, len(paths), path)
    return len(new)


def _answers(order: Order, started_with: Sequence[str], paths: list[Path]) -> Iterator[tuple[Path, dict[str, Any]]]:
    if order.scheduler:
        from cchc_xl.consolidate.cluster import read_there

        yield from read_there(paths, tuple(started_with), order.scheduler)
        return
    with ReaderPool(order.jobs, started_with) as pool:
        yield from pool.read_all(paths)


FIRST = b'{"cchc-xl": "consolidate 2"}\n'
"""The first line of a kept file: no other file is ever added to."""

LISTS = {
    "units": "unit turn", "answers": "unit code status value part whole text address origin",
    "rows": "unit code label", "nodes": "id name kind parent kind_name",
    "findings": "rule severity unit code origin sheet cell message suggestion explained",
}
LINE = {
    **texts("key said kind rule message"), "pieces": engine.INTEGER,
    **{name: f"STRUCT({', '.join(f'{each} {engine.TEXT}' for each in fields.split())})[]"
       for name, fields in LISTS.items()},
}
"""A line: a piece of a record (see `extract`), whose it is by `key`, and by `said` which run has written it."""

LISTED = {"file": engine.INTEGER} | texts("path sha key rule message")
"""A file of this run, the key of what it says, and why it says nothing where there is none."""


@contextmanager
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
        sha, record, key, why = answer.get("sha", ""), answer.get("record"), "", refused(answer)
        if record and not sha:
            told = json.loads(record)
            why = told.get("rule", ""), told.get("message", "")
        elif record:
            key = self._key(sha, path)
            begun = f'{{"key": "{key}", "said": "{self._run}{number}", '
            self._stream.writelines(f"{begun}{piece[1:]}\n" for piece in record.split("\n"))
            self._stream.flush()
        self._files.append((number, _sound(path), sha, key, *why))

    def load(self) -> None:
        """The tables file, claim, answer, remark, added and lower (units of results) of this run."""
        fill(self._con, "listed", LISTED, self._files)
        script(self._con, engine.FOLDER / "spool.sql", lost=quoted(refusal("reader_died", "")))

    def _key(self, sha: str, path: Path) -> str:
        # What stands beside a result is part of what it says.
        beside = [content_hash(each) for each in engine.companions(path)]
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
