"""An office process of our own: a profile of its own, started so that it can be reached, and ended again."""

from __future__ import annotations

import atexit
import contextlib
import shutil
import subprocess
import tempfile
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cchc_xl.errors import UserError
from cchc_xl.live.uno_engine.uno_bridge import context_at, uno_error

START_TIMEOUT = 60.0
END_TIMEOUT = 20.0
PROTOCOL = "urp;StarOffice.ComponentContext"
RESTART = 81
"""A fresh profile makes the office end with this status and ask to be started again."""

PROGRAMS = (
    "/usr/lib/libreoffice/program/soffice.bin", "/usr/lib64/libreoffice/program/soffice.bin",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice", "C:/Program Files/LibreOffice/program/soffice.bin",
)
"""The program itself, not the script around it: the script's process is not the office's."""


@dataclass
class OfficeProcess:
    """A running office that we started."""

    process: subprocess.Popen[bytes]
    profile: Path
    address: str
    context: Any

    @classmethod
    def start(cls, visible: bool = False) -> OfficeProcess:
        """Starts an office. With a profile that is in use a second office would hand over to the first and end."""
        profile, pipe = Path(tempfile.mkdtemp(prefix="cchc-xl-")), f"pipe,name=cchc_{uuid.uuid4().hex}"
        address, command = f"uno:{pipe};{PROTOCOL}", _command(profile, pipe, visible)
        process = _launched(command)
        deadline = time.monotonic() + START_TIMEOUT
        while (context := _reached(address)) is None:
            if process.poll() == RESTART:
                process = _launched(command)
            elif process.poll() is not None or time.monotonic() > deadline:
                _give_up(process, profile)
            time.sleep(0.05)
        office = cls(process, profile, address, context)
        atexit.register(office.end)
        return office

    @property
    def running(self) -> bool:
        """Whether the process has not ended."""
        return self.process.poll() is None

    def end(self) -> None:
        """Ends the process, gently where it listens, and takes its profile away."""
        atexit.unregister(self.end)
        if self.running:
            self._terminate()
        shutil.rmtree(self.profile, ignore_errors=True)

    def _terminate(self) -> None:
        # The connection breaks while the office ends, which the bridge reports as an error.
        with contextlib.suppress(uno_error()):
            desktop = self.context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", self.context)
            desktop.terminate()
        try:
            self.process.wait(END_TIMEOUT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _launched(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _give_up(process: subprocess.Popen[bytes], profile: Path) -> None:
    if process.poll() is None:
        process.kill()
        process.wait()
    shutil.rmtree(profile, ignore_errors=True)
    raise UserError("LibreOffice", "không khởi động được.", "Đóng LibreOffice rồi làm lại; xem: cchc-xl doctor")


def _command(profile: Path, pipe: str, visible: bool) -> list[str]:
    program = next((place for place in PROGRAMS if Path(place).is_file()), None)
    if program is None:
        raise UserError("LibreOffice", "chưa cài đặt trên máy này.", "Cài LibreOffice (libreoffice.org) rồi làm lại.")
    return [
        program, "--norestore", "--nologo", "--nodefault", "--nofirststartwizard",
        f"-env:UserInstallation={profile.as_uri()}", f"--accept={pipe};{PROTOCOL}",
        *(() if visible else ("--headless", "--invisible")),
    ]


def _reached(address: str) -> Any:
    try:
        return context_at(address)
    except UserError:
        return None
