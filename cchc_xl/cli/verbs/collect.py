"""cchc-xl collect BOOK FILES…|FOLDER"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cchc_xl.cli.app import BOOK, FORM_NAME, JSON, argument, described, option, print_json, progress, status_of
from cchc_xl.cli.help import Verb

if TYPE_CHECKING:
    from cchc_xl.forms.collect import Collected

RECEIVED_FORMATS = ["%d/%m/%Y", "%d/%m/%Y %H:%M", "%Y-%m-%d", "%Y-%m-%dT%H:%M"]


def run(
    book: Path,
    forms: Sequence[Path],
    replace: bool = False,
    accept: bool = False,
    received: datetime | None = None,
    form: str = "",
    json: bool = False,
) -> int:
    """Reads, checks, takes or returns every file; one save for all."""
    from cchc_xl.forms.collect import collect, forms_in
    from cchc_xl.forms.decide import Policy

    policy = Policy(replace, accept, received)
    count, total = itertools.count(1), len(forms_in(forms))
    with progress("Đọc biểu mẫu", quiet=json) as step:
        tell = (lambda path: step(next(count), total, path)) if step else None
        collected = collect(book, forms, datetime.now(), policy, form_name=form, progress=tell)
    if json:
        _print_json(collected)
    else:
        print("\n".join(_lines(collected)))
    return status_of([finding for outcome in collected.outcomes for finding in outcome.findings])


command = Verb(
    "collect",
    callback=run,
    help="Thu nhận biểu mẫu các đơn vị gửi về vào sổ tổng hợp.",
    params=[
        BOOK,
        argument("forms", "Các tệp biểu mẫu, hoặc thư mục chứa chúng.", nargs=-1, required=True),
        option("--replace", "Thay cả biểu mẫu đã nhận trước đó.", is_flag=True),
        option("--accept-with-errors accept", "Nhận cả tệp còn lỗi, có đánh dấu.", is_flag=True),
        option("--received", "Ngày giờ nhận tệp, nếu khác ngày giờ của tệp.", type=click.DateTime(RECEIVED_FORMATS)),
        FORM_NAME,
        JSON,
    ],
)


def _print_json(collected: Collected) -> None:
    findings = [finding.as_json(str(each.path)) for each in collected.outcomes for finding in each.findings]
    print_json(findings, files=_files(collected), changed=collected.saved)


def _lines(collected: Collected) -> list[str]:
    from cchc_xl.forms.collect import shown
    from cchc_xl.forms.decide import Fate

    lines = []
    for outcome in collected.outcomes:
        lines.append(f"[{outcome.fate}] {shown(outcome.path)}: {outcome.message}")
        lines += [f"    {line}" for line in described(outcome.findings) if outcome.fate in (Fate.TAKEN, Fate.RETURNED)]
        lines += [f"    Thay {change}" for change in outcome.changes]
    counts = ", ".join(f"{collected.count(fate)} {str(fate).lower()}" for fate in Fate if collected.count(fate))
    saved = "Đã ghi vào sổ." if collected.saved else "Sổ không thay đổi."
    return [*lines, f"{len(collected.outcomes)} tệp: {counts}. {saved}"]


def _files(collected: Collected) -> list[dict[str, Any]]:
    return [
        {
            "file": outcome.path, "unit": outcome.unit, "outcome": outcome.fate.name.lower(),
            "message": outcome.message, "sha256": outcome.sha,
            "replaced": list(outcome.changes), "returned": outcome.returned,
        }
        for outcome in collected.outcomes
    ]
