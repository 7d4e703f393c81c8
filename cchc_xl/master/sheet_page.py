"""Paper, margins, page numbers and protection, the same for every sheet."""

from __future__ import annotations

from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet


def set_up_page(sheet: Worksheet, area: str, *, landscape: bool, repeat_row: int | None = None) -> None:
    """A4, one page wide, header row repeated, page numbers below. Margins in inches (20, 20, 20, 15 mm).

    Without an area all rows in use are printed.
    """
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left, sheet.page_margins.right = 0.79, 0.59
    sheet.page_margins.top = sheet.page_margins.bottom = 0.79
    if area:
        sheet.print_area = area
    if repeat_row:
        sheet.print_title_rows = f"{repeat_row}:{repeat_row}"
    if sheet.oddFooter is not None and sheet.oddFooter.center is not None:
        sheet.oddFooter.center.text = "Trang &P/&N"
    sheet.print_options.horizontalCentered = True


def protect(sheet: Worksheet) -> None:
    """Protection without a password: it guards against slips, not against people."""
    protection = sheet.protection
    protection.sheet = True
    protection.formatColumns = protection.formatRows = protection.formatCells = False
    protection.autoFilter = protection.sort = False
    protection.objects = protection.scenarios = False
