"""Buttons on a sheet: DrawingML shapes with a macro. They need no VML, so notes and buttons cannot collide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from lxml import etree

from cchc_xl.excel.ooxml_package import OFFICE_RELATIONSHIPS, Package, serialise
from cchc_xl.excel.sheet_xml import M, insert_in_order
from cchc_xl.excel.spreadsheet import Sheet
from cchc_xl.structs import Struct, from_json

DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.drawing+xml"
SHEET_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
X, A = f"{{{SHEET_DRAWING}}}", f"{{{DRAWING}}}"

EMU = 9525
"""Units of DrawingML in a pixel."""

PIXELS_A_CHARACTER = 7
GAP = 12
INSET = 5
"""Pixels between buttons, and above and below them."""

OWN = "cchc_nut_"
"""Names of our shapes begin so; every other shape belongs to a person."""


class Button(Struct, frozen=True):
    """A button: name of the shape, text, macro as Module.Sub of a .bas file, what a screen reader says, colour."""

    ten: str
    nhan: str
    macro: str
    mo_ta: str
    mau: str


class Strip(Struct, frozen=True):
    """Where a row of buttons lies: rows from 1, columns from 1, last ones included."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


def load_buttons(path: Path) -> list[Button]:
    """The declared buttons, from left to right. In JSON, for a recalculation reads them each time."""
    return from_json(path.read_bytes(), list[Button])


def put_buttons(sheet: Sheet, buttons: Sequence[Button], strip: Strip) -> None:
    """Draws the buttons side by side into the strip; those of an earlier time are replaced."""
    package = sheet.workbook.package
    part = _drawing_part(package, sheet.part)
    root = package.tree(part)
    _remove_own(root)
    first = 1 + max((int(node.get("id", 0)) for node in root.iter(f"{X}cNvPr")), default=1)
    for number, (button, edges) in enumerate(zip(buttons, _edges(sheet, strip, len(buttons)), strict=True), first):
        root.append(_anchor(button, number, *edges, strip))
    package.write(part, serialise(root))


def buttons_work(package: Package, sheet_part: str, buttons: Sequence[Button]) -> bool:
    """Whether every button is on the sheet and bound to its macro: LibreOffice drops the macros when it saves."""
    part = package.relationships(sheet_part).target("drawing")
    if part is None:
        return False
    shapes = package.tree(part).iter(f"{X}sp")
    bound = {_name(shape): shape.get("macro", "").rpartition("!")[2] for shape in shapes}
    return all(bound.get(button.ten) == button.macro for button in buttons)


def _name(shape: etree._Element) -> str:
    return next((node.get("name", "") for node in shape.iter(f"{X}cNvPr")), "")


def _remove_own(root: etree._Element) -> None:
    for anchor in list(root):
        if any(_name(shape).startswith(OWN) for shape in anchor.iter(f"{X}sp")):
            root.remove(anchor)


def _drawing_part(package: Package, sheet_part: str) -> str:
    relationships = package.relationships(sheet_part)
    part = relationships.target("drawing")
    if part is None:
        part = "xl/drawings/cchc_nut.xml"
        package.write(part, serialise(etree.Element(f"{X}wsDr", nsmap={"xdr": SHEET_DRAWING, "a": DRAWING})))
        package.declare(part, DRAWING_TYPE)
        _link(package, sheet_part, relationships.add("drawing", part))
    return part


def _link(package: Package, sheet_part: str, identifier: str) -> None:
    """Names the drawing in the sheet, before the elements that the schema wants behind it."""
    root = package.tree(sheet_part)
    element = etree.Element(f"{M}drawing")
    element.set(f"{{{OFFICE_RELATIONSHIPS}}}id", identifier)
    insert_in_order(root, element)
    package.write(sheet_part, serialise(root))


Place = tuple[int, int]
"""A column, and the pixels from its left edge."""


def _edges(sheet: Sheet, strip: Strip, count: int) -> Iterator[tuple[Place, Place]]:
    """Left and right edges of equal buttons in a strip, by the widths of the sheet's columns."""
    columns = range(strip.first_column, strip.last_column + 1)
    widths = [
        0 if sheet.hides_column(column) else round(sheet.column_width(column) * PIXELS_A_CHARACTER)
        for column in columns
    ]
    width = (sum(widths) - (count - 1) * GAP) // count
    for left in (number * (width + GAP) for number in range(count)):
        yield _place(columns, widths, left), _place(columns, widths, left + width)


def _place(columns: Sequence[int], widths: Sequence[int], pixels: int) -> Place:
    """Where so many pixels from the left edge of some columns are; in the last one at the latest."""
    for column, width in zip(columns, widths[:-1], strict=False):
        if pixels < width:
            return column, pixels
        pixels -= width
    return columns[-1], pixels


def _anchor(button: Button, identifier: int, left: Place, right: Place, strip: Strip) -> etree._Element:
    anchor = etree.Element(f"{X}twoCellAnchor", editAs="oneCell")
    _corner(anchor, "from", left, (strip.first_row, INSET))
    # Rows of the default height have 20 pixels; the lower edge stays inside the last of them.
    _corner(anchor, "to", right, (strip.last_row, 20 - INSET))
    shape = etree.SubElement(anchor, f"{X}sp", macro=f"[0]!{button.macro}", textlink="")
    _identity(shape, button, identifier)
    _look(shape, button)
    _label(shape, button)
    # A button is no part of the printed sheet.
    etree.SubElement(anchor, f"{X}clientData", fPrintsWithSheet="0")
    return anchor


def _corner(anchor: etree._Element, tag: str, column: tuple[int, int], row: tuple[int, int]) -> None:
    corner = etree.SubElement(anchor, f"{X}{tag}")
    for name, (number, offset) in (("col", column), ("row", row)):
        etree.SubElement(corner, f"{X}{name}").text = str(number - 1)
        etree.SubElement(corner, f"{X}{name}Off").text = str(offset * EMU)


def _identity(shape: etree._Element, button: Button, identifier: int) -> None:
    holder = etree.SubElement(shape, f"{X}nvSpPr")
    etree.SubElement(holder, f"{X}cNvPr", id=str(identifier), name=button.ten, descr=button.mo_ta)
    etree.SubElement(holder, f"{X}cNvSpPr")


def _look(shape: etree._Element, button: Button) -> None:
    look = etree.SubElement(shape, f"{X}spPr")
    transform = etree.SubElement(look, f"{A}xfrm")
    etree.SubElement(transform, f"{A}off", x="0", y="0")
    etree.SubElement(transform, f"{A}ext", cx="0", cy="0")
    etree.SubElement(etree.SubElement(look, f"{A}prstGeom", prst="roundRect"), f"{A}avLst")
    _fill(look, button.mau)
    etree.SubElement(etree.SubElement(look, f"{A}ln"), f"{A}noFill")


def _label(shape: etree._Element, button: Button) -> None:
    body = etree.SubElement(shape, f"{X}txBody")
    etree.SubElement(body, f"{A}bodyPr", vertOverflow="clip", horzOverflow="clip", lIns="0", rIns="0", anchor="ctr")
    etree.SubElement(body, f"{A}lstStyle")
    paragraph = etree.SubElement(body, f"{A}p")
    etree.SubElement(paragraph, f"{A}pPr", algn="ctr")
    run = etree.SubElement(paragraph, f"{A}r")
    _fill(etree.SubElement(run, f"{A}rPr", lang="vi-VN", sz="1100", b="1"), "FFFFFF")
    etree.SubElement(run, f"{A}t").text = button.nhan


def _fill(parent: etree._Element, colour: str) -> None:
    etree.SubElement(etree.SubElement(parent, f"{A}solidFill"), f"{A}srgbClr", val=colour)
