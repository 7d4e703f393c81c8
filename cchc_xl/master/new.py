"""Makes everything a reporting period starts with: the master workbook and one form for each unit."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cchc_xl.errors import UserError
from cchc_xl.form import Form, form_folder, load_form

FORMS_FOLDER = "bieu_mau"


@dataclass(frozen=True, slots=True)
class Made:
    """The files of a new period."""

    form: Form
    master: Path
    forms_folder: Path
    forms: tuple[Path, ...]


def make_all(form_name: str, out: Path, units: Path | None = None) -> Made:
    """Writes the files into a folder. Raises `UserError` rather than overwrite a master that exists."""
    from cchc_xl.forms.build import new_form
    from cchc_xl.master.build import new_master

    form = load_form(form_folder(form_name), units)
    master = out / f"CCHC_{form.id}.xlsx"
    if master.exists():
        raise UserError(str(master), "đã có sổ này.", "Chọn thư mục khác, hoặc tự chuyển sổ cũ đi chỗ khác.")
    folder = out / FORMS_FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    new_master(form, master)
    forms = []
    for unit in form.units:
        if any(row.typed and unit in form.reporters(row) for row in form.indicators()):
            target = folder / f"{unit.id}.xlsx"
            new_form(form, unit, target)
            forms.append(target)
    return Made(form, master, folder, tuple(forms))
