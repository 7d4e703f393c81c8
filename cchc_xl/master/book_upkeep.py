"""What every calculation puts back into a master: native formulas with their results beside them, so that nothing has
to be computed when it is opened; input cells as the book was made; row heights.

The numbers of the native charts are formulas on a hidden sheet. Neither Excel nor LibreOffice measures wrapped text in
a file that a program wrote: a row goes back when its text does; one whose height a person has set (customHeight) is
left alone. Lines are counted by the widths of Times New Roman's letters, and words stay whole.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache, lru_cache, partial

from cchc_xl import sheet_names
from cchc_xl.excel.addresses import column_letters, position, reference
from cchc_xl.excel.notes_and_inputs import FlagColour, InputCells
from cchc_xl.figures import Content, Figure
from cchc_xl.master.master_book import Master
from cchc_xl.master.native_formulas import Grids, figure_cell, figure_formula, rate_of, stored
from cchc_xl.master.printed_tables import CHOICE, CHOICE_TITLE, offers_units, tables_in
from cchc_xl.master.section_grid import (
    CHECK,
    FIGURE,
    NOTE,
    SOURCE_COLUMN,
    Grid,
    SheetCarrier,
    flag_key,
    of_the_whole,
    prompt_title,
    read_key,
    shared_places,
    shared_term,
)
from cchc_xl.master.table_layout import HINT_CELL, TABLE_ROW, TYPED_SHEETS, hint, table_of
from cchc_xl.schema.form_model import Form, Indicator, Section
from cchc_xl.schema.model_kinds import Chart, Unit
from cchc_xl.writing.vietnamese_numbers import rate

AGENCY_CELL = "B2"


def write_results(master: Master, content: Content, figures: Mapping[str, Figure]) -> None:
    """Formula and result of every figure, of the charts' numbers and of the title; the printed tables' are apart."""
    for row, grid, sheet in master.rows():
        formula = figure_formula(master.form, master.grids, row, shared_term(content.shared.get(row.code)))
        sheet.put(grid.address(row.code, FIGURE), stored(figures[row.code].value), formula)
    _write_chart_data(master, content, figures)
    _write_agency(master, content)
    if sheet_names.SHARED in master.workbook:
        told = hint(sheet_names.SHARED, lines=bool(content.shared))
        master.workbook.sheet(sheet_names.SHARED).put(HINT_CELL, told)


def _write_agency(master: Master, content: Content) -> None:
    sheet = master.workbook.sheet(sheet_names.HOME)
    agency = next((each.name for each in content.form.info if each.required and each.kind == "text"), "")
    formula = sheet.cell(AGENCY_CELL).formula
    if formula and agency in content.info:
        sheet.put(AGENCY_CELL, content.info[agency].text, formula)


def drawn_charts(form: Form) -> list[tuple[Chart, list[str]]]:
    """The charts with what each bar or slice is called; one of units that the book has none of is left out."""
    return [(chart, labels) for chart in form.charts if (labels := _labels(form, chart))]


def _labels(form: Form, chart: Chart) -> list[str]:
    shares = [chart.part_label, chart.rest_label]
    return shares if chart.kind == "shares" else [unit.name for unit in _drawn_units(form, chart)]


def _drawn_units(form: Form, chart: Chart) -> list[Unit]:
    return [unit for unit in form.units if unit.kind == chart.units]


def _answer(form: Form, grids: Grids, code: str, unit: Unit) -> str:
    """A typed number, or what was understood from the cell; 0 where there is none."""
    grid = grids[form.section_of[code].number]
    cell, companion = (f"'{grid.sheet}'!{grid.address(code, key)}" for key in (unit.id, read_key(unit.id)))
    return f'IF({companion}="",N({cell}),N({companion}))'


def _write_chart_data(master: Master, content: Content, figures: Mapping[str, Figure]) -> None:
    """Stores the results beside the formulas, so that nothing has to be computed when the workbook is opened."""
    if sheet_names.CHART_DATA not in master.workbook:
        return
    sheet = master.workbook.sheet(sheet_names.CHART_DATA)
    for number, (chart, _) in enumerate(drawn_charts(content.form)):
        for row, (value, formula) in enumerate(_points(master.grids, content, figures, chart), 1):
            sheet.put(reference(row, 2 + 2 * number), value, formula)


def _points(
    grids: Grids, content: Content, figures: Mapping[str, Figure], chart: Chart
) -> Iterator[tuple[Decimal | str, str]]:
    """The number of every bar or slice, and its formula."""
    form = content.form
    part, whole = (form.by_name[name].code if name else "" for name in (chart.part, chart.whole))
    if chart.kind == "shares":
        done, everything = (_number(figures[code].value) for code in (part, whole))
        cell, of = (figure_cell(form, grids, name) for name in (chart.part, chart.whole))
        yield done, f"N({cell})"
        yield max(Decimal(0), everything - done), f"MAX(0,N({of})-N({cell}))"
        return
    for unit in _drawn_units(form, chart):
        number, formula = _read(content, unit.id, part), _answer(form, grids, part, unit)
        if chart.kind == "by_unit":
            yield number, formula
        else:
            base, of = _read(content, unit.id, whole), _answer(form, grids, whole, unit)
            yield "" if base == 0 else rate(number, base) or Decimal(0), f'IF({of}=0,"",{rate_of(formula, of)})'


def _read(content: Content, unit: str, code: str) -> Decimal:
    reading = content.readings.get((unit, code))
    return _number(reading.value if reading and reading.given else None)


def _number(value: object) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(0)


WORDS = "chữ"
"""The look of cells for words beside figures, which have no validation."""


def keep_inputs(master: Master) -> None:
    """Puts back what pasting has taken from them."""
    for section in master.form.sections:
        colours = list(flag_colours(master.form, section, master.grids[section.number]))
        master.sheet(section).keep_inputs(list(_inputs(master, section)), colours)
    others: dict[str, list[InputCells]] = defaultdict(list)
    for sheet, cells in (*_of_the_whole(master), *_choices(master), *_typed(master)):
        others[sheet].append(cells)
    for sheet, inputs in others.items():
        master.workbook.sheet(sheet).keep_inputs(inputs, ())


def _inputs(master: Master, section: Section) -> Iterator[InputCells]:
    grid = master.grids[section.number]
    yield InputCells("", tuple(grid.address(line.code, NOTE) for line in section.lines), WORDS)
    for row in section.indicators:
        units = [unit.id for unit in master.form.reporters(row) if unit.id in grid.columns] if row.typed else []
        if units:
            cells = tuple(grid.address(row.code, unit) for unit in units)
            yield _numbers(row, cells)


def _numbers(row: Indicator, cells: tuple[str, ...]) -> InputCells:
    return InputCells(prompt_title(row), cells, f"{row.kind} {row.asked}", partial(_validation, row, cells[0]))


def _validation(row: Indicator, first: str) -> bytes:
    """The validation as the book was made with it."""
    from cchc_xl.master.input_validation import as_element, input_validation

    return as_element(input_validation(row, first), first)


def _of_the_whole(master: Master) -> Iterator[tuple[str, InputCells]]:
    """The figures known only for the whole, and where they come from."""
    for code, place in shared_places(master.workbook, master.form).items():
        yield place.sheet, _numbers(of_the_whole(master.form.by_code[code]), (place.cell,))
        source = reference(position(place.cell)[0], SOURCE_COLUMN)
        yield place.sheet, InputCells("", (source,), WORDS)


def _choices(master: Master) -> Iterator[tuple[str, InputCells]]:
    """The cells in which a unit is chosen for a table."""
    for place in tables_in(master):
        if offers_units(master.form, place.section, place.table):
            yield place.sheet.name, InputCells(CHOICE_TITLE, (CHOICE,), WORDS, partial(_choice, master, place.section))


def _choice(master: Master, section: Section) -> bytes:
    from cchc_xl.master.input_validation import as_element, choice_of_unit

    grid, units = master.grids[section.number], master.form.columns(section)
    return as_element(choice_of_unit(grid, units), CHOICE)


def _typed(master: Master) -> Iterator[tuple[str, InputCells]]:
    for name in TYPED_SHEETS:
        rows = sorted(master.keyed_rows(name).values())
        for column in table_of(name, master.form).typed if rows else ():
            letters = column_letters(column)
            yield name, InputCells("", tuple(f"{letters}{row}" for row in rows), letters)


def flag_colours(form: Form, section: Section, grid: Grid) -> Iterator[FlagColour]:
    """The cells of a section's sheet that take colours, with the hidden columns that these look at."""
    rows = sorted(grid.rows.values())
    for key in (FIGURE, *(unit.id for unit in form.columns(section))) if rows else ():
        column, flag = (column_letters(grid.columns[each]) for each in (key, flag_key(key)))
        cells = f"{column}{rows[0]}:{column}{rows[-1]}"
        yield from (FlagColour(cells, flag, letter) for letter in sheet_names.FLAG_LETTERS.values())


PIXELS_A_DIGIT = 7
"""Column widths are counted in digits of the default font."""

LINE_POINTS, MARGIN_POINTS = 15.75, 2.5
"""The height of a line of the usual size, and what a row needs besides."""

SPARE = 1.04
"""Screens round every letter to whole pixels, and bold ones are wider."""

_WIDTHS = {
    "'": 180, " ,.": 250, "/:;ijlt": 278, "!()-fr[]I": 333, "Js": 389, '"': 408, "acez?“”": 444, "+<=>": 564,
    "FPS": 556, "ELTZ": 611, "BCR": 667, "ADGHKNOQUVXYwĐ": 722, "&m": 778, "%": 833, "M": 889, "@": 921, "W": 944,
    "—…": 1000,
}
_OF_LETTER = {letter: width for letters, width in _WIDTHS.items() for letter in letters}
_USUAL = 500
_HORN, _HORN_WIDTH = "\u031b", 60


def lines_of(text: str, width: float, points: float = 12) -> int:
    """The lines of a text, at least one, in a column so many digits wide and letters so many points high."""
    room = width * PIXELS_A_DIGIT
    return sum(_wrapped(line, room, points) for line in text.split("\n"))


def row_points(lines: int) -> float:
    """The height of a row of so many lines of the usual size."""
    return lines * LINE_POINTS + MARGIN_POINTS


def _wrapped(line: str, room: float, points: float) -> int:
    blank, used, lines = pixels(" ", points), 0.0, 1
    for word in line.split(" "):
        needed = pixels(word, points)
        if used and used + blank + needed > room:
            lines, used = lines + 1, 0.0
        used += needed + (blank if used else 0)
    return lines


@lru_cache(maxsize=4096)
def pixels(text: str, points: float) -> float:
    """The width of a text on a screen."""
    return sum(map(_width, text)) / 1000 * points * 96 / 72 * SPARE


@cache
def _width(letter: str) -> int:
    """The width of a letter; of its marks only the horn takes room."""
    parts = (each for each in unicodedata.normalize("NFD", letter) if each == _HORN or not unicodedata.combining(each))
    return sum(_HORN_WIDTH if each == _HORN else _OF_LETTER.get(each, _USUAL) for each in parts)


LARGEST_POINTS = 409.0
"""Excel's own limit."""


def fit_all(master: Master) -> None:
    """Makes every row of the sheets that people read tall enough for its texts."""
    for section in master.form.sections:
        grid, sheet = master.grids[section.number], master.sheet(section)
        columns = [grid.columns[key] for key in ("label", "measure", NOTE, CHECK) if key in grid.columns]
        fit_rows(sheet, (grid.rows[line.code] for line in section.lines), columns)
    for name in TYPED_SHEETS:
        table = master.workbook.sheet(name)
        fit_rows(table, range(TABLE_ROW + 1, table.last_row + 1), table_of(name, master.form).wrapped)


def fit_rows(sheet: SheetCarrier, rows: Iterable[int], columns: list[int]) -> None:
    """Makes every row tall enough for its texts in the columns, and none a line taller."""
    widths = [(column_letters(column), sheet.column_width(column)) for column in columns]
    for row in rows:
        texts = ((sheet.cell(f"{letters}{row}").raw, width) for letters, width in widths)
        lines = max((lines_of(text, width) for text, width in texts if text), default=1)
        least = min(LARGEST_POINTS, row_points(lines)) if lines > 1 else 0
        sheet.fit_row(row, least, row_points(lines + 1))
