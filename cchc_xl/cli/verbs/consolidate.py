"""cchc-xl consolidate FORMS…|FOLDERS… --units hierarchy.csv --by province,district --out FILE"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from cchc_xl.cli.command_app import answer, described, progress
from cchc_xl.consolidate.choose import OUTCOME_WORDS
from cchc_xl.consolidate.run import Consolidated, Order, consolidate
from cchc_xl.errors import CLEAN, COULD_NOT_RUN, FINDINGS, UserError
from cchc_xl.findings import SEVERITY_WORDS
from cchc_xl.structs import asdict

SHOWN = 20
"""Findings and nodes on the screen; the result file holds all of them."""


def run(
    forms: Sequence[Path], by: str, out: Path | None = None, units: Path | None = None, jobs: int = 0,
    resume: Path | None = None, facts: Path | None = None, scheduler: str = "", form: str = "", period: str = "",
    every: bool = False, replace: bool = False, forget: bool = False, json: bool = False, map: Path | None = None,
) -> int:
    """Folds the files up the hierarchy and writes the result."""
    if out is None and facts is None:
        raise UserError("--out", "chưa nói ghi kết quả vào đâu.", "Thêm --out TỆP, --facts THƯ_MỤC, hoặc cả hai.")
    kinds = tuple(kind.strip() for kind in by.split(",") if kind.strip())
    order = Order(
        tuple(forms), kinds, units, out, form, jobs or os.cpu_count() or 1, resume, facts, scheduler,
        period=period, every=every, whole=replace, forget=forget, changes=map,
    )
    with progress("Đọc tệp", quiet=json) as step:
        done = consolidate(order, step)
    # A finding names the file it stands in; `counts` counts those that are not listed too.
    answer(
        json, _lines(done, out), [finding.as_json(finding.cells[0].file) for finding in done.findings],
        counts=done.counts, files=done.files, read=done.read, units=done.levels,
        out=out if done.files["counted"] else None, facts=asdict(done.kept) if done.kept else None,
    )
    if not done.files["counted"]:
        return COULD_NOT_RUN
    return FINDINGS if done.counts["error"] else CLEAN


def _history(done: Consolidated) -> list[str]:
    kept = done.kept
    if kept is None:
        return []
    gone = f", {kept.replaced} dòng cũ bị thay" if kept.replaced else ""
    units = f"{kept.before} → {kept.after} đơn vị (lần này đọc {kept.written})"
    return [f"Tập số liệu của kỳ: {units}; {kept.lines} dòng{gone}."]


def _lines(done: Consolidated, out: Path | None) -> list[str]:
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
