"""The verbs on workbooks and units' forms, and those about this machine: what each prints and ends with."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cchc_xl.cli.command_app import answer, conclude, described, progress
from cchc_xl.errors import CLEAN, COULD_NOT_RUN, FINDINGS, UserError
from cchc_xl.rule_registry import SEVERITY_WORDS, counted

if TYPE_CHECKING:
    from cchc_xl.consolidate.run import Consolidated
    from cchc_xl.submissions.handed_in import StatusLine, SubmissionStatus
    from cchc_xl.verbs.collect import Collected

WORD_FILES = (".docx", ".docm", ".dotx", ".dotm")
SHOWN = 20
"""Findings and nodes on the screen; the result file holds all of them."""


def demo(out: Path, form: str = "", json: bool = False) -> int:
    """Makes the files, fills in the sample figures, recalculates, checks and exports."""
    from cchc_xl.verbs.demo import demo as work, refuse_existing

    refuse_existing(out)
    result, lines = work(form, out)
    return conclude(result.computed.findings, out, json, lines, figures=len(result.computed.figures))


def new(
    out: Path, period: str = "", form: str = "", book: Path | None = None, units: Path | None = None,
    previous: Path | None = None, json: bool = False, map: Path | None = None,
) -> int:
    """Makes the files; refuses to overwrite a master that exists."""
    from cchc_xl.program import load_lean

    load_lean("openpyxl")
    from cchc_xl.declaration.declaration_workbook import read_changes
    from cchc_xl.verbs.new import make_all, make_next

    if (bool(form) == (book is not None)) != (map is not None):
        remedy = "Sổ đầu tiên: --form BIỂU_MẪU; các kỳ sau: --from SỔ_KỲ_TRƯỚC; đổi biểu mẫu: cả hai và --map."
        raise UserError("new", "cần đúng một trong hai tùy chọn --form và --from.", remedy)
    if book is not None and previous:
        raise UserError("new", "--previous không dùng cùng --from.", "Số liệu kỳ trước lấy từ sổ kỳ trước.")
    changes = read_changes(map) if map else None
    made = (
        make_next(book, period, out, form, changes, units) if book else make_all(form, period, out, units, previous)
    )
    forms = [{"unit": unit.id, "file": file} for unit, file in made.forms.items()]
    head = (
        f"Đã tạo sổ tổng hợp {made.master} ({made.form.period.label}) "
        f"và {len(made.forms)} biểu mẫu trong {made.forms_folder}."
    )
    lines = [head, *(f"Lưu ý: {remark}" for remark in made.remarks)]
    return conclude((), made.master, json, lines, master=made.master, forms=forms, warnings=made.remarks)


def collect(
    book: Path, forms: Sequence[Path], replace: bool = False, accept: bool = False, received: datetime | None = None,
    form: str = "", json: bool = False,
) -> int:
    """Reads, checks, takes or returns every file; one save for all."""
    from cchc_xl.submissions.handed_in import Policy
    from cchc_xl.verbs.collect import collect as work, forms_in

    numbers, total = count(1), len(forms_in(forms))
    with progress("Đọc biểu mẫu", quiet=json) as step:
        tell = (lambda path: step(number := next(numbers), max(number, total), path)) if step else None
        policy = Policy(replace, accept, received)
        collected = work(book, forms, datetime.now(), policy, form_name=form, progress=tell)
    found = [finding.as_json(str(each.path)) for each in collected.outcomes for finding in each.findings]
    found += [finding.as_json(str(book)) for finding in collected.changed_layout]
    answer(json, _collected(collected), found, files=_files(collected), changed=collected.saved)
    return collected.status


def _collected(collected: Collected) -> Iterator[str]:
    from cchc_xl.submissions.handed_in import Fate
    from cchc_xl.verbs.collect import shown

    yield from described(collected.changed_layout)
    for outcome in collected.outcomes:
        yield f"[{outcome.fate}] {shown(outcome.path)}: {outcome.message}"
        if outcome.fate in (Fate.TAKEN, Fate.RETURNED):
            yield from (f"    {line}" for line in described(outcome.findings))
        yield from (f"    Thay {change}" for change in outcome.changes)
    yield f"{collected.counts} {collected.ending('Đã ghi vào sổ.')}"


def _files(collected: Collected) -> list[dict[str, Any]]:
    return [
        {
            "file": outcome.path, "unit": outcome.unit, "outcome": outcome.fate.name.lower(),
            "message": outcome.message, "sha256": outcome.sha,
            "replaced": list(outcome.changes), "returned": outcome.returned,
        }
        for outcome in collected.outcomes
    ]


def recalc(book: Path, form: str = "", json: bool = False) -> int:
    """Computes and writes; a second run in a row changes nothing."""
    from cchc_xl.figures import incomplete, known_of
    from cchc_xl.verbs.recalc import recalc as work

    result = work(book, datetime.now(), form)
    findings = result.computed.findings
    known, asked = known_of(result.computed.figures)
    lacking = tuple(incomplete(result.computed.figures, result.computed.content.form))
    lines = [
        *described(findings), *lacking,
        *(f"Đã đặt lại công thức bị gõ đè: {place}." for place in result.overwritten),
        f"{book}: {known}/{asked} số liệu; {counted(findings)}.",
        "Đã ghi vào sổ." if result.changed else "Không có gì thay đổi so với lần tính trước.",
    ]
    return conclude(
        findings, book, json, lines, figures=known, changed=result.changed, overwritten=list(result.overwritten),
        incomplete=lacking,
    )


def check(file: Path, form: str = "", json: bool = False) -> int:
    """The findings of a file, changing nothing."""
    if file.suffix.lower() in WORD_FILES:
        from cchc_xl.word.decree30 import check_layout

        findings = check_layout(file)
        return conclude(findings, file, json, [*described(findings), f"{file}: {counted(findings)}."])
    from cchc_xl.verbs.check import examine

    found = examine(file, form)
    lines = [*described(found.findings), *found.incomplete, f"{file}: {counted(found.findings)}."]
    return conclude(
        found.findings, file, json, [*lines, *filter(None, [found.note])], incomplete=found.incomplete
    )


def status(book: Path, form: str = "", json: bool = False) -> int:
    """The status board, as on the first sheet."""
    from cchc_xl.submissions.handed_in import status as work

    found = work(book, datetime.now().date(), form)
    return conclude(
        found.changed_layout, book, json, _board(found), units=list(map(_line, found.lines)), summary=found.summary
    )


COLOURS = {"Đã nhận": "green", "Trả lại": "red", "Đã nộp": "yellow"}
TITLES = ("Đơn vị", "Biểu mẫu", "Nộp lúc", "So với hạn", "Đã điền", "Sửa", "Giải trình")
LEFT_COLUMNS = 4


def _board(found: SubmissionStatus) -> list[str]:
    """The board as a table; colours where somebody looks at a terminal."""
    from click import style

    table = [TITLES, *map(_cells, found.lines)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = []
    for number, row in enumerate(table):
        cells = (
            f"{cell:<{width}}" if column < LEFT_COLUMNS else f"{cell:>{width}}"
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        colour = COLOURS.get(row[1]) if number else None
        lines.append(style("  ".join(cells).rstrip(), fg=colour, bold=not number))
    return [found.title, *lines, found.summary]


def _line(line: StatusLine) -> dict[str, Any]:
    """A unit for machines: codes for words, the moment as ISO 8601, days late."""
    from dataclasses import asdict

    from cchc_xl.master.lists_and_board import ON_TIME, TIME_FORMAT, State

    days = int("".join(filter(str.isdigit, line.timeliness)) or 0)
    timely = "" if not line.timeliness else "on_time" if line.timeliness == ON_TIME else "late"
    at = datetime.strptime(line.at, TIME_FORMAT).isoformat(timespec="minutes") if line.at else ""
    return asdict(line) | {"state": State(line.state).name.lower(), "at": at, "timeliness": timely, "days_late": days}


def _cells(line: StatusLine) -> tuple[str, ...]:
    return (
        line.name, line.state, line.at, line.timeliness, f"{line.filled}/{line.expected}",
        str(line.errors), str(line.warnings),
    )


def consolidate(
    forms: Sequence[Path], by: str, out: Path | None = None, units: Path | None = None, jobs: int = 0,
    resume: Path | None = None, facts: Path | None = None, scheduler: str = "", form: str = "", period: str = "",
    every: bool = False, replace: bool = False, forget: bool = False, json: bool = False, map: Path | None = None,
) -> int:
    """Folds the files up the hierarchy and writes the result."""
    from cchc_xl.consolidate.run import Order, consolidate as work

    if out is None and facts is None:
        raise UserError("--out", "chưa nói ghi kết quả vào đâu.", "Thêm --out TỆP, --facts THƯ_MỤC, hoặc cả hai.")
    kinds = tuple(kind.strip() for kind in by.split(",") if kind.strip())
    order = Order(
        tuple(forms), kinds, units, out, form, jobs or os.cpu_count() or 1, resume, facts, scheduler,
        period=period, every=every, whole=replace, forget=forget, changes=map,
    )
    with progress("Đọc tệp", quiet=json) as step:
        done = work(order, step)
    # A finding names the file it stands in; `counts` counts those that are not listed too.
    answer(
        json, _consolidated(done, out), [finding.as_json(finding.cells[0].file) for finding in done.findings],
        counts=done.counts, files=done.files, read=done.read, units=done.levels,
        out=out if done.files["counted"] else None, facts=done.kept,
    )
    if not done.files["counted"]:
        return COULD_NOT_RUN
    return FINDINGS if done.counts["error"] else CLEAN


def _consolidated(done: Consolidated, out: Path | None) -> Iterator[str]:
    from cchc_xl.consolidate.engine import OUTCOME_WORDS

    shown = done.findings[:SHOWN]
    for each, line in zip(shown, described(shown), strict=True):
        yield f"{Path(each.cells[0].file).name} › {line}"
    if sum(done.counts.values()) > SHOWN:
        yield f"… và {sum(done.counts.values()) - SHOWN} điểm khác, xem danh sách Kiểm tra của kết quả."
    for level in done.levels[:SHOWN]:
        yield f"{level['name']}: {level['delivered']}/{level['expected']} đơn vị đã nộp."
    if len(done.levels) > SHOWN:
        yield f"… và {len(done.levels) - SHOWN} đơn vị tổng hợp khác."
    if kept := done.kept:
        gone = f", {kept.replaced} dòng cũ bị thay" if kept.replaced else ""
        units = f"{kept.before} → {kept.after} đơn vị (lần này đọc {kept.written})"
        yield f"Tập số liệu của kỳ: {units}; {kept.lines} dòng{gone}."
    files = ", ".join(f"{done.files[code]} {word.lower()}" for code, word in OUTCOME_WORDS.items() if done.files[code])
    found = ", ".join(f"{done.counts[severity]} {word.lower()}" for severity, word in SEVERITY_WORDS.items())
    end = (f" Kết quả: {out}" if out else "") if done.files["counted"] else f" {NOTHING}"
    yield f"{sum(done.files.values())} tệp: {files}; đọc mới {done.read}. {found}.{end}"


NOTHING = "Không tệp nào được tính nên không ghi gì (kết quả cũ và tập số liệu giữ nguyên)."


def doctor(
    book: Path | None = None, folder: Path | None = None, profile: Path | None = None, json: bool = False
) -> int:
    """Status 1 where something has to be done."""
    from dataclasses import asdict

    from cchc_xl.addin.addin_setup import examine, machine_of

    found = examine(*machine_of(folder), book, profile)
    lines = []
    for symptom in found:
        lines.append(f"[{'Tốt' if symptom.well else 'CẦN SỬA'}] {symptom.subject}: {symptom.fact}")
        lines += [f"    → {symptom.remedy}"] if symptom.remedy else []
    answer(json, lines, checks=[{**asdict(symptom), "well": symptom.well} for symptom in found])
    return CLEAN if all(symptom.well for symptom in found) else FINDINGS


def addin_install(
    folder: Path | None = None, profile: Path | None = None, trust: Sequence[Path] = (), json: bool = False
) -> int:
    """Installs for the user; without --trust no folder becomes trusted."""
    from cchc_xl.addin.addin_setup import install, machine_of
    from cchc_xl.addin.macro_trust import EXPLANATION

    done = install(*machine_of(folder), trust, profile)
    lines = [*done, "Mở lại Excel hoặc LibreOffice để thẻ CCHC và các nút có tác dụng.\n", EXPLANATION]
    return conclude((), Path(), json, lines, done=done)


def addin_uninstall(folder: Path | None = None, profile: Path | None = None, json: bool = False) -> int:
    """Takes away what was installed."""
    from cchc_xl.addin.addin_setup import machine_of, uninstall

    done = uninstall(*machine_of(folder), profile)
    return conclude((), Path(), json, done, done=done)
