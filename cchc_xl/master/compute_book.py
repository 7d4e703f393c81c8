"""What a master workbook's content gives: figures and findings. Reads only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from cchc_xl import sheet_names
from cchc_xl.checks.check_context import named
from cchc_xl.checks.run_checks import check
from cchc_xl.figures import Content, Figure, total
from cchc_xl.master.master_book import Master, open_master
from cchc_xl.master.native_formulas import figure_formula, stored
from cchc_xl.master.printed_tables import typed_over
from cchc_xl.master.section_grid import FIGURE, cell_term, shared_places, shared_term
from cchc_xl.master.table_layout import HOME_TABLE_ROW
from cchc_xl.reading.spellings import typed
from cchc_xl.rule_registry import FORMULA_OVERWRITTEN, LAYOUT_CODES, REQUIRED, UNIT_EMPTY, Finding, Severity
from cchc_xl.typed_text import reasoned, said
from cchc_xl.values import Address, Reading, Status, Struct, replace
from cchc_xl.writing.vietnamese_numbers import in_table


class Computed(Struct, frozen=True):
    """What a workbook's content gives: figures by code and findings, the gravest first."""

    master: Master
    content: Content
    figures: Mapping[str, Figure]
    findings: list[Finding]

    @property
    def changed_layout(self) -> list[Finding]:
        """What must be mended in the workbook's own layout before its figures can be trusted."""
        return [each for each in self.findings if each.severity is Severity.ERROR and each.rule in LAYOUT_CODES]


def figure_places(master: Master) -> dict[str, Address]:
    """The cell of every figure in the workbook, by indicator code."""
    return {row.code: Address(grid.sheet, grid.address(row.code, FIGURE)) for row, grid, _ in master.rows()}


def compute(path: Path, form_name: str = "") -> Computed:
    """Figures and findings of a master workbook in a file, changing nothing."""
    return understand(open_master(path, form_name))


def understand(master: Master) -> Computed:
    """Figures and findings of a master workbook, changing nothing."""
    content = master.content()
    figures = total(content.form, content.readings, content.shared)
    places = figure_places(master)
    order = list(Severity)
    found = [
        *master.changed,
        *_overwritten(master, figures, content.shared),
        *typed_over(master),
        *_waiting(content, check(content, figures, places, content.previous)),
    ]
    found.sort(key=lambda finding: order.index(finding.severity))
    return Computed(master, content, figures, explained(master, found))


MOST_NAMES = 30
"""So many units are named in a sentence; more of them only in the table of the first sheet."""


def _waiting(content: Content, found: list[Finding]) -> Iterator[Finding]:
    """One finding for all units of which the book has nothing yet, instead of every cell that they have to fill."""
    lacking = {REQUIRED.code, UNIT_EMPTY.code}
    heard = {unit for (unit, _), reading in content.readings.items() if reading.status is not Status.BLANK}
    waited = {each.unit for each in found if each.rule in lacking} - heard
    names = [unit.name for unit in content.form.units if unit.id in waited]
    if names:
        listed = f": {', '.join(names)}" if len(names) <= MOST_NAMES else ""
        message = (
            f"Chưa có số liệu của {len(names)} đơn vị{listed}. Nhận biểu mẫu các đơn vị gửi về, hoặc nhập vào cột của "
            f"đơn vị. Ai đã nộp: bảng ở {sheet_names.HOME}."
        )
        yield UNIT_EMPTY.finding(message, (Address(sheet_names.HOME, f"C{HOME_TABLE_ROW}"),))
    yield from (each for each in found if each.unit not in waited or each.rule not in lacking)


def _overwritten(master: Master, figures: Mapping[str, Figure], shared: Mapping[str, Reading]) -> Iterator[Finding]:
    """Figures of column Số liệu that somebody typed over, or whose formula was changed so that it gives another."""
    places = shared_places(master.workbook, master.form)
    for row, grid, sheet in master.rows():
        place = Address(grid.sheet, grid.address(row.code, FIGURE))
        cell, figure = sheet.cell(place.cell), figures[row.code]
        if not cell.formula and not cell.empty:
            yield _typed_over(figure, place, f"ô Số liệu đã bị gõ đè “{cell.raw}”")
        elif cell.formula and ("" if cell.value is None else cell.value) != stored(figure.value):
            # A figure of the whole that came or went since the last recalculation changed no formula.
            terms = {"", shared_term(shared.get(row.code)), cell_term(places.get(row.code))}
            right = {_bare(figure_formula(master.form, master.grids, row, term)) for term in terms}
            if cell.formula != "?" and _bare(cell.formula) not in right:
                yield _typed_over(figure, place, f"công thức ở ô Số liệu đã bị sửa, đang cho “{cell.raw}”")


def _bare(formula: str) -> str:
    return re.sub(r"[\s$]", "", formula).casefold()


def _typed_over(figure: Figure, place: Address, what: str) -> Finding:
    right = "để trống" if figure.value is None else in_table(figure.value)
    known = typed(figure.value) if isinstance(figure.value, Decimal) else ""
    message = f"{named(figure.indicator)}: {what}, số đúng theo ô nhập là {right}. Tính lại sổ để đặt lại công thức."
    return FORMULA_OVERWRITTEN.finding(message, (place,), "", figure.indicator.code, known)


OPEN = "Chưa xử lý"
PROPOSED, TO_ACCEPT = "Đơn vị giải trình: ", "Đồng ý thì ghi tên người giải trình"
"""How a unit's own words begin that the list proposes, and what it then asks for: a name accepts them."""

NO_NAME, NO_REASON = "Thiếu tên người giải trình", "Thiếu lời giải trình"
"""What a line lacks that only one of the two was written in; it stays open."""

EXPLANATION_COLUMNS = (9, 10, 6, 12)
"""Columns of the explanation, of who wrote it, of the message it was written for, and of when it was first seen."""


class Explanation(Struct, frozen=True):
    """What a person wrote beside a finding, with the message it was written for and the run that first saw it."""

    text: str
    person: str
    message: str
    since: str

    @property
    def complete(self) -> bool:
        """Whether there is a reason, and somebody who stands for it; a lone dot or word is none, a digit nobody."""
        return reasoned(self.text) and self.named

    @property
    def named(self) -> bool:
        """Whether somebody stands for it: a name has two letters."""
        return sum(map(str.isalpha, self.person)) >= 2

    @property
    def proposed(self) -> bool:
        """Whether it is what a unit wrote in its form, and nobody has accepted it."""
        return self.text.startswith(PROPOSED) and not self.named

    @property
    def state(self) -> str:
        """What the list says of a finding that is open in spite of what was written."""
        if self.proposed:
            return TO_ACCEPT
        if not said(self.text) and not said(self.person):
            return OPEN
        return NO_REASON if self.named else NO_NAME if reasoned(self.text) else OPEN


def explained(master: Master, findings: list[Finding]) -> list[Finding]:
    """Marks the warnings that somebody has explained, giving a name. Errors can't be explained away."""
    complete = {key for key, known in explanations(master).items() if known.complete}
    return [
        replace(finding, explained=True)
        if finding.severity is not Severity.ERROR and finding.key in complete else finding
        for finding in findings
    ]


def explanations(master: Master) -> dict[str, Explanation]:
    """What is written beside the findings of the list, by their keys."""
    rows = master.keyed_rows(sheet_names.FINDINGS)
    return {
        key: Explanation(
            *(master.text(sheet_names.FINDINGS, row, column).text.strip() for column in EXPLANATION_COLUMNS)
        )
        for key, row in rows.items()
    }
