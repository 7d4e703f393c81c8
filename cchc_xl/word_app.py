"""Microsoft Word of this machine: a document becomes PDF as a person would save it. Only Windows has it.

Started as `python -m cchc_xl.word_app DOCUMENT PDF`: a Word that waits for somebody to answer it is then left behind.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from cchc_xl.errors import UserError

AS_PDF, KEEP_NOTHING, NO_ALERTS, NO_MACROS = 17, 0, 0, 3
"""Constants of Word: wdExportFormatPDF, wdDoNotSaveChanges, wdAlertsNone, msoAutomationSecurityForceDisable."""


def is_installed() -> bool:
    """Whether programs can start Word here."""
    if sys.platform != "win32":
        return False
    import winreg

    try:
        winreg.CloseKey(winreg.OpenKey(winreg.HKEY_CLASSES_ROOT, r"Word.Application\CLSID"))
    except OSError:
        return False
    return True


def to_pdf(document: Path, target: Path, timeout: float) -> None:
    """Writes the PDF. Raises `UserError` where Word does not do it in so many seconds."""
    command = [sys.executable, "-m", "cchc_xl.word_app", str(document), str(target)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=timeout, check=False, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired as error:
        what = f"Word không trả lời trong {timeout:.0f} giây."
        raise UserError(str(document), what, "Đóng các hộp thoại của Word rồi làm lại.") from error
    if done.returncode or not target.is_file():
        raise UserError(str(document), "Word không lưu được bản PDF.", "Mở báo cáo bằng Word, chọn Save as › PDF.")


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
