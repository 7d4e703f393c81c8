"""Forms, masters and results fold to the same figures, however they are cut into processes and levels."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from cchc_xl.cli.command_app import app
from cchc_xl.consolidate.run import Order, consolidate
from cchc_xl.consolidate.write import _csv_bytes
from cchc_xl.errors import UserError
from cchc_xl.schema import Form
from cchc_xl.verbs.recalc import compute
from cchc_xl.writing.vietnamese_numbers import in_table
from tests.consolidate_support import all_tables, folded, hierarchy, of_form, outcomes, rows, texts
from tests.forms_support import fill_form, sample_values, wards

TOP = ("province", "city")


@pytest.fixture
def units(form: Form, tmp_path: Path) -> Path:
    return of_form(tmp_path / "units.csv", form)


def test_every_form_consolidated_equals_the_masters_figures(
    filled_forms: Path, filled: Path, units: Path, form: Form, tmp_path: Path
) -> None:
    figures = compute(filled).figures
    out = tmp_path / "ra.csv"
    folded([filled_forms], units, TOP, out, jobs=2)
    expected = {code: in_table(figure.value) for code, figure in figures.items()}
    assert texts(out, form.units[-1].id) == expected
    assert texts(out, "tinh") == expected


def test_the_wards_alone_give_the_masters_ward_figures(
    filled_forms: Path, filled: Path, form: Form, tmp_path: Path
) -> None:
    mine = wards(form)
    units = hierarchy(
        tmp_path / "u.csv", ["t,Thành phố,top", *(f"{unit.id},{unit.name},{unit.kind},t,,,,phường" for unit in mine)]
    )
    out = tmp_path / "ra.csv"
    folded([filled_forms / f"{unit.id}.xlsx" for unit in mine], units, ["top"], out)
    figures = compute(filled).figures
    of_wards = [row.code for row in form.indicators() if row.reported_by == (mine[0].kind,)]
    assert len(of_wards) > 20
    found = texts(out, "t")
    assert {code: found[code] for code in of_wards} == {code: in_table(figures[code].value) for code in of_wards}


def test_one_process_and_two_give_identical_tables(filled_forms: Path, units: Path, tmp_path: Path) -> None:
    made = []
    for jobs in (1, 2):
        out = tmp_path / f"ra{jobs}.csv"
        folded([filled_forms], units, TOP, out, jobs=jobs)
        made.append(all_tables(out))
    assert len(made[0]) == 4
    assert made[0] == made[1]


def test_a_master_gives_what_its_units_forms_give(
    filled_forms: Path, filled: Path, units: Path, tmp_path: Path
) -> None:
    one, two = tmp_path / "bieu.csv", tmp_path / "so.csv"
    folded([filled_forms], units, TOP, one)
    folded([filled], units, TOP, two)
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".parquet"])
def test_the_result_of_one_level_is_an_input_of_the_next(
    suffix: str, filled_forms: Path, units: Path, form: Form, tmp_path: Path
) -> None:
    whole, lower, upper = tmp_path / "mot.csv", tmp_path / f"duoi{suffix}", tmp_path / "tren.csv"
    folded([filled_forms], units, TOP, whole)
    folded([filled_forms], units, ["city"], lower)
    folded([lower], units, TOP, upper)
    assert upper.read_bytes() == whole.read_bytes()
    told = [{**row, "Tệp": ""} for row in rows(tmp_path / "tren.kiem_tra.csv")]
    assert told == [{**row, "Tệp": ""} for row in rows(tmp_path / "mot.kiem_tra.csv")]


def test_late_forms_are_added_to_a_result_and_those_inside_it_are_not(
    filled_forms: Path, units: Path, form: Form, tmp_path: Path
) -> None:
    files = sorted(filled_forms.iterdir())
    whole, lower, upper = tmp_path / "mot.csv", tmp_path / "duoi.xlsx", tmp_path / "tren.csv"
    folded(files, units, TOP, whole)
    folded(files[3:], units, ["city"], lower)
    done = folded([lower, *files[:5]], units, TOP, upper)
    assert upper.read_bytes() == whole.read_bytes()
    assert done.files == {"Chưa tính": 2, "Đã tính": 4}
    assert {finding.rule for finding in done.findings} >= {"already_counted"}


def test_results_that_overlap_are_told_and_counted_once(filled_forms: Path, units: Path, tmp_path: Path) -> None:
    lower, again, upper = tmp_path / "a.xlsx", tmp_path / "b.xlsx", tmp_path / "tren.csv"
    folded([filled_forms], units, ["city"], lower)
    folded(sorted(filled_forms.iterdir())[:3], units, ["city"], again)
    done = folded([lower, again], units, ["province"], upper)
    assert done.files == {"Chưa tính": 1, "Đã tính": 1}
    assert any(finding.rule == "overlap" and finding.severity == "error" for finding in done.findings)


def test_completeness_names_who_is_missing(filled_forms: Path, form: Form, tmp_path: Path) -> None:
    mine = wards(form)
    lines = ["t,Thành phố,top", *(f"{unit.id},{unit.name},{unit.kind},t,,,,phường" for unit in mine)]
    out = tmp_path / "ra.csv"
    folded([filled_forms / f"{unit.id}.xlsx" for unit in mine[2:]], hierarchy(tmp_path / "u.csv", lines), ["top"], out)
    line = next(row for row in rows(out) if row["completeness"])
    assert line["completeness"] == f"{len(mine) - 2}/{len(mine)} phường; thiếu {mine[0].name}, {mine[1].name}"
    assert (line["status"], line["expected"], line["answered"]) == ("partial", str(len(mine)), str(len(mine) - 2))


def test_the_newest_submission_counts_and_a_copy_counts_once(filled_forms: Path, form: Form, tmp_path: Path) -> None:
    unit = wards(form)[0]
    folder = tmp_path / "nop"
    folder.mkdir()
    first = Path(shutil.copy(filled_forms / f"{unit.id}.xlsx", folder / "lan_dau.xlsx"))
    shutil.copy(first, folder / "lan_dau_chep.xlsx")
    second = Path(shutil.copy(first, folder / "lan_hai.xlsx"))
    code, value = next((code, value) for code, value in sample_values(form, unit).items() if isinstance(value, int))
    fill_form(form, unit, second, {code: value + 1}, turn=2)
    out = tmp_path / "ra.csv"
    folded([folder], hierarchy(tmp_path / "u.csv", [f"{unit.id},{unit.name},{unit.kind}"]), [unit.kind], out)
    assert outcomes(out) == {"lan_dau.xlsx": "Chưa tính", "lan_dau_chep.xlsx": "Chưa tính", "lan_hai.xlsx": "Đã tính"}
    assert texts(out, unit.id)[code] == f"{value + 1:,}".replace(",", ".")
    second.unlink()
    folded([folder], tmp_path / "u.csv", [unit.kind], out)
    assert outcomes(out) == {"lan_dau.xlsx": "Đã tính", "lan_dau_chep.xlsx": "Bản sao"}


def test_two_different_files_of_one_submission_are_not_guessed_between(
    filled_forms: Path, form: Form, tmp_path: Path
) -> None:
    unit = wards(form)[0]
    folder = tmp_path / "nop"
    folder.mkdir()
    one, two = (Path(shutil.copy(filled_forms / f"{unit.id}.xlsx", folder / name)) for name in ("a.xlsx", "b.xlsx"))
    code, value = next((code, value) for code, value in sample_values(form, unit).items() if isinstance(value, int))
    fill_form(form, unit, two, {code: value + 1})
    done = folded([one, two], hierarchy(tmp_path / "u.csv", [f"{unit.id},{unit.name},{unit.kind}"]), [unit.kind])
    assert done.files == {"Chưa tính": 2}
    assert {finding.rule for finding in done.findings if finding.severity == "error"} == {"conflict"}


def test_a_second_run_reads_new_and_changed_files_only(
    filled_forms: Path, units: Path, form: Form, tmp_path: Path
) -> None:
    folder, cache, out = tmp_path / "nop", tmp_path / "nho.db", tmp_path / "ra.csv"
    shutil.copytree(filled_forms, folder)
    count = len(list(folder.iterdir()))
    assert folded([folder], units, TOP, out, resume=cache).read == count
    before = all_tables(out)
    assert folded([folder], units, TOP, out, resume=cache).read == 0
    assert all_tables(out) == before
    unit = wards(form)[0]
    fill_form(form, unit, folder / f"{unit.id}.xlsx", {}, turn=2)
    assert folded([folder], units, TOP, out, resume=cache).read == 1


def test_stopping_leaves_no_half_file_and_keeps_what_was_read(filled_forms: Path, units: Path, tmp_path: Path) -> None:
    out, cache, facts = tmp_path / "ra.xlsx", tmp_path / "nho.db", tmp_path / "lich_su"
    order = Order((filled_forms,), TOP, units, out, resume=cache, facts=facts)

    def stop(done: int, _total: int, _path: Path) -> None:
        if done == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        consolidate(order, stop)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["nho.db", "units.csv"]
    count = len(list(filled_forms.iterdir()))
    assert consolidate(order).read == count - 7


def test_an_unknown_level_and_a_missing_folder_are_told_before_any_reading(
    filled_forms: Path, units: Path, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match="cấp “xa”"):
        folded([filled_forms], units, ["xa"])
    with pytest.raises(UserError, match=r"\.xlsx, \.csv hoặc \.parquet"):
        folded([filled_forms], units, TOP, tmp_path / "ra.doc")
    with pytest.raises(UserError, match="không có thư mục"):
        folded([filled_forms], units, TOP, tmp_path / "chua_co" / "ra.csv")


def test_the_workbook_has_a_page_to_read_and_tidy_tables(
    filled_forms: Path, units: Path, form: Form, tmp_path: Path
) -> None:
    out = tmp_path / "ra.xlsx"
    folded([filled_forms], units, TOP, out)
    book = openpyxl.load_workbook(out)
    assert book.sheetnames[:5] == ["Tổng hợp", "Số liệu", "Đơn vị", "Kiểm tra", "Nguồn"]
    assert [cell.value for cell in book["Tổng hợp"][1]][3:] == ["Tỉnh", form.units[-1].name]
    assert book["Số liệu"].max_row == 1 + 2 * len(list(form.indicators()))


def test_the_verb_prints_one_json_object_and_the_status_tells_of_errors(
    filled_forms: Path, units: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "hong.xlsx"
    broken.write_bytes(b"PK\x03\x04 nothing")
    out = tmp_path / "ra.csv"
    arguments = [
        str(filled_forms),
        str(broken),
        "--units",
        str(units),
        "--by",
        "province,city",
        "--out",
        str(out),
        "--json",
    ]
    assert app.main(["consolidate", *arguments], standalone_mode=False) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["findings"][0] | {"message": ""} == {
        "rule": "damaged",
        "severity": "error",
        "unit": "",
        "indicator": "",
        "file": str(broken),
        "sheet": "",
        "cell": "",
        "message": "",
        "suggestion": "",
    }
    assert told["files"]["Từ chối"] == 1
    assert out.exists()


def test_in_csv_a_negative_number_stays_a_number_and_a_formula_becomes_text() -> None:
    table = _csv_bytes(("value", "text", "label"), [(Decimal("-5E+1"), "-50", "=1+1")])
    assert table.decode("utf-8-sig").splitlines() == ["value,text,label", "-50, -50, =1+1"]
