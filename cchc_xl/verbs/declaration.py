"""What the verbs `form …` do: a declaration exported, built, checked, installed; drafted from an appendix that somebody
sent; compared with another; and the Word template to start from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from cchc_xl.declaration.declaration_workbook import DRAFT_SHEET, unanswered
from cchc_xl.declaration.declaration_workbook_writer import changes_workbook, to_workbook
from cchc_xl.declaration.load_form import (
    Located,
    examined,
    form_folder,
    load_form,
    own_forms,
    read_place,
    refuse,
    shipped_forms,
    tables_of_place,
    templates_beside,
    unused,
    write_folder,
)
from cchc_xl.errors import UserError
from cchc_xl.files import replace_file
from cchc_xl.schema import declaration_tables, read_declaration
from cchc_xl.schema.declaration_tables import FAULT, REMARK, DeclaredTables, Wrong, made, with_names
from cchc_xl.schema.form_model import Form
from cchc_xl.schema.read_declaration import read_form
from cchc_xl.schema.write_declaration import tables_of

if TYPE_CHECKING:
    from cchc_xl.drafting.draft_form import Draft
    from cchc_xl.drafting.form_diff import LineChange

FILE = "BIEU_MAU_{}.xlsx"
SHOWN = 8
"""Lines that are named of those that could not be read."""


def export(form_name: str, out: Path) -> Path:
    """Writes a declaration as a workbook, without a name an empty one; never over a file that exists.

    Raises `UserError`.
    """
    if form_name:
        place = form_folder(form_name)
        form, _ = read_place(place)
        tables, name = tables_of_place(place)[0], form.id if form else place.stem
    else:
        tables, name = empty_tables(), "moi"
    return _written(_free_target(out, name), to_workbook(tables))


def _free_target(out: Path, name: str) -> Path:
    """The file of a declaration to be written: as named, or in a folder. Raises `UserError` for one that exists."""
    return _not_there(out if out.suffix.lower() == ".xlsx" else out / FILE.format(name))


def _not_there(target: Path) -> Path:
    """A file that is to be written. Raises `UserError` for one that exists."""
    if target.exists():
        raise UserError(str(target), "đã có tệp này.", "Chọn tên khác, hoặc tự chuyển tệp cũ đi chỗ khác.")
    return target


def _written(target: Path, data: bytes) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    replace_file(target, data)
    return target


def empty_tables() -> DeclaredTables:
    """A declaration to begin with: nothing but what every form has."""
    tables = tables_of(read_declaration.form())
    lines = [[title, "1" if title == "Phiên bản" else ""] for title in declaration_tables.FORM_LINES]
    return DeclaredTables({**tables.by_key, **made({declaration_tables.FORM.key: lines}).by_key})


def build(file: Path, out: Path) -> tuple[list[Path], list[str]]:
    """Writes a declaration as CSV files, the names that were made for empty cells with it; what is left out is told.

    Raises `UserError`.
    """
    place = declaration(file)
    load_form(place)
    tables, _ = tables_of_place(place)
    return write_folder(with_names(tables, read_form(tables).made), out), [fault.what for fault in unused(tables)]


def check(file: Path) -> tuple[list[Located], str]:
    """Every fault, and a remark on where they were written. Raises `UserError`."""
    from cchc_xl.declaration.declaration_workbook_writer import mark

    place = declaration(file)
    tables, unread = tables_of_place(place)
    _, faults = examined(tables, unread, str(place), place, _around)
    if place.is_dir():
        return faults, ""
    if count := unanswered(place, tables):
        what = f"còn {count} câu hỏi của bản nháp chưa trả lời (ô cam)."
        remedy = f"Danh sách ở trang tính {DRAFT_SHEET}: sửa ô, hoặc ô đúng rồi thì gõ x vào cột Đã xem."
        faults.insert(0, Located("", 0, "", what, remedy, FAULT, str(place)))
    try:
        mark(place, faults, read_form(tables).made)
    except UserError as error:
        return faults, f" Chưa ghi được vào tệp: {error.what} {error.remedy}"
    return faults, " Đã ghi vào trang tính Lỗi khai báo của tệp."


def _around(form: Form) -> Iterator[Wrong]:
    """What is wrong with a form's name and with the Word templates that its periods name."""
    from cchc_xl.verbs.report import template_folders

    known = shipped_forms().get(form.id)
    if known is not None and known.resolve() != Path(form.folder).resolve():
        what = f"mã “{form.id}” trùng mã của mẫu báo cáo có sẵn trong phần mềm."
        remedy = "Đặt mã khác nếu là biểu mẫu khác; mã trùng thì không cài được."
        yield Wrong(declaration_tables.FORM, "Mã", "Giá trị", what, remedy, REMARK)
    names = dict.fromkeys(each.template for each in form.periods if each.template)
    found = {name: [path for folder in template_folders(form) if (path := folder / name).is_file()] for name in names}
    wrong = {name: _template_fault(form, name, bool(found[name])) for name in names}
    are_read = not any(told and told[-1] == FAULT for told in wrong.values())
    for period in form.periods:
        if told := wrong.get(period.template):
            yield Wrong(declaration_tables.PERIODS, period.id, "Mẫu Word", *told)
            if told[-1] == FAULT:
                # Its mistakes are told once.
                wrong.pop(period.template)
    if are_read:
        yield from _idle(form, chain.from_iterable(found.values()))


def _idle(form: Form, templates: Iterable[Path]) -> Iterator[Wrong]:
    """Lines that are not printed and that nothing else names: units are asked, and the answers go nowhere."""
    from cchc_xl.report.jinja_environment import template_sources
    from cchc_xl.word.word_package import members

    sources = (source for path in templates for source in template_sources(members(path)).values())
    named = Counter(re.findall(r"\w+", repr(form)))
    named.update(word for source in sources for word in set(re.findall(r"\w+", source)))
    for section in form.sections:
        for row in section.supporting:
            if named[row.name] < 2:
                what = "dòng không in, không tỷ lệ, quy tắc, biểu đồ hay mẫu Word nào dùng: số thu về không đi đâu cả."
                yield Wrong(declaration_tables.INDICATORS, row.code, "Chỉ tiêu", what, "Bỏ dòng nếu thừa.", REMARK)


def _template_fault(form: Form, name: str, is_there: bool) -> tuple[str, str, str] | None:
    """What is wrong with a template, the remedy and how grave it is: nobody has put it beside the form, or it has
    mistakes."""
    from cchc_xl.figures import Content, total
    from cchc_xl.report.template_check import check_template
    if not is_there:
        remedy = "Đặt tệp mẫu Word cạnh biểu mẫu, hoặc để trống để chỉ mẫu khi xuất báo cáo."
        return f"không thấy tệp “{name}” cạnh biểu mẫu.", remedy, REMARK
    beside = next((path for path in templates_beside(form) if path.name == name), None)
    mistakes = check_template(beside, Content(form, {}), total(form, {})) if beside else ()
    if not mistakes:
        return None
    remedy = f"Xem mọi lỗi: cchc-xl template check {name} --form {Path(form.folder).name}."
    return f"mẫu “{name}” có {len(mistakes)} lỗi, lỗi đầu: {mistakes[0].what.rstrip('.')}.", remedy, FAULT


def install(file: Path) -> Path:
    """Copies a declaration and the templates beside it among the user's own forms. Raises `UserError`."""
    place = declaration(file)
    form = load_form(place)
    if form.id in shipped_forms():
        what = f"mã “{form.id}” là của mẫu báo cáo có sẵn trong phần mềm: cài vào thì mẫu đó không dùng được nữa."
        raise UserError(str(place), what, "Đặt mã khác ở trang tính Biểu mẫu, dòng Mã, rồi cài lại.")
    target = own_forms() / form.id
    tables, _ = tables_of_place(place)
    for old in target.glob("*.csv"):
        old.unlink()
    write_folder(with_names(tables, read_form(tables).made), target)
    for template in templates_beside(form):
        replace_file(target / template.name, template.read_bytes())
    return target


def declaration(file: Path) -> Path:
    """A file or folder that somebody named. Raises `UserError` where there is none."""
    if not file.exists():
        raise UserError(str(file), "không tìm thấy tệp.", "Kiểm tra lại đường dẫn.")
    return file

def draft(appendix: Path, out: Path, last: str = "") -> Draft:
    """Drafts a form into a new workbook. Raises `UserError` for a file without a table, and rather than overwrite."""
    from cchc_xl.drafting.draft_form import drafted_form

    target = _free_target(out, appendix.stem)
    known = load_form(form_folder(last)) if last else None
    made = drafted_form(declaration(appendix), known)
    _written(target, to_workbook(made.tables, made.notes))
    return made


def diff(old: str, new: str, out: Path | None = None) -> tuple[list[LineChange], list[str]]:
    """Compares two forms, and what of them could not be; writes the comparison as a workbook where one is asked for.

    A draft may be compared before its questions are answered. Raises `UserError`.
    """
    from cchc_xl.drafting.form_diff import differences, listed

    (before, told), (after, more) = map(_as_far_as_read, (old, new))
    changes = differences(before, after)
    if out is not None:
        data = changes_workbook([each.cells for each in changes], listed(before), listed(after))
        _written(_free_target(out, "doi_chieu"), data)
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
    lost = [code for line in tables.lines(declaration_tables.INDICATORS) if (code := line["Mã"]) and code not in known]
    rest = f"; chưa so {len(lost)} dòng chưa đọc được: {', '.join(lost[:SHOWN])}" if lost else ""
    count = sum(fault.severity == FAULT for fault in faults)
    return form, [f"{place}: khai báo còn {count} lỗi phải sửa, đã so các dòng đọc được{rest}."]


def word(form_name: str, out: Path) -> Form:
    """Writes the Word template of a form. Raises `UserError` rather than overwrite."""
    from cchc_xl.drafting.word_template import word_template

    form = load_form(form_folder(form_name))
    _written(_not_there(out), word_template(form))
    return form
