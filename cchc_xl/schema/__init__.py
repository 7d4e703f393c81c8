"""The declared form: what the appendix asks, of whom, and how it totals."""

from cchc_xl.rule_registry import Severity
from cchc_xl.schema.form_model import Form, Heading, Indicator, Section
from cchc_xl.schema.model_kinds import Kind, Missing, Period, Total, Unit
from cchc_xl.schema.report_periods import begun, period_of

__all__ = [
    "Form", "Heading", "Indicator", "Kind", "Missing", "Period", "Section", "Severity", "Total", "Unit", "begun",
    "period_of",
]
