"""The declared form: what the appendix asks, of whom, and how it totals."""

from cchc_xl.form.load import form_folder, load_form
from cchc_xl.form.model import Form, Heading, Indicator, Kind, Missing, Section, Severity, Total, Unit

__all__ = [
    "Form", "Heading", "Indicator", "Kind", "Missing", "Section", "Severity", "Total", "Unit",
    "form_folder", "load_form",
]
