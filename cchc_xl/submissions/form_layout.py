"""Which lines a unit's form has and where they stand: shared by the maker of forms and the reader of returned ones; and
which form a unit's file was made from: nothing that the file names is opened, and no other form is ever taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count, product
from pathlib import Path

from cchc_xl import sheet_names
from cchc_xl.checks.declared_rules import DeclaredRule
from cchc_xl.declaration import form_folder, load_form
from cchc_xl.declaration.load_form import known_forms
from cchc_xl.errors import UserError
from cchc_xl.master.table_layout import NAME_COLUMN, TablePlace
from cchc_xl.schema import begun, period_of
from cchc_xl.schema.added_rows import with_room
from cchc_xl.schema.carried_declaration import mark_of
from cchc_xl.schema.form_model import UNNUMBERED, Form, Heading, Indicator, Section
from cchc_xl.schema.model_kinds import Kind, Missing, Unit
from cchc_xl.schema.table_model import PrintedLine, Table, cell_code, printed_lines
from cchc_xl.sheet_names import help_sheet, table_sheet
from cchc_xl.submissions.incoming_files import is_master

COVER, RULES, TO_MEND = sheet_names.FORM_COVER, sheet_names.FORM_RULES, sheet_names.FORM_TO_MEND

HEADER_ROW = 5
FIRST_ROW = HEADER_ROW + 1
CODE, NUMBER, LABEL, MEASURE, VALUE, NOTE, CHECK = "ABCDEFG"
"""Columns people see (the code is hidden)."""

SHOWN = (NUMBER, LABEL, MEASURE, VALUE, NOTE, CHECK)

TYPE, RULE, STATE, KNOWN, WHOLE, NEEDED, FLAG, RETURNED = "HIJKLMNO"
"""Columns of the hidden sheets: what is wrong with the cell alone, the rules it breaks, the state as a letter, the
number understood (and the whole of a pair), whether it is required, and in a returned copy the flag and the text it
was given for."""

HEADERS = {
    CODE: sheet_names.CODE_HEADER,
    NUMBER: sheet_names.NUMBER_HEADER,
    LABEL: sheet_names.LABEL_HEADER,
    MEASURE: sheet_names.UNIT_HEADER,
    VALUE: sheet_names.FIGURE_HEADER,
    NOTE: sheet_names.NOTE_HEADER,
    CHECK: sheet_names.CHECK_HEADER,
}

# Keys of the identity, and of lines of the first sheet in its hidden column A.
KIND_KEY, UNIT_NAME_KEY = sheet_names.KIND_KEY, sheet_names.UNIT_NAME_KEY
UNIT_KEY, FORM_KEY = "don_vi", "bieu_mau"
VERSION_KEY, PERIOD_KEY, PERIOD_NAME_KEY, TURN_KEY = "phien_ban", "ky", "ten_ky", "lan_nop"
PERSON_KEY, PHONE_KEY, DAY_KEY = "nguoi_lap", "dien_thoai", "ngay_lap"
FACT_KEYS = frozenset((UNIT_NAME_KEY, TURN_KEY, PERSON_KEY, PHONE_KEY, DAY_KEY))
"""Keys of the lines of the first sheet that say who sends the form, beside the codes of those that ask."""

DEADLINE_FIELD = "han_nop"
"""The line of `Thông tin chung` that holds the deadline."""


@dataclass(frozen=True, slots=True)
class FormLine:
    """One line of the first sheet: a section's or a group's heading, a cell to fill, or a rate shown live.

    Of a table's figure, `row` is that of its help on the hidden sheet, and `own_cell` the cell of the printed table; of
    other lines both sheets have the same row. Of a row that the unit may add, `name_cell` is where it types its name.
    """

    item: Heading | Indicator
    row: int
    typed: bool
    heading: bool
    own_cell: str = ""
    name_cell: str = ""

    @property
    def cell(self) -> str:
        """The cell that holds the value."""
        return self.own_cell or self.seen

    @property
    def seen(self) -> str:
        """Where the formulas of its row see the value, beside them on the hidden sheet."""
        return f"{VALUE}{self.row}"


@dataclass(frozen=True)
class FormPage:
    """One sheet of a unit's form: the lines of all sections, or one table with the section it belongs to."""

    lines: tuple[FormLine, ...]
    section: Section | None = None
    table: TablePlace | None = None

    @property
    def sheet(self) -> str:
        """The sheet's name."""
        return table_sheet(self.table.table.code) if self.table else COVER

    @property
    def help(self) -> str:
        """The sheet with the hidden formulas of its lines."""
        return help_sheet(self.table.table.code if self.table else "")

    @cached_property
    def figures(self) -> tuple[tuple[FormLine, Indicator], ...]:
        """The lines that are no headings, with their indicators."""
        lines = (line for line in self.lines if not line.heading)
        return tuple((line, line.item) for line in lines if isinstance(line.item, Indicator))

    @cached_property
    def questions(self) -> tuple[tuple[Indicator, int], ...]:
        """The indicators to fill, with their rows."""
        return tuple((item, line.row) for line, item in self.figures if line.typed)

    @property
    def questions_at(self) -> str:
        """The cell to begin with."""
        return next(line.cell for line, _ in self.figures if line.typed)


@dataclass(frozen=True)
class FormPlan:
    """A unit's form: its pages, and where each indicator stands."""

    form: Form
    unit: Unit
    pages: tuple[FormPage, ...]

    @cached_property
    def _shown(self) -> list[tuple[FormPage, FormLine, Indicator]]:
        """The lines of all pages but their headings."""
        return [(page, *each) for page in self.pages for each in page.figures]

    @cached_property
    def places(self) -> dict[str, tuple[str, int]]:
        """Sheet name and row of every indicator that stands in no table, by code."""
        return {item.code: (page.sheet, line.row) for page, line, item in self._shown if not page.table}

    @cached_property
    def helped(self) -> dict[str, tuple[str, int]]:
        """Hidden sheet and row of the formulas behind every indicator that the form shows, by code: the row that it has
        on the first sheet, but for the figures of tables."""
        return {item.code: (page.help, line.row) for page, line, item in self._shown}

    @cached_property
    def cells(self) -> dict[str, tuple[str, str]]:
        """Sheet name and address of the value of every indicator that the form shows, by code."""
        return {item.code: (page.sheet, line.cell) for page, line, item in self._shown}

    @cached_property
    def labels(self) -> dict[str, str]:
        """What stands before the value of every indicator, by code: the name of a table's line, or its own.

        Empty for a line that stands for the unit itself: units of a kind share a plan.
        """
        lines = (line for page in self.pages if page.table for line in page.table.lines)
        shown = {line.row.code: "" if line.unit else line.label for line in lines}
        return {item.code: shown.get(item.row, item.label) for _, _, item in self._shown}

    @cached_property
    def questions(self) -> dict[str, Indicator]:
        """The indicators to fill, by code, in the order of the form."""
        return {row.code: row for page in self.pages for row, _ in page.questions}

    @cached_property
    def added(self) -> dict[str, PrintedLine]:
        """The rows that this unit added in an earlier form, or may add in this one, by code."""
        return {
            line.row.code: line for page in self.pages if page.table for line in page.table.lines if line.row.above
        }

    @cached_property
    def added_cells(self) -> dict[str, str]:
        """The row of every figure of these rows, by the figure's code."""
        return {item.code: item.row for _, _, item in self._shown if item.row in self.added}

    @cached_property
    def name_cells(self) -> dict[str, tuple[str, str]]:
        """Sheet name and address where the name of a row that the unit may add is typed, by the row's code."""
        return {item.row: (page.sheet, line.name_cell) for page, line, item in self._shown if line.name_cell}

    def has_note(self, name: str) -> bool:
        """Whether an indicator's note can be written; not beside the figures of tables, nor where it is a passage."""
        row = self.form.by_name.get(name)
        return row is not None and not row.row and row.code in self.helped

    def without(self, rows: Set[str]) -> FormPlan:
        """The same where some rows of tables are not asked, and those are not printed that are no empty ones."""
        pages = tuple(_without(page, rows) if page.table else page for page in self.pages)
        return FormPlan(self.form, self.unit, pages) if rows else self


def _without(page: FormPage, rows: Set[str]) -> FormPage:
    assert page.table
    items = {item.code: item for _, item in page.figures}
    printed = [line for line in page.table.lines if line.row.spare or line.row.code not in rows]
    place = TablePlace(page.table.table, tuple(printed))
    cells = _cells(place, items, {item.name for item, _ in page.questions})
    return replace(page, lines=tuple(line for line in cells if items[line.item.code].row not in rows), table=place)


def reports(unit: Unit, row: Indicator) -> bool:
    """Whether a unit is asked for an indicator."""
    return unit.kind in row.reported_by or unit.id in row.reported_by


def plan_form(form: Form, unit: Unit) -> FormPlan:
    """Only what the unit reports, in printed order, supporting rows directly above the rate they serve; of a table that
    grows, with empty rows."""
    form = with_room(form)
    typed = {row.name for row in form.indicators() if row.typed and reports(unit, row)}
    tables = (page for section in form.sections for page in _tables(section, typed, unit))
    pages = (FormPage(tuple(_all_lines(form, typed))), *tables)
    return FormPlan(form, unit, tuple(page for page in pages if page.questions))


def _all_lines(form: Form, typed: set[str]) -> Iterator[FormLine]:
    """The lines of every section that asks something, under its heading."""
    number = FIRST_ROW
    for section in form.sections:
        apart = section.changed(rows=tuple(row for row in section.rows if row.code not in section.of_tables))
        lines = tuple(_lines(apart if section.of_tables else section, typed, number + 1))
        if any(line.typed for line in lines):
            printed = section.number if section.printed else UNNUMBERED
            title = Heading(code=section.number, label=section.title.upper(), stt=printed)
            yield FormLine(title, number, typed=False, heading=True)
            yield from lines
            number = lines[-1].row + 1


def _tables(section: Section, typed: set[str], unit: Unit) -> Iterator[FormPage]:
    by_code = {row.code: row for row in section.indicators}
    for table in section.tables:
        place = TablePlace(table, tuple(_printed(table, by_code, typed, unit)))
        yield FormPage(tuple(_cells(place, by_code, typed)), section, place)


def _printed(table: Table, by_code: Mapping[str, Indicator], typed: set[str], unit: Unit) -> Iterator[PrintedLine]:
    """The lines of a table in a unit's form; of the lines that stand for units, only its own, which needs no sum."""
    asked = {row.row for row in by_code.values() if row.name in typed}
    own = [row.code for row in table.rows if row.kind == "units" and row.code in asked]
    for line in printed_lines(table, dict.fromkeys(own, (unit,))):
        others = line.row.above and line.row.code not in asked
        if not others and (not own or line.row.kind != "total"):
            yield line


def _cells(place: TablePlace, by_code: Mapping[str, Indicator], typed: set[str]) -> Iterator[FormLine]:
    """The figures of a table row by row, each with a row of the hidden sheet."""
    helped = count(FIRST_ROW)
    for line, column in product(place.lines, place.table.columns):
        row = next(helped)
        item = by_code.get(cell_code(line.row.code, column.code))
        if item is not None:
            own = f"{place.letters[column.code]}{place.rows[line.key]}"
            name = f"{NAME_COLUMN}{place.rows[line.key]}" if line.row.spare else ""
            yield FormLine(item, row, typed=item.name in typed, heading=False, own_cell=own, name_cell=name)


def _lines(section: Section, typed: set[str], number: int) -> Iterator[FormLine]:
    # A rate is shown where the unit types what it is made of.
    shown = [
        row for row in _in_form_order(section)
        if row.name in typed or (row.has_parts and {row.numerator, row.denominator} <= typed)
    ]
    headed: set[str] = set()
    items = {row.code: row for row in section.rows}
    for row in shown:
        for code in _groups(row.code):
            if code in items and code not in headed and items[code] not in shown:
                yield FormLine(items[code], number, typed=False, heading=True)
                number += 1
            headed.add(code)
        yield FormLine(row, number, typed=row.name in typed, heading=False)
        number += 1


def _in_form_order(section: Section) -> Iterator[Indicator]:
    for row in section.rows:
        yield from (each for each in section.supporting if each.supports == row.code)
        if isinstance(row, Indicator):
            yield row


def _groups(code: str) -> Iterator[str]:
    """The codes of the groups a line belongs to, the outermost first: III.6 for III.6.1."""
    parts = code.split(".")
    for length in range(2, len(parts)):
        yield ".".join(parts[:length])


def asked_of(plan: FormPlan, rule: DeclaredRule) -> bool:
    """Whether the unit alone answers everything that a rule speaks of, and can write there what settles it."""
    mine = rule.local and all(row.code in plan.questions and row.asked is row.kind for row in rule.indicators)
    settles = rule.line.unless_written
    return mine and not rule.line.if_written and (not settles or any(plan.has_note(name) for name in settles))


YES_OR_NO = "Có = 1, không = 0"


def measure_of(item: Heading | Indicator) -> str:
    """The unit of what a unit is asked, which differs from the printed one where units saying “có” are counted."""
    if isinstance(item, Heading):
        return ""
    return YES_OR_NO if item.asked is Kind.YES_NO and item.kind is not Kind.YES_NO else item.unit


def counts_as_required(row: Indicator) -> bool:
    """Whether the counter “Đã điền …” waits for the indicator."""
    return row.missing is Missing.REQUIRED and not row.required_if


def period_shown(form: Form, name: str = "") -> str:
    """The reporting period at the head of a unit's form, beside the unit's name; by another name where one is given."""
    period = form.period
    return f"Kỳ báo cáo: {name or period.label} ({period.first:%d/%m/%Y} – {period.last:%d/%m/%Y})"


def period_key(form: Form) -> str:
    """The reporting period, comparable between files."""
    return f"{form.period.first:%Y-%m-%d}/{form.period.last:%Y-%m-%d}"


BOOKS, USUAL_NAME = "*.xls[xm]", "CCHC_"
MOST_BOOKS = 50
"""Files beside or above a unit's file that are looked at."""


def form_of_facts(facts: Mapping[str, str], path: Path, form_name: str = "") -> Form:
    """The form of a file that says these facts, with its period: the one asked for, else that of a book beside the
    file or in the folder above, else of the user's own forms, else of those that come with the program.

    Raises `UserError` that names the form which the file needs.
    """
    if form_name:
        return _in_period(load_form(form_folder(form_name)), facts)
    wanted = facts.get(FORM_KEY, "")
    if not wanted:
        what = "không phải sổ tổng hợp, cũng không phải biểu mẫu do phần mềm này phát ra."
        raise UserError(str(path), what, "Kiểm tra lại tệp; bảng số liệu của nơi khác thì dùng lệnh import, reconcile.")
    same_name = [form for form in _near(path, wanted) if form.id == wanted]
    exact = (form for form in same_name if mark_of(form) == facts.get(sheet_names.MARK_KEY))
    found = next(exact, same_name[0] if same_name else None)
    if found is None:
        version = facts.get(VERSION_KEY, "")
        what = f"tệp lập theo biểu mẫu “{wanted[:40]}” (phiên bản {version[:20] or 'không rõ'}), máy này không có."
        remedy = "Để tệp cạnh sổ tổng hợp, chỉ tệp biểu mẫu bằng --form, hoặc cài biểu mẫu: cchc-xl form install TỆP."
        raise UserError(str(path), what, remedy)
    return _in_period(found, facts)


def _in_period(form: Form, facts: Mapping[str, str]) -> Form:
    period = facts.get(PERIOD_KEY, "")
    return begun(form, period_of(form, period)) if period.count("/") == 1 else form


def _near(path: Path, wanted: str) -> Iterator[Form]:
    from cchc_xl.excel.spreadsheet import Workbook
    from cchc_xl.master.master_book import declared_form

    folder = path.resolve().parent
    beside = [book for place in (folder, folder.parent) for book in sorted(place.glob(BOOKS))]
    beside.sort(key=lambda book: not book.name.startswith(USUAL_NAME))
    for book in beside[:MOST_BOOKS]:
        with suppress(UserError):
            if is_master(book):
                yield declared_form(Workbook(book), book)
    if wanted in (known := known_forms()):
        yield load_form(known[wanted])
