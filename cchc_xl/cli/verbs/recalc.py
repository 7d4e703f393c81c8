"""cchc-xl recalc BOOK"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from cchc_xl.cli.command_app import conclude, described
from cchc_xl.figures import incomplete, known_of
from cchc_xl.findings import counted
from cchc_xl.verbs.recalc import recalc


def run(book: Path, form: str = "", json: bool = False) -> int:
    """Computes and writes; a second run in a row changes nothing."""
    result = recalc(book, datetime.now(), form)
    findings = result.computed.findings
    known, asked = known_of(result.computed.figures)
    lacking = tuple(incomplete(result.computed.figures, result.computed.content.form))
    lines = [*described(findings), *lacking]
    lines += [f"Đã đặt lại công thức bị gõ đè: {place}." for place in result.overwritten]
    lines.append(f"{book}: {known}/{asked} số liệu; {counted(findings)}.")
    lines.append("Đã ghi vào sổ." if result.changed else "Không có gì thay đổi so với lần tính trước.")
    return conclude(
        findings, book, json, lines, figures=known, changed=result.changed, overwritten=list(result.overwritten),
        incomplete=lacking,
    )
