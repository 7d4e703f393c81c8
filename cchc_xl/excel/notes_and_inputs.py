"""What the program keeps on the cells of a sheet: its own notes; and of input cells what an ordinary paste takes.

Our notes are added, changed and taken away; every other note stays as it is. A note is two things: its text in the
comments part, and a small VML drawing that shows it. Where a drawing that people or Excel made cannot be parsed, no
note is added: the cell's colour and the text column say the same. Input cells are put back: that they are open, their
validation, the colours of flags.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from copy import deepcopy

from lxml import etree

from cchc_xl.excel.addresses import position, reference
from cchc_xl.excel.ooxml_package import Package, parse, serialise
from cchc_xl.excel.sheet_xml import MAIN, SPACE, M, SheetTree, child_of, insert_in_order
from cchc_xl.values import Struct

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


class Notes:
    """The notes of one sheet."""

    def __init__(self, package: Package, sheet: str, tree: SheetTree) -> None:
        """Reads them; `sheet` is the part that `tree` comes from."""
        self._package, self._sheet, self._tree = package, sheet, tree
        self._part = package.relationships(sheet).target("comments")
        self._root = self._package.tree(self._part) if self._part else None
        self._drawing: str | None = None
        self._largest_id: int | None = None

    def texts(self) -> dict[str, str]:
        """Text of every note by address."""
        return {address: _text(node) for address, node in self._nodes().items()}

    def keep_own(self, wanted: Mapping[str, str], author: str, mark: str) -> bool:
        """Makes our notes (their text begins with `mark`) exactly `wanted`; a cell with a person's note gets none.

        Tells whether the sheet's own tree has changed.
        """
        nodes = self._nodes()
        own = {address: node for address, node in nodes.items() if _text(node).startswith(mark)}
        gone = [address for address, node in own.items() if wanted.get(address) != _text(node)]
        added = {
            address: text for address, text in wanted.items()
            if address not in nodes or (address in own and address in gone)
        }
        if not gone and not added:
            return False
        self._drawing = self._drawing_part()
        drawing = self._readable_drawing()
        if drawing is None:
            return False
        for address in gone:
            self._remove(address, drawing)
        for address, text in sorted(added.items(), key=lambda item: position(item[0])):
            self._add(address, text, author, drawing)
        return self._store(drawing)

    def _nodes(self) -> dict[str, etree._Element]:
        if self._root is None:
            return {}
        return {node.get("ref", ""): node for node in self._root.iter(f"{M}comment")}

    def _drawing_part(self) -> str | None:
        identifier = self._tree.drawing_of_notes()
        return None if identifier is None else self._package.relationships(self._sheet).by_id(identifier)

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
            if data is not None and data.get("ObjectType") == "Note" and _cell_of(data) == (row - 1, column - 1):
                shape.getparent().remove(shape)  # type: ignore[union-attr]

    def _add(self, address: str, text: str, author: str, drawing: etree._Element) -> None:
        root = self._comments_root()
        notes = child_of(root, "commentList")
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

    def _store(self, drawing: etree._Element) -> bool:
        """Equal notes give equal bytes, whatever order they were added in."""
        notes, is_new = child_of(self._comments_root(), "commentList"), self._drawing is None
        notes[:] = sorted(notes, key=lambda node: position(node.get("ref", "A1")))
        if self._part is None:
            self._part = self._free_part("xl/comments_cchc{}.xml")
            self._package.relationships(self._sheet).add("comments", self._part)
            self._package.declare(self._part, COMMENTS_TYPE)
        if self._drawing is None:
            self._drawing = self._free_part("xl/drawings/vml_cchc{}.vml")
            identifier = self._package.relationships(self._sheet).add("vmlDrawing", self._drawing)
            self._package.declare_extension("vml", VML_TYPE)
            self._tree.link_drawing_of_notes(identifier)
        self._package.write(self._part, serialise(self._comments_root()))
        self._package.write(self._drawing, etree.tostring(drawing, encoding="UTF-8"))
        return is_new

    def _free_part(self, pattern: str) -> str:
        number = 1
        while pattern.format(number) in self._package:
            number += 1
        return pattern.format(number)


def _text(comment: etree._Element) -> str:
    return "".join(node.text or "" for node in comment.iter(f"{M}t"))


def _author(root: etree._Element, author: str) -> int:
    authors = child_of(root, "authors")
    for number, node in enumerate(authors):
        if node.text == author:
            return number
    etree.SubElement(authors, f"{M}author").text = author
    return len(authors) - 1


def _cell_of(data: etree._Element) -> tuple[int, int]:
    return int(data.findtext(f"{{{EXCEL}}}Row", "-1")), int(data.findtext(f"{{{EXCEL}}}Column", "-1"))


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
    if not inputs:
        return False
    table = child_of(root, "dataValidations")
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
