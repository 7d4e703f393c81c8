"""What every form has that does not declare it."""

from __future__ import annotations

from cchc_xl.schema.declaration_columns import FORM
from cchc_xl.schema.declaration_tables import made
from cchc_xl.schema.form_model import Form
from cchc_xl.schema.read_declaration import read_form


def form() -> Form:
    """A form with the usual periods, general data and table of contacts, and nothing else."""
    return read_form(made({FORM.key: [("Phiên bản", "1")]})).form
