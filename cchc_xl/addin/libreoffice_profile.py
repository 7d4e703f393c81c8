"""The settings of a LibreOffice profile: trusted folders, the menu, the pipe by which a click reaches Python."""

from __future__ import annotations

import getpass
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from lxml import etree

from cchc_xl.addin import calc_menu
from cchc_xl.errors import UserError
from cchc_xl.excel.ooxml_package import parse
from cchc_xl.files import replace_file
from cchc_xl.macros.vba_source import without_marks
from cchc_xl.office import PROGRAMS, TIMEOUT, USUAL_PLACES

REGISTRY = "http://openoffice.org/2001/registry"
OOR = f"{{{REGISTRY}}}"
SETUP = "/org.openoffice.Setup/Office"
ACCEPT = "ooSetupConnectionURL"
SCRIPTING = "/org.openoffice.Office.Common/Security/Scripting"
TRUSTED = "SecureURL"

EMPTY = f'<oor:items xmlns:oor="{REGISTRY}"/>'.encode()


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
    calc_menu.write_library(profile)


def _start_once(profile: Path) -> None:
    """Lets LibreOffice make a profile: when it makes one later, it overwrites the list of macro libraries."""
    program = next((found for name in (*PROGRAMS, *map(str, USUAL_PLACES)) if (found := shutil.which(name))), None)
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
    calc_menu.remove_library(profile)


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
    calc_menu.put_menu(root)
    return _bytes(root)


def without_settings(registry: bytes, pipe: str) -> bytes:
    """The registry without our menu and pipe; another program's connection stays."""
    root = parse(registry)
    calc_menu.drop_menu(root)
    for item in list(root):
        if item.get(f"{OOR}path") == SETUP and f"pipe,name={pipe};" in _text(item):
            root.remove(item)
    return _bytes(root)


def accepts(registry: bytes, pipe: str) -> bool:
    """Whether a LibreOffice with this registry opens our pipe."""
    return f"pipe,name={pipe};" in (_found(parse(registry), SETUP, ACCEPT) or "")


def trusts(registry: bytes, folder: Path) -> bool:
    """Whether macros in a folder, or in one around it, run."""
    root = parse(registry)
    nodes = root.xpath("//item[@*[local-name()='path']=$path]//it/text()", path=SCRIPTING)
    assert isinstance(nodes, list)
    address = folder.resolve().as_uri() + "/"
    return any(address.startswith(str(node).rstrip("/") + "/") for node in nodes)


def _text(node: etree._Element) -> str:
    return "".join(str(text) for text in node.itertext())


def _found(root: etree._Element, path: str, name: str) -> str | None:
    for item in root:
        for node in item if item.get(f"{OOR}path") == path else ():
            if node.get(f"{OOR}name") == name:
                return _text(node)
    return None


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


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
