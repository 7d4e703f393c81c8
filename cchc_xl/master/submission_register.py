"""Who has handed in what: the hidden register, and the part of it that the first sheet shows."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from cchc_xl import sheet_names
from cchc_xl.excel.addresses import column_letters
from cchc_xl.master.master_book import Master
from cchc_xl.master.table_layout import HOME_TABLE_ROW, TABLES
from cchc_xl.schema.added_rows import with_room
from cchc_xl.schema.form_model import Form
from cchc_xl.schema.office_model import Unit
from cchc_xl.structs import Struct

COLUMNS = range(1, len(TABLES[sheet_names.SUBMISSIONS].columns) + 1)
TIME_FORMAT = "%d/%m/%Y %H:%M"
ON_TIME = "Đúng hạn"


class State(StrEnum):
    """How far a unit's form has come."""

    NONE = "Chưa nộp"
    HANDED_IN = "Đã nộp"
    RETURNED = "Trả lại"
    TAKEN = "Đã nhận"


class Submission(Struct, frozen=True):
    """The last file of a unit; `taken_*` tell of the file whose figures are in the workbook, and `left` what was said
    of things in it that are not: a rule and a message each line."""

    unit: str
    state: State = State.NONE
    at: str = ""
    timeliness: str = ""
    file: str = ""
    sha: str = ""
    turn: int = 0
    version: str = ""
    errors: int = 0
    warnings: int = 0
    taken_sha: str = ""
    taken_turn: int = 0
    left: str = ""

    @property
    def cells(self) -> tuple[str | int | None, ...]:
        """As stored, column by column."""
        return (
            self.unit, str(self.state), self.at, self.timeliness, self.file, self.sha, self.turn or None, self.version,
            self.errors, self.warnings, self.taken_sha, self.taken_turn or None, self.left or None,
        )


def expected(form: Form) -> tuple[Unit, ...]:
    """The units that a form is sent to: those that type at least one figure."""
    asks = with_room(form)
    asked = {unit.id for row in asks.indicators() if row.typed for unit in asks.reporters(row)}
    return tuple(unit for unit in form.units if unit.id in asked)


def submissions(master: Master) -> dict[str, Submission]:
    """The register by unit id; every unit that a form is sent to is in it."""
    known = _stored(master) if sheet_names.SUBMISSIONS in master.workbook else {}
    return {unit.id: known.get(unit.id, Submission(unit.id)) for unit in expected(master.form)}


def _stored(master: Master) -> dict[str, Submission]:
    sheet = master.workbook.sheet(sheet_names.SUBMISSIONS)
    found = {}
    for unit, row in master.keyed_rows(sheet_names.SUBMISSIONS).items():
        raw = [sheet.cell(f"{column_letters(column)}{row}").raw for column in COLUMNS]
        if raw[1] in {str(state) for state in State}:
            numbers = [int(text) if text.isdecimal() else 0 for text in raw]
            found[unit] = Submission(
                unit, State(raw[1]), at=raw[2], timeliness=raw[3], file=raw[4], sha=raw[5],
                turn=numbers[6], version=raw[7], errors=numbers[8], warnings=numbers[9],
                taken_sha=raw[10], taken_turn=numbers[11], left=raw[12],
            )
    return found


def store(master: Master, changed: dict[str, Submission]) -> None:
    """Writes lines of the register."""
    sheet = master.workbook.sheet(sheet_names.SUBMISSIONS)
    rows = master.keyed_rows(sheet_names.SUBMISSIONS)
    free = max([HOME_TABLE_ROW, sheet.last_row, *rows.values()]) + 1
    for unit, submission in changed.items():
        if unit not in rows:
            rows[unit], free = free, free + 1
        for column, value in enumerate(submission.cells, 1):
            sheet.put(f"{column_letters(column)}{rows[unit]}", value)


def deadline(master: Master, field: str) -> date | None:
    """The deadline of `Thông tin chung`; None where it is empty or no date."""
    row = master.keyed_rows(sheet_names.INFO).get(field)
    try:
        return datetime.strptime(master.text(sheet_names.INFO, row, 3).text.strip(), "%d/%m/%Y").date() if row else None
    except ValueError:
        return None


def timeliness(day: date, due: date | None) -> str:
    """On time, or so many days late; nothing where no deadline is known."""
    if due is None:
        return ""
    return ON_TIME if day <= due else f"Muộn {(day - due).days} ngày"
