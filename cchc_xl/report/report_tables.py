"""The report's appendices as lines of a table (contacts, statistics), and its tables of number columns.

{{ ii06a }} prints one as the ministry does, in the place of its paragraph; in sentences,
{{ ii06a["Hộ tịch"]["(7)"] }} is one figure of it; {%p for dong in ii06a.dong %} goes through its rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal

from cchc_xl.checks.cell_answers import is_required
from cchc_xl.checks.check_context import bare
from cchc_xl.figures import Content, Figure, completeness
from cchc_xl.master.printed_tables import lines_of, value_of_cell
from cchc_xl.report.figure_marks import FigureMark, Shown, clean
from cchc_xl.report.quantity import Lack, Paper, Quantity, lack_of
from cchc_xl.rules.rule_judgement import Known
from cchc_xl.schema.declaration_words import plain
from cchc_xl.schema.form_model import UNNUMBERED, Form, Heading, Indicator, Section
from cchc_xl.schema.model_kinds import WORDS, Kind, Missing
from cchc_xl.schema.table_model import PrintedLine, Table, TableHeading, all_columns, cell_code, headings, with_owners
from cchc_xl.values import Struct, Value
from cchc_xl.word.word_xml import Element, text, w
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


NUMBER_SHARE, LABEL_SHARE, FIGURE_SHARE = 4, 22, 8
"""How wide the columns are to each other."""

ALIGNED = {Kind.TEXT: "left", Kind.DATE: "center"}
SHARES = {Kind.TEXT: 16, Kind.DATE: 13}

SIZE = 18
"""Half points: letters of 9 points, so that thirteen columns stand on a page in landscape."""

LINE: dict[str, str | int] = {"val": "single", "sz": 4, "space": 0, "color": "000000"}
NOT_KNOWN = "…"
CELL_STYLES = {False: "BangNhieuCot", True: "BangNhieuCotDam"}
"""Paragraph styles of the cells, plain and bold."""


class ShownRow(Struct, frozen=True):
    """A row as a template sees it: .stt, .ten, ["(7)"]; of a list also .don_vi, the unit whose it is."""

    stt: str
    ten: str
    la_nhom: bool
    la_tong: bool
    cells: Mapping[str, Quantity]
    don_vi: str = ""

    def __getitem__(self, column: str) -> Quantity:
        return self.cells[column if column.startswith("(") else f"({column})"]


class ShownTable(Struct, frozen=True):
    """A table as a template sees it: .ten, .don_vi_tinh, .dong, ["Hộ tịch"]; by itself, the printed table."""

    ten: str
    don_vi_tinh: str
    dong: tuple[ShownRow, ...]
    printed: Callable[[], str]

    def __getitem__(self, row: str) -> ShownRow:
        own: dict[str, ShownRow] = {}
        full: dict[str, ShownRow] = {}
        group = ""
        for each in self.dong:
            group = each.ten if each.la_nhom else group
            full.setdefault(plain(f"{group} – {each.ten}"), each)
            own.setdefault(plain(each.ten), each)
            own.setdefault(plain(each.stt), each)
        return (full | own)[plain(row)]

    def __str__(self) -> str:
        return self.printed()


def shown_tables(
    content: Content, figures: Mapping[str, Figure], paper: Paper, quantities: Mapping[str, Quantity]
) -> dict[str, ShownTable]:
    """Every table of the form, by its name."""
    made = {}
    for section in content.form.sections:
        for table in section.tables:
            grid = _Grid(content, figures, paper, section, table)
            rows = tuple(
                ShownRow(
                    line.number, clean(line.label), line.row.kind == "group", line.row.kind == "total",
                    grid.nothing(line) | {each.column: quantities[each.name] for each in grid.row(line)},
                    clean(line.owner),
                )
                for line in grid.lines
            )
            made[table.name] = ShownTable(clean(table.label), clean(table.unit), rows, grid.mark)
    return made


class _Grid:
    """One table, made into Word's elements when the report shows it."""

    def __init__(
        self, content: Content, figures: Mapping[str, Figure], paper: Paper, section: Section, table: Table
    ) -> None:
        self._content, self._figures, self._paper, self._table = content, figures, paper, with_owners(table)
        self.lines = lines_of(content.form, table, section)
        self._by_code = {row.code: row for row in section.indicators}

    def row(self, line: PrintedLine) -> list[Indicator]:
        """The figures of a line."""
        codes = (cell_code(line.row.code, column.code) for column in self._table.columns)
        return [self._by_code[code] for code in codes if code in self._by_code]

    def nothing(self, line: PrintedLine) -> dict[str, Quantity]:
        """What stands in the place of figures that a line does not have: a template that goes through all rows may ask
        for them."""
        lack = Lack(line.row.code, f"số liệu: dòng “{clean(line.label)}” không có số ở cột này")
        return {
            column.code: Quantity(self._paper, None, column.kind, line.row.code, clean(line.label), (lack,))
            for column in self._table.columns
        }

    def mark(self) -> str:
        """The mark in whose place the table stands."""
        return self._paper.marks.place(self._table.name, self.element)

    def element(self, width: int) -> Element:
        """The table, so many twentieths of a point wide."""
        others = all_columns(self._table)[2:]
        shares = [NUMBER_SHARE, LABEL_SHARE, *(SHARES.get(column.kind, FIGURE_SHARE) for column in others)]
        widths = [width * share // sum(shares) for share in shares]
        look = w(
            "tblPr", w("tblW", w=sum(widths), type="dxa"), w("jc", val="center"),
            w("tblBorders", *(w(side, **LINE) for side in ("top", "left", "bottom", "right", "insideH", "insideV"))),
            w("tblLayout", type="fixed"),
            w("tblCellMar", w("left", w=40, type="dxa"), w("right", w=40, type="dxa")),
        )
        grid = w("tblGrid", *(w("gridCol", w=each) for each in widths))
        return w("tbl", look, grid, *self._head(widths), *(self._line(line, widths) for line in self.lines))

    def _head(self, widths: list[int]) -> Iterator[Element]:
        """The headings and the row of column numbers, repeated on every page."""
        cells = list(headings(self._table))
        for level in range(self._table.levels):
            yield _row([_headed(level, place, cells, widths) for place in range(len(widths))], header=True)
        numbers = [_cell(each, [column.code], "center") for each, column in
                   zip(widths, all_columns(self._table), strict=True)]
        yield _row(numbers, header=True)

    def _line(self, line: PrintedLine, widths: list[int]) -> Element:
        cells = [_cell(widths[0], [line.number], "center", bold=line.bold),
                 _cell(widths[1], [clean(line.label)], "left", bold=line.bold)]
        rest, rows = widths[2:], {row.column: row for row in self.row(line)}
        if len(rest) > len(self._table.columns):
            cells.append(_cell(rest.pop(0), [clean(line.owner)], "left"))
        for width, column in zip(rest, self._table.columns, strict=True):
            shown = self._figure(line, rows[column.code]) if column.code in rows else ""
            cells.append(_cell(width, [shown], ALIGNED.get(column.kind, "right"), bold=line.bold))
        return _row(cells)

    def _figure(self, line: PrintedLine, row: Indicator) -> str:
        value = value_of_cell(self._content.form, row, line.unit, self._figures, self._content.readings)
        if value is None:
            if row.kind in WORDS and row.missing is Missing.OPTIONAL:
                return ""
            empty = self._figures[row.code].whole == Decimal(0) or not row.missing
            return "-" if empty else self._paper.marks.wrap(FigureMark(Shown.MISSING, codes=(row.code,)), NOT_KNOWN)
        tag = f"{row.code}@{line.unit}" if line.unit else f"{row.code}|bang"
        title = f"{line.label}: {row.column}" if line.unit else row.label
        return self._paper.marks.wrap(FigureMark(Shown.FIGURE, tag, title, (row.code,)), table_text(row.kind, value))


def _headed(level: int, place: int, cells: list[TableHeading], widths: list[int]) -> Element | None:
    """The cell of the headings at a place; None where a cell to its left goes on."""
    for head in cells:
        if head.column <= place < head.column + head.width and head.level <= level < head.level + head.height:
            if place > head.column:
                return None
            merge = "" if head.height == 1 else "restart" if level == head.level else "continue"
            said = [clean(head.text)] if level == head.level else []
            width = sum(widths[place : place + head.width])
            return _cell(width, said, "center", bold=True, span=head.width, merge=merge)
    return _cell(widths[place], [], "center")


def cell_styles() -> Iterator[Element]:
    """The styles of the cells' paragraphs: LibreOffice forgets the letters of a content control that fills a cell."""
    for bold, style in CELL_STYLES.items():
        spacing = w("spacing", before=20, after=20, line=240, lineRule="auto")
        look = w("pPr", spacing, w("ind", left=0, right=0, firstLine=0))
        named = w("name", val=f"Bảng nhiều cột{' đậm' if bold else ''}")
        letters = w("rPr", *([w("b"), w("bCs")] if bold else []), w("sz", val=SIZE), w("szCs", val=SIZE))
        yield w("style", named, look, letters, type="paragraph", customStyle=1, styleId=style)


def _row(cells: Sequence[Element | None], header: bool = False) -> Element:
    look = w("trPr", w("cantSplit"), w("tblHeader") if header else None)
    return w("tr", look, *cells)


def _cell(
    width: int, said: list[str], align: str, *, bold: bool = False, span: int = 1, merge: str = ""
) -> Element:
    properties = w(
        "tcPr", w("tcW", w=width, type="dxa"), w("gridSpan", val=span) if span > 1 else None,
        w("vMerge", val=merge) if merge else None, w("vAlign", val="center"),
    )
    runs = [w("r", text(each)) for each in said if each]
    look = w("pPr", w("pStyle", val=CELL_STYLES[bold]), w("jc", val=align))
    return w("tc", properties, w("p", look, *runs))
