"""What has been done to a master workbook besides filling it: sheets, rows, columns, units renamed, deleted, moved.

Every verb that reads a master meets these findings: reading a master lists them, and stops at those of `UNREADABLE`.

A row that the form has and the master lacks was either deleted from the master or added to the form since: the master's
very hidden sheet keeps the version and the rows of the form as they were when it was made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from cchc_xl import rule_registry, sheet_names
from cchc_xl.checks.check_context import bare
from cchc_xl.excel.addresses import reference
from cchc_xl.master import off_form_numbers
from cchc_xl.master.section_grid import (
    CHECK,
    FIGURE,
    FIXED_HEADERS,
    HEADER_ROW,
    HEADERS,
    PREVIOUS,
    BookCarrier,
    Page,
    SheetCarrier,
    flag_key,
    keyed_rows,
    page_of,
    read_key,
)
from cchc_xl.master.table_layout import HOME_TABLE_ROW, TABLE_ROW
from cchc_xl.reading import folded, tidy
from cchc_xl.rule_registry import Finding
from cchc_xl.schema.form_model import Form, Heading, Indicator, Section
from cchc_xl.schema.model_kinds import Unit
from cchc_xl.values import Address, Struct

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

VERSION_KEY, ROWS_KEY = "phien_ban", "dong:"
REMEDY = "Đưa sổ theo bản mới của biểu mẫu bằng cchc-xl form upgrade; hoặc bỏ --form: sổ mang theo biểu mẫu lúc lập."

Mine = Sequence[tuple[Section, Page]]
"""The sections whose pages stand in the book."""

Keys = Mapping[int, str]
"""What the columns of a page hold."""


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
    added = _added_since(workbook, form)
    if sheet_names.UNITS in workbook:
        found += register_findings(workbook, form, mine)
    for section in form.sections:
        if page := pages.get(section.sheet):
            units = form.columns(section)
            keys = page.keys(units)
            found += [*_rows(page, section, added), *_labels(page, section, keys), *_columns(page, units, keys)]
            found += off_form_numbers.off_form(page, section, keys)
        else:
            found.append(_no_page(workbook, section, pages, added))
    own = {section.sheet for section in form.sections} | table_sheets(form)
    for sheet in _others(workbook):
        if sheet.name not in own:
            found += _of_somebody(sheet, pages.get(sheet.name), mine)
    return tuple(found)


def facts_of(workbook: BookCarrier, name: str = sheet_names.IDENTITY) -> dict[str, str]:
    """What a very hidden sheet says: which form a workbook was made from, for which period."""
    sheet = workbook.sheet(name)
    return {key: sheet.cell(f"B{row}").raw for key, row in keyed_rows(sheet, 0).items()}


def rows_kept(form: Form) -> dict[str, str]:
    """The rows of a form, section by section, as the very hidden sheet keeps them."""
    return {f"{ROWS_KEY}{section.number}": " ".join(line.code for line in section.lines) for section in form.sections}


def _added_since(workbook: BookCarrier, form: Form) -> frozenset[str]:
    """The rows that the form has got since a master was made from it; older programs did not keep the rows."""
    facts, codes = facts_of(workbook), frozenset(line.code for section in form.sections for line in section.lines)
    kept = {code for key, text in facts.items() if key.startswith(ROWS_KEY) for code in text.split(" ")}
    if not kept and facts.get(VERSION_KEY, "") == form.version:
        return frozenset()
    return codes - kept


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
            since = f"Trang “{sheet}”: biểu mẫu đã thêm dòng {line.code} (trang tính “{sheet}”) sau khi sổ được lập."
            message = f"{since} {REMEDY}" if line.code in added else deleted
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


def _labels(page: Page, section: Section, keys: Keys) -> Iterator[Finding]:
    """Lines whose label is not theirs; that of another line tells that rows were pasted over each other."""
    columns = {key: column for column, key in keys.items()}
    label, number = columns.get("label", 0), columns.get("number", 0)
    lines = {line.code: line for line in section.lines}
    labelled: dict[str, list[Heading | Indicator]] = defaultdict(list)
    for each in section.lines:
        labelled[folded(each.label)].append(each)
    for row, code in page.codes.items() if label else ():
        line = lines.get(code)
        if line is None:
            continue
        shown = page.sheet.cell(reference(row, label)).raw
        its_own = folded(shown) == folded(line.label)
        others = [each for each in labelled.get(folded(shown), ()) if each is not line]
        if its_own and others:
            # Several lines may have one label; then the printed number tells them apart.
            stated = page.text(row, number) if number else ""
            others = [each for each in others if _number(each.code) == stated != _number(code)]
        if others:
            yield _pasted(page, row, label, line, others[0])
        elif not its_own:
            message = (
                f"Trang tính “{page.sheet.name}”: tên chỉ tiêu {code} đã bị sửa thành “{tidy(shown)[:80]}”. "
                f"Đặt lại là “{line.label}”."
            )
            yield rule_registry.LABEL_CHANGED.finding(message, page.place(row, label), "", code, line.label)


def _number(code: str) -> str:
    return code.partition(".")[2]


def _pasted(page: Page, row: int, label: int, line: Heading | Indicator, other: Heading | Indicator) -> Finding:
    message = (
        f"Trang tính “{page.sheet.name}” dòng {row}: mã ẩn là {line.code} “{bare(line.label)}” nhưng tên dòng là của "
        f"{other.code} “{bare(other.label)}”; số ở dòng này đang tính cho {line.code}. "
        "Các dòng đã bị chép hoặc sắp xếp đè lên nhau: đối chiếu từng số rồi đặt lại đúng tên dòng."
    )
    return rule_registry.ROW_PASTED.finding(message, page.place(row, label), "", line.code, line.label)


def _columns(page: Page, units: Sequence[Unit], keys: Keys) -> Iterator[Finding]:
    """Columns that are gone, stand twice, or were added."""
    shown = FIXED_HEADERS | {unit.id: unit.name for unit in units}
    shown |= {PREVIOUS: HEADERS[PREVIOUS], CHECK: HEADERS[CHECK], flag_key(FIGURE): flag_key(FIGURE)}
    shown |= {key: key for unit in units for key in (flag_key(unit.id), read_key(unit.id))}
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


class UnitLine(Struct, frozen=True):
    """A line of the register; kind and id stand in hidden columns."""

    row: int
    kind: str
    id: str
    name: str

    @property
    def place(self) -> Address:
        """Where the name stands."""
        return Address(sheet_names.UNITS, f"D{self.row}")


def register_lines(sheet: SheetCarrier) -> list[UnitLine]:
    """Every line of the register that says anything."""
    rows = range(TABLE_ROW + 1, sheet.last_row + 1)
    lines = (UnitLine(row, *(tidy(sheet.cell(f"{letter}{row}").raw) for letter in "ABD")) for row in rows)
    return [line for line in lines if line.kind or line.id or line.name]


def register_findings(
    workbook: BookCarrier, form: Form, pages: Iterable[tuple[Section, Page]]
) -> Iterator[Finding]:
    """Units that stand twice, are not told whole, or have columns while the register does not ask them."""
    lines, names = register_lines(workbook.sheet(sheet_names.UNITS)), _names(workbook)
    yield from _twice(lines)
    yield from _exchanged(lines, names)
    told = set()
    for unit, sheet in _lost(form, pages).items():
        name = names.get(unit, unit)
        line = next((each for each in lines if each.id == unit or folded(each.name) == folded(name)), None)
        told.add(line)
        place = line.place if line else Address(sheet_names.UNITS, f"D{TABLE_ROW + len(lines) + 1}")
        message = (
            f"Đơn vị “{name}” có cột ở trang tính “{sheet}” nhưng không còn được hỏi theo trang tính Đơn vị "
            f"({_why_lost(line, unit)}): số liệu ở các cột đó không được tính. "
            f"Đặt lại dòng có mã ẩn “{unit}” như ở bản trong thư mục sao_luu."
        )
        yield rule_registry.UNIT_MISSING.finding(message, (place,), "", "", unit)
    for line in lines:
        if not (line.kind and line.id and line.name) and line not in told:
            message = (
                f"Dòng {line.row} của trang tính Đơn vị (“{line.name or line.id}”) thiếu tên, mã ẩn hoặc loại ẩn nên "
                "không "
                "thành đơn vị nào. Xóa dòng; muốn thêm đơn vị thì tạo sổ mới bằng lệnh cchc-xl new."
            )
            yield rule_registry.UNIT_LINE.finding(message, (line.place,))


def _lost(form: Form, pages: Iterable[tuple[Section, Page]]) -> dict[str, str]:
    """Ids of units that hidden columns were made for and that the register does not ask, each with a page's name."""
    lost: dict[str, str] = {}
    for section, page in pages:
        asked = {read_key(unit.id) for unit in form.columns(section)}
        for title in page.titles.values():
            if title.startswith(sheet_names.READ_PREFIX) and title not in asked:
                lost.setdefault(title.removeprefix(sheet_names.READ_PREFIX), page.sheet.name)
    return lost


def _why_lost(line: UnitLine | None, unit: str) -> str:
    if line is None:
        return "dòng của đơn vị đã bị xóa"
    return f"loại ẩn ở dòng {line.row} là “{line.kind}”" if line.id == unit else (
        f"mã ẩn ở dòng {line.row} là “{line.id}”"
    )


def _twice(lines: list[UnitLine]) -> Iterator[Finding]:
    first: dict[tuple[str, str], UnitLine] = {}
    for line in lines:
        keys = [key for key in (("mã", line.id), ("tên", folded(line.name))) if key[1]]
        what, before = next(((key[0], first[key]) for key in keys if key in first), ("", line))
        if what:
            message = (
                f"Trang tính Đơn vị: “{line.name}” ở dòng {line.row} trùng {what} với “{before.name}” ở dòng "
                f"{before.row}; "
                "chỉ tính một lần. Xóa dòng thừa, hoặc đặt lại đúng tên và mã của dòng đó."
            )
            yield rule_registry.UNIT_TWICE.finding(message, (line.place,), line.id)
        for key in keys:
            first.setdefault(key, line)


def _exchanged(lines: list[UnitLine], names: Mapping[str, str]) -> Iterator[Finding]:
    """Names that stand beside another unit's hidden id: sorted or typed without it, columns would change hands."""
    owners = {folded(name): unit for unit, name in names.items()}
    for line in lines:
        owner = owners.get(folded(line.name), line.id)
        if line.id in names and owner != line.id and folded(names[line.id]) != folded(line.name):
            message = (
                f"Dòng {line.row} của trang tính Đơn vị ghi tên “{line.name}” nhưng là dòng của “{names[line.id]}”: "
                "số liệu của hai đơn vị bị đổi chỗ. Đặt lại tên như ở Trang chủ; khi sắp xếp thì sắp cả cột ẩn."
            )
            yield rule_registry.UNIT_NAMES.finding(message, (line.place,), line.id, "", names[line.id])


def _names(workbook: BookCarrier) -> dict[str, str]:
    """The names of units as the first sheet has them, by id."""
    if sheet_names.HOME not in workbook:
        return {}
    home = workbook.sheet(sheet_names.HOME)
    return {unit: home.cell(f"C{row}").raw for unit, row in keyed_rows(home, HOME_TABLE_ROW).items()}
