"""The macros in a real LibreOffice: every module compiles, and a mouse click on a button starts the verb."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from macros_sample import modules_in

from cchc_xl.addin.libreoffice_profile import set_up
from cchc_xl.excel.ooxml_package import Package
from cchc_xl.macros import build_macros
from cchc_xl.macros.build_macros import add_macros
from cchc_xl.macros.drawn_buttons import load_buttons, macros_work
from cchc_xl.macros.vba_project import vba_project
from cchc_xl.macros.vba_source import module, own_modules
from cchc_xl.office import is_installed
from cchc_xl.program import data_folder
from cchc_xl.verbs.recalc import recalc
from tests.books import NOW

SYSTEM_PYTHON = "/usr/bin/python3"
"""The Python for which Debian packages `uno`."""

TOOLS = ("Xvfb", "xdotool", "import")
SCREEN = (1400, 900)

CALL = """
import sys, uno
from com.sun.star.connection import NoConnectException
from com.sun.star.script.provider import ScriptFrameworkErrorException
local = uno.getComponentContext()
resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
try:
    context = resolver.resolve(f"uno:pipe,name={sys.argv[1]};urp;StarOffice.ComponentContext")
except NoConnectException:
    sys.exit(3)
desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
if sys.argv[2] == "quit":
    desktop.terminate()
    sys.exit()
document = desktop.CurrentComponent
if document is None:
    sys.exit(3)
if sys.argv[2] == "menu":
    from com.sun.star.beans import PropertyValue
    make = context.ServiceManager.createInstanceWithContext
    provider = make("com.sun.star.configuration.ConfigurationProvider", context)
    path = PropertyValue()
    path.Name = "nodepath"
    path.Value = "/org.openoffice.Office.Addons/AddonUI/OfficeMenuBar/vn.cchc.xl/Submenu/" + sys.argv[3]
    entry = provider.createInstanceWithArguments("com.sun.star.configuration.ConfigurationAccess", (path,))
    dispatcher = make("com.sun.star.frame.DispatchHelper", context)
    dispatcher.executeDispatch(document.CurrentController.Frame, entry.URL, "_self", 0, ())
    print(entry.Title)
    sys.exit()
if sys.argv[2] == "save":
    from com.sun.star.beans import PropertyValue
    form = PropertyValue()
    form.Name, form.Value = "FilterName", "Calc MS Excel 2007 VBA XML"
    document.storeToURL(uno.systemPathToFileUrl(sys.argv[3]), (form,))
    print(sys.argv[3])
    sys.exit()
script = document.getScriptProvider().getScript(
    f"vnd.sun.star.script:VBAProject.{sys.argv[2]}?language=Basic&location=document")
print(script.invoke(tuple(sys.argv[3:]), (), ())[0])
"""

pytestmark = [
    pytest.mark.office,
    pytest.mark.skipif(not is_installed() or not Path(SYSTEM_PYTHON).exists(), reason="LibreOffice is not installed"),
]


def wait_for(condition: Callable[[], str | None], seconds: float = 60) -> str | None:
    """The first result that is not None; None when the time is over."""
    end = time.monotonic() + seconds
    while (found := condition()) is None and time.monotonic() < end:
        time.sleep(0.3)
    return found


class Office:
    """LibreOffice with a profile and a home of its own."""

    def __init__(self, folder: Path, display: str = "") -> None:
        self.home = folder / "home"
        self.profile = folder / "profile"
        self.home.mkdir()
        self._pipe = f"cchc_thu_{uuid.uuid4().hex}"
        set_up(self.profile, [folder], self._pipe)
        self._display = display
        self._process: subprocess.Popen[bytes] | None = None

    def open(self, book: Path) -> None:
        mode = [] if self._display else ["--headless"]
        command = [
            "soffice", *mode, f"-env:UserInstallation={self.profile.as_uri()}", "--norestore", "--nologo", str(book),
        ]
        environment = {**os.environ, "HOME": str(self.home), "DISPLAY": self._display, "SAL_USE_VCLPLUGIN": "gen"}
        if not self._display:
            environment["SAL_USE_VCLPLUGIN"] = "svp"
        output = subprocess.DEVNULL
        self._process = subprocess.Popen(command, env=environment, stdout=output, stderr=output, start_new_session=True)

    def call(self, *arguments: str) -> str | None:
        """What a function of the open document returns; None while no document is open or it does not run."""
        command = [SYSTEM_PYTHON, "-c", CALL, self._pipe, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
        return done.stdout.rstrip("\n") if done.returncode == 0 else None

    def close(self) -> None:
        if self._process is None:
            return
        if not self._display:  # in a window the office may ask whether to save, and wait for a person
            with suppress(subprocess.TimeoutExpired):
                self.call("quit")
                self._process.wait(timeout=10)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


@pytest.fixture
def book(filled: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "Sổ của tôi"
    folder.mkdir()
    target = folder / "CCHC 2021.xlsm"
    add_macros(filled, target)
    return target


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    running = Office(tmp_path)
    yield running
    running.close()


@pytest.fixture(scope="module")
def opened(_filled_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office in which a book with macros is open; nobody changes it."""
    target = tmp_path_factory.mktemp("Sổ của tôi") / "CCHC 2021.xlsm"
    add_macros(_filled_once, target)
    running = Office(tmp_path_factory.mktemp("may"))
    running.open(target)
    yield running
    running.close()


@pytest.fixture
def display() -> Iterator[str]:
    if any(shutil.which(tool) is None for tool in TOOLS):
        pytest.skip("Xvfb, xdotool or ImageMagick is not installed")
    reading, writing = os.pipe()
    size = f"{SCREEN[0]}x{SCREEN[1]}x24"
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", size], pass_fds=[writing], stderr=subprocess.DEVNULL
    )
    os.close(writing)
    with os.fdopen(reading) as stream:
        number = stream.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait()


def test_every_module_compiles_and_vietnamese_is_put_together_at_run_time(opened: Office) -> None:
    assert wait_for(lambda: opened.call("ChuViet.U", r"T\u00EDnh l\u1EA1i")) == "Tính lại"
    assert opened.call("Chay.LaLibreOffice") == "True"
    assert opened.call("xlwings.IsFullName", "a/b") == "True"


def test_buttons_that_libreoffice_broke_by_saving_are_mended(opened: Office, tmp_path: Path) -> None:
    saved = tmp_path / "saved.xlsm"
    assert wait_for(lambda: opened.call("save", str(saved))) == str(saved)
    assert macros_work(saved) is False
    assert recalc(saved, NOW).changed
    assert macros_work(saved)
    written = {each.name: each.source for each in own_modules()}
    found = modules_in("vbaProject.bin", Package(saved).read(build_macros.PROJECT_PART))
    assert {name: found[name] for name in written} == written


@pytest.mark.parametrize(("line", "runs"), [("x = 1", True), ("If Then", False)], ids=["compiles", "does not"])
def test_a_module_that_does_not_compile_is_noticed(book: Path, office: Office, line: str, runs: bool) -> None:
    package = Package(book)
    other = module(f'Attribute VB_Name = "Khac"\nSub A()\n    {line}\nEnd Sub\n')
    good = module('Attribute VB_Name = "Tot"\nOption Explicit\nFunction Mot()\n    Mot = 1\nEnd Function\n')
    package.write(build_macros.PROJECT_PART, vba_project([*build_macros.put_code_names(package), other, good]))
    package.save()
    office.open(book)
    assert (wait_for(lambda: office.call("Tot.Mot")) == "1") is runs


def test_a_click_on_a_button_starts_the_verb_on_the_open_workbook(book: Path, tmp_path: Path, display: str) -> None:
    office = Office(tmp_path, display)
    marker = record_calls(office.home)
    button = load_buttons(data_folder("macros") / "nut.json")[-1]
    try:
        office.open(book)
        assert wait_for(lambda: office.call("Chay.LaLibreOffice")) == "True"
        said = wait_for(lambda: clicked(display, button.mau, marker), 60)
    finally:
        office.close()
    assert said == f"ky_moi|{book}"


def test_the_menu_starts_the_verb_on_a_workbook_without_macros(filled: Path, office: Office) -> None:
    marker = record_calls(office.home)
    office.open(filled)
    assert wait_for(lambda: office.call("menu", "m6")) == "Đối chiếu"
    said = wait_for(lambda: marker.read_text(encoding="utf-8") if marker.exists() else None)
    assert said == f"doi_chieu|{filled}\n"


def record_calls(home: Path) -> Path:
    """A launcher that notes what it was called with."""
    launcher = home / ".cchc" / "cchc-live"
    launcher.parent.mkdir()
    marker = home / "called.txt"
    launcher.write_text(f'#!/bin/sh\nprintf "%s|%s\\n" "$1" "$2" >> "{marker}"\n')
    launcher.chmod(0o755)
    return marker


def clicked(display: str, colour: str, marker: Path) -> str | None:
    """Clicks on a colour; a window that is still being drawn shows none, or does not take the first click."""
    environment = {**os.environ, "DISPLAY": display}
    place = on_screen(environment, bytes.fromhex(colour))
    if place is not None:
        x, y = place
        subprocess.run(["xdotool", "mousemove", str(x), str(y), "click", "1"], env=environment, check=True)
        time.sleep(1)
    return marker.read_text(encoding="utf-8").splitlines()[0] if marker.exists() else None


def on_screen(environment: dict[str, str], colour: bytes) -> tuple[int, int] | None:
    """A point well inside an area of a colour."""
    command = ["import", "-window", "root", "-depth", "8", "rgb:-"]
    pixels = subprocess.run(command, env=environment, capture_output=True, check=True).stdout
    at = pixels.find(colour * 40)
    return None if at < 0 else (at // 3 % SCREEN[0] + 20, at // 3 // SCREEN[0] + 10)
