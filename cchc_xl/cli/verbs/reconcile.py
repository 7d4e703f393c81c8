"""cchc-xl reconcile BOOK REPORT [--appendix TABLE.csv] [--copy FILE.docx]"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cchc_xl.cli.command_app import answer, described
from cchc_xl.errors import CLEAN, COULD_NOT_RUN, FINDINGS
from cchc_xl.findings import SEVERITY_WORDS, Severity
from cchc_xl.reconcile.comparison import Audit
from cchc_xl.reconcile.reconcile_rules import Contradiction
from cchc_xl.verbs.reconcile import reconcile


def run(
    book: Path,
    report: Path,
    appendix: Path | None = None,
    copy: Path | None = None,
    replace: bool = False,
    template: Path | None = None,
    form: str = "",
    json: bool = False,
) -> int:
    """Findings about the report; nothing but the copy asked for is written."""
    audit = reconcile(
        book, report, form_name=form, template=template, appendix=appendix, copy=copy, replace=replace
    )
    answer(json, _lines(audit, copy), **_fields(audit, book, report, copy))
    if audit.changed_layout or any(fault.rule.severity == "error" for fault in audit.faults):
        return FINDINGS
    return CLEAN if audit.recognised else COULD_NOT_RUN


def _fields(audit: Audit, book: Path, report: Path, copy: Path | None) -> dict[str, Any]:
    return {
        "findings": [
            *(finding.as_json(str(book)) for finding in audit.changed_layout),
            *({**fault.as_json(str(report)), "place": audit.place(fault.spot.paragraph)} for fault in audit.faults),
        ],
        "confirmed": {
            "figures": audit.confirmed, "appendix_lines": audit.confirmed_lines, "rates": audit.rates,
            "sums": audit.sums,
        },
        "unplaced": [_place(place) for place in audit.unplaced],
        "doubtful_rates": [_place(place) for place in audit.doubtful],
        "unread": [asdict(each) for each in audit.appendix.unread],
        "copy": copy,
    }


def _place(place: Any) -> dict[str, Any]:
    return {"paragraph": place.paragraph.index + 1, "quote": place.sentence, "number": _number(place)}


def _number(place: Any) -> str:
    text: str = place.paragraph.text[place.token.start:place.token.end]
    return text


def _lines(audit: Audit, copy: Path | None) -> list[str]:
    """Contradictions first, then what is doubtful, then one line for each kind of remark on style."""
    lines = described(audit.changed_layout)
    spoken = [fault for severity in Severity for fault in audit.faults if fault.rule.severity == severity]
    lines += [line for fault in spoken if fault.rule.severity != Severity.INFO for line in _told(audit, fault)]
    lines += _remarks(audit, [fault for fault in spoken if fault.rule.severity == Severity.INFO])
    lines += _listed(audit, audit.unplaced, "Chưa đối chiếu được các câu sau (không rõ con số thuộc chỉ tiêu nào, hoặc "
                     "sổ chưa có số để so):")
    lines += _listed(audit, audit.doubtful, "Chưa tính lại được các tỷ lệ sau (báo cáo không ghi rõ số chia):")
    if audit.appendix.unread:
        lines.append("Chưa đối chiếu được các dòng, bảng sau:")
        lines += [f"  {each}" for each in audit.appendix.unread]
    if not audit.recognised:
        lines.append("Không nhận ra số liệu nào của biểu mẫu trong tệp này: chưa đối chiếu được gì.")
    lines += _counts(audit)
    if copy is not None:
        lines.append(f"Đã ghi bản sao có góp ý {copy}.")
    return lines


def _listed(audit: Audit, places: Sequence[Any], title: str) -> list[str]:
    told = [f"  {audit.place(place.paragraph.index)}: {_number(place)} — “{place.sentence}”" for place in places]
    return [title, *told] if told else []


def _told(audit: Audit, fault: Contradiction) -> list[str]:
    head = f"[{SEVERITY_WORDS[fault.rule.severity]}] {audit.place(fault.spot.paragraph)}: {fault.message}"
    return [head, *([f"    “{fault.quote}”"] if fault.quote else []), f"    {fault.rule.remedy}."]


def _remarks(audit: Audit, faults: Sequence[Contradiction]) -> list[str]:
    """A kind of remark with its places; a single one in full."""
    lines = []
    for rule in dict.fromkeys(fault.rule for fault in faults):
        same = [fault for fault in faults if fault.rule is rule]
        if len(same) == 1:
            lines += _told(audit, same[0])
            continue
        places = ", ".join(dict.fromkeys(audit.place(fault.spot.paragraph) for fault in same))
        example = same[0].stated or same[0].quote
        head = f"[{SEVERITY_WORDS[rule.severity]}] {len(same)} chỗ: {rule.remedy}."
        lines += [head, f"    Ví dụ “{example}”; ở {places}."]
    return lines


def _counts(audit: Audit) -> list[str]:
    wrong = [fault for fault in audit.faults if fault.rule.severity == "error"]
    of_table = sum(fault.rule.code == "appendix_figure" for fault in wrong)
    return [
        f"Lời văn: khớp {audit.confirmed} con số, mâu thuẫn {len(wrong) - of_table} chỗ, "
        f"chưa đối chiếu được {len(audit.unplaced)} câu và {len(audit.doubtful)} tỷ lệ; "
        f"tính lại đúng {audit.rates} tỷ lệ và {audit.sums} phép cộng.",
        f"Phụ lục: khớp {audit.confirmed_lines} dòng, mâu thuẫn {of_table} dòng, "
        f"chưa đọc được {len(audit.appendix.unread)} dòng hoặc bảng.",
        *([f"Sổ chưa có số để so với {audit.silent_lines} dòng của phụ lục."] if audit.silent_lines else []),
    ]
