"""What the shortcut shows: the verbs as a menu, for offices where macros are blocked. They work on the closed file."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from cchc_xl.output import in_utf8

TITLE = "BÁO CÁO CẢI CÁCH HÀNH CHÍNH"
BOOKS = ("CCHC_*.xlsm", "CCHC_*.xlsx")

Ask = Callable[[str], str]


def commands(book: Path) -> dict[str, tuple[str, list[str]]]:
    """The line of the menu and the arguments of the command line for every choice."""
    return {
        "1": ("Tính lại", ["recalc", str(book)]),
        "2": ("Kiểm tra", ["check", str(book)]),
        "3": ("Nhận biểu mẫu (thư mục bieu_mau cạnh sổ)", ["collect", str(book), str(book.parent / "bieu_mau")]),
        "4": ("Xuất báo cáo Word", ["report", str(book), "--out", str(book.with_suffix(".docx"))]),
        "5": ("Vì sao nút không chạy?", ["doctor", str(book)]),
    }


def books(folder: Path) -> list[Path]:
    """The masters of a folder, the one last saved first."""
    found = {path for pattern in BOOKS for path in folder.glob(pattern)}
    return sorted(found, key=lambda path: (-path.stat().st_mtime, path.name))


def typed_path(text: str) -> Path:
    """A path as people paste or drag it into a window."""
    return Path(text.strip().strip("\"'"))


def choose_book(arguments: Sequence[str], folder: Path, ask: Ask) -> Path:
    """The file that was dropped on the shortcut, else the newest beside it, else the one that is asked for."""
    if arguments:
        return Path(arguments[0])
    beside = books(folder)
    if beside:
        return beside[0]
    return typed_path(ask("Kéo tệp sổ tổng hợp vào cửa sổ này rồi bấm Enter: "))


def run(arguments: Sequence[str], folder: Path, ask: Ask, call: Callable[[list[str]], int]) -> None:
    """Shows the menu until an empty choice."""
    book = choose_book(arguments, folder, ask)
    choices = commands(book)
    while True:
        print(f"\n{TITLE}\nSổ: {book}\n(Đóng sổ trong Excel trước khi chọn 1, 3.)\n")
        print("\n".join(f"  {key}. {label}" for key, (label, _) in choices.items()))
        choice = ask("\nChọn số rồi bấm Enter (chỉ Enter để thoát): ").strip()
        if not choice:
            return
        if choice in choices:
            call(choices[choice][1])


def main() -> None:
    """Entry point of the shortcut."""
    in_utf8()
    run(sys.argv[1:], Path.cwd(), input, lambda command: subprocess.call([sys.executable, "-m", "cchc_xl", *command]))


if __name__ == "__main__":
    main()
