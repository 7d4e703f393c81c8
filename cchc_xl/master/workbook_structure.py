"""What has been done to a master workbook besides filling it: sheets, rows, columns renamed, deleted, copied, moved.

`open_master` stops at the first change that it can't work with; here all are listed, each with its place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise

from cchc_xl import sheet_names
from cchc_xl.checks import workbook_rules
from cchc_xl.checks.check_context import bare
from cchc_xl.excel.addresses import column_letters, column_number, reference
from cchc_xl.excel.spreadsheet import Sheet, Workbook
from cchc_xl.findings import Finding
from cchc_xl.master.master_book import NEEDED_SHEETS
from cchc_xl.master.section_grid import CHECK, FIXED_HEADERS, HEADER_ROW, PREVIOUS
from cchc_xl.master.sheet_binding import HEADER_KEYS, HIDDEN, heads_codes
from cchc_xl.reading import Cell, folded, tidy
from cchc_xl.schema.form_model import Form, Section
from cchc_xl.structs import Struct
from cchc_xl.values import Address

HEADER_WITHIN = HEADER_ROW + 30
MOST_LISTED = 8
FROM_COPY = "lấy lại trang này từ bản trong thư mục sao_luu"


class Page(Struct, frozen=True, dict=True):
    """A sheet with coded rows, as it lies in the file."""

    sheet: Sheet
    header: int

    @cached_property
    def codes(self) -> dict[int, str]:
        """What stands in the hidden code column below the header, by row."""
        rows = range(self.header + 1, self.sheet.last_row + 1)
        return {row: code for row in rows if (code := _text_of(self.sheet.cell(f"A{row}")))}

    @cached_property
    def known(self) -> frozenset[str]:
        """Every code that stands on the sheet."""
        return frozenset(self.codes.values())

    @cached_property
    def titles(self) -> dict[int, str]:
        """The headings by column."""
        row = str(self.header)
        found = {
            column_number(address.removesuffix(row)): _text_of(cell) for address, cell in self.sheet.row(self.header)
        }
        return {column: found[column] for column in sorted(found) if found[column]}

    @cached_property
    def headings(self) -> dict[int, str]:
        """The headings by column, made comparable."""
        return {column: folded(title) for column, title in self.titles.items()}

    def text(self, row: int, column: int) -> str:
        """The text of a cell."""
        return _text_of(self.sheet.cell(reference(row, column)))

    def place(self, row: int, column: int) -> tuple[Address, ...]:
        """An address for a finding."""
        return (Address(self.sheet.name, reference(row, column)),)


def _text_of(cell: Cell) -> str:
    raw = cell.raw
    return tidy(raw) if raw else ""


def structure_findings(workbook: Workbook, form: Form) -> list[Finding]:
    """Every change of the layout."""
    pages = {name: page for name in workbook.sheet_names if (page := _page(workbook.sheet(name)))}
    found = list(_lost_sheets(workbook))
    for section in form.sections:
        page = pages.get(section.sheet)
        copies = [each for name, each in pages.items() if name != section.sheet and _holds(each, section)]
        if page is None:
            found.append(_no_page(workbook, section, copies))
            continue
        found += _copies(section, copies)
        found += [*_rows(page, section), *_inserted(page, form, section), *_labels(page, section)]
        found += _columns(page, form, section)
    return found


def _page(sheet: Sheet) -> Page | None:
    for row in range(1, min(HEADER_WITHIN, sheet.last_row + 1)):
        if heads_codes(sheet.cell(f"A{row}").raw):
            return Page(sheet, row)
    return None


def _holds(page: Page, section: Section) -> bool:
    """Whether at least half of a section's rows stand on a sheet."""
    own = {line.code for line in section.lines}
    return 2 * len(own & page.known) >= len(own)


def _lost_sheets(workbook: Workbook) -> Iterator[Finding]:
    for name in NEEDED_SHEETS:
        if name not in workbook:
            message = f"Sổ không còn trang “{name}”: trang đã bị xóa hoặc đổi tên. Đặt lại đúng tên, hoặc {FROM_COPY}."
            yield workbook_rules.SHEET_MISSING.finding(message, (Address(name, "A1"),))


def _no_page(workbook: Workbook, section: Section, copies: list[Page]) -> Finding:
    wanted = section.sheet
    if wanted in workbook:
        message = (
            f"Trang “{wanted}” không còn dòng tiêu đề (ô “{sheet_names.CODE_HEADER}” ở cột A ẩn). Hãy {FROM_COPY}."
        )
        return workbook_rules.HEADER_MISSING.finding(message, (Address(wanted, f"A{HEADER_ROW}"),))
    if copies:
        name = copies[0].sheet.name
        message = f"Trang “{wanted}” đã bị đổi tên thành “{name}”. Đặt lại đúng tên “{wanted}”."
        return workbook_rules.SHEET_MISSING.finding(message, (Address(name, "A1"),), suggestion=wanted)
    message = f"Trang “{wanted}” đã bị xóa. Hãy {FROM_COPY}."
    return workbook_rules.SHEET_MISSING.finding(message, (Address(wanted, "A1"),))


def _copies(section: Section, copies: list[Page]) -> Iterator[Finding]:
    for copy in copies:
        name = copy.sheet.name
        message = (
            f"Trang “{name}” là bản chép của trang “{section.sheet}”, số nhập ở đó không được tính. "
            "Chuyển số đã nhập về trang gốc rồi xóa bản chép."
        )
        yield workbook_rules.SHEET_COPIED.finding(message, (Address(name, "A1"),))


def _rows(page: Page, section: Section) -> Iterator[Finding]:
    """Rows that are gone, stand twice, or stand in another order."""
    at: dict[str, list[int]] = defaultdict(list)
    for row, code in page.codes.items():
        at[code].append(row)
    sheet = page.sheet.name
    for place, line in enumerate(section.lines):
        rows = at.get(line.code, [])
        if len(rows) == 1:
            continue
        label = bare(line.label)
        if not rows:
            before = next((at[each.code][0] for each in section.lines[place::-1] if each.code in at), page.header)
            message = f"Trang “{sheet}” thiếu dòng {line.code} “{label}”: dòng đã bị xóa. Hãy {FROM_COPY}."
            yield workbook_rules.ROW_MISSING.finding(message, page.place(before + 1, 3), "", line.code)
        else:
            message = (
                f"Trang “{sheet}”: dòng {line.code} “{label}” có hai lần (dòng {rows[0]} và dòng {rows[1]}). "
                "Giữ dòng có số đúng, xóa dòng chép thừa."
            )
            yield workbook_rules.ROW_TWICE.finding(message, page.place(rows[1], 3), "", line.code)
    yield from _order(page, section, {code: rows[0] for code, rows in at.items()})


def _order(page: Page, section: Section, at: dict[str, int]) -> Iterator[Finding]:
    rows = [(at[line.code], line.code) for line in section.lines if line.code in at]
    moved = [code for (before, _), (row, code) in pairwise(rows) if row < before]
    if moved:
        message = (
            f"Trang “{page.sheet.name}”: các dòng không còn theo thứ tự của biểu ({', '.join(moved[:MOST_LISTED])}). "
            "Số liệu vẫn được đọc đúng theo mã; sắp lại trước khi in."
        )
        yield workbook_rules.ROW_MOVED.finding(message, page.place(at[moved[0]], 3), "", moved[0])


def _inserted(page: Page, form: Form, section: Section) -> Iterator[Finding]:
    """Rows without a code that hold something in a unit's column."""
    units = {folded(unit.name): unit for unit in form.columns(section)}
    columns = {column: units[title] for column, title in page.headings.items() if title in units}
    known = {line.code for line in section.lines}
    for row in range(page.header + 1, page.sheet.last_row + 1):
        if page.codes.get(row) in known:
            continue
        for column, unit in columns.items():
            if text := page.text(row, column):
                message = (
                    f"Trang “{page.sheet.name}” dòng {row}, cột {unit.name} ghi “{text}” ở dòng không thuộc biểu, "
                    "số này không được tính. Chuyển số về đúng dòng rồi xóa dòng thêm."
                )
                yield workbook_rules.ROW_UNKNOWN.finding(message, page.place(row, column), unit.id)


def _labels(page: Page, section: Section) -> Iterator[Finding]:
    wanted = folded(sheet_names.LABEL_HEADER)
    column = next((each for each, title in page.headings.items() if title == wanted), 0)
    letters = column_letters(column)
    labels = {line.code: line.label for line in section.lines}
    for row, code in page.codes.items() if column else ():
        if code not in labels or page.sheet.cell(f"{letters}{row}").raw == labels[code]:
            continue
        shown = page.text(row, column)
        if folded(shown) != folded(labels[code]):
            message = (
                f"Trang “{page.sheet.name}”: tên chỉ tiêu {code} đã bị sửa thành “{shown[:80]}”. "
                f"Đặt lại là “{labels[code]}”."
            )
            yield workbook_rules.LABEL_CHANGED.finding(message, page.place(row, column), "", code, labels[code])


def _columns(page: Page, form: Form, section: Section) -> Iterator[Finding]:
    """Columns that are gone, stand twice, or were added."""
    keys = HEADER_KEYS | {folded(unit.name): unit.id for unit in form.columns(section)}
    shown = FIXED_HEADERS | {PREVIOUS: sheet_names.PREVIOUS_HEADER, CHECK: sheet_names.CHECK_HEADER}
    shown |= {unit.id: unit.name for unit in form.columns(section)}
    at: dict[str, list[int]] = defaultdict(list)
    unknown: dict[int, str] = {}
    for column, title in page.titles.items():
        key = keys.get(page.headings[column])
        if key:
            at[key].append(column)
        elif not title.startswith(HIDDEN):
            unknown[column] = title
    for key, title in shown.items():
        if key not in at:
            yield _no_column(page, title, unknown)
        elif len(at[key]) > 1:
            message = f"Trang “{page.sheet.name}”: cột “{title}” có hai lần. Giữ cột có số đúng, xóa cột chép thừa."
            yield workbook_rules.COLUMN_TWICE.finding(message, page.place(page.header, at[key][1]))
    if all(key in at for key in shown):
        for column, title in unknown.items():
            message = f"Trang “{page.sheet.name}”: cột “{title}” không thuộc biểu, số ở đó không được tính; nên xóa."
            yield workbook_rules.COLUMN_UNKNOWN.finding(message, page.place(page.header, column))


def _no_column(page: Page, title: str, unknown: dict[int, str]) -> Finding:
    """A heading that was lost; one that nobody knows is probably what became of it."""
    sheet = page.sheet.name
    if len(unknown) == 1:
        column, other = next(iter(unknown.items()))
        message = f"Trang “{sheet}”: tiêu đề cột “{title}” đã bị sửa thành “{other}”. Đặt lại là “{title}”."
        return workbook_rules.COLUMN_MISSING.finding(message, page.place(page.header, column), suggestion=title)
    message = (
        f"Trang “{sheet}” thiếu cột “{title}”: tiêu đề đã bị sửa hoặc cột đã bị xóa. "
        f"Đặt lại đúng tên như ở trang Đơn vị, hoặc {FROM_COPY}."
    )
    return workbook_rules.COLUMN_MISSING.finding(message, page.place(page.header, 1))
