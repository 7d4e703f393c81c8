"""The buttons that take files: forms that units have sent, and a report to hold against the workbook."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cchc_xl.live.button_outcome import CLEAN, COULD_NOT_RUN, FINDINGS, ButtonOutcome, paragraphs, some, status_of
from cchc_xl.live.click_session import Session, free_name
from cchc_xl.submissions.incoming_files import FORM_SUFFIXES, arrival_folder

if TYPE_CHECKING:
    from cchc_xl.reconcile.comparison import Audit
    from cchc_xl.verbs.collect import Collected

COLLECT, RECONCILE = "Nhận biểu mẫu", "Đối chiếu"
FORM_KINDS = tuple(f"*{suffix}" for suffix in FORM_SUFFIXES)
REPORT_KINDS = ("*.docx", "*.odt", "*.doc", "*.rtf", "*.txt", "*.pdf")
NOTHING = "Chưa chọn tệp nào; không có gì thay đổi."


def collect(session: Session) -> ButtonOutcome:
    """Filled forms into the open workbook; returned copies lie beside its file."""
    from cchc_xl.verbs.collect import collect_into

    title = "Chọn các tệp biểu mẫu đơn vị gửi về"
    files = session.files(title, arrival_folder(session.saved_path.parent), FORM_KINDS, several=True)
    if not files:
        return ButtonOutcome(COLLECT, NOTHING)
    master = session.master
    with session.step("write", "CCHC: đang nhận biểu mẫu…"):
        collected = collect_into(master, files, session.now, progress=session.tell)
    findings = [finding for outcome in collected.outcomes for finding in outcome.findings]
    status = status_of([*findings, *collected.changed_layout]) if collected.recognised else COULD_NOT_RUN
    return ButtonOutcome(COLLECT, _said_of_forms(collected), status)


def _said_of_forms(collected: Collected) -> str:
    from cchc_xl.verbs.collect import shown

    each = [f"{shown(outcome.path)}: {outcome.message}" for outcome in collected.outcomes]
    changed = some([finding.message for finding in collected.changed_layout], "chỗ khác của sổ bị sửa biểu")
    end = collected.ending("Đã ghi vào sổ đang mở; nhớ lưu sổ.")
    return paragraphs([collected.counts], some(each, "tệp khác ở trang tính Nhật ký"), changed, [end])


def reconcile(session: Session) -> ButtonOutcome:
    """A report against the figures of the open workbook; a copy with comments lies beside the report."""
    from cchc_xl.verbs.reconcile import reconcile_computed
    from cchc_xl.word.document_text import read_document

    files = session.files("Chọn báo cáo cần đối chiếu", session.saved_path.parent, REPORT_KINDS)
    if not files:
        return ButtonOutcome(RECONCILE, NOTHING)
    copy = free_name(files[0].with_name(f"{files[0].stem}_doi_chieu.docx"))
    computed = session.computed
    with session.step("write", "CCHC: đang đối chiếu báo cáo…"):
        audit = reconcile_computed(computed, read_document(files[0]), copy=copy)
    wrong = any(fault.rule.severity == "error" for fault in audit.faults) or audit.changed_layout
    return ButtonOutcome(RECONCILE, _said_of_report(audit, copy), FINDINGS if wrong else CLEAN)


def _said_of_report(audit: Audit, copy: Path) -> str:
    changed = some([finding.message for finding in audit.changed_layout], "chỗ khác của sổ bị sửa biểu")
    confirmed = f"Khớp {audit.confirmed} con số trong lời văn và {audit.confirmed_lines} dòng phụ lục."
    found = f"Phát hiện {len(audit.faults)} chỗ; {len(audit.unplaced)} câu chưa đối chiếu được."
    faults = some([fault.message for fault in audit.faults], "chỗ khác trong bản sao có góp ý")
    return paragraphs(changed, [confirmed, found], faults, ["Bản sao có góp ý ở từng chỗ:", str(copy)])


def existing(paths: Sequence[str]) -> tuple[Path, ...]:
    """Files or folders named on the command line, as whole paths."""
    return tuple(Path(path).resolve() for path in paths)
