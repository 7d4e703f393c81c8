"""The hierarchy of organisation units: a CSV or an .xlsx of any depth, effective-dated.

Columns: id, name, kind, parent, valid_from, valid_to, predecessors (or the titles of a form's sheet Đơn vị: Mã, Tên,
Loại, Thuộc, Từ ngày, Đến ngày, Trước là), and kind_name where the completeness line shall say
"xã" instead of "đơn vị". A unit whose place changes stands on two lines with the same id whose periods do not overlap.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from cchc_xl.declaration.unit_list import as_english, unit_rows
from cchc_xl.errors import UserError
from cchc_xl.schema.declaration_words import unit_kind
from cchc_xl.schema.form_model import Form, Unit
from cchc_xl.structs import Struct

REQUIRED = ("id", "name", "kind", "parent")
COLUMNS = (*REQUIRED, "valid_from", "valid_to", "predecessors", "kind_name")
DATES = ("%Y-%m-%d", "%d/%m/%Y")
IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
REMEDY = "Sửa tệp phân cấp rồi chạy lại."
FIRST_DAY, LAST_DAY = datetime.date.min, datetime.date.max


class Node(Struct, frozen=True):
    """One line of the hierarchy. `line` is where it stands in the file."""

    id: str
    name: str
    kind: str
    parent: str = ""
    valid_from: datetime.date = FIRST_DAY
    valid_to: datetime.date = LAST_DAY
    predecessors: tuple[str, ...] = ()
    kind_name: str = ""
    line: int = 0

    def valid(self, day: datetime.date) -> bool:
        """Whether the unit exists on a day."""
        return self.valid_from <= day <= self.valid_to


class Tree(Struct, frozen=True, dict=True):
    """The units of one day; every parent comes before its children."""

    nodes: Mapping[str, Node]

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of units, from the top down."""
        return tuple(dict.fromkeys(node.kind for node in self.nodes.values()))

    def above(self, identifier: str) -> Iterator[Node]:
        """The unit itself and everything above it, going up."""
        node = self.nodes.get(identifier)
        while node is not None:
            yield node
            node = self.nodes.get(node.parent)

    def level_above(self, identifier: str, levels: frozenset[str]) -> str:
        """The nearest unit of some kinds strictly above; empty where there is none."""
        return next((node.id for node in self.above(identifier) if node.kind in levels and node.id != identifier), "")

    def level_of(self, identifier: str, levels: frozenset[str]) -> str:
        """The unit itself where it is of these kinds, else the nearest above; empty where there is none."""
        return next((node.id for node in self.above(identifier) if node.kind in levels), "")


class Hierarchy(Struct, frozen=True, dict=True):
    """Every line of the file, valid or not."""

    path: Path
    lines: tuple[Node, ...]

    def at(self, day: datetime.date) -> Tree:
        """The units of a day. Raises `UserError` for a parent that does not exist then, and for a circle."""
        valid = {node.id: node for node in self.lines if node.valid(day)}
        for node in valid.values():
            if node.parent and node.parent not in valid:
                what = f"“{node.name}” trực thuộc “{node.parent}”, đơn vị không có hiệu lực ngày {day:%d/%m/%Y}."
                raise _fault(self.path, node.line, what, "Sửa cột parent hoặc các cột valid_from, valid_to.")
        return Tree(_parents_first(self.path, valid))

    @cached_property
    def names(self) -> dict[str, str]:
        """Display name of every unit that ever was."""
        return {node.id: node.name for node in self.lines}

    @cached_property
    def predecessors(self) -> dict[str, tuple[str, ...]]:
        """The units that a unit was made from."""
        return {node.id: node.predecessors for node in self.lines if node.predecessors}


def load_units(path: Path) -> Hierarchy:
    """The hierarchy of a CSV file. Raises `UserError` that names the line, the fact and the remedy."""
    nodes = tuple(_node(path, line, row) for line, row in _rows(path))
    if not nodes:
        raise UserError(str(path), "tệp phân cấp không có đơn vị nào.", REMEDY)
    _check_identifiers(path, nodes)
    _check_parents(path, nodes)
    hierarchy = Hierarchy(path, nodes)
    for day in sorted({node.valid_from for node in nodes} | {max(node.valid_from for node in nodes)}):
        _parents_first(path, {node.id: node for node in nodes if node.valid(day)})
    return hierarchy


def hierarchy_of(form: Form) -> Hierarchy:
    """Without a file: the units of the form, each below the one it belongs to."""
    known = {unit.id for unit in form.units}
    return Hierarchy(Path(form.folder), tuple(
        Node(unit.id, unit.name, unit.kind, unit.parent if unit.parent in known else "") for unit in form.units
    ))


def form_units(tree: Tree) -> tuple[Unit, ...]:
    """The units as a form knows them."""
    return tuple(Unit(id=node.id, name=node.name, kind=node.kind) for node in tree.nodes.values())


def _fault(path: Path, line: int, what: str, remedy: str = REMEDY) -> UserError:
    return UserError(f"{path} › dòng {line}", what, remedy)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    header, rows = unit_rows(path)
    titles = as_english(header)
    if lacking := [title for title in REQUIRED if title not in titles]:
        what = f"thiếu cột {', '.join(lacking)}; dòng đầu phải là {','.join(COLUMNS[:-1])}."
        raise _fault(path, 1, what)
    for number, row in rows:
        known = dict(zip(titles, row, strict=False))
        cells = {title: known.get(title, "").strip() for title in COLUMNS}
        if any(cells.values()):
            yield number, cells


def _node(path: Path, line: int, row: Mapping[str, str]) -> Node:
    for title in ("id", "name", "kind"):
        if not row[title]:
            raise _fault(path, line, f"cột {title} để trống.")
    if not IDENTIFIER.fullmatch(row["id"]):
        raise _fault(path, line, f"mã “{row['id']}” chỉ được có chữ không dấu, chữ số, dấu gạch và dấu chấm.")
    first = _day(path, line, "valid_from", row["valid_from"]) or FIRST_DAY
    last = _day(path, line, "valid_to", row["valid_to"]) or LAST_DAY
    if last < first:
        raise _fault(path, line, f"hiệu lực của “{row['name']}” kết thúc trước khi bắt đầu.")
    predecessors = tuple(filter(None, re.split(r"[\s;|]+", row["predecessors"])))
    kind = unit_kind(row["kind"])
    return Node(row["id"], row["name"], kind, row["parent"], first, last, predecessors, row["kind_name"], line)


def _day(path: Path, line: int, title: str, text: str) -> datetime.date | None:
    for pattern in DATES:
        try:
            return datetime.datetime.strptime(text, pattern).date() if text else None
        except ValueError:
            continue
    raise _fault(path, line, f"cột {title} ghi “{text}”, không phải ngày.", "Ghi ngày dạng 2025-07-01 hoặc 01/07/2025.")


def _check_identifiers(path: Path, nodes: Sequence[Node]) -> None:
    seen: dict[str, list[Node]] = {}
    for node in nodes:
        for other in seen.setdefault(node.id, []):
            if other.valid_from <= node.valid_to and node.valid_from <= other.valid_to:
                what = f"mã “{node.id}” đã dùng ở dòng {other.line} trong cùng thời gian hiệu lực."
                remedy = "Mỗi đơn vị một mã; đơn vị chuyển cấp trên thì ghi hai dòng nối tiếp nhau."
                raise _fault(path, node.line, what, remedy)
        seen[node.id].append(node)


def _check_parents(path: Path, nodes: Sequence[Node]) -> None:
    known = {node.id for node in nodes}
    for node in nodes:
        if node.parent and node.parent not in known:
            raise _fault(path, node.line, f"“{node.name}” trực thuộc “{node.parent}”, mã này không có trong tệp.")


def _parents_first(path: Path, nodes: Mapping[str, Node]) -> dict[str, Node]:
    """The nodes in an order in which every parent comes first; going round in a circle is an error."""
    ordered: dict[str, Node] = {}
    for start in nodes.values():
        chain: dict[str, Node] = {}
        node: Node | None = start
        while node is not None and node.id not in ordered:
            if node.id in chain:
                circle = " → ".join([*list(chain)[list(chain).index(node.id):], node.id])
                raise _fault(path, node.line, f"các đơn vị trực thuộc vòng tròn: {circle}.")
            chain[node.id] = node
            node = nodes.get(node.parent)
        ordered.update(reversed(chain.items()))
    return ordered
