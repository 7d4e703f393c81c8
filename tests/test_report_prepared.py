"""A template is compiled once on a computer, and never from a file that somebody else may have written."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from report_sample import TEMPLATE

from cchc_xl.report import prepared as module
from cchc_xl.report.prepared import Prepared, prepared
from cchc_xl.word.word_package import members


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "_cache_folder", lambda: tmp_path / "mau")
    module._prepared.cache_clear()
    return tmp_path / "mau"


def again(texts: dict[str, bytes]) -> dict[str, Prepared]:
    """As a program that has just started."""
    module._prepared.cache_clear()
    return dict(prepared(texts))


def test_the_second_program_takes_the_code_from_the_disk(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = members(TEMPLATE)
    first = dict(prepared(texts))
    assert len(list(cache.glob("*.mau"))) == 1
    monkeypatch.setattr(module, "_sources", lambda texts: pytest.fail("compiled anew"))
    assert again(texts) == first


def test_a_changed_template_or_program_makes_other_code(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = members(TEMPLATE)
    prepared(texts)
    again({**texts, "word/header2.xml": texts["word/header2.xml"] + b" "})
    assert len(list(cache.glob("*.mau"))) == 2
    monkeypatch.setattr(module, "_reader", lambda: b"another version")
    again(texts)
    assert len(list(cache.glob("*.mau"))) == 3


@pytest.mark.parametrize("content", [b"", b"not marshalled", b"N", b"\xe9\x00"])
def test_a_damaged_file_is_compiled_anew(cache: Path, content: bytes) -> None:
    texts = members(TEMPLATE)
    first = dict(prepared(texts))
    next(cache.glob("*.mau")).write_bytes(content)
    assert {path: part.source for path, part in again(texts).items()} == {
        path: part.source for path, part in first.items()
    }


@pytest.mark.skipif(sys.platform == "win32", reason="rights of POSIX; the cache lies in the user's own folder there")
def test_a_file_that_others_may_write_is_not_run(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = members(TEMPLATE)
    prepared(texts)
    file = next(cache.glob("*.mau"))
    file.chmod(0o666)
    assert module._stored(file) is None


def test_a_folder_that_cannot_be_made_is_no_reason_to_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tep").write_text("")
    monkeypatch.setattr(module, "_cache_folder", lambda: tmp_path / "tep" / "mau")
    assert again(members(TEMPLATE))


def test_only_so_many_templates_are_kept(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 2)
    for number in range(4):
        again({"word/document.xml": f"<a>{number}</a>".encode()})
    assert len(list(cache.glob("*.mau"))) == 2
