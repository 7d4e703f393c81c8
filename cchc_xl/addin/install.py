"""Puts the add-in, the settings, the launcher and the shortcut in place, and takes them away again."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Sequence
from importlib import util
from pathlib import Path

from cchc_xl.addin import addin_files, libreoffice_profile, macro_trust
from cchc_xl.addin.addin_files import Machine
from cchc_xl.addin.macro_trust import Registry
from cchc_xl.errors import UserError
from cchc_xl.files import replace_file
from cchc_xl.macros import build_macros
from cchc_xl.office import is_installed
from cchc_xl.system import is_on_network, reason


def install(
    machine: Machine, trusted: Sequence[Path] = (), profile: Path | None = None, registry: Registry | None = None
) -> list[str]:
    """Installs what this machine can use; returns what was done, in lines.

    Raises `UserError` before anything is changed where LibreOffice is running or a folder does not exist.
    """
    missing = next((folder for folder in trusted if not folder.is_dir()), None)
    if missing:
        raise UserError(str(missing), "không có thư mục này.", "Ghi đúng thư mục chứa sổ sau --trust.")
    office = _office_profile(machine, profile)
    if office:
        libreoffice_profile.refuse_if_running(office)
    lines = _install_excel(machine)
    if registry:
        lines += _trust_in_excel(registry, trusted)
    if office:
        lines += _install_libreoffice(machine, office, trusted)
    shortcut = write_shortcut(machine, addin_files.shortcut_folder(machine))
    return [*lines, f"Lối tắt khi macro bị chặn: {shortcut}"]


def uninstall(machine: Machine, profile: Path | None = None, registry: Registry | None = None) -> list[str]:
    """Takes away what `install` put in place; returns what was done, in lines."""
    office = profile or addin_files.libreoffice_profile(machine)
    libreoffice_profile.refuse_if_running(office)
    _drop_settings(machine)
    shortcut = addin_files.shortcut_file(machine, addin_files.shortcut_folder(machine))
    folder = addin_files.own_folder(machine)
    ours = (
        addin_files.addin_file(machine), addin_files.launcher_file(machine), folder / addin_files.LOG, shortcut,
        addin_files.last_book_file(machine),
    )
    lines = [f"Đã gỡ {file}" for file in ours if file and _removed(file)]
    libreoffice_profile.take_out(office, libreoffice_profile.pipe_name())
    with contextlib.suppress(OSError):
        folder.rmdir()
    if registry:
        lines += [f"Đã bỏ thư mục tin cậy {place}" for place in macro_trust.distrust(registry)]
    return lines or ["Không có gì để gỡ."]


def write_shortcut(machine: Machine, folder: Path) -> Path:
    """Writes the shortcut into a folder, for instance beside a new master."""
    file = addin_files.shortcut_file(machine, folder)
    _write_program(file, addin_files.shortcut(machine))
    return file


def _office_profile(machine: Machine, profile: Path | None) -> Path | None:
    """The profile to set up; None where there is no sign of LibreOffice."""
    usual = addin_files.libreoffice_profile(machine)
    return profile or (usual if usual.is_dir() or is_installed() else None)


def _install_excel(machine: Machine) -> list[str]:
    addin = addin_files.addin_file(machine)
    if addin is None:
        return ["Máy này không có Excel: bỏ qua tiện ích Excel."]
    addin.parent.mkdir(parents=True, exist_ok=True)
    # The file is written here, not copied from a download: it carries no Mark of the Web.
    replace_file(addin, build_macros.addin(addin_files.settings(machine)))
    macro_trust.unmark(addin)
    lines = [f"Tiện ích Excel: {addin}", f"Thiết lập: {_write_settings(machine)}"]
    script = _install_script(machine)
    return lines + ([f"Tập lệnh gọi Python: {script}"] if script else [])


def _write_settings(machine: Machine) -> Path:
    file = addin_files.settings_file(machine)
    file.parent.mkdir(parents=True, exist_ok=True)
    old = file.read_text(encoding="utf-8") if file.exists() else ""
    replace_file(file, addin_files.merged(old, addin_files.settings(machine)).encode("utf-8"))
    return file


def _drop_settings(machine: Machine) -> None:
    file = addin_files.settings_file(machine)
    if not file.exists():
        return
    left = addin_files.without(file.read_text(encoding="utf-8"), addin_files.settings(machine))
    if left:
        replace_file(file, left.encode("utf-8"))
    else:
        file.unlink()


def _install_script(machine: Machine) -> Path | None:
    """Excel for macOS starts Python only through a script in one folder; xlwings brings it, named by its version."""
    folder, found = addin_files.script_folder(machine), util.find_spec("xlwings")
    if folder is None or found is None or found.origin is None:
        return None
    shipped = next(Path(found.origin).parent.glob("xlwings-*.applescript"))
    folder.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copyfile(shipped, folder / shipped.name))


def _trust_in_excel(registry: Registry, trusted: Sequence[Path]) -> list[str]:
    # As the person names it: Excel compares the path that it opens, and a drive letter is not \\\\server to it.
    folders = [str(folder.absolute()) for folder in trusted]
    lines = [f"Excel tin macro trong {folder}" for folder in folders if macro_trust.trust(registry, folder)]
    if any(map(is_on_network, folders)) and macro_trust.allow_network(registry):
        lines.append("Excel nay dùng cả thư mục tin cậy trên mạng (AllowNetworkLocations).")
    return lines


def _install_libreoffice(machine: Machine, profile: Path, trusted: Sequence[Path]) -> list[str]:
    file = addin_files.launcher_file(machine)
    _write_program(file, addin_files.launcher(machine, libreoffice_profile.connection()))
    libreoffice_profile.set_up(profile, trusted, libreoffice_profile.pipe_name())
    lines = [f"LibreOffice: {file}; thiết lập trong {profile}"]
    return lines + [f"LibreOffice tin macro trong {folder.resolve()}" for folder in trusted]


def _write_program(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    replace_file(file, text.encode("utf-8"))
    file.chmod(0o755)


def _removed(file: Path) -> bool:
    try:
        file.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        what = f"không xóa được ({reason(error)})."
        raise UserError(str(file), what, "Đóng Excel và LibreOffice rồi chạy lại lệnh này.") from error
    return True
