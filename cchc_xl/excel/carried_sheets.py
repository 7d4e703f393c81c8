"""Sheets that people added to a workbook, taken over into another one: cells, looks, notes, pictures, charts, names.

What a sheet shares with its workbook is made its own or taken along: texts, styles, parts. Formulas follow the rows of
sheets that have moved. What cannot be taken along without harm is told beforehand. A sheet that is made anew takes over
the looks of the one that it replaces.
"""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from functools import cached_property

from lxml import etree
from openpyxl.formula.translate import Translator

from cchc_xl.excel.addresses import position
from cchc_xl.excel.ooxml_package import CONTENT_TYPES_PART, OFFICE_RELATIONSHIPS, Package, serialise
from cchc_xl.excel.sheet_xml import CELL, FORMULA, INLINE, VALUE, M, child_of, tells_of
from cchc_xl.excel.spreadsheet import Sheet, Workbook

SIMPLE = frozenset({
    "drawing", "vmlDrawing", "comments", "printerSettings", "hyperlink", "image", "chart", "chartStyle",
    "chartColorStyle", "chartUserShapes", "table", "themeOverride",
})
"""Kinds of parts that belong to one sheet alone."""
OTHER_FILE = re.compile(r"\[\d+\]")
CHART_FORMULA = "{http://schemas.openxmlformats.org/drawingml/2006/chart}f"
REFERENCES = f"{{{OFFICE_RELATIONSHIPS}}}id"
FIRST_OWN_FORMAT = 164
STYLED = {
    CELL: ("s", "cellXfs"), f"{M}row": ("s", "cellXfs"), f"{M}col": ("style", "cellXfs"),
    f"{M}cfRule": ("dxfId", "dxfs"),
}
"""What names a style, with the attribute that does and the group that it stands in."""
PARTS = {"fontId": "fonts", "fillId": "fills", "borderId": "borders"}
OF_COLUMNS = ("width", "customWidth", "hidden", "outlineLevel", "collapsed")
OF_ROWS = ("ht", "customHeight", "hidden", "outlineLevel", "collapsed")
PAPER = ("printOptions", "pageMargins", "pageSetup", "headerFooter")
VIEW = ("zoomScale", "zoomScaleNormal", "zoomScalePageLayoutView", "view", "showGridLines", "showRowColHeaders")


_CELL = r"\$?[A-Z]{1,3}\$?\d{1,7}"
_PART = re.compile(
    rf"""(?P<text>"(?:[^"]|"")*")"""
    rf"""|(?<![\w.$'\]])(?P<sheet>(?:'(?:[^']|'')+'|[^\W\d][\w.]*)!)?(?P<first>{_CELL})(?::(?P<last>{_CELL}))?(?![\w(.!])"""
)
LOST = "#REF!"


class RowMoves:
    """Where the rows of a sheet stand now."""

    def __init__(self, kept: Mapping[int, int], gone: frozenset[int] = frozenset()) -> None:
        """`kept` maps rows to what they are now; rows between them move with the one above. `gone` are no more."""
        self._kept, self._gone, self._order = kept, gone, sorted(kept)

    def now(self, row: int) -> int | None:
        """The row as it is now; None where it is gone."""
        if row in self._gone:
            return None
        above = bisect_right(self._order, row)
        known = self._order[above - 1] if above else 0
        return row + self._kept[known] - known if above else row

    def span(self, first: int, last: int) -> tuple[int, int] | None:
        """The rows from first to last as they are now, those that are gone left out; None where none is left."""
        left = [now for row in range(first, last + 1) if (now := self.now(row)) is not None] if last >= first else []
        return (left[0], left[-1]) if left else None


def moved(formula: str, here: str, moves: Mapping[str, RowMoves]) -> str:
    """A formula of sheet `here` as it must read now."""

    def follow(found: re.Match[str]) -> str:
        if found["text"]:
            return found[0]
        sheet = found["sheet"] or ""
        rows = moves.get(sheet[:-1].strip("'").replace("''", "'") if sheet else here)
        if rows is None:
            return found[0]
        ends = [found["first"], found["last"] or found["first"]]
        span = rows.span(*(position(end.replace("$", ""))[0] for end in ends))
        if span is None:
            return LOST
        now = [re.sub(r"\d+$", str(row), end) for end, row in zip(ends, span, strict=True)]
        return sheet + (":".join(now) if found["last"] else now[0])

    return _PART.sub(follow, formula)


def cannot_be_carried(workbook: Workbook, name: str) -> str:
    """Why a sheet cannot be taken along; empty where it can."""
    package, part = workbook.package, workbook.part_of(name)
    for kind in sorted({node.get("Type", "").rpartition("/")[2] for node in package.relationships(part).nodes}):
        if kind not in SIMPLE:
            return "có bảng tổng hợp (pivot) hoặc đối tượng gắn với cả sổ"
    formulas = (node.text or "" for node in package.tree(part).iter(FORMULA))
    return "có công thức lấy số từ tệp khác" if any(map(OTHER_FILE.search, formulas)) else ""


def carry_sheets(source: Workbook, target: Package, names: Iterable[str], moves: Mapping[str, RowMoves]) -> None:
    """Adds the sheets at the end. `moves` tells for sheets of the target where the rows of their namesakes stand."""
    carrier = _Carrier(source, target, moves)
    for name in names:
        carrier.sheet(name)
    carrier.finish()


class _Styles:
    """The looks of cells that come from another workbook: what they need is added to this one's styles, each once."""

    def __init__(self, source: Package, target: Package) -> None:
        self._source = source.tree(_part_of(source))
        self._package, self._part = target, _part_of(target)
        self._target = target.tree(self._part)
        self._known = {("cellXfs", 0): 0}

    def store(self) -> None:
        """Writes the styles into the package."""
        for name in ("numFmts", *PARTS.values(), "cellXfs", "dxfs"):
            if (group := self._target.find(f"{M}{name}")) is not None:
                group.set("count", str(len(group)))
        self._package.write(self._part, serialise(self._target))

    def taken(self, group: str, number: int) -> int:
        """The number that a style of a group (cellXfs, dxfs) has here."""
        if (group, number) not in self._known:
            theirs, mine = self._source.find(f"{M}{group}"), child_of(self._target, group)
            if theirs is None or number >= len(theirs):
                return 0
            node = deepcopy(theirs[number])
            if group == "cellXfs":
                node.set("xfId", "0")
                node.set("numFmtId", str(self._format(int(node.get("numFmtId", "0")))))
                for attribute, part in PARTS.items():
                    node.set(attribute, str(self.taken(part, int(node.get(attribute, "0")))))
            mine.append(node)
            self._known[group, number] = len(mine) - 1
        return self._known[group, number]

    def _format(self, number: int) -> int:
        """The number of a number format here; those below 164 are the same everywhere."""
        told = {node.get("numFmtId"): node.get("formatCode", "") for node in self._source.iter(f"{M}numFmt")}
        if number < FIRST_OWN_FORMAT or str(number) not in told:
            return number
        mine = {node.get("formatCode"): int(node.get("numFmtId", "0")) for node in self._target.iter(f"{M}numFmt")}
        code = told[str(number)]
        if code not in mine:
            mine[code] = max([FIRST_OWN_FORMAT - 1, *mine.values()]) + 1
            etree.SubElement(child_of(self._target, "numFmts"), f"{M}numFmt", numFmtId=str(mine[code]), formatCode=code)
        return mine[code]


def _part_of(package: Package) -> str:
    return package.relationships(package.main).target("styles") or ""


class _Carrier:
    """One take-over from workbook to workbook."""

    def __init__(self, source: Workbook, target: Package, moves: Mapping[str, RowMoves]) -> None:
        self._book, self._from, self._to, self._moves = source, source.package, target, moves
        self._styles = _Styles(source.package, target)
        self._main = target.tree(target.main)
        self._types = _content_types(source.package)
        self._made: dict[str, str] = {}
        self._places: dict[str, int] = {}

    def sheet(self, name: str) -> None:
        """Takes over one sheet."""
        part = self._book.part_of(name)
        root = self._from.tree(part)
        self._cells(root, name)
        for node in root.iter(f"{M}formula", f"{M}formula1", f"{M}formula2"):
            node.text = moved(node.text or "", name, self._moves)
        made = self._part(part, serialise(root))
        sheets = self._main.find(f"{M}sheets")
        assert sheets is not None
        known = next(node for node in self._from.tree(self._from.main).iter(f"{M}sheet") if node.get("name") == name)
        number = max(int(each.get("sheetId", "0")) for each in sheets) + 1
        node = etree.SubElement(sheets, f"{M}sheet", name=name, sheetId=str(number))
        if "state" in known.attrib:
            node.set("state", known.get("state", ""))
        node.set(REFERENCES, self._to.relationships(self._to.main).add("worksheet", made))
        self._places[name] = len(sheets) - 1

    def finish(self) -> None:
        """Names, styles and the list of sheets."""
        self._names()
        self._styles.store()
        self._to.write(self._to.main, serialise(self._main))

    def _cells(self, root: etree._Element, name: str) -> None:
        shared: dict[str, tuple[str, int, int]] = {}
        for node in root.iter(*STYLED):
            attribute, group = STYLED[node.tag]
            if told := node.get(attribute):
                node.set(attribute, str(self._styles.taken(group, int(told))))
        for cell in root.iter(CELL):
            if cell.get("t") == "s":
                self._own_text(cell)
            formula = cell.find(FORMULA)
            if formula is not None:
                _unshared(formula, cell.get("r", "A1"), shared)
                formula.text = moved(formula.text or "", name, self._moves)

    def _own_text(self, cell: etree._Element) -> None:
        """A text of the common list becomes the cell's own, with the formats of its letters."""
        value = cell.find(VALUE)
        strings = self._strings
        number = int(value.text or "0") if value is not None else -1
        if value is None or not 0 <= number < len(strings):
            return
        cell.remove(value)
        cell.set("t", "inlineStr")
        own = etree.SubElement(cell, INLINE)
        own.extend(deepcopy(list(strings[number])))

    @cached_property
    def _strings(self) -> list[etree._Element]:
        part = self._from.relationships(self._from.main).target("sharedStrings")
        return list(self._from.tree(part).iter(f"{M}si")) if part else []

    def _part(self, part: str, data: bytes) -> str:
        """Takes over a part and those that it speaks of; returns what it is called here."""
        if part in self._made:
            return self._made[part]
        made = self._made[part] = self._free(part)
        self._to.write(made, data)
        if part in self._types:
            self._to.declare(made, self._types[part])
        extension = part.rpartition(".")[2].lower()
        if f".{extension}" in self._types:
            self._to.declare_extension(extension, self._types[f".{extension}"])
        self._relations(part, made)
        return made

    def _relations(self, part: str, made: str) -> None:
        relations = self._from.relationships(part)
        if not relations.nodes:
            return
        taken = self._to.relationships(made)
        for node in relations.nodes:
            copy = deepcopy(node)
            if node.get("TargetMode") != "External":
                other = relations.by_id(node.get("Id", ""))
                copy.set("Target", "/" + self._part(other, self._content(other)))
            taken.take(copy)

    def _content(self, part: str) -> bytes:
        """A part of a sheet: charts follow the rows that have moved, tables get a number of their own."""
        kind = self._types.get(part, "")
        if not kind.endswith(("drawingml.chart+xml", "spreadsheetml.table+xml")):
            return self._from.read(part)
        root = self._from.tree(part)
        for node in root.iter(CHART_FORMULA):
            node.text = moved(node.text or "", "", self._moves)
        if kind.endswith("table+xml"):
            root.set("id", str(sum(name.startswith("xl/tables/") for name in self._to.names) + 100))
        return serialise(root)

    def _free(self, part: str) -> str:
        folder, name = posixpath.split(part)
        stem, extension = posixpath.splitext(name)
        number = 1
        while (made := f"{folder}/{re.sub('[0-9]+$', '', stem)}_rieng{number}{extension}") in self._to:
            number += 1
        return made

    def _names(self) -> None:
        """Defined names of the sheets, and those of the book that it does not have itself."""
        sheets = [node.get("name", "") for node in self._from.tree(self._from.main).iter(f"{M}sheet")]
        known = {node.get("name") for node in self._main.iter(f"{M}definedName")}
        for node in self._from.tree(self._from.main).iter(f"{M}definedName"):
            local = node.get("localSheetId")
            owner = sheets[int(local)] if local is not None and int(local) < len(sheets) else ""
            if (owner and owner not in self._places) or (not owner and node.get("name") in known):
                continue
            if OTHER_FILE.search(node.text or ""):
                continue
            copy = deepcopy(node)
            copy.text = moved(node.text or "", owner, self._moves)
            if owner:
                copy.set("localSheetId", str(self._places[owner]))
            child_of(self._main, "definedNames").append(copy)


def _unshared(formula: etree._Element, address: str, shared: dict[str, tuple[str, int, int]]) -> None:
    """Gives a cell its own formula where it shares one with others."""
    if formula.get("t") != "shared":
        return
    group, (row, column) = formula.get("si", ""), position(address)
    if formula.text:
        shared[group] = formula.text, row, column
    elif group in shared:
        text, first_row, first_column = shared[group]
        formula.text = Translator(f"={text}", "A1").translate_formula(None, row - first_row, column - first_column)[1:]
    for attribute in ("t", "si", "ref"):
        formula.attrib.pop(attribute, "")


def _content_types(package: Package) -> dict[str, str]:
    """The content type of each part, and of each ".extension"."""
    return {
        node.get("PartName", "")[1:] or f".{node.get('Extension', '').lower()}": node.get("ContentType", "")
        for node in package.tree(CONTENT_TYPES_PART)
    }


def take_looks(sheet: Sheet, other: Sheet, moves: RowMoves, same_columns: bool) -> None:
    """Takes over what people set around the cells of the sheet that this one replaces; its rows stand where `moves`
    tells."""
    mine, theirs = sheet.tree.root, other.tree.root
    if same_columns:
        _take_columns(mine, theirs)
    rows = {node.get("r"): node for node in mine.iter(f"{M}row")}
    for row in theirs.iter(f"{M}row"):
        node = rows.get(str(moves.now(int(row.get("r", "0")))))
        if node is not None and any(row.get(each) for each in ("customHeight", "hidden", "outlineLevel")):
            _take(node, row, OF_ROWS)
    for name in PAPER:
        _replace(mine.find(f"{M}{name}"), theirs.find(f"{M}{name}"))
    for node, view in zip(mine.iter(f"{M}sheetView"), theirs.iter(f"{M}sheetView"), strict=False):
        _take(node, view, VIEW)
    _take_tab_colour(mine, theirs)
    sheet.workbook.package.write(sheet.part, sheet.tree.serialised())


def _take(mine: etree._Element, theirs: etree._Element, attributes: tuple[str, ...]) -> None:
    for name in attributes:
        mine.attrib.pop(name, "")
        if name in theirs.attrib:
            mine.set(name, theirs.get(name, ""))


def _take_columns(mine: etree._Element, theirs: etree._Element) -> None:
    """Each column on its own: spans are cut differently by each program."""
    nodes, told = list(mine.iter(f"{M}col")), list(theirs.iter(f"{M}col"))
    last = max((int(node.get("max", "0")) for node in nodes), default=0)
    columns = child_of(mine, "cols")
    made = list(_columns(nodes, told, last))
    columns[:] = made
    if not made:
        mine.remove(columns)


def _columns(nodes: list[etree._Element], told: list[etree._Element], last: int) -> Iterator[etree._Element]:
    for number in range(1, last + 1):
        known = next((node for node in nodes if tells_of(node, number)), None)
        other = next((node for node in told if tells_of(node, number)), None)
        node = deepcopy(known) if known is not None else etree.Element(f"{M}col")
        if other is not None:
            _take(node, other, OF_COLUMNS)
        if node.attrib:
            node.set("min", str(number))
            node.set("max", str(number))
            yield node


def _replace(mine: etree._Element | None, theirs: etree._Element | None) -> None:
    """Attributes and content of an element, without what points to other parts."""
    if mine is None or theirs is None:
        return
    told = {name: text for name, text in theirs.attrib.items() if not str(name).startswith("{")}
    mine.attrib.clear()
    mine.attrib.update(told)
    mine[:] = [deepcopy(child) for child in theirs]


def _take_tab_colour(mine: etree._Element, theirs: etree._Element) -> None:
    colour, properties = theirs.find(f"{M}sheetPr/{M}tabColor"), mine.find(f"{M}sheetPr")
    if colour is not None and properties is not None and properties.find(f"{M}tabColor") is None:
        properties.insert(0, deepcopy(colour))
