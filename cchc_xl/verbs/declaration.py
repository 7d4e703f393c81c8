"""What the verbs `form export`, `build`, `check` and `install` do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cchc_xl.declaration.declaration_workbook_writer import to_workbook
from cchc_xl.declaration.load_form import (
    Located,
    examined,
    form_folder,
    load_form,
    own_forms,
    read_place,
    shipped_forms,
    tables_of_place,
    templates_beside,
    unused,
)
from cchc_xl.errors import UserError
from cchc_xl.files import replace_file
from cchc_xl.schema import declaration_columns, declaration_defaults
from cchc_xl.schema.csv_declaration import write_folder
from cchc_xl.schema.declaration_tables import FAULT, DeclaredTables, made, with_names
from cchc_xl.schema.form_model import Form
from cchc_xl.schema.read_declaration import read_form
from cchc_xl.schema.write_declaration import tables_of

FILE = "BIEU_MAU_{}.xlsx"


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
    target = free_target(out, name)
    target.parent.mkdir(parents=True, exist_ok=True)
    replace_file(target, to_workbook(tables))
    return target


def free_target(out: Path, name: str) -> Path:
    """The file of a declaration to be written: as named, or in a folder. Raises `UserError` for one that exists."""
    target = out if out.suffix.lower() == ".xlsx" else out / FILE.format(name)
    if target.exists():
        raise UserError(str(target), "đã có tệp này.", "Chọn tên khác, hoặc tự chuyển tệp cũ đi chỗ khác.")
    return target


def empty_tables() -> DeclaredTables:
    """A declaration to begin with: nothing but what every form has."""
    form = Form(
        id="", version="1", title="", sections=(), units=(), info=declaration_defaults.info(),
        periods=declaration_defaults.periods(), contacts=declaration_defaults.contacts(),
    )
    tables = tables_of(form)
    lines = [[title, "1" if title == "Phiên bản" else ""] for title in declaration_columns.FORM_LINES]
    return DeclaredTables({**tables.by_key, **made({declaration_columns.FORM.key: lines}).by_key})


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
    from cchc_xl.declaration.mark_faults import mark

    place = declaration(file)
    tables, unread = tables_of_place(place)
    form, faults = examined(tables, unread, str(place), place)
    if form is not None:
        faults += [*_shipped_name(form, place), *missing_templates(form), *template_faults(form)]
    if place.is_dir():
        return faults, ""
    try:
        mark(place, faults, read_form(tables).made)
    except UserError as error:
        return faults, f" Chưa ghi được vào tệp: {error.what} {error.remedy}"
    return faults, " Đã ghi vào trang tính Lỗi khai báo của tệp."


def missing_templates(form: Form) -> list[Located]:
    """The Word templates that the periods name and nobody has put beside the form."""
    from cchc_xl.schema.declaration_columns import PERIODS
    from cchc_xl.verbs.report import template_folders

    folders = template_folders(form)
    place = Path(form.folder)
    return [
        Located(
            PERIODS.key, number, "Mẫu Word", f"không thấy tệp “{each.template}” cạnh biểu mẫu.",
            "Đặt tệp mẫu Word cạnh biểu mẫu, hoặc để trống để chỉ mẫu khi xuất báo cáo.", "warning",
            f"{place.name} › {PERIODS.title}!G{number}", f"G{number}",
        )
        for number, each in enumerate(form.periods, 2)
        if each.template and not any((folder / each.template).is_file() for folder in folders)
    ]


def _shipped_name(form: Form, place: Path) -> Iterator[Located]:
    """A remark where the form has the name of one that comes with the program."""
    if form.id in shipped_forms() and shipped_forms()[form.id].resolve() != place.resolve():
        what = f"mã “{form.id}” trùng mã của mẫu báo cáo có sẵn trong phần mềm."
        remedy = "Đặt mã khác nếu là biểu mẫu khác; mã trùng thì không cài được."
        sheet = declaration_columns.FORM
        yield Located(sheet.key, 0, "Giá trị", what, remedy, "warning", f"{place.name} › {sheet.title}", "")


def template_faults(form: Form) -> Iterator[Located]:
    """The first mistake of each Word template that lies beside the form, and how many there are."""
    from cchc_xl.content import Content
    from cchc_xl.figures import total
    from cchc_xl.report.template_check import check_template
    from cchc_xl.schema.declaration_columns import PERIODS

    content = Content(form, {})
    beside = {path.name: path for path in templates_beside(form)}
    for number, each in enumerate(form.periods, 2):
        path = beside.pop(each.template, None)
        mistakes = check_template(path, content, total(form, {})) if path else ()
        if mistakes:
            what = f"mẫu “{each.template}” có {len(mistakes)} lỗi, lỗi đầu: {mistakes[0].what.rstrip('.')}."
            remedy = f"Xem mọi lỗi: cchc-xl template check {each.template} --form {Path(form.folder).name}."
            place = f"{Path(form.folder).name} › {PERIODS.title}!G{number}"
            yield Located(PERIODS.key, number, "Mẫu Word", what, remedy, FAULT, place, f"G{number}")


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
