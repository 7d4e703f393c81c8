"""Who has handed in what, the hidden register, and the board of the first sheet: how far every unit has come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from cchc_xl import sheet_names
from cchc_xl.excel.addresses import column_letters
from cchc_xl.excel.cell_content import Content as Put
from cchc_xl.figures import Content, Figure, known_of
from cchc_xl.master.master_book import Master
from cchc_xl.master.table_layout import HOME_TABLE_ROW, TABLES, TOTAL_KEY
from cchc_xl.rule_registry import Finding, Severity, counted
from cchc_xl.schema.added_rows import with_room
from cchc_xl.schema.form_model import Form
from cchc_xl.schema.model_kinds import Missing
from cchc_xl.schema.office_model import Unit
from cchc_xl.values import Status, Struct
from cchc_xl.writing.vietnamese_numbers import rate

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
