"""Workbooks and forms that the tests share. Real files, made once, copied for each test that changes them."""

from __future__ import annotations

import gc
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib import import_module
from pathlib import Path

import pytest

from cchc_xl.declaration import load_form
from cchc_xl.macros import vba_project
from cchc_xl.master.master_book import open_master
from cchc_xl.schema import Form, begun, period_of
from cchc_xl.verbs.demo import sample_entries
from cchc_xl.verbs.recalc import recalc
from tests.books import NOW, blank_master, enter
from tests.conservation import FilledOf, filled_master, filled_once, filled_unit_form
from tests.consolidate_support import fill_all
from tests.contents import form_2021
from tests.kept_office import end
from tests.kept_readers import kept_readers
from tests.loaded_books import loaded_once
from tests.made_once import made_once

TESTS = Path(__file__).parent


SLOW = frozenset({
    "test_addin_verbs", "test_any_document", "test_arithmetic", "test_audit_import", "test_audit_mutations",
    "test_audit_reconcile", "test_catalogue", "test_check", "test_check_explained", "test_check_files",
    "test_check_previous", "test_cli", "test_collect_beside", "test_collect_decisions", "test_collect_formats",
    "test_collect_messages", "test_collect_round_trip", "test_collect_safety", "test_commune_form", "test_conservation",
    "test_conservation_office", "test_consolidate", "test_consolidate_cluster", "test_consolidate_fold",
    "test_consolidate_history", "test_consolidate_hostile", "test_consolidate_lists", "test_consolidate_memory",
    "test_consolidate_rows", "test_damage", "test_docs_python", "test_draft_form", "test_every_verb", "test_faults",
    "test_faults_files", "test_faults_forms", "test_foreign_words", "test_form_changes", "test_form_load",
    "test_form_verbs", "test_forms_build", "test_growing_random", "test_growing_tables", "test_history_kept",
    "test_hostile_files", "test_hostile_fuzz", "test_json", "test_kills", "test_kinds", "test_layout_check",
    "test_lists", "test_macros_package", "test_next_period", "test_noise", "test_nothing_followed", "test_old_fonts",
    "test_one_wrong_cell", "test_plain_xlsx", "test_printed_tables", "test_recalc", "test_report_gaps",
    "test_round_trip", "test_rules_form", "test_seal", "test_table_books", "test_table_forms",
    "test_tables", "test_tables_random", "test_template_verdicts", "test_texts_joined", "test_unusual",
    "test_workbooks",
})
"""Files that take long: whole processes, thousands of generated cases, many files. `make quick` leaves them out."""


LONGEST = (
    "test_every_verb", "test_typing", "test_nothing_followed", "test_live_verbs", "test_consolidate", "test_click",
    "test_audit_mutations", "test_macros_office", "test_consolidate_history", "test_history_kept", "test_conservation",
    "test_growing_tables", "test_layout_check", "test_conservation_office", "test_live_files", "test_audit_import",
    "test_check_files", "test_check_explained", "test_kills", "test_recalc", "test_office", "test_next_period",
    "test_round_trip", "test_consolidate_memory", "test_faults", "test_commune_form", "test_kinds", "test_cli",
)
"""Files that take longest, in this order: whoever begins with one last would let the others wait for it."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first; marks by file: long ones, those compared with the printed report, and all else."""
    if sys.platform != "win32":
        items[:] = [item for item in items if item.get_closest_marker("windows") is None]
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))
    for item in items:
        if item.path.parent.name == "consolidate":
            item.add_marker(pytest.mark.analysis)
        if item.path.stem in SLOW:
            item.add_marker(pytest.mark.slow)
        elif "golden" in item.path.stem:
            item.add_marker(pytest.mark.golden)
        elif item.get_closest_marker("office") is None:
            item.add_marker(pytest.mark.unit)


def pytest_collection_finish() -> None:
    """What was imported stays to the end; to look through it again and again took an eighth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


def pytest_sessionfinish() -> None:
    """The office that the tests of this process share."""
    end()


@pytest.fixture(scope="module", autouse=True)
def quick_disk() -> Iterator[None]:
    """Nothing that a test writes outlives a loss of power, so nobody waits until it is on the disk."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def declarations_once() -> Iterator[None]:
    """Hundreds of books are of one form that nobody changes: what it declares is read once."""
    loading = import_module("cchc_xl.declaration.load_form")
    shipped, read = lru_cache(loading.read_place), loading.read_place
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            loading, "read_place",
            lambda place: (shipped if loading.forms_folder() in place.parents else read)(place),
        )
        yield


@pytest.fixture(scope="session", autouse=True)
def kept_for_the_tests() -> Iterator[None]:
    """Reading processes serve one run after another; what openpyxl has read, and modules once packed, are taken up
    again."""
    with kept_readers(), loaded_once(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(vba_project, "compress", lru_cache(vba_project.compress))
        yield


@pytest.fixture(scope="session")
def form() -> Form:
    """The form that comes with the package."""
    return form_2021()


@pytest.fixture(scope="session")
def small_form() -> Form:
    """Another form: other sections, other units."""
    form = load_form(TESTS / "forms" / "xa")
    return begun(form, period_of(form, "quý III/2030"))


@pytest.fixture(scope="session")
def _filled_once(form: Form, tmp_path_factory: pytest.TempPathFactory) -> Path:
    def make(folder: Path) -> None:
        blank_master(form, path := folder / "filled.xlsx")
        enter(path, sample_entries(form))
        recalc(path, NOW)

    return made_once(tmp_path_factory, "so", make) / "filled.xlsx"


@pytest.fixture
def filled(_filled_once: Path, tmp_path: Path) -> Path:
    """A copy of the master workbook with the real figures, recalculated."""
    return Path(shutil.copy(_filled_once, tmp_path / "CCHC.xlsx"))


@pytest.fixture(scope="session")
def _empty_once(form: Form, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_once(tmp_path_factory, "trong", lambda folder: blank_master(form, folder / "empty.xlsx")) / "empty.xlsx"


@pytest.fixture
def empty(_empty_once: Path, tmp_path: Path) -> Path:
    """A copy of an empty master workbook."""
    return Path(shutil.copy(_empty_once, tmp_path / "CCHC.xlsx"))


@pytest.fixture(scope="session")
def filled_forms(form: Form, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the filled form of every unit; not to be changed."""
    return made_once(tmp_path_factory, "nop", lambda folder: fill_all(form, folder))


@pytest.fixture(scope="module")
def filled_masters(small_form: Form, tmp_path_factory: pytest.TempPathFactory) -> FilledOf:
    """Masters whose numbers stand nowhere else; not to be changed."""
    return filled_once(small_form, lambda form: tmp_path_factory.mktemp("so") / f"{form.id}.xlsx", filled_master)


@pytest.fixture(scope="module")
def filled_unit_forms(small_form: Form, tmp_path_factory: pytest.TempPathFactory) -> FilledOf:
    """Forms of units of the same kind."""
    return filled_once(
        small_form, lambda form: tmp_path_factory.mktemp("bieu") / f"{form.units[0].id}.xlsx", filled_unit_form
    )


@pytest.fixture
def small(small_form: Form, tmp_path: Path) -> Path:
    """An empty master of the small form."""
    path = tmp_path / "xa.xlsx"
    blank_master(small_form, path)
    return path


@pytest.fixture
def typed() -> Callable[[Path, str, str, object], None]:
    """Types one raw value into a cell, whatever the cell is for."""
    def put(path: Path, sheet: str, address: str, value: object) -> None:
        master = open_master(path)
        master.workbook.sheet(sheet).put(address, value)  # type: ignore[arg-type]
        master.workbook.commit()

    return put
