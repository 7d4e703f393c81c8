"""Builds the master with buttons and ribbon (.xlsm) and the add-in (.xlam): without Excel, the same bytes each time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cchc_xl.excel.addresses import reference
from cchc_xl.excel.ooxml_package import Package
from cchc_xl.excel.spreadsheet import Sheet, Workbook
from cchc_xl.excel.zip_container import packed
from cchc_xl.files import replace_file
from cchc_xl.macros import macro_parts
from cchc_xl.macros.bound_buttons import home_of, macros_work_in
from cchc_xl.macros.drawn_buttons import Strip, load_buttons, put_buttons
from cchc_xl.macros.vba_project import Module, vba_project
from cchc_xl.macros.vba_source import module, own_modules
from cchc_xl.macros.xlwings_vba import SETTINGS, xlwings_source
from cchc_xl.master.made_package import hidden_book
from cchc_xl.master.table_layout import HOME_TABLE_ROW
from cchc_xl.resources import data_folder

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


def restore_macros(book: Path) -> bool:
    """Puts back what LibreOffice dropped from an .xlsm when it saved; tells whether anything was missing.

    A workbook that Excel saved is left alone, with the macros that people added to it.
    """
    workbook = Workbook(book)
    if macros_work_in(workbook, book) is not False:
        return False
    _equip(home_of(workbook, book))
    workbook.package.save()
    return True


def addin(settings: Mapping[str, str]) -> bytes:
    """The add-in: ribbon and macros around an empty sheet, and the settings for xlwings."""
    package = hidden_book({"CCHC": {}, f"{SETTINGS}.conf": settings})
    modules = [_of_addin(each) for each in macro_parts.put_code_names(package) + _modules()]
    macro_parts.put_project(package, vba_project(modules), macro_parts.ADD_IN)
    # The tab of the add-in is always there; that of a workbook hides while the add-in is loaded.
    ribbon = _ribbon().replace(b' getVisible="HienThe"', b"").replace(b'"BamNut"', b'"BamNutTienIch"')
    macro_parts.put_ribbon(package, ribbon)
    return _still(package)


def _equip(home: Sheet) -> None:
    package = home.workbook.package
    modules = macro_parts.put_code_names(package) + _modules()
    macro_parts.put_project(package, vba_project(modules), macro_parts.MACRO_WORKBOOK)
    macro_parts.put_ribbon(package, _ribbon())
    put_buttons(home, load_buttons(data_folder("macros") / "nut.json"), HOME_STRIP)


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
        package.write(CORE_PART, macro_parts.without_clock(package.read(CORE_PART)))
    return packed({name: package.read(name) for name in package.names})
