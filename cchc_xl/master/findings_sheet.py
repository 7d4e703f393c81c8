"""The sheet Kiểm tra: findings with links to their cells, and the explanations that people write beside them."""

from __future__ import annotations

from datetime import datetime

from cchc_xl import sheet_names
from cchc_xl.checks.run_checks import unit_name
from cchc_xl.excel.addresses import column_letters
from cchc_xl.excel.cell_content import Content
from cchc_xl.findings import SEVERITY_WORDS, Finding, Severity
from cchc_xl.master.master_book import Master
from cchc_xl.master.row_heights import fit_rows
from cchc_xl.master.table_layout import FINDING_COLUMNS, TABLE_ROW
from cchc_xl.schema.form_model import Form
from cchc_xl.structs import Struct, replace

EXPLAINED = "Đã giải trình"
OPEN = "Chưa xử lý"
EXPLANATION_COLUMNS = (9, 10, 6, 12)
"""Columns of the explanation, of who wrote it, of the message it was written for, and of when it was first seen."""


class Explanation(Struct, frozen=True):
    """What a person wrote beside a finding, with the message it was written for and the run that first saw it."""

    text: str
    person: str
    message: str
    since: str


def explained(master: Master, findings: list[Finding]) -> list[Finding]:
    """Marks the warnings that somebody has explained in writing. Errors can't be explained away."""
    written = _explanations(master)
    return [
        replace(finding, explained=True)
        if finding.severity is not Severity.ERROR and (known := written.get(finding.key)) and known.text else finding
        for finding in findings
    ]


def _explanations(master: Master) -> dict[str, Explanation]:
    rows = master.keyed_rows(sheet_names.FINDINGS)
    return {
        key: Explanation(
            *(master.text(sheet_names.FINDINGS, row, column).text.strip() for column in EXPLANATION_COLUMNS)
        )
        for key, row in rows.items()
    }


def write_findings(master: Master, findings: list[Finding], now: datetime) -> list[str]:
    """Writes the list; returns the explanations whose finding is gone, for the log."""
    written = _explanations(master)
    unique = list({finding.key: finding for finding in findings}.values())
    sheet = master.workbook.sheet(sheet_names.FINDINGS)
    for number, finding in enumerate(unique, 1):
        row = TABLE_ROW + number
        known = written.get(finding.key)
        values = _cells(master.form, number, finding, known, now)
        for column, value in enumerate(values, 1):
            letters = column_letters(column)
            sheet.put(f"{letters}{row}", value, style_like=f"{letters}{row - 1}")
        _link(master, finding, row)
    beyond = TABLE_ROW + len(unique) + 1
    fit_rows(sheet, range(TABLE_ROW + 1, beyond), [6])
    _clear_rest(master, beyond)
    current = {finding.key for finding in unique}
    return [
        f"{old.text} (người giải trình: {old.person or 'không ghi tên'}; ghi nhận lúc: {old.since or 'không rõ'}; "
        f"về: {old.message})"
        for key, old in written.items() if old.text and key not in current
    ]


def _cells(
    form: Form, number: int, finding: Finding, known: Explanation | None, now: datetime
) -> tuple[Content, ...]:
    since = (known.since or f"{now:%d/%m/%Y %H:%M:%S}") if known and known.text else None
    return (
        finding.key, number, SEVERITY_WORDS[finding.severity], unit_name(form, finding.unit) or "Chung",
        finding.indicator, finding.message, finding.suggestion, None,
        known.text if known else None, known.person if known else None,
        EXPLAINED if finding.explained else OPEN, since,
    )


def _link(master: Master, finding: Finding, row: int) -> None:
    """A HYPERLINK formula works in Excel, in LibreOffice and on a phone alike."""
    place = finding.cells[0]
    sheet = master.workbook.sheet(sheet_names.FINDINGS)
    target = f"#'{place.sheet}'!{place.cell}"
    sheet.put(f"H{row}", str(place), f'HYPERLINK("{target}","{place}")', style_like=f"H{row - 1}")


def _clear_rest(master: Master, first: int) -> None:
    sheet = master.workbook.sheet(sheet_names.FINDINGS)
    for row in range(first, sheet.last_row + 1):
        for column in range(1, len(FINDING_COLUMNS) + 1):
            sheet.put(f"{column_letters(column)}{row}", None)
