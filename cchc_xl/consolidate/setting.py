"""Which form is read against which units."""

from __future__ import annotations

from pathlib import Path

from cchc_xl.consolidate.units import Hierarchy, Tree, form_units, hierarchy_of, load_units
from cchc_xl.declaration import form_folder, load_form
from cchc_xl.schema import Form, begun, period_of
from cchc_xl.structs import Struct


class Setting(Struct, frozen=True):
    """Which form is read against which units."""

    form: Form
    hierarchy: Hierarchy
    tree: Tree


def setting(form_name: str, units: Path | None, period: str) -> Setting:
    """The form with the units of its period. Raises `UserError`."""
    form = load_form(form_folder(form_name))
    form = begun(form, period_of(form, period))
    hierarchy = load_units(units) if units else hierarchy_of(form)
    tree = hierarchy.at(form.period.last)
    return Setting(form.changed(units=form_units(tree)), hierarchy, tree)
