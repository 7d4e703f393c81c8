"""A measurement that no longer runs measures nothing: every benchmark finds what it imports."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BENCHMARKS = sorted((ROOT / "benchmarks").glob("*.py"))


@pytest.mark.parametrize("file", BENCHMARKS, ids=lambda file: file.stem)
def test_a_benchmark_finds_what_it_imports(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in (ROOT, ROOT / "tests", file.parent):
        monkeypatch.syspath_prepend(folder)
    runpy.run_path(str(file), run_name="imported")
