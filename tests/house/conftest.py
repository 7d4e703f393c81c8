"""What the verbs get beside the file that is tried on them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from docx import Document

from tools.try_corpus import REPORT, prepare

KEPT = 12
"""Blocks of the report that stay in the short one."""


@pytest.fixture(scope="session")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a full book, an empty one and a report; not to be changed."""
    return prepare(tmp_path_factory.mktemp("san"))


@pytest.fixture(scope="session")
def beside(ready: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with a short report: how a verb takes another file does not hang on it, and every sentence costs."""
    folder = Path(shutil.copytree(ready, tmp_path_factory.mktemp("canh") / "san"))
    report = Document(str(folder / REPORT))
    blocks = list(report.element.body)
    for block in blocks[KEPT:-1]:
        report.element.body.remove(block)
    report.save(str(folder / REPORT))
    return folder
