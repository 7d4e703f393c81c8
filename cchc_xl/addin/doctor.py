"""Finds out why a button, the ribbon or a verb would not work here, and says what to do in an official's words."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import util
from pathlib import Path

from cchc_xl.addin import addin_files, libreoffice_profile, macro_trust
from cchc_xl.addin.addin_files import Machine, System
from cchc_xl.addin.macro_trust import Registry
from cchc_xl.errors import UserError
from cchc_xl.files import refuse_if_open
from cchc_xl.macros import build_macros
from cchc_xl.macros.drawn_buttons import macros_work
from cchc_xl.office import is_installed
from cchc_xl.system import LONGEST_PATH

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
    machine: Machine, book: Path | None = None, profile: Path | None = None, registry: Registry | None = None
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
