"""cchc-xl demo [--out DIR]"""

from __future__ import annotations

from pathlib import Path

import click

from cchc_xl.cli.app import JSON, PATH, conclude, option


def run(out: Path, form: str = "", json: bool = False) -> int:
    """Makes the files, fills in the sample figures, recalculates, checks and exports."""
    from cchc_xl.demo import demo, refuse_existing

    refuse_existing(out)
    result, lines = demo(form, out)
    return conclude(result.computed.findings, out, json, lines, figures=len(result.computed.figures))


command = click.Command(
    "demo",
    callback=run,
    help="Làm thử toàn bộ công việc trên số liệu thật đi kèm bộ biểu mẫu.",
    params=[
        option("--out", "Thư mục ghi kết quả.", type=PATH, default=Path("out"), show_default=True),
        option("--form", "Bộ biểu mẫu có số liệu mẫu.", default=""),
        JSON,
    ],
)
