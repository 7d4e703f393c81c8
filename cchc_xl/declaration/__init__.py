"""Where declarations of forms lie: found, read from CSV or workbooks, written as workbooks, their faults marked."""

from cchc_xl.declaration.load_form import form_folder, load_form

__all__ = ["form_folder", "load_form"]
