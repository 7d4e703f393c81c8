"""What the verbs `reconcile` and `import` do with files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from cchc_xl.declaration.declaration_workbook import FormChanges
from cchc_xl.errors import UserError
from cchc_xl.excel.seal import refuse_changed, refuse_other_kind
from cchc_xl.files import refuse_if_open
from cchc_xl.master.compute_book import Computed, compute, figure_places
from cchc_xl.master.master_book import open_master
from cchc_xl.reconcile.appendix_lines import Appendix
from cchc_xl.reconcile.appendix_table import appendix_of_document, read_tables, title_of
from cchc_xl.reconcile.comparison import Audit, Auditor, commented_copy
from cchc_xl.reconcile.figure_import import Imported, found_in, write_found
from cchc_xl.reconcile.foreign_table import (
    CSV,
    THROUGH_OFFICE,
    WORKBOOKS,
    ForeignCell,
    ForeignTable,
    tables_of,
    tables_of_document,
)
from cchc_xl.reconcile.written_forms import General, general_information, head_of, named_units
from cchc_xl.schema.declaration_words import plain
from cchc_xl.schema.form_model import Form
from cchc_xl.verbs.report import known_template, refuse_errors, template_of
from cchc_xl.word.document_text import DOCUMENTS, WordDocument, read_document

TABLES = (*CSV, *WORKBOOKS, *THROUGH_OFFICE)


def reconcile(
    book: Path, report: Path, *, form_name: str = "", template: Path | None = None, appendix: Path | None = None,
    copy: Path | None = None, replace: bool = False,
) -> Audit:
    """Holds a report against a master workbook; writes a commented copy where one is asked for."""
    if copy is not None:
        refuse_other_kind(copy, source=book)
        refuse_changed(copy, replace)
    document = read_document(report)
    tables = tables_in(appendix) if appendix else None
    computed = compute(book, form_name)
    lines = None if tables is None else _lines(str(appendix), tables, computed.content.form)
    return reconcile_computed(computed, document, template=template, lines=lines, copy=copy, replace=replace)


def reconcile_computed(
    computed: Computed, document: WordDocument, *, template: Path | None = None, lines: Appendix | None = None,
    copy: Path | None = None, replace: bool = False,
) -> Audit:
    """The same for a workbook that is computed already, from a file or open in an office."""
    audit = _auditor(computed, template).audit(document, lines)
    audit.changed_layout = computed.changed_layout
    if copy is not None:
        commented_copy(document, audit, copy, replace)
    return audit


def _auditor(computed: Computed, template: Path | None) -> Auditor:
    """Without any template the text is held against itself, the appendix and what the form calls its figures."""
    form, places = computed.content.form, figure_places(computed.master)
    if template is None and known_template(form) is None:
        return Auditor(None, computed.content, computed.figures, places)
    with template_of(form, template) as chosen:
        return Auditor(chosen, computed.content, computed.figures, places)


def tables_in(path: Path) -> Sequence[ForeignTable] | WordDocument:
    """The tables of a file: .csv, every sheet of .xlsx, .xls or .ods; a report, which holds some."""
    kind = path.suffix.lower()
    if kind in TABLES:
        return tables_of(path)
    if kind in DOCUMENTS:
        return read_document(path)
    raise UserError(str(path), f"không đọc được bảng trong tệp {kind}.", "Dùng .csv, .xlsx, .xls, .ods hoặc .docx.")


def appendix_of(tables: Sequence[ForeignTable] | WordDocument, form: Form) -> Appendix:
    """The lines of the tables of a file."""
    return appendix_of_document(tables, form) if isinstance(tables, WordDocument) else read_tables(tables, form)


def _lines(path: str, tables: Sequence[ForeignTable] | WordDocument, form: Form) -> Appendix:
    found = appendix_of(tables, form)
    if not found.lines:
        why = "".join(f" {each}." for each in found.unread[:3])
        what = f"không nhận ra dòng nào của biểu mẫu trong bảng phụ lục này; chưa đối chiếu gì.{why}"
        raise UserError(path, what, "Kiểm tra lại tệp, hoặc bỏ --appendix để chỉ đối chiếu báo cáo.")
    return found


def import_figures(
    book: Path, source: Path, *, form_name: str = "", unit: str = "",
    changes: FormChanges | None = None,
) -> Imported:
    """Brings the figures of an old report or table into a master; what is uncertain is only listed.

    `changes` tells which lines of the old form are which of the book's.
    """
    refuse_if_open(book)
    document = None if source.suffix.lower() in TABLES else read_document(source)
    tables = relabelled(tables_of_document(document) if document else tables_of(source), changes)
    computed = compute(book, form_name)
    refuse_errors(book, computed.changed_layout, "chưa ghi được số liệu vào sổ", "Sửa các chỗ đó rồi chạy lại.")
    master = open_master(book, form_name)
    if changes:
        changes.refuse_others(master.form)
    audit, general = None, list[General]()
    if document is None:
        appendix = read_tables(tables, master.form)
    else:
        audit = _auditor(computed, None).audit(document)
        appendix = read_tables(tables, master.form) if changes else audit.appendix
        general = general_information(master.form, document.paragraphs)
    found = found_in(master.form, appendix, audit.stated if audit else ())
    other = audit.other_period if audit else ""
    heads = [head_of(document.paragraphs)] if document else [title_of(each) for each in tables if not each.hidden]
    owners = named_units("\n".join(heads), master.form)
    imported = write_found(master, found, str(source), datetime.now(), unit, other, owners)
    imported.general, imported.unread = general, list(appendix.unread)
    return imported


def relabelled(tables: Sequence[ForeignTable], changes: FormChanges | None) -> Sequence[ForeignTable]:
    """The tables with the labels of an old form in the words of the new one."""
    labels = changes.labels if changes else {}

    def cell(each: ForeignCell) -> ForeignCell:
        said = labels.get(plain(each.own))
        return replace(each, text=said) if said else each
    return [
        replace(table, rows=tuple(tuple(map(cell, row)) for row in table.rows)) for table in tables
    ] if labels else tables
