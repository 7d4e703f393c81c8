"""What has been done to a master workbook besides filling it: sheets, rows, columns renamed, deleted, copied, moved.

Every verb that reads a master meets these findings: reading a master lists them, and stops at those of `UNREADABLE`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from cchc_xl import rule_registry, sheet_names
from cchc_xl.checks.check_context import bare
from cchc_xl.findings import Finding
from cchc_xl.master import off_form_numbers
from cchc_xl.master.master_origin import REMEDY, added_rows, origin
from cchc_xl.master.section_grid import CHECK, FIGURE, FIXED_HEADERS, HEADER_ROW, PREVIOUS, flag_key, read_key
from cchc_xl.master.sheet_binding import Page, page_of
from cchc_xl.master.sheet_carrier import BookCarrier, SheetCarrier
from cchc_xl.master.unit_register import register_findings
from cchc_xl.reading import folded
from cchc_xl.schema.form_model import Form, Heading, Indicator, Section
from cchc_xl.values import Address

MOST_LISTED = 8
FROM_COPY = "lấy lại trang tính này từ bản trong thư mục sao_luu"
UNREADABLE = frozenset(
    rule.code
    for rule in (
        rule_registry.SHEET_MISSING,
        rule_registry.HEADER_MISSING,
        rule_registry.ROW_MISSING,
        rule_registry.ROW_TWICE,
        rule_registry.COLUMN_MISSING,
        rule_registry.COLUMN_TWICE,
    )
)
"""The rules without which nobody knows where a figure stands."""


Mine = Sequence[tuple[Section, Page]]
"""The sections whose pages stand in the book."""


def pages_of(workbook: BookCarrier) -> dict[str, Page]:
    """The sheets with coded rows, by name."""
    return {sheet.name: page for sheet in _others(workbook) if (page := page_of(sheet))}


def _others(workbook: BookCarrier) -> Iterator[SheetCarrier]:
    """The sheets with figures, and those of somebody."""
    return (workbook.sheet(name) for name in workbook.sheet_names if name not in sheet_names.OWN_SHEETS)


def structure_findings(workbook: BookCarrier, form: Form, pages: Mapping[str, Page]) -> tuple[Finding, ...]:
    """Every change of the layout; `pages` are those of the workbook."""
    mine = [(section, pages[section.sheet]) for section in form.sections if section.sheet in pages]
    found = list(_lost_sheets(workbook))
    added = frozenset(origin(workbook).added(form, [line.code for section in form.sections for line in section.lines]))
    if sheet_names.UNITS in workbook:
        found += register_findings(workbook, form, mine)
    for section in form.sections:
        if page := pages.get(section.sheet):
            found += [*_rows(page, section, added), *_labels(page, section), *_columns(page, form, section)]
            found += off_form_numbers.off_form(page, form, section)
        else:
            found.append(_no_page(workbook, section, pages, added))
    own = {section.sheet for section in form.sections} | table_sheets(form)
    for sheet in _others(workbook):
        if sheet.name not in own:
            found += _of_somebody(sheet, pages.get(sheet.name), mine)
    return tuple(found)


def table_sheets(form: Form) -> set[str]:
    """The sheets that show tables."""
    return {sheet_names.table_sheet(table.code) for table in form.tables()}


def _of_somebody(sheet: SheetCarrier, page: Page | None, mine: Mine) -> Iterable[Finding]:
    """What is told of a sheet that is not the book's: a copy with other numbers, or some numbers."""
    copies = (off_form_numbers.copied(*each, page) for each in mine if _shares(page, each[0])) if page else ()
    copy = next(filter(None, copies), None)
    return [copy] if copy else off_form_numbers.foreign(sheet)


def _shares(page: Page, section: Section) -> bool:
    return not {line.code for line in section.lines}.isdisjoint(page.codes.values())


def _lost_sheets(workbook: BookCarrier) -> Iterator[Finding]:
    for name in sheet_names.NEEDED_SHEETS:
        if name not in workbook:
            message = (
                f"Sổ không còn trang tính “{name}”: đã bị xóa hoặc đổi tên. Đặt lại đúng tên, hoặc {FROM_COPY}."
            )
            yield rule_registry.SHEET_MISSING.finding(message, (Address(name, "A1"),))


def _no_page(
    workbook: BookCarrier, section: Section, pages: Mapping[str, Page], added: frozenset[str]
) -> Finding:
    wanted = section.sheet
    if all(line.code in added for line in section.lines):
        message = f"Trang tính “{wanted}”: biểu mẫu đã thêm trang tính này sau khi sổ được lập. {REMEDY}"
        return rule_registry.SHEET_MISSING.finding(message, (Address(wanted, "A1"),))
    if wanted in workbook:
        message = (
            f"Trang tính “{wanted}” không còn dòng tiêu đề (ô “{sheet_names.CODE_HEADER}” ở cột A ẩn). Hãy {FROM_COPY}."
        )
        return rule_registry.HEADER_MISSING.finding(message, (Address(wanted, f"A{HEADER_ROW}"),))
    name = next((name for name, page in pages.items() if _shares(page, section)), "")
    if name:
        message = f"Trang tính “{wanted}” đã bị đổi tên thành “{name}”. Đặt lại đúng tên “{wanted}”."
        return rule_registry.SHEET_MISSING.finding(message, (Address(name, "A1"),), suggestion=wanted)
    message = f"Trang tính “{wanted}” đã bị xóa. Hãy {FROM_COPY}."
    return rule_registry.SHEET_MISSING.finding(message, (Address(wanted, "A1"),))


def _rows(page: Page, section: Section, added: frozenset[str]) -> Iterator[Finding]:
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
            deleted = f"Trang tính “{sheet}” thiếu dòng {line.code} “{label}”: dòng đã bị xóa. Hãy {FROM_COPY}."
            since = f"Trang “{sheet}”: {added_rows([line.code], sheet)} {REMEDY}"
            message = since if line.code in added else deleted
            yield rule_registry.ROW_MISSING.finding(message, page.place(before + 1, 3), "", line.code)
        else:
            message = (
                f"Trang tính “{sheet}”: dòng {line.code} “{label}” có hai lần (dòng {rows[0]} và dòng {rows[1]}). "
                "Giữ dòng có số đúng, xóa dòng chép thừa."
            )
            yield rule_registry.ROW_TWICE.finding(message, page.place(rows[1], 3), "", line.code)
    yield from _order(page, section, {code: rows[0] for code, rows in at.items()})


def _order(page: Page, section: Section, at: dict[str, int]) -> Iterator[Finding]:
    rows = [(at[line.code], line.code) for line in section.lines if line.code in at]
    moved = [code for (before, _), (row, code) in pairwise(rows) if row < before]
    if moved:
        message = (
            f"Trang tính “{page.sheet.name}”: các dòng không còn theo thứ tự của biểu "
            f"({', '.join(moved[:MOST_LISTED])}). Số liệu vẫn được đọc đúng theo mã; sắp lại trước khi in."
        )
        yield rule_registry.ROW_MOVED.finding(message, page.place(at[moved[0]], 3), "", moved[0])


def _labels(page: Page, section: Section) -> Iterator[Finding]:
    """Lines whose label is not theirs; that of another line tells that rows were pasted over each other."""
    columns = {key: column for column, key in page.keys(()).items()}
    label, number = columns.get("label"), columns.get("number")
    lines = {line.code: line for line in section.lines}
    labelled: dict[str, list[Heading | Indicator]] = defaultdict(list)
    for each in section.lines:
        labelled[folded(each.label)].append(each)
    for row, code in page.codes.items() if label else ():
        line = lines.get(code)
        if line is None:
            continue
        shown = page.text(row, label or 0)
        others = [each for each in labelled.get(folded(shown), ()) if each is not line]
        stated = page.text(row, number) if number else ""
        if folded(shown) == folded(line.label):
            # Several lines may have one label; then the printed number tells them apart.
            others = [each for each in others if _number(each.code) == stated != _number(code)]
        if others:
            yield _pasted(page, row, label or 0, line, others[0])
        elif folded(shown) != folded(line.label):
            message = (
                f"Trang tính “{page.sheet.name}”: tên chỉ tiêu {code} đã bị sửa thành “{shown[:80]}”. "
                f"Đặt lại là “{line.label}”."
            )
            yield rule_registry.LABEL_CHANGED.finding(message, page.place(row, label or 0), "", code, line.label)


def _number(code: str) -> str:
    return code.partition(".")[2]


def _pasted(page: Page, row: int, label: int, line: Heading | Indicator, other: Heading | Indicator) -> Finding:
    message = (
        f"Trang tính “{page.sheet.name}” dòng {row}: mã ẩn là {line.code} “{bare(line.label)}” nhưng tên dòng là của "
        f"{other.code} “{bare(other.label)}”; số ở dòng này đang tính cho {line.code}. "
        "Các dòng đã bị chép hoặc sắp xếp đè lên nhau: đối chiếu từng số rồi đặt lại đúng tên dòng."
    )
    return rule_registry.ROW_PASTED.finding(message, page.place(row, label), "", line.code, line.label)


def _columns(page: Page, form: Form, section: Section) -> Iterator[Finding]:
    """Columns that are gone, stand twice, or were added."""
    units = form.columns(section)
    shown = FIXED_HEADERS | {unit.id: unit.name for unit in units}
    shown |= {
        PREVIOUS: sheet_names.PREVIOUS_HEADER,
        CHECK: sheet_names.CHECK_HEADER,
        flag_key(FIGURE): flag_key(FIGURE),
    }
    shown |= {key: key for unit in units for key in (flag_key(unit.id), read_key(unit.id))}
    keys = page.keys(units)
    at: dict[str, list[int]] = defaultdict(list)
    for column, key in keys.items():
        at[key].append(column)
    unknown = {column: title for column, title in page.titles.items() if column not in keys}
    for key, title in shown.items():
        if key not in at:
            yield _no_column(page, title, unknown)
        elif len(at[key]) > 1:
            message = (
                f"Trang tính “{page.sheet.name}”: cột “{title}” có hai lần. Giữ cột có số đúng, xóa cột chép thừa."
            )
            yield rule_registry.COLUMN_TWICE.finding(message, page.place(page.header, at[key][1]))
    if all(key in at for key in shown):
        for column, title in unknown.items():
            message = (
                f"Trang tính “{page.sheet.name}”: cột “{title}” không thuộc biểu, số ở đó không được tính; nên xóa."
            )
            yield rule_registry.COLUMN_UNKNOWN.finding(message, page.place(page.header, column))


def _no_column(page: Page, title: str, unknown: dict[int, str]) -> Finding:
    """A heading that was lost; one that nobody knows is probably what became of it."""
    sheet = page.sheet.name
    if len(unknown) == 1:
        column, other = next(iter(unknown.items()))
        message = f"Trang tính “{sheet}”: tiêu đề cột “{title}” đã bị sửa thành “{other}”. Đặt lại là “{title}”."
        return rule_registry.COLUMN_MISSING.finding(message, page.place(page.header, column), suggestion=title)
    message = (
        f"Trang tính “{sheet}” thiếu cột “{title}”: tiêu đề đã bị sửa hoặc cột đã bị xóa. "
        f"Đặt lại đúng tên như ở trang tính Đơn vị, hoặc {FROM_COPY}."
    )
    return rule_registry.COLUMN_MISSING.finding(message, page.place(page.header, 1))
