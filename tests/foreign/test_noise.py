"""What `reconcile` prints: contradictions first, remarks of one kind in one line, one finding once."""

from __future__ import annotations

from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from report_sample import ROOT

from cchc_xl.cli.report_verbs import reconcile as run

PRINTED = ROOT / "tests/golden/bao_cao_2021.txt"


@pytest.fixture(scope="module")
def printed(_filled_once: Path) -> list[str]:
    with redirect_stdout(StringIO()) as said:
        assert run(_filled_once, PRINTED) == 1
    return said.getvalue().splitlines()


def test_contradictions_come_first(printed: list[str]) -> None:
    order = ["[Bắt buộc sửa]", "[Cần giải trình]", "[Lưu ý]", "Chưa đối chiếu", "Lời văn:", "Phụ lục:"]
    found = [order.index(head) for line in printed for head in order if line.startswith(head)]
    assert found == sorted(found)
    assert found[0] == 0


def test_remarks_of_one_kind_are_one_line(printed: list[str]) -> None:
    remarks = [line for line in printed if line.startswith("[Lưu ý]")]
    assert len(remarks) <= 3
    assert any("chỗ:" in line for line in remarks)


def test_one_finding_stands_once(printed: list[str]) -> None:
    findings = [line for line in printed if line.startswith("[")]
    assert len(findings) == len(set(findings))


def test_what_was_confirmed_contradicted_and_not_placed_is_counted(printed: list[str]) -> None:
    assert "khớp" in printed[-2]
    assert "mâu thuẫn" in printed[-2]
    assert "chưa đối chiếu được" in printed[-2]
    assert printed[-1].startswith("Phụ lục: khớp")
