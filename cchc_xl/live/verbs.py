"""The buttons. Excel's macros call these functions by name, `python -m cchc_xl.live` calls them for LibreOffice.

Here is the one place where an error of whatever kind ends: the person sees a message in Vietnamese, the details go to a
file whose place the message tells.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cchc_xl.errors import COULD_NOT_RUN, UserError
from cchc_xl.live import button_work
from cchc_xl.live.button_work import ButtonOutcome, Session, paragraphs
from cchc_xl.program import load_lean

if TYPE_CHECKING:
    import xlwings as xw

LOG_NAME = "loi-nut-bam.log"
LOG_LIMIT = 1_000_000
"""Bytes after which the log starts anew."""

WORK: dict[str, Callable[[Session], ButtonOutcome]] = {
    "tinh_lai": button_work.recalculate,
    "kiem_tra": button_work.check,
    "nhan_bieu_mau": button_work.collect,
    "xuat_bao_cao": button_work.report,
    "ky_moi": button_work.next_period,
    "doi_chieu": button_work.reconcile,
    "tro_giup": button_work.guide,
}


def __getattr__(name: str) -> Callable[[], None]:
    """A verb as Excel's macro calls it: `verbs.tinh_lai()`. Raises `AttributeError`."""
    if name not in WORK:
        raise AttributeError(name)
    return partial(clicked, name)


def clicked(verb: str) -> None:
    """Runs a verb on the workbook that called, and shows the outcome over its window; without one, by itself.

    Nothing goes to the error channel: Excel's macro would show it in the 8-bit code page, under an English heading.
    """
    try:
        load_lean("xlwings")
        import xlwings as xw

        book = xw.Book.caller()
        show(book, run(verb, book))
    except Exception as error:
        say(unexpected(verb, error))


def run(verb: str, book: xw.Book, now: datetime | None = None, given: Sequence[Path] = ()) -> ButtonOutcome:
    """Runs a verb on an open workbook, with the files `given` instead of asking for some.

    Never raises: whatever goes wrong is told.
    """
    try:
        return _done(verb, Session(book, now or datetime.now(), tuple(given)))
    except UserError as error:
        return ButtonOutcome("Không thực hiện được", told(error), COULD_NOT_RUN)
    except Exception as error:
        return unexpected(verb, error)


def told(error: UserError) -> str:
    """Where and what, and below it what to do."""
    what = f"{error.where}: {error.what}" if error.where else error.what
    return paragraphs([what.rstrip()], [error.remedy] if error.remedy else [])


def _done(verb: str, session: Session) -> ButtonOutcome:
    try:
        return WORK[verb](session)
    finally:
        session.live.desk.show("")


def show(book: xw.Book, outcome: ButtonOutcome) -> None:
    """A message box over the office's window."""
    mode = "critical" if outcome.status == COULD_NOT_RUN else "info"
    book.app.alert(outcome.text, f"CCHC – {outcome.title}", mode=mode)


def say(outcome: ButtonOutcome) -> None:
    """The message in a window of its own, where the office cannot show it."""
    if sys.platform == "win32":
        import ctypes

        error_mark, in_front = 0x10, 0x10000
        ctypes.windll.user32.MessageBoxW(None, outcome.text, f"CCHC – {outcome.title}", error_mark | in_front)
    else:
        print(f"{outcome.title}\n{outcome.text}", file=sys.stderr)


def unexpected(verb: str, error: BaseException) -> ButtonOutcome:
    """What a person is told of an error that nobody foresaw; the traceback goes to the log."""
    place = log_file()
    lines = [
        "Phần mềm gặp lỗi khi làm việc này.",
        "Nếu đang gõ dở trong một ô hoặc đang mở một hộp thoại: kết thúc việc đó rồi bấm lại.",
        f"Chi tiết đã ghi vào tệp: {place}",
    ]
    _append(place, f"{datetime.now():%Y-%m-%d %H:%M:%S} {verb}\n{''.join(traceback.format_exception(error))}\n")
    return ButtonOutcome("Có lỗi", "\n".join(lines), COULD_NOT_RUN)


def log_file() -> Path:
    """Where the details of unforeseen errors go."""
    return Path.home() / ".cchc" / LOG_NAME


def _append(place: Path, text: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh = not place.exists() or place.stat().st_size > LOG_LIMIT
    with place.open("w" if fresh else "a", encoding="utf-8") as stream:
        stream.write(text)
