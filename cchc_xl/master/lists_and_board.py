"""What the tool tells in a master: the list of findings with links to their cells and the explanations beside them,
the log; who has handed in what (the hidden register), and the board of the first sheet: how far every unit has come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from cchc_xl import sheet_names
from cchc_xl.checks.run_checks import unit_name
from cchc_xl.excel.addresses import column_letters, reference
from cchc_xl.excel.cell_content import Content, harmless
from cchc_xl.figures import Content as Answers, Figure, known_of
from cchc_xl.master.book_upkeep import fit_rows
from cchc_xl.master.compute_book import OPEN, PROPOSED, Explanation, explanations
from cchc_xl.master.master_book import Master
from cchc_xl.master.section_grid import keyed_rows
from cchc_xl.master.table_layout import HINT_CELL, HOME_TABLE_ROW, TABLE_ROW, TABLES, TOTAL_KEY, hint
from cchc_xl.rule_registry import SEVERITY_WORDS, Finding, Severity, counted
from cchc_xl.schema.added_rows import with_room
from cchc_xl.schema.form_model import Form
from cchc_xl.schema.model_kinds import Missing, Unit
from cchc_xl.system import person
from cchc_xl.values import Status, Struct, asdict, converted
from cchc_xl.writing.vietnamese_numbers import rate

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
    for key, row in master.keyed_rows(name).items():
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
        """As stored, column by column; of what is counted also that there is none."""
        told = asdict(self) | {"state": str(self.state)}
        return tuple(value if value or name in ("errors", "warnings") else None for name, value in told.items())


def expected(form: Form) -> tuple[Unit, ...]:
    """The units that a form is sent to: those that type at least one figure."""
    asks = with_room(form)
    asked = {unit.id for row in asks.indicators() if row.typed for unit in asks.reporters(row)}
    return tuple(unit for unit in form.units if unit.id in asked)


def submissions(master: Master) -> dict[str, Submission]:
    """The register by unit id; every unit that a form is sent to is in it."""
    known = _stored(master)
    return {unit.id: known.get(unit.id, Submission(unit.id)) for unit in expected(master.form)}


NUMBERS = ("turn", "errors", "warnings", "taken_turn")


def _stored(master: Master) -> dict[str, Submission]:
    sheet, found = sheet_names.SUBMISSIONS, {}
    for unit, row in master.keyed_rows(sheet).items():
        names = enumerate(Submission.__struct_fields__, 1)
        told = {name: master.cell(sheet, reference(row, column)).raw for column, name in names}
        numbers = {name: int(told[name]) if told[name].isdecimal() else 0 for name in NUMBERS}
        if told["state"] in set(State):
            found[unit] = converted(told | numbers, Submission)
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


def progress(content: Answers, findings: list[Finding]) -> dict[str, Progress]:
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


def write_board(master: Master, content: Answers, findings: list[Finding]) -> None:
    """Writes the table of the first sheet: how far each unit has come, what it handed in, when, on time or late."""
    board, register = progress(content, findings), submissions(master)
    sheet = master.workbook.sheet(sheet_names.HOME)
    for unit, row in keyed_rows(sheet, HOME_TABLE_ROW).items():
        if (state := board.get(unit)) is None:
            continue
        share = rate(Decimal(state.filled), Decimal(state.expected), 1)
        values: list[Content] = [state.filled, state.expected, share, *state.findings]
        if handed_in := register.get(unit):
            values += [str(handed_in.state), handed_in.at or None, handed_in.timeliness or None]
        for letters, value in zip("DEFGHIJKL", values, strict=False):
            sheet.put(f"{letters}{row}", value)


def write_summary(master: Master, figures: Mapping[str, Figure], findings: list[Finding], now: datetime) -> None:
    """The line above the table: when, how many figures, how many findings."""
    known, asked = known_of(figures)
    text = f"Tính lại lúc {now:%H:%M} ngày {now:%d/%m/%Y}: đã có {known}/{asked} số liệu; {counted(findings)}."
    master.workbook.sheet(sheet_names.HOME).put(f"B{HOME_TABLE_ROW - 2}", text)
