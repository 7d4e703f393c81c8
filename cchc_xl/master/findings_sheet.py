"""The lists that the tool writes: findings with links to their cells and the explanations beside them, and the log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from cchc_xl import sheet_names
from cchc_xl.checks.run_checks import unit_name
from cchc_xl.excel.addresses import column_letters
from cchc_xl.excel.cell_content import Content
from cchc_xl.excel.formula_like import harmless
from cchc_xl.master.compute_book import OPEN, PROPOSED, Explanation, explanations
from cchc_xl.master.master_book import Master
from cchc_xl.master.row_heights import fit_rows
from cchc_xl.master.table_layout import HINT_CELL, TABLE_ROW, TABLES, hint
from cchc_xl.rule_registry import SEVERITY_WORDS, Finding, Severity
from cchc_xl.schema.form_model import Form
from cchc_xl.system import person

EXPLAINED = "Đã giải trình"
LINK_COLUMN, COLUMNS = 8, len(TABLES[sheet_names.FINDINGS].columns)


def write_findings(master: Master, findings: list[Finding], now: datetime) -> list[str]:
    """Writes the list; returns the explanations whose finding is gone or never was, for the log."""
    written, unasked = explanations(master), list(_beside_nothing(master))
    from_units = dict(_from_units(master))
    unique = list({finding.key: finding for finding in findings}.values())
    sheet = master.workbook.sheet(sheet_names.FINDINGS)
    for number, finding in enumerate(unique, 1):
        row = TABLE_ROW + number
        known = _or_proposed(written.get(finding.key), finding, from_units)
        values = _cells(master.form, number, finding, known, now)
        for column, value in enumerate(values, 1):
            if column != LINK_COLUMN:
                sheet.put(f"{column_letters(column)}{row}", value)
        _link(master, finding, row)
    sheet.put(HINT_CELL, hint(sheet_names.FINDINGS, lines=bool(unique)))
    beyond = TABLE_ROW + len(unique) + 1
    _clear_rest(master, beyond)
    # The first line is there even while nothing is found.
    sheet.dress(TABLE_ROW + 1, max(TABLE_ROW + 1, beyond - 1), COLUMNS)
    fit_rows(sheet, range(TABLE_ROW + 1, sheet.last_row + 1), [6, 9])
    current = {finding.key for finding in unique}
    return unasked + [
        f"{old.text} (người giải trình: {old.person or 'không ghi tên'}; ghi nhận lúc: {old.since or 'không rõ'}; "
        f"về: {old.message})"
        for key, old in written.items() if old.text and not old.proposed and key not in current
    ]


def _from_units(master: Master) -> Iterator[tuple[tuple[str, str], str]]:
    """What units wrote beside their figures, by sheet and cell of the figure, with who wrote it and when."""
    name = sheet_names.UNIT_NOTES
    for key, row in (master.keyed_rows(name) if name in master.workbook else {}).items():
        unit, _, code = key.partition("|")
        section = master.form.section_of.get(code)
        grid = master.grids.get(section.number) if section else None
        note, writer = (master.cell(name, f"{letter}{row}").raw.strip() for letter in "FG")
        if note and grid and code in grid.rows and unit in grid.columns:
            words = f"{PROPOSED}{note} ({', '.join(filter(None, (unit_name(master.form, unit), writer)))})"
            yield (grid.sheet, grid.address(code, unit)), words


def _or_proposed(
    known: Explanation | None, finding: Finding, from_units: Mapping[tuple[str, str], str]
) -> Explanation | None:
    """What is written beside a finding, else the words of the unit whose figure it is about."""
    if finding.severity is not Severity.WARNING or (known and known.text and not known.proposed):
        return known
    texts = dict.fromkeys(filter(None, (from_units.get((place.sheet, place.cell)) for place in finding.cells)))
    if texts or (known and known.proposed):
        return Explanation("\n".join(texts), known.person if known else "", finding.message, "")
    return known


def _beside_nothing(master: Master) -> Iterator[str]:
    """What people wrote in lines without a finding, which the list writes over."""
    sheet, keyed = master.workbook.sheet(sheet_names.FINDINGS), set(master.keyed_rows(sheet_names.FINDINGS).values())
    for row in sorted(set(range(TABLE_ROW + 1, sheet.last_row + 1)) - keyed):
        text, person = (sheet.cell(f"{letters}{row}").raw.strip() for letters in "IJ")
        if text or person:
            yield f"{text} (người giải trình: {person or 'không ghi tên'}; gõ ở dòng {row}, không cạnh dòng nào)"


def _cells(
    form: Form, number: int, finding: Finding, known: Explanation | None, now: datetime
) -> tuple[Content, ...]:
    since = (known.since or f"{now:%d/%m/%Y %H:%M:%S}") if known and known.text and not known.proposed else None
    return (
        finding.key, number, SEVERITY_WORDS[finding.severity], unit_name(form, finding.unit) or "Toàn bộ",
        finding.indicator, finding.message, finding.suggestion, None,
        known.text if known else None, known.person if known else None,
        _state(finding, known), since,
    )


def _state(finding: Finding, known: Explanation | None) -> str:
    if finding.explained:
        return EXPLAINED
    return OPEN if known is None or finding.severity is Severity.ERROR else known.state


def _link(master: Master, finding: Finding, row: int) -> None:
    """A HYPERLINK formula works in Excel, in LibreOffice and on a phone alike."""
    place = finding.cells[0]
    sheet = master.workbook.sheet(sheet_names.FINDINGS)
    target = f"#'{place.sheet}'!{place.cell}"
    sheet.put(f"H{row}", str(place), f'HYPERLINK("{target}","{place}")')


def _clear_rest(master: Master, first: int) -> None:
    sheet = master.workbook.sheet(sheet_names.FINDINGS)
    for row in range(first, sheet.last_row + 1):
        for column in range(1, COLUMNS + 1):
            sheet.put(f"{column_letters(column)}{row}", None)


def write_log(master: Master, now: datetime, lines: list[tuple[str, str]]) -> None:
    """Appends lines (what, details) after the last one. A book from before the column of persons gets it."""
    sheet = master.workbook.sheet(sheet_names.LOG)
    row = TABLE_ROW + 1
    while not sheet.cell(f"A{row}").empty:
        row += 1
    sheet.put(HINT_CELL, hint(sheet_names.LOG, lines=bool(lines) or row > TABLE_ROW + 1))
    sheet.put(f"{PERSON}{TABLE_ROW}", LOG_COLUMNS[-1].title, style_like=f"{BESIDE}{TABLE_ROW}")
    who = harmless(person())
    for number, (what, details) in enumerate(lines, row):
        values: tuple[Content, ...] = (number - TABLE_ROW, f"{now:%d/%m/%Y %H:%M:%S}", what, details)
        for column, value in enumerate(values, 1):
            letters = column_letters(column)
            sheet.put(f"{letters}{number}", value, style_like=f"{letters}{number - 1}")
        sheet.put(f"{PERSON}{number}", who, style_like=f"{BESIDE}{number}")


LOG_COLUMNS = TABLES[sheet_names.LOG].columns
BESIDE, PERSON = (column_letters(len(LOG_COLUMNS) - each) for each in (1, 0))
"""The columns of details and, after it, of the person."""
