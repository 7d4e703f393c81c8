"""Runs the office programs of this machine: a document becomes PDF, by Word where Windows has it, or another kind.

Started as `python -m cchc_xl.office DOCUMENT PDF` it asks Word: a Word that waits for an answer is then left behind.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from cchc_xl.errors import UserError
from cchc_xl.files import replace_file
from cchc_xl.limited_process import Job
from cchc_xl.system import WINDOWS, reason

PROGRAMS = ("soffice", "libreoffice")
USUAL_PLACES = (
    Path("C:/Program Files/LibreOffice/program/soffice.exe"),
    Path("/Applications/LibreOffice.app/Contents/MacOS/soffice"),
)

AS_PDF, KEEP_NOTHING, NO_ALERTS, NO_MACROS = 17, 0, 0, 3
"""Constants of Word: wdExportFormatPDF, wdDoNotSaveChanges, wdAlertsNone, msoAutomationSecurityForceDisable."""

TIMEOUT = 180.0
"""Seconds after which an office that hangs is ended."""

RESTART = 81
"""A fresh profile makes soffice.bin end with this status and ask to be started again."""

PROFILE_SETTINGS = Path(__file__).with_name("libreoffice_profile.xcu")
"""Always compute formulas when loading: otherwise LibreOffice trusts the values cached in the file. And open nothing
that a document names: no linked picture, section or table, no macro; what asks the net all the same is sent to a port
at which nobody listens."""


def is_installed() -> bool:
    """Whether LibreOffice is on this machine."""
    return office_program() is not None


def to_pdf(document: Path, timeout: float = TIMEOUT) -> bytes:
    """The document as PDF, by Word where it is installed. Raises `UserError` where nothing can make it."""
    with tempfile.TemporaryDirectory(prefix="cchc-xl-") as folder:
        if _has_word():
            return _by_word(document.absolute(), Path(folder) / "made.pdf", timeout)
        if is_installed():
            return _converted(document, "pdf", Path(folder), timeout).read_bytes()
    remedy = "Mở báo cáo bằng phần mềm soạn thảo, chọn lưu thành PDF; hoặc cài LibreOffice rồi làm lại."
    raise UserError("", "máy này không có Word hay LibreOffice để làm bản PDF.", remedy)


def converted(document: Path, kind: str, target: Path) -> Path:
    """The document as another kind of file ("docx") in `target`. Raises `UserError` as `to_pdf`."""
    with tempfile.TemporaryDirectory(prefix="cchc-xl-") as folder:
        replace_file(target, _converted(document, kind, Path(folder), TIMEOUT).read_bytes())
    return target


def office_program() -> str | None:
    """The program of LibreOffice on this machine."""
    found = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    return found or next((str(place) for place in USUAL_PLACES if place.is_file()), None)


def _converted(source: Path, kind: str, folder: Path, timeout: float) -> Path:
    """Converts into `folder`, with a profile of its own: an office whose profile is busy converts nothing, silently."""
    program = office_program()
    if program is None:
        raise UserError("LibreOffice", "chưa cài đặt trên máy này.", "Cài LibreOffice (libreoffice.org) rồi làm lại.")
    if not source.is_file():
        raise UserError(str(source), "không có tệp này.")
    profile, out = folder / "profile", folder / "out"
    (profile / "user").mkdir(parents=True)
    shutil.copyfile(PROFILE_SETTINGS, profile / "user" / "registrymodifications.xcu")
    command = [
        program, "--headless", "--norestore", "--nolockcheck", f"-env:UserInstallation={profile.as_uri()}",
        "--convert-to", kind, "--outdir", str(out), str(source.resolve()),
    ]
    said = _run(command, source, timeout)
    made = out / f"{source.stem}.{kind.partition(':')[0]}"
    if not made.is_file():
        what = f"LibreOffice không chuyển đổi được tệp. {said}".strip()
        raise UserError(str(source), what, "Thử mở tệp bằng LibreOffice.")
    return made


def _run(command: list[str], source: Path, timeout: float) -> str:
    """What the office said on its error channel. Started once more when a fresh profile asks for it."""
    try:
        status, said = _started(command, timeout)
        if status == RESTART:
            status, said = _started(command, timeout)
    except subprocess.TimeoutExpired as error:
        what = f"LibreOffice chạy quá {timeout:.0f} giây nên đã bị dừng."
        raise UserError(str(source), what, "Đóng bớt chương trình rồi làm lại.") from error
    except OSError as error:
        raise UserError(command[0], f"không chạy được LibreOffice ({reason(error)}).") from error
    return said.strip()


def _started(command: list[str], timeout: float) -> tuple[int, str]:
    """Exit status and error channel. The program is only a wrapper: on a timeout its children are ended with it."""
    job = Job()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8", errors="replace",
        start_new_session=not WINDOWS,
    )
    job.take(process)
    try:
        _, said = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        if sys.platform != "win32":
            os.killpg(process.pid, signal.SIGKILL)
        job.close()
        process.communicate()
        raise
    finally:
        job.close()
    return process.returncode, said


def _has_word() -> bool:
    """Whether programs can start Word here."""
    if sys.platform != "win32":
        return False
    import winreg

    try:
        winreg.CloseKey(winreg.OpenKey(winreg.HKEY_CLASSES_ROOT, r"Word.Application\CLSID"))
    except OSError:
        return False
    return True


def _by_word(document: Path, target: Path, timeout: float) -> bytes:
    """The PDF. Raises `UserError` where Word does not do it in so many seconds."""
    command = [sys.executable, "-m", "cchc_xl.office", str(document), str(target)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=timeout, check=False, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired as error:
        what = f"Word không trả lời trong {timeout:.0f} giây."
        raise UserError(str(document), what, "Đóng các hộp thoại của Word rồi làm lại.") from error
    if done.returncode or not target.is_file():
        raise UserError(str(document), "Word không lưu được bản PDF.", "Mở báo cáo bằng Word, chọn Save as › PDF.")
    return target.read_bytes()


def _export(document: str, target: str) -> None:
    from win32com.client import DispatchEx

    word = DispatchEx("Word.Application")
    try:
        word.DisplayAlerts, word.AutomationSecurity = NO_ALERTS, NO_MACROS
        opened = word.Documents.Open(document, ConfirmConversions=False, ReadOnly=True, AddToRecentFiles=False)
        opened.ExportAsFixedFormat(target, AS_PDF)
        opened.Close(KEEP_NOTHING)
    finally:
        word.Quit(KEEP_NOTHING)


if __name__ == "__main__":
    _export(sys.argv[1], sys.argv[2])
