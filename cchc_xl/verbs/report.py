"""Exports the Word report of a master workbook: computed anew, refused while figures must be mended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cchc_xl.declaration.load_form import forms_folder, known_forms, load_form, own_forms
from cchc_xl.errors import UserError
from cchc_xl.excel.seal import PDF, REMEDY, Authorship, refuse_changed, refuse_other_kind, write
from cchc_xl.master.compute_book import Computed, compute, figure_places
from cchc_xl.program import data_folder
from cchc_xl.report.gaps import can_be_filled, gap_lines, required_information
from cchc_xl.report.render import RenderResult, compose, compose_limited
from cchc_xl.rule_registry import Finding, Severity
from cchc_xl.schema.form_model import Form
from cchc_xl.values import Struct

if TYPE_CHECKING:
    from cchc_xl.excel.ooxml_package import Package
    from cchc_xl.report.review_copy import PreviousExport
    from cchc_xl.report.update_figures import Updated

SHOWN_ERRORS = 5
NO_REPORT = "chưa xuất được báo cáo chính thức"
MEND = "Sửa các ô đó rồi xuất lại, hoặc thêm --draft để xuất bản dự thảo."
FILL = "Nhập các ô đó rồi xuất lại, hoặc thêm --draft để xuất bản dự thảo."
OLDER_BOOK = "Đưa sổ theo bản mới bằng lệnh form upgrade (bản cũ giữ trong sao_luu), rồi làm lại."
KEEP_CHANGES = "Muốn giữ phần đã sửa và chỉ làm mới con số: thêm --update {}. "


class Exported(Struct, frozen=True):
    """The report that was written, and its PDF where one was asked for; `left_out` tells why there is none."""

    computed: Computed
    result: RenderResult
    pdf: Path | None = None
    left_out: str = ""


def export(
    book: Path, out: Path, *, form_name: str = "", template: Path | None = None, draft: bool = False, pdf: bool = False,
    review: bool = False, previous: Path | None = None, replace: bool = False,
) -> Exported:
    """Writes the report, as a copy for review where asked: compared with `previous`, or with the file it replaces.

    Raises `UserError` where errors are open and no draft is asked for, and where people have changed the document in
    its place and it is not to be replaced.
    """
    refuse_other_kind(out, source=book)
    refuse_changed(out, replace, f"{KEEP_CHANGES.format(out.name)}{REMEDY}")
    pdf_file = _pdf_beside(out, replace) if pdf else None
    computed = compute(book, form_name)
    if not draft:
        refuse_errors(book, computed.findings)
    before = _before(previous, out) if review or previous else None
    made, result = _composed(computed, template, out, draft)
    if previous and before is not None:
        _refuse_unlike(previous, before.paragraphs, made)
    if not draft:
        refuse_gaps(book, computed, result.missing)
    write(out, made, replace)
    if review or previous:
        _review(out, computed, before)
    left_out = _write_pdf(out, pdf_file, replace) if pdf_file else ""
    return Exported(computed, result, None if left_out else pdf_file, left_out)


def _pdf_beside(out: Path, replace: bool) -> Path:
    """The name of the PDF of a report. Raises `UserError` where it stands for a file that is to stay."""
    target = out.with_suffix(".pdf")
    refuse_changed(target, replace, kind=PDF)
    return target


def _composed(computed: Computed, template: Path | None, out: Path, draft: bool) -> tuple[Package, RenderResult]:
    """The report; one of people's own template only where that passes the check, and within limits."""
    if template is None:
        with template_of(computed.content.form) as chosen:
            return compose(chosen, computed.content, computed.figures, out, draft)
    from cchc_xl.report.template_check import refuse_mistakes

    refuse_mistakes(template, computed.content)
    return compose_limited(template, computed.content, computed.figures, out, draft)


def _refuse_unlike(previous: Path, before: list[str], made: Package) -> None:
    """Raises `UserError` for a document that has not one paragraph of the report."""
    from cchc_xl.word.document_text import read_package

    if not {text for text in before if text.strip()} & set(read_package(made, previous).paragraphs):
        what = "không nhận ra câu nào của báo cáo này trong bản xuất lần trước; chưa ghi gì."
        raise UserError(str(previous), what, "Chỉ đúng tệp Word đã xuất lần trước, hoặc bỏ --previous.")


def _before(previous: Path | None, out: Path) -> PreviousExport | None:
    """The previous export: the one that is named, else the one that stands; None without."""
    from cchc_xl.report.review_copy import previous_export

    return previous_export(previous or out) if previous or out.is_file() else None


def _review(out: Path, computed: Computed, before: PreviousExport | None) -> None:
    from cchc_xl.report.review_copy import Reviewer, mark_for_review

    reviewer = Reviewer(computed.content, computed.figures, figure_places(computed.master), computed.findings)
    mark_for_review(out, reviewer, before)


def refresh(
    book: Path, edited: Path, out: Path, *, form_name: str = "", template: Path | None = None, draft: bool = False,
    overwrite_edited: bool = False, pdf: bool = False, replace: bool = False,
) -> tuple[Computed, Updated, str]:
    """Writes a report that people have edited with the workbook's present figures; tells why there is no PDF.

    Raises `UserError` as `export`.
    """
    from cchc_xl.report.update_figures import update

    refuse_other_kind(out, source=book)
    if out.absolute() != edited.absolute():
        refuse_changed(out, replace, may_go=Authorship.COPIED)
    pdf_file = _pdf_beside(out, replace) if pdf else None
    computed = compute(book, form_name)
    if not draft:
        refuse_errors(book, computed.findings)
        refuse_gaps(book, computed)
    if template:
        _composed(computed, template, out, draft)
    with template_of(computed.content.form, template) as chosen:
        updated = update(
            edited, out, chosen, computed.content, computed.figures, overwrite_edited=overwrite_edited, replace=replace
        )
    left_out = _write_pdf(out, pdf_file, replace) if pdf_file else ""
    return computed, updated, left_out


def refuse_errors(
    book: Path, findings: Sequence[Finding], undone: str = NO_REPORT, remedy: str = MEND
) -> None:
    """A report with a figure known to be wrong is not written."""
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if errors:
        shown = "\n".join(f"  - {finding.cells[0]}: {finding.message}" for finding in errors[:SHOWN_ERRORS])
        more = f"\n  … và {len(errors) - SHOWN_ERRORS} lỗi khác." if len(errors) > SHOWN_ERRORS else ""
        what = f"còn {len(errors)} lỗi bắt buộc sửa, {undone}:\n{shown}{more}\n"
        raise UserError(str(book), what, remedy)


def refuse_gaps(book: Path, computed: Computed, missing: Sequence[str] = (), remedy: str = FILL) -> None:
    """An official report has no hole that people can fill: general information, texts, and figures that it prints."""
    asked = dict.fromkeys((*required_information(computed.content), *missing))
    lacking = [code for code in asked if can_be_filled(code, computed.figures)]
    if lacking:
        shown = "\n".join(f"  - {line}" for line in gap_lines(computed.content, computed.figures, lacking))
        what = f"còn {len(lacking)} chỗ phải nhập, {NO_REPORT}:\n{shown}\n"
        raise UserError(str(book), what, remedy)


@contextmanager
def template_of(form: Form, template: Path | None = None) -> Iterator[Path]:
    """The template that is asked for, else the form's own: where that names what only a later version of the form has,
    the error tells that the book is of an earlier one.
    """
    chosen = template or default_template(form)
    try:
        yield chosen
    except UserError as error:
        later = [] if template else [name for name in _later_names(form) if f"“{name}”" in error.what]
        if not later:
            raise
        what = f"sổ lập theo bản trước của mẫu báo cáo {form.id}, chưa có “{later[0]}” mà mẫu Word của bản này hỏi đến."
        raise UserError(error.where, what, OLDER_BOOK) from error


def _later_names(form: Form) -> Iterator[str]:
    """The names of figures and passages that the installed form has and the book's lacks."""
    if place := known_forms().get(form.id):
        mine = _names(form)
        yield from (name for name in _names(load_form(place)) if name not in mine)


def _names(form: Form) -> dict[str, None]:
    return dict.fromkeys([*(row.name for row in form.indicators()), *(entry.name for entry in form.entries)])


def default_template(form: Form) -> Path:
    """The template of the form's kind of period: the nearest file of its name. Raises `UserError` where there is none.

    A form names a file, never a path.
    """
    if (found := known_template(form)) is None:
        name = form.template
        what = f"không thấy mẫu Word “{name}”." if name else "không khai báo mẫu Word nào ở trang tính Kỳ."
        remedy = f"Đặt tệp “{name}” cạnh sổ, hoặc chọn" if name else "Chọn"
        made = "chưa có mẫu thì tạo bằng lệnh form word"
        raise UserError(f"biểu mẫu {form.id}", what, f"{remedy} tệp mẫu bằng --template; {made}.")
    return found


def known_template(form: Form) -> Path | None:
    """The template that the form names, where there is one."""
    name = form.template
    found = next((place / name for place in template_folders(form) if name and (place / name).is_file()), None)
    return found if Path(name).name == name else None


def template_folders(form: Form) -> list[Path]:
    """Where the templates of a form may lie, the nearest first."""
    beside = Path(form.folder)
    return [
        beside if beside.is_dir() else beside.parent, own_forms() / form.id, forms_folder() / form.id,
        data_folder("templates"),
    ]


def _write_pdf(report: Path, target: Path, replace: bool) -> str:
    """Writes the PDF of a report that is there already; tells why where no program here can make one."""
    from cchc_xl.office import to_pdf

    try:
        made = to_pdf(report)
    except UserError as error:
        return str(error)
    write(target, made, replace)
    return ""
