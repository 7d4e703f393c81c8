"""WordprocessingML: its elements, the styles that give paragraphs and runs their look, tables as rows of cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import unescape

from lxml import etree

from cchc_xl.errors import UserError
from cchc_xl.excel.ooxml_package import serialise

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
XML = "http://www.w3.org/XML/1998/namespace"

Element = etree._Element
OFF = ("0", "false", "off", "none")
"""What switches a property off that is on by its presence."""

TEXT_BEGIN, TEXT_END = '<w:t xml:space="preserve">', "</w:t>"
"""Around a text that keeps its blanks."""

_PREFIX, _TEXT, _BLANKS_STAY = {"w": W}, f"{{{W}}}t", {f"{{{XML}}}space": "preserve"}


def w(tag: str, *children: Element | None, **attributes: str | int) -> Element:
    """An element of the w: namespace; attribute names are of that namespace too, absent children are left out."""
    given = {name(key): str(value) for key, value in attributes.items()} if attributes else None
    made = etree.Element(name(tag), given, _PREFIX)
    for child in children:
        if child is not None:
            made.append(child)
    return made


def root(tag: str, *children: Element) -> Element:
    """The root element of a part, which declares the namespaces."""
    made = etree.Element(name(tag), nsmap={"w": W, "r": R})
    made.extend(children)
    return made


def text(content: str) -> Element:
    """w:t that keeps its blanks."""
    made = etree.Element(_TEXT, _BLANKS_STAY, _PREFIX)
    made.text = content
    return made


def plain_text(xml: str) -> str:
    """The letters of a piece of XML; a tag of a template may hold a bare <."""
    return unescape(re.sub("<[^<>]*>", "", xml))


def quoted(content: str) -> str:
    """Text as the value of an attribute, with its quotes; line breaks come back as they were."""
    for sign in "&<>\"'\n\r\t":
        if sign in content:
            content = content.replace(sign, f"&#{ord(sign)};")
    return f'"{content}"'


def reference(tag: str, identifier: str, **attributes: str) -> Element:
    """An element that points to another part by its relationship."""
    made = w(tag, **attributes)
    made.set(f"{{{R}}}id", identifier)
    return made


def remove(element: Element) -> None:
    """Takes an element out of what it stands in."""
    if (parent := element.getparent()) is not None:
        parent.remove(element)


to_bytes = serialise


@cache
def name(tag: str) -> str:
    """The full name of an element or attribute of the w: namespace."""
    return f"{{{W}}}{tag}"


def value(element: Element | None, attribute: str = "val") -> str:
    """An attribute of the w: namespace, empty where there is none."""
    return "" if element is None else element.get(name(attribute), "")


def parsed(data: bytes, where: str = "") -> Element:
    """The XML of a part as elements. Raises `UserError` where it is damaged."""
    try:
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False))
    except etree.XMLSyntaxError as error:
        raise UserError(where, f"tệp Word có phần bị hỏng ({error.msg}).", "Mở và lưu lại tệp bằng Word.") from error


_OF_PARAGRAPH, _OF_RUN = f"{name('pPr')}/{name('pStyle')}", f"{name('rPr')}/{name('rStyle')}"
_UNSEEN = tuple(name(tag) for tag in ("strike", "dstrike", "vanish"))

Layers = Sequence[Element]
"""Properties of a paragraph or a run, those that count more last."""


class Styles:
    """word/styles.xml; no styles without a part."""

    def __init__(self, part: Element | None = None) -> None:
        styles = () if part is None else part.iter(name("style"))
        self._by_id = {value(style, "styleId"): style for style in styles}
        self._default = next(
            (each for each, style in self._by_id.items()
             if value(style, "type") == "paragraph" and value(style, "default") in ("1", "true", "on")), ""
        )
        self._defaults = None if part is None else part.find(name("docDefaults"))
        self._known: dict[tuple[str, ...], list[Element]] = {}

    def of_paragraph(self, paragraph: Element) -> Layers:
        """The layers of a paragraph."""
        return [*self._of("pPr", self._style_of(paragraph)), *paragraph.findall(name("pPr"))]

    def of_run(self, run: Element, paragraph: Element) -> Layers:
        """The layers of a run."""
        return [*self._of("rPr", self._style_of(paragraph), value(run.find(_OF_RUN))), *run.findall(name("rPr"))]

    def hides(self, run: Element, paragraph: Element) -> bool:
        """Whether the letters of a run are struck out or hidden."""
        found = {mark.tag: mark for layer in self.of_run(run, paragraph) for mark in layer.iterchildren(*_UNSEEN)}
        return any(value(mark) not in OFF for mark in found.values())

    def _style_of(self, paragraph: Element) -> str:
        return value(paragraph.find(_OF_PARAGRAPH)) or self._default

    def _of(self, kind: str, *styles: str) -> list[Element]:
        """The defaults, then each style after those that it is based on."""
        if (kind, *styles) not in self._known:
            given = () if self._defaults is None else self._defaults.findall(f"{name(f'{kind}Default')}/{name(kind)}")
            chains = (each for style in styles for each in self._chain(style))
            self._known[kind, *styles] = [*given, *(look for style in chains for look in style.findall(name(kind)))]
        return self._known[kind, *styles]

    def _chain(self, style: str) -> list[Element]:
        chain: list[Element] = []
        while (found := self._by_id.get(style)) is not None and found not in chain:
            chain.insert(0, found)
            style = value(found.find(name("basedOn")))
        return chain


def switched(layers: Layers, tag: str) -> bool:
    """A property such as w:b, on by its presence and off by its value."""
    found = topmost(layers, tag)
    return found is not None and value(found) not in OFF


def topmost(layers: Layers, tag: str) -> Element | None:
    """What the topmost of the layers that have a property says of it."""
    for layer in reversed(layers):
        if (found := layer.find(name(tag))) is not None:
            return found
    return None


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
