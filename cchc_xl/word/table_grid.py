"""The tables of a Word document as rows of cells in their columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cchc_xl.word.word_xml import Element, name

_WRAPPED = frozenset(name(tag) for tag in ("sdt", "sdtContent", "customXml", "smartTag", "ins"))
_MOST_COLUMNS = 200


@dataclass(frozen=True, slots=True)
class TextCell:
    """A cell of a table: its text, its first paragraph that says something, and whether it is a merged cell's copy."""

    text: str
    paragraph: int = -1
    spread: bool = False


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell in one column: `spread` where it is the copy of a merged cell; no element where a row begins later."""

    element: Element | None
    spread: bool = False


def tables(root: Element) -> Iterator[Element]:
    """The tables of a part, those inside other tables too, in their order."""
    yield from root.iter(name("tbl"))


def grid(table: Element) -> list[list[GridCell]]:
    """The rows of a table; cells that are merged over columns or rows stand in each of them."""
    rows: list[list[GridCell]] = []
    for row in children(table, "tr"):
        made = [GridCell(None)] * _number(row.find(f"{name('trPr')}/{name('gridBefore')}"), 0)
        for cell in children(row, "tc"):
            above = rows[-1][len(made)] if rows and len(made) < len(rows[-1]) else None
            goes_on = above is not None and _continues(cell)
            element = above.element if goes_on and above else cell
            span = _number(cell.find(f"{name('tcPr')}/{name('gridSpan')}"), 1)
            made += [GridCell(element, goes_on or count > 0) for count in range(span)]
        rows.append(made)
    return rows


def children(parent: Element, tag: str) -> Iterator[Element]:
    """The rows of a table or cells of a row, also those inside content controls; deleted rows are none."""
    for child in parent:
        if child.tag == name(tag):
            if tag != "tr" or child.find(f"{name('trPr')}/{name('del')}") is None:
                yield child
        elif child.tag in _WRAPPED:
            yield from children(child, tag)


def _number(element: Element | None, otherwise: int) -> int:
    value = element.get(name("val"), "") if element is not None else ""
    return min(int(value), _MOST_COLUMNS) if value.isdecimal() else otherwise


def _continues(cell: Element) -> bool:
    """Whether a cell goes on with the one above it."""
    merged = cell.find(f"{name('tcPr')}/{name('vMerge')}")
    return merged is not None and merged.get(name("val"), "continue") != "restart"
