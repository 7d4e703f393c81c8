"""The history of periods: a Parquet dataset that any program reads, and periods beside each other."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pandas as pd
import pytest

import cchc_xl
from cchc_xl.cli.app import app
from cchc_xl.consolidate.facts import period_of, read_facts
from cchc_xl.consolidate.history import compare, read_mapping
from cchc_xl.errors import UserError
from cchc_xl.form import Form
from tests.consolidate_support import folded, of_form
from tests.forms_support import fill_form, sample_values, wards


@pytest.fixture(scope="module")
def facts(filled_forms: Path, form: Form, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lich_su")
    folded([filled_forms], of_form(folder / "units.csv", form), ["city"], facts=folder / "facts")
    return folder / "facts"


def test_pandas_and_duckdb_read_the_same_history(facts: Path, form: Form) -> None:
    table = pd.read_parquet(facts)
    assert list(table.columns) == [
        "form", "unit", "code", "indicator", "value", "whole", "text", "status", "file", "address", "period",
    ]
    assert set(table["period"]) == {period_of(form)}
    query = f"SELECT sum(value), count(*) FROM read_parquet('{facts}/*/*.parquet', hive_partitioning = true)"
    total, count = duckdb.sql(query).fetchall()[0]
    assert (total, count) == (pytest.approx(table["value"].sum()), len(table))


def test_every_fact_names_its_cell(facts: Path, form: Form) -> None:
    unit = wards(form)[0]
    table = read_facts(facts, period_of(form)).to_pandas()
    mine = table[(table["unit"] == unit.id) & (table["status"] == "value")].set_index("code")
    values = {code: value for code, value in sample_values(form, unit).items() if isinstance(value, int)}
    assert {code: mine.loc[code, "value"] for code in values} == values
    assert all("!" in address for address in mine["address"])
    assert all(Path(file).name == f"{unit.id}.xlsx" for file in mine["file"])


def test_writing_a_period_again_replaces_the_units_that_were_read_and_no_others(
    filled_forms: Path, form: Form, tmp_path: Path
) -> None:
    units, facts, unit = of_form(tmp_path / "units.csv", form), tmp_path / "facts", wards(form)[0]
    folded([filled_forms], units, ["city"], facts=facts)
    first = pd.read_parquet(facts)
    other = Path(shutil.copytree(next(facts.iterdir()), facts / "period=2001-01-01_2001-12-31"))
    one = Path(shutil.copy(filled_forms / f"{unit.id}.xlsx", tmp_path))
    code, value = next((code, value) for code, value in sample_values(form, unit).items() if isinstance(value, int))
    fill_form(form, unit, one, {code: value + 1})
    kept = folded([one], units, ["city"], facts=facts).kept
    count = first["unit"].nunique()
    assert kept is not None
    assert (kept.before, kept.after, kept.written) == (count, count, 1)
    table = pd.read_parquet(facts)
    now = table[table["period"] == period_of(form)]
    assert len(now) == len(first)
    assert now[(now["unit"] == unit.id) & (now["code"] == code)]["value"].tolist() == [value + 1]
    assert len(pd.read_parquet(other)) == len(first)
    replaced = [path for path in facts.iterdir() if path.name.endswith(".cu")]
    assert len(pd.read_parquet(replaced[0] / "so_lieu.parquet")) == len(first), "what was replaced is kept"


def test_two_provinces_write_the_same_period_into_one_history(filled_forms: Path, form: Form, tmp_path: Path) -> None:
    units, facts = of_form(tmp_path / "units.csv", form), tmp_path / "facts"
    files = sorted(filled_forms.iterdir())
    folded(files[:9], units, ["city"], facts=facts)
    folded(files[9:], units, ["city"], facts=facts)
    assert pd.read_parquet(facts)["unit"].nunique() == len(files)


def test_a_run_that_reads_no_answer_leaves_the_history_as_it_is(
    filled_forms: Path, form: Form, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    units, facts, lower = of_form(tmp_path / "units.csv", form), tmp_path / "facts", tmp_path / "duoi.parquet"
    folded([filled_forms], units, ["city"], lower, facts=facts)
    before = pd.read_parquet(facts)
    broken = tmp_path / "hong.xlsx"
    broken.write_bytes(b"PK nothing")
    for place in (lower, broken):
        arguments = [str(place), "--units", str(units), "--by", "city", "--out", str(tmp_path / "ra.csv")]
        app.main(["consolidate", *arguments, "--facts", str(facts)], standalone_mode=False)
        assert "Tập số liệu giữ nguyên" in capsys.readouterr().out
        pd.testing.assert_frame_equal(pd.read_parquet(facts), before)


def test_forms_that_give_nothing_are_told_beside_the_table(filled_forms: Path, form: Form, tmp_path: Path) -> None:
    good = Path(shutil.copy(filled_forms / f"{wards(form)[0].id}.xlsx", tmp_path))
    broken = tmp_path / "hong.xlsx"
    broken.write_bytes(b"PK nothing")
    with pytest.warns(UserWarning, match="1 tệp không được tính"):
        table = cchc_xl.read_forms([good, broken])
    assert [path for path, _ in table.attrs["refused"]] == [str(broken)]
    for nothing in (broken, tmp_path / "khong_co"):
        with pytest.raises(UserError, match="không tệp nào được tính"):
            cchc_xl.read_forms(nothing)


def test_read_forms_gives_the_same_lines_as_the_history(facts: Path, filled_forms: Path) -> None:
    read, kept = cchc_xl.read_forms(filled_forms), pd.read_parquet(facts).astype({"unit": str, "code": str})
    order = ["unit", "code"]
    left, right = (each.sort_values(order).reset_index(drop=True).astype({"value": float}) for each in (read, kept))
    assert list(left["value"].fillna(-1)) == list(right["value"].fillna(-1))
    assert list(left["address"]) == list(right["address"])


def frame(lines: list[tuple[str, str, float | None]]) -> pd.DataFrame:
    return pd.DataFrame(lines, columns=["unit", "indicator", "value"])


def test_renamed_indicators_stand_beside_each_other(tmp_path: Path) -> None:
    path = tmp_path / "ten.csv"
    path.write_text("old,new\ncu,moi\n", encoding="utf-8")
    both = compare(
        frame([("x", "cu", 10), ("x", "khac", 0)]),
        frame([("x", "moi", 15), ("x", "khac", 3)]),
        names=read_mapping(path),
    )
    assert both.to_dict("records")[0]["indicator"] == "khac"
    assert both["percent"].isna().tolist() == [True, False]
    assert both.iloc[1][["before", "after", "change", "percent"]].tolist() == [10, 15, 5, 50]


def test_a_merged_unit_stands_beside_the_sum_of_its_predecessors() -> None:
    before = frame([("a", "k", 1), ("b", "k", 2), ("a", "m", 5), ("c", "k", 7)])
    both = compare(before, frame([("d", "k", 4), ("d", "m", 6), ("c", "k", 8)]), predecessors={"d": ("a", "b")})
    found = {(row["unit"], row["indicator"]): row["before"] for row in both.to_dict("records")}
    assert found["d", "k"] == 3
    assert found["c", "k"] == 7
    assert pd.isna(found["d", "m"]), "one predecessor alone is not the sum"
    assert {unit for unit, _ in found} == {"c", "d"}


def test_a_unit_that_took_others_in_is_compared_with_their_sum() -> None:
    both = compare(frame([("a", "k", 1), ("b", "k", 2)]), frame([("a", "k", 4)]), predecessors={"a": ("b",)})
    assert both[["unit", "before", "after"]].to_numpy().tolist() == [["a", 3, 4]]


@pytest.mark.parametrize(("name", "text", "where", "what"), [
    ("ten.csv", "old,new\na,b\na,c\n", "dòng 3", "đã đối chiếu"),
    ("ten.csv", "old,new\na,b\nc,b\n", "dòng 3", "cùng thành"),
    ("ten.csv", "cu,moi\n", "dòng 1", "thiếu cột"),
    ("ten.toml", "names = {a = 'b', c = 'b'}", "names.c", "cùng thành"),
    ("ten.toml", "names = [", "ten.toml", "sai cú pháp"),
])
def test_a_faulty_mapping_is_told_with_its_place(name: str, text: str, where: str, what: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as caught:
        read_mapping(path)
    assert where in caught.value.where
    assert what in caught.value.what


def test_an_old_name_that_never_was_is_told() -> None:
    with pytest.raises(UserError, match="không có trong kỳ trước"):
        compare(frame([("x", "a", 1)]), frame([("x", "b", 1)]), names={"c": "b"})
