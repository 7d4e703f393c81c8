"""What the verbs `form draft`, `diff` and `word` do: a form from the appendix that somebody sent, two forms compared,
the Word template to start from."""

from __future__ import annotations

from pathlib import Path

from cchc_xl.declaration import form_folder, load_form
from cchc_xl.declaration.declaration_workbook import CERTAIN, MUST_ANSWER, SHOULD_LOOK
from cchc_xl.declaration.declaration_workbook_writer import DraftedCell, changes_workbook, to_workbook
from cchc_xl.declaration.load_form import read_place, refuse, tables_of_place
from cchc_xl.drafting.draft_form import Draft, DraftNote, drafted_form
from cchc_xl.drafting.form_diff import LineChange, differences, listed
from cchc_xl.drafting.word_template import word_template
from cchc_xl.files import replace_file
from cchc_xl.schema import Form
from cchc_xl.schema.declaration_columns import INDICATORS
from cchc_xl.schema.declaration_tables import FAULT
from cchc_xl.schema.read_declaration import read_form
from cchc_xl.verbs.declaration import declaration, free_target, not_there

SHOWN = 8


def draft(appendix: Path, out: Path, last: str = "") -> Draft:
    """Drafts a form into a new workbook. Raises `UserError` for a file without a table, and rather than overwrite."""
    target = free_target(out, appendix.stem)
    known = load_form(form_folder(last)) if last else None
    made = drafted_form(declaration(appendix), known)
    target.parent.mkdir(parents=True, exist_ok=True)
    replace_file(target, to_workbook(made.tables, [_cell(note) for note in made.notes]))
    return made


def _cell(note: DraftNote) -> DraftedCell:
    told = note.proposal
    level = MUST_ANSWER if note.is_question else SHOULD_LOOK if note.is_doubtful else CERTAIN
    return DraftedCell(note.sheet, note.line, note.key, note.column, level, note.text, told.sure, note.where, told.why)


def diff(old: str, new: str, out: Path | None = None) -> tuple[list[LineChange], list[str]]:
    """Compares two forms, and what of them could not be; writes the comparison as a workbook where one is asked for.

    A draft may be compared before its questions are answered. Raises `UserError`.
    """
    (before, told), (after, more) = map(_as_far_as_read, (old, new))
    changes = differences(before, after)
    if out is not None:
        target = free_target(out, "doi_chieu")
        target.parent.mkdir(parents=True, exist_ok=True)
        replace_file(target, changes_workbook([each.cells for each in changes], listed(before), listed(after)))
    return changes, [*told, *more]


def _as_far_as_read(name: str) -> tuple[Form, list[str]]:
    """A form, or the lines of one that has faults, and the lines that could not be read. Raises `UserError` where that
    are all."""
    place = form_folder(name)
    form, faults = read_place(place)
    if form is not None:
        return form, []
    tables, _ = tables_of_place(place)
    form = read_form(tables, str(place)).form
    known = {section.number for section in form.sections}
    known |= {line.code for section in form.sections for line in section.lines}
    known |= {row.code for section in form.sections for table in section.tables for row in table.rows}
    if not any(section.lines for section in form.sections):
        refuse(None, faults, place)
    lost = [code for line in tables.lines(INDICATORS) if (code := line["Mã"]) and code not in known]
    rest = f"; chưa so {len(lost)} dòng chưa đọc được: {', '.join(lost[:SHOWN])}" if lost else ""
    count = sum(fault.severity == FAULT for fault in faults)
    return form, [f"{place}: khai báo còn {count} lỗi phải sửa, đã so các dòng đọc được{rest}."]


def word(form_name: str, out: Path) -> Form:
    """Writes the Word template of a form. Raises `UserError` rather than overwrite."""
    form = load_form(form_folder(form_name))
    not_there(out).parent.mkdir(parents=True, exist_ok=True)
    replace_file(out, word_template(form))
    return form
