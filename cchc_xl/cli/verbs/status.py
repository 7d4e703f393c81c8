"""cchc-xl status BOOK"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from cchc_xl.cli.command_app import BOOK, FORM_NAME, JSON, described, status_of
from cchc_xl.cli.vietnamese_help import Verb

if TYPE_CHECKING:
    from cchc_xl.submissions.submission_status import Line, Status


def run(book: Path, form: str = "", json: bool = False) -> int:
    """The status board, as on the first sheet."""
    import json as json_module
    from dataclasses import asdict
    from datetime import date

    from cchc_xl.submissions.submission_status import status

    found = status(book, date.today(), form)
    if json:
        findings = [finding.as_json(str(book)) for finding in found.changed_layout]
        fields = {"findings": findings, "units": [asdict(line) for line in found.lines], "summary": found.summary}
        print(json_module.dumps(fields, ensure_ascii=False, indent=2, default=str))
    else:
        _print(found)
    return status_of(found.changed_layout)


command = Verb(
    "status",
    callback=run,
    help="Đơn vị nào đã nộp, khi nào, đủ chưa, còn lỗi gì.",
    params=[BOOK, FORM_NAME, JSON],
)


WIDTH = 120
LEFT_COLUMNS = 4
COLOURS = {"Đã nhận": "green", "Trả lại": "red", "Đã nộp": "yellow", "Chưa nộp": ""}


def _print(found: Status) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    table = Table(title=found.title, box=SIMPLE_HEAD, pad_edge=False)
    for number, title in enumerate(("Đơn vị", "Biểu mẫu", "Nộp lúc", "So với hạn", "Đã điền", "Sửa", "Giải trình")):
        table.add_column(title, justify="left" if number < LEFT_COLUMNS else "right", no_wrap=True)
    for line in found.lines:
        table.add_row(*_cells(line), style=COLOURS.get(line.state, ""))
    console = Console()
    if console.width < WIDTH:
        console = Console(width=WIDTH)
    console.print(table)
    console.print(found.summary, soft_wrap=True)
    for told in described(found.changed_layout):
        console.print(told, soft_wrap=True, markup=False, highlight=False)


def _cells(line: Line) -> tuple[Any, ...]:
    return (
        line.name, line.state, line.at, line.timeliness, f"{line.filled}/{line.expected}",
        str(line.errors), str(line.warnings),
    )
