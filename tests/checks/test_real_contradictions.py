"""The contradictions of the real report of 2021: typed as printed into a book, nine tenths are told at their place."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from contents import folder_of_tests

from benchmarks.real_contradictions import contradictions, told_at

CASES = contradictions()


@pytest.mark.parametrize("case", [each for each in CASES if "rule" in each], ids=lambda case: case["title"])
def test_a_contradiction_is_told_at_its_place(case: dict[str, Any]) -> None:
    assert case["cell"] in told_at(case)


def test_nine_tenths_of_those_that_a_book_can_hold_are_told() -> None:
    held = [case for case in CASES if "beyond" not in case]
    assert all(case.keys() & {"rule", "silent"} for case in held)
    assert len(held) == 28
    assert sum("rule" in case for case in held) / len(held) >= 0.9


def test_every_printed_value_that_cannot_be_right_is_among_them() -> None:
    wrong = tomllib.loads((folder_of_tests() / "golden/so_in_sai.toml").read_text(encoding="utf-8"))["figure"]
    listed = {code for case in CASES for code in case.get("codes", ())}
    assert {figure["code"] for figure in wrong} == listed
