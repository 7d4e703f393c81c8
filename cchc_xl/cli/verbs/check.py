"""cchc-xl check FILE"""

from __future__ import annotations

import typer

from cchc_xl.cli.app import Book, FormName, Json, conclude, described


def register(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command(name="check", help="Kiểm tra sổ hoặc biểu mẫu, không thay đổi tệp.")(run)


def run(file: Book, form: FormName = "", json: Json = False) -> int:
    """The findings of a file, changing nothing."""
    from cchc_xl.findings import counted
    from cchc_xl.master.recalc import compute

    computed = compute(file, form)
    lines = [*described(computed.findings), f"{file}: {counted(computed.findings)}."]
    return conclude(computed.findings, file, json, lines)
