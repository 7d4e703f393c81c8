"""Conservation: after any edits, every number that a person typed is counted exactly once or told of.

Random sequences of edits on a master and on a unit's form, with numbers that stand nowhere else: mostly of a small
form, some of the shipped ones of lines and of tables. CCHC_SEQUENCES says how many sequences of each; a failure names
the sequence and its edits. The thorough run, of a master and of a form each:

    CCHC_SEQUENCES=500 .venv/bin/python -m pytest -q -n 2 tests/master/test_conservation.py
"""

from __future__ import annotations

import contextlib
import os
import random
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xl import sheet_names
from cchc_xl.declaration import form_folder
from cchc_xl.errors import UserError
from cchc_xl.findings import Finding
from cchc_xl.master.build_master import new_master
from cchc_xl.master.compute_book import Computed, compute
from cchc_xl.master.master_book import ChangedLayoutError, open_master
from cchc_xl.master.sheet_binding import HEADER_KEYS
from cchc_xl.reading import folded
from cchc_xl.schema import Form
from cchc_xl.schema.model_kinds import Kind, Total
from cchc_xl.submissions.form_layout import plan_form
from cchc_xl.submissions.intake.reading_process import answer
from cchc_xl.submissions.interpret_submission import Delivery, Interpreter
from cchc_xl.submissions.submission_status import status
from cchc_xl.submissions.unit_form.build_form import new_form
from cchc_xl.verbs.check import examine
from cchc_xl.verbs.collect import collect
from cchc_xl.verbs.demo import sample_form
from cchc_xl.verbs.recalc import recalc
from cchc_xl.verbs.report import export
from tests.books import NOW

SEQUENCES = int(os.environ.get("CCHC_SEQUENCES", "40"))
VERBS_EVERY = 8
"""Every so many sequences all verbs are run, the others only what all of them share."""
HEADER, TABLE_TOP = 5, 12
"""The row of the headings, and below it the last one in which headings of a table may stand."""
SHIPPED = {7: "ii06a", 9: "2021"}
"""The form of every tenth sequence that ends with this digit; the small one is that of all others."""
OURS = re.compile(r"\b([1-9]\d{5})\b")
"""A number of the test: six digits, each used once."""


class Place(NamedTuple):
    sheet: str
    cell: str


class Numbers:
    """Hands out numbers that stand nowhere else."""

    def __init__(self) -> None:
        self._last = 100_003

    def next(self) -> int:
        self._last += 7
        return self._last


Edit = Callable[[Workbook, random.Random, Numbers], None]


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
    lines.sort(key=lambda line: str(line[1]), reverse=chance.random() < 0.5)
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
    book.remove(some(book, chance))


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
    chance, numbers, names = random.Random(number), Numbers(), []
    book = openpyxl.load_workbook(source)
    numbers._last += 7 * 5_000
    for edit in chance.choices(edits, k=chance.randint(1, 4)):
        names.append(edit.__name__)
        # Cells that a merged range covers cannot be written; the edit ends there.
        with contextlib.suppress(AttributeError):
            edit(book, chance, numbers)
    book.save(target)
    return names


def typed_in(path: Path, skipped: Callable[[Worksheet, int, int], bool]) -> Iterator[tuple[int, Place]]:
    """Every number of ours that stands in a file, with its place."""
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                text = "" if cell.value is None or str(cell.value).startswith("=") else str(cell.value)
                if (found := OURS.search(text)) and not skipped(sheet, cell.row, cell.column):
                    yield int(found[1]), Place(sheet.title, cell.coordinate)


def told_of(findings: list[Finding] | tuple[Finding, ...], *more: str) -> tuple[set[Place], set[int]]:
    """Places that findings name, and numbers that their messages say."""
    places = {Place(cell.sheet, cell.cell) for finding in findings for cell in finding.cells}
    texts = [finding.message.replace(".", "") for finding in findings] + list(more)
    return places, {int(found) for text in texts for found in OURS.findall(text)}


# A master


FilledOf = Callable[[int], tuple[Form, Path]]
"""The form of a sequence, and the file that it edits."""


def form_of(small_form: Form, number: int) -> Form:
    name = SHIPPED.get(number % 10)
    return sample_form(form_folder(name)) if name else small_form


def filled_once(small_form: Form, path_of: Callable[[Form], Path], fill: Callable[[Form, Path], Path]) -> FilledOf:
    """Files, each made once for its form, filled with numbers that stand nowhere else."""
    made: dict[str, tuple[Form, Path]] = {}

    def of(number: int) -> tuple[Form, Path]:
        form = form_of(small_form, number)
        if form.id not in made:
            made[form.id] = form, fill(form, path_of(form))
        return made[form.id]

    return of


@pytest.fixture(scope="module")
def master(small_form: Form, tmp_path_factory: pytest.TempPathFactory) -> FilledOf:
    """Masters."""
    return filled_once(small_form, lambda form: tmp_path_factory.mktemp("so") / f"{form.id}.xlsx", filled_master)


def filled_master(form: Form, path: Path) -> Path:
    new_master(form, path)
    book, numbers = open_master(path), Numbers()
    for section in form.sections:
        grid = book.grids[section.number]
        for row in section.indicators:
            for unit in form.reporters(row) if row.typed and row.asked in (Kind.COUNT, Kind.DECIMAL) else ():
                book.sheet(section).put(grid.address(row.code, unit.id), numbers.next())
    book.workbook.commit()
    recalc(path, NOW)
    return path


def machine_made(sheet: Worksheet, row: int, column: int) -> bool:
    """Cells that the program writes: keys, printed numbers, flags, messages; and its own sheets."""
    if sheet.title in sheet_names.OWN_SHEETS:
        return True
    title = str(sheet.cell(HEADER, column).value or "")
    is_page = sheet.cell(HEADER, 1).value == sheet_names.CODE_HEADER
    ours = column == 1 or ":" in title or title in (sheet_names.CHECK_HEADER, sheet_names.NUMBER_HEADER)
    return row == HEADER or (is_page and ours)


def counted_in(computed: Computed) -> Counter[Place]:
    """The places whose numbers are in the figures, previous figures, or printed notes."""
    content = computed.content
    places = Counter(
        Place(reading.address.sheet, reading.address.cell)
        for (unit, code), reading in content.readings.items()
        if reading.given and unit in {each.id for each in content.form.reporters(content.form.by_code[code])}
    )
    places.update(Place(text.address.sheet, text.address.cell) for text in content.notes.values())
    for column, figures in (("previous", content.previous), ("last_year", content.last_year)):
        for name in figures:
            row = content.form.by_name[name]
            grid = computed.master.grids[content.form.section_of[row.code].number]
            places[Place(grid.sheet, grid.address(row.code, column))] += 1
    return places


def sums_hold(computed: Computed) -> Iterator[str]:
    """Every sum is that of the readings it was made of, each unit once."""
    for code, figure in computed.figures.items():
        if figure.indicator.total is Total.SUM and figure.indicator.typed:
            said = [
                reading.value for (_, of), reading in computed.content.readings.items() if of == code and reading.given
            ]
            if said and figure.value != sum(said):  # type: ignore[arg-type]
                yield f"{code}: {figure.value} != {said}"


def mislabelled(path: Path, computed: Computed) -> Iterator[Place]:
    """Cells counted for an indicator whose line shows another label."""
    book = openpyxl.load_workbook(path)
    for (_, code), reading in computed.content.readings.items():
        if reading.given:
            sheet = book[reading.address.sheet]
            titles = {str(cell.value): cell.column for cell in sheet[HEADER]}
            row = sheet[reading.address.cell].row
            label = sheet.cell(row, titles["Chỉ tiêu"])
            if folded(str(label.value or "")) != folded(computed.content.form.by_code[code].label):
                yield Place(sheet.title, label.coordinate)


@pytest.mark.parametrize("number", range(SEQUENCES))
def test_a_master_counts_or_tells_every_number(master: FilledOf, tmp_path: Path, number: int) -> None:
    path = tmp_path / "so.xlsx"
    hard = number % 2 and number % 10 not in SHIPPED
    edits = edited(master(number)[1], path, number, (*(EDITS if hard else GENTLE), edit_register))
    counts_or_tells(path, edits, number % VERBS_EVERY == 0)


def counts_or_tells(path: Path, edits: list[str], by_every_verb: bool) -> None:
    """Counted and told together are what stands in the file, in numbers and in sums."""
    try:
        computed = compute(path)
    except ChangedLayoutError as error:
        refused_everywhere(path, error)
        return
    places, numbers = told_of(computed.findings)
    counted = counted_in(computed)
    typed = list(typed_in(path, machine_made))
    # A copied sheet is told of as a whole; the numbers that differ from the original's are named.
    once, copies = {each for each, at in typed if counted[at]}, {place.sheet for place in places}
    lost = [(each, at) for each, at in typed
            if not (counted[at] == 1 or at in places or each in numbers or (each in once and at.sheet in copies))]
    assert lost == [], (edits, lost)
    told = sum(each for each, at in typed if not counted[at])
    assert sum(each for each, at in typed if counted[at]) + told == sum(each for each, _ in typed), edits
    assert [each for each, times in counted.items() if times > 1] == [], edits
    assert list(sums_hold(computed)) == [], edits
    assert [each for each in mislabelled(path, computed) if each not in places] == [], edits
    if by_every_verb:
        every_verb_tells(path, computed)


def refused_everywhere(path: Path, error: ChangedLayoutError) -> None:
    assert error.findings
    before = path.read_bytes()
    with pytest.raises(UserError):
        recalc(path, NOW)
    with pytest.raises(UserError):
        status(path, NOW.date())
    with pytest.raises(UserError):
        export(path, path.with_suffix(".docx"))
    assert examine(path).findings == list(error.findings)
    assert path.read_bytes() == before


def every_verb_tells(path: Path, computed: Computed) -> None:
    """What all verbs share is what each of them says."""
    wanted = {finding.key for finding in computed.changed_layout}
    assert wanted <= {finding.key for finding in examine(path).findings}
    assert wanted == {finding.key for finding in status(path, NOW.date()).changed_layout}
    if wanted:
        with pytest.raises(UserError, match="chưa xuất được báo cáo"):
            export(path, path.with_suffix(".docx"))
    copy = Path(shutil.copy(path, path.with_name("ban_sao.xlsx")))
    result = recalc(copy, NOW)
    restored = " ".join(result.overwritten)
    for finding in computed.changed_layout:
        said = finding in result.computed.findings or finding.cells[0].cell in restored
        assert said, finding
    assert not recalc(copy, NOW).changed


# A unit's form


@pytest.fixture(scope="module")
def unit_form(small_form: Form, tmp_path_factory: pytest.TempPathFactory) -> FilledOf:
    """Forms of units."""
    return filled_once(
        small_form, lambda form: tmp_path_factory.mktemp("bieu") / f"{form.units[0].id}.xlsx", filled_unit_form
    )


def filled_unit_form(form: Form, path: Path) -> Path:
    new_form(form, form.units[0], path)
    book, numbers = openpyxl.load_workbook(path), Numbers()
    plan = plan_form(form, form.units[0])
    for code, row in plan.questions.items():
        if row.asked in (Kind.COUNT, Kind.DECIMAL):
            sheet, cell = plan.cells[code]
            book[sheet][cell] = numbers.next()
    book.save(path)
    return path


def not_asked(sheet: Worksheet, row: int, column: int) -> bool:
    """Cells of the form's own: the sheets around, keys, printed texts, hidden columns."""
    if sheet.title in sheet_names.FORM_SHEETS or row <= HEADER:
        return True
    title = str(sheet.cell(HEADER, column).value or "")
    is_page = sheet.cell(HEADER, 1).value == sheet_names.CODE_HEADER
    value = next((cell.column for cell in sheet[HEADER] if cell.value == sheet_names.FIGURE_HEADER), 5)
    hidden = 12 < column - max(0, value - 5) <= 15 and not title
    if sheet.title.startswith(sheet_names.table_sheet("")):
        help_row = str(sheet.cell(row, 1).value or "").startswith("#")
        return help_row or column <= 2 or (row <= TABLE_TOP and isinstance(sheet.cell(row, column).value, str))
    return is_page and (column == 1 or hidden or title in ("STT", "Chỉ tiêu", "Đơn vị tính"))


def told_as_a_whole(findings: tuple[Finding, ...], at: Place) -> bool:
    """A line that stands twice, or a sheet without its column, is named; then the file goes back to the unit."""
    row = at.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return any(
        (each.rule == "row_twice" and each.cells[0].sheet == at.sheet and each.cells[0].cell[1:] == row)
        or (each.rule == "column_missing" and f"“{at.sheet}”" in each.message)
        for each in findings
    )


@pytest.mark.parametrize("number", range(SEQUENCES))
def test_a_form_counts_or_tells_every_number(unit_form: FilledOf, tmp_path: Path, number: int) -> None:
    form, source = unit_form(number)
    path = tmp_path / source.name
    edits = edited(source, path, number, EDITS)
    read = Interpreter(form).interpret(path, answer(str(path)))
    if not isinstance(read, Delivery):
        assert read.message
        return
    places, numbers = told_of(read.findings, *read.notes.values())
    counted = Counter(
        Place(reading.address.sheet, reading.address.cell) for reading in read.readings.values() if reading.given
    )
    lost = [(each, at) for each, at in typed_in(path, not_asked)
            if not (counted[at] == 1 or at in places or each in numbers or told_as_a_whole(read.findings, at))]
    assert lost == [], (edits, lost)
    if number % VERBS_EVERY == 0:
        book = tmp_path / "so.xlsx"
        new_master(form, book)
        outcome = collect(book, [path], NOW, processes=1).outcomes[0]
        assert {finding.key for finding in read.findings} <= {finding.key for finding in outcome.findings}


def test_there_are_enough_kinds_of_edits() -> None:
    assert len({*EDITS, edit_register}) >= 12
