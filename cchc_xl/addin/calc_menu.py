"""The menu "CCHC" of LibreOffice, with the ribbon's verbs, for every open workbook.

LibreOffice shows no Excel ribbon, and drops the macros of shapes when it saves an .xlsm; a menu stays. It is a library
of macros in the user's profile and an entry of its settings.
"""

from __future__ import annotations

import shutil
from html import escape
from pathlib import Path

from lxml import etree

from cchc_xl.excel.ooxml_package import parse
from cchc_xl.files import replace_file
from cchc_xl.resources import data_folder

LIBRARY, MODULE, TITLE = "CCHC", "Chay", "CCHC"
NODE = "vn.cchc.xl"
MENU = "/org.openoffice.Office.Addons/AddonUI/OfficeMenuBar"
CONTEXT = "com.sun.star.sheet.SpreadsheetDocument"

CUSTOM_UI = "{http://schemas.microsoft.com/office/2009/07/customui}"
OOR = "{http://openoffice.org/2001/registry}"
LIBRARIES = "http://openoffice.org/2000/library"
LINK = "http://www.w3.org/1999/xlink"
L = f"{{{LIBRARIES}}}"
HEADER = '<?xml version="1.0" encoding="UTF-8"?>\n'
LISTS = ("script", "dialog")
"""A library of macros has two lists: modules and dialogs."""


def verbs() -> list[tuple[str, str]]:
    """Verb and label of every button of the ribbon, in its order."""
    ribbon = parse((data_folder("macros") / "ribbon.xml").read_bytes())
    return [(node.get("tag", ""), node.get("label", "")) for node in ribbon.iter(f"{CUSTOM_UI}button")]


def write_library(profile: Path) -> None:
    """Puts the macros into the profile and names their library in its lists."""
    basic = profile / "user" / "basic"
    folder = basic / LIBRARY
    folder.mkdir(parents=True, exist_ok=True)
    source = (data_folder("macros") / "libreoffice" / "chay.bas").read_text(encoding="utf-8")
    replace_file(folder / f"{MODULE}.xba", _module(source).encode())
    for name, elements in zip(LISTS, (f'<library:element library:name="{MODULE}"/>', ""), strict=True):
        replace_file(folder / f"{name}.xlb", _library(elements).encode())
        listed = basic / f"{name}.xlc"
        replace_file(listed, listing(listed.read_bytes() if listed.exists() else b"", name))


def remove_library(profile: Path) -> None:
    """Takes the macros out of the profile."""
    basic = profile / "user" / "basic"
    shutil.rmtree(basic / LIBRARY, ignore_errors=True)
    for listed in (basic / f"{name}.xlc" for name in LISTS):
        if listed.exists():
            replace_file(listed, without_listing(listed.read_bytes()))


def listing(old: bytes, name: str) -> bytes:
    """The profile's list of libraries with ours in it."""
    root = parse(without_listing(old or EMPTY_LIST))
    entry = etree.SubElement(root, f"{L}library")
    entry.set(f"{L}name", LIBRARY)
    entry.set(f"{{{LINK}}}href", f"$(USER)/basic/{LIBRARY}/{name}.xlb/")
    entry.set(f"{{{LINK}}}type", "simple")
    entry.set(f"{L}link", "false")
    return _bytes(root)


def without_listing(old: bytes) -> bytes:
    """The profile's list of libraries without ours."""
    root = parse(old)
    for entry in [entry for entry in root if entry.get(f"{L}name") == LIBRARY]:
        root.remove(entry)
    return _bytes(root)


EMPTY_LIST = f'<library:libraries xmlns:library="{LIBRARIES}" xmlns:xlink="{LINK}"/>'.encode()


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")


def _library(elements: str) -> str:
    return (
        f'{HEADER}<library:library xmlns:library="{LIBRARIES}" library:name="{LIBRARY}" library:readonly="false"'
        f' library:passwordprotected="false">{elements}</library:library>'
    )


def _module(source: str) -> str:
    return (
        f'{HEADER}<script:module xmlns:script="http://openoffice.org/2000/script" script:name="{MODULE}"'
        f' script:language="StarBasic">{escape(source)}</script:module>'
    )


def put_menu(registry: etree._Element) -> None:
    """Adds the menu to a profile's settings, in the place of an earlier one."""
    drop_menu(registry)
    item = etree.SubElement(registry, "item")
    item.set(f"{OOR}path", MENU)
    menu = _node(item, NODE)
    _property(menu, "Title", TITLE)
    _property(menu, "Context", CONTEXT)
    entries = etree.SubElement(menu, "node")
    entries.set(f"{OOR}name", "Submenu")
    for number, (verb, label) in enumerate(verbs(), 1):
        _entry(entries, f"m{number}", verb, label)


def drop_menu(registry: etree._Element) -> None:
    """Takes the menu out of a profile's settings."""
    for item in [item for item in registry if item.get(f"{OOR}path") == MENU]:
        if any(node.get(f"{OOR}name") == NODE for node in item):
            registry.remove(item)


def _entry(parent: etree._Element, name: str, verb: str, label: str) -> None:
    node = _node(parent, name)
    _property(node, "URL", f"vnd.sun.star.script:{LIBRARY}.{MODULE}.{verb}?language=Basic&location=application")
    _property(node, "Title", label)
    _property(node, "Target", "_self")
    _property(node, "Context", CONTEXT)


def _node(parent: etree._Element, name: str) -> etree._Element:
    node = etree.SubElement(parent, "node")
    node.set(f"{OOR}name", name)
    node.set(f"{OOR}op", "replace")
    return node


def _property(node: etree._Element, name: str, value: str) -> None:
    holder = etree.SubElement(node, "prop")
    holder.set(f"{OOR}name", name)
    holder.set(f"{OOR}op", "fuse")
    etree.SubElement(holder, "value").text = value
