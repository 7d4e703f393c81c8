"""Makes everything a reporting period starts with: the master workbook and one form for each unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from cchc_xl import sheet_names
from cchc_xl.declaration import form_folder, load_form
from cchc_xl.declaration.load_form import templates_beside
from cchc_xl.errors import UserError
from cchc_xl.files import replace_file
from cchc_xl.schema import Form, Period, Unit, begun, period_of
from cchc_xl.schema.added_rows import for_next_period
from cchc_xl.schema.report_periods import before, due, slug
from cchc_xl.submissions.incoming_files import ISSUED_FOLDER
from cchc_xl.typed_text import some_of

if TYPE_CHECKING:
    from cchc_xl.declaration.declaration_workbook import FormChanges
    from cchc_xl.master.build_master import Earlier
    from cchc_xl.master.compute_book import Computed
    from cchc_xl.master.master_book import Master


@dataclass(frozen=True, slots=True)
class Made:
    """The files of a new period."""

    form: Form
    master: Path
    forms_folder: Path
    forms: dict[Unit, Path]
    remarks: tuple[str, ...] = ()
    """What somebody should know about who is asked what."""


def make_all(
    form_name: str, period: str, out: Path, units: Path | None = None, previous: Path | None = None
) -> Made:
    """Writes the files of a period into a folder: of the one that is due, where none is named.

    Raises `UserError` rather than overwrite a master that exists.
    """
    form, remarks = load_form(form_folder(form_name)), tuple[str, ...]()
    if units:
        from cchc_xl.units import read_units, refuse_without_office, units_remarks, with_units

        listed = read_units(units)
        refuse_without_office(units, form, listed)
        remarks = tuple(units_remarks(form, listed))
        form = with_units(form, listed)
    chosen = period_of(form, period) if period else due(form.periods, date.today())
    earlier = None
    if previous:
        from cchc_xl.master.build_master import figures_of

        earlier = figures_of(previous, form, chosen)
    made = make_files(begun(form, chosen), out, earlier)
    return replace(made, remarks=(*remarks, *made.remarks))


def _validity(form: Form, period: Period) -> Iterator[str]:
    """A word where a form is used outside the days that it is valid for."""
    for day, word, outside in (
        (form.valid_from, "từ", form.valid_from and period.last < form.valid_from),
        (form.valid_to, "đến", form.valid_to and period.first > form.valid_to),
    ):
        if day and outside:
            yield f"Biểu mẫu “{form.id}” có hiệu lực {word} {day:%d/%m/%Y}, không gồm {period.label}: xem có bản mới."


def make_next(
    book: Path, period: str, out: Path, form_name: str = "", changes: FormChanges | None = None,
    units: Path | None = None,
) -> Made:
    """Writes the files of the next period: form, office, units, contacts, texts and figures come from a book.

    Where no period is named, that which the book says comes next. A form that is named takes the place of the book's;
    `changes` tells which lines of the two are one; `units` is the list of units where it is another now. Raises
    `UserError` for the book's own period, and rather than overwrite a book.
    """
    from cchc_xl.master.compute_book import compute

    other = load_form(form_folder(form_name)) if form_name else None
    return make_following(compute(book), period, out, other, changes, units)


def make_following(
    last: Computed, period: str, out: Path, other: Form | None = None, changes: FormChanges | None = None,
    listed: Path | None = None,
) -> Made:
    """The same from what a book gives, open or not."""
    from cchc_xl.master.build_master import Earlier, earlier_books
    from cchc_xl.units import read_units, refuse_without_office, units_remarks, with_units

    form = last.content.form
    chosen = period_of(form, period or _coming(last.master))
    earlier = earlier_books(last, form, chosen, before(chosen, form.periods))
    every = read_units(listed, form.units) if listed else form.units
    units = tuple(unit for unit in every if _in_period(unit, chosen))
    if listed:
        refuse_without_office(listed, other or form, units)
    told: tuple[str, ...] = ()
    if other is None:
        following = for_next_period(with_units(form, units) if listed else form.changed(units=units))
    else:
        if changes:
            changes.refuse_others(other, form)
        else:
            changes, told = _compared(form, other)
        earlier = Earlier(earlier.last, earlier.year_before, changes=changes)
        following = with_units(other, units)
    made = make_files(begun(following, chosen), out, earlier)
    told += tuple(units_remarks(other or form, units)) if other or listed else ()
    return replace(made, remarks=(*told, *made.remarks))


def _compared(form: Form, other: Form) -> tuple[FormChanges, tuple[str, ...]]:
    """Which figures of two forms are one without a question, and what is told of the others."""
    from cchc_xl.declaration.declaration_workbook import FormChanges
    from cchc_xl.drafting.form_diff import kept_lines

    both, unsure = kept_lines(form, other)
    names = {one.name: two.name for each, one, two in both if each.work and one.name}
    asked = [f"{one.code} – {two.code}" for _, one, two in unsure]
    told = f"Chưa chắc dòng nào của hai biểu mẫu là một nên không chép số kỳ trước: {some_of(asked, SHOWN, 'dòng')}."
    remedy = "So bằng lệnh cchc-xl form diff, chọn Việc, rồi thêm --map BẢNG_SO."
    return FormChanges(names, {}, {}, {}, {}, {}), (f"{told} {remedy}",) if asked else ()


SHOWN = 10


def _coming(master: Master) -> str:
    """The period that the general data name for Kỳ mới."""
    row = master.keyed_rows(sheet_names.INFO).get(sheet_names.NEXT_PERIOD_KEY)
    period = master.text(sheet_names.INFO, row, 3).text.strip() if row else ""
    if not period:
        where = f"trang tính {sheet_names.INFO}, dòng “Kỳ sẽ lập khi bấm Kỳ mới”"
        raise UserError(where, "chưa ghi kỳ sẽ lập.", "Ghi như: quý III/2026; 6 tháng 2026; năm 2026, rồi làm lại.")
    return period


def _in_period(unit: Unit, period: Period) -> bool:
    """Whether a unit exists on a day of the period: one that is merged into another meanwhile reports too."""
    return not (
        (unit.valid_from and unit.valid_from > period.last) or (unit.valid_to and unit.valid_to < period.first)
    )


def make_files(form: Form, out: Path, earlier: Earlier | None = None) -> Made:
    """The files for a form whose period is chosen, with what comes along from earlier ones."""
    from cchc_xl.addin.addin_files import this_machine
    from cchc_xl.addin.addin_setup import write_shortcut
    from cchc_xl.master.lists_and_board import expected
    from cchc_xl.submissions.unit_form.build_form import new_forms

    master = out / f"CCHC_{slug(form.period)}.xlsm"
    if master.exists():
        raise UserError(str(master), "đã có sổ này.", "Chọn thư mục khác, hoặc tự chuyển sổ cũ đi chỗ khác.")
    folder = out / ISSUED_FOLDER / (slug(form.period) if (out / ISSUED_FOLDER).exists() else "")
    folder.mkdir(parents=True, exist_ok=True)
    _make_master(form, master, earlier)
    _bring_templates(form, out)
    write_shortcut(this_machine(), out)
    forms = {unit: folder / f"{unit.id}.xlsx" for unit in expected(form)}
    new_forms(form, forms)
    return Made(form, master, folder, forms, (*_validity(form, form.period), *(
        f"Đơn vị “{unit.name}” không được hỏi dòng nào nên không có biểu mẫu." for unit in form.units
        if unit not in forms
    )))


def _bring_templates(form: Form, out: Path) -> None:
    """The form's own Word templates go with the book."""
    for template in templates_beside(form):
        if not (out / template.name).exists():
            replace_file(out / template.name, template.read_bytes())


def _make_master(form: Form, target: Path, earlier: Earlier | None) -> None:
    """The workbook is finished without macros; the buttons and the ribbon come last, in one step."""
    from cchc_xl.macros.build_macros import add_macros
    from cchc_xl.master.build_master import new_master

    with TemporaryDirectory() as folder:
        plain = Path(folder) / "master.xlsx"
        new_master(form, plain, earlier)
        add_macros(plain, target)
