"""The two appendices of the report as lines of a table: the contacts, and the statistics of all sections."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from cchc_xl.checks.cell_answers import is_required
from cchc_xl.checks.check_context import bare
from cchc_xl.figures import Content, Figure, completeness
from cchc_xl.report.figure_marks import FigureMark, Shown, clean
from cchc_xl.report.quantity import Paper, lack_of
from cchc_xl.rules.rule_judgement import Known
from cchc_xl.schema.form_model import UNNUMBERED, Form, Heading, Indicator, Section
from cchc_xl.schema.model_kinds import Kind
from cchc_xl.values import Struct, Value
from cchc_xl.writing.vietnamese_numbers import fixed, in_table

NOTE_LETTERS, PAGE_LINES = 48, 30
"""Letters on a line of the notes' column, and lines of them on a page in landscape below the table's head."""

_OWN_NUMBER = re.compile(r"^(?:(?:Phụ lục|Bảng)\s+[\dIVX]+\s*[–:.-]\s*)+", re.IGNORECASE)
"""The number that a declared title begins with; the report writes its own, Phụ lục I and II."""
_CHOICE = re.compile(r"(=\s*\d+)\s+")


class PrintedContacts(Struct, frozen=True):
    """Phụ lục I: title, column heads, and the lines cell by cell."""

    ten: str
    cot: tuple[str, ...]
    dong: tuple[tuple[str, ...], ...]


class StatisticsLine(Struct, frozen=True):
    """A printed line of Phụ lục II."""

    stt: str
    noi_dung: str
    don_vi_tinh: str = ""
    so_lieu: str = ""
    ghi_chu: str = ""
    la_muc: bool = False
    la_nhom: bool = False

    @property
    def la_tieu_de(self) -> bool:
        """A section or a group line."""
        return self.la_muc or self.la_nhom

    @property
    def dai(self) -> bool:
        """Too long for one page: only such a row may be split between pages."""
        return sum(1 + len(line) // NOTE_LETTERS for line in self.ghi_chu.splitlines()) > PAGE_LINES


class StatisticsTable(Struct, frozen=True):
    """Phụ lục II: title and lines."""

    ten: str
    dong: tuple[StatisticsLine, ...]


def contact_table(content: Content) -> PrintedContacts:
    """The contacts; number and task of a line are declared, people type the rest."""
    declared = content.form.contacts
    typed = (*content.contacts, *((),) * len(declared.lines))
    lines = (
        (str(line.stt), line.label, *_padded(cells, len(declared.columns) - 2))
        for line, cells in zip(declared.lines, typed, strict=False)
    )
    return PrintedContacts(
        _title(declared.title), tuple(column.label for column in declared.columns), tuple(lines)
    )


def _padded(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    """The last cells of a line, as many as people type."""
    return tuple(clean(cell) for cell in (*cells, *("",) * (width - len(cells)))[-width:])


def _title(declared: str) -> str:
    return _OWN_NUMBER.sub("", clean(declared)).strip()


def statistics_table(content: Content, figures: Mapping[str, Figure], paper: Paper) -> StatisticsTable:
    """Every printed line of the form, with the city's figures by indicator code."""
    writer = _Writer(content, figures, paper, {each.indicator.name: each.value for each in figures.values()})
    lines = (line for section in content.form.sections if section.printed for line in writer.section(section))
    return StatisticsTable(printed_title(content.form), tuple(lines))


def printed_title(form: Form) -> str:
    """The title above the table: as the province prints it, with the period in its place, else the form's own."""
    if form.printed_title:
        return clean(form.printed_title.replace("{kỳ}", form.period.label))
    return _title(form.title)


class _Writer(Struct, frozen=True):
    content: Content
    figures: Mapping[str, Figure]
    paper: Paper
    known: Known

    def section(self, section: Section) -> Iterator[StatisticsLine]:
        """Its heading and lines; none of one that holds but tables of columns, which are printed by themselves."""
        listed = [row for row in section.rows if row.code not in section.of_tables]
        if section.stt != UNNUMBERED and (listed or not section.tables):
            yield StatisticsLine(section.stt or section.number, clean(section.title), la_muc=True)
        yield from map(self.line, listed)

    def line(self, row: Heading | Indicator) -> StatisticsLine:
        """III.6 is group 6, III.6.1 its line 6.1."""
        number, group = row.number, row.code.count(".") == 1
        if isinstance(row, Heading):
            return StatisticsLine(number, clean(row.label), ghi_chu=self.note(row.code), la_nhom=group)
        figure = self.figures[row.code]
        return StatisticsLine(
            number, clean(row.label), _unit(row), self.cell(figure), self.remarks(figure), la_nhom=group
        )

    def cell(self, figure: Figure) -> str:
        """The figure; a placeholder where a required one is missing; a dash for a rate of nothing."""
        row = figure.indicator
        if figure.value is not None:
            mark = FigureMark(Shown.FIGURE, f"{row.code}|bang", bare(row.label), (row.code,))
            return self.paper.marks.wrap(mark, table_text(row.kind, figure.value))
        if figure.whole == 0:
            return "-"
        return self.paper.placeholder((lack_of(figure),)) if is_required(row, self.known) else ""

    def remarks(self, figure: Figure) -> str:
        """The printed note, and which units the figure still lacks."""
        row = figure.indicator
        note = self.note(row.code)
        lacking = completeness(figure, self.content.form)
        marked = self.paper.marks.wrap(FigureMark(Shown.PARTIAL, codes=(row.code,)), lacking) if lacking else ""
        return "\n".join(part for part in ("" if note == row.note_hint.strip() else note, marked) if part)

    def note(self, code: str) -> str:
        typed = self.content.notes.get(code)
        return clean(typed.text).strip() if typed else ""


def _unit(row: Indicator) -> str:
    """The unit; answers to choose from, such as "Có = 1 Không = 0", one to a line."""
    return _CHOICE.sub(r"\1\n", clean(row.unit))


def table_text(kind: Kind, value: Value) -> str:
    """A figure as the appendix shows it; the unit column says %."""
    return fixed(value, 2) if kind is Kind.PERCENT and isinstance(value, Decimal) else in_table(value)
