"""Recalculates a master workbook: figures, flags, the list of findings, the board. Nothing else in it is touched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from cchc_xl import sheet_names
from cchc_xl.checks.run_checks import flags
from cchc_xl.excel.addresses import column_letters
from cchc_xl.excel.spreadsheet import Workbook
from cchc_xl.figures import Content, completeness
from cchc_xl.files import exclusive, refuse_if_open
from cchc_xl.master.book_upkeep import fit_all, keep_inputs, write_results
from cchc_xl.master.compute_book import Computed, compute, understand
from cchc_xl.master.lists_and_board import write_board, write_findings, write_log, write_summary
from cchc_xl.master.master_book import Master, read_master
from cchc_xl.master.native_formulas import stored
from cchc_xl.master.printed_tables import write_tables
from cchc_xl.master.section_grid import CHECK, FIGURE, SheetCarrier, flag_key, read_key
from cchc_xl.rule_registry import FORMULA_OVERWRITTEN, SEVERITY_WORDS, Finding, Severity, counted
from cchc_xl.values import Address, Reading, Status, Struct, replace

__all__ = ["Computed", "Result", "compute", "recalc", "stored", "understand", "write"]

Known = TypeVar("Known")


class Result(Struct, frozen=True):
    """What a recalculation did; `overwritten` tells the typed-over formula cells that were restored."""

    computed: Computed
    changed: bool
    overwritten: tuple[str, ...]


def recalc(path: Path, now: datetime, form_name: str = "") -> Result:
    """Computes a master workbook and writes the results into it; equal results write nothing.

    Raises `UserError` where the file is open elsewhere, is not a master, or cannot be written; it is then unchanged.
    """
    refuse_if_open(path)
    with exclusive(path):
        return write(understand(read_master(_opened(path), path, form_name)), now)


def _opened(path: Path) -> Workbook:
    """The workbook, with the buttons put back that LibreOffice drops when it saves one; the file has them only once the
    results are written."""
    workbook = Workbook(path)
    if path.suffix.lower() == ".xlsm":
        from cchc_xl.macros.drawn_buttons import macros_work_in

        if macros_work_in(workbook, path) is False:
            from cchc_xl.macros.build_macros import restore_macros

            restore_macros(workbook, path)
    return workbook


def write(computed: Computed, now: datetime) -> Result:
    """Writes what was computed into the workbook; a file is saved, with a backup of the former one."""
    master = computed.master
    overwritten = tuple(_restored(computed))
    write_results(master, computed.content, computed.figures)
    # Their formulas stand again.
    left = [each for each in computed.findings if each.rule != FORMULA_OVERWRITTEN.code]
    computed = replace(computed, findings=left)
    _write_companions(master, computed.content)
    flagged, told = flags(computed.findings), _messages_by_cell(computed.findings)
    _write_flags(computed, flagged, told)
    keep_inputs(master)
    write_tables(master, computed.content, computed.figures, flagged, told)
    closed = write_findings(master, computed.findings, now)
    fit_all(master)
    write_board(computed.master, computed.content, computed.findings)
    changed = master.workbook.changed
    if changed:
        write_summary(master, computed.figures, computed.findings, now)
        write_log(master, now, _log_lines(computed, overwritten, closed))
        master.workbook.commit(backup=now)
    return Result(computed, changed, overwritten)


def _restored(computed: Computed) -> Iterator[str]:
    """Where somebody typed over a figure's formula or changed it, and what stood there."""
    for finding in computed.findings:
        if finding.rule == FORMULA_OVERWRITTEN.code:
            place = finding.cells[0]
            cell = computed.master.cell(place.sheet, place.cell)
            what = f"công thức đã bị sửa, cho “{cell.raw}”" if cell.formula else f"đã gõ đè {cell.raw}"
            yield f"{place.sheet}!{place.cell} ({what})"


def _write_companions(master: Master, content: Content) -> None:
    """Tells the native formulas what was understood from cells that are not plain numbers."""
    for section in content.form.sections:
        sheet, grid = master.sheet(section), master.grids[section.number]
        for row in section.indicators:
            for unit in content.form.reporters(row) if row.typed else ():
                reading = content.readings[unit.id, row.code]
                sheet.put(grid.address(row.code, read_key(unit.id)), _companion(reading))


def _companion(reading: Reading) -> Decimal | str | None:
    if reading.status is Status.UNREADABLE:
        return sheet_names.UNREADABLE_MARK
    if reading.native or reading.value is None:
        return None
    understood = stored(reading.value)
    return None if understood == reading.raw else understood


def _write_flags(
    computed: Computed, flagged: Mapping[Address, Severity], told: Mapping[Address, list[str]]
) -> None:
    """Colour letters in the hidden columns, our notes, and the text column of every row."""
    gravest, by_cell = _by_sheet(flagged), _by_sheet(told)
    form = computed.content.form
    for section in form.sections:
        sheet, grid = computed.master.sheet(section), computed.master.grids[section.number]
        severities, messages_of = gravest[grid.sheet], by_cell[grid.sheet]
        columns = [
            (column_letters(grid.columns[key]), column_letters(grid.columns[flag_key(key)]))
            for key in (FIGURE, *(unit.id for unit in form.columns(section)))
        ]
        for line in section.lines:
            messages: list[str] = []
            number = grid.rows[line.code]
            for column, flag in columns:
                cell = f"{column}{number}"
                sheet.put(f"{flag}{number}", sheet_names.FLAG_LETTERS[severities[cell]] if cell in severities else None)
                messages += messages_of.get(cell, ())
            if line.code in computed.figures and (lacking := completeness(computed.figures[line.code], form)):
                messages.append(f"Mới có số liệu của {lacking}.")
            sheet.put(grid.address(line.code, CHECK), "\n".join(dict.fromkeys(messages)) or None)
        _keep_notes(sheet, messages_of)
    _keep_notes(computed.master.workbook.sheet(sheet_names.UNITS), by_cell[sheet_names.UNITS])


def _keep_notes(sheet: SheetCarrier, messages: Mapping[str, list[str]]) -> None:
    notes = {cell: sheet_names.NOTE_MARK + "\n".join(each) for cell, each in messages.items()}
    sheet.keep_own_notes(notes, sheet_names.NOTE_AUTHOR, sheet_names.NOTE_MARK)


def _by_sheet(known: Mapping[Address, Known]) -> dict[str, dict[str, Known]]:
    """What is known of cells, by sheet and cell."""
    sheets: dict[str, dict[str, Known]] = defaultdict(dict)
    for place, what in known.items():
        sheets[place.sheet][place.cell] = what
    return sheets


def _messages_by_cell(findings: list[Finding]) -> dict[Address, list[str]]:
    messages: dict[Address, list[str]] = defaultdict(list)
    for finding in findings:
        if not finding.explained:
            for cell in finding.cells:
                messages[cell].append(f"[{SEVERITY_WORDS[finding.severity]}] {finding.message}")
    return messages


def _log_lines(computed: Computed, overwritten: tuple[str, ...], closed: list[str]) -> list[tuple[str, str]]:
    lines = [("Tính lại", f"{len(computed.figures)} số liệu; {counted(computed.findings)}.")]
    lines += [("Đặt lại công thức", place) for place in overwritten]
    lines += [("Giải trình không còn hiệu lực (số đã đổi)", text) for text in closed]
    return lines
