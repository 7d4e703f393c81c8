"""The command line as a person runs it: a real process, exit statuses, one JSON object, messages in Vietnamese."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from cchc_xl.cli.command_app import HEADS, app, described
from cchc_xl.rule_registry import Finding, Severity
from cchc_xl.values import Address
from tests.master.test_recalc import Typed, place

COLUMNS = ("rule", "severity", "unit", "indicator", "file", "sheet", "cell", "message", "suggestion", "explained")

ROOT = Path(__file__).parents[2]


def cchc(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cchc_xl", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=120)


def as_json(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(done.stdout)
    return parsed


def test_a_clean_workbook_ends_with_zero(filled: Path) -> None:
    done = cchc("check", filled)
    assert (done.returncode, done.stderr) == (0, "")
    assert "0 bắt buộc sửa" in done.stdout


def test_an_error_ends_with_one_and_names_its_cell(filled: Path, typed: Typed) -> None:
    sheet, address = place(filled, "I.1.2", "thanh_pho")
    typed(filled, sheet, address, 24)
    done = cchc("check", filled, "--json")
    assert done.returncode == 1
    error = next(each for each in as_json(done)["findings"] if each["severity"] == "error")
    assert tuple(error) == COLUMNS
    assert (error["indicator"], error["sheet"], error["cell"]) == ("I.1.2", sheet, address)
    assert "24" in error["message"]
    assert "23" in error["message"]


def test_checking_changes_nothing(filled: Path, typed: Typed) -> None:
    sheet, address = place(filled, "I.1.2", "thanh_pho")
    typed(filled, sheet, address, Decimal("2.5"))
    before = filled.read_bytes()
    cchc("check", filled)
    assert filled.read_bytes() == before


def test_recalculating_says_what_it_did(filled: Path, typed: Typed) -> None:
    sheet, address = place(filled, "I.1.3", "thanh_pho")
    typed(filled, sheet, address, 4)
    assert "Đã ghi vào sổ." in cchc("recalc", filled).stdout
    assert "Không có gì thay đổi" in cchc("recalc", filled).stdout


def test_a_missing_file_ends_with_two_and_says_so() -> None:
    done = cchc("recalc", "khong_co.xlsx")
    assert done.returncode == 2
    assert "khong_co.xlsx: không tìm thấy tệp. Kiểm tra lại đường dẫn." in done.stderr
    assert not Path(".khong_co.xlsx.khoa").exists()
    assert "Traceback" not in done.stderr


def test_a_missing_argument_ends_with_two_in_vietnamese() -> None:
    done = cchc("recalc")
    assert done.returncode == 2
    assert "Lệnh chưa đúng" in done.stderr


def test_an_error_is_one_json_object_too() -> None:
    done = cchc("check", "khong_co.xlsx", "--json")
    assert done.returncode == 2
    assert as_json(done)["error"]["where"] == "khong_co.xlsx"


def test_a_report_is_refused_while_a_figure_must_be_mended(filled: Path, typed: Typed, tmp_path: Path) -> None:
    sheet, address = place(filled, "I.1.2", "thanh_pho")
    typed(filled, sheet, address, 24)
    done = cchc("report", filled, "--out", tmp_path / "bc.docx")
    assert done.returncode == 2
    assert "I.1.2" in done.stderr
    assert not (tmp_path / "bc.docx").exists()
    assert cchc("report", filled, "--out", tmp_path / "bc.docx", "--draft").returncode == 0
    assert (tmp_path / "bc.docx").exists()


def test_help_lists_the_verbs_in_vietnamese() -> None:
    done = cchc("--help")
    assert done.returncode == 0
    assert all(verb in done.stdout for verb in ("demo", "new", "recalc", "check", "report"))
    without_verb = cchc()
    assert (without_verb.returncode, without_verb.stderr) == (2, done.stdout)


@pytest.mark.parametrize("verb", [[], *(verb.split() for verb in HEADS)])
def test_help_of_every_verb_is_in_vietnamese(verb: list[str]) -> None:
    """click's own words are English, and it cuts long lines off."""
    done = CliRunner().invoke(app, [*verb, "--help"])
    assert done.exit_code == 0
    assert "Cách dùng: " in done.output
    assert "Tùy chọn:" in done.output
    english = r"Usage|Options|Commands|arguments|required|default|Show this|TEXT|PATH|INTEGER|COMMAND|ARGS|OPTIONS"
    assert not re.search(english, done.output)
    assert not re.search(r" \S+\.\.\.$", done.output.partition("\n")[2], re.MULTILINE)


def test_the_demo_makes_everything_and_never_writes_over_files(tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = cchc("demo", "--out", out)
    assert done.returncode == 0, done.stderr
    shown = (ROOT / "README.md").read_text(encoding="utf-8").split("`make demo` says what it made:\n\n```\n")[1]
    told = [" ".join(line.split()) for line in done.stdout.replace(f"{out}{os.sep}", "out/").splitlines()]
    assert [line for line in told if line.startswith(("Báo cáo Word", "Kiểm tra"))] == [
        " ".join(line.split()) for line in shown.splitlines() if line.startswith(("Báo cáo Word", "Kiểm tra"))
    ], "README shows the real output"
    made = {path.name for path in out.iterdir()}
    assert {"CCHC_2021.xlsm", "BaoCao_2021.docx", "bieu_mau"} <= made
    assert len(list((out / "bieu_mau").glob("*.xlsx"))) == 22
    form = openpyxl.load_workbook(next((out / "bieu_mau").glob("*.xlsx")), data_only=True)
    assert any("không có lỗi" in str(cell.value) for row in form.worksheets[0].iter_rows() for cell in row)
    again = cchc("demo", "--out", out)
    assert again.returncode == 2
    assert "thư mục đã có tệp" in again.stderr


def test_a_new_period_starts_with_an_empty_master(tmp_path: Path) -> None:
    done = cchc("new", "--form", "2021", "--period", "năm 2021", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    assert cchc("check", tmp_path / "CCHC_2021.xlsm").returncode == 1
    assert cchc("new", "--form", "2021", "--period", "năm 2021", "--out", tmp_path).returncode == 2


def test_help_imports_neither_the_engine_nor_xml() -> None:
    program = (
        "import sys; sys.argv = ['cchc-xl', '--help']\n"
        "from cchc_xl.cli.command_app import run\nrun()\nprint(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True)
    loaded = set(done.stdout.splitlines()[-1].split())
    assert not loaded & {"lxml", "msgspec", "zipfile", "cchc_xl.schema", "cchc_xl.values", "cchc_xl.verbs.recalc"}


def test_a_finding_of_no_cell_is_told_without_a_place() -> None:
    told = described([Finding("x", Severity.INFO, "", "", (Address("", "", "ra.csv"),), "Cả nước: thiếu số.")])
    assert told == ["[Lưu ý] Cả nước: thiếu số."]
