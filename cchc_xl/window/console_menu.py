"""What can be done without macros and without a command line, and the menu of it, which the shortcut shows.

Each work has its label, what has to be chosen for it, and its command: it runs as a verb of the command line in a
process of its own, on the closed file.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from cchc_xl.declaration.load_form import shipped_forms
from cchc_xl.errors import UserError
from cchc_xl.program import in_utf8
from cchc_xl.submissions.incoming_files import FORM_SUFFIXES, ISSUED_FOLDER, is_master

BOOKS = ("CCHC_*.xlsm", "CCHC_*.xlsx")
BOOK_SUFFIXES = (".xlsm", ".xlsx")
REPORT_SUFFIXES = (".docx", ".doc", ".odt")


class Needs(Enum):
    """What has to be chosen besides the workbook."""

    NOTHING = "nothing"
    FORMS = "forms"
    REPORT = "report"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class Work:
    """One button. `command` gets the workbook and what was chosen; without a workbook only where `any_time`."""

    key: str
    label: str
    command: Callable[[Path, Sequence[Path]], list[str]]
    needs: Needs = Needs.NOTHING
    any_time: bool = False
    keeps_book: bool = True
    """Whether the workbook stays as it is; else it has to be closed in Excel first."""


def _new(book: Path, chosen: Sequence[Path]) -> list[str]:
    """The next period of a workbook; without one, the period that is due, of the first form that comes along."""
    return ["new", *(["--from", str(book)] if book.name else ["--form", next(iter(shipped_forms()))]),
            "--out", str(chosen[0])]


def _collect(book: Path, chosen: Sequence[Path]) -> list[str]:
    return ["collect", str(book), *map(str, chosen or [book.parent / ISSUED_FOLDER])]


def _report(book: Path, *more: str) -> list[str]:
    return ["report", str(book), "--out", str(book.with_name(f"BaoCao_{book.stem}.docx")), *more]


def _install(book: Path, _chosen: Sequence[Path]) -> list[str]:
    return ["addin", "install", *(["--trust", str(book.parent)] if book.name else [])]


WORKS = (
    Work("new", "Kỳ mới…", _new, Needs.FOLDER, any_time=True),
    Work("collect", "Nhận biểu mẫu…", _collect, Needs.FORMS, keeps_book=False),
    Work("recalc", "Tính lại", lambda book, _: ["recalc", str(book)], keeps_book=False),
    Work("check", "Kiểm tra", lambda book, _: ["check", str(book)]),
    Work("status", "Ai đã nộp?", lambda book, _: ["status", str(book)]),
    Work("report", "Xuất báo cáo Word", lambda book, _: _report(book, "--pdf")),
    Work("draft", "Xuất bản dự thảo", lambda book, _: _report(book, "--draft")),
    Work("reconcile", "Đối chiếu báo cáo…", lambda book, said: ["reconcile", str(book), str(said[0])], Needs.REPORT),
    Work("install", "Cài thẻ CCHC vào Excel", _install, any_time=True),
    Work("doctor", "Chẩn đoán", lambda book, _: ["doctor", *([str(book)] if book.name else [])], any_time=True),
)
NO_BOOK = Path()
"""Where no workbook has been chosen yet."""


def work(key: str) -> Work:
    """The work of that key."""
    return next(each for each in WORKS if each.key == key)


def books(folder: Path) -> list[Path]:
    """The masters of a folder, the one last saved first."""
    found = {path for pattern in BOOKS for path in folder.glob(pattern)}
    return sorted(found, key=lambda path: (-path.stat().st_mtime, path.name))


@dataclass(frozen=True, slots=True)
class Dropped:
    """What files dropped on the window or the icon mean: another workbook, a work to do at once, or only a question."""

    book: Path
    key: str = ""
    chosen: tuple[Path, ...] = ()
    remark: str = ""


def dropped(paths: Iterable[Path], book: Path) -> Dropped:
    """A master becomes the workbook; forms and folders of forms are taken in, a report is held against the workbook.

    Where there is no workbook yet, the newest beside what was dropped is taken.
    """
    given = [path.absolute() for path in paths]
    masters = [path for path in given if path.is_file() and path.suffix.lower() in BOOK_SUFFIXES and _is_master(path)]
    if masters:
        return Dropped(masters[0])
    if len(given) == 1 and given[0].is_dir() and (beside := books(given[0])):
        return Dropped(beside[0])
    if not book.name:
        book = next((found for path in given for found in (*books(path.parent), *books(path.parent.parent))), NO_BOOK)
    if not book.name:
        return Dropped(book, remark="Chưa biết làm với sổ nào: kéo thả sổ tổng hợp (CCHC_….xlsm) trước.")
    reports = tuple(path for path in given if path.suffix.lower() in REPORT_SUFFIXES)
    if reports:
        return Dropped(book, "reconcile", reports[:1])
    forms = tuple(path for path in given if path.is_dir() or path.suffix.lower() in FORM_SUFFIXES)
    if forms:
        return Dropped(book, "collect", forms)
    names = ", ".join(path.name for path in given)
    return Dropped(book, remark=f"Không biết làm gì với {names}: hãy thả sổ, biểu mẫu hoặc báo cáo Word.")


def _is_master(path: Path) -> bool:
    try:
        return is_master(path)
    except UserError:
        return any(map(path.match, BOOKS))


ENDINGS = {
    0: "Xong.",
    1: "Xong, còn lỗi phải sửa (xem ở trên).",
    2: "Không thực hiện được; xem lý do ở trên.",
}


def ending(status: int) -> str:
    """What an exit status means."""
    return ENDINGS.get(status, f"Chương trình dừng bất thường (mã {status}).")


TITLE = "BÁO CÁO CẢI CÁCH HÀNH CHÍNH"
ASKED = {
    Needs.FORMS: "Kéo biểu mẫu hoặc thư mục vào đây rồi Enter (chỉ Enter: thư mục bieu_mau cạnh sổ): ",
    Needs.REPORT: "Kéo báo cáo Word vào đây rồi Enter: ",
    Needs.FOLDER: "Kéo thư mục sẽ chứa sổ mới vào đây rồi Enter: ",
}

Ask = Callable[[str], str]
Call = Callable[[list[str]], int]


def typed_path(text: str) -> Path:
    """A path as people paste or drag it into a window."""
    return Path(text.strip().strip("\"'"))


def choose_book(folder: Path, ask: Ask) -> Path:
    """The newest workbook of the folder, else the one that is asked for; no name where nothing is answered."""
    beside = books(folder)
    return beside[0] if beside else typed_path(ask("Kéo tệp sổ tổng hợp vào cửa sổ này rồi bấm Enter: "))


def run(arguments: Sequence[str], folder: Path, ask: Ask, call: Call) -> None:
    """Shows the menu until an empty choice; what was dropped on the shortcut is done first."""
    first = dropped(map(Path, arguments), NO_BOOK) if arguments else None
    book = first.book if first and first.book.name else choose_book(folder, ask)
    if first and first.remark:
        print(first.remark)
    if first and first.key:
        print(ending(call(work(first.key).command(book, first.chosen))))
    while True:
        print(f"\n{TITLE}\nSổ: {book if book.name else '(chưa chọn)'}")
        print("(Đóng sổ trong Excel trước khi chọn việc có dấu *.)\n")
        for number, each in enumerate(WORKS, 1):
            print(f"  {number}. {each.label}{'' if each.keeps_book else ' *'}")
        choice = ask("\nChọn số rồi bấm Enter (chỉ Enter để thoát): ").strip()
        if not choice:
            return
        if choice.isdecimal() and 1 <= int(choice) <= len(WORKS):
            _do(WORKS[int(choice) - 1], book, ask, call)


def _do(chosen: Work, book: Path, ask: Ask, call: Call) -> None:
    if not book.name and not chosen.any_time:
        print("Chưa chọn sổ.")
        return
    paths: list[Path] = []
    if chosen.needs in ASKED:
        paths = [path for path in [typed_path(ask(ASKED[chosen.needs]))] if path.name]
        if not paths and chosen.needs is not Needs.FORMS:
            return
    print(ending(call(chosen.command(book, paths))))


def main() -> None:
    """Entry point of the shortcut."""
    in_utf8()
    verb = [sys.executable, "-m", "cchc_xl"]
    with contextlib.suppress(EOFError, KeyboardInterrupt):  # the window is closed
        run(sys.argv[1:], Path.cwd(), input, lambda command: subprocess.call([*verb, *command]))


if __name__ == "__main__":
    main()
