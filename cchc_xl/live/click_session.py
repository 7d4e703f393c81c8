"""One click: the open workbook, and what was computed from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from cchc_xl.errors import UserError
from cchc_xl.live.open_book_carrier import LiveBook
from cchc_xl.master.compute_book import Computed, understand
from cchc_xl.master.master_book import Master, read_master

if TYPE_CHECKING:
    import xlwings as xw


@dataclass
class Session:
    """The workbook that a button was clicked in, and the files named for it where it takes files."""

    book: xw.Book
    now: datetime
    given: tuple[Path, ...] = ()

    @cached_property
    def live(self) -> LiveBook:
        """The carrier of the workbook."""
        return LiveBook(self.book)

    @cached_property
    def path(self) -> Path:
        """The file; only a name where the workbook was never saved."""
        return Path(str(self.book.fullname))

    @property
    def saved_path(self) -> Path:
        """The file. Raises `UserError` where there is none yet, so that nothing can be put beside it."""
        if "://" in str(self.book.fullname):
            remedy = "Mở sổ từ thư mục OneDrive trên máy (File Explorer), không mở từ trình duyệt, rồi bấm lại."
            raise UserError(self.path.name, "sổ đang mở từ trên mạng (OneDrive, SharePoint).", remedy)
        if not self.path.is_absolute():
            raise UserError(self.path.name, "sổ chưa được lưu lần nào.", "Lưu sổ vào một thư mục rồi bấm lại.")
        return self.path

    @cached_property
    def master(self) -> Master:
        """The workbook as it stands now, every sheet of it read."""
        self.show("đang đọc sổ…")
        self.live.read_all()
        return read_master(self.live, self.path)

    @cached_property
    def computed(self) -> Computed:
        """Figures and findings of what stands in the workbook now."""
        master = self.master
        self.show("đang tính và kiểm tra…")
        return understand(master)

    def files(self, title: str, folder: Path, kinds: Sequence[str], several: bool = False) -> list[Path]:
        """The files to work on: those given, else those that the person chooses in the office's window."""
        return list(self.given) or self.live.desk.choose_files(title, folder, kinds, several)

    def show(self, text: str) -> None:
        """Shows in the status bar what is being done."""
        self.live.desk.show(f"CCHC: {text}")


def free_name(first: Path) -> Path:
    """The file's name, or the first numbered one that no file has yet: nothing of earlier is overwritten."""
    if not first.exists():
        return first
    others = (first.with_stem(f"{first.stem} ({number})") for number in count(2))
    return next(path for path in others if not path.exists())
