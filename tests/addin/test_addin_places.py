"""Where things are installed and what is written there, for each system, without having it."""

from __future__ import annotations

import importlib
import os
import subprocess
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from cchc_xl.addin import addin_files
from cchc_xl.addin.addin_files import Machine, System

HOME = Path("/home/canbo")
OFFICE_FOR_MACOS = "Library/Group Containers/UBF8T346G9.Office/User Content.localized"


def machine(system: System, **environment: str) -> Machine:
    return Machine(system, HOME, PurePosixPath("/opt/python/bin/python3"), environment)


WINDOWS, MACOS, LINUX = machine(System.WINDOWS), machine(System.MACOS), machine(System.LINUX)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (addin_files.addin_file(WINDOWS), HOME / "AppData/Roaming/Microsoft/Excel/XLSTART/cchc.xlam"),
        (addin_files.addin_file(MACOS), HOME / OFFICE_FOR_MACOS / "Startup.localized/Excel/cchc.xlam"),
        (addin_files.addin_file(LINUX), None),
        (addin_files.settings_file(WINDOWS), HOME / ".cchc/cchc.conf"),
        (addin_files.settings_file(MACOS), HOME / "Library/Containers/com.microsoft.Excel/Data/cchc.conf"),
        (addin_files.libreoffice_profile(WINDOWS), HOME / "AppData/Roaming/LibreOffice/4"),
        (addin_files.libreoffice_profile(MACOS), HOME / "Library/Application Support/LibreOffice/4"),
        (addin_files.libreoffice_profile(LINUX), HOME / ".config/libreoffice/4"),
        (addin_files.launcher_file(WINDOWS), HOME / ".cchc/cchc-live.cmd"),
        (addin_files.launcher_file(LINUX), HOME / ".cchc/cchc-live"),
        (addin_files.script_folder(MACOS), HOME / "Library/Application Scripts/com.microsoft.Excel"),
        (addin_files.shortcut_file(WINDOWS, HOME), HOME / "CCHC.cmd"),
        (addin_files.shortcut_file(MACOS, HOME), HOME / "CCHC.command"),
        (addin_files.shortcut_file(LINUX, HOME), HOME / "CCHC.desktop"),
    ],
)
def test_every_system_has_its_places(where: Path | None, expected: Path | None) -> None:
    assert where == expected


def test_folders_that_the_environment_names_go_before_the_usual_ones() -> None:
    moved = machine(System.WINDOWS, APPDATA="/d/roaming")
    assert addin_files.excel_folder(moved) == Path("/d/roaming/Microsoft/Excel/XLSTART")
    assert addin_files.libreoffice_profile(machine(System.LINUX, XDG_CONFIG_HOME="/cfg")) == Path("/cfg/libreoffice/4")


def test_a_desktop_that_onedrive_holds_gets_the_shortcut(tmp_path: Path) -> None:
    (tmp_path / "Desktop").mkdir()
    home = Machine(System.WINDOWS, tmp_path, Path("python"), {"OneDrive": str(tmp_path / "OneDrive")})
    assert addin_files.shortcut_folder(home) == tmp_path / "Desktop"
    (tmp_path / "OneDrive" / "Desktop").mkdir(parents=True)
    assert addin_files.shortcut_folder(home) == tmp_path / "OneDrive" / "Desktop"


def test_the_launcher_that_the_macro_starts_is_the_one_that_is_installed() -> None:
    source = (Path(__file__).parents[2] / "macros" / "chay.bas").read_text(encoding="utf-8")
    for system in (WINDOWS, LINUX):
        relative = addin_files.launcher_file(system).relative_to(HOME).as_posix()
        assert relative in source.replace("\\", "/")


def test_settings_name_the_python_that_installs_and_keep_strange_modules_out() -> None:
    assert addin_files.settings(MACOS)["INTERPRETER_MAC"] == "/opt/python/bin/python3"
    assert addin_files.settings(WINDOWS)["ADD_WORKBOOK_TO_PYTHONPATH"] == "False"


def test_excel_for_windows_is_told_which_functions_there_are_for_cells() -> None:
    module = importlib.import_module(addin_files.settings(WINDOWS)["UDF MODULES"])
    offered = sorted(name.upper() for name in vars(module) if name.startswith("cchc_"))
    assert offered == ["CCHC_DOCSO", "CCHC_NGAY", "CCHC_SO", "CCHC_TONG", "CCHC_TYLE"]
    guide = (Path(__file__).parents[2] / "docs" / "nut_bam.md").read_text(encoding="utf-8")
    assert [name for name in offered if f"={name}(" not in guide] == []
    assert "UDF MODULES" not in addin_files.settings(MACOS)


def test_a_windows_path_with_vietnamese_letters_is_written_with_a_variable() -> None:
    path = PureWindowsPath(r"C:\Users\Nguyễn An\AppData\Local\Programs\Python\python.exe")
    environment = {"LOCALAPPDATA": r"C:\Users\Nguyễn An\AppData\Local", "USERPROFILE": r"C:\Users\Nguyễn An"}
    assert addin_files.with_variable(path, environment) == r"%LOCALAPPDATA%\Programs\Python\python.exe"
    assert addin_files.with_variable(path, {}) == str(path)


def test_settings_of_others_stay_and_ours_go_again() -> None:
    others = '"LICENSE_KEY","x"\r\n'
    text = addin_files.merged(others, {"INTERPRETER_WIN": r"C:\a b\python.exe"})
    assert text == others + '"INTERPRETER_WIN","C:\\a b\\python.exe"\r\n'
    assert addin_files.merged(text, {"INTERPRETER_WIN": "d"}).count("INTERPRETER_WIN") == 1
    assert addin_files.without(text, {"INTERPRETER_WIN": ""}) == others
    assert addin_files.without(addin_files.merged("", {"A": "1"}), {"A": ""}) == ""


def recording_python(folder: Path) -> Path:
    """A program in the place of Python that says what it was called with."""
    python = folder / "bin" / "py thon"
    python.parent.mkdir()
    python.write_text('#!/bin/sh\nprintf "%s|" "$CCHC_LIBREOFFICE" "$@"; echo lỗi >&2\n', encoding="utf-8")
    python.chmod(0o755)
    return python


@pytest.mark.skipif(os.name == "nt", reason="a shell script")
def test_the_launcher_hands_verb_and_workbook_on_and_keeps_errors_in_a_log(tmp_path: Path) -> None:
    here = Machine(System.LINUX, tmp_path, recording_python(tmp_path))
    script = tmp_path / "cchc-live"
    script.write_text(addin_files.launcher(here, "uno:pipe,name=cchc_a;urp;x"), encoding="utf-8")
    command = ["sh", str(script), "tinh_lai", "/Sổ của tôi/CCHC 2021.xlsm"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said == "uno:pipe,name=cchc_a;urp;x|-m|cchc_xl.live|tinh_lai|/Sổ của tôi/CCHC 2021.xlsm|"
    assert (tmp_path / addin_files.LOG).read_text(encoding="utf-8") == "lỗi\n"


@pytest.mark.skipif(os.name == "nt", reason="a shell script")
def test_the_shortcut_for_macos_opens_the_menu_in_its_own_folder(tmp_path: Path) -> None:
    here = Machine(System.MACOS, tmp_path, recording_python(tmp_path))
    script = tmp_path / "CCHC.command"
    script.write_text(addin_files.shortcut(here), encoding="utf-8")
    said = subprocess.run(["sh", str(script)], capture_output=True, text=True, check=True).stdout
    assert said == "|-m|cchc_xl.window.console_menu|"


def test_batch_files_are_utf_8_with_windows_line_ends_and_start_the_right_modules() -> None:
    here = Machine(System.WINDOWS, HOME, Path("/x%y/python.exe"), {})
    texts = {
        "cchc_xl.live": addin_files.launcher(here, "c"),
        "cchc_xl.window.console_menu": addin_files.shortcut(here),
    }
    for module, text in texts.items():
        assert text.startswith("@echo off\r\nchcp 65001 >nul\r\n")
        assert "\n" not in text.replace("\r\n", "")
        assert f"-m {module} %*" in text
        assert "x%%y" in text


def test_a_desktop_entry_quotes_the_path_of_python() -> None:
    text = addin_files.shortcut(Machine(System.LINUX, HOME, PurePosixPath('/a "b" $c/100%/python')))
    assert r'Exec="/a \"b\" \$c/100%%/python" -m cchc_xl.window.console_menu %f' in text
    assert "Terminal=true" in text
