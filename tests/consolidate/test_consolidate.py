"""Forms, masters and results fold to the same figures, however they are cut into processes and levels."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import openpyxl
import pytest

from cchc_xl.cli.command_app import app
from cchc_xl.consolidate.engine import connect, copied
from cchc_xl.consolidate.facts import period_folder
from cchc_xl.consolidate.run import Order, consolidate
from cchc_xl.errors import UserError
from cchc_xl.master.compute_book import compute
from cchc_xl.schema import Form
from cchc_xl.schema.declaration_words import KINDS, TOTALS
from cchc_xl.writing.vietnamese_numbers import in_table
from tests.consolidate_support import all_tables, folded, hierarchy, of_form, outcomes, rows, texts
from tests.forms_support import fill_form, sample_values, wards

pytestmark = pytest.mark.usefixtures("forms_read_once")

TOP = ("province", "city")


@pytest.fixture
def units(form: Form, tmp_path: Path) -> Path:
    return of_form(tmp_path / "units.csv", form)


@pytest.fixture(scope="module")
def whole(filled_forms: Path, form: Form, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What all forms come to at every level, in two processes; not to be changed."""
    folder = tmp_path_factory.mktemp("ca_tinh")
    folded([filled_forms], of_form(folder / "units.csv", form), TOP, folder / "mot.csv", jobs=2)
    return folder / "mot.csv"


def test_every_form_consolidated_equals_the_masters_figures(
    filled_forms: Path, filled: Path, units: Path, form: Form, tmp_path: Path
) -> None:
    figures = compute(filled).figures
    out = tmp_path / "ra.csv"
    folded([filled_forms], units, TOP, out, jobs=2, every=True)
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


def test_one_process_and_two_give_identical_tables(
    whole: Path, filled_forms: Path, units: Path, tmp_path: Path
) -> None:
    out = tmp_path / "mot.csv"
    folded([filled_forms], units, TOP, out, jobs=1)
    made = all_tables(out)
    assert len(made) == 5
    assert made == all_tables(whole)


def test_a_master_gives_what_its_units_forms_give(whole: Path, filled: Path, units: Path, tmp_path: Path) -> None:
    out = tmp_path / "so.csv"
    folded([filled], units, TOP, out)
    assert out.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".parquet"])
def test_the_result_of_one_level_is_an_input_of_the_next(
    suffix: str, whole: Path, filled_forms: Path, units: Path, tmp_path: Path
) -> None:
    lower, upper = tmp_path / f"duoi{suffix}", tmp_path / "tren.csv"
    folded([filled_forms], units, ["city"], lower)
    folded([lower], units, TOP, upper)
    assert upper.read_bytes() == whole.read_bytes()
    told = [{**row, "file": Path(row["file"]).name} for row in rows(tmp_path / "tren.findings.csv")]
    expected = [{**row, "file": Path(row["file"]).name} for row in rows(whole.with_name("mot.findings.csv"))]
    assert [row for row in told if row["file"] != "tren.csv"] == [row for row in expected if row["file"] != "mot.csv"]
    facts = whole.with_name("mot.facts.csv").read_bytes()
    assert (tmp_path / "tren.facts.csv").read_bytes() == facts, "with their cells"


def test_late_forms_are_added_to_a_result_and_those_inside_it_are_not(
    whole: Path, filled_forms: Path, units: Path, tmp_path: Path
) -> None:
    files = sorted(filled_forms.iterdir())
    lower, upper = tmp_path / "duoi.xlsx", tmp_path / "tren.csv"
    folded(files[3:], units, ["city"], lower)
    done = folded([lower, *files[:5]], units, TOP, upper)
    assert upper.read_bytes() == whole.read_bytes()
    assert (done.files["held"], done.files["counted"]) == (2, 4)
    assert {finding.rule for finding in done.findings} >= {"already_counted"}


def test_results_that_overlap_are_told_and_counted_once(filled_forms: Path, units: Path, tmp_path: Path) -> None:
    lower, again, upper = tmp_path / "a.xlsx", tmp_path / "b.xlsx", tmp_path / "tren.csv"
    folded([filled_forms], units, ["city"], lower)
    folded(sorted(filled_forms.iterdir())[:3], units, ["city"], again)
    done = folded([lower, again], units, ["province"], upper)
    assert (done.files["held"], done.files["counted"]) == (1, 1)
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
    done = folded([folder], hierarchy(tmp_path / "u.csv", [f"{unit.id},{unit.name},{unit.kind}"]), [unit.kind], out)
    assert f"lan_dau.xlsx: {unit.name}: có tệp lần 2 mới hơn lần 1." in {finding.message for finding in done.findings}
    assert outcomes(out) == {"lan_dau.xlsx": "held", "lan_dau_chep.xlsx": "held", "lan_hai.xlsx": "counted"}
    assert texts(out, unit.id)[code] == f"{value + 1:,}".replace(",", ".")
    second.unlink()
    folded([folder], tmp_path / "u.csv", [unit.kind], out)
    assert outcomes(out) == {"lan_dau.xlsx": "counted", "lan_dau_chep.xlsx": "copy"}


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
    assert (done.files["held"], done.files["counted"]) == (2, 0)
    assert {finding.rule for finding in done.findings if finding.severity == "error"} == {"conflict"}


def test_a_second_run_reads_new_and_changed_files_only(
    filled_forms: Path, units: Path, form: Form, tmp_path: Path
) -> None:
    folder, cache, out = tmp_path / "nop", tmp_path / "nho.jsonl", tmp_path / "ra.csv"
    shutil.copytree(filled_forms, folder)
    count = len(list(folder.iterdir()))
    assert folded([folder], units, TOP, out, resume=cache).read == count
    before = all_tables(out)
    assert folded([folder], units, TOP, out, resume=cache).read == 0
    assert all_tables(out) == before
    unit = wards(form)[0]
    fill_form(form, unit, folder / f"{unit.id}.xlsx", {}, turn=2)
    assert folded([folder], units, TOP, out, resume=cache).read == 1


def test_damaged_lines_of_a_kept_file_are_read_anew_and_a_foreign_file_is_left_alone(
    filled_forms: Path, units: Path, tmp_path: Path
) -> None:
    cache, out = tmp_path / "nho.jsonl", tmp_path / "ra.csv"
    count = len(list(filled_forms.iterdir()))
    folded([filled_forms], units, TOP, out, resume=cache)
    before = all_tables(out)
    data = bytearray(cache.read_bytes())
    lines = [place for place, byte in enumerate(data) if byte == 10]
    data[lines[3] + 40 : lines[3] + 60] = bytes(range(128, 148))
    del data[lines[-1] - 30 :]
    cache.write_bytes(data)
    assert folded([filled_forms], units, TOP, out, resume=cache).read == 2
    assert all_tables(out) == before
    assert folded([filled_forms], units, TOP, out, resume=cache).read == 0
    foreign = tmp_path / "cua_toi.txt"
    foreign.write_text("của tôi", encoding="utf-8")
    with pytest.raises(UserError, match="không phải tệp nhớ"):
        folded([filled_forms], units, TOP, out, resume=foreign)
    assert foreign.read_text(encoding="utf-8") == "của tôi"
    assert count > 2


def test_two_runs_may_keep_what_they_read_in_one_file(filled_forms: Path, units: Path, tmp_path: Path) -> None:
    cache, files = tmp_path / "nho.jsonl", sorted(filled_forms.iterdir())
    outs = [tmp_path / f"ra{number}.csv" for number in range(2)]
    orders = [Order((filled_forms,), TOP, units, out, resume=cache) for out in outs]
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(consolidate, orders))
    assert [each.files["counted"] for each in done] == [len(files)] * 2
    assert outs[0].read_bytes() == outs[1].read_bytes()
    assert folded(files, units, TOP, resume=cache).read == 0


def test_stopping_leaves_no_half_file_and_keeps_what_was_read(filled_forms: Path, units: Path, tmp_path: Path) -> None:
    out, cache, facts = tmp_path / "ra.xlsx", tmp_path / "nho.jsonl", tmp_path / "lich_su"
    order = Order((filled_forms,), TOP, units, out, resume=cache, facts=facts)

    def stop(done: int, _total: int, _path: Path) -> None:
        if done == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        consolidate(order, stop)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["nho.jsonl", "units.csv"]
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
    folded([filled_forms], units, TOP, out, every=True)
    book = openpyxl.load_workbook(out)
    assert book.sheetnames[:7] == ["Tổng quan", "Tổng hợp", "Số liệu", "Trả lời", "Đơn vị", "Kiểm tra", "Nguồn"]
    assert [cell.value for cell in book["Tổng hợp"][1]][3:] == ["Tỉnh", form.units[-1].name]
    figures = book["Số liệu"]
    assert figures.max_row == 1 + 2 * len(list(form.indicators()))
    line_by_line = openpyxl.load_workbook(out, read_only=True)
    assert sum(1 for _ in line_by_line["Số liệu"].rows) == figures.max_row, "who reads line by line gets all of them"
    line_by_line.close()
    titles = [cell.value for cell in figures[1]]
    for title, words in (("Kiểu", KINDS), ("Cách cộng", TOTALS)):
        said = {row[titles.index(title)].value for row in figures.iter_rows(min_row=2)}
        assert said <= set(words.values()), "people read no code"
    assert all(sheet.sheet_properties.pageSetUpPr.fitToPage for sheet in book.worksheets[:7])
    first = book["Tổng quan"]
    across = {merged.min_row for merged in first.merged_cells.ranges}
    long = [cell for cell in first["A"] if cell.value and len(cell.value) > 200]
    assert long, "a finding is longer than the columns are wide: it must not make the printed page small"
    assert all(cell.row in across and cell.alignment.wrap_text for cell in long)
    assert book["Tổng hợp"].row_dimensions[2].height


def test_the_first_sheet_says_who_lacks_what_the_rates_are_and_how_they_changed(
    filled_forms: Path, units: Path, form: Form, tmp_path: Path
) -> None:
    out, facts, files = tmp_path / "ra.xlsx", tmp_path / "lich_su", sorted(filled_forms.iterdir())
    folded(files, units, TOP, facts=facts)
    now = facts / "facts" / period_folder(form)
    first, last = (day.replace(year=day.year - 1) for day in (form.period.first, form.period.last))
    before = facts / "facts" / f"{first}_{last}"
    shutil.copytree(now, before)
    con = connect()
    place = before / f"{form.id}.parquet"
    absent = wards(form)[0]
    asked = next(row for row in form.indicators() if row.reported_by == (absent.kind,) and row.total == "sum")
    then = f"CASE WHEN code = '{asked.code}' THEN 1 ELSE value + 1 END"
    con.execute(f"CREATE TABLE old AS SELECT * REPLACE ({then} AS value) FROM read_parquet('{place}')")
    con.execute(f"COPY old TO '{place}' (FORMAT parquet)")
    folded([path for path in files if path.stem != absent.id], units, TOP, out, facts=facts)
    sheet = openpyxl.load_workbook(out)["Tổng quan"]
    lines = [[cell.value for cell in row if cell.value is not None] for row in sheet.iter_rows()]
    assert ["Chưa nộp: 1 đơn vị"] in lines
    assert any(line[:1] == [absent.name] for line in lines)
    assert any(line[:1] == ["Tỷ lệ theo đơn vị (%)"] for line in lines)
    assert [f"So với kỳ trước ({len(files) - 1} đơn vị có ở cả hai kỳ)"] in lines
    changes = {str(line[0]): line[3] for line in lines if len(line) == 5}
    assert -1 in changes.values(), "one less than in the last period"
    present = [sample_values(form, unit)[asked.code] for unit in wards(form)[1:]]
    assert changes[f"{asked.label.lstrip('- ')} (Tỉnh)"] == sum(map(int, present)) - len(present), "of the same wards"
    assert sheet.conditional_formatting


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
        "explained": False,
    }
    assert told["files"]["refused"] == 1
    assert out.exists()


def test_in_csv_a_negative_number_stays_a_number_and_a_formula_becomes_text() -> None:
    query = "SELECT -50.0::DOUBLE AS value, '-50' AS text, '=1+1' AS label, '' AS none"
    with copied(connect(), query, Path("ra.csv")) as place:
        made = place.read_text(encoding="utf-8-sig")
    assert made.splitlines() == ["value,text,label,none", "-50, -50, =1+1,"]
