"""Every line of docs/python.md and of the notebook runs, and says what the page says."""

from __future__ import annotations

import ast
import doctest
import json
import shutil
from pathlib import Path

import pytest
from lxml import html

from cchc_xl.schema import Form
from tests.analyst_sample import DISTRICTS, make_sample

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


@pytest.mark.parametrize(("page", "lines"), [("python.md", 35), ("python_en.md", 6)])
def test_the_page_is_true(page: str, lines: int, here: Path) -> None:
    flags = doctest.NORMALIZE_WHITESPACE | doctest.IGNORE_EXCEPTION_DETAIL | doctest.ELLIPSIS
    text = (DOCS / page).read_text(encoding="utf-8").replace("```", "")
    test = doctest.DocTestParser().get_doctest(text, {}, page, str(DOCS / page), 0)
    assert len(test.examples) >= lines
    said: list[str] = []
    doctest.DocTestRunner(optionflags=flags).run(test, out=said.append)
    assert not said, "".join(said)


def test_the_notebook_shows_a_table_under_every_heading(here: Path) -> None:
    cells = json.loads((DOCS / "tong_quan.ipynb").read_text(encoding="utf-8"))["cells"]
    known: dict[str, object] = {}
    pages = [_shown("".join(cell["source"]), known) for cell in cells if cell["cell_type"] == "code"]
    titles, absent, rates, changes, unusual = map(_rows, pages)
    assert (titles, absent) == ([], [])
    assert len(rates) == 1 + DISTRICTS
    assert rates[0][0] == "Tỉnh"
    assert [row[-1] for row in changes] == ["0,04"]
    assert all(int(row[-2]) >= 1 for row in unusual)
    assert rates[0][1] == "99,00"
    assert "linear-gradient" in pages[2]


def _shown(source: str, known: dict[str, object]) -> str:
    """Runs a cell; what a notebook shows below it."""
    *lines, last = ast.parse(source).body
    if not isinstance(last, ast.Expr):
        exec(source, known)  # the notebook is ours
        return ""
    exec(compile(ast.Module(lines, []), "cell", "exec"), known)
    value = eval(compile(ast.Expression(last.value), "cell", "eval"), known)
    return str(value._repr_html_())


def _rows(page: str) -> list[list[str]]:
    """The rows of a table's body, as texts."""
    body = html.fromstring(page).find(".//tbody") if page else None
    return [["".join(cell.itertext()).strip() for cell in row] for row in body] if body is not None else []
