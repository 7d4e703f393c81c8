"""cchc-xl demo [--out DIR]"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cchc_xl.cli.app import Json, conclude


def register(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command(name="demo", help="Làm thử toàn bộ công việc trên số liệu thật đi kèm bộ biểu mẫu.")(run)


def run(
    out: Annotated[Path, typer.Option("--out", help="Thư mục ghi kết quả.")] = Path("out"),
    form: Annotated[str, typer.Option("--form", help="Bộ biểu mẫu có số liệu mẫu.")] = "",
    json: Json = False,
) -> int:
    """Makes the files, fills in the sample figures, recalculates, checks and exports."""
    from cchc_xl.demo import demo, refuse_existing

    refuse_existing(out)
    result, lines = demo(form, out)
    return conclude(result.computed.findings, out, json, lines, figures=len(result.computed.figures))
