"""cchc-xl check FILE"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cchc_xl.cli.app import FormName, Json, conclude, described

Checked = Annotated[Path, typer.Argument(help="Sổ tổng hợp, biểu mẫu (.xlsx, .xlsm) hoặc báo cáo Word (.docx).")]


def register(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command(name="check", help="Kiểm tra sổ, biểu mẫu hoặc thể thức báo cáo Word, không thay đổi tệp.")(run)


def run(file: Checked, form: FormName = "", json: Json = False) -> int:
    """The findings of a file, changing nothing."""
    from cchc_xl.findings import counted

    if file.suffix.lower() == ".docx":
        return _layout(file, json)
    from cchc_xl.examine import examine

    found = examine(file, form)
    lines = [*described(found.findings), *found.incomplete, f"{file}: {counted(found.findings)}."]
    lines += [found.note] if found.note else []
    return conclude(found.findings, file, json, lines, incomplete=found.incomplete)


def _layout(file: Path, json: bool) -> int:
    from cchc_xl.findings import counted
    from cchc_xl.layout_check import check_layout

    findings = check_layout(file)
    return conclude(findings, file, json, [*described(findings), f"{file}: {counted(findings)}."])
