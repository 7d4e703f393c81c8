"""cchc-xl consolidate FORMS…|FOLDERS… --units hierarchy.csv --by province,district --out FILE"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cchc_xl.cli.command_app import CLEAN, FINDINGS, FORM_NAME, JSON, PATH, PERIOD, argument, described, option
from cchc_xl.cli.vietnamese_help import Verb

if TYPE_CHECKING:
    from cchc_xl.consolidate.run import Consolidated

SHOWN = 20
"""Findings and nodes on the screen; the result file holds all of them."""


def run(
    forms: Sequence[Path],
    by: str,
    out: Path,
    units: Path | None = None,
    jobs: int = 0,
    resume: Path | None = None,
    facts: Path | None = None,
    scheduler: str = "",
    form: str = "",
    period: str = "",
    json: bool = False,
) -> int:
    """Folds the files up the hierarchy and writes the result."""
    import os

    from cchc_xl.consolidate.run import Order, consolidate
    from cchc_xl.schema.declaration_words import unit_kind

    kinds = tuple(unit_kind(kind.strip()) for kind in by.split(",") if kind.strip())
    order = Order(
        tuple(forms), kinds, units, out, form, jobs or os.cpu_count() or 1, resume, facts, scheduler,
        period=period,
    )
    with _bar(json) as step:
        done = consolidate(order, step)
    if json:
        _print_json(done, out)
    else:
        print("\n".join(_lines(done, out)))
    return FINDINGS if done.counts.get("error") else CLEAN


command = Verb(
    "consolidate",
    callback=run,
    help="Tổng hợp nhiều đơn vị lên huyện, tỉnh, cả nước.",
    params=[
        argument(
            "forms", "Biểu mẫu, sổ tổng hợp, kết quả cấp dưới, hoặc thư mục chứa chúng.", nargs=-1, required=True
        ),
        option("--by", "Các cấp cần tổng hợp, cách nhau dấu phẩy, như trong cột kind.", required=True),
        option("--out", "Tệp kết quả: .xlsx, .csv hoặc .parquet.", type=PATH, required=True),
        option("--units", "Tệp phân cấp đơn vị (.csv).", type=PATH),
        option(
            "--jobs", "Số tiến trình đọc; 0 là theo máy.", type=click.IntRange(min=0), default=0
        ),
        option("--resume", "Tệp nhớ kết quả đọc; lần sau chỉ đọc tệp mới.", type=PATH),
        option("--facts", "Thư mục tập số liệu nhiều kỳ (Parquet).", type=PATH),
        option("--scheduler", "Địa chỉ cụm Dask, ví dụ tcp://may-chu:8786.", default=""),
        FORM_NAME,
        PERIOD,
        JSON,
    ],
)


def _print_json(done: Consolidated, out: Path) -> None:
    import json

    # A finding names the file it stands in; `counts` counts those that are not listed too.
    findings = [finding.as_json(finding.cells[0].file) for finding in done.findings]
    fields = {
        "findings": findings, "counts": done.counts, "files": done.files, "read": done.read, "units": _units(done),
        "out": out,
    }
    print(json.dumps(fields, ensure_ascii=False, indent=2, default=str))


@contextmanager
def _bar(quiet: bool) -> Any:
    """A progress bar for people who look at standard error; gives the function to call for each file."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("Đọc tệp"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total, path: bar.update(task, completed=done, total=total)


def _units(done: Consolidated) -> list[dict[str, Any]]:
    return [
        {
            "unit": level.node.id, "name": level.node.name, "level": level.node.kind,
            "expected": level.presence.expected, "delivered": level.presence.delivered,
        }
        for level in done.levels
    ]


def _lines(done: Consolidated, out: Path) -> list[str]:
    from cchc_xl.findings import SEVERITY_WORDS

    shown = done.findings[:SHOWN]
    lines = [f"{Path(each.cells[0].file).name} › {line}" for each, line in zip(shown, described(shown), strict=True)]
    if sum(done.counts.values()) > SHOWN:
        lines.append(f"… và {sum(done.counts.values()) - SHOWN} điểm khác, xem danh sách Kiểm tra của kết quả.")
    for level in done.levels[:SHOWN]:
        lines.append(f"{level.node.name}: {level.presence.delivered}/{level.presence.expected} đơn vị đã nộp.")
    if len(done.levels) > SHOWN:
        lines.append(f"… và {len(done.levels) - SHOWN} đơn vị tổng hợp khác.")
    files = ", ".join(f"{number} {outcome.lower()}" for outcome, number in done.files.items())
    found = ", ".join(f"{done.counts.get(severity, 0)} {word.lower()}" for severity, word in SEVERITY_WORDS.items())
    return [*lines, f"{sum(done.files.values())} tệp: {files}; đọc mới {done.read}. {found}. Kết quả: {out}"]
