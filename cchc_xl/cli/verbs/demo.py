"""cchc-xl demo [--out DIR]"""

from __future__ import annotations

from pathlib import Path

from cchc_xl.cli.command_app import JSON, PATH, conclude, option
from cchc_xl.cli.vietnamese_help import Verb


def run(out: Path, form: str = "", json: bool = False) -> int:
    """Makes the files, fills in the sample figures, recalculates, checks and exports."""
    from cchc_xl.verbs.demo import demo, refuse_existing

    refuse_existing(out)
    result, lines = demo(form, out)
    return conclude(result.computed.findings, out, json, lines, figures=len(result.computed.figures))


command = Verb(
    "demo",
    callback=run,
    help="Làm thử toàn bộ công việc trên số liệu thật đi kèm mẫu báo cáo.",
    params=[
        option("--out", "Thư mục ghi kết quả (mặc định: out).", type=PATH, default=Path("out")),
        option("--form", "Mẫu báo cáo có số liệu mẫu (mặc định: mẫu đầu tiên có số liệu mẫu).", default=""),
        JSON,
    ],
)
