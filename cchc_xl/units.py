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
from cchc_xl.schema.declaration_tables import UNITS, DeclaredTable, DeclaredTables, tidy_row
from cchc_xl.schema.declaration_words import by_name, name_from, named_unit_kind, plain, unit_kind
from cchc_xl.schema.declared_cells import TableReader
from cchc_xl.schema.form_model import Indicator
from cchc_xl.schema.model_kinds import Unit
from cchc_xl.schema.read_declaration import circle_of, units_in
from cchc_xl.table import Line, lines, table_rows, text_of
from cchc_xl.typed_text import folded, some_of
from cchc_xl.values import Struct, replace

COLUMNS = {
    "id": "Mã", "name": "Tên", "kind": "Loại", "parent": "Thuộc", "valid_from": "Từ ngày", "valid_to": "Đến ngày",
    "predecessors": "Trước là", "kind_name": "Gọi chung",
}
TITLES = {plain(word): title for name, title in COLUMNS.items() for word in (name, title)}
IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
OF_CODES = {"Thuộc", "Trước là"}
NAMED = ("Tên", "Loại")
"""Titles by which the heading of a list of units is known."""
REMEDY = "Sửa tệp phân cấp rồi chạy lại."
SHOWN_ROWS = 8
TOTAL = re.compile(r"(?:(?:tổng|tong)(?: cộng| cong| số| so)?|cộng|cong)(?: đơn vị| don vi)?\W*(?:\d.*)?")
"""What a list of units is added up by in its last line: Tổng cộng: 10 phường."""
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
            raise UserError("--by", what, f"Các cấp có trong tệp: {', '.join(self.kinds) or 'không có cấp nào'}.")
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
        """The units of a day. Raises `UserError` for none, a parent that does not exist then, and for a circle."""
        valid = {node.id: node for node in self.lines if node.valid(day)}
        if self.lines and not valid:
            what = f"không đơn vị nào có hiệu lực ngày {day:%d/%m/%Y}."
            raise UserError(str(self.path), what, "Sửa cột Từ ngày, Đến ngày, hoặc chọn kỳ báo cáo khác.")
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
    titles = _titles(found)
    rows = lines([(0, titles), *found[1:]])
    if not rows:
        raise UserError(str(path), "tệp phân cấp không có đơn vị nào.", REMEDY)
    _refuse_titles(path, found, titles, ("Mã", *NAMED))
    called = dict(zip(titles, map(text_of, found[0][1]), strict=True))
    nodes = tuple(_node(path, line, row, called) for line, row in rows)
    _check_identifiers(path, nodes)
    _check_parents(path, nodes)
    for day in {node.valid_from for node in nodes}:
        _parents_first(path, {node.id: node for node in nodes if node.valid(day)})
    return Hierarchy(path, nodes)


def _from_heading(path: Path) -> list[tuple[int, Sequence[Any]]]:
    """The rows from the first that names the columns, whatever stands above it; all of them where none does."""
    found = list(table_rows(path))
    return found[next((at for at in range(len(found)) if {*NAMED} <= {*_titles(found[at : at + 1])}), 0) :]


def _titles(found: Sequence[tuple[int, Sequence[Any]]]) -> list[str]:
    """The columns that the first row names: Tên đơn vị and name are Tên."""
    typed = map(text_of, found[0][1]) if found else ()
    return [TITLES.get(plain(title).removesuffix(" don vi"), title) for title in typed]


def hierarchy_of(form: Form) -> Hierarchy:
    """Without a file: the units of the form, each below the one it belongs to."""
    known = {unit.id for unit in form.units}
    return Hierarchy(Path(form.folder), tuple(
        UnitNode(unit.id, unit.name, unit.kind, unit.parent if unit.parent in known else "") for unit in form.units
    ))


def _fault(path: Path, line: int, what: str, remedy: str = REMEDY) -> UserError:
    return UserError(f"{path} › dòng {line}", what, remedy)


def _node(path: Path, line: int, row: Mapping[str, str], called: Mapping[str, str]) -> UnitNode:
    cells = {name: row.get(title, "") for name, title in COLUMNS.items()}
    for name in ("id", "name", "kind"):
        if not cells[name]:
            raise _fault(path, line, f"cột {called[COLUMNS[name]]} để trống.")
    if not IDENTIFIER.fullmatch(cells["id"]):
        raise _fault(path, line, f"mã “{cells['id']}” chỉ được có chữ không dấu, chữ số, dấu gạch và dấu chấm.")
    first = _day(path, line, called.get(COLUMNS["valid_from"], ""), cells["valid_from"]) or FIRST_DAY
    last = _day(path, line, called.get(COLUMNS["valid_to"], ""), cells["valid_to"]) or LAST_DAY
    if last < first:
        raise _fault(path, line, f"hiệu lực của “{cells['name']}” kết thúc trước khi bắt đầu.")
    predecessors = tuple(filter(None, re.split(r"[\s;|]+", cells["predecessors"])))
    more = tuple((title, text) for title, text in row.items() if title and title not in COLUMNS.values())
    place = (cells["id"], cells["name"], cells["kind"], cells["parent"])
    return UnitNode(*place, first, last, predecessors, cells["kind_name"], line, more)


def _day(path: Path, line: int, title: str, text: str) -> datetime.date | None:
    try:
        return declared_cells.day(text)
    except ValueError as error:
        what = f"cột {title} ghi “{text}”, không phải ngày."
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


def read_units(path: Path, before: Sequence[Unit] = ()) -> tuple[Unit, ...]:
    """The units of a file. One of a name from `before` has that unit's id, unless the file gives it to another; one
    without a code has a new id. Raises `UserError` with every faulty line."""
    found = _from_heading(path)
    titles = _titles(found)
    _refuse_titles(path, found, titles, NAMED)
    empty = dict.fromkeys(("Mã", *titles), "")
    rows = [(number, empty | row) for number, row in lines([(0, titles), *found[1:]])]
    _give_ids([row for _, row in rows], by_name((unit.name, unit.id) for unit in before))
    table = DeclaredTable(UNITS, tuple(empty), tuple((number, tidy_row(row.values())) for number, row in rows))
    reader = TableReader(DeclaredTables({UNITS.key: table}))
    units = units_in(reader)
    wrong = dict(_no_units(rows))
    wrong |= {each.line: each.what for each in reader.faults if each.severity == "error" and each.line not in wrong}
    faults = [f"dòng {line}: {wrong[line]}" for line in sorted(wrong)]
    if not units:
        faults.append("không có đơn vị nào.")
    if faults:
        what = "\n  - ".join(["danh sách đơn vị có lỗi:", *faults]) + "\n"
        raise UserError(str(path), what, "Sửa danh sách rồi chạy lại.")
    return units


def _give_ids(rows: Sequence[dict[str, str]], known: Mapping[str, str]) -> None:
    """Gives every named line its id, and what names its code that id."""
    given = {row["Mã"] for row in rows}
    used, ids = {*known.values(), *given}, dict[str, str]()
    for row in filter(lambda row: row["Tên"], rows):
        code, before = row["Mã"], known.get(folded(row["Tên"]), "")
        if not code or before not in ("", *given):
            row["Mã"] = ids[code] = before or name_from(row["Tên"], used, UNITS.key)
    for row in rows:
        for title in OF_CODES & {*row}:
            row[title] = re.sub(r"[\w.-]+", lambda code: ids.get(code[0], code[0]), row[title])


def _no_units(rows: Sequence[Line]) -> Iterator[tuple[int, str]]:
    """The lines that are no unit: a total, or whatever else stands below a list."""
    for number, row in rows:
        name = row["Tên"] or next(filter(None, row.values()), "")
        if TOTAL.fullmatch(folded(name)):
            yield number, f"“{name}” là dòng cộng, không phải đơn vị; xóa dòng này khỏi danh sách."
        elif row["Tên"] and (not row["Loại"] or row["Loại"].isdecimal()):
            yield number, f"“{name}” chưa ghi Loại; nếu không phải đơn vị thì xóa dòng này khỏi danh sách."


def _refuse_titles(
    path: Path, found: Sequence[tuple[int, Sequence[Any]]], titles: Sequence[str], needed: Sequence[str]
) -> None:
    """One message for a list whose first line lacks a column, and not one a line; two columns of one meaning would give
    a unit two names. Raises `UserError`."""
    if not found:
        return
    line, typed = found[0][0], [text_of(title) for title in found[0][1]]
    if lacking := [title for title in needed if title not in titles]:
        said = ", ".join(filter(None, typed)) or "trống"
        what = f"thiếu cột {', '.join(f'“{title}”' for title in lacking)}; đang là: {said[:120]}."
        raise _fault(path, line, what, f"Dòng đầu phải là {', '.join(UNITS.titles)}.")
    for title in COLUMNS.values():
        if titles.count(title) > 1:
            same = ", ".join(f"“{word}”" for word, each in zip(typed, titles, strict=True) if each == title)
            raise _fault(path, line, f"các cột {same} nói cùng một điều.", "Bỏ bớt, chỉ để một cột.")


def _office_among(units: Sequence[Unit], form: Form) -> Unit:
    """The office among units: one of the kind that the form's own office is, where it is alone of it."""
    return _office(units, _office(form.units).kind) if form.units else _office(units)


def _office(units: Sequence[Unit], kind: str = "") -> Unit:
    """The unit that others belong to; else one of the kind, or the last one, that is alone of its kind and was there
    from the start; else the last one."""
    parents = {unit.parent for unit in units}
    whole = [unit for unit in units if unit.id in parents]
    kinds = [unit.kind for unit in units]
    alone = [unit for unit in units if kinds.count(unit.kind) == 1 and not unit.predecessors]
    return (whole[:1] or [unit for unit in alone if unit.kind == kind] or alone[-1:] or units[-1:])[0]


def _unasked(form: Form, units: Sequence[Unit]) -> tuple[str, str]:
    """How many lines of the form none of the units reports and whom the form asks; the codes. Empty where none is."""
    known = {name for unit in units for name in (unit.kind, unit.id)}
    moved = [row for row in form.indicators() if row.typed and row.reported_by and not known & {*row.reported_by}]
    names = {unit.id: unit.name for unit in form.units}
    asked = dict.fromkeys(each for row in moved for each in row.reported_by)
    who = "; ".join(dict.fromkeys(names.get(each) or named_unit_kind(each) for each in asked))
    said = f"{len(moved)} dòng không đơn vị nào trong danh sách báo cáo (biểu mẫu hỏi: {who})" if moved else ""
    return said, some_of([row.code for row in moved], SHOWN_ROWS, "dòng")


def units_remarks(form: Form, units: Sequence[Unit]) -> Iterator[str]:
    """Which lines of the form none of the units reports, and who is asked instead (see `with_units`)."""
    said, codes = _unasked(form, units)
    if said:
        yield f"{said} nên giao cho “{_office_among(units, form).name}”: {codes}."


def refuse_without_office(path: Path, form: Form, units: Sequence[Unit]) -> None:
    """Raises `UserError` for a list in which what nobody reports would be asked of one like others, not of the office:
    of a kind that the list or the form has several of, with none below it."""
    (said, codes), office = _unasked(form, units), _office_among(units, form)
    kinds = [unit.kind for unit in units], [unit.kind for unit in form.units]
    above = any(unit.parent == office.id for unit in units)
    if said and not above and max(kind.count(office.kind) for kind in kinds) > 1:
        remedy = "Thêm dòng của chính cơ quan tổng hợp vào danh sách, với Loại của riêng nó, rồi chạy lại."
        raise UserError(str(path), f"{said} mà danh sách không có cơ quan tổng hợp để hỏi: {codes}.", remedy)


def with_units(form: Form, units: tuple[Unit, ...]) -> Form:
    """The form for other units. What nobody of them reports is asked of the office itself."""
    office = _office_among(units, form)
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
