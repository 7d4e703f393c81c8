"""cchc-xl addin install|uninstall"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cchc_xl.cli.app import CLEAN

Home = Annotated[Path | None, typer.Option("--dir", help="Cài vào thư mục này thay cho thư mục của người dùng.")]
Profile = Annotated[Path | None, typer.Option("--profile", help="Hồ sơ LibreOffice khác hồ sơ thường dùng.")]
Trusted = Annotated[
    list[Path] | None, typer.Option("--trust", help="Thư mục chứa sổ, để Excel và LibreOffice tin macro ở đó.")
]


def register(app: typer.Typer) -> None:
    """Adds the verb with its two actions."""
    help_text = "Cài hoặc gỡ thẻ CCHC và các nút cho Excel, LibreOffice."
    addin = typer.Typer(name="addin", help=help_text, no_args_is_help=True)
    addin.command(name="install", help="Cài tiện ích, thiết lập Python, lối tắt.")(install)
    addin.command(name="uninstall", help="Gỡ những gì lệnh install đã cài.")(uninstall)
    app.add_typer(addin)


def install(folder: Home = None, profile: Profile = None, trust: Trusted = None) -> int:
    """Installs for the user; without --trust no folder becomes trusted."""
    from cchc_xl.addin import install as work
    from cchc_xl.addin.places import this_machine
    from cchc_xl.addin.registry import open_registry
    from cchc_xl.addin.trust import EXPLANATION

    registry = None if folder else open_registry()
    lines = work.install(this_machine(folder), tuple(trust or ()), profile, registry)
    print("\n".join(lines))
    print("Mở lại Excel hoặc LibreOffice để thẻ CCHC và các nút có tác dụng.\n")
    print(EXPLANATION)
    return CLEAN


def uninstall(folder: Home = None, profile: Profile = None) -> int:
    """Takes away what was installed."""
    from cchc_xl.addin import install as work
    from cchc_xl.addin.places import this_machine
    from cchc_xl.addin.registry import open_registry

    registry = None if folder else open_registry()
    print("\n".join(work.uninstall(this_machine(folder), profile, registry)))
    return CLEAN
