"""The history of periods: a Parquet dataset that any program reads, and periods beside each other."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pandas as pd
import pytest

import cchc_xl
from cchc_xl.cli.command_app import app
from cchc_xl.consolidate.facts import period_folder
from cchc_xl.consolidate.history import compare, read_mapping
from cchc_xl.errors import UserError
from cchc_xl.schema import Form
from cchc_xl.submissions.form_layout import period_key
from tests.consolidate_support import folded, of_form
from tests.forms_support import fill_form, sample_values, wards

pytestmark = pytest.mark.usefixtures("forms_read_once")


@pytest.fixture(scope="module")
def facts(filled_forms: Path, form: Form, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lich_su")
    folded([filled_forms], of_form(folder / "units.csv", form), ["city"], facts=folder / "facts")
    return folder / "facts"


@pytest.fixture
def history(facts: Path, tmp_path: Path) -> Path:
    """A copy of the history, to be written into."""
    return Path(shutil.copytree(facts, tmp_path / "facts"))


COLUMNS = [
    "period", "first_day", "last_day", "form", "unit", "code", "indicator", "kind", "total", "value", "part", "whole",
    "text", "status", "file", "address",
]


def test_pandas_and_duckdb_read_the_same_history(facts: Path, form: Form) -> None:
    table = pd.read_parquet(facts / "facts")
    assert list(table.columns) == COLUMNS
    assert set(table["period"]) == {period_key(form)}
    assert {(day.year, day.month) for day in table["last_day"]} == {(form.period.last.year, form.period.last.month)}
    query = f"SELECT sum(value), count(*) FROM '{facts}/facts/*/*.parquet'"
    total, count = duckdb.sql(query).fetchall()[0]
    assert (total, count) == (pytest.approx(table["value"].sum()), len(table))


def test_dictionaries_lie_beside_the_facts(facts: Path, form: Form) -> None:
    names, units = pd.read_parquet(facts / "indicators.parquet"), pd.read_parquet(facts / "units.parquet")
    table = pd.read_parquet(facts / "facts")
    assert table.merge(names, on=["form", "indicator"])["label"].notna().sum() == len(table)
    assert set(table["unit"]) <= set(units["unit"])
    assert {"label", "measure", "kind", "total", "section", "section_title"} <= set(names.columns)
    assert {"name", "kind", "parent", "valid_from", "valid_to"} <= set(units.columns)


def test_every_fact_names_its_cell(facts: Path, form: Form) -> None:
    unit = wards(form)[0]
    table = cchc_xl.read_facts(facts, period_key(form))
    mine = table[(table["unit"] == unit.id) & (table["status"] == "value")].set_index("code")
    values = {code: value for code, value in sample_values(form, unit).items() if isinstance(value, int)}
    assert {code: mine.loc[code, "value"] for code in values} == values
    assert all("!" in address for address in mine["address"])
    assert all(Path(file).name == f"{unit.id}.xlsx" for file in mine["file"])


def changed_form(filled_forms: Path, form: Form, folder: Path) -> tuple[Path, str, int]:
    """The form of a ward with one number more."""
    unit = wards(form)[0]
    path = Path(shutil.copy(filled_forms / f"{unit.id}.xlsx", folder))
    code, value = next((code, value) for code, value in sample_values(form, unit).items() if isinstance(value, int))
    fill_form(form, unit, path, {code: value + 1})
    return path, code, value + 1


def test_writing_a_period_again_replaces_the_units_that_were_read_and_no_others(
    filled_forms: Path, history: Path, form: Form, tmp_path: Path
) -> None:
    units, facts, unit = of_form(tmp_path / "units.csv", form), history, wards(form)[0].id
    first = pd.read_parquet(facts / "facts")
    other = facts / "facts" / "2001-01-01_2001-12-31"
    shutil.copytree(next((facts / "facts").iterdir()), other)
    one, code, value = changed_form(filled_forms, form, tmp_path)
    kept = folded([one], units, ["city"], facts=facts).kept
    count = first["unit"].nunique()
    assert kept is not None
    assert (kept.before, kept.after, kept.written) == (count, count, 1)
    now = pd.read_parquet(facts / "facts" / period_folder(form))
    assert len(now) == len(first)
    assert now[(now["unit"] == unit) & (now["code"] == code)]["value"].tolist() == [value]
    assert len(pd.read_parquet(other)) == len(first)
    old = pd.read_parquet(facts / "replaced")
    assert set(old["unit"]) == {unit}
    assert old[old["code"] == code]["value"].tolist() == [value - 1], "what was replaced is kept"
    again = folded([one], units, ["city"], facts=facts).kept
    assert again is not None
    assert again.replaced == 0, "the same answers replace nothing"
    assert len(list((facts / "replaced").iterdir())) == 1


def test_other_units_and_old_answers_go_only_where_it_is_asked_for(
    filled_forms: Path, history: Path, form: Form, tmp_path: Path
) -> None:
    units, facts = of_form(tmp_path / "units.csv", form), history
    one, _, _ = changed_form(filled_forms, form, tmp_path)
    kept = folded([one], units, ["city"], facts=facts, whole=True, forget=True).kept
    assert kept is not None
    assert (kept.before, kept.after) == (len(list(filled_forms.iterdir())), 1)
    assert kept.replaced > 0
    assert not (facts / "replaced").exists()


def test_a_result_carries_its_facts_to_the_next_level(
    facts: Path, filled_forms: Path, form: Form, tmp_path: Path
) -> None:
    units, carried = of_form(tmp_path / "units.csv", form), tmp_path / "facts"
    files = sorted(filled_forms.iterdir())
    for number, mine in enumerate((files[:9], files[9:])):
        folded(mine, units, ["city"], tmp_path / f"duoi{number}.parquet")
    lower = [tmp_path / "duoi0.parquet", tmp_path / "duoi1.parquet"]
    kept = folded(lower, units, ["province"], facts=carried).kept
    assert kept is not None
    assert kept.after == len(files)
    pd.testing.assert_frame_equal(pd.read_parquet(carried / "facts"), pd.read_parquet(facts / "facts"))


def test_a_result_without_its_answers_says_that_it_can_not_be_taken_higher(
    filled_forms: Path, form: Form, tmp_path: Path
) -> None:
    units, lower = of_form(tmp_path / "units.csv", form), tmp_path / "duoi.csv"
    folded([filled_forms], units, ["city"], lower)
    (tmp_path / "duoi.facts.csv").unlink()
    done = folded([lower], units, ["province"])
    assert done.files["refused"] == 1
    assert "không mang theo câu trả lời" in done.findings[0].message


def test_two_provinces_write_the_same_period_into_one_history(filled_forms: Path, form: Form, tmp_path: Path) -> None:
    units, facts = of_form(tmp_path / "units.csv", form), tmp_path / "facts"
    files = sorted(filled_forms.iterdir())
    folded(files[:9], units, ["city"], facts=facts)
    folded(files[9:], units, ["city"], facts=facts)
    assert pd.read_parquet(facts / "facts")["unit"].nunique() == len(files)


def test_a_run_that_reads_no_answer_changes_nothing(
    history: Path, form: Form, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    units, facts, broken = of_form(tmp_path / "units.csv", form), history, tmp_path / "hong.xlsx"
    before = pd.read_parquet(facts / "facts")
    broken.write_bytes(b"PK nothing")
    arguments = [
        str(broken),
        "--form",
        "2021",
        "--period",
        "năm 2021",
        "--units",
        str(units),
        "--by",
        "city",
        "--out",
        str(tmp_path / "ra.csv"),
    ]
    assert app.main(["consolidate", *arguments, "--facts", str(facts)], standalone_mode=False) == 2
    assert "không ghi gì" in capsys.readouterr().out
    assert not (tmp_path / "ra.csv").exists()
    pd.testing.assert_frame_equal(pd.read_parquet(facts / "facts"), before)


def test_a_damaged_or_foreign_history_is_told_and_left_alone(
    filled_forms: Path, history: Path, form: Form, tmp_path: Path
) -> None:
    units, facts = of_form(tmp_path / "units.csv", form), history
    place = next((facts / "facts").rglob("*.parquet"))
    place.write_bytes(b"PAR1 nothing PAR1")
    with pytest.raises(UserError, match="tệp hỏng"):
        folded([filled_forms], units, ["city"], facts=facts)
    assert place.read_bytes() == b"PAR1 nothing PAR1"
    (tmp_path / "cu" / "period=2020_2021").mkdir(parents=True)
    with pytest.raises(UserError, match="cách ghi cũ"):
        folded([filled_forms], units, ["city"], facts=tmp_path / "cu")


def test_forms_that_give_nothing_are_told_beside_the_table(filled_forms: Path, form: Form, tmp_path: Path) -> None:
    good = Path(shutil.copy(filled_forms / f"{wards(form)[0].id}.xlsx", tmp_path))
    broken = tmp_path / "hong.xlsx"
    broken.write_bytes(b"PK nothing")
    with pytest.warns(UserWarning, match="1 tệp không được tính"):
        table = cchc_xl.read_forms([good, broken])
    assert [line["file"] for line in table.attrs["refused"]] == [str(broken)]
    for nothing in (broken, tmp_path / "khong_co"):
        with pytest.raises(UserError, match="không tệp nào được tính"):
            cchc_xl.read_forms(nothing)


def test_read_forms_gives_the_same_lines_as_the_history(facts: Path, filled_forms: Path) -> None:
    read, kept = cchc_xl.read_forms(str(filled_forms)), pd.read_parquet(facts / "facts")
    days = ["first_day", "last_day"]
    kept[days] = kept[days].astype("datetime64[us]")
    pd.testing.assert_frame_equal(read, kept, check_dtype=False)
    pd.testing.assert_frame_equal(cchc_xl.read_facts(str(facts)), read)


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


ROLL_UPS = [
    # total, kind, values of the two predecessors, what they come to
    ("sum", "count", (3, 4), 7),
    ("same", "count", (145, 145), 145),
    ("same", "count", (145, 150), None),
    ("count_yes", "count", (1, 1), 1),
    ("count_yes", "count", (1, 0), None),
    ("city", "count", (2, 3), 5),
    ("city", "yes_no", (1, 1), 1),
    ("none", "decimal", (2.5, 2.5), 2.5),
    ("none", "decimal", (2.5, 3), None),
]


@pytest.mark.parametrize(("total", "kind", "values", "expected"), ROLL_UPS)
def test_a_merged_unit_is_compared_as_the_indicator_adds_up(
    total: str, kind: str, values: tuple[float, float], expected: float | None
) -> None:
    before = frame([("a", "k", values[0]), ("b", "k", values[1])]).assign(total=total, kind=kind)
    both = compare(before, frame([("d", "k", 1)]), predecessors={"d": ("a", "b")})
    assert both["before"].fillna(-1).tolist() == [-1 if expected is None else expected]


def test_a_rate_of_a_merged_unit_is_made_of_the_sums() -> None:
    before = frame([("a", "k", 50), ("b", "k", 100)]).assign(total="ratio", kind="percent")
    before = before.assign(part=[5, 90], whole=[10, 90])
    both = compare(before, frame([("d", "k", 95)]), predecessors={"d": ("a", "b")})
    assert both["before"].tolist() == [95]


def test_counts_of_several_units_are_added_where_nodes_merge() -> None:
    before = frame([("a", "k", 10), ("b", "k", 5)]).assign(total="count_yes", kind="count", expected=[12, 9])
    assert compare(before, frame([("d", "k", 15)]), predecessors={"d": ("a", "b")})["before"].tolist() == [15]


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".xlsx"])
def test_results_are_compared_as_the_program_writes_them(
    suffix: str, filled_forms: Path, form: Form, tmp_path: Path
) -> None:
    units, out = of_form(tmp_path / "units.csv", form), tmp_path / f"ra{suffix}"
    folded([filled_forms], units, ["city"], out)
    both = compare(out, str(out))
    assert len(both) > 100
    assert both["change"].abs().sum() == 0
    assert set(both["status_before"]) <= {"complete", "partial"}


def test_a_whole_history_is_not_compared_by_mistake(facts: Path) -> None:
    table = pd.read_parquet(facts / "facts")
    other = table.assign(period="2001-01-01/2001-12-31")
    with pytest.raises(UserError, match="một bên có 2 kỳ"):
        compare(pd.concat([table, other]), table)


@pytest.mark.parametrize(("titles", "unit", "what"), [
    (("Mã đơn vị", "Tên máy", "Giá trị"), "x", "không có đủ cột unit, indicator, value"),
    (("unit", "indicator", "value"), 7, "cột unit là số"),
])
def test_a_table_that_would_be_compared_with_nothing_is_refused(
    titles: tuple[str, ...], unit: str | int, what: str
) -> None:
    table = pd.DataFrame([(unit, "k", 1)], columns=list(titles))
    with pytest.raises(UserError, match=what):
        compare(table, frame([("007", "k", 1)]))
    assert compare(frame([]), frame([("007", "k", 1)]))["after"].tolist() == [1]


def test_two_forms_are_not_compared_as_one() -> None:
    with pytest.raises(UserError, match="nhiều dòng của “x” ở chỉ tiêu k"):
        compare(frame([("x", "k", 1), ("x", "k", 2)]), frame([("x", "k", 1)]))
