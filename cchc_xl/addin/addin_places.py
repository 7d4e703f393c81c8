"""Where Excel, LibreOffice and this tool keep their files, for each system. Nothing here writes."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from cchc_xl.macros.build_macros import ADD_IN_NAME
from cchc_xl.macros.vba_source import SETTINGS


class System(Enum):
    """The systems that differ in where things lie."""

    WINDOWS = "windows"
    MACOS = "macos"
    LINUX = "linux"


@dataclass(frozen=True)
class Machine:
    """A system, the user's home, the environment variables, and the Python that the macros are to call."""

    system: System
    home: Path
    python: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def variable(self, name: str, default: Path) -> Path:
        """A folder that an environment variable names."""
        return Path(self.environment.get(name) or default)


def this_machine(home: Path | None = None) -> Machine:
    """The machine that this runs on; with `home` everything goes into that folder instead of the user's."""
    systems = {"win32": System.WINDOWS, "darwin": System.MACOS}
    system = systems.get(sys.platform, System.LINUX)
    environment = {} if home else dict(os.environ)
    return Machine(system, home or Path.home(), Path(sys.executable), environment)


def excel_folder(machine: Machine) -> Path | None:
    """The folder whose workbooks Excel opens at start and trusts; None where there is no Excel."""
    match machine.system:
        case System.WINDOWS:
            return machine.variable("APPDATA", machine.home / "AppData/Roaming") / "Microsoft/Excel/XLSTART"
        case System.MACOS:
            container = machine.home / "Library/Group Containers/UBF8T346G9.Office"
            return container / "User Content.localized/Startup.localized/Excel"
    return None


def addin_file(machine: Machine) -> Path | None:
    """The installed add-in."""
    folder = excel_folder(machine)
    return folder / ADD_IN_NAME if folder else None


def own_folder(machine: Machine) -> Path:
    """Our folder in the user's home: settings, launcher, log."""
    return machine.home / f".{SETTINGS}"


def last_book_file(machine: Machine) -> Path:
    """The file that tells the window which workbook it worked on the last time."""
    return own_folder(machine) / "so_gan_nhat.txt"


def settings_file(machine: Machine) -> Path:
    """The file that xlwings' module reads; Excel for macOS may only read inside its container."""
    if machine.system is System.MACOS:
        return machine.home / "Library/Containers/com.microsoft.Excel/Data" / f"{SETTINGS}.conf"
    return own_folder(machine) / f"{SETTINGS}.conf"


def script_folder(machine: Machine) -> Path | None:
    """Where Excel for macOS looks for the script that starts Python."""
    if machine.system is System.MACOS:
        return machine.home / "Library/Application Scripts/com.microsoft.Excel"
    return None


def libreoffice_profile(machine: Machine) -> Path:
    """The user's LibreOffice profile."""
    match machine.system:
        case System.WINDOWS:
            return machine.variable("APPDATA", machine.home / "AppData/Roaming") / "LibreOffice/4"
        case System.MACOS:
            return machine.home / "Library/Application Support/LibreOffice/4"
    return machine.variable("XDG_CONFIG_HOME", machine.home / ".config") / "libreoffice/4"


def launcher_file(machine: Machine) -> Path:
    """What a click in LibreOffice starts; macros/chay.bas names the same file."""
    return own_folder(machine) / ("cchc-live.cmd" if machine.system is System.WINDOWS else "cchc-live")


def shortcut_folder(machine: Machine) -> Path:
    """The desktop: OneDrive takes it along where it is set up."""
    candidates = [machine.home / "Desktop"]
    if machine.system is System.WINDOWS and machine.environment.get("OneDrive"):
        candidates.insert(0, Path(machine.environment["OneDrive"]) / "Desktop")
    return next((folder for folder in candidates if folder.is_dir()), machine.home)


def shortcut_file(machine: Machine, folder: Path) -> Path:
    """The double-clickable shortcut of a folder."""
    endings = {System.WINDOWS: "cmd", System.MACOS: "command", System.LINUX: "desktop"}
    return folder / f"CCHC.{endings[machine.system]}"
