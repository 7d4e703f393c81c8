"""What a click imports: each of these libraries would cost more than the work itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.sax import saxutils

import pytest
from hypothesis import given, strategies

from cchc_xl.excel.escape import escape, quoteattr

NEVER = {"openpyxl", "docx", "docxtpl", "rich", "pydantic", "pandas", "xlwings", "urllib.request", "ssl", "statistics"}
COSTLY = {"jinja2", "tempfile", "dataclasses", "locale"}
VERBS = {
    "check": ([], NEVER | COSTLY | {"hashlib", "tomli", "difflib", "cchc_xl.rules.rule_parser"}),
    "recalc": ([], NEVER | COSTLY | {"tomli", "cchc_xl.macros.build_macros"}),
    "report": (["--out", "bc.docx", "--draft"], NEVER | {"tomli"}),
}
PROGRAM = "import sys; from cchc_xl.cli.command_app import run; status = run(); print(*sys.modules); sys.exit(status)"


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_imports_only_what_it_uses(verb: str, filled: Path) -> None:
    more, unneeded = VERBS[verb]
    command = [sys.executable, "-c", PROGRAM, verb, str(filled), *more]
    subprocess.run(command, capture_output=True, cwd=filled.parent, check=True)  # keeps form and template
    done = subprocess.run(command, capture_output=True, text=True, cwd=filled.parent, check=True)
    assert not unneeded & set(done.stdout.splitlines()[-1].split())


@given(strategies.text())
def test_text_is_escaped_as_the_standard_library_does(text: str) -> None:
    assert escape(text) == saxutils.escape(text)
    assert quoteattr(text) == saxutils.quoteattr(text)
