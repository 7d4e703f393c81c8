"""What --json prints is what docs/json.schema.json says, for every verb and for every way of failing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import click
import msgspec
import pytest

from cchc_xl.cli.command_app import app
from cchc_xl.rule_registry import Finding, Severity
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
    filled_forms: Path, form: Form, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = told(capsys, "new", "--form", form.folder, "--period", "năm 2021", "--out", tmp_path / "moi")
    assert len(made.forms) == len(list(filled_forms.iterdir()))
    assert told(capsys, "import", made.master, TABLE).written


@pytest.mark.analysis
def test_consolidate(filled_forms: Path, form: Form, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    units = of_form(tmp_path / "units.csv", form)
    rest = ("--units", units, "--by", "city", "--out", tmp_path / "ra.csv", "--facts", tmp_path / "lich_su")
    done = told(capsys, "consolidate", filled_forms, *rest)
    every = len(list(filled_forms.iterdir()))
    assert (done.files.counted, done.facts.after) == (every, every)


def test_verbs_on_forms(
    filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cchc_xl.verbs.declaration.own_forms", lambda: tmp_path / "rieng")
    book, folder, other = tmp_path / "mau.xlsx", tmp_path / "csv", tmp_path / "xa"
    home = ("--dir", tmp_path / "nha", "--profile", tmp_path / "ho_so")
    for arguments in (
        ("form", "export", "--form", "2021", "--out", book), ("form", "build", book, "--out", folder),
        ("form", "word", "2021", "--out", tmp_path / "mau.docx"), ("form", "diff", "2021", book),
        ("form", "diff", "2021", book, "--out", tmp_path / "khac.xlsx"),
        ("form", "draft", TABLE, "--out", tmp_path / "nhap.xlsx"), ("form", "check", book),
        ("form", "build", ROOT / "tests" / "forms" / "xa", "--out", other), ("form", "install", other),
        ("template", "check", tmp_path / "mau.docx", "--form", "2021"),
        ("addin", "install", *home), ("addin", "uninstall", *home), ("doctor", *home),
    ):
        assert told(capsys, *arguments).schema == 1, arguments
    _edited(folder / "chi_tieu.csv", ",Kế hoạch CCHC,", ",Kế hoạch cải cách,")
    assert told(capsys, "form", "upgrade", filled, "--form", folder).schema == 1
    _edited(folder / "chi_tieu.csv", ",Cộng,", ",Côngg,")
    fault = told(capsys, "form", "check", folder).findings[0]
    assert (fault.severity, fault.column, fault.explained) == ("error", "Cách cộng", False)


def _edited(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_every_verb_keeps_the_contract() -> None:
    every = dict(verbs(app, ()))
    assert [" ".join(name) for name, verb in every.items() if "json" not in {each.name for each in verb.params}] == []
    assert {each.__struct_config__.tag for each in get_args(json_schema.Told)} == set(map(" ".join, every))


def verbs(group: click.Group, above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every verb with its words."""
    context = click.Context(group)
    for name in group.list_commands(context):
        verb = group.get_command(context, name)
        if isinstance(verb, click.Group):
            yield from verbs(verb, (*above, name))
        elif verb is not None:
            yield (*above, name), verb


@pytest.mark.parametrize(("arguments", "verb", "code"), [
    (("form", "export"), "form export", "usage"), (("form", "xoa"), "form xoa", "usage"),
    (("check",), "check", "usage"), (("check", "a.xlsx", "--khong-co"), "check", "usage"), (("xoa",), "xoa", "usage"),
    (("recalc", "khong_co.xlsx"), "recalc", "could_not_run"),
    (("template", "check", "x.docx"), "template check", "could_not_run"),
])
def test_a_failure_is_one_object_too(arguments: tuple[str, ...], verb: str, code: str) -> None:
    command = [sys.executable, "-m", "cchc_xl", *arguments, "--json"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    failed = msgspec.json.decode(done.stdout, type=json_schema.Failed)
    assert (done.returncode, failed.verb, failed.error.code) == (2, verb, code)
    assert failed.error.what


def test_an_explained_warning_is_marked() -> None:
    finding = Finding("x", Severity.WARNING, "", "", (), "…", explained=True)
    assert finding.as_json("so.xlsx")["explained"] is True
