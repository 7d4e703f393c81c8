"""Makes a new, empty master workbook from a form. The only module that drives openpyxl's workbook."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from cchc_xl import sheet_names
from cchc_xl.excel.spreadsheet import Workbook as Spreadsheet
from cchc_xl.figures import total
from cchc_xl.master import support_sheets
from cchc_xl.master.made_package import package_of
from cchc_xl.master.master_book import Master
from cchc_xl.master.master_origin import rows_kept
from cchc_xl.master.native_charts import add_charts
from cchc_xl.master.native_formulas import Grids
from cchc_xl.master.previous_period import Earlier, bring
from cchc_xl.master.row_heights import fit_all
from cchc_xl.master.section_grid import Plan, plan
from cchc_xl.master.section_sheet import add_section_sheet
from cchc_xl.master.stored_results import write_results
from cchc_xl.master.table_layout import HOME_COLUMNS
from cchc_xl.master.table_sheet import add_table_sheets
from cchc_xl.master.undivided_sheet import add_shared
from cchc_xl.master.write_tables import write_tables
from cchc_xl.schema.carried_declaration import mark_of
from cchc_xl.schema.form_model import Form
from cchc_xl.schema.report_periods import as_facts


def new_master(form: Form, target: Path, earlier: Earlier | None = None) -> None:
    """Writes an empty master: every sheet, every formula, no figure but those that come from earlier books."""
    plans = {section.number: plan(form, section) for section in form.sections}
    grids = {number: layout.grid for number, layout in plans.items()}
    workbook = Spreadsheet(target, _sheets(form, plans, grids))
    master = Master(target, workbook, form, grids)
    if earlier is not None:
        bring(workbook, master, earlier)
    content = master.content()
    figures = total(form, content.readings, content.shared)
    write_results(master, content, figures)
    write_tables(master, content, figures, {}, {})
    fit_all(master)
    workbook.commit()


def _sheets(form: Form, plans: Mapping[str, Plan], grids: Grids) -> bytes:
    """The workbook as openpyxl makes it."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    home_end = support_sheets.add_home(workbook, form)
    support_sheets.add_guide(workbook)
    support_sheets.add_info(workbook, form)
    support_sheets.add_units(workbook, form)
    for section in form.sections:
        add_table_sheets(workbook, form, section, grids)
        add_section_sheet(workbook, form, section, plans[section.number], grids)
    add_shared(workbook, form)
    support_sheets.add_entries(workbook, form)
    support_sheets.add_documents(workbook, form)
    support_sheets.add_contacts(workbook, form)
    support_sheets.add_unit_notes(workbook)
    support_sheets.add_findings(workbook)
    support_sheets.add_log(workbook)
    support_sheets.add_submissions(workbook, form)
    identity = {
        sheet_names.KIND_KEY: sheet_names.MASTER_KIND, "bieu_mau": form.id, "phien_ban": form.version,
        sheet_names.MARK_KEY: mark_of(form),
    }
    support_sheets.add_declaration(workbook, form)
    support_sheets.add_carried(workbook)
    support_sheets.add_identity(workbook, {**identity, **as_facts(form.period), **rows_kept(form)})
    home = workbook[sheet_names.HOME]
    last_row = add_charts(workbook, form, grids, home, home_end + 2)
    home.print_area = f"B1:{get_column_letter(len(HOME_COLUMNS))}{last_row}"
    workbook.properties.creator = "cchc-xl"
    workbook.properties.title = f"{form.title} – {form.period.label}"
    return package_of(workbook).to_bytes()
