"""Brings the figures of the last period's workbook beside the current ones."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cchc_xl.excel.spreadsheet import Workbook
from cchc_xl.figures import Figure
from cchc_xl.master.compute_book import compute, stored
from cchc_xl.master.master_book import Master, read_master
from cchc_xl.master.section_grid import PREVIOUS


def bring_previous(book: Path, previous: Path, form_name: str = "") -> int:
    """Writes the last period's figures into the column Kỳ trước; returns how many.

    Figures are matched by the indicators' names, which stay when a form is renumbered.
    """
    before = {figure.indicator.name: figure for figure in compute(previous).figures.values()}
    workbook = Workbook(book)
    count = _write(workbook, read_master(workbook, book, form_name), before)
    workbook.commit()
    return count


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
