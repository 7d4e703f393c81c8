"""Conservation where people really edit: rows, columns, sheets and cells changed by LibreOffice itself, then saved.

The laws and the verbs are those of `tests.conservation`; the buttons are asked of the workbook while it is open there.
The thorough run:

    CCHC_SEQUENCES=500 .venv/bin/python -m pytest -q tests/live/test_conservation_office.py
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import xlwings as xw

from cchc_xl import sheet_names
from cchc_xl.errors import COULD_NOT_RUN
from cchc_xl.live import verbs
from cchc_xl.live.uno_bridge import properties, struct, uno, uno_error
from cchc_xl.live.verbs import Session
from cchc_xl.master.compute_book import compute
from cchc_xl.master.master_book import ChangedLayoutError
from cchc_xl.master.section_grid import HEADER_KEYS
from cchc_xl.office import is_installed
from cchc_xl.reading import folded
from tests.books import NOW
from tests.conservation import (
    HEADER,
    VERBS_EVERY,
    FilledOf,
    Numbers,
    a_form_counts_or_tells,
    a_master_counts_or_tells,
    adds_up,
)

pytestmark = [
    pytest.mark.office,
    pytest.mark.skipif(not is_installed(), reason="LibreOffice is not installed"),
    pytest.mark.filterwarnings("ignore:.* extension is not supported"),  # LibreOffice writes some
]

SEQUENCES = int(os.environ.get("CCHC_SEQUENCES", "4"))


class Sheet:
    """One sheet of the open workbook, by numbers that begin with 1, as rows and columns are told to people."""

    def __init__(self, calc: Any, chance: random.Random) -> None:
        self.calc, self.chance = calc, chance
        cursor = calc.createCursor()
        cursor.gotoEndOfUsedArea(False)
        self.last_row, self.last_column = cursor.RangeAddress.EndRow + 1, cursor.RangeAddress.EndColumn + 1
        self.texts = calc.getCellRangeByPosition(0, 0, self.last_column - 1, self.last_row - 1).getDataArray()

    @property
    def rows(self) -> list[int]:
        """The lines with a code; those that begin with # are the hidden help below a table."""
        found = [number for number, row in enumerate(self.texts, 1) if number > HEADER and str(row[0]).strip("# ")]
        return [number for number in found if not str(self.texts[number - 1][0]).startswith("#")] or [HEADER + 1]

    @property
    def columns(self) -> list[int]:
        """The columns in which people type."""
        titles = self.texts[HEADER - 1] if len(self.texts) >= HEADER else ()
        found = [at for at, title in enumerate(titles, 1)
                 if title and ":" not in str(title) and folded(str(title)) not in HEADER_KEYS]
        return found or [5]

    def row(self) -> int:
        return self.chance.choice(self.rows)

    def column(self) -> int:
        return self.chance.choice(self.columns)

    def cell(self, row: int, column: int) -> Any:
        return self.calc.getCellByPosition(column - 1, row - 1)

    def block(self, top: int, left: int, bottom: int, right: int) -> Any:
        return self.calc.getCellRangeByPosition(left - 1, top - 1, right - 1, bottom - 1)

    def typed_block(self) -> Any:
        """A few cells of one column of figures."""
        row, column = self.row(), self.column()
        return self.block(row, column, row + self.chance.randint(0, 3), column)

    def somewhere(self) -> Any:
        return self.cell(self.chance.randint(2, self.last_row + 3), self.chance.randint(2, self.last_column + 2))


class Sitting:
    """A workbook open in LibreOffice, with its numbers and its dice."""

    def __init__(self, book: xw.Book, chance: random.Random) -> None:
        self.book, self.chance = book, chance
        self.document = book.api
        self.numbers = Numbers(after=5_000)

    def sheet(self) -> Sheet:
        """One of the sheets with lines or tables."""
        calcs = [self.document.Sheets.getByIndex(at) for at in range(self.document.Sheets.getCount())]
        made_for_figures = [
            calc for calc in calcs
            if calc.getCellByPosition(0, HEADER - 1).getString() == sheet_names.CODE_HEADER
            or calc.Name.startswith(sheet_names.table_sheet(""))
        ]
        return Sheet(self.chance.choice(made_for_figures or calcs), self.chance)

    def do(self, command: str, **named: Any) -> None:
        """What a menu does, to what is selected."""
        context = self.book.app.impl.context
        helper = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.DispatchHelper", context)
        helper.executeDispatch(
            self.document.CurrentController.getFrame(), f".uno:{command}", "", 0, properties(**named)
        )

    def select(self, sheet: Sheet, cells: Any) -> None:
        self.document.CurrentController.setActiveSheet(sheet.calc)
        self.document.CurrentController.select(cells)

    def unprotect(self) -> None:
        """Takes the protection off every sheet; it has no password."""
        for at in range(self.document.Sheets.getCount()):
            self.document.Sheets.getByIndex(at).unprotect("")


Edit = Callable[[Sitting, Sheet], None]


def insert_row(sitting: Sitting, sheet: Sheet) -> None:
    row = sitting.chance.randint(HEADER + 1, sheet.last_row + 2)
    sheet.calc.Rows.insertByIndex(row - 1, 1)
    sheet.cell(row, 3).setString("Trong đó: bổ sung")
    sheet.cell(row, sheet.column()).setValue(sitting.numbers.next())


def delete_row(_: Sitting, sheet: Sheet) -> None:
    sheet.calc.Rows.removeByIndex(sheet.row() - 1, 1)


def insert_column(sitting: Sitting, sheet: Sheet) -> None:
    column = sitting.chance.randint(2, sheet.last_column + 1)
    sheet.calc.Columns.insertByIndex(column - 1, 1)
    sheet.cell(HEADER, column).setString(sitting.chance.choice(["", "Tính thử", "Phường mới"]))
    sheet.cell(sheet.row(), column).setValue(sitting.numbers.next())


def delete_column(sitting: Sitting, sheet: Sheet) -> None:
    sheet.calc.Columns.removeByIndex(sitting.chance.randint(1, sheet.last_column) - 1, 1)


def move_cells(_: Sitting, sheet: Sheet) -> None:
    sheet.calc.moveRange(sheet.somewhere().CellAddress, sheet.typed_block().RangeAddress)


def move_row(_: Sitting, sheet: Sheet) -> None:
    """Cut and pasted below all others; formulas that point at it follow."""
    row = sheet.row()
    sheet.calc.moveRange(
        sheet.cell(sheet.last_row + 2, 1).CellAddress, sheet.block(row, 1, row, sheet.last_column).RangeAddress
    )


def copy_row(_: Sitting, sheet: Sheet) -> None:
    row = sheet.row()
    sheet.calc.copyRange(
        sheet.cell(sheet.last_row + 2, 1).CellAddress, sheet.block(row, 1, row, sheet.last_column).RangeAddress
    )


def paste(sitting: Sitting, sheet: Sheet) -> None:
    """Cells copied or cut and pasted over others, with their looks, as Ctrl+C and Ctrl+V do it."""
    sitting.select(sheet, sheet.typed_block())
    sitting.do(sitting.chance.choice(["Copy", "Cut"]))
    sitting.select(sheet, sheet.somewhere())
    sitting.do("Paste")


def insert_cells(sitting: Sitting, sheet: Sheet) -> None:
    """What stands below or beside moves on, in these columns or rows only."""
    mode = sitting.chance.choice(["DOWN", "RIGHT"])
    sheet.calc.insertCells(sheet.typed_block().RangeAddress, uno().Enum("com.sun.star.sheet.CellInsertMode", mode))


def delete_cells(sitting: Sitting, sheet: Sheet) -> None:
    mode = sitting.chance.choice(["UP", "LEFT"])
    sheet.calc.removeRange(sheet.typed_block().RangeAddress, uno().Enum("com.sun.star.sheet.CellDeleteMode", mode))


def fill_down(sitting: Sitting, sheet: Sheet) -> None:
    down = uno().Enum("com.sun.star.sheet.FillDirection", "TO_BOTTOM")
    sheet.typed_block().fillAuto(down, 1)


def type_anywhere(sitting: Sitting, sheet: Sheet) -> None:
    number = sitting.numbers.next()
    sheet.somewhere().setFormula(sitting.chance.choice([f"{number}", f"{number}", f"'{number}", f"{number} hồ sơ"]))


def type_over_figure(sitting: Sitting, sheet: Sheet) -> None:
    sheet.cell(sheet.row(), 5).setValue(sitting.numbers.next())


def sort(sitting: Sitting, sheet: Sheet) -> None:
    """The lines from column B on, by the labels or by a figure."""
    field = struct("table.TableSortField")
    field.Field, field.IsAscending = sitting.chance.choice([1, 3]), sitting.chance.random() < 0.5
    fields = uno().Any("[]com.sun.star.table.TableSortField", (field,))
    rows = sheet.rows
    block = sheet.block(rows[0], 2, rows[-1], max(sheet.columns))
    uno().invoke(block, "sort", (properties(SortFields=fields, IsSortColumns=False, ContainsHeader=False),))


def filter_rows(sitting: Sitting, sheet: Sheet) -> None:
    """Shows only the lines with a large figure; the others stay in the file."""
    block = sheet.block(HEADER, 2, sheet.last_row, sheet.last_column)
    field = struct("sheet.TableFilterField")
    field.Field, field.IsNumeric, field.NumericValue = sheet.column() - 2, True, 100_200.0
    field.Operator = uno().Enum("com.sun.star.sheet.FilterOperator", "GREATER")
    wanted = block.createFilterDescriptor(True)
    wanted.setFilterFields((field,))
    wanted.ContainsHeader = True
    block.filter(wanted)


def hide(sitting: Sitting, sheet: Sheet) -> None:
    sheet.calc.Rows.getByIndex(sheet.row() - 1).IsVisible = False
    sheet.calc.Columns.getByIndex(sheet.column() - 1).IsVisible = False


def merge(sitting: Sitting, sheet: Sheet) -> None:
    row, column = sheet.row(), sheet.column()
    sheet.block(row, column, row + sitting.chance.randint(0, 1), column + 1).merge(True)


def copy_sheet(sitting: Sitting, sheet: Sheet) -> None:
    sheets = sitting.document.Sheets
    sheets.copyByName(sheet.calc.Name, f"Bản sao {sitting.chance.randint(1, 999)}", sheets.getCount())
    copy = Sheet(sheets.getByIndex(sheets.getCount() - 1), sitting.chance)
    for _ in range(sitting.chance.randint(0, 2)):
        copy.cell(copy.row(), copy.column()).setValue(sitting.numbers.next())


def move_sheet(sitting: Sitting, sheet: Sheet) -> None:
    sitting.document.Sheets.moveByName(sheet.calc.Name, sitting.chance.randint(0, 3))


def rename_sheet(sitting: Sitting, sheet: Sheet) -> None:
    sheet.calc.Name = f"Đổi tên {sitting.chance.randint(1, 999)}"


def delete_sheet(sitting: Sitting, sheet: Sheet) -> None:
    sitting.document.Sheets.removeByName(sheet.calc.Name)


def own_sheet(sitting: Sitting, _: Sheet) -> None:
    sheets = sitting.document.Sheets
    sheets.insertNewByName(name := f"Tính nháp {sitting.chance.randint(1, 999)}", sheets.getCount())
    cell = sheets.getByName(name).getCellByPosition(sitting.chance.randint(0, 5), sitting.chance.randint(0, 9))
    cell.setValue(sitting.numbers.next())


def replace_digits(sitting: Sitting, sheet: Sheet) -> None:
    """Find and replace over a whole sheet, as the dialog does it: one number becomes another."""
    wanted = sheet.calc.createReplaceDescriptor()
    cell = sheet.cell(sheet.row(), sheet.column())
    wanted.setSearchString(cell.getFormula() or "100")
    wanted.setReplaceString(str(sitting.numbers.next()))
    wanted.SearchWords = True
    sheet.calc.replaceAll(wanted)


def undo(sitting: Sitting, _: Sheet) -> None:
    if sitting.document.UndoManager.isUndoPossible():
        sitting.document.UndoManager.undo()


def edit_register(sitting: Sitting, _: Sheet) -> None:
    """A unit's line copied, taken out, or renamed."""
    if not sitting.document.Sheets.hasByName(sheet_names.UNITS):
        return
    sheet = Sheet(sitting.document.Sheets.getByName(sheet_names.UNITS), sitting.chance)
    row = sitting.chance.randint(HEADER, sheet.last_row)
    match sitting.chance.randint(0, 2):
        case 0:
            copy_row(sitting, sheet)
        case 1:
            sheet.calc.Rows.removeByIndex(row - 1, 1)
        case _:
            sheet.cell(row, 4).setString("Xã Tên Mới")


EDITS: tuple[Edit, ...] = (
    insert_row, delete_row, insert_column, delete_column, move_cells, move_row, copy_row, paste, insert_cells,
    delete_cells, fill_down, type_anywhere, type_over_figure, sort, filter_rows, hide, merge, copy_sheet, move_sheet,
    rename_sheet, delete_sheet, own_sheet, replace_digits, undo, edit_register,
)
GENTLE: tuple[Edit, ...] = (
    insert_row, insert_column, move_cells, copy_row, paste, fill_down, type_anywhere, type_over_figure, sort,
    filter_rows, hide, merge, copy_sheet, own_sheet, replace_digits, undo, edit_register,
)
"""Edits after which a master can mostly still be read."""


@contextmanager
def edited(
    app: xw.App, source: Path, path: Path, number: int, edits: tuple[Edit, ...]
) -> Iterator[tuple[xw.Book, list[str]]]:
    """A copy of a file, open in LibreOffice after a random sequence and saved as it stands; the names of its edits."""
    book = app.books.open(str(shutil.copy(source, path)))
    sitting, names = Sitting(book, random.Random(number)), []
    sitting.unprotect()
    try:
        for edit in sitting.chance.choices(edits, k=sitting.chance.randint(1, 4)):
            names.append(edit.__name__)
            try:
                edit(sitting, sitting.sheet())
            except uno_error("uno.Exception"):
                names[-1] += " (refused)"
        book.save()
        yield book, names
    finally:
        book.close()


@pytest.mark.parametrize("number", range(SEQUENCES))
def test_a_master_edited_in_an_office(app: xw.App, filled_masters: FilledOf, tmp_path: Path, number: int) -> None:
    form, source = filled_masters(number)
    path = tmp_path / "so.xlsx"
    with edited(app, source, path, number, EDITS if number % 3 == 0 else GENTLE) as (book, edits):
        the_buttons_tell(book, path, edits)
    a_master_counts_or_tells(form, path, edits, number % VERBS_EVERY == 0)


def the_buttons_tell(book: xw.Book, path: Path, edits: list[str]) -> None:
    """The open workbook gives what the file gives; a click writes no figure over one that is not told of."""
    try:
        on_disk = compute(path)
    except ChangedLayoutError:
        before = path.read_bytes()
        for verb in ("kiem_tra", "tinh_lai", "xuat_bao_cao"):
            assert verbs.run(verb, book, NOW).status == COULD_NOT_RUN, (verb, edits)
        assert path.read_bytes() == before
        return
    live = Session(book, NOW).computed
    adds_up(path, live, edits)
    assert {code: figure.value for code, figure in live.figures.items()} == {
        code: figure.value for code, figure in on_disk.figures.items()
    }, edits
    wanted = {finding.key for finding in on_disk.changed_layout}
    assert {finding.key for finding in live.changed_layout} == wanted, edits
    checked, counted = verbs.run("kiem_tra", book, NOW), verbs.run("tinh_lai", book, NOW)
    assert checked.status != COULD_NOT_RUN, (edits, checked.text)
    assert counted.status != COULD_NOT_RUN, (edits, counted.text)
    if wanted:
        assert verbs.run("xuat_bao_cao", book, NOW).status == COULD_NOT_RUN, edits


@pytest.mark.parametrize("number", range(SEQUENCES))
def test_a_form_edited_in_an_office(app: xw.App, filled_unit_forms: FilledOf, tmp_path: Path, number: int) -> None:
    form, source = filled_unit_forms(number)
    path = tmp_path / source.name
    with edited(app, source, path, number, EDITS) as (_, edits):
        pass
    a_form_counts_or_tells(form, path, edits, number % VERBS_EVERY == 0)


def test_there_are_enough_kinds_of_edits() -> None:
    assert len(EDITS) >= 12
