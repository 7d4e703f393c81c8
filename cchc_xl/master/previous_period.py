"""Brings the figures of the last period's workbook beside the current ones."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cchc_xl import sheet_names
from cchc_xl.excel.spreadsheet import Workbook
from cchc_xl.figures import Figure
from cchc_xl.master.compute_book import compute, stored
from cchc_xl.master.master_book import Master, read_master
from cchc_xl.master.section_grid import PREVIOUS
from cchc_xl.schema.form_model import Period


def bring_previous(book: Path, previous: Path, form_name: str = "") -> int:
    """Writes the last period's figures into the column Kỳ trước; returns how many.

    Figures are matched by the indicators' names, which stay when a form is renumbered.
    """
    computed = compute(previous)
    before = {figure.indicator.name: figure for figure in computed.figures.values()}
    workbook = Workbook(book)
    count = _write(workbook, read_master(workbook, book, form_name), before)
    _remember(workbook, computed.content.form.period)
    workbook.commit()
    return count


def _remember(workbook: Workbook, period: Period) -> None:
    """Notes which period the figures are of: a year's are not compared with a quarter's."""
    sheet = workbook.sheet(sheet_names.IDENTITY)
    keys = {sheet.cell(f"A{row}").raw: row for row in range(1, sheet.last_row + 1)}
    row = keys.get(sheet_names.PREVIOUS_PERIOD, sheet.last_row + 1)
    sheet.put(f"A{row}", sheet_names.PREVIOUS_PERIOD)
    sheet.put(f"B{row}", f"{period.kind}|{period.first.isoformat()}|{period.last.isoformat()}")


def _write(workbook: Workbook, master: Master, before: Mapping[str, Figure]) -> int:
    count = 0
    for section in master.form.sections:
        grid, sheet = master.grids[section.number], workbook.sheet(section.sheet)
        for row in section.indicators:
            figure = before.get(row.name)
            if figure is not None and figure.value is not None:
                sheet.put(grid.address(row.code, PREVIOUS), stored(figure.value))
                count += 1
        sheet.show_column(grid.columns[PREVIOUS])
    return count
