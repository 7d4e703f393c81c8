"""cchc-xl status BOOK"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from cchc_xl.cli.app import BOOK, CLEAN, FORM_NAME, JSON, print_json
from cchc_xl.cli.help import Verb

if TYPE_CHECKING:
    from cchc_xl.forms.status import Line, Status


def run(book: Path, form: str = "", json: bool = False) -> int:
    """The status board, as on the first sheet."""
    from datetime import date

    from cchc_xl.forms.status import status

    found = status(book, date.today(), form)
    if json:
        print_json([], units=list(map(_fields, found.lines)), summary=found.summary)
    else:
        _print(found)
    return CLEAN


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


def _fields(line: Line) -> dict[str, Any]:
    """A unit for machines: codes for words, the moment as ISO 8601, days late."""
    from dataclasses import asdict
    from datetime import datetime

    from cchc_xl.master.submissions import ON_TIME, TIME_FORMAT, State

    days = int("".join(filter(str.isdigit, line.timeliness)) or 0)
    timely = "" if not line.timeliness else "on_time" if line.timeliness == ON_TIME else "late"
    at = datetime.strptime(line.at, TIME_FORMAT).isoformat(timespec="minutes") if line.at else ""
    return asdict(line) | {"state": State(line.state).name.lower(), "at": at, "timeliness": timely, "days_late": days}


def _cells(line: Line) -> tuple[Any, ...]:
    return (
        line.name, line.state, line.at, line.timeliness, f"{line.filled}/{line.expected}",
        str(line.errors), str(line.warnings),
    )
