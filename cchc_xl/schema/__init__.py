"""The declared form: what the appendix asks, of whom, and how it totals."""

from cchc_xl.findings import Severity
from cchc_xl.schema.form_model import Form, Heading, Indicator, Kind, Missing, Section, Total, Unit
from cchc_xl.schema.load_form import form_folder, load_form

__all__ = [
    "Form", "Heading", "Indicator", "Kind", "Missing", "Section", "Severity", "Total", "Unit",
    "form_folder", "load_form",
]
