"""cchc-xl consolidate FORMS…|FOLDERS… --units hierarchy.csv --by province,district --out FILE"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cchc_xl.cli.command_app import (
    CLEAN,
    COULD_NOT_RUN,
    FINDINGS,
    FORM_NAME,
    JSON,
    MAP,
    PATH,
    PERIOD,
    argument,
    described,
    option,
    print_json,
    progress,
)
from cchc_xl.cli.vietnamese_help import Verb
from cchc_xl.errors import UserError

if TYPE_CHECKING:
    from cchc_xl.consolidate.run import Consolidated

SHOWN = 20
"""Findings and nodes on the screen; the result file holds all of them."""


def run(
    forms: Sequence[Path], by: str, out: Path | None = None, units: Path | None = None, jobs: int = 0,
    resume: Path | None = None, facts: Path | None = None, scheduler: str = "", form: str = "", period: str = "",
    every: bool = False, replace: bool = False, forget: bool = False, json: bool = False, map: Path | None = None,
) -> int:
    """Folds the files up the hierarchy and writes the result."""
    import os

    from cchc_xl.consolidate.run import Order, consolidate

    if out is None and facts is None:
        raise UserError("--out", "chưa nói ghi kết quả vào đâu.", "Thêm --out TỆP, --facts THƯ_MỤC, hoặc cả hai.")
    kinds = tuple(kind.strip() for kind in by.split(",") if kind.strip())
    order = Order(
        tuple(forms), kinds, units, out, form, jobs or os.cpu_count() or 1, resume, facts, scheduler,
        period=period, every=every, whole=replace, forget=forget, changes=map,
    )
    with progress("Đọc tệp", quiet=json) as step:
        done = consolidate(order, step)
    if json:
        _print_json(done, out)
    else:
        print("\n".join(_lines(done, out)))
    if not done.files["counted"]:
        return COULD_NOT_RUN
    return FINDINGS if done.counts["error"] else CLEAN


command = Verb(
    "consolidate",
    callback=run,
    help="Tổng hợp nhiều đơn vị lên huyện, tỉnh, cả nước.",
    params=[
        argument(
            "forms", "Biểu mẫu, sổ tổng hợp, kết quả cấp dưới, hoặc thư mục chứa chúng.", nargs=-1, required=True
        ),
        option("--by", "Các cấp cần tổng hợp, cách nhau dấu phẩy, như trong cột Loại.", required=True),
        option("--out", "Tệp kết quả: .xlsx, .csv hoặc .parquet; bỏ được khi chỉ cần --facts.", type=PATH),
        option("--units", "Tệp phân cấp đơn vị (.csv, .xlsx).", type=PATH),
        option("--jobs", "Số tiến trình đọc; 0 là theo máy.", type=click.IntRange(min=0), default=0),
        option("--resume", "Tệp nhớ kết quả đọc; lần sau chỉ đọc tệp mới.", type=PATH),
        option("--facts", "Thư mục tập số liệu nhiều kỳ (Parquet).", type=PATH),
        option("--replace", "Tập số liệu: bỏ các đơn vị khác của kỳ, chỉ để lại những đơn vị vừa đọc.", is_flag=True),
        option("--forget", "Tập số liệu: không giữ lại số liệu bị thay.", is_flag=True),
        option("--every", "Ghi cả những chỉ tiêu mà không đơn vị nào bên dưới được hỏi.", is_flag=True),
        option("--scheduler", "Địa chỉ cụm Dask, ví dụ tcp://may-chu:8786.", default=""),
        FORM_NAME,
        PERIOD,
        MAP,
        JSON,
    ],
)


def _print_json(done: Consolidated, out: Path | None) -> None:
    from cchc_xl.structs import asdict

    # A finding names the file it stands in; `counts` counts those that are not listed too.
    print_json(
        [finding.as_json(finding.cells[0].file) for finding in done.findings],
        counts=done.counts, files=done.files, read=done.read, units=done.levels,
        out=out if done.files["counted"] else None, facts=asdict(done.kept) if done.kept else None,
    )


def _history(done: Consolidated) -> list[str]:
    kept = done.kept
    if kept is None:
        return []
    gone = f", {kept.replaced} dòng cũ bị thay" if kept.replaced else ""
    units = f"{kept.before} → {kept.after} đơn vị (lần này đọc {kept.written})"
    return [f"Tập số liệu của kỳ: {units}; {kept.lines} dòng{gone}."]


def _lines(done: Consolidated, out: Path | None) -> list[str]:
    from cchc_xl.consolidate.choose import OUTCOME_WORDS
    from cchc_xl.findings import SEVERITY_WORDS

    shown = done.findings[:SHOWN]
    lines = [f"{Path(each.cells[0].file).name} › {line}" for each, line in zip(shown, described(shown), strict=True)]
    if sum(done.counts.values()) > SHOWN:
        lines.append(f"… và {sum(done.counts.values()) - SHOWN} điểm khác, xem danh sách Kiểm tra của kết quả.")
    for level in done.levels[:SHOWN]:
        lines.append(f"{level['name']}: {level['delivered']}/{level['expected']} đơn vị đã nộp.")
    if len(done.levels) > SHOWN:
        lines.append(f"… và {len(done.levels) - SHOWN} đơn vị tổng hợp khác.")
    lines += _history(done)
    files = ", ".join(f"{done.files[code]} {word.lower()}" for code, word in OUTCOME_WORDS.items() if done.files[code])
    found = ", ".join(f"{done.counts[severity]} {word.lower()}" for severity, word in SEVERITY_WORDS.items())
    end = (f" Kết quả: {out}" if out else "") if done.files["counted"] else f" {NOTHING}"
    return [*lines, f"{sum(done.files.values())} tệp: {files}; đọc mới {done.read}. {found}.{end}"]


NOTHING = "Không tệp nào được tính nên không ghi gì (kết quả cũ và tập số liệu giữ nguyên)."
