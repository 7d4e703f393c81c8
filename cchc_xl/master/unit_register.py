"""The register of units (sheet `Đơn vị`) against itself and against the columns that the book was made with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cchc_xl import rule_registry, sheet_names
from cchc_xl.findings import Finding
from cchc_xl.master.section_grid import read_key
from cchc_xl.master.sheet_binding import Page
from cchc_xl.master.sheet_carrier import BookCarrier, SheetCarrier
from cchc_xl.master.table_layout import HOME_TABLE_ROW, TABLE_ROW
from cchc_xl.reading import folded, tidy
from cchc_xl.schema.form_model import Form, Section
from cchc_xl.structs import Struct
from cchc_xl.values import Address


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
    lines = register_lines(workbook.sheet(sheet_names.UNITS))
    yield from _twice(lines)
    yield from _exchanged(workbook, lines)
    told = set()
    for unit, sheet in _lost(form, pages).items():
        name = _name_of(workbook, unit)
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


def _exchanged(workbook: BookCarrier, lines: list[UnitLine]) -> Iterator[Finding]:
    """Names that stand beside another unit's hidden id: sorted or typed without it, columns would change hands."""
    names = _names(workbook)
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
    rows = range(HOME_TABLE_ROW + 1, home.last_row + 1)
    return {unit: home.cell(f"C{row}").raw for row in rows if (unit := home.cell(f"A{row}").raw)}


def _name_of(workbook: BookCarrier, unit: str) -> str:
    """The name as the first sheet has it; the id where it has none."""
    return _names(workbook).get(unit, unit)
