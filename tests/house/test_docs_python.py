"""Every line of docs/python.md and of the notebook runs, and says what the page says."""

from __future__ import annotations

import doctest
import json
import shutil
from pathlib import Path

import pytest

from cchc_xl.schema import Form
from tests.analyst_sample import make_sample

pytestmark = pytest.mark.analysis

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def sample(form: Form, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tinh")
    make_sample(form, folder)
    return folder


@pytest.fixture
def here(sample: Path, filled: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copy(filled, sample / "so.xlsx")
    monkeypatch.chdir(sample)
    return sample


@pytest.mark.parametrize(("page", "lines"), [("python.md", 30), ("python_en.md", 6)])
def test_the_page_is_true(page: str, lines: int, here: Path) -> None:
    flags = doctest.NORMALIZE_WHITESPACE | doctest.IGNORE_EXCEPTION_DETAIL | doctest.ELLIPSIS
    text = (DOCS / page).read_text(encoding="utf-8").replace("```", "")
    test = doctest.DocTestParser().get_doctest(text, {}, page, str(DOCS / page), 0)
    assert len(test.examples) >= lines
    said: list[str] = []
    doctest.DocTestRunner(optionflags=flags).run(test, out=said.append)
    assert not said, "".join(said)


def test_the_notebook_runs_from_the_first_cell_to_the_last(here: Path) -> None:
    cells = json.loads((DOCS / "tong_quan.ipynb").read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    known: dict[str, object] = {}
    for cell in code:
        exec(cell, known)  # the notebook is ours
    assert len(code) >= 4
    assert known["rates"] is not None
