"""The verbs on written reports and on their Word templates: what each prints and ends with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cchc_xl.cli.command_app import answer, conclude, described
from cchc_xl.errors import CLEAN, COULD_NOT_RUN, FINDINGS
from cchc_xl.rule_registry import SEVERITY_WORDS, Severity
from cchc_xl.writing.vietnamese_numbers import in_table

if TYPE_CHECKING:
    from cchc_xl.figures import Content, Figure
    from cchc_xl.reconcile.comparison import Audit
    from cchc_xl.reconcile.figure_import import Imported, ImportedEntry
    from cchc_xl.reconcile.reconcile_rules import Contradiction
    from cchc_xl.report.update_figures import Refreshed, Updated
    from cchc_xl.verbs.report import Exported


def report(
    book: Path, out: Path, pdf: bool = False, draft: bool = False, template: Path | None = None,
    edited: Path | None = None, overwrite_edited: bool = False, review: bool = False, previous: Path | None = None,
    replace: bool = False, form: str = "", json: bool = False,
) -> int:
    """Writes the report; never on a workbook with errors unless as a draft."""
    from cchc_xl.verbs.report import export, refresh

    if edited is not None:
        computed, updated, left_out = refresh(
            book, edited, out, form_name=form, template=template, draft=draft, overwrite_edited=overwrite_edited,
            pdf=pdf, replace=replace,
        )
        pdf_file = out.with_suffix(".pdf") if pdf and not left_out else None
        fields = {**_update_fields(updated), "pdf": pdf_file, "left_out": left_out}
        lines = [*_updated(updated), *_pdf_lines(pdf_file, left_out), *described(computed.changed_layout)]
        conclude(computed.findings, book, json, lines, **fields)
        return CLEAN
    made = export(
        book, out, form_name=form, template=template, draft=draft, pdf=pdf, review=review, previous=previous,
        replace=replace,
    )
    conclude(
        made.computed.findings, book, json, list(_exported(made, out)), report=out, pdf=made.pdf,
        left_out=made.left_out, figures=made.result.figures, missing=made.result.missing,
    )
    return CLEAN


def _pdf_lines(pdf: Path | None, left_out: str) -> list[str]:
    return [f"Đã ghi bản PDF {pdf}."] if pdf else [f"Chưa có bản PDF: {left_out}"] if left_out else []


def _exported(made: Exported, out: Path) -> Iterator[str]:
    from cchc_xl.report.gaps import gap_lines, partial_lines

    result, content, figures = made.result, made.computed.content, made.computed.figures
    yield f"Đã ghi báo cáo {out}: {result.figures} con số lấy từ sổ."
    yield from described(made.computed.changed_layout)
    yield from _pdf_lines(made.pdf, made.left_out)
    if result.missing:
        yield "Còn thiếu, đã tô vàng trong báo cáo:"
        yield from (f"  - {line}" for line in gap_lines(content, figures, result.missing))
    yield from partial_lines(content, figures, result.incomplete)


def _updated(updated: Updated) -> list[str]:
    """What an update did, in lines: changed from → to, kept, removed, repeated."""
    from cchc_xl.report.update_figures import UpdateOutcome

    written = [figure for figure in updated.figures if figure.written]
    kept = [figure for figure in updated.of(UpdateOutcome.OVERTYPED) if not figure.written]
    lines = [
        f"Đã ghi {updated.target}: {len(written)} con số đổi mới, "
        f"{len(updated.of(UpdateOutcome.SAME))} con số giữ nguyên.",
        *(f"  {each.title} ({each.tag}): {each.before} → {each.after}; ở “{each.quote}”" for each in written),
        *_left("Đã bị gõ đè bằng tay, không ghi lại (thêm --overwrite-edited nếu muốn ghi):", kept),
        *_left("Số vẫn còn nhưng không còn gắn với sổ, không cập nhật được:", updated.of(UpdateOutcome.UNFRAMED)),
        *_left("Chỗ ghi số đã bị xóa trống:", updated.of(UpdateOutcome.EMPTIED)),
        *_left("Sổ không còn số liệu này, giữ nguyên:", updated.of(UpdateOutcome.UNKNOWN)),
    ]
    gone = (f"{each.title} ({each.text})" for each in updated.removed)
    for told, named in (
        ("Biểu đồ đã vẽ lại theo sổ: {}.", updated.charts.refreshed),
        ("Biểu đồ sổ không vẽ, giữ nguyên nên số trong đó có thể đã cũ, cần tự xem lại: {}.", updated.charts.kept),
        ("Biểu đồ sổ vẽ mà báo cáo không có, hoặc chỉ còn là hình ảnh với số cũ: {}. Muốn có thì xuất báo cáo mới vào "
         "tệp khác rồi chép biểu đồ sang.", updated.charts.lacking),
        ("Không còn trong báo cáo: {}.", gone),
        ("Có nhiều lần trong báo cáo: {}.", (each.title for each in updated.duplicated)),
        (f"Còn {len(updated.pending)} chỗ chưa có số, cần tự điền: {{}}.", updated.pending),
    ):
        if listed := "; ".join(named):
            lines.append(told.format(listed))
    if not updated.recorded:
        lines.append("Tệp không còn dấu vết của lần xuất trước, nên số nào khác sổ đều coi là gõ tay.")
    return lines


def _left(title: str, figures: Iterable[Refreshed]) -> list[str]:
    return _headed(title, (
        f"  {each.title} ({each.tag}): báo cáo ghi {each.before or '(trống)'}, sổ {each.after or '(không có)'}; "
        f"ở “{each.quote}”" for each in figures
    ))


def _headed(title: str, lines: Iterable[object]) -> list[str]:
    """Lines with what they are before them; nothing where there are none."""
    told = [f"{line}" for line in lines]
    return [title, *told] if told else []


def _update_fields(updated: Updated) -> dict[str, Any]:
    """The same for machines."""
    return {
        "report": updated.target, "figures": [figure for figure in updated.figures if figure.outcome != "same"],
        "removed": updated.removed, "duplicated": updated.duplicated, "pending": updated.pending,
        "recorded": updated.recorded,
        "charts": updated.charts,
    }


def reconcile(
    book: Path, report: Path, appendix: Path | None = None, copy: Path | None = None, replace: bool = False,
    template: Path | None = None, form: str = "", json: bool = False,
) -> int:
    """Findings about the report; nothing but the copy asked for is written."""
    from cchc_xl.verbs.reconcile import reconcile as work

    audit = work(book, report, form_name=form, template=template, appendix=appendix, copy=copy, replace=replace)
    answer(json, _audited(audit, copy), **_audit_fields(audit, book, report, copy))
    if audit.changed_layout or any(fault.rule.severity == "error" for fault in audit.faults):
        return FINDINGS
    return CLEAN if audit.recognised else COULD_NOT_RUN


def _audit_fields(audit: Audit, book: Path, report: Path, copy: Path | None) -> dict[str, Any]:
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
        "unread": audit.appendix.unread,
        "copy": copy,
    }


def _place(place: Any) -> dict[str, Any]:
    return {"paragraph": place.paragraph.index + 1, "quote": place.sentence, "number": _number(place)}


def _number(place: Any) -> str:
    text: str = place.paragraph.text[place.token.start:place.token.end]
    return text


def _audited(audit: Audit, copy: Path | None) -> list[str]:
    """Contradictions first, then what is doubtful, then one line for each kind of remark on style."""
    lines = described(audit.changed_layout)
    spoken = [fault for severity in Severity for fault in audit.faults if fault.rule.severity == severity]
    lines += [line for fault in spoken if fault.rule.severity != Severity.INFO for line in _told(audit, fault)]
    lines += _remarks(audit, [fault for fault in spoken if fault.rule.severity == Severity.INFO])
    for title, places in (
        ("Chưa đối chiếu được các câu sau (không rõ con số thuộc chỉ tiêu nào, hoặc sổ chưa có số để so):",
         audit.unplaced),
        ("Chưa tính lại được các tỷ lệ sau (báo cáo không ghi rõ số chia):", audit.doubtful),
    ):
        lines += _headed(title, (
            f"  {audit.place(place.paragraph.index)}: {place.written} — “{place.sentence}”" for place in places
        ))
    lines += _headed("Chưa đối chiếu được các dòng, bảng sau:", (f"  {each}" for each in audit.appendix.unread))
    if not audit.recognised:
        lines.append("Không nhận ra số liệu nào của biểu mẫu trong tệp này: chưa đối chiếu được gì.")
    lines += _counts(audit)
    if copy is not None:
        lines.append(f"Đã ghi bản sao có góp ý {copy}.")
    return lines


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


def import_report(
    book: Path, source: Path, unit: str = "", form: str = "", json: bool = False, map: Path | None = None
) -> int:
    """Writes what is sure into empty cells; lists the rest."""
    from cchc_xl.declaration.declaration_workbook import read_changes
    from cchc_xl.verbs.reconcile import import_figures

    changes = read_changes(map) if map else None
    imported = import_figures(book, source, form_name=form, unit=unit, changes=changes)
    answer(
        json, _imported(imported, book), findings=[], written=[_entry(each) for each in imported.written],
        listed=[_entry(each) for each in imported.listed], unread=imported.unread,
        general=[{**asdict(each), "confidence": float(each.confidence)} for each in imported.general],
    )
    return CLEAN if imported.entries else COULD_NOT_RUN


def _entry(entry: ImportedEntry) -> dict[str, Any]:
    return {
        "indicator": entry.found.code, "value": in_table(entry.found.value),
        "confidence": float(entry.found.confidence),
        "source": entry.found.source, "unit": entry.unit, "sheet": entry.cell.sheet if entry.cell else "",
        "cell": entry.cell.cell if entry.cell else "", "reason": entry.reason,
    }


def _imported(imported: Imported, book: Path) -> list[str]:
    rest = [
        *_headed(
            f"Chưa đọc được {len(imported.unread)} dòng hoặc bảng, cần người quyết định:",
            (f"  {each}" for each in imported.unread),
        ),
        *_headed("Thông tin chung đọc được trong báo cáo, chưa ghi vào sổ; hãy xem lại rồi tự điền:", (
            f"  {each.label}: {each.value} (độ tin cậy {in_table(each.confidence)}, {each.source})"
            for each in imported.general
        )),
    ]
    if not imported.entries:
        return ["Không nhận ra số liệu nào của biểu mẫu trong tệp này; sổ không thay đổi.", *rest]
    return [
        f"Đã ghi {len(imported.written)} ô vào {book}; nguồn và độ tin cậy của từng số ở trang tính Nhật ký.",
        *(f"  {_figure(entry)}: {entry.unit}, ô {entry.cell} ({entry.found.source})" for entry in imported.written),
        *_headed(
            f"Chưa ghi {len(imported.listed)} số, cần người quyết định:",
            (f"  {_figure(entry)}: {entry.reason} ({entry.found.source})" for entry in imported.listed),
        ),
        *rest, "Chạy lệnh recalc để tính lại sổ.",
    ]


def _figure(entry: ImportedEntry) -> str:
    return f"{entry.found.code} = {in_table(entry.found.value)}"


def template_names(book: Path | None = None, form: str = "", json: bool = False) -> int:
    """Every name that a template may use."""
    from cchc_xl.report.template_names import vocabulary

    content, figures = _content(book, form)
    words = vocabulary(content.form, content, figures)
    lines = list[str]()
    for group, listed in groupby(words, key=lambda word: word.group):
        lines.append(f"\n{group}")
        lines += [f"  {each.name:<44} {each.meaning}" + (f" = {each.value}" if each.value else "") for each in listed]
    answer(json, lines, names=words)
    return CLEAN


def template_check(file: Path, book: Path | None = None, form: str = "", json: bool = False) -> int:
    """The mistakes of a template; a copy with comments beside it where there are any."""
    from cchc_xl.report.template_check import as_finding, check_template, write_commented_copy

    mistakes = check_template(file, *_content(book, form))
    findings = [as_finding(mistake, file) for mistake in mistakes]
    copy = write_commented_copy(file, mistakes) if mistakes else None
    ending = f"{len(mistakes)} lỗi; góp ý từng chỗ trong {copy}." if copy else "không có lỗi."
    return conclude(findings, file, json, [*described(findings), f"{file}: {ending}"], copy=copy)


def _content(book: Path | None, form: str) -> tuple[Content, dict[str, Figure]]:
    """What a workbook holds; without one, a form that nobody has filled yet."""
    if book is not None:
        from cchc_xl.master.compute_book import compute

        computed = compute(book, form)
        return computed.content, dict(computed.figures)
    from cchc_xl.declaration.load_form import form_folder, load_form
    from cchc_xl.figures import Content, total

    content = Content(load_form(form_folder(form)), {})
    return content, total(content.form, content.readings, content.shared)
