"""What goes on around a history: two runs at once, a run that is killed, a new version of the form, an odd file."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

import cchc_xl
from cchc_xl.cli.command_app import app
from cchc_xl.consolidate.run import Consolidated, Order, consolidate
from cchc_xl.errors import UserError
from cchc_xl.files import exclusive
from cchc_xl.schema import Form
from tests.consolidate_support import folded, of_form
from tests.forms_support import fill_form, sample_values, wards

pytestmark = pytest.mark.usefixtures("forms_read_once")


def answers(facts: Path) -> pd.DataFrame:
    """The history without the paths of its files."""
    return pd.read_parquet(facts / "facts").drop(columns="file")


def raised(source: list[Path], folder: Path, form: Form) -> tuple[Path, str, int]:
    """A folder with these forms, of which a ward's says one more; the ward's code and number."""
    folder.mkdir()
    for each in source:
        shutil.copy(each, folder)
    unit = wards(form)[0]
    code, value = next((code, value) for code, value in sample_values(form, unit).items() if isinstance(value, int))
    fill_form(form, unit, folder / f"{unit.id}.xlsx", {code: value + 1})
    return folder, code, value + 1


def test_runs_at_the_same_time_each_add_what_they_have_read(filled_forms: Path, form: Form, tmp_path: Path) -> None:
    units, facts, files = of_form(tmp_path / "units.csv", form), tmp_path / "facts", sorted(filled_forms.iterdir())
    orders = [Order(tuple(files[start::3]), ("city",), units, facts=facts) for start in range(3)]
    with ThreadPoolExecutor(3) as pool:
        done: list[Consolidated] = list(pool.map(consolidate, orders))
    assert pd.read_parquet(facts / "facts")["unit"].nunique() == len(files)
    assert max(each.kept.after for each in done if each.kept) == len(files)


def test_a_history_that_stays_held_is_told(tmp_path: Path) -> None:
    with (
        exclusive(tmp_path), pytest.raises(UserError, match="lần chạy khác đang ghi"), exclusive(tmp_path, 0.2),
    ):
        pass


def test_the_history_alone_may_be_asked_for(filled_forms: Path, form: Form, tmp_path: Path) -> None:
    options = ["--units", str(of_form(tmp_path / "units.csv", form)), "--by", "city"]
    run = ["consolidate", str(filled_forms), *options]
    assert app.main([*run, "--facts", str(tmp_path / "facts")], standalone_mode=False) == 0
    assert sorted(each.name for each in tmp_path.iterdir() if each.name[0] != ".") == ["facts", "units.csv"]
    with pytest.raises(UserError, match="--facts THƯ_MỤC"):
        app.main(run, standalone_mode=False)


class Begun(NamedTuple):
    """A history, and a folder with its forms, of which a ward's says one more; not to be changed."""

    facts: Path
    forms: Path
    code: str
    value: int


@pytest.fixture(scope="module")
def begun(filled_forms: Path, form: Form, tmp_path_factory: pytest.TempPathFactory) -> Begun:
    folder = tmp_path_factory.mktemp("lich_su")
    files = [filled_forms / f"{unit.id}.xlsx" for unit in wards(form)[:3]]
    folded(files, of_form(folder / "units.csv", form), ["city"], facts=folder / "facts")
    return Begun(folder / "facts", *raised(files, folder / "nop", form))


BEGUN: dict[str, Callable[[Path, float], bool]] = {
    "replaced": lambda facts, _: (facts / "replaced").exists(),
    "dictionaries": lambda facts, start: (facts / "indicators.parquet").stat().st_mtime > start,
    "units": lambda facts, start: (facts / "units.parquet").stat().st_mtime > start,
}
"""Signs that a run has begun to write."""


@pytest.mark.parametrize("sign", BEGUN)
def test_a_run_killed_while_it_writes_leaves_the_old_answers_or_the_new(
    sign: str, begun: Begun, form: Form, tmp_path: Path
) -> None:
    _, forms, code, value = begun
    units, facts = of_form(tmp_path / "units.csv", form), Path(shutil.copytree(begun.facts, tmp_path / "facts"))
    old = answers(facts)
    start = time.time()
    options = ["--units", str(units), "--by", "city", "--out", str(tmp_path / "ra.csv"), "--facts", str(facts)]
    options += ["--jobs", "1"]
    run = subprocess.Popen([sys.executable, "-m", "cchc_xl", "consolidate", str(forms), *options])
    while run.poll() is None and not BEGUN[sign](facts, start):
        time.sleep(0.001)
    run.kill()
    run.wait()
    left = answers(facts)
    assert (len(left), left["unit"].nunique()) == (len(old), old["unit"].nunique())
    assert cchc_xl.read_facts(facts)["code"].tolist() == left["code"].tolist()
    folded([forms], units, ["city"], facts=facts)
    unit, now = wards(form)[0].id, answers(facts)
    assert now[(now["unit"] == unit) & (now["code"] == code)]["value"].tolist() == [value]
    before = pd.read_parquet(facts / "replaced")
    assert set(before[(before["unit"] == unit) & (before["code"] == code)]["value"]) == {value - 1}


OLD_NAME, NEW_NAME = "ho_so_xa_tiep_nhan", "ho_so_xa_nhan_moi"


def test_a_new_version_of_the_form_keeps_what_the_old_one_has_asked(
    begun: Begun, filled_forms: Path, form: Form, tmp_path: Path
) -> None:
    units, facts = of_form(tmp_path / "units.csv", form), Path(shutil.copytree(begun.facts, tmp_path / "facts"))
    first = answers(facts)
    newer = tmp_path / "ban_moi"
    shutil.copytree(form.folder, newer)
    for table in newer.glob("*.csv"):
        table.write_text(table.read_text(encoding="utf-8").replace(OLD_NAME, NEW_NAME), encoding="utf-8")
    ward = wards(form)[0].id
    folded([filled_forms / f"{ward}.xlsx"], units, ["city"], facts=facts, form_name=str(newer), period="năm 2021")
    now, names = pd.read_parquet(facts / "facts"), pd.read_parquet(facts / "indicators.parquet")
    assert len(now) == len(first)
    assert set(now[now["unit"] == ward]["indicator"]) - set(first["indicator"]) == {NEW_NAME}
    assert {OLD_NAME, NEW_NAME} <= set(now["indicator"])
    assert now.merge(names, on=["form", "indicator"])["label"].notna().sum() == len(now)


def test_a_result_is_read_anew_where_what_stands_beside_it_has_come_later(
    filled_forms: Path, form: Form, tmp_path: Path
) -> None:
    units, lower = of_form(tmp_path / "units.csv", form), tmp_path / "duoi.csv"
    folded([filled_forms / f"{unit.id}.xlsx" for unit in wards(form)[:2]], units, ["city"], lower)
    for beside in ("facts", "units"):
        cache, companion = tmp_path / f"nho_{beside}.jsonl", tmp_path / f"duoi.{beside}.csv"
        hidden = companion.rename(tmp_path / "cat.csv")
        assert folded([lower], units, ["province"], resume=cache).files["refused"] == 1
        hidden.rename(companion)
        assert folded([lower], units, ["province"], resume=cache).files["counted"] == 1
