"""What the verbs `form draft`, `diff` and `word` do: a form from the appendix that somebody sent, two forms compared,
the Word template to start from."""

from __future__ import annotations

from pathlib import Path

from cchc_xl.declaration import form_folder, load_form
from cchc_xl.declaration.declaration_workbook import CERTAIN, MUST_ANSWER, SHOULD_LOOK
from cchc_xl.declaration.declaration_workbook_writer import DraftedCell, to_workbook
from cchc_xl.declaration.form_changes_writer import changes_workbook
from cchc_xl.drafting.draft_form import Draft, DraftNote, drafted_form
from cchc_xl.drafting.form_diff import LineChange, differences, listed
from cchc_xl.drafting.word_template import word_template
from cchc_xl.files import replace_file
from cchc_xl.schema import Form
from cchc_xl.verbs.declaration import declaration, free_target, not_there


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


def diff(old: str, new: str, out: Path | None = None) -> list[LineChange]:
    """Compares two forms; writes the comparison as a workbook where one is asked for. Raises `UserError`."""
    before, after = (load_form(form_folder(name)) for name in (old, new))
    changes = differences(before, after)
    if out is not None:
        target = free_target(out, "doi_chieu")
        target.parent.mkdir(parents=True, exist_ok=True)
        replace_file(target, changes_workbook([each.cells for each in changes], listed(before), listed(after)))
    return changes


def word(form_name: str, out: Path) -> Form:
    """Writes the Word template of a form. Raises `UserError` rather than overwrite."""
    form = load_form(form_folder(form_name))
    not_there(out).parent.mkdir(parents=True, exist_ok=True)
    replace_file(out, word_template(form))
    return form
