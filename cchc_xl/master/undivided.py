"""The sheet “Số chung”: figures known only for the whole, which nobody has divided among the units yet.

Such a figure is the total for as long as a unit has not answered; when all have, it is held against what they say. Rows
are bound by the code in the hidden column A. A master from before there was such a sheet has none.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from cchc_xl import sheet_names
from cchc_xl.excel.addresses import column_letters
from cchc_xl.master.section_grid import BookCarrier
from cchc_xl.master.table_layout import TABLE_ROW
from cchc_xl.reading import read
from cchc_xl.schema.form_model import Form, Indicator
from cchc_xl.schema.model_kinds import WORDS, Kind
from cchc_xl.values import Address, Reading

FIGURE_COLUMN, SOURCE_COLUMN = 5, 6


def shareable(form: Form) -> Iterator[Indicator]:
    """The indicators whose figure of the whole can be known before those of the units: numbers of several units."""
    for row in form.indicators():
        if row.typed and row.kind not in (*WORDS, Kind.RATIO) and len(form.reporters(row)) > 1:
            yield row


def of_the_whole(row: Indicator) -> Indicator:
    """The indicator as the figure of the whole shows it: not as one unit is asked, nor bounded as one unit is."""
    return row.changed(ask=None, max=None if row.kind is Kind.COUNT else row.max)


def shared_places(workbook: BookCarrier, form: Form) -> dict[str, Address]:
    """The cell of every indicator's figure of the whole, by code."""
    if sheet_names.SHARED not in workbook:
        return {}
    sheet, letters = workbook.sheet(sheet_names.SHARED), column_letters(FIGURE_COLUMN)
    codes = {sheet.cell(f"A{row}").raw: row for row in range(sheet.last_row, TABLE_ROW, -1)}
    return {
        row.code: Address(sheet_names.SHARED, f"{letters}{codes[row.code]}")
        for row in shareable(form)
        if row.code in codes
    }


def shared_readings(workbook: BookCarrier, form: Form) -> dict[str, Reading]:
    """What the cells that are filled say, by code."""
    filled = (
        (code, place, cell) for code, place in shared_places(workbook, form).items()
        if not (cell := workbook.sheet(place.sheet).cell(place.cell)).empty
    )
    return {code: read(cell, of_the_whole(form.by_code[code]), place) for code, place, cell in filled}


def shared_term(reading: Reading | None) -> str:
    """What a native formula reads the figure of the whole from: its cell, or the number understood; else nothing."""
    if reading is None or not isinstance(reading.value, Decimal):
        return ""
    return cell_term(reading.address) if reading.native else f"{reading.value:f}"


def cell_term(place: Address | None) -> str:
    """A cell as a formula of another sheet names it; nothing for no cell."""
    return f"'{place.sheet}'!{place.cell}" if place else ""
