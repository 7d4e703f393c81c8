"""The whole job: read what is new, decide which file speaks for which unit, fold, write."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from cchc_xl.consolidate.consolidated_period import told
from cchc_xl.consolidate.decide import COUNTED, choose, outcomes, register
from cchc_xl.consolidate.facts import FactsWriter
from cchc_xl.consolidate.findings import keep_remarks, node_findings
from cchc_xl.consolidate.fold import Fold, Level
from cchc_xl.consolidate.listing import Listing
from cchc_xl.consolidate.record import RESULT, RESULT_KIND, Delivered, Record, decode
from cchc_xl.consolidate.setting import Setting, setting
from cchc_xl.consolidate.sources import COMPANION_SUFFIXES, Read, read_here
from cchc_xl.consolidate.store import File, Store, content_hash, decoded, fingerprint
from cchc_xl.consolidate.table import lines
from cchc_xl.consolidate.write import Result, refuse_target, write
from cchc_xl.findings import Finding
from cchc_xl.schema.form_model import Form
from cchc_xl.structs import Struct, replace
from cchc_xl.submissions import form_layout
from cchc_xl.submissions.incoming_files import files_in

Progress = Callable[[int, int, Path], None]
"""Told after every file: how many are done, of how many, and which."""

MOST_LISTED = 10_000
"""Findings that are told on the screen or as JSON; the result holds all of them."""


class Order(Struct, frozen=True):
    """What is asked for. `jobs` is the number of reading processes; `scheduler` the address of a Dask cluster.

    The form and the period are read in the files where nothing is said.
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
    batch: int = 0
    period: str = ""


class Consolidated(Struct):
    """What a run has done. `read` counts the files that were not known from an earlier run."""

    levels: tuple[Level, ...]
    files: dict[str, int]
    read: int
    counts: dict[str, int]
    findings: list[Finding]


def consolidate(order: Order, progress: Progress | None = None) -> Consolidated:
    """Folds the files up the hierarchy and writes the result.

    Raises `UserError`; nothing is then written. A bad file never stops the others.
    """
    if order.out:
        refuse_target(order.out)
    paths = files_in(order.places, endings=COMPANION_SUFFIXES)
    order, chosen = _resolved(order, paths)
    fold = Fold(chosen.form, chosen.tree, order.kinds)
    with _store(order, chosen) as store:
        run = _Run(order, chosen, store, progress or nobody)
        run.read(paths)
        choose(store)
        levels = run.fold(fold)
        return run.finish(levels)


def answers(order: Order) -> tuple[Form, list[tuple[Delivered, str]]]:
    """The form, and what every unit has answered with the file it stands in, decided as for consolidating."""
    paths = files_in(order.places)
    order, chosen = _resolved(order, paths)
    with _store(order, chosen) as store:
        run = _Run(order, chosen, store, nobody)
        run.read(paths)
        choose(store)
        return chosen.form, [
            (each, path) for record, path, units in run.chosen() for each in record.delivered if each.unit in units
        ]


def _resolved(order: Order, paths: Sequence[Path]) -> tuple[Order, Setting]:
    """The order with form and period, and what they mean."""
    form_name, period = told(paths, order.form_name, order.period)
    return replace(order, form_name=form_name, period=period), setting(form_name, order.units, period)


def _store(order: Order, chosen: Setting) -> Store:
    """Only records that outlive the run have to tell what they were made with."""
    return Store(order.resume, fingerprint(chosen.form.folder, order.units, order.period) if order.resume else "")


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
        numbers: Sequence[int] = range(1, len(paths) + 1)
        if self._order.resume:
            numbers = [number for number in numbers if not self._is_known(number, paths[number - 1])]
        self._new, total = len(numbers), len(paths)
        reads = zip(numbers, self._sources([paths[number - 1] for number in numbers]), strict=True)
        for done, (number, read) in enumerate(reads, total - len(numbers) + 1):
            self._keep(number, read)
            self._progress(done, total, read.path)
        self._store.commit()

    def _is_known(self, number: int, path: Path) -> bool:
        """Takes what an earlier run has read of the same file."""
        sha = content_hash(path)
        key = self._store.key(sha, path.name)
        record = self._store.record(key) if key else None
        if record is not None:
            register(self._store, File(number, str(path), sha, key), record, self._known)
        return record is not None

    def _sources(self, paths: list[Path]) -> Iterator[Read]:
        if not paths:
            return iter(())
        order = self._order
        if order.scheduler:
            from cchc_xl.consolidate.cluster import read_there

            return read_there(paths, order.form_name, order.units, order.period, order.scheduler, order.batch)
        return read_here(paths, order.form_name, order.units, order.period, order.jobs)

    def _keep(self, number: int, read: Read) -> None:
        key = self._store.key(read.sha, read.path.name)
        if read.lasting and key:
            self._store.put(key, read.data)
        register(self._store, File(number, str(read.path), read.sha, key), decode(read.data), self._known)

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
        for _, same in groupby(self._store.rows(CHOSEN, COUNTED), key=itemgetter(0)):
            (_, path, data, first), *others = same
            record = decoded(data)
            if record is not None:
                yield record, path, {unit for unit in (first, *(line[3] for line in others)) if unit}

    def finish(self, levels: tuple[Level, ...]) -> Consolidated:
        """Writes the result and says what was done."""
        form, tree, store = self._setting.form, self._setting.tree, self._store
        store.add_findings(row for level in levels for row in node_findings(form, level, str(self._order.out or "")))
        listing = Listing(store, self._setting, self._order.kinds)
        head = {
            form_layout.KIND_KEY: RESULT_KIND, form_layout.FORM_KEY: form.id, form_layout.VERSION_KEY: form.version,
            form_layout.PERIOD_KEY: form_layout.period_key(form),
        }
        result = Result(
            head, levels, lambda: lines(form, tree, levels), listing.sources, listing.findings,
            lambda: listing.units(levels),
        )
        if self._order.out:
            write(result, self._order.out)
        return Consolidated(levels, outcomes(store), self._new, listing.counts(), list(listing.first(MOST_LISTED)))


CHOSEN = (
    "SELECT number, path, data, unit FROM file JOIN record USING (key) LEFT JOIN claim ON file = number AND chosen = 1 "
    "WHERE outcome = ? ORDER BY number"
)
