"""Builds the master with buttons and ribbon (.xlsm) and the add-in (.xlam): without Excel, the same bytes each time.

The parts that make a workbook one with macros: project, ribbon, code names, content types, relationships.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from openpyxl.workbook import Workbook as NewWorkbook

from cchc_xl.excel.addresses import reference
from cchc_xl.excel.ooxml_package import (
    OFFICE_RELATIONSHIPS,
    Package,
    packed,
    serialise,
)
from cchc_xl.excel.sheet_xml import M, child_of
from cchc_xl.excel.spreadsheet import Sheet, Workbook
from cchc_xl.files import replace_file
from cchc_xl.macros.drawn_buttons import PROJECT_PART, Strip, home_of, load_buttons, put_buttons
from cchc_xl.macros.vba_project import Module, ModuleKind, document_module, vba_project
from cchc_xl.macros.vba_source import SETTINGS, module, own_modules, xlwings_source
from cchc_xl.master.style import package_of
from cchc_xl.master.table_layout import HOME_TABLE_ROW
from cchc_xl.program import data_folder

ADD_IN_NAME = "cchc.xlam"
CORE_PART = "docProps/core.xml"

HOME_STRIP = Strip(first_row=HOME_TABLE_ROW - 4, last_row=HOME_TABLE_ROW - 3, first_column=2, last_column=9)
SUMMARY_CELL = reference(HOME_TABLE_ROW - 2, 2)
BLOCKED_CELL = reference(HOME_TABLE_ROW - 1, 2)
BLOCKED = "Bấm nút không chạy (macro bị chặn)? Bấm đúp lối tắt CCHC cạnh sổ, chọn Chẩn đoán để biết lý do."
"""What the first sheet says to people whose Excel blocks macros."""


def add_macros(xlsx: Path, target: Path) -> None:
    """Writes the master `xlsx` as an .xlsm with buttons on its first sheet and the ribbon.

    Raises `UserError` where the workbook is no master or xlwings is not installed.
    """
    workbook = Workbook(xlsx)
    home = home_of(workbook, xlsx)
    home.put(BLOCKED_CELL, BLOCKED, style_like=SUMMARY_CELL)
    workbook.flush()
    _equip(home)
    replace_file(target, _still(workbook.package))


def restore_macros(workbook: Workbook, book: Path) -> None:
    """Puts back what LibreOffice dropped from an .xlsm when it saved, in memory; `book` names it in messages."""
    _equip(home_of(workbook, book))
    workbook.read_anew()


def addin(settings: Mapping[str, str]) -> bytes:
    """The add-in: ribbon and macros around an empty sheet, and the settings for xlwings."""
    package = _hidden_book(settings)
    modules = [_of_addin(each) for each in put_code_names(package) + _modules()]
    put_project(package, vba_project(modules), ADD_IN)
    # The tab of the add-in is always there; that of a workbook hides while the add-in is loaded.
    ribbon = _ribbon().replace(b' getVisible="HienThe"', b"").replace(b'"BamNut"', b'"BamNutTienIch"')
    put_ribbon(package, ribbon)
    return _still(package)


def _hidden_book(settings: Mapping[str, str]) -> Package:
    """A workbook in no window: an empty sheet, and the settings, keys in the first column and values beside them."""
    workbook = NewWorkbook()
    workbook.worksheets[0].title = "CCHC"
    sheet = workbook.create_sheet(f"{SETTINGS}.conf")
    for line in settings.items():
        sheet.append(line)
    workbook.views[0].visibility, workbook.calculation.fullCalcOnLoad = "hidden", False
    return package_of(workbook)


def _equip(home: Sheet) -> None:
    package = home.workbook.package
    modules = put_code_names(package) + _modules()
    put_project(package, vba_project(modules), MACRO_WORKBOOK)
    put_ribbon(package, _ribbon())
    put_buttons(home, load_buttons(), HOME_STRIP)


def _modules() -> list[Module]:
    return [*own_modules(), module(xlwings_source())]


def _ribbon() -> bytes:
    return (data_folder("macros") / "ribbon.xml").read_bytes()


CALLBACKS = ("BamNut", "HienThe")
"""Procedures that the ribbon names. Excel looks for a bare name in every open project: the add-in has others."""


def _of_addin(module: Module) -> Module:
    source = module.source
    for name in CALLBACKS:
        source = source.replace(name, f"{name}TienIch")
    return Module(module.name, module.kind, source)


def _still(package: Package) -> bytes:
    """The package without the moment of its making."""
    if CORE_PART in package:
        package.write(CORE_PART, without_clock(package.read(CORE_PART)))
    return packed({name: package.read(name) for name in package.names})


RIBBON_PART = "customUI/customUI14.xml"

PROJECT_TYPE = "application/vnd.ms-office.vbaProject"
MACRO_WORKBOOK = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
ADD_IN = "application/vnd.ms-excel.addin.macroEnabled.main+xml"

PROJECT_RELATION = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
RIBBON_RELATION = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"

WORKBOOK_MODULE = "ThisWorkbook"

FIXED_STAMP = b"2000-01-01T00:00:00Z"


def put_project(package: Package, project: bytes, main_type: str) -> None:
    """Stores the VBA project and declares the workbook as one that has macros."""
    package.write(PROJECT_PART, project)
    package.declare(PROJECT_PART, PROJECT_TYPE)
    package.declare(package.main, main_type)
    relationships = package.relationships(package.main)
    if relationships.target("vbaProject") is None:
        relationships.add(PROJECT_RELATION, PROJECT_PART)


def put_ribbon(package: Package, ribbon: bytes) -> None:
    """Stores the ribbon; Excel finds it through a relationship of the package itself."""
    package.write(RIBBON_PART, ribbon)
    relationships = package.relationships("")
    if relationships.target("extensibility") is None:
        relationships.add(RIBBON_RELATION, RIBBON_PART)


def sheet_parts(package: Package) -> Iterator[str]:
    """The part of every sheet, in the order of the tabs."""
    relationships = package.relationships(package.main)
    for sheet in package.tree(package.main).iter(f"{M}sheet"):
        yield relationships.by_id(sheet.get(f"{{{OFFICE_RELATIONSHIPS}}}id", ""))


def put_code_names(package: Package) -> list[Module]:
    """Binds the workbook and every sheet to a document module of their own; returns these modules."""
    root = package.tree(package.main)
    child_of(root, "workbookPr").set("codeName", WORKBOOK_MODULE)
    package.write(package.main, serialise(root))
    modules = [document_module(WORKBOOK_MODULE, ModuleKind.WORKBOOK)]
    for number, part in enumerate(sheet_parts(package), 1):
        sheet, name = package.tree(part), f"Sheet{number}"
        child_of(sheet, "sheetPr").set("codeName", name)
        package.write(part, serialise(sheet))
        modules.append(document_module(name, ModuleKind.SHEET))
    return modules


def without_clock(core: bytes) -> bytes:
    """The document properties with fixed dates: whoever made the file stamped the moment into them."""
    return re.sub(rb"(<dcterms:(?:created|modified)\b[^>]*>)[^<]*", rb"\g<1>" + FIXED_STAMP, core)
