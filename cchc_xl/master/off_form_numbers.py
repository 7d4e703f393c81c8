"""Numbers that people typed where a master counts nothing: in rows and columns of their own, on copied sheets."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from cchc_xl import rule_registry, sheet_names
from cchc_xl.excel.addresses import DIGITS, column_letters, column_number, position
from cchc_xl.master.native_formulas import figure_value
from cchc_xl.master.section_grid import CHECK, FIGURE, HEADER_KEYS, HIDDEN, LAST_YEAR, PREVIOUS, Page, SheetCarrier
from cchc_xl.reading import Cell, folded
from cchc_xl.rule_registry import Finding
from cchc_xl.schema.form_model import Heading, Indicator, Section
from cchc_xl.typed_text import some_of
from cchc_xl.values import Address

MOST_SHOWN = 8
MOST_ROWS, FURTHER = 200, 0
"""Rows outside the form that are told one by one; all further ones are told together."""
NUMBER_FIRST = re.compile(r"[-+≈~<>'\s]*\d[^\n]{0,30}")
"""A short text that begins with a number: "12 hồ sơ", "24/24", "5.230"."""

FIGURE_HEADING = folded(sheet_names.FIGURE_HEADER)
"""The column whose formulas are put back on a section's own page: what was typed over them stands on the copy only."""

IDLE = frozenset(("measure", FIGURE, PREVIOUS, LAST_YEAR))
"""Columns that nothing reads in some coded lines."""

Places = Mapping[str, str]
"""What was typed, by address."""


def is_figure(cell: Cell) -> bool:
    """Whether somebody typed a number into a cell, also as text."""
    if cell.formula or cell.empty:
        return False
    return isinstance(cell.value, Decimal | bool) or bool(NUMBER_FIRST.fullmatch(cell.raw))


def listed(places: Places) -> str:
    """G7 ghi “12”, H7 ghi “5”, … và 3 ô khác."""
    return some_of([f"{address} ghi “{text[:40]}”" for address, text in places.items()], MOST_SHOWN, "ô")


def addresses(sheet: SheetCarrier, places: Iterable[str]) -> tuple[Address, ...]:
    """The same as addresses for a finding."""
    return tuple(Address(sheet.name, address) for address in places)


def off_form(page: Page, section: Section, keys: Mapping[int, str]) -> Iterator[Finding]:
    """What was typed on a section's page outside its rows and columns; `keys` tell what the columns hold."""
    named = {column_letters(column): key for column, key in keys.items()}
    passed = {"A", *(each for each, key in named.items() if key in ("number", CHECK) or key.startswith(HIDDEN))}
    units = named.keys() - {each for each, key in named.items() if key in HEADER_KEYS.values()}
    lines, codes = {line.code: line for line in section.lines}, page.codes
    rows: dict[int, dict[str, str]] = defaultdict(dict)
    columns, others = (defaultdict[str, dict[str, str]](dict) for _ in range(2))
    asked: set[int] = set()
    for address, cell in page.sheet.cells():
        letters = address.rstrip(DIGITS)
        if cell.formula or letters in passed or (row := int(address[len(letters):])) == page.header:
            continue
        key, line = named.get(letters, ""), lines.get(codes.get(row, ""))
        if line is None:
            if letters in units and row > page.header and cell.raw.strip():
                asked.add(row)
            elif not is_figure(cell):
                continue
            by_itself = row in rows or row in asked or len(rows) < MOST_ROWS
            rows[row if by_itself else FURTHER][address] = cell.raw
        elif not key and is_figure(cell):
            columns[letters][address] = cell.raw
        elif key in IDLE and _is_idle(key, line, cell) and is_figure(cell):
            others[str(row)][address] = cell.raw
    yield from (_row(page, row, typed, row in asked) for row, typed in rows.items())
    yield from (_column(page, letters, typed) for letters, typed in columns.items())
    yield from (outside(page.sheet, typed) for typed in others.values())


def _is_idle(key: str, line: Heading | Indicator, cell: Cell) -> bool:
    """Whether nothing reads what stands in an idle column of a coded line."""
    return isinstance(line, Heading) or key == "measure" or (key != FIGURE and figure_value(cell, line) is None)


def _row(page: Page, row: int, typed: Places, is_asked: bool) -> Finding:
    if not is_asked:
        return outside(page.sheet, typed)
    label = next((text for column in (3, 2, 4) if (text := page.text(row, column))), "")
    named = f" “{label[:80]}”" if label else ""
    message = (
        f"Trang tính “{page.sheet.name}” dòng {row}{named} không thuộc biểu, ở đó {_in_columns(page, typed)}; "
        "các số này "
        "không được tính. Chuyển số về đúng dòng rồi xóa dòng thêm."
    )
    return rule_registry.ROW_UNKNOWN.finding(message, addresses(page.sheet, typed))


def _in_columns(page: Page, typed: Places) -> str:
    titled = {}
    for address, text in typed.items():
        column = position(address)[1]
        titled[page.titles.get(column) or f"cột {column_letters(column)}"] = text
    return listed(titled)


def _column(page: Page, letters: str, typed: Places) -> Finding:
    title = page.titles.get(column_number(letters))
    named = f"cột {letters}" + (f" “{title}”" if title else " (không có tiêu đề)")
    message = (
        f"Trang tính “{page.sheet.name}”: {named} không thuộc biểu nhưng có {len(typed)} số nhập ở đó, không "
        "được tính: "
        f"{listed(typed)}. Chuyển số về đúng cột rồi xóa cột thêm; nếu là cột của một đơn vị thì trả lại dòng của "
        "đơn vị ở trang tính Đơn vị."
    )
    return rule_registry.COLUMN_NUMBERS.finding(message, addresses(page.sheet, typed))


def outside(sheet: SheetCarrier, typed: Places) -> Finding:
    """Numbers of one row in cells that nobody reads."""
    message = (
        f"Trang tính “{sheet.name}” có số nhập ngoài các ô nhập, không được tính: {listed(typed)}. "
        "Chuyển số về đúng ô, hoặc xóa đi."
    )
    return rule_registry.NUMBER_OUTSIDE.finding(message, addresses(sheet, typed))


def copied(section: Section, page: Page, copy: Page) -> Finding | None:
    """A sheet with the rows of a section that is not the section's; None where it holds no number of its own."""
    own = {key: text for key, _, text in _keyed(page) if folded(key[1]) != FIGURE_HEADING}
    typed = {address: text for (key, address, text) in _keyed(copy) if own.get(key) != text}
    if not typed:
        return None
    name = copy.sheet.name
    message = (
        f"Trang tính “{name}” là bản chép của trang tính “{section.sheet}”, có {len(typed)} số khác trang tính "
        f"gốc, không được tính: {listed(typed)}. Chuyển số đã nhập về trang tính gốc rồi xóa bản chép."
    )
    return rule_registry.SHEET_COPIED.finding(message, addresses(copy.sheet, typed))


def _keyed(page: Page) -> Iterator[tuple[tuple[str, str], str, str]]:
    """What was typed on a page: line and heading, address, text."""
    for address, cell in page.sheet.cells():
        row, column = position(address)
        title = page.titles.get(column, "")
        if row != page.header and not title.startswith(HIDDEN) and column > 2 and is_figure(cell):
            yield (page.codes.get(row) or str(row), title or str(column)), address, cell.raw


def foreign(sheet: SheetCarrier) -> Iterator[Finding]:
    """A sheet of somebody's own, where it holds numbers."""
    typed = {address: cell.raw for address, cell in sheet.cells() if is_figure(cell)}
    if typed:
        message = f"Trang tính “{sheet.name}” không thuộc sổ; {len(typed)} số ở đó không được tính: {listed(typed)}."
        yield rule_registry.SHEET_FOREIGN.finding(message, addresses(sheet, typed))
