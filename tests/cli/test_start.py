"""What a verb imports: each of these libraries would cost more than the work itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

NEVER = {"jinja2", "openpyxl", "docx", "rich", "pydantic", "pandas", "xlwings", "urllib.request", "ssl"}
VERBS = {"check": [], "recalc": [], "report": ["--out", "bc.docx", "--draft"]}
ALLOWED: dict[str, set[str]] = {"check": set(), "recalc": set(), "report": {"jinja2"}}
PROGRAM = "import sys; from cchc_xl.cli.command_app import run; status = run(); print(*sys.modules); sys.exit(status)"


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_imports_only_what_it_uses(verb: str, filled: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, verb, str(filled), *VERBS[verb]]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", cwd=filled.parent, check=True)
    assert not (NEVER - ALLOWED[verb]) & set(done.stdout.splitlines()[-1].split())
