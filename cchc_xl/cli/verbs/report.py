"""cchc-xl report BOOK --out FILE.docx [--update EDITED.docx] [--review]"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from cchc_xl.cli.command_app import conclude, described
from cchc_xl.errors import CLEAN

if TYPE_CHECKING:
    from cchc_xl.report.update_figures import Refreshed, Updated
    from cchc_xl.verbs.report import Exported


def run(
    book: Path,
    out: Path,
    pdf: bool = False,
    draft: bool = False,
    template: Path | None = None,
    edited: Path | None = None,
    overwrite_edited: bool = False,
    review: bool = False,
    previous: Path | None = None,
    replace: bool = False,
    form: str = "",
    json: bool = False,
) -> int:
    """Writes the report; never on a workbook with errors unless as a draft."""
    if edited is not None:
        from cchc_xl.verbs.report import refresh

        computed, updated, left_out = refresh(
            book, edited, out, form_name=form, template=template, draft=draft, overwrite_edited=overwrite_edited,
            pdf=pdf, replace=replace,
        )
        pdf_file = out.with_suffix(".pdf") if pdf and not left_out else None
        fields = {**update_fields(updated), "pdf": pdf_file, "left_out": left_out}
        lines = [*update_lines(updated), *_pdf_lines(pdf_file, left_out), *described(computed.changed_layout)]
        conclude(computed.findings, book, json, lines, **fields)
        return CLEAN
    from cchc_xl.verbs.report import export

    made = export(
        book, out, form_name=form, template=template, draft=draft, pdf=pdf, review=review, previous=previous,
        replace=replace,
    )
    conclude(made.computed.findings, book, json, _lines(made, out), **_fields(made, out))
    return CLEAN


def _fields(made: Exported, out: Path) -> dict[str, Any]:
    result = made.result
    counts = {"figures": result.figures, "missing": result.missing}
    return {"report": out, "pdf": made.pdf, "left_out": made.left_out, **counts}


def _pdf_lines(pdf: Path | None, left_out: str) -> list[str]:
    return [f"Đã ghi bản PDF {pdf}."] if pdf else [f"Chưa có bản PDF: {left_out}"] if left_out else []


def _lines(made: Exported, out: Path) -> list[str]:
    from cchc_xl.report.gaps import gap_lines, partial_lines

    result = made.result
    lines = [f"Đã ghi báo cáo {out}: {result.figures} con số lấy từ sổ.", *described(made.computed.changed_layout)]
    lines += _pdf_lines(made.pdf, made.left_out)
    content, figures = made.computed.content, made.computed.figures
    if result.missing:
        lines.append("Còn thiếu, đã tô vàng trong báo cáo:")
        lines += [f"  - {line}" for line in gap_lines(content, figures, result.missing)]
    return [*lines, *partial_lines(content, figures, result.incomplete)]


def update_lines(updated: Updated) -> list[str]:
    """What an update did, in lines: changed from → to, kept, removed, repeated."""
    from cchc_xl.report.update_figures import UpdateOutcome

    written = [figure for figure in updated.figures if figure.written]
    kept = [figure for figure in updated.of(UpdateOutcome.OVERTYPED) if not figure.written]
    lines = [
        f"Đã ghi {updated.target}: {len(written)} con số đổi mới, "
        f"{len(updated.of(UpdateOutcome.SAME))} con số giữ nguyên.",
        *(f"  {each.title} ({each.tag}): {each.before} → {each.after}; ở “{each.quote}”" for each in written),
        *_listed("Đã bị gõ đè bằng tay, không ghi lại (thêm --overwrite-edited nếu muốn ghi):", kept),
        *_listed("Số vẫn còn nhưng không còn gắn với sổ, không cập nhật được:", updated.of(UpdateOutcome.UNFRAMED)),
        *_listed("Chỗ ghi số đã bị xóa trống:", updated.of(UpdateOutcome.EMPTIED)),
        *_listed("Sổ không còn số liệu này, giữ nguyên:", updated.of(UpdateOutcome.UNKNOWN)),
    ]
    if updated.charts.refreshed:
        lines.append(f"Biểu đồ đã vẽ lại theo sổ: {'; '.join(updated.charts.refreshed)}.")
    if updated.charts.kept:
        lines.append(f"Biểu đồ giữ nguyên, sổ không vẽ: {'; '.join(updated.charts.kept)}.")
    if updated.removed:
        gone = "; ".join(f"{each.title} ({each.text})" for each in updated.removed)
        lines.append(f"Không còn trong báo cáo: {gone}.")
    if updated.duplicated:
        lines.append(f"Có nhiều lần trong báo cáo: {'; '.join(each.title for each in updated.duplicated)}.")
    if updated.pending:
        lines.append(f"Còn {len(updated.pending)} chỗ chưa có số, cần tự điền: {'; '.join(updated.pending)}.")
    if not updated.recorded:
        lines.append("Tệp không còn dấu vết của lần xuất trước, nên số nào khác sổ đều coi là gõ tay.")
    return lines


def _listed(title: str, figures: list[Refreshed]) -> list[str]:
    lines = [
        f"  {each.title} ({each.tag}): báo cáo ghi {each.before or '(trống)'}, sổ {each.after or '(không có)'}; "
        f"ở “{each.quote}”"
        for each in figures
    ]
    return [title, *lines] if lines else []


def update_fields(updated: Updated) -> dict[str, Any]:
    """The same for machines."""
    from dataclasses import asdict

    return {
        "report": updated.target,
        "figures": [asdict(figure) for figure in updated.figures if figure.outcome != "same"],
        "removed": [asdict(figure) for figure in updated.removed],
        "duplicated": [asdict(figure) for figure in updated.duplicated],
        "pending": updated.pending,
        "recorded": updated.recorded,
        "charts": {"refreshed": updated.charts.refreshed, "kept": updated.charts.kept},
    }
