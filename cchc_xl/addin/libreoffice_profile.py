"""The settings of a LibreOffice profile: trusted folders, the pipe by which a click reaches Python, the menu "CCHC".

LibreOffice shows no Excel ribbon, and drops the macros of shapes when it saves an .xlsm; a menu stays. It is a library
of macros in the user's profile and an entry of its settings, with the ribbon's verbs, for every open workbook.
"""

from __future__ import annotations

import getpass
import re
import shutil
import subprocess
from collections.abc import Sequence
from html import escape
from pathlib import Path

from lxml import etree

from cchc_xl.errors import UserError
from cchc_xl.excel.ooxml_package import parse
from cchc_xl.files import replace_file
from cchc_xl.macros.vba_source import without_marks
from cchc_xl.office import TIMEOUT, office_program
from cchc_xl.program import data_folder

REGISTRY = "http://openoffice.org/2001/registry"
OOR = f"{{{REGISTRY}}}"
SETUP = "/org.openoffice.Setup/Office"
ACCEPT = "ooSetupConnectionURL"
SCRIPTING = "/org.openoffice.Office.Common/Security/Scripting"
TRUSTED = "SecureURL"

EMPTY = f'<oor:items xmlns:oor="{REGISTRY}"/>'.encode()

LIBRARY, MODULE = "CCHC", "Chay"
NODE = "vn.cchc.xl"
MENU = "/org.openoffice.Office.Addons/AddonUI/OfficeMenuBar"
CONTEXT = "com.sun.star.sheet.SpreadsheetDocument"
MENU_ITEM = """<item xmlns:oor="{registry}" oor:path="{path}"><node oor:name="{name}" oor:op="replace">{title}{context}\
<node oor:name="Submenu">{entries}</node></node></item>"""
MENU_ENTRY = '<node oor:name="m{number}" oor:op="replace">{url}{title}{target}{context}</node>'
PROPERTY = '<prop oor:name="{}" oor:op="fuse"><value>{}</value></prop>'

CUSTOM_UI = "{http://schemas.microsoft.com/office/2009/07/customui}"
LIBRARIES = "http://openoffice.org/2000/library"
LINK = "http://www.w3.org/1999/xlink"
L = f"{{{LIBRARIES}}}"
HEADER = '<?xml version="1.0" encoding="UTF-8"?>\n'
LISTS = ("script", "dialog")
"""A library of macros has two lists: modules and dialogs."""

EMPTY_LIST = f'<library:libraries xmlns:library="{LIBRARIES}" xmlns:xlink="{LINK}"/>'.encode()


def pipe_name(user: str = "") -> str:
    """The name of the pipe: one for each user, because a pipe's name is known to the whole machine."""
    return "cchc_" + re.sub(r"\W", "_", without_marks(user or getpass.getuser()))


def connection(user: str = "") -> str:
    """The address by which Python reaches the open LibreOffice."""
    return f"uno:pipe,name={pipe_name(user)};urp;StarOffice.ComponentContext"


def profile_settings_file(profile: Path) -> Path:
    """The file in which a profile keeps what differs from the defaults."""
    return profile / "user" / "registrymodifications.xcu"


def refuse_if_running(profile: Path) -> None:
    """LibreOffice writes its settings when it ends, over everything written meanwhile."""
    if (profile / "user" / ".lock").exists() or (profile / ".lock").exists():
        raise UserError(str(profile), "LibreOffice đang chạy.", "Đóng mọi cửa sổ LibreOffice rồi chạy lại lệnh này.")


def set_up(profile: Path, trusted: Sequence[Path], pipe: str) -> None:
    """Writes our settings and the menu into a profile, which need not exist yet."""
    _start_once(profile)
    file = profile_settings_file(profile)
    file.parent.mkdir(parents=True, exist_ok=True)
    replace_file(file, with_settings(_read(file), [folder.resolve().as_uri() for folder in trusted], pipe))
    _write_library(profile)


def _start_once(profile: Path) -> None:
    """Lets LibreOffice make a profile: when it makes one later, it overwrites the list of macro libraries."""
    program = office_program()
    if program is None or (profile / "user" / "basic").is_dir():
        return
    where = f"-env:UserInstallation={profile.resolve().as_uri()}"
    command = [program, "--headless", "--norestore", "--terminate_after_init", where]
    try:
        subprocess.run(command, capture_output=True, timeout=TIMEOUT, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        what = "LibreOffice không khởi động được để tạo hồ sơ."
        raise UserError(str(profile), what, "Mở LibreOffice một lần, đóng lại, rồi chạy lại lệnh này.") from error


def take_out(profile: Path, pipe: str) -> None:
    """Takes our pipe and menu out of a profile; folders that people trust stay theirs to decide about."""
    file = profile_settings_file(profile)
    if file.exists():
        replace_file(file, without_settings(_read(file), pipe))
    _remove_library(profile)


def _read(file: Path) -> bytes:
    return file.read_bytes() if file.exists() else EMPTY


def with_settings(registry: bytes, trusted: Sequence[str], pipe: str) -> bytes:
    """The registry with the menu, the pipe open and the folders among the trusted ones."""
    root = parse(registry)
    _value(_property(root, SETUP, ACCEPT)).text = f"pipe,name={pipe};urp;"
    if trusted:
        value = _value(_property(root, SCRIPTING, TRUSTED))
        present = {node.text for node in value}
        for address in (address for address in trusted if address not in present):
            etree.SubElement(value, "it").text = address
    _put_menu(root)
    return _bytes(root)


def without_settings(registry: bytes, pipe: str) -> bytes:
    """The registry without our menu and pipe; another program's connection stays."""
    root = parse(registry)
    _drop_menu(root)
    for item in list(root):
        if item.get(f"{OOR}path") == SETUP and f"pipe,name={pipe};" in _text(item):
            root.remove(item)
    return _bytes(root)


def accepts(registry: bytes, pipe: str) -> bool:
    """Whether a LibreOffice with this registry opens our pipe."""
    return f"pipe,name={pipe};" in _text(_property(parse(registry), SETUP, ACCEPT))


def trusts(registry: bytes, folder: Path) -> bool:
    """Whether macros in a folder, or in one around it, run."""
    root = parse(registry)
    nodes = root.xpath("//item[@*[local-name()='path']=$path]//it/text()", path=SCRIPTING)
    assert isinstance(nodes, list)
    address = folder.resolve().as_uri() + "/"
    return any(address.startswith(str(node).rstrip("/") + "/") for node in nodes)


def _text(node: etree._Element) -> str:
    return "".join(str(text) for text in node.itertext())


def _property(root: etree._Element, path: str, name: str) -> etree._Element:
    for item in root:
        for node in item if item.get(f"{OOR}path") == path else ():
            if node.get(f"{OOR}name") == name:
                return node
    item = etree.SubElement(root, "item")
    item.set(f"{OOR}path", path)
    node = etree.SubElement(item, "prop")
    node.set(f"{OOR}name", name)
    node.set(f"{OOR}op", "fuse")
    return node


def _value(node: etree._Element) -> etree._Element:
    found = node.find("value")
    return etree.SubElement(node, "value") if found is None else found


def verbs() -> list[tuple[str, str]]:
    """Verb and label of every button of the ribbon, in its order."""
    ribbon = parse((data_folder("macros") / "ribbon.xml").read_bytes())
    return [(node.get("tag", ""), node.get("label", "")) for node in ribbon.iter(f"{CUSTOM_UI}button")]


def _write_library(profile: Path) -> None:
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


def _remove_library(profile: Path) -> None:
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


def _put_menu(registry: etree._Element) -> None:
    """Adds the menu to a profile's settings, in the place of an earlier one."""
    _drop_menu(registry)
    address = f"vnd.sun.star.script:{LIBRARY}.{MODULE}.{{}}?language=Basic&amp;location=application"
    target, context = PROPERTY.format("Target", "_self"), PROPERTY.format("Context", CONTEXT)
    entries = (
        MENU_ENTRY.format(
            number=number, url=PROPERTY.format("URL", address.format(verb)),
            title=PROPERTY.format("Title", escape(label)), target=target, context=context,
        ) for number, (verb, label) in enumerate(verbs(), 1)
    )
    menu = MENU_ITEM.format(
        registry=REGISTRY, path=MENU, name=NODE, title=PROPERTY.format("Title", LIBRARY), context=context,
        entries="".join(entries),
    )
    registry.append(parse(menu.encode()))


def _drop_menu(registry: etree._Element) -> None:
    """Takes the menu out of a profile's settings."""
    for item in [item for item in registry if item.get(f"{OOR}path") == MENU]:
        if any(node.get(f"{OOR}name") == NODE for node in item):
            registry.remove(item)
