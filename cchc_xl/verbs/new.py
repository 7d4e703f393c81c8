"""Makes everything a reporting period starts with: the master workbook and one form for each unit."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from cchc_xl.errors import UserError
from cchc_xl.schema import Form, Unit, form_folder, load_form

FORMS_FOLDER = "bieu_mau"


@dataclass(frozen=True, slots=True)
class Made:
    """The files of a new period."""

    form: Form
    master: Path
    forms_folder: Path
    forms: dict[Unit, Path]


def make_all(form_name: str, out: Path, units: Path | None = None, previous: Path | None = None) -> Made:
    """Writes the files into a folder. Raises `UserError` rather than overwrite a master that exists."""
    from cchc_xl.addin.addin_places import this_machine
    from cchc_xl.addin.install import write_shortcut
    from cchc_xl.submissions.unit_form.build_form import new_form

    form = load_form(form_folder(form_name), units)
    master = out / f"CCHC_{form.id}.xlsm"
    if master.exists():
        raise UserError(str(master), "đã có sổ này.", "Chọn thư mục khác, hoặc tự chuyển sổ cũ đi chỗ khác.")
    folder = out / FORMS_FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    _make_master(form, master, previous)
    write_shortcut(this_machine(), out)
    forms = {}
    for unit in form.units:
        if any(row.typed and unit in form.reporters(row) for row in form.indicators()):
            target = folder / f"{unit.id}.xlsx"
            new_form(form, unit, target)
            forms[unit] = target
    return Made(form, master, folder, forms)


def _make_master(form: Form, target: Path, previous: Path | None) -> None:
    """The workbook is finished without macros; the buttons and the ribbon come last, in one step."""
    from cchc_xl.macros.build_macros import add_macros
    from cchc_xl.master.build_master import new_master
    from cchc_xl.master.previous_period import bring_previous

    with TemporaryDirectory() as folder:
        plain = Path(folder) / "master.xlsx"
        new_master(form, plain)
        if previous is not None:
            bring_previous(plain, previous, form.folder)
        add_macros(plain, target)
