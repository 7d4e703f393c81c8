"""The whole job: read what is new, decide which file speaks for which unit, fold, write."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cchc_xl.consolidate.decide import COUNTED, choose, outcomes, register
from cchc_xl.consolidate.extract import RESULT_KIND, Setting, setting
from cchc_xl.consolidate.facts import FactsWriter
from cchc_xl.consolidate.findings import keep_remarks, node_findings
from cchc_xl.consolidate.fold import Fold, Level
from cchc_xl.consolidate.listing import Listing
from cchc_xl.consolidate.record import REFUSED, RESULT, Delivered, Record, decode
from cchc_xl.consolidate.sources import Read, files_in, read_here
from cchc_xl.consolidate.store import Store, content_hash, fingerprint
from cchc_xl.consolidate.table import lines
from cchc_xl.consolidate.write import Result, refuse_target, write
from cchc_xl.findings import Finding
from cchc_xl.form.model import Form
from cchc_xl.forms import layout

Progress = Callable[[int, int, Path], None]
"""Told after every file: how many are done, of how many, and which."""

MOST_LISTED = 10_000
"""Findings that are told on the screen or as JSON; the result holds all of them."""


@dataclass(frozen=True)
class Order:
    """What is asked for. `jobs` is the number of reading processes; `scheduler` the address of a Dask cluster."""

    places: tuple[Path, ...]
    kinds: tuple[str, ...]
    units: Path | None = None
    out: Path | None = None
    form_name: str = ""
    jobs: int = 1
    resume: Path | None = None
    facts: Path | None = None
    scheduler: str = ""
    batch: int = 0


@dataclass
class Consolidated:
    """What a run has done. `read` counts the files that were not known from an earlier run."""

    levels: tuple[Level, ...]
    files: dict[str, int]
    read: int
    counts: dict[str, int]
    findings: list[Finding] = field(default_factory=list)


def consolidate(order: Order, progress: Progress | None = None) -> Consolidated:
    """Folds the files up the hierarchy and writes the result.

    Raises `UserError`; nothing is then written. A bad file never stops the others.
    """
    if order.out:
        refuse_target(order.out)
    chosen = setting(order.form_name, order.units)
    fold = Fold(chosen.form, chosen.tree, order.kinds)
    paths = files_in(order.places)
    with Store(order.resume, fingerprint(chosen.form.folder, order.units)) as store:
        run = _Run(order, chosen, store, progress or nobody)
        run.read(paths)
        choose(store)
        levels = run.fold(fold)
        return run.finish(levels)


def answers(order: Order) -> tuple[Form, list[tuple[Delivered, str]]]:
    """The form, and what every unit has answered with the file it stands in, decided as for consolidating."""
    chosen = setting(order.form_name, order.units)
    with Store(order.resume, fingerprint(chosen.form.folder, order.units)) as store:
        run = _Run(order, chosen, store, nobody)
        run.read(files_in(order.places))
        choose(store)
        return chosen.form, [
            (each, path) for record, path, units in run.chosen() for each in record.delivered if each.unit in units
        ]


def nobody(_done: int, _total: int, _path: Path) -> None:
    """Nobody wants to know."""


class _Run:
    """One run over a store."""

    def __init__(self, order: Order, chosen: Setting, store: Store, progress: Progress) -> None:
        self._order, self._setting, self._store, self._progress = order, chosen, store, progress
        self._known = frozenset(chosen.tree.nodes)
        self._new = 0

    def read(self, paths: Sequence[Path]) -> None:
        """Puts every file and its claims into the store; the reading processes see new files only."""
        numbers = {path: number for number, path in enumerate(paths, 1)}
        total, done = len(paths), 0
        for path, number in numbers.items():
            sha = content_hash(path)
            self._store.add_file(number, path, sha, self._store.key(sha, path.name))
        for path in self._known_ones():
            done += 1
            self._progress(done, total, path)
        for read in self._sources(list(self._unknown_ones())):
            self._keep(numbers[read.path], read)
            done += 1
            self._progress(done, total, read.path)
        self._store.commit()

    def _known_ones(self) -> Iterator[Path]:
        query = "SELECT number, path, key FROM file WHERE key IN (SELECT key FROM record)"
        for number, path, key in list(self._store.rows(query)):
            record = self._store.record(key)
            if record is not None:
                register(self._store, number, record, self._known)
                yield Path(path)

    def _unknown_ones(self) -> Iterator[Path]:
        yield from (Path(path) for path, in self._store.rows("SELECT path FROM file WHERE kind = '' ORDER BY number"))

    def _sources(self, paths: list[Path]) -> Iterator[Read]:
        self._new = len(paths)
        if not paths:
            return iter(())
        order = self._order
        if order.scheduler:
            from cchc_xl.consolidate.cluster import read_there

            return read_there(paths, order.form_name, order.units, order.scheduler, order.batch)
        return read_here(paths, order.form_name, order.units, order.jobs)

    def _keep(self, number: int, read: Read) -> None:
        record = decode(read.data)
        key = next(self._store.rows("SELECT key FROM file WHERE number = ?", number))[0]
        if record.kind != REFUSED and not key:
            # It changed into something else between hashing and reading.
            record = Record(REFUSED, "changed", "Tệp thay đổi trong khi đọc. Chạy lại.")
        elif read.lasting and key:
            self._store.put(key, read.data)
        register(self._store, number, record, self._known)

    def fold(self, fold: Fold) -> tuple[Level, ...]:
        """Everything that was chosen, file by file."""
        with FactsWriter(self._order.facts, self._setting.form) as facts:
            for record, path, units in self.chosen():
                if record.kind == RESULT:
                    fold.add_result((line for line in record.sums if line.unit in self._known), record.covered)
                for delivered in record.delivered:
                    if delivered.unit in units:
                        fold.add(delivered.unit, delivered.answers)
                        facts.add(delivered, path)
                keep_remarks(self._store, record, path, units)
        return tuple(fold.levels())

    def chosen(self) -> Iterator[tuple[Record, str, set[str]]]:
        """Every file that counts, with its path and the units that count from it."""
        query = "SELECT number, path, key FROM file WHERE outcome = ? ORDER BY number"
        mine = "SELECT unit FROM claim WHERE file = ? AND chosen = 1"
        for number, path, key in self._store.rows(query, COUNTED):
            record = self._store.record(key)
            if record is not None:
                yield record, path, {unit for unit, in self._store.rows(mine, number)}

    def finish(self, levels: tuple[Level, ...]) -> Consolidated:
        """Writes the result and says what was done."""
        form, tree, store = self._setting.form, self._setting.tree, self._store
        store.add_findings(row for level in levels for row in node_findings(form, level, str(self._order.out or "")))
        listing = Listing(store, self._setting, self._order.kinds)
        head = {
            layout.KIND_KEY: RESULT_KIND, layout.FORM_KEY: form.id, layout.VERSION_KEY: form.version,
            layout.PERIOD_KEY: layout.period_key(form),
        }
        result = Result(
            head, levels, lambda: lines(form, tree, levels), listing.sources, listing.findings,
            lambda: listing.units(levels),
        )
        if self._order.out:
            write(result, self._order.out)
        return Consolidated(levels, outcomes(store), self._new, listing.counts(), list(listing.first(MOST_LISTED)))
