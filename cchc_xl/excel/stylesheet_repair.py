"""Mends what the maker of new workbooks leaves out of order in the style sheet."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from cchc_xl.excel.ooxml_package import Package, serialise
from cchc_xl.excel.sheet_xml import M

# The order of a font's properties (CT_Font as Microsoft's schema has it); openpyxl writes them in another.
FONT_ORDER = (
    "b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz", "color", "name", "family",
    "charset", "scheme",
)


def fonts_in_order(workbook: bytes) -> bytes:
    """The workbook with the properties of every font of its style sheet in order."""
    package = Package(Path("new.xlsx"), workbook)
    main = package.relationships("").target("officeDocument")
    part = package.relationships(main).target("styles") if main else None
    if part is None:
        return workbook
    root = package.tree(part)
    for font in root.iter(f"{M}font"):
        font[:] = sorted(font, key=lambda node: FONT_ORDER.index(etree.QName(node).localname))
    package.write(part, serialise(root))
    return package.to_bytes()
