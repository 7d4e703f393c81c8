"""cchc-xl addin install|uninstall"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cchc_xl.addin import install as work
from cchc_xl.addin.addin_places import this_machine
from cchc_xl.addin.macro_trust import EXPLANATION
from cchc_xl.addin.windows_registry import open_registry
from cchc_xl.cli.command_app import conclude


def install(
    folder: Path | None = None, profile: Path | None = None, trust: Sequence[Path] = (), json: bool = False
) -> int:
    """Installs for the user; without --trust no folder becomes trusted."""
    registry = None if folder else open_registry()
    done = work.install(this_machine(folder), tuple(trust), profile, registry)
    lines = [*done, "Mở lại Excel hoặc LibreOffice để thẻ CCHC và các nút có tác dụng.\n", EXPLANATION]
    return conclude((), Path(), json, lines, done=done)


def uninstall(folder: Path | None = None, profile: Path | None = None, json: bool = False) -> int:
    """Takes away what was installed."""
    registry = None if folder else open_registry()
    done = work.uninstall(this_machine(folder), profile, registry)
    return conclude((), Path(), json, done, done=done)
