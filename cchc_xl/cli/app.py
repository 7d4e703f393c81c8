"""What all verbs share: exit statuses, errors in Vietnamese, and the one JSON object of --json.

Exit status: 0 clean, 1 findings of severity error, 2 could not run (a located message, nothing changed).
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
import traceback
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
        # typer's own errors (a missing argument, an unknown option) can say what is wrong; anything else is a bug.
        explain = getattr(error, "format_message", None)
        return _unexpected() if explain is None else _misused(explain())
    return status if isinstance(status, int) else CLEAN


def _misused(message: str) -> int:
    print(f"Lệnh chưa đúng: {_in_vietnamese(message)}", file=sys.stderr)
    print("Xem cách dùng: cchc-xl --help", file=sys.stderr)
    return COULD_NOT_RUN


def _unexpected() -> int:
    """A fault of the program: people get one sentence, developers the whole traceback in a file."""
    with tempfile.NamedTemporaryFile("w", prefix="cchc-loi-", suffix=".txt", delete=False, encoding="utf-8") as log:
        log.write(traceback.format_exc())
    print(f"Phần mềm gặp lỗi ngoài dự kiến và đã dừng. Gửi tệp {log.name} cho người hỗ trợ.", file=sys.stderr)
    return COULD_NOT_RUN


USAGE_ERRORS = (
    (re.compile(r"Missing argument '(.+?)'"), "thiếu {}."),
    (re.compile(r"Missing option '(.+?)'"), "thiếu tùy chọn {}."),
    (re.compile(r"No such option: (\S+)"), "không có tùy chọn {}."),
    (re.compile(r"No such command '(.+?)'"), "không có lệnh {}."),
    (re.compile(r"Option '(.+?)' requires an argument"), "tùy chọn {} cần một giá trị."),
    (re.compile(r"Got unexpected extra arguments? \((.+?)\)"), "thừa {}."),
    (re.compile(r"Invalid value for '(.+?)'"), "giá trị của {} không hợp lệ."),
)


def _in_vietnamese(message: str) -> str:
    for pattern, meaning in USAGE_ERRORS:
        if found := pattern.search(message):
            return meaning.format(*found.groups())
    return message


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
