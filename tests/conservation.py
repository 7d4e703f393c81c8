"""The law of conservation, as tests ask it: after any edits, every typed number is counted exactly once or told of.

Files filled with numbers that stand nowhere else, and what every verb that reads them must have said of each number.
"""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xl import sheet_names
from cchc_xl.consolidate.run import Consolidated
from cchc_xl.declaration import form_folder
from cchc_xl.errors import UserError
from cchc_xl.master.build_master import new_master
from cchc_xl.master.compute_book import Computed, compute
from cchc_xl.master.master_book import ChangedLayoutError, open_master
from cchc_xl.reading import folded
from cchc_xl.rule_registry import Finding
from cchc_xl.schema import Form
from cchc_xl.schema.model_kinds import Kind, Total
from cchc_xl.submissions.form_layout import FACT_KEYS, plan_form
from cchc_xl.submissions.handed_in import status
from cchc_xl.submissions.intake.reading_process import answer
from cchc_xl.submissions.interpret_submission import Delivery, Interpreter, Rejected
from cchc_xl.submissions.unit_form.build_form import new_forms
from cchc_xl.verbs.check import examine
from cchc_xl.verbs.collect import collect
from cchc_xl.verbs.demo import sample_form
from cchc_xl.verbs.recalc import recalc
from cchc_xl.verbs.report import export
from tests.books import NOW
from tests.consolidate_support import folded as folded_up, hierarchy

SEQUENCES = int(os.environ.get("CCHC_SEQUENCES", "17"))
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

    def __init__(self, after: int = 0) -> None:
        self._last = 100_003 + 7 * after

    def next(self) -> int:
        self._last += 7
        return self._last


def typed_in(book: Workbook, skipped: Callable[[Worksheet, int, int], bool]) -> Iterator[tuple[int, Place]]:
    """Every number of ours that stands in a file, with its place."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                text = "" if cell.value is None or str(cell.value).startswith("=") else str(cell.value)
                if (found := OURS.search(text)) and not skipped(sheet, cell.row, cell.column):
                    yield int(found[1]), Place(sheet.title, cell.coordinate)


def told_of(findings: Iterable[Finding], *more: str) -> tuple[set[Place], set[int]]:
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


def mislabelled(book: Workbook, computed: Computed) -> Iterator[Place]:
    """Cells counted for an indicator whose line shows another label."""
    columns = {sheet.title: {str(cell.value): cell.column for cell in sheet[HEADER]} for sheet in book.worksheets}
    for (_, code), reading in computed.content.readings.items():
        if reading.given:
            sheet = book[reading.address.sheet]
            row = sheet[reading.address.cell].row
            label = sheet.cell(row, columns[sheet.title]["Chỉ tiêu"])
            if folded(str(label.value or "")) != folded(computed.content.form.by_code[code].label):
                yield Place(sheet.title, label.coordinate)


def a_master_counts_or_tells(form: Form, path: Path, edits: Sequence[str], by_every_verb: bool) -> None:
    """Counted and told together are what stands in the file, in numbers and in sums; or no verb reads it."""
    try:
        computed = compute(path)
    except ChangedLayoutError as error:
        refused_everywhere(form, path, error)
        return
    adds_up(path, computed, edits)
    if by_every_verb:
        every_verb_tells(form, path, computed)


def adds_up(path: Path, computed: Computed, edits: Sequence[str]) -> None:
    """What was computed holds or names every number of the file, the counted ones once."""
    places, numbers = told_of(computed.findings)
    counted = counted_in(computed)
    book = openpyxl.load_workbook(path)
    typed = list(typed_in(book, machine_made))
    # A copied sheet is told of as a whole; the numbers that differ from the original's are named.
    once, copies = {each for each, at in typed if counted[at]}, {place.sheet for place in places}
    lost = [(each, at) for each, at in typed
            if not (counted[at] == 1 or at in places or each in numbers or (each in once and at.sheet in copies))]
    assert lost == [], (edits, lost)
    told = sum(each for each, at in typed if not counted[at])
    assert sum(each for each, at in typed if counted[at]) + told == sum(each for each, _ in typed), edits
    assert [each for each, times in counted.items() if times > 1] == [], edits
    assert list(sums_hold(computed)) == [], edits
    assert [each for each in mislabelled(book, computed) if each not in places] == [], edits


def refused_everywhere(form: Form, path: Path, error: ChangedLayoutError) -> None:
    """No verb takes a figure from the file, and each names what was changed."""
    assert error.findings
    before = path.read_bytes()
    with pytest.raises(UserError):
        recalc(path, NOW)
    with pytest.raises(UserError):
        status(path, NOW.date())
    with pytest.raises(UserError):
        export(path, path.with_suffix(".docx"))
    assert examine(path).findings == list(error.findings)
    done = consolidated(form, path)
    assert done.files["counted"] == 0
    assert any(finding.message in done.findings[0].message for finding in error.findings)
    assert path.read_bytes() == before


def every_verb_tells(form: Form, path: Path, computed: Computed) -> None:
    """What all verbs share is what each of them says."""
    wanted = {finding.key for finding in computed.changed_layout}
    assert wanted <= {finding.key for finding in examine(path).findings}
    assert wanted == {finding.key for finding in status(path, NOW.date()).changed_layout}
    if wanted:
        with pytest.raises(UserError, match="chưa xuất được báo cáo"):
            export(path, path.with_suffix(".docx"))
    assert wanted <= {finding.key for finding in consolidated(form, path).findings}
    copy = Path(shutil.copy(path, path.with_name("ban_sao.xlsx")))
    result = recalc(copy, NOW)
    restored = " ".join(result.overwritten)
    for finding in computed.changed_layout:
        said = finding in result.computed.findings or finding.cells[0].cell in restored
        assert said, finding
    assert not recalc(copy, NOW).changed


def consolidated(form: Form, path: Path) -> Consolidated:
    """One file folded up to a level above all units of its form."""
    below = (f"{unit.id},{unit.name},{unit.kind},tren" for unit in form.units)
    units = hierarchy(path.with_name("cap.csv"), ["tren,Cấp trên,tren", *below])
    return folded_up([path], units, ["tren"], form_name=str(form.folder), period=form.period.label)


# A unit's form


def filled_unit_form(form: Form, path: Path) -> Path:
    new_forms(form, {form.units[0]: path})
    book, numbers = openpyxl.load_workbook(path), Numbers()
    plan = plan_form(form, form.units[0])
    for code, row in plan.questions.items():
        if row.asked in (Kind.COUNT, Kind.DECIMAL):
            sheet, cell = plan.cells[code]
            book[sheet][cell] = numbers.next()
    book.save(path)
    return path


def not_asked(sheet: Worksheet, row: int, column: int) -> bool:
    """Cells of the form's own: the sheets around, keys, printed texts, hidden columns, who sends it."""
    if sheet.title in sheet_names.FORM_SHEETS - {sheet_names.FORM_COVER} or row <= HEADER:
        return True
    if sheet.cell(row, 1).value in FACT_KEYS:
        return True
    title = str(sheet.cell(HEADER, column).value or "")
    is_page = sheet.cell(HEADER, 1).value == sheet_names.CODE_HEADER
    value = next((cell.column for cell in sheet[HEADER] if cell.value == sheet_names.FIGURE_HEADER), 5)
    hidden = 12 < column - max(0, value - 5) <= 15 and not title
    if sheet.title.startswith(sheet_names.table_sheet("")):
        help_row = str(sheet.cell(row, 1).value or "").startswith("#")
        return help_row or column <= 2 or (row <= TABLE_TOP and isinstance(sheet.cell(row, column).value, str))
    return is_page and (column == 1 or hidden or title in ("STT", "Chỉ tiêu", "Đơn vị tính"))


def told_as_a_whole(findings: Iterable[Finding], at: Place) -> bool:
    """A line that stands twice, or a sheet without its column, is named; then the file goes back to the unit."""
    row = at.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return any(
        (each.rule == "row_twice" and each.cells[0].sheet == at.sheet and each.cells[0].cell[1:] == row)
        or (each.rule == "column_missing" and f"“{at.sheet}”" in each.message)
        for each in findings
    )


def a_form_counts_or_tells(form: Form, path: Path, edits: Sequence[str], by_every_verb: bool) -> None:
    """What stands in a unit's form is in its readings, or told of, by everybody who reads it."""
    read = Interpreter(form).interpret(path, answer(str(path)))
    if isinstance(read, Delivery):
        a_delivery_adds_up(read, read.findings, path, edits)
    else:
        assert read.message
    if by_every_verb:
        every_reader_tells(form, path, read, edits)


def a_delivery_adds_up(read: Delivery, findings: Sequence[Finding], path: Path, edits: Sequence[str]) -> None:
    """Readings and findings hold every number once."""
    places, numbers = told_of(findings, *read.notes.values())
    counted = Counter(
        Place(reading.address.sheet, reading.address.cell) for reading in read.readings.values() if reading.given
    )
    lost = [(each, at) for each, at in typed_in(openpyxl.load_workbook(path), not_asked)
            if not (counted[at] == 1 or at in places or each in numbers or told_as_a_whole(findings, at))]
    assert lost == [], (edits, lost)


def every_reader_tells(form: Form, path: Path, read: Delivery | Rejected, edits: Sequence[str]) -> None:
    """Collecting, folding and checking say what was read, of the form or of its refusal."""
    book = path.with_name("so.xlsx")
    new_master(form, book)
    outcome = collect(book, [path], NOW, processes=1).outcomes[0]
    done = consolidated(form, path)
    if isinstance(read, Delivery):
        wanted = {finding.key for finding in read.findings}
        assert wanted <= {finding.key for finding in outcome.findings}
        assert wanted <= {finding.key for finding in done.findings}
        assert wanted == {finding.key for finding in examine(path, str(form.folder)).findings}
        assert done.files["counted"] == 1
        a_delivery_adds_up(read, done.findings, path, edits)
    else:
        assert [finding.message for finding in outcome.findings] == [read.message]
        assert [finding.message for finding in done.findings] == [read.message]
        assert done.files["counted"] == 0
        with pytest.raises(UserError, match=re.escape(read.message)):
            examine(path, str(form.folder))
