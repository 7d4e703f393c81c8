"""The XML of spreadsheets: its names, and how texts lie in it."""

from __future__ import annotations

import re

from lxml import etree

from cchc_xl.reading.old_fonts import is_old_font
from cchc_xl.typed_text import RAISED

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
M = f"{{{MAIN}}}"
CELL, FORMULA, VALUE, INLINE, TEXT = f"{M}c", f"{M}f", f"{M}v", f"{M}is", f"{M}t"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
OFF = ("0", "false", "off")
ESCAPED = "_x([0-9A-Fa-f]{4})_"
LOOKS_ESCAPED = "_(?=x[0-9A-Fa-f]+_)"
ORDER = (
    "cols", "sheetData", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins",
    "pageSetup", "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors",
    "smartTags", "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls",
    "webPublishItems", "tableParts", "extLst",
)
"""The order of those elements of a worksheet that are put in or stand behind them (ECMA-376 Part 1, 18.3.1.99)."""


def insert_in_order(root: etree._Element, element: etree._Element) -> None:
    """Puts an element of a worksheet before the first of those that the schema wants behind it, else last."""
    behind = ORDER[ORDER.index(etree.QName(element).localname) + 1 :]
    later = (at for at, node in enumerate(root) if etree.QName(node).localname in behind)
    root.insert(next(later, len(root)), element)


def text_of(item: etree._Element) -> str:
    """The text of a string item as it lies in the XML.

    Phonetic hints (rPh) are not part of it, nor are letters that somebody has struck out; raised digits are raised.
    """
    if _is_plain(item):
        return item[0].text or ""
    shown = (node for node in item.iter(TEXT) if (parent := node.getparent()) is not None and _is_shown(parent))
    return "".join(_as_shown(node) for node in shown)


def _is_shown(run: etree._Element) -> bool:
    struck = run.find(f"{M}rPr/{M}strike")
    return run.tag != f"{M}rPh" and (struck is None or struck.get("val", "1") in OFF)


def _as_shown(node: etree._Element) -> str:
    parent = node.getparent()
    place = parent.find(f"{M}rPr/{M}vertAlign") if parent is not None else None
    text = node.text or ""
    return text.translate(RAISED) if place is not None and place.get("val") == "superscript" else text


def _is_plain(item: etree._Element) -> bool:
    """Whether a string item is one text without formats of its own, as nearly all are."""
    return len(item) == 1 and item[0].tag == TEXT


def old_font_of(item: etree._Element, tag: str = "rFont") -> str:
    """The first font from before Unicode that letters are set in."""
    if _is_plain(item):
        return ""
    return next((name for node in item.iter(f"{M}{tag}") if is_old_font(name := node.get("val", ""))), "")


def unescaped(text: str) -> str:
    """The text of a cell: _x000D_ stands for a character (ECMA-376 Part 1, 22.9.2.19)."""
    return re.sub(ESCAPED, lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def escaped(text: str) -> str:
    """The text so that no program takes part of it for an escape; LibreOffice does so with fewer than four digits."""
    return re.sub(LOOKS_ESCAPED, "_x005F_", text) if "_x" in text else text
