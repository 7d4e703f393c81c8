"""addin install, addin uninstall, doctor and the menu of the shortcut, on a Windows, a Mac and a Linux of their own."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from cchc_xl.addin import addin_files, addin_setup, libreoffice_profile, macro_trust
from cchc_xl.addin.addin_files import Machine, System
from cchc_xl.cli.command_app import app
from cchc_xl.errors import UserError
from cchc_xl.macros.build_macros import add_macros
from cchc_xl.office import is_installed
from cchc_xl.window import console_menu
from tests.addin.test_addin_trust import FakeRegistry


@pytest.fixture(params=list(System), ids=lambda system: system.value)
def machine(request: pytest.FixtureRequest, tmp_path: Path) -> Machine:
    home = tmp_path / "canbo"
    (home / "Desktop").mkdir(parents=True)
    return Machine(request.param, home, Path(sys.executable))


@pytest.fixture
def windows(tmp_path: Path) -> Machine:
    return Machine(System.WINDOWS, tmp_path / "canbo", Path(sys.executable))


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return tmp_path / "ho_so"


def files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def faults(found: list[addin_setup.Symptom], subject: str) -> list[str]:
    return [symptom.fact for symptom in found if not symptom.well and subject in symptom.subject]


def test_what_is_installed_is_taken_away_again(machine: Machine, profile: Path) -> None:
    addin_setup.install(machine, profile=profile)
    assert addin_files.launcher_file(machine) in files(machine.home)
    assert addin_files.shortcut_file(machine, machine.home / "Desktop") in files(machine.home)
    addin = addin_files.addin_file(machine)
    assert addin is None or addin.is_file()
    addin_setup.uninstall(machine, profile=profile)
    left = {path.suffix for path in files(machine.home)}
    assert left <= {".applescript"}
    assert not libreoffice_profile.accepts(
        libreoffice_profile.profile_settings_file(profile).read_bytes(), libreoffice_profile.pipe_name()
    )


def test_installing_twice_writes_the_same(machine: Machine, profile: Path) -> None:
    addin_setup.install(machine, profile=profile)
    before = {path: path.read_bytes() for path in files(machine.home) | files(profile)}
    addin_setup.install(machine, profile=profile)
    assert {path: path.read_bytes() for path in files(machine.home) | files(profile)} == before


def test_a_doctor_has_nothing_to_say_after_installing(machine: Machine, profile: Path) -> None:
    addin_setup.install(machine, profile=profile)
    found = addin_setup.examine(machine, profile=profile)
    elsewhere = {"Gói cho nút bấm", *([] if is_installed() else ["LibreOffice"])}
    assert [symptom for symptom in found if not symptom.well and symptom.subject not in elsewhere] == []


def test_a_doctor_names_the_command_that_installs(windows: Machine, profile: Path) -> None:
    found = addin_setup.examine(windows, profile=profile)
    assert len(faults(found, "Tiện ích Excel")) == 1
    assert len(faults(found, "Thiết lập gọi Python")) == 1
    assert all(symptom.remedy.endswith(addin_setup.INSTALL) for symptom in found if "Excel" in symptom.subject)


def test_programs_are_executable(machine: Machine, profile: Path) -> None:
    addin_setup.install(machine, profile=profile)
    assert os.access(addin_files.launcher_file(machine), os.X_OK)


def test_nothing_is_changed_where_libreoffice_is_running(windows: Machine, profile: Path) -> None:
    (profile / "user").mkdir(parents=True)
    (profile / "user" / ".lock").touch()
    with pytest.raises(UserError, match="LibreOffice đang chạy"):
        addin_setup.install(windows, profile=profile)
    assert not windows.home.exists()


def test_a_folder_to_trust_must_exist(windows: Machine, profile: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="không có thư mục này"):
        addin_setup.install(windows, None, [tmp_path / "x"], profile)
    assert not windows.home.exists()


def test_only_folders_that_the_user_names_become_trusted(windows: Machine, profile: Path, tmp_path: Path) -> None:
    registry = FakeRegistry()
    addin_setup.install(windows, profile=profile, registry=registry)
    assert registry.content == {}
    addin_setup.install(windows, registry, [tmp_path], profile)
    assert macro_trust.is_trusted(registry, str(tmp_path))
    assert libreoffice_profile.trusts(libreoffice_profile.profile_settings_file(profile).read_bytes(), tmp_path)
    addin_setup.uninstall(windows, registry, profile)
    assert registry.content == {}


def test_an_addin_of_another_python_is_noticed(windows: Machine, profile: Path) -> None:
    addin_setup.install(windows, profile=profile)
    other = Machine(System.WINDOWS, windows.home, Path("/khác/python"))
    assert "bản cũ" in faults(addin_setup.examine(other, profile=profile), "Tiện ích Excel")[0]


def test_an_addin_that_windows_marked_is_noticed_and_mended_by_installing(windows: Machine, profile: Path) -> None:
    addin_setup.install(windows, profile=profile)
    addin = addin_files.addin_file(windows)
    assert addin is not None
    macro_trust.mark_file(addin).write_text("[ZoneTransfer]\nZoneId=3\n")
    assert "đánh dấu là tệp tải từ mạng" in faults(addin_setup.examine(windows, profile=profile), "Tiện ích Excel")[0]
    addin_setup.install(windows, profile=profile)
    assert faults(addin_setup.examine(windows, profile=profile), "Tiện ích Excel") == []


@pytest.mark.parametrize(
    ("python", "word"),
    [("/không/còn/python", "không còn Python"), ("ễ/python", "có chữ có dấu")],
    ids=["gone", "marks"],
)
def test_a_python_that_excel_cannot_start_is_noticed(
    windows: Machine, profile: Path, tmp_path: Path, python: str, word: str
) -> None:
    program = tmp_path / python
    if not program.is_absolute() or program.is_relative_to(tmp_path):
        program.parent.mkdir()
        program.touch()
    file = addin_files.settings_file(windows)
    file.parent.mkdir(parents=True)
    file.write_text(addin_files.merged("", {"INTERPRETER_WIN": str(program)}), encoding="utf-8")
    assert word in faults(addin_setup.examine(windows, profile=profile), "Thiết lập gọi Python")[0]


def test_a_policy_against_macros_is_told_with_another_way(windows: Machine, profile: Path) -> None:
    registry = FakeRegistry({macro_trust.POLICY: {"VBAWarnings": 4}})
    found = [symptom for symptom in addin_setup.examine(windows, registry, None, profile) if "Quyền" in symptom.subject]
    assert len(found) == 1
    assert "lối tắt CCHC" in found[0].remedy


@pytest.fixture
def book(filled: Path, tmp_path: Path) -> Path:
    target = tmp_path / "CCHC_2021.xlsm"
    add_macros(filled, target)
    return target


def test_a_book_in_a_trusted_folder_is_well(windows: Machine, profile: Path, book: Path) -> None:
    registry = FakeRegistry()
    macro_trust.trust(registry, str(book.parent))
    assert faults(addin_setup.examine(windows, registry, book, profile), "Sổ") == []


def test_a_book_outside_trusted_folders_is_told_with_the_command(windows: Machine, profile: Path, book: Path) -> None:
    found = addin_setup.examine(windows, FakeRegistry(), book, profile)
    assert [symptom.remedy for symptom in found if symptom.subject.startswith("Sổ") and not symptom.well] == [
        f'Chạy: cchc-xl addin install --trust "{book.parent}"'
    ]


@pytest.mark.skipif(not is_installed(), reason="LibreOffice is not installed")
def test_libreoffice_is_asked_for_trusted_folders_where_there_is_no_registry(
    windows: Machine, profile: Path, book: Path
) -> None:
    linux = Machine(System.LINUX, windows.home, windows.python)
    assert len(faults(addin_setup.examine(linux, None, book, profile), "Sổ")) == 1
    libreoffice_profile.set_up(profile, [book.parent], libreoffice_profile.pipe_name())
    assert faults(addin_setup.examine(linux, None, book, profile), "Sổ") == []


def test_a_marked_an_open_and_a_missing_book_are_told(windows: Machine, profile: Path, book: Path) -> None:
    registry = FakeRegistry()
    macro_trust.trust(registry, str(book.parent))
    macro_trust.mark_file(book).write_text("[ZoneTransfer]\nZoneId=3\n")
    assert "Windows đánh dấu" in faults(addin_setup.examine(windows, registry, book, profile), "Sổ")[0]
    lock = book.with_name(f"~${book.name}")
    lock.touch()
    assert "đang mở" in faults(addin_setup.examine(windows, registry, book, profile), "Sổ")[0]
    missing = book.with_name("x.xlsm")
    assert "không tìm thấy" in faults(addin_setup.examine(windows, registry, missing, profile), "Sổ")[0]


def test_a_book_without_macros_is_told_what_works_instead(windows: Machine, profile: Path, filled: Path) -> None:
    found = addin_setup.examine(windows, FakeRegistry(), filled, profile)
    assert any("không có macro" in symptom.fact and symptom.well for symptom in found)


@pytest.fixture
def command() -> CliRunner:
    return CliRunner()


def test_the_command_line_installs_examines_and_uninstalls(command: CliRunner, tmp_path: Path, profile: Path) -> None:
    where = ["--dir", str(tmp_path / "canbo"), "--profile", str(profile)]
    installed = command.invoke(app, ["addin", "install", *where], standalone_mode=False)
    assert installed.exception is None
    assert "Mark of the Web" in installed.output
    assert "Trusted Location" in installed.output
    examined = command.invoke(app, ["doctor", *where, "--json"], standalone_mode=False)
    checks = json.loads(examined.stdout)["checks"]
    assert {"subject", "fact", "remedy", "well"} == set(checks[0])
    assert examined.return_value == int(not all(check["well"] for check in checks))
    removed = command.invoke(app, ["addin", "uninstall", *where], standalone_mode=False)
    assert "Đã gỡ" in removed.output


def test_a_doctor_in_words_gives_a_remedy_for_every_fault(command: CliRunner, tmp_path: Path, profile: Path) -> None:
    where = ["--dir", str(tmp_path / "canbo"), "--profile", str(profile)]
    said = command.invoke(app, ["doctor", str(tmp_path / "khong_co.xlsm"), *where], standalone_mode=False)
    assert said.return_value == 1
    assert said.output.count("[CẦN SỬA]") == said.output.count("→")


def test_the_menu_runs_verbs_on_the_newest_book_beside_the_shortcut(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number, name in enumerate(["CCHC_2020.xlsm", "CCHC_2021.xlsm", "CCHC_2019.xlsx"]):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (number % 2, number % 2))
    answers = iter(["3", "99", "7", ""])
    called: list[list[str]] = []
    console_menu.run([], tmp_path, lambda _: next(answers), lambda line: called.append(line) or 0)
    newest = tmp_path / "CCHC_2021.xlsm"
    draft = ["report", str(newest), "--out", str(tmp_path / "BaoCao_CCHC_2021.docx"), "--draft"]
    assert called == [["recalc", str(newest)], draft]
    assert "Nhận biểu mẫu" in capsys.readouterr().out


def test_a_book_dragged_into_the_window_is_taken(tmp_path: Path) -> None:
    assert console_menu.choose_book(tmp_path, lambda _: ' "/Sổ của tôi/b.xlsm" ') == Path("/Sổ của tôi/b.xlsm")
