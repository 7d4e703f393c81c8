"""Cell notes of a sheet: our own are added, changed and taken away; every other note stays as it is.

A note is two things: its text in the comments part, and a small VML drawing that shows it. Where a drawing that people
or Excel made cannot be parsed, no note is added: the cell's colour and the text column say the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol

from lxml import etree

from cchc_xl.excel.addresses import position
from cchc_xl.excel.ooxml_package import Package, parse, serialise
from cchc_xl.excel.sheet_xml import MAIN, SPACE, M, SheetTree

VML = "urn:schemas-microsoft-com:vml"
OFFICE = "urn:schemas-microsoft-com:office:office"
EXCEL = "urn:schemas-microsoft-com:office:excel"
COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"

EMPTY_DRAWING = f"""<xml xmlns:v="{VML}" xmlns:o="{OFFICE}" xmlns:x="{EXCEL}">
<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout>
<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">
<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>"""

SHAPE = f"""<v:shape xmlns:v="{VML}" xmlns:o="{OFFICE}" xmlns:x="{EXCEL}" id="{{identifier}}" type="#_x0000_t202"
 style="position:absolute;margin-left:80pt;margin-top:2pt;width:260pt;height:{{height}}pt;z-index:1;visibility:hidden"
 fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow color="black" obscured="t"/>
<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"/></v:textbox>
<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:AutoFill>False</x:AutoFill>
<x:Row>{{row}}</x:Row><x:Column>{{column}}</x:Column></x:ClientData></v:shape>"""

SHAPE_ID = r"_s(\d+)$"
LINE_LENGTH = 52
LINE_POINTS = 14


class NotedSheet(Protocol):
    """What is asked of a sheet."""

    part: str
    tree: SheetTree
    dirty: bool


class Notes:
    """The notes of one sheet."""

    def __init__(self, sheet: NotedSheet, package: Package) -> None:
        self._sheet, self._package = sheet, package
        relationships = self._package.relationships(sheet.part)
        self._part = relationships.target("comments")
        self._root = self._package.tree(self._part) if self._part else None
        self._drawing: str | None = None
        self._largest_id: int | None = None

    def texts(self) -> dict[str, str]:
        """Text of every note by address."""
        return {address: _text(node) for address, node in self._nodes().items()}

    def keep_own(self, wanted: Mapping[str, str], author: str, mark: str) -> None:
        """Makes our notes (their text begins with `mark`) exactly `wanted`; a cell with a person's note gets none."""
        nodes = self._nodes()
        own = {address: node for address, node in nodes.items() if _text(node).startswith(mark)}
        gone = [address for address, node in own.items() if wanted.get(address) != _text(node)]
        added = {
            address: text for address, text in wanted.items()
            if address not in nodes or (address in own and address in gone)
        }
        if not gone and not added:
            return
        self._drawing = self._drawing_part()
        drawing = self._readable_drawing()
        if drawing is None:
            return
        for address in gone:
            self._remove(address, drawing)
        for address, text in sorted(added.items(), key=lambda item: position(item[0])):
            self._add(address, text, author, drawing)
        self._store(drawing)

    def _nodes(self) -> dict[str, etree._Element]:
        if self._root is None:
            return {}
        return {node.get("ref", ""): node for node in self._root.iter(f"{M}comment")}

    def _drawing_part(self) -> str | None:
        identifier = self._sheet.tree.drawing_of_notes()
        return None if identifier is None else self._package.relationships(self._sheet.part).by_id(identifier)

    def _readable_drawing(self) -> etree._Element | None:
        if self._drawing is None:
            return parse(EMPTY_DRAWING.encode())
        try:
            return parse(self._package.read(self._drawing))
        except etree.XMLSyntaxError:
            return None

    def _remove(self, address: str, drawing: etree._Element) -> None:
        node = self._nodes()[address]
        node.getparent().remove(node)  # type: ignore[union-attr]
        row, column = position(address)
        for shape in list(drawing.iter(f"{{{VML}}}shape")):
            data = shape.find(f"{{{EXCEL}}}ClientData")
            if data is not None and data.get("ObjectType") == "Note" and _place(data) == (row - 1, column - 1):
                shape.getparent().remove(shape)  # type: ignore[union-attr]

    def _add(self, address: str, text: str, author: str, drawing: etree._Element) -> None:
        root = self._comments_root()
        notes = _child(root, "commentList")
        comment = etree.SubElement(notes, f"{M}comment", ref=address, authorId=str(_author(root, author)))
        run = etree.SubElement(etree.SubElement(comment, f"{M}text"), f"{M}r")
        properties = etree.SubElement(run, f"{M}rPr")
        etree.SubElement(properties, f"{M}sz", val="10")
        etree.SubElement(properties, f"{M}rFont", val="Tahoma")
        content = etree.SubElement(run, f"{M}t")
        content.text = "".join(letter for letter in text if letter.isprintable() or letter in "\n\t")
        content.set(SPACE, "preserve")
        row, column = position(address)
        lines = sum(1 + len(line) // LINE_LENGTH for line in text.splitlines()) + 1
        height, identifier = max(40, lines * LINE_POINTS), self._free_identifier(drawing)
        shape = SHAPE.format(identifier=identifier, row=row - 1, column=column - 1, height=height)
        drawing.append(parse(shape.encode()))

    def _free_identifier(self, drawing: etree._Element) -> str:
        """Shape ids of a sheet's drawing go on from the largest one, which is looked up once."""
        if self._largest_id is None:
            names = (re.search(SHAPE_ID, str(node.get("id", ""))) for node in drawing.iter())
            self._largest_id = max((int(found[1]) for found in names if found), default=1024)
        self._largest_id += 1
        return f"_x0000_s{self._largest_id}"

    def _comments_root(self) -> etree._Element:
        if self._root is None:
            self._root = parse(f'<comments xmlns="{MAIN}"><authors/><commentList/></comments>'.encode())
        return self._root

    def _store(self, drawing: etree._Element) -> None:
        self._sort()
        if self._part is None:
            self._part = self._free_part("xl/comments_cchc{}.xml")
            self._package.relationships(self._sheet.part).add("comments", self._part)
            self._package.declare(self._part, COMMENTS_TYPE)
        if self._drawing is None:
            self._drawing = self._free_part("xl/drawings/vml_cchc{}.vml")
            identifier = self._package.relationships(self._sheet.part).add("vmlDrawing", self._drawing)
            self._package.declare_extension("vml", VML_TYPE)
            self._sheet.tree.link_drawing_of_notes(identifier)
            self._sheet.dirty = True
        self._package.write(self._part, serialise(self._comments_root()))
        self._package.write(self._drawing, etree.tostring(drawing, encoding="UTF-8"))

    def _sort(self) -> None:
        """Equal notes give equal bytes, whatever order they were added in."""
        notes = _child(self._comments_root(), "commentList")
        notes[:] = sorted(notes, key=lambda node: position(node.get("ref", "A1")))

    def _free_part(self, pattern: str) -> str:
        number = 1
        while pattern.format(number) in self._package:
            number += 1
        return pattern.format(number)


def _text(comment: etree._Element) -> str:
    return "".join(node.text or "" for node in comment.iter(f"{M}t"))


def _child(root: etree._Element, name: str) -> etree._Element:
    child = root.find(f"{M}{name}")
    return etree.SubElement(root, f"{M}{name}") if child is None else child


def _author(root: etree._Element, author: str) -> int:
    authors = _child(root, "authors")
    for number, node in enumerate(authors):
        if node.text == author:
            return number
    etree.SubElement(authors, f"{M}author").text = author
    return len(authors) - 1


def _place(data: etree._Element) -> tuple[int, int]:
    return int(data.findtext(f"{{{EXCEL}}}Row", "-1")), int(data.findtext(f"{{{EXCEL}}}Column", "-1"))
