"""Tables of number columns in the report: {{ ii06a }} prints one as the ministry does, in the place of its paragraph.

In sentences, {{ ii06a["Hộ tịch"]["(7)"] }} is one figure of it; {%p for dong in ii06a.dong %} goes through its rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal

from cchc_xl.figures import Content, Figure
from cchc_xl.master.printed_tables import lines_of, value_of_cell
from cchc_xl.report.figure_marks import FigureMark, Shown, clean
from cchc_xl.report.quantity import Lack, Paper, Quantity
from cchc_xl.report.report_appendix import table_text
from cchc_xl.schema.declaration_words import plain
from cchc_xl.schema.form_model import Indicator, Section
from cchc_xl.schema.model_kinds import WORDS, Kind, Missing
from cchc_xl.schema.table_lines import PrintedLine, TableHeading, all_columns, headings, with_owners
from cchc_xl.schema.table_model import Table, cell_code
from cchc_xl.values import Struct
from cchc_xl.word.word_xml import Element, text, w

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
