"""What the shortcut shows: the works as a menu, for offices where macros are blocked. They work on the closed file."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from cchc_xl.program import in_utf8
from cchc_xl.window.works import NO_BOOK, WORKS, Needs, Work, books, dropped, ending, work

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
