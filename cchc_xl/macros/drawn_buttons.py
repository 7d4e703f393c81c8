"""Buttons on a sheet: DrawingML shapes with a macro. They need no VML, so notes and buttons cannot collide.

Whether they are bound to their macros is asked at each recalculation, so this imports little.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from lxml import etree

from cchc_xl.errors import UserError
from cchc_xl.excel.ooxml_package import OFFICE_RELATIONSHIPS, Package, parse, serialise
from cchc_xl.excel.sheet_xml import M, insert_in_order
from cchc_xl.excel.spreadsheet import Sheet, Workbook
from cchc_xl.program import data_folder
from cchc_xl.sheet_names import HOME
from cchc_xl.values import Struct, asdict, from_json

DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.drawing+xml"
SHEET_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
X = f"{{{SHEET_DRAWING}}}"

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


def load_buttons() -> list[Button]:
    """The declared buttons, from left to right. In JSON, for a recalculation reads them each time."""
    return from_json((data_folder("macros") / "nut.json").read_bytes(), list[Button])


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


ANCHOR = """<xdr:twoCellAnchor xmlns:xdr="{x}" editAs="oneCell">{corners}\
<xdr:sp macro="[0]!{macro}" textlink=""><xdr:nvSpPr><xdr:cNvPr id="{identifier}" name="{ten}" descr="{mo_ta}"/>\
<xdr:cNvSpPr/></xdr:nvSpPr><xdr:spPr><a:xfrm{a}><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></a:xfrm>\
<a:prstGeom{a} prst="roundRect"><a:avLst/></a:prstGeom><a:solidFill{a}><a:srgbClr val="{mau}"/></a:solidFill>\
<a:ln{a}><a:noFill/></a:ln></xdr:spPr><xdr:txBody>\
<a:bodyPr{a} vertOverflow="clip" horzOverflow="clip" lIns="0" rIns="0" anchor="ctr"/><a:lstStyle{a}/>\
<a:p{a}><a:pPr algn="ctr"/><a:r><a:rPr lang="vi-VN" sz="1100" b="1"><a:solidFill><a:srgbClr val="FFFFFF"/>\
</a:solidFill></a:rPr><a:t>{nhan}</a:t></a:r></a:p></xdr:txBody></xdr:sp><xdr:clientData fPrintsWithSheet="0"/>\
</xdr:twoCellAnchor>"""
"""A shape that is no part of the printed sheet."""

CORNER = """<xdr:{}><xdr:col>{}</xdr:col><xdr:colOff>{}</xdr:colOff><xdr:row>{}</xdr:row><xdr:rowOff>{}</xdr:rowOff>\
</xdr:{}>"""


def _anchor(button: Button, identifier: int, first: Place, last: Place, strip: Strip) -> etree._Element:
    # Rows of the default height have 20 pixels; the lower edge stays inside the last of them.
    corners = (("from", *first, strip.first_row, INSET), ("to", *last, strip.last_row, 20 - INSET))
    placed = "".join(
        CORNER.format(tag, column - 1, left * EMU, row - 1, top * EMU, tag) for tag, column, left, row, top in corners
    )
    texts = {name: escape(text) for name, text in asdict(button).items()}
    names = {"x": SHEET_DRAWING, "a": f' xmlns:a="{DRAWING}"'}
    return parse(ANCHOR.format(**names, corners=placed, identifier=identifier, **texts).encode())


PROJECT_PART = "xl/vbaProject.bin"


def macros_work(book: Path) -> bool | None:
    """Whether the buttons of a master are bound to their macros; None for a workbook without macros.

    Raises `UserError` where the file cannot be opened or is no master.
    """
    return macros_work_in(Workbook(book), book)


def macros_work_in(workbook: Workbook, book: Path) -> bool | None:
    """The same of a workbook that is open already; `book` names it in messages."""
    if PROJECT_PART not in workbook.package:
        return None
    package, home = workbook.package, home_of(workbook, book)
    # LibreOffice drops these names when it saves, with which a workbook is bound to its document module.
    properties = package.tree(package.main).find(f"{M}workbookPr")
    if properties is None or not properties.get("codeName"):
        return False
    # It drops the macros of the buttons as well.
    part = package.relationships(home.part).target("drawing")
    shapes = package.tree(part).iter(f"{X}sp") if part else ()
    bound = {_name(shape): shape.get("macro", "").rpartition("!")[2] for shape in shapes}
    return all(bound.get(button.ten) == button.macro for button in load_buttons())


def home_of(workbook: Workbook, path: Path) -> Sheet:
    """The first sheet of a master. Raises `UserError` where the workbook is none."""
    if HOME not in workbook:
        raise UserError(str(path), f"không có trang tính {HOME}, nên không phải sổ tổng hợp.", "Tạo sổ: cchc-xl new")
    return workbook.sheet(HOME)
