"""Right but unusual figures: each case is true of some office, and must never be told that it has to be mended.

A case changes the figures of 2021 and names every rule that may ask about it then; all others stay silent.
"""

from __future__ import annotations

from typing import Any

import pytest
from contents import cases_of, findings_of, rules_newly_told

from cchc_xl.schema import Severity
from tests.checks.test_check import content_for

CASES: list[dict[str, Any]] = cases_of("hiem_gap.toml")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["title"])
def test_right_but_unusual_figures_are_asked_about_at_most(case: dict[str, Any]) -> None:
    told = rules_newly_told(findings_of(content_for(case)))
    assert {finding.rule for finding in told} == set(case.get("told", ())), [each.message for each in told]
    assert [finding.message for finding in told if finding.severity is Severity.ERROR] == []


def test_every_case_has_a_title_of_its_own() -> None:
    titles = [case["title"] for case in CASES]
    assert len(titles) == len(set(titles))
