"""Makes a new, empty master workbook from a form. The only module that drives openpyxl's workbook."""

from __future__ import annotations

import io
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from cchc_xl.files import replace_file
from cchc_xl.form.model import Form
from cchc_xl.master import names, sheets
from cchc_xl.master.book import open_master
from cchc_xl.master.charts import add_charts
from cchc_xl.master.formulas import Grids
from cchc_xl.master.grid import plan
from cchc_xl.master.heights import fit_all
from cchc_xl.master.origin import rows_kept
from cchc_xl.master.section_sheet import add_section_sheet
from cchc_xl.master.tables import HOME_COLUMNS
from cchc_xl.ooxml.styles import fonts_in_order


def new_master(form: Form, target: Path) -> None:
    """Writes an empty master: every sheet, every formula, no figure."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    plans = {section.number: plan(form, section) for section in form.sections}
    grids: Grids = {number: layout.grid for number, layout in plans.items()}
    home_end = sheets.add_home(workbook, form)
    sheets.add_guide(workbook)
    sheets.add_info(workbook, form)
    sheets.add_units(workbook, form)
    for section in form.sections:
        add_section_sheet(workbook, form, section, plans[section.number], grids)
    sheets.add_entries(workbook, form)
    sheets.add_documents(workbook, form)
    sheets.add_contacts(workbook, form)
    sheets.add_unit_notes(workbook)
    sheets.add_findings(workbook)
    sheets.add_log(workbook)
    sheets.add_submissions(workbook, form)
    identity = {"loai": "master", "bieu_mau": form.id, "phien_ban": form.version, "thu_muc": form.folder}
    identity |= rows_kept(form)
    sheets.add_identity(workbook, identity)
    home = workbook[names.HOME]
    last_row = add_charts(workbook, form, grids, home, home_end + 1)
    home.print_area = f"B1:{get_column_letter(len(HOME_COLUMNS))}{last_row}"
    workbook.properties.creator = "cchc-xl"
    workbook.properties.title = f"{form.title} – {form.period.label}"
    workbook.calculation.fullCalcOnLoad = True
    buffer = io.BytesIO()
    workbook.save(buffer)
    replace_file(target, fonts_in_order(buffer.getvalue()))
    master = open_master(target, form.folder)
    fit_all(master)
    master.workbook.commit()
