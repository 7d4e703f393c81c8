"""A new workbook as a package, and in it what its maker leaves out of order in the style sheet."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from openpyxl.workbook import Workbook
from openpyxl.writer.excel import ExcelWriter

from cchc_xl.excel.ooxml_package import Package, serialise
from cchc_xl.excel.sheet_xml import M

# The order of a font's properties (CT_Font as Microsoft's schema has it); openpyxl writes them in another.
FONT_ORDER = (
    "b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz", "color", "name", "family",
    "charset", "scheme",
)
STYLES_PART = "xl/styles.xml"


def package_of(workbook: Workbook) -> Package:
    """The workbook with the properties of every font of its style sheet in order."""
    buffer = io.BytesIO()
    # It is packed again when it is written to its place, so little time is spent on it here.
    ExcelWriter(workbook, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1)).save()
    package = Package(Path("new.xlsx"), buffer.getvalue())
    root = package.tree(STYLES_PART)
    for font in root.iter(f"{M}font"):
        font[:] = sorted(font, key=lambda node: FONT_ORDER.index(node.tag.removeprefix(M)))
    package.write(STYLES_PART, serialise(root))
    return package


def hidden_book(sheets: Mapping[str, Mapping[str, str]]) -> Package:
    """A workbook in no window, of sheets with keys in the first column and texts beside them."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, lines in sheets.items():
        sheet = workbook.create_sheet(name)
        for line in lines.items():
            sheet.append(line)
    workbook.views[0].visibility, workbook.calculation.fullCalcOnLoad = "hidden", False
    return package_of(workbook)
