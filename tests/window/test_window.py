"""The window's works: each is a verb of the command line, and what is dropped on it is understood."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click
import pytest

from cchc_xl.cli.command_app import app
from cchc_xl.verbs.demo import _first_with_figures
from cchc_xl.window import __main__ as program, console_menu
from cchc_xl.window.console_menu import NO_BOOK, WORKS, Dropped, Work, dropped, work


@pytest.mark.parametrize("each", WORKS, ids=lambda each: each.key)
def test_every_work_is_a_command_that_the_command_line_takes(each: Work, tmp_path: Path) -> None:
    command = each.command(tmp_path / "CCHC_2021.xlsm", [tmp_path / "bc.docx"])
    verb = app.get_command(click.Context(app), command[0])
    assert verb is not None
    rest = command[1:]
    if isinstance(verb, click.Group):
        verb, rest = verb.get_command(click.Context(verb), rest[0]), rest[1:]
        assert verb is not None
    verb.make_context(command[0], rest)


def test_the_first_workbook_is_of_the_form_that_the_demo_shows(tmp_path: Path) -> None:
    command = work("new").command(NO_BOOK, [tmp_path])
    assert command[1:3] == ["--form", _first_with_figures().name]
    assert work("new").command(tmp_path / "CCHC_2021.xlsm", [tmp_path])[1] == "--from"


def test_what_changes_the_workbook_says_so() -> None:
    assert {each.key for each in WORKS if not each.keeps_book} == {"collect", "recalc"}


@pytest.fixture
def folder(filled: Path, tmp_path: Path) -> Path:
    """A folder of an office: master, forms, a report."""
    place = tmp_path / "Báo cáo (quý I) & phụ lục"
    (place / "bieu_mau").mkdir(parents=True)
    shutil.copy(filled, place / "CCHC_2021.xlsx")
    shutil.copy(filled, place / "Sổ của tôi.xlsx")
    for name in ("bieu_mau/a.xlsx", "bc.docx", "anh.png"):
        (place / name).write_bytes(b"x")
    return place


@pytest.mark.parametrize(
    ("names", "key", "chosen"),
    [
        (["CCHC_2021.xlsx"], "", []), (["."], "", []),
        (["bieu_mau"], "collect", ["bieu_mau"]), (["bieu_mau/a.xlsx"], "collect", ["bieu_mau/a.xlsx"]),
        (["bc.docx"], "reconcile", ["bc.docx"]),
    ],
)
def test_what_is_dropped_is_done_with_the_workbook_beside_it(
    names: list[str], key: str, chosen: list[str], folder: Path
) -> None:
    found = dropped([folder / name for name in names], NO_BOOK)
    assert found == Dropped(folder / "CCHC_2021.xlsx", key, tuple(folder / name for name in chosen))


def test_a_master_is_known_whatever_its_name(folder: Path) -> None:
    assert dropped([folder / "Sổ của tôi.xlsx"], folder / "CCHC_2021.xlsx").book == folder / "Sổ của tôi.xlsx"


def test_what_cannot_be_used_is_told(folder: Path, tmp_path: Path) -> None:
    assert "anh.png" in dropped([folder / "anh.png"], folder / "CCHC_2021.xlsx").remark
    (tmp_path / "riêng").mkdir()
    (tmp_path / "riêng" / "bc.docx").touch()
    assert "Chưa biết làm với sổ nào" in dropped([tmp_path / "riêng" / "bc.docx"], NO_BOOK).remark


def test_every_exit_status_has_its_words() -> None:
    assert console_menu.ending(0) == "Xong."
    assert "mã 3221225477" in console_menu.ending(3221225477)


def test_a_verb_given_to_the_program_is_run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["CCHC.exe"])
    assert program.main(["check", "không có.xlsx"]) == 2
    assert "không tìm thấy tệp" in capsys.readouterr().err
