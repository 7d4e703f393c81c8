"""cchc-xl status BOOK"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from cchc_xl.cli.command_app import print_json, status_of
from cchc_xl.master.submission_register import ON_TIME, TIME_FORMAT, State
from cchc_xl.submissions.submission_status import StatusLine, SubmissionStatus, status


def run(book: Path, form: str = "", json: bool = False) -> int:
    """The status board, as on the first sheet."""
    found = status(book, date.today(), form)
    if json:
        findings = [finding.as_json(str(book)) for finding in found.changed_layout]
        print_json(findings, units=list(map(_fields, found.lines)), summary=found.summary)
    else:
        _print(found)
    return status_of(found.changed_layout)


COLOURS = {"Đã nhận": "green", "Trả lại": "red", "Đã nộp": "yellow"}
TITLES = ("Đơn vị", "Biểu mẫu", "Nộp lúc", "So với hạn", "Đã điền", "Sửa", "Giải trình")
LEFT_COLUMNS = 4


def _print(found: SubmissionStatus) -> None:
    """The board as a table; colours where somebody looks at a terminal."""
    table = [TITLES, *map(_cells, found.lines)]
    widths = [max(len(row[column]) for row in table) for column in range(len(TITLES))]
    click.echo(found.title)
    for number, row in enumerate(table):
        cells = (
            f"{cell:<{width}}" if column < LEFT_COLUMNS else f"{cell:>{width}}"
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        colour = COLOURS.get(row[1]) if number else None
        click.echo(click.style("  ".join(cells).rstrip(), fg=colour, bold=not number))
    click.echo(found.summary)


def _fields(line: StatusLine) -> dict[str, Any]:
    """A unit for machines: codes for words, the moment as ISO 8601, days late."""
    days = int("".join(filter(str.isdigit, line.timeliness)) or 0)
    timely = "" if not line.timeliness else "on_time" if line.timeliness == ON_TIME else "late"
    at = datetime.strptime(line.at, TIME_FORMAT).isoformat(timespec="minutes") if line.at else ""
    return asdict(line) | {"state": State(line.state).name.lower(), "at": at, "timeliness": timely, "days_late": days}


def _cells(line: StatusLine) -> tuple[str, ...]:
    return (
        line.name, line.state, line.at, line.timeliness, f"{line.filled}/{line.expected}",
        str(line.errors), str(line.warnings),
    )
