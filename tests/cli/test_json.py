"""What --json prints is what docs/json.schema.json says, for every verb and for every way of failing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cchc_xl.cli.command_app import app
from cchc_xl.findings import Finding, Severity
from cchc_xl.schema import Form
from tests.consolidate_support import of_form
from tests.forms_support import wards

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import json_schema  # noqa: E402 (lies in tools/, which is no package)

TABLE = ROOT / "tests" / "golden" / "phu_luc_2.csv"


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> Any:
    """What a verb prints, held against its type; unknown fields and other types are refused."""
    app.main([*map(str, arguments), "--json"], standalone_mode=False)
    text = capsys.readouterr().out
    return msgspec.json.decode(text, type=json_schema.Told)


def test_the_schema_in_the_docs_is_that_of_the_types() -> None:
    assert (ROOT / "docs" / "json.schema.json").read_text(encoding="utf-8") == json_schema.schema()


def test_verbs_on_a_workbook(
    filled: Path, filled_forms: Path, form: Form, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ward = filled_forms / f"{wards(form)[0].id}.xlsx"
    for arguments in (
        ("recalc", filled), ("check", filled), ("check", ward), ("status", filled), ("collect", filled, ward),
        ("report", filled, "--out", tmp_path / "bc.docx", "--draft"), ("check", tmp_path / "bc.docx"),
        ("report", filled, "--out", tmp_path / "moi.docx", "--update", tmp_path / "bc.docx", "--draft"),
        ("reconcile", filled, tmp_path / "bc.docx"), ("template", "names", "--form", "2021"),
    ):
        assert told(capsys, *arguments).schema == 1, arguments


def test_verbs_that_make_files(
    filled: Path, filled_forms: Path, form: Form, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    units = of_form(tmp_path / "units.csv", form)
    made = told(capsys, "new", "--form", form.folder, "--period", "năm 2021", "--out", tmp_path / "moi")
    assert len(made.forms) == len(list(filled_forms.iterdir()))
    assert told(capsys, "import", made.master, TABLE).written
    rest = ("--units", units, "--by", "city", "--out", tmp_path / "ra.csv", "--facts", tmp_path / "lich_su")
    done = told(capsys, "consolidate", filled_forms, *rest)
    assert (done.files.counted, done.facts.after) == (len(made.forms), len(made.forms))


@pytest.mark.parametrize(("arguments", "verb", "code"), [
    (("check",), "check", "usage"), (("check", "a.xlsx", "--khong-co"), "check", "usage"), (("xoa",), "xoa", "usage"),
    (("recalc", "khong_co.xlsx"), "recalc", "could_not_run"),
    (("template", "check", "x.docx"), "template check", "could_not_run"),
])
def test_a_failure_is_one_object_too(arguments: tuple[str, ...], verb: str, code: str) -> None:
    done = subprocess.run([sys.executable, "-m", "cchc_xl", *arguments, "--json"], capture_output=True, text=True)
    failed = msgspec.json.decode(done.stdout, type=json_schema.Failed)
    assert (done.returncode, failed.verb, failed.error.code) == (2, verb, code)
    assert failed.error.what


def test_an_explained_warning_is_marked() -> None:
    finding = Finding("x", Severity.WARNING, "", "", (), "…", explained=True)
    assert finding.as_json("so.xlsx")["explained"] is True
