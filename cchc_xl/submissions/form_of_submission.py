"""Which form a unit's file was made from: nothing that the file names is opened, and no other form is ever taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from cchc_xl import sheet_names
from cchc_xl.declaration import form_folder, load_form
from cchc_xl.declaration.load_form import known_forms
from cchc_xl.errors import UserError
from cchc_xl.schema import Form, begun, period_of
from cchc_xl.schema.carried_declaration import mark_of
from cchc_xl.submissions import form_layout
from cchc_xl.submissions.incoming_files import is_master

BOOKS, USUAL_NAME = "*.xls[xm]", "CCHC_"
MOST_BOOKS = 50
"""Files beside or above a unit's file that are looked at."""


def form_of_facts(facts: Mapping[str, str], path: Path, form_name: str = "") -> Form:
    """The form of a file that says these facts, with its period: the one asked for, else that of a book beside the
    file or in the folder above, else of the user's own forms, else of those that come with the program.

    Raises `UserError` that names the form which the file needs.
    """
    if form_name:
        return _in_period(load_form(form_folder(form_name)), facts)
    wanted = facts.get(form_layout.FORM_KEY, "")
    if not wanted:
        what = "không phải sổ tổng hợp, cũng không phải biểu mẫu do phần mềm này phát ra."
        raise UserError(str(path), what, "Kiểm tra lại tệp; bảng số liệu của nơi khác thì dùng lệnh import, reconcile.")
    same_name = [form for form in _near(path, wanted) if form.id == wanted]
    exact = (form for form in same_name if mark_of(form) == facts.get(sheet_names.MARK_KEY))
    found = next(exact, same_name[0] if same_name else None)
    if found is None:
        version = facts.get(form_layout.VERSION_KEY, "")
        what = f"tệp lập theo biểu mẫu “{wanted[:40]}” (phiên bản {version[:20] or 'không rõ'}), máy này không có."
        remedy = "Để tệp cạnh sổ tổng hợp, chỉ tệp biểu mẫu bằng --form, hoặc cài biểu mẫu: cchc-xl form install TỆP."
        raise UserError(str(path), what, remedy)
    return _in_period(found, facts)


def _in_period(form: Form, facts: Mapping[str, str]) -> Form:
    period = facts.get(form_layout.PERIOD_KEY, "")
    return begun(form, period_of(form, period)) if period.count("/") == 1 else form


def _near(path: Path, wanted: str) -> Iterator[Form]:
    from cchc_xl.excel.spreadsheet import Workbook
    from cchc_xl.master.master_book import declared_form

    folder = path.resolve().parent
    beside = [book for place in (folder, folder.parent) for book in sorted(place.glob(BOOKS))]
    beside.sort(key=lambda book: not book.name.startswith(USUAL_NAME))
    for book in beside[:MOST_BOOKS]:
        with suppress(UserError):
            if is_master(book):
                yield declared_form(Workbook(book), book)
    if wanted in (known := known_forms()):
        yield load_form(known[wanted])
