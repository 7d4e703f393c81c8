"""What people set around the cells of a sheet, taken over into the sheet that replaces it: widths, heights, paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import cast

from lxml import etree

from cchc_xl.excel.moved_references import RowMoves
from cchc_xl.excel.sheet_tree import SheetTree, tells_of
from cchc_xl.excel.sheet_xml import M, insert_in_order

OF_COLUMNS = ("width", "customWidth", "hidden", "outlineLevel", "collapsed")
OF_ROWS = ("ht", "customHeight", "hidden", "outlineLevel", "collapsed")
PAPER = ("printOptions", "pageMargins", "pageSetup", "headerFooter")
VIEW = ("zoomScale", "zoomScaleNormal", "zoomScalePageLayoutView", "view", "showGridLines", "showRowColHeaders")


def take_looks(mine: SheetTree, theirs: SheetTree, moves: RowMoves, same_columns: bool) -> None:
    """Makes a sheet look like the one that it replaces, whose rows stand where `moves` tells."""
    if same_columns:
        _take_columns(mine.root, theirs.root)
    rows = {node.get("r"): node for node in mine.root.iter(f"{M}row")}
    for row in theirs.root.iter(f"{M}row"):
        node = rows.get(str(moves.now(int(row.get("r", "0")))))
        if node is not None and any(row.get(each) for each in ("customHeight", "hidden", "outlineLevel")):
            _take(node, row, OF_ROWS)
    for name in PAPER:
        _replace(mine.root.find(f"{M}{name}"), theirs.root.find(f"{M}{name}"))
    for node, view in zip(mine.root.iter(f"{M}sheetView"), theirs.root.iter(f"{M}sheetView"), strict=False):
        _take(node, view, VIEW)
    _take_tab_colour(mine.root, theirs.root)


def _take(mine: etree._Element, theirs: etree._Element, attributes: tuple[str, ...]) -> None:
    for name in attributes:
        mine.attrib.pop(name, "")
        if name in theirs.attrib:
            mine.set(name, theirs.get(name, ""))


def _take_columns(mine: etree._Element, theirs: etree._Element) -> None:
    """Each column on its own: spans are cut differently by each program."""
    nodes, told = list(mine.iter(f"{M}col")), list(theirs.iter(f"{M}col"))
    last = max((int(node.get("max", "0")) for node in nodes), default=0)
    columns = mine.find(f"{M}cols")
    if columns is None:
        columns = etree.Element(f"{M}cols")
        insert_in_order(mine, columns)
    made = list(_columns(nodes, told, last))
    columns[:] = made
    if not made:
        mine.remove(columns)


def _columns(nodes: list[etree._Element], told: list[etree._Element], last: int) -> Iterator[etree._Element]:
    for number in range(1, last + 1):
        known = next((node for node in nodes if _is_of(node, number)), None)
        other = next((node for node in told if _is_of(node, number)), None)
        node = deepcopy(known) if known is not None else etree.Element(f"{M}col")
        if other is not None:
            _take(node, other, OF_COLUMNS)
        if node.attrib:
            node.set("min", str(number))
            node.set("max", str(number))
            yield node


def _is_of(node: etree._Element, number: int) -> bool:
    return tells_of(cast("Mapping[str, str]", node.attrib), number)


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
