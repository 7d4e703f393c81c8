"""The board of the first sheet: how far every unit has come, and what is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from cchc_xl import sheet_names
from cchc_xl.content import Content
from cchc_xl.excel.cell_content import Content as Put
from cchc_xl.figures import Figure, known_of
from cchc_xl.findings import Finding, Severity, counted
from cchc_xl.master.master_book import Master
from cchc_xl.master.submission_register import submissions
from cchc_xl.master.table_layout import HOME_TABLE_ROW, TOTAL_KEY
from cchc_xl.schema.model_kinds import Missing
from cchc_xl.structs import Struct
from cchc_xl.values import Status
from cchc_xl.writing.vietnamese_numbers import rate


class Progress(Struct, frozen=True):
    """What one unit has filled of what is required, and its findings by severity."""

    filled: int
    expected: int
    findings: tuple[int, ...]


def progress(content: Content, findings: list[Finding]) -> dict[str, Progress]:
    """By unit id, and for all units together under `TOTAL_KEY`."""
    required = {
        (unit, code): reading for (unit, code), reading in content.readings.items()
        if content.form.by_code[code].missing is Missing.REQUIRED and not content.form.by_code[code].required_if
    }
    filled, expected = Counter[str](), Counter[str]()
    for (unit, _), reading in required.items():
        for owner in (unit, TOTAL_KEY):
            expected[owner] += 1
            filled[owner] += reading.status is not Status.BLANK
    open_ones = [finding for finding in findings if not finding.explained]
    found = Counter((owner, finding.severity) for finding in open_ones for owner in (finding.unit, TOTAL_KEY))
    return {
        unit: Progress(filled[unit], expected[unit], tuple(found[unit, severity] for severity in Severity))
        for unit in (*(unit.id for unit in content.form.units), TOTAL_KEY)
    }


def write_board(master: Master, content: Content, findings: list[Finding]) -> None:
    """Writes the table of the first sheet: how far each unit has come, what it handed in, when, on time or late."""
    board, register = progress(content, findings), submissions(master)
    sheet = master.workbook.sheet(sheet_names.HOME)
    for row in range(HOME_TABLE_ROW + 1, sheet.last_row + 1):
        if (state := board.get(unit := sheet.cell(f"A{row}").raw)) is None:
            continue
        share = rate(Decimal(state.filled), Decimal(state.expected), 1)
        values: list[Put] = [state.filled, state.expected, share, *state.findings]
        if handed_in := register.get(unit):
            values += [str(handed_in.state), handed_in.at or None, handed_in.timeliness or None]
        for letters, value in zip("DEFGHIJKL", values, strict=False):
            sheet.put(f"{letters}{row}", value)


def write_summary(master: Master, figures: Mapping[str, Figure], findings: list[Finding], now: datetime) -> None:
    """The line above the table: when, how many figures, how many findings."""
    known, asked = known_of(figures)
    text = f"Tính lại lúc {now:%H:%M} ngày {now:%d/%m/%Y}: đã có {known}/{asked} số liệu; {counted(findings)}."
    master.workbook.sheet(sheet_names.HOME).put(f"B{HOME_TABLE_ROW - 2}", text)
