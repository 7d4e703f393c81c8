"""cchc-xl demo [--out DIR]"""

from __future__ import annotations

from pathlib import Path

from cchc_xl.cli.command_app import conclude
from cchc_xl.verbs.demo import demo, refuse_existing


def run(out: Path, form: str = "", json: bool = False) -> int:
    """Makes the files, fills in the sample figures, recalculates, checks and exports."""
    refuse_existing(out)
    result, lines = demo(form, out)
    return conclude(result.computed.findings, out, json, lines, figures=len(result.computed.figures))
