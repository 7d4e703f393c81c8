"""The parts that make a workbook one with macros: project, ribbon, code names, content types, relationships."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from cchc_xl.excel.ooxml_package import (
    CONTENT_TYPES,
    CONTENT_TYPES_PART,
    OFFICE_RELATIONSHIPS,
    Package,
    serialise,
)
from cchc_xl.excel.sheet_xml import M
from cchc_xl.macros.bound_buttons import PROJECT_PART
from cchc_xl.macros.vba_project import Module, ModuleKind, document_module

RIBBON_PART = "customUI/customUI14.xml"

PROJECT_TYPE = "application/vnd.ms-office.vbaProject"
MACRO_WORKBOOK = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
ADD_IN = "application/vnd.ms-excel.addin.macroEnabled.main+xml"

PROJECT_RELATION = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
RIBBON_RELATION = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"

WORKBOOK_MODULE = "ThisWorkbook"
BEFORE_PROPERTIES = ("fileVersion", "fileSharing")
"""Elements of a workbook part that stand before workbookPr."""

FIXED_STAMP = b"2000-01-01T00:00:00Z"


def put_project(package: Package, project: bytes, main_type: str) -> None:
    """Stores the VBA project and declares the workbook as one that has macros."""
    package.write(PROJECT_PART, project)
    _declare_as(package, PROJECT_PART, PROJECT_TYPE)
    _declare_as(package, package.main, main_type)
    relationships = package.relationships(package.main)
    if relationships.target("vbaProject") is None:
        relationships.add(PROJECT_RELATION, PROJECT_PART)


def put_ribbon(package: Package, ribbon: bytes) -> None:
    """Stores the ribbon; Excel finds it through a relationship of the package itself."""
    package.write(RIBBON_PART, ribbon)
    relationships = package.relationships("")
    if relationships.target("extensibility") is None:
        relationships.add(RIBBON_RELATION, RIBBON_PART)


def _declare_as(package: Package, part: str, content_type: str) -> None:
    """Declares a part as something else than it was; the same declaration again changes nothing."""
    nodes = package.tree(CONTENT_TYPES_PART).iterfind(f"{{{CONTENT_TYPES}}}Override")
    if not any((node.get("PartName"), node.get("ContentType")) == (f"/{part}", content_type) for node in nodes):
        package.undeclare(part)
        package.declare(part, content_type)


def sheet_parts(package: Package) -> Iterator[str]:
    """The part of every sheet, in the order of the tabs."""
    relationships = package.relationships(package.main)
    for sheet in package.tree(package.main).iter(f"{M}sheet"):
        yield relationships.by_id(sheet.get(f"{{{OFFICE_RELATIONSHIPS}}}id", ""))


def put_code_names(package: Package) -> list[Module]:
    """Binds the workbook and every sheet to a document module of their own; returns these modules."""
    root = package.tree(package.main)
    _properties(root).set("codeName", WORKBOOK_MODULE)
    package.write(package.main, serialise(root))
    names = [_sheet_code_name(package, part, f"Sheet{number}") for number, part in enumerate(sheet_parts(package), 1)]
    return [
        document_module(WORKBOOK_MODULE, ModuleKind.WORKBOOK),
        *(document_module(name, ModuleKind.SHEET) for name in names),
    ]


def _properties(workbook: etree._Element) -> etree._Element:
    """The element workbookPr, made where there is none."""
    found = workbook.find(f"{M}workbookPr")
    if found is None:
        found = etree.Element(f"{M}workbookPr")
        workbook.insert(sum(etree.QName(node).localname in BEFORE_PROPERTIES for node in workbook), found)
    return found


def _sheet_code_name(package: Package, part: str, name: str) -> str:
    root = package.tree(part)
    properties = root.find(f"{M}sheetPr")
    if properties is None:
        properties = etree.Element(f"{M}sheetPr")
        root.insert(0, properties)
    properties.set("codeName", name)
    package.write(part, serialise(root))
    return name


def without_clock(core: bytes) -> bytes:
    """The document properties with fixed dates: whoever made the file stamped the moment into them."""
    return re.sub(rb"(<dcterms:(?:created|modified)\b[^>]*>)[^<]*", rb"\g<1>" + FIXED_STAMP, core)
