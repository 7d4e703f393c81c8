"""The units of organisation: a table of any depth, effective-dated, and the form read against the units of its period.

Columns: Mã, Tên, Loại, Thuộc, Từ ngày, Đến ngày, Trước là, and Gọi chung where the completeness line shall say "xã"
instead of "đơn vị"; or id, name, kind, parent, valid_from, valid_to, predecessors, kind_name. Other columns, such as
the code of the statistics office, are kept for analysts. A unit whose place changes stands on two lines with the same
id whose periods do not overlap.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from cchc_xl.declaration import form_folder, load_form
from cchc_xl.declaration.declaration_workbook import FormChanges, read_changes
from cchc_xl.errors import UserError
from cchc_xl.schema import Form, begun, declared_cells, period_of
from cchc_xl.schema.declaration_columns import UNITS
from cchc_xl.schema.declaration_tables import DeclaredTable, DeclaredTables
from cchc_xl.schema.declaration_words import named_unit_kind, plain, unit_kind
from cchc_xl.schema.declared_cells import TableReader
from cchc_xl.schema.form_model import Indicator
from cchc_xl.schema.office_model import Unit
from cchc_xl.schema.read_declaration import circle_of, units_in
from cchc_xl.structs import Struct, replace
from cchc_xl.table import lines, table_rows, text_of

REQUIRED = ("id", "name", "kind", "parent")
COLUMNS = (*REQUIRED, "valid_from", "valid_to", "predecessors", "kind_name")
TITLES = ("mã", "tên", "loại", "thuộc", "từ ngày", "đến ngày", "trước là", "gọi chung")
SPELLINGS = {**{name: name for name in COLUMNS}, **dict(zip(map(plain, TITLES), COLUMNS, strict=True))}
IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
DECLARED = dict(zip(COLUMNS, map(str.capitalize, TITLES), strict=True))
NAMED = ("Tên", "Loại")
"""Titles by which the heading of a list of units is known."""
REMEDY = "Sửa tệp phân cấp rồi chạy lại."
SHOWN_ROWS = 8
FIRST_DAY, LAST_DAY = datetime.date.min, datetime.date.max


class UnitNode(Struct, frozen=True):
    """One line of the table. `line` is where it stands in the file, `more` its other columns."""

    id: str
    name: str
    kind: str
    parent: str = ""
    valid_from: datetime.date = FIRST_DAY
    valid_to: datetime.date = LAST_DAY
    predecessors: tuple[str, ...] = ()
    kind_name: str = ""
    line: int = 0
    more: tuple[tuple[str, str], ...] = ()

    def valid(self, day: datetime.date) -> bool:
        """Whether the unit exists on a day."""
        return self.valid_from <= day <= self.valid_to


class Tree(Struct, frozen=True, dict=True):
    """The units of one day; every parent comes before its children."""

    nodes: Mapping[str, UnitNode]

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of units, from the top down."""
        return tuple(dict.fromkeys(node.kind for node in self.nodes.values()))

    def above(self, identifier: str) -> Iterator[UnitNode]:
        """The unit itself and everything above it, going up."""
        node = self.nodes.get(identifier)
        while node is not None:
            yield node
            node = self.nodes.get(node.parent)

    def kinds_named(self, typed: Sequence[str]) -> tuple[str, ...]:
        """The kinds that words name, which need no capitals or diacritics. Raises `UserError` for any other word."""
        known = {plain(word): kind for kind in self.kinds for word in (kind, named_unit_kind(kind))}
        if unknown := [kind for kind in typed if plain(kind) not in known]:
            what = f"tệp phân cấp không có cấp “{unknown[0]}” trong thời gian của kỳ báo cáo."
            raise UserError("--by", what, f"Các cấp có trong tệp: {', '.join(self.kinds)}.")
        return tuple(known[plain(kind)] for kind in typed)

    def joined(self, others: Sequence[UnitNode]) -> Tree:
        """With the units of a lower level that this tree lacks, where what they stand below is known."""
        nodes, waiting = dict(self.nodes), [node for node in others if node.id not in self.nodes]
        while ready := [node for node in waiting if node.parent in nodes]:
            nodes |= {node.id: node for node in ready}
            waiting = [node for node in waiting if node.id not in nodes]
        return Tree(nodes)


class Hierarchy(Struct, frozen=True, dict=True):
    """Every line of the file, valid or not."""

    path: Path
    lines: tuple[UnitNode, ...]

    def at(self, day: datetime.date) -> Tree:
        """The units of a day. Raises `UserError` for a parent that does not exist then, and for a circle."""
        valid = {node.id: node for node in self.lines if node.valid(day)}
        for node in valid.values():
            if node.parent and node.parent not in valid:
                what = f"“{node.name}” trực thuộc “{node.parent}”, đơn vị không có hiệu lực ngày {day:%d/%m/%Y}."
                raise _fault(self.path, node.line, what, "Sửa đơn vị cấp trên hoặc thời gian hiệu lực.")
        return Tree(_parents_first(self.path, valid))

    @cached_property
    def names(self) -> dict[str, str]:
        """Display name of every unit that ever was."""
        return {node.id: node.name for node in self.lines}

    @cached_property
    def predecessors(self) -> dict[str, tuple[str, ...]]:
        """The units that a unit was made from."""
        return {node.id: node.predecessors for node in self.lines if node.predecessors}


class Setting(Struct, frozen=True):
    """Which form is read against which units."""

    form: Form
    hierarchy: Hierarchy
    tree: Tree
    changes: FormChanges | None = None
    """Which lines of another form, of which lower levels may have made their results, are which of this one."""


def setting(form_name: str, units: Path | None, period: str, changes: Path | None = None) -> Setting:
    """The form of a period with the units of that time. Raises `UserError`."""
    form = load_form(form_folder(form_name))
    form = begun(form, period_of(form, period))
    hierarchy = _with_kinds_of(form, load_units(units)) if units else hierarchy_of(form)
    tree = hierarchy.at(form.period.last)
    named = tuple(Unit(id=node.id, name=node.name, kind=node.kind) for node in tree.nodes.values())
    known = read_changes(changes) if changes else None
    if known:
        known.refuse_others(form)
    return Setting(form.changed(units=named), hierarchy, tree, known)


def _with_kinds_of(form: Form, hierarchy: Hierarchy) -> Hierarchy:
    """Kinds that the form asks go by the form's names; all others stay as they were typed."""
    asked = {each for row in form.indicators() for each in row.reported_by} | {unit.kind for unit in form.units}
    lines = (
        replace(node, kind=kind) if (kind := unit_kind(node.kind)) in asked else node for node in hierarchy.lines
    )
    return Hierarchy(hierarchy.path, tuple(lines))


def load_units(path: str | Path) -> Hierarchy:
    """The units of a .csv or .xlsx. Raises `UserError` that names the line, the fact and the remedy."""
    path = Path(path)
    found = _from_heading(path)
    rows = lines([(number, [SPELLINGS.get(_plain(title), title) for title in row]) for number, row in found[:1]]
                 + found[1:])
    if not rows:
        raise UserError(str(path), "tệp phân cấp không có đơn vị nào.", REMEDY)
    if lacking := [name for name in REQUIRED[:-1] if name not in rows[0][1]]:
        titles = ", ".join(TITLES[COLUMNS.index(name)].capitalize() for name in lacking)
        what = f"thiếu cột {', '.join(lacking)} ({titles}); dòng đầu phải là {','.join(COLUMNS[:-1])}."
        raise _fault(path, found[0][0], what)
    nodes = tuple(_node(path, line, row) for line, row in rows)
    _check_identifiers(path, nodes)
    _check_parents(path, nodes)
    for day in {node.valid_from for node in nodes}:
        _parents_first(path, {node.id: node for node in nodes if node.valid(day)})
    return Hierarchy(path, nodes)


def _from_heading(path: Path) -> list[tuple[int, Sequence[Any]]]:
    """The rows from the first that names the columns, whatever stands above it; all of them where none does."""
    found = list(table_rows(path))
    heads = ({SPELLINGS.get(_plain(title)) for title in row} for _, row in found)
    return found[next((at for at, titles in enumerate(heads) if {"name", "kind"} <= titles), 0) :]


def _plain(title: Any) -> str:
    """A title for comparing: Tên đơn vị is Tên."""
    return plain(text_of(title)).removesuffix(" don vi")


def hierarchy_of(form: Form) -> Hierarchy:
    """Without a file: the units of the form, each below the one it belongs to."""
    known = {unit.id for unit in form.units}
    return Hierarchy(Path(form.folder), tuple(
        UnitNode(unit.id, unit.name, unit.kind, unit.parent if unit.parent in known else "") for unit in form.units
    ))


def _fault(path: Path, line: int, what: str, remedy: str = REMEDY) -> UserError:
    return UserError(f"{path} › dòng {line}", what, remedy)


def _node(path: Path, line: int, row: Mapping[str, str]) -> UnitNode:
    cells = {name: row.get(name, "") for name in COLUMNS}
    for name in ("id", "name", "kind"):
        if not cells[name]:
            raise _fault(path, line, f"cột {DECLARED[name]} để trống.")
    if not IDENTIFIER.fullmatch(cells["id"]):
        raise _fault(path, line, f"mã “{cells['id']}” chỉ được có chữ không dấu, chữ số, dấu gạch và dấu chấm.")
    first = _day(path, line, "valid_from", cells["valid_from"]) or FIRST_DAY
    last = _day(path, line, "valid_to", cells["valid_to"]) or LAST_DAY
    if last < first:
        raise _fault(path, line, f"hiệu lực của “{cells['name']}” kết thúc trước khi bắt đầu.")
    predecessors = tuple(filter(None, re.split(r"[\s;|]+", cells["predecessors"])))
    more = tuple((title, text) for title, text in row.items() if title and title not in COLUMNS)
    place = (cells["id"], cells["name"], cells["kind"], cells["parent"])
    return UnitNode(*place, first, last, predecessors, cells["kind_name"], line, more)


def _day(path: Path, line: int, title: str, text: str) -> datetime.date | None:
    try:
        return declared_cells.day(text)
    except ValueError as error:
        what = f"cột {DECLARED[title]} ghi “{text}”, không phải ngày."
        raise _fault(path, line, what, "Ghi ngày dạng 2025-07-01 hoặc 01/07/2025.") from error


def _check_identifiers(path: Path, nodes: Sequence[UnitNode]) -> None:
    seen: dict[str, list[UnitNode]] = {}
    for node in nodes:
        for other in seen.setdefault(node.id, []):
            if other.valid_from <= node.valid_to and node.valid_from <= other.valid_to:
                what = f"mã “{node.id}” đã dùng ở dòng {other.line} trong cùng thời gian hiệu lực."
                remedy = "Mỗi đơn vị một mã; đơn vị chuyển cấp trên thì ghi hai dòng nối tiếp nhau."
                raise _fault(path, node.line, what, remedy)
        seen[node.id].append(node)


def _check_parents(path: Path, nodes: Sequence[UnitNode]) -> None:
    known = {node.id for node in nodes}
    for node in nodes:
        if node.parent and node.parent not in known:
            raise _fault(path, node.line, f"“{node.name}” trực thuộc “{node.parent}”, mã này không có trong tệp.")


def _parents_first(path: Path, nodes: Mapping[str, UnitNode]) -> dict[str, UnitNode]:
    """The nodes in an order in which every parent comes first; going round in a circle is an error."""
    parents = {node.id: node.parent for node in nodes.values()}
    ordered: dict[str, UnitNode] = {}
    for start in nodes.values():
        if circle := circle_of(start.id, parents):
            raise _fault(path, start.line, f"các đơn vị trực thuộc vòng tròn: {' → '.join(circle)}.")
    for start in nodes.values():
        chain: dict[str, UnitNode] = {}
        node: UnitNode | None = start
        while node is not None and node.id not in ordered:
            chain[node.id] = node
            node = nodes.get(node.parent)
        ordered.update(reversed(chain.items()))
    return ordered


def read_units(path: Path) -> tuple[Unit, ...]:
    """The units of a file, ids made where none are given. Raises `UserError` with every fault and its line."""
    rows = [(number, tuple(map(text_of, row))) for number, row in _from_heading(path)]
    titles = tuple(map(_title, rows[0][1])) if rows else ()
    _refuse_titles(path, titles, rows)
    if "Mã" not in titles:
        titles, rows = ("Mã", *titles), [(number, ("", *row)) for number, row in rows]
    reader = TableReader(DeclaredTables({UNITS.key: DeclaredTable(UNITS, titles, tuple(rows[1:]))}))
    units = units_in(reader)
    found = sorted(reader.faults, key=lambda each: each.line)
    faults = [f"dòng {each.line}: {each.what}" for each in found if each.severity == "error"]
    if not units:
        faults.append("không có đơn vị nào.")
    if faults:
        raise UserError(str(path), "\n  - ".join(["danh sách đơn vị có lỗi:", *faults]) + "\n", REMEDY)
    return units


def _title(typed: str) -> str:
    """The column that a title names: Tên đơn vị is Tên."""
    name = _plain(typed)
    return DECLARED.get(name) or next((title for title in UNITS.titles if plain(title) == name), typed)


def _refuse_titles(path: Path, titles: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]]) -> None:
    """One message for a list in which no line names the columns, and not one a line. Raises `UserError`."""
    missing = [title for title in NAMED if plain(title) not in map(plain, titles)]
    if rows and missing:
        said = ", ".join(filter(None, rows[0][1])) or "trống"
        what = f"dòng đầu thiếu cột {', '.join(f'“{title}”' for title in missing)}; đang là: {said[:120]}."
        raise UserError(f"{path} › dòng 1", what, f"Dòng đầu phải là {', '.join(UNITS.titles)}.")


def _office(units: Sequence[Unit]) -> Unit:
    """The unit that others belong to; else the last one that is alone of its kind, of those that were there from the
    start; else the last one."""
    parents = {unit.parent for unit in units}
    whole = [unit for unit in units if unit.id in parents]
    kinds = [unit.kind for unit in units]
    alone = [unit for unit in units if kinds.count(unit.kind) == 1 and not unit.predecessors]
    lasting = [unit for unit in units if not unit.predecessors and not unit.valid_to]
    return (whole[:1] or alone[-1:] or lasting[-1:] or list(units[-1:]))[0]


def units_remarks(form: Form, units: Sequence[Unit]) -> Iterator[str]:
    """Which lines of the form none of the units reports, and who is asked instead (see `with_units`)."""
    known = {name for unit in units for name in (unit.kind, unit.id)}
    moved = [row for row in form.indicators() if row.typed and row.reported_by and not known & {*row.reported_by}]
    if moved:
        codes = ", ".join(row.code for row in moved[:SHOWN_ROWS]) + (
            f" và {len(moved) - SHOWN_ROWS} dòng khác" if len(moved) > SHOWN_ROWS else ""
        )
        names = {unit.id: unit.name for unit in form.units}
        who = "; ".join(dict.fromkeys(
            names.get(each) or named_unit_kind(each) for row in moved for each in row.reported_by
        ))
        yield (
            f"{len(moved)} dòng không đơn vị nào trong danh sách báo cáo (biểu mẫu hỏi: {who}) nên giao cho "
            f"“{_office(units).name}”: {codes}."
        )


def with_units(form: Form, units: tuple[Unit, ...]) -> Form:
    """The form for other units. What nobody of them reports is asked of the office itself: the last unit that is alone
    of its kind, else the last one."""
    office = _office(units)
    known = {name for unit in units for name in (unit.kind, unit.id)}

    def asked(row: Indicator) -> Indicator:
        kept = tuple(each for each in row.reported_by if each in known)
        return row.changed(reported_by=kept or (office.id,)) if kept != row.reported_by else row

    return form.changed(units=units, sections=tuple(
        section.changed(
            rows=tuple(asked(row) if isinstance(row, Indicator) else row for row in section.rows),
            supporting=tuple(map(asked, section.supporting)),
        )
        for section in form.sections
    ))
