"""The whole report of 2021 against the printed one, paragraph by paragraph."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from report_sample import ROOT, TEMPLATE, body_text, footnote_texts, highlighted, rendered_by

GOLDEN = ROOT / "tests/golden"
PRINTED = (GOLDEN / "bao_cao_2021.txt").read_text(encoding="utf-8")
DIFFERENCES: dict[str, list[dict[str, Any]]] = tomllib.loads(
    (GOLDEN / "khac_biet.toml").read_text(encoding="utf-8")
)

NOTE = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+ (?P<text>.*)")


def printed_paragraphs() -> list[str]:
    """The printed text without footnotes, blank lines and indents."""
    lines = (line.strip() for line in PRINTED.splitlines())
    return [line for line in lines if line and not NOTE.fullmatch(line)]


def expected_text() -> str:
    """The printed text with the expected differences made."""
    text = "\n".join(printed_paragraphs())
    for difference in DIFFERENCES["difference"]:
        text = text.replace(difference["printed"], difference["written"])
    return text


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of 2021."""
    return rendered_by(TEMPLATE, tmp_path_factory.mktemp("golden"))[0]


def test_every_paragraph_is_the_printed_one_but_for_the_listed_differences(report: Path) -> None:
    assert body_text(report) == expected_text().split("\n")


def test_every_footnote_is_the_printed_one_but_for_the_listed_differences(report: Path) -> None:
    notes = [found["text"] for line in PRINTED.splitlines() if (found := NOTE.fullmatch(line.strip()))]
    mended = {difference["printed"]: difference["written"] for difference in DIFFERENCES["footnote"]}
    assert footnote_texts(report) == [mended.pop(note, note) for note in notes]
    assert not mended, "a listed difference that is none"


def test_every_listed_difference_is_one_and_has_a_reason() -> None:
    text = "\n".join(printed_paragraphs())
    for difference in DIFFERENCES["difference"]:
        assert text.count(difference["printed"]) == difference.get("times", 1), difference["printed"]
        assert difference["printed"] != difference["written"]
        assert difference["reason"]


def test_nothing_is_missing_from_the_real_report(report: Path) -> None:
    assert highlighted(report) == []
