"""cchc-xl reconcile BOOK REPORT [--appendix TABLE.csv] [--copy FILE.docx]"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cchc_xl.cli.command_app import (
    BOOK,
    CLEAN,
    COULD_NOT_RUN,
    FINDINGS,
    FORM_NAME,
    JSON,
    PATH,
    REPLACE,
    argument,
    described,
    option,
    print_json,
)
from cchc_xl.cli.vietnamese_help import Verb

if TYPE_CHECKING:
    from cchc_xl.reconcile.comparison import Audit


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
    from cchc_xl.verbs.reconcile import reconcile

    audit = reconcile(
        book, report, form_name=form, template=template, appendix=appendix, copy=copy, replace=replace
    )
    if json:
        print_json(**_fields(audit, book, report, copy))
    else:
        print("\n".join(_lines(audit, copy)))
    if audit.changed_layout or any(fault.rule.severity == "error" for fault in audit.faults):
        return FINDINGS
    return CLEAN if audit.recognised else COULD_NOT_RUN


command = Verb(
    "reconcile",
    callback=run,
    help="Đối chiếu một báo cáo bất kỳ với sổ và với chính nó.",
    params=[
        BOOK,
        argument("report", "Báo cáo: .docx, .txt, .odt, .doc."),
        option("--appendix", "Bảng phụ lục in riêng (.csv, .xlsx) để đối chiếu với lời văn.", type=PATH),
        option("--copy", "Tệp Word cần ghi: bản sao có chú thích ở từng chỗ.", type=PATH),
        REPLACE,
        option("--template", "Mẫu Word dùng thay cho mẫu có sẵn.", type=PATH),
        FORM_NAME,
        JSON,
    ],
)


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
        "unplaced": [
            {"paragraph": place.paragraph.index + 1, "quote": place.sentence, "number": _number(place)}
            for place in audit.unplaced
        ],
        "unread": [asdict(each) for each in audit.appendix.unread],
        "copy": copy,
    }


def _number(place: Any) -> str:
    text: str = place.paragraph.text[place.token.start:place.token.end]
    return text


def _lines(audit: Audit, copy: Path | None) -> list[str]:
    from cchc_xl.findings import SEVERITY_WORDS

    lines = described(audit.changed_layout)
    for fault in audit.faults:
        lines.append(f"[{SEVERITY_WORDS[fault.rule.severity]}] {audit.place(fault.spot.paragraph)}: {fault.message}")
        lines += [f"    “{fault.quote}”", f"    {fault.rule.remedy}."]
    if audit.unplaced:
        lines.append("Chưa đối chiếu được các câu sau (không rõ con số thuộc chỉ tiêu nào):")
        lines += [
            f"  {audit.place(place.paragraph.index)}: {_number(place)} — “{place.sentence}”" for place in audit.unplaced
        ]
    if audit.appendix.unread:
        lines.append("Chưa đối chiếu được các dòng, bảng sau:")
        lines += [f"  {each}" for each in audit.appendix.unread]
    if not audit.recognised:
        lines.append("Không nhận ra số liệu nào của biểu mẫu trong tệp này: chưa đối chiếu được gì.")
    lines.append(
        f"Khớp: {audit.confirmed} con số trong lời văn, {audit.confirmed_lines} dòng phụ lục, "
        f"{audit.rates} tỷ lệ và {audit.sums} phép cộng tính lại đúng. "
        f"Phát hiện: {len(audit.faults)}. Câu chưa đối chiếu được: {len(audit.unplaced)}."
    )
    if copy is not None:
        lines.append(f"Đã ghi bản sao có chú thích {copy}.")
    return lines
