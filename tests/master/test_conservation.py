"""Conservation: after any edits, every number that a person typed is counted exactly once or told of.

Random sequences of edits on a master and on a unit's form, with numbers that stand nowhere else: mostly of a small
form, some of the shipped ones of lines and of tables. CCHC_SEQUENCES says how many sequences of each; a failure names
the sequence and its edits. The thorough run, of a master and of a form each:

    CCHC_SEQUENCES=500 .venv/bin/python -m pytest -q -n 2 tests/master/test_conservation.py
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xl import sheet_names
from cchc_xl.master.section_grid import HEADER_KEYS
from cchc_xl.reading import folded
from tests.conservation import (
    HEADER,
    SEQUENCES,
    SHIPPED,
    VERBS_EVERY,
    FilledOf,
    Numbers,
    a_form_counts_or_tells,
    a_master_counts_or_tells,
    consolidated,
)

Edit = Callable[[Workbook, random.Random, Numbers], None]
pytestmark = pytest.mark.analysis


def sections(book: Workbook) -> list[Worksheet]:
    """The sheets with coded lines, and those of tables."""
    return [
        sheet for sheet in book.worksheets
        if sheet.cell(HEADER, 1).value == sheet_names.CODE_HEADER or sheet.title.startswith(sheet_names.table_sheet(""))
    ]


def some(book: Workbook, chance: random.Random) -> Worksheet:
    return chance.choice(sections(book) or book.worksheets)


def coded_rows(sheet: Worksheet) -> list[int]:
    """The lines; those that begin with # are the hidden help below a table."""
    codes = {row: str(sheet.cell(row, 1).value or "") for row in range(HEADER + 1, sheet.max_row + 1)}
    return [row for row, code in codes.items() if code and not code.startswith("#")] or [HEADER + 1]


def a_row(sheet: Worksheet, chance: random.Random) -> int:
    return chance.choice(coded_rows(sheet))


def input_columns(sheet: Worksheet) -> list[int]:
    titles = {cell.column: str(cell.value or "") for cell in sheet[HEADER]}
    found = [at for at, title in titles.items() if title and ":" not in title and folded(title) not in HEADER_KEYS]
    return found or [5]


def insert_row(book: Workbook, chance: random.Random, numbers: Numbers) -> None:
    sheet = some(book, chance)
    row = chance.randint(HEADER + 1, sheet.max_row + 3)
    sheet.insert_rows(row)
    sheet.cell(row, 3, "Trong đó: bổ sung")
    sheet.cell(row, chance.choice(input_columns(sheet)), numbers.next())


def delete_row(book: Workbook, chance: random.Random, _: Numbers) -> None:
    sheet = some(book, chance)
    sheet.delete_rows(a_row(sheet, chance))


def move_row(book: Workbook, chance: random.Random, _: Numbers) -> None:
    sheet = some(book, chance)
    row = a_row(sheet, chance)
    sheet.move_range(f"A{row}:{get_column_letter(sheet.max_column)}{row}", rows=sheet.max_row + 2 - row)


def copy_row(book: Workbook, chance: random.Random, numbers: Numbers) -> None:
    sheet = some(book, chance)
    row, target = a_row(sheet, chance), sheet.max_row + 2
    for column in range(1, 6):
        sheet.cell(target, column, sheet.cell(row, column).value)
    sheet.cell(target, chance.choice(input_columns(sheet)), numbers.next())


def forget_code(book: Workbook, chance: random.Random, _: Numbers) -> None:
    sheet = some(book, chance)
    sheet.cell(a_row(sheet, chance), 1).value = chance.choice([None, "Z.9", 7])


def insert_column(book: Workbook, chance: random.Random, numbers: Numbers) -> None:
    sheet = some(book, chance)
    column = chance.randint(2, sheet.max_column + 1)
    sheet.insert_cols(column)
    sheet.cell(HEADER, column).value = chance.choice([None, "Tính thử", "Phường mới"])
    sheet.cell(a_row(sheet, chance), column).value = numbers.next()


def delete_column(book: Workbook, chance: random.Random, _: Numbers) -> None:
    sheet = some(book, chance)
    sheet.delete_cols(chance.randint(1, sheet.max_column))


def swap_headings(book: Workbook, chance: random.Random, _: Numbers) -> None:
    sheet = some(book, chance)
    one, other = (sheet.cell(HEADER, chance.choice(input_columns(sheet))) for _ in range(2))
    one.value, other.value = other.value, chance.choice([one.value, "Khác"])


def paste_rows(book: Workbook, chance: random.Random, _: Numbers) -> None:
    """Rows exchanged in the columns that people see."""
    sheet = some(book, chance)
    first, second = a_row(sheet, chance), a_row(sheet, chance)
    for column in range(2, max(input_columns(sheet)) + 1):
        one, other = sheet.cell(first, column), sheet.cell(second, column)
        one.value, other.value = other.value, one.value


def sort_rows(book: Workbook, chance: random.Random, _: Numbers) -> None:
    sheet = some(book, chance)
    rows = coded_rows(sheet)
    lines = [[sheet.cell(row, column).value for column in range(2, max(input_columns(sheet)) + 1)] for row in rows]
    lines.sort(key=lambda line: str(line[1:2]), reverse=chance.random() < 0.5)
    for row, line in zip(rows, lines, strict=True):
        for column, value in enumerate(line, 2):
            sheet.cell(row, column).value = value


def paste_block(book: Workbook, chance: random.Random, _: Numbers) -> None:
    """A block of one column pasted somewhere else."""
    sheet = some(book, chance)
    source, row, rows = chance.choice(input_columns(sheet)), a_row(sheet, chance), chance.randint(1, 4)
    target, shift = chance.randint(2, sheet.max_column + 2), chance.randint(-2, 6)
    for number in range(rows):
        value = sheet.cell(row + number, source).value
        sheet.cell(row + number, source).value = None
        if isinstance(value, int):
            sheet.cell(max(1, row + number + shift), target).value = value


def type_anywhere(book: Workbook, chance: random.Random, numbers: Numbers) -> None:
    sheet = some(book, chance)
    row, column = chance.randint(1, sheet.max_row + 5), chance.randint(2, sheet.max_column + 3)
    number = numbers.next()
    sheet.cell(row, column).value = chance.choice([number, number, str(number), f"{number} hồ sơ"])


def type_over_figure(book: Workbook, chance: random.Random, numbers: Numbers) -> None:
    sheet = some(book, chance)
    sheet.cell(a_row(sheet, chance), 5).value = numbers.next()


def copy_sheet(book: Workbook, chance: random.Random, numbers: Numbers) -> None:
    copy = book.copy_worksheet(some(book, chance))
    for _ in range(chance.randint(0, 2)):
        copy.cell(a_row(copy, chance), chance.choice(input_columns(copy))).value = numbers.next()


def own_sheet(book: Workbook, chance: random.Random, numbers: Numbers) -> None:
    sheet = book.create_sheet(f"Tính nháp {numbers.next() % 97}")
    sheet.cell(chance.randint(1, 9), chance.randint(1, 9), numbers.next())


def rename_sheet(book: Workbook, chance: random.Random, _: Numbers) -> None:
    some(book, chance).title = f"Đổi tên {chance.randint(1, 99)}"


def delete_sheet(book: Workbook, chance: random.Random, _: Numbers) -> None:
    deleted = some(book, chance)
    # No office deletes the only sheet that people see.
    if not any(each.sheet_state == "visible" for each in book.worksheets if each is not deleted):
        book.create_sheet("Trang mới")
    book.remove(deleted)


def move_sheet(book: Workbook, chance: random.Random, _: Numbers) -> None:
    book.move_sheet(some(book, chance), chance.randint(-3, 3))


def hide(book: Workbook, chance: random.Random, _: Numbers) -> None:
    sheet = some(book, chance)
    sheet.row_dimensions[a_row(sheet, chance)].hidden = True
    sheet.column_dimensions[get_column_letter(chance.choice(input_columns(sheet)))].hidden = True


def filter_rows(book: Workbook, chance: random.Random, _: Numbers) -> None:
    sheet = some(book, chance)
    sheet.auto_filter.ref = f"B{HEADER}:{get_column_letter(sheet.max_column)}{sheet.max_row}"
    for row in chance.sample(coded_rows(sheet), min(3, len(coded_rows(sheet)))):
        sheet.row_dimensions[row].hidden = True


def merge(book: Workbook, chance: random.Random, _: Numbers) -> None:
    sheet = some(book, chance)
    row, column = a_row(sheet, chance), chance.choice(input_columns(sheet))
    sheet.merge_cells(start_row=row, start_column=column, end_row=row + chance.randint(0, 1), end_column=column + 1)


def edit_register(book: Workbook, chance: random.Random, _: Numbers) -> None:
    sheet = book[sheet_names.UNITS]
    row = chance.randint(HEADER, sheet.max_row)
    match chance.randint(0, 5):
        case 0:
            sheet.append([cell.value for cell in sheet[row]])
        case 1:
            sheet.delete_rows(row)
        case 2:
            sheet.cell(row, 2).value = chance.choice([None, "khac", sheet.cell(HEADER, 2).value])
        case 3:
            sheet.cell(row, 1).value = chance.choice([None, "khac", sheet.cell(sheet.max_row, 1).value])
        case 4:
            sheet.cell(row, 4).value = chance.choice(["Xã Tên Mới", sheet.cell(HEADER, 4).value])
        case _:
            sheet.cell(sheet.max_row + 1, 4).value = "Xã Thêm"


EDITS: tuple[Edit, ...] = (
    insert_row, delete_row, move_row, copy_row, forget_code, insert_column, delete_column, swap_headings, paste_rows,
    sort_rows, paste_block, type_anywhere, type_over_figure, copy_sheet, own_sheet, rename_sheet, delete_sheet,
    move_sheet, hide, filter_rows, merge,
)
GENTLE = (
    insert_row, insert_column, paste_rows, sort_rows, paste_block, type_anywhere, type_over_figure, copy_sheet,
    own_sheet, move_row, hide, merge,
)
"""Edits after which a master can mostly still be read."""


def edited(source: Path, target: Path, number: int, edits: tuple[Edit, ...]) -> list[str]:
    """Applies a random sequence; returns the names of its edits."""
    chance, numbers, names = random.Random(number), Numbers(after=5_000), []
    book = openpyxl.load_workbook(source)
    for edit in chance.choices(edits, k=chance.randint(1, 4)):
        names.append(edit.__name__)
        # Cells that a merged range covers cannot be written; the edit ends there.
        with contextlib.suppress(AttributeError):
            edit(book, chance, numbers)
    book.save(target)
    return names


@pytest.mark.parametrize("number", range(SEQUENCES))
def test_a_master_counts_or_tells_every_number(filled_masters: FilledOf, tmp_path: Path, number: int) -> None:
    path = tmp_path / "so.xlsx"
    hard = number % 2 and number % 10 not in SHIPPED
    form, source = filled_masters(number)
    edits = edited(source, path, number, (*(EDITS if hard else GENTLE), edit_register))
    a_master_counts_or_tells(form, path, edits, number % VERBS_EVERY == 0)


@pytest.mark.parametrize("number", range(SEQUENCES))
def test_a_form_counts_or_tells_every_number(filled_unit_forms: FilledOf, tmp_path: Path, number: int) -> None:
    form, source = filled_unit_forms(number)
    path = tmp_path / source.name
    edits = edited(source, path, number, EDITS)
    a_form_counts_or_tells(form, path, edits, number % VERBS_EVERY == 0)


def test_there_are_enough_kinds_of_edits() -> None:
    assert len({*EDITS, edit_register}) >= 12


def test_a_doubled_line_of_a_unit_without_figures_is_told_when_books_are_consolidated(
    filled_masters: FilledOf, tmp_path: Path
) -> None:
    """Such a unit is none of the book's in a consolidation, but its line says how the book is laid out."""
    form, source = filled_masters(0)
    path = tmp_path / "so.xlsx"
    book = openpyxl.load_workbook(source)
    register = book[sheet_names.UNITS]
    silent = next(row for row in range(HEADER + 1, register.max_row + 1) if register.cell(row, 2).value == "tinh")
    for column in range(1, 5):
        register.cell(register.max_row + (column == 1), column).value = register.cell(silent, column).value
    book.save(path)
    told = [finding.rule for finding in consolidated(form, path).findings]
    assert told.count("unit_twice") == 1
