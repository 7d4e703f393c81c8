"""A LibreOffice window on a screen of its own, used as a person uses it: mouse, keyboard and eyes."""

from __future__ import annotations

import os
import re
import shutil
import signal
import struct
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

WIDTH, HEIGHT = 1400, 900
TOOLS = ("Xvfb", "xdotool", "import", "convert")

Found = TypeVar("Found")


def missing_tools() -> list[str]:
    """Programs that the screen needs and this machine lacks."""
    return [tool for tool in TOOLS if shutil.which(tool) is None]


def wait_for(look: Callable[[], Found], what: str, seconds: float = 40) -> Found:
    """The first true answer; a machine that is slow only takes longer to give it."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, f"waited {seconds:.0f} s for {what}"
        time.sleep(0.1)
    return found


class Screen:
    """A screen without a window manager: keys go to the window that has the focus."""

    def __init__(self, display: str, pictures: Path, frame: Path) -> None:
        self.environment = os.environ | {"DISPLAY": display, "SAL_USE_VCLPLUGIN": "gen"}
        self._pictures, self._frame = pictures, frame

    def click(self, place: tuple[int, int]) -> None:
        """Moves the pointer and presses the left button."""
        self._do("mousemove", str(place[0]), str(place[1]), "click", "1")

    def point(self, place: tuple[int, int]) -> None:
        """Lets the pointer rest."""
        self._do("mousemove", str(place[0] + 5), str(place[1] + 5))
        time.sleep(2)

    def follow(self, place: tuple[int, int]) -> None:
        """Clicks on a link while Ctrl is held."""
        self._do("mousemove", str(place[0]), str(place[1]), "keydown", "ctrl", "click", "1", "keyup", "ctrl")

    def type(self, text: str) -> None:
        """Types text. A letter that the screen's keyboard lacks is lent to it for two seconds, in which a busy office
        must look for it.
        """
        for letters in re.findall(r"[\x00-\x7f]+|.", text):
            self._do("type", "--delay", "20" if letters.isascii() else "2000", "--", letters)

    def press(self, *keys: str) -> None:
        """Presses keys by their names, one after another."""
        self._do("key", "--delay", "40", *keys)

    def windows(self, title: str) -> list[str]:
        """Identities of the windows on the screen whose title has this in it."""
        command = ["xdotool", "search", "--onlyvisible", "--name", title]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        return done.stdout.split()

    def focus(self, window: str) -> None:
        """Gives a window the keys."""
        self._do("windowfocus", "--sync", window)

    def _do(self, *command: str) -> None:
        subprocess.run(["xdotool", *command], env=self.environment, check=True, capture_output=True)

    def picture(self, name: str) -> Path:
        """Keeps what the screen shows now."""
        self._pictures.mkdir(parents=True, exist_ok=True)
        target = self._pictures / f"{name}.png"
        subprocess.run(["import", "-window", "root", str(target)], env=self.environment, check=True)
        return target

    def _dump(self) -> bytes:
        """The file in which the screen keeps its pixels, as X's own dump."""
        return self._frame.read_bytes()

    def pixels(self) -> bytes:
        """Every pixel as three bytes, line by line."""
        dump = self._dump()
        head, colours = struct.unpack_from(">I", dump)[0], struct.unpack_from(">I", dump, 19 * 4)[0]
        shown = dump[head + 12 * colours:][:WIDTH * HEIGHT * 4]
        made = bytearray(WIDTH * HEIGHT * 3)
        made[0::3], made[1::3], made[2::3] = shown[2::4], shown[1::4], shown[0::4]
        return bytes(made)

    def settle(self) -> None:
        """Waits until the screen stands still."""
        before = [b""]

        def still() -> bool:
            now = self._dump()
            same, before[0] = now == before[0], now
            return same

        wait_for(still, "the screen to stand still")

    def patches(self, colour: str, width: int) -> list[tuple[int, int]]:
        """Where areas of a colour begin that are at least so wide, on the first line of the screen that has any."""
        pixels, wanted = self.pixels(), bytes.fromhex(colour)
        first = pixels.find(wanted * width)
        if first < 0:
            return []
        line = first // 3 // WIDTH
        row = pixels[line * WIDTH * 3:(line + 1) * WIDTH * 3]
        return [(start, line) for start, length in _runs(row, wanted) if length >= width]


def _runs(row: bytes, colour: bytes) -> Iterator[tuple[int, int]]:
    """Begin and length of every run of a colour."""
    begin = None
    for place in range(WIDTH + 1):
        same = row[place * 3:place * 3 + 3] == colour
        if same and begin is None:
            begin = place
        if not same and begin is not None:
            yield begin, place - begin
            begin = None


@contextmanager
def screen(pictures: Path) -> Iterator[Screen]:
    """Starts a screen and ends it."""
    reading, writing = os.pipe()
    folder = tempfile.mkdtemp(prefix="cchc-xl-")
    command = [
        "Xvfb", "-displayfd", str(writing), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-fbdir", folder,
    ]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as stream:
            number = stream.readline().strip()
        yield Screen(f":{number}", pictures, Path(folder) / "Xvfb_screen0")
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def office(on: Screen, home: Path, profile: Path, book: Path, pipe: str = "") -> Iterator[None]:
    """Opens a workbook in a LibreOffice with a home and a profile of its own, and ends it whatever happens.

    With a name for a `pipe`, programs can ask it over that.
    """
    where = [f"-env:UserInstallation={profile.as_uri()}"]
    if pipe:
        where.append(f"--accept=pipe,name={pipe};urp;StarOffice.ComponentContext")
    command = ["soffice", *where, "--norestore", "--nologo", "--nofirststartwizard", str(book)]
    environment = on.environment | {"HOME": str(home)}
    silent = subprocess.DEVNULL
    process = subprocess.Popen(command, env=environment, stdout=silent, stderr=silent, start_new_session=True)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
