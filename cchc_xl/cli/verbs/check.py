"""cchc-xl check FILE"""

from __future__ import annotations

from pathlib import Path

from cchc_xl.cli.command_app import conclude, described

WORD_FILES = (".docx", ".docm", ".dotx", ".dotm")


def run(file: Path, form: str = "", json: bool = False) -> int:
    """The findings of a file, changing nothing."""
    from cchc_xl.findings import counted

    if file.suffix.lower() in WORD_FILES:
        return _layout(file, json)
    from cchc_xl.verbs.check import examine

    found = examine(file, form)
    lines = [*described(found.findings), *found.incomplete, f"{file}: {counted(found.findings)}."]
    lines += [found.note] if found.note else []
    return conclude(found.findings, file, json, lines, incomplete=found.incomplete)


def _layout(file: Path, json: bool) -> int:
    from cchc_xl.findings import counted
    from cchc_xl.word.decree30 import check_layout

    findings = check_layout(file)
    return conclude(findings, file, json, [*described(findings), f"{file}: {counted(findings)}."])
