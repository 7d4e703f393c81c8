"""An existing master workbook: its form, where everything stands in it, what people have entered; and values entered
as if typed: figures, notes, texts, general data.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from itertools import chain
from pathlib import Path

from cchc_xl import sheet_names
from cchc_xl.declaration import form_folder, load_form
from cchc_xl.declaration.load_form import carried_form, known_forms
from cchc_xl.errors import UserError
from cchc_xl.excel.addresses import DIGITS, column_letters, position, reference
from cchc_xl.excel.cell_content import Content as Typed
from cchc_xl.excel.spreadsheet import Workbook
from cchc_xl.figures import Content, Figure, Text
from cchc_xl.master.native_formulas import figure_value
from cchc_xl.master.section_grid import (
    LAST_YEAR,
    PREVIOUS,
    BookCarrier,
    Grid,
    SheetCarrier,
    bind,
    keyed_rows,
    shared_readings,
)
from cchc_xl.master.table_layout import TABLES
from cchc_xl.master.workbook_structure import UNREADABLE, facts_of, pages_of, register_lines, structure_findings
from cchc_xl.reading import Cell, read, tidy
from cchc_xl.reading.raw_cell import EXCEL_EPOCH
from cchc_xl.reading.text_facts import day
from cchc_xl.rule_registry import Finding
from cchc_xl.schema import Form, Indicator, Section, Unit, begun
from cchc_xl.schema.added_rows import open_rows, with_rows_of
from cchc_xl.schema.model_kinds import WORDS, Document, Kind
from cchc_xl.schema.report_periods import from_facts
from cchc_xl.typed_text import said
from cchc_xl.values import Address, Reading, Struct, replace


class Master(Struct):
    """A master workbook held in memory. `grids` are by section number; `changed` tells what was done to its layout."""

    path: Path
    workbook: BookCarrier
    form: Form
    grids: dict[str, Grid]
    changed: tuple[Finding, ...] = ()

    def sheet(self, section: Section) -> SheetCarrier:
        """The sheet of a section."""
        return self.workbook.sheet(section.sheet)

    def rows(self) -> Iterator[tuple[Indicator, Grid, SheetCarrier]]:
        """Every indicator, with the sheet of its section and where things stand on it."""
        for section in self.form.sections:
            for row in section.indicators:
                yield row, self.grids[section.number], self.sheet(section)

    def cell(self, sheet: str, address: str) -> Cell:
        """One cell."""
        return self.workbook.sheet(sheet).cell(address)

    def text(self, sheet: str, row: int, column: int) -> Text:
        """The text of a cell with its address."""
        address = reference(row, column)
        cell = self.cell(sheet, address)
        return Text(cell.raw, Address(sheet, address), cell.font)

    def content(self) -> Content:
        """Everything people have entered."""
        listed, carried, period = list(self._documents()), self._carried(), sheet_names.CARRIED_PERIOD
        readings = self._readings()
        return Content(
            form=self.form,
            readings=readings,
            notes=self._notes(),
            info=self._info(),
            entries=self._keyed_texts(sheet_names.ENTRIES, 4),
            documents=tuple(each for each in listed if each.type and each.number),
            unfinished=tuple(each for each in listed if not (each.type and each.number)),
            contacts=self._contacts(),
            previous=self._figures_in(PREVIOUS),
            previous_period=from_facts({key.removeprefix(period): text for key, text in carried.items()}),
            last_year=self._figures_in(LAST_YEAR),
            unit_previous=dict(_of_units(carried)),
            carried={key: text for key, text in carried.items() if not key.startswith(NOT_TEXTS)},
            unit_notes=dict(self._unit_notes()),
            strays=dict(chain.from_iterable(self._strays_of(section, readings) for section in self.form.sections)),
            merged=tuple(self._merged()),
            document_dates=self._keyed_texts(sheet_names.DOCUMENTS, 5),
            shared=shared_readings(self.workbook, self.form),
            left=dict(self._left()),
        )

    def _readings(self) -> dict[tuple[str, str], Reading]:
        readings: dict[tuple[str, str], Reading] = {}
        for row, grid, sheet in self.rows():
            for unit in self.form.reporters(row) if row.typed else ():
                address = grid.address(row.code, unit.id)
                readings[unit.id, row.code] = read(sheet.cell(address), row, Address(grid.sheet, address))
        return readings

    def _merged(self) -> Iterator[Text]:
        """Merged ranges that cover an input cell: only the first cell of such a range holds what was typed."""
        for section in self.form.sections:
            grid = self.grids[section.number]
            rows, columns = set(grid.rows.values()), {grid.columns[unit.id] for unit in self.form.columns(section)}
            for span in self.sheet(section).merged:
                first, _, last = span.partition(":")
                (top, left), (bottom, right) = position(first), position(last or first)
                if rows & set(range(top, bottom + 1)) and columns & set(range(left, right + 1)):
                    yield Text(span, Address(grid.sheet, first))

    def _strays_of(
        self, section: Section, readings: Mapping[tuple[str, str], Reading]
    ) -> Iterator[tuple[tuple[str, str], Text]]:
        """What input columns hold in a heading row, or in a row that the unit does not report."""
        grid, sheet = self.grids[section.number], self.sheet(section)
        units = {column_letters(grid.columns[unit.id]): unit.id for unit in self.form.columns(section)}
        codes = {str(grid.rows[line.code]): line.code for line in section.lines}
        found = {}
        for address, cell in sheet.cells():
            unit = units.get(letters := address.rstrip(DIGITS), "")
            code = codes.get(address[len(letters):], "") if unit else ""
            if code and (unit, code) not in readings and cell.raw.strip():
                found[unit, code] = Text(cell.raw, Address(sheet.name, address))
        lines, columns = list(codes.values()), list(units.values())
        yield from sorted(found.items(), key=lambda each: (lines.index(each[0][1]), columns.index(each[0][0])))

    def _notes(self) -> dict[str, Text]:
        notes = {}
        for section in self.form.sections:
            grid = self.grids[section.number]
            for line in section.lines:
                text = self.text(grid.sheet, grid.rows[line.code], grid.columns["note"])
                if text.text.strip():
                    notes[line.code] = text
        return notes

    def _carried(self) -> dict[str, str]:
        """What came along from the last period, by key."""
        return facts_of(self.workbook, sheet_names.CARRIED) if sheet_names.CARRIED in self.workbook else {}

    def _figures_in(self, column: str) -> dict[str, Figure]:
        """The figures of an earlier period that stand in a column, by indicator name."""
        figures = {}
        for row, grid, sheet in self.rows():
            told = figure_value(sheet.cell(grid.address(row.code, column)), row) if column in grid.columns else None
            if told is not None:
                figures[row.name] = Figure(row, told)
        return {name: _with_parts(figure, figures) for name, figure in figures.items()}

    def _left(self) -> Iterator[tuple[str, Text]]:
        """What was said of each unit's form that stands nowhere in the book, with the unit's line of the register."""
        name, column = sheet_names.SUBMISSIONS, len(TABLES[sheet_names.SUBMISSIONS].columns)
        known = self.keyed_rows(name)
        said = {unit: text for unit, row in known.items() if (text := self.text(name, row, column).text)}
        for line in register_lines(self.workbook.sheet(sheet_names.UNITS)) if said else ():
            if line.id in said:
                yield line.id, Text(said[line.id], line.place)

    def _unit_notes(self) -> Iterator[tuple[tuple[str, str], Text]]:
        for key, row in self.keyed_rows(sheet_names.UNIT_NOTES).items():
            unit, _, code = key.partition("|")
            text = self.text(sheet_names.UNIT_NOTES, row, 6)
            if text.text.strip():
                yield (unit, code), text

    def keyed_rows(self, sheet: str) -> dict[str, int]:
        """Row numbers by the key in the (hidden) first column of a table sheet; none where the book has no such sheet.
        """
        return keyed_rows(self.workbook.sheet(sheet)) if sheet in self.workbook else {}

    def _keyed_texts(self, sheet: str, column: int) -> dict[str, Text]:
        return {key: self.text(sheet, row, column) for key, row in self.keyed_rows(sheet).items()}

    def _info(self) -> dict[str, Text]:
        known = self._keyed_texts(sheet_names.INFO, 3)
        return {each.name: known[each.name] for each in self.form.info if each.name in known}

    def _documents(self) -> Iterator[Document]:
        """The lines of the register in which anything is typed; most of them are spare ones."""
        for key, row in self.keyed_rows(sheet_names.DOCUMENTS).items():
            kind, number, typed, issuer, subject = (
                said(self._tidy(sheet_names.DOCUMENTS, row, column)) for column in range(3, 8)
            )
            if kind or number or typed or issuer or subject:
                date = _date(self.cell(sheet_names.DOCUMENTS, reference(row, 5))) if typed else None
                yield Document(name=key, type=kind, number=number, date=date, issuer=issuer, subject=subject)

    def _contacts(self) -> tuple[tuple[str, ...], ...]:
        width = len(self.form.contacts.columns)
        rows = self.keyed_rows(sheet_names.CONTACTS).values()
        return tuple(
            tuple(self._tidy(sheet_names.CONTACTS, row, column) for column in range(2, width + 2)) for row in rows
        )

    def _tidy(self, sheet: str, row: int, column: int) -> str:
        raw = self.cell(sheet, reference(row, column)).raw
        return tidy(raw) if raw else ""


def _with_parts(figure: Figure, known: Mapping[str, Figure]) -> Figure:
    """A rate with the numbers that it was made of."""
    numbers = (known.get(name) for name in (figure.indicator.numerator, figure.indicator.denominator))
    part, whole = (each.value if each and isinstance(each.value, Decimal) else None for each in numbers)
    return replace(figure, part=part, whole=whole) if figure.indicator.has_parts else figure


NOT_TEXTS = (sheet_names.CARRIED_PERIOD, sheet_names.CARRIED_UNIT)


def _of_units(carried: Mapping[str, str]) -> Iterator[tuple[tuple[str, str], Decimal]]:
    """What each unit had in the last period, by its id and the indicator's name."""
    for key, text in carried.items():
        if key.startswith(sheet_names.CARRIED_UNIT):
            unit, _, name = key.removeprefix(sheet_names.CARRIED_UNIT).rpartition(".")
            with suppress(InvalidOperation):
                yield (unit, name), Decimal(text)


def _date(cell: Cell) -> datetime.date | None:
    if cell.is_date:
        return cell.date
    return day(cell.raw) if cell.raw.count("/") == 2 else None


def open_master(path: Path, form_name: str = "") -> Master:
    """Opens a master workbook in a file. Raises `UserError` where it is not one, or its layout was changed."""
    return read_master(Workbook(path), path, form_name)


def read_master(workbook: BookCarrier, path: Path, form_name: str = "") -> Master:
    """A master workbook that is open already; `path` names it in messages."""
    form = declared_form(workbook, path, form_name)
    pages = pages_of(workbook)
    changed = structure_findings(workbook, form, pages)
    if unreadable := tuple(finding for finding in changed if finding.rule in UNREADABLE):
        raise ChangedLayoutError(path, unreadable, changed)
    grids = {
        section.number: bind(pages[section.sheet], section, form.columns(section)) for section in form.sections
    }
    return Master(path, workbook, form, grids, changed)


class ChangedLayoutError(UserError):
    """Sheets, rows or columns of a master are gone or stand twice, so that nothing in it can be read for sure."""

    def __init__(self, path: Path, unreadable: Sequence[Finding], findings: tuple[Finding, ...]) -> None:
        shown = "\n".join(f"  - {finding.cells[0]}: {finding.message}" for finding in unreadable[:SHOWN_CHANGES])
        more = f"\n  … và {len(unreadable) - SHOWN_CHANGES} chỗ khác." if len(unreadable) > SHOWN_CHANGES else ""
        super().__init__(str(path), f"sổ không còn đúng biểu, chưa đọc được số liệu:\n{shown}{more}")
        self.findings = findings


SHOWN_CHANGES = 5


def declared_form(workbook: BookCarrier, path: Path, form_name: str = "") -> Form:
    """The form that a workbook carries, or one that was asked for, with the period and the units of the book."""
    facts = _identity(workbook, path)
    form = _asked_form(facts, path, form_name) if form_name else _carried(workbook, facts, path)
    period = from_facts(facts)
    form = begun(form, period) if period else form
    form = form.changed(units=_units(workbook, form)) if sheet_names.UNITS in workbook else form
    return _with_added(form, workbook, path) if form_name else form


def _with_added(form: Form, workbook: BookCarrier, path: Path) -> Form:
    """A form that was asked for, with the rows that units added to the book's own."""
    if sheet_names.DECLARATION not in workbook or not any(open_rows(form)):
        return form
    try:
        return with_rows_of(form, _carried(workbook, {}, path))
    except UserError:
        return form


def _carried(workbook: BookCarrier, facts: dict[str, str], path: Path) -> Form:
    """A book from before books carried their form names one that is known here."""
    if sheet_names.DECLARATION in workbook:
        lines = [cell.raw for _, cell in workbook.sheet(sheet_names.DECLARATION).cells()]
        return carried_form(lines, str(path))
    known, name = known_forms(), facts.get("bieu_mau", "")
    if name not in known:
        what = f"sổ lập theo biểu mẫu “{name[:40]}” nhưng không mang theo biểu mẫu đó, máy này cũng không có."
        raise UserError(str(path), what, "Chỉ tệp biểu mẫu bằng --form.")
    return load_form(known[name])


def _asked_form(facts: dict[str, str], path: Path, form_name: str) -> Form:
    form = load_form(form_folder(form_name))
    if form.id != facts.get("bieu_mau", form.id):
        what = f"sổ lập theo biểu mẫu “{facts['bieu_mau'][:40]}”, không phải “{form.id}”."
        raise UserError(str(path), what, "Bỏ --form: sổ mang theo biểu mẫu của nó.")
    return form


def _identity(workbook: BookCarrier, path: Path) -> dict[str, str]:
    if sheet_names.IDENTITY not in workbook:
        remedy = "Chọn sổ CCHC_….xlsm; số liệu của tệp khác thì lấy vào sổ bằng lệnh cchc-xl import."
        raise UserError(str(path), "không phải sổ tổng hợp của phần mềm này.", remedy)
    facts = facts_of(workbook)
    if what := NO_MASTER.get(facts.get(sheet_names.KIND_KEY, "")):
        unit = f" ({name})" if (name := facts.get(sheet_names.UNIT_NAME_KEY)) else ""
        raise UserError(str(path), f"đây là {what[0]}{unit}, không phải sổ tổng hợp.", what[1])
    return facts


NO_MASTER = {
    sheet_names.FORM_KIND: (
        "biểu mẫu của đơn vị", "Soát biểu mẫu bằng lệnh cchc-xl check, nhận vào sổ bằng lệnh cchc-xl collect.",
    ),
    sheet_names.RESULT_KIND: (
        "kết quả tổng hợp của nhiều biểu mẫu", "Gộp tiếp với tệp khác bằng lệnh cchc-xl consolidate.",
    ),
}
"""What else this program makes, by the kind that its identity tells: what it is, and which verb takes it."""


def _units(workbook: BookCarrier, form: Form) -> tuple[Unit, ...]:
    """The units of the register, each once: a workbook may have been made for other units than the form's."""
    declared = {unit.id: unit for unit in form.units}
    units: dict[str, Unit] = {}
    for line in register_lines(workbook.sheet(sheet_names.UNITS)):
        if line.kind and line.id:
            known = declared.get(line.id) or Unit(id=line.id, name=line.name, kind=line.kind)
            units.setdefault(line.id, known.changed(name=line.name, kind=line.kind))
    return tuple(units.values())


class Entries(Struct, frozen=True):
    """Values to enter. `cells` are (unit id, indicator code, what is typed); the maps are keyed by name or code."""

    cells: Sequence[tuple[str, str, str]] = ()
    notes: Mapping[str, str] = {}
    info: Mapping[str, str | int | datetime.date] = {}
    texts: Mapping[str, str] = {}
    contacts: Iterable[Sequence[str]] = ()


def fill(master: Master, entries: Entries) -> None:
    """Writes the values into the input cells; the caller saves."""
    for unit, code, typed in entries.cells:
        section = master.form.section_of[code]
        address = master.grids[section.number].address(code, unit)
        master.sheet(section).put(address, as_typed(typed, master.form.by_code[code].asked))
    for code, note in entries.notes.items():
        _note(master, code, note)
    _keyed(master, sheet_names.INFO, 3, entries.info)
    _keyed(master, sheet_names.ENTRIES, 4, entries.texts)
    for line in entries.contacts:
        row = master.keyed_rows(sheet_names.CONTACTS)[line[0]]
        for column, text in enumerate(line[1:], 4):
            master.workbook.sheet(sheet_names.CONTACTS).put(reference(row, column), text or None)


def as_typed(text: str, kind: Kind) -> Typed:
    """What Excel stores when the text is typed into a cell prepared for the kind: plain digits become a number."""
    if kind in (Kind.RATIO, *WORDS):
        return text or None
    digits = text.replace(",", ".", 1).replace(".", "", 1).isdecimal()
    return Decimal(text.replace(",", ".", 1)) if digits else text or None


def _note(master: Master, code: str, note: str) -> None:
    for section in master.form.sections:
        grid = master.grids[section.number]
        if code in grid.rows:
            master.sheet(section).put(grid.address(code, "note"), note)


def _keyed(master: Master, sheet: str, column: int, values: Mapping[str, str | int | datetime.date]) -> None:
    rows = master.keyed_rows(sheet)
    for name, value in values.items():
        content = (value - EXCEL_EPOCH).days if isinstance(value, datetime.date) else value
        master.workbook.sheet(sheet).put(reference(rows[name], column), content)
