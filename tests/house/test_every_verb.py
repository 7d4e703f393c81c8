"""Every verb on files that it does not know, and on files made to do harm: an end with a message, never a fault.

What the harmful ones cost is measured by `tests.bounds`; here only how each verb ends. A verb is given every file of
the kinds that it asks for, and of the other kinds, which few look into, another quarter than its neighbours. All:

    CCHC_EVERY_PAIR=1 .venv/bin/python -m pytest -q tests/house/test_every_verb.py
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import openpyxl
import pytest
from docx import Document

from cchc_xl.cli.command_app import run
from tests.bounds import WHOLE, cases
from tools.try_corpus import VERBS, copied

COSTLY = (
    "1.4 GB", "7 MB", "200 MB", "450,000", "as many", "600,000", "28,000", "20 MB", "lies", "nested loops", "huge",
    "zip bomb", "too much", "crowd", "megabytes", "a million", "16,384", "last column",
)
"""Words of the cases that take long to make or to read."""

ASKED_FOR = {
    "a form:": {"check", "collect", "consolidate"},
    "a book": {
        "check", "status", "recalc", "report", "report --previous", "template check --book", "new --from",
        "form upgrade",
    },
    "a report": {"check", "report --update", "report --previous", "reconcile", "reconcile --appendix", "import"},
    "a template": {"check", "report --template", "template check"},
    "a form with": {"check", "form check", "form install", "form upgrade --form"},
}
"""By how the name of a case begins: the verbs that ask for such a file."""

EVERY = 1 if "CCHC_EVERY_PAIR" in os.environ else 4
"""Of the kinds that a verb does not ask for it is given one file in so many."""

TOGETHER = {"collect": 15}
"""What takes many files gets so many harmful ones at once, and none of them ends the run of the others."""

Ended = Callable[..., tuple[int, str]]

pytestmark = pytest.mark.usefixtures("short_template", "office_once", "read_by_processes_once")


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where every verb finds its files: what another verb has had converted or read at this place is known."""
    return tmp_path_factory.mktemp("nha") / "phong"


@pytest.fixture
def ended(
    room: Path, beside: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Ended]:
    """Runs a verb on a file, or on several, in a folder made anew; the exit status and what was said."""
    def of(verb: str, *files: Path) -> tuple[int, str]:
        monkeypatch.chdir(tmp_path)
        shutil.rmtree(room, ignore_errors=True)
        shutil.copytree(beside, room)
        monkeypatch.chdir(room)
        mine = [str(copied(file, room / f"thu_{file.name}")) for file in files]
        words = (each for word in VERBS[verb] for each in (mine if word == "{}" else [word]))
        monkeypatch.setattr(sys, "argv", ["cchc-xl", *words])
        status, said = run(), capsys.readouterr()
        return status, said.out + said.err

    yield of
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def hostile(ready: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The harmful files that are made quickly, by what they are."""
    folder, made = tmp_path_factory.mktemp("hai"), {}
    for number, (name, (suffix, make)) in enumerate(cases(())):
        if not any(word in name for word in COSTLY):
            make(ready, path := folder / f"tep_{number}{suffix}")
            made[name] = path
    return made


def _broke(said: str) -> bool:
    """Whether the program met a fault of its own."""
    return "Traceback" in said or "cchc-loi-" in said


def _given(verb: str, names: Iterable[str]) -> Iterator[str]:
    """What a verb is tried on: all of the kinds that it asks for, and those of each other kind whose turn it is."""
    turn = list(VERBS).index(verb)
    for begin, verbs in ASKED_FOR.items():
        kind = [name for name in names if name.startswith(begin)]
        every = 1 if verb in verbs else min(EVERY, len(kind))
        yield from (name for number, name in enumerate(kind) if (number + turn) % every == 0)


def test_every_harmful_file_is_given_to_several_verbs_and_every_verb_gets_some_of_each_kind(
    hostile: dict[str, Path],
) -> None:
    given = {verb: set(_given(verb, hostile)) for verb in VERBS}
    assert min(sum(name in names for names in given.values()) for name in hostile) >= len(VERBS) // EVERY
    assert all(any(name.startswith(begin) for name in names) for names in given.values() for begin in ASKED_FOR)


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_ends_with_a_message_on_every_harmful_file(verb: str, hostile: dict[str, Path], ended: Ended) -> None:
    assert len(hostile) > len(WHOLE) / 2
    names, at_once = list(hostile) if verb in TOGETHER else list(_given(verb, hostile)), TOGETHER.get(verb, 1)
    for start in range(0, len(names), at_once):
        name, paths = ", ".join(names[start:start + at_once]), [hostile[each] for each in names[start:start + at_once]]
        status, said = ended(verb, *paths)
        assert status in (0, 1, 2), (name, status)
        assert at_once == 1 or [path.name for path in paths if path.name not in said] == []
        assert not _broke(said), (name, said)
        assert status == 0 or said.strip(), name


def _a_letter(path: Path) -> None:
    document = Document()
    document.add_paragraph("Kính gửi: Ông Nguyễn Văn A. Cuộc họp dời sang 9 giờ, phòng 12.")
    document.save(str(path))


def _a_menu(path: Path) -> None:
    document = Document()
    table = document.add_table(0, 2)
    for dish, price in (("Phở", "45.000"), ("Bún chả", "40.000"), ("Cà phê", "25.000")):
        row = table.add_row()
        row.cells[0].text, row.cells[1].text = dish, price
    document.save(str(path))


def _a_price_list(path: Path) -> None:
    book = openpyxl.Workbook()
    for line in (["Mặt hàng", "Giá"], ["Phở", 45_000], ["Bún chả", 40_000]):
        book.active.append(line)  # type: ignore[union-attr]
    book.save(path)


STRANGE: dict[str, Callable[[Path], object]] = {
    "thu.docx": _a_letter, "thuc_don.docx": _a_menu, "gia.xlsx": _a_price_list,
    "gia.csv": lambda path: path.write_text("Mặt hàng;Giá\nPhở;45.000\n", "utf-8"),
    "thu.txt": lambda path: path.write_text("Cuộc họp dời sang 9 giờ, phòng 12.\n", "utf-8"),
}
SAY_OF_ANY_TEXT = {"check"}
"""What looks at how any Word document is laid out recognises all of them."""


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in SAY_OF_ANY_TEXT])
def test_a_file_of_something_else_never_ends_like_success(verb: str, tmp_path: Path, ended: Ended) -> None:
    for name, make in STRANGE.items():
        make(tmp_path / name)
        status, said = ended(verb, tmp_path / name)
        assert status in (1, 2), (name, status, said)
        assert said.strip(), name
        assert not _broke(said), (name, said)
