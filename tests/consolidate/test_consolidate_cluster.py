"""The same fold on a Dask cluster, also when a worker is killed midway."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from cchc_xl.consolidate.run import Order, consolidate
from cchc_xl.errors import UserError
from cchc_xl.schema import Form
from tests.consolidate_support import all_tables, folded, of_form

TOP = ("province", "city")
# Dask leaves sockets and loops of a killed worker to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore")


def test_a_cluster_gives_identical_tables_though_a_worker_is_killed(
    filled_forms: Path, form: Form, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from distributed import LocalCluster

    monkeypatch.setattr("cchc_xl.consolidate.cluster.BATCH", 2)
    units = of_form(tmp_path / "units.csv", form)
    here, there = tmp_path / "mot.csv", tmp_path / "cum.csv"
    folded([filled_forms], units, TOP, here)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cluster = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, worker_dashboard_address=None)
    with cluster:
        victims = list(cluster.workers.values())

        def kill(done: int, _total: int, _path: Path) -> None:
            if done == 5:
                victims.pop().process.process._process.kill()

        order = Order((filled_forms,), TOP, units, there, scheduler=cluster.scheduler_address)
        done = consolidate(order, kill)
    assert len(victims) == 1
    assert done.read == len(list(filled_forms.iterdir()))
    assert all_tables(there) == all_tables(here)


def test_a_cluster_that_does_not_answer_is_told(filled_forms: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cchc_xl.consolidate.cluster.PATIENCE", "1s")
    with pytest.raises(UserError, match="không kết nối được cụm máy"):
        folded([filled_forms], None, ["ward"], scheduler="tcp://127.0.0.1:9")
