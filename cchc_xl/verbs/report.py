"""Exports the Word report of a master workbook: computed anew, refused while figures must be mended."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cchc_xl.errors import UserError
from cchc_xl.findings import Finding, Severity
from cchc_xl.master.compute_book import Computed, compute
from cchc_xl.report.render import RenderResult, render
from cchc_xl.resources import data_folder
from cchc_xl.schema.form_model import Form
from cchc_xl.structs import Struct

if TYPE_CHECKING:
    from cchc_xl.report.update_figures import Updated

SHOWN_ERRORS = 5


class Exported(Struct, frozen=True):
    """The report that was written, and its PDF where one was asked for."""

    computed: Computed
    result: RenderResult
    pdf: Path | None


def export(
    book: Path, out: Path, *, form_name: str = "", template: Path | None = None, draft: bool = False, pdf: bool = False,
    review: bool = False, previous: Path | None = None,
) -> Exported:
    """Writes the report, as a copy for review where asked: compared with `previous`, or with the file it replaces.

    Raises `UserError` where errors are open and no draft is asked for.
    """
    computed = compute(book, form_name)
    if not draft:
        refuse_errors(book, computed.findings)
    chosen = template or default_template(computed.content.form)
    before = _paragraphs(previous or out) if review else None
    result = render(chosen, computed.content, computed.figures, out, draft=draft)
    if review:
        _review(out, computed, before)
    return Exported(computed, result, _pdf(out) if pdf else None)


def _paragraphs(previous: Path) -> list[str] | None:
    """The paragraphs of the previous export; None where there is none."""
    from cchc_xl.word.document_text import read_docx

    return read_docx(previous, previous).paragraphs if previous.is_file() else None


def _review(out: Path, computed: Computed, before: list[str] | None) -> None:
    from cchc_xl.report.review_copy import Reviewer, mark_for_review
    from cchc_xl.verbs.reconcile import figure_places

    reviewer = Reviewer(computed.content, computed.figures, figure_places(computed), computed.findings)
    mark_for_review(out, reviewer, before)


def refresh(
    book: Path, edited: Path, out: Path, *, form_name: str = "", template: Path | None = None, draft: bool = False,
    overwrite_edited: bool = False,
) -> tuple[Computed, Updated]:
    """Writes a report that people have edited with the workbook's present figures. Raises `UserError` as `export`."""
    from cchc_xl.report.update_figures import update

    computed = compute(book, form_name)
    if not draft:
        refuse_errors(book, computed.findings)
    chosen = template or default_template(computed.content.form)
    updated = update(
        edited, out, chosen, computed.content, computed.figures, overwrite_edited=overwrite_edited
    )
    return computed, updated


def refuse_errors(book: Path, findings: Sequence[Finding]) -> None:
    """A report with a figure known to be wrong is not written."""
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if errors:
        shown = "\n".join(f"  - {finding.cells[0]}: {finding.message}" for finding in errors[:SHOWN_ERRORS])
        more = f"\n  … và {len(errors) - SHOWN_ERRORS} lỗi khác." if len(errors) > SHOWN_ERRORS else ""
        what = f"còn {len(errors)} lỗi bắt buộc sửa, chưa xuất được báo cáo chính thức:\n{shown}{more}\n"
        raise UserError(str(book), what, "Sửa các ô đó rồi xuất lại, hoặc thêm --draft để xuất bản dự thảo.")


def default_template(form: Form) -> Path:
    """The template of the form's kind of period."""
    return data_folder("templates") / form.templates.get(form.period.kind, form.template)


def _pdf(report: Path) -> Path:
    from cchc_xl.office import to_pdf

    target = report.with_suffix(".pdf")
    to_pdf(report, target)
    return target
