"""Enters values into a master workbook, as if typed: figures, notes, texts, general data; into a new book also what an
earlier one knows: figures, the office, contacts, texts, documents."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from cchc_xl import sheet_names
from cchc_xl.checks.period_comparison import telling
from cchc_xl.checks.run_checks import rules_of
from cchc_xl.declaration.declaration_workbook import FormChanges
from cchc_xl.errors import UserError
from cchc_xl.excel.addresses import reference
from cchc_xl.excel.cell_content import Content
from cchc_xl.excel.spreadsheet import Workbook
from cchc_xl.figures import Content as Answers, sum_of_values, value_of_unit
from cchc_xl.master.compute_book import Computed, compute
from cchc_xl.master.master_book import Master
from cchc_xl.master.native_formulas import stored
from cchc_xl.master.section_grid import LAST_YEAR, PREVIOUS
from cchc_xl.reading.raw_cell import EXCEL_EPOCH
from cchc_xl.schema.form_model import Form, Indicator
from cchc_xl.schema.model_kinds import WORDS, Kind
from cchc_xl.schema.office_model import Document, Period
from cchc_xl.schema.report_periods import PERIOD_FIELDS, as_facts, later
from cchc_xl.values import Struct, Value


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


def as_typed(text: str, kind: Kind) -> Content:
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


BOOKS = "CCHC_*.xls[xm]"
OF_ONE_REPORT = frozenset({"so_bao_cao", "ngay_ky", *PERIOD_FIELDS})
"""Lines of the general data that belong to one report, not to the office."""


class Earlier(Struct, frozen=True):
    """The book of the last period and, where there is one, that of the same period of the year before.

    `with_office`: the office, contacts, texts and documents come along too. `changes` tells the figures of another form
    by the names that they have in this one.
    """

    last: Computed
    year_before: Computed | None = None
    with_office: bool = True
    changes: FormChanges | None = None


def figures_of(book: Path, form: Form, period: Period) -> Earlier:
    """The figures of an earlier period's book, and nothing else of it. Raises `UserError` where it is not earlier."""
    last = compute(book)
    _refuse_not_later(book, last.content.form.period, form, period)
    return Earlier(last, with_office=False)


def _refuse_not_later(book: Path, known: Period, form: Form, period: Period) -> None:
    """Raises `UserError` where a period does not end after that of the book of the last one."""
    if period.last <= known.last:
        coming = ", ".join(each.label for each in later(known, form.periods))
        remedy = f"Chọn kỳ kết thúc sau ngày {known.last:%d/%m/%Y}" + (f": {coming}." if coming else ".")
        what = f"sổ này là sổ của {known.label}, không phải kỳ trước của {period.label}."
        raise UserError(str(book), what, f"{remedy} Hoặc chọn sổ của kỳ trước.")


def bring(workbook: Workbook, master: Master, earlier: Earlier) -> None:
    """Writes the figures of earlier periods into their columns, not saved yet.

    Figures are matched by the indicators' names, which stay when a form is renumbered.
    """
    _write(workbook, master, PREVIOUS, _values(earlier.last, earlier.changes))
    if earlier.year_before is not None:
        _write(workbook, master, LAST_YEAR, _values(earlier.year_before, earlier.changes))
    period = as_facts(earlier.last.content.form.period)
    carried = {f"{sheet_names.CARRIED_PERIOD}{key}": text for key, text in period.items()}
    carried |= dict(_of_units(master.form, earlier))
    if earlier.with_office:
        carried |= dict(_carry(master, earlier.last))
    for row, (key, text) in enumerate(carried.items(), 1):
        workbook.sheet(sheet_names.CARRIED).put(f"A{row}", key)
        workbook.sheet(sheet_names.CARRIED).put(f"B{row}", text)


def _values(computed: Computed, changes: FormChanges | None) -> dict[str, Value]:
    """The figures of a book by machine name; those that a new line joins are added, where all of them are known."""
    figures = computed.figures.values()
    return _renamed({figure.indicator.name: figure.value for figure in figures if figure.value is not None}, changes)


def _renamed(before: dict[str, Value], changes: FormChanges | None) -> dict[str, Value]:
    if changes is None:
        return before
    known = changes.renamed(before)
    for name, parts in changes.joined.items():
        values = [before.get(part) for part in parts]
        numbers = [value for value in values if isinstance(value, Decimal)]
        if numbers and len(numbers) == len(values):
            known[name] = sum(numbers, Decimal(0))
    return known


def _of_units(form: Form, earlier: Earlier) -> Iterator[tuple[str, str]]:
    """What each unit had: the figures that rows of tables are compared with, and those that would tell of a copy. One
    that others were merged into has theirs."""
    wanted = {leaf.name for rule in rules_of(form) if rule.carried for leaf in rule.before}
    content = earlier.last.content
    rows = [row for row in content.form.indicators() if row.typed or (row.row and wanted)]
    for unit in form.units:
        told = (dict(_had(content, rows, each)) for each in (unit.id, *unit.predecessors))
        had = [_renamed(each, earlier.changes) for each in told if each]
        for name in sorted(set.intersection(*map(set, had))) if had else ():
            value = sum_of_values((each[name], 1) for each in had)
            if value is not None and (name in wanted or (name in form.by_name and telling(form.by_name[name], value))):
                yield f"{sheet_names.CARRIED_UNIT}{unit.id}.{name}", f"{value:f}"


def _had(content: Answers, rows: Sequence[Indicator], unit: str) -> Iterator[tuple[str, Value]]:
    """The figures of a unit, by name."""
    for row in rows:
        value = value_of_unit(content.form, row, lambda code: content.readings.get((unit, code)))
        if isinstance(value, Decimal):
            yield row.name, value


def _write(workbook: Workbook, master: Master, column: str, before: Mapping[str, Value]) -> None:
    for section in master.form.sections:
        grid, sheet = master.grids[section.number], workbook.sheet(section.sheet)
        for row in section.indicators:
            value = before.get(row.name)
            if value is not None:
                sheet.put(grid.address(row.code, column), stored(value))
        sheet.show_column(grid.columns[column])


def _carry(master: Master, last: Computed) -> Iterator[tuple[str, str]]:
    """Puts the office's own data into the new book; gives what has to be looked at again."""
    content, form = last.content, master.form
    own = {field.name for field in form.info if field.kind != "date"} - OF_ONE_REPORT
    texts = {
        entry.name: content.entries[entry.name].text for entry in form.entries
        if entry.recurs and entry.name in content.entries and content.entries[entry.name].text.strip()
    }
    fill(master, Entries(
        info={name: text.text for name, text in content.info.items() if name in own and text.text.strip()},
        texts=texts, contacts=_contacts(master, content.contacts),
    ))
    yield from ((f"noi_dung.{name}", text) for name, text in texts.items())
    yield from _documents(master, content.documents)


def _contacts(master: Master, typed: Sequence[Sequence[str]]) -> list[list[str]]:
    """The lines of the table of contacts that the form still has, each with its key."""
    known = {str(line.stt) for line in master.form.contacts.lines}
    return [[line[0], *line[2:]] for line in typed if line and line[0] in known]


def _documents(master: Master, typed: Sequence[Document]) -> Iterator[tuple[str, str]]:
    sheet, rows = master.workbook.sheet(sheet_names.DOCUMENTS), master.keyed_rows(sheet_names.DOCUMENTS)
    for document in typed:
        if document.name not in rows:
            continue
        day: Content = (document.date - EXCEL_EPOCH).days if document.date else None
        cells: Sequence[Content] = (document.type, document.number, day, document.issuer, document.subject)
        for column, content in enumerate(cells, 3):
            sheet.put(reference(rows[document.name], column), content or None)
        yield f"van_ban.{document.name}", f"{document.number} {document.date}"


def earlier_books(last: Computed, form: Form, period: Period, year_before: Period | None) -> Earlier:
    """The last period's book and that of the same period of the year before, which lies beside it or is the same.

    Raises `UserError` where the period is the book's own, or does not come after it.
    """
    book, known = last.master.path, last.content.form.period
    if (known.first, known.last) == (period.first, period.last):
        raise UserError(str(book), f"sổ này đã là sổ của {period.label}.", "Chọn kỳ khác, hoặc chọn sổ của kỳ trước.")
    _refuse_not_later(book, known, form, period)
    if year_before is None or _is(last, form, year_before):
        return Earlier(last, last if year_before else None)
    for path in sorted(book.resolve().parent.glob(BOOKS)):
        try:
            other = compute(path) if path != book.resolve() else last
        except UserError:
            continue
        if _is(other, form, year_before):
            return Earlier(last, other)
    return Earlier(last)


def _is(computed: Computed, form: Form, period: Period) -> bool:
    theirs = computed.content.form
    return theirs.id == form.id and (theirs.period.first, theirs.period.last) == (period.first, period.last)
