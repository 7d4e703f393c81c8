"""Puts back what an ordinary paste takes from input cells: that they are open, validation, the colours of flags."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from copy import deepcopy

from lxml import etree

from cchc_xl.excel.addresses import position, reference
from cchc_xl.excel.sheet_xml import M, SheetTree, insert_in_order
from cchc_xl.values import Struct

FLAG_RULE = r'\$([A-Z]{1,3})\d+="([A-Z])"'
MOST_CELLS = 20_000


class InputCells(Struct, frozen=True):
    """Cells that people fill, with one validation or none: it is known by its title. Those of a `look` look alike."""

    title: str
    cells: tuple[str, ...]
    look: str
    validation: Callable[[], bytes] | None = None
    """Makes the element, when it has to be written."""

    @property
    def prompt(self) -> tuple[str, str]:
        """Title and text of what is told of a cell that is chosen; nothing where there is no validation."""
        if self.validation is None:
            return "", ""
        told = etree.fromstring(self.validation())
        return told.get("promptTitle", ""), told.get("prompt", "")


class FlagColour(Struct, frozen=True):
    """Cells that take the colour of a letter in the hidden column beside them."""

    cells: str
    column: str
    letter: str

    @property
    def formula(self) -> str:
        """The condition, for the first of the cells."""
        return f'${self.column}{position(self.cells.partition(":")[0])[0]}="{self.letter}"'


def mend(
    tree: SheetTree, inputs: Sequence[InputCells], colours: Iterable[FlagColour], open_styles: Set[int]
) -> bool:
    """Tells whether anything had to be put back. A colour that a person gave an open cell stays."""
    opened = [_open(tree, cells, open_styles) for cells in _alike(inputs)]
    coloured = _colour(tree.root, list(colours))
    return bool(any(opened) | coloured | _validate(tree.root, inputs))


def _alike(inputs: Iterable[InputCells]) -> Iterable[list[str]]:
    alike: dict[str, list[str]] = defaultdict(list)
    for each in inputs:
        alike[each.look] += each.cells
    return alike.values()


def _open(tree: SheetTree, cells: list[str], open_styles: Set[int]) -> bool:
    """Gives cells that nobody can type in the look that most of their like have; an open one where they have no like.
    """
    styles = {cell: tree.style(cell) or 0 for cell in cells}
    closed = [cell for cell, style in styles.items() if style not in open_styles]
    likes = Counter(style for style in styles.values() if style in open_styles) or Counter(sorted(open_styles))
    for cell in closed if likes else ():
        tree.set_style(cell, likes.most_common(1)[0][0])
    return bool(closed and likes)


def _colour(root: etree._Element, colours: list[FlagColour]) -> bool:
    found: dict[tuple[str, str], list[etree._Element]] = defaultdict(list)
    for rule in root.iterfind(f"{M}conditionalFormatting/{M}cfRule"):
        if known := re.fullmatch(FLAG_RULE, rule.findtext(f"{M}formula", "")):
            found[known[1], known[2]].append(rule)
    changed = False
    for colour in colours:
        rules = found.get((colour.column, colour.letter), [])
        if len(rules) == 1 and _place(rules[0]) == (colour.cells, colour.formula):
            continue
        like = next(iter(rules or (each[0] for key, each in found.items() if key[1] == colour.letter)), None)
        if like is not None:
            new = _new_rule(like, colour)
            for rule in rules:
                _take_out(rule)
            insert_in_order(root, new)
            changed = True
    return changed


def _place(rule: etree._Element) -> tuple[str, str]:
    parent = rule.getparent()
    return ("" if parent is None else parent.get("sqref", "")), rule.findtext(f"{M}formula", "")


def _new_rule(like: etree._Element, colour: FlagColour) -> etree._Element:
    area = etree.Element(f"{M}conditionalFormatting", sqref=colour.cells)
    rule = deepcopy(like)
    formula = rule.find(f"{M}formula")
    assert formula is not None
    formula.text = colour.formula
    area.append(rule)
    return area


def _take_out(rule: etree._Element) -> None:
    area = rule.getparent()
    assert area is not None
    area.remove(rule)
    if not len(area) and (above := area.getparent()) is not None:
        above.remove(area)


def _validate(root: etree._Element, inputs: Iterable[InputCells]) -> bool:
    inputs = [each for each in inputs if each.validation]
    table = root.find(f"{M}dataValidations")
    if not inputs:
        return False
    if table is None:
        table = etree.Element(f"{M}dataValidations")
        insert_in_order(root, table)
    areas: dict[str, list[str]] = defaultdict(list)
    for node in table:
        areas[node.get("promptTitle", "")] += node.get("sqref", "").split()
    # As they were written here, cell by cell, areas need not be spread out.
    written = (each for each in inputs if not set(each.cells) <= set(areas[each.title]))
    lacking = [each for each in written if not set(each.cells) <= set(_cells(areas[each.title]))]
    places = {node: set(_cells(node.get("sqref", "").split())) for node in table} if lacking else {}
    for each in lacking:
        for node, cells in places.items():
            _without(node, cells, set(each.cells))
        assert each.validation is not None
        new = etree.fromstring(each.validation())
        new.set("sqref", " ".join(each.cells))
        table.append(new)
    table.set("count", str(len(table)))
    return bool(lacking)


def _without(node: etree._Element, cells: set[str], taken: set[str]) -> None:
    """Takes cells from a validation that is not asked there, or anew."""
    if cells & taken and (above := node.getparent()) is not None:
        cells -= taken
        node.set("sqref", " ".join(sorted(cells, key=position)))
        if not cells:
            above.remove(node)


def _cells(areas: Iterable[str]) -> Iterator[str]:
    """Every cell of some areas; none of one that is far larger than what people fill."""
    for area in areas:
        first, _, last = area.partition(":")
        (top, left), (bottom, right) = position(first), position(last or first)
        if (bottom - top + 1) * (right - left + 1) <= MOST_CELLS:
            yield from (reference(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))
