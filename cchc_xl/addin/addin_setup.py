"""Puts the add-in, the settings, the launcher and the shortcut in place, takes them away again, and finds out why a
button, the ribbon or a verb would not work here: what to do is said in an official's words."""

from __future__ import annotations

import contextlib
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import util
from pathlib import Path

from cchc_xl.addin import addin_files, libreoffice_profile, macro_trust
from cchc_xl.addin.addin_files import Machine, System, this_machine
from cchc_xl.addin.macro_trust import Registry
from cchc_xl.errors import UserError
from cchc_xl.files import refuse_if_open, replace_file
from cchc_xl.macros import build_macros
from cchc_xl.macros.drawn_buttons import macros_work
from cchc_xl.office import is_installed
from cchc_xl.system import LONGEST_PATH, is_on_network, reason


def machine_of(folder: Path | None = None) -> tuple[Machine, Registry | None]:
    """This machine and its registry; with a folder, everything goes there and no registry is touched."""
    return this_machine(folder), None if folder else macro_trust.open_registry()


def install(
    machine: Machine, registry: Registry | None = None, trusted: Sequence[Path] = (), profile: Path | None = None
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


def uninstall(machine: Machine, registry: Registry | None = None, profile: Path | None = None) -> list[str]:
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


INSTALL = "Bấm “Cài thẻ CCHC vào Excel” trong cửa sổ CCHC, hoặc chạy: cchc-xl addin install"
REINSTALL = "Cài lại phần mềm bằng CCHC-cai-dat.exe, hoặc chạy: pip install --upgrade cchc-xl"

PACKAGES = ("jinja2", "lxml", "openpyxl", "msgspec", "python_calamine")
LIVE = {
    System.WINDOWS: ("xlwings", "win32com"),
    System.MACOS: ("xlwings", "appscript"),
    System.LINUX: ("xlwings",),
}
"""Packages that the buttons need; the command line does without."""


@dataclass(frozen=True, slots=True)
class Symptom:
    """One thing that was looked at: what is so, and what to do where it is not well."""

    subject: str
    fact: str
    remedy: str = ""

    @property
    def well(self) -> bool:
        """Whether nothing has to be done."""
        return not self.remedy


def examine(
    machine: Machine, registry: Registry | None = None, book: Path | None = None, profile: Path | None = None
) -> list[Symptom]:
    """Everything that was looked at, in the order in which things have to work."""
    office = profile or addin_files.libreoffice_profile(machine)
    found = [*_python(machine), *_excel(machine), *_policies(registry), *_libreoffice(machine, office)]
    return found + (list(_book(book, office, registry)) if book else [])


def _python(machine: Machine) -> Iterator[Symptom]:
    yield Symptom("Python", f"phiên bản {sys.version.split()[0]}, {machine.python}")
    missing = [name for name in PACKAGES if util.find_spec(name) is None]
    if missing:
        yield Symptom("Gói phần mềm", f"thiếu {', '.join(missing)}.", REINSTALL)
    live = [name for name in LIVE[machine.system] if util.find_spec(name) is None]
    if live:
        fact = f"thiếu {', '.join(live)}, nên nút bấm chưa chạy được; dòng lệnh vẫn chạy."
        yield Symptom("Gói cho nút bấm", fact, REINSTALL)


def _excel(machine: Machine) -> Iterator[Symptom]:
    addin = addin_files.addin_file(machine)
    if addin is None:
        yield Symptom("Excel", "hệ điều hành này không có Excel; dùng LibreOffice.")
        return
    yield _addin(machine, addin)
    yield _settings(machine)
    script = addin_files.script_folder(machine)
    if script and not any(script.glob("xlwings-*.applescript")):
        yield Symptom("Tập lệnh gọi Python", f"chưa có trong {script}.", INSTALL)


def _addin(machine: Machine, addin: Path) -> Symptom:
    subject = "Tiện ích Excel"
    if not addin.is_file():
        return Symptom(subject, f"chưa có {addin}, nên Excel chưa có thẻ CCHC.", INSTALL)
    if macro_trust.is_marked(addin):
        return Symptom(subject, f"{addin} bị Windows đánh dấu là tệp tải từ mạng nên Excel chặn.", INSTALL)
    if util.find_spec("xlwings") and addin.read_bytes() != build_macros.addin(addin_files.settings(machine)):
        return Symptom(subject, f"{addin} là bản cũ hoặc của Python khác.", INSTALL)
    return Symptom(subject, str(addin))


def _settings(machine: Machine) -> Symptom:
    subject, file = "Thiết lập gọi Python", addin_files.settings_file(machine)
    if not file.is_file():
        return Symptom(subject, f"chưa có {file}.", INSTALL)
    values = addin_files.read(file.read_text(encoding="utf-8", errors="replace"))
    python = values.get("INTERPRETER_WIN") or values.get("INTERPRETER_MAC", "")
    program = addin_files.expanded(python, machine.environment)
    if not program.is_file():
        return Symptom(subject, f"không còn Python ở {python}.", INSTALL)
    if machine.system is System.WINDOWS and not str(program).isascii():
        fact = f"đường dẫn {python} có chữ có dấu, Excel không đọc được."
        return Symptom(subject, fact, r"Cài Python vào thư mục không dấu, ví dụ C:\CCHC\Python, rồi cài lại tiện ích.")
    return Symptom(subject, str(file))


def _policies(registry: Registry | None) -> Iterator[Symptom]:
    for fact in macro_trust.obstacles(registry) if registry else ():
        remedy = "Nhờ cán bộ công nghệ thông tin của cơ quan; trong khi chờ, dùng lối tắt CCHC hoặc dòng lệnh cchc-xl."
        yield Symptom("Quyền chạy macro", fact, remedy)


def _libreoffice(machine: Machine, profile: Path) -> Iterator[Symptom]:
    subject = "LibreOffice"
    if not is_installed():
        remedy = "" if addin_files.excel_folder(machine) else "Cài LibreOffice từ libreoffice.org."
        yield Symptom(subject, "chưa cài; chỉ cần khi không có Excel hoặc khi xuất PDF.", remedy)
        return
    file = libreoffice_profile.profile_settings_file(profile)
    if not file.is_file() or not libreoffice_profile.accepts(file.read_bytes(), libreoffice_profile.pipe_name()):
        yield Symptom(subject, "chưa mở đường cho nút bấm gọi Python.", f"Đóng LibreOffice. {INSTALL}")
    elif not addin_files.launcher_file(machine).is_file():
        yield Symptom(subject, f"chưa có {addin_files.launcher_file(machine)}.", INSTALL)
    else:
        yield Symptom(subject, f"đã thiết lập trong {profile}")


def _book(book: Path, profile: Path, registry: Registry | None) -> Iterator[Symptom]:
    subject = f"Sổ {book.name}"
    if len(str(book.absolute())) > LONGEST_PATH:
        fact = f"đường dẫn dài {len(str(book.absolute()))} ký tự; Excel chỉ mở được đến {LONGEST_PATH}."
        yield Symptom(subject, fact, "Chuyển sổ ra thư mục gần gốc ổ đĩa hơn.")
    try:
        yield _macros(subject, book)
        refuse_if_open(book)
    except UserError as error:
        yield Symptom(subject, error.what, error.remedy)
        return
    if macro_trust.is_marked(book):
        remedy = "Bấm chuột phải vào tệp › Properties › đánh dấu Unblock › OK, rồi mở lại."
        yield Symptom(subject, "bị Windows đánh dấu là tệp tải từ mạng nên Excel chặn macro.", remedy)
    folder = book.absolute().parent
    if not _trusted(folder, profile, registry):
        remedy = f'Chạy: cchc-xl addin install --trust "{folder}"'
        yield Symptom(subject, f"thư mục {folder} chưa phải thư mục tin cậy.", remedy)


def _macros(subject: str, book: Path) -> Symptom:
    match macros_work(book):
        case None:
            return Symptom(subject, "không có macro (.xlsx): dùng thẻ CCHC của tiện ích, lối tắt hoặc dòng lệnh.")
        case False:
            remedy = "Đóng sổ rồi chạy: cchc-xl recalc " + f'"{book}"'
            return Symptom(subject, "các nút trên Trang chủ đã mất lệnh (thường do lưu bằng LibreOffice).", remedy)
    return Symptom(subject, "nút bấm và macro đầy đủ")


def _trusted(folder: Path, profile: Path, registry: Registry | None) -> bool:
    """Excel on Windows asks the registry; elsewhere only LibreOffice knows trusted folders."""
    if registry:
        return macro_trust.is_trusted(registry, str(folder))
    file = libreoffice_profile.profile_settings_file(profile)
    return not is_installed() or (file.is_file() and libreoffice_profile.trusts(file.read_bytes(), folder))
