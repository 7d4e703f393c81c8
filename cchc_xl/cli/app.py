"""What all verbs share: exit statuses, errors in Vietnamese, and the one JSON object of --json.

Exit status: 0 clean, 1 findings of severity error, 2 could not run (a located message, nothing changed).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cchc_xl.errors import UserError

if TYPE_CHECKING:
    from cchc_xl.findings import Finding

CLEAN, FINDINGS, COULD_NOT_RUN = 0, 1, 2

app = typer.Typer(
    name="cchc-xl",
    help="Báo cáo cải cách hành chính: sổ tổng hợp Excel, tính lại, kiểm tra, xuất báo cáo Word.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Json = Annotated[bool, typer.Option("--json", help="In một đối tượng JSON thay cho chữ.")]
FormName = Annotated[str, typer.Option("--form", help="Bộ biểu mẫu: tên bộ có sẵn hoặc thư mục.")]
Book = Annotated[Path, typer.Argument(help="Sổ tổng hợp (.xlsx hoặc .xlsm).")]


def run() -> int:
    """Runs the command line and returns its exit status."""
    try:
        status = app(standalone_mode=False)
    except UserError as error:
        return _refused(error)
    except typer.Abort:
        print("Đã dừng theo yêu cầu; không có gì thay đổi.", file=sys.stderr)
        return COULD_NOT_RUN
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        # typer's own errors: a missing argument, an unknown option.
        print(f"Lệnh chưa đúng: {error.format_message()}", file=sys.stderr)
        print("Xem cách dùng: cchc-xl --help", file=sys.stderr)
        return COULD_NOT_RUN
    return status if isinstance(status, int) else CLEAN


def _refused(error: UserError) -> int:
    if "--json" in sys.argv:
        fields = {"where": error.where, "what": error.what, "remedy": error.remedy}
        print(json.dumps({"error": fields, "findings": []}, ensure_ascii=False))
    print(f"Không thực hiện được. {error}", file=sys.stderr)
    return COULD_NOT_RUN


def conclude(findings: Sequence[Finding], file: Path, as_json: bool, lines: Sequence[str], **more: Any) -> int:
    """Prints the outcome of a verb, as text or as the one JSON object, and returns the exit status."""
    if as_json:
        listed = [finding.as_json(str(file)) for finding in findings]
        print(json.dumps({"findings": listed, **more}, ensure_ascii=False, indent=2, default=str))
    else:
        print("\n".join(lines))
    return status_of(findings)


def status_of(findings: Sequence[Finding]) -> int:
    """1 where something must be mended, else 0."""
    return FINDINGS if any(finding.severity == "error" for finding in findings) else CLEAN


def described(findings: Sequence[Finding]) -> list[str]:
    """Findings as lines: severity, place, what, and the suggestion."""
    from cchc_xl.findings import SEVERITY_WORDS

    lines = []
    for finding in findings:
        place = finding.cells[0] if finding.cells else ""
        state = " (đã giải trình)" if finding.explained else ""
        suggestion = f" Đề nghị: {finding.suggestion}." if finding.suggestion else ""
        lines.append(f"[{SEVERITY_WORDS[finding.severity]}{state}] {place}: {finding.message}{suggestion}")
    return lines
