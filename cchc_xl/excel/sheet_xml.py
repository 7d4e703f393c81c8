"""The XML of spreadsheets: its names, how texts lie in it, the tree of a sheet, and whether an office computes a book.

The tree knows cells written in any way, and writes them without touching anything else.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from lxml import etree

from cchc_xl.errors import UserError
from cchc_xl.excel.addresses import position, reference
from cchc_xl.excel.cell_content import NUMBER, OWN_TEXT, RESULT_TEXT, Content, shown
from cchc_xl.excel.ooxml_package import OFFICE_RELATIONSHIPS, serialise
from cchc_xl.reading.raw_cell import is_old_font
from cchc_xl.typed_text import RAISED

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
M = f"{{{MAIN}}}"
CELL, FORMULA, VALUE, INLINE, TEXT = f"{M}c", f"{M}f", f"{M}v", f"{M}is", f"{M}t"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
OFF = ("0", "false", "off")
ORDERS = {
    "worksheet": (
        "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "conditionalFormatting",
        "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks",
        "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing", "legacyDrawing",
        "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
    ),
    "workbook": (
        "fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets", "functionGroups",
        "externalReferences", "definedNames", "calcPr", "oleSize", "customWorkbookViews", "pivotCaches", "extLst",
    ),
    "styleSheet": (
        "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles",
        "colors", "extLst",
    ),
    "comments": ("authors", "commentList", "extLst"),
}
"""The order of the elements below a root that are put in or stand behind them (ECMA-376 Part 1)."""

SPAN = re.compile(r"[A-Z]{1,3}\d{1,7}(?::[A-Z]{1,3}\d{1,7})?")
ADDRESSES = re.compile(r"(?:[A-Z]+\d+(?:\n|\Z))+")
LAST_ROW = 1_048_576
DAMAGED = "Mở tệp bằng Excel rồi lưu lại, hoặc lấy lại bản gốc."


def insert_in_order(root: etree._Element, element: etree._Element) -> None:
    """Puts an element before the first of those that the schema wants behind it, else last."""
    order = ORDERS.get(etree.QName(root).localname, ORDERS["worksheet"])
    behind = order[order.index(etree.QName(element).localname) + 1 :]
    later = (at for at, node in enumerate(root) if etree.QName(node).localname in behind)
    root.insert(next(later, len(root)), element)


def child_of(root: etree._Element, name: str) -> etree._Element:
    """The element of a name below a root, made in its place where there is none."""
    found = root.find(f"{M}{name}")
    if found is None:
        found = etree.Element(f"{M}{name}")
        insert_in_order(root, found)
    return found


def says(node: etree._Element | None, attribute: str) -> bool:
    """Whether an attribute of an element says yes; no where there is none."""
    return node is not None and node.get(attribute) in ("1", "true")


def text_of(item: etree._Element) -> tuple[str, str]:
    """The text of a string item as it lies in the XML, and the first font from before Unicode that it is set in.

    Phonetic hints (rPh) are not part of it, nor are letters that somebody has struck out; raised digits are raised.
    """
    if len(item) == 1 and (only := item[0]).tag == TEXT:
        return only.text or "", ""
    if not len(item):
        return item.text or "", ""
    shown = (node for node in item.iter(TEXT) if (parent := node.getparent()) is not None and _is_shown(parent))
    return "".join(_as_shown(node) for node in shown), old_font_of(item, "rFont")


def _is_shown(run: etree._Element) -> bool:
    struck = run.find(f"{M}rPr/{M}strike")
    return run.tag != f"{M}rPh" and (struck is None or struck.get("val", "1") in OFF)


def _as_shown(node: etree._Element) -> str:
    parent = node.getparent()
    place = parent.find(f"{M}rPr/{M}vertAlign") if parent is not None else None
    text = node.text or ""
    return text.translate(RAISED) if place is not None and place.get("val") == "superscript" else text


def old_font_of(item: etree._Element, tag: str) -> str:
    """The first font from before Unicode that elements of a tag name."""
    return next((name for node in item.iter(f"{M}{tag}") if is_old_font(name := node.get("val", ""))), "")


class SheetTree:
    """The rows and cells of a sheet as elements: `nodes` by address, thousands of them for their borders only."""

    def __init__(self, name: str, root: etree._Element) -> None:
        """Raises `UserError` where the part is no table; `name` is the sheet's."""
        self.root = root
        data = self.root.find(f"{M}sheetData")
        if data is None:
            raise UserError(name, "trang tính này không phải bảng tính.")
        self._data = data
        try:
            self.nodes = _cells_in(data)
            self._rows = {int(row.get("r", 0)): row for row in data}
        except ValueError as error:
            raise UserError(name, f"trang tính bị hỏng: {str(error)[:80]}.", DAMAGED) from error
        if max(self._rows, default=0) > LAST_ROW:
            raise UserError(name, f"trang tính bị hỏng: có dòng {max(self._rows)}.", DAMAGED)

    def filled_in(self, row: int) -> Iterator[str]:
        """The addresses of the filled cells of a row."""
        return (node.get("r", "") for node in self._rows.get(row, ()) if node.tag == CELL and len(node))

    def __contains__(self, address: str) -> bool:
        """Whether a cell is filled."""
        return address in self.nodes and len(self.nodes[address]) > 0

    def lacks_result(self, address: str) -> bool:
        """Whether nothing is stored in a cell, not even that its formula gives an empty text."""
        node = self.nodes[address]
        return "t" not in node.attrib and not node.findtext(VALUE)

    def forget_results(self, kept: Container[str]) -> bool:
        """Takes the results of formulas away but in the cells that are kept; tells whether there were any."""
        found = [
            (node, value) for address, node in self.nodes.items()
            if len(node) > 1 and address not in kept and node.find(FORMULA) is not None
            and (value := node.find(VALUE)) is not None
        ]
        for node, value in found:
            node.remove(value)
            if "t" in node.attrib:
                del node.attrib["t"]
        return bool(found)

    @property
    def last_row(self) -> int:
        """The number of the last row that exists."""
        return max(self._rows, default=0)

    @property
    def merged(self) -> list[str]:
        """The merged ranges; what is no range is left out."""
        told = (node.get("ref", "") for node in self.root.iterfind(f"{M}mergeCells/{M}mergeCell"))
        return [ref for ref in told if SPAN.fullmatch(ref)]

    def row(self, number: int) -> etree._Element | None:
        """The element of a row; None where there is none."""
        return self._rows.get(number)

    def column(self, number: int) -> etree._Element | None:
        """The element that tells of a column; None where there is none."""
        return next((node for node in self.root.iterfind(f"{M}cols/{M}col") if tells_of(node, number)), None)

    def set_height(self, row: int, points: float) -> None:
        """Makes a row that exists so high; of 0 points, as the office measures it."""
        self._rows[row].attrib.pop("ht", "")
        if points:
            self._rows[row].set("ht", f"{points:g}")

    def drawing_of_notes(self) -> str | None:
        """The name of the relationship to the drawing of the cell notes; None where there is none."""
        element = self.root.find(f"{M}legacyDrawing")
        return None if element is None else element.get(f"{{{OFFICE_RELATIONSHIPS}}}id", "")

    def link_drawing_of_notes(self, relationship: str) -> None:
        """Names the drawing of the cell notes in a sheet that had none."""
        element = etree.Element(f"{M}legacyDrawing")
        element.set(f"{{{OFFICE_RELATIONSHIPS}}}id", relationship)
        insert_in_order(self.root, element)

    def show_column(self, column: int) -> bool:
        """Unhides a column; tells whether it was hidden."""
        nodes = self.root.iterfind(f"{M}cols/{M}col")
        hidden = [node for node in nodes if node.get("hidden") and tells_of(node, column)]
        for node in hidden:
            del node.attrib["hidden"]
        return bool(hidden)

    def serialised(self) -> bytes:
        """The part."""
        return serialise(self.root)

    def style(self, address: str) -> int | None:
        """The style of a cell, filled or not; None where there is no such cell."""
        node = self.nodes.get(address)
        if node is None:
            return None
        return int(told) if (told := node.get("s", "")).isdecimal() else 0

    def put(self, address: str, content: Content, formula: str, style: int) -> etree._Element | None:
        """Sets what a cell holds, and gives it; None where there is nothing in it. A cell that exists keeps its style.

        With a formula, content is its stored result.
        """
        text = shown(content)
        node, nothing = self.nodes.get(address), not text and not formula
        if node is None:
            if nothing:
                return None
            node = self._new_cell(address, style)
        for child in list(node):
            node.remove(child)
        if "t" in node.attrib:
            del node.attrib["t"]
        if nothing:
            return None
        is_text = isinstance(content, str)
        if is_text:
            node.set("t", RESULT_TEXT if formula else OWN_TEXT)
        if formula:
            etree.SubElement(node, FORMULA).text = formula
        if is_text and not formula:
            _fill_text(node, text)
        elif text or is_text:
            etree.SubElement(node, VALUE).text = text
        return node

    def set_style(self, address: str, style: int) -> None:
        """Gives a cell a style, filled or not."""
        node = self.nodes.get(address)
        if node is None:
            node = self._new_cell(address, style)
        node.set("s", str(style))

    def _new_cell(self, address: str, style: int) -> etree._Element:
        row_number, column = position(address)
        row = self._rows.get(row_number)
        if row is None:
            row = self._new_row(row_number)
        node = etree.Element(CELL, r=address)
        if style:
            node.set("s", str(style))
        # From the end: in a row of thousands of columns the new cell is mostly one of the last.
        for other in row.iterchildren(reversed=True):
            if position(other.get("r", "A1"))[1] < column:
                other.addnext(node)
                break
        else:
            row.insert(0, node)
        self.nodes[address] = node
        return node

    def _new_row(self, number: int) -> etree._Element:
        row = etree.Element(f"{M}row", r=str(number))
        place = sum(1 for other in self._rows if other < number)
        self._data.insert(place, row)
        self._rows[number] = row
        return row


def _cells_in(data: etree._Element) -> dict[str, etree._Element]:
    """The cells by address. Raises `ValueError` for an address that is none."""
    found = {node.get("r", ""): node for node in data.iter(CELL)}
    if ADDRESSES.fullmatch("\n".join(found)) and all(row.get("r", "").isdecimal() for row in data):
        return found
    _number_places(data)
    return {node.get("r", ""): node for node in data.iter(CELL)}


def _number_places(data: etree._Element) -> None:
    """Tells rows and cells their places where the file leaves them to their order (ECMA-376 Part 1, 18.3.1.4)."""
    number = 0
    for row in data.iterchildren(f"{M}row"):
        told = row.get("r", "")
        number = int(told) if told.isdecimal() else number + 1
        if not told.isdecimal():
            row.set("r", str(number))
        column = 0
        for node in row.iterchildren(CELL):
            address = node.get("r")
            column = position(address)[1] if address else column + 1
            if not address:
                node.set("r", reference(number, column))


def tells_of(node: etree._Element, column: int) -> bool:
    """Whether an element tells of a column."""
    first, last = node.get("min", ""), node.get("max", "")
    return first.isdecimal() and last.isdecimal() and int(first) <= column <= int(last)


def _fill_text(node: etree._Element, content: str) -> None:
    text = etree.SubElement(etree.SubElement(node, INLINE), TEXT)
    text.text = content
    # Blanks at its ends would be lost.
    if content != content.strip() or "\n" in content:
        text.set(SPACE, "preserve")


def content_of(node: etree._Element) -> tuple[str, str, str, str]:
    """The type of a filled cell, its formula, its value or own text, and a font from before Unicode of that text.

    Asking it for each child by name takes three times as long.
    """
    kind, formula, text, font = node.get("t", NUMBER), "", "", ""
    if kind == OWN_TEXT and len(node) == 1:
        return kind, formula, *text_of(node[0])
    for child in node:
        tag = child.tag
        if tag == VALUE:
            text = child.text or ""
        elif tag == FORMULA:
            formula = _formula(child)
        elif tag == INLINE and kind == OWN_TEXT:
            text, font = text_of(child)
    return kind, formula, text, font


def _formula(node: etree._Element) -> str:
    """The text of a formula; "?" for shared and array formulas, whose text may stand elsewhere."""
    return "?" if node.get("t") in ("shared", "array") else node.text or "?"


NEWEST_EXCEL = "191029"
"""Every Excel computes a file anew that an earlier one than itself has computed."""



def formulas(sheet: bytes) -> int:
    """How many formulas stand in the part of a sheet."""
    return len(re.findall(rb"<(?:\w+:)?f[ />]", sheet))


def compute_when_opened(workbook: etree._Element, asked: bool) -> None:
    """Has an office compute every formula when it opens the workbook, so that closing it untouched asks to save, or
    trust the results that are stored.
    """
    told = child_of(workbook, "calcPr")
    if not asked or not says(told, "fullCalcOnLoad"):
        told.attrib.update({"calcId": NEWEST_EXCEL, "fullCalcOnLoad": str(int(asked))})
